"""A facilitator's own record: sessions led, hours, who came, as the appraisal asks for it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.db import Db
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.plans.model import MemberRole
from scheduler.programmes.firewall import withheld_in
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.attendance_sums import Unnamed, unnamed_in
from scheduler.sessions.in_writing import Writers, writers
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class LedSession:
    """A past session led by the actor. ``residents`` is how many came; None until it is recorded. Of the others so many
    took part ``in_writing``. It is ``withheld``, and those over whom the actor has power now are not counted, where
    some of them were invited."""

    session_id: int
    programme: str
    group: str
    starts_at: datetime
    zone: str
    minutes: int
    residents: int | None
    withheld: bool = False
    in_writing: int = 0

    @property
    def is_held(self) -> bool:
        """Whether it is noted that anybody came; where some are withheld, that the actor did."""
        return bool(self.residents) or (self.withheld and self.residents is not None)


def sessions_led(db: Db, actor: Actor, now: datetime) -> tuple[LedSession, ...]:
    """The sessions that the actor led and that are over, the newest first; those noted as missed are left out."""
    own = (AttendeeRow.person_id == actor.person_id, AttendeeRow.role == MemberRole.FACILITATOR)
    rows = db.execute(
        select(SessionRow, ProgrammeRow.name, ProgrammeRow.zone)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
        .where(*own, SessionRow.ends_at <= now, SessionRow.status != SessionStatus.CANCELLED)
        .options(selectinload(SessionRow.attendees))
        .order_by(SessionRow.starts_at.desc())
    ).all()
    came = _came(db, [row.id for row, _, _ in rows])
    wrote = writers(db, SessionRow.id.in_([row.id for row, _, _ in rows]))
    withheld = withheld_in(db, actor, {row.programme_id for row, _, _ in rows}, now)
    unnamed = unnamed_in(db, SessionRow.id.in_([row.id for row, _, _ in rows]))
    return tuple(
        _led(
            row,
            programme,
            zone,
            came.get(row.id),
            withheld[row.programme_id],
            wrote.get(row.id, Writers()).wrote,
            unnamed.get(row.id, Unnamed()),
        )
        for row, programme, zone in rows
        if row.id not in came or came[row.id].get(actor.person_id or 0, False)
    )


def minutes_led(led: Iterable[LedSession]) -> int:
    """The minutes of sessions that were held."""
    return sum(session.minutes for session in led if session.is_held)


def as_csv(led: Iterable[LedSession]) -> str:
    """The record for a spreadsheet (RFC 4180): one line a session that was held, on the programme's clock."""
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\r\n")
    table.writerow([say("date"), say("start"), say("programme"), say("group"), say("minutes"), say("residents"),
                        say("in writing")])  # fmt: skip
    for session in led:
        if session.is_held:
            start = session.starts_at.astimezone(ZoneInfo(session.zone))
            names = (plain_cell(session.programme), plain_cell(session.group))
            people = ("", "") if session.withheld else (session.residents, session.in_writing)
            table.writerow([f"{start:%Y-%m-%d}", f"{start:%H:%M}", *names, session.minutes, *people])
    return lines.getvalue()


def plain_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _came(db: Db, session_ids: list[int]) -> Mapping[int, Mapping[int, bool]]:
    found: dict[int, dict[int, bool]] = defaultdict(dict)
    for row in db.scalars(select(AttendedRow).where(AttendedRow.session_id.in_(session_ids))):
        found[row.session_id][row.person_id] = row.came
    return found


def _led(
    row: SessionRow,
    programme: str,
    zone: str,
    came: Mapping[int, bool] | None,
    withheld: frozenset[int],
    wrote: frozenset[int],
    unnamed: Unnamed,
) -> LedSession:
    everybody = {attendee.person_id for attendee in row.attendees if attendee.role == MemberRole.RESIDENT}
    residents = frozenset(everybody - withheld)
    return LedSession(
        session_id=row.id,
        programme=programme,
        group=row.group_name,
        starts_at=row.starts_at,
        zone=zone,
        minutes=round((row.ends_at - row.starts_at).total_seconds() / 60),
        residents=_counted(came, residents, unnamed),
        withheld=residents != everybody,
        in_writing=sum(not (came or {}).get(person_id, False) for person_id in residents & wrote) + unnamed.wrote,
    )


def _counted(came: Mapping[int, bool] | None, residents: frozenset[int], unnamed: Unnamed) -> int | None:
    """How many residents came, those too of whom no name is kept any more; None where nothing was noted."""
    if came is None and not unnamed.noted:
        return None
    return sum((came or {}).get(person_id, False) for person_id in residents) + unnamed.came
