"""What somebody chose to get by mail: read, changed on their page, ended by the link in each message."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import time

from sqlalchemy import delete, select, update

from scheduler.calendars.feed_updates import is_open
from scheduler.calendars.model import Purpose
from scheduler.calendars.tables import FeedRow
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, Rejected
from scheduler.groups.letters import get_place
from scheduler.groups.tables import GroupPlaceRow
from scheduler.invitations.model import REMINDER_HOURS, Channel, InvitationWish, MailChoices
from scheduler.invitations.tables import InvitationRow, MailChoiceRow, ReminderRow
from scheduler.languages import say
from scheduler.mail.addresses import Tag, TagKind
from scheduler.mail.texts import last_text_failed
from scheduler.people.model import Actor
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.phone_numbers import read_number

_SHOWING_SESSIONS = (Purpose.PERSON, Purpose.RESIDENT, Purpose.FACILITATOR)
_STOPS = frozenset({TagKind.STOP_REMINDERS, TagKind.STOP_INVITATIONS})


@dataclass(frozen=True, slots=True)
class GroupMail:
    """Whether somebody gets mail that is about one of their groups, and what its people write."""

    place_id: int
    group_name: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class OwnChoices:
    """Somebody's choices, and what counts for invitations as long as they said nothing of them."""

    choices: MailChoices
    counts: InvitationWish
    has_feed: bool
    groups: tuple[GroupMail, ...] = ()


def own_choices(db: Db, actor: Actor) -> OwnChoices:
    """The actor's choices; defaults where they never said."""
    person_id = actor.person_id or 0
    choices = load_choices(db, (person_id,)).get(person_id, MailChoices())
    has_feed = person_id in with_feed(db, (person_id,))
    return OwnChoices(choices, choices.wish(has_feed), has_feed, _groups(db, person_id))


def text_failed(db: Db, actor: Actor) -> bool:
    """Whether the last text message for the actor was given up, so that their number may be wrong."""
    person = db.get(PersonRow, actor.person_id) if actor.person_id is not None else None
    return person is not None and last_text_failed(db, person.email)


def choose(db: Db, actor: Actor, choices: MailChoices, *, texts: bool = False) -> None:
    """Take what the actor wants from now on. Reminders that wait are planned anew. Text messages can be chosen only
    where the installation sends ``texts``, and the calendar alone only with a calendar link."""
    if not set(choices.reminder_hours) <= set(REMINDER_HOURS):
        raise Rejected(say("Reminders can’t be sent at that time."))
    if actor.person_id is None:
        raise NotFound(say("Only the person concerned can choose their e-mails."))
    if choices.channel is Channel.CALENDAR and not with_feed(db, (actor.person_id,)):
        raise Rejected(
            say("You have no calendar link yet, so we couldn’t reach you."),
            (Fault("channel", say("Make a calendar link first, then choose this.")),),
        )
    number = _number(db, actor.person_id, choices.number, texts) if choices.channel is Channel.TEXT else ""
    _store(db, actor.person_id, replace(choices, number=number))


def _number(db: Db, person_id: int, text: str, texts: bool) -> str:
    """A number to which text messages go, as it is dialled from anywhere."""
    if not texts:
        raise Rejected(say("Text messages can’t be sent from here."), what_to_do=say("Choose e-mails instead."))
    zones = select(ProgrammeRow.zone).join(ParticipantRow, ParticipantRow.programme_id == ProgrammeRow.id)
    own = db.get_one(PersonRow, person_id).zone
    found = read_number(
        text, own or db.scalar(zones.where(ParticipantRow.person_id == person_id).order_by(ProgrammeRow.id)) or ""
    )
    if found is None or found[1]:
        words = say("Write a mobile number with its country’s code, such as +44 7700 900123.")
        raise Rejected(say("Please check the fields marked below."), (Fault("number", words),))
    return found[0]


