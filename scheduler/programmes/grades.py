"""The names of grades as they are stored, and people's places among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import case, delete, insert, update

from scheduler.db import Db
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import Grade
from scheduler.programmes.tables import GradeRow


def known_grades(before: Sequence[Grade], wanted: Sequence[Grade]) -> tuple[Grade, ...]:
    """What is wanted, each grade with the number that it has so far: as it says itself, else as the grade of its name,
    else as that of its number."""
    names = {_plain(grade.name): grade.stage for grade in before}
    numbers = {grade.stage for grade in before}
    found = [grade if grade.was in numbers else replace(grade, was=None) for grade in wanted]
    for key in (lambda grade: names.get(_plain(grade.name)), lambda grade: grade.stage):
        found = [_known(grade, key(grade), numbers - {each.was for each in found}) for grade in found]
    return tuple(found)


def _known(grade: Grade, was: int | None, free: Collection[int]) -> Grade:
    return replace(grade, was=was) if grade.was is None and was in free else grade


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def moved_by(grades: Sequence[Grade]) -> Mapping[int, int]:
    """Old number → new of the grades that get another."""
    return {each.was: each.stage for each in grades if each.was is not None and each.was != each.stage}


def gone(before: Sequence[Grade], wanted: Sequence[Grade]) -> tuple[Grade, ...]:
    """The grades that are no longer wanted."""
    kept = {grade.was for grade in wanted}
    return tuple(grade for grade in before if grade.stage not in kept)


def store_grades(db: Db, programme_id: int, grades: Sequence[Grade], moved: Mapping[int, int]) -> None:
    """Give a programme these names of grades; whoever was at a stage that ``moved`` (old → new) goes with it.

    Part of a change that somebody may make: the caller has asked.
    """
    db.execute(delete(GradeRow).where(GradeRow.programme_id == programme_id))
    if grades:
        db.execute(
            insert(GradeRow),
            [{"programme_id": programme_id, "stage": each.stage, "name": each.name} for each in grades],
        )
    if moved:
        theirs = (ParticipantRow.programme_id == programme_id, ParticipantRow.stage.in_(moved))
        stage = case(dict(moved), value=ParticipantRow.stage)
        db.execute(update(ParticipantRow).where(*theirs).values(stage=stage))
    db.expire_all()
