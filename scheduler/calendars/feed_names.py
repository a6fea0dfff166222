"""How a feed is called: the name that calendar clients show beside its events."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select

from scheduler.calendars.contents import PublishedSession, Sessions
from scheduler.calendars.model import Purpose
from scheduler.calendars.tables import FeedRow
from scheduler.calendars.wording import Wording, wording_for
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import mark, say
from scheduler.people.tables import PersonRow
from scheduler.programmes.tables import ProgrammeRow, RoomRow, SiteRow
from scheduler.releases.tables import RotaManagerRow


def name_of(db: Db, row: FeedRow, sessions: Sessions) -> str:
    """How the calendar is called, in its owner's language. Raises NotFound where what it is about does not exist."""
    wording = wording_for(db.scalars(select(PersonRow.language).where(PersonRow.id == row.owner_id)).one())
    match row.purpose:
        case Purpose.PERSON:
            return wording.person
        case Purpose.BUSY:
            return wording.busy_times
        case Purpose.ROOM:
            return _room_name(db, row)
        case Purpose.SITE:
            return wording.covering.format(site=_site_name(db, row))
        case Purpose.COVER:
            return wording.releases.format(manager=_manager_name(db, row))
        case purpose:
            return _programme_name(purpose, _programme(db, row), wording, sessions.shown_in(row))


def _programme_name(purpose: Purpose, programme: str, wording: Wording, sessions: Sequence[PublishedSession]) -> str:
    if purpose is Purpose.GROUP:
        if not sessions:
            raise NotFound(say("We can’t find that group."))
        return f"{programme}: {sessions[-1].row.group_name}"
    template = {Purpose.FACILITATOR: wording.facilitating, Purpose.PROGRAMME: wording.whole}.get(purpose)
    return template.format(programme=programme) if template else programme


def _room_name(db: Db, row: FeedRow) -> str:
    of_site = select(RoomRow.name).join(SiteRow, SiteRow.id == RoomRow.site_id)
    return _known(
        db.scalar(of_site.where(RoomRow.id == row.room_id, SiteRow.programme_id == row.programme_id)),
        mark("We can’t find that room."),
    )


def _site_name(db: Db, row: FeedRow) -> str:
    in_programme = and_(SiteRow.id == row.site_id, SiteRow.programme_id == row.programme_id)
    return _known(db.scalar(select(SiteRow.name).where(in_programme)), mark("We can’t find that site."))


def _manager_name(db: Db, row: FeedRow) -> str:
    here = and_(RotaManagerRow.id == row.manager_id, RotaManagerRow.programme_id == row.programme_id)
    return _known(db.scalar(select(RotaManagerRow.name).where(here)), mark("We can’t find that rota manager."))


def _programme(db: Db, row: FeedRow) -> str:
    name = db.scalar(select(ProgrammeRow.name).where(ProgrammeRow.id == row.programme_id))
    return _known(name, mark("We can’t find that programme."))


def _known(name: str | None, refusal: str) -> str:
    if name is None:
        raise NotFound(say(refusal))
    return name
