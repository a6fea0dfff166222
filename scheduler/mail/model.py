"""A message as a value, before it is put into the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TroubleKind(StrEnum):
    """How mail did not arrive: a server refused it at once, or it was returned later."""

    REFUSED = "refused"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Letter:
    """A plain-text message to one person.

    ``calendar`` is an iCalendar object that goes with it. With the ``method`` REQUEST or CANCEL it is an invitation
    (RFC 6047), which mail programs show with buttons; with PUBLISH or none it is an attached file. ``file`` is a
    calendar that is attached beside an invitation, ``sheet`` a table as CSV. ``sender`` takes answers of calendars;
    empty is the installation's address. ``sender_name`` is the person who writes by way of the product. What people
    answer goes to ``reply_to``; where that is empty, to the coordinators of ``programme_id``. ``stop_url`` ends mail of
    this sort in one tap (RFC 8058). What is not ``urgent`` waits until its reader is awake.
    """

    address: str
    subject: str
    text: str
    calendar: str = ""
    method: str = ""
    sender: str = ""
    stop_url: str = ""
    over_at: datetime | None = None
    file: str = ""
    sender_name: str = ""
    reply_to: str = ""
    programme_id: int | None = None
    urgent: bool = False
    sheet: str = ""
