"""What was changed of published plans by itself since a draft was asked for, and is still so: sessions that moved,
people who came, went or changed groups, other facilitators.

Publishing another plan as a whole is no such change: the draft is to take its place, as it was to take the place of the
one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import undefer

from scheduler.db import Db
from scheduler.edits.meanwhile import (
    Base,
    BaseGroup,
    asked_at,
    base_from_json,
    base_of_published,
    known_base,
    published_now,
    without_leavers,
)
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.plans.tables import PlanRow
from scheduler.plans.whole import StoredGroup, load_plan
from scheduler.programmes.model import Programme

Stretch = tuple[Base, Base]
"""What was published at the beginning and at the end of a time in which one plan was the published one."""


def base_of(db: Db, plan_id: int, programme: Programme, published: Mapping[str, StoredGroup]) -> Base:
    """What is ``published``, without what was changed of it since a draft was asked for, or since changes were last
    carried over into it. Raises :class:`NotPossible` where that is not known any more."""
    plan = db.get_one(PlanRow, plan_id)
    asked, base = asked_at(db, plan), known_base(db, plan_id, programme)
    since = _published_since(db, programme.id, asked)
    if since and all(row.as_published is not None for row in since):
        before = _published_before(db, programme.id, asked)
        if before is None or base is not None or _is_as_then(before, asked):
            stretches = [*_first(db, base, before), *(_stretch(db, row) for row in since)]
            return unchanged_of(base_of_published(published.values()), stretches)
    if base is None:
        raise NotPossible(
            say("We no longer know what was published when this draft was made."),
            what_to_do=say("Plan again: the new draft will take it into account."),
        )
    return base


def has_been_changed(db: Db, plan: PlanRow, programme: Programme) -> bool:
    """Whether anything of what is published now was changed by itself since a draft was asked for, where what is
    published is not what it was in some way."""
    if not _published_since(db, programme.id, asked_at(db, plan)):
        return True
    published = published_now(db, programme.id)
    try:
        return base_of(db, plan.id, programme, published) != base_of_published(published.values())
    except NotPossible:
        return True


def _is_as_then(plan: PlanRow, asked: datetime) -> bool:
    return plan.changed_at is None or plan.changed_at < asked


def _first(db: Db, base: Base | None, before: PlanRow | None) -> Iterator[Stretch]:
    """From when the draft was asked for until another plan was published."""
    if base is not None and before is not None:
        yield base, _at_the_end(db, before)


def _stretch(db: Db, row: PlanRow) -> Stretch:
    return base_from_json(row.as_published or {}), _at_the_end(db, row)


def _at_the_end(db: Db, row: PlanRow) -> Base:
    """A plan as it is, or was when it was replaced."""
    return base_of_published(without_leavers(db, load_plan(db, row.id)).values())


def _published_since(db: Db, programme_id: int, asked: datetime) -> list[PlanRow]:
    which = (PlanRow.programme_id == programme_id, PlanRow.published_at >= asked)
    newest_last = select(PlanRow).where(*which).order_by(PlanRow.revision).options(undefer(PlanRow.as_published))
    return list(db.scalars(newest_last))


def _published_before(db: Db, programme_id: int, asked: datetime) -> PlanRow | None:
    """The plan that was the published one then."""
    which = (PlanRow.programme_id == programme_id, PlanRow.published_at < asked)
    return db.scalars(select(PlanRow).where(*which).order_by(PlanRow.revision.desc()).limit(1)).first()


def unchanged_of(now: Base, stretches: Iterable[tuple[Base, Base]]) -> Base:
    """What is so ``now``, but for what was changed from the beginning to the end of a stretch and is still as it was
    then: that is as it was at the beginning."""
    found = _Unchanged(now)
    for start, end in stretches:
        found.take_back(start, end)
    return found.base()


class _Unchanged:
    """Changes taken back one after another: of each thing the first that is found."""

    def __init__(self, now: Base) -> None:
        self._now = now
        self._home = _homes(now)
        self._homes: dict[int, str | None] = {}
        self._made: set[str] = set()
        self._leads: dict[str, frozenset[int]] = {}
        self._ways: dict[str, tuple[str, int | None]] = {}
        self._dates: dict[tuple[str, int], tuple[datetime, int | None] | None] = {}
        self._gone: dict[str, BaseGroup] = {}

    def take_back(self, start: Base, end: Base) -> None:
        before, after = _homes(start), _homes(end)
        for who in before.keys() | after.keys():
            if before.get(who) != after.get(who) == self._home.get(who):
                self._homes.setdefault(who, before.get(who))
        self._gone = {**start, **self._gone}
        self._made |= (end.keys() - start.keys()) & self._now.keys()
        for key in start.keys() & end.keys() & self._now.keys():
            self._take_back_group(key, start[key], end[key], self._now[key])

    def _take_back_group(self, key: str, start: BaseGroup, end: BaseGroup, now: BaseGroup) -> None:
        if start.facilitators != end.facilitators == now.facilitators:
            self._leads.setdefault(key, start.facilitators)
        if start.way != end.way == now.way:
            self._ways.setdefault(key, start.way)
        for round_ in start.sessions.keys() | end.sessions.keys():
            if start.sessions.get(round_) != end.sessions.get(round_) == now.sessions.get(round_):
                self._dates.setdefault((key, round_), start.sessions.get(round_))

    def base(self) -> Base:
        homes = {**self._home, **self._homes}
        lived_in = {key for key in homes.values() if key is not None and key not in self._now}
        known = {**{key: self._gone[key] for key in lived_in if key in self._gone}, **self._now}
        return {key: self._group(key, group, homes) for key, group in known.items() if key not in self._made}

    def _group(self, key: str, group: BaseGroup, homes: Mapping[int, str | None]) -> BaseGroup:
        mode, site_id = self._ways.get(key, group.way)
        dates = {**group.sessions, **{round_: when for (of, round_), when in self._dates.items() if of == key}}
        return BaseGroup(
            frozenset(who for who, home in homes.items() if home == key),
            self._leads.get(key, group.facilitators),
            mode,
            site_id,
            {round_: when for round_, when in dates.items() if when is not None},
        )


def _homes(base: Base) -> dict[int, str]:
    return {who: key for key, group in base.items() for who in group.residents}
