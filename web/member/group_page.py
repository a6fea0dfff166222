"""Everything that the page of a group shows, put together for one of its people."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from scheduler.availability.service import for_person
from scheduler.charters.model import GroupCharter
from scheduler.charters.service import group_charter
from scheduler.errors import NotFound
from scheduler.groups.agenda import agenda
from scheduler.groups.model import AgendaItem, Goal, chair_of
from scheduler.groups.private import shared_goals
from scheduler.people.clocks import zone_of
from scheduler.plans.told import own_wishes
from scheduler.sessions.model import Attendance, OwnGroup, Session
from scheduler.sessions.proposing import Proposal, proposals
from web.current import actor, database, now
from web.member.term import Reader, answers_by_start
from web.member.why import Why, why_of


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One group as the reader sees it. ``own_zone`` is the clock that they live by, where they chose one."""

    group: OwnGroup
    reader: Reader
    charter: GroupCharter | None
    proposals: tuple[Proposal, ...]
    agenda: tuple[AgendaItem, ...]
    goals: tuple[Goal, ...]
    why: Why
    own_zone: str = ""

    def offers(self, session: Session) -> tuple[Proposal, ...]:
        """Dates that the product offers in place of a session that too few can come to."""
        return tuple(p for p in self.proposals if not p.by and p.session_id == session.id)

    @property
    def proposed(self) -> tuple[Proposal, ...]:
        """What members propose."""
        return tuple(proposal for proposal in self.proposals if proposal.by)

    def items(self, session_id: int | None) -> tuple[AgendaItem, ...]:
        """What is to be talked about at a session, or some time."""
        return tuple(item for item in self.agenda if item.session_id == session_id)

    def chair(self, session: Session) -> str:
        """Who takes the chair, or nobody."""
        found = chair_of(session, self.group.sessions)
        return found.name if found else ""

    def session(self, session_id: int | None) -> Session | None:
        """A session of the group."""
        return next((session for session in self.group.sessions if session.id == session_id), None)

    @property
    def facilitator_ids(self) -> Mapping[int, str]:
        """Who facilitates or stood in, by id: whom to thank."""
        return {a.person_id: a.name for session in self.group.sessions for a in session.facilitators}

    def deputies(self, session: Session) -> tuple[Attendance, ...]:
        """Who stands in at a session."""
        return tuple(a for a in session.facilitators if a.name not in self.group.facilitators)


def load_page(group: OwnGroup) -> GroupPage:
    """The page of one of the reader's own groups."""
    here = (group.programme_id, group.key)
    reader = reader_of(group.programme_id)
    with database().reading() as db:
        return GroupPage(
            group=group,
            reader=reader,
            charter=group_charter(db, actor(), *here),
            proposals=proposals(db, actor(), *here, now()),
            agenda=agenda(db, actor(), *here),
            goals=shared_goals(db, actor(), *here),
            why=why_of(own_wishes(db, actor(), group.programme_id)),
            own_zone=zone_of(db, actor()),
        )


def reader_of(programme_id: int) -> Reader:
    """Who reads, with what is known today of their own time in a programme."""
    me = actor().person_id or 0
    with suppress(NotFound), database().reading() as db:  # nothing is worked out where no rota or pattern speaks
        return Reader(me, now(), answers_by_start(for_person(db, actor(), programme_id, me)))
    return Reader(me, now())
