"""The sandbox: what runs there answers as here, and whatever breaks there is one typed error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from scheduler.errors import NotPossible
from scheduler.languages import in_language, say
from scheduler.rotas.model import UnreadableFile
from scheduler.sandbox import Limits, Unfinished, run

pytestmark = pytest.mark.usefixtures("new_sandboxes")

LIMITS = Limits(seconds=120, memory_bytes=1024**3)


@dataclass(frozen=True)
class Seen:
    """What the child process saw."""

    process: int
    day: date
    files: tuple[str, ...]


def sees(asked: date, files: Sequence[bytes]) -> Seen:
    return Seen(os.getpid(), asked, tuple(file.decode() for file in files))


def refuses(asked: str, files: Sequence[bytes]) -> int:
    raise UnreadableFile(say("The file is empty."), where=asked, what_to_do="Choose another.")


def cannot(asked: str, files: Sequence[bytes]) -> int:
    raise NotPossible("no")


def misbehaves(asked: str, files: Sequence[bytes]) -> int:
    match asked:
        case "memory":
            return len(bytearray(2 * 1024**3))
        case "sleep":
            time.sleep(600)
        case "work":
            while True:
                pass
        case "crash":
            os.abort()
        case "exit":
            sys.exit(3)
    raise ZeroDivisionError


def test_it_answers_in_values_from_another_process() -> None:
    seen = run(sees, date(2026, 8, 5), (b"a\nb", b"", "ä".encode()), LIMITS)
    assert seen.process != os.getpid()
    assert (seen.day, seen.files) == (date(2026, 8, 5), ("a\nb", "", "ä"))


def test_an_error_that_is_expected_comes_back_with_its_words_in_the_readers_language() -> None:
    with in_language("fr"), pytest.raises(UnreadableFile) as caught:
        run(refuses, "Ward!A1", (), LIMITS, (NotPossible, UnreadableFile))
    error = caught.value
    assert (error.message, error.where, error.what_to_do) == ("Le fichier est vide.", "Ward!A1", "Choose another.")


def test_an_error_that_nobody_expects_is_no_answer() -> None:
    with pytest.raises(Unfinished):
        run(cannot, "", (), LIMITS, (UnreadableFile,))


@pytest.mark.parametrize("how", ["memory", "crash", "exit", "fault"])
def test_a_task_that_breaks_down_harms_nobody(how: str) -> None:
    with pytest.raises(Unfinished):
        run(misbehaves, how, (), LIMITS)


@pytest.mark.parametrize("how", ["work", "sleep"])
def test_a_task_that_works_or_waits_too_long_is_ended(how: str) -> None:
    with pytest.raises(Unfinished):
        run(misbehaves, how, (), Limits(0.05, 1024**3))
