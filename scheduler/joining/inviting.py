"""Invitations and reminders: short, warm, plain text, each with a link of its own that signs its reader in once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.joining.model import STEPS, State, Step, state_of
from scheduler.joining.tables import AnswerRow
from scheduler.languages import say, speaking
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor, Role
from scheduler.people.signing_in import make_link
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.safety.service import record

INVITATION_DAYS = 14
"""How long an invitation signs its reader in; whoever opens it later gets a new link in one tap."""
REMIND_AFTER = timedelta(days=2)
"""Nobody is reminded, or invited again, sooner than this."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person on the coordinator's page of answers. ``needs`` is what they wrote for the coordinators to read."""

    person_id: int
    name: str
    kind: str
    state: State
    saved: int
    steps: int
    invited_at: datetime | None
    reminded_at: datetime | None
    changed_at: datetime | None
    needs: str
    left_at: datetime | None


def list_answers(db: Session, actor: Actor, programme_id: int) -> tuple[Line, ...]:
    """How far everybody is, by name. What they answered is not in it."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return tuple(_line(person, part, row) for person, part, row in _everybody(db, programme_id))


def invite(
    db: Session, actor: Actor, programme_id: int, person_ids: Collection[int] | None, base_url: str, now: datetime
) -> int:
    """Invite these people, or all who have not been; returns how many. Who has answered or left is passed over."""
    wanted = [
        one for one in _waiting(db, actor, programme_id)
        if (one.row.invited_at is None if person_ids is None else one.person.id in person_ids)
        and _is_due(one.row.invited_at, now)
    ]  # fmt: skip
    programme, sender = get_programme(db, programme_id), actor.name
    for one in wanted:
        with speaking(one.person.language):
            subject, text = _invitation(one, programme, sender)
        _send(db, one.person, subject, text, base_url, now)
        one.row.invited_at = now
    record(db, actor, "joining.invited", now, programme_id, people=len(wanted))
    return len(wanted)


def remind(db: Session, actor: Actor, programme_id: int, base_url: str, now: datetime) -> int:
    """Remind everybody who was invited and has not answered yet; returns how many. Nobody is written to twice in
    :data:`REMIND_AFTER`."""
    wanted = [
        one for one in _waiting(db, actor, programme_id)
        if one.row.invited_at is not None and _is_due(one.row.reminded_at or one.row.invited_at, now)
    ]  # fmt: skip
    programme, sender = get_programme(db, programme_id), actor.name
    for one in wanted:
        with speaking(one.person.language):
            subject, text = _reminder(one, programme, sender)
        _send(db, one.person, subject, text, base_url, now)
        one.row.reminded_at = now
    record(db, actor, "joining.reminded", now, programme_id, people=len(wanted))
    return len(wanted)


@dataclass(frozen=True, slots=True)
class _One:
    """Somebody who has not answered yet."""

    person: PersonRow
    part: ParticipantRow
    row: AnswerRow


def _waiting(db: Session, actor: Actor, programme_id: int) -> list[_One]:
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    found = []
    for person, part, known in _everybody(db, programme_id):
        row = known or AnswerRow(programme_id=programme_id, person_id=person.id, steps=[], needs="")
        if _state(part, row) in (State.NOT, State.HALF):
            if known is None:
                db.add(row)
            found.append(_One(person, part, row))
    return found


def _everybody(db: Session, programme_id: int) -> Iterable[tuple[PersonRow, ParticipantRow, AnswerRow | None]]:
    rows = db.execute(
        select(PersonRow, ParticipantRow, AnswerRow)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .outerjoin(AnswerRow, (AnswerRow.person_id == PersonRow.id) & (AnswerRow.programme_id == programme_id))
        .where(ParticipantRow.programme_id == programme_id)
        .order_by(PersonRow.name, PersonRow.id)
    )
    return ((person, part, row) for person, part, row in rows)


def _is_due(last: datetime | None, now: datetime) -> bool:
    return last is None or last + REMIND_AFTER <= now


def _state(part: ParticipantRow, row: AnswerRow | None) -> State:
    steps = frozenset(Step(step) for step in row.steps) if row else frozenset()
    return state_of(part.kind, steps, row.agreed_at if row else None, part.left_at)


def _line(person: PersonRow, part: ParticipantRow, row: AnswerRow | None) -> Line:
    return Line(
        person_id=person.id,
        name=person.name,
        kind=part.kind,
        state=_state(part, row),
        saved=len(row.steps) if row else 0,
        steps=len(STEPS[Role(part.kind)]),
        invited_at=row.invited_at if row else None,
        reminded_at=row.reminded_at if row else None,
        changed_at=row.changed_at if row else None,
        needs=row.needs if row else "",
        left_at=part.left_at,
    )


def _send(db: Session, person: PersonRow, subject: str, text: str, base_url: str, now: datetime) -> None:
    lasts = timedelta(days=INVITATION_DAYS)
    secret = make_link(db, person.id, now, lasts=lasts)
    put_in_outbox(
        db, person.email, subject, text.replace("{link}", f"{base_url}/sign-in/{secret}"), now, over_at=now + lasts
    )


def _invitation(one: _One, programme: Programme, sender: str) -> tuple[str, str]:
    subject = say("%(programme)s: would you like to join?", programme=programme.name)
    asked = _what_residents_get(programme) if one.part.kind == "resident" else _what_faculty_give(programme)
    return subject, "\n\n".join(
        (
            say("Hello %(name)s,", name=one.person.name),
            asked,
            say("Say yes or no here. It takes about four minutes, and there is no password:"),
            "{link}",
            _about_the_link(),
            f"{sender}\n",
        )
    )


def _what_residents_get(programme: Programme) -> str:
    return say(
        "you are invited to %(programme)s: a small group of doctors in training that meets %(rounds)s times for "
        "%(minutes)s minutes, on dates that your rota leaves free. Your nights are known already, so you have little "
        "to type. It is mentoring: nobody who supervises or assesses you is in your group.",
        programme=programme.name,
        rounds=len(programme.rounds),
        minutes=programme.session_minutes,
    )


def _what_faculty_give(programme: Programme) -> str:
    return say(
        "would you facilitate a group in %(programme)s? It meets %(rounds)s times for %(minutes)s minutes, and you get "
        "all dates at once, clear of your clinics. Nothing to chase, no room to book.",
        programme=programme.name,
        rounds=len(programme.rounds),
        minutes=programme.session_minutes,
    )


def _reminder(one: _One, programme: Programme, sender: str) -> tuple[str, str]:
    subject = say("%(programme)s: your answer is still open", programme=programme.name)
    half = say("You have begun; what you said is kept, and you go on where you stopped.") if one.row.steps else ""
    return subject, "\n\n".join(
        part
        for part in (
            say("Hello %(name)s,", name=one.person.name),
            say("soon the groups of %(programme)s are formed, around everybody's rota.", programme=programme.name),
            half,
            say("If you would like to be in one, tell us here. No is an answer too, and needs no reason:"),
            "{link}",
            _about_the_link(),
            f"{sender}\n",
        )
        if part
    )


def _about_the_link() -> str:
    return say(
        "The link is yours alone and works once, for %(days)s days. After that the same page sends you a new one.",
        days=INVITATION_DAYS,
    )
