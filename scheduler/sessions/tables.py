"""Where published sessions are kept: one row for the life of a session, through moves and repairs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, EnumText, one_of, quoted
from scheduler.plans.model import MemberRole
from scheduler.sessions.model import DEPUTY_FOUND_OR_ASKED, DeputyState, ProposalState, SessionStatus


class SessionRow(Base):
    """A published session.

    ``uid`` names it in calendars for ever; ``sequence`` rises with each change that matters to them (RFC 5545
    section 3.8.7.4), ``changed_at`` with each change at all. ``group_key`` and ``group_name`` are the plan's. ``extra``
    is 0 for the session that a plan gives a group in a round, and counts those that the group added itself;
    ``agreed_at`` is when the group last chose a date itself: no plan that was worked out before may undo that. A
    cancelled one that ``offers_again`` is offered other dates, as if too few could come. ``left_behind_at`` is the
    start that it had when its programme's days or times were changed so that they hold it no more: once it is moved, it
    is where somebody wanted it. ``chair_id`` has its turn in the chair; two members who swapped have ``agreed`` on it.
    ``chair_wants_id`` is the session whose turn they would rather have.
    """

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    group_key: Mapped[str]
    group_name: Mapped[str]
    model_name: Mapped[str]
    round: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mode: Mapped[str]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    status: Mapped[SessionStatus] = mapped_column(EnumText(SessionStatus))
    sequence: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    extra: Mapped[int] = mapped_column(default=0, server_default="0")
    agreed_at: Mapped[datetime | None]
    offers_again: Mapped[bool] = mapped_column(default=False, server_default=false())
    left_behind_at: Mapped[datetime | None]
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    chair_agreed: Mapped[bool] = mapped_column(default=False, server_default=false())
    chair_wants_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"), index=True)

    attendees: Mapped[list[AttendeeRow]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("programme_id", "group_key", "round", "extra"),
        CheckConstraint("extra >= 0", name="extra"),
        one_of("status", SessionStatus),
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_session_programme_id_starts_at", "programme_id", "starts_at"),
    )


class AttendeeRow(Base):
    """Who is invited to a session. ``mark`` is what is known of them as things stand: 0, 1, 2 or ?.

    ``unexpected`` says that they cannot come, or have said so, and ``unexpected_changed_at`` when that last became
    otherwise; both are for calendars, and None until they have been worked out. Who is ``away`` is on long leave then:
    they keep their place, and are not counted. ``turn_changed_at`` is when they last got its turn in the chair, or gave
    it up, for their own calendar, ``turn_lapsed_at`` when something else put an end to their offer of that turn. Who
    joins a session in person ``by_call`` (:mod:`scheduler.sessions.by_call`) does so since ``way_changed_at``, or is in
    the room again since then.
    """

    __tablename__ = "attendee"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[MemberRole] = mapped_column(EnumText(MemberRole))
    mark: Mapped[str]
    unexpected: Mapped[bool | None]
    unexpected_changed_at: Mapped[datetime | None]
    away: Mapped[bool] = mapped_column(default=False, server_default=false())
    turn_changed_at: Mapped[datetime | None]
    turn_lapsed_at: Mapped[datetime | None]
    by_call: Mapped[bool] = mapped_column(default=False, server_default=false())
    way_changed_at: Mapped[datetime | None]


class SessionWayRow(Base):
    """Somebody's own word on how they join one session in person: by call, or in the room. It is of the date that the
    session had then (``starts_at``), and of no other."""

    __tablename__ = "session_way"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    starts_at: Mapped[datetime]
    by_call: Mapped[bool]
    said_at: Mapped[datetime]


class FormerDateRow(Base):
    """The date that a session had before it was moved last, and how many of those invited could come to it then."""

    __tablename__ = "former_date"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime]
    could_come: Mapped[int]


class OfferDueRow(Base):
    """A session for which other dates are still to be looked for: a change concerned many at once."""

    __tablename__ = "offer_due"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)


class ProposalRow(Base):
    """A date that somebody proposes to their group: another one for a session, or an extra session (no session yet).

    ``by_id`` is None for a date that the product offers because too few can come. The referee has looked at each before
    it is kept, and looks again before it is taken up. Once it is, ``moved_from`` is the date that the session had
    before; an extra session had none, and is the one of ``session_id`` from then on.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    group_key: Mapped[str]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime]
    state: Mapped[ProposalState] = mapped_column(EnumText(ProposalState))
    settled_at: Mapped[datetime | None]
    moved_from: Mapped[datetime | None]

    answers: Mapped[list[ProposalAnswerRow]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        one_of("state", ProposalState),
        CheckConstraint(f"(settled_at IS NULL) = (state = '{ProposalState.OPEN}')", name="settled_at"),
        Index("ix_proposal_programme_id_group_key", "programme_id", "group_key"),
    )


