"""Residents who swap groups among themselves, for some days after the groups are published.

Each says to which other groups they would go; that is their yes. As soon as everybody of a ring has said so, or there
is room, and nothing is broken by it, it is done in the same transaction. Nobody else is moved, and nobody reads who has
asked. Which groups are offered depends on nothing that others keep to themselves; whether a swap is possible goes by
everything, and a request that never is looks like one for which nobody was found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update

from scheduler.audit.service import record
from scheduler.audit.tables import AuditRow
from scheduler.coordination import storage
from scheduler.coordination.act_scope import live_group_keys
from scheduler.coordination.board import Board, GroupNow
from scheduler.coordination.likely_groups import likely_groups
from scheduler.coordination.model import PutIn
from scheduler.coordination.service import Desk, load_desk
from scheduler.coordination.swap_rings import Ring, Step, rings
from scheduler.coordination.tables import SwapWishRow
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.joining.model import RequestAbout
from scheduler.joining.tables import ChangeRequestRow
from scheduler.languages import say
from scheduler.own_groups.service import OWN
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.planning.known_to import KnownTo
from scheduler.plans.departures import has_not_left
from scheduler.plans.membership import model_ids, rosters
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.life import has_ended, must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ModelRow, ProgrammeRow
from scheduler.publishing.unmet_wishes import keep_unmet_wishes
from solvers import rules
from solvers.vocabulary import COMING

SWAPPED: Final = "group.swapped"
MOST_TRIED: Final = 60
"""So many rings are put before the referee for one person, at most."""
_GOES_WITH_ANOTHER: Final = frozenset(
    {rules.GROUP_SIZE, rules.QUORUM, rules.PRESENT, rules.ROOM_CAPACITY, rules.ROOM_FREE}
)
"""What depends on who leaves a group in exchange, or on when the others can come: no group is left out for it."""


@dataclass(frozen=True, slots=True)
class GroupOffer:
    """A group to which the reader could go; ``can_come`` to so many of its ``sessions``."""

    key: str
    name: str
    mode: str
    facilitators: tuple[str, ...]
    can_come: int
    sessions: int
    first: datetime | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class SwapPage:
    """What a resident may do now: until the end of ``last_day``, out of their group ``key``."""

    last_day: date
    key: str
    name: str
    offers: tuple[GroupOffer, ...]

    @property
    def waits(self) -> bool:
        """Whether they have asked for any of them."""
        return any(offer.chosen for offer in self.offers)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """Who is in which group, and to which they would go instead: of those who have asked since the publication, the
    first who asked first."""

    homes: Mapping[int, str]
    wanted: Mapping[int, frozenset[str]]


def days_to_swap(db: Db, actor: Actor, programme_ids: Collection[int], now: datetime) -> Mapping[int, date]:
    """The last day on which the actor may ask to swap, by the programme, of those where they may now: in which they are
    in exactly one group, and not one of people's own."""
    rows = db.execute(
        select(ProgrammeRow.id, ProgrammeRow.zone, ProgrammeRow.swap_days, PlanRow.published_at)
        .join(PlanRow, PlanRow.programme_id == ProgrammeRow.id)
        .join(GroupRow, GroupRow.plan_id == PlanRow.id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .join(ModelRow, ModelRow.id == GroupRow.model_id)
        .where(ProgrammeRow.id.in_(programme_ids), ProgrammeRow.ended_at.is_(None))
        .where(PlanRow.state == PlanState.PUBLISHED, GroupRow.ended_at.is_(None), has_not_left())
        .where(MemberRow.person_id == actor.person_id, MemberRow.role == MemberRole.RESIDENT)
        .group_by(ProgrammeRow.id, ProgrammeRow.zone, ProgrammeRow.swap_days, PlanRow.published_at)
        .having(func.count() == 1, func.max(ModelRow.key) != OWN)
    )
    found = {one: _last_day(published, days, zone, now) for one, zone, days, published in rows}
    return {programme_id: last for programme_id, last in found.items() if last is not None}


def _last_day(published: datetime | None, days: int, zone: str, now: datetime) -> date | None:
    """The last day of the time in which groups may be swapped, on the programme's clock; None where it is over, or was
    never."""
    if published is None or not days:
        return None
    clock = ZoneInfo(zone)
    last = published.astimezone(clock).date() + timedelta(days=days)
    return last if now.astimezone(clock).date() <= last else None


def _programmes_last_day(db: Db, programme: Programme, now: datetime) -> date | None:
    if has_ended(db, programme.id):
        return None
    return _last_day(_published_at(db, programme.id), programme.conduct.swap_days, programme.zone, now)


def own_swap(db: Db, actor: Actor, programme_id: int, now: datetime) -> SwapPage | None:
    """What the actor may do; None where nothing may be swapped now, or they are in no group or in several."""
    actor.must_have(programme_id, Role.RESIDENT)
    programme, who = get_programme(db, programme_id), actor.person_id or 0
    last, home = _programmes_last_day(db, programme, now), _homes(db, programme).get(who)
    if last is None or home is None:
        return None
    desk = _desk_for_reader(db, programme, who, home, now)
    if not desk.known.part_of(who).may_be_planned:
        return None
    chosen = _wishes(db, programme).wanted.get(who, frozenset())
    found = [_offer(desk, group, who, chosen) for group in _possible(desk, who, home)]
    ranked = sorted(found, key=lambda offer: (-offer.can_come, offer.name, offer.key))
    return SwapPage(last, home, desk.board.group(home).name, tuple(ranked))


def ask_to_swap(
    db: Db, actor: Actor, programme_id: int, out_of: str, wanted: Collection[str], now: datetime
) -> str | None:
    """Say to which groups the actor would go instead of the one that they are in, none to take it back; what was said
    before is replaced. Returns the name of the group that they are in from now on, if it could be done at once.

    Raises NotPossible where the time is over, the actor is in another group by now, or a group is not to be had.
    """
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    seen, who = own_swap(db, actor, programme_id, now), actor.person_id or 0
    if seen is None:
        raise NotPossible(
            say("Groups can’t be swapped now."),
            what_to_do=say("You can ask your coordinator for another group. You needn’t say why."),
        )
    if seen.key != out_of or not {offer.key for offer in seen.offers}.issuperset(wanted):
        raise NotPossible(
            say("The groups have changed since you opened the page."),
            what_to_do=say("Look at the page again, and choose anew."),
        )
    mine = (SwapWishRow.programme_id == programme_id, SwapWishRow.person_id == who)
    db.execute(delete(SwapWishRow).where(*mine))
    db.add_all(
        SwapWishRow(programme_id=programme_id, person_id=who, into=key, out_of=out_of, asked_at=now)
        for key in sorted(set(wanted))
    )
    db.flush()
    programme = get_programme(db, programme_id)
    _match(db, actor, programme, who, now)
    home = _homes(db, programme)[who]
    return _name_of(seen, home) if home != out_of else None


def swap_those_waiting(db: Db, programme_id: int, now: datetime) -> None:
    """Do for those who wait, the first who asked first, what has become possible since."""
    lock_programme(db, programme_id)
    programme = get_programme(db, programme_id)
    if _programmes_last_day(db, programme, now) is None:
        return
    for who in _wishes(db, programme).wanted:
        _match(db, OPERATOR, programme, who, now)


def count_waiting(db: Db, actor: Actor, programme_id: int, now: datetime) -> int:
    """How many residents would swap and wait for it; who they are is for nobody to read."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    return len(_wishes(db, programme).wanted) if _programmes_last_day(db, programme, now) else 0


def count_swapped(db: Db, actor: Actor, programme_id: int) -> int:
    """How many residents have changed groups by swaps since the present plan was published."""
    actor.must_have(programme_id, Role.COORDINATOR)
    published = _published_at(db, programme_id)
    if published is None:
        return 0
    here = (AuditRow.programme_id == programme_id, AuditRow.action == SWAPPED, AuditRow.at >= published)
    return db.scalar(select(func.count()).where(*here)) or 0


# --- which groups are offered --------------------------------------------------------------------------------


def _desk_for_reader(db: Db, programme: Programme, who: int, home: str, now: datetime) -> Desk:
    near = likely_groups(db, programme, frozenset({who}), now, needs_room=False)
    return load_desk(db, programme, {*near, home}, now, known_to=KnownTo.MEMBERS)


def _possible(desk: Desk, who: int, home: str) -> Iterator[GroupNow]:
    """The groups that the person could be in, apart from who would have to leave for them."""
    for group in desk.board.groups.values():
        if group.ended or who in group.people or desk.known.model_of(group).key == OWN:
            continue
        after = _moved(desk, (Step(who, home, group.key),))
        broken = (each for each in desk.findings(after) if each.group == group.key)
        if _can_ever_come(desk, who, group.key) and all(each.rule_id in _GOES_WITH_ANOTHER for each in broken):
            yield group


def _offer(desk: Desk, group: GroupNow, who: int, chosen: Collection[str]) -> GroupOffer:
    ahead = sorted(desk.board.sessions_of(group.key), key=lambda session: session.starts_at)
    return GroupOffer(
        group.key,
        group.name,
        group.mode,
        tuple(sorted(desk.names[one] for one in group.facilitators)),
        sum(desk.known.marks.of(who, session) in COMING for session in ahead),
        len(ahead),
        ahead[0].starts_at if ahead else None,
        group.key in chosen,
    )


def _can_ever_come(desk: Desk, who: int, key: str) -> bool:
    """A place in a group at none of whose sessions one can be is no place."""
    return any(desk.known.marks.of(who, session) in COMING for session in desk.board.sessions_of(key))


def _name_of(seen: SwapPage, key: str) -> str:
    return next((offer.name for offer in seen.offers if offer.key == key), "")


# --- swapping -------------------------------------------------------------------------------------------------


def _match(db: Db, actor: Actor, programme: Programme, first: int, now: datetime) -> None:
    """Do what can be done now for somebody who has asked, and then for those who wait for a place that it frees."""
    waiting = [first]
    for _ in range(MOST_TRIED):
        if not waiting:
            return
        wishes = _wishes(db, programme)
        done = _best(db, actor, programme, waiting.pop(0), wishes, now)
        freed = {step.out_of for step in done} - {step.into for step in done}
        waiting += [who for who, keys in wishes.wanted.items() if not keys.isdisjoint(freed)]


def _best(db: Db, actor: Actor, programme: Programme, who: int, wishes: _Wishes, now: datetime) -> Ring:
    """Carry out the first swap, or move into a free place, that breaks nothing; the empty ring if none is."""
    if who not in wishes.wanted:
        return ()
    found = list(islice(rings(who, wishes.homes, wishes.wanted), MOST_TRIED))
    found += [(Step(who, wishes.homes[who], key),) for key in sorted(wishes.wanted[who])]
    keys = {key for ring in found for step in ring for key in (step.out_of, step.into)}
    desk = load_desk(db, programme, keys, now, known_to=KnownTo.PLANNER)
    for ring in found:
        after = _moved(desk, ring)
        if _may_all_go(desk, ring) and desk.keeps_all(after):
            _carry_out(db, actor, programme, desk, ring, after, now)
            return ring
    return ()


def _moved(desk: Desk, ring: Ring) -> Board:
    return desk.after(PutIn(desk.known.programme.id, step.into, step.person_id, step.out_of) for step in ring)


def _may_all_go(desk: Desk, ring: Ring) -> bool:
    return all(
        desk.known.part_of(step.person_id).may_be_planned and _can_ever_come(desk, step.person_id, step.into)
        for step in ring
    )


def _carry_out(db: Db, actor: Actor, programme: Programme, desk: Desk, ring: Ring, after: Board, now: datetime) -> None:
    storage.store(db, programme.id, desk.board, after, desk.known.marks.of, now)
    keep_unmet_wishes(db, programme.id, now, after.groups.keys())
    people = [step.person_id for step in ring]
    for step in ring:
        by = actor if step.person_id == actor.person_id else OPERATOR
        record(db, by, SWAPPED, now, programme.id, person=step.person_id, group=step.into, out_of=step.out_of)
    db.execute(delete(SwapWishRow).where(SwapWishRow.programme_id == programme.id, SwapWishRow.person_id.in_(people)))
    db.execute(
        update(ChangeRequestRow)
        .where(
            ChangeRequestRow.programme_id == programme.id,
            ChangeRequestRow.person_id.in_(people),
            ChangeRequestRow.about == RequestAbout.GROUP,
            ChangeRequestRow.decided_at.is_(None),
        )
        .values(decided_at=now, granted=True)
    )
    db.flush()


# --- who is where, and who has asked -------------------------------------------------------------------------


def _published_at(db: Db, programme_id: int) -> datetime | None:
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    return db.scalar(select(PlanRow.published_at).where(*published))


def _homes(db: Db, programme: Programme) -> Mapping[int, str]:
    """The residents who are in exactly one group of the planner's, with its key: groups of people's own are theirs."""
    live, models = frozenset(live_group_keys(db, programme.id)), model_ids(db, programme.id)
    own = {model.id for model in programme.models if model.key == OWN}
    found: dict[int, list[str]] = defaultdict(list)
    for key, roster in rosters(db, programme.id, live).items():
        for who, role in roster.items():
            if role == MemberRole.RESIDENT:
                found[who].append(key)
    return {who: keys[0] for who, keys in found.items() if len(keys) == 1 and models[keys[0]] not in own}


def _wishes(db: Db, programme: Programme) -> _Wishes:
    """What still counts of what was asked: of people who are where they were, since the publication."""
    homes, published = _homes(db, programme), _published_at(db, programme.id)
    live = frozenset(live_group_keys(db, programme.id))
    wanted: dict[int, set[str]] = defaultdict(set)
    if published is not None:
        here = (SwapWishRow.programme_id == programme.id, SwapWishRow.asked_at >= published)
        for row in db.scalars(select(SwapWishRow).where(*here).order_by(SwapWishRow.asked_at, SwapWishRow.person_id)):
            if homes.get(row.person_id) == row.out_of and row.into in live:
                wanted[row.person_id].add(row.into)
    return _Wishes(homes, {who: frozenset(keys) for who, keys in wanted.items()})
