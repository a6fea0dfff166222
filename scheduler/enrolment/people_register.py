"""Everybody of a programme as its coordinators look people up: searched, filtered, sorted, page by page.

Searching, counting and cutting are the database's; what else a line shows is loaded for the lines of its page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, or_, select, true

from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Db
from scheduler.joining.model import JoiningState, Step, state_of
from scheduler.joining.state_query import joining_state
from scheduler.joining.tables import AnswerRow
from scheduler.languages import say
from scheduler.paging import Paging, page_of
from scheduler.people.fields import shown_fields
from scheduler.people.model import PARTICIPANTS, Actor, Role
from scheduler.people.name_search import is_named
from scheduler.people.sites import Moves, moves_of
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.tables import RotaLineRow, RotaRow
from solvers.vocabulary import CAN, IF_NEED_BE


class Order(StrEnum):
    """By what the list is sorted; those of one kind by name."""

    NAME = "name"
    GRADE = "grade"
    SITE = "site"
    ROUNDS = "rounds"
    """In how few rounds somebody can come: the hardest to place first."""


class RotaChoice(StrEnum):
    """Whether some rota speaks of somebody."""

    SOME = "some"
    NONE = "none"


class HereChoice(StrEnum):
    """Who is listed: those who take part, or those who do not any more."""

    HERE = "here"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the listed people have in common; what is None leaves it open. ``model`` is the key of a kind of group that
    they accept or offer; ``hard`` are those who cannot come to anything in some round."""

    kind: Role | None = None
    stage: int | None = None
    site_id: int | None = None
    model: str | None = None
    answer: JoiningState | None = None
    rota: RotaChoice | None = None
    hard: bool = False
    here: HereChoice = HereChoice.HERE
    order: Order = Order.NAME


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """One line. ``shown`` has what the list shows of the declared fields; ``rounds`` in how many rounds they can come,
    None where nothing is known of their time."""

    person_id: int
    name: str
    email: str
    kind: Role
    stage: int | None
    shown: Mapping[str, Any]
    site: str
    state: JoiningState
    invited_at: datetime | None
    rounds: int | None
    rotas: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    moves: tuple[tuple[Any, int], ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many take part, by kind, and how many have left."""

    kinds: Mapping[Role, int]
    left: int

    @property
    def is_empty(self) -> bool:
        """Whether nobody ever took part."""
        return not any(self.kinds.values()) and not self.left


def count_people(db: Db, actor: Actor, programme_id: int) -> Numbers:
    """How many people the programme has."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(ParticipantRow.kind, ParticipantRow.left_at.is_(None), func.count())
        .where(ParticipantRow.programme_id == programme_id)
        .group_by(ParticipantRow.kind, ParticipantRow.left_at.is_(None))
    ).all()
    kinds = {kind: sum(count for found, here, count in rows if found is kind and here) for kind in PARTICIPANTS}
    return Numbers(kinds, sum(count for _, here, count in rows if not here))


def list_register(
    db: Db, actor: Actor, programme: Programme, choice: PeopleFilter, asked: Paging
) -> tuple[tuple[PersonEntry, ...], Paging]:
    """The page that is asked for of those who fit."""
    actor.must_have(programme.id, Role.COORDINATOR)
    rows, paging = page_of(db, _query(programme, choice, asked.q), asked)
    known = _known_of(db, programme.id, [person.id for person, *_ in rows])
    entries = tuple(
        _entry(programme, known, person, part, site, marks, answer) for person, part, site, marks, answer in rows
    )
    return entries, paging


def matching_ids(db: Db, actor: Actor, programme: Programme, choice: PeopleFilter, q: str) -> tuple[int, ...]:
    """The ids of all who fit, in order."""
    actor.must_have(programme.id, Role.COORDINATOR)
    return tuple(sorted(db.scalars(_query(programme, choice, q).with_only_columns(PersonRow.id).order_by(None))))


