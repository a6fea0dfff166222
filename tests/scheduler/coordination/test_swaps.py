"""Residents swap groups only if everyone concerned has said so and nothing is broken, and only for some days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from scheduler.audit.tables import AuditRow
from scheduler.charters.agreements import agreed_groups
from scheduler.charters.model import PROPOSED
from scheduler.charters.service import accept, adopt
from scheduler.coordination.history import history_of_group
from scheduler.coordination.model import TakeOut
from scheduler.coordination.service import carry_out
from scheduler.coordination.swap_rings import Step, rings
from scheduler.coordination.swaps import ask_to_swap, count_swapped, count_waiting, days_to_swap, own_swap
from scheduler.coordination.tables import SwapWishRow
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotPossible
from scheduler.invitations.change_notices import announce_changes
from scheduler.joining.model import RequestAbout
from scheduler.joining.questions import ask_for_another_group, has_asked, questions_of, set_questions
from scheduler.mail.tables import MailRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow, RelationRow, WishRow
from scheduler.plans.membership import group_roster
from scheduler.programmes.facts_mark import renew_facts_mark
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ModelRow
from scheduler.publishing.leavers import leave
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.settings import Settings
from tests.builders import NOW, World, actor, add_draft, change_conduct, import_residents, publish, set_marks, world

SETTINGS = Settings("sqlite://", "k" * 40, base_url="https://rounds.example.org")
SLOTS = 3
"""Groups meet at these slots of each round, so that everybody of one can be at another's."""


@pytest.fixture
def here(storage: Database) -> World:
    return a_swapping_world(storage)


def a_swapping_world(database: Database) -> World:
    """Three peer groups of five, R1 to R15 in their order; everybody can come to everything."""
    made = world(database)
    set_marks(made, dict.fromkeys(import_residents(made, 16).values(), "2"))
    published(made, dict(zip(("g1", "g2", "g3"), (range(1, 6), range(6, 11), range(11, 16)), strict=True)))
    return made


def id_of(here: World, name: str) -> int:
    with here.database.reading() as db:
        return db.scalars(select(PersonRow.id).where(PersonRow.name == name)).one()


def somebody(here: World, name: str) -> Actor:
    return actor(id_of(here, name), here.programme_id, Role.RESIDENT)


def published(here: World, groups: dict[str, range], now: datetime = NOW) -> None:
    with here.database.reading() as db:
        slots = [slot for slot in get_programme(db, here.programme_id).slots() if slot.round == 0]
    dates = [{0: slots[SLOTS * place].starts_at} for place in range(len(groups))]
    people = ([id_of(here, f"R{number}") for number in numbers] for numbers in groups.values())
    plan_id = add_draft(here, **dict(zip(groups, zip(people, dates, strict=True), strict=True)))
    with here.database.writing() as db:
        publish(db, here.coordinator, plan_id, now)


def asks(here: World, name: str, *wanted: str, out_of: str = "", now: datetime = NOW) -> str | None:
    with here.database.writing() as db:
        return ask_to_swap(db, somebody(here, name), here.programme_id, out_of or home(here, name), wanted, now)


def home(here: World, name: str) -> str:
    who = id_of(here, name)
    with here.database.reading() as db:
        return next((key for key in ("g1", "g2", "g3") if who in group_roster(db, here.programme_id, key)), "")


def homes(here: World, *names: str) -> tuple[str, ...]:
    return tuple(home(here, name) for name in names)


def offered(here: World, name: str, now: datetime = NOW) -> set[str] | None:
    with here.database.reading() as db:
        found = own_swap(db, somebody(here, name), here.programme_id, now)
        return None if found is None else {offer.key for offer in found.offers}


def keep_full(here: World, least: int = 5) -> None:
    """No group has a free place, nor may anybody leave one: of five people at most, and at least as said."""
    with here.database.writing() as db:
        for row in db.scalars(
            select(ModelRow).where(ModelRow.programme_id == here.programme_id, ModelRow.key == "peer")
        ):
            row.size_min, row.target, row.size_max = least, 5, 5
        renew_facts_mark(db, [here.programme_id])  # as of every change that is noted


def changed(here: World, **conduct: int) -> None:
    with here.database.writing() as db:
        wanted = replace(get_programme(db, here.programme_id).conduct, **conduct)
        change_conduct(db, here.coordinator, here.programme_id, wanted, NOW)


