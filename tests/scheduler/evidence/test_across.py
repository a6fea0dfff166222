"""Several programmes together tell no more than each of them does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.enrolment.people_import import import_people
from scheduler.errors import NotFound
from scheduler.evidence.across import Together, together
from scheduler.evidence.definitions import COUNTS
from scheduler.evidence.model import EVERYBODY, Figure
from scheduler.evidence.releases import get_release, release_if_due
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.tables import ParticipantRow
from tests.builders import World, people_csv, person_line, programme, world
from tests.scheduler.evidence.hospital import FIRST_DAY, Hospital, a_hospital, day, live_a_month


@pytest.fixture
def here(database: Database) -> Hospital:
    here = a_hospital(database)
    live_a_month(here, 0)
    return here


def a_second(here: Hospital, people: int) -> World:
    """Another programme of so many residents, of whom the first three say yes."""
    second = world(here.database, programme(slug="second", name="Second"))
    lines = [person_line(f"Other O{number:02}") for number in range(people)]
    with here.database.writing() as db:
        import_people(db, second.coordinator, second.programme_id, people_csv(*lines), day(-40))
        who = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == second.programme_id)
        for number, person_id in enumerate(db.scalars(who.order_by(ParticipantRow.person_id))):
            agreed = day(-20) if number < 3 else None
            db.add(
                AnswerRow(
                    programme_id=second.programme_id, person_id=person_id, agreed_at=agreed, steps=[], needs=""
                )
            )  # fmt: skip
    return second


def directs(here: Hospital, *programme_ids: int, more: tuple[tuple[int, Role], ...] = ()) -> Actor:
    roles = {(each, Role.DIRECTOR) for each in (here.programme_id, *programme_ids)}
    return Actor(here.director.person_id, "Dora", frozenset({*roles, *more}))


def release(here: Hospital, number: int, *programme_ids: int) -> None:
    with here.database.writing() as db:
        for programme_id in programme_ids:
            assert release_if_due(db, OPERATOR, programme_id, day(number))


def read(here: Hospital, reader: Actor) -> Together:
    with here.database.reading() as db:
        return together(db, reader, FIRST_DAY.year)


def test_sums_and_means_are_those_of_what_each_programme_shows(here: Hospital) -> None:
    second = a_second(here, 12)
    release(here, 40, here.programme_id, second.programme_id)
    reader = directs(here, second.programme_id)
    found = read(here, reader)
    assert [line.name for line in found.lines] == ["Second", "Spring term"]
    with here.database.reading() as db:
        own = [get_release(db, reader, line.programme_id) for line in found.lines]
    for each in found.figures:
        shown = [one.figures[each.figure][EVERYBODY] for one in own if EVERYBODY in one.figures[each.figure]]
        values = [one.value for one in shown if one.value is not None]
        assert (each.lowest.value, each.highest.value) == (min(values), max(values))
        assert each.shown_by == len(values)
    joined = next(each for each in found.figures if each.figure is Figure.JOINED)
    assert (joined.people, joined.value) == (70, round((80 * 60 + 30 * 10) / 70))
    for name, (value, shown_by) in found.counts.items():
        values = [one.counts[name] for one in own if one.counts[name] is not None]
        assert (value, shown_by) == (sum(filter(None, values)), len(values)), name
    assert found.counts.keys() <= COUNTS.keys() - {"concern_hours"}


def test_a_programme_too_small_to_be_shown_is_in_no_sum(here: Hospital) -> None:
    """What is left when the other programme is taken from both together is nothing at all."""
    second = a_second(here, 4)
    release(here, 40, here.programme_id, second.programme_id)
    both, one = read(here, directs(here, second.programme_id)), read(here, directs(here))
    assert both.figures == one.figures


def test_one_who_changes_their_mind_or_joins_is_not_the_difference_between_two_months(here: Hospital) -> None:
    second = a_second(here, 12)
    release(here, 40, here.programme_id, second.programme_id)
    reader = directs(here, second.programme_id)
    before = {each.figure: each for each in read(here, reader).figures}
    with here.database.writing() as db:
        db.get_one(AnswerRow, (here.programme_id, here.residents[0])).agreed_at = day(50)
        import_people(
            db, second.coordinator, second.programme_id, people_csv(person_line("Other Late")), day(50)
        )  # fmt: skip
    release(here, 70, here.programme_id, second.programme_id)
    after = {each.figure: each for each in read(here, reader).figures}
    for figure in (Figure.OFFERED, Figure.JOINED, Figure.IN_GROUP):
        was, now = before[figure], after[figure]
        assert (now.value, now.people, now.lowest.value, now.highest.value) == (
            was.value, was.people, was.lowest.value, was.highest.value,
        ), figure  # fmt: skip


def test_nobody_reads_a_programme_in_which_they_have_another_part(here: Hospital) -> None:
    second = a_second(here, 12)
    release(here, 40, here.programme_id, second.programme_id)
    for role in (Role.RESIDENT, Role.FACULTY, Role.COORDINATOR, Role.OVERSIGHT):
        reader = directs(here, second.programme_id, more=((here.programme_id, role),))
        assert [line.name for line in read(here, reader).lines] == ["Second"]
        with pytest.raises(NotFound):
            read(here, directs(here, more=((here.programme_id, role),)))
    for other in (here.here.coordinator, OPERATOR):
        with pytest.raises(NotFound):
            read(here, other)
