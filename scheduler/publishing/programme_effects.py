"""What a change of a programme does to what is published, before it is done: counted and named. What forbids it stands
in :mod:`scheduler.publishing.programme_refusals`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from scheduler.db import Db
from scheduler.errors import Fault
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.model import UNPUBLISHED, MemberRole, PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.grades import moved_by
from scheduler.programmes.misfits import Misfit, is_too_close, misfits
from scheduler.programmes.model import MentoringModel, Programme, Room
from scheduler.programmes.service import get_programme
from scheduler.programmes.storage import differing, known_again
from scheduler.publishing.liked_models import likings_after
from scheduler.publishing.programme_refusals import all_faults, refusals
from scheduler.publishing.programme_warnings import newly_unfillable, rooms_newly_shut, unfilled_models
from scheduler.publishing.round_numbers import new_numbers
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.quorum import standings
from scheduler.sessions.tables import SessionRow
from solvers.vocabulary import IN_PERSON

ABOUT_TIME: Final = frozenset({
    "zone", "rounds", "windows", "sites", "session_minutes", "rest_preset", "duty_policy", "buffer_minutes", "closed",
    "first_within_days",
})  # fmt: skip
"""Fields by which everybody's availability may be another."""
_TIMES: Final = frozenset({"rounds", "windows", "closed"})


class EffectKind(StrEnum):
    """What a change does to a published session ahead, which itself stays as it is."""

    CLOSED = "closed"
    """It would lie on a closed day."""
    ROUND = "round"
    """It would lie in no round, or in another than its own."""
    WINDOW = "window"
    """It would lie outside the times at which sessions are held."""
    QUORUM = "quorum"
    """Fewer would come than it would need, residents or facilitators."""
    LENGTH = "length"
    """It would keep its length, while new ones have another."""
    GAP = "gap"
    """It would follow too soon upon the group's session before."""
    FIRST = "first"
    """It is a group's first, and would be later than that is meant to be."""
    ROOM = "room"
    """Its room would be closed then, or too small."""


_NO_TROUBLE: Final = frozenset({EffectKind.LENGTH, EffectKind.FIRST})
"""These sessions are held all the same."""


class Rule(StrEnum):
    """A rule of a model that a group would not keep."""

    SIZE = "size"
    SPREAD = "spread"
    FACILITATORS = "facilitators"


