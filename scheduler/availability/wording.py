"""Reasons as sentences: in full for the person, as a category only for the coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime

from scheduler.availability.model import Category, Level, Reason
from scheduler.languages import SOURCE, current_language, mark, say

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "after_nights": mark("rest until %(until)s after %(nights)s"),
        "between_nights": mark("rest until %(until)s between %(nights)s"),
        "before_night": mark("sleep before the night duty starting %(until)s"),
        "after_duty": mark("rest until %(until)s after your duty on %(duty)s"),
        "before_duty": mark("rest before your duty starting %(until)s"),
        "after_long_days": mark("rest until %(until)s after a run of long days"),
        "after_many_days": mark("rest until %(until)s after many working days in a row"),
        "free_day": mark("%(day)s stays free: one day in seven is yours alone"),
        "day": mark("day duty (%(code)s)"),
        "day_free": mark("day duty (%(code)s) that leaves time to meet"),
        "long_day": mark("long day (%(code)s)"),
        "late": mark("late duty (%(code)s)"),
        "night": mark("night duty (%(code)s)"),
        "resident_on_call": mark("resident on call (%(code)s)"),
        "non_resident_on_call": mark("on call from home (%(code)s)"),
        "protected": mark("protected time (%(code)s)"),
        "off": mark("day off (%(code)s)"),
        "leave": mark("leave (%(code)s)"),
        "study_leave": mark("study leave (%(code)s)"),
        "unknown": mark("“%(code)s” on the rota: we don’t know yet what it means"),
        "lunch": mark("on a day duty (%(code)s): lunch is usually possible"),
        "protected_window": mark("time protected for sessions on a day duty (%(code)s)"),
        "needs_release": mark("day duty (%(code)s): you would need to be released"),
        "beside_work": mark("just before or after work (%(code)s)"),
        "after_on_call": mark("the morning after being on call (%(code)s)"),
        "on_the_way": mark("at another site, or travelling there or back (%(code)s)"),
        "no_duty_that_day": mark("no duty that day"),
        "not_at_work_then": mark("not at work at that time"),
        "part_time_day": mark("a day you don’t work"),
        "working_hours": mark("your working hours"),
        "outside_working_hours": mark("outside your working hours"),
        "clinic": mark("clinic"),
        "weekly_own": mark("your weekly entry"),
        "said_so": mark("as you told us"),
        "long_leave": mark("long leave"),
        "paused": mark("not facilitating for now"),
        "calendar_busy": mark("busy in your calendar"),
        "rota_not_loaded": mark("your rota isn’t in yet"),
    }
)
"""A sentence for every key of a reason, without a full stop."""

CATEGORY_NAMES: Mapping[Category, str] = MappingProxyType(
    {
        Category.ON_DUTY: mark("on duty"),
        Category.REST: mark("rest"),
        Category.OFF: mark("not at work"),
        Category.LEAVE: mark("away"),
        Category.PATTERN: mark("other work"),
        Category.OWN: mark("personal choice"),
        Category.CALENDAR: mark("other appointment"),
        Category.FREE: mark("free"),
        Category.UNCLEAR: mark("rota unclear"),
        Category.NOT_LOADED: mark("not known"),
    }
)
"""All that a coordinator reads."""

LEVEL_NAMES: Mapping[Level, str] = MappingProxyType(
    {
        Level.BLOCKED: mark("cannot"),
        Level.IF_NEED_BE: mark("if need be"),
        Level.CAN: mark("can"),
        Level.BEST: mark("best time"),
    }
)

_MOMENTS = frozenset(("until",))
_DAYS = frozenset(("day", "duty", "first", "last"))


def sentence(reason: Reason, zone: ZoneInfo) -> str:
    """The reason in words, in the language spoken now, for the person themselves; moments by the clocks of ``zone``.

    A reason whose category alone is known is given by its category.
    """
    if not reason.key:
        return category(reason)
    details = dict(reason.details)
    words = {name: _in_words(name, value, zone) for name, value in details.items()}
    if "first" in details:
        words["nights"] = _nights(date.fromisoformat(details["first"]), date.fromisoformat(details["last"]))
    return say(SENTENCES[reason.key], **words)


def category(reason: Reason) -> str:
    """The category of a reason in words: all that a coordinator sees."""
    return say(CATEGORY_NAMES[reason.category])


def _in_words(name: str, value: str, zone: ZoneInfo) -> str:
    """Moments and days as people say them; a code as it stands on the rota, whatever it looks like."""
    if name in _MOMENTS:
        moment = datetime.fromisoformat(value).astimezone(zone)
        return format_datetime(moment, "EEE HH:mm", tzinfo=zone, locale=_locale())
    return _day(date.fromisoformat(value)) if name in _DAYS else value


def _nights(first: date, last: date) -> str:
    if first == last:
        return say("the night of %(day)s", day=_day(first))
    if (first.year, first.month) == (last.year, last.month):
        return say("nights %(first)s–%(last)s", first=first.day, last=_day(last))
    return say("nights %(first)s – %(last)s", first=_day(first), last=_day(last))


def _day(day: date) -> str:
    return format_date(day, "d MMMM", locale=_locale())


def _locale() -> Locale:
    """The language spoken now, for names of days and months."""
    try:
        return Locale.parse(current_language(), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE)