def test_two_who_would_each_be_in_the_others_group_swap(here: World) -> None:
    keep_full(here)
    assert asks(here, "R1", "g2") is None
    assert homes(here, "R1", "R6") == ("g1", "g2"), "nothing is done to anyone who has not said so"
    assert asks(here, "R6", "g1", "g3") == "Peer group g1"
    assert homes(here, "R1", "R6") == ("g2", "g1")
    with here.database.reading() as db:
        rows = db.scalars(select(AttendeeRow.person_id).join(SessionRow).where(SessionRow.group_key == "g2")).all()
        assert id_of(here, "R1") in rows
        assert id_of(here, "R6") not in rows
        assert not db.scalar(select(func.count()).select_from(SwapWishRow)), "what is done is wished no longer"
        assert count_swapped(db, here.coordinator, here.programme_id) == 2
        history = history_of_group(db, here.coordinator, here.programme_id, "g1")
    assert {entry.sentence for entry in history} == {
        "R1 came into Peer group g2 by a swap.", "R6 came into Peer group g1 by a swap.",
    }  # fmt: skip


def test_everybody_concerned_is_told_and_agrees_the_charter_anew(here: World) -> None:
    keep_full(here)
    day = (NOW + timedelta(days=1)).replace(hour=10)  # nobody is written to while asleep
    first = [somebody(here, f"R{number}") for number in range(1, 6)]
    with here.database.writing() as db:
        version = adopt(db, here.coordinator, here.programme_id, PROPOSED, NOW)
        for who in (somebody(here, f"R{number}") for number in range(1, 11)):
            accept(db, who, here.programme_id, "g1" if who in first else "g2", version, NOW)
        assert agreed_groups(db, here.programme_id, NOW) >= {"g1", "g2"}
    announce_changes(here.database, SETTINGS, day)
    with here.database.writing() as db:
        db.execute(delete(MailRow))
    asks(here, "R1", "g2", now=day)
    asks(here, "R6", "g1", now=day)
    announce_changes(here.database, SETTINGS, day + timedelta(hours=2))
    with here.database.reading() as db:
        told = set(db.scalars(select(MailRow.address)).all())
        assert not agreed_groups(db, here.programme_id, NOW) & {"g1", "g2"}
    assert told == {f"r{number}@example.org" for number in range(1, 11)}


def test_a_ring_of_three_swaps_at_once(here: World) -> None:
    keep_full(here)
    assert asks(here, "R1", "g2") is None
    assert asks(here, "R6", "g3") is None
    assert asks(here, "R11", "g1") == "Peer group g1"
    assert homes(here, "R1", "R6", "R11") == ("g2", "g3", "g1")


def test_a_free_place_is_taken_and_whoever_waits_for_the_one_it_frees_moves_up(here: World) -> None:
    keep_full(here)
    assert asks(here, "R11", "g1") is None
    assert asks(here, "R12", "g1", now=NOW + timedelta(minutes=1)) is None
    keep_full(here, least=4)
    assert asks(here, "R1", "g2") is None, "g2 has five people, and no room for more"
    with here.database.writing() as db:
        carry_out(db, here.coordinator, TakeOut(here.programme_id, "g2", id_of(here, "R6")), "They asked for it.", NOW)
    assert asks(here, "R1", "g2") == "Peer group g2"
    assert homes(here, "R11", "R12") == ("g1", "g3"), "one place was freed, and the first of them has it"


def test_nobody_is_put_into_a_full_group_and_none_is_left_too_small(here: World) -> None:
    keep_full(here)
    assert asks(here, "R1", "g2", "g3") is None
    assert home(here, "R1") == "g1"
    with here.database.reading() as db:
        assert count_waiting(db, here.coordinator, here.programme_id, NOW) == 1


def test_asking_again_replaces_what_was_asked_and_nothing_takes_it_back(here: World) -> None:
    keep_full(here)
    asks(here, "R1", "g2")
    asks(here, "R1", "g2")
    asks(here, "R1", "g3")
    asks(here, "R6", "g1")
    assert homes(here, "R1", "R6") == ("g1", "g2")
    asks(here, "R1")
    asks(here, "R11", "g1")
    assert homes(here, "R1", "R11") == ("g1", "g3")


