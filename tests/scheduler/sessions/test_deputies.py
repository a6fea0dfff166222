"""Deputies: asked, safe, accepted, handed over to; and who came, noted afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.availability import entries
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark, Weekly
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedRow
from scheduler.charters.model import PROPOSED
from scheduler.charters.service import adopt
from scheduler.coordination.model import CancelSession
from scheduler.coordination.service import carry_out
from scheduler.errors import NotFound, NotPossible
from scheduler.groups.records import as_csv, minutes_led, sessions_led
from scheduler.mail.tables import MailRow
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, WishRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.programme_changes import change_programme
from scheduler.sessions.attendance import note_who_came, who_came
from scheduler.sessions.deputies import (
    Request,
    accept,
    ask,
    candidates,
    decline,
    requests,
    take_back,
    write_note,
)
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow
from solvers.vocabulary import CANNOT
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term, publish_plan

CLEO = NEAR_PEERS[0]


def could_be_asked(term: Term, name: str = FACILITATOR) -> list[str]:
    with term.database.reading() as db:
        return [c.name for c in candidates(db, term.actor(name), term.session("g2").id, clock.now())]


def test_the_best_to_ask_stand_first(term: Term) -> None:
    """Who can come without strain, then who has led the group, then who has least to do."""
    with term.database.writing() as db:
        like = db.get_one(ParticipantRow, (term.programme_id, term.id_of(SPARE)))
        for name in ("Ann Early", "Bob Before", "Cy Strained"):
            person = PersonRow(name=name, email=f"{name[:3].strip().lower()}@example.org", created_at=clock.now())
            db.add(person)
            db.flush()
            values = {column.key: getattr(like, column.key) for column in ParticipantRow.__table__.columns}
            db.add(ParticipantRow(**{**values, "person_id": person.id}))
            term.ids[f"{name}@example.org"] = person.id
        last = term.session("g2", 2).id
        db.add(AttendeeRow(session_id=last, person_id=term.id_of("Bob Before"), role="facilitator", mark="2"))
        other = term.session("g1", 1).id
        db.add(AttendeeRow(session_id=other, person_id=term.id_of("Ann Early"), role="facilitator", mark="2"))
    term.mark("2", "Ann Early", "Bob Before")
    term.mark("1", "Cy Strained")
    assert could_be_asked(term) == ["Bob Before", "Gil Spare", "Ann Early", "Cy Strained"]


def ask_spare(term: Term, round_: int = 0) -> Request:
    with term.database.writing() as db:
        ask(db, term.actor(FACILITATOR), term.session("g2", round_).id, term.id_of(SPARE), "Ask Finn.", clock.now())
    return open_requests(term, SPARE)[-1]


def open_requests(term: Term, name: str) -> tuple[Request, ...]:
    with term.database.reading() as db:
        return requests(db, term.actor(name), clock.now())


def say_yes(term: Term, request: Request, name: str = SPARE, *, keeps_charter: bool = True) -> None:
    with term.database.writing() as db:
        accept(db, term.actor(name), request.id, clock.now(), keeps_charter=keeps_charter)


def leading(term: Term) -> set[int]:
    with term.database.reading() as db:
        rows = select(AttendeeRow.person_id).where(
            AttendeeRow.session_id == term.session("g2").id, AttendeeRow.role == "facilitator"
        )
        return set(db.scalars(rows))


def test_a_deputy_who_accepts_leads_and_has_it_in_the_calendar(term: Term) -> None:
    with term.database.writing() as db:
        feeds = [open_feed(db, term.actor(name), Subject(Purpose.PERSON), clock.now()).feed_id
                 for name in (FACILITATOR, SPARE)]  # fmt: skip
        before = [db.get_one(FeedRow, feed).etag for feed in feeds]
    request = ask_spare(term)
    assert (request.asked_by, request.note, request.is_mine, request.state) == (
        "Fay Lantern", "Ask Finn.", True, "asked",
    )  # fmt: skip
    say_yes(term, request)
    assert leading(term) == {term.id_of(SPARE)}
    with term.database.reading() as db:
        assert all(db.get_one(FeedRow, f).etag != tag for f, tag in zip(feeds, before, strict=True))
        told = {row.address: row.subject for row in db.scalars(select(MailRow))}
    assert told == {"gil.spare@example.org": "Could you stand in as deputy?"}, "the rest is told as changes are"


def test_nobody_stands_in_or_is_asked_to_at_a_session_that_is_cancelled(term: Term) -> None:
    say_yes(term, ask_spare(term))
    ask_spare(term, 1)
    assert len(open_requests(term, SPARE)) == len(open_requests(term, FACILITATOR)) == 2
    with term.database.writing() as db:
        for round_ in (0, 1):
            carry_out(db, term.coordinator(), CancelSession(term.session("g2", round_).id), "Flooded", clock.now())
    assert open_requests(term, SPARE) == open_requests(term, FACILITATOR) == ()


@pytest.mark.parametrize("minutes", [30, 90])
def test_a_deputy_can_come_for_as_long_as_the_session_lasts(term: Term, minutes: int) -> None:
    """Whatever the length of sessions that are published from now on."""
    session = term.session("g2")
    busy_from = session.starts_at + timedelta(minutes=30) if minutes < 60 else session.ends_at
    with term.database.writing() as db:
        busy = OwnMark(Interval(busy_from, busy_from + timedelta(minutes=30)), CANNOT)
        entries.replace_own_marks(db, term.actor(SPARE), term.programme_id, (), (busy,), clock.now())
        wanted = replace(get_programme(db, term.programme_id), session_minutes=minutes)
        change_programme(db, term.coordinator(), term.programme_id, wanted, clock.now())
    assert could_be_asked(term) == ([] if minutes < 60 else ["Gil Spare"])


def secrets_of(term: Term) -> list[RelationRow | WishRow]:
    """Whatever people keep to themselves that keeps Gil from Cleo's group."""
    gil, cleo = term.id_of(SPARE), term.id_of(CLEO)
    of = {"programme_id": term.programme_id, "person_id": gil, "about_id": cleo}
    return [
        WishRow(programme_id=term.programme_id, person_id=cleo, about_id=gil, kind="avoid"),
        *(
            RelationRow(**of, kind=kind, declared=True, declared_by_id=gil)
            for kind in ("treats", "family", "prior-complaint")
        ),
        RelationRow(**of, kind="prior-complaint"),
    ]


