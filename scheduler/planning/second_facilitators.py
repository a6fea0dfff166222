"""Facilitators who would rather not be alone get a second one, wherever one can be had.

Once the groups and dates are found, each group that such a facilitator leads alone is given another facilitator who is
free for most of its sessions, as far as no rule is broken by that: its kind allows two, and the other has offered it
and has room for one more group. Groups, dates and residents stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.joining.tables import PortraitRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.planning.keys import database_id, person_key
from scheduler.planning.other_facilitators import led_by
from scheduler.planning.present_problem import present_problem
from scheduler.planning.taken import current_groups
from scheduler.plans.membership import Roster, rosters
from scheduler.plans.model import MemberRole
from solvers import rules
from solvers.instance import Group, Instance
from solvers.lookup import Lookup
from solvers.scorecard import Outcome, Scorecard
from solvers.solution import Solution

MOST_SHOWN: Final = 5
"""So many people are named who could join a group."""
_OF_TWO: Final = frozenset({rules.CONFLICT, rules.AVOIDS, rules.EXTERNAL_REQUIRED})


@dataclass(frozen=True, slots=True)
class LedAlone:
    """A published group whose only facilitator would rather not be alone."""

    group_key: str
    person_id: int
    name: str


def second_wanted(db: Db, programme_id: int) -> frozenset[str]:
    """Who would rather not lead a group alone, by their ids in an instance."""
    return frozenset(map(person_key, _wanting(db, programme_id)))


def with_second_facilitators(
    instance: Instance, solution: Solution, wanting: Collection[str], only: Collection[str] | None = None
) -> Solution:
    """The solution with a second facilitator for those who want one, where one can be had; of these groups ``only``,
    by their ids, where not of all."""
    alone = [group for group in solution.groups if _is_alone(group, wanting) and (only is None or group.id in only)]
    if not alone:
        return solution
    card = Scorecard(Lookup.of(instance), solution.groups)
    for group in alone:
        best = max(_outcomes(card, group), key=lambda found: (found[0], found[2].score, found[1]), default=None)
        card = card.after(best[2]) if best is not None else card
    groups = {group.id: group for group in card.groups}
    return replace(solution, groups=tuple(groups[group.id] for group in solution.groups), score=card.score)


def groups_led_alone(db: Db, programme_id: int) -> tuple[LedAlone, ...]:
    """The published groups that somebody leads alone who would rather not; for the product's own work."""
    wanting, groups = _wanting(db, programme_id), rosters(db, programme_id)
    alone = {key: who for key, roster in groups.items() if (who := _only_leader(roster)) in wanting}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(alone.values()))).all())
    return tuple(LedAlone(key, who, names[who]) for key, who in sorted(alone.items()) if who is not None)


def own_groups_led_alone(db: Db, actor: Actor, programme_ids: Iterable[int]) -> frozenset[tuple[int, str]]:
    """The actor's own groups among them, each by its programme and key: only they and the coordinators are told."""
    return frozenset(
        (programme_id, alone.group_key)
        for programme_id in programme_ids
        for alone in groups_led_alone(db, programme_id)
        if alone.person_id == actor.person_id
    )


def who_could_join(db: Db, actor: Actor, programme_id: int, now: datetime) -> Mapping[str, tuple[str, ...]]:
    """By the key of each group led alone the names of people who could lead it too, who can come to most sessions
    first.

    Nobody is kept off this list by what two people are to each other or wish: who is missing from it would tell. That
    is checked once they are put into the group.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    alone = groups_led_alone(db, programme_id)
    if not alone:
        return {}
    instance = present_problem(db, programme_id, now)
    groups = current_groups(instance)
    card = Scorecard(Lookup.of(instance), groups.values())
    found = {each.group_key: _best_of(card, groups[each.group_key]) for each in alone if each.group_key in groups}
    people = {who for able in found.values() for who in able}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())
    return {key: tuple(names[who] for who in able) for key, able in found.items()}


def _best_of(card: Scorecard, group: Group) -> list[int]:
    ranked = sorted(_outcomes(card, group, untold=_OF_TWO), key=lambda found: (-found[0], -found[2].score, found[1]))
    return [database_id(who) for _, who, _ in islice(ranked, MOST_SHOWN)]


def _outcomes(card: Scorecard, group: Group, untold: Collection[str] = ()) -> Iterator[tuple[int, str, Outcome]]:
    """Every way to give a group a second facilitator that breaks nothing but rules that are ``untold``: how many
    sessions they can come to, who, and what comes of it."""
    model = card.lookup.models.get(group.model)
    if model is None or len(group.facilitators) >= model.facilitators[1]:
        return
    for person in card.lookup.faculty.values():
        if person.id in group.facilitators or group.model not in person.models or group.mode not in person.modes:
            continue
        joined = led_by(card, group, (*group.facilitators, person.id))
        held = sum(person.id in session.facilitators for session in joined.sessions)
        outcome = card.outcome({group.id: joined}) if held else None
        if outcome is not None and all(breach.rule_id in untold for breach in outcome.new):
            yield held, person.id, outcome


def _is_alone(group: Group, wanting: Collection[str]) -> bool:
    return len(group.facilitators) == 1 and group.facilitators[0] in wanting


def _only_leader(roster: Roster) -> int | None:
    leading = [who for who, role in roster.items() if role == MemberRole.FACILITATOR]
    return leading[0] if len(leading) == 1 else None


def _wanting(db: Db, programme_id: int) -> frozenset[int]:
    wish = (PortraitRow.programme_id == programme_id, PortraitRow.deputy_wanted.is_(True))
    return frozenset(db.scalars(select(PortraitRow.person_id).where(*wish)))
