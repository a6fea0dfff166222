"""A programme's file as text, in TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

import tomli_w

from scheduler.charters.model import NEEDED_PARTS, PARTS, Charter
from scheduler.joining.model import Questions
from scheduler.joining.openly import AskedOpenly
from scheduler.people.traits import Category
from scheduler.programme_files.model import EMPHASIS_WORDS, WEEKDAYS, PageText, ProgrammeFile
from scheduler.programmes.closed_days import ClosedDays
from scheduler.programmes.emphasis import MATTERS, emphasis_of
from scheduler.programmes.model import MentoringModel, Programme, Room, Signpost, Site, Window

HEAD: Final = """\
# A programme of Mentor Rounds. `rounds programme apply FILE` makes it, or changes it, known by its slug.
# What is left out is as in a new programme; without [questions], [openly], [charter], [code_of_conduct], [page] or
# signposts these stay as they are.
# Weights are "much more", "as usual", "less", "not at all", or points (docs/instance-format.md).
"""


def as_text(file: ProgrammeFile) -> str:
    """The file; the same programme always gives the same text."""
    return HEAD + "\n" + tomli_w.dumps(as_tables(file), multiline_strings=True)


def as_tables(file: ProgrammeFile) -> dict[str, Any]:
    """What the file says."""
    programme = file.programme
    found: dict[str, Any] = {
        "slug": programme.slug,
        "name": programme.name,
        "zone": programme.zone,
        "session_minutes": programme.session_minutes,
        "min_gap_days": programme.min_gap_days,
        "quorum_percent": _percent(programme.quorum),
        "least_attendance_percent": _percent(programme.min_attendance),
        "first_within_days": programme.first_within_days,
        "facilitators_differ": programme.facilitators_differ.value or None,
        "conduct": _known({**asdict(programme.conduct), "settling": programme.conduct.settling.value}),
        "rules": _rules(programme),
        "relations": dict(programme.relation_policies),
        "change_goal": programme.change_goal or None,
        "weights": {name: _weight(name, programme.weights) for name in programme.weights},
        "closed": _closed(programme.closed),
        "rounds": [{"first_day": each.first_day, "last_day": each.last_day} for each in programme.rounds],
        "windows": [_window(each) for each in programme.windows],
        "models": [_model(each) for each in programme.models],
        "grades": [{"stage": each.stage, "name": each.name} for each in programme.grades],
        "sites": [_site(each) for each in programme.sites],
        "journeys": _journeys(file.journeys) if file.journeys is not None else None,
        "questions": _questions(file.questions) if file.questions else None,
        "openly": _openly(file.openly) if file.openly else None,
        "charter": _charter(file.charter) if file.charter else None,
        "page": _page(file.page) if file.page else None,
        "signposts": [_signpost(each) for each in file.signposts] if file.signposts is not None else None,
        "code_of_conduct": {"text": file.code} if file.code else None,
        "pulse": {**asdict(file.pulse), "questions": list(file.pulse.questions)} if file.pulse else None,
    }
    return {name: value for name, value in _known(found).items() if value not in ({}, []) or name == "journeys"}


def _journeys(journeys: Mapping[tuple[str, str], int]) -> list[dict[str, str | int]]:
    """None of them is written as well: without a word they would stay as they are wherever the file is applied."""
    return [{"from": a, "to": b, "minutes": minutes} for (a, b), minutes in sorted(journeys.items())]


def _known(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None}


def _percent(share: float) -> int | float:
    percent = Decimal(str(share)) * 100
    return int(percent) if percent == int(percent) else float(percent)


def _rules(programme: Programme) -> dict[str, Any]:
    return {
        "rest": programme.rest_preset,
        "buffer_minutes": programme.buffer_minutes,
        **({"duties": dict(programme.duty_policy)} if programme.duty_policy else {}),
    }


def _weight(name: str, weights: Mapping[str, Any]) -> object:
    emphasis = emphasis_of(name, weights[name]) if name in MATTERS else None
    return EMPHASIS_WORDS[emphasis] if emphasis else weights[name]


def _closed(closed: ClosedDays) -> dict[str, Any]:
    found = {
        "country": closed.country or None,
        "region": closed.region or None,
        "kept_open": sorted(closed.kept_open) or None,
        "days_off": [asdict(each) for each in closed.days_off] or None,
    }
    return _known(found)


def _window(window: Window) -> dict[str, Any]:
    return {**asdict(window), "weekday": WEEKDAYS[window.weekday]}


def _model(model: MentoringModel) -> dict[str, Any]:
    found = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(model).items()}
    return _known({name: value for name, value in found.items() if name != "id"})


def _site(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = {"key": site.key, "name": site.name, "zone": site.zone}
    return {**found, "rooms": [_room(room) for room in site.rooms]} if site.rooms else found


def _room(room: Room) -> dict[str, Any]:
    return {
        "key": room.key,
        "name": room.name,
        "capacity": room.capacity,
        "weekdays": [WEEKDAYS[day] for day in sorted(room.weekdays)],
        "opens_at": room.opens_at,
        "closes_at": room.closes_at,
    }


def _questions(questions: Questions) -> dict[str, Any]:
    found = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(questions).items()}
    return _known({**found, "training": [_known(asdict(kind)) for kind in questions.training]})


def _openly(openly: AskedOpenly) -> dict[str, Any]:
    """Each category that is asked, with the values offered: an empty list where people use their own words."""
    asked = {each.value: list(openly.values[each]) for each in Category if each in openly.values}
    mixed = {"mixed": sorted(openly.mixed)} if openly.mixed else {}
    return {"purpose": openly.purpose, **mixed, "asked": asked}


def _charter(charter: Charter) -> dict[str, Any]:
    parts = {part: getattr(charter, part) for part in PARTS if part in NEEDED_PARTS or getattr(charter, part)}
    return {**parts, "language": charter.language} if charter.language else parts


def _page(page: PageText) -> dict[str, Any]:
    return {"text": page.text, "shared": page.shared}


def _signpost(signpost: Signpost) -> dict[str, Any]:
    found = {"kind": signpost.kind.value, "name": signpost.name}
    return found | {name: text for name in ("phone", "url", "when") if (text := getattr(signpost, name))}
