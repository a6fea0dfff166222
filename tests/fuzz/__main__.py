"""``make fuzz SECONDS=600``: each door is given spoilt samples for so long (DOOR=calendars: that one alone).

Prints what breaks a door, keeps it in the corpus, and fails if anything did.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

from scheduler.bootstrap import connect, migrate
from tests.fuzz.doors import CORPUS, READERS, Door
from tests.fuzz.mutations import spoilt
from tests.fuzz.requests import Broke, doors
from tests.web.builders import Pages, make_app, make_published

MEMORY_BYTES = 4 * 1024**3
SLOW_SECONDS = 20
"""The longest that anything may take here. What takes longer is told, and no breakdown: the product bounds it."""


class Slow(BaseException):
    """It takes too long; no door may catch it."""


def main(arguments: Sequence[str]) -> int:
    """Give each door its time; 1 if one broke."""
    seconds, wanted = float(arguments[0]), arguments[1] if len(arguments) > 1 else ""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, _too_slow)
    broken = 0
    with _pages() as pages:
        for door in (*READERS, *doors(pages)):
            if wanted in ("", door.name):
                broken += give(door, seconds)
    return bool(broken)


def give(door: Door, seconds: float) -> int:
    """How many different places broke."""
    random, ends, tried, slow = Random(os.urandom(8)), time.monotonic() + seconds, 0, 0
    found: dict[str, bytes] = {}
    samples = [*door.samples(), *(path.read_bytes() for path in (CORPUS / door.name).glob("*"))]
    while time.monotonic() < ends:
        content = spoilt(random.choice(samples), samples, random)
        signal.alarm(SLOW_SECONDS)
        tried += 1
        try:
            door.enter(content)
        except (Slow, MemoryError):
            slow += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            _keep(door, content, error, found)
        finally:
            signal.alarm(0)
    _say(f"{door.name}: {tried} tried in {seconds:g} s, {len(found)} broke it, {slow} took too long")
    return len(found)


def _keep(door: Door, content: bytes, error: Exception, found: dict[str, bytes]) -> None:
    """Keep the first that breaks a place."""
    broken = error.__cause__ if isinstance(error, Broke) and error.__cause__ else error
    where = traceback.extract_tb(broken.__traceback__)[-1]
    place = f"{type(broken).__name__} in {Path(where.filename).name}, line {where.lineno}"
    if place in found:
        return
    found[place] = content
    folder = CORPUS / door.name
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(content).hexdigest()[:12]
    (folder / name).write_bytes(content)
    _say(f"{door.name}: {place} (kept as {name})")
    _say("".join(traceback.format_exception(error, limit=-6))[:4000])


def _too_slow(_number: int, _frame: FrameType | None) -> None:
    raise Slow


@contextmanager
def _pages() -> Iterator[Pages]:
    """The pages over a small programme on SQLite, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mentor-rounds-fuzz-"))
    database = connect(f"sqlite:///{folder / 'rounds.sqlite'}", "key")
    migrate(database)
    published = make_published(database)
    fields = {each.name: getattr(published, each.name) for each in dataclasses.fields(published)}
    try:
        yield Pages(app=make_app(database), database=database, **fields)
    finally:
        database.close()
        shutil.rmtree(folder)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
