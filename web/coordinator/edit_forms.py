"""Changes of a draft as forms and addresses write them: read from fields, written back into hidden ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

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
from solvers.vocabulary import MODES
from web.forms import Form

MOST_ROUNDS: Final = 1000
LONGEST_KEY: Final = 100
_MODES = {mode: mode for mode in MODES}


def _group(form: Form, name: str) -> str:
    """The key of a group, which must have been chosen."""
    found = form.text(name)[:LONGEST_KEY]
    if not found:
        form.id(name)  # says that one is to be chosen
    return found


def _round(form: Form) -> int:
    return form.number("round", 0, MOST_ROUNDS)


def _residents(form: Form) -> tuple[int, ...]:
    found = tuple(sorted(form.ids("resident")))
    if not found:
        form.id("resident")
    return found


def _facilitators(form: Form) -> tuple[int, ...]:
    return tuple(sorted(form.ids("facilitator")))


def _move(form: Form, _zone: ZoneInfo) -> Edit:
    return MovePerson(form.id("person"), _group(form, "to"), form.text("in")[:LONGEST_KEY] or None)


def _out(form: Form, _zone: ZoneInfo) -> Edit:
    return MovePerson(form.id("person"), None, form.text("in")[:LONGEST_KEY] or None)


def _exchange(form: Form, _zone: ZoneInfo) -> Edit:
    return Exchange(form.id("person"), form.id("other"))


def _make(form: Form, _zone: ZoneInfo) -> Edit:
    return MakeGroup(
        form.id("model"), form.choice("mode", _MODES), form.find_id("site"), _residents(form), _facilitators(form)
    )


def _split(form: Form, _zone: ZoneInfo) -> Edit:
    return SplitGroup(_group(form, "group"), _residents(form), _facilitators(form))


def _merge(form: Form, _zone: ZoneInfo) -> Edit:
    return MergeGroups(_group(form, "group"), _group(form, "into"))


def _dissolve(form: Form, _zone: ZoneInfo) -> Edit:
    return DissolveGroup(_group(form, "group"))


def _lead(form: Form, _zone: ZoneInfo) -> Edit:
    return SetFacilitators(_group(form, "group"), _facilitators(form))


def _date(form: Form, zone: ZoneInfo) -> Edit:
    return SetDate(_group(form, "group"), _round(form), _start(form, zone), form.find_id("room"))


def _start(form: Form, zone: ZoneInfo) -> datetime | None:
    """A date from the list, or a day and a time that were typed, on the programme's clock."""
    if form.text("at"):
        return form.moment("at").astimezone(UTC)
    return datetime.combine(form.day("day"), form.time("time"), zone).astimezone(UTC)


def _no_session(form: Form, _zone: ZoneInfo) -> Edit:
    return SetDate(_group(form, "group"), _round(form), None)


def _room(form: Form, _zone: ZoneInfo) -> Edit:
    return SetRoom(_group(form, "group"), _round(form), form.id("room"))


def _way(form: Form, _zone: ZoneInfo) -> Edit:
    return SetWay(_group(form, "group"), form.choice("mode", _MODES), form.find_id("site"))


def _pin(form: Form, _zone: ZoneInfo) -> Edit:
    kind = form.choice("kind", {each.value: each for each in PinKind})
    of_two = kind in (PinKind.TOGETHER, PinKind.APART)
    of_one = of_two or kind in (PinKind.PERSON, PinKind.FACILITATOR)
    pin = Pin(
        kind,
        "" if of_two else _group(form, "group"),
        form.id("person") if of_one else None,
        form.id("other") if of_two else None,
        _round(form) if kind is PinKind.DATE else None,
    )
    return SetPin(pin, not form.ticked("off"))


def _carry(_form: Form, _zone: ZoneInfo) -> Edit:
    return CarryOver()


_READERS: Final[Mapping[str, Callable[[Form, ZoneInfo], Edit]]] = {
    "move": _move,
    "out": _out,
    "exchange": _exchange,
    "make": _make,
    "split": _split,
    "merge": _merge,
    "dissolve": _dissolve,
    "lead": _lead,
    "date": _date,
    "none": _no_session,
    "room": _room,
    "way": _way,
    "pin": _pin,
    "carry": _carry,
}
"""What each kind of change is called in an address, and how it is read."""


def read_pin_beside(form: Form) -> Pin | None:
    """Two people who are to be pinned apart or together once the change is made that parts or joins them."""
    for kind in (PinKind.APART, PinKind.TOGETHER):
        if form.text(kind.value):
            return Pin(kind, person_id=form.id("person"), other_id=form.id(kind.value))
    return None


def is_act(form: Form) -> bool:
    """Whether a form or an address has a change in it, rather than a choice of what could be changed."""
    return form.text("act") in _READERS


def read_edit(form: Form, zone: ZoneInfo) -> Edit:
    """The change that a form or an address says. Faults are gathered in the form, as ever."""
    return _READERS[form.text("act")](form, zone)


_KINDS: Final[Mapping[type, str]] = {
    Exchange: "exchange",
    MakeGroup: "make",
    SplitGroup: "split",
    MergeGroups: "merge",
    DissolveGroup: "dissolve",
    SetFacilitators: "lead",
    SetRoom: "room",
    SetWay: "way",
    SetPin: "pin",
    CarryOver: "carry",
}
_NAMES: Final[Mapping[str, str]] = {
    "person_id": "person",
    "other_id": "other",
    "out_of": "in",
    "model_id": "model",
    "site_id": "site",
    "room_id": "room",
    "starts_at": "at",
    "resident_ids": "resident",
    "facilitator_ids": "facilitator",
}


def fields_of(edit: Edit) -> Iterator[tuple[str, str]]:
    """A change as the fields that read back into it."""
    yield "act", _act_of(edit)
    if isinstance(edit, SetPin):
        yield from _written(edit.pin)
        if not edit.is_set:
            yield "off", "1"
    else:
        yield from _written(edit)


def _act_of(edit: Edit) -> str:
    if isinstance(edit, MovePerson):
        return "out" if edit.to is None else "move"
    if isinstance(edit, SetDate):
        return "none" if edit.starts_at is None else "date"
    return _KINDS[type(edit)]


def _written(values: object) -> Iterator[tuple[str, str]]:
    for name in values.__dataclass_fields__:  # type: ignore[attr-defined]  # every edit is a dataclass
        value = getattr(values, name)
        if value is None or value == "":
            continue
        for each in value if isinstance(value, tuple) else (value,):
            yield _NAMES.get(name, name), each.isoformat() if isinstance(each, datetime) else str(each)
