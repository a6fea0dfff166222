"""Every door, given what was spoilt by chance and all that once broke one: it answers or refuses.

Chance is the same at every run, so that nobody's change fails by it. ``make fuzz SECONDS=600`` goes on for longer, and
keeps what breaks a door in the corpus.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tests.fuzz.__main__ as long
from scheduler.db import Database
from tests.fuzz.doors import CORPUS, READERS, Door
from tests.fuzz.mutations import spoilt
from tests.fuzz.requests import Broke, doors
from tests.web.builders import Pages, Published, make_pages
from web.audiences import Audience, open_to

EXAMPLES = {
    "rotas": 40, "lists": 60, "archives": 60, "instances": 150, "calendars": 120, "messages": 150, "feeds": 150,
    "api": 100, "passkeys": 150,
}  # fmt: skip
"""So many of each take a minute together."""
NAMES = tuple(door.name for door in READERS)


@pytest.fixture
def pages(published: Published, database: Database) -> Pages:
    return make_pages(published, database)


def kept(name: str) -> list[Path]:
    return sorted((CORPUS / name).glob("*"))


def reader(name: str) -> Door:
    return next(door for door in READERS if door.name == name)


def give(door: Door) -> None:
    """As many spoilt samples as there are examples of it."""

    samples = door.samples()  # once: some are signed, and no two signatures are alike

    @settings(max_examples=EXAMPLES[door.name], derandomize=True, database=None, suppress_health_check=[*HealthCheck])
    @given(st.randoms(use_true_random=False))
    def every(random: Random) -> None:
        door.enter(spoilt(random.choice(samples), samples, random))

    every()


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_answers_or_refuses_whatever_it_is_given(name: str) -> None:
    give(reader(name))


@pytest.mark.parametrize("name", NAMES)
def test_sound_samples_and_what_once_broke_a_reader_are_read(name: str) -> None:
    door = reader(name)
    for content in (*door.samples(), *(path.read_bytes() for path in kept(name))):
        door.enter(content)


@pytest.mark.parametrize("name", ["feeds", "api", "passkeys"])
def test_no_request_ends_in_a_failure(pages: Pages, name: str) -> None:
    door = next(each for each in doors(pages) if each.name == name)
    for content in (*door.samples(), *(path.read_bytes() for path in kept(name))):
        door.enter(content)
    give(door)


def test_what_breaks_a_door_is_found_told_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def enter(content: bytes) -> None:
        if content != b"sound":
            raise LookupError("broken")

    monkeypatch.setattr(long, "CORPUS", tmp_path)
    assert long.give(Door("made", lambda: (b"sound",), enter), 0.2) == 1
    [path] = (tmp_path / "made").iterdir()
    assert path.read_bytes() != b"sound"
    told = capsys.readouterr().out
    assert "LookupError" in told
    assert "1 broke it" in told
    assert long.give(Door("sound", lambda: (b"sound",), lambda _: None), 0.1) == 0


def test_a_failure_of_the_pages_is_a_broken_door(pages: Pages) -> None:
    pages.app.view_functions["ops.alive"] = open_to(Audience.PUBLIC)(_fail)
    door = next(each for each in doors(pages) if each.name == "feeds")
    with pytest.raises(Broke):
        door.enter(b"GET /healthz\nAccept: */*")


def _fail() -> str:
    raise RuntimeError
