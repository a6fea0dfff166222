"""What the documents say exists, and what exists is in the documents."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from scheduler import clock
from scheduler.cli import COMMANDS, rounds
from scheduler.settings import IN_FILE, NAMES, SECRETS, VARIABLES, Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text()
OPERATING = (ROOT / "docs" / "operating.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
TEXTS = {path.name: path.read_text() for path in DOCUMENTS}


def code_blocks(text: str) -> Iterator[str]:
    return (block[1] for block in re.finditer(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def in_code(text: str) -> str:
    """All that stands in code blocks or between backquotes."""
    return "\n".join([*code_blocks(text), *re.findall(r"`([^`\n]+)`", text)])


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def usages() -> dict[str, set[str]]:
    """The README's usage lines: a command such as ``rota read`` with its options."""
    blocks = [re.sub(r"\n +", " ", block) for block in code_blocks(README)]  # an indented line goes on with its command
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("rounds ")]
    return {line.removeprefix("rounds "): set(re.findall(r"(?<![\w-])--[a-z-]+", line)) for line in lines}


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


ALL_COMMANDS = dict(leaves(rounds))


def options(command: click.Command) -> set[str]:
    """All long options; of a switch such as ``--weekly/--no-weekly`` the first name."""
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}


def all_options(command: click.Command) -> set[str]:
    """The same with the second name of each switch."""
    return options(command) | {name for parameter in command.params for name in parameter.secondary_opts}


@pytest.mark.parametrize("name", TEXTS)
def test_every_make_target_that_a_document_names_exists(name: str) -> None:
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)", in_code(TEXTS[name]))) <= make_targets()


def test_the_readme_names_every_make_target() -> None:
    assert make_targets() <= set(re.findall(r"\bmake ([a-z][a-z-]+)", in_code(README)))


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_that_a_document_names_exists(name: str) -> None:
    named = set(re.findall(r"(?:^|[/\s])rounds ([a-z]+)", in_code(TEXTS[name]), re.MULTILINE))
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("path", ALL_COMMANDS, ids=" ".join)
def test_the_readme_gives_every_command_with_its_options(path: tuple[str, ...]) -> None:
    written = [found for usage, found in usages().items() if tuple(usage.split()[: len(path)]) == path]
    assert written == [options(ALL_COMMANDS[path])]


@pytest.mark.parametrize("name", TEXTS)
def test_every_option_that_a_document_names_exists(name: str) -> None:
    for line in re.findall(r"(?:^|/)rounds ([a-z][^#|\n]*)", in_code(TEXTS[name]), re.MULTILINE):
        words = line.split()
        known = next(
            (all_options(found) for path, found in ALL_COMMANDS.items() if tuple(words[: len(path)]) == path), None
        )
        named = {word.partition("=")[0].strip("[]") for word in words if word.strip("[").startswith("--")}
        assert known is None or named <= known | {"--help"}, line


def test_no_two_documents_have_one_name() -> None:
    assert len(TEXTS) == len(DOCUMENTS)


def test_the_settings_table_is_the_settings() -> None:
    table = dict(re.findall(r"^\| `(ROUNDS_[A-Z_]+)` \| ([^|]+) \|", OPERATING, re.MULTILINE))
    assert set(table) == set(VARIABLES)
    for field in dataclasses.fields(Settings):
        variable = next(variable for variable, name in VARIABLES.items() if name == field.name)
        default = f"{field.default:g}" if isinstance(field.default, float) else field.default
        if default not in (dataclasses.MISSING, ""):
            assert table[variable].strip() == f"`{default}`"


@pytest.mark.parametrize("name", TEXTS)
def test_every_setting_that_a_document_names_exists(name: str) -> None:
    assert set(re.findall(r"\bROUNDS_[A-Z_]+\b", TEXTS[name])) <= set(NAMES)


def test_every_secret_that_may_be_in_a_file_is_told() -> None:
    assert set(re.findall(rf"`(ROUNDS_[A-Z_]+{IN_FILE})`", OPERATING)) == {f"{name}{IN_FILE}" for name in SECRETS}


