"""Signing in by one's institution (OpenID Connect): from who somebody is there to who they are here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.tables import PersonRow
from scheduler.signing_in.tables import IdentityRow


@dataclass(frozen=True, slots=True)
class Identity:
    """What an institution says of somebody (OpenID Connect Core 1.0, section 5.1). ``subject`` is theirs for ever;
    ``email`` counts only where it is ``email_proven``."""

    issuer: str
    subject: str
    email: str
    email_proven: bool


def find_person_of(db: Db, identity: Identity, now: datetime) -> int | None:
    """The id of who this is, or None for somebody whom no programme has on its list.

    Known by subject, whatever their address is by now; the first time by their address, if it is proven: anybody could
    give somebody else's. From then on the subject stands for the person.
    """
    known = db.get(IdentityRow, (identity.issuer, identity.subject))
    if known is not None:
        return known.person_id
    if not identity.email_proven or not identity.email:
        return None
    email = identity.email.strip().lower()
    # Held until the end: of two first sign-ins at a time the second finds what the first has linked.
    person_id = db.scalar(select(PersonRow.id).where(PersonRow.email == email).with_for_update())
    if person_id is not None and db.get(IdentityRow, (identity.issuer, identity.subject)) is None:
        db.add(IdentityRow(issuer=identity.issuer, subject=identity.subject, person_id=person_id, linked_at=now))
    return person_id
