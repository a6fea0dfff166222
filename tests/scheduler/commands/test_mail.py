"""``rounds mail`` as a mail server calls it: a process of its own, a message on its standard input."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import true

from scheduler.clock import now
from scheduler.db import Database
from scheduler.people.model import OPERATOR
from scheduler.sessions.quorum import who_is_sorry
from scheduler.settings import Settings, as_environment
from tests import forks
from tests.builders import World, set_marks
from tests.mail_server import Inbox, serving
from tests.scheduler.calendars.hospital import NOW, Hospital, a_hospital
from tests.scheduler.invitations.post import ADA, new_for, tell
from tests.scheduler.invitations.test_replies import as_mail, reply


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(inbox: Inbox, database: Database) -> Iterator[Settings]:
    url = database.engine.url.render_as_string(hide_password=False)
    with serving(inbox, mail_tag="+") as found:
        yield Settings(url, found.secret_key, smtp_url=found.smtp_url, mail_from=found.mail_from, mail_tag="+")


@pytest.fixture
def hospital(database: Database) -> Hospital:
    """The programme with its first session tomorrow: the command goes by the clock."""
    found = a_hospital(database)
    set_marks(World(database, found.programme_id, OPERATOR), dict.fromkeys(found.people.values(), "2"))
    found.move("g1", 0, now().replace(minute=0, second=0) + timedelta(days=1))
    return found


def rounds(settings: Settings, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    return forks.rounds(*arguments, given=given, **as_environment(settings))


def test_an_answer_that_is_piped_in_becomes_attendance(
    hospital: Hospital, settings: Settings, inbox: Inbox, database: Database
) -> None:
    del hospital.planned["g1", 1]
    tell(hospital, settings, NOW)
    [message] = new_for(inbox, ADA)
    answer = reply(message, "DECLINED", at=now())
    done = rounds(settings, "mail", "in", given=as_mail(message, answer))
    assert (done.returncode, done.stdout) == (0, "answered\n")
    with database.reading() as db:
        assert {person_id for _, person_id in who_is_sorry(db, true())} == {hospital.people[ADA]}
    nobody = rounds(settings, "mail", "in", given=b"To: rounds@example.org\r\n\r\nHello?")
    assert nobody.returncode == os.EX_DATAERR
    assert "This mailbox is not read" in nobody.stderr


def test_a_database_that_does_not_answer_makes_the_mail_server_try_again(settings: Settings) -> None:
    away = replace(settings, database_url="sqlite:////nowhere/rounds.sqlite")
    assert rounds(away, "mail", "in", given=b"To: rounds@example.org\r\n\r\nHello?").returncode == os.EX_TEMPFAIL


def test_the_outbox_is_told_in_numbers_only(hospital: Hospital, settings: Settings) -> None:
    done = rounds(settings, "mail", "status")
    assert done.stdout.splitlines() == [
        "Waiting: 0; tried without success so far: 0.",
        "Given up: 0. Addresses that can’t be reached: 0.",
    ]
