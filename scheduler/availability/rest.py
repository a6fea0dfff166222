"""Rest rules as data: how long nobody may be asked to a session before and after duties, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

from scheduler.errors import Rejected

DEFAULT_PRESET = "england-2016"
CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class RestRules:
    """One set of rules. Lengths are hours; a run of 0 means that there is no such rule.

    ``between_duties_hours``: rest between the end of a duty and the next work, a session included.
    ``after_nights_hours``: rest after the last of any number of nights.
    ``long_run`` duties of more than ten hours on consecutive days are followed by ``after_long_run_hours``; as many
    as ``duty_run`` duties of any length on consecutive days by ``after_duty_run_hours``. A duty that the rota itself
    puts into this rest ends it.
    ``after_day_long_call_hours``: rest after 24 hours or more on call in the house.
    ``sleep_before_night_hours`` are kept free before a night; no contract asks for it, sleep does.
    """

    key: str
    name: str
    source: str
    between_duties_hours: float
    after_nights_hours: float
    long_run: int = 0
    after_long_run_hours: float = 0
    duty_run: int = 0
    after_duty_run_hours: float = 0
    after_day_long_call_hours: float = 0
    sleep_before_night_hours: float = 8


_ENGLAND = RestRules(
    key="england-2016",
    name="England: 2016 contract as amended 2019",
    source="Terms and Conditions of Service for NHS Doctors and Dentists in Training (England) 2016, schedule 3, "
    "as amended in 2019",
    between_duties_hours=11,
    after_nights_hours=46,
    long_run=4,
    after_long_run_hours=48,
    duty_run=7,
    after_duty_run_hours=48,
)
_SCOTLAND = RestRules(
    key="scotland",
    name="Scotland: full shifts",
    source="New Deal and Working Time Regulations 1998 as applied to doctors in training in Scotland: 46 hours after "
    "full-shift nights, 11 hours of daily rest",
    between_duties_hours=11,
    after_nights_hours=46,
)
_ACGME = RestRules(
    key="acgme",
    name="United States: ACGME",
    source="ACGME Common Program Requirements, section VI.F: 8 hours between periods, 14 hours free of clinical work "
    "and education after 24 hours of in-house call",
    between_duties_hours=8,
    after_nights_hours=8,
    after_day_long_call_hours=14,
)
_EU = RestRules(
    key="eu",
    name="European Union: working time directive",
    source="Directive 2003/88/EC, article 3: 11 consecutive hours of rest in every 24",
    between_duties_hours=11,
    after_nights_hours=11,
    after_day_long_call_hours=11,
)

PRESETS: Mapping[str, RestRules] = MappingProxyType({each.key: each for each in (_ENGLAND, _SCOTLAND, _ACGME, _EU)})
_NUMBERS = tuple(field.name for field in fields(RestRules) if field.name not in ("key", "name", "source"))


def rules_for(choice: str) -> RestRules:
    """The rules of a programme's choice: a preset's key, or own numbers.

    Own numbers are written ``custom:after_nights_hours=24,between_duties_hours=10``; what is not named is as in
    England. Raises :class:`Rejected` for anything else.
    """
    if choice in PRESETS:
        return PRESETS[choice]
    kind, _, numbers = choice.partition(":")
    if kind != CUSTOM:
        known = ", ".join((*PRESETS, f"{CUSTOM}:…"))
        raise Rejected(f"There are no rest rules “{choice}”.", what_to_do=f"Choose one of {known}.")
    own: dict[str, Any] = dict(_own_number(part) for part in numbers.split(",") if part.strip())
    return replace(_ENGLAND, key=CUSTOM, name="Own numbers", source="the programme's own numbers", **own)


def _own_number(part: str) -> tuple[str, float]:
    name, _, written = part.strip().partition("=")
    if name not in _NUMBERS or not written.replace(".", "", 1).isdecimal() or float(written) > 168:
        advice = f"Write one of {', '.join(_NUMBERS)}, each with a number from 0 to 168."
        raise Rejected(f"“{part.strip()}” is no rest rule.", what_to_do=advice)
    return name, int(written) if name.endswith("_run") else float(written)
