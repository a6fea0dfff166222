"""The doors by which content from outside comes in, each with samples and with what it may answer.

A door is given content and returns; whatever it raises is a breakdown. What is read in the sandbox is read here by the
very function that runs there, without it: the sandbox would turn a breakdown into a sentence, and hide it.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from benchmarks.rota_shapes import FURTHER, SHAPES, made
from benchmarks.rota_shapes.__main__ import content
from scheduler.availability import isolated_reader as calendars
from scheduler.enrolment.spreadsheets import table as lists
from scheduler.enrolment.spreadsheets.columns import COLUMNS, ListKind
from scheduler.errors import MentorRoundsError
from scheduler.exports import archive_files
from scheduler.invitations import mail_reader
from scheduler.json_values import as_json
from scheduler.lists import read_lines
from scheduler.rotas.pointed_sheets import NOTHING_POINTED
from scheduler.rotas.reading import isolated_reader as rotas
from scheduler.rotas.reading.context import NOT_ROLLING
from solvers.errors import SolversError
from solvers.instance_codec import read_instance
from solvers.solution_codec import read_solution

CORPUS: Final = Path(__file__).parent / "corpus"
"""What once broke a door, a folder a door: read again by every run of the tests."""
TODAY: Final = date(2027, 6, 15)
SMALL: Final = 40_000
"""In octets. Larger samples find nothing more, and take longer."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where content comes in: its name, what is sound, and what is done with it."""

    name: str
    samples: Callable[[], Sequence[bytes]]
    enter: Callable[[bytes], None]


def _rota(sent: bytes) -> None:
    asked = rotas.Asked("rota.xlsx", None, None, None, TODAY, {}, NOT_ROLLING, None, NOTHING_POINTED)
    with suppress(MentorRoundsError):
        as_json(rotas.read_in_sandbox(asked, [sent]))


@cache
def _rota_samples() -> tuple[bytes, ...]:
    files = chain.from_iterable(made(shape, 1)[:1] for shape in (*SHAPES, *FURTHER))
    return tuple(each for each in map(content, files) if len(each) < SMALL)


def _list(sent: bytes) -> None:
    for kind in ListKind:
        with suppress(MentorRoundsError):
            as_json(lists.find_table(lists.Asked(kind, "list.xlsx", ()), [sent]))
        with suppress(MentorRoundsError):
            read_lines(sent, COLUMNS[kind], "list")


@cache
def _list_samples() -> tuple[bytes, ...]:
    people = (
        b"name,email,role,site,stage,models,modes,topics,fte\r\n"
        b"Ada Quill,ada@example.org,resident,North,2,peer near-peer,video,work,0.8\r\n"
        b"Fay Lantern,fay@example.org,faculty,South,,vertical,in-person,careers;work,1\r\n"
    )
    relations = b"from,to,kind,from_day,to_day\r\nfay@example.org,ada@example.org,supervises,2027-01-01,2027-06-30\r\n"
    clinics = "Name;Weekday;From;To\r\nÅda Quill;Monday;08:00;12:00\r\n".encode("latin-1")
    books = tuple(each for each in _rota_samples() if each.startswith(b"PK"))[:3]
    return (people, relations, clinics, people.decode().encode("utf-16"), b"\xef\xbb\xbf" + people, *books)


def _instance(sent: bytes) -> None:
    for read in (read_instance, read_solution):
        with suppress(SolversError):
            read(sent)


@cache
def _instance_samples() -> tuple[bytes, ...]:
    whole = json.loads(gzip.decompress((Path("benchmarks/instances") / "dev-024.json.gz").read_bytes()))
    solution = {
        "format": "mentoring-solution/1", "instance": whole["name"],
        "groups": [{"id": "g1", "model": "peer", "mode": "video", "residents": ["r1"], "faculty": [], "sessions": []}],
    }  # fmt: skip
    return (json.dumps(whole).encode(), json.dumps(solution).encode())


def _calendar(sent: bytes) -> None:
    with suppress(MentorRoundsError):
        asked = calendars.Asked("Europe/London", date(2026, 9, 1), date(2027, 8, 31))
        as_json(calendars.read_in_sandbox(asked, [sent]))


