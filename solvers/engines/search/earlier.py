"""Starting from an earlier plan: what can stay of it stays, and what is pinned must."""

from __future__ import annotations

from collections.abc import Iterator

from solvers.engines.compiling import plain
from solvers.engines.search.assembly import Book, is_still_possible, read_group
from solvers.engines.search.problem import (
    CAPACITY,
    IN_PERSON,
    MODELS,
    NOBODY,
    REFUSED,
    RESIDENTS,
    SITE,
    Smalls,
    is_pinned,
    person_of,
)
from solvers.engines.search.restoring import adopt, appraise, expel
from solvers.engines.search.state import MODE, MODEL, PLACE, State, group_of, leaders_of, load, residents_of
from solvers.errors import PinsFail


def load_earlier(book: Book, state: State) -> None:
    """Put the earlier groups into an empty state, pinned ones first, each as it was if the rules still allow it.

    Raises PinsFail if a pinned group cannot stay.
    """
    pinned = [number for number in range(len(book.instance.previous)) if plain(is_pinned)(book.problem, number)]
    failed = _keep_all_pinned(book, state, pinned)
    if failed:
        raise PinsFail(tuple(book.instance.previous[number].id for number in failed))
    for number in range(len(book.instance.previous)):
        if not plain(is_pinned)(book.problem, number):
            _keep(book, state, number)


def _keep_all_pinned(book: Book, state: State, pinned: list[int]) -> list[int]:
    """Place pinned groups; those that fail get a second turn before the others. Returns those that fail again."""
    failed = [number for number in pinned if not _keep_pinned(book, state, number)]
    if not failed:
        return []
    for number in pinned:
        expel(book.problem, state, number)
    order = failed + [number for number in pinned if number not in failed]
    return [number for number in order if not _keep_pinned(book, state, number)]


def _free(book: Book, state: State, row: Smalls) -> bool:
    """Whether nobody in a row is placed already or leads as many groups as they will."""
    problem = book.problem
    if any(plain(group_of)(problem, state)[i] != NOBODY for i in plain(residents_of)(problem, row)):
        return False
    loads, first = plain(load)(problem, state), int(problem.words[RESIDENTS])
    return all(loads[i - first] < plain(person_of)(problem, i)[CAPACITY] for i in plain(leaders_of)(problem, row))


def _keep(book: Book, state: State, number: int) -> None:
    row = read_group(book, number)
    if row is None or not is_still_possible(book, book.instance.previous[number]) or not _free(book, state, row):
        return
    if appraise(book.problem, state, row, False) != REFUSED:
        adopt(book.problem, state, row)


def _keep_pinned(book: Book, state: State, number: int) -> bool:
    """Keep a pinned group; its model, mode and site may change where the old ones no longer do."""
    row = read_group(book, number)
    if row is None or not _free(book, state, row):
        return False
    as_it_was = is_still_possible(book, book.instance.previous[number])
    if as_it_was and appraise(book.problem, state, row, True) != REFUSED:
        adopt(book.problem, state, row)
        return True
    points, best = max(
        ((appraise(book.problem, state, variant, True), variant) for variant in _variants(book, row)),
        key=lambda appraised: appraised[0],
        default=(REFUSED, row),
    )
    if points == REFUSED:
        return False
    adopt(book.problem, state, best)
    return True


def _variants(book: Book, row: Smalls) -> Iterator[Smalls]:
    """The row with every model, mode and site."""
    problem = book.problem
    sites = sorted({int(plain(person_of)(problem, i)[SITE]) for i in plain(residents_of)(problem, row)})
    for model in range(int(problem.words[MODELS])):
        for mode in range(len(book.names.modes)):
            for site in sites if mode == problem.words[IN_PERSON] else [NOBODY]:
                variant = row.copy()
                variant[[MODEL, MODE, PLACE]] = model, mode, site
                yield variant