@dataclass(frozen=True, slots=True)
class SessionEffect:
    """A published session ahead, and what the change does to it."""

    kind: EffectKind
    session_id: int
    group_key: str
    group_name: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """A published group that keeps its model's rules now, and would not keep these."""

    group_key: str
    group_name: str
    model: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change does. ``changed`` are the fields of :class:`Programme` that would be others.

    ``faults`` are all faults of what is wanted by itself, and ``refusals`` what is published and forbids it; with
    either the change is refused as a whole. ``warnings`` are no reason to refuse; ``unfillable`` are those of kinds of
    group that could be filled before, and then by nobody there is. All of them name fields as
    :mod:`scheduler.programmes.faults` does. ``people`` is of how many people availability is worked out anew,
    ``drafts`` how many drafts are thrown away because a kind of group of theirs would be gone. ``stranded`` residents
    would accept no kind of group that is left, ``accepting`` ones would accept a new kind as well. ``renumbered`` maps
    the numbers of rounds, from 0, to those that they would have; only those that change.
    """

    changed: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()
    refusals: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    unfillable: tuple[Fault, ...] = ()
    sessions: tuple[SessionEffect, ...] = ()
    groups: tuple[GroupEffect, ...] = ()
    people: int = 0
    drafts: int = 0
    stranded: int = 0
    accepting: int = 0
    renumbered: Mapping[int, int] | None = None

    @property
    def forbidden(self) -> bool:
        """Whether the change would be refused."""
        return bool(self.faults or self.refusals)

    @property
    def touches_published(self) -> bool:
        """Whether anything that is published is concerned."""
        return bool(self.sessions or self.groups)

    @property
    def needing_somebody(self) -> frozenset[int]:
        """Ids of the sessions that become troubles."""
        return frozenset(each.session_id for each in self.sessions if each.kind not in _NO_TROUBLE)

    def count(self, kind: EffectKind) -> int:
        """How many sessions are concerned in this way."""
        return sum(each.kind is kind for each in self.sessions)

    def of_kind(self, kind: EffectKind) -> tuple[SessionEffect, ...]:
        """The sessions that are concerned in this way, in order of time."""
        return tuple(each for each in self.sessions if each.kind is kind)


def effects_of(db: Db, actor: Actor, programme_id: int, wanted: Programme, now: datetime) -> Effects:
    """What a change to this would do. Nothing is changed; a few queries however much there is."""
    actor.must_have(programme_id, Role.COORDINATOR)
    before = get_programme(db, programme_id)
    wanted = known_again(before, wanted)
    changed = differing(before, wanted)
    if not changed:
        return Effects()
    faults = tuple(all_faults(wanted))
    lacks = unfilled_models(db, wanted) if {"models", "facilitators_differ"} & changed else ()
    if faults:
        return Effects(changed, faults, warnings=tuple(each.fault for each in lacks))
    warnings = (*(each.fault for each in lacks), *rooms_newly_shut(before, wanted, changed))
    numbers = new_numbers(before.rounds, wanted.rounds)
    likings = likings_after(db, before, wanted)
    return Effects(
        changed,
        refusals=tuple(refusals(db, before, wanted, changed)),
        warnings=warnings,
        unfillable=newly_unfillable(db, before, lacks),
        sessions=tuple(session_effects(db, before, wanted, changed, now)),
        groups=tuple(_groups(db, before, wanted)) if {"models", "grades"} & changed else (),
        people=_people(db, programme_id) if changed & ABOUT_TIME else 0,
        drafts=len(lost_drafts(db, before, wanted)),
        stranded=likings.stranded,
        accepting=likings.accepting,
        renumbered={old: new for old, new in numbers.items() if new is not None and new != old},
    )


# --- drafts ------------------------------------------------------------------------------------------------------


def lost_drafts(db: Db, before: Programme, wanted: Programme) -> Sequence[int]:
    """Ids of plans that were never published and have groups of models that are no longer wanted."""
    kept = {model.key for model in wanted.models}
    gone = [model.id for model in before.models if model.key not in kept]
    drafts = select(PlanRow.id).join(GroupRow).where(GroupRow.model_id.in_(gone), PlanRow.state.in_(UNPUBLISHED))
    return db.scalars(drafts.distinct()).all() if gone else ()


# --- people ----------------------------------------------------------------------------------------------------


def _people(db: Db, programme_id: int) -> int:
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    return db.scalar(select(func.count()).select_from(ParticipantRow).where(*here)) or 0


# --- sessions and groups ---------------------------------------------------------------------------------------


def session_effects(
    db: Db, before: Programme, wanted: Programme, changed: Collection[str], now: datetime
) -> Iterator[SessionEffect]:
    """What the change does to each published session ahead, in order of time."""
    rows = _sessions_ahead(db, before.id, now, with_people="sites" in changed)
    kinds = {row.id: list(_misplaced(row, before, wanted)) if _TIMES.intersection(changed) else [] for row in rows}
    for kind, ids in (
        (EffectKind.LENGTH, _other_length(rows, wanted) if "session_minutes" in changed else ()),
        (EffectKind.ROOM, _without_room(rows, before, wanted) if "sites" in changed else ()),
        (EffectKind.GAP, _newly_too_close(db, before, wanted, now) if "min_gap_days" in changed else ()),
        (EffectKind.FIRST, _too_late(before, wanted, rows) if {"first_within_days", "rounds"} & set(changed) else ()),
        (EffectKind.QUORUM, _no_longer_held(db, before, wanted, rows) if {"quorum", "models"} & set(changed) else ()),
    ):
        for session_id in ids:
            kinds[session_id].append(kind)
    for row in rows:
        for kind in kinds[row.id]:
            yield SessionEffect(kind, row.id, row.group_key, row.group_name, row.starts_at)


def left_behind(
    db: Db, before: Programme, wanted: Programme, changed: Collection[str], now: datetime
) -> Collection[int]:
    """Ids of the sessions ahead of which the change makes the time a wrong one; cancelled ones too, for they may take
    place again."""
    found: set[int] = set()
    if _TIMES.intersection(changed):
        found |= {row.id for row in db.scalars(_ahead(before.id, now)) if any(_misplaced(row, before, wanted))}
    return found | set(_newly_too_close(db, before, wanted, now))


def _newly_too_close(db: Db, before: Programme, wanted: Programme, now: datetime) -> Iterator[int]:
    """The sessions ahead that begin too soon after the one before, and did not so far."""
    if wanted.min_gap_days <= before.min_gap_days:
        return
    here = (SessionRow.programme_id == before.id, SessionRow.extra == 0, SessionRow.status != SessionStatus.CANCELLED)
    rows = db.execute(
        select(SessionRow.id, SessionRow.group_key, SessionRow.starts_at)
        .where(*here)
        .order_by(SessionRow.group_key, SessionRow.starts_at)
    ).all()
    for earlier, later in pairwise(rows):
        span = (earlier.starts_at, later.starts_at)
        is_ahead = earlier.group_key == later.group_key and later.starts_at > now
        if is_ahead and is_too_close(wanted, *span) and not is_too_close(before, *span):
            yield later.id


def _ahead(programme_id: int, now: datetime) -> Select[SessionRow]:
    return select(SessionRow).where(SessionRow.programme_id == programme_id, SessionRow.starts_at > now)


def _sessions_ahead(db: Db, programme_id: int, now: datetime, *, with_people: bool) -> Sequence[SessionRow]:
    rows = _ahead(programme_id, now).where(SessionRow.status != SessionStatus.CANCELLED)
    if with_people:
        rows = rows.options(selectinload(SessionRow.attendees))
    return db.scalars(rows.order_by(SessionRow.starts_at, SessionRow.id)).all()


def _misplaced(row: SessionRow, before: Programme, wanted: Programme) -> Iterator[EffectKind]:
    """The worst that is newly wrong with a session's time. The clocks of before count: what a clock shows stays."""
    zone = ZoneInfo(before.zone)
    starts, ends = (moment.astimezone(zone).replace(tzinfo=None) for moment in (row.starts_at, row.ends_at))
    round_ = new_numbers(before.rounds, wanted.rounds).get(row.round, row.round)
    was = misfits(before, starts, ends, row.round)
    for misfit in misfits(wanted, starts, ends, -1 if round_ is None else round_):
        if misfit not in was:
            yield _KINDS[misfit]
            return


