"""Reasons in sentences: every rule, wish and step has plain words, and figures where there are some."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scheduler.languages import in_language
from scheduler.reasons import sentences
from scheduler.reasons.rule_words import RULES
from scheduler.reasons.wording import STEPS, WISHES
from solvers import rules
from solvers.reasons.facts import (
    Gain,
    MissedSession,
    MovedSession,
    Obstacle,
    Regrouped,
    Relaxed,
    Step,
    StepKind,
    Unplaced,
    WishOutcome,
)

JARGON = ("quorum", "slot", "instance", "solver", "relax", "constraint", "model_", "_")
AT = datetime(2027, 3, 9, 12, 30, tzinfo=UTC)

HELP: list[tuple[Step[str], Gain, str]] = [
    (
        Step(StepKind.QUORUM, value=0.5, instead_of=0.6),
        Gain(11),
        "Meeting when 50 % of a group can come instead of 60 %: 11 more sessions.",
    ),
    (Step(StepKind.GAP, value=5, instead_of=7), Gain(1), "Sessions of a group 5 days apart instead of 7"),
    (
        Step(StepKind.FACILITATORS_ON, what="Thursday", value=2),
        Gain(2),
        "2 more facilitators who can come on a Thursday",
    ),
    (Step(StepKind.ROOM, "North Hospital"), Gain(1), "One more room at North Hospital: 1 more session."),
    (Step(StepKind.FACILITATOR, "Peer group"), Gain(3, 4), "One more facilitator for Peer group"),
    (Step(StepKind.LARGER, "Peer group", value=9), Gain(0, 1), "Peer group with up to 9 residents"),
    (Step(StepKind.SMALLER, "Peer group", value=3), Gain(0, 3), "Peer group with 3 residents or more"),
    (Step(StepKind.FARTHER, "Peer group", value=1), Gain(0, 1), "Peer group with grades up to 1 apart"),
    (Step(StepKind.NEARER, "Peer group", value=1), Gain(0, 1), "Peer group with grades only 1 apart"),
    (Step(StepKind.NEARER, "Peer group"), Gain(0, 1), "Peer group in which everyone may be of one grade"),
    (Step(StepKind.ACCEPT_MODE, "Zoe", "video"), Gain(0, 1), "Zoe agreeing to meet by video"),
    (Step(StepKind.ACCEPT_MODEL, "Zoe", "Peer group"), Gain(0, 1), "Zoe agreeing to Peer group"),
]


@pytest.mark.parametrize(("step", "gain", "words"), HELP, ids=[step.kind for step, _, _ in HELP])
def test_everything_that_helps_is_a_plain_sentence(step: Step[str], gain: Gain, words: str) -> None:
    sentence = sentences.help_sentence(Relaxed("", gain, step))
    assert sentence.startswith(words)
    assert ("more session" in sentence) == bool(gain.sessions)
    assert ("with a group" in sentence) == bool(gain.residents)


def test_every_step_has_its_words() -> None:
    assert {step.kind for step, _, _ in HELP} == set(StepKind) == {*STEPS, StepKind.FACILITATORS_ON}


def test_what_all_of_it_buys_is_one_sentence() -> None:
    assert sentences.together_sentence(Gain(11, 1)) == "Together: 11 more sessions and 1 more resident with a group."
    assert sentences.together_sentence(Gain(0, 2)) == "Together: 2 more residents with a group."


def test_every_rule_that_may_stand_in_the_way_is_said_without_jargon() -> None:
    for rule in rules.HARD_RULES:
        obstacle = Obstacle(rule.id, have=2, needed=4, of=6)
        said = [
            sentences.unplaced_sentence(Unplaced("Zoe", (obstacle,))),
            sentences.missed_sentence(MissedSession("g1", 3, AT, (obstacle,)), "UTC"),
            sentences.staying_sentence("G1", Regrouped("Zoe", "g1", None, (rule.id,))),
            sentences.old_date_sentence(MovedSession("g1", 3, AT, None, (obstacle,))),
        ]
        for sentence in said:
            assert sentence.endswith(".")
            assert [word for word in JARGON if word in sentence.lower()] == []


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_that_has_words_is_said_with_its_way_out(rule_id: str) -> None:
    words = RULES[rule_id]
    assert bool(words.places.groups) == bool(words.places.way_out)
    assert bool(words.dates.date) == bool(words.dates.way_out)


def test_an_avoid_and_a_conflict_are_not_told_apart() -> None:
    both = Unplaced("Zoe", (Obstacle(rules.CONFLICT), Obstacle(rules.AVOIDS)))
    one = Unplaced("Zoe", (Obstacle(rules.AVOIDS),))
    assert sentences.unplaced_sentence(both) == sentences.unplaced_sentence(one)
    assert RULES[rules.CONFLICT] == RULES[rules.AVOIDS]


def test_how_many_can_come_is_told_with_how_many_it_takes() -> None:
    obstacle = Obstacle(rules.QUORUM, have=1, needed=3, of=4)
    assert sentences.date_reason(obstacle) == "only 1 of 4 can come and 3 are needed"
    assert sentences.date_reason(replace(obstacle, needed=1, have=1)) == "only 1 of 4 can come and 1 is needed"
    assert sentences.date_reason(replace(obstacle, have=0)) == "only 0 of 4 can come and 3 are needed"
    assert sentences.date_reason(Obstacle(rules.QUORUM)) == "too few of its residents can come"


def test_a_rule_without_words_for_a_place_or_a_date_is_called_by_what_it_asks() -> None:
    assert sentences.date_reason(Obstacle(rules.ONCE)) == RULES[rules.ONCE].heading
    assert sentences.groups_reason(Obstacle(rules.ONCE)) == RULES[rules.ONCE].heading


def test_what_stands_against_many_is_counted() -> None:
    against = (Obstacle(rules.GROUP_SIZE, 12), Obstacle(rules.PIN_MEMBERS, 1), Obstacle(rules.KNOWN, 1))
    assert sentences.against_groups_words(against) == ("12 groups are full; 1 group is pinned; 1 group can’t take them")
    against = (Obstacle(rules.QUORUM, 1), Obstacle(rules.ROOM_FREE, 3), Obstacle(rules.KNOWN, 2))
    assert sentences.against_dates_words(against) == (
        "too few could come on 1 date; no room is free on 3 dates; 2 dates aren’t possible"
    )


@pytest.mark.parametrize(
    ("missed", "words"),
    [
        (MissedSession("g1", 3, None, (Obstacle(rules.SLOT_OF_ROUND),)), "Round 4 has no date left."),
        (MissedSession("g1", 3, AT, (), 9), "Round 4 could be on Tue 9 Mar, 12:30. Planning for longer may add it."),
        (MissedSession("g1", 3, AT, (), 0), "It would cost the group more"),
        (
            MissedSession("g1", 3, AT, (Obstacle(rules.GAP), Obstacle(rules.PRESENT))),
            "The best date for round 4 would be Tue 9 Mar, 12:30, but another session of the group is too close, "
            "too few of its facilitators can come. Allowing sessions to be closer together would help.",
        ),
    ],
)
def test_a_round_that_is_missed_has_its_nearest_date_and_the_way_out(
    missed: MissedSession[datetime], words: str
) -> None:
    assert words in sentences.missed_sentence(missed, "UTC")


def test_times_and_numbers_are_written_as_the_reader_writes_them() -> None:
    missed = MissedSession("g1", 3, AT, (), 9)
    with in_language("fr"):
        assert "mar. 9 mars, 13:30" in sentences.missed_sentence(missed, "Europe/Paris")
        assert "jeudi" in sentences.step_words(Step(StepKind.FACILITATORS_ON, what="Thursday", value=2))


UNANSWERED = {"alone", "like", "unlike"}
"""Kinds of wishes that are heard and no more."""


@pytest.mark.parametrize("kind", WISHES)
def test_every_kind_of_wish_has_its_words(kind: str) -> None:
    for cost in (None, 0, 7):
        assert sentences.unmet_sentence(WishOutcome("Ann", kind, "Bo", met=False, cost=cost)).startswith("Ann: ")
    own = sentences.own_wish_sentences([WishOutcome("Ann", kind, "Bo", met=None if kind in UNANSWERED else True)])
    assert (len(own.met), own.unmet) == (1, ())
    if kind not in UNANSWERED:
        own = sentences.own_wish_sentences([WishOutcome("Ann", kind, "Bo", met=False, cost=3)])
        assert (own.met, len(own.unmet)) == ((), 1)


def test_every_kind_of_wish_that_earns_points_has_words() -> None:
    """The kinds of wishes are ids of points; these are the points that are not given for wishes."""
    others = {"placed", "held", "size", "attend", "left_out", "twice", "rhythm", "cadence"}
    others |= {"moved", "handover", "reroom"}
    others |= {"want_any"}  # given for the same wishes as "want"
    assert set(WISHES) == set(rules.POINT_RULE) - others


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (2, "less than one resident missing a session"),
        (9, "about as much as one resident missing a session"),
        (53, "about as much as 5 residents each missing a session"),
    ],
)
def test_a_cost_is_told_in_missed_sessions_and_never_in_points(points: int, words: str) -> None:
    assert sentences.cost_words(points) == words
    told = (
        sentences.staying_sentence("G1", Regrouped("Zoe", "g1", "g2", (), points)),
        sentences.old_date_sentence(MovedSession("g1", 3, AT, None, (), points)),
        sentences.unmet_sentence(WishOutcome("Ann", "travel", "", met=False, cost=points)),
    )
    assert all(words in sentence and "point" not in sentence for sentence in told)


def test_an_own_wish_tells_no_points() -> None:
    own = sentences.own_wish_sentences([WishOutcome("Ann", "travel", "", met=False, cost=37)])
    assert own.unmet == (
        "You meet at a site that is not your own. Changing that would have cost others their dates or wishes.",
    )
