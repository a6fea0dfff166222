"""Plans side by side: what each comes to, who is where in which, and what differs and for how many.

What a draft comes to is as it was made; the published plan is told as things stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.paging import Paging, part_of
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.departures import people_who_left
from scheduler.plans.kept import kept, plan_mark
from scheduler.plans.model import MemberRole, PlanFigures, PlanState
from scheduler.plans.plan_matching import Same, matched, regrouped, sessions_elsewhen
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.plans.whole import load_plan
from scheduler.plans.wishes_met import wishes_met
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.published_figures import figures_of
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.text_input import folded, search_text
from solvers.vocabulary import IN_PERSON

MOST_PLANS = 4
FEWEST_WITH_WISHES = 5
"""Of fewer people nothing is said of their wishes."""


@dataclass(frozen=True, slots=True)
class Differences:
    """How far a plan is from another one: residents and facilitators whose groups differ, sessions of groups that go on
    with another date or in one of the two alone, and groups that are in one of the two alone."""

    residents: int
    facilitators: int
    sessions: int
    groups: int


@dataclass(frozen=True, slots=True)
class Side:
    """One of the plans. ``wishes`` are how many are met of how many, None where too few people have any; ``travel``
    counts residents whose group meets at another site than theirs. ``from_first`` compares it with the first plan that
    was chosen, ``from_published`` with what members see."""

    id: int
    number: int
    state: PlanState
    revision: int | None
    trial_steps: tuple[str, ...]
    figures: PlanFigures
    without: int
    travel: int
    wishes: tuple[int, int] | None
    from_first: Differences | None
    from_published: Differences | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A group in which somebody is, and whether they can come round by round; a space where it doesn't meet."""

    group: str
    name: str
    marks: str


@dataclass(frozen=True, slots=True)
class Line:
    """A person, and where they are in each of the plans, in their order. ``as_first`` says of each whether
    that is where the first has them."""

    person_id: int
    name: str
    seats: tuple[tuple[Seat, ...], ...]
    as_first: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The plans, the people who are shown, and how many residents and facilitators have other groups somewhere than in
    the first plan."""

    sides: tuple[Side, ...]
    lines: tuple[Line, ...]
    residents: int
    facilitators: int

    @property
    def differing(self) -> int:
        """How many people have other groups somewhere."""
        return self.residents + self.facilitators


@dataclass(frozen=True, slots=True)
class _Shape:
    """Who is in which group of a plan, how the groups are called, and when they meet."""

    residents: Mapping[str, frozenset[int]]
    leads: Mapping[str, frozenset[int]]
    names: Mapping[str, str]
    dates: Mapping[str, Mapping[int, datetime]]
    travel: int
    without: int

    @property
    def people(self) -> Mapping[str, frozenset[int]]:
        """Everybody of each group."""
        return {key: residents | self.leads[key] for key, residents in self.residents.items()}

    def same_as(self, other: _Shape, known: Collection[str]) -> Same:
        """Which group of this plan goes on in which of another; members know those with the ``known`` keys."""
        return matched(self.people, other.people, known)

    def regrouped(self, other: _Shape, known: Collection[str]) -> tuple[frozenset[int], frozenset[int]]:
        """The residents and the facilitators whose groups differ in another plan."""
        same = self.same_as(other, known)
        one, two = regrouped(self.residents, other.residents, same), regrouped(self.leads, other.leads, same)
        return frozenset(one), frozenset(two)


def compare(
    db: Db, actor: Actor, programme_id: int, plan_ids: Sequence[int], asked: Paging, *, everybody: bool = False
) -> tuple[Comparison, Paging]:
    """These plans of a programme side by side, in the order in which they are given; without ``everybody`` with those
    alone whose groups differ in one of them from those in the first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    chosen = tuple(dict.fromkeys(plan_ids))[:MOST_PLANS]
    which = (PlanRow.programme_id == programme_id, PlanRow.id.in_(chosen))
    rows = {row.id: row for row in db.scalars(select(PlanRow).where(*which))}
    if len(rows) < len(chosen):
        raise NotFound(say("We can’t find one of these plans. It may have been deleted."))
    programme = get_programme(db, programme_id)
    published = db.scalar(
        select(PlanRow).where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    )
    every = {**rows, **({published.id: published} if published else {})}
    shapes = {id_: _shape(db, programme, row) for id_, row in every.items()}
    first = shapes[chosen[0]] if chosen else None
    members = shapes[published.id] if published else None
    known = members.names.keys() if members else frozenset()
    sides = tuple(
        _side(
            db,
            actor,
            programme,
            rows[id_],
            shapes[id_],
            first if id_ != chosen[0] else None,
            members if published and id_ != published.id else None,
            known,
        )
        for id_ in chosen
    )
    differing = [first.regrouped(shapes[id_], known) for id_ in chosen[1:] if first]
    residents, leads = (frozenset[int]().union(*(each[kind] for each in differing)) for kind in (0, 1))
    found, paging = _people(db, programme_id, None if everybody else residents | leads, asked)
    same = {id_: first.same_as(shapes[id_], known) for id_ in chosen if first}
    lines = _lines(db, programme, [rows[id_] for id_ in chosen], shapes, same, found)
    return Comparison(sides, lines, len(residents), len(leads - residents)), paging


