"""Kinds of what is held on a person, and what becomes of each when they want it deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum


class Kind(StrEnum):
    """A part of what is held on somebody, as their page lists it."""

    YOU = "you"
    SIGNING_IN = "signing-in"
    TAKING_PART = "taking-part"
    WISHES = "wishes"
    CIRCUMSTANCES = "circumstances"
    QUESTIONS = "questions"
    TIME = "time"
    OWN_TIME = "own-time"
    GROUPS = "groups"
    ATTENDANCE = "attendance"
    WORDS = "words"
    NOTES = "notes"
    GOALS = "goals"
    THANKS = "thanks"
    CONCERNS = "concerns"
    FEEDBACK = "feedback"
    CIRCLES = "circles"
    MAIL = "mail"
    CALENDARS = "calendars"
    ACTS = "acts"


class Fate(StrEnum):
    """What becomes of a row when everything about a person is deleted."""

    DELETED = "deleted"
    NAMELESS = "nameless"
    """It stays, and no longer says whose it is: it belongs to others as well."""
    KEPT = "kept"
    """It stays and points to the emptied entry, which is nobody's any more."""


@dataclass(frozen=True, slots=True)
class Held:
    """Columns of a table that are told to whom they are about, as one of their kinds."""

    kind: Kind
    columns: tuple[str, ...]
    fate: Fate = Fate.DELETED


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A reference that is told to nobody through this page, and why."""

    why: str
    fate: Fate = Fate.DELETED


Value = str | int | float | bool | date | datetime | time | None | Sequence["Value"] | Mapping[str, "Value"]
Record = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one table, by the name that documents and files give it."""

    name: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class OwnData:
    """All of it, by kind; a kind of which nothing is held is not there."""

    name: str
    parts: Mapping[Kind, tuple[Part, ...]]

    def count(self, kind: Kind) -> int:
        """How many records there are of a kind."""
        return sum(len(part.records) for part in self.parts.get(kind, ()))
