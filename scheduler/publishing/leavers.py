"""Leaving a programme and coming back. Nobody has to say why, and nothing of the why is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, delete, or_, select, update

from scheduler.audit.service import record, record_each
from scheduler.calendars.service import end_feeds
from scheduler.changes import Fact, note
from scheduler.circles.departures import take_out_of_circles
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.joining.directory import take_off_directory
from scheduler.joining.model import JoiningState, Step, state_of
from scheduler.joining.tables import AnswerRow
from scheduler.languages import say
from scheduler.own_groups.departures import take_out
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.membership import rosters
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.publishing.forgotten_answers import forget_answers_of
from scheduler.publishing.unmet_wishes import keep_unmet_wishes
from scheduler.sessions.model import DEPUTY_FOUND_OR_ASKED, DeputyState, ProposalState
from scheduler.sessions.tables import AttendeeRow, DeputyRow, ProposalAnswerRow, ProposalRow, SessionRow


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A programme in which somebody takes part, or did; one that ``follows`` is the next term of another."""

    programme_id: int
    programme: str
    kind: Role
    state: JoiningState
    left_at: datetime | None
    invited: bool
    follows: bool = False
    first_day: date | None = None
    last_day: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self.invited and self.state.is_unfinished

    @property
    def is_known(self) -> bool:
        """Whether they have been told of it: they were invited, or have answered there, or left it."""
        return self.invited or self.state is not JoiningState.NOT


def own_parts(db: Db, actor: Actor) -> tuple[OwnPart, ...]:
    """The actor's programmes as resident or faculty, oldest first, those too that they have left."""
    rows = db.execute(
        select(
            ParticipantRow,
            ProgrammeRow.name,
            AnswerRow.steps,
            AnswerRow.agreed_at,
            AnswerRow.invited_at,
            ProgrammeRow.ended_at,
            ProgrammeRow.follows_id,
            ProgrammeRow.first_day,
            ProgrammeRow.last_day,
        )
        .join(ProgrammeRow, ProgrammeRow.id == ParticipantRow.programme_id)
        .outerjoin(
            AnswerRow,
            (AnswerRow.programme_id == ParticipantRow.programme_id) & (AnswerRow.person_id == ParticipantRow.person_id),
        )
        .where(ParticipantRow.person_id == actor.person_id, ~ParticipantRow.guest, ProgrammeRow.archived_at.is_(None))
        .order_by(ParticipantRow.programme_id)
    )
    return tuple(
        OwnPart(
            part.programme_id,
            name,
            part.kind,
            state_of(
                part.kind,
                frozenset(Step(step) for step in steps or ()),
                agreed_at,
                part.left_at,
                declined=part.declined,
            ),
            part.left_at,
            invited_at is not None and ended_at is None,
            follows_id is not None,
            first_day,
            last_day,
        )
        for part, name, steps, agreed_at, invited_at, ended_at, follows_id, first_day, last_day in rows
    )


def known_parts(db: Db, actor: Actor) -> tuple[OwnPart, ...]:
    """The actor's programmes without those that nobody has told them of yet, such as a next term before it is asked
    about; all where they know of none."""
    parts = own_parts(db, actor)
    knows_since = min((part.programme_id for part in parts if part.is_known), default=None)

    def is_news(part: OwnPart) -> bool:
        return part.follows or (knows_since is not None and part.programme_id > knows_since)

    return tuple(part for part in parts if part.is_known or not is_news(part)) or parts


def leave(db: Db, actor: Actor, programme_id: int, now: datetime, *, person_id: int | None = None) -> int:
    """Take a person out: the actor or, for a coordinator, the person who asked them to. Returns in how
    many sessions ahead they are no longer expected.

    Their feeds of the programme end, and they are taken off every session ahead. What they said when asked openly is
    deleted. The group learns that they have left.
    """
    part = _part(db, actor, programme_id, person_id)
    return _let_go(db, actor, programme_id, [part], now)


def leave_together(db: Db, actor: Actor, programme_id: int, people: Collection[int], now: datetime) -> None:
    """Take these people out for a coordinator, each as :func:`leave` does, in a few queries however many they are."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    these = (ParticipantRow.programme_id == programme_id, ParticipantRow.person_id.in_(people))
    parts = db.scalars(select(ParticipantRow).where(*these).order_by(ParticipantRow.person_id)).all()
    if len(parts) < len(set(people)):
        raise NotFound(say("We can’t find that person in this programme."))
    if parts:
        _let_go(db, actor, programme_id, parts, now)


def _let_go(db: Db, actor: Actor, programme_id: int, parts: Sequence[ParticipantRow], now: datetime) -> int:
    """What leaving does; returns of how many sessions ahead they are no longer expected at."""
    if any(part.left_at is not None for part in parts):
        raise NotPossible(say("This person has already left the programme."))
    people = [part.person_id for part in parts]
    for part in parts:
        part.left_at = now
    forget_answers_of(db, programme_id, parts)
    end_feeds(db, actor, people, programme_id, now)
    ahead = _ahead(db, programme_id, people, now)
    sessions, invited = {session_id for session_id, _ in ahead}, Counter(person_id for _, person_id in ahead)
    db.execute(delete(AttendeeRow).where(AttendeeRow.person_id.in_(people), AttendeeRow.session_id.in_(sessions)))
    db.execute(update(SessionRow).where(SessionRow.id.in_(sessions)).values(changed_at=now))
    _end_requests(db, programme_id, people, now)
    _end_proposals(db, programme_id, people, now)
    take_out(db, programme_id, people, now)
    take_out_of_circles(db, programme_id, people, now)
    take_off_directory(db, programme_id, people)
    keep_unmet_wishes(db, programme_id, now, _groups_of(db, programme_id, people))
    note(db, Fact.PEOPLE, programme_id, now, people)
    note(db, Fact.SESSIONS, programme_id, now, sessions)
    lines = [{"person": person_id, "sessions": invited[person_id]} for person_id in people]
    record_each(db, actor, "person.left", now, programme_id, lines)
    return len(sessions)


def decline(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Say no to the invitation: the actor takes no part, and never did. Raises NotPossible to whoever has said yes, or
    has a group: they leave."""
    part = _part(db, actor, programme_id, None)
    if part.left_at is not None:
        raise NotPossible(say("You’ve already answered."), what_to_do=say("Go to your programmes to change it."))
    answered = db.get(AnswerRow, (programme_id, part.person_id))
    if (answered is not None and answered.agreed_at is not None) or has_group(db, actor, programme_id):
        raise NotPossible(say("You’re already taking part."), what_to_do=say("If you’d rather not, leave instead."))
    part.left_at, part.declined = now, True
    forget_answers_of(db, programme_id, (part,))
    end_feeds(db, actor, (part.person_id,), programme_id, now)
    take_out(db, programme_id, (part.person_id,), now)
    take_out_of_circles(db, programme_id, (part.person_id,), now)
    take_off_directory(db, programme_id, (part.person_id,))
    note(db, Fact.PEOPLE, programme_id, now, (part.person_id,))
    record(db, actor, "invitation.declined", now, programme_id, person=part.person_id)


