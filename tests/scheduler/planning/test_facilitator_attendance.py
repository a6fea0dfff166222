"""Every facilitator of a group is at each session that they can come to, and nowhere twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from scheduler.planning.facilitator_attendance import with_all_who_can_come
from solvers.instance import Faculty, Group, Instance, Model, Resident, Session, Slot
from solvers.referee import check
from solvers.solution import Solution

FIRST = datetime(2027, 1, 4, 12, 30, tzinfo=UTC)
MODEL = Model("near-peer", (1, 4), (0, 2), (0, 2))


def instance(faculty_marks: str, starts: tuple[datetime, ...]) -> Instance:
    liked = MappingProxyType({"near-peer": 1})
    people = tuple(Resident(f"r{n}", 1, "north", "2" * len(starts), ("video",), liked) for n in range(2))
    return Instance(
        name="small",
        session_minutes=60,
        rounds=len(starts),
        slots=tuple(Slot(start, round_) for round_, start in enumerate(starts)),
        quorum=0.6,
        min_attendance=0.7,
        models=(MODEL,),
        residents=people,
        faculty=(Faculty("f", "north", faculty_marks, ("video",), ("near-peer",), capacity=2),),
    )


def group(name: str, resident: str, *sessions: Session) -> Group:
    return Group(name, "near-peer", "video", (resident,), ("f",), sessions)


def attended(instance: Instance, *groups: Group) -> list[list[bool]]:
    filled = with_all_who_can_come(instance, Solution("small", groups))
    assert check(instance, filled).ok
    return [["f" in session.facilitators for session in group.sessions] for group in filled.groups]


def test_a_facilitator_comes_whenever_they_can() -> None:
    problem = instance("201", tuple(FIRST + timedelta(weeks=week) for week in range(3)))
    sessions = tuple(Session(round_, round_) for round_ in range(3))
    assert attended(problem, group("a", "r0", *sessions)) == [[True, False, True]]


def test_nobody_is_at_two_sessions_at_once() -> None:
    problem = instance("22", (FIRST, FIRST + timedelta(minutes=45)))
    first, second = group("a", "r0", Session(0, 0)), group("b", "r1", Session(1, 1, ("f",)))
    assert attended(problem, first, second) == [[False], [True]]


def test_sessions_end_to_end_are_no_clash() -> None:
    problem = instance("22", (FIRST, FIRST + timedelta(minutes=60)))
    assert attended(problem, group("a", "r0", Session(0, 0)), group("b", "r1", Session(1, 1))) == [[True], [True]]


def test_what_the_planner_named_stays() -> None:
    problem = replace(instance("2", (FIRST,)), models=(replace(MODEL, present=1),))
    assert attended(problem, group("a", "r0", Session(0, 0, ("f",)))) == [[True]]
