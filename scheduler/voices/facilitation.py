"""Kind feedback on facilitation: two questions once a term, shown to the facilitator only in pools of five or more.

Answers are ticks, so nobody is known by their words. A term's answers are read only once its time for answering is
over, and terms are put together until five people have answered: every pool is of other answers than any other, so
no two of them tell of fewer. It is never shown by group, nor to anybody but the facilitator. Who is deleted goes on
counting as the one person they were: no pool appears, goes or changes with them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.db import Db
from scheduler.equity.disclosure import FEWEST
from scheduler.errors import NotFound, Rejected
from scheduler.languages import mark, say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.voices.tables import FacilitationRow

STRENGTHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "listens": mark("listens"),
        "questions": mark("asks questions that make us think"),
        "no-judging": mark("doesn’t judge"),
        "everyone": mark("makes room for everyone"),
        "shares": mark("shares their own experience"),
        "discreet": mark("keeps what is said in the group"),
        "approachable": mark("is easy to approach"),
        "prepared": mark("comes prepared and keeps to time"),
    }
)
"""What helps most; as many as apply."""
CHANGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "nothing": mark("nothing, please go on like this"),
        "listen-more": mark("more listening, less advice"),
        "more-voices": mark("more room for quieter people"),
        "own-stories": mark("more of their own experience"),
        "structure": mark("more structure"),
        "freedom": mark("less structure"),
        "time": mark("starting and ending on time"),
        "follow-up": mark("coming back to what we said last time"),
    }
)
"""The one thing that would help even more."""
NOTHING: Final = "nothing"
ASKED_BEFORE_THE_END: Final = timedelta(days=21)
OPEN_FOR: Final = timedelta(days=35)
"""From three weeks before the last day of a term until two weeks after it."""
ENOUGH_TO_ASK_FOR: Final = 3
"""So many must wish the same before a facilitator reads it as one thing to change."""
MOST_STRENGTHS: Final = 3
"""So many strengths are shown, the most named first."""


@dataclass(frozen=True, slots=True)
class ToTell:
    """A facilitator of one's own about whom one is asked."""

    programme_id: int
    person_id: int
    name: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Pool:
    """What members said of one facilitator, taken together: how many, over which days, what most of them named, and the
    one thing to change, empty where no three agree or most want nothing changed."""

    answers: int
    first_day: date
    last_day: date
    strengths: tuple[str, ...]
    change: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """``whose`` is the same of all that one person said, known or not."""

    whose: tuple[str, int]
    strengths: Sequence[str]
    change: str


@dataclass(frozen=True, slots=True)
class _Term:
    first_day: date
    last_day: date
    answers: Sequence[_Answer]


