"""Repairs: nothing moves without need, and what moves is told with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from solvers import rules
from solvers.explain import Explainer
from solvers.instance import Group, Instance
from solvers.reasons.reports import Changes
from solvers.referee import check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.builders import a_facilitator, a_model, a_resident, a_room, an_instance, some_slots

SHORT = Limits(seconds=0.3, workers=1)
LONG_ENOUGH = Limits(seconds=2.0, workers=1)
"""For a plan of so few to be the best there is, on a busy machine too."""


def eight_residents() -> Instance:
    """Eight residents who can all come to either of two slots in each of two rounds."""
    residents = [a_resident(f"r{k}", "2222") for k in range(8)]
    return an_instance(residents, slots=some_slots(0, 2, 7, 9, rounds=2))


def with_previous(instance: Instance) -> Instance:
    return replace(instance, previous=solve(instance, LONG_ENOUGH).groups)


def changes(instance: Instance, solution: Solution) -> Changes:
    return Explainer(instance, solution).changes()


def test_an_unchanged_instance_gives_the_earlier_plan_back() -> None:
    instance = with_previous(eight_residents())
    again = solve(instance, SHORT)
    assert again.groups == instance.previous
    assert changes(instance, again).nothing_moved


def test_an_earlier_plan_stays_though_there_is_no_place_for_all() -> None:
    people = [*eight_residents().residents, a_resident("outsider", "2222", models={})]
    instance = with_previous(replace(eight_residents(), residents=tuple(people)))
    again = solve(instance, SHORT)
    assert again.groups == instance.previous
    assert again.score == check(instance, again).score


def test_whoever_is_new_finds_a_place_in_a_plan_that_could_stay() -> None:
    instance = with_previous(eight_residents())
    changed = replace(instance, residents=(*instance.residents, a_resident("new", "2222")))
    assert changes(changed, solve(changed, SHORT)).people == ()
    assert sum(len(group.residents) for group in solve(changed, SHORT).groups) == 9


def test_a_session_nobody_can_come_to_is_moved_and_the_report_says_why() -> None:
    instance = with_previous(eight_residents())
    old = instance.previous[0].sessions[0].slot
    marks = "".join("0" if slot == old else "2" for slot in range(4))
    changed = replace(instance, residents=tuple(replace(r, availability=marks) for r in instance.residents))
    report = changes(changed, solve(changed, SHORT))
    assert {moved.old_slot for moved in report.sessions} == {old}
    assert all(moved.slot not in (None, old) for moved in report.sessions)
    assert {obstacle.rule_id for moved in report.sessions for obstacle in moved.obstacles} == {rules.QUORUM}
    assert report.people == ()


def test_somebody_who_leaves_disturbs_nobody_else() -> None:
    instance = with_previous(replace(eight_residents(), models=(a_model(size=(3, 4)),)))
    changed = replace(instance, residents=instance.residents[1:])
    report = changes(changed, solve(changed, SHORT))
    assert report.people == ()
    assert report.sessions == ()


def sixteen_led() -> Instance:
    """Sixteen residents who like one another's company alike, and five facilitators who could lead any group."""
    residents = [a_resident(f"r{k:02}", "2222", modes=("in_person",)) for k in range(16)]
    leaders = [a_facilitator(f"f{k}", "2222", site="north", modes=("in_person",)) for k in range(5)]
    rooms = [a_room(f"room{k}", "1111", capacity=6) for k in range(6)]
    return an_instance(
        [*residents, *leaders],
        slots=some_slots(0, 2, 7, 9, rounds=2),
        models=(a_model(size=(3, 5), target=4, facilitators=(1, 1), present=1),),
        rooms=tuple(rooms),
    )


def leads(solution: Iterable[Group]) -> set[tuple[str, str]]:
    return {(person, group.id) for group in solution for person in group.facilitators}


def rooms_of(solution: Iterable[Group]) -> dict[tuple[str, int, int], str | None]:
    return {(group.id, s.round, s.slot): s.room for group in solution for s in group.sessions}


def test_one_late_starter_moves_no_facilitator_and_no_room() -> None:
    instance = with_previous(sixteen_led())
    late = a_resident("late", "2222", modes=("in_person",))
    changed = replace(instance, residents=(*instance.residents, late))
    found = solve(changed, LONG_ENOUGH)
    assert sum(len(group.residents) for group in found.groups) == 17
    assert leads(found.groups) == leads(instance.previous)
    assert rooms_of(found.groups) == rooms_of(instance.previous)


def test_a_session_that_moves_leaves_the_rooms_of_all_others() -> None:
    instance = with_previous(sixteen_led())
    group = instance.previous[0]
    old = group.sessions[0].slot
    marks = "".join("0" if slot == old else "2" for slot in range(4))
    people = tuple(replace(r, availability=marks) if r.id in group.residents else r for r in instance.residents)
    changed = replace(instance, residents=people)
    found = solve(changed, LONG_ENOUGH)
    assert leads(found.groups) == leads(instance.previous)
    before, now = rooms_of(instance.previous), rooms_of(found.groups)
    assert {key for key in before if key not in now} == {(group.id, group.sessions[0].round, old)}
    assert all(now[key] == room for key, room in before.items() if key in now)


def test_with_an_interval_sessions_lie_as_far_apart_as_they_can() -> None:
    """Two dates a round are as good as one another, but for the days between them."""
    residents = [a_resident(f"r{k}", "2" * 6) for k in range(4)]
    slots = some_slots(0, 13, 14, 27, 28, 41, rounds=3)
    slots = tuple(replace(slot, round=index // 2) for index, slot in enumerate(slots))
    instance = an_instance(residents, rounds=3, slots=slots, interval_days=14)
    instance = replace(instance, weights=replace(instance.weights, rhythm=0))
    [group] = solve(instance, LONG_ENOUGH).groups
    days = [(slots[session.slot].start - slots[0].start).days for session in group.sessions]
    assert days in ([0, 14, 28], [13, 27, 41], [0, 14, 28])


def test_two_who_must_part_are_parted_and_the_report_names_who_moved() -> None:
    instance = with_previous(eight_residents())
    one, other = instance.previous[0].residents[:2]
    changed = replace(instance, conflicts=frozenset([frozenset((one, other))]))
    report = changes(changed, solve(changed, SHORT))
    assert {moved.person for moved in report.people} & {one, other}
    assert all(moved.before != moved.now for moved in report.people)


def test_what_there_is_no_time_for_stays_out() -> None:
    instance = with_previous(eight_residents())
    changed = replace(instance, conflicts=frozenset([frozenset(instance.previous[0].residents[:2])]))
    found = Explainer(changed, solve(changed, SHORT)).changes(lambda: True)
    assert (found.sessions, found.people) == ((), ())