class ProposalAnswerRow(Base):
    """Whether somebody agrees to a proposed date."""

    __tablename__ = "proposal_answer"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    agrees: Mapped[bool]
    said_at: Mapped[datetime]


class AttendedRow(Base):
    """Who came to a session that was held, and who did not, as the facilitator noted it."""

    __tablename__ = "attended"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    came: Mapped[bool]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    noted_at: Mapped[datetime]


class WritingPlaceRow(Base):
    """Somebody's place in the week in writing of a session: the address by which they answer hangs on it.

    ``asked_at`` is when they said that they take part in writing, ``prompted_at`` when the questions went to them, and
    ``wrote_at`` when they last wrote: that stays once what was written is deleted.
    """

    __tablename__ = "writing_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime | None]
    prompted_at: Mapped[datetime | None]
    wrote_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("session_id", "person_id"),)


_GOING = text(f"state IN ({quoted(DEPUTY_FOUND_OR_ASKED)})")


class AttendanceShareRow(Base):
    """Of a programme long over, who came by what they were: of the residents of one ``value`` in an ``aspect`` (stage,
    site, part-time, nights) how many there were, at how many sessions in all they were invited, could come, were noted,
    and came. Values of few people are one, which is empty."""

    __tablename__ = "attendance_share"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    aspect: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
    invited: Mapped[int]
    could_come: Mapped[int]
    noted: Mapped[int]
    came: Mapped[int]


class AttendanceSumRow(Base):
    """Of a session that is over, those who are named no more: how many residents were ``invited``, ``away`` on long
    leave, ``could_come``, were ``noted``, ``came`` and ``wrote`` instead, and how many facilitators were ``leading``.
    They count beside whoever is still named."""

    __tablename__ = "attendance_sum"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    invited: Mapped[int] = mapped_column(default=0, server_default="0")
    away: Mapped[int] = mapped_column(default=0, server_default="0")
    could_come: Mapped[int] = mapped_column(default=0, server_default="0")
    noted: Mapped[int] = mapped_column(default=0, server_default="0")
    came: Mapped[int] = mapped_column(default=0, server_default="0")
    wrote: Mapped[int] = mapped_column(default=0, server_default="0")
    leading: Mapped[int] = mapped_column(default=0, server_default="0")


class DeputyRow(Base):
    """A person asked to stand in for a facilitator at one session, with the hand-over note that only these two read.

    A request is ``held`` where something that nobody may learn stands against it: who asked sees it as one that waits
    for an answer, and it is never put to whom it is for."""

    __tablename__ = "deputy"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    for_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    state: Mapped[DeputyState] = mapped_column(EnumText(DeputyState))
    note: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    held: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        one_of("state", DeputyState),
        CheckConstraint(f"(answered_at IS NULL) = (state = '{DeputyState.ASKED}')", name="answered_at"),
        CheckConstraint("for_id <> person_id", name="somebody_else"),
        Index("uq_deputy_going", "session_id", "for_id", unique=True, sqlite_where=_GOING, postgresql_where=_GOING),
    )


class StandingDeputyRow(Base):
    """Who is asked first, for the whole term, when the facilitator of a group can't come: a facilitator from outside
    it, named by a coordinator."""

    __tablename__ = "standing_deputy"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    named_at: Mapped[datetime]


class JoinLinkRow(Base):
    """How a group meets from afar: the address of its video room, and a number to call with the code that is keyed in
    then. Each may be empty."""

    __tablename__ = "meeting"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    phone: Mapped[str]
    code: Mapped[str] = mapped_column(default="", server_default="")
    changed_at: Mapped[datetime]


class SurgeRow(Base):
    """While people have less time than usual: from ``first_day`` on, until ``last_day`` where there is one, sessions
    last ``minutes`` at most, with ``remote`` those in person are met from afar, and with ``written`` they are weeks in
    writing. Once ``ended_at`` is set, sessions
    are taken back to what they were, and the row goes."""

    __tablename__ = "surge"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    minutes: Mapped[int | None]
    remote: Mapped[bool]
    written: Mapped[bool] = mapped_column(default=False, server_default=false())
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("last_day IS NULL OR first_day <= last_day", name="days"),
        CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes"),
        CheckConstraint("minutes IS NOT NULL OR remote OR written", name="something"),
    )


class SurgedSessionRow(Base):
    """What a surge made of a session in its days, and what it was before: ``minutes`` long, or met by ``mode``, None
    where that was left as it was. ``starts_at`` is the date that it had then. What is other by now was changed by hand
    since."""

    __tablename__ = "surged_session"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime]
    minutes: Mapped[int | None]
    minutes_before: Mapped[int]
    mode: Mapped[str | None]
    mode_before: Mapped[str]
    site_before: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="SET NULL"))
    room_before: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
