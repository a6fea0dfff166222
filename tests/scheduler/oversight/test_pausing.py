"""A facilitator who is paused leads nothing, whoever tries to bring it about, and nothing says why."""

from __future__ import annotations

from datetime import timedelta
from gzip import decompress as gunzip

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.availability.service import for_person
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedBodyRow
from scheduler.coordination.model import Act, AppointDeputy, PutIn, SetFacilitators, TakeOver
from scheduler.coordination.service import carry_out
from scheduler.enrolment.people_changes import Details, add_person
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound, NotPossible
from scheduler.groups.letters import write_to_group
from scheduler.joining.people_search import list_facilitators
from scheduler.mail.tables import MailRow
from scheduler.oversight.pausing import Paused, lift_pause, list_paused, pause_facilitator
from scheduler.own_groups.questions import ask
from scheduler.own_groups.service import join_group, start_group
from scheduler.people.model import Actor, Role
from scheduler.people.pauses import list_paused_people, paused_facilitators
from scheduler.people.tables import FacilitatorPauseRow, ParticipantRow
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.programmes.tables import ModelRow
from scheduler.publishing.service import publish
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.apologies import take_back as not_sorry
from scheduler.sessions.deputies import take_back
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.service import own_group
from scheduler.sessions.tables import DeputyRow
from scheduler.settings import Settings
from scheduler.terms.next_term import NextTerm, begin_next_term
from solvers.vocabulary import CANNOT
from tests.scheduler.oversight.people import overseer, two
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term, store_plan

NEAR = "g2"
UNLED = "There’s no facilitator for this session at the moment."


def pause(term: Term, olga: Actor, name: str = FACILITATOR) -> Paused:
    with term.database.writing() as db:
        return pause_facilitator(db, olga, term.programme_id, term.id_of(name), clock.now())


def lift(term: Term, olga: Actor, name: str = FACILITATOR) -> int:
    with term.database.writing() as db:
        return lift_pause(db, olga, term.programme_id, term.id_of(name), clock.now())


def needs_a_facilitator(term: Term) -> None:
    with term.database.writing() as db:
        db.execute(update(ModelRow).values(present=1))


def led_by(term: Term, name: str) -> list[int]:
    return [round_ for round_ in range(3) if term.id_of(name) in term.invited(term.session(NEAR, round_).id)]


def test_a_deputy_who_is_free_takes_the_sessions_over(term: Term) -> None:
    olga = overseer(term)
    assert led_by(term, FACILITATOR) == [0, 1, 2]
    assert pause(term, olga) == Paused(covered=3, shared=0, held_back=0)
    assert (led_by(term, FACILITATOR), led_by(term, SPARE)) == ([], [0, 1, 2])
    assert all(term.session(NEAR, round_).status != SessionStatus.CANCELLED for round_ in range(3))
    with term.database.reading() as db:
        found = list_paused(db, olga, term.programme_id)
        assert [one.person_id for one in found] == [term.id_of(FACILITATOR)]
    with pytest.raises(NotPossible):
        pause(term, olga)


def test_without_a_deputy_sessions_are_held_back_and_come_back(term: Term) -> None:
    olga = overseer(term)
    needs_a_facilitator(term)
    term.mark(CANNOT, SPARE)
    assert pause(term, olga) == Paused(covered=0, shared=0, held_back=3)
    assert {term.session(NEAR, round_).status for round_ in range(3)} == {SessionStatus.CANCELLED}
    assert lift(term, olga) == 3
    assert led_by(term, FACILITATOR) == [0, 1, 2]
    assert SessionStatus.CANCELLED not in {term.session(NEAR, round_).status for round_ in range(3)}
    with pytest.raises(NotFound):
        lift(term, olga)


def test_a_group_that_needs_no_facilitator_meets_without(term: Term) -> None:
    olga = overseer(term)
    term.mark(CANNOT, SPARE)
    assert pause(term, olga) == Paused(covered=0, shared=3, held_back=0)
    assert led_by(term, FACILITATOR) == []


