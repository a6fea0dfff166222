"""Who somebody is to the product, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.errors import NotAllowed
from scheduler.languages import say


class Role(StrEnum):
    """What a person may do in a programme; one person may have several."""

    RESIDENT = "resident"
    FACULTY = "faculty"
    COORDINATOR = "coordinator"
    OVERSIGHT = "oversight"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. ``person_id`` is None for the product itself (a command on the machine, a job).

    ``language`` is the tag of the language that they have chosen.
    """

    person_id: int | None
    name: str
    roles: frozenset[tuple[int, Role]] = frozenset()
    trusted: bool = False
    language: str = ""

    def has(self, programme_id: int, *roles: Role) -> bool:
        """Whether the actor has one of these roles in the programme."""
        return self.trusted or any((programme_id, role) in self.roles for role in roles)

    def must_have(self, programme_id: int, *roles: Role) -> None:
        """Raise :class:`NotAllowed` without one of these roles: every service calls this where it loads."""
        if not self.has(programme_id, *roles):
            raise NotAllowed(
                say("This page is not yours to see."), what_to_do=say("Sign in as somebody who may, or go back.")
            )

    def programmes(self, role: Role) -> tuple[int, ...]:
        """The programmes in which the actor has the role, oldest first."""
        return tuple(sorted(programme for programme, has in self.roles if has is role))


OPERATOR = Actor(None, "the operator", trusted=True)
"""Whoever runs commands on the machine itself."""
