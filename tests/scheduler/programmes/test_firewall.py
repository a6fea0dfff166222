"""Who has power over whom, when, and what that closes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from scheduler import clock
from scheduler.db import Database
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.relations import ASSESSING_KINDS
from scheduler.people.tables import ParticipantRow, RelationOverrideRow, RelationRow
from scheduler.programmes.firewall import closed_to, power_in, power_of, withheld_from
from scheduler.programmes.tables import ProgrammeRow
from tests.builders import import_residents, programme, world

NOW = datetime(2026, 9, 14, 12, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)


class Pair:
    """Two people of a programme, and what is on record of them."""

    def __init__(self, database: Database, zone: str = "UTC") -> None:
        self.here = world(database, programme(zone=zone))
        self.senior, self.junior = import_residents(self.here, 2).values()

    def relate(
        self, kind: RelationKind = RelationKind.SUPERVISES, first: date | None = None, last: date | None = None
    ) -> None:
        with self.here.database.writing() as db:
            row = RelationRow(programme_id=self.here.programme_id, kind=kind, first_day=first, last_day=last)
            row.person_id, row.about_id = self.senior, self.junior
            db.add(row)

    def record_why(self, kind: RelationKind = RelationKind.SUPERVISES, *, withdrawn: bool = False) -> None:
        with self.here.database.writing() as db:
            row = RelationOverrideRow(programme_id=self.here.programme_id, kind=kind, reason="None else.", made_at=NOW)
            row.person_id, row.about_id, row.made_by_name = self.senior, self.junior, "Cora"
            row.withdrawn_at = NOW if withdrawn else None
            db.add(row)

    def state(self, now: datetime = NOW) -> tuple[bool, bool]:
        """Whether the group is closed to the senior, and the junior withheld from them."""
        with self.here.database.reading() as db:
            closed = closed_to(db, self.here.programme_id, (self.senior, self.junior), now)
            assert self.junior not in closed, "power runs one way"
            withheld = withheld_from(db, Actor(self.senior, "Senior"), self.here.programme_id, now)
            assert not withheld_from(db, Actor(self.junior, "Junior"), self.here.programme_id, now)
            assert withheld <= {self.junior}
            whole = power_in(db, (self.here.programme_id,), now)[self.here.programme_id]
            for who in (self.senior, self.junior):
                alone = power_of(db, who, (self.here.programme_id,), now)[self.here.programme_id]
                assert alone.all.get(who) == whole.all.get(who), "a page reads its reader's power alone"
                assert alone.closes.get(who) == whole.closes.get(who)
            return self.senior in closed, bool(withheld)


@pytest.fixture
def pair(database: Database) -> Pair:
    return Pair(database)


@pytest.mark.parametrize("kind", RelationKind)
def test_four_kinds_of_relation_give_power(pair: Pair, kind: RelationKind) -> None:
    pair.relate(kind)
    assert pair.state() == ((kind in ASSESSING_KINDS),) * 2


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
    ],
)
def test_power_holds_from_its_first_day_to_its_last(
    pair: Pair, first: date | None, last: date | None, holds: bool
) -> None:
    pair.relate(first=first, last=last)
    assert pair.state() == (holds, holds)


def test_days_are_those_of_the_programme(database: Database) -> None:
    pair = Pair(database, zone="Pacific/Auckland")
    pair.relate(first=TODAY + DAY)
    noon, evening = NOW.replace(hour=11), NOW.replace(hour=13)  # midnight in Auckland lies between
    assert (pair.state(noon), pair.state(evening)) == ((False, False), (True, True))


def test_two_relations_are_two_walls(pair: Pair) -> None:
    pair.relate(last=TODAY - DAY)
    pair.relate(RelationKind.PANEL, first=TODAY)
    assert pair.state() == (True, True)


def test_a_recorded_reason_opens_the_group_alone(pair: Pair) -> None:
    pair.relate()
    pair.record_why()
    assert pair.state() == (False, True)
    pair.relate(RelationKind.ASSESSES)
    assert pair.state() == (True, True)


def test_a_reason_withdrawn_opens_nothing(pair: Pair) -> None:
    pair.relate()
    pair.record_why(withdrawn=True)
    assert pair.state() == (True, True)


def test_where_the_programme_forbids_it_always_no_reason_counts(pair: Pair) -> None:
    pair.relate()
    pair.record_why()
    with pair.here.database.writing() as db:
        db.get_one(ProgrammeRow, pair.here.programme_id).relation_policies = {"supervises": "forbid"}
    assert pair.state() == (True, True)


def test_a_guest_has_it_over_everybody_whether_one_or_all_are_asked_for(pair: Pair) -> None:
    pair.relate()
    with pair.here.database.writing() as db:
        db.execute(
            update(ParticipantRow).where(ParticipantRow.person_id == pair.junior).values(guest=True, kind=Role.FACULTY)
        )
    with pair.here.database.reading() as db:
        for found in (power_in(db, (1,), NOW)[1], power_of(db, pair.junior, (1,), NOW)[1]):
            assert found.closes[pair.junior] == found.all[pair.junior] == {pair.senior}
            assert found.guests == {pair.junior}


def test_the_product_itself_has_no_power(pair: Pair) -> None:
    pair.relate()
    with pair.here.database.reading() as db:
        assert withheld_from(db, Actor(None, "a job", trusted=True), pair.here.programme_id, clock.now()) == frozenset()
