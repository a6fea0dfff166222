"""What the page for contributors promises: hooks that are our own commands, an editor that knows the style."""

from __future__ import annotations

import configparser
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOOKS = (ROOT / ".pre-commit-config.yaml").read_text()
ENTRIES = re.findall(r"^ +entry: (.+)$", HOOKS, re.MULTILINE)
MAKEFILE = (ROOT / "Makefile").read_text()


def commands_of(target: str) -> list[str]:
    """What a target of the Makefile runs from the environment, without the paths that it is given."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert recipe
    return [command.removesuffix(" .") for command in re.findall(r"\$\(BIN\)/(.+)", recipe[1])]


def test_nothing_is_fetched_for_the_hooks() -> None:
    assert re.findall(r"repo: (.+)", HOOKS) == ["local"]
    assert set(re.findall(r"language: (.+)", HOOKS)) == {"system"}


def test_the_hooks_are_the_commands_of_make_check() -> None:
    hooks = [entry.removeprefix(".venv/bin/").removesuffix(" --force-exclude") for entry in ENTRIES]
    assert hooks == commands_of("check")


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_hook_runs_a_tool_of_the_environment(entry: str) -> None:
    tool = entry.split()[0].removeprefix(".venv/bin/")
    assert (Path(sys.executable).parent / tool).exists()


def test_the_editor_breaks_lines_where_the_formatter_does() -> None:
    editor = configparser.ConfigParser(strict=False)
    editor.read_string("[top]\n" + (ROOT / ".editorconfig").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert editor["*.py"]["max_line_length"] == str(project["tool"]["ruff"]["line-length"])