def facilitators_to_tell(db: Db, actor: Actor, now: datetime) -> tuple[ToTell, ...]:
    """The facilitators of one's own groups whom one is asked about now, and has not answered about."""
    programmes = actor.programmes(Role.RESIDENT)
    own = (
        select(GroupRow.id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(
            PlanRow.programme_id.in_(programmes),
            PlanRow.state == PlanState.PUBLISHED,
            MemberRow.person_id == actor.person_id,
            MemberRow.role == MemberRole.RESIDENT,
            has_not_left(),
        )
    )
    groups = set(db.scalars(own))
    rows = db.execute(
        select(PlanRow.programme_id, ProgrammeRow.zone, ProgrammeRow.last_day, PersonRow.id, PersonRow.name)
        .join(GroupRow, GroupRow.plan_id == PlanRow.id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .join(PersonRow, PersonRow.id == MemberRow.person_id)
        .join(ProgrammeRow, ProgrammeRow.id == PlanRow.programme_id)
        .where(GroupRow.id.in_(groups), MemberRow.role == MemberRole.FACILITATOR)
        .order_by(PlanRow.programme_id, PersonRow.name, PersonRow.id)
        .distinct()
    ).all()
    mine = FacilitationRow.person_id == actor.person_id
    answered = db.execute(select(FacilitationRow.programme_id, FacilitationRow.facilitator_id).where(mine))
    told = {(programme_id, person_id) for programme_id, person_id in answered}
    return tuple(
        ToTell(programme_id, person_id, name, _span(last_day)[1])
        for programme_id, zone, last_day, person_id, name in rows
        if (programme_id, person_id) not in told and _is_open(last_day, zone, now)
    )


def tell(
    db: Db,
    actor: Actor,
    programme_id: int,
    facilitator_id: int,
    strengths: Collection[str],
    change: str,
    now: datetime,
) -> None:
    """Answer the two questions about a facilitator of one's own, once. Raises NotFound of anybody else, too early or
    too late, or a second time."""
    asked = {(each.programme_id, each.person_id) for each in facilitators_to_tell(db, actor, now)}
    if (programme_id, facilitator_id) not in asked:
        raise NotFound(say("There is nothing to answer about this person at the moment."))
    if not set(strengths) <= STRENGTHS.keys() or change not in CHANGES:
        raise Rejected(say("Choose one of the answers."))
    row = FacilitationRow(programme_id=programme_id, person_id=actor.person_id, facilitator_id=facilitator_id)
    row.strengths, row.change, row.day = sorted(set(strengths)), change, now.date()
    db.add(row)


def own_pools(db: Db, actor: Actor, now: datetime) -> tuple[Pool, ...]:
    """What members said of the actor, the latest pool first; answers that are too few for one wait for the next
    term."""
    if actor.person_id is None or not actor.is_anywhere(Role.FACULTY):
        return ()
    return tuple(reversed([_pool(terms) for terms in _pooled(_terms(db, actor.person_id, now))]))


def _terms(db: Db, facilitator_id: int, now: datetime) -> list[_Term]:
    """The terms whose time for answering is over, in order."""
    rows = db.execute(
        select(FacilitationRow, ProgrammeRow.first_day, ProgrammeRow.last_day, ProgrammeRow.zone)
        .join(ProgrammeRow, ProgrammeRow.id == FacilitationRow.programme_id)
        .where(FacilitationRow.facilitator_id == facilitator_id)
        .order_by(ProgrammeRow.last_day, ProgrammeRow.id, FacilitationRow.id)
    )
    found: dict[int, list[_Answer]] = defaultdict(list)
    days: dict[int, tuple[date, date]] = {}
    for row, first_day, last_day, zone in rows:
        if now >= _moment(_span(last_day)[1] + timedelta(days=1), zone):
            found[row.programme_id].append(_Answer(_whose(row), row.strengths, row.change))
            days[row.programme_id] = (first_day, last_day)
    return [_Term(*days[programme_id], answers) for programme_id, answers in found.items()]


def _whose(row: FacilitationRow) -> tuple[str, int]:
    if row.person_id is not None:
        return "person", row.person_id
    return "unnamed", row.unnamed or row.id


def take_names_off_feedback(db: Db, people: Collection[int]) -> None:
    """Keep what one person said, under whatever of these entries, as one unknown person's of each facilitator."""
    rows = db.scalars(select(FacilitationRow).where(FacilitationRow.person_id.in_(people)).order_by(FacilitationRow.id))
    number: dict[int, int] = {}
    for row in rows.all():
        row.unnamed = number.setdefault(row.facilitator_id, row.id)
        row.person_id = None


def _pooled(terms: Iterable[_Term]) -> Iterator[list[_Term]]:
    """Terms put together until enough people have answered; the last ones wait where they are too few."""
    pool: list[_Term] = []
    for term in terms:
        pool.append(term)
        answers = [answer for each in pool for answer in each.answers]
        if len({answer.whose for answer in answers}) >= FEWEST:
            yield pool
            pool = []


def _pool(terms: Sequence[_Term]) -> Pool:
    answers = [answer for term in terms for answer in term.answers]
    named = Counter(strength for answer in answers for strength in answer.strengths)
    [(change, number)] = Counter(answer.change for answer in answers).most_common(1)
    best = sorted(named, key=lambda each: (-named[each], list(STRENGTHS).index(each)))
    return Pool(
        answers=len(answers),
        first_day=min(term.first_day for term in terms),
        last_day=max(term.last_day for term in terms),
        strengths=tuple(best[:MOST_STRENGTHS]),
        change=change if number >= ENOUGH_TO_ASK_FOR and change != NOTHING else "",
    )


def _span(last_day: date) -> tuple[date, date]:
    """The first and the last day on which people are asked."""
    first = last_day - ASKED_BEFORE_THE_END
    return first, first + OPEN_FOR


def _is_open(last_day: date, zone: str, now: datetime) -> bool:
    first, last = _span(last_day)
    return _moment(first, zone) <= now < _moment(last + timedelta(days=1), zone)


def _moment(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
