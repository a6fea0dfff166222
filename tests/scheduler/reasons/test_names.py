"""Names in place of ids: what tells of somebody or something that is gone stays out."""

from __future__ import annotations

from datetime import UTC, datetime

from scheduler.reasons.model import Reasons
from scheduler.reasons.names import named, named_wishes
from solvers import rules
from solvers.reasons.facts import (
    Gain,
    MissedSession,
    Obstacle,
    Regrouped,
    Relaxations,
    Relaxed,
    Step,
    StepKind,
    Unplaced,
    WishOutcome,
)

NAMES = {1: "Zoe", 2: "Ann"}
PLACES = {"peer": "Peer group", "north": "North Hospital"}
AT = datetime(2027, 3, 9, 12, 30, tzinfo=UTC)


def test_residents_without_a_group_come_in_the_order_of_their_names() -> None:
    obstacles = (Obstacle(rules.GROUP_SIZE, places=2),)
    found = named(Reasons(unplaced=(Unplaced(1, obstacles), Unplaced(2), Unplaced(3))), NAMES, PLACES)
    assert found.unplaced == (Unplaced("Ann"), Unplaced("Zoe", obstacles))


def test_a_wish_has_the_names_of_whose_it_is_and_of_whom_it_is_about() -> None:
    wishes = (
        WishOutcome(1, "want", 2, met=False, cost=3),
        WishOutcome(1, "interest", "exams", met=True),
        WishOutcome(1, "want", 3, met=False),
        WishOutcome(3, "travel", "", met=False),
    )
    expected = (
        WishOutcome("Zoe", "want", "Ann", met=False, cost=3),
        WishOutcome("Zoe", "interest", "exams", met=True),
    )
    assert named_wishes(wishes, NAMES) == expected


def test_wishes_that_are_nobody_elses_business_are_not_among_those_that_were_not_met() -> None:
    kinds = ("want", "choice", "interest", "alone", "like", "unlike", "external", "model", "mode", "travel", "regroup")
    wishes = tuple(WishOutcome(1, kind, "", met=False) for kind in kinds)
    found = named(Reasons(unmet=wishes), NAMES, PLACES).unmet
    assert {wish.kind for wish in found} == {"model", "mode", "travel", "regroup"}


def test_the_cheapest_wishes_come_first_and_those_without_a_way_last() -> None:
    costs = {1: None, 2: 7, 3: -1, 4: 7}
    wishes = tuple(WishOutcome(person, "travel", "", met=False, cost=cost) for person, cost in costs.items())
    found = named(Reasons(unmet=wishes), dict(enumerate("_ABCD")), PLACES).unmet
    assert [wish.person for wish in found] == ["C", "B", "D", "A"]


def test_who_changed_groups_is_named_and_what_tells_of_nobody_stays() -> None:
    missed = (MissedSession("g1", 1, AT, ()),)
    reasons = Reasons(missed=missed, regrouped=(Regrouped(1, "g1", None), Regrouped(3, "g1", None)))
    found = named(reasons, NAMES, PLACES)
    assert (found.missed, found.regrouped) == (missed, (Regrouped("Zoe", "g1", None),))


def named_steps(step: Step[int]) -> list[Step[str]]:
    help_ = Relaxations(smallest=(Relaxed("", Gain(1), step),), together=Gain(1))
    found = named(Reasons(help=help_), NAMES, PLACES).help
    assert found.together == Gain(1)
    return [one.step for one in found.smallest]


def test_what_would_help_names_people_models_and_sites() -> None:
    assert named_steps(Step(StepKind.ACCEPT_MODEL, 1, "peer")) == [Step(StepKind.ACCEPT_MODEL, "Zoe", "Peer group")]
    assert named_steps(Step(StepKind.ACCEPT_MODE, 2, "video")) == [Step(StepKind.ACCEPT_MODE, "Ann", "video")]
    assert named_steps(Step(StepKind.LARGER, "peer", value=9)) == [Step(StepKind.LARGER, "Peer group", value=9)]
    assert named_steps(Step(StepKind.ROOM, "north")) == [Step(StepKind.ROOM, "North Hospital")]
    assert named_steps(Step(StepKind.QUORUM, value=0.5)) == [Step(StepKind.QUORUM, value=0.5)]


def test_steps_about_what_is_gone_stay_out() -> None:
    assert named_steps(Step(StepKind.ACCEPT_MODE, 3, "video")) == []
    assert named_steps(Step(StepKind.ACCEPT_MODEL, 1, "near-peer")) == []
    assert named_steps(Step(StepKind.ROOM, "south")) == []


def test_somebody_who_is_called_like_a_key_keeps_their_name() -> None:
    help_ = Relaxations(smallest=(Relaxed("", Gain(1), Step(StepKind.ACCEPT_MODE, 1, "video")),))
    [found] = named(Reasons(help=help_), {1: "peer"}, PLACES).help.smallest
    assert found.step.subject == "peer"
