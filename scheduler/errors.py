"""The error tree: what a command raises when it cannot do what was asked.

Many findings at a time (rejected cells, questions) are returned as values; an error means that nothing was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Page(Enum):
    """A page of a programme on which its coordinator finds the way out of an error."""

    PEOPLE = "people"
    ANSWERS = "answers"
    ROTAS = "rotas"
    PLANS = "plans"
    CARRY_OVER = "carry_over"
    """Of a draft: where what has changed of the published plan comes over into it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in some input: its place (line, cell, field) and a sentence."""

    where: str
    text: str


class MentorRoundsError(Exception):
    """Something that the person who asked can understand and act on.

    ``message`` says what is wrong, ``where`` names the place (file, cell, field), ``what_to_do`` the way out, and
    ``section`` the section of the programme's settings in which a coordinator finds it, or ``page`` another page.
    """

    def __init__(
        self, message: str, *, where: str = "", what_to_do: str = "", section: str = "", page: Page | None = None
    ) -> None:
        super().__init__(message)
        self.section, self.page = section, page
        self.message = message
        self.where = where
        self.what_to_do = what_to_do

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.what_to_do}" if self.what_to_do else ""
        return f"{place}{self.message}{advice}"


class NotFound(MentorRoundsError):
    """It does not exist, or not for this person."""


class NotAllowed(MentorRoundsError):
    """The thing exists, but this person's roles do not allow it."""


class NotPossible(MentorRoundsError):
    """The state of things does not allow it now (a plan is published already, a run is still going)."""


class Unspoken(NotPossible):
    """What stands against it is nobody's business: safety, or what somebody keeps to themselves.

    Whoever answers notes in the audit trail of the programme, in a transaction of its own, that it was tried: neither
    what it was nor whom it was about.
    """

    def __init__(self, message: str, programme_id: int, *, what_to_do: str = "", page: Page | None = None) -> None:
        super().__init__(message, what_to_do=what_to_do, page=page)
        self.programme_id = programme_id


class Rejected(MentorRoundsError):
    """Input that cannot be used; ``faults`` lists every fault found, each with its place."""

    def __init__(self, message: str, faults: tuple[Fault, ...] = (), *, where: str = "", what_to_do: str = "") -> None:
        super().__init__(message, where=where, what_to_do=what_to_do)
        self.faults = faults
