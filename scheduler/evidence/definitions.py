"""What each figure means: its definition, with a number that rises when it changes, and what it is counted from.

A release says by which definition each of its figures was counted. Two terms stand beside each other only where it was
the same; earlier definitions stay here, so that what was published can always be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scheduler.audit.service import CHECK_OVERRIDDEN, OVERRIDDEN
from scheduler.evidence.model import Figure
from scheduler.languages import mark


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition: its number, what the figure is called and means, and the actions of the audit record by which what
    it is counted from came about. ``rests_on`` says what it rests on where the record alone does not tell it: what
    people said is never in the record."""

    version: int
    name: str
    text: str
    actions: tuple[str, ...]
    rests_on: str = ""


_SESSION_ACTIONS: Final = (
    "plan.published", "session.cancelled", "session.reinstated", "session.moved", "session.agreed", "session.added",
    "attendance.noted",
)  # fmt: skip
FIGURES: Final[Mapping[Figure, tuple[Definition, ...]]] = {
    Figure.OFFERED: (
        Definition(
            1,
            mark("Offered a place"),
            mark(
                "Of all residents on the programme’s list, those who were invited to join, said yes or were in a group."
            ),
            ("people.imported", "person.added", "joining.invited", "plan.published"),
        ),
    ),
    Figure.JOINED: (
        Definition(
            1,
            mark("Said yes"),
            mark("Of all residents on the list, those who said yes to the programme themselves. Joining is voluntary."),
            ("joining.agreed", "invitation.declined"),
        ),
    ),
    Figure.IN_GROUP: (
        Definition(
            1,
            mark("In a group"),
            mark("Of all residents on the list, those who are, or were this term, in a group that was published."),
            ("plan.published", "group.member_in", "group.member_out"),
        ),
    ),
    Figure.EARLY: (
        Definition(
            1,
            mark("First session within four weeks"),
            mark(
                "Of all residents on the list, with or without a group, those whose group held a session to which they "
                "were invited within 28 days of the first day of the term, or of the day on which they were added "
                "if that was later. Counted once those days have passed."
            ),
            _SESSION_ACTIONS,
        ),
    ),
    Figure.MET: (
        Definition(
            1,
            mark("Sessions that met"),
            mark(
                "Of the sessions to which residents were invited and whose time has passed, counted for each resident, "
                "those that were held: two people or more are noted as having come. Cancelled sessions, and those for "
                "which nobody noted who came, count as not held."
            ),
            _SESSION_ACTIONS,
        ),
    ),
    Figure.ATTENDANCE: (
        Definition(
            1,
            mark("Attendance"),
            mark(
                "Of the sessions that were held, counted for each resident who was invited and not on long leave, "
                "those to which they came. Beside it stands the median of residents, to the nearest 5."
            ),
            ("attendance.noted",),
        ),
    ),
    Figure.RELEASED: (
        Definition(
            1,
            mark("Really released"),
            mark(
                "Of the answers of residents who needed to be released from a duty for a session, those that say that "
                "they were. Who was off anyway isn’t counted."
            ),
            (),
            rests_on=mark(
                "The record of who did what doesn’t say who answered: this rests on the answers themselves, as long as "
                "they are kept."
            ),
        ),
    ),
    Figure.HOURS: (
        Definition(
            1,
            mark("Facilitators’ hours"),
            mark(
                "The hours of the sessions that were held, for each facilitator who led them and isn’t noted as having "
                "missed them. Guest coaches, who are paid by the hour, aren’t counted. Beside it stands the median."
            ),
            ("attendance.noted",),
        ),
    ),
    Figure.JOB_PLAN: (
        Definition(
            1,
            mark("Hours in job plans"),
            mark("Hours a year that facilitators’ job plans have for mentoring, as the coordinator entered them."),
            ("job_plans.set",),
            rests_on=mark("The record says when hours were entered; this rests on the hours as entered."),
        ),
    ),
}
"""Of each figure all definitions there have been, the newest last."""

