"""A read rota as the JSON that ``rounds rota read --json`` writes, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from scheduler.rotas.answers import Answers
from scheduler.rotas.model import DutyKind, LegendEntry, Pattern, Question, ReadDuty, ReadRota


def rota_json(rota: ReadRota) -> dict[str, Any]:
    """``layout``, ``people``, ``duties``, ``questions``: what was read, for machines.

    Dates are ISO; ``start`` and ``end`` are wall clock at the rota's site, hence without an offset, null where
    nothing gives the times.
    """
    return {
        "layout": rota.layout,
        "people": list(rota.people),
        "duties": [_duty_json(duty) for duty in rota.duties],
        "questions": [_question_json(question) for question in rota.questions],
    }


def kept_json(rota: ReadRota) -> dict[str, Any]:
    """Everything in a read rota, to keep it while it waits for answers."""
    return rota_json(rota) | {
        "cells": [duty.cell for duty in rota.duties],
        "subjects": [question.subject for question in rota.questions],
        "legend": [_legend_json(entry) for entry in rota.legend.values()],
        "first_day": rota.first_day.isoformat() if rota.first_day else None,
        "last_day": rota.last_day.isoformat() if rota.last_day else None,
        "pattern": _pattern_json(rota.pattern) if rota.pattern else None,
    }


def rota_from_json(kept: Mapping[str, Any]) -> ReadRota:
    """The rota that :func:`kept_json` wrote."""
    duties = tuple(_duty(duty, cell) for duty, cell in zip(kept["duties"], kept["cells"], strict=True))
    questions = tuple(
        Question(each["about"], each["cell"], each["text"], tuple(each["answers"]), subject)
        for each, subject in zip(kept["questions"], kept["subjects"], strict=True)
    )
    legend = {entry.code: entry for entry in map(_legend_entry, kept["legend"])}
    first, last = (date.fromisoformat(kept[key]) if kept[key] else None for key in ("first_day", "last_day"))
    people = tuple(kept["people"])
    pattern = _pattern(kept["pattern"]) if kept.get("pattern") else None
    return ReadRota(kept["layout"], people, duties, questions, MappingProxyType(legend), first, last, pattern)


def answers_json(answers: Answers) -> dict[str, Any]:
    """Answers given, to keep them beside the rota that waits."""
    return {
        "people": dict(answers.people),
        "codes": [_legend_json(entry) for entry in answers.codes.values()],
        "others": dict(answers.others),
    }


def answers_from_json(kept: Mapping[str, Any]) -> Answers:
    """The answers that :func:`answers_json` wrote."""
    codes = {entry.code: entry for entry in map(_legend_entry, kept["codes"])}
    return Answers(kept["people"], codes, kept["others"])


def _duty_json(duty: ReadDuty) -> dict[str, Any]:
    return {
        "person": duty.person,
        "date": duty.date.isoformat(),
        "code": duty.code,
        "kind": duty.kind.value,
        "start": duty.start.isoformat() if duty.start else None,
        "end": duty.end.isoformat() if duty.end else None,
    }


def _duty(written: Mapping[str, Any], cell: str) -> ReadDuty:
    start, end = (datetime.fromisoformat(written[key]) if written[key] else None for key in ("start", "end"))
    day = date.fromisoformat(written["date"])
    return ReadDuty(written["person"], day, written["code"], DutyKind(written["kind"]), start, end, cell)


def _pattern_json(pattern: Pattern) -> dict[str, Any]:
    duties = [_duty_json(duty) | {"cell": duty.cell} for duty in pattern.duties]
    return {"lines": pattern.lines, "weekday": pattern.weekday, "duties": duties}


def _pattern(written: Mapping[str, Any]) -> Pattern:
    duties = tuple(_duty(duty, duty["cell"]) for duty in written["duties"])
    return Pattern(written["lines"], written["weekday"], duties)


def _question_json(question: Question) -> dict[str, Any]:
    return {
        "about": question.about,
        "cell": question.cell,
        "text": question.text,
        "answers": list(question.answers),
    }


def _legend_json(entry: LegendEntry) -> dict[str, Any]:
    start, end = (moment.isoformat() if moment else None for moment in (entry.start, entry.end))
    return {"code": entry.code, "kind": entry.kind.value, "start": start, "end": end, "label": entry.label}


def _legend_entry(written: Mapping[str, Any]) -> LegendEntry:
    start, end = (time.fromisoformat(written[key]) if written[key] else None for key in ("start", "end"))
    return LegendEntry(written["code"], DutyKind(written["kind"]), start, end, written["label"])
