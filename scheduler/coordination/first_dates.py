"""A group that people formed themselves gets the dates of its whole term at once, around everything that is published,
instead of waiting for the next plan: a further mentor's meetings, and what people have already.

Its dates are those that the referee allows, as for another date of a published group. What the checks of a change by
hand say against the group or a date, and what people keep to themselves, stands against it here too: nobody can
override it, and the answer is the same as where no date suits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.coordination import storage
from scheduler.coordination.act_scope import live_group_keys
from scheduler.coordination.board import Board, GroupNow, SessionNow
from scheduler.coordination.circumstances import Known, site_of
from scheduler.coordination.service import Desk, load_desk
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.own_groups.service import OWN, find_open_group
from scheduler.own_groups.tables import OwnGroupRow
from scheduler.people.model import Actor, Role
from scheduler.planning.known_to import KnownTo
from scheduler.planning.open_dates import OpenDate
from scheduler.planning.rhythm import Rhythm
from scheduler.plans.membership import rosters
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.publishing.unmet_wishes import keep_unmet_wishes
from scheduler.sessions.alternatives import Alternatives
from scheduler.sessions.model import SessionStatus
from solvers.vocabulary import IN_PERSON

DATED: Final = "own_group.dated"
MOST_TRIED: Final = 5
"""So many dates of one round are judged, the best first."""
_FEWEST: Final = 2


def date_now(db: Db, actor: Actor, programme_id: int, own_group_id: int, now: datetime) -> int:
    """Give a self-formed group of the actor's its dates: one a round that is not over, as far as one suits. Returns how
    many.

    Raises NotFound to whoever is not in the group, NotPossible where it has its dates, where nothing is published that
    it could join, while somebody in it is in another group that they leave for it, and where no date suits or
    something stands against it.
    """
    lock_programme(db, programme_id)
    formed = find_open_group(db, programme_id, own_group_id)
    if formed is None or actor.person_id not in {member.person_id for member in formed.members}:
        raise NotFound(say("That group isn’t one of yours."))
    must_go_on(db, programme_id)
    programme = get_programme(db, programme_id)
    _must_wait_for_nothing(db, programme, formed)
    storage.add_group(db, programme_id, _published(programme, formed, now), now)
    desk = load_desk(db, programme, (formed.key,), now, known_to=KnownTo.PLANNER)
    _place_in_person(db, desk, formed.key)
    desk = load_desk(db, programme, (formed.key,), now, known_to=KnownTo.PLANNER)
    dated = _dated(db, desk, formed.key, now) if _may_be(desk, formed.key) else desk.board
    if not dated.sessions:
        raise no_dates()
    storage.store(db, programme_id, desk.board, dated, desk.known.marks.of, now)
    keep_unmet_wishes(db, programme_id, now, (formed.key,))
    count = len(dated.sessions)
    record(db, actor, DATED, now, programme_id, own_group=formed.id, group=formed.key, sessions=count)
    return count


def no_dates() -> NotPossible:
    """The one answer to a group that gets none, whatever is the reason."""
    return NotPossible(
        say("We couldn’t find dates for your group just now."), what_to_do=say("The next plan looks for them again.")
    )


def dated_groups(db: Db, programme_id: int) -> frozenset[str]:
    """The keys of the groups that have been published and meet: a self-formed one among them has its dates."""
    return frozenset(live_group_keys(db, programme_id))


def _must_wait_for_nothing(db: Db, programme: Programme, formed: OwnGroupRow) -> None:
    plan = (PlanRow.programme_id == programme.id, PlanRow.state == PlanState.PUBLISHED)
    if db.scalar(select(PlanRow.id).where(*plan)) is None:
        raise NotPossible(
            say("This term’s groups haven’t been published yet."),
            what_to_do=say("Your group gets its dates with them."),
        )
    published = rosters(db, programme.id, live_group_keys(db, programme.id))
    if formed.key in published:
        raise NotPossible(say("Your group already has its dates."))
    if len(formed.members) < _FEWEST:
        raise NotPossible(say("You’re the only one in this group so far."), what_to_do=say("Share its code first."))
    residents = {member.person_id for member in formed.members if member.role == MemberRole.RESIDENT}
    if programme.conduct.several_groups:
        return
    if any(roster.get(who) == MemberRole.RESIDENT for roster in published.values() for who in residents):
        raise NotPossible(
            say("One of you is still in another group, and leaves it with the next plan."),
            what_to_do=say("Your group gets its dates then."),
        )


def _published(programme: Programme, formed: OwnGroupRow, now: datetime) -> GroupRow:
    """The group as the published plan is to have it, without dates yet."""
    beside = programme.conduct.several_groups
    return GroupRow(
        key=formed.key,
        name=formed.name,
        number=None,
        model_id=next(model.id for model in programme.models if model.key == OWN),
        mode=formed.mode,
        members=[
            MemberRow(
                person_id=each.person_id, role=each.role, since=now, beside=beside and each.role == MemberRole.RESIDENT
            )
            for each in formed.members
        ],
    )


def _place_in_person(db: Db, desk: Desk, key: str) -> None:
    """Where a group meets in person that is new."""
    group = desk.board.group(key)
    if group.mode == IN_PERSON:
        of_plan = (PlanRow.programme_id == desk.known.programme.id, PlanRow.state == PlanState.PUBLISHED)
        row = db.scalars(select(GroupRow).join(PlanRow).where(*of_plan, GroupRow.key == key)).one()
        row.site_id = site_of(group, desk.known)
        db.flush()


def _may_be(desk: Desk, key: str) -> bool:
    """Whether everybody in a group may be planned, as residents and as who facilitates, and nothing stands against it
    whenever it meets."""
    group = desk.board.group(key)
    parts = [(who, desk.known.parts.get(who)) for who in group.people]
    may_be_planned = all(
        part is not None
        and part.may_be_planned
        and not (part.paused and who in group.facilitators)
        and (part.kind == Role.RESIDENT) == (who in group.residents)
        for who, part in parts
    )
    return may_be_planned and _as_if_new(desk, key).keeps_all(desk.board)


def _as_if_new(desk: Desk, key: str) -> Desk:
    """The desk as it was before the group was there: whatever is wrong with it is new."""
    ended = replace(desk.board.group(key), ended=True)
    return replace(desk, board=desk.board.with_group(ended), _remembered={})


def _dated(db: Db, desk: Desk, key: str, now: datetime) -> Board:
    """The board with a session of the group in each round in which one suits."""
    group, as_if_new = desk.board.group(key), _as_if_new(desk, key)
    board, chosen = desk.board, list[datetime]()
    for dates in _by_round(db, desk.known.programme, key, now).values():
        for date in _ranked(dates, desk.known.programme, chosen)[:MOST_TRIED]:
            wider = board.with_sessions([_session(date, group, board, desk.known)])
            if as_if_new.keeps_all(wider):
                board = wider
                chosen.append(date.starts_at)
                break
    return board


def _by_round(db: Db, programme: Programme, key: str, now: datetime) -> Mapping[int, Sequence[OpenDate]]:
    """The dates that the referee allows, by round, in the rounds' order."""
    found: dict[int, list[OpenDate]] = defaultdict(list)
    for date in _open_dates(db, programme, key, now):
        found[date.round].append(date)
    return dict(sorted(found.items()))


