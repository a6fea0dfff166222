"""Who somebody is to the product, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from scheduler.errors import NotAllowed, NotPossible
from scheduler.languages import say, short_day

_ADDRESS = re.compile(r"[^@\s;,]+@[^@\s;,.]+(?:\.[^@\s;,.]+)+")


class Role(StrEnum):
    """What a person may do in a programme; one person may have several."""

    RESIDENT = "resident"
    FACULTY = "faculty"
    COORDINATOR = "coordinator"
    OVERSIGHT = "oversight"
    DIRECTOR = "director"
    """Who answers for the programme, and reads figures about all of it and nothing about anybody in it."""
    GUEST = "guest"
    """A guest coach: faculty from outside, for one group only. It is never stored (:func:`role_as_guest`)."""
    PAST_GUEST = "past-guest"
    """A guest whose group has ended, or who has left: nothing but their record is theirs."""


STORED_ROLES = (Role.RESIDENT, Role.FACULTY, Role.COORDINATOR, Role.OVERSIGHT, Role.DIRECTOR)
INVITED_ROLES = (Role.OVERSIGHT, Role.DIRECTOR)
"""Nobody has these who has not accepted them."""
GUESTS = (Role.GUEST, Role.PAST_GUEST)


def role_as_guest(role: Role, *, guest: bool, has_left: bool) -> Role:
    """The role as it counts for somebody: a guest has faculty's in nothing."""
    if role is not Role.FACULTY or not guest:
        return role
    return Role.PAST_GUEST if has_left else Role.GUEST


PARTICIPANTS = (Role.RESIDENT, Role.FACULTY)
"""The roles of those who may be in a group."""


class WishKind(StrEnum):
    """What a resident asks of another person: to be with them, never with them, or to be facilitated by them."""

    WANT = "want"
    AVOID = "avoid"
    CHOICE = "choice"


class RelationKind(StrEnum):
    """What one person is to another outside the programme."""

    SUPERVISES = "supervises"
    ASSESSES = "assesses"
    LINE_MANAGES = "line-manages"
    PANEL = "panel"
    TREATS = "treats"
    FAMILY = "family"
    PRIOR_COMPLAINT = "prior-complaint"
    SPONSORS = "sponsors"
    ADVISES = "advises"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. ``person_id`` is None for the product itself (a command on the machine, a job).

    ``language`` is the tag of the language that they use, as far as it is known. Who ``begins`` an installation may
    make its first programme, though they run none yet. ``archived`` are programmes that are put away: what they may do
    there they still may, and no list shows them but to oversight contacts and directors. Until ``sealed_until`` what is
    theirs alone is closed: another has changed their address (:mod:`scheduler.signing_in.address_changes`).
    """

    person_id: int | None
    name: str
    roles: frozenset[tuple[int, Role]] = frozenset()
    trusted: bool = False
    language: str = ""
    begins: bool = False
    archived: frozenset[int] = frozenset()
    sealed_until: datetime | None = None

    def must_be_confirmed(self) -> None:
        """Raise :class:`NotPossible` while it is not known that whoever signs in under a changed address is still this
        person: every service that opens what is somebody's alone calls this where it loads."""
        if self.sealed_until is not None:
            raise NotPossible(
                say(
                    "Your e-mail address was changed by someone else: what is yours alone stays closed until "
                    "%(day)s, or until the change is confirmed.",
                    day=short_day(self.sealed_until.date()),
                ),
                what_to_do=say(
                    "Open the link in the e-mail that we sent to your former address, or sign in on a device on which "
                    "you were signed in before."
                ),
            )

    @property
    def may_begin_programmes(self) -> bool:
        """Whether they may make a programme: coordinators may, and who begins an installation."""
        return self.trusted or self.begins or self.is_anywhere(Role.COORDINATOR)

    def must_be_able_to_begin(self) -> None:
        """Raise :class:`NotAllowed` for who may make no programme."""
        if not self.may_begin_programmes:
            raise _not_allowed()

    def has(self, programme_id: int, *roles: Role) -> bool:
        """Whether the actor has one of these roles in the programme."""
        return self.trusted or any((programme_id, role) in self.roles for role in roles)

    def must_have(self, programme_id: int, *roles: Role) -> None:
        """Raise :class:`NotAllowed` without one of these roles: every service calls this where it loads."""
        if not self.has(programme_id, *roles):
            raise _not_allowed()

    def programmes(self, role: Role) -> tuple[int, ...]:
        """The programmes in which the actor has the role, oldest first; not those that are archived. An oversight
        contact and a director have those too, last: concerns and evidence outlive their programme."""
        theirs = sorted(one for one, has in self.roles if has is role)
        live = [one for one in theirs if one not in self.archived]
        outlives = role in (Role.OVERSIGHT, Role.DIRECTOR)
        return (*live, *(one for one in theirs if one in self.archived and outlives))

    def is_anywhere(self, *roles: Role) -> bool:
        """Whether the actor has one of these roles in some programme, archived ones too."""
        return any(has in roles for _, has in self.roles)


OPERATOR = Actor(None, "the operator", trusted=True)
"""Whoever runs commands on the machine itself."""


def _not_allowed() -> NotAllowed:
    return NotAllowed(
        say("You don’t have access to this page."),
        what_to_do=say("Go back, or sign in with an account that has access."),
    )


MOST_STAGE: Final = 99
"""The highest number of a grade."""
MOST_GROUPS: Final = 20
"""In how many groups at once anybody can be, or facilitate."""


LONGEST_ADDRESS: Final = 254
"""Characters of an e-mail address (RFC 5321)."""
LONGEST_NAME: Final = 120
"""Characters of somebody's name, wherever it is given."""


def is_address(text: str) -> bool:
    """Whether a text looks like an e-mail address, with a domain of two parts at least; only sending to it can tell for
    certain."""
    return len(text) <= LONGEST_ADDRESS and bool(_ADDRESS.fullmatch(text))
