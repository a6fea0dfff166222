"""What acts go by: the programme, who takes part, and who can come, and which room is free, at a session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.coordination.act_scope import Elsewhere
from scheduler.coordination.board import Board, GroupNow, SessionNow
from scheduler.coordination.marks import Marks
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Role
from scheduler.programmes.model import MentoringModel, Programme, Room, Site
from solvers.vocabulary import COMING, IN_PERSON, NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody is in the programme, where they work, and whether they may be planned: they have said yes, and
    as facilitators are ready. Who is ``paused`` facilitates nothing, whatever a coordinator would like. A
    ``guest`` is in one group at most, and stands in for nobody."""

    kind: Role
    site_id: int
    may_be_planned: bool = True
    paused: bool = False
    guest: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What acts go by: the programme, who takes part, and when people and rooms are free."""

    programme: Programme
    now: datetime
    parts: Mapping[int, Part]
    marks: Marks
    elsewhere: Elsewhere

    def model_of(self, group: GroupNow) -> MentoringModel:
        """The rules of a group's kind."""
        return next(model for model in self.programme.models if model.id == group.model_id)

    def part_of(self, person_id: int) -> Part:
        """What somebody is in the programme. Raises NotFound for whoever takes no part in it."""
        part = self.parts.get(person_id)
        if part is None:
            raise NotFound(say("We can’t find that person in this programme."))
        return part

    def must_facilitate(self, person_id: int) -> Part:
        """What somebody is who is to lead sessions. Raises as :meth:`part_of`, and NotPossible for who is paused."""
        part = self.part_of(person_id)
        if part.paused:
            raise NotPossible(
                say("They are paused: they don’t facilitate for now."), what_to_do=say("Choose another facilitator.")
            )
        return part

    def room(self, room_id: int) -> tuple[Site, Room]:
        """A room of the programme, with its site."""
        for site in self.programme.sites:
            for room in site.rooms:
                if room.id == room_id:
                    return site, room
        raise NotFound(say("We can’t find that room."))

    def day_of(self, session: SessionNow) -> date:
        """The day of a session on the programme's clock."""
        return session.starts_at.astimezone(ZoneInfo(self.programme.zone)).date()


def invited_anew(session: SessionNow, board: Board, known: Known, room_id: int | None) -> SessionNow:
    """The session with everybody in the group who is invited at its date, in a room if it needs one."""
    group = board.group(session.group_key)
    leads = frozenset(who for who in group.facilitators if is_free(who, session, board, known))
    short = known.model_of(group).present - len(leads)
    not_known = [who for who in sorted(group.facilitators - leads) if known.marks.of(who, session) == NOT_KNOWN]
    leads |= frozenset(not_known[: max(0, short)])
    invited = replace(session, residents=group.residents, facilitators=leads)
    return in_a_room(invited, board, known, room_id) if session.mode == IN_PERSON else invited


def is_free(person_id: int, session: SessionNow, board: Board, known: Known) -> bool:
    """Whether somebody can come to a session, and is at no other one then."""
    if known.marks.of(person_id, session) not in COMING:
        return False
    return not any(person_id in other.people for other in _at_once(session, board))


def _at_once(session: SessionNow, board: Board) -> Iterator[SessionNow]:
    return (
        other
        for other in board.sessions.values()
        if other.takes_place and other.ref != session.ref and other.span.overlaps(session.span)
    )


def in_a_room(session: SessionNow, board: Board, known: Known, room_id: int | None) -> SessionNow:
    """The session in this room; else in the one it has, if that is free; else in one that is, the smallest first."""
    if room_id is not None:
        site, room = known.room(room_id)
        return replace(session, room_id=room.id, site_id=site.id)
    rooms = [room for site in known.programme.sites if site.id == session.site_id for room in site.rooms]
    order = sorted(rooms, key=lambda room: (room.id != session.room_id, room.capacity, room.id))
    free = next((room.id for room in order if _room_is_free(room.id, session, board, known)), None)
    return replace(session, room_id=free)


def _room_is_free(room_id: int, session: SessionNow, board: Board, known: Known) -> bool:
    """Whether a room is open, large enough and nobody else's at a session."""
    site, room = known.room(room_id)
    minutes = round((session.ends_at - session.starts_at).total_seconds() / 60)
    return (
        room.capacity >= len(session.people)
        and room.is_open(session.starts_at.astimezone(ZoneInfo(site.zone)), minutes)
        and known.elsewhere.has_room(room_id, session.span)
        and not any(other.room_id == room_id for other in _at_once(session, board))
    )


def site_of(group: GroupNow, known: Known) -> int | None:
    """Where a group would meet in person: at the site of most of its residents that has a room for all of them."""
    with_room = {
        site.id for site in known.programme.sites if any(room.capacity >= len(group.people) for room in site.rooms)
    }
    sites = sorted(known.parts[one].site_id for one in group.residents if one in known.parts)
    return max((site for site in sites if site in with_room), key=sites.count, default=None)
