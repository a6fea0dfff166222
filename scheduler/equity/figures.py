"""How fairly a plan treats different people, from what is stored of them; worked out once for each state of it.

Whoever may read a programme's figures gets shares alone: never whose, and none of few people (``disclosure.py``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select

from scheduler.db import Db
from scheduler.equity.chance import Got
from scheduler.equity.fairness import Aspect, Fairness, Measure, Nights, Person, fairness_of
from scheduler.equity.places import Place, Profile, places_of, profiles_of
from scheduler.equity.plan_shown import PlanShown
from scheduler.equity.state import hour_of, state_of
from scheduler.memory import Memory
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.kept import kept_for_readers, plan_mark
from scheduler.plans.tables import UnplacedRow
from scheduler.plans.wishes_met import wishes_met
from scheduler.programmes.model import Programme
from scheduler.rotas.model import DutyKind
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import DutyRow, RotaRow, RotaSpanRow
from solvers.vocabulary import IN_PERSON

_known: Final[Memory[Fairness]] = Memory(64)


def equity_of(db: Db, actor: Actor, plan: PlanShown, now: datetime) -> Fairness:
    """The figures of a plan: as things stand where it is published, as it was made where it is a draft."""
    actor.must_have(plan.programme.id, Role.COORDINATOR)
    what = ("fairness", plan_mark(db, plan.id), hour_of(now))
    return kept_for_readers(db, plan.programme.id, what, lambda: _looked_up(db, plan, now))


def _looked_up(db: Db, plan: PlanShown, now: datetime) -> Fairness:
    return _known.get(state_of(db, plan, now), lambda: fairness_of(tuple(people_of(db, plan))))


def people_of(db: Db, plan: PlanShown) -> Iterator[Person]:
    """Every resident of the plan: what they are, and what it gives them. For figures alone, never to be shown."""
    return (person for _, person in people_by_id(db, plan))


def people_by_id(db: Db, plan: PlanShown) -> Iterator[tuple[int, Person]]:
    """The same with who each is, for working out what a change would do to the figures."""
    programme = plan.programme
    places: dict[int, list[Place]] = defaultdict(list)
    for place in places_of(db, plan):
        places[place.person_id].append(place)
    nights, wishes = nights_of(db, programme), wishes_met(db, programme, plan.id)
    unplaced = set(db.scalars(select(UnplacedRow.person_id).where(UnplacedRow.plan_id == plan.id)))
    for who, profile in profiles_of(db, programme).items():
        if not places[who] and who not in unplaced:
            continue  # never planned, having never said yes: they take no part in this plan
        yield (
            who,
            Person(
                values={
                    Aspect.GRADE: profile.stage,
                    Aspect.SITE: profile.site_id,
                    Aspect.HOURS: profile.part_time,
                    Aspect.NIGHTS: nights.get(who, Nights.UNKNOWN),
                },
                got=dict(_got(programme, profile, places[who], wishes.get(who))),
            ),
        )


def _got(
    programme: Programme, profile: Profile, own: Sequence[Place], wishes: Got | None
) -> Iterator[tuple[Measure, Got]]:
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


def nights_of(db: Db, programme: Programme) -> Mapping[int, Nights]:
    """Of whom a department's rota of the programme speaks: whether it has nights of theirs within the term."""
    of_programme = select(RotaRow.id).where(RotaRow.programme_id == programme.id, OF_DEPARTMENT)
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
