"""A person's duties as a calendar file: an event a duty, leave and days off as all-day events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo, available_timezones

from scheduler.languages import mark, say
from scheduler.rotas.model import Question, UnreadableFile
from scheduler.rotas.reading.events import Event, Trouble, Unplaced, is_calendar, read_events
from scheduler.rotas.reading.layout import Entry, FileReader, Layout, Reading

CALENDAR_FILE = Layout("ics", mark("one person’s calendar"))
_MOST_NAMED, _MOST_LISTED = 3, 40
_WHY: Mapping[Trouble, str] = {
    Trouble.DATES: mark("its dates can’t be read"),
    Trouble.RULE: mark("the rule by which it repeats can’t be used"),
    Trouble.NO_END: mark("it has no end"),
    Trouble.ENDS_FIRST: mark("it ends before it begins"),
}


def read_calendar_file(content: bytes, filename: str, zone: str | None) -> Reading:
    """Every event as a duty of the one person whose calendar it is; cancelled events are none.

    Times are put on the wall clock of ``zone``, the site's; without it, of the calendar's own zone, or as written.
    """
    read = read_events(content, filename)
    person = read.name or PurePath(filename).stem
    clock = zone or (read.zone if read.zone in available_timezones() else None)
    kept = [event for event in read.events if not event.cancelled]
    entries = tuple(entry for event in kept for entry in _entries(event, person, ZoneInfo(clock) if clock else None))
    questions = [Question("person", "", say("The calendar belongs to one person. Whose is it?"), (person,), person)]
    left_out = tuple(_left_out(read.unplaced))
    if left_out and not entries:
        advice = say("Export it again from the program it came from.")
        raise UnreadableFile(left_out[0].text, where=filename, what_to_do=advice)
    questions.extend(left_out)
    if clock is None and any(_in_utc(event) for event in kept):
        text = say("The calendar gives its times in UTC without a time zone; we used them as they are.")
        questions.append(Question("date", "", text, ("UTC",), "zone"))
    return Reading(CALENDAR_FILE, (person,), entries, _days(entries), tuple(questions))


def _left_out(unplaced: Sequence[Unplaced]) -> Iterator[Question]:
    """What has no place in time: each by its name, many in one line."""
    if len(unplaced) > _MOST_NAMED:
        titles = ", ".join(f"“{each.summary}”" for each in unplaced[:_MOST_LISTED])
        shown = titles if len(unplaced) <= _MOST_LISTED else f"{titles} …"
        text = say("%(num)s events can’t be placed and were left out: %(titles)s.", num=len(unplaced), titles=shown)
        yield Question("cell", "", text, (), "events left out")
        return
    for each in unplaced:
        summary = each.summary or say("no title")
        title = f"{summary} ({each.day})" if each.day else summary
        text = say("The event “%(title)s” was left out: %(why)s.", title=title, why=say(_WHY[each.trouble]))
        yield Question("cell", f"event on {each.day}" if each.day else "", text, (), title)


def _entries(event: Event, person: str, zone: ZoneInfo | None) -> Iterator[Entry]:
    text = event.summary or "busy"
    if isinstance(event.start, datetime) and isinstance(event.end, datetime):
        start, end = _wall(event.start, zone), _wall(event.end, zone)
        yield Entry(person, start.date(), text, f"event on {start.date()}", "", start, end)
        return
    for day in event.days():
        yield Entry(person, day, text, f"event on {day}")


def _wall(moment: datetime, zone: ZoneInfo | None) -> datetime:
    if moment.tzinfo is None:
        return moment
    return (moment.astimezone(zone) if zone else moment).replace(tzinfo=None)


def _in_utc(event: Event) -> bool:
    return (
        isinstance(event.start, datetime)
        and event.start.tzinfo is not None
        and event.start.tzname() == UTC.tzname(None)
    )


def _days(entries: tuple[Entry, ...]) -> tuple[date, ...]:
    return tuple(sorted({each.day for each in entries}))


READER = FileReader(CALENDAR_FILE, is_calendar, read_calendar_file)
