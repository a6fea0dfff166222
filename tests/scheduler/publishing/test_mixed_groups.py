"""Groups are mixed in what people chose to say, for those who asked for somebody different; counts come in fives."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from scheduler.errors import NotAllowed, Rejected
from scheduler.joining.openly import AskedOpenly, asked_openly, set_asked_openly
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import ParticipantRow
from scheduler.people.traits import Category
from scheduler.programmes.emphasis import Emphasis, emphasis_of
from scheduler.programmes.service import get_programme
from scheduler.programmes.start import begin_programme
from scheduler.programmes.templates import TEMPLATES
from scheduler.publishing.mixed_groups import Mixed, mixed_counts
from tests.builders import NOW, actor, import_residents, world
from tests.scheduler.programmes.test_templates import START

CULTURE = Category.CULTURE
MIXED = AskedOpenly({CULTURE: ()}, "To learn from each other.", frozenset({CULTURE}))


def test_mixing_says_what_for_and_is_only_in_what_is_asked(database: Database) -> None:
    here = world(database)
    with database.writing() as db:
        assert not asked_openly(db, here.programme_id).mixed, "never by default"
        for wrong, where in (
            (AskedOpenly({CULTURE: ()}, "", frozenset({CULTURE})), "purpose"),
            (AskedOpenly({}, "For pairs.", frozenset({CULTURE})), "mixed-culture"),
        ):
            with pytest.raises(Rejected) as refused:
                set_asked_openly(db, here.coordinator, here.programme_id, wrong, NOW)
            assert [fault.where for fault in refused.value.faults] == [where]
        set_asked_openly(db, here.coordinator, here.programme_id, MIXED, NOW)
        assert asked_openly(db, here.programme_id) == MIXED


def test_a_coordinator_reads_numbers_in_fives_and_nobody_else_any(database: Database) -> None:
    here = world(database)
    ids = sorted(import_residents(here, 7).values())
    with database.writing() as db:
        parts = [db.get_one(ParticipantRow, (here.programme_id, id_)) for id_ in ids]
        for part in parts[:4]:
            part.traits, part.unlike = {"culture": "Welsh"}, ["culture"]
        for part in parts[4:]:
            part.traits = {"culture": "Urdu"}  # who said it and asked for nothing does not count
        db.flush()
        few = mixed_counts(db, here.coordinator, here.programme_id, {CULTURE})
        assert few == (Mixed(CULTURE, 0, 0),)
        parts[4].unlike = ["culture"]
        parts[5].traits, parts[5].unlike = {}, ["culture"]
        db.flush()
        assert mixed_counts(db, here.coordinator, here.programme_id, {CULTURE}) == (Mixed(CULTURE, 5, 0),)
        for role in (Role.RESIDENT, Role.FACULTY, Role.OVERSIGHT):
            with pytest.raises(NotAllowed):
                mixed_counts(db, actor(ids[0], here.programme_id, role), here.programme_id, {CULTURE})


def test_the_template_stresses_the_wish_and_chooses_nothing_to_mix(database: Database) -> None:
    [template] = [each for each in TEMPLATES if each.key == "diverse"]
    with database.writing() as db:
        programme = get_programme(db, begin_programme(db, OPERATOR, template, START, NOW))
        assert emphasis_of("unlike", programme.weights["unlike"]) is Emphasis.MUCH
        assert not asked_openly(db, programme.id).mixed
