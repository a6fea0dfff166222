"""Anything is found by what people type: names in any order, other spellings, days and times, numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from scheduler import clock
from scheduler.desk.search.dates import When, find_when
from scheduler.desk.search.model import MOST, Found
from scheduler.desk.search.service import ROTA_WORDS, find, without_kind
from scheduler.desk.search.words import rank_of
from scheduler.enrolment.people_import import import_people
from scheduler.errors import NotAllowed
from scheduler.languages import in_language
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import create_programme, get_programme
from scheduler.programmes.tables import GradeRow
from tests.builders import people_csv, person_line, programme
from tests.scheduler.sessions.term import PEERS, PEOPLE, Term, counted

TODAY = date(2027, 3, 8)
NAMES = ("Dmitri Novák", "James Smith", "Benjamin Smithson", "Jane Smithers", "Anaïs O’Neil")
ADDRESSES = {name: f"p{number}@example.org" for number, name in enumerate(NAMES)}


def named(term: Term) -> Term:
    """A few more people, whose names are harder to type."""
    lines = (person_line(name, email=address) for name, address in ADDRESSES.items())
    with term.database.writing() as db:
        import_people(db, term.coordinator(), term.programme_id, people_csv(*lines, *PEOPLE), clock.now())
    return term


def found(term: Term, q: str, who: Actor | None = None) -> Found:
    with term.database.reading() as db:
        return find(db, who or term.coordinator(), term.programme_id, q, clock.now())


def people(term: Term, q: str) -> list[str]:
    return [one.name for one in found(term, q).people.first]


def test_people_are_found_whatever_the_order_accents_and_initials(stored_term: Term) -> None:
    term = named(stored_term)
    assert people(term, "Novak D") == ["Dmitri Novák"]
    assert people(term, "dmitri nov") == ["Dmitri Novák"]
    assert people(term, "J. Smith")[0] == "James Smith"
    assert people(term, "smith james") == ["James Smith"]
    assert people(term, "oneil") == ["Anaïs O’Neil"]
    assert people(term, "p0@example.org") == ["Dmitri Novák"]
    assert people(term, "ada.quill") == ["Ada Quill"]


def test_rounds_and_grades_are_found_by_their_names(stored_term: Term) -> None:
    [hit] = found(stored_term, "round 2").rounds.first
    with stored_term.database.reading() as db:
        span = get_programme(db, stored_term.programme_id).rounds[1]
    assert (hit.round, hit.first_day) == (1, span.first_day)
    with stored_term.database.writing() as db:
        db.add(GradeRow(programme_id=stored_term.programme_id, stage=1, name="FY1"))
    [grade] = found(stored_term, "fy1").grades.first
    with stored_term.database.reading() as db:
        here = (ParticipantRow.programme_id == stored_term.programme_id, ParticipantRow.stage == 1)
        people = db.scalar(select(func.count()).select_from(ParticipantRow).where(*here))
    assert (grade.name, grade.stage, grade.people) == ("FY1", 1, people)


def test_the_word_for_a_kind_of_thing_may_stand_before_its_name(stored_term: Term) -> None:
    library = found(stored_term, "library").rooms.first
    assert library
    assert found(stored_term, "room library").rooms.first == library
    assert without_kind("rota surgery", ROTA_WORDS) == "surgery"
    assert without_kind("rota", ROTA_WORDS) == "rota"
    with in_language("fr"):
        assert without_kind("planning chirurgie", ROTA_WORDS) == "chirurgie"


def test_other_spellings_are_offered_as_such(stored_term: Term) -> None:
    term = named(stored_term)
    for typed, name in (("Novack", "Dmitri Novák"), ("Dimitri Novak", "Dmitri Novák"), ("Quil Ada", "Ada Quill")):
        hits = found(term, typed).people
        assert name in [one.name for one in hits.first], typed
    assert found(term, "Novack").people.alike
    assert found(term, "Xylophone").people.total == 0


def test_the_best_comes_first_and_says_who_it_is(term: Term) -> None:
    named(term)
    first = found(term, "Smith").people
    assert first.first[0].name == "James Smith", "a whole word before part of one"
    assert first.first[0].site == "North Hospital"
    assert first.first[0].email == ADDRESSES["James Smith"]


def test_groups_by_number_and_their_next_sessions(stored_term: Term) -> None:
    hits = found(stored_term, "group 1")
    assert [one.name for one in hits.groups.first] == ["Peer group 1"]
    assert [one.group_name for one in hits.sessions.first] == ["Peer group 1"] * 3
    assert found(stored_term, "near").groups.first[0].key == "g2"


def test_sessions_by_day_weekday_and_time(stored_term: Term) -> None:
    term = stored_term
    start = term.session("g1", 0).starts_at
    for typed in (f"{start:%Y-%m-%d}", f"{start.day} {start:%B}", f"{start:%B} {start.day}", f"{start:%d.%m.%Y}"):
        sessions = found(term, typed).sessions
        assert term.session("g1", 0).id in [one.session_id for one in sessions.first], typed
        assert {one.starts_at.date() for one in sessions.first} == {start.date()}
    by_time = found(term, f"{start:%a} 12:30").sessions
    assert by_time.total > 0
    assert {one.starts_at.weekday() for one in by_time.first} == {start.weekday()}


def test_where_there_is_none_that_day_the_nearest_are_offered(stored_term: Term) -> None:
    starts = [stored_term.session("g1", round_).starts_at for round_ in (0, 1)]
    between = starts[0].date() + (starts[1] - starts[0]) / 2
    sessions = found(stored_term, f"{between.day} {between:%B}").sessions
    assert sessions.alike
    assert [one.starts_at <= starts[1] for one in sessions.first] == [True, True]
    assert sessions.first[0].starts_at.date() < between < sessions.first[1].starts_at.date()
    assert not found(stored_term, f"{starts[0]:%Y-%m-%d}").sessions.alike
    assert found(stored_term, "Sunday 03:00").sessions.total == 0, "no single day is meant"


def test_a_day_without_a_year_is_the_nearest_to_today() -> None:
    assert When(month=3, day=11).day_near(date(2026, 11, 29)) == date(2027, 3, 11)
    assert When(month=12, day=31).day_near(date(2027, 1, 2)) == date(2026, 12, 31)
    assert When(month=2, day=29).day_near(date(2027, 3, 8)) == date(2028, 2, 29)
    assert When(2026, 3, 11).day_near(date(2027, 3, 8)) == date(2026, 3, 11)
    assert When(month=3).day_near(TODAY) is None


def test_rooms_plans_and_rotas(stored_term: Term) -> None:
    assert [(one.name, one.site) for one in found(stored_term, "library").rooms.first] == [
        ("Library", "North Hospital")
    ]
    assert [one.number for one in found(stored_term, "plan 1").plans.first] == [1]
    assert [one.revision for one in found(stored_term, "revision 1").plans.first] == [1]
    assert found(stored_term, "revision 9").plans.total == 0


def test_other_programmes_of_the_same_coordinator_and_no_others(stored_term: Term) -> None:
    term = stored_term
    here = term.coordinator()
    with term.database.writing() as db:
        mine = create_programme(db, here, replace(programme(), slug="mine", name="My other term"), clock.now())
        foreign = create_programme(db, here, replace(programme(), slug="foreign", name="Not mine"), clock.now())
        for programme_id, name in ((mine, "Olive Elsewhere"), (foreign, "Pat Elsewhere")):
            line = person_line(name)
            operator = replace(here, trusted=True)
            import_people(db, operator, programme_id, people_csv(line), clock.now())
        person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == "cora@example.org")).one()
    roles = frozenset({(term.programme_id, Role.COORDINATOR), (mine, Role.COORDINATOR), (foreign, Role.FACULTY)})
    cora = Actor(person_id, "Cora", roles)
    hits = found(term, "elsewhere", cora).people
    assert [(one.name, one.where.name, one.where.other) for one in hits.first] == [
        ("Olive Elsewhere", "My other term", True)
    ]


def test_only_some_of_many_are_shown_with_their_number(term: Term) -> None:
    hits = found(term, "e").people
    assert len(hits.first) == MOST < hits.total
    with counted(term.database) as asked:
        found(term, "group 1")
    assert len(asked) <= 12


def test_nobody_else_searches(term: Term) -> None:
    with pytest.raises(NotAllowed):
        found(term, "quill", term.actor(PEERS[0]))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("11 March", When(month=3, day=11)),
        ("March 11th", When(month=3, day=11)),
        ("11/3", When(month=3, day=11)),
        ("11.3.2027", When(2027, 3, 11)),
        ("2027-03-11", When(2027, 3, 11)),
        ("Thu 12:30", When(weekday=3, at=time(12, 30))),
        ("thursday 11 mar", When(month=3, day=11, weekday=3)),
        ("tomorrow", When(2027, 3, 9)),
        ("group 7", None),
        ("7", None),
        ("31 February", None),
        ("12:75", None),
        ("", None),
        ("Smith", None),
    ],
)
def test_dates_as_people_type_them(typed: str, meant: When | None) -> None:
    assert find_when(typed, TODAY) == meant


def test_dates_in_the_readers_language() -> None:
    with in_language("fr"):
        assert find_when("jeudi 11 mars", TODAY) == When(month=3, day=11, weekday=3)
        assert find_when("jeu 12h30", TODAY) is not None
        assert find_when("demain", TODAY) == When(2027, 3, 9)
        assert find_when("11 March", TODAY) == When(month=3, day=11), "English is understood as well"


def test_numbers_have_to_be_whole() -> None:
    assert rank_of("group 7", "Peer group 17") is None
    assert rank_of("group 7", "Peer group 7") == 0
    assert rank_of("gro", "Peer group 7") == 1
    assert rank_of("roup", "Peer group 7") == 2
    assert rank_of(" ", "Peer group 7") is None


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_date_or_is_none(q: str) -> None:
    when = find_when(q, TODAY)
    assert when is None or when.says_something
    rank_of(q, "Peer group 7")


@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)))
def test_every_day_is_understood(day: date) -> None:
    assert find_when(day.isoformat(), TODAY) == When(day.year, day.month, day.day)
    assert find_when(f"{day.day} {day:%B} {day.year}", TODAY) == When(day.year, day.month, day.day)


DATES = st.one_of(
    st.from_regex(r"[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}", fullmatch=True),
    st.dates().map(lambda day: f"{day.day}.{day.month}.{day.year:04}"),
    st.dates().map(date.isoformat),
)


def test_whatever_is_typed_is_answered(stored_term: Term) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.one_of(st.text(st.characters(exclude_categories=("C",)), max_size=60), DATES))
    @example("31.12.9999")
    @example("9999-12-31")
    @example("0001-01-01")
    @example("1.1.0001")
    @example("0000-00-00")
    @example("12.9999")
    @example("%_\\'")
    def is_answered(q: str) -> None:
        assert found(stored_term, q) is not None

    is_answered()