EVENTS: Final = (
    b"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T080000Z\r\nDTSTART;TZID=Europe/London:20261102T090000\r\n"
    b"DTEND;TZID=Europe/London:20261102T103000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270301T000000Z\r\n"
    b"EXDATE;TZID=Europe/London:20261109T090000\r\nRDATE;TZID=Europe/London:20261110T090000\r\n"
    b"SUMMARY:Clinic\\, long\r\nTRANSP:OPAQUE\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\n",
    b"BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;TZID=Europe/London:20261104T090000\r\nDTSTAMP:20261101T080000Z\r\n"
    b"DTSTART;TZID=Europe/London:20261104T110000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n",
    b"BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20261101T080000Z\r\nDTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20270102\r\n"
    b"RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=12;BYMONTHDAY=24\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nEND:VEVENT\r\n",
    b"BEGIN:VFREEBUSY\r\nUID:3\r\nDTSTAMP:20261101T080000Z\r\nFREEBUSY;FBTYPE=BUSY:20261201T080000Z/PT2H,"
    b"20261202T080000Z/20261202T090000Z\r\nEND:VFREEBUSY\r\n",
)
ZONE: Final = (
    b"BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\n"
    b"TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


@cache
def _calendar_samples() -> tuple[bytes, ...]:
    head, tail = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n", b"END:VCALENDAR\r\n"
    own = ZONE + EVENTS[0].replace(b"Europe/London", b"Own")
    return tuple(head + inside + tail for inside in (*EVENTS, b"".join(EVENTS), own))


def _message(sent: bytes) -> None:
    with suppress(MentorRoundsError):
        incoming = mail_reader.read_in_sandbox("rounds+abc@example.org", [sent])
        as_json(incoming)
        for calendar in incoming.calendars:
            _replies(calendar)
    _replies(sent)


def _replies(sent: bytes) -> None:
    with suppress(MentorRoundsError):
        as_json(mail_reader.replies_in_sandbox("", [sent]))


REPLY: Final = (
    b"BEGIN:VCALENDAR\r\nPRODID:-//Test//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:abc@rounds\r\n"
    b"DTSTAMP:20261101T080000Z\r\nDTSTART:20261102T090000Z\r\nSEQUENCE:2\r\nORGANIZER:mailto:rounds+abc@example.org\r\n"
    b"ATTENDEE;PARTSTAT=DECLINED;CN=Ada:mailto:ada@example.org\r\nCOMMENT:Sorry\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@cache
def _message_samples() -> tuple[bytes, ...]:
    mail = (
        b'From: "Ada" <ada@example.org>\r\nTo: rounds+abc@example.org\r\nSubject: =?utf-8?q?Accepted=3A_?=\r\n'
        b"Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=xx\r\n\r\n"
        b"--xx\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"I=20will be there.\r\n\r\n> quoted\r\n--xx\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\n" + REPLY + b"--xx--\r\n"
    )
    bounce = (
        b"From: MAILER-DAEMON@example.org\r\nTo: rounds+abc@example.org\r\nAuto-Submitted: auto-replied\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=yy\r\n\r\n--yy\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--yy\r\n"
        b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <2@rounds>\r\nSubject: Hello\r\n\r\nText\r\n--yy--\r\n"
    )
    return (mail, bounce, REPLY, REPLY.replace(b"METHOD:REPLY", b"METHOD:COUNTER"))


def _archive(sent: bytes) -> None:
    with suppress(MentorRoundsError):
        as_json(archive_files.unpack(archive_files.IN_ORDER, [sent]))


@cache
def _archive_samples() -> tuple[bytes, ...]:
    people, relations, *_ = _list_samples()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(archive_files.SETTINGS, 'name = "Autumn"\nslug = "autumn"\n')
        archive.writestr("people.csv", people)
        archive.writestr("relations.csv", relations)
    return (written.getvalue(),)


READERS: Final = (
    Door("rotas", _rota_samples, _rota),
    Door("lists", _list_samples, _list),
    Door("archives", _archive_samples, _archive),
    Door("instances", _instance_samples, _instance),
    Door("calendars", _calendar_samples, _calendar),
    Door("messages", _message_samples, _message),
)
"""Doors that read content and keep nothing."""
