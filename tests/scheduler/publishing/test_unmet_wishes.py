"""Each person alone is told what of their own wishes their group does not meet, and each choice does what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.coordination.model import TakeOut
from scheduler.coordination.own_place import give_up_place, given_up_in
from scheduler.coordination.service import carry_out
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.invitations.private_letters import tell_privately
from scheduler.joining.model import RequestAbout
from scheduler.joining.openly import OpenAnswer, save_traits
from scheduler.joining.questions import (
    ask_for_another_group,
    has_asked,
    list_requests,
    withdraw_group_request,
)
from scheduler.joining.questions import decide as answer_request
from scheduler.mail.tables import MailRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.people.traits import Category, Company, TraitWish
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.membership import group_roster
from scheduler.plans.tables import UnplacedRow
from scheduler.publishing.forgotten_answers import delete_answers
from scheduler.publishing.leavers import leave
from scheduler.publishing.model import OwnChoice, Unmet, UnmetKind, Wisher, unmet_in, unmet_without_group
from scheduler.publishing.tables import UnmetWishRow
from scheduler.publishing.unmet_wishes import decide, own_unmet
from scheduler.sessions.tables import AttendeeRow
from scheduler.settings import Settings
from tests.builders import NOW, World, actor, add_draft, import_residents, publish, set_marks, world

FIRST = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
SETTINGS = Settings("sqlite://", "k" * 40, base_url="https://rounds.example.org")
FAITH = Category.FAITH
ALONE, LIKE, UNLIKE = (Unmet(kind, "faith") for kind in (UnmetKind.ALONE, UnmetKind.LIKE, UnmetKind.UNLIKE))


def wisher(person_id: int = 1, **columns: Any) -> Wisher:
    empty: Mapping[str, Any] = {"traits": {}, "together": {}}
    names = ("tags", "company", "firm", "like", "unlike")
    return Wisher(person_id, **{**dict.fromkeys(names, ()), **empty, **columns})


ADA = wisher(traits={"faith": "Sikh"}, like=["faith"], together={"faith": False})


@pytest.mark.parametrize(
    ("person", "others", "unmet"),
    [
        (ADA, [wisher(2, traits={"faith": " SIKH"})], set()),
        (ADA, [wisher(2, traits={"faith": "Hindu"}), wisher(3)], {LIKE, ALONE}),
        (ADA, [wisher(2, traits={"culture": "Sikh"})], {LIKE, ALONE}),
        (
            wisher(traits={"faith": "Sikh"}, unlike=["faith"]),
            [wisher(2), wisher(3, traits={"faith": "sikh"})],
            {UNLIKE},
        ),
        (wisher(traits={"faith": "Sikh"}, unlike=["faith"]), [wisher(2, traits={"faith": "None"})], set()),
        (wisher(like=["faith"], together={"faith": True}), [wisher(2)], set()),
        (
            wisher(tags=["part-time"], company=["part-time"]),
            [wisher(2, tags=["parent"])],
            {Unmet(UnmetKind.ALONE, circumstance="part-time")},
        ),
        (wisher(tags=["part-time"], company=["part-time"]), [wisher(2, tags=["part-time"])], set()),
    ],
)
def test_what_a_group_does_not_meet(person: Wisher, others: list[Wisher], unmet: set[Unmet]) -> None:
    assert unmet_in(person, others) == unmet


def test_without_a_group_only_what_is_firm_is_told() -> None:
    firm = wisher(traits={"faith": "Sikh"}, together={"faith": True}, company=["a", "b"], firm=["b"])
    assert unmet_without_group(firm) == {Unmet(UnmetKind.FIRM, "faith"), Unmet(UnmetKind.FIRM, circumstance="b")}
    assert unmet_without_group(ADA) == set()


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    ids = import_residents(made, 9)
    set_marks(made, dict.fromkeys(ids.values(), "2"))
    return made


def somebody(here: World, name: str) -> Actor:
    with here.database.reading() as db:
        person_id = db.scalars(select(PersonRow.id).where(PersonRow.name == name)).one()
    return actor(person_id, here.programme_id, Role.RESIDENT)


def says(here: World, name: str, answer: OpenAnswer) -> None:
    with here.database.writing() as db:
        save_traits(db, somebody(here, name), here.programme_id, {FAITH: answer})


def published(here: World, *, left_over: str = "") -> None:
    ids = [somebody(here, f"R{number}").person_id or 0 for number in range(1, 9)]
    plan_id = add_draft(here, g1=(ids[:4], {0: FIRST}), g2=(ids[4:], {0: FIRST}))
    with here.database.writing() as db:
        if left_over:
            db.add(UnplacedRow(plan_id=plan_id, person_id=somebody(here, left_over).person_id))
            db.flush()
        publish(db, here.coordinator, plan_id, NOW)


def told(here: World, name: str) -> set[Unmet]:
    with here.database.reading() as db:
        found = own_unmet(db, somebody(here, name), here.programme_id)
        return set(found.unmet) if found else set()


def choice_of(here: World, name: str) -> OwnChoice | None:
    with here.database.reading() as db:
        found = own_unmet(db, somebody(here, name), here.programme_id)
        return found.choice if found else None


SIKH = OpenAnswer(own="Sikh", wish=TraitWish.LIKE, company=Company.RATHER)


def test_each_is_told_by_their_own_group(here: World) -> None:
    says(here, "R1", SIKH)
    says(here, "R2", OpenAnswer(own="sikh"))
    says(here, "R5", SIKH)
    published(here)
    assert (told(here, "R1"), told(here, "R2"), told(here, "R5")) == (set(), set(), {LIKE, ALONE})


def test_changing_ones_answers_afterwards_tells_nothing_of_the_others(here: World) -> None:
    """Or anyone could try one value after another, and read who is in their group."""
    says(here, "R1", SIKH)
    says(here, "R2", OpenAnswer(own="Hindu"))
    says(here, "R3", OpenAnswer(own="Jain", wish=TraitWish.LIKE))
    published(here)
    assert told(here, "R3") == {LIKE}
    for tried in ("Hindu", "Quaker", "Sikh"):
        says(here, "R1", OpenAnswer(own=tried, wish=TraitWish.LIKE, company=Company.RATHER))
        assert told(here, "R1") == {LIKE, ALONE}, tried
        says(here, "R4", OpenAnswer(own=tried, wish=TraitWish.LIKE, company=Company.RATHER))
        assert told(here, "R4") == set(), tried


def test_a_wish_that_is_withdrawn_or_deleted_is_told_no_more(here: World) -> None:
    says(here, "R1", SIKH)
    published(here)
    says(here, "R1", OpenAnswer(own="Sikh", company=Company.RATHER))
    assert told(here, "R1") == {ALONE}
    with here.database.writing() as db:
        delete_answers(db, somebody(here, "R1"), here.programme_id, FAITH)
        assert db.scalars(select(UnmetWishRow)).all() == []


def test_staying_is_asked_once_for_as_long_as_nothing_changes(here: World) -> None:
    says(here, "R1", SIKH)
    published(here)
    with here.database.writing() as db:
        decide(db, somebody(here, "R1"), here.programme_id, OwnChoice.STAY, NOW)
    published(here)
    assert choice_of(here, "R1") is OwnChoice.STAY
    says(here, "R2", SIKH)
    published(here)
    assert told(here, "R1") == set()
    with here.database.writing() as db:
        leave(db, somebody(here, "R2"), here.programme_id, NOW)
    assert told(here, "R1") == {LIKE, ALONE}, "since they are the only one again"
    assert choice_of(here, "R1") is None


def test_a_coordinators_change_of_a_group_tells_too(here: World) -> None:
    says(here, "R1", SIKH)
    says(here, "R2", SIKH)
    published(here)
    with here.database.writing() as db:
        out = TakeOut(here.programme_id, "g1", somebody(here, "R2").person_id or 0)
        carry_out(db, here.coordinator, out, "She asked for it.", NOW)
    assert told(here, "R1") == {LIKE, ALONE}


def test_another_group_is_asked_for_without_a_reason_and_by_anybody(here: World) -> None:
    says(here, "R1", SIKH)
    published(here)
    with here.database.writing() as db:
        decide(db, somebody(here, "R1"), here.programme_id, OwnChoice.ANOTHER, NOW)
        ask_for_another_group(db, somebody(here, "R3"), here.programme_id, NOW)
        ask_for_another_group(db, somebody(here, "R3"), here.programme_id, NOW)
        first, second = list_requests(db, here.coordinator, here.programme_id)
        assert (first.about, second.about) == (RequestAbout.GROUP, RequestAbout.GROUP)
        assert [(one.name, one.note) for one in (first, second)] == [("R1", ""), ("R3", "")]
        lines = db.scalars(select(AuditRow).where(AuditRow.action == "group.another_asked")).all()
        assert [line.details for line in lines] == [{}, {}]
    with here.database.writing() as db:
        answer_request(db, here.coordinator, here.programme_id, first.id, "", granted=True, now=NOW)
        withdraw_group_request(db, somebody(here, "R3"), here.programme_id, NOW)
        assert list_requests(db, here.coordinator, here.programme_id) == ()
        assert db.scalars(select(MailRow)).all() == [], "whoever gets another group is told of it as of any change"
        assert not has_asked(db, somebody(here, "R1"), here.programme_id, RequestAbout.GROUP)


def test_waiting_gives_up_the_place_and_keeps_the_person(here: World) -> None:
    says(here, "R1", SIKH)
    published(here)
    one = somebody(here, "R1")
    with here.database.writing() as db:
        give_up_place(db, one, here.programme_id, NOW)
    with here.database.writing() as db:
        assert one.person_id not in group_roster(db, here.programme_id, "g1")
        assert db.scalars(select(AttendeeRow).where(AttendeeRow.person_id == one.person_id)).all() == []
        assert db.get_one(ParticipantRow, (here.programme_id, one.person_id)).left_at is None
        assert given_up_in(db, one, (here.programme_id,)) == {here.programme_id}
        assert not given_up_in(db, somebody(here, "R2"), (here.programme_id,))
        planned = {each.id for each in build_instance(db, here.programme_id, NOW).residents}
        assert person_key(one.person_id or 0) in planned
        with pytest.raises(NotPossible):
            give_up_place(db, one, here.programme_id, NOW)
    assert told(here, "R1") == set()


def test_whoever_made_it_firm_and_has_no_group_is_told_and_may_soften_it(here: World) -> None:
    says(here, "R9", OpenAnswer(own="Sikh", company=Company.FIRM))
    published(here, left_over="R9")
    assert told(here, "R9") == {Unmet(UnmetKind.FIRM, "faith")}
    with here.database.writing() as db:
        decide(db, somebody(here, "R9"), here.programme_id, OwnChoice.WAIT, NOW)
        part = db.get_one(ParticipantRow, (here.programme_id, somebody(here, "R9").person_id))
        assert part.together == {"faith": True}
        decide(db, somebody(here, "R9"), here.programme_id, OwnChoice.SOFTEN, NOW)
        assert part.together == {"faith": False}
    assert told(here, "R9") == set()


@pytest.mark.parametrize("choice", [OwnChoice.WAIT, OwnChoice.SOFTEN])
def test_in_a_group_nobody_decides_what_is_for_those_without_one(here: World, choice: OwnChoice) -> None:
    says(here, "R1", SIKH)
    published(here)
    with here.database.writing() as db, pytest.raises(NotFound):
        decide(db, somebody(here, "R1"), here.programme_id, choice, NOW)


def test_nobody_decides_for_others_or_reads_what_they_are_told(here: World) -> None:
    says(here, "R1", SIKH)
    published(here)
    others = (somebody(here, "R2"), here.coordinator, actor(9999, here.programme_id, Role.RESIDENT))
    with here.database.writing() as db:
        for other in others:
            assert own_unmet(db, other, here.programme_id) is None
            with pytest.raises(NotFound):
                decide(db, other, here.programme_id, OwnChoice.STAY, NOW)
        with pytest.raises(NotAllowed):
            give_up_place(db, here.coordinator, here.programme_id, NOW)
        with pytest.raises(NotAllowed):
            ask_for_another_group(db, here.coordinator, here.programme_id, NOW)


def test_the_mail_says_that_there_is_something_and_not_what(here: World) -> None:
    says(here, "R1", SIKH)
    published(here)
    assert tell_privately(here.database, SETTINGS, NOW) == 0, "not before it has stood for a while"
    later = NOW + timedelta(minutes=10)
    assert tell_privately(here.database, SETTINGS, later) == 1
    assert tell_privately(here.database, SETTINGS, later) == 0
    with here.database.reading() as db:
        [mail] = db.scalars(select(MailRow)).all()
    assert mail.address == "r1@example.org"
    assert mail.reply_to == "", "an answer would tell the coordinator"
    assert f"/join/{here.programme_id}/place" in mail.text
    for word in ("faith", "sikh", "only one", "like you", "wish"):
        assert word not in (mail.subject + mail.text).lower()


def test_leaving_deletes_what_one_was_told(here: World) -> None:
    says(here, "R1", SIKH)
    published(here)
    with here.database.writing() as db:
        leave(db, somebody(here, "R1"), here.programme_id, NOW)
        assert db.scalars(select(UnmetWishRow)).all() == []
