"""A message as a value, before it is put into the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """A plain-text message to one person.

    ``calendar`` is an iCalendar object that goes with it. With the ``method`` REQUEST or CANCEL it is an invitation
    (RFC 6047), which mail programs show with buttons; with PUBLISH or none it is an attached file. ``sender`` takes
    answers; empty is the installation's address. ``stop_url`` ends mail of this sort in one tap (RFC 8058).
    """

    address: str
    subject: str
    text: str
    calendar: str = ""
    method: str = ""
    sender: str = ""
    stop_url: str = ""
    over_at: datetime | None = None
