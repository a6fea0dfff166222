"""How fairly a plan treats different people, from what is stored of them; worked out once for each state of it.

Whoever may read a programme's figures gets shares alone: never whose, and none of few people (``disclosure.py``).
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, exists, select

from scheduler.db import Db
from scheduler.people.model import Actor, Role, WishKind
from scheduler.people.tables import ParticipantRow, WishRow
from scheduler.pictures.equity_state import State, state_of
from scheduler.pictures.fairness import Aspect, Fairness, Got, Measure, Nights, Person, fairness_of
from scheduler.pictures.places import Place, Profile, places_of, profiles_of
from scheduler.pictures.plan_shown import PlanShown
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.programmes.model import Programme
from scheduler.rotas.model import DutyKind
from scheduler.rotas.tables import DutyRow, RotaRow, RotaSpanRow
from solvers.vocabulary import IN_PERSON

_KEPT: Final = 64
"""So many states are remembered for each database."""
_known: WeakKeyDictionary[Engine, OrderedDict[State, Fairness]] = WeakKeyDictionary()
_lock = threading.Lock()


def equity_of(db: Db, actor: Actor, plan: PlanShown, now: datetime) -> Fairness:
    """The figures of a plan: as things stand where it is published, as it was made where it is a draft."""
    actor.must_have(plan.programme.id, Role.COORDINATOR)
    return _once(db, state_of(db, plan, now), plan)


def _once(db: Db, state: State, plan: PlanShown) -> Fairness:
    engine = db.get_bind().engine
    with _lock:
        found = _known.setdefault(engine, OrderedDict()).get(state)
    if found is None:
        found = fairness_of(tuple(_people(db, plan)))
        with _lock:
            remembered = _known[engine]
            remembered[state] = found
            while len(remembered) > _KEPT:
                remembered.popitem(last=False)
    return found


def _people(db: Db, plan: PlanShown) -> Iterator[Person]:
    programme = plan.programme
    places: dict[int, list[Place]] = defaultdict(list)
    for place in places_of(db, plan):
        places[place.person_id].append(place)
    nights, wishes = _nights(db, programme), _wishes(db, plan)
    for who, profile in profiles_of(db, programme).items():
        yield Person(
            values={
                Aspect.GRADE: profile.stage,
                Aspect.SITE: profile.site_id,
                Aspect.HOURS: profile.part_time,
                Aspect.NIGHTS: nights.get(who, Nights.UNKNOWN),
            },
            got=dict(_got(programme, profile, places[who], wishes.get(who))),
        )


def _got(
    programme: Programme, profile: Profile, places: Iterable[Place], wishes: Got | None
) -> Iterator[tuple[Measure, Got]]:
    own = list(places)
    yield Measure.PLACED, (int(bool(own)), 1)
    if wishes:
        yield Measure.WISHES, wishes
    if not own:
        return
    away = any(one.mode == IN_PERSON and one.site_id not in (None, profile.site_id) for one in own)
    yield Measure.TRAVEL, (int(away), 1)
    can, held = sum(one.can for one in own), sum(one.held for one in own)
    if held:
        yield Measure.ATTENDANCE, (can, held)
        yield Measure.LEFT_OUT, (int(can < programme.min_attendance * held - 1e-9), 1)


def _nights(db: Db, programme: Programme) -> Mapping[int, Nights]:
    """Of whom a rota of the programme speaks: whether it has nights of theirs within the term."""
    of_programme = select(RotaRow.id).where(RotaRow.programme_id == programme.id)
    night = exists().where(
        DutyRow.person_id == ParticipantRow.person_id,
        DutyRow.kind == DutyKind.NIGHT,
        DutyRow.day.between(programme.first_day, programme.last_day),
        DutyRow.rota_id.in_(of_programme),
    )
    spoken_of = exists().where(RotaSpanRow.person_id == ParticipantRow.person_id, RotaSpanRow.rota_id.in_(of_programme))
    rows = db.execute(
        select(ParticipantRow.person_id, night).where(ParticipantRow.programme_id == programme.id, spoken_of)
    )
    return {who: Nights.YES if works_nights else Nights.NO for who, works_nights in rows}


@dataclass(frozen=True, slots=True)
class _Group:
    model: str
    residents: frozenset[int]
    facilitators: frozenset[int]


def _wishes(db: Db, plan: PlanShown) -> Mapping[int, Got]:
    """How many of their wishes each resident has met: people to be with, one of the facilitators they chose, and the
    kind of group that they put first. Whom they avoid is no wish: it holds for everybody."""
    asked: dict[int, dict[WishKind, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = db.execute(
        select(WishRow.person_id, WishRow.kind, WishRow.about_id).where(
            WishRow.programme_id == plan.programme.id, WishRow.kind != WishKind.AVOID
        )
    )
    for who, kind, about in rows:
        asked[who][kind].add(about)
    groups = _groups(db, plan)
    models = db.execute(
        select(ParticipantRow.person_id, ParticipantRow.models).where(
            ParticipantRow.programme_id == plan.programme.id, ParticipantRow.kind == Role.RESIDENT
        )
    )
    found = {who: _met(ranks, asked.get(who, {}), groups.get(who, ())) for who, ranks in models}
    return {who: got for who, got in found.items() if got[1]}


def _met(ranks: Mapping[str, int], asked: Mapping[WishKind, set[int]], own: Iterable[_Group]) -> Got:
    groups = list(own)
    beside = frozenset[int]().union(*(group.residents for group in groups))
    leading = frozenset[int]().union(*(group.facilitators for group in groups))
    wants, choices = asked.get(WishKind.WANT, set()), asked.get(WishKind.CHOICE, set())
    first = {key for key, rank in ranks.items() if rank == max(ranks.values())}
    met = len(wants & beside) + bool(choices & leading) + any(group.model in first for group in groups)
    return met, len(wants) + bool(choices) + bool(ranks)


def _groups(db: Db, plan: PlanShown) -> Mapping[int, list[_Group]]:
    """The groups of each resident."""
    keys = {model.id: model.key for model in plan.programme.models}
    members: dict[int, dict[MemberRole, set[int]]] = defaultdict(lambda: defaultdict(set))
    models: dict[int, str] = {}
    rows = db.execute(
        select(GroupRow.id, GroupRow.model_id, MemberRow.person_id, MemberRow.role)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(GroupRow.plan_id == plan.id, GroupRow.ended_at.is_(None))
    )
    for group_id, model_id, who, role in rows:
        members[group_id][role].add(who)
        models[group_id] = keys.get(model_id, "")
    found: dict[int, list[_Group]] = defaultdict(list)
    for group_id, roles in members.items():
        residents = frozenset(roles[MemberRole.RESIDENT])
        group = _Group(models[group_id], residents, frozenset(roles[MemberRole.FACILITATOR]))
        for who in residents:
            found[who].append(group)
    return found
