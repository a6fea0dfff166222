"""What is said of an edit beside figures and broken rules: who goes where, and what could not be carried over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.reasons.broken import Broken


@dataclass(frozen=True, slots=True)
class Move:
    """People, by their names, who go from one group to another; the keys are None for those who go to none of the
    changed groups, or come from none."""

    names: tuple[str, ...]
    facilitate: bool
    left: str | None
    joined: str | None


class LeftOutKind(StrEnum):
    """What of a published plan's changes a draft does not take over."""

    PERSON = "person"
    """Somebody's group: they were put into another by hand, or it is not in the draft."""
    FACILITATORS = "facilitators"
    """Who facilitates a group: they were chosen by hand."""
    WAY = "way"
    """How a group meets, since dates or rooms were set by hand."""
    DATE = "date"
    """A date, since it was set by hand."""
    GROUP = "group"
    """A group that is new among what is published."""
    MISSING = "missing"
    """Whatever has changed of a group that is not in the draft."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A change of the published plan that can't be carried over; ``group`` and ``person`` are names. ``against`` is the
    rule that stands against it; None where what was set by hand does, as each kind has it."""

    kind: LeftOutKind
    group: str
    round: int | None = None
    person: str = ""
    against: Broken | None = None