def choose_groups(db: Db, actor: Actor, wanted: Collection[int]) -> None:
    """Take about which of the actor's groups, each given by their place in it, they want mail."""
    for place in db.scalars(select(GroupPlaceRow).where(GroupPlaceRow.person_id == actor.person_id)):
        place.muted = place.id not in wanted


def _groups(db: Db, person_id: int) -> tuple[GroupMail, ...]:
    """The published groups to which somebody belongs, as far as they can be written to."""
    rows = db.execute(
        select(GroupPlaceRow.id, GroupRow.name, GroupPlaceRow.muted)
        .join(GroupRow, GroupRow.key == GroupPlaceRow.group_key)
        .join(PlanRow, (PlanRow.id == GroupRow.plan_id) & (PlanRow.programme_id == GroupPlaceRow.programme_id))
        .join(MemberRow, (MemberRow.group_id == GroupRow.id) & (MemberRow.person_id == GroupPlaceRow.person_id))
        .where(GroupPlaceRow.person_id == person_id, PlanRow.state == PlanState.PUBLISHED, has_not_left())
        .order_by(GroupRow.name, GroupPlaceRow.id)
    )
    return tuple(GroupMail(place_id, name, not muted) for place_id, name, muted in rows)


def stop(db: Db, tag: Tag) -> None:
    """End reminders or invitations of the person, or mail about the group, that a signed link names."""
    if tag.kind is TagKind.STOP_GROUP:
        get_place(db, tag.number).muted = True
        return
    person_id = tag.number
    if tag.kind not in _STOPS or db.get(PersonRow, person_id) is None:
        raise NotFound(say("This link is not one of ours, or no longer works."))
    old = load_choices(db, (person_id,)).get(person_id, MailChoices())
    hours = () if tag.kind is TagKind.STOP_REMINDERS else old.reminder_hours
    invitations = InvitationWish.NONE if tag.kind is TagKind.STOP_INVITATIONS else old.invitations
    _store(db, person_id, replace(old, invitations=invitations, reminder_hours=hours))


def load_choices(db: Db, person_ids: Collection[int]) -> Mapping[int, MailChoices]:
    """What these people chose; those who never did are left out."""
    rows = db.scalars(select(MailChoiceRow).where(MailChoiceRow.person_id.in_(person_ids)))
    return {row.person_id: _choices(row) for row in rows}


def with_feed(db: Db, person_ids: Collection[int]) -> frozenset[int]:
    """Which of these people have a calendar link that shows their sessions."""
    feeds = select(FeedRow.owner_id).where(FeedRow.owner_id.in_(person_ids), FeedRow.purpose.in_(_SHOWING_SESSIONS))
    return frozenset(db.scalars(feeds.where(is_open())))


def _store(db: Db, person_id: int, choices: MailChoices) -> None:
    row = db.get(MailChoiceRow, person_id)
    if row is None:
        row = MailChoiceRow(person_id=person_id, invitations="", reminder_hours=[], quiet_from=time(), quiet_to=time())
        db.add(row)
    row.invitations = choices.invitations or ""
    row.reminder_hours = sorted(set(choices.reminder_hours), reverse=True)
    row.quiet_from, row.quiet_to = choices.quiet_from, choices.quiet_to
    row.channel, row.number = choices.channel, choices.number
    _plan_reminders_anew(db, person_id)


def _plan_reminders_anew(db: Db, person_id: int) -> None:
    db.execute(delete(ReminderRow).where(ReminderRow.person_id == person_id, ReminderRow.sent_at.is_(None)))
    own = update(InvitationRow).where(InvitationRow.person_id == person_id)
    db.execute(own.values(reminders_for=None))


def _choices(row: MailChoiceRow) -> MailChoices:
    return MailChoices(
        invitations=InvitationWish(row.invitations) if row.invitations else None,
        reminder_hours=tuple(row.reminder_hours),
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        channel=row.channel,
        number=row.number,
    )