def test_who_openly_assesses_a_member_or_is_not_free_is_not_offered(term: Term) -> None:
    assert could_be_asked(term) == ["Gil Spare"]
    about = {"person_id": term.id_of(SPARE), "about_id": term.id_of(CLEO)}
    for kind in ("assesses", "supervises"):
        row = RelationRow(programme_id=term.programme_id, kind=kind, **about)
        with term.database.writing() as db:
            db.add(row)
        assert could_be_asked(term) == []
        with term.database.writing() as db:
            db.delete(db.merge(row))
    term.mark("0", SPARE)
    assert could_be_asked(term) == []


@pytest.mark.parametrize("which", range(5))
def test_a_secret_takes_nobody_off_the_list_and_the_request_is_one_without_an_answer(term: Term, which: int) -> None:
    with term.database.writing() as db:
        db.add(secrets_of(term)[which])
    assert could_be_asked(term) == ["Gil Spare"]
    session = term.session("g2").id
    with term.database.writing() as db:
        ask(db, term.actor(FACILITATOR), session, term.id_of(SPARE), "Finn is chairing.", clock.now())
    with term.database.reading() as db:
        assert [one.state for one in requests(db, term.actor(FACILITATOR), clock.now())] == ["asked"]
        assert requests(db, term.actor(SPARE), clock.now()) == ()
        assert db.scalars(select(MailRow.address)).all() == []
        held = db.scalars(select(DeputyRow)).one()
    for use_case in (lambda db: accept(db, term.actor(SPARE), held.id, clock.now(), keeps_charter=True),
                     lambda db: decline(db, term.actor(SPARE), held.id, clock.now()),
                     lambda db: write_note(db, term.actor(SPARE), held.id, "")):  # fmt: skip
        with term.database.writing() as db, pytest.raises(NotFound):
            use_case(db)
    with term.database.writing() as db:
        take_back(db, term.actor(FACILITATOR), session, clock.now())
    assert could_be_asked(term) == ["Gil Spare"]


@pytest.mark.parametrize("which", range(5))
def test_a_yes_against_a_secret_reads_that_the_deputy_is_not_needed(term: Term, which: int) -> None:
    """So does a yes to a request that was withdrawn meanwhile."""
    request = ask_spare(term)
    with term.database.writing() as db:
        db.add(secrets_of(term)[which])
    with term.database.writing() as db:
        assert accept(db, term.actor(SPARE), request.id, clock.now(), keeps_charter=True) is False
    assert leading(term) == {term.id_of(FACILITATOR)}
    assert [one.state for one in open_requests(term, FACILITATOR)] == ["declined"]
    with term.database.reading() as db:
        assert "can’t stand in" in (db.scalars(select(MailRow.subject).order_by(MailRow.id.desc())).first() or "")


def test_a_yes_to_what_was_withdrawn_reads_the_same(term: Term) -> None:
    request = ask_spare(term)
    with term.database.writing() as db:
        take_back(db, term.actor(FACILITATOR), term.session("g2").id, clock.now())
        assert accept(db, term.actor(SPARE), request.id, clock.now(), keeps_charter=True) is False


