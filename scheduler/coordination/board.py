"""The published groups that acts concern, with their sessions ahead, as frozen values: as they are, or would be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType

from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.planning.taken import Span
from scheduler.sessions.model import SessionStatus


@dataclass(frozen=True, slots=True)
class GroupNow:
    """A published group. ``pause`` has its first and last day."""

    key: str
    name: str
    model_id: int
    model_name: str
    mode: str
    site_id: int | None
    residents: frozenset[int]
    facilitators: frozenset[int]
    ended: bool = False
    pause: tuple[date, date] | None = None

    @property
    def people(self) -> frozenset[int]:
        """Everybody in it."""
        return self.residents | self.facilitators


@dataclass(frozen=True, slots=True)
class SessionNow:
    """A session ahead. ``ref`` is its id, or a number below 0 for one that is new.

    ``stand_ins`` has accepted deputies: for whom → who. ``settled`` says that the date was given by this change, so
    that what was said of another one is forgotten.
    """

    ref: int
    group_key: str
    round: int
    extra: int
    starts_at: datetime
    ends_at: datetime
    mode: str
    site_id: int | None
    room_id: int | None
    status: SessionStatus
    residents: frozenset[int]
    facilitators: frozenset[int]
    stand_ins: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    offers_again: bool = False

    @property
    def span(self) -> Span:
        """When it is."""
        return Span(self.starts_at, self.ends_at)

    @property
    def takes_place(self) -> bool:
        """Whether it is not cancelled."""
        return self.status is not SessionStatus.CANCELLED

    @property
    def people(self) -> frozenset[int]:
        """Everybody invited."""
        return self.residents | self.facilitators


@dataclass(frozen=True, slots=True)
class Board:
    """Groups by key and their sessions ahead by ``ref``. Each change makes another board."""

    groups: Mapping[str, GroupNow]
    sessions: Mapping[int, SessionNow]

    @property
    def people(self) -> frozenset[int]:
        """Everybody in one of the groups, or invited to one of the sessions."""
        return frozenset().union(
            *(group.people for group in self.groups.values()), *(session.people for session in self.sessions.values())
        )

    def group(self, key: str) -> GroupNow:
        """A group that still meets. Raises NotFound for another."""
        found = self.groups.get(key)
        if found is None or found.ended:
            raise NotFound(say("We can’t find that group."))
        return found

    def session(self, ref: int) -> SessionNow:
        """A session ahead. Raises NotFound for another."""
        if ref not in self.sessions:
            raise NotFound(say("That session has begun, or no longer exists."))
        return self.sessions[ref]

    def sessions_of(self, key: str) -> Iterator[SessionNow]:
        """A group's sessions ahead that take place, in order of time."""
        own = (session for session in self.sessions.values() if session.group_key == key and session.takes_place)
        return iter(sorted(own, key=lambda session: (session.starts_at, session.ref)))

    def only(self, keys: Collection[str]) -> Board:
        """These groups alone, with their sessions."""
        return Board(
            {key: group for key, group in self.groups.items() if key in keys},
            {ref: session for ref, session in self.sessions.items() if session.group_key in keys},
        )

    def with_group(self, group: GroupNow) -> Board:
        """The board with this group in the place of the one with its key."""
        return replace(self, groups={**self.groups, group.key: group})

    def with_sessions(self, sessions: Iterable[SessionNow]) -> Board:
        """The board with these sessions in the places of those with their refs."""
        return replace(self, sessions={**self.sessions, **{session.ref: session for session in sessions}})

    def next_ref(self) -> int:
        """The ref of a session that is new."""
        return min((*self.sessions, 0)) - 1
