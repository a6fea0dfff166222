"""Everything that the page of a group shows, put together for one of its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.charters.disclosures import Disclosure, listeners, own_disclosures
from scheduler.charters.model import GroupCharter
from scheduler.charters.service import group_charters
from scheduler.db import Db
from scheduler.groups.agenda import agendas
from scheduler.groups.beginning import Readiness, beginning
from scheduler.groups.model import AgendaItem, Goal, Opportunity
from scheduler.groups.opportunities import opportunities
from scheduler.groups.private import goals_shared_with
from scheduler.people.clocks import zone_of
from scheduler.plans.model import MemberRole
from scheduler.plans.own_wishes import own_wishes
from scheduler.programmes.life import which_have_ended
from scheduler.programmes.model import DateSettling
from scheduler.programmes.service import get_programmes
from scheduler.reasons.sentences import OwnWishes, own_wish_sentences
from scheduler.sessions.model import Attendance, OwnGroup, Session
from scheduler.sessions.own_attendance import own_attendance
from scheduler.sessions.proposals import Proposal, proposals_to
from scheduler.sessions.reversals import Settled, settled_dates
from scheduler.sessions.rhythm import Rhythm, rhythm_of
from scheduler.sessions.turn_swaps import TurnSwap, lapsed_turns, swappable, swaps_asked
from scheduler.sessions.turns import Shares, shares_of
from scheduler.terms.staying_on import graduating, staying_in
from scheduler.troubles.automatic_settlement import SILENCE
from web.language import lazy_gettext
from web.member.charter_words import hats_worn
from web.member.term import Reader
from web.request_context import actor, now

HOW_SETTLED = {
    DateSettling.VOTE: lazy_gettext(
        "A date is set once enough of you have agreed to it. You then meet without anyone who can’t come."
    ),
    DateSettling.TWO: lazy_gettext("A date is set as soon as two people who can come on it have agreed."),
    DateSettling.COORDINATOR: lazy_gettext(
        "Say which dates you’d like. Your coordinator sees how many of you agree to each, and sets the date."
    ),
}
"""How a date is settled, in a sentence."""


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One group as the reader sees it. ``disclosed`` is what its people are to each other as far as all of
    them are told, and ``listeners`` who listens from outside; ``own_zone`` is the clock that they live by, where they
    chose one;
    ``has_ended`` says that its programme was ended."""

    group: OwnGroup
    reader: Reader
    charter: GroupCharter | None
    proposals: tuple[Proposal, ...]
    agenda: tuple[AgendaItem, ...]
    goals: tuple[Goal, ...]
    opportunities: tuple[Opportunity, ...]
    why: OwnWishes
    settling: DateSettling
    settles_itself: bool
    settled: tuple[Settled, ...]
    disclosed: tuple[Disclosure, ...] = ()
    listeners: tuple[str, ...] = ()
    own_zone: str = ""
    has_ended: bool = False
    stays_on: bool = False
    leaves: bool = False

    def offers(self, session: Session) -> tuple[Proposal, ...]:
        """Dates that the product offers in place of a session that too few can come to."""
        return tuple(p for p in self.proposals if not p.by and p.session_id == session.id)

    @property
    def how_settled(self) -> str:
        """How a date of this group is settled."""
        return str(HOW_SETTLED[self.settling])

    @property
    def silence_days(self) -> int:
        """After how many days without a no a date that everybody can keep is set by itself; 0 for never."""
        return SILENCE.days if self.settles_itself and self.settling is not DateSettling.COORDINATOR else 0

    def settled_for(self, session: Session) -> Settled | None:
        """The date that the session was given within the last day, if that can still be undone."""
        return next((settled for settled in self.settled if settled.session_id == session.id), None)

    @property
    def proposed(self) -> tuple[Proposal, ...]:
        """What members propose."""
        return tuple(proposal for proposal in self.proposals if proposal.by)

    def items(self, session_id: int | None) -> tuple[AgendaItem, ...]:
        """What is to be talked about at a session, or some time."""
        return tuple(item for item in self.agenda if item.session_id == session_id)

    def chair(self, session: Session) -> Attendance | None:
        """Who is chairing a session ahead: somebody who can come, or nobody. It would tell who can come, so it isn’t
        told where that is withheld from the reader."""
        return session.chair if session.is_ahead(now()) else None

    @property
    def turns(self) -> Shares | None:
        """How many turns in the chair each resident has."""
        return shares_of(self.group.sessions)

    def own_turns(self, session: Session) -> tuple[Session, ...]:
        """Which of their own turns the reader could offer for that of a session."""
        return swappable(self.group, session, self.reader.person_id, self.reader.now)

    @property
    def swaps_asked(self) -> tuple[TurnSwap, ...]:
        """Who would like to swap turns with the reader."""
        return swaps_asked(self.group, self.reader.person_id, self.reader.now)

    @property
    def lapsed_turns(self) -> tuple[Session, ...]:
        """The sessions of which the reader offered their turn in vain."""
        return lapsed_turns(self.group, self.reader.person_id, self.reader.now)

    @property
    def shuts_out(self) -> bool:
        """Whether the reader, a resident, can come to none of the dates ahead: a place that is none."""
        return not self.group.as_facilitator and self.group.shuts_out(self.reader.person_id, self.reader.now)

    def session(self, session_id: int | None) -> Session | None:
        """A session of the group."""
        return next((session for session in self.group.sessions if session.id == session_id), None)

    @property
    def beginning(self) -> tuple[Readiness, ...]:
        """What the group needs to begin well, until its first session is over."""
        return beginning(self.group, self.charter, self.reader.now)

    @property
    def rhythm(self) -> Rhythm:
        """How regularly the group meets."""
        return rhythm_of(self.group.sessions, self.group.interval_days)

    @property
    def facilitator_ids(self) -> Mapping[int, str]:
        """Who facilitates or stood in, by id: whom to thank."""
        return {a.person_id: a.name for session in self.group.sessions for a in session.facilitators}

    @property
    def hats_worn(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """In what role each facilitator who has said so is there, by their names."""
        if self.charter is None:
            return ()
        facilitators = {s.person_id: s.name for s in self.charter.signatories if s.role == MemberRole.FACILITATOR}
        return tuple(found for found in hats_worn(self.charter, facilitators) if found[1])

    def deputies(self, session: Session) -> tuple[Attendance, ...]:
        """Who stands in at a session."""
        return self.group.deputies(session)


def load_pages(db: Db, groups: Sequence[OwnGroup]) -> tuple[GroupPage, ...]:
    """The pages of the reader's own groups, in their order; however many they are, each part is looked up once."""
    ids = [(group.programme_id, group.key) for group in groups]
    readers = _readers(db, groups)
    whys = {programme_id: own_wish_sentences(own_wishes(db, actor(), programme_id)) for programme_id in readers}
    programmes, settled = get_programmes(db, set(readers)), settled_dates(db, actor(), ids, now())
    ended = which_have_ended(db, set(readers))
    charters, proposed = group_charters(db, actor(), ids, now()), proposals_to(db, actor(), ids, now())
    disclosed, outside = own_disclosures(db, actor(), ids, now()), listeners(db, set(readers))
    leaving = _leaving(db, groups)
    staying = staying_in(db, actor(), leaving) if leaving else frozenset()
    offered = opportunities(db, actor(), ids, now())
    lists, goals, own_zone = agendas(db, actor(), ids), goals_shared_with(db, actor(), ids), zone_of(db, actor())
    return tuple(
        GroupPage(
            group=group,
            reader=readers[group.programme_id],
            charter=charters.get(id_),
            proposals=proposed[id_],
            agenda=lists[id_],
            goals=goals[id_],
            opportunities=offered[id_],
            why=whys[group.programme_id],
            settling=programmes[group.programme_id].conduct.settling,
            settles_itself=programmes[group.programme_id].conduct.settles_itself,
            settled=settled[id_],
            disclosed=disclosed[id_],
            listeners=outside.get(group.programme_id, ()),
            own_zone=own_zone,
            has_ended=group.programme_id in ended,
            stays_on=group.programme_id in staying,
            leaves=group.programme_id in leaving,
        )
        for id_, group in zip(ids, groups, strict=True)
    )


def _leaving(db: Db, groups: Sequence[OwnGroup]) -> frozenset[int]:
    """The programmes that the reader leaves with their group, unless they stay on."""
    closing = {group.programme_id for group in groups if group.closes and not group.as_facilitator}
    return frozenset(one for one in closing if actor().person_id in graduating(db, one))


def _readers(db: Db, groups: Sequence[OwnGroup]) -> Mapping[int, Reader]:
    """Who reads, by programme, with why they can come to each session of theirs or not."""
    own = own_attendance(db, actor(), [(group.programme_id, s) for group in groups for s in group.sessions])
    return {group.programme_id: Reader(actor().person_id or 0, now(), own) for group in groups}
