"""Every action that is recorded anywhere has words and readers, and no line keeps more than ids, counts and dates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from scheduler.oversight.trail_words import ACTIONS, KINDS, Kind, Readers
from scheduler.people.roles import OFFICES
from scheduler.retention.service import Kept

ROOT = Path(__file__).parents[3]
SPREAD = {"_details", "counts", "why", "of"}
"""What details are spread from: of an act, counts of a rota, a reason, ids."""
KEYS = {
    "about", "added", "after", "before", "came", "cancelled", "changed", "changed_days", "closed", "concern",
    "copied", "count", "days", "edit", "extra", "feed", "first_day", "follows", "format",
    "given", "group", "hats", "invited", "item",
    "kept", "kind", "led", "lines", "manager", "merged", "name", "new", "numbers", "offered", "out_of", "override",
    "own_group", "passkey", "people", "person", "place", "plan",
    "plans", "proposal", "purpose", "opens_on", "questions", "relations", "release", "removed", "residents",
    "revision", "rooms", "rota",
    "rotas", "rows", "run", "second", "session", "sessions", "site", "stage", "successor", "terms", "there", "token",
    "topics", "trouble", "version", "wanted", "webhook", "what", "why",
}  # fmt: skip
"""What details may be called: none of these holds a wish, a relation's kind, a tag, a need or a complaint."""


def calls() -> Iterator[tuple[Path, ast.Module, ast.FunctionDef, ast.Call]]:
    for path in sorted((ROOT / "scheduler").rglob("*.py")):
        tree = ast.parse(path.read_text())
        for function in (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("record", "record_each"):
                    yield path, tree, function, node


def actions_of(path: Path, tree: ast.Module, function: ast.FunctionDef, said: ast.expr) -> Iterator[str]:
    """What an expression for an action can come to."""
    if isinstance(said, ast.Constant):
        yield str(said.value)
    elif isinstance(said, ast.IfExp):
        yield from actions_of(path, tree, function, said.body)
        yield from actions_of(path, tree, function, said.orelse)
    elif isinstance(said, ast.JoinedStr) and isinstance(said.values[-1], ast.FormattedValue):
        begins = str(said.values[0].value)  # type: ignore[attr-defined]
        yield from (f"{begins}{what.value}" for what in Kept)
    elif isinstance(said, ast.JoinedStr):
        end = str(said.values[-1].value)  # type: ignore[attr-defined]
        yield from (f"{role.value}{end}" for role in OFFICES)
    elif isinstance(said, ast.Subscript):
        yield from module_of(path).ACTIONS.values()
    elif isinstance(said, ast.Name) and said.id.isupper():
        yield getattr(module_of(path), said.id)
    else:
        yield from passed_as(path, tree, function, said)


def passed_as(path: Path, tree: ast.Module, function: ast.FunctionDef, said: ast.expr) -> Iterator[str]:
    assert isinstance(said, ast.Name), ast.dump(said)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == said.id:
            yield from actions_of(path, tree, function, node.value)
    names = [argument.arg for argument in function.args.args]
    if said.id not in names:
        return
    place = names.index(said.id)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function.name:
            yield from actions_of(path, tree, function, node.args[place])


def module_of(path: Path) -> object:
    return import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def recorded() -> set[str]:
    return {
        action
        for path, tree, function, call in calls()
        if len(call.args) > 2
        for action in actions_of(path, tree, function, call.args[2])
    }


def test_every_action_has_words_and_no_words_are_left_over() -> None:
    assert recorded() == ACTIONS.keys()


def test_details_are_ids_counts_dates_and_reasons() -> None:
    for path, _tree, _function, call in calls():
        for keyword in call.keywords:
            if keyword.arg is None:
                named = {node.id for node in ast.walk(keyword.value) if isinstance(node, ast.Name)}
                assert named & SPREAD, f"{path}:{call.lineno}"
            else:
                assert keyword.arg in KEYS, f"{path}:{call.lineno}: {keyword.arg}"


def test_what_a_relation_is_stands_in_no_line() -> None:
    for path, tree, function, call in calls():
        actions = set(actions_of(path, tree, function, call.args[2])) if len(call.args) > 2 else set()
        if any(action.startswith("relation.") for action in actions):
            assert {keyword.arg for keyword in call.keywords} <= {"person", "about", "override", None}, (
                f"{path}:{call.lineno}"
            )


@pytest.mark.parametrize("action", [each for each in ACTIONS if each.startswith("concern.")])
def test_concerns_are_for_oversight_contacts_alone(action: str) -> None:
    assert ACTIONS[action].readers is Readers.OVERSIGHT


def test_what_people_do_for_themselves_is_for_nobody() -> None:
    own = {action for action, words in ACTIONS.items() if words.kind is Kind.OWN}
    assert own == {action for action, words in ACTIONS.items() if words.readers is Readers.NOBODY}
    assert {"own_group.joined", "attendance.noted", "invitation.answered"} <= own
    assert Kind.OWN not in KINDS
