"""Reminders: once, in time, never while somebody sleeps, and never of what is not so any more."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import icalendar
import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.groups.tables import GoalRow
from scheduler.invitations.choices import stop
from scheduler.invitations.model import InvitationWish
from scheduler.invitations.reminders import plan_reminders, send_reminders
from scheduler.invitations.tables import ReminderRow
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.service import send_waiting
from scheduler.people.model import RelationKind
from scheduler.people.tables import RelationRow
from scheduler.programmes.tables import SiteRow
from scheduler.releases.tables import ReleaseRow
from scheduler.rotas.tables import DutyRow, RotaRow
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.tables import JoinLinkRow, SessionRow
from scheduler.settings import Settings
from scheduler.signing_in.tables import AddressChangeRow
from scheduler.voices.tables import ReleaseAnswerRow
from tests.mail_server import Inbox, calendar_parts, files, text_of
from tests.scheduler.calendars.hospital import FIRST_SESSION, Hospital, a_hospital
from tests.scheduler.invitations.post import ADA, ADDRESSES, BEN, FAY, invitation_of, method_of, new_for, tell, want

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = FIRST_SESSION - 20 * DAY
WEEK_BEFORE, DAY_BEFORE = FIRST_SESSION - 7 * DAY, FIRST_SESSION - DAY


def remind(hospital: Hospital, settings: Settings, now: datetime) -> int:
    """What the background does at this moment; returns how many reminders went out."""
    while plan_reminders(hospital.database, now):
        pass
    sent = send_reminders(hospital.database, settings, now)
    send_waiting(hospital.database, settings, now)
    return sent


@pytest.fixture
def told(hospital: Hospital, settings: Settings, inbox: Inbox) -> Hospital:
    """The term is published and told, and nothing of that is in the inbox any more."""
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    return hospital


def test_everybody_is_reminded_a_week_and_a_day_before_and_once_each(
    storage: Database, settings: Settings, inbox: Inbox
) -> None:
    hospital = a_hospital(storage)
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    days = [FIRST_SESSION - 10 * DAY + number * HOUR for number in range(10 * 24)]
    for now in days:
        remind(hospital, settings, now)
    mine = new_for(inbox, ADA)
    assert [message["Subject"] for message in mine] == ["Reminder: mentoring on Tue 6 Oct, 12:30"] * 2
    assert [message["Date"].datetime for message in mine] == [WEEK_BEFORE, DAY_BEFORE]


def test_to_whom_the_group_is_closed_a_reminder_says_when_and_not_how_to_join(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    address = "https://video.example.org/tamarind"
    with told.database.writing() as db:
        link = db.get(JoinLinkRow, (told.programme_id, "g1")) or JoinLinkRow(
            programme_id=told.programme_id, group_key="g1", phone="", changed_at=FAR
        )
        link.url = address
        db.add(link)
        ties = {"person_id": told.people[ADA], "about_id": told.people[BEN], "kind": RelationKind.ASSESSES}
        db.add(RelationRow(programme_id=told.programme_id, **ties))
    remind(told, settings, WEEK_BEFORE - HOUR)
    remind(told, settings, WEEK_BEFORE)
    [mine], [bens] = new_for(inbox, ADA), new_for(inbox, BEN)
    assert address in text_of(bens)
    assert address not in text_of(mine)
    assert address not in invitation_of(mine).to_ical().decode().replace("\r\n ", "")
    assert address in invitation_of(bens).to_ical().decode().replace("\r\n ", "")
    assert "12:30" in text_of(mine)


def test_the_first_reminder_brings_the_invitation_and_the_next_a_file(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    """A term comes as one message, so a session's own invitation comes when it is of use to answer it."""
    remind(told, settings, WEEK_BEFORE - HOUR)
    remind(told, settings, WEEK_BEFORE)
    [first] = new_for(inbox, ADA)
    event = invitation_of(first)
    assert (method_of(first), event["SEQUENCE"]) == ("REQUEST", 0)
    assert str(event["ORGANIZER"]) == f"mailto:{first['From'].addresses[0].addr_spec}"
    remind(told, settings, DAY_BEFORE)
    [second] = new_for(inbox, ADA)
    assert calendar_parts(second, "multipart/alternative") == []
    [file] = files(second)
    calendar = icalendar.Calendar.from_ical(file)
    assert "METHOD" not in calendar
    assert [str(each["UID"]) for each in calendar.walk("VEVENT")] == [str(event["UID"])]


