"""What drafts of a programme are judged by: its planning problem as things stand, who is called what, what has begun.

It is the problem as a coordinator may know it: what people keep to themselves is looked at by the planner, and before a
draft is published. It is worked out once and kept in this process until any fact changes, or the clock passes a moment
from which on it would be another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.edits.stored import SlotIndex, Words
from scheduler.memory import Memory
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.display_marks import shown_marks
from scheduler.planning.group_names import numbers_seen
from scheduler.planning.instance_builder import open_marks
from scheduler.planning.keys import database_id
from scheduler.planning.known_to import KnownTo
from scheduler.planning.left_alone import SessionOf
from scheduler.planning.present_problem import MOST_PROGRAMMES, good_until, present_problem
from scheduler.plans.whole import find_published_plan
from scheduler.programmes.facts_mark import facts_mark
from scheduler.programmes.model import MentoringModel, Programme
from scheduler.programmes.service import get_programme
from solvers.instance import Instance
from solvers.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Known:
    """What a draft's page says of a person."""

    name: str
    kind: Role
    stage: int | None
    grade: str
    site: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A programme as drafts of it are judged.

    ``marks`` are people's own answers by key, one a slot. ``begun`` are by a group's key the rounds in which its
    published session has begun. ``numbers`` are those that members have seen on a group, with the keys of the groups
    that had each. Sessions can still be planned in the ``open_rounds``.
    """

    programme: Programme
    instance: Instance
    lookup: Lookup
    index_of: SlotIndex
    marks: Mapping[str, str]
    begun: Mapping[str, frozenset[int]]
    people: Mapping[int, Known]
    words: Words
    numbers: Mapping[int, frozenset[str]]
    open_rounds: frozenset[int]
    good_until: datetime

    @property
    def models(self) -> Mapping[int, MentoringModel]:
        """Kinds of group by their ids."""
        return {model.id: model for model in self.programme.models}

    def begun_of(self, key: str) -> frozenset[int]:
        """The rounds in which a group has met."""
        return self.begun.get(key, frozenset())

    def is_settled(self, round_: int) -> bool:
        """Whether nothing of a round is planned any more."""
        return round_ not in self.open_rounds

    def is_like(self, other: Facts) -> bool:
        """Whether other facts differ in nothing but people: in their marks, names, homes, or dates that have begun."""
        ours, theirs = ((facts.programme, facts.index_of, facts.open_rounds) for facts in (self, other))
        return self is other or ours == theirs

    def news_since(self, other: Facts) -> frozenset[int]:
        """Of whom these facts know something else than others that are like them."""
        if self is other:
            return frozenset()
        marked = (database_id(key) for key, marks in self.marks.items() if other.marks.get(key) != marks)
        gone = (database_id(key) for key in other.marks.keys() - self.marks.keys())
        named = (who for who, known in self.people.items() if other.people.get(who) != known)
        return frozenset((*marked, *gone, *named))

    def place(self, room_id: int | None) -> str:
        """What a room is called."""
        named = ((room, site) for site in self.programme.sites for room in site.rooms)
        return next((f"{room.name}, {site.name}" for room, site in named if room.id == room_id), "")

    def site_name(self, site_id: int | None) -> str:
        """What a site is called."""
        return next((site.name for site in self.programme.sites if site.id == site_id), "")


_known: Final[Memory[Facts]] = Memory(MOST_PROGRAMMES)


def facts_of(db: Db, programme_id: int, now: datetime) -> tuple[str | None, Facts]:
    """The facts of a programme, and the mark that they go by (None where they are not to be kept)."""
    mark = facts_mark(db, programme_id)
    known = _known.find((programme_id, mark)) if mark is not None else None
    if known is not None and now < known.good_until:
        return mark, known
    found = _facts(db, programme_id, now)
    if mark is not None:
        _known.keep((programme_id, mark), found)
    return mark, found


def _facts(db: Db, programme_id: int, now: datetime) -> Facts:
    programme = get_programme(db, programme_id)
    instance = present_problem(db, programme_id, now, KnownTo.COORDINATOR)
    published = find_published_plan(db, programme_id)
    opened = open_marks(db, programme_id, now) if published else None
    starts = {(g.key, s.round): s.starts_at for g in (published.groups if published else ()) for s in g.sessions}
    return Facts(
        programme=programme,
        instance=instance,
        lookup=Lookup.of(instance),
        index_of={(slot.start, slot.round): index for index, slot in enumerate(instance.slots)},
        marks=shown_marks(db, programme, instance, opened),
        begun=_begun(starts, now),
        people=_people(db, programme),
        words=Words.of(programme),
        numbers=numbers_seen(db, programme_id),
        open_rounds=frozenset(slot.round for slot in instance.slots),
        good_until=good_until(programme, set(starts.values()), now, is_published=published is not None),
    )


def _begun(starts: Mapping[SessionOf, datetime], now: datetime) -> Mapping[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for (key, round_), start in starts.items():
        if start <= now:
            found[key] = found.get(key, frozenset()) | {round_}
    return found


def _people(db: Db, programme: Programme) -> Mapping[int, Known]:
    """Everybody who takes part or did: a draft may still have somebody who has left since."""
    sites = {site.id: site.name for site in programme.sites}
    grades = cache(programme.grade_name)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, ParticipantRow.kind, ParticipantRow.stage, ParticipantRow.site_id)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme.id)
    )
    return {
        person_id: Known(name, kind, stage, "" if stage is None else grades(stage), sites[site_id])
        for person_id, name, kind, stage, site_id in rows
    }
