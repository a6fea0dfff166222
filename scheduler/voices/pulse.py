"""A term's pulse: at most three statements on one screen, once, and what became of the answers.

Results are worked out when it has closed, so nobody can watch them grow, and of the whole programme only: a statement
with fewer than five answers is not shown. Who answered what is read by nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.equity.disclosure import FEWEST
from scheduler.equity.shares import Share, in_fives, share_shown
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.voices.model import (
    AGREES,
    INSTRUMENTS,
    LEAST,
    LONGEST_CHANGE,
    LONGEST_NAME,
    LONGEST_QUESTION,
    MOST,
    MOST_QUESTIONS,
    OWN,
    PULSE_OPEN_FOR,
    PulseAnswer,
    PulseAsked,
)
from scheduler.voices.tables import PulseAnswerRow, PulseRow

_MIDNIGHT: Final = time()


@dataclass(frozen=True, slots=True)
class Pulse:
    """A term's pulse. It is open from the first moment of ``opens_on`` for two weeks, on the programme's clock;
    ``is_fixed`` once somebody has answered: the questions then stay."""

    programme_id: int
    programme: str
    zone: str
    opens_on: date
    instrument: str
    questions: tuple[str, ...]
    changed_text: str
    is_fixed: bool = False

    @property
    def opens_at(self) -> datetime:
        """The moment from which on people are asked."""
        return datetime.combine(self.opens_on, _MIDNIGHT, ZoneInfo(self.zone))

    @property
    def last_day(self) -> date:
        """The last day on which it can be answered."""
        return self.opens_on + PULSE_OPEN_FOR - timedelta(days=1)

    @property
    def closes_at(self) -> datetime:
        """From when on the answers are counted."""
        return datetime.combine(self.opens_on + PULSE_OPEN_FOR, _MIDNIGHT, ZoneInfo(self.zone))

    def is_open(self, now: datetime) -> bool:
        """Whether it can be answered."""
        return self.opens_at <= now < self.closes_at

    def has_closed(self, now: datetime) -> bool:
        """Whether the answers may be counted."""
        return now >= self.closes_at


@dataclass(frozen=True, slots=True)
class StatementResult:
    """What people said of one statement: the share that agreed, and how many answered it at least, in fives; None of
    both for too few."""

    question: str
    share: Share | None
    answers: int | None


@dataclass(frozen=True, slots=True)
class PulseResult:
    """A pulse that has closed, with what people said, and how many were asked."""

    pulse: Pulse
    asked: int
    statements: tuple[StatementResult, ...]


def find_pulse(db: Db, actor: Actor, programme_id: int) -> Pulse | None:
    """The term's pulse, for coordinators; None until it is set."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return next(_pulses(db, (programme_id,)), None)


def usual_day(db: Db, programme_id: int) -> date:
    """The day that is proposed for it: the middle of the term."""
    programme = get_programme(db, programme_id)
    return programme.first_day + (programme.last_day - programme.first_day) / 2


def set_pulse(
    db: Db,
    actor: Actor,
    programme_id: int,
    opens_on: date,
    instrument: str,
    questions: Sequence[str],
    now: datetime,
) -> None:
    """Set when the term's pulse is and what it asks: one of our instruments by its key, or ``own`` questions under the
    name of what they are taken from. Raises ``Rejected`` with the fields at fault, ``NotPossible`` once somebody has
    answered."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    if _is_answered(db, programme_id):
        raise NotPossible(
            say("Someone has already answered, so the statements and the day stay as they are."),
            what_to_do=say("Next term can ask something else."),
        )
    asked = INSTRUMENTS.get(instrument) or tuple(text for each in questions if (text := " ".join(each.split())))
    if faults := tuple(_faults(get_programme(db, programme_id), opens_on, instrument, asked, now)):
        raise Rejected(say("Please check the fields marked below."), faults)
    row = db.get(PulseRow, programme_id)
    if row is None:
        db.add(row := PulseRow(programme_id=programme_id))
    row.opens_on, row.instrument, row.questions = opens_on, " ".join(instrument.split()), list(asked)
    record(db, actor, "pulse.set", now, programme_id, questions=len(asked), opens_on=opens_on.isoformat())


def pulse_asked(db: Db, programme_id: int) -> PulseAsked | None:
    """What a programme has set of its pulse."""
    row = db.get(PulseRow, programme_id)
    return PulseAsked(row.opens_on, row.instrument, tuple(row.questions)) if row else None


def take_pulse(db: Db, actor: Actor, programme_id: int, asked: PulseAsked, now: datetime) -> None:
    """Set a pulse as a file has it, unless its day has passed: what was asked then has been answered elsewhere."""
    today = now.astimezone(ZoneInfo(get_programme(db, programme_id).zone)).date()
    if asked.opens_on >= today:
        set_pulse(db, actor, programme_id, asked.opens_on, asked.instrument, asked.questions, now)


def say_what_changed(db: Db, actor: Actor, programme_id: int, text: str, now: datetime) -> None:
    """Tell everybody who was asked what changed because they answered; empty takes it back. Raises ``NotPossible``
    until the pulse has closed."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = find_pulse(db, actor, programme_id)
    if found is None or not found.has_closed(now):
        raise NotPossible(say("There is no result yet."), what_to_do=say("Come back when the pulse has closed."))
    if len(text.strip()) > LONGEST_CHANGE:
        words = say("Please use no more than %(count)s characters.", count=LONGEST_CHANGE)
        raise Rejected(say("Please check the fields marked below."), (Fault("changed", words),))
    row = db.get_one(PulseRow, programme_id)
    row.changed_text, row.changed_at = text.strip(), now
    record(db, actor, "pulse.change_told", now, programme_id)


