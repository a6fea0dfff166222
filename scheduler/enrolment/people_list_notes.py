"""What is said of a list of people beside its rows, before it is taken."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.enrolment.spreadsheets.meanings import grade_of_seniors
from scheduler.enrolment.spreadsheets.questions import Understood
from scheduler.languages import say_many
from scheduler.programmes.model import Programme


def people_notes(wanted: Programme, found: Understood) -> Iterator[str]:
    """Sentences about seniors who become members. ``wanted`` is the programme as the list makes it."""
    if found.as_members and (grade := grade_of_seniors(wanted)):
        yield say_many(
            "Facilitators meet as peers in this programme, so %(num)s person whom the list calls faculty becomes a "
            "member of its groups, with the grade “%(grade)s”.",
            "Facilitators meet as peers in this programme, so %(num)s people whom the list calls faculty become "
            "members of its groups, with the grade “%(grade)s”.",
            found.as_members,
            grade=grade.name,
        )
