"""Other calendars as busy time: what counts, where it lies, and what happens when they fall silent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from scheduler.availability import other_calendars
from scheduler.availability.busy import Busy, read_busy
from scheduler.availability.calendar_download import Fetched, NotFetched
from scheduler.availability.isolated_reader import read_busy_isolated
from scheduler.availability.service import bring_up_to_date, for_person
from scheduler.availability.tables import BusySpanRow
from scheduler.db import Database
from scheduler.errors import NotAllowed
from scheduler.people.model import Actor, Role
from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.reading import events
from tests.builders import NOW, World, actor, import_residents, world
from tests.scheduler.availability.timelines import LONDON

FIRST, LAST = date(2026, 3, 1), date(2026, 4, 30)


def calendar(*events: str, zones: str = "") -> bytes:
    """A calendar file of events, each the lines between BEGIN and END with its UID made up."""
    bodies = [f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events)]
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{zones}{''.join(bodies)}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def busy(*events: str) -> Busy:
    return read_busy(calendar(*events), LONDON, FIRST, LAST)


def walls(found: Busy, zone: ZoneInfo = LONDON) -> list[str]:
    return [
        f"{span.start.astimezone(zone):%m-%d %H:%M}/{span.end.astimezone(zone):%m-%d %H:%M}" for span in found.timed
    ]


def test_a_weekly_event_keeps_its_wall_clock_over_the_clock_change() -> None:
    found = busy(
        "DTSTART;TZID=Europe/London:20260319T120000\nDTEND;TZID=Europe/London:20260319T130000\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/London:20260326T120000"
    )
    assert walls(found) == ["03-19 12:00/03-19 13:00", "04-02 12:00/04-02 13:00"]


def test_a_moved_occurrence_lies_where_it_was_moved_to() -> None:
    series = "DTSTART:20260302T090000Z\nDTEND:20260302T100000Z\nRRULE:FREQ=DAILY;COUNT=2"
    moved = "DTSTART:20260303T140000Z\nDTEND:20260303T150000Z\nRECURRENCE-ID:20260303T090000Z"
    content = calendar(series, moved).replace(b"UID:1\r\n", b"UID:0\r\n")
    assert walls(read_busy(content, LONDON, FIRST, LAST)) == ["03-02 09:00/03-02 10:00", "03-03 14:00/03-03 15:00"]


def test_overnight_floating_and_foreign_times() -> None:
    found = busy(
        "DTSTART:20260328T210000\nDTEND:20260329T090000",
        "DTSTART;TZID=America/New_York:20260310T090000\nDTEND;TZID=America/New_York:20260310T100000",
        "DTSTART:20260305T120000Z\nDURATION:PT90M",
    )
    assert walls(found) == ["03-05 12:00/03-05 13:30", "03-10 13:00/03-10 14:00", "03-28 21:00/03-29 09:00"]
    assert found.timed[-1].length == timedelta(hours=11)


def test_all_day_events_stand_apart_and_free_or_cancelled_ones_count_not() -> None:
    found = busy(
        "DTSTART;VALUE=DATE:20260311\nDTEND;VALUE=DATE:20260313\nTRANSP:TRANSPARENT",
        "DTSTART;VALUE=DATE:20260320",
        "DTSTART:20260312T120000Z\nDTEND:20260312T130000Z\nTRANSP:TRANSPARENT",
        "DTSTART:20260312T120000Z\nDTEND:20260312T130000Z\nSTATUS:CANCELLED",
    )
    assert found.timed == ()
    assert [span.length for span in found.all_day] == [timedelta(days=2), timedelta(days=1)]


def test_one_broken_event_does_not_hide_the_others() -> None:
    found = busy(
        "DTSTART:not-a-date\nDTEND:20260312T130000Z\nRRULE:FREQ=WEEKLY",
        "DTSTART:20260312T120000Z\nDTEND:20260312T130000Z",
        "DTSTART:20260101T000000Z\nDTEND:20260101T000100Z\nRRULE:FREQ=MINUTELY",
    )
    assert walls(found) == ["03-12 12:00/03-12 13:00"]
    assert found.skipped >= 1


def test_a_broken_single_event_costs_only_itself() -> None:
    good = [f"DTSTART:202603{day:02d}T120000Z\nDTEND:202603{day:02d}T130000Z" for day in range(2, 20)]
    found = busy(*good, "DTSTART:garbage\nDTEND:20260313T130000Z", "SUMMARY:no time at all", *good[:1])
    assert len(found.timed) == len(good)


def test_rules_that_never_come_to_a_date_do_not_hold_everything_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_SECONDS", 0.0)
    with pytest.raises(UnreadableFile, match="too long"):
        busy("DTSTART:00010101T090000Z\nDTEND:00010101T100000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")


def test_a_file_named_in_the_text_is_never_opened() -> None:
    with pytest.raises(UnreadableFile):
        read_busy(b"/etc/hostname", LONDON, FIRST, LAST)


@dataclass
class Net:
    """In the place of the network: answers as it is told, and notes what it was asked."""

    answers: list[bytes | str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def fetch(self, address: str, etag: str = "") -> Fetched:
        self.asked.append((address, etag))
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            if answer == "unchanged":
                return Fetched(None, etag)
            raise NotFetched(answer)
        return Fetched(answer, '"v1"')


def person_of(there: World) -> Actor:
    ids = import_residents(there, 1)
    return actor(ids["r1@example.org"], there.programme_id, Role.RESIDENT)


def answers_on(there: World, me: Actor, day: date) -> set[tuple[str, str]]:
    with there.database.reading() as db:
        found = for_person(db, me, there.programme_id, me.person_id or 0)
    return {(each.mark, each.reason.key) for each in found if each.starts_at.date() == day}


MONDAY = date(2027, 1, 4)
BUSY_MONDAY = calendar("DTSTART:20270104T110000Z\nDTEND:20270104T160000Z\nSUMMARY:Dentist\nLOCATION:Secret Street 1")
AWAY_MONDAY = calendar(
    "DTSTART;VALUE=DATE:20270104\nSUMMARY:Holiday", "DTSTART:20270105T110000Z\nDTEND:20270105T160000Z"
)


def test_a_calendar_by_address_is_fetched_in_the_background_and_keeps_moments_only(storage: Database) -> None:
    there = world(storage)
    me = person_of(there)
    net = Net([BUSY_MONDAY])
    with storage.writing() as db:
        bring_up_to_date(db, there.programme_id, NOW)
        other_calendars.add_address(db, me, "webcal://calendar.example/secret/a.ics", NOW)
    assert other_calendars.refresh_due(storage, NOW, net) == 1
    assert net.asked == [("webcal://calendar.example/secret/a.ics", "")]
    assert answers_on(there, me, MONDAY) == {("0", "calendar_busy")}
    with storage.reading() as db:
        shown = other_calendars.list_calendars(db, me, NOW)[0]
        assert {column.name for column in BusySpanRow.__table__.columns} == {
            "id",
            "calendar_id",
            "starts_at",
            "ends_at",
            "all_day",
        }
    assert (shown.server, shown.stale, shown.trouble) == ("calendar.example", False, "")
    assert other_calendars.refresh_due(storage, NOW, net) == 0


def test_a_silent_calendar_turns_stale_never_free(storage: Database) -> None:
    there = world(storage)
    me = person_of(there)
    net = Net([BUSY_MONDAY, "The server answered with error 500.", b"<html>", "unchanged"])
    with storage.writing() as db:
        other_calendars.add_address(db, me, "https://calendar.example/a.ics", NOW)
    other_calendars.refresh_due(storage, NOW, net)
    later = NOW + timedelta(days=1)
    other_calendars.refresh_due(storage, later, net)
    other_calendars.refresh_due(storage, later + timedelta(hours=3), net)
    assert len(net.asked) == 2
    much_later = NOW + timedelta(days=3)
    other_calendars.refresh_due(storage, much_later, net)
    with storage.reading() as db:
        shown = other_calendars.list_calendars(db, me, much_later)[0]
    assert (shown.stale, shown.fetched_at) == (True, NOW)
    assert answers_on(there, me, MONDAY) == {("0", "calendar_busy")}
    other_calendars.refresh_due(storage, much_later + timedelta(days=1), net)
    assert net.asked[-1][1] == '"v1"'
    with storage.reading() as db:
        assert not other_calendars.list_calendars(db, me, much_later + timedelta(days=1))[0].stale


def test_a_calendar_on_which_the_work_breaks_off_does_not_hold_up_the_others(storage: Database) -> None:
    there = world(storage)
    me = person_of(there)

    @dataclass
    class Breaking(Net):
        def fetch(self, address: str, etag: str = "") -> Fetched:
            if "broken" in address:
                raise RuntimeError(address)
            return super().fetch(address, etag)

    net = Breaking([BUSY_MONDAY])
    with storage.writing() as db:
        other_calendars.add_address(db, me, "https://calendar.example/broken.ics", NOW - timedelta(hours=1))
        other_calendars.add_address(db, me, "https://calendar.example/a.ics", NOW)
    with pytest.raises(RuntimeError):
        other_calendars.refresh_due(storage, NOW, net)
    assert other_calendars.refresh_due(storage, NOW, net) == 1
    with storage.reading() as db:
        broken, fine = other_calendars.list_calendars(db, me, NOW)
    assert (broken.fetched_at, bool(broken.trouble)) == (None, True)
    assert (fine.fetched_at, fine.trouble) == (NOW, "")


def test_all_day_events_count_until_their_owner_says_what_they_mean(storage: Database) -> None:
    there = world(storage)
    me = person_of(there)
    away = other_calendars.read_file(storage, me, AWAY_MONDAY, NOW)
    with storage.writing() as db:
        calendar_id = other_calendars.add_file(db, me, away, NOW)
    assert answers_on(there, me, MONDAY) == {("0", "calendar_busy")}
    with storage.writing() as db:
        other_calendars.answer_all_day(db, me, calendar_id, are_leave=False, now=NOW)
    assert answers_on(there, me, MONDAY) == {("?", "rota_not_loaded")}
    assert answers_on(there, me, MONDAY + timedelta(days=1)) == {("0", "calendar_busy")}
    with storage.writing() as db:
        other_calendars.remove(db, me, calendar_id, NOW)
    assert answers_on(there, me, MONDAY + timedelta(days=1)) == {("?", "rota_not_loaded")}
    with storage.reading() as db:
        assert db.scalars(select(func.count()).select_from(BusySpanRow)).one() == 0


def test_calendars_are_their_owners_alone(database: Database) -> None:
    there = world(database)
    me = person_of(there)
    busy = other_calendars.read_file(database, me, BUSY_MONDAY, NOW)
    with database.writing() as db:
        calendar_id = other_calendars.add_file(db, me, busy, NOW)
        for other in (there.coordinator, actor(999, there.programme_id, Role.RESIDENT)):
            with pytest.raises(NotAllowed):
                other_calendars.remove(db, other, calendar_id, NOW)
        assert other_calendars.list_calendars(db, there.coordinator, NOW) == ()


def test_a_file_that_is_no_calendar_is_refused(database: Database) -> None:
    there = world(database)
    me = person_of(there)
    with pytest.raises(UnreadableFile):
        other_calendars.read_file(database, me, b"<html>not found</html>", datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY",
        f"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,10;BYMINUTE={','.join(map(str, range(60)))}",
    ],
)
def test_no_rule_holds_up_the_reader_or_hides_what_else_there_is(rule: str) -> None:
    evil = f"DTSTART:20250101T090000Z\nDTEND:20250101T100000Z\nRRULE:{rule}"
    lunch = "DTSTART:20260312T120000Z\nDTEND:20260312T130000Z"
    found = read_busy_isolated(calendar(lunch, evil), LONDON, FIRST, LAST)
    assert walls(found) == ["03-12 12:00/03-12 13:00"]


def test_a_file_that_takes_too_long_or_too_much_is_told_in_a_sentence(database: Database) -> None:
    endless = "DTSTART:19000101T090000Z\nDTEND:19000101T100000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    with pytest.raises(UnreadableFile, match="could not be read in full"):
        read_busy_isolated(calendar(*[endless] * 20), LONDON, FIRST, LAST, max_seconds=1)
    with pytest.raises(UnreadableFile, match="larger than 5 MB"):
        read_busy_isolated(b"BEGIN:VCALENDAR\r\n" + b"X" * 6_000_000, LONDON, FIRST, LAST)
    there = world(database)
    me = person_of(there)
    with database.writing() as db:
        other_calendars.add_address(db, me, "https://calendar.example/a.ics", NOW)
    other_calendars.refresh_due(database, NOW, Net([BUSY_MONDAY, b"BEGIN:VCALENDAR"]))
    other_calendars.refresh_due(database, NOW + timedelta(hours=5), Net([b"BEGIN:VCALENDAR" * 3]))
    assert answers_on(there, me, MONDAY) == {("0", "calendar_busy")}
    with database.reading() as db:
        assert other_calendars.list_calendars(db, me, NOW)[0].trouble


@pytest.mark.parametrize(
    ("zone", "shows"),
    [
        ("GMT Standard Time", "03-12 12:00/03-12 13:00"),
        ("America/New_York", "03-12 16:00/03-12 17:00"),
        ("Nowhere/Land", "03-12 12:00/03-12 13:00"),
    ],
)
def test_names_of_zones_without_their_definition(zone: str, shows: str) -> None:
    # On 12 March 2026 New York has changed its clocks and London has not: four hours apart. A name that nobody knows
    # is read on one's own clock.
    found = busy(f"DTSTART;TZID={zone}:20260312T120000\nDTEND;TZID={zone}:20260312T130000")
    assert walls(found) == [shows]


def test_a_floating_night_over_both_clock_changes_is_as_long_as_it_is() -> None:
    nights = busy("DTSTART:20260328T210000\nDTEND:20260329T090000").timed
    assert [span.length for span in nights] == [timedelta(hours=11)]
    october = read_busy(
        calendar("DTSTART:20261024T210000\nDTEND:20261025T090000"), LONDON, date(2026, 10, 1), date(2026, 11, 1)
    )
    assert [span.length for span in october.timed] == [timedelta(hours=13)]
