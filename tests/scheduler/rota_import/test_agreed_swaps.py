"""Swaps that were agreed change the duties of both people, and can be taken back; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler import clock
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotPossible
from scheduler.people.model import OPERATOR, Role
from scheduler.rota_import.agreed_swaps import ProposedSwaps, Swapped, propose_swaps, put_swaps
from scheduler.rota_import.own_rotas import give_days
from scheduler.rota_import.service import Upload
from scheduler.rota_import.taking_back import list_replaced, take_back
from scheduler.rotas.model import DutyKind
from scheduler.rotas.rota_list import list_rotas
from scheduler.troubles.service import count_by_rota, list_troubles
from tests.builders import NOW, World, actor, import_residents, person_line, world
from tests.scheduler.rota_import.test_service import FIRST, duty_codes, imported, rota
from tests.scheduler.rota_import.test_taking_back import everything
from tests.scheduler.rotas.sheets import as_csv, days
from tests.scheduler.troubles.conftest import a_true_term

TAKES = "Ann takes Cy's night on 6 January 2027"
EXCHANGE = "Swap: Ann Bee and Cy Dee, 5 January 2027"


def ward(there: World) -> tuple[int, int]:
    """Ann and Cy on a rota of a week: by their ids."""
    ids = import_residents(there, 0, person_line("Ann Bee"), person_line("Cy Dee"))
    imported(there, rota({"Ann Bee": "DDD....", "Cy Dee": "DNNN..."}))
    return ids["ann.bee@example.org"], ids["cy.dee@example.org"]


def proposed(there: World, text: str) -> ProposedSwaps:
    with there.database.reading() as db:
        return propose_swaps(db, there.coordinator, there.programme_id, text, NOW)


def put(there: World, text: str, *chosen: int) -> Swapped:
    with there.database.writing() as db:
        return put_swaps(db, there.coordinator, there.programme_id, text, chosen, NOW)


def test_who_takes_a_duty_has_it_and_the_other_is_free(storage: Database) -> None:
    there = world(storage)
    ann, cy = ward(there)
    before = everything(there)
    [swap] = proposed(there, TAKES).swaps
    day = FIRST + timedelta(days=2)
    assert [(each.person_id, each.day, each.before, each.after) for each in swap.changes] == [
        (ann, day, ("D",), ("D", "N")),
        (cy, day, ("N",), ()),
    ]
    assert everything(there) == before, "nothing changes before it is confirmed"
    done = put(there, TAKES, 0)
    assert done.changes == swap.changes
    assert (duty_codes(there, ann), duty_codes(there, cy)) == ("DDDN", "DNN")
    with storage.writing() as db:
        take_back(db, there.coordinator, there.programme_id, done.replaced, NOW)
    assert everything(there) == before


def test_an_exchange_gives_each_the_other_duty(storage: Database) -> None:
    there = world(storage)
    ann, cy = ward(there)
    [swap] = proposed(there, EXCHANGE).swaps
    assert [(each.before, each.after) for each in swap.changes] == [(("D",), ("N",)), (("N",), ("D",))]
    put(there, EXCHANGE, 0)
    assert sorted(duty_codes(there, ann)) == sorted("DND")
    assert sorted(duty_codes(there, cy)) == sorted("DDNN")


def test_the_rota_speaks_of_whoever_takes_a_duty_on_a_day_that_it_knew_nothing_of(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 0, person_line("Ann Bee"), person_line("Cy Dee"))
    imported(there, rota({"Ann Bee": "DDD"}, name="Surgery"))
    imported(there, rota({"Cy Dee": "NNN"}, FIRST + timedelta(days=7)))
    before = everything(there)
    done = put(there, "Ann takes Cy's night on 12 January 2027", 0)
    assert duty_codes(there, ids["ann.bee@example.org"]) == "DDDN"
    with storage.reading() as db:
        assert [each.is_swap for each in list_replaced(db, there.coordinator, there.programme_id)] == [
            True,
            False,
            False,
        ]
    with storage.writing() as db:
        take_back(db, there.coordinator, there.programme_id, done.replaced, NOW)
    assert everything(there) == before


@pytest.mark.parametrize("text", ["Ann takes Cy's night on 9 January 2027", "Ann takes Cy's night on 4 January 2027"])
def test_a_duty_that_nobody_has_cannot_be_swapped(storage: Database, text: str) -> None:
    there = world(storage)
    ward(there)
    before = everything(there)
    [swap] = proposed(there, text).swaps
    assert swap.why_not
    assert swap.changes == ()
    with pytest.raises(NotPossible):
        put(there, text, 0)
    with pytest.raises(NotPossible):
        put(there, TAKES)
    assert everything(there) == before


def test_an_exchange_of_the_same_duties_is_none_and_own_rotas_are_left_alone(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 0, person_line("Ann Bee"), person_line("Cy Dee"))
    ann = ids["ann.bee@example.org"]
    imported(there, rota({"Cy Dee": "DNNN...", "Ann Bee": "DDD...."}))
    [swap] = proposed(there, EXCHANGE.replace("5 January", "4 January")).swaps
    assert (swap.changes, bool(swap.why_not)) == ((), True)
    own = replace(actor(ann, there.programme_id, Role.RESIDENT), trusted=False)
    with storage.writing() as db:
        give_days(db, own, there.programme_id, FIRST + timedelta(days=30), [DutyKind.NIGHT], None, NOW)
    [swap] = proposed(there, "Cy takes Ann's night on 3 February 2027").swaps
    assert (swap.changes, bool(swap.why_not)) == ((), True), "what she gave of herself is hers alone"


def test_only_a_coordinator_swaps(storage: Database) -> None:
    there = world(storage)
    ann, _ = ward(there)
    with pytest.raises(NotAllowed), storage.writing() as db:
        put_swaps(db, actor(ann, there.programme_id, Role.RESIDENT), there.programme_id, TAKES, [0], NOW)


def test_a_day_with_two_duties_or_leave_and_a_duty_is_pointed_out(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 0, person_line("Ann Bee"), person_line("Cy Dee"))
    ann = ids["ann.bee@example.org"]
    rows = [["Name", *days(3, FIRST)], ["Ann Bee", "Day", "Annual leave", "Off"], ["Cy Dee", *["Night"] * 3]]
    imported(there, Upload("Ward", as_csv(rows), "ward.csv"))
    text = "\n".join(f"Ann takes Cy's night on {day} January 2027" for day in (4, 5, 6))
    assert [[(each.person_id, each.is_away) for each in swap.clashes] for swap in proposed(there, text).swaps] == [
        [(ann, False)],
        [(ann, True)],
        [],
    ]


def test_the_sessions_that_swaps_lose_and_save_are_known_before_and_after(storage: Database) -> None:
    term = a_true_term(storage)
    day, ada, ben, zoe = term.session("g1").starts_at.date(), "Ada Quill", "Ben Marrow", "Zoe Left"
    imported(term.here, rota({ada: "D", ben: "N", zoe: "D"}, day))
    for text, lost, saved in (
        (f"{ada} and {ben} swap {day}", [(ada,)], [(ben,)]),
        (f"{zoe} and {ada} swap {day}", [], [(ada,)]),
    ):
        before = everything(term.here)
        found = proposed(term.here, text)
        assert everything(term.here) == before, "looking changes nothing"
        assert [each.cannot for each in found.sessions.lost] == lost
        assert [each.cannot for each in found.sessions.saved] == saved
        assert put(term.here, text, 0).sessions == found.sessions


def test_what_a_swap_puts_in_trouble_is_counted_for_its_rota(storage: Database) -> None:
    term = a_true_term(storage)
    day = term.session("g1").starts_at.date()
    pairs = {"Ada Quill": "Cleo Thistle", "Ben Marrow": "Eve Moss", "Cat Osier": "Finn Oak"}
    imported(term.here, rota({**dict.fromkeys(pairs, "D"), **dict.fromkeys(pairs.values(), "N")}, day))
    text = "\n".join(f"{one} and {other} swap {day}" for one, other in pairs.items())
    with storage.writing() as db:
        done = put_swaps(db, term.here.coordinator, term.programme_id, text, range(3), clock.now())
    assert done.sessions.lost
    with storage.reading() as db:
        [line] = list_rotas(db, OPERATOR, term.programme_id)
        counted = count_by_rota(db, OPERATOR, term.programme_id)
        told = list_troubles(db, OPERATOR, term.programme_id, clock.now(), rota_id=line.id)
    assert counted[line.id] == told.total > 0
