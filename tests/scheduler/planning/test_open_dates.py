"""Dates are found among values alone, and are those that a referee of the whole plan would accept one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.planning.open_dates import NOTICE, OpenDate, Problem, find_date, open_dates
from scheduler.planning.taken import CurrentSession, Span, Taken, current_groups
from solvers.instance import Instance, Room
from solvers.instance import Session as Meeting
from solvers.lookup import Lookup
from solvers.referee import check
from solvers.solution import Solution
from solvers.vocabulary import CANNOT, COMING, IN_PERSON
from tests.scheduler.planning.cases import current, spans, with_numbers
from tests.solvers.builders import a_facilitator, a_group, a_model, a_resident, a_room, an_instance, some_slots
from tests.solvers.strategies import repairs

LONG_BEFORE = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Case:
    """Somebody looks for another date."""

    instance: Instance
    group_key: str
    taken: Taken
    now: datetime
    instead_of: CurrentSession | None

    def found(self) -> list[OpenDate]:
        return list(
            open_dates(Problem.of(self.instance), self.group_key, self.taken, self.now, instead_of=self.instead_of)
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    least = {"least_residents": 1, "least_groups": 1}
    instance = with_numbers(draw(repairs(most_residents=5, most_faculty=3, most_slots=8, **least)))
    groups = current_groups(instance)
    group = groups[draw(st.sampled_from(sorted(groups)))]
    instance = replace(instance, quorum=draw(st.sampled_from([0, instance.quorum])))
    meeting = draw(st.none() | st.sampled_from(group.sessions)) if group.sessions else None
    people = draw(st.just({}) | st.dictionaries(st.sampled_from(["p1", "p2", "p3", "p6"]), spans(instance)))
    rooms = draw(st.just({}) | st.dictionaries(st.sampled_from(["room0", "room1"]), spans(instance)))
    return Case(
        instance=instance,
        group_key=group.id,
        taken=Taken(people, rooms, draw(st.just([]) | spans(instance))),
        now=draw(st.sampled_from([LONG_BEFORE, instance.slots[0].start - timedelta(hours=1)])),
        instead_of=current(instance, meeting) if meeting else None,
    )


class OneByOne:
    """Every date refereed within the whole plan, everybody looked up anew for each."""

    def __init__(self, case: Case) -> None:
        self.case, self.instance = case, case.instance
        self.people = Lookup.of(case.instance)
        groups = current_groups(self.instance)
        self.group = groups[case.group_key]
        self.others = tuple(group for group in groups.values() if group is not self.group)
        self.before = self.broken(self.group.sessions)

    def broken(self, sessions: tuple[Meeting, ...]) -> set[tuple[object, ...]]:
        groups = (*self.others, replace(self.group, sessions=sessions))
        broken = check(self.instance, Solution(self.instance.name, groups)).broken
        return {(breach.rule_id, breach.group, breach.person, breach.round) for breach in broken}

    def dates(self) -> Iterator[tuple[datetime, int, int, str | None]]:
        """Of each day the best: its start, its round, how many come, and the room; the best day first."""
        days = defaultdict(list)
        for index, slot in enumerate(self.instance.slots):
            meeting, coming = self.meeting(index)
            fits = self.would_do(meeting, index) and not self.lacks_company(meeting, index)
            if self.is_asked_for(index) and fits and self.is_accepted(meeting):
                days[slot.start.date()].append((-coming, self.shut_out(index), slot.start, slot.round, meeting.room))
        for coming, _, start, round_, room in sorted(min(found, key=lambda one: one[:3]) for found in days.values()):
            yield start, round_, -coming, room

    def shut_out(self, index: int) -> int:
        marks = []
        for key in (*self.group.residents, *self.group.facilitators):
            person = self.people.person(key)
            assert person is not None
            is_free = self.is_free(self.case.taken.people.get(key, ()), index)
            marks.append(person.availability[index] if is_free else CANNOT)
        return marks.count(CANNOT)

    def is_asked_for(self, index: int) -> bool:
        slot, known = self.instance.slots[index], self.case.instead_of
        days = [span.starts_at.date() for span in self.case.taken.group]
        return (
            slot.start >= self.case.now + NOTICE
            and slot.start.date() not in days
            and (known is None or (slot.round == known.round and slot.start != known.starts_at))
        )

    def would_do(self, meeting: Meeting, index: int) -> bool:
        coming = sum(self.comes(key, index) for key in self.group.residents)
        enough = coming >= self.people.quorum_at(self.group.residents, index)
        led = len(meeting.facilitators) >= self.people.models[self.group.model].present
        alone = coming + len(meeting.facilitators) < min(2, len(self.group.residents) + len(self.group.facilitators))
        return enough and led and not alone and (meeting.room is not None or self.group.mode != IN_PERSON)

    def lacks_company(self, meeting: Meeting, index: int) -> bool:
        for who, over in self.instance.accompanied:
            if {who, over} <= {*self.group.residents, *self.group.facilitators} and not any(
                self.cannot(each, index) for each in (who, over)
            ):
                beside = [each for each in meeting.facilitators if each not in (who, over)]
                elsewhere = [each for each in beside if self.site(each) != self.site(who)]
                if all((each, over) in self.instance.accompanied for each in elsewhere):
                    return True
        return False

    def site(self, key: str) -> str:
        person = self.people.person(key)
        assert person is not None
        return person.site

    def cannot(self, key: str, index: int) -> bool:
        person = self.people.person(key)
        assert person is not None
        return person.availability[index] == CANNOT or not self.is_free(self.case.taken.people.get(key, ()), index)

    def is_accepted(self, meeting: Meeting) -> bool:
        known = self.case.instead_of
        beside = [] if known is None else [other for other in self.group.sessions if other.round != known.round]
        return self.broken((*beside, meeting)) <= self.before

    def meeting(self, index: int) -> tuple[Meeting, int]:
        slot = self.instance.slots[index]
        first = next(i for i, other in enumerate(self.instance.slots) if other == slot)
        leads = tuple(key for key in self.group.facilitators if self.comes(key, index))
        coming = sum(self.comes(key, index) for key in self.group.residents) + len(leads)
        room = self.room(index) if self.group.mode == IN_PERSON else None
        return Meeting(slot.round, first, leads, room.id if room else None), coming

    def comes(self, key: str, index: int) -> bool:
        person = self.people.person(key)
        assert person is not None
        return person.availability[index] in COMING and self.is_free(self.case.taken.people.get(key, ()), index)

    def room(self, index: int) -> Room | None:
        known = {meeting.room for meeting in self.group.sessions}
        size = len(self.group.residents) + len(self.group.facilitators)
        for room in sorted(self.instance.rooms, key=lambda room: (room.id not in known, room.capacity, room.id)):
            fits = room.site == self.group.site and room.capacity >= size and room.availability[index] == "1"
            if fits and self.is_free(self.case.taken.rooms.get(room.id, ()), index):
                return room
        return None

    def is_free(self, taken: Iterable[Span], index: int) -> bool:
        length = timedelta(minutes=self.instance.session_minutes)
        start = self.instance.slots[index].start
        return all(abs(start - span.starts_at) >= length for span in taken)


def seen(date: OpenDate) -> tuple[datetime, int, int, str | None]:
    return date.starts_at, date.round, date.coming, None if date.room_id is None else f"room{date.room_id}"


@given(cases())
def test_the_dates_are_those_that_the_whole_plan_allows_one_by_one(case: Case) -> None:
    assert list(map(seen, case.found())) == list(OneByOne(case).dates())


@given(cases())
def test_every_date_that_is_found_is_found_by_its_start_too(case: Case) -> None:
    problem = Problem.of(case.instance)
    for date in case.found():
        again = find_date(problem, case.group_key, date.starts_at, case.taken, case.now, instead_of=case.instead_of)
        assert again is not None
        assert again.starts_at == date.starts_at
    other = case.instance.slots[0].start + timedelta(minutes=7)
    assert find_date(problem, case.group_key, other, case.taken, case.now) is None


PAIR = replace(
    an_instance(
        [a_resident("p1", "2222"), a_resident("p2", "2222"), a_facilitator("p3", "2222")],
        slots=some_slots(0, 1, 7, 8, rounds=2),
        rooms=(a_room("room1", "1111"),),
        models=(a_model(facilitators=(0, 1)),),
    ),
    previous=(a_group("p1 p2", [0, 2], facilitators=("p3",)),),
)


def starts(taken: Taken, instance: Instance = PAIR) -> list[datetime]:
    return [date.starts_at for date in open_dates(Problem.of(instance), "g1", taken, LONG_BEFORE)]


def test_a_session_of_another_length_takes_its_people_as_long_as_it_lasts() -> None:
    first = PAIR.slots[1].start
    length = timedelta(minutes=PAIR.session_minutes)
    everybody = dict.fromkeys(("p1", "p2"), (Span(first - 2 * length, first + timedelta(minutes=1)),))
    assert first in starts(Taken())
    assert first not in starts(Taken(people=everybody))
    until_then = dict.fromkeys(("p1", "p2"), (Span(first - 2 * length, first),))
    assert first in starts(Taken(people=until_then))


def test_whoever_has_left_is_not_counted() -> None:
    alone = replace(PAIR, residents=PAIR.residents[:1], models=(replace(PAIR.models[0], size=(1, 3)),))
    [*found] = open_dates(Problem.of(alone), "g1", Taken(), LONG_BEFORE)
    assert found
    assert all(set(date.marks) == {1, 3} for date in found)
