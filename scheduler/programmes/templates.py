"""Programmes to start from. Whatever a template says of itself, its programmes keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Final

from scheduler.languages import mark
from scheduler.programmes.emphasis import Emphasis, points_of
from scheduler.programmes.model import (
    DYAD,
    NEAR_PEER,
    PEER,
    TRIAD,
    VERTICAL,
    Conduct,
    Differing,
    Grade,
    MentoringModel,
    Window,
)

FACILITATOR_GRADE: Final = Grade(1, "Facilitator")
"""What facilitators are as members of a group of their own, where they are planned like residents."""


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of programme: what it is called, a sentence or two about it, and what it begins with.

    Both texts are marked to be translated, and said in the reader's language. What is not named is as in every new
    programme: the defaults of :class:`~scheduler.programmes.model.Programme` and of
    :class:`~scheduler.programmes.model.Conduct`, public holidays closed, and only those planned who say yes.
    """

    key: str
    name: str
    about: str
    models: tuple[MentoringModel, ...]
    rounds: int = 6
    weeks: int = 4
    session_minutes: int = 60
    min_gap_days: int = 14
    facilitators_differ: Differing = Differing.NOTHING
    grades: tuple[Grade, ...] = ()
    conduct: Conduct = field(default_factory=Conduct)
    weights: Mapping[str, int] = field(default_factory=dict)

    @property
    def first_within_days(self) -> int:
        """Every group has met by the end of the first round, whatever week of it suits whom."""
        return self.weeks * 7

    def windows(self) -> tuple[Window, ...]:
        """Lunch and evenings of working days."""
        return tuple(
            window
            for weekday in range(5)
            for window in (
                Window(weekday, time(12, 30), time(14, 15), 45, protected=True),
                Window(weekday, time(17, 30), time(18, 30), 60),
            )
        )


_COHORT = MentoringModel("cohort", "Cohort group", (4, 8), 6, (0, 9), (0, 1), 0)
_TRANSITION = MentoringModel("transition", "Starters’ group", (4, 8), 6, (0, 0), (1, 2), 1, closing=True)
_FACILITATORS = MentoringModel("facilitators", "Facilitators’ group", (4, 8), 6, (0, 0), (0, 0), 0)
_CO_MENTORING = MentoringModel("co-mentoring", "Co-mentoring group", (3, 5), 4, (0, 9), (0, 0), 0)
_DIVERSE = MentoringModel("diverse", "Diverse group", (2, 6), 4, (0, 9), (0, 1), 0)
_OWN = MentoringModel("group", "Group", (4, 8), 6, (0, 9), (0, 1), 0)

TEMPLATES: Final = (
    Template(
        "peer",
        mark("Peer circles"),
        mark("Four to eight residents of one grade, six where possible. They meet without a senior."),
        (PEER,),
    ),
    Template(
        "near-peer",
        mark("Near-peer"),
        mark("Four to eight residents one or two grades apart: those who have just been there help those who follow."),
        (NEAR_PEER,),
    ),
    Template(
        "vertical",
        mark("Facilitated vertical"),
        mark("Four to six residents at least two grades apart, with a facilitator at every session."),
        (VERTICAL,),
    ),
    Template(
        "dyads",
        mark("Dyads"),
        mark("One resident and one facilitator, who come to every session together."),
        (DYAD,),
    ),
    Template(
        "triads",
        mark("Triads with two mentors who differ"),
        mark(
            "One resident and two facilitators who differ: in their site or, if you choose, in specialty or level. At "
            "least one comes to each session."
        ),
        (TRIAD,),
        facilitators_differ=Differing.SITE,
    ),
    Template(
        "four-plus-one",
        mark("4+1 cohorts"),
        mark("Rounds of five weeks, so that each cohort’s clinic week falls once in every round."),
        (_COHORT,),
        rounds=5,
        weeks=5,
    ),
    Template(
        "transition",
        mark("Transition group for new starters"),
        mark(
            "Four to eight new starters of one grade and a facilitator. They meet every two weeks, from the start, and "
            "the last session is a closing session."
        ),
        (_TRANSITION,),
        weeks=2,
        min_gap_days=7,
    ),
    Template(
        "facilitators",
        mark("Facilitators’ own peer group"),
        mark("Facilitators meet as peers, four to eight in a group. Anyone your list calls faculty becomes a member."),
        (_FACILITATORS,),
        grades=(FACILITATOR_GRADE,),
    ),
    Template(
        "co-mentoring",
        mark("Co-mentoring with rotating turns"),
        mark("Three to five residents of any grade mentor each other. A different person chairs each time."),
        (_CO_MENTORING,),
    ),
    Template(
        "diverse",
        mark("Diverse groups"),
        mark(
            "Groups are mixed in what people choose to say about themselves, as far as they’d like someone different. "
            "You say in what, and what for, under “What people are asked about themselves”."
        ),
        (_DIVERSE,),
        weights={"unlike": points_of("unlike")[Emphasis.MUCH]},
    ),
    Template(
        "own",
        mark("Your own"),
        mark("Four to eight residents of any grade, with or without a facilitator, for you to change as you like."),
        (_OWN,),
    ),
)