def own_pulses(db: Db, actor: Actor, now: datetime) -> tuple[Pulse, ...]:
    """The pulses that wait for the actor's answer: those of residents in a published group, once each."""
    mine = _of_own_groups(db, actor)
    answered = set(
        db.scalars(select(PulseAnswerRow.programme_id).where(PulseAnswerRow.person_id == actor.person_id).distinct())
    )
    return tuple(each for each in _pulses(db, mine - answered) if each.is_open(now))


def waiting_pulses(db: Db, people: Collection[int], now: datetime) -> Mapping[int, int]:
    """How many pulses wait for the answer of each of these people, for the line in a reminder that goes out anyway."""
    opened = [each.programme_id for each in _pulses(db, None) if each.is_open(now)]
    if not opened:
        return defaultdict(int)
    answered = exists().where(
        PulseAnswerRow.programme_id == PlanRow.programme_id, PulseAnswerRow.person_id == MemberRow.person_id
    )
    asked = db.execute(
        _residents(MemberRow.person_id, opened).where(MemberRow.person_id.in_(people), ~answered).distinct()
    )
    return Counter(person_id for _, person_id in asked)


def answer_pulse(db: Db, actor: Actor, programme_id: int, values: Mapping[int, int], now: datetime) -> None:
    """Answer once: each statement by its number from 0, from 1 (not at all) to 5 (very much); those left out are not
    answered. Raises NotFound for who is not asked, ``NotPossible`` for who has answered."""
    if programme_id not in _of_own_groups(db, actor):
        raise NotFound(_not_asked())
    lock_programme(db, programme_id)
    found = next(_pulses(db, (programme_id,)), None)
    if found is None or not found.is_open(now):
        raise NotFound(_not_asked())
    mine = (PulseAnswerRow.programme_id == programme_id, PulseAnswerRow.person_id == actor.person_id)
    if db.scalar(select(exists().where(*mine))):
        raise NotPossible(say("You have already answered."), what_to_do=say("You don’t need to do anything."))
    if not values or not all(n in range(len(found.questions)) and LEAST <= v <= MOST for n, v in values.items()):
        raise Rejected(say("Choose an answer to at least one statement."))
    db.add_all(
        PulseAnswerRow(
            programme_id=programme_id, person_id=actor.person_id, question=number, value=value, said_at=now
        )
        for number, value in values.items()
    )  # fmt: skip


