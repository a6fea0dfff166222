"""Busy weeks: a whole programme shorter or from afar in one step, and back; whatever somebody changed by hand stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import icalendar
import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.bookings.tables import BookedPersonRow, BookingRow
from scheduler.calendars.feed_store import FeedStore
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.consequences import bring_up_to_date, everything
from scheduler.coordination.model import AddSession, CancelSession, ChangeMode, MoveSession, PutIn, ReinstateSession
from scheduler.coordination.service import carry_out_all, preview_all
from scheduler.coordination.surge import SurgeEffects, begin_surge, end_surge, find_surge, what_surge_does
from scheduler.errors import NotAllowed, NotPossible, Rejected
from scheduler.groups.written_weeks import attend_to_weeks, take_part_in_writing
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.service import get_programme
from scheduler.sessions.attendance import note_who_came
from scheduler.sessions.join_links import set_join_links
from scheduler.sessions.model import IN_WRITING
from scheduler.sessions.surge import Surge
from scheduler.sessions.tables import SessionRow, SurgedSessionRow, SurgeRow
from scheduler.settings import Settings
from scheduler.troubles.model import TroubleKind
from scheduler.troubles.tables import TroubleRow
from tests.builders import actor, publish
from tests.scheduler.derivation import derived
from tests.scheduler.sessions.term import LEFT_OVER, NEAR_PEERS, PEERS, Term, add_groups, store_plan

SETTINGS = Settings("sqlite://", "k" * 40, base_url="https://rounds.example", smtp_url="smtp://localhost")


def rows(term: Term) -> dict[tuple[str, int, int], SessionRow]:
    with term.database.reading() as db:
        return {(row.group_key, row.round, row.extra): row for row in db.scalars(select(SessionRow))}


def state(term: Term) -> dict[tuple[str, int, int], tuple[object, ...]]:
    """What of each session people see, but for how often it changed."""
    return {
        key: (row.uid, row.starts_at, row.ends_at, row.mode, row.site_id, row.room_id, row.status)
        for key, row in rows(term).items()
    }


def minutes(row: SessionRow) -> float:
    return (row.ends_at - row.starts_at).total_seconds() / 60


def first_day(term: Term) -> date:
    return min(row.starts_at for row in rows(term).values()).date()


def surge(term: Term, **changes: object) -> Surge:
    values: dict[str, object] = {"first_day": first_day(term), "last_day": None, "minutes": 30, "remote": False}
    return Surge(**{**values, **changes})  # type: ignore[arg-type]


def begin(term: Term, wanted: Surge, why: str = "", words: str = "", now: datetime | None = None) -> int:
    with term.database.writing() as db:
        return begin_surge(
            db, term.coordinator(), term.programme_id, wanted, why, words, now or clock.now(), page_url="/here"
        )


def end(term: Term, now: datetime | None = None) -> int:
    with term.database.writing() as db:
        return end_surge(db, term.coordinator(), term.programme_id, now or clock.now(), page_url="/here")


def does(term: Term, wanted: Surge) -> SurgeEffects:
    with term.database.reading() as db:
        return what_surge_does(db, term.coordinator(), term.programme_id, wanted, clock.now())


def act(term: Term, *acts: object) -> None:
    with term.database.writing() as db:
        carry_out_all(db, term.coordinator(), acts, "Because.", clock.now())  # type: ignore[arg-type]


def meet_in_person(term: Term, group_key: str = "g1") -> None:
    act(term, ChangeMode(term.session(group_key).id, "in_person", of_group=True))


def accept(term: Term, modes: Sequence[str], *names: str) -> None:
    with term.database.writing() as db:
        people = [term.id_of(name) for name in names]
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id.in_(people)).values(modes=list(modes)))


def troubles(term: Term, kind: TroubleKind) -> Sequence[TroubleRow]:
    with term.database.reading() as db:
        return db.scalars(select(TroubleRow).where(TroubleRow.kind == kind, TroubleRow.state == "open")).all()


def free_slot(term: Term, round_: int, number: int = 7) -> datetime:
    with term.database.reading() as db:
        programme = get_programme(db, term.programme_id)
    return [slot.starts_at for slot in programme.slots() if slot.round == round_][number]


def test_a_whole_programme_is_shorter_in_one_step_and_back_in_one(term: Term) -> None:
    before = state(term)
    assert len(does(term, surge(term)).touched) == 6
    assert begin(term, surge(term)) == 6
    during = rows(term)
    assert {minutes(row) for row in during.values()} == {30}
    assert {key: row.starts_at for key, row in during.items()} == {key: was[1] for key, was in before.items()}
    assert {row.sequence for row in during.values()} == {1}
    with term.database.reading() as db:
        booked = db.scalars(select(BookingRow)).all()
        assert {row.ends_at - row.starts_at for row in booked} == {timedelta(minutes=30)}
        people = db.scalars(select(BookedPersonRow)).all()
        assert {row.ends_at - row.starts_at for row in people} == {timedelta(minutes=30)}
    assert end(term) == 6
    assert state(term) == before
    with term.database.reading() as db:
        assert db.scalars(select(SurgeRow)).all() == []
        assert db.scalars(select(SurgedSessionRow)).all() == []
    with pytest.raises(NotPossible, match="as usual"):
        end(term)


def test_only_its_days_are_touched(term: Term) -> None:
    day = term.session("g1", 1).starts_at.date()
    begin(term, surge(term, first_day=day, last_day=day))
    short = {key for key, row in rows(term).items() if minutes(row) == 30}
    assert short == {key for key, row in rows(term).items() if row.starts_at.date() == day}
    assert ("g1", 1, 0) in short


def test_groups_meet_from_afar_where_everyone_accepts_it(term: Term) -> None:
    day = free_slot(term, 0, 12)
    act(term, MoveSession(term.session("g2", 0).id, day))
    meet_in_person(term, "g1")
    act(term, ChangeMode(term.session("g2", 0).id, "in_person"))
    before = state(term)
    accept(term, ["in_person", "phone"], *PEERS)
    accept(term, ["in_person"], NEAR_PEERS[0])
    wanted = surge(term, minutes=None, remote=True)
    shown = does(term, wanted)
    assert [each.mode for each in shown.touched] == ["phone"] * 3
    assert shown.stay == (("Near-peer group 2", ("Cleo Thistle",)),)
    assert shown.people == 4
    assert shown.no_way_in == ("Peer group 1",)
    with term.database.writing() as db:
        set_join_links(db, term.actor(PEERS[0]), term.programme_id, "g1", "", "+44 20 7946 0123", clock.now())
    assert does(term, wanted).no_way_in == ()
    before = state(term)
    begin(term, wanted)
    during = rows(term)
    assert {(row.mode, row.room_id, row.site_id) for key, row in during.items() if key[0] == "g1"} == {
        ("phone", None, None)
    }
    assert during["g2", 0, 0].mode == "in_person"
    with term.database.reading() as db:
        ids = [row.id for key, row in during.items() if key[0] == "g1"]
        assert set(db.scalars(select(BookingRow.place).where(BookingRow.session_id.in_(ids)))) == {None}
    end(term)
    assert state(term) == before


def test_people_who_share_no_other_way_keep_their_group_in_person(term: Term) -> None:
    meet_in_person(term)
    accept(term, ["in_person", "phone"], *PEERS[:2])
    accept(term, ["in_person", "video"], *PEERS[2:])
    with pytest.raises(NotPossible, match="changes no session"):
        does(term, surge(term, minutes=None, remote=True))
    stay = does(term, surge(term, minutes=30, remote=True)).stay
    assert stay == (("Peer group 1", ("Ada Quill", "Ben Marrow")),)


def test_what_was_changed_by_hand_meanwhile_stays(term: Term) -> None:
    meet_in_person(term)
    before = state(term)
    begin(term, surge(term, remote=True))
    act(term, ChangeMode(term.session("g1", 0).id, "in_person"))
    moved = free_slot(term, 1)
    act(term, MoveSession(term.session("g1", 1).id, moved))
    act(term, CancelSession(term.session("g1", 2).id))
    by_hand = rows(term)
    assert by_hand["g1", 0, 0].mode == "in_person"
    assert minutes(by_hand["g1", 1, 0]) == 30
    assert by_hand["g1", 1, 0].mode == "video"
    end(term)
    after = rows(term)
    assert after["g1", 0, 0].mode == "in_person"
    assert after["g1", 0, 0].room_id is not None
    assert minutes(after["g1", 0, 0]) == 60
    assert (after["g1", 1, 0].starts_at, minutes(after["g1", 1, 0])) == (moved, 60)
    assert after["g1", 1, 0].mode == "in_person"
    assert after["g1", 2, 0].status == "cancelled"
    assert {key: each for key, each in state(term).items() if key[0] == "g2"} == {
        key: each for key, each in before.items() if key[0] == "g2"
    }


def test_a_way_to_meet_set_by_hand_is_not_undone_by_a_later_date(term: Term) -> None:
    meet_in_person(term)
    begin(term, surge(term, remote=True))
    act(term, ChangeMode(term.session("g1", 1).id, "in_person"))
    act(term, MoveSession(term.session("g1", 1).id, free_slot(term, 1)))
    row = term.session("g1", 1)
    assert (row.mode, minutes(row)) == ("in_person", 30)
    assert row.room_id is not None


def test_what_comes_into_its_days_later_is_met_in_the_same_way(term: Term) -> None:
    meet_in_person(term)
    begin(term, surge(term, remote=True))
    act(term, AddSession(term.programme_id, "g1", free_slot(term, 0, 9)))
    added = rows(term)["g1", 0, 1]
    assert (minutes(added), added.mode, added.room_id) == (30, "video", None)
    act(term, CancelSession(term.session("g1", 2).id))
    act(term, ReinstateSession(term.session("g1", 2).id))
    assert minutes(term.session("g1", 2)) == 30
    end(term)
    assert {(minutes(row), row.mode) for key, row in rows(term).items() if key[0] == "g1"} == {(60, "in_person")}


def test_a_plan_that_is_published_meanwhile_starts_from_there(term: Term) -> None:
    begin(term, surge(term))
    plan_id = store_plan(term, (2,))
    with term.database.writing() as db:
        publish(db, OPERATOR, plan_id, clock.now())
    live = {key: row for key, row in rows(term).items() if row.status != "cancelled"}
    assert {minutes(row) for row in live.values()} == {30}
    end(term)
    assert {minutes(row) for row in rows(term).values() if row.status != "cancelled"} == {60}


def test_a_room_that_somebody_has_meanwhile_does_not_come_back(term: Term) -> None:
    add_groups(term, "g3", like="g1")
    meet_in_person(term, "g1")
    room = term.session("g1", 0).room_id
    begin(term, surge(term, minutes=None, remote=True))
    act(term, ChangeMode(rows(term)["g3", 0, 0].id, "in_person", room_id=room))
    end(term)
    ours = term.session("g1", 0)
    assert (ours.mode, ours.room_id) == ("in_person", None)
    assert ours.id in {each.session_id for each in troubles(term, TroubleKind.ROOM)}
    assert rows(term)["g3", 0, 0].room_id == room
    assert term.session("g1", 1).room_id is not None


def test_nobody_is_booked_twice_when_sessions_are_long_again(term: Term) -> None:
    begin(term, surge(term))
    end(term)
    with term.database.reading() as db:
        spans = db.execute(select(BookedPersonRow.person_id, BookedPersonRow.starts_at, BookedPersonRow.ends_at)).all()
    for who, start, finish in spans:
        assert sum(p == who and s < finish and start < e for p, s, e in spans) == 1


def test_everyone_concerned_is_told_of_it_and_of_their_sessions(term: Term) -> None:
    begin(term, surge(term), words="Thank you for all you do.")
    with term.database.reading() as db:
        letters = db.scalars(select(MailRow)).all()
    assert len(letters) == 9
    assert {letter.subject for letter in letters} == {"Mentoring in busy weeks"}
    assert all("last 30 minutes" in each.text and "Thank you for all you do." in each.text for each in letters)
    assert {letter.reply_to for letter in letters} == {"cora@example.org"}
    assert not any("group 1" in letter.text for letter in letters)
    end(term)
    with term.database.reading() as db:
        back = db.scalars(select(MailRow).where(MailRow.subject == "Mentoring as usual again")).all()
    assert {letter.address for letter in back} == {letter.address for letter in letters}


def test_a_letter_about_a_shorter_session_does_not_say_that_it_moved(term: Term) -> None:
    now = (clock.now() + timedelta(days=1)).replace(hour=11, minute=0)  # no letters go out at night
    announce_changes(term.database, SETTINGS, now)
    announce_changes(term.database, SETTINGS, now + STANDS_FOR + timedelta(minutes=1))
    later = now + timedelta(days=1)
    day = term.session("g1", 1).starts_at.date()
    begin(term, surge(term, first_day=day, last_day=day), now=later)
    with term.database.writing() as db:
        db.execute(update(MailRow).values(next_try_at=None, sent_at=later))
        known = set(db.scalars(select(MailRow.id)))
    announce_changes(term.database, SETTINGS, later)
    announce_changes(term.database, SETTINGS, later + STANDS_FOR + timedelta(minutes=1))
    with term.database.reading() as db:
        new = [row for row in db.scalars(select(MailRow)) if row.id not in known]
    assert new
    assert all("begins as planned" in row.text for row in new)
    assert not any("no longer counts" in row.text or "has moved" in row.text for row in new)


def test_it_is_the_coordinators_alone(term: Term) -> None:
    for who in (term.actor(PEERS[0]), actor(term.id_of(PEERS[0]), term.programme_id, Role.OVERSIGHT)):
        with pytest.raises(NotAllowed), term.database.writing() as db:
            begin_surge(db, who, term.programme_id, surge(term), "", "", clock.now(), page_url="/")
        with pytest.raises(NotAllowed), term.database.writing() as db:
            end_surge(db, who, term.programme_id, clock.now(), page_url="/")
        with pytest.raises(NotAllowed), term.database.reading() as db:
            find_surge(db, who, term.programme_id, clock.now())


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 60},
        {"minutes": 5},
        {"minutes": None},
        {"last_day": date(2020, 1, 1)},
    ],
    ids=["not shorter", "too short", "nothing", "ends before it begins"],
)
def test_what_cannot_be_is_refused_and_changes_nothing(term: Term, changes: dict[str, object]) -> None:
    before = state(term)
    with pytest.raises(Rejected):
        begin(term, surge(term, **changes))
    assert state(term) == before


def test_near_sessions_take_a_reason_which_goes_into_the_record(term: Term) -> None:
    near = term.session("g1", 0).starts_at - timedelta(days=1)
    with pytest.raises(Rejected, match="reason"):
        begin(term, surge(term), now=near)
    begin(term, surge(term), why="Winter pressure", now=near)
    with pytest.raises(NotPossible, match="already"):
        begin(term, surge(term, minutes=20), now=near)
    with term.database.reading() as db:
        line = db.scalars(select(AuditRow).where(AuditRow.action == "surge.begun")).one()
    assert line.details["why"] == "Winter pressure"
    assert line.details["sessions"] == 6


def test_one_whose_days_are_over_may_be_followed_by_another(term: Term) -> None:
    day = term.session("g1", 0).starts_at.date()
    begin(term, surge(term, last_day=day))
    later = term.session("g1", 0).starts_at + timedelta(days=3)
    with term.database.reading() as db:
        found = find_surge(db, term.coordinator(), term.programme_id, later)
    assert found is not None
    assert found.is_over
    begin(term, surge(term, first_day=later.date(), minutes=20), now=later)
    assert minutes(term.session("g1", 0)) == 30, "what has been stays"
    assert minutes(term.session("g1", 1)) == 20
    end(term, now=later)
    assert minutes(term.session("g1", 1)) == 60


def test_what_it_leads_to_is_found_again_by_working_it_out_anew(term: Term) -> None:
    meet_in_person(term)
    begin(term, surge(term, remote=True))
    kept = derived(term.database, term.programme_id)
    with term.database.writing() as db:
        assert bring_up_to_date(db, everything(term.programme_id, clock.now())).nothing
    assert derived(term.database, term.programme_id) == kept


def accept_writing(term: Term, *names: str) -> None:
    with term.database.writing() as db:
        people = [term.id_of(name) for name in names]
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id.in_(people)).values(accepts_writing=True))


def test_a_session_is_a_week_in_writing_where_everyone_in_the_group_accepts_it(term: Term) -> None:
    """It takes nobody's time and no room, whoever is on duty takes part, and all of it goes back in one step."""
    meet_in_person(term)
    before = state(term)
    accept_writing(term, *PEERS, *NEAR_PEERS)
    term.mark("0", PEERS[0])
    wanted = surge(term, minutes=30, written=True)
    shown = does(term, wanted)
    assert shown.live == (("Near-peer group 2", ("Fay Lantern",)),), "one who does not accept it is enough"
    assert {(each.group_name[:4], each.mode, each.minutes) for each in shown.touched} == {
        ("Peer", IN_WRITING, None),
        ("Near", None, 30),
    }
    begin(term, wanted)
    during = rows(term)
    assert {(row.mode, row.room_id, minutes(row)) for key, row in during.items() if key[0] == "g1"} == {
        (IN_WRITING, None, 60)
    }
    own = term.session("g1", 0).id
    assert set(term.invited(own).values()) == {"2"}, "nobody is missing"
    with term.database.reading() as db:
        assert db.get(BookingRow, own) is None
        assert db.scalars(select(BookedPersonRow).where(BookedPersonRow.session_id == own)).all() == []
        letters = [row.text for row in db.scalars(select(MailRow)) if "busy weeks" in row.subject]
        assert all("week in writing" in text for text in letters)
    assert not [each for each in troubles(term, TroubleKind.QUORUM) if each.group_key == "g1"]
    with term.database.writing() as db:
        assert bring_up_to_date(db, everything(term.programme_id, clock.now())).nothing
    end(term)
    assert state(term) == before
    assert term.invited(own)[term.id_of(PEERS[0])] == "0", "and who is on duty is missing again"


