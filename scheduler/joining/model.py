"""What people are asked when they join, and where they stand with it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from scheduler.languages import mark
from scheduler.people.model import Role, WishKind
from scheduler.people.traits import Traits
from solvers.vocabulary import External

MOST_TOPICS = 5
MOST_CHOICES = 3
MOST_CHARACTERS = 600
"""Of a pen portrait, and of what somebody writes about their needs."""


class Step(StrEnum):
    """One page of questions. Residents and faculty have their own."""

    KIND = "kind"
    TOPICS = "topics"
    WAYS = "ways"
    FACILITATORS = "facilitators"
    PEOPLE = "people"
    NEEDS = "needs"
    PORTRAIT = "portrait"
    OFFER = "offer"
    CONDUCT = "conduct"
    LISTED = "listed"
    """What the hospital's list says of them, put right by themselves: nobody is asked for it."""


RESIDENTS_STEPS = (Step.KIND, Step.TOPICS, Step.WAYS, Step.FACILITATORS, Step.PEOPLE, Step.NEEDS)
FACULTYS_STEPS = (Step.PORTRAIT, Step.OFFER, Step.TOPICS, Step.WAYS, Step.PEOPLE, Step.CONDUCT)
STEPS: Mapping[Role, tuple[Step, ...]] = {Role.RESIDENT: RESIDENTS_STEPS, Role.FACULTY: FACULTYS_STEPS}

COLUMNS: Mapping[Step, tuple[str, ...]] = {
    Step.KIND: ("models", "new_here"),
    Step.OFFER: ("models", "capacity"),
    Step.TOPICS: ("interests",),
    Step.WAYS: ("modes", "accepts_writing"),
    Step.FACILITATORS: ("external",),
    Step.NEEDS: ("tags", "company", "firm"),
    Step.LISTED: ("specialty", "mentor_level"),
}
"""Which of a participant's columns a step answers: once it is saved, no uploaded list takes its place."""
WISHES: Mapping[Step, tuple[WishKind, ...]] = {
    Step.FACILITATORS: (WishKind.CHOICE,),
    Step.PEOPLE: (WishKind.WANT, WishKind.AVOID),
}
"""Which kinds of wish a step answers."""

TOPICS = (
    "clinical development",
    "teaching",
    "research and improvement",
    "careers",
    "networking",
    "wellbeing",
    "teamwork",
    "leadership",
    "conflict",
    "work-life balance",
    "exams",
)
"""What a programme offers to talk about until it says otherwise."""
CIRCUMSTANCES = (
    "new to the country",
    "part-time",
    "parent or carer",
    "returning to work",
    "only trainee on my site",
    "first in the family in medicine",
)
"""What somebody may not want to be the only one of, until the programme says otherwise."""


class JoiningState(StrEnum):
    """How far somebody is, as their coordinator sees it."""

    NOT = "not"
    HALF = "half"
    ANSWERED = "answered"
    LEFT = "left"
    DECLINED = "declined"

    @property
    def is_unfinished(self) -> bool:
        """Whether an answer is waited for."""
        return self in (JoiningState.NOT, JoiningState.HALF)


class RequestAbout(StrEnum):
    """What somebody asks their coordinator for: to change answers after the last day, or for another group."""

    ANSWERS = "answers"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class TrainingKind:
    """A kind of training that the programme asks of its facilitators. It counts for ``months`` from the day on which it
    was done, for ever where they are None; without the ``required`` ones nobody is planned."""

    key: str
    name: str
    months: int | None = None
    required: bool = True

    def ends(self, done_on: date) -> date | None:
        """The last day on which a training done then counts."""
        return None if self.months is None else later_by_months(done_on, self.months)


def later_by_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


USUAL_TRAINING = (
    TrainingKind("facilitation", mark("Facilitating a group"), 24),
    TrainingKind("equity", mark("Equity and inclusion"), 36),
    TrainingKind("safeguarding", mark("Safeguarding"), 36, required=False),
)
"""What a programme asks for until it says otherwise."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What a programme asks, until when, and whom it plans: those alone who said yes, unless it says otherwise
    (:class:`scheduler.joining.tables.JoiningRow`)."""

    last_day: date | None = None
    topics: tuple[str, ...] = TOPICS
    circumstances: tuple[str, ...] = CIRCUMSTANCES
    only_joined: bool = True
    code_needed: bool = True
    training: tuple[TrainingKind, ...] = USUAL_TRAINING

    def are_open(self, today: date) -> bool:
        """Whether answers may still be changed without asking; ``today`` on the programme's clocks."""
        return self.last_day is None or today <= self.last_day


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody has answered so far.

    ``models`` maps models to liking, 3 the best; of faculty, to 1. Ways to meet are ordered, best liked first.
    ``choices``, ``wants`` and ``avoids`` are ids of people.
    """

    programme_id: int
    kind: Role
    steps: frozenset[Step]
    models: Mapping[str, int] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    external: External = External.ANY
    choices: tuple[int, ...] = ()
    wants: tuple[int, ...] = ()
    avoids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    firm: tuple[str, ...] = ()
    traits: Traits = field(default_factory=Traits)
    needs: str = ""
    capacity: int = 1
    new_here: bool = False
    accepts_writing: bool = False
    agreed_at: datetime | None = None
    left_at: datetime | None = None
    declined: bool = False
    may_change: bool = True
    asked_again: bool = False
    """They took part in the term before, and have not said yet whether they go on."""

    @property
    def order(self) -> tuple[Step, ...]:
        """The steps in which this person is asked."""
        return STEPS[self.kind]

    @property
    def next_step(self) -> Step | None:
        """The first step that is not saved; None where all are."""
        return next((step for step in self.order if step not in self.steps), None)

    @property
    def state(self) -> JoiningState:
        """How far the person is."""
        return state_of(self.kind, self.steps, self.agreed_at, self.left_at, declined=self.declined)


def state_of(
    kind: Role, steps: frozenset[Step], agreed_at: datetime | None, left_at: datetime | None, *, declined: bool = False
) -> JoiningState:
    """How far somebody with these saved steps is."""
    if left_at is not None:
        return JoiningState.DECLINED if declined else JoiningState.LEFT
    if agreed_at is None:  # whatever they answered the term before
        return JoiningState.NOT
    return JoiningState.ANSWERED if steps.issuperset(STEPS[kind]) else JoiningState.HALF


@dataclass(frozen=True, slots=True)
class Portrait:
    """A facilitator as people who join read of them, and what they ask for themselves."""

    text: str = ""
    deputy_wanted: bool = False
    peers_wanted: bool = False
    code_signed_at: datetime | None = None
    code_version: int = 0


@dataclass(frozen=True, slots=True)
class FacilitatorOffer:
    """A facilitator who can be chosen. ``shared`` are topics that both have named."""

    person_id: int
    name: str
    site: str
    text: str
    topics: tuple[str, ...]
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody by name, with what tells namesakes apart: where they work and, of residents, their grade."""

    person_id: int
    name: str
    site: str
    grade: str
