"""A coordinator makes the sessions of a whole programme easier to keep for a while: shorter, from afar, or in writing;
and back.

What that does is worked out by :mod:`scheduler.sessions.surge`; here it is shown before, begun, ended, recorded, and
told to everyone concerned.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.languages import in_language, say, short_day
from scheduler.mail.greeting import greeting
from scheduler.mail.model import Letter
from scheduler.mail.service import coordinators_of, post
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.surge import (
    FROM_AFAR,
    Effect,
    Surge,
    effects_on,
    forget_surge,
    is_as_set,
    kept_of,
    sessions_ahead,
    surge_from,
    within,
)
from scheduler.sessions.tables import AttendeeRow, JoinLinkRow, SessionRow, SurgeRow
from scheduler.text_input import reason_given
from solvers.vocabulary import PHONE, VIDEO

SHORTEST: Final = 10
"""Minutes; nothing that is shorter is a session."""
LONGEST_WORDS: Final = 600


@dataclass(frozen=True, slots=True)
class SessionTouched:
    """A session that would be other than it is: how many ``minutes`` it would last and by which ``mode`` it would be
    met, each None where that stays."""

    id: int
    group_name: str
    starts_at: datetime
    minutes: int | None
    mode: str | None


@dataclass(frozen=True, slots=True)
class SurgeEffects:
    """What a surge would do. ``stay`` has the groups of which sessions stay in person, with the names of who accepts
    no other way that all of them do, ``live`` those that meet still, with who accepts no week in writing; ``frozen``
    sessions begin so soon that it takes a reason; ``people`` are told. ``no_way_in`` are groups that would meet from
    afar and have no video link, or no number to call, for it yet."""

    touched: tuple[SessionTouched, ...]
    stay: tuple[tuple[str, tuple[str, ...]], ...]
    frozen: int
    people: int
    live: tuple[tuple[str, tuple[str, ...]], ...] = ()
    no_way_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurgeNow:
    """The surge of a programme: how many sessions ahead it has changed, ``kept`` of which somebody has changed again
    since: they stay as they are. With ``is_over`` its last day has passed."""

    surge: Surge
    sessions: int
    kept: int
    is_over: bool


def find_surge(db: Db, actor: Actor, programme_id: int, now: datetime) -> SurgeNow | None:
    """The surge of a programme, for its coordinator; None where there is none."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(SurgeRow, programme_id)
    if row is None:
        return None
    surge, programme = surge_from(row), get_programme(db, programme_id)
    known = kept_of(db, programme_id)
    rows = [each for each in sessions_ahead(db, programme_id, now) if each.id in known]
    by_hand = sum(not is_as_set(known[each.id], each) for each in rows)
    return SurgeNow(surge, len(rows), by_hand, _is_over(surge, programme, now))


def what_surge_does(db: Db, actor: Actor, programme_id: int, wanted: Surge, now: datetime) -> SurgeEffects:
    """What a surge would do to sessions ahead. Raises Rejected for one that can't be, and NotPossible where it would do
    nothing, or one is on already."""
    actor.must_have(programme_id, Role.COORDINATOR)
    must_go_on(db, programme_id)
    programme = get_programme(db, programme_id)
    _must_be_sound(wanted, programme, now)
    _must_be_none(db, programme, now)
    rows = within(wanted, programme.zone, sessions_ahead(db, programme_id, now))
    effects = effects_on(db, wanted, rows)
    touched = [row for row in rows if effects[row.id].changes]
    if not touched:
        raise NotPossible(
            say("This changes no session: none on these days is longer, or meets in person and could do otherwise."),
            what_to_do=say("Choose other days, or another length."),
        )
    return SurgeEffects(
        tuple(
            SessionTouched(row.id, row.group_name, row.starts_at, effects[row.id].minutes, effects[row.id].mode)
            for row in touched
        ),
        _of_groups(db, rows, {key: effect.unwilling for key, effect in effects.items()}),
        sum(programme.conduct.is_frozen(row.starts_at, now) for row in touched),
        len(_concerned(db, [row.id for row in touched])),
        _of_groups(db, rows, {key: effect.live for key, effect in effects.items()}),
        _without_way_in(db, programme_id, touched, effects),
    )