def test_who_is_booked_already_is_not_asked(term: Term) -> None:
    with term.database.writing() as db:
        elsewhere = db.get_one(SessionRow, term.session("g1").id)
        elsewhere.starts_at, elsewhere.ends_at = term.session("g2").starts_at, term.session("g2").ends_at
        elsewhere.attendees.append(AttendeeRow(person_id=term.id_of(SPARE), role="facilitator", mark="2"))
    assert could_be_asked(term) == []


def test_a_deputy_who_has_become_unsafe_cannot_accept(term: Term) -> None:
    """To whom the group is closed by now, the request is none."""
    request = ask_spare(term)
    with term.database.writing() as db:
        about = {"person_id": term.id_of(SPARE), "about_id": term.id_of(CLEO)}
        db.add(RelationRow(programme_id=term.programme_id, kind="assesses", **about))
    with pytest.raises(NotFound, match="isn’t one of yours"):
        say_yes(term, request)
    assert leading(term) == {term.id_of(FACILITATOR)}


def test_the_charter_holds_for_a_deputy_too(term: Term) -> None:
    with term.database.writing() as db:
        adopt(db, term.coordinator(), term.programme_id, PROPOSED, clock.now())
    request = ask_spare(term)
    with pytest.raises(NotPossible, match="charter"):
        say_yes(term, request, keeps_charter=False)
    say_yes(term, request)
    assert leading(term) == {term.id_of(SPARE)}


def test_a_deputy_may_decline_and_somebody_else_be_asked(term: Term) -> None:
    request = ask_spare(term)
    with pytest.raises(NotPossible, match="already asked"):
        ask_spare(term)
    with term.database.writing() as db:
        decline(db, term.actor(SPARE), request.id, clock.now())
    assert open_requests(term, SPARE) == ()
    assert [r.state for r in open_requests(term, FACILITATOR)] == ["declined"]
    assert ask_spare(term).state == "asked"
    with pytest.raises(NotPossible, match="already been answered"):
        say_yes(term, request)


def test_leading_oneself_after_all_brings_everything_back(term: Term) -> None:
    say_yes(term, ask_spare(term))
    with term.database.writing() as db:
        take_back(db, term.actor(FACILITATOR), term.session("g2").id, clock.now())
    assert leading(term) == {term.id_of(FACILITATOR)}
    assert open_requests(term, SPARE) == open_requests(term, FACILITATOR) == ()


def test_a_new_plan_keeps_the_deputy_of_a_date_that_stays(term: Term) -> None:
    say_yes(term, ask_spare(term))
    publish_plan(term)
    assert leading(term) == {term.id_of(SPARE)}


def test_only_the_two_read_and_write_the_hand_over_note(term: Term) -> None:
    request = ask_spare(term)
    for outsider in (term.actor(CLEO), term.actor(PEERS[0]), term.coordinator()):
        with term.database.writing() as db:
            assert requests(db, outsider, clock.now()) == ()
            for use_case, *what in ((write_note, request.id, "mine"), (accept, request.id, clock.now())):
                with pytest.raises(NotFound):
                    use_case(db, outsider, *what, **({"keeps_charter": True} if use_case is accept else {}))
            with pytest.raises(NotFound):
                candidates(db, outsider, term.session("g2").id, clock.now())
    with term.database.writing() as db:
        write_note(db, term.actor(SPARE), request.id, "Done: all well.")
    assert open_requests(term, FACILITATOR)[0].note == "Done: all well."


def note(term: Term, name: str, *came: str) -> int:
    session = term.session("g2")
    with term.database.writing() as db:
        ids = [term.id_of(who) for who in came]
        return note_who_came(db, term.actor(name), session.id, ids, session.ends_at)


def test_attendance_is_noted_by_who_leads_and_read_by_who_was_there(term: Term) -> None:
    assert note(term, FACILITATOR, FACILITATOR, *NEAR_PEERS[:3], PEERS[0]) == 4, "who was not invited does not count"
    assert note(term, FACILITATOR, FACILITATOR, CLEO) == 2, "the last word counts"
    session_id = term.session("g2").id
    with term.database.reading() as db:
        assert who_came(db, term.actor("gus.fern"), [session_id]) == {
            session_id: {term.id_of(FACILITATOR), term.id_of(CLEO)}
        }
        for outsider in (term.actor(PEERS[0]), term.coordinator(), term.actor(SPARE)):
            assert who_came(db, outsider, [session_id]) == {}
    for name in (CLEO, SPARE, PEERS[0]):
        with pytest.raises(NotFound):
            note(term, name, CLEO)


