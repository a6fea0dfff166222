"""Who is counted from when on, and under what: never in lots of few, and never beside few."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scheduler.equity.combinations import FEWEST
from scheduler.evidence.cohort import newly_entered
from scheduler.evidence.model import Counted, Entered, Kind

people = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xy")), max_size=30)


def counted(values: list[tuple[str, str]], first: int = 1) -> list[Counted]:
    return [
        Counted(first + number, Kind.RESIDENT, {"grade": grade, "site": site})
        for number, (grade, site) in enumerate(values)
    ]


def lots(entered: tuple[Entered, ...], aspect: str) -> Counter[str]:
    return Counter(each.cells.get(aspect, "none") for each in entered)


@given(people)
def test_whoever_comes_in_is_in_a_cell_with_enough_or_in_none_beside_enough(values: list[tuple[str, str]]) -> None:
    found = newly_entered((), counted(values), 1)
    assert len(found) == (len(values) if len(values) >= FEWEST else 0)
    for aspect in ("grade", "site"):
        assert all(number >= FEWEST for number in lots(found, aspect).values())


@given(people, people)
def test_those_who_come_later_are_enough_by_themselves(
    first: list[tuple[str, str]], second: list[tuple[str, str]]
) -> None:
    before = newly_entered((), counted(first), 1)
    everybody = [*counted(first), *counted(second, 1 + len(first))]
    new = newly_entered(before, everybody, 2)
    assert len(new) == 0 or len(new) >= FEWEST
    assert not {each.person_id for each in new} & {each.person_id for each in before}
    assert len({each.number for each in (*before, *new)}) == len(before) + len(new)
    for aspect in ("grade", "site"):
        assert all(number >= FEWEST for number in lots(new, aspect).values())


def test_residents_and_facilitators_do_not_make_up_for_each_other() -> None:
    three = counted([("a", "x")] * 3)
    four = [Counted(20 + number, Kind.FACULTY, {}) for number in range(4)]
    assert newly_entered((), [*three, *four], 1) == ()
