"""``rounds explain``: why a solution is as it is, what prevents a better one, and what would make one possible."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from scheduler.commands.solve import BROKEN, FILE, print_breaches
from scheduler.errors import Rejected
from scheduler.files import load
from scheduler.reasons.sentences import date_reason, gain_words, groups_reason, step_words
from solvers.codec import read_instance, read_solution
from solvers.explain import Explainer
from solvers.explain import explain as explain_all
from solvers.instance import Instance
from solvers.reasons.facts import (
    Gain,
    MissedSession,
    MovedSession,
    Obstacle,
    Regrouped,
    Relaxations,
    Relaxed,
    WishOutcome,
)
from solvers.reasons.reports import Changes, GroupReport, PersonReport
from solvers.referee import check as referee
from solvers.solution import Solution


@click.command()
@click.argument("instance_file", metavar="INSTANCE", type=FILE)
@click.argument("solution_file", metavar="SOLUTION", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, including what each person may see.")
@click.option("--person", metavar="ID", help="Print only what this person may see.")
def explain(instance_file: Path, solution_file: Path, as_json: bool, person: str | None) -> None:
    """Explain the SOLUTION of the INSTANCE to the coordinator or, with --person, to that person.

    The coordinator's part reveals what people keep private; a person's part does not.
    Exit status 1 if the solution breaks a rule, 2 if a file can't be used or nobody has that id.
    """
    instance = load(instance_file, read_instance)
    solution = load(solution_file, read_solution)
    _require_kept_rules(instance, solution)
    if person is not None:
        report = _of_person(Explainer(instance, solution), person, instance_file)
        lines, content = _person_lines(instance, report), report
    else:
        lines, content = _all_lines(instance, solution), None
    if as_json:
        click.echo(json.dumps(_as_json(content or explain_all(instance, solution))))
        return
    for line in lines:
        click.echo(line)


def _require_kept_rules(instance: Instance, solution: Solution) -> None:
    verdict = referee(instance, solution)
    if not verdict.ok:
        print_breaches(verdict)
        click.echo("This solution breaks rules, so it can’t be explained.", err=True)
        click.get_current_context().exit(BROKEN)


def _of_person(explainer: Explainer, person: str, path: Path) -> PersonReport:
    try:
        return explainer.for_person(person)
    except KeyError as error:
        raise Rejected(f"nobody in it has the id {person}.", where=str(path)) from error


def _as_json(value: Any, reason: Callable[[Obstacle], str] = date_reason) -> Any:
    """Frozen values, mappings and tuples as JSON has them, with what stands in the way and would help in words too."""
    if dataclasses.is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        found = {name: _as_json(part, groups_reason if name == "unplaced" else reason) for name, part in parts.items()}
        return found | _text(value, reason)
    if isinstance(value, Mapping):
        return {key: _as_json(part, reason) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_as_json(part, reason) for part in value]
    return value


def _text(value: Any, reason: Callable[[Obstacle], str]) -> dict[str, str]:
    match value:
        case Obstacle():
            return {"text": reason(value)}
        case Relaxed():
            return {"text": step_words(value.step)}
        case _:
            return {}


# --- in lines ---------------------------------------------------------------------------------------------------


def _all_lines(instance: Instance, solution: Solution) -> Iterator[str]:
    """The coordinator's part, each line as soon as it is known."""
    explainer = Explainer(instance, solution)
    if instance.previous:
        yield "Changes"
        yield from _indented(_changes_lines(instance, explainer.changes()))
        yield ""
    yield "Groups"
    for group in solution.groups:
        yield from _group_lines(instance, explainer.group(group.id))
    yield ""
    yield "People"
    people = [resident.id for resident in instance.residents] + [faculty.id for faculty in instance.faculty]
    for person in people:
        yield from _indented(_person_lines(instance, explainer.for_coordinator(person), missed=False))
    yield ""
    yield "What would help"
    yield from _indented(_relaxation_lines(explainer.relaxations()))


