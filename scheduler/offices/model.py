"""What one office differs in from another; how people come to it and leave it is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow

LINK_DAYS: Final = 14
LASTS: Final = timedelta(days=LINK_DAYS)
LONGEST_NAME: Final = 120


class Appointed(StrEnum):
    """What came of appointing somebody, or asking them."""

    TOLD = "told"
    """They have the office now, or have been asked, and an e-mail says so."""
    ONESELF = "oneself"
    """The actor has it now, and knows."""
    BEFORE = "before"
    """They had it before."""


class Step(StrEnum):
    """What happens between somebody and an office."""

    ASKED = "invited"
    ASKED_NO_MORE = "uninvited"
    ACCEPTED = "added"
    DISMISSED = "dismissed"
    STEPPED_DOWN = "stepped_down"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many an office keeps once it has them: ``least``, who counts towards it, and what is said to who would leave
    fewer: why, the way out for who removes somebody, and for who steps down."""

    least: int
    who: Callable[[Db, int], Collection[int]]
    why: str
    before_dismissing: str
    before_stepping_down: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """How somebody is asked: the ``page`` that the link leads to, before the programme's number; the ``subject`` and
    ``text`` of the e-mail, and what they are told who do not declare ``declaration``.

    ``must_be_free`` raises NotPossible for who cannot have the office, given the programme, their entry, and people who
    run the programme whatever is on record.
    """

    page: str
    subject: str
    text: str
    declaration: str
    must_be_free: Callable[[Db, int, PersonRow, Collection[int]], None]


Follows = Callable[[Db, int, Step, PersonRow, datetime], None]
"""What else happens with a step, once it is done: the programme, the step, who it is about, and when."""


@dataclass(frozen=True, slots=True)
class OfficeRules:
    """An office and its rules. ``none`` is said to who wants to leave it and has it not, after ``may_leave`` has let
    them; None of ``asking``: people are appointed at once; of ``keeping``: all may leave."""

    role: Role
    none: str = ""
    asking: Asking | None = None
    keeping: Keeping | None = None
    may_leave: Callable[[Actor, int], None] | None = None
    follows: Follows | None = None


ACTIONS: Final[Mapping[tuple[Role, Step], str]] = {
    (role, step): f"{role.value}.{step.value}"
    for role in (Role.COORDINATOR, Role.OVERSIGHT, Role.DIRECTOR)
    for step in Step
    if role is not Role.COORDINATOR or step in (Step.ACCEPTED, Step.DISMISSED)
}
"""What stands in the audit record of each step."""
