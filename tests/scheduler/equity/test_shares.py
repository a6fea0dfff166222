"""No share tells how many people it is of, and none of what people did tells it of each of them."""

from __future__ import annotations

from collections import defaultdict

import pytest

from scheduler.equity.shares import Share, fraction_shown, in_fives, share_shown

MOST = 320


@pytest.mark.parametrize("things", [1, 2, 3, 7])
@pytest.mark.parametrize("own_doing", [False, True])
def test_every_share_that_is_shown_fits_people_of_more_than_one_number(things: int, own_doing: bool) -> None:
    """Of each person so many ``things`` are counted, as sessions are."""
    sizes: dict[tuple[int, Share], set[int]] = defaultdict(set)
    for people in range(5, MOST):
        for some in range(people * things + 1):
            read = (in_fives(people), share_shown(some, people * things, people, own_doing=own_doing))
            sizes[read].add(people)
    assert not [read for read, found in sizes.items() if len(found) == 1]


def test_all_and_none_of_what_people_did_read_like_all_but_one() -> None:
    for people in range(5, MOST):
        for some in (0, people):
            next_to_it = min(max(some, 1), people - 1)
            read = share_shown(some, people, people, own_doing=True)
            assert read == share_shown(next_to_it, people, people, own_doing=True)
            assert read.low != read.high
    assert share_shown(5, 5, 5, own_doing=True) == Share(80, high=True)
    assert share_shown(40, 40, 40, own_doing=True) == Share(95, high=True)


def test_a_share_is_near_to_what_is_so_and_grows_with_it() -> None:
    for people in range(5, MOST):
        read = [share_shown(some, people, people).value for some in range(people + 1)]
        assert read == sorted(read)
        assert (read[0], read[-1]) == (0, 100)
        assert all(abs(value - 100 * some / people) <= 5 for some, value in enumerate(read))
    assert share_shown(8, 11, 11) == share_shown(9, 13, 13) == Share(70)
    assert fraction_shown(2, 3, 300) == 0.67
