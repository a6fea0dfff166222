"""Which changes stand by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduler.planning.independent_changes import Held, Whole, independent_changes

HOUR = timedelta(hours=1)
NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


def group(people: str, start: datetime = NOON, room: str | None = None, leads: str = "") -> Whole:
    """A group of these people that meets once."""
    session = Held(start, room, frozenset(leads.split()))
    return Whole("peer", "video", None, frozenset(people.split()), frozenset(leads.split()), frozenset({(0, session)}))


A, B, C = group("a1 a2"), group("b1 b2", NOON + HOUR), group("c1 c2", NOON + 2 * HOUR)
BEFORE = {"a": A, "b": B, "c": C}


def sets(**now: Whole | None) -> list[set[str]]:
    keys = dict.fromkeys((*BEFORE, *now))
    after = {key: found for key in keys if (found := now.get(key) if key in now else BEFORE[key]) is not None}
    return [set(found) for found in independent_changes(BEFORE, after, HOUR)]


def at(which: Whole, start: datetime, room: str | None = None, leads: str = "") -> Whole:
    return replace(which, sessions=frozenset({(0, Held(start, room, frozenset(leads.split())))}))


def test_nothing_changes_where_both_are_the_same() -> None:
    assert sets() == []


def test_groups_that_share_nothing_change_one_without_another() -> None:
    assert sets(a=at(A, NOON + 5 * HOUR), c=at(C, NOON + 6 * HOUR)) == [{"a"}, {"c"}]


def test_groups_between_which_somebody_moves_belong_together() -> None:
    assert sets(a=group("a1"), b=group("b1 b2 a2", NOON + HOUR), c=at(C, NOON + 6 * HOUR)) == [{"a", "b"}, {"c"}]


def test_who_takes_a_room_that_another_gives_up_belongs_to_them() -> None:
    before = {"a": at(A, NOON, "hall"), "b": at(B, NOON + 3 * HOUR, "hall")}
    after = {"a": at(A, NOON + 9 * HOUR, "hall"), "b": at(B, NOON + HOUR / 2, "hall")}
    assert independent_changes(before, after, HOUR) == (frozenset("ab"),)
    later = {**after, "b": at(B, NOON + HOUR, "hall")}
    assert independent_changes(before, later, HOUR) == (frozenset("a"), frozenset("b"))


def test_who_takes_somebodys_time_that_another_gives_up_belongs_to_them() -> None:
    before = {"a": group("a1", NOON, None, "fay"), "b": group("b1", NOON + 3 * HOUR, None, "fay")}
    after = {"a": group("a1", NOON + 9 * HOUR, None, "fay"), "b": group("b1", NOON, None, "fay")}
    assert independent_changes(before, after, HOUR) == (frozenset("ab"),)


def test_a_group_that_is_gone_belongs_to_those_who_take_its_people() -> None:
    after = {"b": replace(B, residents=B.residents | A.residents), "c": C}
    assert independent_changes(BEFORE, after, HOUR) == (frozenset("ab"),)
