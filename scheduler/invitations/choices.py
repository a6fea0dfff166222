"""What somebody chose to get by mail: read, changed on their page, ended by the link in each message."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from scheduler.calendars.feeds import Purpose
from scheduler.calendars.tables import FeedRow
from scheduler.calendars.updating import is_open
from scheduler.errors import NotFound, Rejected
from scheduler.invitations.model import REMINDER_HOURS, MailChoices, Wish
from scheduler.invitations.tables import InvitationRow, MailChoiceRow, ReminderRow
from scheduler.languages import say
from scheduler.mail.addresses import Tag, TagKind
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow

_SHOWING_SESSIONS = (Purpose.PERSON, Purpose.RESIDENT, Purpose.FACILITATOR)
_STOPS = frozenset({TagKind.STOP_REMINDERS, TagKind.STOP_INVITATIONS})


@dataclass(frozen=True, slots=True)
class OwnChoices:
    """Somebody's choices, and what counts for invitations as long as they said nothing of them."""

    choices: MailChoices
    counts: Wish
    has_feed: bool


def own_choices(db: Session, actor: Actor) -> OwnChoices:
    """The actor's choices; defaults where they never said."""
    person_id = actor.person_id or 0
    choices = load_choices(db, (person_id,)).get(person_id, MailChoices())
    has_feed = person_id in with_feed(db, (person_id,))
    return OwnChoices(choices, choices.wish(has_feed), has_feed)


def choose(db: Session, actor: Actor, choices: MailChoices) -> None:
    """Take what the actor wants from now on. Reminders that wait are planned anew."""
    if not set(choices.reminder_hours) <= set(REMINDER_HOURS):
        raise Rejected(say("A reminder cannot be had at that time."))
    if actor.person_id is None:
        raise NotFound(say("Only people choose what they get by mail."))
    _store(db, actor.person_id, choices)


def stop(db: Session, tag: Tag) -> None:
    """End reminders or invitations of the person whom a signed link names."""
    person_id = tag.number
    if tag.kind not in _STOPS or db.get(PersonRow, person_id) is None:
        raise NotFound(say("This link is not one of ours, or not any more."))
    old = load_choices(db, (person_id,)).get(person_id, MailChoices())
    hours = () if tag.kind is TagKind.STOP_REMINDERS else old.reminder_hours
    invitations = Wish.NONE if tag.kind is TagKind.STOP_INVITATIONS else old.invitations
    _store(db, person_id, MailChoices(invitations, hours, old.quiet_from, old.quiet_to))


def load_choices(db: Session, person_ids: Collection[int]) -> Mapping[int, MailChoices]:
    """What these people chose; whoever never did is left out."""
    rows = db.scalars(select(MailChoiceRow).where(MailChoiceRow.person_id.in_(person_ids)))
    return {row.person_id: _choices(row) for row in rows}


def with_feed(db: Session, person_ids: Collection[int]) -> frozenset[int]:
    """Which of these people have a calendar link that shows their sessions."""
    feeds = select(FeedRow.owner_id).where(FeedRow.owner_id.in_(person_ids), FeedRow.purpose.in_(_SHOWING_SESSIONS))
    return frozenset(db.scalars(feeds.where(is_open())))


def _store(db: Session, person_id: int, choices: MailChoices) -> None:
    row = db.get(MailChoiceRow, person_id)
    if row is None:
        row = MailChoiceRow(person_id=person_id, invitations="", reminder_hours=[], quiet_from=time(), quiet_to=time())
        db.add(row)
    row.invitations = choices.invitations or ""
    row.reminder_hours = sorted(set(choices.reminder_hours), reverse=True)
    row.quiet_from, row.quiet_to = choices.quiet_from, choices.quiet_to
    _plan_reminders_anew(db, person_id)


def _plan_reminders_anew(db: Session, person_id: int) -> None:
    db.execute(delete(ReminderRow).where(ReminderRow.person_id == person_id, ReminderRow.sent_at.is_(None)))
    own = update(InvitationRow).where(InvitationRow.person_id == person_id)
    db.execute(own.values(reminders_for=None))


def _choices(row: MailChoiceRow) -> MailChoices:
    return MailChoices(
        invitations=Wish(row.invitations) if row.invitations else None,
        reminder_hours=tuple(row.reminder_hours),
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
    )
