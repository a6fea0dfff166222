"""Reading typed fields out of decoded JSON, noting every fault with its place instead of stopping at the first."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from solvers.errors import Fault, UnusableInput

# Far beyond any real programme, and small enough that no sum of points leaves 64 bits.
LARGEST: Final = 1_000_000


def decode(data: bytes | str) -> object:
    """The JSON value in UTF-8 ``data`` (a byte order mark is allowed). Raises :class:`UnusableInput`."""
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return json.loads(text)
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 text (byte {error.start})"
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
    except RecursionError:
        reason = "is nested too deeply to be read"
    except ValueError:
        reason = "holds a number with too many digits"
    raise UnusableInput([Fault("", f"the file {reason}")])


class Fields:
    """A JSON object read field by field.

    A field that is wrong is noted in ``faults``, which all parts of one document share, and stood in for by a
    value of the right type, so that reading goes on and finds the rest.
    """

    __slots__ = ("_parent", "_place", "_values", "faults")

    def __init__(
        self, values: Mapping[str, Any], faults: list[Fault], parent: Fields | None = None, place: str = ""
    ) -> None:
        self._values = values
        self._parent = parent
        self._place = place
        self.faults = faults

    @property
    def path(self) -> str:
        """Where this object stands in the document; built only when a fault needs it."""
        if self._parent is None:
            return self._place
        before = self._parent.path
        return f"{before}.{self._place}" if before else self._place

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def is_null(self, name: str) -> bool:
        """Whether the field ``name`` is absent or null."""
        return self._values.get(name) is None

    def fault(self, name: str, text: str) -> None:
        """Note that the field ``name`` of this object is wrong."""
        before = self.path
        self.faults.append(Fault(f"{before}.{name}" if before else name, text))

    def text(self, name: str, default: str | None = None, *, empty: bool = False) -> str:
        """A string; required without ``default``, and not empty unless ``empty``."""
        value = self._values.get(name, default)
        if isinstance(value, str) and (value or empty) and _is_unicode(value):
            return value
        self._wrong(name, value, "a text" if empty else "a text that is not empty")
        return ""

    def optional_text(self, name: str) -> str | None:
        """A string, or None where the field is absent or null."""
        return None if self._values.get(name) is None else self.text(name, empty=True)

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of the ``allowed`` strings."""
        value = self._values.get(name, default)
        if isinstance(value, str) and value in allowed:
            return value
        self._wrong(name, value, "one of " + ", ".join(f'"{word}"' for word in allowed))
        return ""

    def whole(
        self,
        name: str,
        low: int = -LARGEST,
        high: int = LARGEST,
        default: int | None = None,
        unread: int | None = None,
    ) -> int:
        """A whole number from ``low`` to ``high``; ``unread`` (else ``low``) stands in for a wrong one."""
        value = self._values.get(name, default)
        if _is_whole(value, low, high):
            return int(value)
        self._wrong(name, value, f"a whole number from {low} to {high}")
        return low if unread is None else unread

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """A finite number from ``low`` to ``high``."""
        value = self._values.get(name, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return value
        self._wrong(name, value, f"a number from {low} to {high}")
        return low

    def measured(self, name: str) -> float | None:
        """Any finite number, or None where the field is absent or null."""
        value = self._values.get(name)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)):
            return value
        self._wrong(name, value, "a number or null")
        return None

    def pair(self, name: str, low: int = 0) -> tuple[int, int]:
        """Two whole numbers, the least and the most."""
        value = self._values.get(name)
        if isinstance(value, list) and len(value) == 2 and all(_is_whole(part, low, LARGEST) for part in value):
            if value[0] <= value[1]:
                return (value[0], value[1])
            self.fault(name, f"is [{value[0]}, {value[1]}]; the least comes first")
        else:
            self._wrong(name, value, f"a pair [least, most] of whole numbers from {low} on")
        return (low, low)

    def texts(self, name: str, default: tuple[str, ...] | None = (), *, repeats: bool = False) -> tuple[str, ...]:
        """A list of strings, none of them empty or (without ``repeats``) listed twice."""
        values = self._list(name, default)
        if not all(isinstance(value, str) and value and _is_unicode(value) for value in values):
            self._wrong_items(name, values, lambda value: isinstance(value, str) and bool(value), "a text")
            return ()
        if not repeats and len(set(values)) != len(values):
            self._repeated(name, values)
        return tuple(values)

    def named_texts(self, name: str) -> dict[str, str]:
        """An object of strings, none of them and none of its names empty; empty where absent."""
        inner = self.inner(name)
        for key in inner.names():
            if not key or not _is_unicode(key):
                self.fault(name, f"has {describe(key)} for a name; expected a text that is not empty")
        return {key: inner.text(key) for key in inner.names()}

    def wholes(self, name: str, low: int, high: int) -> tuple[int, ...]:
        """A list of whole numbers from ``low`` to ``high``; empty where absent."""
        values = self._list(name, ())
        if all(_is_whole(value, low, high) for value in values):
            return tuple(values)
        expected = f"a whole number from {low} to {high}"
        self._wrong_items(name, values, lambda value: _is_whole(value, low, high), expected)
        return ()

    def items(self, name: str, default: tuple[()] | None = None) -> list[Any]:
        """A list of anything; required without ``default``."""
        return list(self._list(name, default))

    def raw(self, name: str) -> list[Any] | None:
        """What stands in a list, without noting anything; None where there is no list."""
        value = self._values.get(name)
        return value if isinstance(value, list) else None

    def objects(self, name: str, default: tuple[()] | None = None) -> Iterator[Fields]:
        """The objects of a list, each with its place; what is no object is noted and left out."""
        for index, value in enumerate(self._list(name, default)):
            if isinstance(value, dict):
                yield Fields(value, self.faults, self, f"{name}[{index}]")
            else:
                self._wrong(f"{name}[{index}]", value, "an object")

    def inner(self, name: str) -> Fields:
        """The object in this field; an empty one where absent."""
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            self._wrong(name, value, "an object")
            value = {}
        return Fields(value, self.faults, self, name)

    def names(self) -> Iterator[str]:
        """The names of the fields that are there."""
        return iter(self._values)

    def finish(self) -> None:
        """Raise :class:`UnusableInput` with every fault of the document, if there is any."""
        if self.faults:
            raise UnusableInput(self.faults)

    def _list(self, name: str, default: tuple[str, ...] | None) -> Collection[Any]:
        value = self._values.get(name, default)
        if isinstance(value, list | tuple):
            return value
        self._wrong(name, value, "a list")
        return ()

    def _wrong(self, name: str, value: object, expected: str) -> None:
        absent = value is None and "[" not in name and name not in self._values
        self.fault(name, f"is missing; expected {expected}" if absent else f"is {describe(value)}; expected {expected}")

    def _wrong_items(self, name: str, values: Collection[Any], right: Callable[[Any], bool], expected: str) -> None:
        for index, value in enumerate(values):
            if not right(value):
                self._wrong(f"{name}[{index}]", value, expected)

    def _repeated(self, name: str, values: Collection[str]) -> None:
        seen: set[str] = set()
        for index, value in enumerate(values):
            if value in seen:
                self.fault(f"{name}[{index}]", f'"{value}" is listed twice')
            seen.add(value)


def document(data: object, expected_format: str) -> Fields:
    """The outermost object of a file of ``expected_format``. Raises :class:`UnusableInput` for anything else."""
    if not isinstance(data, dict):
        raise UnusableInput([Fault("", f"the file is {describe(data)}; expected an object")])
    fields = Fields(data, [])
    if data.get("format") != expected_format:
        found = "is missing" if "format" not in data else f"is {describe(data['format'])}"
        raise UnusableInput([Fault("format", f'{found}; expected "{expected_format}"')])
    return fields


def describe(value: object) -> str:
    """A JSON value in a few words, for a fault's sentence."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, str) and not _is_unicode(value):
        return "a text with half a surrogate pair"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_unicode(text: str) -> bool:
    """False for a lone surrogate, which JSON can escape but UTF-8 cannot hold."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
