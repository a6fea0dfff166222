"""Months of a made-up house, attacked by who keeps every release: by cut, by month, over who came and went.

What is shown is turned into the sums that it is, and every combination of them is asked for (whole numbers, another way
than the product's): none is about fewer than five people.
"""

from __future__ import annotations

import random
from collections.abc import Collection

import pytest

from scheduler.equity.combinations import FEWEST, Unit, find_telling
from scheduler.evidence.cohort import newly_entered
from scheduler.evidence.figures import Made, Past, as_json, from_json, make, measured, units_of
from scheduler.evidence.model import EVERYBODY, Counted, Entered, Figure, Kind

House = dict[int, Counted]


def somebody(who: int, chance: random.Random, sessions: Collection[int] = ()) -> Counted:
    values = {
        "grade": str(chance.choice((1, 1, 2, 2, 3))), "site": chance.choice("nnnse"), "hours": chance.choice("pffffff"),
    }  # fmt: skip
    units = {
        Figure.JOINED: {0: (int(chance.random() < 0.8), 1)},
        Figure.ATTENDANCE: {each: (int(chance.random() < 0.7), 1) for each in sessions},
    }
    return Counted(who, Kind.RESIDENT, values, units)


class Life:
    """A house lived through, with all that was released."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.house: House = {who: somebody(who, self.chance) for who in range(1, 61)}
        self.people: tuple[Entered, ...] = ()
        self.past: list[Past] = []

    def month(self) -> Made:
        """Some come, somebody leaves, most meet and some alone; then the release."""
        number, chance = len(self.past) + 1, self.chance
        for _ in range(chance.choice((0, 0, 1, 2, 6))):
            who = max(self.house) + 1
            self.house[who] = somebody(who, chance)
        for who, each in self.house.items():
            if chance.random() < (0.9 if number % 3 else 0.04):
                held = {**each.units[Figure.ATTENDANCE], number: (int(chance.random() < 0.7), 1)}
                self.house[who] = Counted(who, each.kind, each.values, {**each.units, Figure.ATTENDANCE: held})
        self.people = (*self.people, *newly_entered(self.people, self.house.values(), number))
        units = units_of(self.people, self.house)
        made = make(number, self.people, units, self.past, {})
        numbers = {figure: {who: measured(things) for who, things in of.items()} for figure, of in units.items()}
        self.past.append(Past(number, numbers, made.cells, from_json(as_json(made.shown))))
        return made

    def sums(self, figure: Figure) -> list[list[Unit]]:
        """Every sum that can be read from all releases."""
        return [units for one in self.past for units in one.figures(figure, self.people)]


@pytest.mark.parametrize("seed", range(6))
def test_no_combination_of_all_months_and_cuts_is_about_few(seed: int) -> None:
    life = Life(seed)
    for _ in range(7):
        life.month()
        for figure in (Figure.JOINED, Figure.ATTENDANCE):
            assert find_telling(life.sums(figure)) is None
            for one, other in ((a, b) for a in life.sums(figure) for b in life.sums(figure)):
                apart = {whose for whose, _ in set(one) ^ set(other)}
                assert len(apart) == 0 or len(apart) >= FEWEST, "one sum minus another"
    assert len(life.sums(Figure.ATTENDANCE)) > 7, "and yet there is something to read"


def test_what_is_carried_over_says_from_when_it_is() -> None:
    life = Life(1)
    first = life.month()
    alone = next(iter(life.house.values()))
    held = {**alone.units[Figure.ATTENDANCE], 99: (1, 1)}
    life.house[alone.person_id] = Counted(
        alone.person_id, alone.kind, alone.values, {**alone.units, Figure.ATTENDANCE: held}
    )
    units = units_of(life.people, life.house)
    second = make(2, life.people, units, life.past, {})
    assert second.shown[Figure.ATTENDANCE][EVERYBODY] == first.shown[Figure.ATTENDANCE][EVERYBODY]
    assert second.shown[Figure.ATTENDANCE][EVERYBODY].since == 1


def test_where_all_or_none_have_only_an_edge_is_said() -> None:
    for joins, said in ((1, (80, False, True)), (0, (20, True, False))):
        house = {
            who: Counted(
                who, Kind.RESIDENT, {"grade": "1"}, {Figure.JOINED: {0: (joins, 1)}, Figure.OFFERED: {0: (joins, 1)}}
            )
            for who in range(1, 8)
        }
        people = newly_entered((), house.values(), 1)
        found = make(1, people, units_of(people, house), (), {}, only_joined=False).shown
        joined, offered = found[Figure.JOINED][EVERYBODY], found[Figure.OFFERED][EVERYBODY]
        assert (joined.value, joined.low, joined.high) == said
        assert (offered.value, offered.low, offered.high) == (100 * joins, False, False), "what the programme did"
        offered = make(1, people, units_of(people, house), (), {}).shown[Figure.OFFERED][EVERYBODY]
        assert (offered.value, offered.low, offered.high) == said, "only who says yes is planned: it tells who did"


def test_numbers_of_people_come_in_fives_and_medians_in_steps() -> None:
    life = Life(3)
    made = life.month()
    shown = [each for cells in made.shown.values() for each in cells.values() if each.value is not None]
    assert shown
    assert all(each.people is not None and each.people >= FEWEST and each.people % FEWEST == 0 for each in shown)
    assert all(each.middle is None or each.middle % FEWEST == 0 for each in shown)


def test_a_release_reads_as_it_was_written() -> None:
    made = Life(2).month()
    assert from_json(as_json(made.shown)) == made.shown