def pulse_result(db: Db, actor: Actor, programme_id: int, now: datetime) -> PulseResult | None:
    """The result for coordinators; None until the pulse has closed."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return next(iter(_results(db, (programme_id,), now)), None)


def own_results(db: Db, actor: Actor, now: datetime) -> tuple[PulseResult, ...]:
    """The same for those who were asked, with what changed because they answered."""
    return tuple(_results(db, _of_own_groups(db, actor), now))


def pulse_answers(db: Db, programme_id: int, now: datetime) -> tuple[PulseAnswer, ...]:
    """Every answer to a pulse that has closed, for figures alone; none before."""
    found = next(_pulses(db, (programme_id,)), None)
    return tuple(_answers(db, (programme_id,))[programme_id]) if found and found.has_closed(now) else ()


def _results(db: Db, programmes: Iterable[int], now: datetime) -> list[PulseResult]:
    closed = [each for each in _pulses(db, programmes) if each.has_closed(now)]
    ids = [each.programme_id for each in closed]
    answers, asked = _answers(db, ids), _asked(db, ids)
    return [
        _result(
            each, max(asked[each.programme_id], _fewest_asked(answers[each.programme_id])), answers[each.programme_id]
        )
        for each in closed
    ]


def _fewest_asked(answers: Iterable[PulseAnswer]) -> int:
    """So many were asked at least, whoever has left or been deleted since: as many as answered one statement. Fewer
    would tell that one of those who are gone had answered."""
    return max(Counter(answer.question for answer in answers).values(), default=0)


def _result(pulse: Pulse, asked: int, answers: Iterable[PulseAnswer]) -> PulseResult:
    values: dict[int, list[int]] = defaultdict(list)
    for answer in answers:
        values[answer.question].append(answer.value)
    statements = tuple(_statement(text, values[number]) for number, text in enumerate(pulse.questions))
    return PulseResult(pulse, asked, statements)


def _statement(text: str, values: Sequence[int]) -> StatementResult:
    if len(values) < FEWEST:
        return StatementResult(text, None, None)
    agreed = sum(value >= AGREES for value in values)
    share = share_shown(agreed, len(values), len(values), own_doing=True)
    return StatementResult(text, share, in_fives(len(values)))


def _asked(db: Db, programmes: Collection[int]) -> Mapping[int, int]:
    """How many residents are in the published groups of each of these programmes: those who are asked, and are there
    still."""
    number = _residents(func.count(MemberRow.person_id.distinct()), programmes)
    return defaultdict(int, db.execute(number.group_by(PlanRow.programme_id)).all())


def _of_own_groups(db: Db, actor: Actor) -> set[int]:
    """The programmes in which the actor is a resident in a group."""
    mine = _residents(MemberRow.person_id, actor.programmes(Role.RESIDENT))
    return {programme_id for programme_id, _ in db.execute(mine.where(MemberRow.person_id == actor.person_id))}


def _residents(what: ColumnElement[int] | InstrumentedAttribute[int], programmes: Collection[int]) -> Select[int, int]:
    return (
        select(PlanRow.programme_id, what)
        .join(GroupRow, GroupRow.plan_id == PlanRow.id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(
            PlanRow.programme_id.in_(programmes),
            PlanRow.state == PlanState.PUBLISHED,
            MemberRow.role == MemberRole.RESIDENT,
            has_not_left(),
        )
    )


def _pulses(db: Db, programmes: Iterable[int] | None) -> Iterator[Pulse]:
    """The pulses of these programmes, or of all that have not ended."""
    of_these = ProgrammeRow.ended_at.is_(None) if programmes is None else PulseRow.programme_id.in_(sorted(programmes))
    answered = exists().where(PulseAnswerRow.programme_id == PulseRow.programme_id)
    rows = db.execute(
        select(PulseRow, ProgrammeRow.name, ProgrammeRow.zone, answered)
        .join(ProgrammeRow, ProgrammeRow.id == PulseRow.programme_id)
        .where(of_these)
        .order_by(PulseRow.programme_id)
    ).all()
    for row, name, zone, is_fixed in rows:
        yield Pulse(
            row.programme_id, name, zone, row.opens_on, row.instrument, tuple(row.questions), row.changed_text, is_fixed
        )


def _answers(db: Db, programmes: Sequence[int]) -> Mapping[int, list[PulseAnswer]]:
    found: dict[int, list[PulseAnswer]] = defaultdict(list)
    rows = db.scalars(
        select(PulseAnswerRow).where(PulseAnswerRow.programme_id.in_(programmes)).order_by(PulseAnswerRow.id)
    )
    for row in rows:
        found[row.programme_id].append(PulseAnswer(row.person_id, row.question, row.value, row.said_at))
    return found


def _is_answered(db: Db, programme_id: int) -> bool:
    return bool(db.scalar(select(exists().where(PulseAnswerRow.programme_id == programme_id))))


def _faults(
    programme: Programme, opens_on: date, instrument: str, questions: Sequence[str], now: datetime
) -> Iterator[Fault]:
    today = now.astimezone(ZoneInfo(programme.zone)).date()
    if not max(programme.first_day, today) <= opens_on <= programme.last_day:
        yield Fault("opens_on", say("Choose a day of the term that is still to come."))
    if not instrument.strip() or instrument == OWN:
        yield Fault("instrument_name", say("Say what the statements are taken from, or “our own”."))
    if len(instrument) > LONGEST_NAME:
        yield Fault("instrument_name", say("Please use no more than %(count)s characters.", count=LONGEST_NAME))
    if not questions:
        yield Fault("questions", say("Enter at least one statement."))
    if len(questions) > MOST_QUESTIONS:
        yield Fault("questions", say("Ask no more than %(most)s: short pulses get answered.", most=MOST_QUESTIONS))
    if any(len(each) > LONGEST_QUESTION for each in questions):
        yield Fault("questions", say("Please use no more than %(count)s characters.", count=LONGEST_QUESTION))


def _not_asked() -> str:
    return say("There is no pulse for you to answer at the moment.")
