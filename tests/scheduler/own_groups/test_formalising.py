"""“We already meet”: what people have becomes a group, if each says yes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotPossible, Rejected
from scheduler.mail.tables import MailRow
from scheduler.own_groups.formalising import MOST_ASKED, formalise
from scheduler.own_groups.model import QuestionState
from scheduler.own_groups.questions import accept, decline, questions, withdraw
from scheduler.own_groups.service import own_self_formed_groups
from scheduler.own_groups.tables import QuestionRow
from scheduler.people.tables import FacilitatorPauseRow, ParticipantRow, PersonRow, RelationRow
from scheduler.planning.instance_builder import build_instance
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term, a_term

ADA, BEN, CAT, DAN = PEERS
CLEO = NEAR_PEERS[0]


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


def asked(term: Term, *names: str, by: str = ADA) -> None:
    with term.database.writing() as db:
        addresses = [f"{name}@example.org" for name in names]
        formalise(db, term.actor(by), term.programme_id, "Coffee", "video", addresses, "Shall we?", clock.now())


def answered(term: Term, name: str, *, yes: bool) -> None:
    with term.database.writing() as db:
        [question] = [each for each in questions(db, term.actor(name), term.programme_id) if each.waits_for_reader]
        assert (question.already, question.for_group) == (True, "Coffee")
        (accept if yes else decline)(db, term.actor(name), question.id, clock.now())


def groups_of(term: Term, name: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    with term.database.reading() as db:
        found = own_self_formed_groups(db, term.actor(name), term.programme_id)
    return [(group.name, group.residents, group.facilitators) for group in found]


def test_a_resident_and_a_senior_make_a_group_of_what_they_have_and_the_planner_dates_it(term: Term) -> None:
    asked(term, SPARE)
    assert groups_of(term, ADA) == [], "nothing begins before a yes"
    answered(term, SPARE, yes=True)
    assert groups_of(term, ADA) == [("Coffee", ("Ada Quill",), ("Gil Spare",))]
    with term.database.reading() as db:
        assert len(build_instance(db, term.programme_id, clock.now()).pins) == 1


def test_peers_come_in_one_by_one_and_a_no_is_read_by_the_asker_alone(term: Term) -> None:
    asked(term, BEN, CAT, SPARE)
    answered(term, CAT, yes=True)
    answered(term, BEN, yes=False)
    answered(term, SPARE, yes=True)
    assert groups_of(term, ADA) == [("Coffee", ("Ada Quill", "Cat Osier"), ("Gil Spare",))]
    assert groups_of(term, BEN) == []
    with term.database.reading() as db:
        mine = {each.asked: each.state for each in questions(db, term.actor(ADA), term.programme_id)}
        assert mine["Ben Marrow"] is QuestionState.DECLINED
        others = (CAT, SPARE)
        assert all(len(questions(db, term.actor(name), term.programme_id)) == 1 for name in others)
        assert questions(db, term.coordinator(), term.programme_id) == ()
        actions = list(db.scalars(select(AuditRow.action)))
    assert not [action for action in actions if "ask" in action or "declin" in action]


@pytest.mark.parametrize("kind", ["supervises", "assesses", "line-manages", "panel"])
def test_nobody_with_power_comes_in_by_this_road_either_way_round(term: Term, kind: str) -> None:
    with term.database.writing() as db:
        about = {"person_id": term.id_of(SPARE), "about_id": term.id_of(ADA)}
        db.add(RelationRow(programme_id=term.programme_id, kind=kind, **about))
    with pytest.raises(Rejected) as refused:
        asked(term, BEN, SPARE)
    assert "Gil Spare" in refused.value.faults[0].text
    assert waiting(term) == 0, "nor is anybody else asked then"


def test_power_over_another_who_is_asked_is_told_to_nobody_and_kept_by_the_planner(term: Term) -> None:
    with term.database.writing() as db:
        about = {"person_id": term.id_of(SPARE), "about_id": term.id_of(BEN)}
        db.add(RelationRow(programme_id=term.programme_id, kind="supervises", **about))
    asked(term, BEN, SPARE)
    answered(term, SPARE, yes=True)
    answered(term, BEN, yes=True)
    with term.database.reading() as db:
        assert build_instance(db, term.programme_id, clock.now()).pins == ()


def waiting(term: Term) -> int:
    with term.database.reading() as db:
        mails = db.scalar(select(func.count()).select_from(MailRow).where(MailRow.subject.contains("asked")))
        rows = db.scalar(select(func.count()).select_from(QuestionRow)) or 0
    assert mails == rows
    return rows


@pytest.mark.parametrize(
    "addresses",
    [
        (), ("",), ("nobody@example.org",), ("ada.quill@example.org",), ("cora@example.org",),
        ("ben.marrow@example.org", "x"), tuple(f"{n}@example.org" for n in range(MOST_ASKED + 1)),
    ],
)  # fmt: skip
def test_who_cannot_be_asked_is_said_and_nobody_is_asked(term: Term, addresses: tuple[str, ...]) -> None:
    with term.database.writing() as db, pytest.raises(Rejected):
        formalise(db, term.actor(ADA), term.programme_id, "Coffee", "video", addresses, "Shall we?", clock.now())
    assert waiting(term) == 0


def refused(term: Term, *lines: str) -> list[str]:
    with term.database.writing() as db, pytest.raises(Rejected) as found:
        formalise(db, term.actor(ADA), term.programme_id, "Coffee", "video", lines, "Shall we?", clock.now())
    assert waiting(term) == 0
    return [fault.text for fault in found.value.faults]


def test_people_are_asked_by_their_full_names_however_typed(term: Term) -> None:
    with term.database.writing() as db:
        lines = (" ben   MARROW", f"{BEN}@example.org", "Gil Spare")
        assert (
            formalise(db, term.actor(ADA), term.programme_id, "Coffee", "video", lines, "Shall we?", clock.now()) == 2
        )
    answered(term, BEN, yes=True)
    assert groups_of(term, ADA) == [("Coffee", ("Ada Quill", "Ben Marrow"), ())]


def test_part_of_a_name_is_no_choice_and_namesakes_are_told_apart_by_address(term: Term) -> None:
    [fault] = refused(term, "marr", "Gil Spare")
    assert "do you mean Ben Marrow (" in fault
    assert len(refused(term, "b", "Nobody Here")) == 2, "a letter finds nobody"
    with term.database.writing() as db:
        db.get_one(PersonRow, term.id_of(CAT)).name = "Ben Marrow"
    [fault] = refused(term, "Ben Marrow")
    assert "More than one person is called Ben Marrow" in fault
    asked(term, CAT)


def test_a_name_says_no_more_of_who_is_here_than_an_address(term: Term) -> None:
    """Who has left, is a guest, runs the programme, is paused or oneself: not found, as if they did not exist."""
    unknown = refused(term, "Nobody Here")[0].replace("Nobody Here", "%")
    with term.database.writing() as db:
        db.get_one(ParticipantRow, (term.programme_id, term.id_of(CAT))).left_at = clock.now()
        db.get_one(ParticipantRow, (term.programme_id, term.id_of(FACILITATOR))).guest = True
        row = FacilitatorPauseRow(programme_id=term.programme_id, person_id=term.id_of(SPARE), since=clock.now())
        row.held_back = []
        db.add(row)
    for name in ("Cat Osier", "Fay Lantern", "Gil Spare", "Ada Quill", "Cora Coordinator"):
        assert [fault.replace(name, "%") for fault in refused(term, name)] == [unknown]
        assert refused(term, name.split()[1])[0].startswith("We can’t find"), "nor as what could be meant"


def test_what_is_secret_about_two_people_changes_nothing_of_who_is_found(term: Term) -> None:
    before = refused(term, "ben")
    with term.database.writing() as db:
        secret = {"kind": "treats", "declared": True, "declared_by_id": term.id_of(BEN)}
        about = {"person_id": term.id_of(BEN), "about_id": term.id_of(ADA)}
        db.add(RelationRow(programme_id=term.programme_id, **secret, **about))
    assert refused(term, "ben") == before
    asked(term, BEN)


def test_only_residents_ask_once_at_a_time_and_with_words(term: Term) -> None:
    for other in (term.actor(FACILITATOR), term.coordinator()):
        with term.database.writing() as db, pytest.raises(NotAllowed):
            formalise(db, other, term.programme_id, "x", "video", (f"{BEN}@example.org",), "x", clock.now())
    for name, mode, text in (("", "video", "x"), ("x", "smoke", "x"), ("x", "video", " ")):
        with term.database.writing() as db, pytest.raises(Rejected):
            formalise(db, term.actor(ADA), term.programme_id, name, mode, (f"{BEN}@example.org",), text, clock.now())
    asked(term, BEN)
    with pytest.raises(NotPossible):
        asked(term, CAT)
    with term.database.writing() as db:
        [mine] = questions(db, term.actor(ADA), term.programme_id)
        withdraw(db, term.actor(ADA), mine.id, clock.now())
    asked(term, CAT)


def test_two_rounds_of_asking_do_not_run_together(term: Term) -> None:
    asked(term, BEN)
    answered(term, BEN, yes=False)
    asked(term, CLEO)
    answered(term, CLEO, yes=True)
    assert groups_of(term, ADA) == [("Coffee", ("Ada Quill", "Cleo Thistle"), ())]
    with term.database.writing() as db:
        row = db.scalars(select(QuestionRow).where(QuestionRow.to_id == term.id_of(BEN))).one()
        assert row.own_group_id is None
