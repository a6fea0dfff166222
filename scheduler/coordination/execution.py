"""What each act makes of the board: who is invited then, where, and which groups go on. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from scheduler.coordination.board import Board, GroupNow, SessionNow
from scheduler.coordination.circumstances import Known, in_a_room, invited_anew, is_free, site_of
from scheduler.coordination.model import (
    Act,
    AddSession,
    AppointDeputy,
    CancelSession,
    ChangeMode,
    ChangeRoom,
    EndGroup,
    MergeGroups,
    MoveSession,
    PauseGroup,
    PutIn,
    ReinstateSession,
    ResumeGroup,
    SetFacilitators,
    SwapFacilitators,
    TakeOut,
    TakeOver,
)
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Role
from scheduler.programmes.model import Programme
from scheduler.sessions.model import SessionStatus
from solvers.vocabulary import IN_PERSON, MODES


def carried_out(act: Act, board: Board, known: Known) -> Board:
    """The board after an act. Raises NotFound or NotPossible where there is nothing that it could be done to."""
    return _ACTS[type(act)](act, board, known)


# --- one session -----------------------------------------------------------------------------------------------


def _move(act: MoveSession, board: Board, known: Known) -> Board:
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
    return _with(board, invited_anew(moved, board, known, act.room_id))


def _change_room(act: ChangeRoom, board: Board, known: Known) -> Board:
    session = _taking_place(board, act.session_id)
    if session.mode != IN_PERSON:
        raise NotPossible(
            say("This session doesn’t meet in person, so it needs no room."),
            what_to_do=say("Change the way it meets first."),
        )
    site, room = known.room(act.room_id)
    return _with(board, replace(session, room_id=room.id, site_id=site.id))


def _change_mode(act: ChangeMode, board: Board, known: Known) -> Board:
    if act.mode not in MODES:
        raise Rejected(say("Choose how the session meets."))
    session = _taking_place(board, act.session_id)
    group = board.group(session.group_key)
    if act.of_group:
        group = replace(group, mode=act.mode, site_id=site_of(group, known) if act.mode == IN_PERSON else None)
        board = board.with_group(group)
    for each in tuple(board.sessions_of(group.key)) if act.of_group else (session,):
        room_id = act.room_id if each.ref == session.ref else None
        board = _with(board, _meeting_by(each, act.mode, group, board, known, room_id))
    return board


def _meeting_by(
    session: SessionNow, mode: str, group: GroupNow, board: Board, known: Known, room_id: int | None
) -> SessionNow:
    if mode != IN_PERSON:
        return replace(session, mode=mode, site_id=None, room_id=None)
    site_id = group.site_id if group.site_id is not None else site_of(group, known)
    return in_a_room(replace(session, mode=mode, site_id=site_id), board, known, room_id)


def _set_facilitators(act: SetFacilitators, board: Board, known: Known) -> Board:
    session = _taking_place(board, act.session_id)
    for person_id in act.facilitator_ids:
        known.must_facilitate(person_id)
    group, wanted = board.group(session.group_key), frozenset(act.facilitator_ids)
    for person_id in act.facilitator_ids:
        if person_id not in session.facilitators | group.facilitators:
            _must_be_ready(known, person_id)
    stays = {who: by for who, by in session.stand_ins.items() if by in wanted and who not in wanted}
    places = sorted((group.facilitators - wanted) - stays.keys())
    come_in = sorted(wanted - group.facilitators - set(stays.values()))
    stand_ins = {**stays, **dict(zip(places, come_in, strict=False))}
    return _with(board, replace(session, facilitators=wanted, stand_ins=stand_ins))


def _appoint_deputy(act: AppointDeputy, board: Board, known: Known) -> Board:
    session = _taking_place(board, act.session_id)
    _must_be_ready(known, act.person_id)
    if act.for_id == act.person_id or act.for_id not in board.group(session.group_key).facilitators:
        raise NotFound(say("They don’t facilitate this group."))
    return _with(board, _stood_in(session, act.for_id, act.person_id))


def _stood_in(session: SessionNow, for_id: int, person_id: int) -> SessionNow:
    goes = {for_id, session.stand_ins.get(for_id, for_id)}
    return replace(
        session,
        facilitators=(session.facilitators - goes) | {person_id},
        stand_ins={**session.stand_ins, for_id: person_id},
    )


def _cancel(act: CancelSession, board: Board, _known: Known) -> Board:
    return _with(board, _cancelled(_taking_place(board, act.session_id), act.offers_again))


def _cancelled(session: SessionNow, offers_again: bool = False) -> SessionNow:
    return replace(session, status=SessionStatus.CANCELLED, offers_again=offers_again)


def _add(act: AddSession, board: Board, known: Known) -> Board:
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
    return _with(board, invited_anew(session, board, known, act.room_id))


def _reinstate(act: ReinstateSession, board: Board, known: Known) -> Board:
    session = board.session(act.session_id)
    if session.takes_place:
        raise NotPossible(say("This session takes place anyway."))
    back = replace(session, status=SessionStatus.CONFIRMED, offers_again=False, stand_ins={})
    return _with(board, invited_anew(back, board, known, None))


# --- a facilitator's place -------------------------------------------------------------------------------------


def _take_over(act: TakeOver, board: Board, known: Known) -> Board:
    group = board.group(act.group_key)
    if act.from_id not in group.facilitators:
        raise NotFound(say("They don’t facilitate this group."))
    if act.person_id == act.from_id:
        raise NotPossible(say("They already facilitate this group."))
    _must_be_ready(known, act.person_id)
    concerned = [
        session
        for session in _from(act.first_day, group.key, board, known)
        if act.last_day is None or known.day_of(session) <= act.last_day
    ]
    return (
        _for_a_while(act, concerned, board, known) if act.last_day else _for_good(act, group, concerned, board, known)
    )


def _for_a_while(act: TakeOver, concerned: list[SessionNow], board: Board, known: Known) -> Board:
    """Whoever takes over stands in where they can; a deputy who has been found already stays."""
    own = [session for session in concerned if act.from_id in session.facilitators]
    taken = [
        _stood_in(session, act.from_id, act.person_id)
        for session in own
        if act.person_id not in session.facilitators and is_free(act.person_id, session, board, known)
    ]
    if not taken:
        raise NotPossible(
            say("They can’t come to any of these sessions."), what_to_do=say("Choose someone else, or other days.")
        )
    return board.with_sessions(taken)


def _swap(act: SwapFacilitators, board: Board, known: Known) -> Board:
    """Both leave their sessions before either takes the other's: groups that meet at once don't stand in the way."""
    first, second = board.group(act.group_key), board.group(act.other_key)
    if act.person_id not in first.facilitators or act.other_id not in second.facilitators:
        raise NotFound(say("They don’t facilitate this group."))
    if act.person_id in second.people or act.other_id in first.people:
        raise NotPossible(say("They already facilitate this group."))
    for person_id in (act.person_id, act.other_id):
        _must_be_ready(known, person_id)
    leaving = {first.key: frozenset({act.person_id}), second.key: frozenset({act.other_id})}
    board = board.with_sessions(
        replace(session, facilitators=session.facilitators - leaving[key])
        for key in leaving
        for session in _from(act.first_day, key, board, known)
    )
    for group, goes, comes in ((first, act.person_id, act.other_id), (second, act.other_id, act.person_id)):
        over = TakeOver(act.programme_id, group.key, goes, comes, act.first_day)
        board = _for_good(over, group, _from(act.first_day, group.key, board, known), board, known)
    return board


def _from(first_day: date | None, key: str, board: Board, known: Known) -> list[SessionNow]:
    """A group's sessions ahead, from a day on."""
    return [each for each in board.sessions_of(key) if first_day is None or known.day_of(each) >= first_day]


