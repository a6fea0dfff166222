"""Edits of a draft as programs send them: the kinds of ``docs/instance-format.md``, with people by their numbers,
groups by their keys, and kinds of group, sites and rooms by their short names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from scheduler.calendar_days import is_usual
from scheduler.edits.model import (
    CarryOver,
    DissolveGroup,
    Edit,
    Exchange,
    MakeGroup,
    MergeGroups,
    MovePerson,
    Pin,
    PinKind,
    SetDate,
    SetFacilitators,
    SetPin,
    SetRoom,
    SetWay,
    SplitGroup,
)
from scheduler.edits.opened import OpenDraft
from scheduler.errors import NotPossible
from scheduler.languages import say

MOST_ROUNDS: Final = 1000
Id = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Key = Annotated[str, Meta(max_length=100)]
Round = Annotated[int, Meta(ge=0, le=MOST_ROUNDS)]
Ids = Annotated[list[Id], Meta(max_length=500)]


class Sent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="edit"):
    """An edit; edit says which."""


class Move(Sent, frozen=True, kw_only=True, tag="move"):
    """A resident into a group, or with to null into none; whoever is in several leaves out_of."""

    resident: Id
    to: Key | None
    out_of: Key | None = None


class Swap(Sent, frozen=True, kw_only=True, tag="swap"):
    """Two residents change places."""

    resident: Id
    other: Id


class AddFacilitator(Sent, frozen=True, kw_only=True, tag="add_facilitator"):
    """One more facilitator."""

    facilitator: Id
    group: Key


class RemoveFacilitator(Sent, frozen=True, kw_only=True, tag="remove_facilitator"):
    """One fewer."""

    facilitator: Id
    group: Key


class ReplaceFacilitator(Sent, frozen=True, kw_only=True, tag="replace_facilitator"):
    """Another in the place of one."""

    facilitator: Id
    group: Key
    by: Id


class Mode(Sent, frozen=True, kw_only=True, tag="mode"):
    """Another way to meet; site in person only."""

    group: Key
    mode: Key
    site: Key | None = None


class Date(Sent, frozen=True, kw_only=True, tag="date"):
    """The group's session of a round, counted from 0, at another time, or a new one."""

    group: Key
    round: Round
    starts_at: datetime
    room: Key | None = None


class Room(Sent, frozen=True, kw_only=True, tag="room"):
    """Another room for a session, at the group's site."""

    group: Key
    round: Round
    room: Key


class Drop(Sent, frozen=True, kw_only=True, tag="drop"):
    """No session in that round."""

    group: Key
    round: Round


class Form(Sent, frozen=True, kw_only=True, tag="form"):
    """A new group of residents, who leave theirs; it has no sessions yet."""

    model: Key
    mode: Key
    residents: Ids
    facilitators: Ids = []
    site: Key | None = None


class Split(Sent, frozen=True, kw_only=True, tag="split"):
    """Some residents of a group into a new one with the same dates."""

    group: Key
    residents: Ids
    facilitators: Ids = []


class Merge(Sent, frozen=True, kw_only=True, tag="merge"):
    """Everybody of a group into another, whose dates stay."""

    group: Key
    into: Key


class Dissolve(Sent, frozen=True, kw_only=True, tag="dissolve"):
    """A group that is given up."""

    group: Key


class Pinned(Sent, frozen=True, kw_only=True, tag="pin"):
    """What the planner leaves as it is when it goes on, or with set false no longer does."""

    kind: PinKind
    group: Key = ""
    person: Id | None = None
    other: Id | None = None
    round: Round | None = None
    set: bool = True


class Carry(Sent, frozen=True, kw_only=True, tag="carry_over"):
    """What has changed of the published plan since the draft was made."""


SentEdit = (
    Move
    | Swap
    | AddFacilitator
    | RemoveFacilitator
    | ReplaceFacilitator
    | Mode
    | Date
    | Room
    | Drop
    | Form
    | Split
    | Merge
    | Dissolve
    | Pinned
    | Carry
)


def edit_of(sent: SentEdit, draft: OpenDraft) -> Edit:  # noqa: C901 - one case a kind
    """What is sent as an edit of the draft as it is by then. Raises ``NotPossible`` for a name that it does not
    know."""
    match sent:
        case Move():
            return MovePerson(sent.resident, sent.to, sent.out_of)
        case Swap():
            return Exchange(sent.resident, sent.other)
        case AddFacilitator() | RemoveFacilitator() | ReplaceFacilitator():
            return _facilitators(sent, draft)
        case Mode():
            return SetWay(sent.group, sent.mode, _site(sent.site, draft))
        case Date():
            room = _room(sent.room, sent.group, draft) if sent.room is not None else None
            return SetDate(sent.group, sent.round, _moment(sent.starts_at), room)
        case Room():
            return SetRoom(sent.group, sent.round, _room(sent.room, sent.group, draft))
        case Drop():
            return SetDate(sent.group, sent.round, None)
        case Form():
            people = (tuple(sent.residents), tuple(sent.facilitators))
            return MakeGroup(_model(sent.model, draft), sent.mode, _site(sent.site, draft), *people)
        case Split():
            return SplitGroup(sent.group, tuple(sent.residents), tuple(sent.facilitators))
        case Merge():
            return MergeGroups(sent.group, sent.into)
        case Dissolve():
            return DissolveGroup(sent.group)
        case Pinned():
            return SetPin(Pin(sent.kind, sent.group, sent.person, sent.other, sent.round), sent.set)
        case Carry():
            return CarryOver()


def _facilitators(sent: AddFacilitator | RemoveFacilitator | ReplaceFacilitator, draft: OpenDraft) -> SetFacilitators:
    group = draft.groups.get(sent.group)
    if group is None:
        raise NotPossible(say("We can’t find that group in this draft."))
    leads = list(group.facilitators)
    if isinstance(sent, AddFacilitator):
        return SetFacilitators(sent.group, tuple(dict.fromkeys((*leads, sent.facilitator))))
    if sent.facilitator not in leads:
        raise NotPossible(say("They don’t facilitate %(group)s.", group=group.name))
    others = [who for who in leads if who != sent.facilitator]
    new = [sent.by] if isinstance(sent, ReplaceFacilitator) else []
    return SetFacilitators(sent.group, tuple(dict.fromkeys((*others, *new))))


def _moment(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise NotPossible(say("Say when with the offset of a zone, like 2027-03-02T12:30:00Z."))
    if not is_usual(at.date()):
        raise NotPossible(say("No programme has such a day."))
    return at.astimezone(UTC)


def _model(key: str, draft: OpenDraft) -> int:
    for model_id, model in draft.facts.models.items():
        if model.key == key:
            return model_id
    raise NotPossible(say("The programme doesn’t have that kind of group."))


def _site(key: str | None, draft: OpenDraft) -> int | None:
    if key is None:
        return None
    for site in draft.facts.programme.sites:
        if site.key == key:
            return site.id
    raise NotPossible(say("There is no site called “%(site)s”.", site=key))


def _room(key: str, group_key: str, draft: OpenDraft) -> int:
    group = draft.groups.get(group_key)
    rooms = (room for site in draft.facts.programme.sites if group and site.id == group.site_id for room in site.rooms)
    for room in rooms:
        if room.key == key and room.id is not None:
            return room.id
    raise NotPossible(say("There is no room called “%(room)s” at the group’s site.", room=key))
