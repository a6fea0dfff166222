"""Deputies are found among values alone, and are those whom a referee would accept one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.planning.deputies import possible_deputies
from scheduler.planning.taken import CurrentSession, Taken, current_groups
from solvers import rules
from solvers.instance import Faculty, Group, Instance
from solvers.instance import Session as Meeting
from solvers.referee import check
from solvers.solution import Solution
from solvers.vocabulary import COMING
from tests.scheduler.planning.cases import current, spans, with_numbers
from tests.solvers.builders import a_facilitator, a_group, a_model, a_resident, an_instance
from tests.solvers.strategies import repairs


@dataclass(frozen=True)
class Case:
    """Somebody looks for a deputy at one of their group's sessions."""

    instance: Instance
    group: Group
    meeting: Meeting
    for_id: int
    taken: Taken

    @property
    def session(self) -> CurrentSession:
        return current(self.instance, self.meeting)

    def found(self) -> tuple[int, ...]:
        return tuple(possible_deputies(self.instance, self.group.id, self.session, self.for_id, self.taken))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    least = {"least_residents": 1, "least_faculty": 1, "least_groups": 1}
    instance = with_numbers(draw(repairs(most_residents=4, most_faculty=4, most_slots=4, **least)))
    groups = [group for group in current_groups(instance).values() if group.sessions]
    assume(groups)
    group = draw(st.sampled_from(groups))
    meeting = draw(st.sampled_from(group.sessions))
    ids = [int(person.id.removeprefix("p")) for person in instance.faculty]
    taken = draw(
        st.just({}) | st.dictionaries(st.sampled_from([person.id for person in instance.faculty]), spans(instance))
    )
    return Case(instance, group, meeting, draw(st.sampled_from(ids)), Taken(people=taken))


def one_by_one(case: Case) -> Iterator[int]:
    """Each of the faculty refereed with the group, everybody looked up anew."""
    slots = case.instance.slots
    at = slots[case.meeting.slot]
    slot = next(i for i, other in enumerate(slots) if (other.start, other.round) == (at.start, case.meeting.round))
    for person in case.instance.faculty:
        busy = any(
            span.starts_at < case.session.ends_at and span.ends_at > case.session.starts_at
            for span in case.taken.people.get(person.id, ())
        )
        comes = person.availability[slot] in COMING and not busy and person.id not in case.group.facilitators
        if comes and broken(case, with_them(case, person, slot)) <= broken(case, replace(case.group, sessions=())):
            yield int(person.id.removeprefix("p"))


def with_them(case: Case, person: Faculty, slot: int) -> Group:
    stays = [key for key in case.group.facilitators if key != f"p{case.for_id}"]
    leads = [key for key in case.meeting.facilitators if key in stays]
    meeting = Meeting(case.meeting.round, slot, (*leads, person.id), case.meeting.room)
    return replace(case.group, facilitators=(*stays, person.id), sessions=(meeting,))


def broken(case: Case, group: Group) -> set[tuple[object, ...]]:
    found = check(case.instance, Solution(case.instance.name, (group,))).broken
    return {(breach.rule_id, breach.group, breach.person) for breach in found if breach.rule_id != rules.CAPACITY}


@given(cases())
def test_the_deputies_are_those_whom_the_referee_accepts_one_by_one(case: Case) -> None:
    assert case.found() == tuple(one_by_one(case))


def test_somebody_who_has_left_hides_nothing_about_the_others() -> None:
    """The group still meets, and nobody whom a member avoids may stand in."""
    people = [a_resident("p1", avoids=("p4",)), a_resident("p2"), *(a_facilitator(f"p{n}") for n in (3, 4, 5))]
    instance = replace(
        an_instance(people, models=(a_model(size=(1, 4)),)),
        previous=(a_group("p1 p2 p99", [0, 1], facilitators=("p3",)),),
    )
    case = Case(instance, instance.previous[0], instance.previous[0].sessions[0], 3, Taken())
    assert case.found() == (5,)
