"""What the demo's people have done by the day that its clock is moved to: what a term leaves behind.

Each does what their pages let them do, at the moment at which it would have been done; a second move goes on from where
the first left off. Chance has no part in it: the same demo is lived the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import Final

from sqlalchemy import exists, func, select

from scheduler.audit.tables import AuditRow
from scheduler.coordination.model import MoveSession
from scheduler.coordination.service import carry_out
from scheduler.db import Database, Db
from scheduler.demo.said import Happening, after_session, of_the_term
from scheduler.errors import MentorRoundsError
from scheduler.groups.private import add_goal, write_note
from scheduler.groups.tables import GoalRow
from scheduler.groups.thanks import thank
from scheduler.groups.thread import reply
from scheduler.groups.written_weeks import attend_to_weeks, take_part_in_writing
from scheduler.oversight.concerns import reply as answer_concern
from scheduler.oversight.model import ConcernKind
from scheduler.oversight.tables import ConcernRow
from scheduler.oversight.telling import Told, raise_concern
from scheduler.people.model import Actor, Role
from scheduler.people.roles import contacts_of
from scheduler.people.tables import PersonRow
from scheduler.plans.model import MemberRole
from scheduler.sessions.alternatives import other_dates
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.attendance import note_who_came
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendedRow, SessionRow
from scheduler.settings import Settings
from solvers.vocabulary import COMING

SORRY_EVERY, MISSED_EVERY, UNNOTED_EVERY, THANKED_EVERY, MOVED_EVERY = 5, 4, 13, 3, 11
WRITTEN_EVERY: Final = 2
"""Of so many sessions, one has somebody who says sorry before, one somebody who does not come, one of whom nobody notes
who came, one after which somebody says thank you, and one that is moved. Of so many who say sorry, one takes part in
writing."""
MOVED: Final = "session.moved"
SORRY_BEFORE: Final = timedelta(days=1)
MOVED_BEFORE: Final = timedelta(days=10)
NOTED_AFTER: Final = timedelta(hours=2)
DATES_TRIED: Final = 3
GOALS: Final = (
    "Sit the exam in spring, and sleep before it",
    "Ask for feedback after each on-call week",
    "Find out whether anaesthetics is for me",
    "Leave on time once a week",
)
THANKS: Final = (
    "Thank you for asking how the week was before you asked about the audit.",
    "What you said about the complaint helped me more than you know.",
    "Thank you for staying half an hour longer.",
)
WRITTEN: Final = (
    "I handed over late every night this week. I would like to hear how others leave on time.",
    "The best thing was a patient who came back to say thank you. I needed that.",
)
NOTES: Final = ("I was more tired than I thought. Say so earlier.", "Others find handover hard, too.")
CONCERN: Final = "Our last session turned into a teaching round. Nothing bad, but we had hoped to talk."
ANSWER: Final = "Thank you for saying so. May I raise it with the facilitators in general, without naming your group?"
WHY_MOVED: Final = "The seminar room was needed for an exam."


@dataclass(frozen=True, slots=True)
class _Held:
    """A session with everybody invited: role and whether they can come."""

    number: int
    id: int
    group_key: str
    starts_at: datetime
    ends_at: datetime
    people: Mapping[int, MemberRole]
    coming: frozenset[int]

    def of(self, role: MemberRole) -> list[int]:
        """Its residents or facilitators who can come, in one order."""
        return sorted(who for who in self.coming if self.people[who] is role)


def live(database: Database, settings: Settings, coordinator: Actor, programme_id: int, until: datetime) -> int:
    """Live the programme up to a moment; returns at how many sessions it was noted who came."""
    names = _names(database)
    with database.reading() as db:
        moving = [each for each in _sessions(db, programme_id, until) if each.number % MOVED_EVERY == 3]
    for each in moving:
        _move(database, coordinator, each, until)
    with database.reading() as db:
        over = [each for each in _sessions(db, programme_id, until) if each.ends_at + NOTED_AFTER <= until]
        said = [*of_the_term(db, coordinator, programme_id), *(_concern(programme_id, over[0].ends_at) if over else ())]
    steps: list[tuple[datetime, Callable[[], int]]] = [
        *((each.ends_at + NOTED_AFTER, _Session(database, settings, programme_id, each, names).live) for each in over),
        *((each.at, partial(_let_happen, database, each)) for each in said if each.at <= until),
    ]
    noted = sum(step() for _at, step in sorted(steps, key=itemgetter(0)))
    attend_to_weeks(database, settings, until)
    return noted


def _let_happen(database: Database, happening: Happening) -> int:
    """What is not possible any more, after what was done by hand in the demo, does not happen. No session is noted."""
    with suppress(MentorRoundsError), database.writing() as db:
        happening.do(db)
    return 0


def _names(database: Database) -> Mapping[int, str]:
    with database.reading() as db:
        return dict(db.execute(select(PersonRow.id, PersonRow.name)).all())


def _sessions(db: Db, programme_id: int, until: datetime) -> list[_Held]:
    """Those that began before a moment and of which nobody has noted who came, in order of time."""
    noted = exists().where(AttendedRow.session_id == SessionRow.id)
    held = (SessionRow.programme_id == programme_id, SessionRow.status != SessionStatus.CANCELLED)
    rows = db.scalars(
        select(SessionRow).where(*held, SessionRow.starts_at < until, ~noted).order_by(SessionRow.starts_at)
    ).all()
    return [
        _Held(
            row.id, row.id, row.group_key, row.starts_at, row.ends_at,
            {each.person_id: MemberRole(each.role) for each in row.attendees},
            frozenset(each.person_id for each in row.attendees if each.mark in COMING),
        )
        for row in rows
    ]  # fmt: skip


def _move(database: Database, coordinator: Actor, held: _Held, until: datetime) -> None:
    """The coordinator moves a session to the best date that no rule stands against, ten days before."""
    then = held.starts_at - MOVED_BEFORE
    with database.reading() as db:
        row = db.get_one(SessionRow, held.id)
        moved = db.scalars(select(AuditRow.details).where(AuditRow.action == MOVED)).all()
        if any(each.get("session") == held.id for each in moved):
            return
        try:
            found = other_dates(db, row.programme_id, row.group_key, then, instead_of=row)
            dates = [each.starts_at for each in islice(found, DATES_TRIED)]
        except MentorRoundsError:
            return
    for starts_at in dates:
        if then < starts_at < until:
            try:
                with database.writing() as db:
                    carry_out(db, coordinator, MoveSession(held.id, starts_at), WHY_MOVED, then)
            except MentorRoundsError:
                continue
            return


@dataclass(frozen=True, slots=True)
class _Session:
    """One session, lived: from the day before to the evening after."""

    database: Database
    settings: Settings
    programme_id: int
    held: _Held
    names: Mapping[int, str]

    def live(self) -> int:
        """Returns whether it was noted who came."""
        if not self.held.number % UNNOTED_EVERY:
            return 0
        sorry = self._sorry()
        residents = [who for who in self.held.of(MemberRole.RESIDENT) if who != sorry]
        leaders = self.held.of(MemberRole.FACILITATOR) or residents
        if not residents or not leaders:
            return 0
        missed = {residents[-1]} if not self.held.number % MISSED_EVERY and len(residents) > 2 else set()
        came = {*residents, *self.held.of(MemberRole.FACILITATOR)} - missed
        after = self.held.ends_at + NOTED_AFTER
        with self.database.writing() as db:
            note_who_came(db, self._actor(leaders[0]), self.held.id, came, after)
            self._words(db, residents, after)
            after_session(db, self.programme_id, self.held.id, map(self._actor, sorted(came)), after)
            if sorry is not None and self._writes():
                reply(db, self._actor(sorry), self.held.id, WRITTEN[self.held.number % len(WRITTEN)], after)
        return 1

    def _sorry(self) -> int | None:
        """Who cannot make it, if anybody; some take part in writing instead."""
        residents, before = self.held.of(MemberRole.RESIDENT), self.held.starts_at - SORRY_BEFORE
        if self.held.number % SORRY_EVERY or len(residents) < 4:
            return None
        who = residents[self.held.number % len(residents)]
        with self.database.writing() as db:
            say = take_part_in_writing if self._writes() else say_sorry
            say(db, self._actor(who), self.held.id, before)
        if self._writes():
            attend_to_weeks(self.database, self.settings, before)
        return who

    def _writes(self) -> bool:
        return not self.held.number % (SORRY_EVERY * WRITTEN_EVERY)

    def _words(self, db: Db, residents: Sequence[int], after: datetime) -> None:
        """A goal after a resident's first session, a note now and then, thanks to who led."""
        number, someone = self.held.number, self._actor(residents[self.held.number % len(residents)])
        mine = select(func.count()).select_from(GoalRow).where(GoalRow.person_id == someone.person_id)
        if not db.scalar(mine):
            text, shared = GOALS[number % len(GOALS)], bool(number % 2)
            add_goal(db, someone, self.programme_id, text, after, shared=shared)
        if not number % THANKED_EVERY:
            write_note(db, someone, self.held.id, NOTES[number % len(NOTES)], after)
            for who in self.held.of(MemberRole.FACILITATOR)[:1]:
                text = THANKS[number // THANKED_EVERY % len(THANKS)]
                thank(db, someone, self.programme_id, self.held.group_key, who, text, after, signed=bool(number % 4))

    def _actor(self, person_id: int) -> Actor:
        role = Role.FACULTY if self.held.people[person_id] is MemberRole.FACILITATOR else Role.RESIDENT
        return Actor(person_id, self.names[person_id], frozenset({(self.programme_id, role)}))


def _concern(programme_id: int, after: datetime) -> tuple[Happening, ...]:
    """After the first session one concern is raised without a name; a contact answers two days later."""
    said, answered = after + timedelta(days=1), after + timedelta(days=3)
    of_here = ConcernRow.programme_id == programme_id

    def raise_one(db: Db) -> None:
        contacts = contacts_of(db, programme_id)
        if contacts and db.scalar(select(ConcernRow.id).where(of_here).limit(1)) is None:
            told = Told(contacts=(contacts[0].id,))
            raise_concern(db, None, programme_id, ConcernKind.OTHER, CONCERN, said, named=False, told=told)

    def answer(db: Db) -> None:
        for concern_id in db.scalars(select(ConcernRow.id).where(of_here, ConcernRow.answered_at.is_(None))).all():
            contact = contacts_of(db, programme_id)[0]
            actor = Actor(contact.id, contact.name, frozenset({(programme_id, Role.OVERSIGHT)}))
            answer_concern(db, actor, concern_id, ANSWER, answered)

    return Happening(said, raise_one), Happening(answered, answer)