def test_a_form_that_is_sent_again_after_a_swap_moves_nobody_back(here: World) -> None:
    keep_full(here)
    asks(here, "R1", "g2")
    asks(here, "R6", "g1")
    for wanted in (["g1"], ["g3"], []):
        with pytest.raises(NotPossible, match="have changed"):
            asks(here, "R6", *wanted, out_of="g2")
    assert home(here, "R6") == "g1"


@pytest.mark.parametrize("wanted", ["g1", "g9", "", "g2 "])
def test_what_is_not_offered_cannot_be_asked_for(here: World, wanted: str) -> None:
    with pytest.raises(NotPossible, match="have changed"):
        asks(here, "R1", "g2", wanted)
    with here.database.reading() as db:
        assert not db.scalar(select(func.count()).select_from(SwapWishRow))


def test_nobody_moves_others_and_only_residents_of_a_group_may(here: World) -> None:
    for who in (here.coordinator, actor(id_of(here, "R1"), here.programme_id, Role.FACULTY)):
        with here.database.writing() as db, pytest.raises(NotAllowed):
            ask_to_swap(db, who, here.programme_id, "g1", ["g2"], NOW)
    with pytest.raises(NotPossible, match="swapped now"):
        asks(here, "R16", "g1", out_of="g2")
    with here.database.reading() as db, pytest.raises(NotAllowed):
        count_waiting(db, somebody(here, "R1"), here.programme_id, NOW)


def test_the_time_ends_at_the_end_of_its_last_day_and_may_be_none_at_all(here: World) -> None:
    programme_day = NOW + timedelta(days=10)
    assert offered(here, "R1", programme_day) == {"g2", "g3"}
    with here.database.reading() as db:
        for name, last in (("R1", {here.programme_id: programme_day.date()}), ("R16", {})):
            assert days_to_swap(db, somebody(here, name), [here.programme_id], NOW) == last
    assert offered(here, "R1", NOW + timedelta(days=11)) is None
    keep_full(here)
    asks(here, "R1", "g2", now=programme_day)
    with pytest.raises(NotPossible, match="swapped now"):
        asks(here, "R6", "g1", now=NOW + timedelta(days=11))
    with here.database.reading() as db:
        assert count_waiting(db, here.coordinator, here.programme_id, NOW + timedelta(days=11)) == 0
    changed(here, swap_days=0)
    assert offered(here, "R1") is None
    with here.database.reading() as db:
        assert not days_to_swap(db, somebody(here, "R1"), [here.programme_id], NOW)
    changed(here, swap_days=20)
    assert offered(here, "R1", NOW + timedelta(days=20)) == {"g2", "g3"}


def test_what_was_asked_of_a_plan_before_does_not_count_for_the_next(here: World) -> None:
    keep_full(here)
    asks(here, "R1", "g2")
    later = NOW + timedelta(days=1)
    published(here, dict(zip(("g1", "g2", "g3"), (range(1, 6), range(6, 11), range(11, 16)), strict=True)), later)
    asks(here, "R6", "g1", now=later)
    assert homes(here, "R1", "R6") == ("g1", "g2")


def test_who_left_or_was_taken_out_is_in_no_swap(here: World) -> None:
    keep_full(here)
    asks(here, "R1", "g2")
    asks(here, "R2", "g2")
    with here.database.writing() as db:
        leave(db, somebody(here, "R1"), here.programme_id, NOW)
        carry_out(db, here.coordinator, TakeOut(here.programme_id, "g1", id_of(here, "R2")), "Asked for it.", NOW)
    asks(here, "R6", "g1")
    assert homes(here, "R1", "R2", "R6") == ("", "", "g2")


@pytest.mark.parametrize("kind", ["treats", "family", "prior-complaint"])
def test_a_secret_relation_stands_in_the_way_and_shows_on_no_list(here: World, kind: str) -> None:
    keep_full(here)
    before = offered(here, "R1")
    with here.database.writing() as db:
        relation = RelationRow(programme_id=here.programme_id, person_id=id_of(here, "R7"), kind=kind, declared=True)
        relation.declared_by_id = relation.person_id
        relation.about_id = id_of(here, "R1")
        db.add(relation)
    assert offered(here, "R1") == before == {"g2", "g3"}
    asks(here, "R6", "g1")
    assert asks(here, "R1", "g2") is None, "as if nobody had been found"
    assert homes(here, "R1", "R6") == ("g1", "g2")


