"""Rotas and answers as they are kept: written whole, and read back from what earlier versions wrote."""

from __future__ import annotations

import json
from datetime import date, time
from types import MappingProxyType

from scheduler.rotas.answers import Answers
from scheduler.rotas.codec import answers_from_json, answers_json, kept_json, rota_from_json
from scheduler.rotas.model import DutyKind, LegendEntry, Pattern, Question, ReadDuty, ReadRota
from tests.scheduler.rotas.sheets import wall

NIGHT = LegendEntry("N", DutyKind.NIGHT, time(21), time(9, 30), "Night")
OFF = LegendEntry("OFF", DutyKind.OFF, None, None, "")
DUTIES = (
    ReadDuty("Ann", date(2026, 8, 5), "N", DutyKind.NIGHT, wall("2026-08-05T21:00"), wall("2026-08-06T09:00"), "B2"),
    ReadDuty("", date(2001, 1, 1), "ZZ", DutyKind.UNKNOWN, None, None, "Ward!C2"),
)
QUESTION = Question("code", "Ward!C2", "What does “ZZ” mean?", ("night", "off"), "ZZ")
ROTA = ReadRota(
    layout="D",
    people=("Ann", "Bob"),
    duties=DUTIES[:1],
    questions=(QUESTION,),
    legend=MappingProxyType({"N": NIGHT, "OFF": OFF}),
    first_day=date(2026, 8, 5),
    last_day=None,
    pattern=Pattern(2, 0, DUTIES[1:]),
)
ANSWERS = Answers({"Ann": 1, "Nobody": None}, {"N": NIGHT}, {"year": "2026"})

_DUTY = {"person": "Ann", "date": "2026-08-05", "code": "N", "kind": "night"}
_HOURS = {"start": "2026-08-05T21:00:00", "end": "2026-08-06T09:00:00"}
_NO_HOURS = {"start": None, "end": None}
_NIGHT = {"code": "N", "kind": "night", "start": "21:00:00", "end": "09:30:00", "label": "Night"}
FIRST_FORM = {
    "layout": "D",
    "people": ["Ann", "Bob"],
    "duties": [_DUTY | _HOURS],
    "questions": [
        {"about": "code", "cell": "Ward!C2", "text": "What does “ZZ” mean?", "answers": ["night", "off"]},
    ],
    "cells": ["B2"],
    "subjects": ["ZZ"],
    "legend": [_NIGHT, {"code": "OFF", "kind": "off", "start": None, "end": None, "label": ""}],
    "first_day": "2026-08-05",
    "last_day": None,
    "pattern": {
        "lines": 2,
        "weekday": 0,
        "duties": [
            {"person": "", "date": "2001-01-01", "code": "ZZ", "kind": "unknown", "cell": "Ward!C2"} | _NO_HOURS,
        ],
    },
    "given": {"people": {"Ann": 1, "Nobody": None}, "codes": [_NIGHT], "others": {"year": "2026"}},
}
"""A rota that waits, with its answers, as the first version kept it."""


def test_what_is_kept_comes_back_by_way_of_json() -> None:
    assert rota_from_json(json.loads(json.dumps(kept_json(ROTA)))) == ROTA
    assert answers_from_json(json.loads(json.dumps(answers_json(ANSWERS)))) == ANSWERS


def test_what_waited_before_an_upgrade_is_still_read() -> None:
    assert rota_from_json(FIRST_FORM) == ROTA
    assert answers_from_json(FIRST_FORM["given"]) == ANSWERS  # type: ignore[arg-type]


def test_rotas_from_before_there_were_patterns_are_still_read() -> None:
    without = {key: value for key, value in FIRST_FORM.items() if key != "pattern"}
    assert rota_from_json(without).pattern is None