def events_of(term: Term, name: str) -> list[str]:
    """What their own calendar shows, event by event."""
    with term.database.writing() as db:
        feed = open_feed(db, term.actor(name), Subject(Purpose.PERSON), clock.now())
        body = gunzip(db.get_one(FeedBodyRow, feed.feed_id).gzipped).decode().replace("\r\n ", "")
    return body.split("BEGIN:VEVENT")[1:]


def test_residents_read_that_there_is_no_facilitator_and_the_same_whatever_the_reason(term: Term) -> None:
    olga, resident = overseer(term), NEAR_PEERS[0]
    term.mark(CANNOT, SPARE)

    def told() -> list[list[str]]:
        lines = [each.splitlines() for each in events_of(term, resident)]
        return [[line for line in event if line.startswith("DESCRIPTION")] for event in lines]

    assert UNLED not in str(told())
    sessions = [term.session(NEAR, round_).id for round_ in range(3)]
    for session_id in sessions:
        with term.database.writing() as db:
            say_sorry(db, term.actor(FACILITATOR), session_id, clock.now())
    on_call = told()
    assert [str(event).count(UNLED) for event in on_call] == [1, 1, 1]
    for session_id in sessions:
        with term.database.writing() as db:
            not_sorry(db, term.actor(FACILITATOR), session_id, clock.now())
    assert UNLED not in str(told()), "once somebody leads it again nothing is said"
    pause(term, olga)
    assert told() == on_call, "nothing tells a pause from a duty"
    assert not [event for event in events_of(term, PEERS[0]) if UNLED in event], (
        "a kind without facilitators lacks none"
    )
    with term.database.reading() as db:
        group = own_group(db, term.actor(resident), term.programme_id, NEAR)
        assert group.is_facilitated
        assert all(not session.facilitators for session in group.sessions)


def test_what_a_deputy_has_taken_over_stays_with_them(term: Term) -> None:
    olga = overseer(term)
    pause(term, olga)
    assert lift(term, olga) == 0
    assert led_by(term, SPARE) == [0, 1, 2]
    with term.database.reading() as db:
        assert paused_facilitators(db, term.programme_id) == frozenset()
        marks = {
            answer.mark
            for answer in for_person(db, term.actor(FACILITATOR), term.programme_id, term.id_of(FACILITATOR))
        }
        assert marks == {"2"}


def test_nobody_but_a_contact_pauses_or_lifts(term: Term) -> None:
    olga = overseer(term)
    for other in (term.coordinator(), term.actor(FACILITATOR), term.actor(PEERS[0])):
        with pytest.raises(NotAllowed):
            pause(term, other)
    pause(term, olga)
    for other in (term.coordinator(), term.actor(FACILITATOR), term.actor(SPARE)):
        with pytest.raises(NotAllowed):
            lift(term, other)
        with term.database.reading() as db, pytest.raises(NotAllowed):
            list_paused(db, other, term.programme_id)
    with pytest.raises(NotFound):
        pause(term, olga, PEERS[0])
    with term.database.reading() as db:
        assert list_paused_people(db, term.coordinator(), term.programme_id) == {term.id_of(FACILITATOR)}


def test_a_contact_who_facilitates_neither_pauses_nor_frees_themselves(term: Term) -> None:
    olga = overseer(term)
    guard = overseer(term, "Fay Lantern", f"{FACILITATOR}@example.org")
    with pytest.raises(NotPossible):
        pause(term, guard)
    pause(term, olga)
    with pytest.raises(NotPossible):
        lift(term, guard)


def test_the_coordinator_cannot_bring_them_back_by_hand(term: Term) -> None:
    olga = overseer(term)
    pause(term, olga)
    fay, gil, session = term.id_of(FACILITATOR), term.id_of(SPARE), term.session(NEAR).id
    acts: tuple[Act, ...] = (
        SetFacilitators(session, (fay,)),
        AppointDeputy(session, gil, fay),
        TakeOver(term.programme_id, NEAR, gil, fay),
        PutIn(term.programme_id, "g1", fay),
    )
    for act in acts:
        with term.database.writing() as db, pytest.raises(MentorRoundsError):
            carry_out(db, term.coordinator(), act, "because I say so", clock.now())
    with term.database.writing() as db, pytest.raises(NotPossible):
        take_back(db, term.actor(FACILITATOR), session, clock.now())
    assert led_by(term, FACILITATOR) == []


