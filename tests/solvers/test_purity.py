"""The solver knows no date of today, no environment and no file: whatever it is to know is in the instance."""

from __future__ import annotations

import ast
from pathlib import Path

import solvers

ROOT = Path(solvers.__file__).parent
KEEPS_COMPILED_CODE = {"engines/compilation.py"}
"""Reads the sources that it compiles, and keeps machine code on disk."""
MODULES = {"os", "io", "pathlib", "shutil", "tempfile", "socket", "urllib", "sqlite3", "getpass", "platform"}
CALLS = {"open", "input", "now", "today", "utcnow", "read_text", "read_bytes", "write_text", "write_bytes", "getenv"}
"""``time.monotonic`` is none of them: limits of time are part of what the caller asks for."""


def reaches_out(path: Path) -> set[str]:
    """What a module uses of the world outside its arguments."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {(node.module or "").split(".")[0]} & MODULES
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found |= {name} & CALLS
        elif isinstance(node, ast.Attribute) and node.attr == "environ":
            found.add("environ")
    return found


def test_nothing_is_read_but_the_arguments() -> None:
    reaching = {
        str(path.relative_to(ROOT)): reaches_out(path) for path in sorted(ROOT.rglob("*.py")) if reaches_out(path)
    }
    assert reaching.keys() == KEEPS_COMPILED_CODE


def test_it_is_seen_where_something_is_read(tmp_path: Path) -> None:
    module = tmp_path / "reading.py"
    module.write_text("import os\nfrom datetime import date\nopen('x')\ndate.today()\nos.environ['A']\n")
    assert reaches_out(module) == {"os", "open", "today", "environ"}