def test_a_reminder_asks_what_would_make_it_useful(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    """Whoever the group is closed to is not asked: they have no page on which to say it."""
    with told.database.writing() as db:
        ties = {"person_id": told.people[ADA], "about_id": told.people[BEN], "kind": RelationKind.ASSESSES}
        db.add(RelationRow(programme_id=told.programme_id, **ties))
    remind(told, settings, WEEK_BEFORE - HOUR)
    remind(told, settings, WEEK_BEFORE)
    [mine], [bens] = new_for(inbox, ADA), new_for(inbox, BEN)
    asked = "What would make it useful for you? Add a line to the agenda there."
    assert asked in text_of(bens)
    assert asked not in text_of(mine)


def test_a_reminder_asks_for_a_tap_only_of_those_who_need_a_release(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    with told.database.writing() as db:
        session = db.scalars(select(SessionRow).order_by(SessionRow.starts_at)).first()
        assert session
        site = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == told.programme_id)).first()
        db.add(
            ReleaseRow(
                programme_id=told.programme_id, session_id=session.id, person_id=told.people[ADA], site_id=site,
                rota="ward", starts_at=session.starts_at, ends_at=session.ends_at, duty="Day", sequence=0,
                created_at=FAR, changed_at=FAR,
            )
        )  # fmt: skip
    remind(told, settings, WEEK_BEFORE - HOUR)
    remind(told, settings, WEEK_BEFORE)
    [mine], [bens] = new_for(inbox, ADA), new_for(inbox, BEN)
    with told.database.reading() as db:
        [question] = db.scalars(select(ReleaseAnswerRow))
    link = f"{settings.base_url}/mail/released/{Tags(settings).sign(TagKind.RELEASED, question.id)}"
    assert (question.person_id, question.answer) == (told.people[ADA], None)
    assert link in text_of(mine)
    assert "/mail/released/" not in text_of(bens)
    assert "/my-voice" not in text_of(mine), "no pulse is open"


