"""``rounds edit``: what edits would do to a solution, and the best places for a person and dates for a group."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from scheduler.commands.solve import BROKEN, FILE, breach_to_json
from scheduler.errors import Fault, Rejected
from scheduler.files import load, require_writable, write_whole
from solvers.codec import read_instance, read_solution, solution_to_json
from solvers.edit import Editor, Place, PossibleDate, Preview, edit_to_json, read_edits
from solvers.errors import UnusableInput
from solvers.referee import Breach
from solvers.solution_codec import group_to_json


@click.command()
@click.argument("instance_file", metavar="INSTANCE", type=FILE)
@click.argument("solution_file", metavar="SOLUTION", type=FILE)
@click.argument("edits_file", metavar="[EDITS]", type=FILE, required=False)
@click.option("-o", "--output", metavar="SOLUTION", type=FILE, help="File to write the edited solution to.")
@click.option("--places", metavar="PERSON", help="Also list the best places for this person, after the edits.")
@click.option("--dates", metavar="GROUP", help="Also list the best dates for this group, after the edits.")
def edit(
    instance_file: Path,
    solution_file: Path,
    edits_file: Path | None,
    output: Path | None,
    places: str | None,
    dates: str | None,
) -> None:
    """Say in JSON what the EDITS would do to the SOLUTION of the INSTANCE: broken rules and points before and after.

    Exit status 0 if every rule is kept after the edits, 1 if one is broken, 2 if a file can't be used or an edit makes
    no sense.
    """
    instance, solution = load(instance_file, read_instance), load(solution_file, read_solution)
    edits = load(edits_file, read_edits) if edits_file else ()
    if output:
        require_writable(output)
    with _rejecting(solution_file):
        editor = Editor(instance, solution)
    with _rejecting(edits_file):
        found, after = editor.preview(edits), editor.after(edits)
    with _rejecting(None):
        report = _report(found) | _suggestions(after, places, dates)
    if output:
        write_whole(output, json.dumps(solution_to_json(found.solution)).encode())
    click.echo(json.dumps(report))
    click.get_current_context().exit(BROKEN if found.broken_after else 0)


@contextmanager
def _rejecting(path: Path | None) -> Iterator[None]:
    """What can't be used is told with the file that it is in, or with none for what the command was asked."""
    try:
        yield
    except UnusableInput as error:
        faults = tuple(Fault(fault.path, fault.text) for fault in error.faults)
        raise Rejected("That can’t be tried.", faults, where=str(path or "")) from error


def _report(found: Preview) -> dict[str, Any]:
    return {
        "before": _state(found.broken_before, found.points_before, found.score_before),
        "after": _state(found.broken_after, found.points_after, found.score_after),
        "gain": found.gain,
        "newly_broken": [breach_to_json(breach) for breach in found.newly_broken],
        "mended": [breach_to_json(breach) for breach in found.mended],
        "changes": {id_: group_to_json(group) if group else None for id_, group in found.changes.items()},
    }


def _suggestions(editor: Editor, person: str | None, group: str | None) -> dict[str, Any]:
    places = {} if person is None else {"places": [_place(place) for place in editor.best_places(person)]}
    dates = {} if group is None else {"dates": [_date(date) for date in editor.best_dates(group)]}
    return {**places, **dates}


def _state(broken: Iterable[Breach], points: Mapping[str, int], score: int) -> dict[str, Any]:
    listed = [breach_to_json(breach) for breach in broken]
    return {"ok": not listed, "score": score, "points": dict(points), "broken": listed}


def _place(place: Place) -> dict[str, Any]:
    return {
        **_suggested(place),
        "group": place.group,
        "instead_of": place.instead_of,
        "held": place.held,
    }


def _date(date: PossibleDate) -> dict[str, Any]:
    return {
        **_suggested(date),
        "round": date.round,
        "slot": date.slot,
        "room": date.room,
        "facilitators": list(date.facilitators),
        "residents": date.residents,
    }


def _suggested(found: Place | PossibleDate) -> dict[str, Any]:
    broken = [breach_to_json(breach) for breach in found.broken]
    return {"edit": edit_to_json(found.edit), "gain": found.gain, "can_come": found.can_come, "broken": broken}
