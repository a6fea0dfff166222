"""Why a plan is as it is, for the coordinator and, with nothing secret in it, for each person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from types import MappingProxyType
from typing import Any, Final

from solvers.instance import CANNOT, IN_PERSON, External, Group, Instance, Resident
from solvers.lookup import Lookup, Roll
from solvers.reasons.changes import changes
from solvers.reasons.facts import MissedSession, MovedSession, Obstacle, Relaxations, Unplaced, WishOutcome, rule_ids
from solvers.reasons.obstacles import joining
from solvers.reasons.plan import Bookings, Plan
from solvers.reasons.relaxations import relaxations
from solvers.reasons.reports import Attended, Changes, GroupReport, PersonReport
from solvers.reasons.sessions import missed_sessions, moved_sessions
from solvers.reasons.unplaced import why_unplaced
from solvers.reasons.wishes import Wish, is_met, outcomes, secret_wishes_of, wishes_of
from solvers.solution import Solution
from solvers.stop import ShouldStop, never

NO_SESSION = "-"


@dataclass(frozen=True, slots=True)
class CoordinatorPart:
    """Everything, what people keep to themselves included: for the coordinator's eyes.

    ``changes`` is what moved against the earlier plan, None where there is none.
    """

    people: Mapping[str, PersonReport]
    groups: Mapping[str, GroupReport]
    relaxations: Relaxations[str]
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """``for_people`` has for each id what that person may see; it does not depend on anybody's secrets."""

    for_coordinator: CoordinatorPart
    for_people: Mapping[str, PersonReport]


def explain(instance: Instance, solution: Solution) -> Explanation:
    """Explain a solution that has passed the referee. Large plans are better explained person by person, with
    :class:`Explainer`."""
    explainer = Explainer(instance, solution)
    people = [resident.id for resident in instance.residents] + [person.id for person in instance.faculty]
    coordinator = CoordinatorPart(
        people=MappingProxyType({person: explainer.for_coordinator(person) for person in people}),
        groups=MappingProxyType({group.id: explainer.group(group.id) for group in solution.groups}),
        relaxations=explainer.relaxations(),
        changes=explainer.changes() if instance.previous else None,
    )
    return Explanation(coordinator, MappingProxyType({person: explainer.for_person(person) for person in people}))


class Explainer:
    """Answers about one plan, worked out when asked for.

    What a person gets is worked out on an instance from which everybody's ``avoids``, ``company``, ``firm``, ``tags``,
    ``traits``, ``like`` and ``unlike`` and all conflicts are taken away, so it cannot tell of them: it is the same
    whatever they are. No exchange that touches a group which was ``fixed`` when the plan was made is told of.
    """

    def __init__(self, instance: Instance, solution: Solution, fixed: Collection[str] = ()) -> None:
        self._instance = instance
        self._solution = solution
        self._fixed = fixed
        self._full = _View(instance, solution, fixed)

    @cached_property
    def _public(self) -> _View:
        return _View(without_secrets(self._instance), self._solution, self._fixed)

    def for_coordinator(self, person: str) -> PersonReport:
        """Everything about somebody."""
        return self._full.report(person, frozenset())

    def for_person(self, person: str) -> PersonReport:
        """What somebody may see about themselves. Raises KeyError for an unknown id."""
        resident = self._full.plan.lookup.residents.get(person)
        # Whom they avoid is their own secret: alternatives with those are no alternatives to them.
        report = self._public.report(person, frozenset(resident.avoids if resident else ()))
        return replace(report, wishes=_presentable(report.wishes, resident))

    def group(self, group_id: str) -> GroupReport:
        """Who can come when, and why rounds are missed."""
        return self._full.group(group_id)

    @cached_property
    def _open(self) -> _View:
        return _View(openly_known(self._instance), self._solution, self._fixed)

    def unplaced(self, resident: str) -> Unplaced[str]:
        """What keeps a resident out of every group as far as a coordinator may know it, which is the same whatever
        people keep to themselves: nothing where a group could openly take them, and nothing for one who has a group."""
        return Unplaced(resident, self._open.unplaced_openly(resident))

    def changes(self, should_stop: ShouldStop = never) -> Changes:
        """Who and what moved against ``previous`` and why, for the coordinator, as far as found when told to stop."""
        return self._full.changes(should_stop)

    def relaxations(self, should_stop: ShouldStop = never) -> Relaxations[str]:
        """What would let more sessions be held and more residents be placed, as far as found when told to stop."""
        unplaced = takewhile(lambda _: not should_stop(), self._full.plan.unplaced())
        obstacles = [obstacle for resident in unplaced for obstacle in self._full.unplaced(resident)]
        missed = [missed for group in self._solution.groups for missed in self._full.missed(group.id)]
        obstacles += [obstacle for session in missed for obstacle in session.obstacles]
        return relaxations(self._full.plan, rule_ids(obstacles), should_stop)


