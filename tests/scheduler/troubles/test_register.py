"""What is in trouble after which change, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.availability import entries
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.changes import Fact, note
from scheduler.consequences import bring_up_to_date, everything
from scheduler.coordination.model import CancelSession, EndGroup, PauseGroup
from scheduler.coordination.service import carry_out
from scheduler.db import Database
from scheduler.enrolment import relations_import, rooms
from scheduler.joining import answers
from scheduler.programmes.model import NEAR_PEER, PEER, VERTICAL
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import RoomRow
from scheduler.publishing import leavers
from scheduler.publishing.programme_changes import change_programme
from scheduler.rota_import import service as rota_import
from scheduler.sessions import apologies
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.troubles.model import Aspect, Ending, TroubleKind, TroubleState
from scheduler.troubles.service import accept, count_by_rota, list_troubles
from scheduler.troubles.tables import TroubleRow
from scheduler.troubles.trouble_view import Trouble
from scheduler.troubles.wording import pill, sentence
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term
from tests.scheduler.troubles.conftest import a_true_term

ADA, BEN, CAT, DAN = PEERS


def troubles(term: Term, state: TroubleState = TroubleState.OPEN, **more: int) -> tuple[Trouble, ...]:
    with term.database.reading() as db:
        return list_troubles(db, term.coordinator(), term.programme_id, clock.now(), state=state, **more).troubles


def kinds(term: Term, state: TroubleState = TroubleState.OPEN) -> list[TroubleKind]:
    return [trouble.kind for trouble in troubles(term, state)]


def import_rota(term: Term, names: tuple[str, ...], at: datetime, rows: str, rota: str = "Ward 7") -> int:
    lines = "".join(f"{name.replace('.', ' ').title()},{at:%Y-%m-%d},{rows}\n" for name in names)
    upload = rota_import.Upload(rota, f"name,date,start,end,code\n{lines}".encode(), "ward.csv")
    with term.database.writing() as db:
        done = rota_import.import_rota(db, term.coordinator(), term.programme_id, "north", upload, clock.now())
    return done.rota_id


def say_cannot(
    term: Term, *names: str, session: SessionRow | None = None, at: datetime | None = None, mark: bool = True
) -> None:
    at = at or (session or term.session()).starts_at
    span = Interval(at - timedelta(hours=1), at + timedelta(hours=2))
    words = (OwnMark(span, "0"),) if mark else ()
    with term.database.writing() as db:
        for name in names:
            who = term.actor(name)
            said = [] if mark else [own.id for own in entries.list_own_marks(db, who, term.programme_id)]
            entries.replace_own_marks(db, who, term.programme_id, said, words, clock.now())


def say_nothing(term: Term, *names: str) -> None:
    say_cannot(term, *names, mark=False)


def test_nothing_is_in_trouble_when_a_plan_is_published(term: Term) -> None:
    assert troubles(term) == ()


def test_three_of_four_on_leave_after_a_second_import(term: Term) -> None:
    session = term.session()
    import_rota(term, PEERS, session.starts_at - timedelta(days=7), "09:00,17:00,D")
    assert troubles(term) == ()
    rota = import_rota(term, PEERS[:3], session.starts_at, ",,AL")
    [trouble] = [each for each in troubles(term) if each.kind is TroubleKind.QUORUM]
    assert trouble.session is not None
    assert (trouble.session.id, trouble.session.coming, trouble.session.needed.residents) == (session.id, 1, 3)
    assert trouble.people == ("Ada Quill", "Ben Marrow", "Cat Osier")
    assert pill(trouble) == "1 of 4 can come"
    assert sentence(trouble) == "Ada Quill, Ben Marrow, Cat Osier can’t come. 3 residents are needed."
    assert (trouble.cause.words, trouble.cause.by) == ("the rota “Ward 7” was imported", "Cora Coordinator")
    freeze = session.starts_at - timedelta(days=14)
    assert (trouble.settle_by, trouble.is_late) == (freeze, False)
    with term.database.reading() as db:
        assert count_by_rota(db, term.coordinator(), term.programme_id)[rota] == len(troubles(term, rota_id=rota))


def test_a_change_of_the_quorum_is_named_and_nobody_is_blamed_for_it(term: Term) -> None:
    say_cannot(term, ADA, session=term.session("g1", 0))
    assert TroubleKind.QUORUM not in kinds(term)
    with term.database.writing() as db:
        programme = get_programme(db, term.programme_id)
        change_programme(db, term.coordinator(), programme.id, replace(programme, quorum=1.0), clock.now())
    [trouble] = [each for each in troubles(term) if each.kind is TroubleKind.QUORUM]
    assert (trouble.cause.words, trouble.cause.by) == ("the quorum was changed", "Cora Coordinator")
    assert sentence(trouble) == "3 of 4 can come. 4 residents are needed."


@pytest.mark.parametrize(
    ("by_herself", "said"),
    [(True, ("something about people changed", "")), (False, ("leave was added", "Cora Coordinator"))],
)
def test_leave_that_the_coordinator_added_is_named_and_peoples_own_is_not(
    database: Database, by_herself: bool, said: tuple[str, str]
) -> None:
    term = a_true_term(database, models=(PEER, replace(NEAR_PEER, present=1), VERTICAL))
    who = term.actor(FACILITATOR)
    with term.database.writing() as db:
        by = who if by_herself else term.coordinator()
        entries.pause(db, by, term.programme_id, who.person_id or 0, clock.now().date(), None, clock.now())
    assert {(each.cause.words, each.cause.by) for each in troubles(term)} == {said}


def test_whoever_misses_too_much_by_a_change_is_listed(term: Term) -> None:
    for round_ in (0, 1):
        say_cannot(term, ADA, session=term.session("g1", round_))
    assert kinds(term) == [TroubleKind.SHARE], "of three sessions she can come to two, or 67 % instead of 70 %"
    [trouble] = troubles(term)
    assert trouble.people == ("Ada Quill",)
    assert trouble.session is None


def test_the_only_facilitator_leaves(database: Database) -> None:
    term = a_true_term(database, models=(PEER, replace(NEAR_PEER, present=1), VERTICAL))
    assert troubles(term) == ()
    with term.database.writing() as db:
        leavers.leave(db, term.actor(FACILITATOR), term.programme_id, clock.now())
    found = troubles(term)
    assert [(each.kind, each.session and each.session.round) for each in found] == [
        (TroubleKind.FACILITATOR, round_) for round_ in range(3)
    ]
    assert sentence(found[0]) == "The group has no facilitator for this session."
    assert found[0].cause.words == "someone left the programme"


def test_of_an_accepted_trouble_more_is_another_one(term: Term) -> None:
    say_cannot(term, ADA, BEN)
    [trouble] = [each for each in troubles(term) if each.kind is TroubleKind.QUORUM]
    with term.database.writing() as db:
        accept(db, term.coordinator(), term.programme_id, (trouble.id,), "they agreed", clock.now())
    assert TroubleKind.QUORUM not in kinds(term)
    assert TroubleKind.QUORUM in kinds(term, TroubleState.ACCEPTED)
    with term.database.writing() as db:
        assert bring_up_to_date(db, everything(term.programme_id, clock.now())).nothing
    say_cannot(term, CAT)
    assert TroubleKind.QUORUM in kinds(term)
    say_nothing(term, BEN, CAT)
    assert TroubleKind.QUORUM not in kinds(term)
    [settled] = [each for each in troubles(term, TroubleState.SETTLED) if each.kind is TroubleKind.QUORUM]
    assert settled.ending is Ending.CLEARED


def test_a_trouble_that_comes_back_is_a_new_one_with_the_old_as_history(term: Term) -> None:
    for _ in range(2):
        say_cannot(term, ADA, BEN)
        say_nothing(term, ADA, BEN)
    with term.database.reading() as db:
        rows = db.scalars(select(TroubleRow).where(TroubleRow.kind == TroubleKind.QUORUM)).all()
    assert [row.state for row in rows] == [TroubleState.SETTLED] * 2


def put_in_the_library(term: Term, *keys: str) -> int:
    with term.database.writing() as db:
        room = db.scalars(select(RoomRow).where(RoomRow.key == "library")).one()
        in_person = update(SessionRow).where(SessionRow.group_key.in_(keys), SessionRow.round == 0)
        db.execute(in_person.values(mode="in_person", room_id=room.id, site_id=room.site_id))
        note(db, Fact.SESSIONS, term.programme_id, clock.now())
        return room.id


def change_rooms(term: Term, row: str) -> None:
    table = f"site,room,name,capacity,weekdays,opens_at,closes_at\nnorth,library,{row}\n"
    with term.database.writing() as db:
        rooms.import_rooms(db, term.coordinator(), term.programme_id, table.encode(), clock.now())


def test_a_room_that_is_closed_with_sessions_in_it(term: Term) -> None:
    put_in_the_library(term, "g1")
    assert troubles(term) == ()
    change_rooms(term, "Library,10,mon;tue;wed;thu;fri,15:00,18:00")
    [trouble] = troubles(term)
    assert (trouble.kind, trouble.aspect) == (TroubleKind.ROOM, Aspect.CLOSED)
    assert sentence(trouble) == "Library, North Hospital is not open at that time."
    assert trouble.cause.words == "the list of rooms was imported"
    change_rooms(term, "Library,3,mon;tue;wed;thu;fri,08:00,18:00")
    assert [each.aspect for each in troubles(term)] == [Aspect.SMALL]
    change_rooms(term, "Library,10,mon;tue;wed;thu;fri,08:00,18:00")
    assert troubles(term) == ()


def test_a_room_with_two_sessions_at_once_is_in_trouble_where_the_date_is_younger(term: Term) -> None:
    put_in_the_library(term, "g1", "g2")
    later, earlier = term.session("g2"), term.session("g1")
    with term.database.writing() as db:
        row = db.get_one(SessionRow, later.id)
        row.starts_at, row.ends_at, row.agreed_at = earlier.starts_at, earlier.ends_at, clock.now()
        note(db, Fact.SESSIONS, term.programme_id, clock.now(), (row.id,))
    found = [(each.kind, each.aspect, each.session and each.session.id) for each in troubles(term)]
    assert found == [(TroubleKind.ROOM, Aspect.TAKEN, later.id)]
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), CancelSession(earlier.id), "not needed", clock.now())
    assert troubles(term) == ()


def test_a_relation_uploaded_after_publication(term: Term) -> None:
    rows = f"person,about,kind\n{FACILITATOR}@example.org,{NEAR_PEERS[0]}@example.org,assesses\n"
    with term.database.writing() as db:
        relations_import.import_relations(db, term.coordinator(), term.programme_id, rows.encode(), clock.now())
    [trouble] = troubles(term)
    assert (trouble.kind, trouble.aspect, trouble.group_key) == (TroubleKind.SAFETY, Aspect.LISTED, "g2")
    assert set(trouble.people) == {"Cleo Thistle", "Fay Lantern"}
    assert "assess" not in sentence(trouble)
    with term.database.writing() as db:
        another = rows.replace(NEAR_PEERS[0], ADA)
        relations_import.import_relations(db, term.coordinator(), term.programme_id, another.encode(), clock.now())
    assert troubles(term) == ()


def test_of_whom_somebody_avoids_nobody_learns(term: Term) -> None:
    with term.database.writing() as db:
        answers.save_people(db, term.actor(ADA), term.programme_id, (), (term.id_of(BEN),), clock.now())
    assert troubles(term) == ()


def test_somebody_who_is_invited_to_two_sessions_at_once(term: Term) -> None:
    later, earlier = term.session("g2"), term.session("g1")
    with term.database.writing() as db:
        row = db.get_one(SessionRow, later.id)
        row.starts_at, row.ends_at, row.agreed_at = earlier.starts_at, earlier.ends_at, clock.now()
        row.attendees.append(AttendeeRow(person_id=term.id_of(ADA), role="resident", mark="2"))
        note(db, Fact.SESSIONS, term.programme_id, clock.now(), (row.id,))
    [trouble] = troubles(term)
    assert (trouble.kind, trouble.people) == (TroubleKind.DOUBLE, ("Ada Quill",))
    assert trouble.session is not None
    assert trouble.session.id == later.id
    with term.database.writing() as db:
        apologies.say_sorry(db, term.actor(ADA), later.id, clock.now())
    assert kinds(term) == [TroubleKind.SHARE], "her word is for that time, and her own group meets then"


def test_a_session_cancelled_because_too_few_could_come_is_listed_once_enough_can(term: Term) -> None:
    session = term.session()
    say_cannot(term, ADA, BEN)
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), CancelSession(session.id), "too few", clock.now())
    assert TroubleKind.QUORUM not in kinds(term)
    assert Ending.CANCELLED in [each.ending for each in troubles(term, TroubleState.SETTLED)]
    assert TroubleKind.DROPPED not in kinds(term)
    say_nothing(term, ADA, BEN)
    [trouble] = troubles(term)
    assert (trouble.kind, trouble.session and trouble.session.id) == (TroubleKind.DROPPED, session.id)


def test_a_session_that_the_coordinator_cancels_for_reasons_of_her_own_is_not_brought_up_again(term: Term) -> None:
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), CancelSession(term.session().id), "a holiday", clock.now())
    assert troubles(term) == ()


def test_an_ended_or_paused_group_is_not_said_to_meet_again(term: Term) -> None:
    session = term.session()
    say_cannot(term, ADA, BEN)
    day = session.starts_at.date()
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), PauseGroup(term.programme_id, "g1", day, day), "exams", clock.now())
    say_nothing(term, ADA, BEN)
    assert TroubleKind.DROPPED not in kinds(term), "paused"
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), EndGroup(term.programme_id, "g1"), "over", clock.now())
    say_cannot(term, CAT)
    say_nothing(term, CAT)
    assert TroubleKind.DROPPED not in kinds(term), "ended"


def test_a_session_that_has_begun_is_in_trouble_no_more(term: Term) -> None:
    say_cannot(term, ADA, BEN)
    begun = term.session().starts_at + timedelta(minutes=5)
    with term.database.writing() as db:
        bring_up_to_date(db, everything(term.programme_id, begun))
    [over] = [each for each in troubles(term, TroubleState.SETTLED) if each.kind is TroubleKind.QUORUM]
    assert over.ending is Ending.OVER


def test_the_worst_and_the_soonest_come_first(term: Term) -> None:
    say_cannot(term, ADA, BEN, session=term.session("g1", 1))
    say_cannot(term, CAT, DAN, session=term.session("g1", 0))
    rows = f"person,about,kind\n{FACILITATOR}@example.org,{NEAR_PEERS[0]}@example.org,assesses\n"
    with term.database.writing() as db:
        relations_import.import_relations(db, term.coordinator(), term.programme_id, rows.encode(), clock.now())
    found = [(each.kind, each.session.round if each.session else None) for each in troubles(term)]
    assert found[:3] == [(TroubleKind.SAFETY, None), (TroubleKind.QUORUM, 0), (TroubleKind.QUORUM, 1)]
