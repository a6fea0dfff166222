"""Programmes as files: an export makes the same programme anywhere, and a file is applied whole or not at all."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import clock
from scheduler.charters.model import Charter
from scheduler.db import Database
from scheduler.errors import NotAllowed, Rejected
from scheduler.joining.conduct import code_of
from scheduler.joining.model import Questions, TrainingKind
from scheduler.joining.openly import AskedOpenly
from scheduler.joining.questions import questions_of
from scheduler.people.model import OPERATOR, Actor
from scheduler.people.traits import Category
from scheduler.programme_files.file_reader import read_file
from scheduler.programme_files.file_writer import as_text
from scheduler.programme_files.model import PageText, ProgrammeFile
from scheduler.programme_files.service import apply_file, export_programme, preview_file
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.emphasis import MATTERS, points_of
from scheduler.programmes.model import (
    Conduct,
    DateSettling,
    Differing,
    Grade,
    HelpKind,
    MentoringModel,
    Programme,
    Signpost,
    Window,
)
from scheduler.programmes.service import get_programme
from scheduler.programmes.signposts import set_signposts, signposts_of
from scheduler.voices.pulse import pulse_asked, set_pulse
from tests.builders import NOW, programme, world
from tests.scheduler.sessions.term import a_term

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(str.strip)
DAYS = st.dates(date(2027, 1, 1), date(2029, 12, 31))


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Programmes unlike the defaults in every field; whether they could be planned does not matter here."""
    matters = draw(st.lists(st.sampled_from(MATTERS), unique=True, max_size=4))
    weights: Mapping[str, Any] = {"held": draw(st.integers(0, 50))}
    for matter in matters:
        weights = {**weights, matter: draw(st.sampled_from((*points_of(matter).values(), 77)))}
    models = tuple(
        MentoringModel(
            f"kind-{n}",
            draw(NAMES),
            (2, 9),
            draw(st.none() | st.integers(2, 9)),
            (0, n),
            (n, n + 1),
            n,
            turns=draw(st.booleans()),
            closing=draw(st.booleans()),
        )
        for n in range(draw(st.integers(1, 3)))
    )
    return programme(
        name=draw(NAMES),
        models=models,
        windows=tuple(Window(day, time(8, draw(st.integers(0, 59))), time(11), 15 + day) for day in range(4)),
        quorum=draw(st.integers(1, 1000)) / 1000,
        min_attendance=draw(st.integers(0, 100)) / 100,
        weights=weights,
        duty_policy=draw(st.sampled_from(({}, {"beside_work_minutes": 45, "lunch": ["11:00", "13:00"]}))),
        conduct=Conduct(
            draw(st.integers(0, 90)), draw(st.none() | st.integers(14, 60)), draw(st.sampled_from(DateSettling))
        ),
        closed=ClosedDays(
            draw(st.sampled_from(("", "IE", "NZ"))),
            "",
            tuple(DaysOff(day, day + timedelta(days=3), draw(NAMES)) for day in draw(st.lists(DAYS, max_size=2))),
            frozenset(draw(st.sets(DAYS, max_size=3))),
        ),
        grades=tuple(Grade(n, f"{draw(NAMES)} {n}") for n in range(draw(st.integers(0, 3)))),
        first_within_days=draw(st.none() | st.integers(1, 100)),
        facilitators_differ=draw(st.sampled_from(Differing)),
        relation_policies=draw(st.sampled_from(({}, {"panel": "forbid", "sponsors": "allow"}))),
    )


ASKED = st.builds(
    AskedOpenly, st.dictionaries(st.sampled_from(Category), st.lists(NAMES, max_size=2).map(tuple)), NAMES
)


@given(programmes(), st.none() | st.builds(PageText, NAMES, st.booleans()), st.none() | ASKED)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_is_read_as_it_was(
    wanted: Programme, page: PageText | None, openly: AskedOpenly | None
) -> None:
    file = ProgrammeFile(
        wanted,
        {("north", "south"): 40},
        Questions(date(2027, 3, 1), ("a",), ()),
        Charter(0, "a\nb", "c", "", language="fr"),
        page,
        openly,
    )
    text = as_text(file)
    assert read_file(text.encode()) == file
    assert as_text(read_file(text.encode())) == text


