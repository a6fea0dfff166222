"""Whether those who may share a group only accompanied have another facilitator from elsewhere beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.sites import moves_of, site_on
from scheduler.people.tables import ParticipantRow
from scheduler.plans.membership import Roster
from scheduler.plans.model import MemberRole
from scheduler.programmes.forbidden_pairs import ForbiddenPair


def unaccompanied_pairs(
    db: Db, programme_id: int, found: Iterable[ForbiddenPair], groups: Mapping[str, Roster], day: date
) -> frozenset[frozenset[int]]:
    """Of the overridden pairs those that share a group in which no other facilitator, who works at another site on a
    day and has no power over the second, is beside the first."""
    shared = [
        (each, roster)
        for each in found
        if each.overridden
        for roster in groups.values()
        if each.person_id in roster and each.about_id in roster
    ]
    if not shared:
        return frozenset()
    sites = _sites(db, programme_id, {who for _, roster in shared for who in roster}, day)
    over: dict[int, set[int]] = defaultdict(set)
    for each, _ in shared:
        over[each.about_id].add(each.person_id)
    return frozenset(
        each.pair for each, roster in shared if not _is_accompanied(each, roster, sites, over[each.about_id])
    )


def _is_accompanied(pair: ForbiddenPair, roster: Roster, sites: Mapping[int, int], over: Collection[int]) -> bool:
    others = (who for who, role in roster.items() if role == MemberRole.FACILITATOR and who != pair.about_id)
    return any(who not in over and sites.get(who) != sites.get(pair.person_id) for who in others)


def _sites(db: Db, programme_id: int, people: Collection[int], day: date) -> Mapping[int, int]:
    moves = moves_of(db, programme_id, people)
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.person_id.in_(people))
    rows = db.execute(select(ParticipantRow.person_id, ParticipantRow.site_id).where(*here))
    return {who: site_on(moves, who, site_id, day) for who, site_id in rows}