def test_whom_somebody_would_not_be_with_stands_in_the_way_and_shows_on_no_list(here: World) -> None:
    keep_full(here)
    with here.database.writing() as db:
        wish = WishRow(programme_id=here.programme_id, person_id=id_of(here, "R7"), kind="avoid")
        wish.about_id = id_of(here, "R1")
        db.add(wish)
    assert offered(here, "R1") == {"g2", "g3"}
    asks(here, "R6", "g1")
    assert asks(here, "R1", "g2") is None
    assert homes(here, "R1", "R6") == ("g1", "g2")


def test_a_group_with_ones_supervisor_is_not_offered_and_not_to_be_had(here: World) -> None:
    keep_full(here)
    asks(here, "R1", "g2")
    with here.database.writing() as db:
        relation = RelationRow(programme_id=here.programme_id, person_id=id_of(here, "R7"), kind="supervises")
        relation.about_id = id_of(here, "R1")
        db.add(relation)
    assert offered(here, "R1") == {"g3"}
    with pytest.raises(NotPossible):
        asks(here, "R1", "g2")
    asks(here, "R6", "g1")
    assert homes(here, "R1", "R6") == ("g1", "g2")


def test_a_group_to_which_one_can_never_come_is_not_offered(here: World) -> None:
    with here.database.reading() as db:
        slots = get_programme(db, here.programme_id).slots()
    there = [index for index, slot in enumerate(slots) if slot.round == 0][SLOTS]
    set_marks(here, {id_of(here, "R1"): "".join("0" if at == there else "2" for at in range(len(slots)))})
    assert offered(here, "R1") == {"g3"}


def test_who_never_said_yes_cannot_swap(here: World) -> None:
    with here.database.writing() as db:
        wanted = replace(questions_of(db, here.programme_id), only_joined=True)
        set_questions(db, here.coordinator, here.programme_id, wanted, NOW)
    assert offered(here, "R1") is None


def test_a_swap_answers_a_request_for_another_group(here: World) -> None:
    with here.database.writing() as db:
        ask_for_another_group(db, somebody(here, "R1"), here.programme_id, NOW)
    asks(here, "R1", "g2")
    with here.database.reading() as db:
        assert not has_asked(db, somebody(here, "R1"), here.programme_id, RequestAbout.GROUP)


def test_the_record_holds_who_moved_and_not_who_asked(here: World) -> None:
    keep_full(here)
    asks(here, "R1", "g2", "g3")
    asks(here, "R6", "g1")
    with here.database.reading() as db:
        lines = db.scalars(select(AuditRow).where(AuditRow.action.contains("swap")).order_by(AuditRow.id)).all()
    r1, r6 = id_of(here, "R1"), id_of(here, "R6")
    assert sorted(((line.actor_id, dict(line.details)) for line in lines), key=lambda each: each[1]["person"]) == [
        (None, {"person": r1, "group": "g2", "out_of": "g1"}), (r6, {"person": r6, "group": "g1", "out_of": "g2"}),
    ]  # fmt: skip


def test_rings_are_found_the_shortest_first_and_visit_no_group_twice() -> None:
    at = {1: "a", 2: "b", 3: "c", 4: "d", 5: "a", 6: "e"}
    wanted = {1: {"b", "c"}, 2: {"c", "a"}, 3: {"a", "d"}, 4: {"a"}, 5: {"b"}, 6: {"a"}}
    found = list(rings(1, at, wanted))
    assert found[0] == (Step(1, "a", "b"), Step(2, "b", "a"))
    assert [len(ring) for ring in found] == sorted(len(ring) for ring in found)
    for ring in found:
        assert ring[0].person_id == 1
        assert len({step.out_of for step in ring}) == len(ring)
        assert {step.out_of for step in ring} == {step.into for step in ring}
        assert all(step.into in wanted[step.person_id] for step in ring)
    assert {len(ring) for ring in found} == {2, 3, 4}
    assert not list(rings(6, at, wanted))
    assert not list(rings(9, at, wanted))
