"""Tables of a programme's file, read value by value: whatever is wrong is noted with its place, and reading goes on.

The same tables come as JSON, which has neither days nor times: there they are texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

from scheduler.calendar_days import FIRST_DAY, is_usual
from scheduler.errors import Fault
from scheduler.languages import mark, say

Value = TypeVar("Value")
_MISSING: Final = object()
_DAY: Final = mark("Write a day like 2027-03-31, without quotes.")
_DAY_AS_TEXT: Final = mark("Write a day like 2027-03-31.")
_TIME: Final = mark("Write a time like 12:30:00, without quotes.")
_TIME_AS_TEXT: Final = mark("Write a time like 12:30:00.")
MOST: Final = 2**31 - 1
"""The largest number that anything can be counted with."""


class Table:
    """One table. Each value is asked for once; :meth:`must_be_read` notes what nobody has asked for. ``as_json`` says
    that days and times are texts."""

    def __init__(self, values: Mapping[str, Any], where: str, faults: list[Fault], *, as_json: bool = False) -> None:
        self._values, self._where, self._faults, self._as_json = values, where, faults, as_json
        self._read: set[str] = set()

    def place(self, name: str) -> str:
        """What a fault of a value names."""
        return f"{self._where}, {name}" if self._where else name

    def fault(self, name: str, text: str) -> None:
        """Note what is wrong with a value."""
        self._faults.append(Fault(self.place(name), text))

    def has(self, name: str) -> bool:
        """Whether there is such a value."""
        return name in self._values

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        return self._one(name, str, say("Write a text in quotes."), default, "")

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        found = self._one(name, int, say("Write a whole number."), default, 0)
        if abs(found) > MOST:
            self.fault(name, say("This number is far too large. Write a smaller one."))
            return 0
        return found

    def whole_if_any(self, name: str) -> int | None:
        """A whole number; None where it is left out."""
        return self.whole(name) if self.has(name) else None

    def number(self, name: str, default: float) -> int | float:
        """Any number."""
        found = self._one(name, (int, float), say("Write a number."), default, 0)
        if not -MOST <= found <= MOST:  # neither is what is not a number
            self.fault(name, say("This number is far too large. Write a smaller one."))
            return 0
        return found

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        return self._one(name, bool, say("Write true or false."), default, False)

    def day(self, name: str) -> date:
        """A day."""
        sentence = self._written(_DAY, _DAY_AS_TEXT)
        found = self._one(name, date, sentence, None, FIRST_DAY)
        if not is_usual(found):
            self.fault(name, sentence)
            return FIRST_DAY
        return found

    def day_if_any(self, name: str) -> date | None:
        """A day; None where it is left out."""
        return self.day(name) if self.has(name) else None

    def clock(self, name: str) -> time:
        """A time of day."""
        return self._one(name, time, self._written(_TIME, _TIME_AS_TEXT), None, time())

    def _written(self, in_file: str, as_text: str) -> str:
        return say(as_text if self._as_json else in_file)

    def pair(self, name: str) -> tuple[int, int]:
        """The least and the most of something."""
        sentence = say("Write the least and the most, like [4, 8].")
        found = self._one(name, list, sentence, None, [0, 0])
        if len(found) != 2 or not all(_is(each, int) and _is_bounded(each) for each in found):
            self.fault(name, sentence)
            return (0, 0)
        return (found[0], found[1])

    def list_of(self, name: str, kind: type[Value], default: tuple[Value, ...] = ()) -> tuple[Value, ...]:
        """Values of one kind."""
        if not self.has(name):
            return default
        sentence = say("Write a list in brackets, of values of one kind.")
        found = [self._value(each, kind) for each in self._one(name, list, sentence, None, [])]
        if not all(_is(each, kind) and _is_bounded(each) for each in found):
            self.fault(name, sentence)
            return ()
        return tuple(found)

    def choice(self, name: str, known: Mapping[str, Value], default: Value) -> Value:
        """One of the values that are known by these words."""
        if not self.has(name):
            return default
        word = self.text(name)
        if word not in known:
            self.fault(name, say("Write one of these: %(known)s.", known=", ".join(each for each in known if each)))
            return default
        return known[word]

    def table(self, name: str) -> Table:
        """A table within; an empty one where it is left out."""
        return Table(self.mapping(name), self.place(name), self._faults, as_json=self._as_json)

    def mapping(self, name: str) -> Mapping[str, Any]:
        """A table within, as it is."""
        found: Mapping[str, Any] = self._one(name, dict, say("Write a table here."), {}, {})
        return found

    def tables(self, name: str) -> tuple[Table, ...]:
        """Tables within, one after another."""
        found = self._one(name, list, say("Write tables here, like [[%(name)s]].", name=name), [], [])
        if not all(isinstance(each, dict) for each in found):
            self.fault(name, say("Write tables here, like [[%(name)s]].", name=name))
            return ()
        return tuple(
            Table(each, f"{self.place(name)} {number}", self._faults, as_json=self._as_json)
            for number, each in enumerate(found, start=1)
        )

    def must_be_read(self) -> None:
        """Note every value that has no meaning here."""
        for name in self._values:
            if name not in self._read:
                self.fault(name, say("We don’t know what this means. Check its spelling, or leave it out."))

    def _one(
        self,
        name: str,
        kind: type[Value] | tuple[type[Value], ...],
        sentence: str,
        default: Value | None,
        instead: Value,
    ) -> Value:
        self._read.add(name)
        found: Any = self._value(self._values.get(name, _MISSING), kind)
        if found is _MISSING:
            if default is None:
                self.fault(name, say("This is missing. Add it."))
                return instead
            return default
        if not _is(found, kind):
            self.fault(name, sentence)
            return instead
        value: Value = found
        return value

    def _value(self, found: Any, kind: Any) -> Any:
        """A value, and of JSON the day or time that a text stands for."""
        if not self._as_json or not isinstance(found, str) or kind not in (date, time):
            return found
        try:
            return kind.fromisoformat(found)
        except ValueError:
            return found


def _is_bounded(value: object) -> bool:
    """Whether a number or a day of a list is one that can be kept."""
    if isinstance(value, date):
        return is_usual(value)
    return not isinstance(value, int | float) or -MOST <= value <= MOST


def _is(value: object, kind: Any) -> bool:
    """Whether it is of the kind; true and false are no numbers, and a moment is no day."""
    if isinstance(value, bool):
        return kind is bool
    if isinstance(value, datetime):
        return False
    return isinstance(value, kind)
