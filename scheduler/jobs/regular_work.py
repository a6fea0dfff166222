"""What is done again and again beside the pages and the plans, by whichever dispatcher: name, what, every so many
seconds. What is fetched and told over the network has child processes of its own, and each dispatcher its way with
them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from sqlalchemy import select

from scheduler.audit.checks import check_if_due
from scheduler.calendars.due_feeds import bring_due_feeds_up_to_date, programmes_with_due_feeds
from scheduler.clock import now
from scheduler.consequences import bring_up_to_date, everything
from scheduler.coordination.waiting_swaps import WaitingSwaps
from scheduler.db import Database
from scheduler.invitations.quiet_hours import asleep_until
from scheduler.jobs.correspondence import (
    FORGETTING_SECONDS,
    REMINDING_SECONDS,
    TELLING_COORDINATORS_SECONDS,
    TELLING_SECONDS,
    WRITING_SECONDS,
    Correspondence,
)
from scheduler.jobs.monthly_evidence import EVIDENCE_SECONDS, work_out_due
from scheduler.mail.service import send_waiting
from scheduler.mail.texts import send_texts
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.retention.service import carry_out
from scheduler.sessions.offers import look_for_due_offers, programmes_with_due_offers
from scheduler.settings import Settings
from scheduler.troubles.automatic_settlement import SelfSettling

CALENDAR_SECONDS: Final = 10.0
WEBHOOK_SECONDS: Final = 2.0
STATISTICS_SECONDS: Final = 600.0
RETENTION_SECONDS: Final = 3600.0
RECORD_SECONDS: Final = 300.0
"""How often is asked whether the audit trail is due to be looked through."""
SETTLING_SECONDS: Final = 60.0
AT_EVERY_LOOK: Final = 0.0

Work: TypeAlias = tuple[str, Callable[[], object], float]


def regular_work(database: Database, settings: Settings) -> tuple[Work, ...]:
    """All of it. Each piece finds by itself what is due, and leaves what another has done alone."""
    letters = Correspondence(database, settings)
    settling, swaps = SelfSettling(database, settings.base_url), WaitingSwaps(database)
    return (
        ("mail", partial(_send_mail, database, settings), AT_EVERY_LOOK),
        ("invitations", letters.tell, TELLING_SECONDS),
        ("reminders", letters.remind, REMINDING_SECONDS),
        ("weeks in writing", letters.attend_to_weeks, WRITING_SECONDS),
        ("coordinators", letters.tell_coordinators, TELLING_COORDINATORS_SECONDS),
        ("old mail", letters.forget, FORGETTING_SECONDS),
        ("feeds", partial(_bring_due_feeds_up_to_date, database), AT_EVERY_LOOK),
        ("offers", partial(_look_for_offers, database), AT_EVERY_LOOK),
        ("troubles", lambda: settling.settle(now()), SETTLING_SECONDS),
        ("swaps", lambda: swaps.look(now()), SETTLING_SECONDS),
        ("statistics", database.gather_statistics, STATISTICS_SECONDS),
        ("retention", lambda: carry_out(database, now()), RETENTION_SECONDS),
        ("record", lambda: check_if_due(database, now()), RECORD_SECONDS),
        ("evidence", partial(work_out_due, database), EVIDENCE_SECONDS),
    )


def living_programmes(database: Database) -> tuple[int, ...]:
    """Those in which something may change by itself: nothing does in one that is archived."""
    living = select(ProgrammeRow.id).where(ProgrammeRow.archived_at.is_(None)).order_by(ProgrammeRow.id)
    with database.reading() as db:
        return tuple(db.scalars(living))


def follow_up(database: Database, programme_id: int) -> None:
    """Bring everything that is worked out of a programme up to date. Some of it changes without anybody changing
    anything: cancelled sessions leave the feeds after a while."""
    with database.writing() as db:
        bring_up_to_date(db, everything(programme_id, now()))


def _send_mail(database: Database, settings: Settings) -> None:
    send_waiting(database, settings, now(), asleep_until)
    send_texts(database, settings, now(), asleep_until)


def _bring_due_feeds_up_to_date(database: Database) -> None:
    with database.reading() as db:
        due = programmes_with_due_feeds(db)
    for programme_id in due:
        with database.writing() as db:
            lock_programme(db, programme_id)
            bring_due_feeds_up_to_date(db, programme_id, now())


def _look_for_offers(database: Database) -> None:
    with database.reading() as db:
        due = programmes_with_due_offers(db)
    for programme_id in due:
        with database.writing() as db:
            lock_programme(db, programme_id)
            look_for_due_offers(db, programme_id, now())
