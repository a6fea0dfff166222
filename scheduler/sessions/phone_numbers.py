"""Telephone numbers: read as people write them, kept as the world dials them, and apart from what is keyed in after."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from babel.core import get_global

CODE: Final = re.compile(r"[0-9*#][0-9*# ]*")
"""What a conference asks for after the call is answered."""
LONGEST: Final = 100
_WHOLE: Final = phonenumbers.ValidationResult.IS_POSSIBLE
"""Not a number that can be called within one town or house alone."""


def read_number(text: str, zone: str) -> tuple[str, str] | None:
    """A number as it is dialled from anywhere (``+44 20 7946 0123``), and the code that was written behind it, or
    nothing; None for what is no number. One without its country's code is one of the country whose clock ``zone`` is.
    """
    country = _country_of(zone)
    if len(text) > LONGEST or not text.isprintable():
        return None
    found = next(iter(phonenumbers.PhoneNumberMatcher(text, country, leniency=phonenumbers.Leniency.POSSIBLE)), None)
    if found is None or phonenumbers.is_possible_number_with_reason(found.number) != _WHOLE:
        return None
    code = CODE.search(text[found.end :])
    written = found.number.extension or (code[0].strip() if code else "")
    found.number.extension = None
    return str(phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)), written


def dialled(number: str) -> str:
    """A kept number as a link dials it: digits, perhaps after a plus."""
    return re.sub(r"[^+0-9]", "", number)


def with_code(number: str, code: str) -> str:
    """Number and code as one line: the digits of the code cannot be taken for the number's."""
    return f"{number}, {code}" if number and code else number


def _country_of(zone: str) -> str | None:
    found = get_global("zone_territories").get(zone)
    return str(found) if found else None
