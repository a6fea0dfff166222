"""What the product imports is what its requirements install: the packages for tests are not there when it runs."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("scheduler", "solvers", "web")


def imported() -> Iterator[tuple[str, str]]:
    """(top-level module, file) of every import of something that is neither ours nor Python's own."""
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            for module in _modules(node):
                top = module.split(".")[0]
                if top not in PACKAGES and top not in sys.stdlib_module_names:
                    yield top, str(path.relative_to(ROOT))


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module]
    return []


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> set[str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return {normal(line.split("==")[0]) for line in lines if "==" in line and not line.startswith(" ")}


def test_everything_imported_is_pinned() -> None:
    installed_by, wanted = packages_distributions(), pinned()
    missing = {
        (module, file)
        for module, file in imported()
        if not {normal(name) for name in installed_by.get(module, ())} & wanted
    }
    assert missing == set()


def test_everything_named_is_imported() -> None:
    """No package is installed for nothing. Some are used by their command, their driver's name or their data."""
    indirect = {"babel", "gunicorn", "psycopg", "python-dateutil", "setuptools", "tzdata"}
    named = {normal(re.split(r"[\[<>=]", line)[0]) for line in (ROOT / "requirements.in").read_text().split()}
    packages = packages_distributions()
    used = {normal(name) for module, _ in imported() for name in packages.get(module, ())}
    assert named - used - indirect == set()