def test_calendars_show_a_week_in_writing_as_free_time(term: Term) -> None:
    accept_writing(term, *PEERS)
    with term.database.writing() as db:
        subject = Subject(Purpose.GROUP, term.programme_id, "g1")
        address = open_feed(db, term.actor(PEERS[0]), subject, clock.now())
    day = first_day(term)
    begin(term, surge(term, minutes=None, written=True, last_day=day))
    store = FeedStore(term.database, aside=lambda work: work())
    feed = store.fetch(address.token, clock.now())
    calendar = icalendar.Calendar.from_ical(store.plain(feed))  # type: ignore[arg-type]
    seen = {(str(event["TRANSP"]), str(event.get("LOCATION", ""))) for event in calendar.walk("VEVENT")}
    assert seen == {("TRANSPARENT", "In writing, in the week from then"), ("OPAQUE", "By video")}


def test_its_questions_come_to_everyone_and_nobody_notes_who_came(term: Term) -> None:
    accept_writing(term, *PEERS)
    begin(term, surge(term, minutes=None, written=True))
    session = term.session("g1", 0)
    settings = replace(SETTINGS, mail_tag="+", mail_from="rounds@example.org")
    attend_to_weeks(term.database, settings, session.starts_at - timedelta(minutes=1))
    attend_to_weeks(term.database, settings, session.starts_at)
    attend_to_weeks(term.database, settings, session.starts_at + timedelta(hours=1))
    with term.database.reading() as db:
        asked = [row.address for row in db.scalars(select(MailRow)) if "in writing" in row.subject]
    assert sorted(asked) == [f"{name}@example.org" for name in PEERS], "each of them once"
    with pytest.raises(NotPossible, match="met in writing"), term.database.writing() as db:
        note_who_came(db, term.actor(PEERS[0]), session.id, [], session.ends_at)
    with pytest.raises(NotPossible, match="met in writing"), term.database.writing() as db:
        take_part_in_writing(db, term.actor(PEERS[0]), session.id, clock.now())


