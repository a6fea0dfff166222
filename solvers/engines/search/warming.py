"""Calling every compiled function once, on an example: whatever is not compiled yet is compiled by that."""

from __future__ import annotations

from solvers.engines.search.assembly import Book
from solvers.engines.search.blocks import new_state
from solvers.engines.search.chains import Chain, Cooling
from solvers.engines.search.founding import found_some, squeeze_in
from solvers.engines.search.layout import lay_out
from solvers.engines.search.restoring import adopt, appraise, expel, remember
from solvers.engines.search.state import SIZE
from solvers.instance import Instance

_STEPS = 2000


def warm_up(instance: Instance) -> None:
    """Compile what searches of any instance need, at the example of ``instance``: a group must be possible in it."""
    problem = Book(instance, *lay_out(instance)).problem
    state = new_state(problem, seed=0)
    found_some(problem, state, 10)
    squeeze_in(problem, state, 0)
    remember(problem, state)
    chain = Chain(problem, state)
    chain.restart(chain.best_rows())
    chain.cool_by_steps(Cooling(10.0, 1.0), _STEPS, lambda: False)
    rows = chain.rows()
    number = int(rows[:, SIZE].argmax())
    expel(problem, state, number)
    appraise(problem, state, rows[number], True)
    adopt(problem, state, rows[number])
