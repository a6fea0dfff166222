"""Rules as they might be: through text and back, put on a problem, and whether the programme has them by now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import NotPossible
from scheduler.planning.trial_steps import (
    CAN_BE_TRIED,
    MOST_STEPS,
    step_from_text,
    step_to_text,
    still_to_do,
    with_steps,
)
from solvers.reasons.facts import Step, StepKind
from tests.solvers.builders import a_model, a_resident, an_instance

ABOUT_MODELS = st.builds(
    Step,
    st.sampled_from([kind for kind in StepKind if not Step(kind).asks_somebody]),
    st.text(max_size=20),
    st.text(max_size=20),
    st.floats(0, 100),
    st.floats(0, 100),
)
ABOUT_PEOPLE = st.builds(
    Step, st.sampled_from([StepKind.ACCEPT_MODE, StepKind.ACCEPT_MODEL]), st.integers(1, 10**9), st.text(max_size=20)
)
PROBLEM = an_instance(
    [a_resident("p7", modes=("video",), models={"peer": 1})],
    models=(a_model(id="peer", size=(3, 6), spread=(0, 1)),),
    quorum=0.6,
    min_gap_days=14,
)
STEPS = (
    Step(StepKind.QUORUM, value=0.4),
    Step(StepKind.GAP, value=7),
    Step(StepKind.LARGER, "peer", value=7),
    Step(StepKind.SMALLER, "peer", value=2),
    Step(StepKind.FARTHER, "peer", value=2),
    Step(StepKind.ACCEPT_MODE, 7, "phone"),
    Step(StepKind.ACCEPT_MODEL, 7, "near-peer"),
)


@given(ABOUT_MODELS | ABOUT_PEOPLE)
def test_every_step_comes_back_from_its_text(step: Step[int]) -> None:
    assert step_from_text(step_to_text(step)) == step


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", '["fly","","",1,1]', '["accept_mode","p7","video",0,0]', "[1]", "null"),
        *('["larger","peer","",NaN,0]', '["larger","peer","",1e999,0]', '["larger","peer","",5,-Infinity]'),
        '["larger","peer","",1' + "0" * 350 + ",0]",
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(NotPossible, match="as it was asked for"):
        step_from_text(text)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)
def test_a_step_is_still_to_do_until_the_rules_have_it(step: Step[int]) -> None:
    assert still_to_do(step, PROBLEM)
    assert not still_to_do(step, with_steps(PROBLEM, (step,)))


def test_all_steps_together_change_exactly_their_rules() -> None:
    tried = with_steps(PROBLEM, STEPS)
    [kind], [person] = tried.models, tried.residents
    assert (tried.quorum, tried.min_gap_days, kind.size, kind.spread) == (0.4, 7, (2, 7), (0, 2))
    assert person.modes[-1] == "phone"
    assert set(person.models) == {"peer", "near-peer"}
    same = replace(tried, quorum=0.6, min_gap_days=14, models=PROBLEM.models, residents=PROBLEM.residents)
    assert same == PROBLEM


@pytest.mark.parametrize(
    "step",
    [
        Step(StepKind.QUORUM, value=0),
        Step(StepKind.QUORUM, value=1.5),
        Step(StepKind.GAP, value=-1),
        Step(StepKind.LARGER, "peer", value=2),
        Step(StepKind.LARGER, "peer", value=6.5),
        Step(StepKind.SMALLER, "peer", value=0),
        Step(StepKind.LARGER, "gone", value=7),
        Step(StepKind.ACCEPT_MODE, 8, "phone"),
        Step(StepKind.ACCEPT_MODE, 7, "telepathy"),
        *(Step(kind) for kind in StepKind if kind not in CAN_BE_TRIED),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(step: Step[int]) -> None:
    with pytest.raises(NotPossible):
        with_steps(PROBLEM, (step,))


def test_no_more_than_a_few_steps_at_once() -> None:
    with pytest.raises(NotPossible):
        with_steps(PROBLEM, (STEPS[0],) * (MOST_STEPS + 1))
