"""What may be worth an e-mail to a coordinator: each thing with a name of its own for as long as it lasts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select

from scheduler.db import Db
from scheduler.desk.needs import asks_to_change, is_hers_to_settle
from scheduler.joining.tables import ChangeRequestRow
from scheduler.plans.model import PlanState, RunState
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.rotas.own import WAITS_FOR_COORDINATOR
from scheduler.rotas.tables import RotaAddressRow, WaitingRow
from scheduler.sessions.tables import ProposalRow, SessionRow
from scheduler.troubles.automatic_settlement import settling_themselves
from scheduler.troubles.model import TroubleState
from scheduler.troubles.tables import TroubleRow

LONG_RUN: Final = timedelta(minutes=2)
"""Whoever waits no longer than this for a draft waits on its page."""
_NEWS_FOR: Final = timedelta(days=7)
"""A draft that was ready so long ago is no news."""


class ItemKind(StrEnum):
    """What sort of thing it is."""

    TROUBLE = "trouble"
    REQUEST = "request"
    DATE = "date"
    DRAFT = "draft"
    FAILED = "failed"
    ROTA = "rota"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is there; ``needs_her`` says that a coordinator has to see to it, and nobody else will.
    ``starts_at`` is when the session begins that it is about, ``parts`` how many people, pairs or sessions a trouble
    consists of. Once there is more to a trouble that was accepted it is another item, by its ``stamp``."""

    kind: ItemKind
    number: int
    stamp: str = ""
    starts_at: datetime | None = None
    needs_her: bool = True
    parts: int = 0

    @property
    def key(self) -> str:
        """The name by which it is known whether somebody was told of it."""
        return f"{self.kind}:{self.number}:{self.stamp}"

    def is_within(self, span: timedelta, now: datetime) -> bool:
        """Whether its session begins so soon."""
        return self.starts_at is not None and self.starts_at <= now + span

    def is_worse(self, parts: int | None, starts_at: datetime | None) -> bool:
        """Whether there is more to it than these parts, or less time than until this start; None is not known."""
        more = parts is not None and self.parts > parts
        sooner = starts_at is not None and self.starts_at is not None and self.starts_at < starts_at
        return self.needs_her and (more or sooner)


def items_in(db: Db, programme_ids: Collection[int], now: datetime) -> Mapping[int, tuple[Item, ...]]:
    """What there is in each of these programmes."""
    found: dict[int, list[Item]] = defaultdict(list)
    for programme_id, item in (*_troubles(db, programme_ids, now), *_others(db, programme_ids, now)):
        found[programme_id].append(item)
    return {programme_id: tuple(items) for programme_id, items in found.items()}


def _troubles(db: Db, programme_ids: Collection[int], now: datetime) -> Iterator[tuple[int, Item]]:
    by_themselves = settling_themselves(db, now, programme_ids)
    rows = db.execute(
        select(
            TroubleRow.programme_id,
            TroubleRow.id,
            TroubleRow.since,
            TroubleRow.state,
            TroubleRow.parts,
            SessionRow.starts_at,
        )
        .outerjoin(SessionRow, SessionRow.id == TroubleRow.session_id)
        .where(TroubleRow.programme_id.in_(programme_ids), TroubleRow.state != TroubleState.SETTLED)
    )
    for programme_id, number, since, state, parts, starts_at in rows:
        needs_her = state == TroubleState.OPEN and number not in by_themselves
        yield programme_id, Item(ItemKind.TROUBLE, number, since.isoformat(), starts_at, needs_her, len(parts))


def _others(db: Db, programme_ids: Collection[int], now: datetime) -> Iterator[tuple[int, Item]]:
    requests = select(ChangeRequestRow.programme_id, ChangeRequestRow.id)
    for programme_id, number in db.execute(
        requests.where(ChangeRequestRow.programme_id.in_(programme_ids), asks_to_change())
    ):
        yield programme_id, Item(ItemKind.REQUEST, number)
    dates = select(ProposalRow.programme_id, func.min(ProposalRow.id)).group_by(
        ProposalRow.programme_id, ProposalRow.group_key
    )  # a group that would like one of several dates waits for one word
    for programme_id, number in db.execute(
        dates.where(ProposalRow.programme_id.in_(programme_ids), is_hers_to_settle(now))
    ):
        yield programme_id, Item(ItemKind.DATE, number)
    for programme_id, number, read_at in _fetched_rotas(db, programme_ids):
        yield programme_id, Item(ItemKind.ROTA, number, read_at.isoformat())
    for programme_id, number in _drafts(db, programme_ids, now):
        yield programme_id, Item(ItemKind.DRAFT, number)
    for programme_id, number in _failed(db, programme_ids, now):
        yield programme_id, Item(ItemKind.FAILED, number)


def _fetched_rotas(db: Db, programme_ids: Collection[int]) -> Iterator[tuple[int, int, datetime]]:
    """Rotas that wait since they were fetched from an address: nobody watched. An upload has somebody who did."""
    is_fetched = (RotaAddressRow.programme_id == WaitingRow.programme_id) & (RotaAddressRow.name == WaitingRow.name)
    rows = db.execute(
        select(WaitingRow.programme_id, WaitingRow.id, WaitingRow.read_at)
        .join(RotaAddressRow, is_fetched & RotaAddressRow.given_by.is_(None))
        .where(WaitingRow.programme_id.in_(programme_ids), WAITS_FOR_COORDINATOR)
        .where(WaitingRow.read_at >= RotaAddressRow.added_at)
    )
    return ((programme_id, number, read_at) for programme_id, number, read_at in rows)


def _drafts(db: Db, programme_ids: Collection[int], now: datetime) -> Iterator[tuple[int, int]]:
    """Drafts of long runs that have ended lately, by themselves, and that nobody has read."""
    rows = db.execute(
        select(RunRow.programme_id, PlanRow.id, RunRow.started_at, RunRow.finished_at)
        .join(PlanRow, PlanRow.id == RunRow.plan_id)
        .where(
            RunRow.programme_id.in_(programme_ids),
            PlanRow.state == PlanState.DRAFT,
            RunRow.cancel_requested.is_(False),
            RunRow.finished_at > now - _NEWS_FOR,
        )
    )
    for programme_id, plan_id, started_at, finished_at in rows:
        if started_at and finished_at and finished_at - started_at >= LONG_RUN:
            yield programme_id, plan_id


def _failed(db: Db, programme_ids: Collection[int], now: datetime) -> Iterator[tuple[int, int]]:
    """Long runs that have failed lately: whoever asked for one no longer watches it."""
    rows = db.execute(
        select(RunRow.programme_id, RunRow.id, RunRow.queued_at, RunRow.finished_at).where(
            RunRow.programme_id.in_(programme_ids),
            RunRow.state == RunState.FAILED,
            RunRow.finished_at > now - _NEWS_FOR,
        )
    )
    for programme_id, run_id, queued_at, finished_at in rows:
        if finished_at and finished_at - queued_at >= LONG_RUN:
            yield programme_id, run_id
