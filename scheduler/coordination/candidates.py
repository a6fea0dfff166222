"""What a coordinator can choose from: dates, people and groups that the referee would allow, the best first.

Whom a group would choose as facilitator puts them further up, and is told to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final

from sqlalchemy import select

from scheduler.availability.service import stored_marks
from scheduler.coordination.act_scope import names_of
from scheduler.coordination.board import GroupNow, SessionNow
from scheduler.coordination.likely_groups import likely_groups
from scheduler.coordination.model import (
    Act,
    AppointDeputy,
    Candidate,
    GroupChoice,
    MergeGroups,
    PossibleDate,
    PutIn,
    SetFacilitators,
    TakeOver,
)
from scheduler.coordination.service import Desk, load_desk
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.joining.facilitator_offers import people_to_plan
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.planning.open_dates import OpenDate
from scheduler.plans.membership import group_roster, model_ids
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.alternatives import other_dates
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from solvers.vocabulary import CANNOT, COMING, NOT_KNOWN

MOST_SHOWN: Final = 12


def dates_for_session(db: Db, actor: Actor, session_id: int, now: datetime) -> tuple[PossibleDate, ...]:
    """Other dates for a session that the referee allows: those that most can come to first."""
    row = db.get(SessionRow, session_id)
    if row is None:
        raise NotFound(say("We can’t find that session."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    return _dates(db, row.programme_id, row.group_key, now, row)


def dates_for_group(db: Db, actor: Actor, programme_id: int, group_key: str, now: datetime) -> tuple[PossibleDate, ...]:
    """Dates for one more session of a group that the referee allows: those that most can come to first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return _dates(db, programme_id, group_key, now, None)


def _dates(
    db: Db, programme_id: int, group_key: str, now: datetime, row: SessionRow | None
) -> tuple[PossibleDate, ...]:
    try:
        found = list(other_dates(db, programme_id, group_key, now, instead_of=row))
    except NotPossible:  # every round is over: there is nothing to choose from
        return ()
    best = sorted(found, key=lambda each: (-each.coming, each.starts_at))[:MOST_SHOWN]
    names = names_of(db, {person_id for each in best for person_id in each.marks})
    places = _places(get_programme(db, programme_id))
    return tuple(_possible(each, names, places) for each in best)


def _possible(found: OpenDate, names: Mapping[int, str], places: Mapping[int, str]) -> PossibleDate:
    leads = set(found.facilitator_ids)

    def those(wanted: Collection[str]) -> tuple[str, ...]:
        return tuple(sorted(names[who] for who, mark in found.marks.items() if mark in wanted and who not in leads))

    return PossibleDate(
        starts_at=found.starts_at,
        room_id=found.room_id,
        place=places.get(found.room_id or 0, ""),
        coming=those(COMING),
        shut_out=those((CANNOT,)),
        not_known=those((NOT_KNOWN,)),
        leads=tuple(sorted(names[who] for who in leads)),
    )


def _places(programme: Programme) -> Mapping[int, str]:
    return {room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms}


def deputies_for(db: Db, actor: Actor, session_id: int, for_id: int, now: datetime) -> tuple[Candidate, ...]:
    """Who could stand in for a facilitator at one session: free then and safe for everybody."""
    return _at_session(db, actor, session_id, now, lambda who: AppointDeputy(session_id, for_id, who), besides=for_id)


def facilitators_for(db: Db, actor: Actor, session_id: int, now: datetime) -> tuple[Candidate, ...]:
    """Who could facilitate one session that nobody leads: free then and safe for everybody."""
    return _at_session(db, actor, session_id, now, lambda who: SetFacilitators(session_id, (who,)))