def _for_good(act: TakeOver, group: GroupNow, concerned: list[SessionNow], board: Board, known: Known) -> Board:
    group = replace(group, facilitators=(group.facilitators - {act.from_id}) | {act.person_id})
    changed = []
    for session in concerned:
        stand_ins = dict(session.stand_ins)
        deputy = stand_ins.pop(act.from_id, None)
        if deputy is not None and deputy != act.person_id:
            stand_ins[act.person_id] = deputy
        leads = session.facilitators - {act.from_id}
        if deputy is None and is_free(act.person_id, session, board, known):
            leads |= {act.person_id}
        changed.append(replace(session, facilitators=leads, stand_ins=stand_ins))
    return board.with_group(group).with_sessions(changed)


# --- a group ---------------------------------------------------------------------------------------------------


def _end(act: EndGroup, board: Board, _known: Known) -> Board:
    group = board.group(act.group_key)
    gone = [_cancelled(session) for session in board.sessions_of(group.key)]
    return board.with_group(replace(group, ended=True, pause=None)).with_sessions(gone)


def _pause(act: PauseGroup, board: Board, known: Known) -> Board:
    group = board.group(act.group_key)
    if act.last_day < act.first_day:
        raise Rejected(say("The last day is before the first."))
    gone = [
        _cancelled(session, offers_again=True)
        for session in board.sessions_of(group.key)
        if act.first_day <= known.day_of(session) <= act.last_day
    ]
    return board.with_group(replace(group, pause=(act.first_day, act.last_day))).with_sessions(gone)


def _resume(act: ResumeGroup, board: Board, _known: Known) -> Board:
    group = board.group(act.group_key)
    if group.pause is None:
        raise NotPossible(say("This group is not paused."))
    return board.with_group(replace(group, pause=None))


