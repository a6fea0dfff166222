"""What is new in a group beside its sessions' own changes: who came and went, where too few can come, which dates are
proposed. Found, as changes of sessions are, by comparing what each person was told with what is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, case, func, insert, select
from sqlalchemy.orm import selectinload

from scheduler.db import Database, Db
from scheduler.groups.letters import places_of
from scheduler.groups.tables import GroupPlaceRow
from scheduler.invitations.tables import DateQuestionRow, GroupNewsRow
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.firewall import NOBODY, closing_in
from scheduler.programmes.tables import ModelRow, ProgrammeRow
from scheduler.sessions.model import Needed, ProposalState, SessionStatus
from scheduler.sessions.tables import AttendeeRow, ProposalRow, SessionRow
from solvers.quorum import quorum_of
from solvers.vocabulary import COMING

GroupId = tuple[int, str]
"""A published group: its programme's id and its key."""
MOST_DATES: Final = 3


@dataclass(frozen=True, slots=True)
class GroupState:
    """A group as its news go: its people and who of them lead it, sessions to which too few can come (each as a text of
    its id and start), and the ids of dates that its people propose."""

    people: frozenset[int] = frozenset()
    leaders: frozenset[int] = frozenset()
    short: frozenset[str] = frozenset()
    proposals: frozenset[int] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "people": sorted(self.people),
            "leaders": sorted(self.leaders),
            "short": sorted(self.short),
            "proposals": sorted(self.proposals),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> GroupState:
        """As it was stored."""
        return cls(**{name: frozenset(values) for name, values in stored.items()})


@dataclass(frozen=True, slots=True)
class AskedDate:
    """A proposed date that somebody may answer by ``question``; ``by`` is empty for what the product offers,
    ``instead`` None for an extra session."""

    question: int
    starts_at: datetime
    by: str
    instead: datetime | None


