"""What is changed by hand makes no site, grade or kind of rota worse off than the rest without its being said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.coordination.model import Act, CancelSession, MoveSession, Preview, PutIn, TakeOut
from scheduler.coordination.service import carry_out_all, preview_all
from scheduler.db import Database
from scheduler.errors import Rejected
from scheduler.people.model import OPERATOR
from scheduler.programmes.model import equal_rounds
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import leave
from scheduler.sessions.tables import SessionRow
from tests.builders import (
    World,
    add_draft,
    change_conduct,
    import_residents,
    person_line,
    programme,
    publish,
    say_marks,
    world,
)

SOUTH = "Residents at South Hospital"
LATER = 6
"""Of the slots of a round, the one to which nobody of the south can come."""


@dataclass(frozen=True, slots=True)
class Term:
    """Two published groups, one of each site; at a later hour of each round only the north can come."""

    here: World
    north: list[int]
    south: list[int]

    def session(self, key: str, round_: int = 0) -> int:
        with self.here.database.reading() as db:
            wanted = (SessionRow.group_key == key, SessionRow.round == round_)
            return db.scalars(select(SessionRow.id).where(*wanted)).one()

    def slot(self, index: int, round_: int = 0) -> datetime:
        with self.here.database.reading() as db:
            slots = get_programme(db, self.here.programme_id).slots()
        return [slot.starts_at for slot in slots if slot.round == round_][index]

    def seen(self, *acts: Act) -> Preview:
        with self.here.database.reading() as db:
            return preview_all(db, self.here.coordinator, acts, clock.now())

    def done(self, *acts: Act, why: str = "") -> None:
        with self.here.database.writing() as db:
            carry_out_all(db, self.here.coordinator, acts, why, clock.now())

    def share(self, points: int) -> None:
        with self.here.database.writing() as db:
            change_conduct(
                db, self.here.coordinator, self.here.programme_id,
                get_programme(db, self.here.programme_id).conduct.__class__(fairness_points=points), clock.now(),
            )  # fmt: skip

    def out(self, who: int) -> TakeOut:
        return TakeOut(self.here.programme_id, "g2", who)


@pytest.fixture
def term(database: Database) -> Term:
    now = clock.now()
    first = now.date() + timedelta(days=28 - now.weekday())
    here = world(database, programme(rounds=equal_rounds(first, 3, 4)))
    southern = [person_line(f"S{number}", site="south", models="peer:3") for number in range(1, 7)]
    ids = import_residents(here, 6, *southern, models="peer:3")
    north = [who for address, who in ids.items() if address.startswith("r")]
    south = [who for address, who in ids.items() if address.startswith("s")]
    with database.reading() as db:
        slots = get_programme(db, here.programme_id).slots()
    starts = [[slot.starts_at for slot in slots if slot.round == round_] for round_ in range(3)]
    closed = {of_round[LATER] for of_round in starts}
    say_marks(here, dict.fromkeys(north, "2"))
    say_marks(here, dict.fromkeys(south, "".join("0" if slot.starts_at in closed else "2" for slot in slots)))
    plan_id = add_draft(
        here,
        g1=(north, {round_: of_round[0] for round_, of_round in enumerate(starts)}),
        g2=(south, {round_: of_round[1] for round_, of_round in enumerate(starts)}),
    )
    with database.writing() as db:
        publish(db, OPERATOR, plan_id, now)
    return Term(here, sorted(north), sorted(south))


def texts(preview: Preview) -> list[str]:
    return [breach.text for breach in preview.breaches if breach.text.startswith(SOUTH)]


def test_a_date_that_leaves_a_site_behind_is_told_before_and_needs_a_reason(term: Term) -> None:
    act = MoveSession(term.session("g2"), term.slot(LATER))
    shown = term.seen(act)
    assert texts(shown) == [
        f"{SOUTH}: they can come to fewer of their sessions than the others, by more than 10 points in a hundred"
    ]
    assert shown.needs_why
    with pytest.raises(Rejected, match="reason"):
        term.done(act)
    term.done(act, why="The video suite is closed for the rest of the month.")
    with term.here.database.reading() as db:
        lines = {row.action: row.details for row in db.scalars(select(AuditRow))}
    assert lines["rule.overridden"]["why"].startswith("The video suite")


def test_who_can_come_as_well_is_no_worse_off(term: Term) -> None:
    assert texts(term.seen(MoveSession(term.session("g2"), term.slot(2)))) == []
    assert texts(term.seen(MoveSession(term.session("g1"), term.slot(LATER)))) == []
    assert texts(term.seen(CancelSession(term.session("g2")))) == []


def test_it_is_the_programmes_share_that_counts(term: Term) -> None:
    term.share(40)
    act, other = (MoveSession(term.session("g2", round_), term.slot(LATER, round_)) for round_ in (0, 1))
    assert texts(term.seen(act)) == []
    assert len(texts(term.seen(act, other))) == 1


def test_leaving_people_out_one_by_one_is_told_each_time(term: Term) -> None:
    for number, who in enumerate(term.south[:2]):
        shown = texts(term.seen(term.out(who)))
        assert len(shown) == 1, number
        assert "fewer of them have a place" in shown[0]
        term.done(term.out(who), why="They asked for a break before their exams.")
    assert texts(term.seen(PutIn(term.here.programme_id, "g2", term.south[0]))) == []


def test_several_small_changes_at_once_are_seen_together(term: Term) -> None:
    term.share(20)
    first, second = (term.out(who) for who in term.south[:2])
    assert texts(term.seen(first)) == []
    assert len(texts(term.seen(first, second))) == 1
    term.done(first)
    assert len(texts(term.seen(second))) == 1


def test_of_few_people_nothing_is_said(database: Database, term: Term) -> None:
    """Five are the fewest of whom figures are shown; with four nothing may be told from a sentence."""
    for who in term.south[:2]:
        with database.writing() as db:
            leave(db, OPERATOR, term.here.programme_id, clock.now(), person_id=who)
    assert texts(term.seen(MoveSession(term.session("g2"), term.slot(LATER)))) == []