def test_an_export_makes_the_same_programme_elsewhere(storage: Database) -> None:
    here = world(storage)
    with storage.writing() as db:
        wanted = replace(
            programme(slug="winter"), weights={"want": 24, "held": 7}, closed=ClosedDays("NZ", "OTA"), quorum=0.55
        )
        asked = AskedOpenly({Category.GENDER: ("woman", "man"), Category.FAITH: ()}, "To pair people well.")
        page = PageText("Come", True)
        first = as_text(
            ProgrammeFile(wanted, {("south", "north"): 25}, Questions(only_joined=False), page=page, openly=asked)
        )
        made = apply_file(db, OPERATOR, first.encode(), NOW)
        exported = export_programme(db, OPERATOR, made)
    assert tomllib.loads(exported) == tomllib.loads(first)
    with storage.writing() as db:
        assert preview_file(db, OPERATOR, exported.encode(), NOW).nothing
        moved = exported.replace('slug = "winter"', 'slug = "elsewhere"')
        other = apply_file(db, OPERATOR, moved.encode(), NOW)
        assert export_programme(db, OPERATOR, other) == moved
    with pytest.raises(NotAllowed), storage.reading() as db:
        export_programme(db, Actor(1, "Somebody"), here.programme_id)


def test_a_file_changes_a_programme_that_is_published_and_says_what_that_does(database: Database) -> None:
    term = a_term(database)
    with database.writing() as db:
        known = tomllib.loads(export_programme(db, term.coordinator(), term.programme_id))
        known["windows"] = [{"weekday": "saturday", "opens_at": time(9), "closes_at": time(12)}]
        known["charter"] = {"confidentiality": "Stays here.", "expectations": "Come.", "communication": "Write."}
        content = tomli_w.dumps(known).encode()
        preview = preview_file(db, term.coordinator(), content, clock.now())
        assert preview.changed == ("windows", "charter")
        assert len(preview.effects.sessions) == 6
        apply_file(db, term.coordinator(), content, clock.now())
        assert preview_file(db, term.coordinator(), content, clock.now()).nothing
        assert get_programme(db, term.programme_id).windows == (Window(5, time(9), time(12)),)


def test_ways_between_sites_stay_where_a_file_says_nothing_of_them_and_go_where_it_says_so(database: Database) -> None:
    here = world(database)
    with database.writing() as db:
        known = tomllib.loads(export_programme(db, here.coordinator, here.programme_id))

        def after(**said: object) -> list[dict[str, object]]:
            content = tomli_w.dumps({**known, **said}).encode()
            apply_file(db, here.coordinator, content, NOW)
            assert preview_file(db, here.coordinator, content, NOW).nothing
            found: list[dict[str, object]] = tomllib.loads(export_programme(db, here.coordinator, here.programme_id))[
                "journeys"
            ]
            return found

        assert known.pop("journeys") == []
        way = {"from": "south", "to": "north", "minutes": 25}
        assert after(journeys=[way]) == [way]
        assert after(quorum_percent=50) == [way]
        assert after(journeys=[]) == []


def test_every_fault_of_a_file_has_its_place_and_nothing_is_done(database: Database) -> None:
    here = world(database)
    with database.reading() as db:
        known = tomllib.loads(export_programme(db, here.coordinator, here.programme_id))
    known |= {"sesion_minutes": 60, "quorum_percent": "most", "name": 3}
    known["models"][1] |= {"size": [4], "colour": "red"}
    known["rounds"][0]["first_day"] = "Monday"
    known["windows"][2]["weekday"] = "Mittwoch"
    known["weights"] = {"want": "somewhat", "placed": "less"}
    del known["sites"][0]["key"]
    with pytest.raises(Rejected) as rejected, database.writing() as db:
        apply_file(db, here.coordinator, tomli_w.dumps(known).encode(), NOW)
    assert {fault.where for fault in rejected.value.faults} == {
        "sesion_minutes", "quorum_percent", "name", "models 2, size", "models 2, colour", "rounds 1, first_day",
        "windows 3, weekday", "weights, want", "weights, placed", "sites 1, key",
    }  # fmt: skip
    with pytest.raises(Rejected), database.writing() as db:
        apply_file(db, here.coordinator, b"slug = ", NOW)


