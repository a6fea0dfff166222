"""What the published plan comes to as things stand: the database counts, session by session and person by person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from scheduler.db import Db, seen_once
from scheduler.people.model import Actor, Role
from scheduler.plans.figures import NOTHING_NEEDED, Needs, planned_figures, planned_tallies
from scheduler.plans.kept import PlanMark, kept_for_readers, plan_mark
from scheduler.plans.membership import rosters
from scheduler.plans.model import UNPUBLISHED, Lacking, Least, MemberRole, PlanFigures, PlanState, Tally, least_of
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.attendance_sums import Unnamed, unnamed_in
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.quorum import NOBODY, needed_by_group
from scheduler.sessions.tables import AttendanceSumRow, AttendeeRow, SessionRow
from solvers.vocabulary import COMING


@dataclass(frozen=True, slots=True)
class _Counted:
    """A session of a round, whether enough can come, and whether nothing lacks but a facilitator. Nobody who is on long
    leave then has a seat."""

    round: int
    seats: int
    taken: int
    holds: bool
    unled: bool


def figures_of(db: Db, actor: Actor, programme_id: int, plan_id: int) -> PlanFigures:
    """The figures of a plan of this programme: of the published one as things stand, of any other as it was made or
    changed by hand."""
    actor.must_have(programme_id, Role.COORDINATOR)
    mark = plan_mark(db, plan_id)
    return kept_for_readers(db, programme_id, ("figures", mark), lambda: _figures(db, programme_id, mark))


def _figures(db: Db, programme_id: int, plan: PlanMark) -> PlanFigures:
    programme = get_programme(db, programme_id)
    if plan.state is PlanState.PUBLISHED:
        return _published(db, programme, plan.id)
    return planned_figures(db, plan.id, len(programme.rounds), _needs(db, programme, plan.id))


def _needs(db: Db, programme: Programme, plan_id: int) -> Needs:
    """What each session of a draft takes to be held. Nothing where other rules were tried, and of what has been
    published: there every session that has a date counts."""
    row = db.execute(select(PlanRow.state, PlanRow.trial_steps).where(PlanRow.id == plan_id)).one_or_none()
    if row is None or row.state not in UNPUBLISHED or row.trial_steps:
        return NOTHING_NEEDED
    return Needs(programme.quorum, frozenset((model.id, model.present) for model in programme.models))


def tallies_of(db: Db, actor: Actor, programme_id: int, plan_id: int) -> Mapping[str, Tally]:
    """The same group by group, by their keys; of the published plan also groups that nobody is in any more."""
    actor.must_have(programme_id, Role.COORDINATOR)
    mark = plan_mark(db, plan_id)
    return kept_for_readers(db, programme_id, ("tallies", mark), lambda: _tallies(db, programme_id, mark))


def _tallies(db: Db, programme_id: int, plan: PlanMark) -> Mapping[str, Tally]:
    programme = get_programme(db, programme_id)
    rounds = len(programme.rounds)
    if plan.state is not PlanState.PUBLISHED:
        return planned_tallies(db, plan.id, rounds, _needs(db, programme, plan.id))
    sessions = _sessions(db, programme)
    return {key: _tally(sessions.get(key, ()), rounds) for key, _ in _names(db, plan.id)}


def _tally(held: Sequence[_Counted], rounds: int) -> Tally:
    return Tally(
        held=sum(one.holds for one in held),
        seats=sum(one.seats for one in held),
        taken=sum(one.taken for one in held),
        missed_rounds=_missed(held, rounds),
        short_rounds=_short(held),
        unled_rounds=_unled(held),
    )


def _published(db: Db, programme: Programme, plan_id: int) -> PlanFigures:
    residents = _residents(db, programme.id)
    names = {key: name for key, name in _names(db, plan_id) if residents.get(key)}
    sessions = {key: held for key, held in _sessions(db, programme).items() if key in names}
    seats = sum(one.seats for held in sessions.values() for one in held)
    taken = sum(one.taken for held in sessions.values() for one in held)
    rounds = len(programme.rounds)
    return PlanFigures(
        groups=len(names),
        placed=len({who for key in names for who in residents[key]}),
        sessions_held=sum(one.holds for held in sessions.values() for one in held),
        sessions_wanted=rounds * len(names),
        mean_attendance=taken / seats if seats else 0.0,
        lacking=tuple(_lacking(names, sessions, rounds)),
        least=_least(db, programme.id, residents, sessions),
    )


def _names(db: Db, plan_id: int) -> Iterator[tuple[str, str]]:
    meets = (GroupRow.plan_id == plan_id, GroupRow.ended_at.is_(None))
    rows = db.execute(select(GroupRow.key, GroupRow.name).where(*meets).order_by(GroupRow.id))
    return ((key, name) for key, name in rows)


def _residents(db: Db, programme_id: int) -> Mapping[str, frozenset[int]]:
    return {
        key: frozenset(who for who, role in roster.items() if role == MemberRole.RESIDENT)
        for key, roster in rosters(db, programme_id).items()
    }


def _sessions(db: Db, programme: Programme) -> Mapping[str, list[_Counted]]:
    return seen_once(db, ("published sessions counted", programme.id), lambda: _counted(db, programme))


def _counted(db: Db, programme: Programme) -> Mapping[str, list[_Counted]]:
    resident, comes = AttendeeRow.role == MemberRole.RESIDENT, AttendeeRow.mark.in_(COMING)
    rows = db.execute(
        select(
            SessionRow.id,
            SessionRow.group_key,
            SessionRow.round,
            func.sum(case((resident, 1), else_=0)),
            func.sum(case((and_(resident, comes), 1), else_=0)),
            func.sum(case((and_(~resident, comes), 1), else_=0)),
            func.sum(case((and_(resident, AttendeeRow.away), 1), else_=0)),
        )
        .outerjoin(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(*_of_rounds(programme.id))
        .group_by(SessionRow.id)
        .order_by(SessionRow.round)
    )
    needed, found = needed_by_group(db, programme), defaultdict(list)
    unnamed = unnamed_in(db, *_of_rounds(programme.id))
    for session_id, key, number, *named in rows:
        seats, taken, leading, away = _with_unnamed(named, unnamed.get(session_id))
        wanted = needed.get(key, NOBODY).without(away)
        holds = wanted.are_met_by(taken, leading)
        unled = not holds and wanted.are_met_by(taken, wanted.facilitators)
        found[key].append(_Counted(number, seats - away, taken, holds, unled))
    return found


def _with_unnamed(named: Sequence[int], unnamed: Unnamed | None) -> tuple[int, int, int, int]:
    """The numbers of a session with those of whom no name is kept any more."""
    seats, taken, leading, away = named
    if unnamed is None:
        return seats, taken, leading, away
    return seats + unnamed.invited, taken + unnamed.could_come, leading + unnamed.leading, away + unnamed.away


def _of_rounds(programme_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        SessionRow.programme_id == programme_id, SessionRow.extra == 0, SessionRow.status != SessionStatus.CANCELLED
    )  # fmt: skip


def _lacking(names: Mapping[str, str], sessions: Mapping[str, list[_Counted]], rounds: int) -> Iterator[Lacking]:
    for key, name in names.items():
        held = sessions.get(key, ())
        missed, short = _missed(held, rounds), _short(held)
        if missed or short:
            yield Lacking(key, name, missed, short, _unled(held))


def _missed(held: Iterable[_Counted], rounds: int) -> tuple[int, ...]:
    known = {one.round for one in held}
    return tuple(number for number in range(rounds) if number not in known)


def _short(held: Iterable[_Counted]) -> tuple[int, ...]:
    return tuple(one.round for one in held if not one.holds)


def _unled(held: Iterable[_Counted]) -> tuple[int, ...]:
    return tuple(one.round for one in held if one.unled)


def _groups_without_names(programme_id: int) -> Select[str]:
    """Groups with sessions of which it is no more known who came: nobody's least can be told there."""
    sums = select(SessionRow.group_key).join(AttendanceSumRow, AttendanceSumRow.session_id == SessionRow.id)
    return sums.where(*_of_rounds(programme_id)).distinct()


def _least(
    db: Db, programme_id: int, residents: Mapping[str, frozenset[int]], sessions: Mapping[str, list[_Counted]]
) -> Least | None:
    comes = (AttendeeRow.role == MemberRole.RESIDENT, AttendeeRow.mark.in_(COMING))
    rows = db.execute(
        select(SessionRow.group_key, AttendeeRow.person_id, func.count())
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(*_of_rounds(programme_id), *comes)
        .group_by(SessionRow.group_key, AttendeeRow.person_id)
    )
    can = {(key, who): count for key, who, count in rows}
    named = {key for key, _ in can}
    counted = {key for (key,) in db.execute(_groups_without_names(programme_id))} - named
    sessions = {key: held for key, held in sessions.items() if key not in counted}
    return least_of((can.get((key, who), 0), len(held)) for key, held in sessions.items() for who in residents[key])
