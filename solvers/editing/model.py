"""Changes of a plan, as frozen values. People, groups, models, sites and rooms go by their ids in the instance."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MoveResident:
    """A resident into the group ``to``, or with None out of theirs. They leave ``out_of``, else every group they are
    in; who is in none is only added."""

    resident: str
    to: str | None
    out_of: str | None = None


@dataclass(frozen=True, slots=True)
class SwapResidents:
    """Two residents of different groups, each into the other's."""

    resident: str
    other: str


@dataclass(frozen=True, slots=True)
class AddFacilitator:
    """Somebody more to facilitate a group; they come to those of its sessions that they can."""

    facilitator: str
    group: str


@dataclass(frozen=True, slots=True)
class RemoveFacilitator:
    """A facilitator out of a group and its sessions."""

    facilitator: str
    group: str


@dataclass(frozen=True, slots=True)
class ReplaceFacilitator:
    """Another facilitator in the place of one; they come to those of the group's sessions that they can."""

    facilitator: str
    group: str
    by: str


@dataclass(frozen=True, slots=True)
class SetModel:
    """Another model for a group."""

    group: str
    model: str


@dataclass(frozen=True, slots=True)
class SetMode:
    """Another way to meet, or another site. In person at a ``site``, and at each session in a room there that is
    free."""

    group: str
    mode: str
    site: str | None = None


@dataclass(frozen=True, slots=True)
class SetDate:
    """A group's session of the slot's round, at this slot: moved there, or new.

    Without ``room`` it keeps the one that it has if that will do then, else gets a free one. Without ``facilitators``
    those of the group come who can.
    """

    group: str
    slot: int
    room: str | None = None
    facilitators: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SetRoom:
    """Another room for a group's session of a round."""

    group: str
    round: int
    room: str


@dataclass(frozen=True, slots=True)
class DropSession:
    """No session of a group in a round."""

    group: str
    round: int


@dataclass(frozen=True, slots=True)
class FormGroup:
    """A new group of residents, who leave the groups they are in; it has no sessions yet. Without ``id`` it gets one
    that no group of the plan or of the previous plan has."""

    model: str
    mode: str
    residents: tuple[str, ...]
    facilitators: tuple[str, ...] = ()
    site: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class SplitGroup:
    """Some residents of a group, and those of its facilitators who are named, into a new one that meets as it does, at
    the same slots as far as rooms are free. Other facilitators may be named too. ``id`` as for :class:`FormGroup`."""

    group: str
    residents: tuple[str, ...]
    facilitators: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class MergeGroups:
    """Everybody of a group into another one, whose sessions stay."""

    group: str
    into: str


@dataclass(frozen=True, slots=True)
class DissolveGroup:
    """A group that is given up; its residents have none then."""

    group: str


Edit = (
    MoveResident
    | SwapResidents
    | AddFacilitator
    | RemoveFacilitator
    | ReplaceFacilitator
    | SetModel
    | SetMode
    | SetDate
    | SetRoom
    | DropSession
    | FormGroup
    | SplitGroup
    | MergeGroups
    | DissolveGroup
)
"""Everything that can be changed of a plan."""
