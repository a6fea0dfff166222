"""A test is found by the name of what it tests: where each test module stands, and what it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STORIES = {
    "scheduler/evidence/test_audit_record.py": "every figure, counted again from the record of who did what",
    "scheduler/charters/test_told_since.py": "what people of a group are to each other, told after they agreed",
    "scheduler/own_data/test_what_others_share.py": "deleting what others share in",
    "scheduler/preflight/test_accompanied.py": "people who share a group for a reason, before publishing",
    "scheduler/preflight/test_repairs.py": "repairs that would get round the checks before publishing",
    "scheduler/troubles/test_accompanied.py": "the same, once their group meets",
    "scheduler/calendars/test_migrations.py": "what feeds lived through, from the first schema on",
    "scheduler/calendars/test_read_back.py": "feeds as other readers see them",
    "scheduler/calendars/test_story.py": "a programme's life in seven calendar clients",
    "scheduler/commands/test_check.py": "the command line as processes of its own, on the command `rounds check`",
    "scheduler/groups/test_closed_groups.py": "groups in which somebody has power over somebody else",
    "scheduler/invitations/test_story.py": "a session's life in a mail program",
    "scheduler/rotas/test_documentation.py": "the samples of docs/rotas.md",
    "scheduler/rotas/test_spoilt_rotas.py": "made rotas of every shape, as made and spoilt",
    "scheduler/test_database_role.py": "the role that deploy/postgresql-role.sql makes",
    "scheduler/test_at_once.py": "two people at the same moment",
    "scheduler/test_faults.py": "what goes wrong around the product, done to it",
    "scheduler/test_zones.py": "whose clock changes are read",
    "scheduler/planning/test_never_alone.py": "people who must not be the only one, from their answer to a plan",
    "scheduler/troubles/test_clashes.py": "relations that keep people of a group apart, now or months from now",
    "solvers/test_told_openly.py": "what people say when asked openly, from a file to its points",
    "solvers/test_format_docs.py": "what docs/instance-format.md says",
    "solvers/test_purity.py": "what no module of the solvers may read",
    "solvers/test_secrets.py": "what explanations give away",
}
"""Tests of no single module, with what they are about. Tests of pages go by their audience and are not held here."""

TESTS = sorted(
    path.relative_to(ROOT / "tests").as_posix()
    for part in ("scheduler", "solvers")
    for path in (ROOT / "tests" / part).rglob("test_*.py")
)


def modules_in(room: Path) -> set[str]:
    """The modules and packages of a room; below the packages themselves, of the rooms inside it too."""
    modules = room.glob("*.py") if room.parent == ROOT else room.rglob("*.py")
    return {path.stem for path in modules} | {path.parent.name for path in room.glob("*/__init__.py")}


def is_named_for(name: str, modules: set[str]) -> bool:
    """Whether a test is called ``test_<module>``, or ``test_<module>_<what of it>``."""
    tested = Path(name).stem.removeprefix("test_")
    return any(tested == module or tested.startswith(f"{module}_") for module in modules)


@pytest.mark.parametrize("name", [name for name in TESTS if name not in STORIES])
def test_a_test_carries_the_name_of_the_module_that_it_tests(name: str) -> None:
    assert is_named_for(name, modules_in((ROOT / name).parent)), "rename it, or give its story in STORIES"


def test_every_story_is_one() -> None:
    assert [name for name in STORIES if name not in TESTS] == []
    assert [name for name in STORIES if is_named_for(name, modules_in((ROOT / name).parent))] == []
