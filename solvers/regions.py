"""Splitting an instance into regions along sites, to be solved as separate jobs, and joining the answers.

People and rooms go with their site. What crosses a border is lost at first: wishes for people elsewhere, facilitators
from elsewhere, groups of mixed sites. ``mend`` then searches on across the borders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from solvers.errors import UnsoundPlan
from solvers.instance import Faculty, Group, Instance, Resident
from solvers.progress import OnProgress, ignore
from solvers.referee import check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits, ShouldStop, never


def split(instance: Instance, count: int) -> tuple[Instance, ...]:
    """Split ``instance`` into at most ``count`` regions of about as many residents.

    Sites that share a pinned group stay together. A previous group goes where most of its residents are.
    """
    regions: list[set[str]] = [set() for _ in range(max(1, count))]
    residents = Counter(resident.site for resident in instance.residents)
    for sites in sorted(_bound_together(instance), key=lambda sites: (-_total(residents, sites), min(sites))):
        min(regions, key=lambda region: _total(residents, region)).update(sites)
    used = [region for region in regions if _total(residents, region)] or [set().union(*regions)]
    used[0].update(set().union(*regions) - set().union(*used))
    return tuple(_region(instance, frozenset(sites), used) for sites in used)


def _total(residents: Counter[str], sites: Iterable[str]) -> int:
    return sum(residents[site] for site in sites)


def _bound_together(instance: Instance) -> list[set[str]]:
    """Sites, those in one set that a pinned group spans."""
    people: list[Resident | Faculty] = [*instance.residents, *instance.faculty]
    site_of = {person.id: person.site for person in people}
    everywhere = {*site_of.values(), *(room.site for room in instance.rooms)}
    pinned = {pin.id for pin in instance.pins}
    sets = [{site} for site in sorted(everywhere)]
    for group in instance.previous:
        if group.id in pinned:
            spanned = {site_of[person] for person in _members(group) if person in site_of}
            spanned |= {group.site} & everywhere if group.site else set()
            meeting = [sites for sites in sets if sites & spanned]
            sets = [sites for sites in sets if not sites & spanned]
            if meeting:
                sets.append(set().union(*meeting))
    return sets


def _members(group: Group) -> tuple[str, ...]:
    return (*group.residents, *group.facilitators)


def _region(instance: Instance, sites: frozenset[str], regions: Sequence[set[str]]) -> Instance:
    residents = tuple(resident for resident in instance.residents if resident.site in sites)
    faculty = tuple(person for person in instance.faculty if person.site in sites)
    here = {person.id for person in residents} | {person.id for person in faculty}
    previous = tuple(group for group in instance.previous if sites & _home(instance, group, regions))
    kept = {group.id for group in previous}
    return replace(
        instance,
        residents=tuple(_at_home(resident, here) for resident in residents),
        faculty=faculty,
        rooms=tuple(room for room in instance.rooms if room.site in sites),
        conflicts=frozenset(pair for pair in instance.conflicts if pair <= here),
        accompanied=frozenset(pair for pair in instance.accompanied if here.issuperset(pair)),
        previous=previous,
        pins=tuple(pin for pin in instance.pins if pin.id in kept),
    )


def _at_home(resident: Resident, here: Set[str]) -> Resident:
    """The resident without what they said about people elsewhere, whom an instance of the region does not know."""
    wants, avoids, choices = (
        tuple(other for other in others if other in here)
        for others in (resident.wants, resident.avoids, resident.choices)
    )
    return replace(resident, wants=wants, avoids=avoids, choices=choices)


def _home(instance: Instance, group: Group, regions: Sequence[set[str]]) -> set[str]:
    """The region in which a previous group goes on: that of most of its residents."""
    sites = {resident.id: resident.site for resident in instance.residents}
    votes = Counter(sites[person] for person in group.residents if person in sites)
    return max(regions, key=lambda region: sum(votes[site] for site in region))


def join(instance: Instance, answers: Iterable[Solution]) -> Solution:
    """Join the answers to the regions of ``instance`` into one, refereed on the whole.

    Groups that are not previous ones get new ids. There is no bound, because regions rule out what crosses borders.
    """
    previous = {group.id for group in instance.previous}
    groups: list[Group] = []
    numbers = (number for number in range(1, 10**9) if f"g{number}" not in previous)
    seconds = 0.0
    for answer in answers:
        seconds = max(seconds, answer.seconds)
        groups += (g if g.id in previous else replace(g, id=f"g{next(numbers)}") for g in answer.groups)
    joined = Solution(instance.name, tuple(groups), seconds=seconds)
    verdict = check(instance, joined)
    if not verdict.ok:
        raise UnsoundPlan(verdict.broken[0].text)
    return replace(joined, score=verdict.score)


def mend(
    instance: Instance,
    joined: Solution,
    limits: Limits,
    on_progress: OnProgress = ignore,
    should_stop: ShouldStop = never,
) -> Solution:
    """Search on from a joined plan, within ``limits``, for what the borders ruled out; never worse than it was."""
    found = solve(instance, limits, on_progress, should_stop, joined.groups)
    return found if found.score >= joined.score else replace(joined, bound=found.bound)
