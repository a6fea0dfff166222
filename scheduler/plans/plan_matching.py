"""Which group of one plan is which of another, and whose group differs: by who is in them, for plans made apart give
their groups other keys. Every page that says how far two plans differ counts with these functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

Groups = Mapping[str, Collection[int]]
"""The people of each group, by its key."""
Dates = Mapping[str, Mapping[int, datetime]]
"""When each group meets in which round."""
Same = Mapping[str, str]
"""For groups of the second plan the key of the group of the first that goes on in each."""


class Regrouping(StrEnum):
    """How somebody's groups differ in the second of two plans."""

    CHANGES = "changes"
    """They are in another group, or in one more or fewer."""
    LOSES = "loses"
    """They are in none any more."""
    GETS = "gets"
    """They are in one, and were in none."""


def matched(one: Groups, other: Groups, known: Collection[str] = ()) -> Same:
    """For groups of ``other`` the key of the group of ``one`` that goes on in it; each is taken once.

    A group that members know (one of the ``known`` keys) is itself and no other. Of the rest, one that kept its key and
    somebody of its people is the same; the others go to whom most of them come from.
    """
    found = {key: key for key, people in other.items() if key in one and (key in known or set(people) & set(one[key]))}
    of_person: dict[int, list[str]] = defaultdict(list)
    for key in one.keys() - set(known):
        for person in one[key]:
            of_person[person].append(key)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for key in other.keys() - set(known):
        for person in other[key]:
            for earlier in of_person[person]:
                shared[earlier, key] += 1
    taken = set(found.values())
    for (earlier, key), _count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if earlier not in taken and key not in found:
            found[key] = earlier
            taken.add(earlier)
    return found


def regrouped(one: Groups, other: Groups, same: Same) -> Mapping[int, Regrouping]:
    """Whose groups differ in the second plan from those in the first, and how."""
    before, now = _groups_of(one), _groups_of({same.get(key, f"new {key}"): people for key, people in other.items()})
    return {who: _how(before[who], now[who]) for who in {*before, *now} if before[who] != now[who]}


def sessions_elsewhen(same: Same, dates: Dates, other_dates: Dates) -> int:
    """How many sessions of groups that go on have another date in the second plan, or are in one of the two alone."""
    return sum(
        dates.get(earlier, {}).get(round_) != other_dates.get(key, {}).get(round_)
        for key, earlier in same.items()
        for round_ in {*dates.get(earlier, {}), *other_dates.get(key, {})}
    )


def _how(before: Collection[str], now: Collection[str]) -> Regrouping:
    if not now:
        return Regrouping.LOSES
    return Regrouping.CHANGES if before else Regrouping.GETS


def _groups_of(groups: Groups) -> defaultdict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for key, people in groups.items():
        for person in people:
            found[person].add(key)
    return found