def test_they_come_into_no_self_formed_group_and_nobody_can_ask_them(term: Term) -> None:
    pause(term, overseer(term), SPARE)
    ben, here = term.actor("ben.marrow"), term.programme_id
    with term.database.writing() as db:
        code = start_group(db, ben, here, "Friday circle", "video", clock.now()).code
    with pytest.raises(NotPossible, match="don’t facilitate"), term.database.writing() as db:
        join_group(db, term.actor(SPARE), here, code, clock.now())
    with pytest.raises(NotFound), term.database.writing() as db:
        ask(db, ben, here, term.id_of(SPARE), "Would you lead us?", clock.now())
    with term.database.reading() as db:
        assert "Gil Spare" not in [each.name for each in list_facilitators(db, ben, here, clock.now())]


def test_they_write_to_their_group_no_more(term: Term) -> None:
    settings, fay = Settings("sqlite://", "k" * 40), term.actor(FACILITATOR)
    olga = overseer(term)
    pause(term, olga)
    with pytest.raises(NotPossible, match="don’t facilitate"), term.database.writing() as db:
        write_to_group(db, settings, fay, term.programme_id, NEAR, "See you all on Tuesday.", clock.now())
    with term.database.writing() as db:
        others = write_to_group(
            db, settings, term.actor("eve.moss"), term.programme_id, NEAR, "Who has the notes?", clock.now()
        )
    assert others == 4, "the others go on writing, to all of their group"


def test_no_plan_gives_them_a_session(term: Term) -> None:
    olga = overseer(term)
    pause(term, olga)
    with term.database.reading() as db:
        instance = build_instance(db, term.programme_id, clock.now())
        fay = person_key(term.id_of(FACILITATOR))
        assert fay not in {person.id for person in instance.faculty}
        marks = for_person(db, term.coordinator(), term.programme_id, term.id_of(FACILITATOR))
        assert {answer.mark for answer in marks} == {CANNOT}


def test_a_draft_of_before_cannot_be_published(term: Term) -> None:
    olga = overseer(term)
    draft = store_plan(term)
    pause(term, olga)
    with term.database.writing() as db, pytest.raises(NotPossible):
        publish(db, term.coordinator(), draft, clock.now(), "in a hurry")


def test_they_do_not_come_back_under_another_address(term: Term) -> None:
    olga = overseer(term)
    pause(term, olga)
    with term.database.writing() as db:
        site = db.scalars(select(ParticipantRow.site_id)).first()
        again = add_person(
            db, term.coordinator(), term.programme_id, Details("Dr Fay Lantern", "f.l@new.example", Role.FACULTY, None),
            site, clock.now(), is_new=True,
        )  # fmt: skip
    with term.database.reading() as db:
        assert paused_facilitators(db, term.programme_id) == {again, term.id_of(FACILITATOR)}


def test_the_next_term_keeps_the_pause(term: Term) -> None:
    olga = overseer(term)
    pause(term, olga)
    with term.database.writing() as db:
        first = clock.now().date() + timedelta(days=700)
        first -= timedelta(days=first.weekday())
        after = begin_next_term(db, term.coordinator(), term.programme_id, NextTerm("Next", first, True), clock.now())
        assert paused_facilitators(db, after) == {term.id_of(FACILITATOR)}
        assert db.scalars(select(FacilitatorPauseRow.held_back)).all() == [[], []]


def test_nothing_says_why(term: Term) -> None:
    olga, _piet = two(term)
    pause(term, olga)
    with term.database.reading() as db:
        [line] = db.scalars(select(AuditRow).where(AuditRow.action == "facilitator.paused"))
        assert line.details == {"person": term.id_of(FACILITATOR)}
        for mail in db.scalars(select(MailRow)):
            assert "concern" not in mail.text.lower().replace("raise a concern", "").replace("/concern/", "")
        assert {row.note for row in db.scalars(select(DeputyRow))} == {""}