def _open_dates(db: Db, programme: Programme, key: str, now: datetime) -> Iterator[OpenDate]:
    try:
        yield from Alternatives(db, programme.id, (key,), now).other_dates(key, None)
    except NotPossible as why:  # nothing can be planned any more, or the group may not be one
        raise no_dates() from why


def _ranked(dates: Sequence[OpenDate], programme: Programme, chosen: Sequence[datetime]) -> list[OpenDate]:
    """Those far enough from the dates chosen so far, best first."""
    rhythm, zone = Rhythm(programme.interval_days, tuple(chosen)), ZoneInfo(programme.zone)
    gap = timedelta(days=programme.min_gap_days)
    apart = [date for date in dates if all(abs(date.starts_at - other) >= gap for other in chosen)]
    return sorted(apart, key=lambda date: rhythm.rank(date.starts_at.astimezone(zone), date.coming, date.shut_out))


def _session(date: OpenDate, group: GroupNow, board: Board, known: Known) -> SessionNow:
    return SessionNow(
        ref=board.next_ref(),
        group_key=group.key,
        round=date.round,
        extra=0,
        starts_at=date.starts_at,
        ends_at=date.starts_at + timedelta(minutes=known.programme.session_minutes),
        mode=group.mode,
        site_id=group.site_id,
        room_id=date.room_id,
        status=SessionStatus.CONFIRMED,
        residents=group.residents,
        facilitators=frozenset(date.facilitator_ids),
    )
