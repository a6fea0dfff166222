"""One search over everything that a coordinator's programmes have, in a dozen queries at most."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select

from scheduler.db import Db
from scheduler.desk.search.dates import When, find_when
from scheduler.desk.search.model import (
    Found,
    GradeHit,
    GroupHit,
    Hits,
    PlanHit,
    RoomHit,
    RotaHit,
    RoundHit,
    SessionHit,
    Where,
)
from scheduler.desk.search.people import faint_hits, people_hits
from scheduler.desk.search.sessions import nearest_sessions, sessions_of, sessions_on
from scheduler.desk.search.words import best_of, spelt_as_known
from scheduler.languages import mark, say
from scheduler.people.model import Actor, Role
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.people.tables import ParticipantRow
from scheduler.plans.model import UNPUBLISHED, PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.tables import GradeRow, ProgrammeRow, RoomRow, RoundRow, SiteRow
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import RotaRow
from scheduler.text_input import folded

ROTA_WORDS: Final = (mark("rota"), mark("rotas"))
ROOM_WORDS: Final = (mark("room"), mark("rooms"))
"""What people type before the name of a rota or room, and what they say for it in their language."""
_NOTHING: Final = Found(Hits(), Hits(), Hits(), Hits(), Hits(), Hits(), Hits(), Hits())
_Hit = TypeVar("_Hit", GroupHit, RoomHit, RotaHit, PlanHit, RoundHit, GradeHit)


def find(db: Db, actor: Actor, programme_id: int, q: str, now: datetime) -> Found:
    """What of this programme, and of the others that the actor coordinates, is called so or is then."""
    actor.must_have(programme_id, Role.COORDINATOR)
    typed = q.strip()[:LONGEST_SEARCH]
    places = _places(db, programme_id, {programme_id, *actor.programmes(Role.COORDINATOR)})
    if not typed or programme_id not in places:
        return _NOTHING
    groups = _best(typed, _groups(db, places), lambda one: one.name)
    when = find_when(typed, now.astimezone(ZoneInfo(places[programme_id].zone)).date())
    return Found(
        people=people_hits(db, places, typed),
        groups=groups,
        sessions=_sessions(db, places, when, now) if when else sessions_of(db, groups.first, now),
        rooms=_best(without_kind(typed, ROOM_WORDS), _rooms(db, places), lambda one: f"{one.name} {one.site}"),
        rotas=_best(without_kind(typed, ROTA_WORDS), _rotas(db, places), lambda one: f"{one.name} {one.site}"),
        plans=_best(typed, _plans(db, places), _called),
        rounds=_best(typed, _rounds(db, places), _called_round),
        grades=_best(typed, _grades(db, places), lambda one: one.name),
    )


def find_faintly(db: Db, actor: Actor, programme_id: int, q: str) -> Found:
    """People whose names are only a little like what is typed, for when nothing else is found."""
    actor.must_have(programme_id, Role.COORDINATOR)
    places = _places(db, programme_id, {programme_id, *actor.programmes(Role.COORDINATOR)})
    return replace(_NOTHING, people=faint_hits(db, places, q.strip()[:LONGEST_SEARCH]))


def without_kind(q: str, kinds: Collection[str]) -> str:
    """What is typed without the word that says what it is of: ``rota surgery`` means the rota of that name. That word
    alone stays as it is."""
    known = {folded(word) for kind in kinds for word in (kind, say(kind))}
    words = [word for word in folded(q).split() if word not in known]
    return " ".join(words) or q


def spelt_otherwise(db: Db, actor: Actor, programme_id: int, q: str, also: Iterable[str] = ()) -> str:
    """What was probably meant by something under which nothing is found: words of groups, rooms, rotas and plans, and
    ``also`` of these texts, in place of those that are nearly so. Empty where nothing is like it."""
    actor.must_have(programme_id, Role.COORDINATOR)
    places = _places(db, programme_id, {programme_id, *actor.programmes(Role.COORDINATOR)})
    texts = [
        *(one.name for one in _groups(db, places)),
        *(f"{one.name} {one.site}" for one in _rooms(db, places)),
        *(f"{one.name} {one.site}" for one in _rotas(db, places)),
        *map(_called, _plans(db, places)),
        *map(_called_round, _rounds(db, places)),
        *(one.name for one in _grades(db, places)),
        *also,
    ]
    typed = q.strip()[:LONGEST_SEARCH]
    found = spelt_as_known(typed, {word for text in texts for word in folded(text).split()})
    return found if found != folded(typed) else ""


def _sessions(db: Db, places: Mapping[int, Where], when: When, now: datetime) -> Hits[SessionHit]:
    """The sessions then; where there are none on a day, those nearest to it."""
    found = sessions_on(db, places, when, now)
    return found if found.total else nearest_sessions(db, places, when, now)


def _best(q: str, everything: Iterator[_Hit], text: Callable[[_Hit], str]) -> Hits[_Hit]:
    return best_of(q, everything, text, own=lambda one: not one.where.other)


def _places(db: Db, here: int, programme_ids: Collection[int]) -> Mapping[int, Where]:
    rows = db.execute(
        select(ProgrammeRow.id, ProgrammeRow.name, ProgrammeRow.zone).where(ProgrammeRow.id.in_(programme_ids))
    )
    return {key: Where(key, name, zone, other=key != here) for key, name, zone in rows}


def _groups(db: Db, places: Mapping[int, Where]) -> Iterator[GroupHit]:
    """Published groups that meet; of programmes where nothing is published, those of the newest draft."""
    plans = db.execute(
        select(PlanRow.programme_id, PlanRow.id, PlanRow.state)
        .where(PlanRow.programme_id.in_(places), PlanRow.state.in_((PlanState.PUBLISHED, *UNPUBLISHED)))
        .order_by(PlanRow.number)
    )
    chosen: dict[int, tuple[int, bool]] = {}
    for programme_id, plan_id, state in plans:
        if state == PlanState.PUBLISHED or not chosen.get(programme_id, (0, False))[1]:
            chosen[programme_id] = plan_id, state == PlanState.PUBLISHED
    of_plan = {plan_id: (places[programme_id], published) for programme_id, (plan_id, published) in chosen.items()}
    rows = db.execute(
        select(GroupRow.plan_id, GroupRow.key, GroupRow.name)
        .where(GroupRow.plan_id.in_(of_plan), GroupRow.ended_at.is_(None))
        .order_by(GroupRow.id)
    )
    for plan_id, key, name in rows:
        where, published = of_plan[plan_id]
        yield GroupHit(where, key, name, None if published else plan_id)


def _rooms(db: Db, places: Mapping[int, Where]) -> Iterator[RoomHit]:
    rows = db.execute(
        select(SiteRow.programme_id, RoomRow.id, RoomRow.name, SiteRow.name)
        .join(SiteRow, SiteRow.id == RoomRow.site_id)
        .where(SiteRow.programme_id.in_(places))
        .order_by(RoomRow.name, RoomRow.id)
    )
    return (RoomHit(places[programme_id], room_id, name, site) for programme_id, room_id, name, site in rows)


def _rotas(db: Db, places: Mapping[int, Where]) -> Iterator[RotaHit]:
    rows = db.execute(
        select(RotaRow.programme_id, RotaRow.id, RotaRow.name, SiteRow.name)
        .join(SiteRow, SiteRow.id == RotaRow.site_id)
        .where(RotaRow.programme_id.in_(places), OF_DEPARTMENT)
        .order_by(RotaRow.name)
    )
    return (RotaHit(places[programme_id], key, name, site) for programme_id, key, name, site in rows)


def _rounds(db: Db, places: Mapping[int, Where]) -> Iterator[RoundHit]:
    rows = db.execute(
        select(RoundRow.programme_id, RoundRow.index, RoundRow.first_day, RoundRow.last_day)
        .where(RoundRow.programme_id.in_(places))
        .order_by(RoundRow.programme_id, RoundRow.index)
    )
    return (RoundHit(places[programme_id], index, first, last) for programme_id, index, first, last in rows)


def _called_round(one: RoundHit) -> str:
    number = one.round + 1
    return " ".join((f"round {number}", say("Round %(number)s", number=number)))


def _grades(db: Db, places: Mapping[int, Where]) -> Iterator[GradeHit]:
    people = and_(
        ParticipantRow.programme_id == GradeRow.programme_id,
        ParticipantRow.stage == GradeRow.stage,
        ParticipantRow.left_at.is_(None),
    )
    rows = db.execute(
        select(GradeRow.programme_id, GradeRow.stage, GradeRow.name, func.count(ParticipantRow.person_id))
        .outerjoin(ParticipantRow, people)
        .where(GradeRow.programme_id.in_(places))
        .group_by(GradeRow.programme_id, GradeRow.stage, GradeRow.name)
        .order_by(GradeRow.programme_id, GradeRow.stage)
    )
    return (GradeHit(places[programme_id], stage, name, num) for programme_id, stage, name, num in rows)


def _plans(db: Db, places: Mapping[int, Where]) -> Iterator[PlanHit]:
    rows = db.execute(
        select(PlanRow.programme_id, PlanRow.id, PlanRow.number, PlanRow.state, PlanRow.revision)
        .where(PlanRow.programme_id.in_(places))
        .order_by(PlanRow.number.desc())
    )
    return (PlanHit(places[where], key, number, state, revision) for where, key, number, state, revision in rows)


def _called(plan: PlanHit) -> str:
    """What people call a plan."""
    names = [f"plan {plan.number}", say("plan %(number)s", number=plan.number)]
    if plan.state in UNPUBLISHED:
        names += [f"draft {plan.number}", say("draft %(number)s", number=plan.number)]
    if plan.revision is not None:
        names += [f"revision {plan.revision}", say("revision %(number)s", number=plan.revision)]
    return " ".join(names)
