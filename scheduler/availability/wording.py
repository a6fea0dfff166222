"""Reasons as sentences: in full for the person, as a category only for the coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from scheduler.availability.model import Category, Reason

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "after_nights": "rest until {until} after {nights}",
        "between_nights": "rest until {until} between {nights}",
        "before_night": "sleep before the night that starts {until}",
        "after_duty": "rest until {until} after the duty of {duty}",
        "before_duty": "rest before the duty that starts {until}",
        "after_long_days": "rest until {until} after a run of long days",
        "after_many_days": "rest until {until} after many days at work",
        "day": "day duty ({code})",
        "long_day": "long day ({code}), if it can be left",
        "late": "late duty ({code}), if it can be left",
        "night": "night ({code})",
        "resident_on_call": "on call in the house ({code})",
        "non_resident_on_call": "on call from home ({code})",
        "protected": "protected time ({code})",
        "off": "day off ({code})",
        "leave": "leave ({code})",
        "study_leave": "study leave ({code})",
        "unknown": "“{code}” on the rota, which nobody has explained yet",
        "lunch": "lunch time of a day duty ({code})",
        "protected_window": "released from the day duty ({code})",
        "needs_release": "day duty ({code}), with release",
        "beside_work": "just before or after the day’s work ({code})",
        "after_on_call": "the morning after on call ({code})",
        "no_duty_that_day": "no duty that day",
        "not_at_work_then": "not at work at that hour",
        "part_time_day": "a day you do not work",
        "working_hours": "your working hours",
        "outside_working_hours": "outside your working hours",
        "clinic": "clinic",
        "weekly_own": "your weekly entry",
        "said_so": "you said so",
        "long_leave": "long leave",
        "calendar_busy": "taken in your calendar",
        "rota_not_loaded": "rota not loaded",
    }
)
"""A sentence for every key of a reason, without a full stop."""

CATEGORY_NAMES: Mapping[Category, str] = MappingProxyType(
    {
        Category.ON_DUTY: "on duty",
        Category.REST: "rest",
        Category.OFF: "not at work",
        Category.LEAVE: "away",
        Category.PATTERN: "other work",
        Category.OWN: "own wish",
        Category.CALENDAR: "other appointment",
        Category.FREE: "free",
        Category.UNCLEAR: "rota unclear",
        Category.NOT_LOADED: "not known",
    }
)
"""All that a coordinator reads."""


def sentence(reason: Reason, zone: ZoneInfo) -> str:
    """The reason in words for the person themselves; moments by the clocks of ``zone``."""
    details = dict(reason.details)
    words = {name: _in_words(value, zone) for name, value in details.items()}
    if "first" in details:
        words["nights"] = _nights(date.fromisoformat(details["first"]), date.fromisoformat(details["last"]))
    return SENTENCES[reason.key].format_map(words)


def _in_words(value: str, zone: ZoneInfo) -> str:
    """Moments and days as people say them; anything else as it is."""
    if "T" in value and len(value) >= 19:
        return f"{_moment(value, zone):%a %H:%M}"
    if len(value) == 10 and value[4] == value[7] == "-":
        return _day(date.fromisoformat(value))
    return value


def _moment(value: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(value).astimezone(zone)


def _nights(first: date, last: date) -> str:
    if first == last:
        return f"the night of {_day(first)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"nights {first.day}–{_day(last)}"
    return f"nights {_day(first)} – {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