def is_about_the_way_of(name: str) -> Callable[[str], bool]:
    return lambda text: (
        name in text and ("does not meet in the way" in text or "a way that they haven’t chosen" in text)
    )


def test_a_way_to_meet_that_somebody_does_not_accept_is_refused_by_name(term: Term) -> None:
    """Of a single session too, unlike the rest of its group's; in writing as well."""
    accept(term, ["in_person", "video"], PEERS[0])
    for mode, accepts in (("phone", False), (IN_WRITING, False), ("in_person", True)):
        change = ChangeMode(term.session("g1", 0).id, mode)
        with term.database.writing() as db:
            breaches = [each.text for each in preview_all(db, term.coordinator(), [change], clock.now()).breaches]
        assert any(map(is_about_the_way_of("Ada Quill"), breaches)) is not accepts, mode
        if not accepts:
            with pytest.raises(Rejected, match="reason"), term.database.writing() as db:
                carry_out_all(db, term.coordinator(), [change], "", clock.now())


def test_nobody_is_put_into_a_group_that_meets_in_a_way_they_do_not_accept(term: Term) -> None:
    """Busy weeks made its sessions weeks in writing; who comes later has not accepted that."""
    accept_writing(term, *PEERS)
    begin(term, surge(term, minutes=None, written=True))
    newcomer = PutIn(term.programme_id, "g1", term.id_of(LEFT_OVER))
    with term.database.reading() as db:
        seen = preview_all(db, term.coordinator(), [newcomer], clock.now())
    assert any(is_about_the_way_of("Zoe Left")(each.text) for each in seen.breaches)
    accept_writing(term, LEFT_OVER)
    with term.database.reading() as db:
        seen = preview_all(db, term.coordinator(), [newcomer], clock.now())
    assert not any(is_about_the_way_of("Zoe Left")(each.text) for each in seen.breaches)