@pytest.mark.parametrize(
    "kinds", [(), (TrainingKind("aid", "First aid", None), TrainingKind("x", "X", 6, required=False))]
)
def test_code_and_kinds_of_training_are_in_a_file(storage: Database, kinds: tuple[TrainingKind, ...]) -> None:
    file = ProgrammeFile(programme(slug="winter"), questions=Questions(training=kinds), code="Listen.\n\nAsk.")
    assert read_file(as_text(file).encode()) == file
    with storage.writing() as db:
        made = apply_file(db, OPERATOR, as_text(file).encode(), NOW)
        assert questions_of(db, made).training == kinds
        assert code_of(db, made).text == "Listen.\n\nAsk."
        assert preview_file(db, OPERATOR, export_programme(db, OPERATOR, made).encode(), NOW).nothing


def test_no_file_lets_facilitators_lead_who_are_not_ready(storage: Database) -> None:
    file = ProgrammeFile(programme(slug="winter"), questions=Questions(code_needed=False))
    with storage.writing() as db:
        made = apply_file(db, OPERATOR, as_text(file).encode(), NOW)
        assert questions_of(db, made).code_needed, "in a new programme"
    with pytest.raises(Rejected), storage.writing() as db:
        apply_file(db, OPERATOR, as_text(file).encode(), NOW)


HELP = (
    Signpost(HelpKind.CRISIS, "Samaritans", "116 123", when="day and night"),
    Signpost(HelpKind.COUNSELLING, "Staff counselling", url="https://help.example/staff"),
)


def test_where_to_find_help_goes_by_file_and_stays_where_a_file_says_nothing_of_it(storage: Database) -> None:
    here = world(storage)
    with storage.writing() as db:
        set_signposts(db, here.coordinator, here.programme_id, HELP, NOW)
        known = tomllib.loads(export_programme(db, here.coordinator, here.programme_id))
        assert [each["name"] for each in known["signposts"]] == ["Samaritans", "Staff counselling"]
        assert preview_file(db, here.coordinator, tomli_w.dumps(known).encode(), NOW).nothing
        other = apply_file(db, OPERATOR, tomli_w.dumps({**known, "slug": "elsewhere"}).encode(), NOW)
        assert signposts_of(db, (other,)) == HELP

        def after(said: dict[str, Any]) -> tuple[Signpost, ...]:
            apply_file(db, here.coordinator, tomli_w.dumps(said).encode(), NOW)
            db.expire_all()
            return signposts_of(db, (here.programme_id,))

        assert after({name: value for name, value in known.items() if name != "signposts"}) == HELP
        assert after({**known, "signposts": known["signposts"][1:]}) == HELP[1:]
        assert after({**known, "signposts": []}) == ()


def test_a_pulse_goes_by_file_unless_its_day_has_passed(storage: Database) -> None:
    here = world(storage)
    with storage.writing() as db:
        first_day = get_programme(db, here.programme_id).first_day
        set_pulse(db, here.coordinator, here.programme_id, first_day, "Local", ("Our rota allows it.",), NOW)
        known = tomllib.loads(export_programme(db, here.coordinator, here.programme_id))
        assert preview_file(db, here.coordinator, tomli_w.dumps(known).encode(), NOW).nothing
        other = apply_file(db, OPERATOR, tomli_w.dumps({**known, "slug": "elsewhere"}).encode(), NOW)
        assert pulse_asked(db, other) == pulse_asked(db, here.programme_id) is not None
        past = {**known, "slug": "later", "pulse": {**known["pulse"], "opens_on": NOW.date() - timedelta(days=1)}}
        assert pulse_asked(db, apply_file(db, OPERATOR, tomli_w.dumps(past).encode(), NOW)) is None
    wrong = {**known, "slug": "wrong", "pulse": {**known["pulse"], "questions": ["1", "2", "3", "4"]}}
    with pytest.raises(Rejected), storage.writing() as db:
        apply_file(db, OPERATOR, tomli_w.dumps(wrong).encode(), NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "crisis", "name": "", "phone": "116 123"},
        {"kind": "crisis", "name": "Nobody to reach"},
        {"kind": "crisis", "name": "In clear", "url": "http://help.example"},
        {"kind": "gossip", "name": "Of no kind", "phone": "116 123"},
    ],
)
def test_no_file_sends_people_in_need_to_what_is_no_help(database: Database, wrong: dict[str, str]) -> None:
    here = world(database)
    with database.writing() as db:
        known = tomllib.loads(export_programme(db, here.coordinator, here.programme_id))
        with pytest.raises(Rejected):
            apply_file(db, here.coordinator, tomli_w.dumps({**known, "signposts": [wrong]}).encode(), NOW)
        assert signposts_of(db, (here.programme_id,)) == ()
