"""Who is worse off than the rest: by more than the share, and never of few people."""

from __future__ import annotations

import pytest

from scheduler.equity.fairness import Aspect, Measure, Nights, Person, Value
from scheduler.preflight.fairness import worse_off


def people(count: int, placed: int, **values: Value) -> list[Person]:
    known: dict[Aspect, Value] = {
        Aspect.GRADE: 1, Aspect.SITE: 1, Aspect.HOURS: False, Aspect.NIGHTS: Nights.NO,
    }  # fmt: skip
    known |= {Aspect[name.upper()]: value for name, value in values.items()}
    return [Person(known, {Measure.PLACED: (int(number < placed), 1)}) for number in range(count)]


@pytest.mark.parametrize(
    ("values", "aspect"),
    [
        ({"site": 2}, Aspect.SITE),
        ({"grade": 0}, Aspect.GRADE),
        ({"hours": True}, Aspect.HOURS),
        ({"nights": Nights.YES}, Aspect.NIGHTS),
    ],
)
def test_each_group_is_compared_with_the_rest(values: dict[str, Value], aspect: Aspect) -> None:
    found = list(worse_off([*people(10, 10), *people(10, 7, **values)], 10))
    assert [(each.cut.aspect, each.level) for each in found if each.cut] == [(aspect, 30)]


def test_up_to_the_share_nobody_is_worse_off() -> None:
    everybody = [*people(10, 10), *people(10, 9, site=2)]
    assert list(worse_off(everybody, 10)) == []
    assert len(list(worse_off(everybody, 9))) == 1


@pytest.mark.parametrize(("own", "others"), [(4, 20), (20, 4)])
def test_nothing_is_said_of_few_people_or_beside_few(own: int, others: int) -> None:
    assert list(worse_off([*people(others, others), *people(own, 0, site=2)], 10)) == []


@pytest.mark.parametrize("values", [{"hours": False}, {"nights": Nights.UNKNOWN}, {"nights": Nights.NO}])
def test_who_works_as_most_do_is_no_group_of_its_own(values: dict[str, Value]) -> None:
    others: dict[str, Value] = {"hours": True} if "hours" in values else {"nights": Nights.YES}
    assert list(worse_off([*people(10, 10, **others), *people(10, 5, **values)], 10)) == []
