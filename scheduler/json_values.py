"""Frozen values as JSON and back: dates as ISO text, enums as their values, mappings as objects."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

Value = TypeVar("Value")


def as_json(value: object) -> Any:
    """The value as plain ones, which the json module can write."""
    return msgspec.to_builtins(value, enc_hook=_mapping)


def from_json(kind: type[Value], written: Any) -> Value:
    """The value of this type that :func:`as_json` wrote. Raises ``msgspec.ValidationError`` for anything else."""
    return msgspec.convert(written, kind)


def _mapping(value: object) -> dict[Any, Any]:
    """A mapping that is kept from being changed, as a plain one."""
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON.")
