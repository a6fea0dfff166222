"""Who asks for an early start, once groups are published and have met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.people.model import Role
from scheduler.planning.early_starts import early_starts
from scheduler.planning.planned_people import Participant
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import Seat, Sitting, StoredGroup
from scheduler.programmes.model import Conduct
from solvers.instance import Slot
from solvers.vocabulary import External
from tests.builders import programme

TERM = replace(programme(), conduct=Conduct(early_days=28))
START = datetime.combine(TERM.first_day, datetime.min.time(), ZoneInfo(TERM.zone)).replace(hour=12)
DAY = timedelta(days=1)


def new(person_id: int, *, new_here: bool = True, kind: Role = Role.RESIDENT) -> Participant:
    nothing: Sequence[str] = ()
    return Participant(
        person_id, kind, 1, 1, nothing, {}, nothing, nothing, nothing, {}, nothing, nothing, {}, nothing,
        External.ANY, 1, new_here, "", "",
    )  # fmt: skip


def group(*people: int, on: Sequence[datetime]) -> StoredGroup:
    sittings = tuple(Sitting(number, starts_at, None, (), {}) for number, starts_at in enumerate(on))
    seats = tuple(Seat(person_id, MemberRole.RESIDENT) for person_id in people)
    return StoredGroup(1, "g1", "Group 1", 1, 1, "video", None, seats, sittings)


def asked(people: Sequence[Participant], groups: Sequence[StoredGroup], now: datetime) -> dict[int, int]:
    first = max(START, now.replace(hour=12) + DAY)
    return dict(early_starts(TERM, people, groups, [Slot(first, 0)], now.astimezone(UTC)))


def test_before_anything_is_published_everybody_who_is_new_asks() -> None:
    people = [new(1), new(2, new_here=False), new(3, kind=Role.FACULTY)]
    assert asked(people, [], START - 30 * DAY) == {1: 28}


def test_a_published_group_began_with_the_programme() -> None:
    waiting = group(1, 2, on=[START + 20 * DAY])
    assert asked([new(1), new(2, new_here=False)], [waiting], START + 9 * DAY) == {1: 28 - 10}


@pytest.mark.parametrize("days", [28, 200])
def test_what_is_over_is_asked_for_as_soon_as_can_be(days: int) -> None:
    assert asked([new(1)], [group(1, on=[])], START + days * DAY) == {1: 1}


def test_who_has_met_has_begun_and_who_comes_later_begins_then() -> None:
    met = group(1, on=[START + DAY, START + 29 * DAY])
    assert asked([new(1), new(9)], [met], START + 40 * DAY) == {9: 28}


def test_where_it_does_not_matter_nobody_asks() -> None:
    never = replace(TERM, conduct=Conduct(early_days=0))
    assert early_starts(never, [new(1)], [], [Slot(START, 0)], START) == {}
