"""What is pinned, what can't be, and what becomes of pins as the draft is changed."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from scheduler.edits.model import Exchange, MovePerson, Pin, PinKind, SetDate, SetPin
from scheduler.errors import NotFound, NotPossible
from tests.scheduler.edits.drafts import Drafted, a_draft


@pytest.fixture
def here(storage: Database) -> Drafted:
    return a_draft(storage)


def test_pins_are_kept_taken_away_and_undone(here: Drafted) -> None:
    pin = Pin(PinKind.PERSON, "g1", here.ids["r1"])
    here.keep(SetPin(pin))
    assert here.open().pins == (pin,)
    assert [member.is_pinned for member in here.group("g1").residents] == [
        member.person_id == here.ids["r1"] for member in here.group("g1").residents
    ]
    here.keep(SetPin(pin, is_set=False))
    assert here.open().pins == ()
    here.undo()
    assert here.open().pins == (pin,)
    here.undo()
    assert here.open().pins == ()


def test_a_pin_takes_only_the_fields_of_its_kind(here: Drafted) -> None:
    one, other = sorted((here.ids["r1"], here.ids["r9"]))
    here.keep(SetPin(Pin(PinKind.APART, "g1", other, one, 2)))
    here.keep(SetPin(Pin(PinKind.GROUP, "g1", other, one, 2)))
    here.keep(SetPin(Pin(PinKind.DATE, "g2", other, one, 2)))
    assert here.open().pins == (
        Pin(PinKind.APART, "", one, other),
        Pin(PinKind.GROUP, "g1"),
        Pin(PinKind.DATE, "g2", round=2),
    )
    assert [group.is_pinned for group in here.open().groups] == [True, False, False, False]
    assert [session.is_pinned for session in here.group("g2").sessions] == [False, False, True]


def test_what_is_not_so_can_not_be_pinned(here: Drafted) -> None:
    r1, r2, r9 = (here.ids[name] for name in ("r1", "r2", "r9"))
    here.keep(SetDate("g1", 0, None))
    for pin in (
        Pin(PinKind.PERSON, "g2", r1),
        Pin(PinKind.FACILITATOR, "g4", r1),
        Pin(PinKind.DATE, "g1", round=0),
        Pin(PinKind.TOGETHER, "", r1, r9),
        Pin(PinKind.APART, "", r1, r2),
        Pin(PinKind.APART, "", r1, r1),
        Pin(PinKind.APART, "", r1, 9999),
    ):
        with pytest.raises(NotPossible):
            here.keep(SetPin(pin))
    with pytest.raises(NotFound):
        here.keep(SetPin(Pin(PinKind.GROUP, "nowhere")))
    with pytest.raises(NotPossible, match="isn’t pinned"):
        here.keep(SetPin(Pin(PinKind.GROUP, "g1"), is_set=False))
    here.keep(SetPin(Pin(PinKind.GROUP, "g1")))
    with pytest.raises(NotPossible, match="already pinned"):
        here.keep(SetPin(Pin(PinKind.GROUP, "g1")))


def test_a_pin_that_a_change_by_hand_overtakes_is_gone_and_comes_back_with_undo(here: Drafted) -> None:
    pins = (
        Pin(PinKind.PERSON, "g1", here.ids["r1"]),
        Pin(PinKind.TOGETHER, "", *sorted((here.ids["r1"], here.ids["r2"]))),
        Pin(PinKind.DATE, "g1", round=1),
    )
    for pin in pins:
        here.keep(SetPin(pin))
    here.keep(Exchange(here.ids["r1"], here.ids["r5"]))
    assert here.open().pins == pins[2:]
    here.keep(SetDate("g1", 1, None))
    assert here.open().pins == ()
    here.undo()
    here.undo()
    assert here.open().pins == pins


def test_who_is_pinned_apart_does_not_come_together(here: Drafted) -> None:
    here.keep(SetPin(Pin(PinKind.APART, "", here.ids["r1"], here.ids["r5"])))
    with pytest.raises(NotPossible, match="pinned apart"):
        here.preview(MovePerson(here.ids["r1"], "g2"))
    here.keep(MovePerson(here.ids["r1"], "g3"))
    assert here.open().pins == (Pin(PinKind.APART, "", here.ids["r1"], here.ids["r5"]),)