def test_no_setting_is_read_beside_the_table() -> None:
    sources = [*(ROOT / "scheduler").rglob("*.py"), *(ROOT / "web").rglob("*.py"), *(ROOT / "solvers").rglob("*.py")]
    named = {name for path in sources for name in re.findall(r"\bROUNDS_[A-Z_]+\b", path.read_text())}
    assert named == {*VARIABLES, clock.MOVED}, "a demo alone sets its clock, for its own processes"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_inside_the_repository_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_document_that_a_document_names_exists(name: str) -> None:
    named = re.findall(r"`((?:docs|tests|scheduler|solvers|web)/[\w./-]*)`", TEXTS[name])
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readme_leads_to_every_document() -> None:
    paths = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS if path.name != "README.md"]
    assert [path for path in paths if f"({path})" not in README] == []


def test_every_path_of_how_to_add_something_is_one_that_is_checked() -> None:
    paths = set(re.findall(r"`([\w.-]+/[\w./-]*)`", TEXTS["adding.md"]))
    assert len(paths) > 50
    assert [path for path in paths if not (ROOT / path).exists()] == []


def layout() -> str:
    return next(block for block in code_blocks(ARCHITECTURE) if "wsgi.py" in block)


def test_every_file_and_folder_of_the_layout_exists() -> None:
    part = ROOT
    missing = []
    for line in layout().splitlines():
        names = re.findall(r"(?<![\w.])([a-z_]+(?:\.py|/))", line)
        if names and not line.startswith(" ") and names[0].endswith("/"):
            part = ROOT / names.pop(0)
            assert part.is_dir()
        missing += [name for name in names if not (part / name).exists() and not list(part.glob(f"*/{name}"))]
    assert missing == []


def contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    return found


def layers() -> list[set[str]]:
    """The rooms of the contract, from the ground up."""
    found = next(contract["layers"] for contract in contracts() if contract.get("containers") == ["scheduler"])
    return [set(re.findall(r"\w+", layer)) for layer in reversed(found)]


def test_whoever_may_know_the_solver_is_named_and_nobody_else_does() -> None:
    neighbours = {"planning", "edits", "decisions", "jobs", "commands", "benchmarks"}
    held = next(contract for contract in contracts() if contract["name"].startswith("only planning"))
    above = layers()[[layer & {"audit"} != set() for layer in layers()].index(True) :]
    rooms = set().union(*above) - {"tables", "cli"}  # which only list what is in rooms
    assert {each.removeprefix("scheduler.") for each in held["source_modules"]} == rooms - neighbours | {"web"}
    solver = {path.stem for path in (ROOT / "solvers").glob("*.py")} - {"__init__"} | {"engines", "editing"}
    solver |= {f"reasons.{path.stem}" for path in (ROOT / "solvers/reasons").glob("*.py")} - {"reasons.__init__"}
    words = {"vocabulary", "rules", "quorum", "gap", "errors", "reasons.facts"}
    assert {each.removeprefix("solvers.") for each in held["forbidden_modules"]} == solver - words


def test_broad_excepts_stand_where_the_page_says() -> None:
    line = next(line for line in ARCHITECTURE.splitlines() if line.startswith("- A broad `except`"))
    found = {
        path.relative_to(ROOT).as_posix()
        for room in ("scheduler", "web", "solvers")
        for path in (ROOT / room).rglob("*.py")
        if "except Exception" in path.read_text()
    }
    assert found == set(re.findall(r"`(\S+\.py)`", line))


def test_the_rooms_are_those_of_the_contract_in_its_order() -> None:
    held = layers()
    rooms = ARCHITECTURE.split("### The rooms")[1].split("###")[0]
    told = re.findall(r"`(\w+)/?`", "".join(line.split("|")[1] for line in rooms.splitlines() if line[:1] == "|"))
    place = {room: index for index, layer in enumerate(held) for room in layer}
    assert set(told) == place.keys() - {"tables"}  # which names every table, for migrations
    assert [place[room] for room in told] == sorted(place[room] for room in told)
