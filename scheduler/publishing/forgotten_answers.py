"""Deleting what one has said when asked openly, wherever it is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from scheduler.db import Db
from scheduler.joining.openly import AskedOpenly, delete_traits, set_asked_openly, traits_of
from scheduler.people.model import Actor
from scheduler.people.tables import ParticipantRow
from scheduler.people.traits import Category, forget_traits
from scheduler.planning.forgotten_traits import forget_in_runs
from scheduler.publishing.unmet_wishes import forget_all_unmet, forget_unmet


def delete_answers(db: Db, actor: Actor, programme_id: int, category: Category | None = None) -> None:
    """Delete what the actor has said in one category, or in all: their answer, and what earlier plans were made by."""
    delete_traits(db, actor, programme_id, category)
    if actor.person_id is not None:
        categories = (category,) if category else tuple(Category)
        forget_in_runs(db, programme_id, (actor.person_id,), categories)
        forget_unmet(db, programme_id, (actor.person_id,), categories)


def change_asked(db: Db, actor: Actor, programme_id: int, wanted: AskedOpenly, now: datetime) -> None:
    """Change what a programme asks; what people said in a category that is asked no longer is deleted everywhere."""
    people = set_asked_openly(db, actor, programme_id, wanted, now)
    dropped = [category for category in Category if category not in wanted]
    if people and dropped:
        forget_in_runs(db, programme_id, people, dropped)
        forget_unmet(db, programme_id, people, dropped)


def forget_answers_of(db: Db, programme_id: int, parts: Collection[ParticipantRow]) -> None:
    """Delete all that these people have said, because they no longer take part."""
    said = [part.person_id for part in parts if traits_of(part)]
    for part in parts:
        forget_traits(part)
    db.flush()
    forget_all_unmet(db, programme_id, [part.person_id for part in parts])
    if said:
        forget_in_runs(db, programme_id, said, tuple(Category))