@dataclass(frozen=True, slots=True)
class ShortSession:
    """A session to which too few can come, with the other dates that are offered for it."""

    starts_at: datetime
    dates: tuple[AskedDate, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupNews:
    """What one person is told of one group. ``left`` have left the programme, ``gone`` only the group."""

    place_id: int
    programme_id: int
    group_key: str
    group_name: str
    zone: str
    left: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    short: tuple[ShortSession, ...] = ()
    mended: tuple[datetime, ...] = ()
    asked: tuple[AskedDate, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.left or self.gone or self.joined or self.leading or self.short or self.mended or self.asked)


@dataclass(slots=True)
class Unread:
    """The news of some people, with the rows that hold what they know."""

    news: dict[int, list[GroupNews]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[int, list[GroupNewsRow]] = field(default_factory=lambda: defaultdict(list))
    states: dict[int, GroupState | None] = field(default_factory=dict)
    leaders_changed: set[tuple[int, GroupId]] = field(default_factory=set)


def note_group_news(database: Database, now: datetime) -> None:
    """Note for everybody in a published group what is other than they were told of it. Whoever is new in a group knows
    it as it is: the first letter about its sessions says so."""
    with database.reading() as db:
        states = group_states(db, now)
        known = {
            (programme_id, key, who): (place_id, told, seen)
            for place_id, programme_id, key, who, told, seen in db.execute(
                select(
                    GroupPlaceRow.id,
                    GroupPlaceRow.programme_id,
                    GroupPlaceRow.group_key,
                    GroupPlaceRow.person_id,
                    GroupNewsRow.told,
                    GroupNewsRow.seen,
                ).outerjoin(GroupNewsRow, GroupNewsRow.place_id == GroupPlaceRow.id)
            )
        }
    new: list[tuple[GroupId, int]] = []
    changed: dict[int, dict[str, Any] | None] = {}
    for (programme_id, key), state in states.items():
        stored = state.as_json()
        for who in state.people:
            place_id, told, seen = known.get((programme_id, key, who), (None, None, None))
            if place_id is None or told is None:
                new.append(((programme_id, key), who))
            elif (None if told == stored else stored) != seen:
                changed[place_id] = None if told == stored else stored
    if new or changed:
        with database.writing() as db:
            _know(db, new, states)
            _see(db, changed, now)


def group_states(db: Db, now: datetime, groups: Collection[GroupId] | None = None) -> Mapping[GroupId, GroupState]:
    """Published groups as they are, in a few queries however many there are."""
    members: dict[GroupId, dict[int, MemberRole]] = defaultdict(dict)
    needed: dict[GroupId, tuple[float, int]] = {}
    for programme_id, key, quorum, present, who, role in db.execute(_members()):
        members[programme_id, key][who] = role
        needed[programme_id, key] = quorum, present
    short: dict[GroupId, set[str]] = defaultdict(set)
    for session_id, programme_id, key, starts_at, residents, leaders, away in db.execute(_coming(now)):
        group = programme_id, key
        if group in members:
            quorum, present = needed[group]
            here = list(members[group].values()).count(MemberRole.RESIDENT)
            enough = Needed(quorum_of(quorum, here), present, quorum, here).without(away)
            if not enough.are_met_by(residents, leaders):
                short[group].add(f"{session_id}@{starts_at.isoformat()}")
    proposed: dict[GroupId, set[int]] = defaultdict(set)
    for proposal_id, programme_id, key in db.execute(_proposed(now)):
        proposed[programme_id, key].add(proposal_id)
    return {
        group: GroupState(
            frozenset(people),
            frozenset(who for who, role in people.items() if role == MemberRole.FACILITATOR),
            frozenset(short[group]),
            frozenset(proposed[group]),
        )
        for group, people in members.items()
        if groups is None or group in groups
    }


def unread_news(db: Db, person_ids: Collection[int], now: datetime) -> Unread:
    """What these people are to be told of their groups now."""
    rows = db.execute(
        select(GroupNewsRow, GroupPlaceRow)
        .join(GroupPlaceRow, GroupPlaceRow.id == GroupNewsRow.place_id)
        .where(GroupPlaceRow.person_id.in_(person_ids), GroupNewsRow.since.is_not(None))
        .with_for_update(of=GroupNewsRow)
    ).all()
    unread = Unread()
    if not rows:
        return unread
    groups = {(place.programme_id, place.group_key) for _, place in rows}
    states, facts = group_states(db, now, groups), _Facts(db, groups, now)
    closing = closing_in(db, {programme_id for programme_id, _key in groups}, now)
    for row, place in rows:
        group = place.programme_id, place.group_key
        state = states.get(group)
        unread.rows[place.person_id].append(row)
        unread.states[row.place_id] = state
        if state is None or place.person_id not in state.people:
            continue
        told = GroupState.from_json(row.told)
        if state.leaders != told.leaders:
            unread.leaders_changed.add((place.person_id, group))
        news = facts.news(place, told, state)
        is_closed = not closing[place.programme_id].get(place.person_id, NOBODY).isdisjoint(state.people)
        if not (news.is_nothing or place.muted or is_closed):
            unread.news[place.person_id].append(news)
    return unread


def note_told(db: Db, unread: Unread, person_id: int) -> None:
    """Somebody has been told their news."""
    for row in unread.rows[person_id]:
        state = unread.states[row.place_id]
        if state is None:
            db.delete(row)  # the group is no more
            continue
        row.told, row.seen, row.since, row.changed_at, row.not_before = state.as_json(), None, None, None, None


def _know(db: Db, new: Iterable[tuple[GroupId, int]], states: Mapping[GroupId, GroupState]) -> None:
    wanted = list(new)
    if not wanted:
        return
    places = places_of(db, {(*group, who) for group, who in wanted})
    db.execute(
        insert(GroupNewsRow),
        [{"place_id": places[(*group, who)].id, "told": states[group].as_json()} for group, who in wanted],
    )


def _see(db: Db, changed: Mapping[int, dict[str, Any] | None], now: datetime) -> None:
    for row in db.scalars(select(GroupNewsRow).where(GroupNewsRow.place_id.in_(changed)).with_for_update()):
        row.seen = changed[row.place_id]
        row.since, row.changed_at = (row.since or now, now) if row.seen else (None, None)


def _members() -> Any:
    return (
        select(
            PlanRow.programme_id, GroupRow.key, ProgrammeRow.quorum, ModelRow.present, MemberRow.person_id,
            MemberRow.role,
        )
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(ProgrammeRow, ProgrammeRow.id == PlanRow.programme_id)
        .join(ModelRow, ModelRow.id == GroupRow.model_id)
        .where(PlanRow.state == PlanState.PUBLISHED, GroupRow.ended_at.is_(None), has_not_left())
    )  # fmt: skip


def _coming(now: datetime) -> Any:
    """Sessions ahead, with how many residents and facilitators are counted on, and how many residents are away."""
    counts = AttendeeRow.mark.in_(COMING)

    def how_many(role: MemberRole, those: Any) -> Any:
        return func.coalesce(func.sum(case((and_(AttendeeRow.role == role, those), 1), else_=0)), 0)

    return (
        select(
            SessionRow.id,
            SessionRow.programme_id,
            SessionRow.group_key,
            SessionRow.starts_at,
            how_many(MemberRole.RESIDENT, counts),
            how_many(MemberRole.FACILITATOR, counts),
            how_many(MemberRole.RESIDENT, AttendeeRow.away),
        )
        .outerjoin(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(SessionRow.starts_at > now, SessionRow.status != SessionStatus.CANCELLED)
        .group_by(SessionRow.id, SessionRow.programme_id, SessionRow.group_key, SessionRow.starts_at)
    )


def _proposed(now: datetime) -> Any:
    return select(ProposalRow.id, ProposalRow.programme_id, ProposalRow.group_key).where(
        ProposalRow.state == ProposalState.OPEN, ProposalRow.by_id.is_not(None), ProposalRow.starts_at > now
    )


class _Facts:
    """What is needed to put the news of some groups into words."""

    def __init__(self, db: Db, groups: Collection[GroupId], now: datetime) -> None:
        self._db = db
        self._now = now
        programmes, keys = {programme_id for programme_id, _ in groups}, {key for _, key in groups}
        sessions = select(SessionRow).where(SessionRow.programme_id.in_(programmes), SessionRow.group_key.in_(keys))
        self._sessions = {row.id: row for row in db.scalars(sessions.options(selectinload(SessionRow.attendees)))}
        self._names_of_groups = {(row.programme_id, row.group_key): row.group_name for row in self._sessions.values()}
        self._zones = dict(db.execute(select(ProgrammeRow.id, ProgrammeRow.zone)).all())
        open_ones = select(ProposalRow).where(
            ProposalRow.programme_id.in_(programmes),
            ProposalRow.group_key.in_(keys),
            ProposalRow.state == ProposalState.OPEN,
            ProposalRow.starts_at > now,
        )
        found = db.scalars(open_ones.options(selectinload(ProposalRow.answers)).order_by(ProposalRow.starts_at))
        self._proposals = list(found)
        left = select(ParticipantRow.programme_id, ParticipantRow.person_id)
        self._left = {
            (programme_id, who)
            for programme_id, who in db.execute(
                left.where(ParticipantRow.programme_id.in_(programmes), ParticipantRow.left_at.is_not(None))
            )
        }
        self._names: dict[int, str] = {}
        self._questions: dict[tuple[int, int], int] = {}

    def news(self, place: GroupPlaceRow, told: GroupState, state: GroupState) -> GroupNews:
        """What somebody is told who knew their group as ``told``."""
        group, me = (place.programme_id, place.group_key), place.person_id
        self._name(told.people | state.people | {row.by_id for row in self._proposals if row.by_id})
        gone = told.people - state.people - {me}
        left = {who for who in gone if (place.programme_id, who) in self._left}
        came = state.people - told.people - {me}
        return GroupNews(
            place_id=place.id,
            programme_id=place.programme_id,
            group_key=place.group_key,
            group_name=self._names_of_groups.get(group, ""),
            zone=self._zones[place.programme_id],
            left=self._listed(left),
            gone=self._listed(gone - left),
            joined=self._listed(came - state.leaders),
            leading=self._listed(state.leaders - told.leaders - {me}),
            short=tuple(self._short(key, me) for key in sorted(state.short - told.short) if self._is_invited(key, me)),
            mended=tuple(self._mended(told.short - state.short, me)),
            asked=tuple(
                self._asked(row, me)
                for row in self._proposals
                if row.id in state.proposals - told.proposals and self._is_open_to(row, me)
            ),
        )

    def _is_invited(self, key: str, me: int) -> bool:
        session = self._sessions[int(key.partition("@")[0])]
        return any(attendee.person_id == me for attendee in session.attendees)

    def _short(self, key: str, me: int) -> ShortSession:
        session = self._sessions[int(key.partition("@")[0])]
        offers = [row for row in self._proposals if row.session_id == session.id and row.by_id is None]
        return ShortSession(session.starts_at, tuple(self._asked(row, me) for row in offers[:MOST_DATES]))

    def _mended(self, keys: Iterable[str], me: int) -> list[datetime]:
        """Sessions to which enough can come after all: none that moved, was cancelled, or has begun meanwhile."""
        found = []
        for key in sorted(keys):
            session_id, _, starts_at = key.partition("@")
            row = self._sessions.get(int(session_id))
            is_same = row and row.status != SessionStatus.CANCELLED and row.starts_at.isoformat() == starts_at
            if row and is_same and row.starts_at > self._now and self._is_invited(key, me):
                found.append(row.starts_at)
        return found

    @staticmethod
    def _is_open_to(row: ProposalRow, me: int) -> bool:
        return row.by_id != me and all(answer.person_id != me for answer in row.answers)

    def _asked(self, row: ProposalRow, me: int) -> AskedDate:
        session = self._sessions.get(row.session_id or 0)
        return AskedDate(
            question=self._question(row.id, me),
            starts_at=row.starts_at,
            by=self._names.get(row.by_id or 0, ""),
            instead=session.starts_at if session else None,
        )

    def _question(self, proposal_id: int, me: int) -> int:
        known = DateQuestionRow.proposal_id == proposal_id, DateQuestionRow.person_id == me
        found = self._db.scalar(select(DateQuestionRow).where(*known))
        if found is None:
            found = DateQuestionRow(proposal_id=proposal_id, person_id=me)
            self._db.add(found)
            self._db.flush()
        return found.id

    def _name(self, person_ids: Collection[int]) -> None:
        unknown = set(person_ids) - self._names.keys()
        if unknown:
            rows = self._db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(unknown)))
            self._names |= dict(rows.all())

    def _listed(self, person_ids: Collection[int]) -> tuple[str, ...]:
        return tuple(sorted(self._names[who] for who in person_ids if who in self._names))
