"""Invitations and reminders: short, warm, plain text, each with a link of its own that signs its reader in once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.joining.model import JoiningState, Step, state_of
from scheduler.joining.state_query import joining_state
from scheduler.joining.tables import AnswerRow
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox, withdraw
from scheduler.mail.tables import MailRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.signing_in.links import make_mailed_link

INVITATION_DAYS = 14
"""How long an invitation signs its reader in; whoever opens it later gets a new link in one tap."""
REMIND_AFTER = timedelta(days=2)
"""Nobody is reminded, or invited again, sooner than this."""


def invite(
    db: Db, actor: Actor, programme_id: int, person_ids: Collection[int] | None, base_url: str, now: datetime
) -> int:
    """Invite these people, or all who have not been; returns how many. Who has answered or left is passed over."""
    wanted = [
        one for one in _waiting(db, actor, programme_id)
        if (one.row.invited_at is None if person_ids is None else one.person.id in person_ids)
        and _is_due(one.row.invited_at, now)
    ]  # fmt: skip
    programme, sender = get_programme(db, programme_id), actor.name
    for one in wanted:
        with in_language(one.person.language):
            subject, text = _invitation(one, programme, sender)
        _send(db, programme_id, one.person, subject, text, base_url, now)
        one.row.invited_at = now
    invited = sorted(one.person.id for one in wanted)
    record(db, actor, "joining.invited", now, programme_id, people=len(wanted), invited=invited)
    return len(wanted)


def remind(
    db: Db, actor: Actor, programme_id: int, base_url: str, now: datetime, person_ids: Collection[int] | None = None
) -> int:
    """Remind those of these people, or of all, who were invited and have not answered yet; returns how many. Nobody is
    written to twice in :data:`REMIND_AFTER`."""
    wanted = [
        one for one in _waiting(db, actor, programme_id)
        if one.row.invited_at is not None and _is_due(one.row.reminded_at or one.row.invited_at, now)
        and (person_ids is None or one.person.id in person_ids)
    ]  # fmt: skip
    programme, sender = get_programme(db, programme_id), actor.name
    for one in wanted:
        with in_language(one.person.language):
            subject, text = _reminder(one, programme, sender)
        _send(db, programme_id, one.person, subject, text, base_url, now)
        one.row.reminded_at = now
    record(db, actor, "joining.reminded", now, programme_id, people=len(wanted))
    return len(wanted)


def count_due(db: Db, actor: Actor, programme_id: int, now: datetime) -> int:
    """How many a reminder would reach now."""
    actor.must_have(programme_id, Role.COORDINATOR)
    last = func.coalesce(AnswerRow.reminded_at, AnswerRow.invited_at)
    unfinished = joining_state().in_([state.value for state in JoiningState if state.is_unfinished])
    waiting = select(func.count()).select_from(AnswerRow).join(ParticipantRow, and_(
        ParticipantRow.person_id == AnswerRow.person_id, ParticipantRow.programme_id == AnswerRow.programme_id
    )).where(AnswerRow.programme_id == programme_id, AnswerRow.invited_at.is_not(None))  # fmt: skip
    return db.scalar(waiting.where(unfinished, last <= now - REMIND_AFTER)) or 0


def withdraw_unsent(db: Db, programme_id: int) -> None:
    """Give up invitations and reminders of a programme that wait to be sent; whom they were for counts as not written
    to. They are known by their moment, their address and how long their links last."""
    waiting = db.execute(
        select(MailRow.id, MailRow.created_at, MailRow.over_at, AnswerRow)
        .join(PersonRow, PersonRow.email == MailRow.address)
        .join(AnswerRow, AnswerRow.person_id == PersonRow.id)
        .where(AnswerRow.programme_id == programme_id, MailRow.next_try_at.is_not(None))
        .where(MailRow.created_at.in_((AnswerRow.invited_at, AnswerRow.reminded_at)))
    ).all()
    theirs = [(id_, at, row) for id_, at, over_at, row in waiting if over_at == at + timedelta(days=INVITATION_DAYS)]
    withdraw(db, [id_ for id_, _, _ in theirs])
    for _, at, row in theirs:
        row.invited_at = None if row.invited_at == at else row.invited_at
        row.reminded_at = None if row.reminded_at == at else row.reminded_at


@dataclass(frozen=True, slots=True)
class _Participant:
    """Somebody who has not answered yet."""

    person: PersonRow
    part: ParticipantRow
    row: AnswerRow


def _waiting(db: Db, actor: Actor, programme_id: int) -> list[_Participant]:
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    found = []
    for person, part, known in _everybody(db, programme_id):
        row = known or AnswerRow(programme_id=programme_id, person_id=person.id, steps=[], needs="")
        if _state(part, row) in (JoiningState.NOT, JoiningState.HALF):
            if known is None:
                db.add(row)
            found.append(_Participant(person, part, row))
    return found


def _everybody(db: Db, programme_id: int) -> Iterable[tuple[PersonRow, ParticipantRow, AnswerRow | None]]:
    rows = db.execute(
        select(PersonRow, ParticipantRow, AnswerRow)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .outerjoin(AnswerRow, (AnswerRow.person_id == PersonRow.id) & (AnswerRow.programme_id == programme_id))
        .where(ParticipantRow.programme_id == programme_id, ~ParticipantRow.guest)
        .order_by(PersonRow.name, PersonRow.id)
    )
    return ((person, part, row) for person, part, row in rows)


def _is_due(last: datetime | None, now: datetime) -> bool:
    return last is None or last + REMIND_AFTER <= now


def _state(part: ParticipantRow, row: AnswerRow | None) -> JoiningState:
    steps = frozenset(Step(step) for step in row.steps) if row else frozenset()
    return state_of(part.kind, steps, row.agreed_at if row else None, part.left_at, declined=part.declined)


def _send(db: Db, programme_id: int, person: PersonRow, subject: str, text: str, base_url: str, now: datetime) -> None:
    lasts = timedelta(days=INVITATION_DAYS)
    link = make_mailed_link(db, person.id, base_url, now, lasts)
    with in_language(person.language):
        words = text.replace("{link}", link.words)
    put_in_outbox(db, person.email, subject, words, now, over_at=now + lasts, programme_id=programme_id)


def _invitation(one: _Participant, programme: Programme, sender: str) -> tuple[str, str]:
    if one.row.agreed_at is None and one.row.changed_at is not None:  # answers of the term before, and no yes yet
        return _asked_again(one, programme, sender)
    subject = say("%(programme)s: would you like to join?", programme=programme.name)
    asked = _what_residents_get(programme) if one.part.kind == Role.RESIDENT else _what_faculty_give(programme)
    return subject, "\n\n".join(
        (
            greeting(one.person.name),
            asked,
            say("You can say yes or no here. It takes about four minutes and there is no password:"),
            "{link}",
            _about_the_link(),
            f"{sender}\n",
        )
    )


def _asked_again(one: _Participant, programme: Programme, sender: str) -> tuple[str, str]:
    subject = say("%(programme)s: would you like to go on?", programme=programme.name)
    return subject, "\n\n".join(
        (
            greeting(one.person.name),
            say(
                "%(programme)s is about to begin: %(rounds)s sessions of %(minutes)s minutes each, on dates that fit "
                "around your rotas. Would you like to go on?",
                programme=programme.name,
                rounds=len(programme.rounds),
                minutes=programme.session_minutes,
            ),
            say(
                "Your answers from last term are still there, so a yes takes one tap, and you can change them. “No” is "
                "fine too, and needs no reason. You’re not in a group unless you say yes:"
            ),
            "{link}",
            _about_the_link(),
            f"{sender}\n",
        )
    )


def _what_residents_get(programme: Programme) -> str:
    return say(
        "You’re invited to join %(programme)s: a small group of doctors in training that meets %(rounds)s times, "
        "for %(minutes)s minutes each, on dates that fit around your rotas. It’s mentoring, not assessment: nobody "
        "who supervises or assesses you will be in your group, unless you’ve read why and don’t mind.",
        programme=programme.name,
        rounds=len(programme.rounds),
        minutes=programme.session_minutes,
    )


def _what_faculty_give(programme: Programme) -> str:
    return say(
        "Would you facilitate a group in %(programme)s? It meets %(rounds)s times, for %(minutes)s minutes each. "
        "You’ll get all the dates at once, clear of your clinics, with nobody to chase and no rooms to book.",
        programme=programme.name,
        rounds=len(programme.rounds),
        minutes=programme.session_minutes,
    )


def _reminder(one: _Participant, programme: Programme, sender: str) -> tuple[str, str]:
    subject = say("%(programme)s: we haven’t had your answer yet", programme=programme.name)
    half = (
        say("You’ve already started. Your answers are saved, and you can carry on where you left off.")
        if one.row.agreed_at is not None
        else ""
    )
    return subject, "\n\n".join(
        part
        for part in (
            greeting(one.person.name),
            say("We’ll soon form the groups for %(programme)s, around everyone’s rota.", programme=programme.name),
            half,
            say("If you’d like to be in one, please tell us here. “No” is fine too, and needs no reason:"),
            "{link}",
            _about_the_link(),
            f"{sender}\n",
        )
        if part
    )


def _about_the_link() -> str:
    return say(
        "This link is for you alone. It works once, within %(days)s days; after that, the same page will send you a "
        "new one.",
        days=INVITATION_DAYS,
    )