def _side(
    db: Db,
    actor: Actor,
    programme: Programme,
    row: PlanRow,
    shape: _Shape,
    first: _Shape | None,
    published: _Shape | None,
    known: Collection[str],
) -> Side:
    return Side(
        id=row.id,
        number=row.number,
        state=row.state,
        revision=row.revision,
        trial_steps=tuple(row.trial_steps or ()),
        figures=figures_of(db, actor, row.programme_id, row.id),
        without=shape.without,
        travel=shape.travel,
        wishes=_wishes(db, programme, row.id),
        from_first=_differences(first, shape, known),
        from_published=_differences(published, shape, known),
    )


def _differences(one: _Shape | None, other: _Shape, known: Collection[str]) -> Differences | None:
    if one is None:
        return None
    same, (residents, leads) = one.same_as(other, known), one.regrouped(other, known)
    return Differences(
        residents=len(residents),
        facilitators=len(leads),
        sessions=sessions_elsewhen(same, one.dates, other.dates),
        groups=len(one.names) + len(other.names) - 2 * len(same),
    )


def _shape(db: Db, programme: Programme, row: PlanRow) -> _Shape:
    return kept(db, programme.id, ("shape", plan_mark(db, row.id)), lambda: _look(db, programme, row))


def _look(db: Db, programme: Programme, row: PlanRow) -> _Shape:
    plan = load_plan(db, row.id)
    left = people_who_left(db, [group.id for group in plan.meeting])
    part = (ParticipantRow.programme_id == programme.id, ParticipantRow.left_at.is_(None))
    homes: dict[int, int] = dict(
        db.execute(select(ParticipantRow.person_id, ParticipantRow.site_id).where(*part)).all()
    )  # fmt: skip
    here = {
        group.key: [seat for seat in group.members if (group.id, seat.person_id) not in left] for group in plan.meeting
    }
    residents, leads = (
        {key: frozenset(seat.person_id for seat in seats if seat.role == role) for key, seats in here.items()}
        for role in (MemberRole.RESIDENT, MemberRole.FACILITATOR)
    )
    placed = frozenset().union(*residents.values(), *leads.values())
    return _Shape(
        residents=residents,
        leads=leads,
        names={group.key: group.name for group in plan.meeting},
        dates={group.key: {one.round: one.starts_at for one in group.sessions} for group in plan.meeting},
        travel=sum(
            seat.role == MemberRole.RESIDENT and group.site_id != homes.get(seat.person_id)
            for group in plan.meeting
            if group.mode == IN_PERSON
            for seat in here[group.key]
        ),
        without=len((set(plan.unplaced) & homes.keys()) - placed),
    )


