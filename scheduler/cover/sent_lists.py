"""Cover lists sent to rota managers: what they were told is kept, so that the next list says what is other by then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, insert, or_, select, tuple_

from scheduler.audit.service import record
from scheduler.availability.intervals import whole_days
from scheduler.cover.files import cover_csv
from scheduler.cover.managers import Manager, get_manager
from scheduler.cover.model import Difference, Line, Wanted, difference
from scheduler.cover.service import cover_lines
from scheduler.cover.tables import CoverSendingRow, CoverToldRow
from scheduler.cover.ways import ways_of
from scheduler.cover.wording import letter_text
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.mail.model import Letter
from scheduler.mail.moments import day_in_words
from scheduler.mail.service import post
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.voices.releases import rates_by_site

MOST_SENDINGS: Final = 10
"""So many of the last sendings are shown."""
_FAR: Final = timedelta(days=366)
"""No session is moved farther than this."""


@dataclass(frozen=True, slots=True)
class ToSend:
    """What a list would say: whom it goes to, all of its lines, and what is other than they were last told."""

    manager: Manager
    lines: tuple[Line, ...]
    difference: Difference

    @property
    def is_empty(self) -> bool:
        """Whether nobody has to be released, and nothing is other than they were told."""
        return not self.lines and self.difference.nothing


@dataclass(frozen=True, slots=True)
class Sending:
    """A list that was sent, and by whom; ``new``, ``changed`` and ``over`` count what was other than before."""

    sent_at: datetime
    by: str
    first_day: date
    last_day: date
    lines: int
    new: int
    changed: int
    over: int


def to_send(db: Db, actor: Actor, programme_id: int, wanted: Wanted, now: datetime) -> ToSend:
    """What a list to the rota manager of `wanted` would say now. What was told of days beyond it stays as it is."""
    manager = get_manager(db, actor, programme_id, wanted.manager_id or 0)
    programme = get_programme(db, programme_id)
    lines = cover_lines(db, actor, programme_id, wanted)
    told = _told(db, programme, manager.id, wanted, now, lines)
    elsewhere = _on_other_days(db, actor, programme_id, wanted, told.keys() - {line.key for line in lines})
    return ToSend(manager, lines, difference(told, (*lines, *elsewhere)))


def send_list(db: Db, actor: Actor, programme_id: int, wanted: Wanted, now: datetime) -> ToSend:
    """Send the list by mail, as text and as a table, and keep what was told. Raises NotPossible without an address, and
    where there is nothing to say."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)  # of two who send at once the second says only what is new since the first
    must_go_on(db, programme_id)
    found = to_send(db, actor, programme_id, wanted, now)
    if not found.manager.email:
        raise NotPossible(
            say("We have no e-mail address for %(name)s.", name=found.manager.name),
            what_to_do=say("Enter it under “Rota managers”, then send the list."),
        )
    if found.is_empty:
        raise NotPossible(
            say("There is nothing to send for these days."), what_to_do=say("Choose other days for the list.")
        )
    first, last = day_in_words(wanted.first_day), day_in_words(wanted.last_day)
    subject = say("Release for mentoring, %(first)s to %(last)s", first=first, last=last)
    ways = ways_of(db, get_programme(db, programme_id))
    rates = rates_by_site(db, programme_id, now, {line.site_id for line in found.lines})
    text = letter_text(found.manager.name, wanted, found.lines, found.difference, ways, rates)
    sheet = cover_csv(found.lines).decode("utf-8-sig")
    post(db, Letter(found.manager.email, subject, text, sheet=sheet, programme_id=programme_id, urgent=True), now)
    _keep(db, actor, programme_id, wanted, found, now)
    return found


def list_sendings(db: Db, actor: Actor, programme_id: int, manager_id: int) -> tuple[Sending, ...]:
    """The last lists that a rota manager was sent, newest first."""
    get_manager(db, actor, programme_id, manager_id)
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(CoverSendingRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == CoverSendingRow.sent_by)
        .where(CoverSendingRow.manager_id == manager_id)
        .order_by(CoverSendingRow.id.desc())
        .limit(MOST_SENDINGS)
    )
    return tuple(
        Sending(row.sent_at, name or "", row.first_day, row.last_day, row.lines, row.new, row.changed, row.over)
        for row, name in rows
    )


