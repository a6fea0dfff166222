"""Rest rules as data: how long nobody may be asked to a session before and after duties, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

from scheduler.errors import Rejected
from scheduler.languages import mark, say

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
    ``free_day_in_days``: in so many days in a row one stays free of work and of education, whatever people offer; 0
    where nothing asks for it.
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
    free_day_in_days: int = 0


_ENGLAND = RestRules(
    key="england-2016",
    name=mark("England: 2016 contract as amended 2019"),
    source=mark(
        "Terms and Conditions of Service for NHS Doctors and Dentists in Training (England) 2016, schedule 3, "
        "as amended in 2019"
    ),
    between_duties_hours=11,
    after_nights_hours=46,
    long_run=4,
    after_long_run_hours=48,
    duty_run=7,
    after_duty_run_hours=48,
)
_SCOTLAND = RestRules(
    key="scotland",
    name=mark("Scotland: full shifts"),
    source=mark(
        "New Deal and Working Time Regulations 1998 as applied to doctors in training in Scotland: 46 hours after "
        "full-shift nights, 11 hours of daily rest"
    ),
    between_duties_hours=11,
    after_nights_hours=46,
)
_ACGME = RestRules(
    key="acgme",
    name=mark("United States: ACGME"),
    source=mark(
        "ACGME Common Program Requirements, section VI.F: 8 hours between periods, 14 hours free of clinical work "
        "and education after 24 hours of in-house call, one day in seven free of clinical work and required education"
    ),
    between_duties_hours=8,
    after_nights_hours=8,
    after_day_long_call_hours=14,
    free_day_in_days=7,
)
_EU = RestRules(
    key="eu",
    name=mark("European Union: working time directive"),
    source=mark(
        "Directive 2003/88/EC, article 3: 11 consecutive hours of rest in every 24; article 5: a further 24 "
        "hours in every seven days"
    ),
    between_duties_hours=11,
    after_nights_hours=11,
    after_day_long_call_hours=11,
    free_day_in_days=7,
)

PRESETS: Mapping[str, RestRules] = MappingProxyType({each.key: each for each in (_ENGLAND, _SCOTLAND, _ACGME, _EU)})
NUMBERS = tuple(field.name for field in fields(RestRules) if field.name not in ("key", "name", "source"))
"""The fields that a programme may set itself."""
WHOLE_NUMBERS = frozenset(("long_run", "duty_run", "free_day_in_days"))
MOST = 168
"""No rest is longer, in hours: a week."""
_MOST_OF = MappingProxyType(
    {"between_duties_hours": 24, "sleep_before_night_hours": 24, **dict.fromkeys(WHOLE_NUMBERS, 31)}
)


def most_of(name: str) -> int:
    """The most that a number of these is set to: rest between two days’ duties and sleep before a night are within a
    day, and runs of days within a month."""
    return _MOST_OF.get(name, MOST)


OWN_NAME = mark("Own numbers")
OWN_SOURCE = mark("The programme’s own figures")


def rules_for(choice: str) -> RestRules:
    """The rules of a programme's choice: a preset's key, a preset with some numbers of its own, or own numbers.

    Own numbers are written ``scotland:sleep_before_night_hours=6`` or ``custom:after_nights_hours=24,long_run=0``; what
    is not named is as in the preset, and under ``custom`` as in England. Raises :class:`Rejected` for anything else.
    """
    if choice in PRESETS:
        return PRESETS[choice]
    kind, _, numbers = choice.partition(":")
    if kind not in (*PRESETS, CUSTOM):
        known = ", ".join((*PRESETS, f"{CUSTOM}:…"))
        raise Rejected(
            say("There is no set of rest rules called “%(choice)s”.", choice=choice),
            what_to_do=say("Choose one of these: %(known)s.", known=known),
        )
    own: dict[str, Any] = dict(_own_number(part) for part in numbers.split(",") if part.strip())
    if kind == CUSTOM:
        own |= {"key": CUSTOM, "name": OWN_NAME, "source": OWN_SOURCE}
    return replace(PRESETS.get(kind, _ENGLAND), **own)


def rest_rules_text(rules: RestRules) -> str:
    """The rules as :func:`rules_for` reads them: a preset where they are its own, else with what differs."""
    base = PRESETS.get(rules.key, _ENGLAND)
    own = {name: getattr(rules, name) for name in NUMBERS if getattr(rules, name) != getattr(base, name)}
    numbers = ",".join(f"{name}={value:g}" for name, value in own.items())
    return f"{rules.key}:{numbers}" if numbers or rules.key == CUSTOM else rules.key


def _own_number(part: str) -> tuple[str, float]:
    name, _, number = part.strip().partition("=")
    whole = name in WHOLE_NUMBERS
    is_number = number.isdecimal() or (not whole and number.replace(".", "", 1).isdecimal())
    if name not in NUMBERS or not is_number or not number.isascii() or float(number) > MOST:
        raise Rejected(
            say("“%(part)s” is not a rest rule.", part=part.strip()),
            what_to_do=say("Use %(names)s, each with a number of hours from 0 to 168.", names=", ".join(NUMBERS)),
        )
    return name, int(number) if whole else float(number)
