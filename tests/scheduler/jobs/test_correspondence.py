"""What many people are to be told goes out in portions: others have their turn between two, and nothing is lost or sent
twice where the service ends in the middle."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from scheduler.db import Database
from scheduler.invitations import change_notices, reminders, waiting_notices
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.tables import ReminderRow
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.jobs import correspondence
from scheduler.jobs.correspondence import Correspondence
from scheduler.mail.tables import MailRow
from scheduler.settings import Settings
from tests.mail_server import Inbox, serving
from tests.scheduler.calendars.hospital import FIRST_SESSION, Hospital, a_hospital

FAR = FIRST_SESSION - timedelta(days=20)
WEEK_BEFORE = FIRST_SESSION - timedelta(days=7)


@pytest.fixture
def published(storage: Database, monkeypatch: pytest.MonkeyPatch) -> Hospital:
    """Everybody waits to be told, one at a time."""
    hospital = a_hospital(storage)
    with storage.writing() as db:
        hospital.publish(db, FAR)
    monkeypatch.setattr(change_notices, "_PEOPLE_AT_A_TIME", 1)
    monkeypatch.setattr(waiting_notices, "_ROWS_AT_A_TIME", 1)
    monkeypatch.setattr(correspondence, "now", lambda: FAR + STANDS_FOR)
    return hospital


def letters(hospital: Hospital) -> Counter[str]:
    """How many letters each address has had."""
    with hospital.database.reading() as db:
        return Counter(db.scalars(select(MailRow.address)))


def test_people_are_told_in_portions_and_each_once(published: Hospital) -> None:
    with serving(Inbox()) as settings:
        letter_box = Correspondence(published.database, settings)
        seen = [sum(letters(published).values())]
        while letter_box.tell():
            seen.append(sum(letters(published).values()))
    told = letters(published)
    assert len(told) > 1
    assert set(told.values()) == {1}
    assert {after - before for before, after in pairwise(seen)} == {0, 1}, "one at a time"


def test_where_the_service_ends_between_two_portions_the_next_tells_the_rest(published: Hospital) -> None:
    with serving(Inbox()) as settings:
        first = Correspondence(published.database, settings)
        while not letters(published):
            assert first.tell()
        assert sum(letters(published).values()) == 1
        second = Correspondence(published.database, settings)
        while second.tell():
            pass
        assert set(letters(published).values()) == {1}
        assert announce_changes(published.database, settings, FAR + STANDS_FOR) == 0, "and there is nobody left"


def test_two_dispatchers_that_tell_by_turns_tell_everybody_once(published: Hospital) -> None:
    with serving(Inbox()) as settings:
        one, other = (Correspondence(published.database, settings) for _ in range(2))
        for _ in range(500):
            if not one.tell() | other.tell():
                break
    assert set(letters(published).values()) == {1}


def test_reminders_go_out_in_portions_until_none_is_left(
    published: Hospital, settings_of_a_server: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce_changes(published.database, settings_of_a_server, FAR + STANDS_FOR)
    monkeypatch.setattr(reminders, "AT_A_TIME", 1)
    monkeypatch.setattr(correspondence, "now", lambda: WEEK_BEFORE - timedelta(days=1))
    letter_box = Correspondence(published.database, settings_of_a_server)
    while letter_box.remind():
        pass
    assert sent(published) == 0
    monkeypatch.setattr(correspondence, "now", lambda: WEEK_BEFORE + timedelta(hours=1))
    portions = 1
    while letter_box.remind():
        portions += 1
    assert sent(published) > 1
    assert portions > sent(published)


def sent(hospital: Hospital) -> int:
    with hospital.database.reading() as db:
        return db.scalar(select(func.count()).where(ReminderRow.sent_at.is_not(None))) or 0


@pytest.fixture
def settings_of_a_server() -> Settings:
    """Of one that is never asked: letters stay in the outbox."""
    return Settings("", "key", smtp_url="smtp://127.0.0.1:9", mail_from="rounds@example.org")
