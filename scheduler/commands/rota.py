"""``rounds rota``: read a rota file and show what was understood."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import click

from scheduler import clock
from scheduler.enrolment.listed_names import listed_names
from scheduler.files import read_file, write_whole
from scheduler.rotas.answer_files import (
    FiledAnswer,
    answers_in,
    filed_answers,
    given_in,
    never_asked,
    pointing_in,
    question_file,
)
from scheduler.rotas.answered import answered_rota, named_people
from scheduler.rotas.answers import NO_NAMES, Answers
from scheduler.rotas.codec import rota_json
from scheduler.rotas.model import Question, ReadRota
from scheduler.rotas.question_order import most_telling_first
from scheduler.rotas.reading.context import Rolling
from scheduler.rotas.reading.reader import read_again, read_rota

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class _Explained:
    """A rota by list and answers, the questions that are open or were answered, and answers to none of them."""

    rota: ReadRota
    asked: tuple[Question, ...]
    unused: tuple[FiledAnswer, ...]


@click.group()
def rota() -> None:
    """Duty rotas."""


@rota.command()
@click.argument("file", type=_FILE)
@click.option("--sheet", help="Read only this sheet of the workbook.")
@click.option("--legend", type=_FILE, help="A file that explains the codes.")
@click.option("--year", type=click.IntRange(2000, 2099), help="The year of the first date, if the file does not say.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="The first day of a rolling rota.")
@click.option("--weeks", type=click.IntRange(1, 520), help="The number of weeks that a rolling rota runs.")
@click.option("--zone", help="The rota's time zone, for calendar files.")
@click.option("--people", type=_FILE, help="A list of people to match the rota's names against.")
@click.option("--answers", type=_FILE, help="A file of this rota's questions with answers filled in.")
@click.option("--write-questions", type=_NEW_FILE, help="File to write the questions to, with room for the answers.")
@click.option(
    "--json",
    "out",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="File to write the result to (- for the screen).",
)
def read(
    file: Path,
    people: Path | None,
    answers: Path | None,
    write_questions: Path | None,
    out: str | None,
    **how: Any,
) -> None:
    """Read FILE and show its layout, people, duties and open questions. Nothing is saved."""
    filed = filed_answers(read_file(answers), answers.name) if answers else ()
    explained = _explained(_read(file, **how), people, filed, answers.name if answers else "")
    found = explained.rota
    if write_questions is not None:
        questions = most_telling_first(explained.asked, found)
        write_whole(write_questions, question_file(questions, given_in(filed)))
    if out is not None:
        with click.open_file(out, "w", encoding="utf-8") as target:
            target.write(json.dumps(rota_json(found), ensure_ascii=False, indent=1) + "\n")
    for each in explained.unused:
        unused = f"{each.place} answers a question that this rota does not ask, and was not used: {each.key[1]}"
        click.echo(unused, err=True)
    if out != "-":
        click.echo(summary(found))


def _read(
    file: Path,
    sheet: str | None,
    legend: Path | None,
    year: int | None,
    start: datetime | None,
    weeks: int | None,
    zone: str | None,
) -> ReadRota:
    return read_rota(
        read_file(file),
        file.name,
        sheet=sheet,
        legend=(read_file(legend), legend.name) if legend else None,
        year=year,
        today=clock.now().date(),
        rolling=Rolling(start.date() if start else None, weeks),
        zone=_known_zone(zone),
        keeping=True,
    )


def _explained(first: ReadRota, people: Path | None, filed: Sequence[FiledAnswer], filename: str) -> _Explained:
    """The rota by the list and the answers; where one says how to read a sheet, it is read once more."""
    pointing = pointing_in(filed, first, filename)
    rota = read_again(first.source, clock.now().date(), {}, pointing) if pointing.sheets else first
    known = listed_names(read_file(people), people.name) if people else named_people(_named(filed))
    if not (people or filed):
        return _Explained(rota, rota.questions, ())
    before = answered_rota(rota, Answers(), known, listed=people is not None)
    after = answered_rota(rota, answers_in(filed, known, filename), known, listed=people is not None)
    every = dict.fromkeys((*before.questions, *after.questions))
    given = given_in(filed)
    asked = tuple(each for each in every if each in after.questions or (each.about, each.subject) in given)
    return _Explained(after, asked, never_asked(filed, (*first.questions, *rota.questions, *every)))


def _named(filed: Sequence[FiledAnswer]) -> Iterator[str]:
    return (each.text for each in filed if each.key[0] == "person" and each.text not in NO_NAMES)


def _known_zone(zone: str | None) -> str | None:
    if zone is not None and zone not in available_timezones():
        raise click.BadParameter(f"There is no time zone called “{zone}”.", param_hint="--zone")
    return zone


def summary(found: ReadRota) -> str:
    """What was read, in a few lines, with every question and its place."""
    codes = Counter((duty.code, duty.kind.value) for duty in found.duties)
    days = f"{found.first_day} to {found.last_day}" if found.first_day else "no days"
    lines = [f"Layout {found.layout}: {len(found.people)} people, {len(found.duties)} entries, {days}."]
    lines += [f"  {code}: {kind.replace('_', ' ')}, {count} times" for (code, kind), count in codes.most_common()]
    lines += [f"Questions: {len(found.questions)}"] if found.questions else ["No questions."]
    for question in found.questions:
        place = f"{question.cell}: " if question.cell else ""
        answers = f" [{', '.join(question.answers)}]" if question.answers else ""
        lines.append(f"  {place}{question.text}{answers}")
    return "\n".join(lines)