_CONCERNS: Final = mark(
    "The record of who did what doesn’t say that someone raised a concern: this rests on the concerns themselves."
)
_TRAINED: Final = mark("The record says what was verified; this rests on the days on which training runs out.")
COUNTS: Final[Mapping[str, Definition]] = {
    "sessions_planned": Definition(
        1, mark("Sessions planned"), mark("Sessions that a published plan gave a date that has passed."),
        ("plan.published",),
    ),
    "sessions_held": Definition(
        1, mark("Held"), mark("Two people or more are noted as having come."), ("attendance.noted",)
    ),
    "sessions_not_held": Definition(
        1, mark("Not held"), mark("Cancelled, or fewer than two people are noted as having come."),
        ("session.cancelled", "attendance.noted"),
    ),
    "sessions_not_noted": Definition(
        1, mark("Not noted"), mark("Not cancelled, and nobody has noted who came."), ("attendance.noted",)
    ),
    "sessions_moved": Definition(
        2, mark("Moved"),
        mark("Has another date or time than it was first published with; it may have been held all the same."),
        ("session.moved", "session.agreed"),
    ),
    "sessions_added": Definition(
        1, mark("Added by groups"), mark("Sessions beside those of the plan, which groups gave themselves."),
        ("session.agreed", "session.added"),
    ),
    "groups": Definition(1, mark("Groups"), mark("Groups that meet now."), ("plan.published", "group.ended")),
    "groups_met": Definition(
        1, mark("Groups that have met"), mark("Of these, groups that have held a session."), ("attendance.noted",)
    ),
    "groups_agreed": Definition(
        1, mark("Groups that have agreed their charter"), mark("Everyone in them has agreed to what is in force."),
        ("charter.adopted", "charter.accepted"),
    ),
    "facilitators": Definition(1, mark("Facilitators"), mark("Who leads a group now."), ("plan.published",)),
    "facilitators_signed": Definition(
        1, mark("Signed the code of conduct"), mark("Those of them who have signed the code of conduct in force."),
        ("code.signed", "facilitators.noted"),
    ),
    "facilitators_trained": Definition(
        1, mark("Training in date"), mark("Those of them whose required training is verified and in date."),
        ("training.verified", "facilitators.noted"), rests_on=_TRAINED,
    ),
    "concerns": Definition(
        1, mark("Concerns raised"),
        mark("With any oversight contact. What they are about is known to that contact alone."), (),
        rests_on=_CONCERNS,
    ),
    "concerns_answered": Definition(
        1, mark("Concerns answered"), mark("Of these, with a first answer."), ("concern.answered",),
        rests_on=_CONCERNS,
    ),
    "concern_hours": Definition(
        1, mark("Hours to the first answer"), mark("Half of the concerns that have an answer waited no longer."),
        ("concern.answered",), rests_on=_CONCERNS,
    ),
    "overrides": Definition(
        1, mark("Rules and checks overridden"), mark("By a coordinator, by name and with a written reason."),
        (OVERRIDDEN, CHECK_OVERRIDDEN, "relation.overridden"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What others have found: beside which of our figures it stands, in our words, and where it is from."""

    figure: Figure | str
    text: str
    source: str


BENCHMARKS: Final = (
    Benchmark(
        Figure.MET,
        mark("In one programme of mentoring families, three in ten never met at all; finding a time was the reason."),
        mark("Published programmes, reviewed in 2026"),
    ),
    Benchmark(
        Figure.ATTENDANCE,
        mark("Programmes with protected half-days for teaching report attendance of 80 to 97 in a hundred."),
        mark("Published programmes, reviewed in 2026"),
    ),
    Benchmark(
        Figure.IN_GROUP,
        mark("In a Canadian survey of anaesthesia residents, 119 of 189 (63 in a hundred) had access to a mentor."),
        mark("Canadian survey, cited in Akrimi and Bould, “Mentoring in Medical Education”"),
    ),
)


@dataclass(frozen=True, slots=True)
class Standard:
    """What an accreditor looks for, in our words, and which figures speak to it."""

    body: str
    text: str
    figures: tuple[str, ...]


STANDARDS: Final = (
    Standard(
        "GMC, Promoting excellence, theme 3 (R3.1)",
        mark("Learners have a way to raise concerns, and it is used without fear."),
        ("concerns", "concerns_answered", "concern_hours"),
    ),
    Standard(
        "GMC, Promoting excellence, theme 3 (R3.2)",
        mark("Learners can reach support, confidential counselling and advice about their career."),
        (Figure.OFFERED, Figure.IN_GROUP, Figure.EARLY, Figure.MET),
    ),
    Standard(
        "GMC, Promoting excellence, theme 3 (R3.3)",
        mark("Learners are not undermined, and people with power over them are kept apart from their mentoring."),
        ("groups_agreed", "facilitators_signed", "overrides"),
    ),
    Standard(
        "GMC, Promoting excellence, theme 3",
        mark("People who work part-time, at small sites or at night have the same access."),
        (Figure.IN_GROUP, Figure.ATTENDANCE, Figure.RELEASED),
    ),
    Standard(
        "ACGME, well-being and learning environment",
        mark("Residents have protected time for it, and supervisors time for theirs."),
        (Figure.RELEASED, Figure.ATTENDANCE, Figure.HOURS, "facilitators_trained"),
    ),
)


def definition(figure: Figure, version: int | None = None) -> Definition:
    """The definition in force, or the one of a number."""
    every = FIGURES[figure]
    return every[-1] if version is None else next(each for each in every if each.version == version)


def versions() -> dict[str, int]:
    """The numbers of the definitions in force, by figure."""
    return {figure.value: definition(figure).version for figure in Figure}
