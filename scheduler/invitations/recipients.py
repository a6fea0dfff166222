"""Who gets mail: address, language, clock and choices of many people at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.invitations.choices import load_choices, with_feed
from scheduler.invitations.letters import Recipient
from scheduler.invitations.model import MailChoices
from scheduler.invitations.tables import InvitationRow
from scheduler.mail.tables import MailRow
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.tables import SiteRow
from scheduler.sessions.tables import SessionRow


def load_recipients(db: Db, person_ids: Collection[int], now: datetime) -> Mapping[int, Recipient]:
    """These people by id, in a handful of queries however many there are."""
    zones = _zones(db, person_ids)
    choices = load_choices(db, person_ids)
    feeds = with_feed(db, person_ids)
    announced = _announced(db, person_ids, now)
    people = db.scalars(select(PersonRow).where(PersonRow.id.in_(person_ids)))
    return {
        person.id: Recipient(
            person_id=person.id,
            name=person.name,
            address=person.email,
            language=person.language,
            zone=person.zone,
            zones=zones.get(person.id, {}),
            choices=choices.get(person.id, MailChoices()),
            has_feed=person.id in feeds,
            announced_in=frozenset(announced.get(person.id, ())),
        )
        for person in people
    }


def _announced(db: Db, person_ids: Collection[int], now: datetime) -> Mapping[int, set[int]]:
    """Person → programmes of which they were told something that lies ahead, by a letter that is not waiting."""
    rows = db.execute(
        select(InvitationRow.person_id, SessionRow.programme_id)
        .join(SessionRow, SessionRow.id == InvitationRow.session_id)
        .outerjoin(MailRow, MailRow.id == InvitationRow.mail_id)
        .where(InvitationRow.person_id.in_(person_ids), InvitationRow.ends_at > now, MailRow.next_try_at.is_(None))
        .distinct()
    )
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, programme_id in rows:
        found[person_id].add(programme_id)
    return found


def _zones(db: Db, person_ids: Collection[int]) -> Mapping[int, dict[int, str]]:
    """Person → programme → the zone of their site there."""
    rows = db.execute(
        select(ParticipantRow.person_id, ParticipantRow.programme_id, SiteRow.zone)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .where(ParticipantRow.person_id.in_(person_ids))
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for person_id, programme_id, zone in rows:
        if zone:
            found[person_id][programme_id] = zone
    return found
