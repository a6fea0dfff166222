"""When else a group could meet."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from scheduler.edits import service
from scheduler.edits.model import PossibleDate, SetDate
from scheduler.programmes.service import get_programme
from tests.builders import NOW
from tests.scheduler.edits.drafts import Drafted, a_draft


@pytest.fixture
def here(database: Database) -> Drafted:
    return a_draft(database)


def dates(here: Drafted, key: str, round_: int) -> tuple[PossibleDate, ...]:
    with here.database.reading() as db:
        return service.best_dates(db, here.coordinator, here.plan_id, key, round_, NOW)


def test_each_date_is_what_the_change_would_be(here: Drafted) -> None:
    for key in ("g1", "g3", "g4"):
        found = dates(here, key, 1)
        assert len(found) == 12
        for date in found:
            seen = here.preview(SetDate(key, 1, date.starts_at))
            assert (date.broken, date.can_come, date.marks) == (seen.broken, 4, "2222")
            assert (date.room_id is not None) == (key == "g3")


def test_a_date_that_more_can_come_to_is_better_and_one_that_too_few_can_last(here: Drafted) -> None:
    with here.database.reading() as db:
        slots = get_programme(db, here.world.programme_id).slots()
    first = {slot.round: index for index, slot in reversed(list(enumerate(slots)))}
    own = here.group("g1").sessions[1].starts_at
    at = next(index for index, slot in enumerate(slots) if slot.starts_at == own)
    good, marks = first[1] + 5, ["0"] * len(slots)
    for index in (at, good):
        marks[index] = "2"
    here.say(r1="".join(marks))
    found = dates(here, "g1", 1)
    assert found[0].starts_at == slots[good].starts_at
    assert found[0].can_come == 4
    assert {date.can_come for date in found[1:]} == {3}
    away = "".join("2" if index in (at, good) else "0" for index in range(len(slots)))
    here.say(r2=away, r3=away, r4=away)
    assert [broken.rule_id for broken in dates(here, "g1", 1)[-1].broken] == ["quorum"]
