"""What is said of a list of people beside its rows, before it is taken."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.enrolment.spreadsheets.meanings import grade_of_seniors
from scheduler.enrolment.spreadsheets.questions import Understood
from scheduler.languages import say_many
from scheduler.programmes.model import Programme


def people_notes(before: Programme, wanted: Programme, found: Understood) -> Iterator[str]:
    """Sentences about new grades and about seniors who become members. ``wanted`` is the programme as the list makes
    it."""
    yield from _grade_notes(before, wanted, found)
    if found.as_members and (grade := grade_of_seniors(wanted)):
        yield say_many(
            "Facilitators meet as peers in this programme, so %(num)s person who is faculty on the list becomes a "
            "member of its groups, with the grade “%(grade)s”.",
            "Facilitators meet as peers in this programme, so %(num)s people who are faculty on the list become "
            "members of its groups, with the grade “%(grade)s”.",
            found.as_members,
            grade=grade.name,
        )


def _grade_notes(before: Programme, wanted: Programme, found: Understood) -> Iterator[str]:
    """What is new among the grades of a programme that has some, and which others are another number then."""
    known = {grade.name for grade in before.grades}
    new = [grade.name for grade in wanted.grades if grade.name not in known] if known else []
    if new:
        yield say_many("New grade: %(names)s.", "New grades: %(names)s.", len(new), names=", ".join(new))
    moved = [grade.name for grade in before.grades if grade.stage in found.moved]
    if moved:
        yield say_many(
            "%(names)s moves up to make room, so its residents are one grade further from those below.",
            "%(names)s move up to make room, so their residents are further from the grades below.",
            len(moved),
            names=", ".join(moved),
        )
