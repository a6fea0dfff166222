"""What piles up in every installation: each has its time, whatever programme it is of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, select

from scheduler.db import Db
from scheduler.enrolment.tables import WaitingListRow
from scheduler.enrolment.waiting_lists import WAITS_FOR
from scheduler.groups.opportunities import OPEN_FOR
from scheduler.groups.tables import OpportunityRow
from scheduler.mail.service import KEPT as MAIL_KEPT
from scheduler.mail.tables import MailRow, TextRow, TroubleRow
from scheduler.rota_import.replaced import KEPT as REPLACED_KEPT
from scheduler.rota_import.results import KEPT as RESULTS_KEPT
from scheduler.rotas.tables import ImportResultRow, ReplacedRow, WaitingRow
from scheduler.signing_in.address_changes import KEPT as ADDRESS_CHANGES_KEPT
from scheduler.signing_in.kept_answers import KEPT as ANSWERS_KEPT
from scheduler.signing_in.links import FORGOTTEN_AFTER, LOGIN_DAYS
from scheduler.signing_in.tables import AddressChangeRow, ApiTokenRow, KeptAnswerRow, LoginRow, SignInLinkRow

ROTAS_WAIT: Final = timedelta(days=90)
"""So long a rota that was uploaded waits for answers, with the contents of its cells."""
TOKENS_KEPT: Final = timedelta(0)
"""A token that has ended is nobody’s any more."""
TROUBLES_KEPT: Final = timedelta(days=365)
"""So long it is known that mail to an address did not arrive, after the last time that it did not."""

KEPT: Final[Mapping[str, tuple[Any, ColumnElement[Any], timedelta]]] = {
    "devices signed in": (LoginRow, LoginRow.__table__.c.created_at, timedelta(days=LOGIN_DAYS)),
    "tokens for programs": (ApiTokenRow, ApiTokenRow.__table__.c.ends_at, TOKENS_KEPT),
    "answers to programs": (KeptAnswerRow, KeptAnswerRow.__table__.c.asked_at, ANSWERS_KEPT),
    "links to sign in": (SignInLinkRow, SignInLinkRow.__table__.c.ends_at, FORGOTTEN_AFTER),
    "changed addresses": (AddressChangeRow, AddressChangeRow.__table__.c.ends_at, ADDRESS_CHANGES_KEPT),
    "e-mails sent": (MailRow, MailRow.__table__.c.created_at, MAIL_KEPT),
    "text messages sent": (TextRow, TextRow.__table__.c.created_at, MAIL_KEPT),
    "addresses that e-mails didn't reach": (TroubleRow, TroubleRow.__table__.c.last_at, TROUBLES_KEPT),
    "lists that wait": (WaitingListRow, WaitingListRow.__table__.c.read_at, WAITS_FOR),
    "rotas that wait": (WaitingRow, WaitingRow.__table__.c.read_at, ROTAS_WAIT),
    "rotas as they were before an import": (ReplacedRow, ReplacedRow.__table__.c.made_at, REPLACED_KEPT),
    "opportunities posted to groups": (OpportunityRow, OpportunityRow.__table__.c.posted_at, OPEN_FOR),
    "results of imports": (ImportResultRow, ImportResultRow.__table__.c.made_at, RESULTS_KEPT),
}
"""By what it is called: where it is kept, from when its time counts, and how long that is."""


def old_entries(db: Db, now: datetime) -> Mapping[str, int]:
    """How many entries there are whose time is over, of each that has any."""
    counts = {
        what: db.scalar(select(func.count()).select_from(table).where(*_over(table, since, kept, now))) or 0
        for what, (table, since, kept) in KEPT.items()
    }
    return {what: count for what, count in counts.items() if count}


def delete_old(db: Db, now: datetime) -> Mapping[str, int]:
    """Delete them; returns how many of each."""
    counts = old_entries(db, now)
    for what in counts:
        table, since, kept = KEPT[what]
        db.execute(delete(table).where(*_over(table, since, kept, now)))
    return counts


def _over(table: Any, since: ColumnElement[Any], kept: timedelta, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of mail and texts, only what no longer waits to be sent."""
    waits = (table.next_try_at.is_(None),) if table in (MailRow, TextRow) else ()
    return (since < now - kept, *waits)
