"""Rounds have numbers that plans and published sessions name: what becomes of them when the rounds are others.

A round goes on as the one with which it shares the most days. So rounds can be added before, between and after, and
their days changed, and whatever is in them comes along under its new number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sqlalchemy import delete, func, select, true, update

from scheduler.db import Db
from scheduler.errors import Fault
from scheduler.languages import say, say_many
from scheduler.plans.model import PlanState
from scheduler.plans.tables import ExplanationRow, GroupRow, PlannedSessionRow, PlanRow
from scheduler.programmes.model import Round
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow

_ASIDE = 100_000
"""Added to numbers on their way from one to another, so that no two are ever the same."""


def new_numbers(before: Sequence[Round], after: Sequence[Round]) -> Mapping[int, int | None]:
    """The number of each former round as it will be; None for one with which no round shares a day."""
    found: dict[int, int | None] = {}
    for each in before:
        shared = [(_shared_days(each, other), -other.index) for other in after]
        most = max(shared, default=(0, 0))
        found[each.index] = -most[1] if most[0] > 0 else None
    return found


def _shared_days(one: Round, other: Round) -> int:
    return (min(one.last_day, other.last_day) - max(one.first_day, other.first_day)).days + 1


def round_refusals(db: Db, programme_id: int, numbers: Mapping[int, int | None]) -> Iterator[Fault]:
    """What forbids these new numbers: sessions in rounds that would be gone, or that would become one."""
    used, held = _sessions_by_round(db, programme_id), _sessions_by_round(db, programme_id, held=True)
    for number in sorted(used):
        if numbers.get(number) is None:
            yield Fault(
                "rounds",
                say_many(
                    "Round %(round)s can’t be left out: it has %(num)s published session. Keep the "
                    "round, and cancel the session if it shouldn’t take place.",
                    "Round %(round)s can’t be left out: it has %(num)s published sessions. Keep the "
                    "round, and cancel the sessions if they shouldn’t take place.",
                    held[number],
                    round=number + 1,
                )
                if held.get(number)
                else say(
                    "Round %(round)s can’t be left out: sessions were published for it. Keep the round, "
                    "and close its days if nobody is to meet then.",
                    round=number + 1,
                ),
            )
    kept = sorted((new, old) for old, new in numbers.items() if new is not None and old in used)
    for _, some in groupby(kept, key=lambda pair: pair[0]):
        olds = [old + 1 for _, old in some]
        if len(olds) > 1:
            yield Fault(
                "rounds",
                say(
                    "Rounds %(rounds)s can’t become one: all of them have published sessions. Keep a round for each.",
                    rounds=", ".join(map(str, olds)),
                ),
            )


def _sessions_by_round(db: Db, programme_id: int, *, held: bool = False) -> Mapping[int, int]:
    """How many published sessions each round has; with ``held`` without those that were cancelled."""
    which = SessionRow.status != SessionStatus.CANCELLED if held else true()
    here = (SessionRow.programme_id == programme_id, which)
    rows = db.execute(select(SessionRow.round, func.count()).where(*here).group_by(SessionRow.round))
    found = dict(rows.all())
    if held:
        return found
    planned = select(PlannedSessionRow.round, func.count()).join(GroupRow).join(PlanRow)
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    for number, count in db.execute(planned.where(*published).group_by(PlannedSessionRow.round)):
        found.setdefault(number, count)
    return found


def renumber(db: Db, programme_id: int, numbers: Mapping[int, int | None]) -> None:
    """Give sessions, and the dates of every plan, their rounds' new numbers. In plans that are not published, what
    was in a round that is gone goes with it, and of two rounds that become one the first stays."""
    if all(new == old for old, new in numbers.items()):
        return
    groups = select(GroupRow.id).join(PlanRow, PlanRow.id == GroupRow.plan_id)
    of_programme = PlannedSessionRow.group_id.in_(groups.where(PlanRow.programme_id == programme_id))
    used, taken = _sessions_by_round(db, programme_id), set[int]()
    for old, new in sorted(numbers.items(), key=lambda pair: (pair[0] not in used, pair[0])):
        in_round = (of_programme, PlannedSessionRow.round == old)
        if new is None or new in taken:
            db.execute(delete(PlannedSessionRow).where(*in_round))
            continue
        taken.add(new)
        db.execute(update(PlannedSessionRow).where(*in_round).values(round=new + _ASIDE))
        sessions = (SessionRow.programme_id == programme_id, SessionRow.round == old)
        db.execute(update(SessionRow).where(*sessions).values(round=new + _ASIDE))
    aside = (of_programme, PlannedSessionRow.round >= _ASIDE)
    db.execute(update(PlannedSessionRow).where(*aside).values(round=PlannedSessionRow.round - _ASIDE))
    of_sessions = (SessionRow.programme_id == programme_id, SessionRow.round >= _ASIDE)
    db.execute(update(SessionRow).where(*of_sessions).values(round=SessionRow.round - _ASIDE))
    _renumber_reasons(db, programme_id, numbers)
    db.flush()
    db.expire_all()


def _renumber_reasons(db: Db, programme_id: int, numbers: Mapping[int, int | None]) -> None:
    """Why groups miss rounds, and why sessions moved, name rounds as well."""
    explained = select(ExplanationRow).join(PlanRow, PlanRow.id == ExplanationRow.plan_id)
    for row in db.scalars(explained.where(PlanRow.programme_id == programme_id)):
        of_rounds = {name: row.reasons.get(name, ()) for name in ("missed", "moved")}
        renamed = {
            name: [{**why, "round": numbers[why["round"]]} for why in some if numbers.get(why["round"]) is not None]
            for name, some in of_rounds.items()
        }
        row.reasons = {**row.reasons, **renamed}
