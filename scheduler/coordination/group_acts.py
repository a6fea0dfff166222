"""What each act on a group makes of the board: who is in it, who leads it, and whether it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduler.coordination.board import Board, GroupNow, SessionNow
from scheduler.coordination.circumstances import Known, is_free
from scheduler.coordination.model import (
    EndGroup,
    MergeGroups,
    PauseGroup,
    PutIn,
    ResumeGroup,
    SwapFacilitators,
    TakeOut,
    TakeOver,
)
from scheduler.coordination.session_acts import cancelled, must_be_ready, stood_in, with_session
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Role


def take_over(act: TakeOver, board: Board, known: Known) -> Board:
    """Somebody leads a group, or some of its sessions, in the place of another."""
    group = board.group(act.group_key)
    if act.from_id not in group.facilitators:
        raise NotFound(say("They don’t facilitate this group."))
    if act.person_id == act.from_id:
        raise NotPossible(say("They already facilitate this group."))
    must_be_ready(known, act.person_id)
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
        stood_in(session, act.from_id, act.person_id)
        for session in own
        if act.person_id not in session.facilitators and is_free(act.person_id, session, board, known)
    ]
    if not taken:
        raise NotPossible(
            say("They can’t come to any of these sessions."), what_to_do=say("Choose someone else, or other days.")
        )
    return board.with_sessions(taken)


def swap(act: SwapFacilitators, board: Board, known: Known) -> Board:
    """Both leave their sessions before either takes the other's: groups that meet at once don't stand in the way."""
    first, second = board.group(act.group_key), board.group(act.other_key)
    if act.person_id not in first.facilitators or act.other_id not in second.facilitators:
        raise NotFound(say("They don’t facilitate this group."))
    if act.person_id in second.people or act.other_id in first.people:
        raise NotPossible(say("They already facilitate this group."))
    for person_id in (act.person_id, act.other_id):
        must_be_ready(known, person_id)
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


def end(act: EndGroup, board: Board, _known: Known) -> Board:
    """A group goes on no more."""
    group = board.group(act.group_key)
    gone = [cancelled(session) for session in board.sessions_of(group.key)]
    return board.with_group(replace(group, ended=True, pause=None)).with_sessions(gone)


def pause(act: PauseGroup, board: Board, known: Known) -> Board:
    """A group does not meet for some days."""
    group = board.group(act.group_key)
    if act.last_day < act.first_day:
        raise Rejected(say("The last day is before the first."))
    gone = [
        cancelled(session, offers_again=True)
        for session in board.sessions_of(group.key)
        if act.first_day <= known.day_of(session) <= act.last_day
    ]
    return board.with_group(replace(group, pause=(act.first_day, act.last_day))).with_sessions(gone)


def resume(act: ResumeGroup, board: Board, _known: Known) -> Board:
    """A pause is over."""
    group = board.group(act.group_key)
    if group.pause is None:
        raise NotPossible(say("This group is not paused."))
    return board.with_group(replace(group, pause=None))


def merge(act: MergeGroups, board: Board, known: Known) -> Board:
    """Everybody in one group goes on in another."""
    group, into = board.group(act.group_key), board.group(act.into_key)
    if group.key == into.key:
        raise NotPossible(say("Choose two different groups."))
    gone = [cancelled(session) for session in board.sessions_of(group.key)]
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


def take_out(act: TakeOut, board: Board, _known: Known) -> Board:
    """Somebody is in a group no more."""
    return _without(act.person_id, board.group(act.group_key), board)


def put_in(act: PutIn, board: Board, known: Known) -> Board:
    """Somebody comes into a group."""
    group, part = board.group(act.group_key), known.must_facilitate(act.person_id)
    if act.person_id in group.people:
        raise NotPossible(say("They are already in this group."))
    if part.kind != Role.RESIDENT:
        must_be_ready(known, act.person_id, stays=True)
    if part.guest:
        _must_be_their_only_group(act, board, known)
    if act.out_of:
        board = _without(act.person_id, board.group(act.out_of), board)
    elif part.kind == Role.RESIDENT and not part.may_be_planned:
        raise NotPossible(say("They haven’t said yes to the programme yet. Once they have, they can join the group."))
    if part.kind == Role.RESIDENT:
        group = replace(group, residents=group.residents | {act.person_id})
    else:
        group = replace(group, facilitators=group.facilitators | {act.person_id})
    return _invited_to_all(act.person_id, group, board.with_group(group), known)


def _must_be_their_only_group(act: PutIn, board: Board, known: Known) -> None:
    """A guest coach is from outside: they come for one group, and to no other."""
    here = {key for key, group in board.groups.items() if act.person_id in group.people and not group.ended}
    if {*here, *known.elsewhere.groups.get(act.person_id, ())} - {act.group_key, act.out_of}:
        raise NotPossible(
            say("A guest coach has one group only, and they already have one."),
            what_to_do=say("Take them out of it first, or invite another guest."),
        )


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
            board = with_session(board, replace(session, residents=session.residents | {person_id}))
        elif is_free(person_id, session, board, known):
            board = with_session(board, replace(session, facilitators=session.facilitators | {person_id}))
    return board
