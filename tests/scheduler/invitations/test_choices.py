"""How people want to be reached about dates: by e-mail, by their calendar alone, or by text message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import list_feeds, open_feed, revoke
from scheduler.errors import Rejected
from scheduler.invitations.choices import choose, load_choices, stop
from scheduler.invitations.model import Channel, InvitationWish, MailChoices
from scheduler.invitations.quiet_hours import asleep_until
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.mail.addresses import Tag, TagKind
from scheduler.mail.tables import TextRow
from scheduler.mail.texts import send_texts
from scheduler.settings import Settings
from tests.mail_server import Inbox, files
from tests.scheduler.calendars.hospital import FIRST_SESSION, Hospital
from tests.scheduler.invitations.post import ADA, BEN, change_person, method_of, new_for, send, tell
from tests.scheduler.invitations.test_reminders import remind
from tests.text_gateway import Gateway, gateway

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR, NEAR = FIRST_SESSION - 20 * DAY, FIRST_SESSION - 2 * DAY
NUMBER = "+44 7700 900123"


@pytest.fixture
def taking() -> Iterator[Gateway]:
    with gateway() as found:
        yield found


@pytest.fixture
def texting(settings: Settings, taking: Gateway) -> Settings:
    return replace(settings, text_gateway=taking.address)


def want(hospital: Hospital, name: str, channel: Channel, number: str = NUMBER, **more: object) -> None:
    with hospital.database.writing() as db:
        wanted = MailChoices(channel=channel, number=number, **more)  # type: ignore[arg-type]
        choose(db, hospital.actor(name), wanted, texts=True)


def subscribe(hospital: Hospital, name: str) -> None:
    with hospital.database.writing() as db:
        open_feed(db, hospital.actor(name), Subject(Purpose.PERSON), FAR)


def chosen(hospital: Hospital, name: str) -> MailChoices:
    with hospital.database.reading() as db:
        return load_choices(db, (hospital.people[name],))[hospital.people[name]]


def texts(hospital: Hospital) -> Sequence[TextRow]:
    with hospital.database.reading() as db:
        return db.scalars(select(TextRow).order_by(TextRow.id)).all()


def test_reminders_and_near_changes_come_as_texts_and_the_rest_by_mail(
    hospital: Hospital, texting: Settings, taking: Gateway, inbox: Inbox
) -> None:
    want(hospital, ADA, Channel.TEXT)
    tell(hospital, texting, FAR)
    assert new_for(inbox, ADA)
    assert texts(hospital) == []
    remind(hospital, texting, FIRST_SESSION - 8 * DAY)
    remind(hospital, texting, FIRST_SESSION - 7 * DAY)
    send_texts(hospital.database, texting, FIRST_SESSION - 7 * DAY, asleep_until)
    [reminder] = taking.taken
    assert reminder["to"] == NUMBER
    assert reminder["text"].startswith("Mentoring on ")
    assert new_for(inbox, ADA) == []
    assert new_for(inbox, BEN)
    hospital.move("g1", 0, hospital.planned["g1", 0].starts_at + HOUR)
    tell(hospital, texting, NEAR)
    send_texts(hospital.database, texting, NEAR + STANDS_FOR, asleep_until)
    change = taking.taken[-1]["text"]
    assert "has changed" in change
    assert new_for(inbox, ADA)
    for text in (reminder["text"], change):
        assert len(text) <= 160
        assert not any(word in text for word in ("Ada", "Quill", "Ben", "g1", "Group"))


def test_texts_speak_the_language_of_their_reader(hospital: Hospital, texting: Settings, taking: Gateway) -> None:
    want(hospital, ADA, Channel.TEXT)
    change_person(hospital, ADA, language="fr", language_known=True)
    tell(hospital, texting, FAR)
    remind(hospital, texting, FIRST_SESSION - 8 * DAY)
    remind(hospital, texting, FIRST_SESSION - 7 * DAY)
    send_texts(hospital.database, texting, FIRST_SESSION - 7 * DAY)
    assert taking.taken[0]["text"].startswith("Mentorat ")


def test_quiet_hours_hold_for_texts(hospital: Hospital, texting: Settings, taking: Gateway) -> None:
    due = FIRST_SESSION - DAY
    ada = due.astimezone(ZoneInfo("Europe/London"))  # her clock
    night = {"quiet_from": (ada - HOUR).time(), "quiet_to": (ada + 3 * HOUR).time(), "reminder_hours": (24,)}
    want(hospital, ADA, Channel.TEXT, **night)
    tell(hospital, texting, FAR + 8 * HOUR)
    for number in range(-3, 3):
        remind(hospital, texting, due + number * HOUR)
        send_texts(hospital.database, texting, due + number * HOUR, asleep_until)
    assert taking.taken == []
    remind(hospital, texting, due + 4 * HOUR)
    send_texts(hospital.database, texting, due + 4 * HOUR, asleep_until)
    assert len(taking.taken) == 1


def test_where_no_texts_are_sent_reminders_come_by_mail(hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
    want(hospital, ADA, Channel.TEXT)
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    remind(hospital, settings, FIRST_SESSION - 8 * DAY)
    remind(hospital, settings, FIRST_SESSION - 7 * DAY)
    assert len(new_for(inbox, ADA)) == 1
    assert texts(hospital) == []


def test_the_calendar_alone_means_no_mail_about_dates_but_of_what_is_near(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    subscribe(hospital, ADA)
    want(hospital, ADA, Channel.CALENDAR, invitations=InvitationWish.EACH)
    tell(hospital, settings, FAR)
    hospital.move("g1", 0, hospital.planned["g1", 0].starts_at + HOUR)
    tell(hospital, settings, FAR + DAY)
    remind(hospital, settings, FIRST_SESSION - 8 * DAY)
    remind(hospital, settings, FIRST_SESSION - 7 * DAY)
    assert new_for(inbox, ADA) == []
    assert new_for(inbox, BEN)
    hospital.move("g1", 0, hospital.planned["g1", 0].starts_at + HOUR)
    tell(hospital, settings, NEAR)
    [message] = new_for(inbox, ADA)
    assert (method_of(message), files(message)) == ("", [])


def test_without_a_calendar_link_any_more_everything_comes_by_mail_again(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    subscribe(hospital, ADA)
    want(hospital, ADA, Channel.CALENDAR)
    tell(hospital, settings, FAR)
    with hospital.database.writing() as db:
        [feed] = list_feeds(db, hospital.actor(ADA))
        revoke(db, hospital.actor(ADA), feed.id, FAR)
    hospital.move("g1", 0, hospital.planned["g1", 0].starts_at + HOUR)
    tell(hospital, settings, FAR + DAY)
    remind(hospital, settings, FIRST_SESSION - 8 * DAY)
    remind(hospital, settings, FIRST_SESSION - 7 * DAY + HOUR)
    assert len(new_for(inbox, ADA)) == 2, "a change and a reminder: nobody is left without word"


def test_an_invitation_that_a_calendar_holds_is_put_right_all_the_same(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    hospital.move("g1", 0, hospital.planned["g1", 0].starts_at + HOUR)
    tell(hospital, settings, NEAR)
    new_for(inbox, ADA)
    subscribe(hospital, ADA)
    want(hospital, ADA, Channel.CALENDAR)
    hospital.move("g1", 0, hospital.planned["g1", 0].starts_at + HOUR)
    tell(hospital, settings, NEAR + HOUR)
    assert len(new_for(inbox, ADA)) == 1
    assert send(hospital, settings, NEAR + 2 * HOUR) == 0


def test_what_could_not_reach_anybody_is_refused(hospital: Hospital) -> None:
    with pytest.raises(Rejected, match="calendar link"):
        want(hospital, ADA, Channel.CALENDAR)
    for number in ("", "12", "call me", "+44 7700 900123 then 4#", "+44" + "7" * 90, "<script>"):
        with pytest.raises(Rejected):
            want(hospital, ADA, Channel.TEXT, number)
    with pytest.raises(Rejected, match="can’t be sent"), hospital.database.writing() as db:
        choose(db, hospital.actor(ADA), MailChoices(channel=Channel.TEXT, number=NUMBER))


def test_a_number_is_kept_only_while_it_is_needed(hospital: Hospital) -> None:
    want(hospital, ADA, Channel.TEXT, "07700 900123")
    assert chosen(hospital, ADA).number == NUMBER
    with hospital.database.writing() as db:
        stop(db, Tag(TagKind.STOP_REMINDERS, hospital.people[ADA]))
    assert chosen(hospital, ADA).channel is Channel.TEXT
    assert chosen(hospital, ADA).reminder_hours == ()
    want(hospital, ADA, Channel.EMAIL, NUMBER, invitations=InvitationWish.EACH, quiet_from=time(21))
    assert chosen(hospital, ADA).number == ""
