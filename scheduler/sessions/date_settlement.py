"""When a date that a group could move to is settled: by a vote, by two people, or by the coordinator.

Only the yes of people who can come then counts, and it takes two people wherever there are two: nobody moves everybody
by a tap of theirs alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from scheduler.db import Db
from scheduler.plans.membership import Roster, group_roster
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import DateSettling
from scheduler.programmes.service import get_programme
from scheduler.sessions.quorum import facilitators_needed
from solvers.quorum import quorum_of

_PEOPLE: Final = 2


@dataclass(frozen=True, slots=True)
class Settling:
    """How dates of a group are settled, with its ``members``: so many ``people`` agree, of whom so many are
    ``residents`` and ``facilitators``; with ``by_coordinator`` no number of them is enough."""

    members: Roster
    people: int
    residents: int = 0
    facilitators: int = 0
    by_coordinator: bool = False

    def is_met_by(self, agreed: Collection[int]) -> bool:
        """Whether it is enough that these people agree."""
        roles = [self.members[person_id] for person_id in agreed if person_id in self.members]
        return (
            not self.by_coordinator
            and len(roles) >= self.people
            and roles.count(MemberRole.RESIDENT) >= self.residents
            and roles.count(MemberRole.FACILITATOR) >= self.facilitators
        )


def settling_of(db: Db, programme_id: int, group_key: str) -> Settling:
    """How a published group settles its dates, as its programme has it."""
    programme, members = get_programme(db, programme_id), group_roster(db, programme_id, group_key)
    people = min(_PEOPLE, len(members))
    match programme.conduct.settling:
        case DateSettling.COORDINATOR:
            return Settling(members, people, by_coordinator=True)
        case DateSettling.TWO:
            return Settling(members, people)
    residents = list(members.values()).count(MemberRole.RESIDENT)
    present = facilitators_needed(db, programme, group_key)
    return Settling(members, people, quorum_of(programme.quorum, residents), present)
