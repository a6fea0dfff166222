"""What is known of published sessions when dates and deputies are looked for: values that whoever asks has loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from solvers.instance import Group, Instance


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time without its end."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: Span) -> bool:
        """Whether the two have a moment in common."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Taken:
    """When ``people`` and ``rooms`` are taken, by their keys in the instance, when the ``group`` itself meets, and when
    it is ``closed`` to dates without anybody being said not to come.

    The session that another date or a deputy is looked for takes nobody and nothing.
    """

    people: Mapping[str, Collection[Span]] = field(default_factory=dict)
    rooms: Mapping[str, Collection[Span]] = field(default_factory=dict)
    group: Collection[Span] = ()
    closed: Collection[Span] = ()


@dataclass(frozen=True, slots=True)
class CurrentSession:
    """A published session as it is now: with ``facilitator_ids`` of those who lead it, deputies too."""

    starts_at: datetime
    ends_at: datetime
    round: int
    room_id: int | None = None
    facilitator_ids: tuple[int, ...] = ()


def current_groups(instance: Instance) -> Mapping[str, Group]:
    """The published groups of an instance by key, without those who have left the programme."""
    here = {person.id for person in instance.residents} | {person.id for person in instance.faculty}
    return {group.id: _with_who_is_here(group, here) for group in instance.previous}


def _with_who_is_here(group: Group, here: Collection[str]) -> Group:
    return replace(
        group,
        residents=tuple(key for key in group.residents if key in here),
        facilitators=tuple(key for key in group.facilitators if key in here),
    )
