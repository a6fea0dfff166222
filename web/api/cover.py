"""The cover list: who is to be released when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from scheduler.cover.model import MOST_DAYS, USUAL_WEEKS, Line, Wanted
from scheduler.cover.service import cover_lines, weeks_ahead
from scheduler.errors import Fault
from scheduler.languages import say as _
from scheduler.programmes.service import get_programme
from web.api.operations import Answer, operation
from web.api.paging import Asked, Page, part
from web.api.programmes import must_be_there
from web.problems import Problem
from web.request_context import actor, database, now


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be released from a duty, ways included; zone is the site's."""

    session: int
    person: int
    name: str
    site: str
    zone: str
    rota: str
    duty: str
    starts_at: datetime
    ends_at: datetime
    manager: str


class CoverAsked(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which days, by the programme's clock, both included; else the next four weeks."""

    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None


@operation("GET", "/programmes/<int:programme_id>/cover", Page[Release], asks=CoverAsked)
def cover(programme_id: int, asked: CoverAsked) -> Answer:
    """Who is to be released when, and from which duty, in order of time."""
    must_be_there(programme_id)
    with database().reading() as db:
        usual = weeks_ahead(get_programme(db, programme_id), now(), USUAL_WEEKS)
        found = cover_lines(db, actor(), programme_id, _wanted(asked, usual))
    return part(found, asked, lambda lines: [_shown(each) for each in lines])


def _wanted(asked: CoverAsked, usual: Wanted) -> Wanted:
    first = asked.from_ or min(usual.first_day, asked.to or date.max)
    last = asked.to or max(usual.last_day, min(first, date.max - timedelta(days=1)))
    if last < first:
        fault = Fault("to", _("The last day is before the first."))
    elif (last - first).days >= MOST_DAYS:
        fault = Fault("to", _("Ask for up to %(most)s days at a time.", most=MOST_DAYS))
    elif not date.min < first <= last < date.max:
        fault = Fault("from", _("No programme has such a day."))
    else:
        return Wanted(first, last)
    raise Problem(422, _("Something in this request can’t be used."), errors=[fault])


def _shown(line: Line) -> Release:
    return Release(
        session=line.session_id,
        person=line.person_id,
        name=line.name,
        site=line.site,
        zone=line.zone,
        rota=line.rota,
        duty=line.duty,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        manager=line.manager,
    )