def names_of(db: Db, actor: Actor, programme_id: int, people: Sequence[int]) -> tuple[str, ...]:
    """The names of those of these people who are or were in the programme, in order."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = (
        select(PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id, PersonRow.id.in_(people))
        .order_by(PersonRow.search_name, PersonRow.id)
    )
    return tuple(db.scalars(rows))


def _query(
    programme: Programme, choice: PeopleFilter, q: str
) -> Select[PersonRow, ParticipantRow, str, str, AnswerRow]:
    return (
        select(PersonRow, ParticipantRow, SiteRow.name, AvailabilityRow.marks, AnswerRow)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .outerjoin(AvailabilityRow, _is_theirs(AvailabilityRow, programme.id))
        .outerjoin(AnswerRow, _is_theirs(AnswerRow, programme.id))
        .where(ParticipantRow.programme_id == programme.id, is_named(PersonRow, q), *_wanted(programme, choice))
        .order_by(*_ordered(programme, choice.order), PersonRow.search_name, PersonRow.id)
    )


def _is_theirs(table: type[AvailabilityRow] | type[AnswerRow], programme_id: int) -> ColumnElement[bool]:
    return and_(table.person_id == PersonRow.id, table.programme_id == programme_id)


def _wanted(programme: Programme, choice: PeopleFilter) -> Iterator[ColumnElement[bool]]:
    left = ParticipantRow.left_at.is_not(None)
    yield left if choice.here is HereChoice.LEFT else ParticipantRow.left_at.is_(None)
    if choice.kind is not None:
        yield ParticipantRow.kind == choice.kind
    if choice.stage is not None:
        yield ParticipantRow.stage == choice.stage
    if choice.site_id is not None:
        yield ParticipantRow.site_id == choice.site_id
    if choice.model is not None:
        yield cast(ParticipantRow.models, String).contains(f'"{choice.model}"', autoescape=True)
    if choice.answer is not None:
        yield joining_state() == choice.answer.value
    if choice.rota is not None:
        yield _has_rota(programme.id) if choice.rota is RotaChoice.SOME else ~_has_rota(programme.id)
    if choice.hard:
        yield _rounds_reached(programme) < len(_spans(programme))


def _has_rota(programme_id: int) -> ColumnElement[bool]:
    return exists().where(
        RotaLineRow.person_id == PersonRow.id,
        RotaRow.id == RotaLineRow.rota_id,
        RotaRow.programme_id == programme_id,
    )


def _ordered(programme: Programme, order: Order) -> tuple[Any, ...]:
    by: Mapping[Order, tuple[Any, ...]] = {
        Order.NAME: (),
        Order.GRADE: (ParticipantRow.kind.desc(), ParticipantRow.stage),
        Order.SITE: (SiteRow.name,),
        Order.ROUNDS: (_rounds_reached(programme),) if order is Order.ROUNDS else (),
    }
    return by[order]


def _rounds_reached(programme: Programme) -> ColumnElement[int]:
    """In how many rounds somebody can come to anything: their marks of each round stand side by side."""
    marks = func.coalesce(AvailabilityRow.marks, "")
    reached: ColumnElement[int] = case((true(), 0))
    for runs in _spans(programme).values():
        parts = [func.substr(marks, first + 1, count) for first, count in runs]
        comes = or_(*(part.contains(mark, autoescape=True) for part in parts for mark in (CAN, IF_NEED_BE)))
        reached = reached + case((comes, 1), else_=0)
    return reached


def _spans(programme: Programme) -> Mapping[int, Sequence[tuple[int, int]]]:
    """Round → the first place and the length of each run of its slots among all."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    first = 0
    for index, slots in groupby(slot.round for slot in programme.slots()):
        count = len(tuple(slots))
        found[index].append((first, count))
        first += count
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What else is known of the people of a page, by their ids."""

    rotas: Mapping[int, list[str]]
    groups: Mapping[int, list[tuple[str, str]]]
    moves: Moves


def _known_of(db: Db, programme_id: int, people: Sequence[int]) -> _Known:
    return _Known(
        rotas_of(db, programme_id, people), groups_of(db, programme_id, people), moves_of(db, programme_id, people)
    )


def rotas_of(db: Db, programme_id: int, people: Sequence[int]) -> Mapping[int, list[str]]:
    """The names of the rotas that speak of each of these people; of one that they gave themselves, that they did."""
    rows = db.execute(
        select(RotaLineRow.person_id, RotaRow.name, RotaRow.given_by)
        .join(RotaRow, RotaRow.id == RotaLineRow.rota_id)
        .where(RotaRow.programme_id == programme_id, RotaLineRow.person_id.in_(people))
        .distinct()
        .order_by(RotaRow.name)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, name, given_by in sorted(rows, key=lambda row: row.given_by is not None):
        found[person_id or 0].append(name if given_by is None else say("their own word"))
    return found


def groups_of(db: Db, programme_id: int, people: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    """The published groups of each of these people, by key and name."""
    rows = db.execute(
        select(MemberRow.person_id, GroupRow.key, GroupRow.name)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(
            PlanRow.programme_id == programme_id,
            PlanRow.state == PlanState.PUBLISHED,
            GroupRow.ended_at.is_(None),
            MemberRow.person_id.in_(people),
            has_not_left(),
        )
        .order_by(GroupRow.name)
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for person_id, key, name in rows:
        found[person_id].append((key, name))
    return found


def _entry(
    programme: Programme,
    known: _Known,
    person: PersonRow,
    part: ParticipantRow,
    site: str,
    marks: str | None,
    answer: AnswerRow | None,
) -> PersonEntry:
    steps = frozenset(Step(step) for step in answer.steps) if answer else frozenset()
    agreed_at = answer.agreed_at if answer else None
    return PersonEntry(
        person_id=person.id,
        name=person.name,
        email=person.email,
        kind=part.kind,
        stage=part.stage,
        shown={each.name: getattr(part, each.name) for each in shown_fields(part.kind)},
        site=site,
        state=state_of(part.kind, steps, agreed_at, part.left_at, declined=part.declined),
        invited_at=answer.invited_at if answer else None,
        rounds=_reached(programme, marks or ""),
        rotas=tuple(known.rotas.get(person.id, ())),
        groups=tuple(known.groups.get(person.id, ())),
        moves=known.moves.get(person.id, ()),
    )


def _reached(programme: Programme, marks: str) -> int | None:
    if not set(marks) - {"?"}:
        return None
    here = {slot.round for slot, mark in zip(programme.slots(), marks, strict=False) if mark in (CAN, IF_NEED_BE)}
    return len(here)
