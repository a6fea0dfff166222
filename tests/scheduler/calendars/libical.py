"""Calendars as libical reads them: the C library inside Evolution, KOrganizer and Cyrus, where it is installed.

It goes by the VTIMEZONEs of the calendar. Only what the tests ask of it is declared here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

SONAME: Final = "libical.so.3"


_FIELDS: Final = ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")


class Time(ctypes.Structure):
    """``struct icaltimetype`` of libical 3: wall-clock fields, two flags, and the zone they are meant in."""

    _fields_ = (
        *((name, ctypes.c_int) for name in _FIELDS),
        ("zone", ctypes.c_void_p),
    )


def find_library() -> ctypes.CDLL | None:
    """libical with the functions that are needed here, or None where it is not installed."""
    try:
        library = ctypes.CDLL(SONAME)
    except OSError:
        return None
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    declared: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "icalparser_parse_string": (pointer, (text,)),
        "icalproperty_string_to_kind": (ctypes.c_int, (text,)),
        "icalcomponent_count_errors": (ctypes.c_int, (pointer,)),
        "icalcomponent_get_first_component": (pointer, (pointer, ctypes.c_int)),
        "icalcomponent_get_next_component": (pointer, (pointer, ctypes.c_int)),
        "icalcomponent_string_to_kind": (ctypes.c_int, (text,)),
        "icalcomponent_get_uid": (text, (pointer,)),
        "icalcomponent_get_first_property": (pointer, (pointer, ctypes.c_int)),
        "icalproperty_get_value_as_string": (text, (pointer,)),
        "icalcomponent_get_dtstart": (Time, (pointer,)),
        "icalcomponent_get_dtend": (Time, (pointer,)),
        "icaltime_as_timet_with_zone": (ctypes.c_long, (Time, pointer)),
        "icalcomponent_free": (None, (pointer,)),
        "icalrestriction_check": (ctypes.c_int, (pointer,)),
    }
    for name, (result, arguments) in declared.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


LIBRARY: Final = find_library()


def by_libical(body: bytes) -> set[tuple[str, datetime, datetime, str]]:
    """UID, start and end in UTC, and status of each event; the calendar has to be free of errors and restrictions."""
    assert LIBRARY is not None
    calendar = LIBRARY.icalparser_parse_string(body)
    try:
        assert LIBRARY.icalrestriction_check(calendar), "a property lacks or may not stand there"
        assert LIBRARY.icalcomponent_count_errors(calendar) == 0
        return {_seen(LIBRARY, event) for event in _events(LIBRARY, calendar)}
    finally:
        LIBRARY.icalcomponent_free(calendar)


def _events(library: ctypes.CDLL, calendar: Any) -> Iterator[Any]:
    kind = library.icalcomponent_string_to_kind(b"VEVENT")
    event = library.icalcomponent_get_first_component(calendar, kind)
    while event:
        yield event
        event = library.icalcomponent_get_next_component(calendar, kind)


def _seen(library: ctypes.CDLL, event: Any) -> tuple[str, datetime, datetime, str]:
    status = library.icalcomponent_get_first_property(event, library.icalproperty_string_to_kind(b"STATUS"))
    return (
        library.icalcomponent_get_uid(event).decode(),
        _moment(library, library.icalcomponent_get_dtstart(event)),
        _moment(library, library.icalcomponent_get_dtend(event)),
        library.icalproperty_get_value_as_string(status).decode(),
    )


def _moment(library: ctypes.CDLL, time: Time) -> datetime:
    return datetime.fromtimestamp(library.icaltime_as_timet_with_zone(time, time.zone), UTC)
