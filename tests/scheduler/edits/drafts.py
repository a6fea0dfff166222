"""A draft to be changed by hand: two groups of peers by video, one in person, one with a facilitator, and one person
without a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from scheduler.db import Base, Database, Db
from scheduler.edits import service
from scheduler.edits.model import Draft, DraftGroup, Edit, Preview
from scheduler.edits.tables import DraftEditRow, DraftPinRow, EditedDraftRow
from scheduler.people.model import Actor
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key, room_key
from scheduler.plans.tables import (
    ExplanationRow,
    GroupRow,
    MemberRow,
    OwnWishesRow,
    PlannedSessionRow,
    PlanRow,
    UnplacedRow,
)
from scheduler.programmes.facts_mark import renew_facts_mark
from scheduler.programmes.service import get_programme
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting
from solvers.referee import check
from solvers.solution import Solution
from tests.builders import NOW, World, import_residents, person_line, programme, say_marks, world
from tests.kept import kept

STORED = (GroupRow, MemberRow, PlannedSessionRow, UnplacedRow, ExplanationRow, OwnWishesRow)
"""What an undone change puts back to the letter; of the plan itself its figures, and its pins in their order."""
_PINS = select(DraftPinRow).order_by(DraftPinRow.id)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A programme with a draft, and people's ids by the part of their address before the @."""

    world: World
    plan_id: int
    ids: Mapping[str, int]

    @property
    def database(self) -> Database:
        return self.world.database

    @property
    def coordinator(self) -> Actor:
        return self.world.coordinator

    def open(self, now: datetime = NOW) -> Draft:
        with self.database.reading() as db:
            return service.open_draft(db, self.coordinator, self.plan_id, now)

    def group(self, key: str) -> DraftGroup:
        return next(group for group in self.open().groups if group.key == key)

    def people(self, key: str) -> set[str]:
        """Who is in a group, by the short names of ``ids``."""
        names = {person_id: name for name, person_id in self.ids.items()}
        group = self.group(key)
        return {names[member.person_id] for member in (*group.residents, *group.facilitators)}

    def say(self, **marks: str) -> None:
        """Let people, by the short names of ``ids``, say when they can come."""
        say_marks(self.world, {self.ids[name]: text for name, text in marks.items()})
        self.note()

    def note(self) -> None:
        """What a service does that changes a fact."""
        with self.database.writing() as db:
            renew_facts_mark(db, [self.world.programme_id])

    def preview(self, edit: Edit, now: datetime = NOW) -> Preview:
        with self.database.reading() as db:
            return service.preview(db, self.coordinator, self.plan_id, edit, now)

    def keep(self, edit: Edit, version: int | None = None, now: datetime = NOW) -> int:
        seen = self.open(now).version if version is None else version
        with self.database.writing() as db:
            return service.keep(db, self.coordinator, self.plan_id, edit, seen, now)

    def undo(self, now: datetime = NOW) -> int:
        version = self.open(now).version
        with self.database.writing() as db:
            return service.undo(db, self.coordinator, self.plan_id, version, now)

    def redo(self, now: datetime = NOW) -> int:
        version = self.open(now).version
        with self.database.writing() as db:
            return service.redo(db, self.coordinator, self.plan_id, version, now)


@kept
def a_draft(database: Database, **changes: Any) -> Drafted:
    """R1 to R4 are g1, R5 to R8 g2, R9 to R12 g3 in the library, V1 to V4 with F1 g4. L has no group; F2 leads nobody.
    Everybody can always come."""
    here = world(database, replace(programme(), **changes))
    more = [person_line(f"V{n}", stage=str(n), models="peer; vertical", modes="video; in_person") for n in range(1, 5)]
    lone = person_line("L", models="peer; vertical", modes="video; in_person")
    leads = [person_line(f"F{n}", role="faculty", stage="", models="vertical", modes="video") for n in (1, 2)]
    peers = {"models": "peer", "modes": "video; in_person"}
    found = import_residents(here, 12, *more, lone, *leads, **peers)
    say_marks(here, dict.fromkeys(found.values(), "2"))
    ids = {address.split("@")[0]: person_id for address, person_id in found.items()}
    return Drafted(here, store(here, ids), ids)


def store(here: World, ids: Mapping[str, int]) -> int:
    """The four groups as the programme's next draft."""
    with here.database.writing() as db:
        instance = build_instance(db, here.programme_id, NOW)
        solution = Solution(instance.name, tuple(groups_of(db, here, instance, ids)))
        verdict = check(instance, solution)
        assert verdict.ok, verdict.broken
        why = explained(instance, solution)
        return store_draft(db, here.programme_id, instance, replace(solution, bound=10**6), verdict, why, NOW)


def groups_of(db: Db, here: World, instance: Instance, ids: Mapping[str, int]) -> list[Group]:
    library = get_programme(db, here.programme_id).sites[0].rooms[0].id

    def keys(*names: str) -> tuple[str, ...]:
        return tuple(person_key(ids[name]) for name in names)

    def dates(day: int, leads: tuple[str, ...] = (), room: str | None = None) -> tuple[Meeting, ...]:
        first = {slot.round: index for index, slot in reversed(list(enumerate(instance.slots)))}
        return tuple(Meeting(round_, first[round_] + day, leads, room) for round_ in sorted(first))

    return [
        Group("g1", "peer", "video", keys("r1", "r2", "r3", "r4"), (), dates(0)),
        Group("g2", "peer", "video", keys("r5", "r6", "r7", "r8"), (), dates(1)),
        Group("g3", "peer", "in_person", keys("r9", "r10", "r11", "r12"), (), dates(2, (), room_key(library)), "north"),
        Group("g4", "vertical", "video", keys("v1", "v2", "v3", "v4"), keys("f1"), dates(3, keys("f1"))),
    ]


def stored(here: Drafted) -> dict[str, object]:
    """Every row of the draft, and its figures."""
    with here.database.reading() as db:
        tables = [Base.metadata.tables[row.__tablename__] for row in STORED]
        pins = [(p.kind, p.group_key, p.person_id, p.other_id, p.round) for p in db.scalars(_PINS)]
        found: dict[str, object] = {
            table.name: sorted((tuple(row) for row in db.execute(select(table))), key=repr) for table in tables
        }
        plan = db.get_one(PlanRow, here.plan_id)
        return found | {"plan": (plan.score, plan.bound, plan.points), "pins": pins}


def history_of(here: Drafted) -> tuple[int, int, int]:
    """The draft's version, how many changes hold, and how many are kept."""
    with here.database.reading() as db:
        row = db.get_one(EditedDraftRow, here.plan_id)
        return row.version, row.position, len(db.scalars(select(DraftEditRow)).all())
