"""The mark of a programme's facts is another after any change of it, and after such of others as it may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from scheduler.availability.entries import replace_own_marks
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.changes import Fact, note
from scheduler.consequences import bring_up_to_date, everything
from scheduler.db import Database
from scheduler.enrolment.people_changes import Details, correct_person
from scheduler.people.model import Role
from scheduler.programmes.facts_mark import facts_mark, renew_facts_mark, renew_shared_mark
from scheduler.programmes.service import get_programme
from tests.builders import NOW, World, actor, import_residents, person_line, programme, world


@dataclass(frozen=True, slots=True)
class Two:
    """Two programmes: R1 takes part in both, R2 in the first alone, and one of the second, Own, in that alone."""

    here: World
    there: World
    ids: Mapping[str, int]

    def mark(self, of: World | None = None) -> str | None:
        with self.here.database.reading() as db:
            return facts_mark(db, (of or self.here).programme_id)

    def note_there(self, fact: Fact, *names: str) -> None:
        """What a service of the second programme does that changes a fact: of these people, or of everybody."""
        with self.there.database.writing() as db:
            note(db, fact, self.there.programme_id, NOW, [self.ids[name] for name in names] or None)


@pytest.fixture
def two(storage: Database) -> Two:
    here = world(storage)
    there = world(storage, replace(programme(), slug="other", name="Other"))
    ids = import_residents(here, 2) | import_residents(there, 1, person_line("Own"))
    return Two(here, there, {address.split("@")[0]: person_id for address, person_id in ids.items()})


@pytest.mark.parametrize("fact", Fact)
def test_any_change_of_its_own_makes_it_another(two: Two, fact: Fact) -> None:
    before = two.mark(two.there)
    two.note_there(fact, "own")
    after = two.mark(two.there)
    two.note_there(fact)
    assert len({before, after, two.mark(two.there)}) == 3


@pytest.mark.parametrize("fact", Fact)
def test_whatever_concerns_all_of_another_programme_makes_it_another(two: Two, fact: Fact) -> None:
    before = two.mark()
    two.note_there(fact)
    assert two.mark() != before


@pytest.mark.parametrize("fact", [Fact.TIME, Fact.PEOPLE])
def test_what_becomes_of_people_of_another_programme_alone_leaves_it_as_it_is(two: Two, fact: Fact) -> None:
    before = two.mark()
    two.note_there(fact, "own")
    assert two.mark() == before


@pytest.mark.parametrize(("fact", "name"), [(Fact.PEOPLE, "r1"), (Fact.SESSIONS, "own"), (Fact.PLAN, "own")])
def test_what_becomes_of_people_of_both_and_of_sessions_makes_it_another(two: Two, fact: Fact, name: str) -> None:
    before = two.mark()
    two.note_there(fact, name)
    assert two.mark() != before


def test_when_somebody_of_both_has_time_is_kept_by_each_for_itself(two: Two) -> None:
    before = two.mark()
    with two.there.database.writing() as db:
        note(db, Fact.TIME, two.there.programme_id, NOW, [two.ids["r1"]])
    assert two.mark() == before


def test_what_somebody_of_both_says_of_a_time_may_be_about_a_session_of_either(two: Two) -> None:
    before = two.mark()
    with two.there.database.writing() as db:
        slot = get_programme(db, two.there.programme_id).slots()[0]
        span = Interval(slot.starts_at, slot.starts_at.replace(hour=slot.starts_at.hour + 1))
        someone = actor(two.ids["r1"], two.there.programme_id, Role.RESIDENT)
        replace_own_marks(db, someone, two.there.programme_id, (), [OwnMark(span, "0")], NOW)
    assert two.mark() != before


def test_what_somebody_of_both_is_called_counts_in_both(two: Two) -> None:
    before = two.mark()
    with two.there.database.writing() as db:
        wanted = Details("Renamed Resident", "r1@example.org", Role.RESIDENT, 1)
        both = two.here.coordinator.roles | two.there.coordinator.roles
        correct_person(
            db, replace(two.there.coordinator, roles=both), two.there.programme_id, two.ids["r1"], wanted, NOW
        )
    assert two.mark() != before


def test_a_follow_up_of_a_whole_programme_counts_in_all(two: Two) -> None:
    before = two.mark()
    with two.there.database.writing() as db:
        bring_up_to_date(db, everything(two.there.programme_id, NOW))
    assert two.mark() != before


def test_two_marks_in_a_row_are_never_the_same(two: Two) -> None:
    marks = [two.mark()]
    for renew in (renew_facts_mark, renew_facts_mark, renew_shared_mark, renew_facts_mark):
        with two.here.database.writing() as db:
            renew(db, [two.here.programme_id])
        marks.append(two.mark())
    assert len(set(marks)) == len(marks)
