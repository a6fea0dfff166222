"""Edits as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from scheduler.edits.model import (
    CarryOver,
    DissolveGroup,
    Edit,
    Exchange,
    MakeGroup,
    MergeGroups,
    MovePerson,
    Pin,
    PinChanges,
    PinKind,
    SetDate,
    SetFacilitators,
    SetPin,
    SetRoom,
    SetWay,
    SplitGroup,
    WithPin,
)

_KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        MovePerson,
        Exchange,
        MakeGroup,
        SplitGroup,
        MergeGroups,
        DissolveGroup,
        SetFacilitators,
        SetDate,
        SetRoom,
        SetWay,
        CarryOver,
    )
}


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """An edit as plain lists and dictionaries."""
    if isinstance(edit, SetPin):
        return {"kind": SetPin.__name__, "pin": pin_to_json(edit.pin), "is_set": edit.is_set}
    if isinstance(edit, WithPin):
        return {"kind": WithPin.__name__, "edit": edit_to_json(edit.edit), "pin": pin_to_json(edit.pin)}
    if isinstance(edit, PinChanges):
        return {"kind": PinChanges.__name__, "pins": [pin_to_json(pin) for pin in edit.pins]}
    return {"kind": type(edit).__name__, **{each.name: _plain(getattr(edit, each.name)) for each in fields(edit)}}


def edit_from_json(value: Mapping[str, Any]) -> Edit:
    """What :func:`edit_to_json` wrote."""
    if value["kind"] == SetPin.__name__:
        return SetPin(pin_from_json(value["pin"]), value["is_set"])
    if value["kind"] == WithPin.__name__:
        made = edit_from_json(value["edit"])
        assert isinstance(made, MovePerson | Exchange), "nothing else is kept with a pin"
        return WithPin(made, pin_from_json(value["pin"]))
    if value["kind"] == PinChanges.__name__:
        return PinChanges(tuple(map(pin_from_json, value["pins"])))
    kind = _KINDS[value["kind"]]
    edit: Edit = kind(**{each.name: _read(each.name, value[each.name]) for each in fields(kind)})
    return edit


def pin_to_json(pin: Pin) -> dict[str, Any]:
    """A pin as a dictionary."""
    return {each.name: getattr(pin, each.name) for each in fields(pin)} | {"kind": pin.kind.value}


def pin_from_json(value: Mapping[str, Any]) -> Pin:
    """What :func:`pin_to_json` wrote."""
    return Pin(**{**value, "kind": PinKind(value["kind"])})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _read(name: str, value: Any) -> Any:
    if name == "starts_at" and value is not None:
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value
