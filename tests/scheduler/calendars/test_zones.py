"""VTIMEZONEs against zoneinfo, read by an evaluator of its own (RFC 5545 §3.6.5) that knows no IANA data."""

import calendar
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Timezone

from scheduler.calendars import zones

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)

Onset = tuple[datetime, timedelta]


def parse_offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))


def days_of(rule: dict[str, str], year: int) -> list[int]:
    """The days in BYMONTH of the year that BYDAY (with its ordinal) and BYMONTHDAY let through."""
    month, by_day = int(rule["BYMONTH"]), rule["BYDAY"]
    length = calendar.monthrange(year, month)[1]
    allowed = {int(day) for day in rule["BYMONTHDAY"].split(",")} if "BYMONTHDAY" in rule else set(range(1, 32))
    days = [
        day
        for day in range(1, length + 1)
        if WEEKDAYS[calendar.weekday(year, month, day)] == by_day[-2:] and day in allowed
    ]
    ordinal = int(by_day[:-2] or 0)
    return [days[ordinal - 1 if ordinal > 0 else ordinal]] if ordinal else days


def onsets_of(lines: list[str]) -> list[Onset]:
    values = dict(line.split(":", 1) for line in lines)
    start, before, after = (
        datetime.strptime(values["DTSTART"], "%Y%m%dT%H%M%S").replace(tzinfo=UTC),
        parse_offset(values["TZOFFSETFROM"]),
        parse_offset(values["TZOFFSETTO"]),
    )
    local = [start]
    if "RRULE" in values:
        rule = dict(part.split("=") for part in values["RRULE"].split(";"))
        assert rule.pop("FREQ") == "YEARLY"
        assert set(rule) <= {"BYMONTH", "BYDAY", "BYMONTHDAY"}
        years = range(start.year, LAST.year + 10)
        local = [
            start.replace(year=year, month=int(rule["BYMONTH"]), day=d) for year in years for d in days_of(rule, year)
        ]
        assert local[0] == start, "the first occurrence of the rule is not DTSTART"
    return [(at - before, after) for at in local]


def read_onsets(body: bytes) -> list[Onset]:
    onsets: list[Onset] = []
    block: list[str] = []
    for line in body.decode("ascii").split("\r\n"):
        if line in ("BEGIN:STANDARD", "BEGIN:DAYLIGHT"):
            block = []
        elif line in ("END:STANDARD", "END:DAYLIGHT"):
            onsets += onsets_of(block)
        else:
            block.append(line)
    return sorted(onsets)


def read_offset(onsets: list[Onset], at: datetime) -> timedelta:
    return [after for onset, after in onsets if onset <= at][-1]


def true_offset(zone: str, at: datetime) -> timedelta:
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset


def telling_instants(zone: str) -> Iterator[datetime]:
    """Every fifth day, and both sides of each change of the offset, to the second."""
    before = true_offset(zone, FIRST)
    for number in range((LAST - FIRST).days):
        low, high = FIRST + number * DAY, FIRST + (number + 1) * DAY
        if number % 5 == 0:
            yield low
        if true_offset(zone, high) != before:
            while high - low > SECOND:
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (middle, high) if true_offset(zone, middle) == before else (low, middle)
            yield from (low, high)
            before = true_offset(zone, high)


@pytest.fixture(params=["system", "package"])
def tz_source(request: pytest.FixtureRequest) -> Iterator[str]:
    """The same proof for the system's zone files and for the pinned package's, which are often newer."""
    if request.param == "package":
        zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()
    zones._render.cache_clear()
    yield request.param
    zoneinfo.reset_tzpath()
    ZoneInfo.clear_cache()
    zones._render.cache_clear()


def test_every_zone_reads_as_zoneinfo_has_it(tz_source: str) -> None:
    available = zoneinfo.available_timezones()
    assert len(available) > 400
    wrong = []
    for zone in sorted(available):
        onsets = read_onsets(zones.vtimezone(zone, FIRST, LAST))
        wrong += [(zone, at) for at in telling_instants(zone) if read_offset(onsets, at) != true_offset(zone, at)]
    assert wrong == []


@pytest.mark.parametrize(
    "zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Nuuk", "Africa/Cairo", "Asia/Gaza"]
)
def test_icalendar_reads_the_same_offsets(zone: str) -> None:
    read = Timezone.from_ical(zones.vtimezone(zone, FIRST, LAST))
    assert isinstance(read, Timezone)
    tz = read.to_tz(lookup_tzid=False)
    for at in telling_instants(zone):
        local = at.astimezone(ZoneInfo(zone))
        if local.fold == 0 and local.replace(fold=1).utcoffset() == local.utcoffset():
            assert local.replace(tzinfo=tz).utcoffset() == local.utcoffset(), at


def test_form() -> None:
    body = zones.vtimezone("Europe/Lisbon", FIRST, LAST)
    text = body.decode("ascii")
    assert text.startswith("BEGIN:VTIMEZONE\r\nTZID:Europe/Lisbon\r\n")
    assert text.endswith("END:VTIMEZONE\r\n")
    assert "DTSTART:20240331T010000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n" in text
    assert "TZNAME:WEST\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100" in text


def test_no_zone_carries_what_clients_stumble_over() -> None:
    changing = set()
    for zone in zoneinfo.available_timezones():
        lines = zones.vtimezone(zone, FIRST, LAST).decode("ascii").split("\r\n")
        offsets = [line for line in lines if line.startswith("TZOFFSET")]
        assert offsets
        assert all(len(line.rpartition(":")[2]) == len("+0000") for line in offsets), f"seconds in {zone}"
        assert not [line for line in lines if line.startswith(("RDATE", "COMMENT", "X-"))]
        assert all(line.count(":") == 1 for line in lines if line)
        starts = [line for line in lines if line.startswith("DTSTART")]
        assert min(starts) >= "DTSTART:20231231T"
        assert len([line for line in lines if line.startswith("TZNAME:")]) == len(starts)
        if len(starts) > 2:
            changing.add(zone)
    assert {"Africa/Casablanca", "Africa/Cairo"} <= changing
    assert len(changing) < 30, "nearly all zones are told by their yearly rules"


def test_a_rule_after_midnight_names_the_day_on_which_it_falls() -> None:
    """Jerusalem: two o'clock on the Friday before the last Sunday, told as 26 h after the fourth Thursday."""
    body = zones.vtimezone("Asia/Jerusalem", FIRST, LAST)
    assert b"RRULE:FREQ=YEARLY;BYDAY=FR;BYMONTHDAY=23,24,25,26,27,28,29;BYMONTH=3" in body


def test_text_stays_the_same_within_the_years() -> None:
    early = zones.vtimezone("Europe/London", FIRST, FIRST + 9 * DAY)
    assert early == zones.vtimezone("Europe/London", FIRST + 100 * DAY, FIRST + 300 * DAY)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", "/etc/passwd", ""])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises((ZoneInfoNotFoundError, ValueError)):
        zones.vtimezone(zone, FIRST, LAST)


@given(
    zone=st.sampled_from(["Europe/London", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Chatham"]),
    first=st.integers(0, 13_000).map(lambda days: datetime(2000, 1, 1, 9, tzinfo=UTC) + days * DAY),
    length_days=st.integers(1, 900),
)
def test_any_span_is_right_at_both_ends(zone: str, first: datetime, length_days: int) -> None:
    last = first + length_days * DAY
    onsets = read_onsets(zones.vtimezone(zone, first, last))
    for at in (first, first + (last - first) / 2, last):
        assert read_offset(onsets, at) == true_offset(zone, at)
