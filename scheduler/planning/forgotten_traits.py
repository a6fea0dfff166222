"""What people said when asked openly, taken out of the problems that earlier runs solved: deleted is deleted."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select, update

from scheduler.db import Db
from scheduler.people.traits import Category, is_tag_of
from scheduler.planning.keys import person_key
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow


def forget_in_runs(db: Db, programme_id: int, people: Collection[int], categories: Collection[Category]) -> int:
    """Take what these people said in these categories out of all runs but those that are under way, which end with what
    they began with. Returns of how many."""
    rows = db.execute(
        select(RunRow.id, RunRow.instance).where(RunRow.programme_id == programme_id, RunRow.state != RunState.RUNNING)
    )
    keys = {person_key(each) for each in people}
    changed = [{"id": run_id, "instance": text} for run_id, text in _without(rows, keys, categories)]
    if changed:
        db.execute(update(RunRow), changed)
    return len(changed)


def _without(rows: Any, keys: Collection[str], categories: Collection[Category]) -> Iterator[tuple[int, str]]:
    for run_id, text in rows:
        if not any(f'"{key}"' in text for key in keys):
            continue
        whole = json.loads(text)
        forgotten = [_forget(person, categories) for person in whole["people"] if person["id"] in keys]
        if any(forgotten):
            yield run_id, json.dumps(whole, separators=(",", ":"))


def _forget(person: dict[str, Any], categories: Collection[Category]) -> bool:
    """Whether there was anything to forget."""
    before = json.dumps(person)
    for name in ("tags", "company", "firm"):
        if name in person:
            person[name] = [tag for tag in person[name] if not any(is_tag_of(each, tag) for each in categories)]
    for name in ("like", "unlike"):
        if name in person:
            person[name] = [each for each in person[name] if each not in categories]
    if "traits" in person:
        person["traits"] = {each: value for each, value in person["traits"].items() if each not in categories}
    return json.dumps(person) != before
