"""A published programme, a mail server, and what happens between them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scheduler.db import Database
from scheduler.people.model import OPERATOR
from scheduler.settings import Settings
from tests.builders import World, set_marks
from tests.mail_server import Inbox, serving
from tests.scheduler.calendars.hospital import Hospital, a_hospital


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(inbox: Inbox) -> Iterator[Settings]:
    """An installation whose mailbox takes answers."""
    with serving(inbox, mail_tag="+") as found:
        yield found


@pytest.fixture
def hospital(database: Database) -> Hospital:
    """The programme, everybody free: with apologies the product looks for other dates."""
    found = a_hospital(database)
    set_marks(World(database, found.programme_id, OPERATOR), dict.fromkeys(found.people.values(), "2"))
    return found
