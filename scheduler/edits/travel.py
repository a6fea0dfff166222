"""Who would have to travel: residents whose group meets in person at a site that is not their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from scheduler.edits.facts import Facts
from scheduler.edits.model import TravelEffect
from scheduler.planning.keys import person_key
from scheduler.plans.whole import StoredGroup
from solvers.vocabulary import IN_PERSON

Way = tuple[int, int]
"""A resident and the site that they travel to, by their ids."""


def ways_of(facts: Facts, groups: Iterable[StoredGroup | None]) -> frozenset[Way]:
    """The ways that these groups ask of their residents."""
    return frozenset(way for group in groups if group is not None for way in _ways(facts, group))


def _ways(facts: Facts, group: StoredGroup) -> Iterator[Way]:
    if group.mode != IN_PERSON or group.site_id is None:
        return
    here = facts.words.sites.get(group.site_id)
    for who in group.residents:
        resident = facts.lookup.residents.get(person_key(who))
        if resident is not None and resident.site != here:
            yield who, group.site_id


def travel_effects(facts: Facts, before: frozenset[Way], after: frozenset[Way]) -> tuple[TravelEffect, ...]:
    """How many residents would newly travel, by where they would."""
    sites = Counter(site_id for _who, site_id in after - before)
    return tuple(TravelEffect(facts.site_name(site_id), residents) for site_id, residents in sorted(sites.items()))


def spared(before: frozenset[Way], after: frozenset[Way]) -> int:
    """How many residents would no longer have to travel anywhere."""
    return len({who for who, _site in before} - {who for who, _site in after})
