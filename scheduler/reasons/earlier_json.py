"""Reasons as plans of before have them stored, read as those of today, so that no plan loses its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from solvers import rules
from solvers.reasons.facts import WEEKDAYS, WISHES_ABOUT_PEOPLE, StepKind

Json = Mapping[str, Any]


def reasons_of_today(stored: Json) -> Json:
    """The coordinator's part; whatever is of today already stays."""
    if "no_group" not in stored:
        return stored
    return {
        "unplaced": [_unplaced(int(key), rule_ids) for key, rule_ids in stored["no_group"].items()],
        "missed": [_missed(missed) for missed in stored["missed"]],
        "help": {"smallest": [_relaxed(step) for step in stored["help"]], "together": _gain(*stored["together"])},
        "unmet": [wish_of_today(wish, int(key)) for key, wishes in stored["unmet"].items() for wish in wishes],
        "regrouped": [{"person": found["person_id"], **found} for found in stored.get("regrouped", ())],
        "moved": [_moved(moved) for moved in stored.get("moved", ())],
    }


def wish_of_today(stored: Json, person_id: int) -> Json:
    """A wish of that person; one of today stays."""
    if "person" in stored:
        return stored
    subject = stored["about_id"] if stored["kind"] in WISHES_ABOUT_PEOPLE else stored["subject"]
    return {**stored, "person": person_id, "subject": subject}


def _unplaced(person_id: int, rule_ids: list[str]) -> Json:
    return {"person": person_id, "obstacles": [{"rule_id": rule_id} for rule_id in rule_ids]}


def _missed(stored: Json) -> Json:
    return {**stored, "group": stored["group_key"], "slot": stored["nearest"], "obstacles": list(_obstacles(stored))}


def _moved(stored: Json) -> Json:
    places = {"old_slot": stored["was"], "slot": stored["now"]}
    return {**stored, **places, "group": stored["group_key"], "obstacles": list(_obstacles(stored))}


def _obstacles(stored: Json) -> Iterator[Json]:
    """The rules against a date: how many can come was kept beside them, though it says something of one alone."""
    for rule_id in stored["in_the_way"]:
        if rule_id == rules.QUORUM:
            have, of = stored["can_come"], stored["residents"]
            yield {"rule_id": rule_id, "have": have, "needed": stored["needed"], "of": of}
        else:
            yield {"rule_id": rule_id}


def _relaxed(stored: Json) -> Json:
    person_id, what = stored["person_id"], stored["what"]
    subject = stored["subject"] if person_id is None else person_id
    if stored["kind"] == StepKind.FACILITATORS_ON:
        what = WEEKDAYS[int(what)]
    step = {**stored, "subject": subject, "what": what}
    return {"rule_id": "", "gain": _gain(stored["sessions"], stored["residents"]), "step": step}


def _gain(sessions: int, residents: int) -> Json:
    return {"sessions": sessions, "residents": residents}
