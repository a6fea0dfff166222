"""Rotas at addresses: real requests to a server of the test's own, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import func, select

from scheduler.audit.tables import AuditRow
from scheduler.availability.calendar_download import Fetcher, NotFetched, is_public
from scheduler.db import Database
from scheduler.desk.needs import count_needs
from scheduler.errors import NotAllowed, NotFound, Rejected
from scheduler.people.model import Actor
from scheduler.programmes.tables import ProgrammeRow
from scheduler.rota_import import addresses, own_removal, own_rotas, own_waiting, service
from scheduler.rota_import.other_readings import READING
from scheduler.rota_import.results import list_results
from scheduler.rotas.tables import DutyRow, RotaAddressRow, RotaRow, WaitingRow
from tests.builders import NOW, World, import_residents, world
from tests.scheduler.rota_import.test_own_rotas import resident
from tests.scheduler.rota_import.test_service import FIRST, imported, rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx, days

WORDS = {"D": "Day", "N": "Night", "O": "Off", "X": "XQ"}
TOMORROW = NOW + timedelta(days=1)


@dataclass
class Served:
    """A server whose answers a test sets by path, and what it was asked."""

    port: int = 0
    bodies: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def fetcher(self) -> Fetcher:
        """One that may ask this one machine, where the test serves, but nothing else inside."""
        return Fetcher(
            allowed=lambda ip: ip == "127.0.0.1" or is_public(ip),
            ports=frozenset((self.port,)),
            max_bytes=100_000,
            max_seconds=10,
        )


@pytest.fixture
def served() -> Iterator[Served]:
    there = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked.append(self.path)
            body = there.bodies.get(self.path.partition("?")[0])
            self.send_response(404 if body is None else 302 if body == b"inside" else 200)
            if body == b"inside":
                self.send_header("Location", "http://169.254.169.254/rota.csv")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.port = httpd.server_port
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield there
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def rows(lines: dict[str, str], first: date = FIRST) -> list[list[object]]:
    """A rota of plain words, one letter a day."""
    length = len(next(iter(lines.values())))
    return [["Name", *days(length, first)], *([who, *(WORDS[sign] for sign in codes)] for who, codes in lines.items())]


def add(there: World, address: str, name: str = "Ward") -> None:
    with there.database.writing() as db:
        addresses.add_address(db, there.coordinator, there.programme_id, "north", name, address, NOW)


def fetch(there: World, served: Served, now: datetime = NOW) -> int:
    return addresses.refresh_due(there.database, now, served.fetcher)


def shown(there: World) -> addresses.RotaAddress:
    with there.database.reading() as db:
        [found] = addresses.list_addresses(db, there.coordinator, there.programme_id)
        return found


def codes(there: World) -> str:
    """All duties by person and day."""
    with there.database.reading() as db:
        found = db.scalars(select(DutyRow.code).order_by(DutyRow.person_id, DutyRow.day))
        return "".join(code[0] for code in found)


def waiting(there: World) -> tuple[service.Preview, ...]:
    with there.database.reading() as db:
        return service.list_waiting(db, there.coordinator, there.programme_id)


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_a_published_sheet_is_imported_by_itself_and_again_when_it_changes(
    storage: Database, served: Served, make: object
) -> None:
    there = world(storage)
    import_residents(there, 2)
    served.bodies["/ward"] = make(rows({"R1": "DDN", "R2": "NND"}))  # type: ignore[operator]
    add(there, served.at("/ward?key=s3cret"))
    assert fetch(there, served) == 1
    assert codes(there) == "DDNNND"
    assert (shown(there).server, shown(there).fetched_at, shown(there).trouble) == ("127.0.0.1", NOW, "")
    assert fetch(there, served) == 0, "its turn comes in a day"
    served.bodies["/ward"] = make(rows({"R1": "DDD", "R2": "NND"}))  # type: ignore[operator]
    assert fetch(there, served, TOMORROW) == 1
    assert codes(there) == "DDDNND"
    assert not waiting(there)
    with storage.reading() as db:
        results = list_results(db, there.coordinator, there.programme_id)
        assert [len(each.rotas[0].result.changes) for each in results] == [1, 0]


def test_what_is_as_before_is_not_read_again(storage: Database, served: Served) -> None:
    there = world(storage)
    import_residents(there, 1)
    served.bodies["/ward"] = as_csv(rows({"R1": "DDN"}))
    add(there, served.at("/ward"))
    fetch(there, served)
    fetch(there, served, TOMORROW)
    assert shown(there).fetched_at == TOMORROW
    with storage.reading() as db:
        imports = select(func.count()).select_from(AuditRow).where(AuditRow.action == "rota.imported")
        assert db.scalar(imports) == 1


@pytest.mark.parametrize("lines", [{"R1": "DDN", "Q Stranger": "NND"}, {"Q Stranger": "DDD"}])
def test_an_unknown_name_waits_for_the_coordinator(storage: Database, served: Served, lines: dict[str, str]) -> None:
    there = world(storage)
    import_residents(there, 1)
    served.bodies["/ward"] = as_csv(rows(lines))
    add(there, served.at("/ward"))
    fetch(there, served)
    assert [each.name for each in waiting(there)] == ["Ward"]
    assert codes(there) == ""
    with storage.reading() as db:
        assert count_needs(db, there.coordinator, there.programme_id, NOW).rotas == 1


def test_dates_in_doubt_wait(storage: Database, served: Served) -> None:
    there = world(storage)
    import_residents(there, 1)
    served.bodies["/ward"] = as_csv(
        [["Name", "Date", "Shift"], ["R1", "03/04/2027", "D"], ["R1", "05/06/2027", "Night"]]
    )
    add(there, served.at("/ward"))
    fetch(there, served)
    assert len(waiting(there)) == 1
    assert codes(there) == ""


def test_a_code_that_nobody_explained_is_busy_and_asked_about(storage: Database, served: Served) -> None:
    there = world(storage)
    import_residents(there, 1)
    served.bodies["/ward"] = as_csv(rows({"R1": "DXN"}))
    add(there, served.at("/ward"))
    fetch(there, served)
    assert codes(there) == "DXN"
    assert [question.about for question in waiting(there)[0].understood.questions] == ["code"]


def with_note(lines: dict[str, str], *notes: str) -> bytes:
    """A rota with notes at the right, one a row."""
    table = rows(lines)
    for row, text in zip(table[1:], notes, strict=False):
        row += ["", text]
    return as_csv(table)


def test_a_note_that_somebody_has_seen_keeps_no_later_version_waiting(storage: Database, served: Served) -> None:
    there = world(storage)
    import_residents(there, 2)
    add(there, served.at("/ward"))
    usual, other = "Exchanges: please ask Sister first", "No exchanges in the last week"
    served.bodies["/ward"] = with_note({"R1": "DDN", "R2": "DDD"}, usual)
    fetch(there, served)
    [first] = waiting(there)
    [note] = first.understood.questions
    with storage.writing() as db:
        service.answer(db, there.coordinator, first.waiting_id, {(note.about, note.subject): "noted"}, NOW)
        service.import_waiting(db, there.coordinator, first.waiting_id, NOW)
    served.bodies["/ward"] = with_note({"R1": "DDD", "R2": "DDD"}, usual)
    fetch(there, served, TOMORROW)
    assert (codes(there), waiting(there)) == ("DDDDDD", ())
    served.bodies["/ward"] = with_note({"R1": "NDD", "R2": "DDD"}, usual, other)
    fetch(there, served, TOMORROW + timedelta(days=1))
    assert (codes(there), len(waiting(there))) == ("DDDDDD", 1), "another note is told"


def test_an_older_version_waits(storage: Database, served: Served) -> None:
    there = world(storage)
    import_residents(there, 1)
    old, new = as_csv(rows({"R1": "DDN"})), as_csv(rows({"R1": "DDD"}))
    add(there, served.at("/ward"))
    for number, body in enumerate((old, new, old)):
        served.bodies["/ward"] = body
        fetch(there, served, NOW + timedelta(days=number))
    assert codes(there) == "DDD"
    assert len(waiting(there)) == 1


def test_what_contradicts_another_rota_waits(storage: Database, served: Served) -> None:
    there = world(storage)
    import_residents(there, 1)
    imported(there, rota({"R1": "NNN"}))
    served.bodies["/ward"] = as_csv(rows({"R1": "DDD"}))
    add(there, served.at("/ward"))
    fetch(there, served)
    assert codes(there) == "NNN"
    assert not waiting(there)[0].is_decided


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, "The server answered with error 404."),
        (b"inside", "standard web ports"),
        (b"x" * 200_000, "larger than 97 kB"),
        (b"<html><body><p>Please sign in.</p></body></html>", ""),
    ],
)
def test_what_fails_is_told_with_its_time_and_changes_nothing(
    storage: Database, served: Served, body: bytes | None, words: str
) -> None:
    there = world(storage)
    import_residents(there, 1)
    served.bodies["/ward"] = as_csv(rows({"R1": "DDN"}))
    add(there, served.at("/ward"))
    fetch(there, served)
    served.bodies = {} if body is None else {"/ward": body}
    fetch(there, served, TOMORROW)
    found = shown(there)
    assert words in found.trouble
    assert found.trouble
    assert (found.fetched_at, found.tried_at) == (NOW, TOMORROW)
    assert codes(there) == "DDN"
    assert not waiting(there)
    assert fetch(there, served, TOMORROW + timedelta(hours=3)) == 0
    assert fetch(there, served, TOMORROW + timedelta(hours=4)) == 1, "it is asked for again sooner than in a day"


@pytest.mark.parametrize("address", ["ftp://example.org/a", "http://example.org/rota.csv", "rota", ""])
def test_what_is_no_address_is_refused(storage: Database, address: str) -> None:
    there = world(storage)
    with pytest.raises(NotFetched):
        add(there, address)


def test_an_address_within_our_own_network_is_never_asked(storage: Database, served: Served) -> None:
    there = world(storage)
    import_residents(there, 1)
    add(there, served.at("/ward"))
    addresses.refresh_due(storage, NOW, Fetcher(ports=frozenset((served.port,))))
    assert not served.asked
    assert "public internet" in shown(there).trouble


def test_a_programme_that_is_over_is_not_asked_for(storage: Database, served: Served) -> None:
    there = world(storage)
    add(there, served.at("/ward"))
    with storage.reading() as db:
        last_day = db.scalars(select(ProgrammeRow.last_day)).one()
        assert addresses.any_due(db, NOW)
        assert not addresses.any_due(db, NOW + (last_day - NOW.date()) + timedelta(days=2))


def test_only_coordinators_of_the_programme_keep_addresses(storage: Database, served: Served) -> None:
    there = world(storage)
    add(there, served.at("/ward"))
    who = resident(there)
    with storage.writing() as db:
        with pytest.raises(NotAllowed):
            addresses.list_addresses(db, who, there.programme_id)
        with pytest.raises(NotAllowed):
            addresses.add_address(db, who, there.programme_id, "north", "Ward", served.at("/x"), NOW)
        with pytest.raises(Rejected):
            addresses.add_address(db, there.coordinator, there.programme_id, "north", "", served.at("/x"), NOW)
        with pytest.raises(NotFound):
            addresses.add_address(db, there.coordinator, there.programme_id, "nowhere", "A", served.at("/x"), NOW)
        with pytest.raises(NotFound):
            addresses.remove_address(db, there.coordinator, there.programme_id, 99, NOW)


def test_another_address_of_the_same_name_replaces_it_and_it_can_be_removed(storage: Database, served: Served) -> None:
    there = world(storage)
    import_residents(there, 1)
    served.bodies["/b"] = as_csv(rows({"R1": "DDN"}))
    add(there, served.at("/a"))
    add(there, served.at("/b"))
    fetch(there, served)
    assert served.asked == ["/b"]
    with storage.writing() as db:
        addresses.fetch_soon(db, there.coordinator, there.programme_id, shown(there).id, NOW)
    assert fetch(there, served) == 1
    with storage.writing() as db:
        assert addresses.remove_address(db, there.coordinator, there.programme_id, shown(there).id, NOW) == "Ward"
    assert fetch(there, served, TOMORROW) == 0
    assert codes(there) == "DDN", "what was imported stays"


CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    b"SUMMARY:Night\r\nDTSTART:20270104T210000\r\nDTEND:20270105T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def add_own(there: World, who: Actor, address: str, written: str = "") -> None:
    with there.database.writing() as db:
        addresses.add_own_address(db, who, there.programme_id, address, written, NOW)


def own_address(there: World, who: Actor) -> addresses.RotaAddress | None:
    with there.database.reading() as db:
        return addresses.find_own_address(db, who, there.programme_id)


def test_ones_own_rota_comes_from_a_calendar_and_goes_with_its_address(storage: Database, served: Served) -> None:
    there = world(storage)
    who = resident(there)
    served.bodies["/me.ics"] = CALENDAR
    add_own(there, who, served.at("/me.ics"))
    fetch(there, served)
    with storage.reading() as db:
        given = own_rotas.find_given(db, who, there.programme_id)
        assert given is not None
        assert [duty.kind for duty in given.duties] == ["night"]
        assert addresses.list_addresses(db, there.coordinator, there.programme_id) == ()
        assert list_results(db, there.coordinator, there.programme_id) == ()
    with storage.writing() as db:
        own_removal.forget_own(db, who, there.programme_id, NOW)
    assert own_address(there, who) is None
    with storage.reading() as db:
        for table in (RotaRow, RotaAddressRow, WaitingRow):
            assert db.scalar(select(func.count()).select_from(table)) == 0


def test_ones_line_of_a_sheet_is_found_by_the_name_that_was_said_or_told_to_be_missing(
    storage: Database, served: Served
) -> None:
    there = world(storage)
    who = resident(there)
    served.bodies["/all"] = as_csv(rows({"Zed": "DDN", "Why": "NND"}))
    add_own(there, who, served.at("/all"))
    fetch(there, served)
    found = own_address(there, who)
    assert found is not None
    assert "Your name isn’t on it" in found.trouble
    with storage.reading() as db:
        assert "Why" not in db.scalars(select(RotaAddressRow)).one().trouble
    add_own(there, who, served.at("/all"), "Zed")
    fetch(there, served)
    assert codes(there) == "DDN"


def test_an_own_rota_with_questions_waits_for_its_owner(storage: Database, served: Served) -> None:
    there = world(storage)
    who = resident(there)
    served.bodies["/me"] = as_csv(rows({"R1": "DXN"}))
    add_own(there, who, served.at("/me"))
    fetch(there, served)
    assert codes(there) == ""
    assert not waiting(there)
    with storage.reading() as db:
        assert own_waiting.find_own_waiting(db, who, there.programme_id) is not None


def test_of_two_readings_of_an_own_rota_its_owner_chooses(storage: Database, served: Served) -> None:
    there = world(storage)
    who = resident(there)
    served.bodies["/me"] = as_xlsx({"Draft": rows({"R1": "DDN"}), "Final": rows({"R1": "NND"})})
    add_own(there, who, served.at("/me"))
    fetch(there, served)
    assert codes(there) == ""
    with storage.writing() as db:
        found = own_waiting.find_own_waiting(db, who, there.programme_id)
        assert found is not None
        [asked] = [each for each in found.understood.questions if each.about == READING]
        assert asked.answers == ("Draft", "Final")
        own_waiting.take_own(db, who, there.programme_id, {(READING, asked.subject): "Final"}, NOW)
    assert codes(there) == "NND"
