"""Edits as JSON, as ``docs/instance-format.md`` describes them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from solvers.editing.model import (
    AddFacilitator,
    DissolveGroup,
    DropSession,
    Edit,
    FormGroup,
    MergeGroups,
    MoveResident,
    RemoveFacilitator,
    ReplaceFacilitator,
    SetDate,
    SetMode,
    SetModel,
    SetRoom,
    SplitGroup,
    SwapResidents,
)
from solvers.json_fields import Fields, decode, document

EDITS_FORMAT: Final = "mentoring-edits/1"

KINDS: Final[Mapping[str, type[Edit]]] = MappingProxyType(
    {
        "move": MoveResident,
        "swap": SwapResidents,
        "add_facilitator": AddFacilitator,
        "remove_facilitator": RemoveFacilitator,
        "replace_facilitator": ReplaceFacilitator,
        "model": SetModel,
        "mode": SetMode,
        "date": SetDate,
        "room": SetRoom,
        "drop": DropSession,
        "form": FormGroup,
        "split": SplitGroup,
        "merge": MergeGroups,
        "dissolve": DissolveGroup,
    }
)
"""What each edit is called in a file; its other fields have the names that they have here."""

_LISTS: Final = frozenset({"residents", "facilitators"})
_NUMBERS: Final = frozenset({"slot", "round"})


def read_edits(data: bytes | str) -> tuple[Edit, ...]:
    """The edits in a file's content. Raises :class:`~solvers.errors.UnusableInput`."""
    return edits_from_json(decode(data))


def edits_from_json(value: object) -> tuple[Edit, ...]:
    """The edits in decoded JSON. Raises :class:`~solvers.errors.UnusableInput` with everything wrong in it; whether
    they make sense for a plan is found when they are tried."""
    fields = document(value, EDITS_FORMAT)
    edits = tuple(_read(one) for one in fields.objects("edits"))
    fields.finish()
    return tuple(edit for edit in edits if edit is not None)


def edits_to_json(edits: Iterable[Edit]) -> dict[str, Any]:
    """Edits as plain lists and dictionaries, ready for ``json.dumps``."""
    return {"format": EDITS_FORMAT, "edits": [edit_to_json(edit) for edit in edits]}


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """One edit; what it leaves open is left out, except the group ``to`` which somebody moves, null for none."""
    kind = next(name for name, known in KINDS.items() if isinstance(edit, known))
    values = {field.name: getattr(edit, field.name) for field in dataclasses.fields(edit)}
    given = {name: value for name, value in values.items() if value is not None or name == "to"}
    return {"edit": kind, **{name: list(v) if isinstance(v, tuple) else v for name, v in given.items()}}


def _read(fields: Fields) -> Edit | None:
    kind = KINDS.get(fields.choice("edit", KINDS))
    if kind is None:
        return None
    known = {field.name: field for field in dataclasses.fields(kind)}
    for name in fields.names():
        if name != "edit" and name not in known:
            fields.fault(name, "is not a field of this edit")
    return kind(**{name: _value(fields, field) for name, field in known.items()})


def _value(fields: Fields, field: dataclasses.Field[Any]) -> Any:
    """A field's value. Where an edit has a default, or takes nothing for an answer, it may be absent or null."""
    name, is_open = field.name, field.default is not dataclasses.MISSING or field.name == "to"
    if is_open and fields.is_null(name):
        return None if field.default is dataclasses.MISSING else field.default
    if name in _LISTS:
        return fields.texts(name, None)
    return fields.whole(name, 0) if name in _NUMBERS else fields.text(name)