def has_group(db: Db, actor: Actor, programme_id: int) -> bool:
    """Whether the actor is in a published group of the programme."""
    return any(actor.person_id in roster for roster in rosters(db, programme_id).values())


def come_back(db: Db, actor: Actor, programme_id: int, now: datetime, *, person_id: int | None = None) -> bool:
    """Take somebody in again, with the answers that they had. The next plan finds them a group. Returns whether they
    had never taken part, but said no to the invitation."""
    part = _part(db, actor, programme_id, person_id)
    if part.guest and person_id is None:
        raise NotFound(say("We can’t find that programme among yours."))
    if part.left_at is None:
        raise NotPossible(say("This person is already in the programme."))
    had_declined = part.declined
    part.left_at, part.declined, part.joined_at = None, False, now
    db.flush()
    note(db, Fact.PEOPLE, programme_id, now, (part.person_id,))
    record(db, actor, "person.back", now, programme_id, person=part.person_id)
    return had_declined


def _end_requests(db: Db, programme_id: int, people: Collection[int], now: datetime) -> None:
    """Whoever was to stand in no longer does, so somebody else can be asked; nobody is asked for one who has left."""
    ahead = select(SessionRow.id).where(SessionRow.programme_id == programme_id, SessionRow.starts_at > now)
    theirs = or_(
        and_(DeputyRow.person_id.in_(people), DeputyRow.state.in_(DEPUTY_FOUND_OR_ASKED)),
        and_(DeputyRow.for_id.in_(people), DeputyRow.state == DeputyState.ASKED),
    )
    db.execute(
        update(DeputyRow)
        .where(DeputyRow.session_id.in_(ahead), theirs)
        .values(state=DeputyState.WITHDRAWN, answered_at=now)
        .execution_options(synchronize_session="fetch")
    )


def _end_proposals(db: Db, programme_id: int, people: Collection[int], now: datetime) -> None:
    """What they agreed to no longer counts; what they proposed goes, unless somebody else agrees to it."""
    still_open = (ProposalRow.programme_id == programme_id, ProposalRow.state == ProposalState.OPEN)
    of_open = select(ProposalRow.id).where(*still_open)
    said = (ProposalAnswerRow.person_id.in_(people), ProposalAnswerRow.proposal_id.in_(of_open))
    fetch = {"synchronize_session": "fetch"}
    db.execute(delete(ProposalAnswerRow).where(*said).execution_options(**fetch))
    agreed = select(ProposalAnswerRow.proposal_id).where(ProposalAnswerRow.agrees)
    db.execute(
        update(ProposalRow)
        .where(*still_open, ProposalRow.by_id.in_(people), ProposalRow.id.not_in(agreed))
        .values(state=ProposalState.WITHDRAWN, settled_at=now)
        .execution_options(**fetch)
    )


def _part(db: Db, actor: Actor, programme_id: int, person_id: int | None) -> ParticipantRow:
    """The part of the actor themselves or, for a coordinator, of somebody else; locked with its programme."""
    if person_id is not None and person_id != actor.person_id:
        actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    who = actor.person_id if person_id is None else person_id
    part = db.get(ParticipantRow, (programme_id, who)) if who is not None else None
    if part is None:
        raise NotFound(say("We can’t find that person in this programme."))
    return part


def _groups_of(db: Db, programme_id: int, people: Collection[int]) -> Collection[str]:
    """The published groups that these people are or were in."""
    of_them = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    rows = select(GroupRow.key).join(PlanRow, PlanRow.id == GroupRow.plan_id)
    return db.scalars(
        rows.join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(*of_them, MemberRow.person_id.in_(people))
        .distinct()
    ).all()


def _ahead(db: Db, programme_id: int, people: Collection[int], now: datetime) -> Collection[tuple[int, int]]:
    """The sessions of the programme that have not begun, each with whom of these people is invited to it."""
    rows = db.execute(
        select(SessionRow.id, AttendeeRow.person_id)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(SessionRow.programme_id == programme_id, SessionRow.starts_at > now, AttendeeRow.person_id.in_(people))
        .distinct()
    )
    return [(session_id, person_id) for session_id, person_id in rows]
