"""Whoever has no group is told what stands in the way, by a lack that is really there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from scheduler.plans.unplaced import NO_COMBINATION, NO_COMPANY, NO_FACILITATOR, NO_MODEL, SENTENCES, reason_for
from solvers.instance import Faculty, Instance, Model, Resident, Slot

PEER = Model("peer", (2, 4), (0, 0), (0, 0))
VERTICAL = Model("vertical", (2, 4), (2, 9), (1, 1), present=1)


def resident(name: str, stage: int = 1, *models: str, modes: tuple[str, ...] = ("video",)) -> Resident:
    liked = MappingProxyType(dict.fromkeys(models or ("peer",), 1))
    return Resident(name, stage=stage, site="north", availability="2", modes=modes, models=liked)


FACULTY = Faculty("f", site="north", availability="2", modes=("video",), models=("vertical",))


def instance(*residents: Resident, faculty: tuple[Faculty, ...] = ()) -> Instance:
    return Instance(
        name="small",
        session_minutes=60,
        rounds=1,
        slots=(Slot(datetime(2027, 1, 4, 12, 30, tzinfo=UTC), 0),),
        quorum=0.6,
        min_attendance=0.7,
        models=(PEER, VERTICAL),
        residents=residents,
        faculty=faculty,
    )


def test_nobody_of_the_same_level() -> None:
    problem = instance(resident("a"), resident("b", 2))
    assert reason_for(problem, problem.residents[0]) == NO_COMPANY


def test_nobody_by_the_same_way_to_meet() -> None:
    problem = instance(resident("a"), resident("b", modes=("phone",)))
    assert reason_for(problem, problem.residents[0]) == NO_COMPANY


def test_no_facilitator() -> None:
    problem = instance(resident("a", 1, "vertical"), resident("b", 3, "vertical"))
    assert reason_for(problem, problem.residents[0]) == NO_FACILITATOR


@pytest.mark.parametrize(
    "change",
    [
        {"capacity": 0},
        {"modes": ("phone",)},
        {"models": ("near-peer",)},
    ],
)
def test_a_facilitator_who_cannot_is_none(change: dict[str, object]) -> None:
    other = replace(FACULTY, **change)  # type: ignore[arg-type]
    problem = instance(resident("a", 1, "vertical"), resident("b", 3, "vertical"), faculty=(other,))
    assert reason_for(problem, problem.residents[0]) == NO_FACILITATOR


def test_a_facilitator_who_assesses_is_none() -> None:
    people = (resident("a", 1, "vertical"), resident("b", 3, "vertical"))
    problem = replace(instance(*people, faculty=(FACULTY,)), conflicts=frozenset({frozenset({"a", "f"})}))
    assert reason_for(problem, problem.residents[0]) == NO_FACILITATOR


def test_a_group_would_fit_but_others_need_its_people() -> None:
    problem = instance(resident("a", 1, "vertical"), resident("b", 3, "vertical"), faculty=(FACULTY,))
    assert reason_for(problem, problem.residents[0]) == NO_COMBINATION


def test_no_model_accepted() -> None:
    nobody = replace(resident("a"), models=MappingProxyType({}))
    assert reason_for(instance(nobody), nobody) == NO_MODEL


def test_the_lack_nearest_to_being_mended_is_named() -> None:
    problem = instance(resident("a", 1, "peer", "vertical"), resident("b", 3, "vertical"))
    assert reason_for(problem, problem.residents[0]) == NO_FACILITATOR


def test_the_sentences_name_no_wish_about_a_person() -> None:
    for sentence in SENTENCES.values():
        assert "avoid" not in sentence
        assert "not with" not in sentence
