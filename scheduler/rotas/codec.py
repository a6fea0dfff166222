"""A read rota as JSON: what ``rounds rota read --json`` writes, and what is kept while a rota waits for answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.json_values import as_json, from_json
from scheduler.rotas.answers import Answers
from scheduler.rotas.model import ReadRota


def rota_json(rota: ReadRota) -> dict[str, Any]:
    """``layout``, ``people``, ``duties``, ``questions``: what was read, for machines.

    Dates are ISO; ``start`` and ``end`` are wall clock at the rota's site, hence without an offset, null where
    nothing gives the times. ``cell`` is the place in the file, ``half`` ``AM``, ``PM`` or empty.
    """
    whole = as_json(rota)
    duties = [{name: said for name, said in duty.items() if name != "slot"} for duty in whole["duties"]]
    return {"layout": whole["layout"], "people": whole["people"], "duties": duties, "questions": whole["questions"]}


def kept_json(rota: ReadRota) -> dict[str, Any]:
    """Everything in a read rota, to keep it while it waits for answers."""
    kept: dict[str, Any] = as_json(rota)
    return kept


def rota_from_json(kept: Mapping[str, Any]) -> ReadRota:
    """The rota that :func:`kept_json` wrote, now or in its first form."""
    return from_json(ReadRota, _from_first_form(kept) if "cells" in kept else kept)


def answers_json(answers: Answers) -> dict[str, Any]:
    """Answers given, to keep them beside the rota that waits."""
    kept: dict[str, Any] = as_json(answers)
    return kept


def answers_from_json(kept: Mapping[str, Any]) -> Answers:
    """The answers that :func:`answers_json` wrote, now or in its first form."""
    return from_json(Answers, {**kept, "codes": _by_code(kept["codes"])})


def _from_first_form(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Rotas that waited already when values were first written whole: cells and subjects stood in lists beside them."""
    duties = [{**duty, "cell": cell} for duty, cell in zip(kept["duties"], kept["cells"], strict=True)]
    asked = zip(kept["questions"], kept["subjects"], strict=True)
    questions = [{**question, "subject": subject} for question, subject in asked]
    return {**kept, "duties": duties, "questions": questions, "legend": _by_code(kept["legend"])}


def _by_code(entries: Mapping[str, Any] | list[dict[str, Any]]) -> Mapping[str, Any]:
    """Entries of a legend by their codes; in the first form they stood in a list."""
    return {entry["code"]: entry for entry in entries} if isinstance(entries, list) else entries
