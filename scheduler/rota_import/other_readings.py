"""Other ways to read a file that may be meant: found while the file is there, since nothing of it is kept of somebody's
own rota but their line. Their owner chooses between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from scheduler.rota_import.service import BeforeAgain, read_again
from scheduler.rotas.model import LegendEntry, Question, ReadRota, UnreadableFile
from scheduler.rotas.pointed_sheets import NOT_POINTED, NOTHING_POINTED, Holds, Part, PointedSheet, Pointing

READING: Final = "reading"
"""What a question is about that asks which of several readings is right."""
AS_READ, OTHERWISE = "as read", "otherwise"
"""Its answers where there are two ways to read a sheet."""
_MOST_QUESTIONS: Final = 2
_WHOLE: Final = Part(0, 0, None, None)

Readings = Mapping[str, Mapping[str, ReadRota]]
"""By the subject of a question about the layout: each of its answers with the file read so."""
NO_READINGS: Readings = MappingProxyType({})


def other_readings(rota: ReadRota, today: date, known: Mapping[str, LegendEntry]) -> Readings:
    """The readings between which an answer to the rota's questions about its layout would choose. Of a question that no
    other reading would answer there are none."""
    asked = [question for question in rota.questions if question.about == "layout" and question.subject]
    if not rota.source:
        return {}
    before = BeforeAgain("", rota.source, today, known)
    found = {each.subject: dict(_readings(each, rota, before)) for each in asked[:_MOST_QUESTIONS]}
    return {subject: readings for subject, readings in found.items() if len(readings) > 1}


def as_choice(question: Question, readings: Mapping[str, ReadRota]) -> Question:
    """The question about the layout as one that is answered by choosing a reading."""
    return replace(question, about=READING, answers=tuple(readings))


def _readings(question: Question, rota: ReadRota, before: BeforeAgain) -> Iterator[tuple[str, ReadRota]]:
    sheets = {picture.sheet for picture in rota.pictures}
    if len(question.answers) > 1 and sheets.issuperset(question.answers):
        for name in question.answers:
            left_out = [PointedSheet(other, ignored=(_WHOLE,)) for other in question.answers if other != name]
            if (read := _read(before, Pointing(tuple(left_out)))) is not None:
                yield name, read
        return
    yield AS_READ, rota
    sheet = next((name for name in sheets if question.cell in (name, "") or question.cell.startswith(f"{name}!")), None)
    for holds in Holds if sheet is not None or len(sheets) == 1 else ():
        said = replace(NOT_POINTED, sheet=sheet or next(iter(sheets)), cells=holds)
        read = _read(before, NOTHING_POINTED.with_sheet(said))
        if read is not None and _said(read) != _said(rota):
            yield OTHERWISE, read
            return


def _read(before: BeforeAgain, pointing: Pointing) -> ReadRota | None:
    try:
        return read_again(before, pointing)
    except UnreadableFile:
        return None


def _said(rota: ReadRota) -> set[tuple[str, date, str]]:
    return {(duty.person, duty.date, duty.code) for duty in rota.duties}
