"""How a programme is overseen, as anybody may read: facts about it, and nobody's name."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.charters.agreements import find_charter
from scheduler.db import Db
from scheduler.joining.questions import questions_of
from scheduler.people.roles import contacts_of


@dataclass(frozen=True, slots=True)
class Overseen:
    """``contacts`` is how many oversight contacts there are; ``has_charter`` says whether groups agree one,
    ``code_needed`` whether only facilitators are planned who have signed the code of conduct and are trained."""

    contacts: int
    has_charter: bool
    code_needed: bool


def how_overseen(db: Db, programme_id: int) -> Overseen:
    """What holds of a programme today."""
    return Overseen(
        len(contacts_of(db, programme_id)),
        find_charter(db, programme_id) is not None,
        questions_of(db, programme_id).code_needed,
    )
