"""A coordinator's acts as forms and addresses write them: read from fields, written back into hidden ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.coordination.model import (
    Act,
    AddSession,
    AppointDeputy,
    CancelSession,
    ChangeMode,
    ChangeRoom,
    EndGroup,
    MergeGroups,
    MoveSession,
    PauseGroup,
    PutIn,
    ReinstateSession,
    ResumeGroup,
    SetFacilitators,
    SwapFacilitators,
    TakeOut,
    TakeOver,
)
from scheduler.sessions.model import IN_WRITING
from solvers.vocabulary import MODES
from web.forms import Form
from web.language import lazy_gettext


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one kind of act. ``title`` heads its preview, ``button`` carries it out."""

    read: Callable[[Form, int, ZoneInfo], Act]
    title: Any
    button: Any


def _start(form: Form, zone: ZoneInfo) -> datetime:
    """A date from a list, or a day and a time that were typed, on the programme's clock."""
    if form.text("at"):
        return form.moment("at").astimezone(UTC)
    day, time = form.day("day"), form.time("time")
    return datetime.combine(day, time, zone).astimezone(UTC)


def _move(form: Form, _programme_id: int, zone: ZoneInfo) -> Act:
    return MoveSession(form.id("session"), _start(form, zone), form.find_id("room"))


def _room(form: Form, _programme_id: int, _zone: ZoneInfo) -> Act:
    return ChangeRoom(form.id("session"), form.id("room"))


def _mode(form: Form, _programme_id: int, _zone: ZoneInfo) -> Act:
    mode = form.choice("mode", {mode: mode for mode in (*MODES, IN_WRITING)})
    return ChangeMode(form.id("session"), mode, form.find_id("room"), form.ticked("of_group"))


def _facilitators(form: Form, _programme_id: int, _zone: ZoneInfo) -> Act:
    return SetFacilitators(form.id("session"), tuple(sorted(form.ids("facilitator"))))


def _deputy(form: Form, _programme_id: int, _zone: ZoneInfo) -> Act:
    return AppointDeputy(form.id("session"), form.id("for"), form.id("person"))


def _cancel(form: Form, _programme_id: int, _zone: ZoneInfo) -> Act:
    return CancelSession(form.id("session"), form.ticked("again"))


def _reinstate(form: Form, _programme_id: int, _zone: ZoneInfo) -> Act:
    return ReinstateSession(form.id("session"))


def _add(form: Form, programme_id: int, zone: ZoneInfo) -> Act:
    return AddSession(programme_id, form.text("group"), _start(form, zone), form.find_id("room"))


def _take_over(form: Form, programme_id: int, _zone: ZoneInfo) -> Act:
    return TakeOver(
        programme_id,
        form.text("group"),
        form.id("from"),
        form.id("person"),
        form.find_day("first_day"),
        form.find_day("last_day"),
    )


def _swap(form: Form, programme_id: int, _zone: ZoneInfo) -> Act:
    return SwapFacilitators(
        programme_id,
        form.text("group"),
        form.id("person"),
        form.text("other_group"),
        form.id("other"),
        form.find_day("first_day"),
    )


def _end(form: Form, programme_id: int, _zone: ZoneInfo) -> Act:
    return EndGroup(programme_id, form.text("group"))


def _pause(form: Form, programme_id: int, _zone: ZoneInfo) -> Act:
    return PauseGroup(programme_id, form.text("group"), form.day("first_day"), form.day("last_day"))


def _resume(form: Form, programme_id: int, _zone: ZoneInfo) -> Act:
    return ResumeGroup(programme_id, form.text("group"))


def _merge(form: Form, programme_id: int, _zone: ZoneInfo) -> Act:
    return MergeGroups(programme_id, form.text("group"), form.text("into"))


def _out(form: Form, programme_id: int, _zone: ZoneInfo) -> Act:
    return TakeOut(programme_id, form.text("group"), form.id("person"))


def _in(form: Form, programme_id: int, _zone: ZoneInfo) -> Act:
    return PutIn(programme_id, form.text("group"), form.id("person"), form.text("out_of"))


READERS: Mapping[str, Reader] = {
    "move": Reader(_move, lazy_gettext("Move this session"), lazy_gettext("Move it")),
    "room": Reader(_room, lazy_gettext("Change the room"), lazy_gettext("Change the room")),
    "mode": Reader(_mode, lazy_gettext("Change the way to meet"), lazy_gettext("Change the way to meet")),
    "facilitators": Reader(_facilitators, lazy_gettext("Change who facilitates"), lazy_gettext("Change them")),
    "deputy": Reader(_deputy, lazy_gettext("Appoint a deputy"), lazy_gettext("Appoint them")),
    "cancel": Reader(_cancel, lazy_gettext("Cancel this session"), lazy_gettext("Cancel the session")),
    "reinstate": Reader(_reinstate, lazy_gettext("Reinstate this session"), lazy_gettext("Reinstate it")),
    "add": Reader(_add, lazy_gettext("Add a session"), lazy_gettext("Add it")),
    "take_over": Reader(_take_over, lazy_gettext("Hand a facilitator’s place over"), lazy_gettext("Hand it over")),
    "swap": Reader(_swap, lazy_gettext("Two facilitators swap groups"), lazy_gettext("Swap them")),
    "end": Reader(_end, lazy_gettext("End this group"), lazy_gettext("End the group")),
    "pause": Reader(_pause, lazy_gettext("Pause this group"), lazy_gettext("Pause the group")),
    "resume": Reader(_resume, lazy_gettext("End the pause"), lazy_gettext("End the pause")),
    "merge": Reader(_merge, lazy_gettext("Merge two groups"), lazy_gettext("Merge them")),
    "out": Reader(_out, lazy_gettext("Take someone out of a group"), lazy_gettext("Take them out")),
    "in": Reader(_in, lazy_gettext("Put someone into a group"), lazy_gettext("Put them in")),
}
"""What each kind of act is called in an address, and how it is read."""

_NAMES = {
    "session_id": "session",
    "group_key": "group",
    "starts_at": "at",
    "room_id": "room",
    "person_id": "person",
    "for_id": "for",
    "from_id": "from",
    "into_key": "into",
    "other_key": "other_group",
    "other_id": "other",
    "facilitator_ids": "facilitator",
    "offers_again": "again",
}


def fields_of(kind: str, act: Act) -> Iterator[tuple[str, str]]:
    """An act as the fields that read back into it."""
    yield "act", kind
    for name in act.__dataclass_fields__:
        value = getattr(act, name)
        if name == "programme_id" or value is None or value == "" or value is False:
            continue
        field = _NAMES.get(name, name)
        for each in value if isinstance(value, tuple) else (value,):
            yield field, _written(each)


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "1" if value is True else str(value)
