"""``rounds rota``: read a rota file and show what was understood."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import available_timezones

import click

from scheduler import clock
from scheduler.rotas.codec import rota_json
from scheduler.rotas.model import ReadRota
from scheduler.rotas.reading import read_rota
from scheduler.rotas.reading.context import Rolling

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def rota() -> None:
    """Duty rotas."""


@rota.command()
@click.argument("file", type=_FILE)
@click.option("--sheet", help="Read only this sheet of the workbook.")
@click.option("--legend", type=_FILE, help="A file that explains the codes.")
@click.option("--year", type=click.IntRange(2000, 2099), help="The year of the first date, if the file does not say.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="The day on which a rolling rota of lines begins.")
@click.option("--weeks", type=click.IntRange(1, 520), help="For how many weeks a rolling rota runs.")
@click.option("--zone", help="The rota's time zone, for calendar files.")
@click.option(
    "--json",
    "out",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="File to write the result to (- for the screen).",
)
def read(
    file: Path,
    sheet: str | None,
    legend: Path | None,
    year: int | None,
    start: datetime | None,
    weeks: int | None,
    zone: str | None,
    out: str | None,
) -> None:
    """Read FILE and show its layout, people, duties and open questions. Nothing is saved."""
    found = read_rota(
        file.read_bytes(),
        file.name,
        sheet=sheet,
        legend=(legend.read_bytes(), legend.name) if legend else None,
        year=year,
        today=clock.now().date(),
        rolling=Rolling(start.date() if start else None, weeks),
        zone=_known_zone(zone),
    )
    if out is not None:
        with click.open_file(out, "w", encoding="utf-8") as target:
            target.write(json.dumps(rota_json(found), ensure_ascii=False, indent=1) + "\n")
    if out != "-":
        click.echo(summary(found))


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