def met_wishes(lookup: Lookup, roll: Roll, resident: str) -> tuple[WishOutcome[str], ...]:
    """What somebody may see of their wishes that are met in a group; those about what others say of themselves are
    heard. It does not depend on anybody's secrets."""
    person = lookup.residents[resident]
    before = next((group.id for group in lookup.previous.values() if resident in group.residents), None)
    open_ones = wishes_of(replace(person, company=(), like=(), unlike=()))
    wishes = (*open_ones, *((Wish("regroup", before),) if before else ()))
    met = tuple(WishOutcome(resident, w.kind, w.subject, True) for w in wishes if is_met(w, roll, person))
    return _presentable(met, person)


def without_secrets(instance: Instance) -> Instance:
    """The instance as if nobody avoided anybody, had conflicts, or had said anything about themselves."""
    silent: dict[str, Any] = {"tags": (), "traits": {}}
    unasked: dict[str, Any] = dict.fromkeys(("avoids", "company", "firm", "like", "unlike"), ())
    residents = tuple(replace(person, **silent, **unasked) for person in instance.residents)
    faculty = tuple(replace(person, **silent) for person in instance.faculty)
    return replace(instance, residents=residents, faculty=faculty, conflicts=frozenset())


def openly_known(instance: Instance) -> Instance:
    """The instance as a coordinator may know it: rotas, rules, grades, sites, ways to meet and kinds of group.

    Beside secrets, whatever people answered about others and their own circumstances is gone from it, and so are the
    pairs who may not share a group, whoever said so: what is worked out from it is the same whatever they are.
    """
    plain = without_secrets(instance)
    residents = tuple(
        replace(person, wants=(), choices=(), interests=(), external=External.ANY, first_within_days=None)
        for person in plain.residents
    )
    return replace(plain, residents=residents, faculty=tuple(replace(one, interests=()) for one in plain.faculty))


SECRET_POINTS: Final = frozenset(
    {"want", "want_any", "like", "unlike", "choice", "interest", "alone", "external", "first_late"}
)
"""Kinds of points that an instance has none of once it is :func:`openly_known`: all others are the same in it."""


def open_wishes(resident: Resident, group: Group, before: str | None = None) -> dict[str, bool]:
    """By kind, which wishes of a member that a coordinator may know of a group meets: those about kinds of group, ways
    to meet, travel and, with the id of the group ``before``, staying."""
    met: dict[str, bool] = {}
    if len(set(resident.models.values())) > 1:
        met["model"] = resident.models.get(group.model) == max(resident.models.values())
    if len(resident.modes) > 1:
        met["mode"] = group.mode == resident.modes[0]
    if IN_PERSON in resident.modes:
        met["travel"] = group.mode != IN_PERSON or group.site == resident.site
    if before:
        met["regroup"] = before == group.id
    return met