def begin_surge(
    db: Db, actor: Actor, programme_id: int, wanted: Surge, why: str, words: str, now: datetime, *, page_url: str
) -> int:
    """Begin a surge, and write to everyone concerned, with the coordinator's ``words`` if there are any. Returns how
    many sessions it changes. It takes a reason where some begin within the freeze; that goes into the record."""
    actor.must_have(programme_id, Role.COORDINATOR)
    reason = reason_given(why)
    lock_programme(db, programme_id)
    does = what_surge_does(db, actor, programme_id, wanted, now)
    if does.frozen and not reason:
        raise Rejected(say("Give a reason for this change."), (Fault("why", say("This change needs a reason.")),))
    if len(words.strip()) > LONGEST_WORDS:
        too_long = say("Please use no more than %(count)s characters.", count=LONGEST_WORDS)
        raise Rejected(say("Nothing was saved."), (Fault("words", too_long),))
    forget_surge(db, programme_id)  # one that is over: what it made of sessions has been
    db.add(
        SurgeRow(
            programme_id=programme_id, first_day=wanted.first_day, last_day=wanted.last_day, minutes=wanted.minutes,
            remote=wanted.remote, written=wanted.written, begun_at=now,
        )
    )  # fmt: skip
    ids = [each.id for each in does.touched]
    db.flush()
    note(db, Fact.SESSIONS, programme_id, now, ids)
    _tell(db, programme_id, ids, wanted, words, now, page_url)
    record(
        db, actor, "surge.begun", now, programme_id, sessions=len(ids), people=does.people,
        first_day=wanted.first_day.isoformat(), why=reason,
    )  # fmt: skip
    return len(ids)


def end_surge(db: Db, actor: Actor, programme_id: int, now: datetime, *, page_url: str) -> int:
    """Take back, in one step, all that a surge has made of sessions ahead and nobody has changed since. Returns how
    many sessions that is. A room that somebody else has by now does not come back: that is a trouble to settle."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    row = db.get(SurgeRow, programme_id)
    if row is None:
        raise NotPossible(say("Sessions are already as usual."))
    known = kept_of(db, programme_id)
    ids = [
        each.id
        for each in sessions_ahead(db, programme_id, now)
        if each.id in known and each.status != SessionStatus.CANCELLED
    ]
    row.ended_at = now
    note(db, Fact.SESSIONS, programme_id, now)
    _tell(db, programme_id, ids, None, "", now, page_url)
    record(db, actor, "surge.ended", now, programme_id, sessions=len(ids))
    return len(ids)


def _must_be_sound(wanted: Surge, programme: Programme, now: datetime) -> None:
    faults = []
    if wanted.minutes is None and not wanted.remote and not wanted.written:
        faults.append(Fault("minutes", say("Choose shorter sessions, sessions from afar, or weeks in writing.")))
    if wanted.minutes is not None and not SHORTEST <= wanted.minutes < programme.session_minutes:
        words = say(
            "Sessions last %(usual)s minutes. Enter a number from %(least)s to %(most)s.",
            usual=programme.session_minutes,
            least=SHORTEST,
            most=programme.session_minutes - 1,
        )
        faults.append(Fault("minutes", words))
    if wanted.last_day is not None and wanted.last_day < wanted.first_day:
        faults.append(Fault("last_day", say("The last day is before the first.")))
    if wanted.last_day is not None and wanted.last_day < _today(programme, now):
        faults.append(Fault("last_day", say("This day has passed.")))
    if faults:
        raise Rejected(say("Please check the fields marked below."), tuple(faults))


def _must_be_none(db: Db, programme: Programme, now: datetime) -> None:
    row = db.get(SurgeRow, programme.id)
    if row is not None and not _is_over(surge_from(row), programme, now):
        raise NotPossible(say("Sessions are already easier to keep."), what_to_do=say("Take them back to usual first."))


def _is_over(surge: Surge, programme: Programme, now: datetime) -> bool:
    return surge.last_day is not None and surge.last_day < _today(programme, now)


def _today(programme: Programme, now: datetime) -> date:
    return now.astimezone(ZoneInfo(programme.zone)).date()


def _of_groups(
    db: Db, rows: Sequence[SessionRow], of_session: Mapping[int, Collection[int]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The groups that these people are why they meet as before, with their names."""
    people: dict[str, set[int]] = {}
    for row in rows:
        if of_session[row.id]:
            people.setdefault(row.group_name, set()).update(of_session[row.id])
    names = _names(db, {who for of_one in people.values() for who in of_one})
    return tuple((group, tuple(sorted(names[who] for who in people[group]))) for group in sorted(people))


