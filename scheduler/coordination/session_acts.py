"""What each act on one session makes of the board: when and where it is, who leads it, whether it is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.coordination.board import Board, GroupNow, SessionNow
from scheduler.coordination.circumstances import Known, in_a_room, invited_anew, site_of
from scheduler.coordination.model import (
    AddSession,
    AppointDeputy,
    CancelSession,
    ChangeMode,
    ChangeRoom,
    MoveSession,
    ReinstateSession,
    SetFacilitators,
)
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.programmes.model import Programme
from scheduler.sessions.model import IN_WRITING, SessionStatus
from solvers.vocabulary import IN_PERSON, MODES


def move(act: MoveSession, board: Board, known: Known) -> Board:
    """Another date, with what was said of the one before forgotten."""
    session = _taking_place(board, act.session_id)
    _must_be_later(act.starts_at, known)
    if act.starts_at == session.starts_at and act.room_id in (None, session.room_id):
        raise NotPossible(say("The session is already at that time."), what_to_do=say("Choose another date."))
    round_ = _round_at(act.starts_at, known.programme)
    moved = replace(
        session,
        starts_at=act.starts_at,
        ends_at=act.starts_at + (session.ends_at - session.starts_at),
        stand_ins={},
        round=round_,
        extra=session.extra if round_ == session.round else 1,  # as one more session of the round it comes to
    )
    return with_session(board, invited_anew(moved, board, known, act.room_id))


def change_room(act: ChangeRoom, board: Board, known: Known) -> Board:
    """Another room, for a session in person."""
    session = _taking_place(board, act.session_id)
    if session.mode != IN_PERSON:
        raise NotPossible(
            say("This session doesn’t meet in person, so it needs no room."),
            what_to_do=say("Change the way it meets first."),
        )
    site, room = known.room(act.room_id)
    return with_session(board, replace(session, room_id=room.id, site_id=site.id))


def change_mode(act: ChangeMode, board: Board, known: Known) -> Board:
    """Another way to meet, of a session or of its whole group."""
    if act.mode not in MODES and (act.mode != IN_WRITING or act.of_group):
        raise Rejected(say("Choose how the session meets."))
    session = _taking_place(board, act.session_id)
    group = board.group(session.group_key)
    if act.of_group:
        group = replace(group, mode=act.mode, site_id=site_of(group, known) if act.mode == IN_PERSON else None)
        board = board.with_group(group)
    for each in tuple(board.sessions_of(group.key)) if act.of_group else (session,):
        room_id = act.room_id if each.ref == session.ref else None
        board = with_session(board, _meeting_by(each, act.mode, group, board, known, room_id))
    return board


def _meeting_by(
    session: SessionNow, mode: str, group: GroupNow, board: Board, known: Known, room_id: int | None
) -> SessionNow:
    if mode != IN_PERSON:
        return replace(session, mode=mode, site_id=None, room_id=None)
    site_id = group.site_id if group.site_id is not None else site_of(group, known)
    return in_a_room(replace(session, mode=mode, site_id=site_id), board, known, room_id)


def set_facilitators(act: SetFacilitators, board: Board, known: Known) -> Board:
    """Who is to lead a session."""
    session = _taking_place(board, act.session_id)
    for person_id in act.facilitator_ids:
        known.must_facilitate(person_id)
    group, wanted = board.group(session.group_key), frozenset(act.facilitator_ids)
    for person_id in act.facilitator_ids:
        if person_id not in session.facilitators | group.facilitators:
            must_be_ready(known, person_id)
    stays = {who: by for who, by in session.stand_ins.items() if by in wanted and who not in wanted}
    places = sorted((group.facilitators - wanted) - stays.keys())
    come_in = sorted(wanted - group.facilitators - set(stays.values()))
    stand_ins = {**stays, **dict(zip(places, come_in, strict=False))}
    return with_session(board, replace(session, facilitators=wanted, stand_ins=stand_ins))


def appoint_deputy(act: AppointDeputy, board: Board, known: Known) -> Board:
    """Somebody stands in for a facilitator of a session."""
    session = _taking_place(board, act.session_id)
    must_be_ready(known, act.person_id)
    if act.for_id == act.person_id or act.for_id not in board.group(session.group_key).facilitators:
        raise NotFound(say("They don’t facilitate this group."))
    return with_session(board, stood_in(session, act.for_id, act.person_id))


def stood_in(session: SessionNow, for_id: int, person_id: int) -> SessionNow:
    """The session with a deputy in the place of a facilitator."""
    goes = {for_id, session.stand_ins.get(for_id, for_id)}
    return replace(
        session,
        facilitators=(session.facilitators - goes) | {person_id},
        stand_ins={**session.stand_ins, for_id: person_id},
    )


def cancel(act: CancelSession, board: Board, _known: Known) -> Board:
    """A session is not held."""
    return with_session(board, cancelled(_taking_place(board, act.session_id), act.offers_again))


def cancelled(session: SessionNow, offers_again: bool = False) -> SessionNow:
    """The session as one that is not held."""
    return replace(session, status=SessionStatus.CANCELLED, offers_again=offers_again)


def add(act: AddSession, board: Board, known: Known) -> Board:
    """A group has one more session."""
    _must_be_later(act.starts_at, known)
    group = board.group(act.group_key)
    session = SessionNow(
        ref=board.next_ref(),
        group_key=group.key,
        round=_round_at(act.starts_at, known.programme),
        extra=1,
        starts_at=act.starts_at,
        ends_at=act.starts_at + timedelta(minutes=known.programme.session_minutes),
        mode=group.mode,
        site_id=group.site_id,
        room_id=None,
        status=SessionStatus.CONFIRMED,
        residents=group.residents,
        facilitators=frozenset(),
    )
    return with_session(board, invited_anew(session, board, known, act.room_id))


def reinstate(act: ReinstateSession, board: Board, known: Known) -> Board:
    """A session that was cancelled is held after all."""
    session = board.session(act.session_id)
    if session.takes_place:
        raise NotPossible(say("This session takes place anyway."))
    back = replace(session, status=SessionStatus.CONFIRMED, offers_again=False, stand_ins={})
    return with_session(board, invited_anew(back, board, known, None))


def must_be_ready(known: Known, person_id: int, *, stays: bool = False) -> None:
    """Nobody comes in to lead who may not be planned, or is paused, and no guest but to stay. Raises NotFound for
    whoever takes no part."""
    part = known.must_facilitate(person_id)
    if part.guest and not stays:
        raise NotPossible(
            say("A guest coach doesn’t stand in for others."), what_to_do=say("Choose another facilitator.")
        )
    if not part.may_be_planned:
        raise NotPossible(
            say("They can’t lead a group yet: they haven’t said yes, signed the code of conduct, or had all their "
                "training verified."),
            what_to_do=say("Look them up under “Code and training” to see what is missing."),
        )  # fmt: skip


def _taking_place(board: Board, ref: int) -> SessionNow:
    session = board.session(ref)
    if not session.takes_place:
        raise NotPossible(say("This session is cancelled."), what_to_do=say("Reinstate it first."))
    return session


def _must_be_later(starts_at: datetime, known: Known) -> None:
    if starts_at <= known.now:
        raise NotPossible(say("That time has passed."), what_to_do=say("Choose a later one."))


def with_session(board: Board, session: SessionNow) -> Board:
    """The board with this session in the place of the one before."""
    return board.with_sessions((session,))


def _round_at(starts_at: datetime, programme: Programme) -> int:
    """The round that a moment lies in, or the last that has begun by then."""
    day = starts_at.astimezone(ZoneInfo(programme.zone)).date()
    return max((span.index for span in programme.rounds if span.first_day <= day), default=0)
