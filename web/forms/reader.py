"""A form read field by field: one parser for each kind, one wording for each fault, and every fault has its field."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeVar

from flask import request
from werkzeug.datastructures import MultiDict

from scheduler.calendar_days import FIRST_DAY, LAST_DAY, read_day
from scheduler.errors import Fault, Rejected
from web.language import gettext as _
from web.language import short_day
from web.request_context import now

Value = TypeVar("Value")
Fields = MultiDict[str, str]

LARGEST_ID: Final = 2**31 - 1
"""The largest number that a row can have in any of the databases."""
_LATEST_CLOCKS: Final = timedelta(hours=12)
"""So far behind UTC are the last clocks on earth: with them, a day lasts that much longer."""
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:00)?")
_DECIMAL = re.compile(r"[0-9]{1,6}([.,][0-9]{1,3})?")
_SIGNED = re.compile(r"-?[0-9]+")
_SIGNED_DECIMAL = re.compile(r"-?[0-9]+([.,][0-9]{1,3})?")
_WHOLE = re.compile(r"[0-9]{1,10}")
"""No number of ours is longer, and none longer is turned into one."""
_ROW = re.compile(r"(?P<name>[a-z_]+)-(?P<row>[a-z0-9][a-z0-9-]{0,59})-(?P<part>[a-z_]+)")
_BETWEEN_DAYS = re.compile(r"[\s,;]+")


class Unreadable(Rejected):
    """A form that cannot be read; every fault names its field."""


class Form:
    """The fields of a form or of an address. Faults are gathered: a field at fault gives a value that is never used,
    because :func:`read_form` raises at its end."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self.faults: list[Fault] = []

    def __contains__(self, name: str) -> bool:
        """Whether there is such a field at all: a button that was pressed, a box that was ticked."""
        return name in self._fields

    def text(self, name: str) -> str:
        """What was written, without blanks around it; empty where nothing was. No database keeps the NUL character."""
        return self._fields.get(name, "").replace("\0", "").strip()

    def lines(self, name: str) -> tuple[str, ...]:
        """A text of several lines, line by line."""
        return tuple(self._fields.get(name, "").replace("\0", "").splitlines())

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value of a field that stands in the form several times."""
        return tuple(value.replace("\0", "") for value in self._fields.getlist(name))

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked, or a yes was chosen."""
        return self._fields.get(name) == "1"

    def day(self, name: str) -> date:
        """A day that must be there."""
        return self.find_day(name) or self._missing(name, _("Choose a day."), FIRST_DAY)

    def find_day(self, name: str) -> date | None:
        """A day; None where the field is empty."""
        text = self.text(name)
        return self._day(name, text) if text else None

    def find_coming_day(self, name: str) -> date | None:
        """A day for which it is not too late, wherever its reader is; None where the field is empty."""
        found = self.find_day(name)
        if found is not None and found < (now() - _LATEST_CLOCKS).date() and all(f.where != name for f in self.faults):
            words = _("%(day)s has passed. Choose a day that is still to come.", day=short_day(found))
            return self._fault(name, words, None)
        return found

    def days(self, name: str) -> frozenset[date]:
        """Days in one text, with blanks, commas or semicolons between."""
        return frozenset(self._day(name, text) for text in _BETWEEN_DAYS.split(self.text(name)) if text)

    def time(self, name: str) -> time:
        """A time of day that must be there."""
        text = self.text(name)
        if not text:
            return self._missing(name, _("Choose a time."), time())
        if not _TIME.fullmatch(text):
            return self._fault(name, _("“%(written)s” is not a valid time. Write it like 22:30.", written=text), time())
        return time.fromisoformat(text)

    def moment(self, name: str) -> datetime:
        """A moment with its zone, from a list that the page offered."""
        nothing = datetime.combine(FIRST_DAY, time(), UTC)
        try:
            found = datetime.fromisoformat(self.text(name))
        except ValueError:
            found = None
        if found is None or found.tzinfo is None or not FIRST_DAY < found.date() < LAST_DAY:
            return self._fault(name, _("Choose a date from the list."), nothing)
        return found

    def number(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number within bounds; ``default`` where the field is empty, else it must be there."""
        text = self.text(name)
        if not text and default is not None:
            return default
        if not text:
            return self._missing(name, _("Enter a number."), least)
        plain = text.replace("−", "-")
        if not _SIGNED.fullmatch(plain):
            return self._fault(name, _not_whole(text, least, most), least)
        if not _WHOLE.fullmatch(plain) or not least <= int(plain) <= most:
            return self._fault(name, _out_of_range(text, str(least), str(most)), least)
        return int(text)

    def decimal(self, name: str, least: float, most: float) -> float:
        """A number within bounds, with a point or a comma."""
        text = self.text(name)
        if not text:
            return self._missing(name, _("Enter a number."), least)
        if not _DECIMAL.fullmatch(text):
            said = _out_of_range if _SIGNED_DECIMAL.fullmatch(text.replace("−", "-")) else _no_number
            return self._fault(name, said(text, f"{least:g}", f"{most:g}"), least)
        found = float(text.replace(",", "."))
        if not least <= found <= most:
            return self._fault(name, _out_of_range(text, f"{least:g}", f"{most:g}"), least)
        return found

    def find_number(self, name: str, least: int, most: int) -> int | None:
        """A whole number within bounds; None where the field is empty."""
        return self.number(name, least, most) if self.text(name) else None

    def id(self, name: str) -> int:
        """The number of something that must have been chosen."""
        found = self.find_id(name)
        return found if found is not None else self._missing(name, _("Choose one from the list."), 0)

    def find_id(self, name: str) -> int | None:
        """The number of something; None where nothing was chosen. A number that no row can have is no choice."""
        text = self.text(name)
        return self._id(name, text) if text else None

    def find_own_id(self, name: str) -> int | None:
        """The number of something of one's own: of what nobody else may know of, one below nought."""
        text = self.text(name)
        number = self._id(name, text.removeprefix("-")) if text else None
        return -number if number and text.startswith("-") else number

    def ids(self, name: str) -> frozenset[int]:
        """The numbers of everything that was ticked."""
        return frozenset(self._id(name, text) for text in self.texts(name))

    def choice(self, name: str, choices: Mapping[str, Value], default: str | None = None) -> Value:
        """What the chosen key means; ``default`` is the key where the field is not there at all."""
        text = self._fields.get(name, default)
        if text is not None and text in choices:
            return choices[text]
        words = _("Choose one of the answers.") if not text else _not_a_choice()
        return self._fault(name, words, next(iter(choices.values())))

    def choices(self, name: str, known: Mapping[str, Value]) -> tuple[Value, ...]:
        """What the ticked keys mean, each once, in the order of ``known``."""
        ticked = set(self.texts(name))
        if not ticked <= known.keys():
            self._fault(name, _not_a_choice(), None)
        return tuple(value for key, value in known.items() if key in ticked)

    def starting_with(self, prefix: str, known: Collection[str]) -> dict[str, str]:
        """Answers of fields that share a prefix, by the rest of their names; each must be one of ``known``."""
        found = {key.removeprefix(prefix): value for key, value in self._fields.items() if key.startswith(prefix)}
        for key, value in found.items():
            if value not in known:
                self._fault(prefix + key, _not_a_choice(), None)
        return found

    def numbers_after(self, prefix: str) -> tuple[int, ...]:
        """The numbers at the ends of fields that share a prefix: ``about-3`` is the third's."""
        ends = (name.removeprefix(prefix) for name in self._fields if name.startswith(prefix))
        return tuple(int(end) for end in ends if _WHOLE.fullmatch(end))

    def rows(self, name: str) -> tuple[str, ...]:
        """Which rows of a list there are, as they come: ``rounds-3-first_day`` is a field of the row ``3``."""
        found = (_ROW.fullmatch(field) for field in self._fields)
        return tuple(dict.fromkeys(match["row"] for match in found if match and match["name"] == name))

    def check(self) -> None:
        """Raise every fault that was found so far."""
        if self.faults:
            raise Unreadable(_("Please check the fields marked below."), tuple(self.faults))

    def refuse(self, name: str, words: str) -> None:
        """Note a fault that the page itself has found."""
        self._fault(name, words, None)

    def _day(self, name: str, text: str) -> date:
        found = read_day(text)
        if found is None:
            words = _("“%(written)s” is not a valid date. Write it like 2027-03-31.", written=text)
            return self._fault(name, words, FIRST_DAY)
        return found

    def _id(self, name: str, text: str) -> int:
        if not _WHOLE.fullmatch(text) or int(text) > LARGEST_ID:
            return self._fault(name, _not_a_choice(), 0)
        return int(text)

    def _missing(self, name: str, words: str, instead: Value) -> Value:
        """A field that must be there and is empty; where it is at fault already, that is said and enough."""
        return instead if any(fault.where == name for fault in self.faults) else self._fault(name, words, instead)

    def _fault(self, name: str, words: str, instead: Value) -> Value:
        self.faults.append(Fault(name, words))
        return instead


@contextmanager
def read_form() -> Iterator[Form]:
    """The form that was sent; at the end every fault is raised at once, as :class:`Unreadable`."""
    form = Form(request.form)
    yield form
    form.check()


@contextmanager
def read_address() -> Iterator[Form]:
    """What stands behind the question mark of an address, read by the same kinds."""
    form = Form(request.args)
    yield form
    form.check()


def _out_of_range(text: str, least: str, most: str) -> str:
    values = {"written": text, "least": least, "most": most}
    return _("“%(written)s” is too small or too large. Enter a number from %(least)s to %(most)s.", **values)


def _not_whole(text: str, least: int, most: int) -> str:
    values = {"written": text, "least": str(least), "most": str(most)}
    return _("“%(written)s” is not a whole number. Enter a number from %(least)s to %(most)s.", **values)


def _no_number(text: str, least: str, most: str) -> str:
    values = {"written": text, "least": least, "most": most}
    return _("“%(written)s” is not a number. Enter a number from %(least)s to %(most)s.", **values)


def _not_a_choice() -> str:
    return _("That is not one of the choices. Choose from the list.")
