"""What is said of why a draft is as it is, kept true as the draft is changed by hand.

Of people and groups that a change touches, what was found of them is left out: it speaks of another plan. What is met
of people's own wishes is looked at anew. Of everybody else all that was found stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import delete, select

from scheduler.db import Db
from scheduler.edits.facts import Facts
from scheduler.planning.explanations import kept_wishes
from scheduler.planning.keys import database_id, person_key
from scheduler.plans.tables import ExplanationRow, OwnWishesRow
from scheduler.reasons.codec import wishes_to_json
from solvers.explain import met_wishes
from solvers.instance import Group
from solvers.lookup import Roll

Wishes = list[dict[str, Any]]
_LISTS: Final = {"unplaced": "person", "unmet": "person", "regrouped": "person", "missed": "group", "moved": "group"}
"""What lists of reasons are about, by the field of each entry that says it."""
_HELP: Final = "help"


def cut(reasons: Mapping[str, Any], people: Collection[int], groups: Collection[str]) -> dict[str, Any]:
    """What has to go from the coordinator's reasons when these people and groups are touched: by list the entries with
    their places, and all that was said of what would help."""
    about: Mapping[str, Collection[object]] = {"person": people, "group": groups}
    gone = {
        name: [[index, entry] for index, entry in enumerate(reasons.get(name, ())) if entry.get(field) in about[field]]
        for name, field in _LISTS.items()
    }
    found: dict[str, Any] = {name: entries for name, entries in gone.items() if entries}
    return found | ({_HELP: reasons[_HELP]} if reasons.get(_HELP) else {})


def without(reasons: Mapping[str, Any], gone: Mapping[str, Any]) -> dict[str, Any]:
    """The reasons without what :func:`cut` found."""
    left = {name: value for name, value in reasons.items() if name != _HELP or _HELP not in gone}
    for name in _LISTS:
        places = {index for index, _ in gone.get(name, ())}
        if places:
            left[name] = [entry for index, entry in enumerate(reasons[name]) if index not in places]
    return left


def with_again(reasons: Mapping[str, Any], gone: Mapping[str, Any]) -> dict[str, Any]:
    """The reasons that :func:`without` made less."""
    whole = dict(reasons)
    for name in _LISTS:
        if name in gone:
            whole[name] = list(reasons[name])
            for index, entry in gone[name]:
                whole[name].insert(index, entry)
    return whole | ({_HELP: gone[_HELP]} if _HELP in gone else {})


def cut_from_plan(db: Db, plan_id: int, people: Collection[int], groups: Collection[str]) -> dict[str, Any]:
    """Take out of a plan's reasons what a change makes untrue; returns what that was."""
    row = db.get(ExplanationRow, plan_id)
    gone = cut(row.reasons, people, groups) if row else {}
    if row and gone:
        row.reasons = without(row.reasons, gone)
    return gone


def put_back(db: Db, plan_id: int, gone: Mapping[str, Any]) -> None:
    """Undo :func:`cut_from_plan`."""
    row = db.get(ExplanationRow, plan_id)
    if row and gone:
        row.reasons = with_again(row.reasons, gone)


def cut_again(db: Db, plan_id: int, gone: Mapping[str, Any]) -> None:
    """Do :func:`cut_from_plan` again, after it was undone."""
    row = db.get(ExplanationRow, plan_id)
    if row and gone:
        row.reasons = without(row.reasons, gone)


def told_wishes(db: Db, plan_id: int, people: Collection[int]) -> dict[int, Wishes | None]:
    """What each of these people may read of their wishes; None where nothing is kept."""
    of_them = (OwnWishesRow.plan_id == plan_id, OwnWishesRow.person_id.in_(people))
    rows = {row.person_id: row.wishes for row in db.scalars(select(OwnWishesRow).where(*of_them))}
    return {who: rows.get(who) for who in people}


def write_told(db: Db, plan_id: int, wishes: Mapping[int, Wishes | None]) -> None:
    """Let these people read this."""
    rows = {
        row.person_id: row
        for row in db.scalars(
            select(OwnWishesRow).where(OwnWishesRow.plan_id == plan_id, OwnWishesRow.person_id.in_(wishes))
        )
    }
    nothing = [who for who, told in wishes.items() if told is None and who in rows]
    if nothing:
        for who in nothing:
            db.expunge(rows[who])
        db.execute(delete(OwnWishesRow).where(OwnWishesRow.plan_id == plan_id, OwnWishesRow.person_id.in_(nothing)))
    for who, told in wishes.items():
        if told is not None and who in rows:
            rows[who].wishes = told
        elif told is not None:
            db.add(OwnWishesRow(plan_id=plan_id, person_id=who, wishes=told))


def wishes_now(facts: Facts, groups: Iterable[Group], people: Collection[int]) -> dict[int, Wishes | None]:
    """What these people may read of their wishes once they are in these groups: those that are met. What meeting the
    others would cost is not known any more, so nothing is said of them."""
    found: dict[int, Wishes | None] = dict.fromkeys(people)
    for group in groups:
        roll = Roll.call(facts.lookup, group)
        for resident in roll.residents if roll else ():
            if roll and database_id(resident.id) in found:
                kept = kept_wishes(resident, met_wishes(facts.lookup, roll, person_key(database_id(resident.id))))
                found[database_id(resident.id)] = wishes_to_json(wish.with_people(database_id) for wish in kept)
    return found
