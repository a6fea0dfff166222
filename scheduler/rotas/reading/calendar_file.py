"""A person's duties as a calendar file: an event a duty, leave and days off as all-day events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo, available_timezones

from scheduler.languages import say, say_many
from scheduler.rotas.model import Question
from scheduler.rotas.reading.events import Event, read_events
from scheduler.rotas.reading.found import Filled, Found


def read_calendar_file(content: bytes, filename: str, zone: str | None) -> Found:
    """Every event as a duty of the one person whose calendar it is; cancelled events are none.

    Times are put on the wall clock of ``zone``, the site's; without it, of the calendar's own zone, or as written.
    """
    read = read_events(content, filename)
    person = read.name or PurePath(filename).stem
    clock = zone or (read.zone if read.zone in available_timezones() else None)
    kept = [event for event in read.events if not event.cancelled]
    filled = tuple(filled for event in kept for filled in _entries(event, person, ZoneInfo(clock) if clock else None))
    questions = [Question("person", "", say("The calendar is one person’s. Whose is it?"), (person,), person)]
    if read.skipped:
        text = say_many(
            "%(num)s series of events is damaged and was left out.",
            "%(num)s series of events are damaged and were left out.",
            read.skipped,
        )
        questions.append(Question("cell", "", text, (), "damaged events"))
    if clock is None and any(_in_utc(event) for event in kept):
        text = say("The calendar gives its times in UTC and no zone; they were taken as they are.")
        questions.append(Question("date", "", text, ("UTC",), "zone"))
    return Found("ics", (person,), filled, _days(filled), tuple(questions))


def _entries(event: Event, person: str, zone: ZoneInfo | None) -> Iterator[Filled]:
    text = event.summary or "busy"
    if isinstance(event.start, datetime) and isinstance(event.end, datetime):
        start, end = _wall(event.start, zone), _wall(event.end, zone)
        yield Filled(person, start.date(), text, f"event on {start.date()}", "", start, end)
        return
    for day in event.days():
        yield Filled(person, day, text, f"event on {day}")


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


def _days(filled: tuple[Filled, ...]) -> tuple[date, ...]:
    return tuple(sorted({each.day for each in filled}))
