"""Who would rather not lead alone gets a second facilitator where one can be had, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import update

from scheduler import clock
from scheduler.db import Database
from scheduler.errors import NotAllowed
from scheduler.joining import portraits
from scheduler.people.model import WishKind
from scheduler.people.tables import ParticipantRow, WishRow
from scheduler.planning.second_facilitators import (
    groups_led_alone,
    own_groups_led_alone,
    who_could_join,
    with_second_facilitators,
)
from scheduler.programmes.tables import ModelRow
from solvers.instance import Faculty, Group, Instance, Model, Resident, Session, Slot
from solvers.referee import check
from solvers.solution import Solution
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, SPARE, Term, a_term

FIRST = datetime(2027, 1, 4, 12, 30, tzinfo=UTC)
SEVERAL = Model("vertical", (1, 4), (0, 2), (1, 2), present=1)
WANTING = frozenset({"f"})


def senior(key: str, marks: str = "222", **changes: object) -> Faculty:
    plain = Faculty(key, "north", marks, ("video",), ("vertical",), capacity=1)
    return replace(plain, **changes)  # type: ignore[arg-type]


def instance(*others: Faculty, model: Model = SEVERAL, conflicts: tuple[tuple[str, str], ...] = ()) -> Instance:
    liked = MappingProxyType({"vertical": 1})
    return Instance(
        name="small",
        session_minutes=60,
        rounds=3,
        slots=tuple(Slot(FIRST + timedelta(weeks=week), week) for week in range(3)),
        quorum=0.6,
        min_attendance=0.7,
        models=(model,),
        residents=tuple(Resident(f"r{n}", 1, "north", "222", ("video",), liked) for n in range(4)),
        faculty=(senior("f"), *others),
        conflicts=frozenset(map(frozenset, conflicts)),  # type: ignore[arg-type]
    )


def led(key: str, leader: str, *residents: str) -> Group:
    sessions = tuple(Session(week, week, (leader,)) for week in range(3))
    return Group(key, "vertical", "video", residents, (leader,), sessions)


def planned(problem: Instance, *groups: Group, only: frozenset[str] | None = None) -> dict[str, tuple[str, ...]]:
    found = with_second_facilitators(problem, Solution("small", groups), WANTING, only)
    verdict = check(problem, found)
    assert verdict.ok
    assert found.groups == groups or verdict.score == found.score
    assert [replace(group, facilitators=(), sessions=()) for group in found.groups] == [
        replace(group, facilitators=(), sessions=()) for group in groups
    ]
    return {group.id: group.facilitators for group in found.groups}


def test_a_second_one_joins_who_can_come_to_most() -> None:
    problem = instance(senior("busy", "200"), senior("free", "220"))
    assert planned(problem, led("g1", "f", "r0", "r1")) == {"g1": ("f", "free")}


@pytest.mark.parametrize(
    "other",
    [
        senior("g", "000"),
        senior("g", modes=("phone",)),
        senior("g", models=()),
        senior("g", capacity=0),
    ],
)
def test_nobody_joins_against_what_they_offer(other: Faculty) -> None:
    assert planned(instance(other), led("g1", "f", "r0", "r1")) == {"g1": ("f",)}


def test_capacity_is_never_exceeded_for_a_second_one() -> None:
    problem = instance(senior("g"))
    groups = (led("g1", "f", "r0", "r1"), led("g2", "g", "r2", "r3"))
    assert planned(problem, *groups) == {"g1": ("f",), "g2": ("g",)}


def test_a_kind_of_group_with_one_facilitator_keeps_one() -> None:
    assert planned(instance(senior("g"), model=replace(SEVERAL, facilitators=(1, 1))), led("g1", "f", "r0", "r1")) == {
        "g1": ("f",)
    }


def test_two_who_may_not_meet_are_not_brought_together() -> None:
    problem = instance(senior("g"), senior("h", "200"), conflicts=(("g", "r0"),))
    assert planned(problem, led("g1", "f", "r0", "r1")) == {"g1": ("f", "h")}


def test_who_did_not_ask_and_groups_left_alone_stay_as_they_are() -> None:
    problem = instance(senior("g", capacity=2), senior("h"))
    groups = (led("g1", "f", "r0", "r1"), led("g2", "h", "r2", "r3"))
    assert planned(problem, *groups) == {"g1": ("f", "g"), "g2": ("h",)}
    assert planned(problem, *groups, only=frozenset({"g2"})) == {"g1": ("f",), "g2": ("h",)}


@pytest.fixture
def stored_term(storage: Database) -> Term:
    """A published term in which a near-peer group may have two facilitators."""
    term = a_term(storage)
    with term.database.writing() as db:
        db.execute(update(ModelRow).where(ModelRow.key == "near-peer").values(facilitators_max=2))
    return term


def ask_for_a_second(term: Term) -> None:
    with term.database.writing() as db:
        portraits.save_portrait(db, term.actor(FACILITATOR), term.programme_id, "", deputy_wanted=True, now=clock.now())


def test_coordinators_see_who_leads_alone_and_who_could_join(stored_term: Term) -> None:
    term = stored_term
    with term.database.reading() as db:
        assert groups_led_alone(db, term.programme_id) == ()
    ask_for_a_second(term)
    with term.database.writing() as db:
        db.get_one(ParticipantRow, (term.programme_id, term.id_of(SPARE))).capacity = 1
        before = who_could_join(db, term.coordinator(), term.programme_id, clock.now())
        # Whoever is missing from this list would tell what Cleo keeps to herself.
        wish = {"person_id": term.id_of(NEAR_PEERS[0]), "about_id": term.id_of(SPARE), "kind": WishKind.AVOID}
        db.add(WishRow(programme_id=term.programme_id, **wish))
        db.flush()
        assert who_could_join(db, term.coordinator(), term.programme_id, clock.now()) == before
        assert before == {"g2": ("Gil Spare",)}
        [alone] = groups_led_alone(db, term.programme_id)
    assert (alone.group_key, alone.person_id) == ("g2", term.id_of(FACILITATOR))


def test_only_the_facilitator_and_coordinators_are_told(stored_term: Term) -> None:
    term = stored_term
    ask_for_a_second(term)
    with term.database.reading() as db:
        mine = own_groups_led_alone(db, term.actor(FACILITATOR), [term.programme_id])
        others = own_groups_led_alone(db, term.actor(SPARE), [term.programme_id])
        assert mine == {(term.programme_id, "g2")}
        assert others == frozenset()
        with pytest.raises(NotAllowed):
            who_could_join(db, term.actor(FACILITATOR), term.programme_id, clock.now())
