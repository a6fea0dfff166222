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

from scheduler.db import Database
from tests.fuzz.doors import CORPUS, READERS, Door
from tests.fuzz.mutations import spoilt
from tests.fuzz.requests import doors
from tests.web.builders import Pages, Published, make_pages

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


def give(door: Door, *, seeds: bool = False) -> None:
    """As many spoilt samples as there are examples of it."""

    @settings(max_examples=EXAMPLES[door.name], derandomize=True, database=None, suppress_health_check=[*HealthCheck])
    @given(st.randoms(use_true_random=False))
    def every(random: Random) -> None:
        samples = door.samples()
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
