"""What people said and wished, taken out of the problems that earlier runs solved: deleted is deleted."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from sqlalchemy import select, update

from scheduler.db import Db
from scheduler.people.traits import Category, is_tag_of
from scheduler.planning.keys import person_key
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow

_ABOUT_OTHERS: Final = ("wants", "avoids", "choices")
_WISHES: Final = (*_ABOUT_OTHERS, "interests")
_SAID: Final = ("tags", "company", "firm", "like", "unlike", "traits")


def forget_in_runs(db: Db, programme_id: int, people: Collection[int], categories: Collection[Category]) -> int:
    """Take what these people said in these categories out of all runs but those that are under way, which end with what
    they began with. Returns of how many."""

    def forget(person: dict[str, Any], keys: Collection[str]) -> bool:
        return person["id"] in keys and _forget(person, categories)

    return _change_runs(db, programme_id, people, forget)


def forget_wishes_in_runs(db: Db, programme_id: int, people: Collection[int]) -> int:
    """Take these people's wishes about others, and their topics, out of the same runs. Returns of how many."""

    def forget(person: dict[str, Any], keys: Collection[str]) -> bool:
        return person["id"] in keys and _empty(person, _WISHES)

    return _change_runs(db, programme_id, people, forget)


def forget_circumstances_in_runs(db: Db, programme_id: int, people: Collection[int]) -> int:
    """Take all that these people said about themselves out of the same runs. Returns of how many."""

    def forget(person: dict[str, Any], keys: Collection[str]) -> bool:
        return person["id"] in keys and _empty(person, _SAID)

    return _change_runs(db, programme_id, people, forget)


def forget_people_in_runs(db: Db, programme_id: int, people: Collection[int]) -> int:
    """Take all that these people said out of the same runs, and what others wished of them. Returns of how many."""

    def forget(person: dict[str, Any], keys: Collection[str]) -> bool:
        if person["id"] in keys:
            return _empty(person, (*_WISHES, *_SAID))
        before = json.dumps(person)
        for name in _ABOUT_OTHERS:
            if name in person:
                person[name] = [each for each in person[name] if each not in keys]
        return json.dumps(person) != before

    return _change_runs(db, programme_id, people, forget)


def _change_runs(
    db: Db, programme_id: int, people: Collection[int], forget: Callable[[dict[str, Any], Collection[str]], bool]
) -> int:
    rows = db.execute(
        select(RunRow.id, RunRow.instance).where(RunRow.programme_id == programme_id, RunRow.state != RunState.RUNNING)
    )
    keys = {person_key(each) for each in people}
    changed = [{"id": run_id, "instance": text} for run_id, text in _without(rows, keys, forget)]
    if changed:
        db.execute(update(RunRow), changed)
    return len(changed)


def _without(
    rows: Any, keys: Collection[str], forget: Callable[[dict[str, Any], Collection[str]], bool]
) -> Iterator[tuple[int, str]]:
    for run_id, text in rows:
        if not any(f'"{key}"' in text for key in keys):
            continue
        whole = json.loads(text)
        forgotten = [forget(person, keys) for person in whole["people"]]
        if any(forgotten):
            yield run_id, json.dumps(whole, separators=(",", ":"))


def _empty(person: dict[str, Any], names: Collection[str]) -> bool:
    said = [name for name in names if person.get(name)]
    for name in said:
        person[name] = {} if isinstance(person[name], dict) else []
    return bool(said)


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
