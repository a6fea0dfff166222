"""A run as files: what was asked and what was answered, in the formats that ``rounds solve`` and ``check`` read.

People are numbers in them already. What people said about themselves or of others, the topics that residents chose and
what they ask of facilitators are taken out: whoever has the groups beside could tell whose it is. The pairs that may
not share a group are those on the coordinator's list today, whatever the run knew: a difference between the two would
tell what somebody declared. Points are counted anew, for the same reason, and there is no bound on them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import undefer

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.planning.keys import database_id
from scheduler.planning.pairs_apart import listed_ties
from scheduler.planning.stored_groups import groups_of
from scheduler.plans.tables import RunRow
from scheduler.plans.whole import load_plan
from scheduler.programmes.service import get_programme
from solvers.codec import instance_to_json, read_instance, read_solution, solution_to_json
from solvers.instance import Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.vocabulary import External

_UNASKED: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("wants", "avoids", "choices", "interests", "company", "firm", "like", "unlike"), ()),
    "external": External.ANY,
    "first_within_days": None,
}
"""A resident's answers that only the planner is given, as if nothing had been answered."""


def run_instance(db: Db, actor: Actor, programme_id: int, run_id: int) -> bytes:
    """What a run was asked, without what is private."""
    instance = _instance(db, _run(db, actor, programme_id, run_id))
    return _written(instance_to_json(instance))


def find_run_solution(db: Db, actor: Actor, programme_id: int, run_id: int) -> bytes | None:
    """The plan that a run found, whatever has become of its draft; of a run of before answers were kept its draft as it
    is now. None where there is neither."""
    row = _run(db, actor, programme_id, run_id)
    instance = _instance(db, row)
    solution = _answer(db, row, instance)
    if solution is None:
        return None
    return _written(solution_to_json(replace(solution, score=check(instance, solution).score)))


def _answer(db: Db, row: RunRow, instance: Instance) -> Solution | None:
    if row.answer is not None:
        found = read_solution(row.answer)
        return Solution(instance.name, found.groups, seconds=found.seconds)
    if row.plan_id is None:
        return None
    plan = load_plan(db, row.plan_id)
    groups = groups_of(get_programme(db, row.programme_id), plan.groups, instance.slots)
    return Solution(instance.name, groups, seconds=plan.seconds)


def _run(db: Db, actor: Actor, programme_id: int, run_id: int) -> RunRow:
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.scalar(select(RunRow).where(RunRow.id == run_id).options(undefer(RunRow.instance), undefer(RunRow.answer)))
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("We can’t find that planning run."))
    return row


def _instance(db: Db, row: RunRow) -> Instance:
    instance = read_instance(row.instance)
    silent: dict[str, Any] = {"tags": (), "traits": {}}
    residents = tuple(replace(person, **silent, **_UNASKED) for person in instance.residents)
    faculty = tuple(replace(person, **silent) for person in instance.faculty)
    in_it = {database_id(key) for key in (*(one.id for one in residents), *(one.id for one in faculty))}
    listed = listed_ties(db, get_programme(db, row.programme_id), in_it)
    return replace(
        instance, residents=residents, faculty=faculty, conflicts=listed.apart, accompanied=listed.accompanied
    )


def _written(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
