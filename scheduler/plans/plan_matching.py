"""Which group of one plan is which of another: by who is in them, for plans made apart give their groups other keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

Groups = Mapping[str, Collection[int]]
"""The people of each group, by its key."""
Dates = Mapping[str, Mapping[int, datetime]]
"""When each group meets in which round."""


def matched(one: Groups, other: Groups) -> Mapping[str, str]:
    """For groups of ``other`` the key of the group of ``one`` that goes on in it; each is taken once.

    A group that kept its key and somebody of its people is the same; the others go to whom most of them come from.
    """
    found = {key: key for key, people in other.items() if key in one and set(people) & set(one[key])}
    of_person: dict[int, list[str]] = defaultdict(list)
    for key, people in one.items():
        for person in people:
            of_person[person].append(key)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for key, people in other.items():
        for person in people:
            for earlier in of_person[person]:
                shared[earlier, key] += 1
    taken = set(found.values())
    for (earlier, key), _count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if earlier not in taken and key not in found:
            found[key] = earlier
            taken.add(earlier)
    return found


def people_elsewhere(one: Groups, other: Groups) -> frozenset[int]:
    """Who is with others in the second plan than in the first, in any group or in none."""
    same = matched(one, other)
    before, now = _groups_of(one), _groups_of({same.get(key, f"new {key}"): people for key, people in other.items()})
    return frozenset(who for who in {*before, *now} if before.get(who) != now.get(who))


def sessions_elsewhen(one: Groups, other: Groups, dates: Dates, other_dates: Dates) -> int:
    """How many sessions of groups that go on have another date in the second plan, or are in one of the two alone."""
    return sum(
        dates.get(earlier, {}).get(round_) != other_dates.get(key, {}).get(round_)
        for key, earlier in matched(one, other).items()
        for round_ in {*dates.get(earlier, {}), *other_dates.get(key, {})}
    )


def _groups_of(groups: Groups) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for key, people in groups.items():
        for person in people:
            found[person].add(key)
    return found
