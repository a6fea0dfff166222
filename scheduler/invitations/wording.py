"""What the mails say: short, plain, on the reader's clock. Said in the language that is spoken around the call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton, get_timezone_location

from scheduler.invitations.model import Change, Kind
from scheduler.languages import SOURCE, mark, say, say_many, spoken

_BRITISH: Final = "en_GB"
_SUBJECTS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.NEW: mark("Mentoring on %(when)s"),
        Kind.MOVED: mark("Moved: mentoring is now on %(when)s"),
        Kind.CHANGED: mark("Changed: mentoring on %(when)s"),
        Kind.SETTLED: mark("Mentoring on %(when)s"),
        Kind.CANCELLED: mark("Cancelled: mentoring on %(when)s"),
        Kind.RESTORED: mark("Takes place after all: mentoring on %(when)s"),
    }
)
_OPENINGS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.NEW: mark("your mentoring group meets:"),
        Kind.MOVED: mark("your mentoring session has moved. It is now:"),
        Kind.CHANGED: mark("something about your mentoring session has changed. The time stands:"),
        Kind.SETTLED: mark("your mentoring session stands as it was:"),
        Kind.CANCELLED: mark("this mentoring session does not take place for you:"),
        Kind.RESTORED: mark("this mentoring session takes place after all:"),
    }
)
_MARKS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.NEW: mark("New"),
        Kind.MOVED: mark("Moved"),
        Kind.CHANGED: mark("Changed"),
        Kind.SETTLED: mark("As before"),
        Kind.CANCELLED: mark("Cancelled"),
        Kind.RESTORED: mark("Takes place after all"),
    }
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their name, and the clock that they live by."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Links:
    """Where things can be done: the own page, what comes by mail, and the end of such mail."""

    page: str
    choices: str
    stop: str


def subject_of(change: Change, reader: Reader) -> str:
    """The subject of a mail about one session. It names no group: it may show on a locked phone."""
    return say(_SUBJECTS[change.kind], when=short_time(_start(change), reader.zone))


def text_of(change: Change, reader: Reader, links: Links, *, answerable: bool) -> str:
    """A mail about one session."""
    lines = [_greeting(reader, _OPENINGS[change.kind]), "", *_session_lines(change, reader), ""]
    if change.takes_place:
        lines += [_how_to_answer(answerable), links.page, ""]
    return "\n".join([*lines, *_footer(links, say("No more invitations like this"))])


def digest_subject(changes: Sequence[Change]) -> str:
    """The subject of a mail about several sessions."""
    if all(change.kind is Kind.NEW for change in changes):
        return say_many("Your mentoring date", "Your %(num)s mentoring dates", len(changes))
    return say_many("A change of your mentoring dates", "%(num)s changes of your mentoring dates", len(changes))


def digest_text(changes: Sequence[Change], reader: Reader, links: Links, *, with_file: bool) -> str:
    """A mail about several sessions, in order of time."""
    opening = mark("these are the dates of your mentoring group:")
    if any(change.kind is not Kind.NEW for change in changes):
        opening = mark("your mentoring dates have changed:")
    lines = [_greeting(reader, opening), ""]
    for change in changes:
        lines += _digest_lines(change, reader)
    lines.append("")
    if with_file:
        lines += [say("Open the attached file to put them all into your calendar."), ""]
    lines += [say("Your page always shows them, and there you can say if you cannot make it:"), links.page, ""]
    return "\n".join([*lines, *_footer(links, say("No more invitations like this"))])


def reminder_subject(change: Change, reader: Reader) -> str:
    """The subject of a reminder."""
    return say("Reminder: mentoring on %(when)s", when=short_time(_start(change), reader.zone))


def reminder_text(change: Change, reader: Reader, links: Links, *, answerable: bool) -> str:
    """A reminder of one session."""
    lines = [_greeting(reader, mark("your mentoring group meets:")), "", *_session_lines(change, reader), ""]
    lines += [_how_to_answer(answerable), links.page, ""]
    return "\n".join([*lines, *_footer(links, say("No more reminders"))])


def long_time(start: datetime, end: datetime, zone: str, own_zone: str) -> str:
    """``Tuesday 9 March 2027, 12:30–13:30 (London)``; where the reader's clock shows another hour than the
    programme's, the programme's beside it."""
    told, here, there = _span(start, end, own_zone), _wall(start, own_zone), _wall(start, zone)
    if here == there:
        return told
    if here.date() != there.date():
        return say("%(own)s, that is %(there)s", own=told, there=_span(start, end, zone))
    return say("%(own)s, that is %(times)s in %(place)s", own=told, times=_times(start, end, zone), place=_place(zone))


def short_time(start: datetime, zone: str) -> str:
    """``Tue, 9 Mar, 12:30``."""
    day = format_skeleton("MMMEd", start, tzinfo=ZoneInfo(zone), locale=_locale())
    return say("%(day)s, %(time)s", day=day, time=_clock(start, zone))


def _session_lines(change: Change, reader: Reader) -> Iterator[str]:
    row, told = change.session.row, change.told
    if not change.takes_place and told:
        yield long_time(told.starts_at, told.ends_at, change.session.zone, reader.zone)
        return
    yield long_time(row.starts_at, row.ends_at, change.session.zone, reader.zone)
    if change.kind is Kind.MOVED and told:
        was = long_time(told.starts_at, told.ends_at, change.session.zone, reader.zone)
        yield say("Before, it was %(when)s.", when=was)
    yield from _ways(change)


def _ways(change: Change) -> Iterator[str]:
    session = change.session
    yield say("Group: %(name)s", name=session.row.group_name)
    if session.place:
        yield say("Place: %(place)s", place=session.place)
    if session.url:
        yield say("Join: %(address)s", address=session.url)
    if session.phone:
        yield say("Call: %(number)s", number=session.phone)
    if not (session.place or session.url or session.phone):
        yield {"video": say("By video"), "phone": say("By phone")}.get(session.row.mode, say("In person"))


def _digest_lines(change: Change, reader: Reader) -> Iterator[str]:
    first, *more = _session_lines(change, reader)
    marked = say("%(what)s: %(when)s", what=say(_MARKS[change.kind]), when=first)
    yield "- " + (first if change.kind is Kind.NEW else marked)
    yield from (f"  {line}" for line in more)


def _greeting(reader: Reader, opening: str) -> str:
    return say("Hello %(name)s,", name=reader.name) + "\n\n" + say(opening)


def _how_to_answer(answerable: bool) -> str:
    if answerable:
        return say("Answer with the buttons of your mail program, or say on your page if you cannot make it:")
    return say("Say on your page if you cannot make it:")


def _footer(links: Links, stop: str) -> Iterator[str]:
    yield "-- "
    yield say("What you get by mail, and when: %(address)s", address=links.choices)
    yield f"{stop}: {links.stop}"
    yield ""


def _start(change: Change) -> datetime:
    return change.session.row.starts_at if change.takes_place or not change.told else change.told.starts_at


def _span(start: datetime, end: datetime, zone: str) -> str:
    day = format_date(start.astimezone(ZoneInfo(zone)).date(), "full", locale=_locale())
    return say("%(day)s, %(times)s (%(place)s)", day=day, times=_times(start, end, zone), place=_place(zone))


def _times(start: datetime, end: datetime, zone: str) -> str:
    return f"{_clock(start, zone)}–{_clock(end, zone)}"


def _place(zone: str) -> str:
    return get_timezone_location(zone, return_city=True, locale=_locale())


def _clock(at: datetime, zone: str) -> str:
    return format_skeleton("Hm", at, tzinfo=ZoneInfo(zone), locale=_locale())


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _locale() -> Locale:
    """How dates are written in the language that is spoken; the product's own English is British."""
    try:
        return Locale.parse(_BRITISH if spoken() == SOURCE else spoken().replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_BRITISH)
