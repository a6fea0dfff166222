"""Starting from an earlier plan: what can stay of it stays, and what is pinned must."""

from __future__ import annotations

from collections.abc import Iterator

from solvers.engines.search.assembly import Book, read_group
from solvers.engines.search.booking import insert, lift, remove, settle
from solvers.engines.search.dating import arrange
from solvers.engines.search.problem import CAPACITY, CLOSED, NOBODY, SITE, Smalls
from solvers.engines.search.state import FIXED, MODE, MODEL, PLACE, State, leaders_of, residents_of
from solvers.engines.search.trials import judge
from solvers.errors import SolversError


class PinsFail(SolversError):
    """Pins that cannot hold together with the other hard rules. ``groups`` are the ids of the groups concerned."""

    def __init__(self, groups: tuple[str, ...]) -> None:
        super().__init__(f"These pinned groups cannot stay as they were: {', '.join(groups)}.")
        self.groups = groups


def load_earlier(book: Book, state: State) -> None:
    """Put the earlier groups into an empty state, pinned ones first, each as it was if the rules still allow it.

    Raises PinsFail if a pinned group cannot stay.
    """
    pinned = [number for number in range(book.problem.labels) if book.problem.pinned[number]]
    failed = _keep_all_pinned(book, state, pinned)
    if failed:
        raise PinsFail(tuple(book.instance.previous[number].id for number in failed))
    for number in range(book.problem.labels):
        if not book.problem.pinned[number]:
            _keep(book, state, number)


def _keep_all_pinned(book: Book, state: State, pinned: list[int]) -> list[int]:
    """Place pinned groups; those that fail get a second turn before the others. Returns those that fail again."""
    failed = [number for number in pinned if not _keep_pinned(book, state, number)]
    if not failed:
        return []
    for number in pinned:
        remove(book.problem, state, number)
    order = failed + [number for number in pinned if number not in failed]
    return [number for number in order if not _keep_pinned(book, state, number)]


def _admissible(book: Book, state: State, row: Smalls) -> bool:
    """Whether nobody in a row is placed already or leads as many groups as they will."""
    problem = book.problem
    if any(state.group_of[i] != NOBODY for i in residents_of(problem, row)):
        return False
    leaders = leaders_of(problem, row).tolist()
    if any(state.load[i - problem.residents] >= problem.person[i, CAPACITY] for i in leaders):
        return False
    return judge(problem, state, row)


def _keep(book: Book, state: State, number: int) -> None:
    row = read_group(book, number)
    if row is not None and _admissible(book, state, row):
        _place(book, state, row, number)


def _keep_pinned(book: Book, state: State, number: int) -> bool:
    """Keep a pinned group; its model, mode and site may change where the old ones no longer do."""
    row = read_group(book, number)
    if row is None:
        return False
    best, best_points = None, CLOSED
    for variant in _variants(book, row):
        if _admissible(book, state, variant):
            points = arrange(book.problem, state, variant, True)
            if points > CLOSED and points + variant[FIXED] > best_points:
                best, best_points = variant, points + int(variant[FIXED])
        if best is not None and variant is row:
            break
    if best is None:
        return False
    _place(book, state, best, number)
    return True


def _variants(book: Book, row: Smalls) -> Iterator[Smalls]:
    """The row itself, then with every other model, mode and site."""
    yield row
    problem = book.problem
    sites = sorted({int(problem.person[i, SITE]) for i in residents_of(problem, row)})
    for model in range(len(problem.model)):
        for mode in range(len(book.names.modes)):
            for site in sites if mode == problem.in_person else [NOBODY]:
                variant = row.copy()
                variant[[MODEL, MODE, PLACE]] = model, mode, site
                yield variant


def _place(book: Book, state: State, row: Smalls, number: int) -> None:
    arrange(book.problem, state, row, False)
    lift(book.problem, state, number)
    insert(book.problem, state, number, row)
    settle(state)
