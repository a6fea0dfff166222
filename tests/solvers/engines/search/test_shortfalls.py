"""Which moves are dated although they fall short at their groups' present dates: learnt from those that were."""

from __future__ import annotations

from solvers.engines.compilation import uncompiled
from solvers.engines.search import state as s
from solvers.engines.search.memory_layout import new_state
from solvers.engines.search.problem_encoding import encode_instance
from solvers.engines.search.row_codec import EncodedInstance
from solvers.engines.search.shortfalls import learn_odds
from solvers.engines.search.state import State
from tests.solvers.engines.search.test_driver import thirty_residents


def a_state() -> State:
    instance = thirty_residents()
    return new_state(EncodedInstance(instance, *encode_instance(instance)).problem, seed=1)


def count(state: State, number: int, dated: int, mended: int) -> None:
    state.words[s.SHORTFALLS_DATED + number] = dated * s.ONE_MOVE
    state.words[s.SHORTFALLS_MENDED + number] = mended * s.ONE_MOVE


def test_what_dating_mends_often_is_always_dated_and_what_it_never_mends_rarely() -> None:
    state = a_state()
    state.words[s.RECENTLY_TRIED], state.words[s.RECENTLY_CHANGED] = 10**6 * s.ONE_MOVE, 10**4 * s.ONE_MOVE
    count(state, 5, dated=1000, mended=500)
    count(state, 6, dated=100_000, mended=0)
    uncompiled(learn_odds)(state)
    assert state.words[s.DATING_ODDS + 5] == s.FULL_ODDS
    assert 0 < state.words[s.DATING_ODDS + 6] < s.FULL_ODDS // 50


def test_nothing_is_ruled_out_before_it_was_tried() -> None:
    state = a_state()
    state.words[s.RECENTLY_TRIED], state.words[s.RECENTLY_CHANGED] = 10**6 * s.ONE_MOVE, 10**3 * s.ONE_MOVE
    uncompiled(learn_odds)(state)
    assert all(state.words[s.DATING_ODDS : s.DATING_ODDS + s.SHORTFALL_CLASSES] == s.FULL_ODDS)


def test_what_was_learnt_is_forgotten_in_time() -> None:
    state = a_state()
    count(state, 7, dated=1000, mended=3)
    for _ in range(400):
        uncompiled(learn_odds)(state)
    assert state.words[s.SHORTFALLS_DATED + 7] < s.ONE_MOVE
    assert state.words[s.SHORTFALLS_MENDED + 7] < s.ONE_MOVE