def _wishes(db: Db, programme: Programme, plan_id: int) -> tuple[int, int] | None:
    """How many wishes are met of how many; None where too few people have any."""
    what = ("wishes", plan_mark(db, plan_id))
    return kept(db, programme.id, what, lambda: _counted_wishes(db, programme, plan_id))


def _counted_wishes(db: Db, programme: Programme, plan_id: int) -> tuple[int, int] | None:
    found = wishes_met(db, programme, plan_id).values()
    if len(found) < FEWEST_WITH_WISHES:
        return None
    return sum(met for met, _ in found), sum(all_ for _, all_ in found)


def _people(
    db: Db, programme_id: int, only: Collection[int] | None, asked: Paging
) -> tuple[Sequence[tuple[int, str]], Paging]:
    """Who is shown, by their names."""
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(PersonRow.name, PersonRow.id)
    )
    words = folded(asked.q).split()
    found = [
        (who, name)
        for who, name in rows
        if (only is None or who in only) and all(word in search_text(name) for word in words)
    ]
    return part_of(found, asked)


def _lines(
    db: Db,
    programme: Programme,
    plans: Sequence[PlanRow],
    shapes: Mapping[int, _Shape],
    same: Mapping[int, Same],
    people: Iterable[tuple[int, str]],
) -> tuple[Line, ...]:
    shown = dict(people)
    groups_of: dict[int, dict[int, list[str]]] = {
        plan.id: _groups_of(shapes[plan.id].people, shown.keys()) for plan in plans
    }
    marks = _marks(db, plans, groups_of, shown.keys())
    rounds = range(len(programme.rounds))

    def seats(who: int, plan: PlanRow) -> tuple[Seat, ...]:
        return tuple(
            Seat(
                key,
                shapes[plan.id].names[key],
                "".join(marks.get((plan.id, key, round_), {}).get(str(who), " ") for round_ in rounds),
            )
            for key in groups_of[plan.id].get(who, ())
        )

    def groups(who: int, plan: PlanRow) -> set[str]:
        return {same[plan.id].get(key, f"new {key}") for key in groups_of[plan.id].get(who, ())}

    return tuple(
        Line(
            who,
            name,
            tuple(seats(who, plan) for plan in plans),
            tuple(groups(who, plan) == groups(who, plans[0]) for plan in plans),
        )
        for who, name in shown.items()
    )


def _groups_of(groups: Mapping[str, frozenset[int]], people: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key, members in groups.items():
        for who in members & set(people):
            found[who].append(key)
    return found


def _marks(
    db: Db, plans: Sequence[PlanRow], groups_of: Mapping[int, Mapping[int, list[str]]], people: Collection[int]
) -> Mapping[tuple[int, str, int], Mapping[str, str]]:
    """By plan, group and round who can come: of the published plan as things stand, of others as they were made."""
    found: dict[tuple[int, str, int], Mapping[str, str]] = {}
    keys = {key for groups in groups_of.values() for of_person in groups.values() for key in of_person}
    made = [plan.id for plan in plans if plan.state != PlanState.PUBLISHED]
    rows = db.execute(
        select(GroupRow.plan_id, GroupRow.key, PlannedSessionRow.round, PlannedSessionRow.marks)
        .join(PlannedSessionRow, PlannedSessionRow.group_id == GroupRow.id)
        .where(GroupRow.plan_id.in_(made), GroupRow.key.in_(keys))
    )
    found |= {(plan_id, key, round_): marks for plan_id, key, round_, marks in rows}
    current = next((plan for plan in plans if plan.state == PlanState.PUBLISHED), None)
    if current is not None:
        now: dict[tuple[int, str, int], dict[str, str]] = defaultdict(dict)
        for key, round_, who, mark in db.execute(
            select(SessionRow.group_key, SessionRow.round, AttendeeRow.person_id, AttendeeRow.mark)
            .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
            .where(
                SessionRow.programme_id == current.programme_id,
                SessionRow.extra == 0,
                SessionRow.status != SessionStatus.CANCELLED,
                AttendeeRow.person_id.in_(people),
            )
        ):
            now[current.id, key, round_][str(who)] = mark
        found |= now
    return found