def _changes_lines(instance: Instance, changes: Changes) -> Iterator[str]:
    """What moved against the earlier plan; sessions that moved are told here and not with their group again."""
    if changes.nothing_moved:
        yield "Nothing moved."
    for person in changes.people:
        yield _regrouped_line(person)
    for session in changes.sessions:
        yield f"{session.group}, {_moved_line(instance, session)}"
    for group in changes.gone:
        yield f"{group} no longer exists"


def _regrouped_line(moved: Regrouped[str]) -> str:
    start = f"{moved.person}: from {moved.before} to {moved.now or 'no group'}"
    if moved.in_the_way:
        return f"{start}; could not stay because of: {', '.join(moved.in_the_way)}"
    if moved.cost is None:
        return f"{start}; no swap found that would let them stay"
    return f"{start}; staying would cost {moved.cost} points"


def _group_lines(instance: Instance, report: GroupReport) -> Iterator[str]:
    yield f"  {report.id}"
    width = max(map(len, report.attendance), default=0)
    for person, marks in report.attendance.items():
        yield f"    {person:{width}}  {marks}"
    for missed in report.missed:
        yield f"    {_missed_line(instance, missed)}"


def _person_lines(instance: Instance, report: PersonReport, missed: bool = True) -> Iterator[str]:
    yield f"{report.person}: {', '.join(report.groups) or 'in no group'}"
    for obstacle in report.unplaced:
        yield f"  in the way: {_obstacle_text(obstacle, groups_reason)}"
    for wish in report.wishes:
        yield f"  {_wish_line(wish)}"
    for session in report.missed if missed else ():
        yield f"  {_missed_line(instance, session)}"
    for session_moved in report.moved if missed else ():
        yield f"  {_moved_line(instance, session_moved)}"


def _wish_line(wish: WishOutcome[str]) -> str:
    name = f"{wish.kind} {wish.subject}".strip()
    if wish.met is None:
        return f"heard: {name}"
    if wish.met:
        return f"met: {name}"
    if wish.cost is not None:
        return f"not met: {name}; meeting it would cost {wish.cost} points"
    if wish.in_the_way:
        return f"not met: {name}; in the way: {', '.join(wish.in_the_way)}"
    return f"not met: {name}"


def _missed_line(instance: Instance, missed: MissedSession[int]) -> str:
    start = f"round {missed.round} missed"
    if missed.slot is not None:
        start += f", nearest {_when(instance, missed.slot)}"
    return start + (_reasons(missed.obstacles) if missed.obstacles else f": possible, for {missed.gain or 0:+} points")


def _moved_line(instance: Instance, moved: MovedSession[int]) -> str:
    old = _when(instance, moved.old_slot)
    new = "not held" if moved.slot is None else f"moved to {_when(instance, moved.slot)}"
    start = f"round {moved.round} {new}, before {old}"
    return start + (_reasons(moved.obstacles) if moved.obstacles else f": keeping it would cost {moved.cost} points")


def _when(instance: Instance, slot: int) -> str:
    """A slot by its number and its start; one of before may be gone."""
    return (
        f"slot {slot} ({instance.slots[slot].start:%Y-%m-%d %H:%M})" if slot < len(instance.slots) else f"slot {slot}"
    )


def _reasons(obstacles: Iterable[Obstacle]) -> str:
    return ": " + "; ".join(_obstacle_text(obstacle, date_reason) for obstacle in obstacles)


def _obstacle_text(obstacle: Obstacle, reason: Callable[[Obstacle], str]) -> str:
    figures = f", {obstacle.have} of {obstacle.needed:g} needed" if obstacle.needed else ""
    alone = f", alone in {obstacle.places} places" if obstacle.places else ""
    return f"{reason(obstacle).rstrip('.')} [{obstacle.rule_id}{figures}{alone}]"


def _relaxation_lines(found: Relaxations[str]) -> Iterator[str]:
    if not found.single:
        yield "Relaxing any one rule would not add a session or place another resident."
        return
    for single in found.single:
        yield f"{step_words(single.step)}: {_gain_text(single.gain)}"
    chosen = "; ".join(step_words(single.step) for single in found.smallest)
    yield f"The fewest that gain as much as all of them: {chosen}: {_gain_text(found.together)}"


def _gain_text(gain: Gain) -> str:
    return f"{gain_words(gain)}, {gain.points:+} points"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