def _without_way_in(
    db: Db, programme_id: int, rows: Sequence[SessionRow], effects: Mapping[int, Effect]
) -> tuple[str, ...]:
    """The names of groups that would meet by video without a link, or by phone without a number."""
    of_programme = select(JoinLinkRow).where(JoinLinkRow.programme_id == programme_id)
    links = {row.group_key: {VIDEO: row.url, PHONE: row.phone} for row in db.scalars(of_programme)}
    lacking = {
        row.group_name
        for row in rows
        if (mode := effects[row.id].mode) in FROM_AFAR and not links.get(row.group_key, {}).get(mode)
    }
    return tuple(sorted(lacking))


def _names(db: Db, people: Collection[int]) -> Mapping[int, str]:
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())


def _concerned(db: Db, session_ids: Collection[int]) -> Sequence[PersonRow]:
    """Everybody who is invited to one of these sessions, and has not left."""
    invited = (
        select(AttendeeRow.person_id)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .join(
            ParticipantRow,
            (ParticipantRow.person_id == AttendeeRow.person_id)
            & (ParticipantRow.programme_id == SessionRow.programme_id),
        )
        .where(AttendeeRow.session_id.in_(session_ids), ParticipantRow.left_at.is_(None))
    )
    return db.scalars(select(PersonRow).where(PersonRow.id.in_(invited)).order_by(PersonRow.id)).all()


def _tell(
    db: Db, programme_id: int, session_ids: Collection[int], surge: Surge | None, words: str, now: datetime, page: str
) -> None:
    """Write to everyone invited to one of these sessions: what is so from now on, without a word of any group. What
    becomes of each session they are told as of every change."""
    name, reply_to = get_programme(db, programme_id).name, coordinators_of(db, programme_id)
    for person in _concerned(db, session_ids):
        with in_language(person.language):
            lines = [greeting(person.name), *_lines(name, surge), words.strip()]
            ending = say("What this means for you is in your calendar and on your own page:")
            text = "\n\n".join([line for line in lines if line] + [f"{ending}\n{page}\n"])
            subject = say("Mentoring in busy weeks") if surge else say("Mentoring as usual again")
        post(db, Letter(person.email, subject, text, reply_to=reply_to), now)


def _lines(programme: str, surge: Surge | None) -> list[str]:
    if surge is None:
        return [
            say("Sessions of %(programme)s are as usual again, unless someone has changed them.", programme=programme)
        ]
    first = short_day(surge.first_day)
    when = (
        say("From %(first)s to %(last)s, %(programme)s takes less of your time.", first=first,
            last=short_day(surge.last_day), programme=programme)
        if surge.last_day
        else say("From %(first)s on, %(programme)s takes less of your time.", first=first, programme=programme)
    )  # fmt: skip
    found = [when]
    if surge.minutes is not None:
        found.append(say("Sessions begin as planned and last %(minutes)s minutes.", minutes=surge.minutes))
    if surge.remote:
        found.append(say("Groups that meet in person meet by video or phone, if everyone in them can."))
    if surge.written:
        found.append(
            say("Groups in which everyone accepts it have a week in writing instead: you answer questions by e-mail "
                "or on the session’s page when it suits you.")
        )  # fmt: skip
    return found
