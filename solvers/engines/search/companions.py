"""Companions: how many residents of a group have at least one of those they want in it."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.problem import NONE, RESIDENTS, W_WANT_ANY, WANTS, Problem, Smalls, neighbours, weight
from solvers.engines.search.state import ROW, State, facilitators_of, group_of, residents_of


@compiled
def companion_delta(problem: Problem, state: State, row: Smalls, leaving: int, joining: int) -> int:
    """The change of a group's points for having a companion at all, if one resident left and another joined."""
    if weight(problem, W_WANT_ANY) == 0:
        return 0
    more = 0
    for resident in residents_of(problem, row):
        more -= _has_companion(problem, state, row, resident, (NONE, NONE))
        if resident != leaving:
            more += _has_companion(problem, state, row, resident, (leaving, joining))
    if joining != NONE:
        more += _has_companion(problem, state, row, joining, (leaving, joining))
    return more * weight(problem, W_WANT_ANY)


@compiled
def _has_companion(problem: Problem, state: State, row: Smalls, resident: int, exchange: tuple[int, int]) -> bool:
    """Whether somebody whom a resident wants is in the group; ``exchange`` is who leaves it and who joins it."""
    leaving, joining = exchange
    for other in neighbours(problem, WANTS, resident):
        if other == joining:
            return True
        if other >= problem.words[RESIDENTS]:
            for facilitator in facilitators_of(problem, row):
                if facilitator == other:
                    return True
        elif other != leaving and group_of(problem, state)[other] == row[ROW]:
            return True
    return False
