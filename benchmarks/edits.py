"""How long changing a draft by hand takes: ``make bench-edits`` (RESIDENTS=180,2400).

A preview, the best places of a person and the best dates of a group, each asked of the service: cold, when nothing is
in memory, and warm; keeping and undoing a change, too. Prints milliseconds and writes ``benchmarks/edits.json``.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from large_programme import Large, make_large

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Database
from scheduler.edits import service
from scheduler.edits.model import Draft, Edit, MovePerson
from scheduler.errors import NotPossible
from scheduler.memory import forget_everything
from scheduler.settings import Settings

RESIDENTS = tuple(int(number) for number in (os.environ.get("RESIDENTS") or "180,2400").split(","))
TIMES = int(os.environ.get("TIMES", "7"))
RECORD = Path(__file__).with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Measured:
    """One thing that is asked, in milliseconds: as it takes, and of the processor's time in this process alone, which
    other work on the machine does not lengthen."""

    residents: int
    what: str
    cold_ms: float
    cold_processor_ms: float
    warm_ms: float
    warm_processor_ms: float


def main() -> None:
    """Measure with each number of residents, tell, and keep."""
    found = [each for residents in RESIDENTS for each in _measured(residents)]
    for each in found:
        sys.stdout.write(
            f"{each.residents:>5} residents  {each.what:<12}"
            f"  cold {each.cold_ms:6.0f} ms (processor {each.cold_processor_ms:5.0f})"
            f"  warm {each.warm_ms:6.0f} ms (processor {each.warm_processor_ms:5.0f})\n"
        )
    about = {"python": platform.python_version(), "cores": os.cpu_count()}
    RECORD.write_text(json.dumps({**about, "measured": [asdict(each) for each in found]}, indent=1) + "\n")


def _measured(residents: int) -> list[Measured]:
    with tempfile.TemporaryDirectory() as name:
        database = open_database(Settings(f"sqlite:///{Path(name) / 'large.sqlite'}", "bench"))
        at = now()
        large = make_large(database, residents, at)
        found = _Asked(database, large, at).all(residents)
        database.close()
    return found


class _Asked:
    """A draft of which all is asked."""

    _person: int

    def __init__(self, database: Database, large: Large, at: datetime) -> None:
        self._database = database
        self._large = large
        self._at = at
        self._draft = self._open()
        self._group = self._draft.groups[len(self._draft.groups) // 2]
        self._person = next(filter(self._may_move, (member.person_id for member in self._group.residents)))

    def all(self, residents: int) -> list[Measured]:
        """Everything, each cold first."""
        asked: dict[str, Callable[[], object]] = {
            "open": self._open,
            "preview": self._preview,
            "best places": self._places,
            "best dates": self._dates,
            "keep, undo": self._keep_and_undo,
        }
        return [_timed(residents, what, ask) for what, ask in asked.items()]

    def _open(self) -> Draft:
        with self._database.reading() as db:
            return service.open_draft(db, self._large.coordinator, self._large.draft_id, self._at)

    def _may_move(self, person_id: int) -> bool:
        """Whether somebody is one of those who are planned now."""
        self._person = person_id
        try:
            self._preview()
        except NotPossible:
            return False
        return True

    def _edit(self) -> Edit:
        return MovePerson(self._person, self._draft.groups[0].key)

    def _preview(self) -> object:
        with self._database.reading() as db:
            return service.preview(db, self._large.coordinator, self._large.draft_id, self._edit(), self._at)

    def _places(self) -> object:
        with self._database.reading() as db:
            return service.best_places(db, self._large.coordinator, self._large.draft_id, self._person, self._at)

    def _dates(self) -> object:
        round_ = next(session.round for session in self._group.sessions if not session.is_settled)
        with self._database.reading() as db:
            key = self._group.key
            return service.best_dates(db, self._large.coordinator, self._large.draft_id, key, round_, self._at)

    def _keep_and_undo(self) -> None:
        edit = MovePerson(self._person, None)
        version = self._open().version
        with self._database.writing() as db:
            version = service.keep(db, self._large.coordinator, self._large.draft_id, edit, version, self._at)
        with self._database.writing() as db:
            service.undo(db, self._large.coordinator, self._large.draft_id, version, self._at)


def _timed(residents: int, what: str, ask: Callable[[], object]) -> Measured:
    forget_everything()
    cold = _milliseconds(ask)
    warm = [_milliseconds(ask) for _ in range(TIMES)]
    middle = [statistics.median(times) for times in zip(*warm, strict=True)]
    return Measured(residents, what, *(round(time_, 1) for time_ in (*cold, *middle)))


def _milliseconds(ask: Callable[[], object]) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    ask()
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


if __name__ == "__main__":
    main()
