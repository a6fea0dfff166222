"""Solutions, and the groups that they and an instance's ``previous`` are made of, as JSON."""

from __future__ import annotations

import math
from typing import Any, Final

from solvers.instance import Group, Session
from solvers.json_fields import Fields, decode, document
from solvers.solution import Solution

SOLUTION_FORMAT: Final = "mentoring-solution/1"


def read_solution(data: bytes | str) -> Solution:
    """The solution in a file's content. Raises :class:`~solvers.errors.UnusableInput`."""
    return solution_from_json(decode(data))


def solution_from_json(value: object) -> Solution:
    """The solution in decoded JSON; whether it keeps the rules is for the referee to say.

    A ``bound`` with a fraction is rounded down, which keeps it a bound because points are whole.
    Raises :class:`~solvers.errors.UnusableInput`.
    """
    fields = document(value, SOLUTION_FORMAT)
    bound = fields.measured("bound")
    solution = Solution(
        instance=fields.text("instance", empty=True),
        groups=read_groups(fields, "groups"),
        score=math.floor(fields.measured("score") or 0),
        bound=_whole_bound(bound),
        seconds=fields.measured("seconds") or 0.0,
    )
    fields.finish()
    return solution


def _whole_bound(bound: float | None) -> int | None:
    """Float noise of another solver must not turn 4800 into 4799; a whole bound is as it is, however large."""
    return bound if bound is None or isinstance(bound, int) else math.floor(bound + 1e-6)


def solution_to_json(solution: Solution) -> dict[str, Any]:
    """The solution as plain lists and dictionaries, ready for ``json.dumps``."""
    return {
        "format": SOLUTION_FORMAT,
        "instance": solution.instance,
        "groups": [group_to_json(group) for group in solution.groups],
        "score": solution.score,
        "bound": solution.bound,
        "seconds": solution.seconds,
    }


def read_groups(fields: Fields, name: str, default: tuple[()] | None = None) -> tuple[Group, ...]:
    """The groups in the list ``name``."""
    return tuple(_read_group(group) for group in fields.objects(name, default))


def group_to_json(group: Group) -> dict[str, Any]:
    """One group; ``site`` and ``room`` are left out where there is none."""
    return {
        "id": group.id,
        "model": group.model,
        "mode": group.mode,
        **({} if group.site is None else {"site": group.site}),
        "residents": list(group.residents),
        "facilitators": list(group.facilitators),
        "sessions": [_session_to_json(session) for session in group.sessions],
    }


def _read_group(fields: Fields) -> Group:
    return Group(
        id=fields.text("id"),
        model=fields.text("model"),
        mode=fields.text("mode"),
        # Somebody listed twice breaks a rule; the referee says so.
        residents=fields.texts("residents", None, repeats=True),
        facilitators=fields.texts("facilitators", repeats=True),
        sessions=tuple(_read_session(session) for session in fields.objects("sessions")),
        site=fields.optional_text("site"),
    )


def _read_session(fields: Fields) -> Session:
    return Session(
        round=fields.whole("round"),
        slot=fields.whole("slot"),
        facilitators=fields.texts("facilitators", repeats=True),
        room=fields.optional_text("room"),
    )


def _session_to_json(session: Session) -> dict[str, Any]:
    return {
        "round": session.round,
        "slot": session.slot,
        "facilitators": list(session.facilitators),
        **({} if session.room is None else {"room": session.room}),
    }