_KINDS: Final = {Misfit.CLOSED: EffectKind.CLOSED, Misfit.ROUND: EffectKind.ROUND, Misfit.WINDOW: EffectKind.WINDOW}


def _other_length(rows: Sequence[SessionRow], wanted: Programme) -> Iterator[int]:
    return (row.id for row in rows if _minutes(row) != wanted.session_minutes)


def _too_late(before: Programme, wanted: Programme, rows: Sequence[SessionRow]) -> Iterator[int]:
    """First sessions that are early enough now, and would not be then. The clocks of before count."""
    numbers = new_numbers(before.rounds, wanted.rounds)
    for row in rows:
        day = row.starts_at.astimezone(ZoneInfo(before.zone)).date()
        first = row.round == 0 and numbers.get(0, 0) == 0 and day <= wanted.rounds[0].last_day
        if first and before.is_first_day(day) and not wanted.is_first_day(day):
            yield row.id


def _without_room(rows: Sequence[SessionRow], before: Programme, wanted: Programme) -> Iterator[int]:
    """Sessions in person whose room does now, and would not then."""
    now, then = _rooms(before), _rooms(wanted)
    in_person = [row for row in rows if row.mode == IN_PERSON]
    return (row.id for row in in_person if _has_room(row, now) and not _has_room(row, then))


def _minutes(row: SessionRow) -> int:
    return round((row.ends_at - row.starts_at).total_seconds() / 60)


def _rooms(programme: Programme) -> Mapping[int, tuple[Room, ZoneInfo]]:
    return {room.id: (room, ZoneInfo(site.zone)) for site in programme.sites for room in site.rooms}


def _has_room(row: SessionRow, rooms: Mapping[int, tuple[Room, ZoneInfo]]) -> bool:
    if row.room_id is None or row.room_id not in rooms:
        return False
    room, zone = rooms[row.room_id]
    fits = room.capacity >= len(row.attendees)
    return fits and room.is_open(row.starts_at.astimezone(zone), _minutes(row))


def _no_longer_held(db: Db, before: Programme, wanted: Programme, rows: Sequence[SessionRow]) -> Iterator[int]:
    ids = [row.id for row in rows]
    if not ids:
        return
    kept = {model.id: model for model in wanted.models}
    models = tuple(kept.get(model.id, model) for model in before.models)
    now, then = standings(db, before, ids), standings(db, replace(wanted, models=models), ids)
    yield from (session_id for session_id in ids if now[session_id].holds and not then[session_id].holds)


def _groups(db: Db, before: Programme, wanted: Programme) -> Iterator[GroupEffect]:
    was, then = {model.id: model for model in before.models}, {model.id: model for model in wanted.models}
    moved = moved_by(wanted.grades)
    changed = [id_ for id_, model in then.items() if id_ in was and (moved or was[id_] != model)]
    rows = db.scalars(
        select(GroupRow)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == before.id, PlanRow.state == PlanState.PUBLISHED)
        .where(GroupRow.model_id.in_(changed), GroupRow.ended_at.is_(None))
        .options(selectinload(GroupRow.members))
        .order_by(GroupRow.id)
    ).all()
    stages = _stages(db, before.id) if rows else {}
    for row in rows:
        residents = [m.person_id for m in row.members if m.role == MemberRole.RESIDENT and m.person_id in stages]
        led_by = sum(member.role == MemberRole.FACILITATOR for member in row.members)
        of_group = [stages[person_id] for person_id in residents]
        of_group_then = [moved.get(stage, stage) for stage in of_group]
        broken = set(_broken(was[row.model_id], of_group, led_by))
        rules = tuple(each for each in _broken(then[row.model_id], of_group_then, led_by) if each not in broken)
        if rules:
            yield GroupEffect(row.key, row.name, then[row.model_id].name, rules)


def _stages(db: Db, programme_id: int) -> Mapping[int, int]:
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    rows = db.execute(select(ParticipantRow.person_id, ParticipantRow.stage).where(*here))
    return {person_id: stage or 0 for person_id, stage in rows}


def _broken(model: MentoringModel, stages: Sequence[int], led_by: int) -> Iterator[Rule]:
    if not model.size[0] <= len(stages) <= model.size[1]:
        yield Rule.SIZE
    if stages and not model.spread[0] <= max(stages) - min(stages) <= model.spread[1]:
        yield Rule.SPREAD
    if not model.facilitators[0] <= led_by <= model.facilitators[1]:
        yield Rule.FACILITATORS