def _merge(act: MergeGroups, board: Board, known: Known) -> Board:
    group, into = board.group(act.group_key), board.group(act.into_key)
    if group.key == into.key:
        raise NotPossible(say("Choose two different groups."))
    gone = [_cancelled(session) for session in board.sessions_of(group.key)]
    room = known.model_of(into).facilitators[1] - len(into.facilitators)
    come_along = frozenset(sorted(group.facilitators - into.facilitators)[: max(0, room)])
    board = board.with_sessions(gone).with_group(
        replace(group, residents=frozenset(), facilitators=frozenset(), ended=True, pause=None)
    )
    into = replace(into, residents=into.residents | group.residents, facilitators=into.facilitators | come_along)
    board = board.with_group(into)
    for person_id in (*group.residents, *come_along):
        board = _invited_to_all(person_id, into, board, known)
    return board


def _take_out(act: TakeOut, board: Board, _known: Known) -> Board:
    return _without(act.person_id, board.group(act.group_key), board)


def _put_in(act: PutIn, board: Board, known: Known) -> Board:
    group, part = board.group(act.group_key), known.must_facilitate(act.person_id)
    if act.person_id in group.people:
        raise NotPossible(say("They are already in this group."))
    if part.kind != Role.RESIDENT:
        _must_be_ready(known, act.person_id)
    if act.out_of:
        board = _without(act.person_id, board.group(act.out_of), board)
    elif part.kind == Role.RESIDENT and not part.may_be_planned:
        raise NotPossible(say("They haven’t said yes to the programme yet. Once they have, they can join the group."))
    if part.kind == Role.RESIDENT:
        group = replace(group, residents=group.residents | {act.person_id})
    else:
        group = replace(group, facilitators=group.facilitators | {act.person_id})
    return _invited_to_all(act.person_id, group, board.with_group(group), known)


def _must_be_ready(known: Known, person_id: int) -> None:
    """Nobody comes in to lead who may not be planned, or is paused. Raises NotFound for whoever takes no part."""
    if not known.must_facilitate(person_id).may_be_planned:
        raise NotPossible(
            say("They can’t lead a group yet: they haven’t said yes, signed the code of conduct, or had all their "
                "training verified."),
            what_to_do=say("Look them up under “Code and training” to see what is missing."),
        )  # fmt: skip


def _without(person_id: int, group: GroupNow, board: Board) -> Board:
    if person_id not in group.people:
        raise NotFound(say("They are not in this group."))
    out = frozenset({person_id})
    left = [
        replace(
            session,
            residents=session.residents - out,
            facilitators=session.facilitators - out,
            stand_ins={who: by for who, by in session.stand_ins.items() if person_id not in (who, by)},
        )
        for session in board.sessions_of(group.key)
    ]
    group = replace(group, residents=group.residents - out, facilitators=group.facilitators - out)
    return board.with_group(group).with_sessions(left)


def _invited_to_all(person_id: int, group: GroupNow, board: Board, known: Known) -> Board:
    """Somebody new in a group: a resident is invited to everything, a facilitator where they can come."""
    for session in tuple(board.sessions_of(group.key)):
        if person_id in group.residents:
            board = _with(board, replace(session, residents=session.residents | {person_id}))
        elif is_free(person_id, session, board, known):
            board = _with(board, replace(session, facilitators=session.facilitators | {person_id}))
    return board


# --- what acts ask of a board ---------------------------------------------------------------------------------


def _taking_place(board: Board, ref: int) -> SessionNow:
    session = board.session(ref)
    if not session.takes_place:
        raise NotPossible(say("This session is cancelled."), what_to_do=say("Reinstate it first."))
    return session


def _must_be_later(starts_at: datetime, known: Known) -> None:
    if starts_at <= known.now:
        raise NotPossible(say("That time has passed."), what_to_do=say("Choose a later one."))


def _with(board: Board, session: SessionNow) -> Board:
    return board.with_sessions((session,))


def _round_at(starts_at: datetime, programme: Programme) -> int:
    """The round that a moment lies in, or the last that has begun by then."""
    day = starts_at.astimezone(ZoneInfo(programme.zone)).date()
    return max((span.index for span in programme.rounds if span.first_day <= day), default=0)


_ACTS: Final[Mapping[type, Callable[[Any, Board, Known], Board]]] = {
    MoveSession: _move,
    ChangeRoom: _change_room,
    ChangeMode: _change_mode,
    SetFacilitators: _set_facilitators,
    AppointDeputy: _appoint_deputy,
    CancelSession: _cancel,
    AddSession: _add,
    ReinstateSession: _reinstate,
    TakeOver: _take_over,
    SwapFacilitators: _swap,
    EndGroup: _end,
    PauseGroup: _pause,
    ResumeGroup: _resume,
    MergeGroups: _merge,
    TakeOut: _take_out,
    PutIn: _put_in,
}
