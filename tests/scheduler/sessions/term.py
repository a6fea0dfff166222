"""A published term for tests of what groups do with it: one peer group of four, one facilitated near-peer group."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import event, inspect, select

from scheduler import clock
from scheduler.db import Base, Database
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.facts_mark import renew_facts_mark
from scheduler.programmes.model import equal_rounds
from scheduler.sessions.tables import AttendeeRow, ProposalRow, SessionRow
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting
from solvers.referee import check
from solvers.solution import Solution
from tests.builders import (
    World,
    actor,
    everybody_is_ready,
    people_csv,
    person_line,
    programme,
    publish,
    say_marks,
    world,
)
from tests.kept import kept, kept_for_a_moment

PEERS = ("ada.quill", "ben.marrow", "cat.osier", "dan.reed")
NEAR_PEERS = ("cleo.thistle", "eve.moss", "finn.oak", "gus.fern")
FACILITATOR, SPARE, LEFT_OVER = "fay.lantern", "gil.spare", "zoe.left"
STAGES = {"finn.oak": "2", "gus.fern": "2", LEFT_OVER: "9"}
PEOPLE = (
    *(
        person_line(name.replace(".", " ").title(), stage=STAGES.get(name, "1"))
        for name in (*PEERS, *NEAR_PEERS, LEFT_OVER)
    ),
    *(person_line(name.replace(".", " ").title(), role="faculty", models="near-peer") for name in (FACILITATOR, SPARE)),
)


Row = TypeVar("Row", bound=Base)


@dataclass(slots=True)
class Term:
    """The published term; people are named by the first part of their address."""

    here: World
    ids: dict[str, int]

    @property
    def database(self) -> Database:
        return self.here.database

    @property
    def programme_id(self) -> int:
        return self.here.programme_id

    def id_of(self, name: str) -> int:
        return self.ids[f"{name}@example.org"]

    def actor(self, name: str) -> Actor:
        """Somebody signed in, in the role they have."""
        role = Role.FACULTY if name in (FACILITATOR, SPARE) else Role.RESIDENT
        return actor(self.id_of(name), self.programme_id, role)

    def coordinator(self) -> Actor:
        """The coordinator, who belongs to no group."""
        return self.here.coordinator

    def mark(self, marks: str, *names: str) -> None:
        """Say when people can come: one mark for all slots, or one each."""
        say_marks(self.here, {self.id_of(name): marks for name in names})

    def session(self, group_key: str = "g1", round_: int = 0, extra: int = 0) -> SessionRow:
        """A session as it is stored now."""
        with self.database.reading() as db:
            wanted = select(SessionRow).where(
                SessionRow.group_key == group_key, SessionRow.round == round_, SessionRow.extra == extra
            )
            return db.scalars(wanted).one()

    def invited(self, session_id: int) -> dict[int, str]:
        """Who is invited, with their marks."""
        with self.database.reading() as db:
            rows = db.scalars(select(AttendeeRow).where(AttendeeRow.session_id == session_id))
            return {row.person_id: row.mark for row in rows}

    def open_dates(self) -> list[ProposalRow]:
        """What is on offer, or proposed, in order of time."""
        with self.database.reading() as db:
            return list(
                db.scalars(select(ProposalRow).where(ProposalRow.state == "open").order_by(ProposalRow.starts_at))
            )

    def day_before(self, group_key: str = "g1", round_: int = 0) -> datetime:
        """A moment two days before a session: its round may have begun."""
        return self.session(group_key, round_).starts_at - timedelta(days=2)


@kept_for_a_moment
def a_term(database: Database, **changes: object) -> Term:
    """Everybody can come to everything, but for Dan, of whom nothing is known, and Cleo, who can if need be."""
    now = clock.now()
    first_monday = now.date() + timedelta(days=28 - now.weekday())
    here = world(database, programme(**{"rounds": equal_rounds(first_monday, 3, 4), **changes}))
    with database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people_csv(*PEOPLE), now)
        ids = person_ids_by_address(db, here.programme_id)
        everybody_is_ready(db, here.programme_id)
    term = Term(here, ids)
    say_marks(here, dict.fromkeys(ids.values(), "2"))
    term.mark("1", "cleo.thistle")
    term.mark("?", "dan.reed")
    publish_plan(term)
    return term


@kept_for_a_moment
def publish_plan(term: Term, missing: tuple[int, ...] = ()) -> None:
    """Publish the plan made by hand, without these rounds of the peers."""
    plan_id = store_plan(term, missing)
    with term.database.writing() as db:
        publish(db, OPERATOR, plan_id, clock.now())


@kept
def add_groups(term: Term, *keys: str, like: str = "g2", **columns: object) -> None:
    """Add groups to the published plan, with the people, dates and sessions of another."""
    with term.database.writing() as db:
        group = db.scalars(
            select(GroupRow).join(PlanRow).where(PlanRow.state == "published", GroupRow.key == like)
        ).one()
        rows = db.scalars(select(SessionRow).where(SessionRow.group_key == like)).all()
        for key in keys:
            db.add(
                copied(
                    group, key=key, **columns,
                    members=[copied(member, group_id=None) for member in group.members],
                    sessions=[copied(session, group_id=None) for session in group.sessions],
                )
            )  # fmt: skip
            for row in rows:
                attendees = [copied(attendee, session_id=None) for attendee in row.attendees]
                db.add(copied(row, uid=f"{key}-{row.uid}", group_key=key, attendees=attendees))
        renew_facts_mark(db, [term.programme_id])  # as of every change that is noted


def copied(row: Row, **changes: object) -> Row:
    """A new row with the values of another, but its id and these."""
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs if column.key != "id"}
    return type(row)(**{**values, **changes})


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


@kept_for_a_moment
def store_plan(term: Term, missing: tuple[int, ...] = ()) -> int:
    """The plan made by hand as a draft; the referee has looked at it."""
    with term.database.writing() as db:
        instance = build_instance(db, term.programme_id, clock.now())
        solution = Solution(instance.name, tuple(_groups(term, instance, missing)))
        verdict = check(instance, solution)
        assert not verdict.broken, verdict.broken
        return store_draft(
            db, term.programme_id, instance, solution, verdict, explained(instance, solution), clock.now()
        )


def _groups(term: Term, instance: Instance, missing: tuple[int, ...]) -> Iterator[Group]:
    peers, near_peers = (tuple(person_key(term.id_of(name)) for name in names) for names in (PEERS, NEAR_PEERS))
    leads = (person_key(term.id_of(FACILITATOR)),)
    yield Group("g1", "peer", "video", peers, (), _meetings(instance, 0, (), missing))
    yield Group("g2", "near-peer", "video", near_peers, leads, _meetings(instance, 1, leads, ()))


def _meetings(instance: Instance, offset: int, who: tuple[str, ...], missing: tuple[int, ...]) -> tuple[Meeting, ...]:
    rounds = sorted({slot.round for slot in instance.slots} - set(missing))
    first = {index: next(n for n, slot in enumerate(instance.slots) if slot.round == index) for index in rounds}
    return tuple(Meeting(index, first[index] + offset, who) for index in rounds)