def _at_session(
    db: Db, actor: Actor, session_id: int, now: datetime, act_of: Callable[[int], Act], *, besides: int = 0
) -> tuple[Candidate, ...]:
    """Who could come to one session as a facilitator by such an act, the best first."""
    row = db.get(SessionRow, session_id)
    if row is None:
        raise NotFound(say("We can’t find that session."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    if row.status == SessionStatus.CANCELLED or row.starts_at <= now:
        return ()
    programme = get_programme(db, row.programme_id)
    offering = _free_at(db, programme, row, _offering(db, programme, row.group_key, now))
    desk = load_desk(db, programme, (row.group_key,), now, more_people=offering)
    session = desk.board.session(session_id)
    asked = [who for who in offering if who not in session.people | {besides}]
    ranked = _ranked(desk, asked, (session,))
    able = (each for each in ranked if each.can_come and _is_safe(desk, act_of(each.person_id)))
    return tuple(islice(able, MOST_SHOWN))


def _free_at(db: Db, programme: Programme, row: SessionRow, people: Sequence[int]) -> Sequence[int]:
    """Those who can come to a session as far as it is kept; all of them where it is at no slot, or of another length:
    that is worked out for each."""
    slots = {(slot.starts_at, slot.round): index for index, slot in enumerate(programme.slots())}
    slot = slots.get((row.starts_at, row.round))
    if slot is None or not programme.is_usual_length(row.starts_at, row.ends_at):
        return people
    marks = stored_marks(db, programme.id, len(slots), people)
    return [who for who in people if who in marks and marks[who][slot] in COMING]


def successors(
    db: Db,
    actor: Actor,
    programme_id: int,
    group_key: str,
    from_id: int,
    now: datetime,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
) -> tuple[Candidate, ...]:
    """Who could take over a facilitator's place, for a while or (without a last day) for good.

    Only people with whom everybody is safe; those who can come to most sessions first.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    offering = _offering(db, programme, group_key, now)
    desk = load_desk(db, programme, (group_key,), now, more_people=offering)
    group = desk.board.group(group_key)
    sessions = [
        session
        for session in desk.board.sessions_of(group_key)
        if (first_day is None or desk.known.day_of(session) >= first_day)
        and (last_day is None or desk.known.day_of(session) <= last_day)
        and (from_id in session.facilitators or last_day is None)
    ]
    asked = [who for who in offering if who not in group.people]
    ranked = _ranked(desk, asked, sessions)
    acts = ((each, TakeOver(programme_id, group_key, from_id, each.person_id, first_day, last_day)) for each in ranked)
    return tuple(islice((each for each, act in acts if _is_safe(desk, act)), MOST_SHOWN))


def _is_safe(desk: Desk, act: Act) -> bool:
    try:
        return desk.allows((act,))
    except NotPossible:
        return False


def _ranked(desk: Desk, people: Iterable[int], sessions: Sequence[SessionNow]) -> list[Candidate]:
    """Those who can come to most sessions first, then by name: whom residents would choose is the planner's alone."""
    found = [_candidate(desk, who, sessions) for who in people]
    able = [each for each in found if each.can_come or each.not_known]
    return sorted(able, key=lambda each: (-each.can_come, each.name))


def _candidate(desk: Desk, who: int, sessions: Sequence[SessionNow]) -> Candidate:
    marks = [desk.known.marks.of(who, session) for session in sessions]
    return Candidate(
        who,
        desk.names[who],
        can_come=sum(mark in COMING for mark in marks),
        asked=len(sessions),
        not_known=marks.count(NOT_KNOWN),
    )


def offering_kind_of(db: Db, programme_id: int, group_key: str, now: datetime) -> Sequence[int]:
    """Facilitators who are ready and offer the kind of a published group."""
    return _offering(db, get_programme(db, programme_id), group_key, now)


def _offering(db: Db, programme: Programme, group_key: str, now: datetime) -> Sequence[int]:
    """Facilitators who are ready and offer the kind of a published group."""
    model_id = model_ids(db, programme.id).get(group_key)
    offer = next((model.key for model in programme.models if model.id == model_id), None)
    return [who for who, models in _faculty(db, programme, now).items() if offer in models]


def _faculty(db: Db, programme: Programme, now: datetime) -> Mapping[int, Collection[str]]:
    """Facilitators who are ready, with the keys of the models that they offer."""
    here = (ParticipantRow.programme_id == programme.id, ParticipantRow.left_at.is_(None))
    which = (*here, ParticipantRow.kind == Role.FACULTY, ~ParticipantRow.guest)
    models: dict[int, Collection[str]] = dict(
        db.execute(select(ParticipantRow.person_id, ParticipantRow.models).where(*which)).all()
    )
    ready = people_to_plan(db, programme.id, dict.fromkeys(models, Role.FACULTY), now)
    return {who: offered for who, offered in models.items() if who in ready}


def people_without_group(
    db: Db, actor: Actor, programme_id: int, group_key: str, now: datetime
) -> tuple[Candidate, ...]:
    """Residents in no group who take part and could come into this one, those who can come to most sessions first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    in_groups = (
        select(MemberRow.person_id)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, GroupRow.ended_at.is_(None))
    )
    free = db.scalars(
        select(ParticipantRow.person_id).where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.left_at.is_(None),
            ParticipantRow.kind == Role.RESIDENT,
            ParticipantRow.person_id.not_in(in_groups),
        )
    ).all()
    free = sorted(people_to_plan(db, programme_id, dict.fromkeys(free, Role.RESIDENT), now))
    desk = load_desk(db, programme, (group_key,), now, more_people=free)
    sessions = list(desk.board.sessions_of(group_key))
    found = sorted((_candidate(desk, who, sessions) for who in free), key=lambda each: (-each.can_come, each.name))
    safe = (each for each in found if _is_safe(desk, PutIn(programme_id, group_key, each.person_id)))
    return tuple(islice(safe, 5 * MOST_SHOWN))


def groups_for(
    db: Db, actor: Actor, programme_id: int, person_id: int, out_of: str, now: datetime
) -> tuple[GroupChoice, ...]:
    """The groups that somebody could go to, those to whose sessions they can come most first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    keys = {*likely_groups(db, programme, frozenset((person_id,)), now), out_of}
    desk = load_desk(db, programme, keys, now, more_people=(person_id,))
    found = [
        _choice(desk, group, person_id)
        for group in desk.board.groups.values()
        if person_id not in group.people and not _is_full(desk, group, 1)
    ]
    ranked = sorted(found, key=lambda each: (-each.can_come, each.name))
    acts = ((each, PutIn(programme_id, each.key, person_id, out_of)) for each in ranked)
    return tuple(islice((each for each, act in acts if _is_safe(desk, act)), MOST_SHOWN))


def groups_to_merge_with(
    db: Db, actor: Actor, programme_id: int, group_key: str, now: datetime
) -> tuple[GroupChoice, ...]:
    """The groups that a group could go on in: of its own kind, with room for everybody, and safe for them."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    mine, model_id = group_roster(db, programme_id, group_key), model_ids(db, programme_id).get(group_key)
    residents = frozenset(who for who, role in mine.items() if role == MemberRole.RESIDENT)
    keys = {*likely_groups(db, programme, residents, now, model_id=model_id), group_key}
    desk = load_desk(db, programme, keys, now)
    group = desk.board.group(group_key)
    others = [
        each
        for each in desk.board.groups.values()
        if each.key != group_key and each.model_id == group.model_id and not _is_full(desk, each, len(group.residents))
    ]
    choices = (_choice(desk, each, *group.residents) for each in others)
    found = sorted(choices, key=lambda each: (-each.can_come, each.name))
    acts = ((each, MergeGroups(programme_id, group_key, each.key)) for each in found)
    return tuple(islice((each for each, act in acts if _is_safe(desk, act)), MOST_SHOWN))


def _is_full(desk: Desk, group: GroupNow, more: int) -> bool:
    return len(group.residents) + more > desk.known.model_of(group).size[1]


def _choice(desk: Desk, group: GroupNow, *people: int) -> GroupChoice:
    marks = [desk.known.marks.of(who, session) for session in desk.board.sessions_of(group.key) for who in people]
    return GroupChoice(group.key, group.name, sum(mark in COMING for mark in marks), len(marks))