def test_a_deputy_notes_who_came_after_the_session(term: Term) -> None:
    say_yes(term, ask_spare(term))
    over = term.session("g2").ends_at + timedelta(days=1)
    with term.database.writing() as db:
        assert [request.state for request in requests(db, term.actor(SPARE), over)] == ["accepted"]
        assert requests(db, term.actor(FACILITATOR), over) == ()
        assert note_who_came(db, term.actor(SPARE), term.session("g2").id, [term.id_of(CLEO)], over) == 1
        assert requests(db, term.actor(SPARE), over + timedelta(days=30)) == ()


def test_without_a_facilitator_anybody_of_the_group_notes_it_and_never_before(term: Term) -> None:
    session = term.session("g1")
    with term.database.writing() as db:
        with pytest.raises(NotPossible, match="not begun"):
            note_who_came(db, term.actor(PEERS[1]), session.id, [], session.starts_at - timedelta(minutes=1))
        assert note_who_came(db, term.actor(PEERS[1]), session.id, [term.id_of(PEERS[1])], session.ends_at) == 1


def test_hours_are_of_sessions_that_were_held_and_led(term: Term) -> None:
    over = term.session("g2", 2).ends_at
    with term.database.reading() as db:
        assert minutes_led(sessions_led(db, term.actor(FACILITATOR), over)) == 0
    note(term, FACILITATOR, FACILITATOR, *NEAR_PEERS)
    with term.database.reading() as db:
        led = sessions_led(db, term.actor(FACILITATOR), over)
        assert sessions_led(db, term.actor(SPARE), over) == ()
    assert [session.residents for session in led] == [None, None, 4]
    assert minutes_led(led) == 60
    head, *lines = as_csv(led).split("\r\n")
    assert head == "date,start,programme,group,minutes,residents,in writing"
    said = ["13:15", "Spring term", "Near-peer group 2", "60", "4", "0"]
    assert [line.split(",")[1:] for line in lines] == [said, []]


def test_who_noted_to_have_been_away_has_no_hours(term: Term) -> None:
    note(term, FACILITATOR, *NEAR_PEERS)
    with term.database.reading() as db:
        led = sessions_led(db, term.actor(FACILITATOR), term.session("g2").ends_at)
    assert led == ()


def test_a_spreadsheet_takes_no_name_for_a_formula(term: Term) -> None:
    note(term, FACILITATOR, FACILITATOR, *NEAR_PEERS)
    with term.database.writing() as db:
        db.get_one(SessionRow, term.session("g2").id).group_name = "=HYPERLINK(1)"
    with term.database.reading() as db:
        assert "'=HYPERLINK(1)" in as_csv(sessions_led(db, term.actor(FACILITATOR), term.session("g2").ends_at))


def test_capacity_does_not_keep_a_deputy_away(term: Term) -> None:
    """Gil leads as many groups as he offered: none more, and can stand in all the same."""
    with term.database.writing() as db:
        db.get_one(ParticipantRow, (term.programme_id, term.id_of(SPARE))).capacity = 0
    assert could_be_asked(term) == ["Gil Spare"]


def test_whoever_is_at_another_session_by_now_leaves_it_to_their_deputy(term: Term) -> None:
    say_yes(term, ask_spare(term))
    session, other = term.session("g2"), term.session("g1")
    with term.database.writing() as db:
        row = db.get_one(SessionRow, other.id)
        row.starts_at, row.ends_at = session.starts_at, session.ends_at
        row.attendees.append(AttendeeRow(person_id=term.id_of(FACILITATOR), role="facilitator", mark="2"))
    with term.database.writing() as db, pytest.raises(NotPossible, match="another session"):
        take_back(db, term.actor(FACILITATOR), session.id, clock.now())
    assert leading(term) == {term.id_of(SPARE)}


def test_a_session_at_a_time_of_its_own_finds_deputies_too(term: Term) -> None:
    session, early = term.session("g2"), Weekly(0, time(6), time(9), "2", "working_hours")
    with term.database.writing() as db:
        for name in (*NEAR_PEERS, FACILITATOR, SPARE):
            days = tuple(replace(early, weekday=weekday) for weekday in range(7))
            entries.set_weekly(db, term.actor(name), term.programme_id, days, clock.now())
        row = db.get_one(SessionRow, session.id)
        row.starts_at = session.starts_at.replace(hour=7, minute=10)
        row.ends_at = row.starts_at + timedelta(hours=1)
    assert could_be_asked(term) == ["Gil Spare"]
    with term.database.writing() as db:
        relation = RelationRow(programme_id=term.programme_id, person_id=term.id_of(SPARE), kind="supervises")
        relation.about_id = term.id_of(CLEO)
        db.add(relation)
    assert could_be_asked(term) == []
