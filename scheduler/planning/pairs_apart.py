"""Pairs of people whom no plan puts into one group, or only with another facilitator beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from scheduler.db import Db
from scheduler.people.sites import today_in
from scheduler.planning.keys import person_key
from scheduler.planning.known_to import KnownTo
from scheduler.planning.planned_people import Participant
from scheduler.planning.scope import Part
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import StoredGroup
from scheduler.programmes.forbidden_pairs import ForbiddenPair, forbidden_pairs, pairs_kept_apart
from scheduler.programmes.model import Differing, Programme
from scheduler.text_input import folded
from solvers.instance import Faculty


@dataclass(frozen=True, slots=True)
class Ties:
    """What people are to each other, for the planner: ``apart`` share no group; of ``accompanied`` the first shares one
    with the second only beside another facilitator from elsewhere. Who is in the second may be in the first as well: so
    nobody can tell from the one what is kept secret in the other."""

    apart: frozenset[frozenset[str]]
    accompanied: frozenset[tuple[str, str]]


def ties_between(
    db: Db,
    programme: Programme,
    part: Part,
    in_it: set[int],
    now: datetime | None,
    known_to: KnownTo = KnownTo.PLANNER,
) -> Ties:
    """What is to be kept to of what these people are to each other on any day of the programme, or of what is left of
    it at ``now``, as far as may be known."""
    return _ties(each for each in _pairs(db, programme, in_it, now, part.people) if known_to.may_know(each))


def listed_ties(db: Db, programme: Programme, in_it: set[int]) -> Ties:
    """The same as far as their coordinator may know: what people keep to themselves is told to nobody."""
    return _ties(each for each in _pairs(db, programme, in_it, None, None) if KnownTo.COORDINATOR.may_know(each))


def _ties(pairs: Iterable[ForbiddenPair]) -> Ties:
    found = list(pairs)
    accompanied = ((each.person_id, each.about_id) for each in found if each.overridden)
    return Ties(
        frozenset(frozenset(map(person_key, pair)) for pair in pairs_kept_apart(found)),
        frozenset((person_key(one), person_key(other)) for one, other in accompanied),
    )


def _pairs(
    db: Db, programme: Programme, in_it: set[int], now: datetime | None, people: Collection[int] | None
) -> list[ForbiddenPair]:
    first_day = programme.first_day if now is None else max(programme.first_day, today_in(programme.zone, now))
    found = forbidden_pairs(db, programme.id, first_day, max(first_day, programme.last_day), people)
    return [each for each in found if each.pair <= in_it]


def facilitators_alike(
    differ: Differing,
    faculty: Sequence[Faculty],
    participants: Iterable[Participant],
    published: Iterable[StoredGroup],
) -> frozenset[frozenset[str]]:
    """Pairs of facilitators who are not put together because they do not ``differ``. Of whom nothing is on record is
    not known to differ from anybody.

    Who leads a published group together does so still: nobody is told of them that they should not share a group.
    """
    if differ is Differing.NOTHING:
        return frozenset()
    together = {
        frozenset((person_key(one.person_id), person_key(other.person_id)))
        for group in published
        for one, other in combinations([m for m in group.members if m.role == MemberRole.FACILITATOR], 2)
    }
    of = _on_record(differ, faculty, participants)
    return (
        frozenset(
            frozenset((one.id, other.id))
            for one, other in combinations(faculty, 2)
            if set(one.models) & set(other.models)
            and (of[one.id] == of[other.id] or not of[one.id] or not of[other.id])
        )
        - together
    )


def _on_record(differ: Differing, faculty: Sequence[Faculty], participants: Iterable[Participant]) -> Mapping[str, str]:
    """What counts of each: where they work, their specialty or their level; own words are compared without regard to
    capitals, accents and blanks."""
    if differ is Differing.SITE:
        return {person.id: person.site for person in faculty}
    of_level = differ is Differing.LEVEL
    return {person_key(row.person_id): folded(row.mentor_level if of_level else row.specialty) for row in participants}
