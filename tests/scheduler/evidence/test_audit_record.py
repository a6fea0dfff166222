"""A term lived through its services: every figure is counted again from the record of who did what, or from what its
definition says it rests on instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pytest
from sqlalchemy import select, text, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.charters import service as charters
from scheduler.charters.model import PROPOSED
from scheduler.coordination.model import AddSession, CancelSession, MoveSession
from scheduler.coordination.service import carry_out
from scheduler.db import Database
from scheduler.evidence.counting import count
from scheduler.evidence.definitions import COUNTS, definition
from scheduler.evidence.model import Counted, Figure
from scheduler.evidence.programme_counts import counts_of
from scheduler.joining import answers
from scheduler.joining.conduct import sign
from scheduler.joining.participant_mail import invite
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import Role
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.publishing.leavers import decline
from scheduler.sessions.attendance import note_who_came
from scheduler.sessions.tables import SessionRow
from tests.builders import actor
from tests.scheduler.coordination.test_service import slots
from tests.scheduler.evidence.hospital import Hospital, a_hospital, day
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, NEAR_PEERS, PEERS, Term, a_term

Line = tuple[str, int | None, Mapping[str, Any]]


@dataclass
class Record:
    """The lines of a programme's record in order, and what follows from them. Of sessions and plans it looks up, by the
    ids in lines, when they were and who was invited: those are on record, too."""

    database: Database
    programme_id: int
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def of(cls, term: Term | Hospital) -> Record:
        with term.database.reading() as db:
            rows = db.execute(
                select(AuditRow.action, AuditRow.actor_then, AuditRow.details)
                .where(AuditRow.programme_id == term.programme_id)
                .order_by(AuditRow.place)
            )
            return cls(term.database, term.programme_id, [(one.action, one.actor_then, one.details) for one in rows])

    def of_action(self, *actions: str) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
        return ((who, details) for action, who, details in self.lines if action in actions)

    def rows(self, query: str, **values: object) -> list[Any]:
        with self.database.reading() as db:
            return list(db.execute(text(query), {"programme": self.programme_id, **values}))

    @cached_property
    def cancelled(self) -> set[int]:
        found: set[int] = set()
        for action, _, details in self.lines:
            if action == "session.cancelled":
                found.add(details["session"])
            elif action == "session.reinstated":
                found.discard(details["session"])
        return found

    @cached_property
    def noted(self) -> dict[int, Mapping[str, Any]]:
        """The last line about each session."""
        return {details["session"]: details for _, details in self.of_action("attendance.noted")}

    @cached_property
    def held(self) -> set[int]:
        return {session for session, one in self.noted.items() if one["came"] >= 2 and session not in self.cancelled}

    @cached_property
    def residents(self) -> set[int]:
        query = "select person_id from participant where programme_id = :programme and kind = 'resident'"
        return {who for (who,) in self.rows(query)}

    @cached_property
    def members(self) -> dict[str, set[int]]:
        """By group, who is in the plan that was published last, with those put in and without those taken out."""
        plan = [details["plan"] for _, details in self.of_action("plan.published")][-1]
        query = 'select g.key, m.person_id from member m join "group" g on g.id = m.group_id where g.plan_id = :plan'
        found: dict[str, set[int]] = {}
        for key, who in self.rows(query, plan=plan):
            found.setdefault(key, set()).add(who)
        return found

    @cached_property
    def agreed(self) -> set[int | None]:
        gone = {details["person"] for _, details in self.of_action("invitation.declined")}
        return {who for who, _ in self.of_action("joining.agreed")} - gone

    @cached_property
    def declined(self) -> set[int]:
        return {details["person"] for _, details in self.of_action("invitation.declined")}

    def invited_to(self, session_id: int) -> set[int]:
        query = "select person_id from attendee where session_id = :one and role = 'resident'"
        return {who for (who,) in self.rows(query, one=session_id)}

    def sessions(self) -> dict[int, tuple[datetime, int]]:
        """When each begins, and how many minutes it takes."""
        query = "select id, starts_at, ends_at from session where programme_id = :programme"
        return {one: (moment(start), minutes(moment(start), moment(end))) for one, start, end in self.rows(query)}


def moment(stored: object) -> datetime:
    return datetime.fromisoformat(str(stored))


def minutes(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() / 60)


def figures(record: Record) -> dict[Figure, tuple[int, int]]:
    """Of each figure, how much of how much."""
    grouped = {who for people in record.members.values() for who in people} & record.residents
    invited = {who for _, details in record.of_action("joining.invited") for who in details["invited"]}
    offered = (invited | record.agreed | record.declined | grouped) & record.residents
    sessions = record.sessions()
    first = min(start for start, _ in sessions.values()).date()
    first -= timedelta(days=first.weekday())
    early = {
        who
        for session in record.held
        if sessions[session][0].date() <= first + timedelta(days=28)
        for who in record.invited_to(session)
    }
    everyone = len(record.residents)
    places = [(one, who) for one in sessions for who in record.invited_to(one)]
    return {
        Figure.OFFERED: (len(offered), everyone),
        Figure.JOINED: (len(record.agreed & record.residents), everyone),
        Figure.IN_GROUP: (len(grouped), everyone),
        Figure.EARLY: (len(early), everyone),
        Figure.MET: (sum(one in record.held for one, _ in places), len(places)),
        Figure.ATTENDANCE: (
            sum(record.noted[one]["there"] for one in record.held),
            sum(record.noted[one]["residents"] for one in record.held),
        ),
        Figure.HOURS: (sum(sessions[one][1] * record.noted[one]["led"] for one in record.held),) * 2,
    }


def counts(record: Record) -> dict[str, int]:
    """The counts of a programme, from its lines."""
    added = {details["session"] for _, details in record.of_action("session.added")}
    planned = sum(details["new"] for _, details in record.of_action("plan.published"))
    moved = {details["session"] for _, details in record.of_action("session.moved")}
    not_held = (record.cancelled | record.noted.keys()) - record.held
    accepted: dict[str, set[int | None]] = {}
    for who, details in record.of_action("charter.accepted"):
        accepted.setdefault(details["group"], set()).add(who)
    checks = sum(details.get("count", 1) for _, details in record.of_action("rule.overridden", "check.overridden"))
    ended = {details["group"] for _, details in record.of_action("group.ended")}
    going = {key: people for key, people in record.members.items() if key not in ended}
    return {
        "sessions_planned": planned,
        "sessions_added": len(added),
        "sessions_held": len(record.held),
        "sessions_not_held": len(not_held),
        "sessions_not_noted": planned + len(added) - len(record.held) - len(not_held),
        "sessions_moved": len(moved),
        "groups": len(going),
        "groups_met": len({record.noted[one]["group"] for one in record.held} & going.keys()),
        "groups_agreed": sum(people <= accepted.get(key, set()) for key, people in going.items()),
        "overrides": checks + sum(1 for _ in record.of_action("relation.overridden")),
    }


@pytest.fixture
def lived(database: Database) -> tuple[Term, datetime]:
    """All but two say yes, one of whom declines; sessions are cancelled, moved, added, noted, and put right."""
    term, now = a_term(database), clock.now()
    with term.database.writing() as db:
        db.execute(update(AnswerRow).values(agreed_at=None, invited_at=None))
    with term.database.writing() as db:
        invite(db, term.coordinator(), term.programme_id, [term.id_of(LEFT_OVER)], "https://rounds.example", now)
        for name in (*PEERS, *NEAR_PEERS[:3]):
            answers.agree(db, term.actor(name), term.programme_id, now)
        decline(db, term.actor(LEFT_OVER), term.programme_id, now)
        version = charters.adopt(db, term.coordinator(), term.programme_id, PROPOSED, now)
        for name in PEERS:
            charters.accept(db, term.actor(name), term.programme_id, "g1", version, now)
    for act in (
        CancelSession(term.session("g2", 1).id),
        CancelSession(term.session("g1", 2).id),
        MoveSession(term.session("g1", 1).id, slots(term, 1)[7]),
        AddSession(term.programme_id, "g2", slots(term, 0)[9]),
    ):
        with term.database.writing() as db:
            carry_out(db, term.coordinator(), act, "Because.", now)
    after = term.session("g2", 2).ends_at + timedelta(days=30)
    with term.database.writing() as db:
        extra = db.scalars(select(SessionRow.id).where(SessionRow.extra > 0)).one()
        ada, cleo, fay = term.id_of(PEERS[0]), term.id_of(NEAR_PEERS[1]), term.id_of(FACILITATOR)
        note_who_came(db, term.actor(PEERS[0]), term.session("g1", 0).id, [ada], after)
        note_who_came(db, term.actor(PEERS[1]), term.session("g1", 0).id, [ada, *map(term.id_of, PEERS[1:3])], after)
        note_who_came(db, term.actor(FACILITATOR), term.session("g2", 0).id, [cleo, fay], after)
        note_who_came(db, term.actor(FACILITATOR), extra, [cleo], after)
    return term, after


def total(people: Mapping[int, Counted], figure: Figure) -> tuple[int, int]:
    units = [unit for each in people.values() for unit in each.units.get(figure, {}).values()]
    return sum(some for some, _ in units), sum(of for _, of in units)


def test_every_figure_is_counted_again_from_the_record(lived: tuple[Term, datetime]) -> None:
    term, after = lived
    with term.database.reading() as db:
        people, told = count(db, term.programme_id, after), counts_of(db, term.programme_id, after)
    again = figures(Record.of(term))
    for figure in Figure:
        if definition(figure).rests_on:
            assert figure not in again
        else:
            assert again[figure] == total(people, figure), figure
    counted = counts(Record.of(term))
    for name, each in COUNTS.items():
        if not each.rests_on and name not in OF_FACILITATORS:
            assert counted[name] == told[name], name
    assert (counted["sessions_held"], counted["sessions_not_held"], counted["sessions_not_noted"]) == (2, 3, 2)


OF_FACILITATORS = {"facilitators", "facilitators_signed"}
"""Counted from five on: in a house with six of them, below."""


def test_so_are_facilitators_and_signatures(database: Database) -> None:
    here = a_hospital(database)
    with database.writing() as db:
        groups = db.scalars(select(GroupRow).order_by(GroupRow.id)).all()
        for group, who in zip(groups, here.faculty, strict=False):
            group.members.append(MemberRow(person_id=who, role="facilitator"))
    with database.writing() as db:
        for who in here.faculty[:4]:
            sign(db, actor(who, here.programme_id, Role.FACULTY), here.programme_id, 0, day(1), signs=True)
        sign(db, actor(here.faculty[0], here.programme_id, Role.FACULTY), here.programme_id, 0, day(2), signs=False)
    record = Record.of(here)
    signed: set[int | None] = set()
    for action, who, _ in record.lines:
        if action == "code.signed":
            signed.add(who)
        elif action == "code.unsigned":
            signed.discard(who)
    leads = {who for (who,) in record.rows("select person_id from member where role = 'facilitator'")}
    with database.reading() as db:
        told = counts_of(db, here.programme_id, day(80))
    assert (told["facilitators"], told["facilitators_signed"]) == (len(leads), len(signed & leads)) == (6, 3)


def test_no_line_says_who_came(lived: tuple[Term, datetime]) -> None:
    """What is kept for ever tells how many, and only people themselves forget."""
    term, _ = lived
    lines = [dict(details) for _, details in Record.of(term).of_action("attendance.noted")]
    assert [set(each) for each in lines] == [{"session", "group", "came", "residents", "there", "led"}] * 4
    assert [each["came"] for each in lines] == [1, 3, 2, 1], "the last line of a session counts"