def _on_other_days(
    db: Db, actor: Actor, programme_id: int, wanted: Wanted, gone: Collection[tuple[int, int, int, str]]
) -> tuple[Line, ...]:
    """Those releases of the days asked for that are needed on another day by now: they have moved, and are not over."""
    if not gone:
        return ()
    wide = replace(wanted, first_day=wanted.first_day - _FAR, last_day=wanted.last_day + _FAR)
    return tuple(line for line in cover_lines(db, actor, programme_id, wide) if line.key in gone)


def _told(
    db: Db, programme: Programme, manager_id: int, wanted: Wanted, now: datetime, lines: Iterable[Line]
) -> Mapping[tuple[int, int, int, str], Line]:
    """What a rota manager was told of these days that has not passed, and of what is on the list now: a session may
    have come from other days."""
    days = whole_days(wanted.first_day, wanted.last_day, ZoneInfo(programme.zone))
    in_days = and_(CoverToldRow.starts_at >= days.start, CoverToldRow.starts_at < days.end, CoverToldRow.ends_at > now)
    rows = db.execute(
        select(CoverToldRow, PersonRow.name, SiteRow.name, SiteRow.zone)
        .join(PersonRow, PersonRow.id == CoverToldRow.person_id)
        .join(SiteRow, SiteRow.id == CoverToldRow.site_id)
        .where(
            CoverToldRow.manager_id == manager_id,
            or_(in_days, CoverToldRow.session_id.in_({line.session_id for line in lines})),
        )
        .order_by(CoverToldRow.starts_at, PersonRow.name)
    )
    found = [
        (
            Line(
                row.session_id, row.person_id, name, row.site_id, site, zone, row.rota, row.duty,
                row.starts_at, row.ends_at, manager_id, "",
            ),
            days.start <= row.starts_at < days.end and row.ends_at > now,
        )
        for row, name, site, zone in rows
    ]  # fmt: skip
    now_listed = {line.key for line in lines}
    return {line.key: line for line, is_of_days in found if is_of_days or line.key in now_listed}


def _keep(db: Db, actor: Actor, programme_id: int, wanted: Wanted, found: ToSend, now: datetime) -> None:
    told = found.difference
    counts = {"new": len(told.new), "changed": len(told.changed), "over": len(told.over)}
    db.add(
        CoverSendingRow(
            manager_id=found.manager.id, sent_at=now, sent_by=actor.person_id,
            first_day=wanted.first_day, last_day=wanted.last_day, lines=len(found.lines), **counts,
        )
    )  # fmt: skip
    _forget(db, found.manager.id, (*told.changed, *told.over))
    new = [_row(found.manager.id, line) for line in (*told.new, *told.changed)]
    if new:
        db.execute(insert(CoverToldRow), new)
    record(db, actor, "cover.sent", now, programme_id, manager=found.manager.id, lines=len(found.lines), **counts)


def _forget(db: Db, manager_id: int, lines: Sequence[Line]) -> None:
    key = tuple_(CoverToldRow.session_id, CoverToldRow.person_id, CoverToldRow.site_id, CoverToldRow.rota)
    for some in _portions(lines):
        keys = [line.key for line in some]
        db.execute(delete(CoverToldRow).where(CoverToldRow.manager_id == manager_id, key.in_(keys)))


def _portions(lines: Sequence[Line], size: int = 200) -> Iterator[Sequence[Line]]:
    """A few at a time: a statement takes only so many values."""
    return (lines[start : start + size] for start in range(0, len(lines), size))


def _row(manager_id: int, line: Line) -> dict[str, object]:
    return {
        "manager_id": manager_id, "session_id": line.session_id, "person_id": line.person_id, "site_id": line.site_id,
        "rota": line.rota, "starts_at": line.starts_at, "ends_at": line.ends_at, "duty": line.duty,
    }  # fmt: skip