def _presentable(wishes: tuple[WishOutcome[str], ...], resident: Resident | None) -> tuple[WishOutcome[str], ...]:
    """Wishes for company, and for people alike or different, are heard, but whether they are met would tell what others
    said about themselves.

    A change that costs the plan nothing, and was not made, hints at a reason that is not told: its cost is not
    told either.
    """
    heard = (
        tuple(WishOutcome(resident.id, wish.kind, wish.subject, None) for wish in secret_wishes_of(resident))
        if resident
        else ()
    )
    told = tuple(replace(wish, cost=wish.cost if wish.cost and wish.cost > 0 else None) for wish in wishes)
    return told + heard


class _View:
    """A plan under one instance, the full or the public one."""

    def __init__(self, instance: Instance, solution: Solution, fixed: Collection[str]) -> None:
        self.plan = Plan(instance, solution.groups, fixed)
        self._bookings = Bookings(self.plan)
        self._missed: dict[str, tuple[MissedSession[int], ...]] = {}
        self._unplaced: dict[tuple[str, frozenset[str]], tuple[Obstacle, ...]] = {}

    def missed(self, group_id: str) -> tuple[MissedSession[int], ...]:
        if group_id not in self._missed:
            self._missed[group_id] = missed_sessions(self.plan, self._bookings, self.plan.groups[group_id])
        return self._missed[group_id]

    def moved(self, group_id: str) -> tuple[MovedSession[int], ...]:
        return moved_sessions(self.plan, self._bookings, self.plan.groups[group_id])

    def changes(self, should_stop: ShouldStop) -> Changes:
        return changes(self.plan, self._bookings, should_stop)

    def report(self, person: str, shunned: frozenset[str]) -> PersonReport:
        resident = self.plan.lookup.residents.get(person)
        groups = self._groups_of(person)
        return PersonReport(
            person=person,
            groups=tuple(groups),
            wishes=outcomes(self.plan, resident, shunned) if resident else (),
            attendance=tuple(line for group in groups for line in self._attended(person, self.plan.groups[group])),
            missed=tuple(session for group in groups for session in self.missed(group)),
            moved=tuple(session for group in groups for session in self.moved(group)),
            unplaced=self.unplaced(person, shunned),
        )

    def unplaced(self, person: str, shunned: frozenset[str] = frozenset()) -> tuple[Obstacle, ...]:
        resident = self.plan.lookup.residents.get(person)
        if resident is None or person in self.plan.group_of:
            return ()
        if (person, shunned) not in self._unplaced:
            self._unplaced[person, shunned] = why_unplaced(self.plan, resident, shunned)
        return self._unplaced[person, shunned]

    def unplaced_openly(self, person: str) -> tuple[Obstacle, ...]:
        """Nothing where one of the groups could take them as it is."""
        resident = self.plan.lookup.residents.get(person)
        if resident is None or not all(
            joining(self.plan, resident, group, frozenset()) for group in self.plan.groups.values()
        ):
            return ()
        return self.unplaced(person)

    def group(self, group_id: str) -> GroupReport:
        group = self.plan.groups[group_id]
        members = (*group.residents, *group.facilitators)
        attendance = {person: "".join(line.mark for line in self._attended(person, group)) for person in members}
        return GroupReport(group_id, MappingProxyType(attendance), self.missed(group_id), self.moved(group_id))

    def _groups_of(self, person: str) -> list[str]:
        if person in self.plan.lookup.residents:
            return [self.plan.group_of[person]] if person in self.plan.group_of else []
        if person not in self.plan.lookup.faculty:
            raise KeyError(person)
        return self.plan.led_by.get(person, [])

    def _attended(self, person: str, group: Group) -> Iterator[Attended]:
        dates = self.plan.roll(group).dates
        availability = self._availability(person)
        for round_ in range(self.plan.instance.rounds):
            session = dates.get(round_)
            if session is None:
                yield Attended(group.id, round_, None, NO_SESSION)
                continue
            stays_away = person in group.facilitators and person not in session.facilitators
            yield Attended(group.id, round_, session.slot, CANNOT if stays_away else availability[session.slot])

    def _availability(self, person: str) -> str:
        found = self.plan.lookup.person(person)
        assert found is not None, "members of a group exist"
        return found.availability