def test_who_wanted_to_look_at_a_goal_by_then_is_reminded_of_it_without_its_words(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    by_then, after = FIRST_SESSION.date(), (FIRST_SESSION + DAY).date()
    with told.database.writing() as db:
        for name, day, reached in ((ADA, by_then, None), (BEN, after, None), (FAY, by_then, FAR)):
            row = GoalRow(programme_id=told.programme_id, person_id=told.people[name], text="Sleep more")
            row.review_on, row.shared, row.created_at, row.reached_at = day, True, FAR, reached
            db.add(row)
    remind(told, settings, WEEK_BEFORE - HOUR)
    remind(told, settings, WEEK_BEFORE)
    [mine], [bens], [fays] = (new_for(inbox, name) for name in (ADA, BEN, FAY))
    link = f"{settings.base_url}/my-goals"
    assert link in text_of(mine)
    assert "Sleep more" not in text_of(mine)
    assert link not in text_of(bens), "there is time yet"
    assert link not in text_of(fays), "it is reached"


def test_nothing_is_said_of_goals_at_an_address_that_is_not_confirmed(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    with told.database.writing() as db:
        row = GoalRow(programme_id=told.programme_id, person_id=told.people[ADA], text="Sleep more")
        row.review_on, row.shared, row.created_at = FIRST_SESSION.date(), False, FAR
        change = AddressChangeRow(digest="d", person_id=told.people[ADA], programme_id=told.programme_id)
        change.former, change.devices = "ada@before.example", []
        change.changed_at, change.ends_at = FAR, FIRST_SESSION
        db.add_all([row, change])
    remind(told, settings, WEEK_BEFORE - HOUR)
    remind(told, settings, WEEK_BEFORE)
    [mine] = new_for(inbox, ADA)
    assert "/my-goals" not in text_of(mine)


def test_whoever_wants_no_invitations_gets_a_file_only(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    want(told, ADA, InvitationWish.NONE)
    remind(told, settings, WEEK_BEFORE - HOUR)
    remind(told, settings, WEEK_BEFORE)
    [message] = new_for(inbox, ADA)
    assert (method_of(message), len(files(message))) == ("", 1)
    assert message.get_content_type() == "multipart/mixed"
    assert message.get_body(preferencelist=("html",)) is None


@pytest.mark.parametrize(("hours", "expected"), [((), 0), ((2,), 1), ((72, 24, 2), 3)])
def test_people_choose_when(
    told: Hospital, settings: Settings, inbox: Inbox, hours: tuple[int, ...], expected: int
) -> None:
    want(told, ADA, reminder_hours=hours)
    for number in range(10 * 24):
        remind(told, settings, FIRST_SESSION - 10 * DAY + number * HOUR)
    assert len(new_for(inbox, ADA)) == expected


def give_nights(hospital: Hospital, name: str, *days_before: int) -> None:
    """Nights on a rota, so many days before the first session."""
    with hospital.database.writing() as db:
        first = FIRST_SESSION.date()
        rota = RotaRow(
            programme_id=hospital.programme_id,
            site_id=hospital.sites["north"],
            name="Nights",
            layout="by_date",
            first_day=first - 30 * DAY,
            last_day=first + 30 * DAY,
            imported_at=FAR,
        )
        db.add(rota)
        db.flush()
        for days in days_before:
            day = first - days * DAY
            start = datetime.combine(day, time(19, 30), FIRST_SESSION.tzinfo)
            db.add(
                DutyRow(
                    rota_id=rota.id,
                    person_id=hospital.people[name],
                    day=day,
                    kind="night",
                    code="N",
                    cell="A1",
                    starts_at=start,
                    ends_at=start + 12 * HOUR,
                )
            )


def test_nothing_comes_while_somebody_sleeps_after_nights(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    """Two nights end in the morning of the day before: the rest after them lasts 46 hours, into the day itself."""
    give_nights(told, ADA, 4, 3)
    for number in range(10 * 24):
        remind(told, settings, FIRST_SESSION - 10 * DAY + number * HOUR)
    adas = [message["Date"].datetime for message in new_for(inbox, ADA)]
    bens = [message["Date"].datetime for message in new_for(inbox, BEN)]
    assert bens == [WEEK_BEFORE, DAY_BEFORE]
    assert adas[0] == WEEK_BEFORE
    rested = datetime.combine(FIRST_SESSION.date() - 2 * DAY, time(7, 30), FIRST_SESSION.tzinfo) + 46 * HOUR
    assert rested > DAY_BEFORE
    assert adas[1] >= rested
    assert len(adas) == 2


def test_a_rota_that_changes_after_planning_counts(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    remind(told, settings, WEEK_BEFORE - HOUR)
    give_nights(told, ADA, 8)
    assert remind(told, settings, WEEK_BEFORE) == 2, "of g1 only Ben and the facilitator are awake"
    assert new_for(inbox, ADA) == []
    later = [WEEK_BEFORE + number * HOUR for number in range(1, 72)]
    for now in later:
        remind(told, settings, now)
    [message] = new_for(inbox, ADA)
    assert message["Date"].datetime > WEEK_BEFORE + 30 * HOUR


def test_a_session_that_moves_is_reminded_of_at_its_new_time_only(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    remind(told, settings, DAY_BEFORE - 3 * HOUR)
    told.move("g1", 0, FIRST_SESSION + 2 * DAY)
    tell(told, settings, DAY_BEFORE - 2 * HOUR)
    inbox.messages.clear()
    for number in range(48):
        remind(told, settings, DAY_BEFORE - HOUR + number * HOUR)
    assert new_for(inbox, ADA) == []
    remind(told, settings, DAY_BEFORE + 2 * DAY)
    [message] = new_for(inbox, ADA)
    assert "Thu 8 Oct" in message["Subject"]


def test_a_reminder_that_waits_in_the_outbox_is_withdrawn_when_the_session_moves(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    remind(told, settings, DAY_BEFORE - HOUR)
    plan_reminders(told.database, DAY_BEFORE)
    send_reminders(told.database, settings, DAY_BEFORE)
    told.move("g1", 0, FIRST_SESSION + 2 * DAY)
    tell(told, settings, DAY_BEFORE + STANDS_FOR)
    assert [message["Subject"].split(":")[0] for message in new_for(inbox, ADA)] == ["Moved"]


def test_a_cancelled_session_is_not_reminded_of(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    remind(told, settings, DAY_BEFORE - 3 * HOUR)
    del told.planned["g1", 0]
    tell(told, settings, DAY_BEFORE - 2 * HOUR)
    inbox.messages.clear()
    remind(told, settings, DAY_BEFORE)
    assert new_for(inbox, ADA) == []


def test_whoever_cannot_make_it_is_not_reminded(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    with told.database.writing() as db:
        session_id = db.scalars(select(SessionRow.id).where(SessionRow.starts_at == FIRST_SESSION)).one()
        say_sorry(db, told.actor(ADA), session_id, FAR)
    remind(told, settings, DAY_BEFORE - HOUR)
    remind(told, settings, DAY_BEFORE)
    assert (len(new_for(inbox, ADA)), len(new_for(inbox, BEN))) == (0, 1)


def test_a_reminder_that_could_not_go_out_in_time_is_left_out(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    remind(told, settings, DAY_BEFORE - HOUR)
    remind(told, settings, FIRST_SESSION - timedelta(minutes=30))
    assert new_for(inbox, ADA) == []
    with told.database.reading() as db:
        assert db.scalars(select(ReminderRow).where(ReminderRow.starts_at == FIRST_SESSION)).all() == []


def test_the_link_in_a_reminder_ends_reminders_and_nothing_else(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    remind(told, settings, WEEK_BEFORE - HOUR)
    remind(told, settings, WEEK_BEFORE)
    [message] = new_for(inbox, ADA)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].strip(" <>") in text_of(message)
    [tag] = Tags(settings).find(message["List-Unsubscribe"])
    assert (tag.kind, tag.number) == (TagKind.STOP_REMINDERS, told.people[ADA])
    with told.database.writing() as db:
        stop(db, tag)
    remind(told, settings, DAY_BEFORE)
    assert (len(new_for(inbox, ADA)), len(new_for(inbox, BEN))) == (0, 2)
    told.move("g1", 1, FIRST_SESSION + 30 * DAY)
    tell(told, settings, DAY_BEFORE + HOUR)
    assert len(new_for(inbox, ADA)) == 1, "changes are still told"
    assert message["To"] == ADDRESSES[ADA]


def test_a_reminder_says_that_there_is_no_facilitator_and_never_why(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    unled = "There’s no facilitator for this session at the moment."
    remind(told, settings, WEEK_BEFORE - HOUR)
    remind(told, settings, WEEK_BEFORE)
    assert unled not in text_of(new_for(inbox, ADA)[0])
    with told.database.writing() as db:
        row = db.scalars(select(SessionRow).where(SessionRow.group_key == "g1", SessionRow.round == 0)).one()
        say_sorry(db, told.actor(FAY), row.id, WEEK_BEFORE)
    inbox.messages.clear()
    remind(told, settings, DAY_BEFORE)
    reminder = next(text_of(each) for each in new_for(inbox, ADA) if each["Subject"].startswith("Reminder"))
    assert unled in reminder
    assert "Fay" not in reminder
