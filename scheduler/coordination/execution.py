"""What each act makes of the board: who is invited then, where, and which groups go on. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from scheduler.coordination import group_acts, session_acts
from scheduler.coordination.board import Board
from scheduler.coordination.circumstances import Known
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


def carried_out(act: Act, board: Board, known: Known) -> Board:
    """The board after an act. Raises NotFound or NotPossible where there is nothing that it could be done to."""
    return _ACTS[type(act)](act, board, known)


_ACTS: Final[Mapping[type, Callable[[Any, Board, Known], Board]]] = {
    MoveSession: session_acts.move,
    ChangeRoom: session_acts.change_room,
    ChangeMode: session_acts.change_mode,
    SetFacilitators: session_acts.set_facilitators,
    AppointDeputy: session_acts.appoint_deputy,
    CancelSession: session_acts.cancel,
    AddSession: session_acts.add,
    ReinstateSession: session_acts.reinstate,
    TakeOver: group_acts.take_over,
    SwapFacilitators: group_acts.swap,
    EndGroup: group_acts.end,
    PauseGroup: group_acts.pause,
    ResumeGroup: group_acts.resume,
    MergeGroups: group_acts.merge,
    TakeOut: group_acts.take_out,
    PutIn: group_acts.put_in,
}
