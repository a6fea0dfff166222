"""How long a repair takes, and how much it moves: ``make bench-repair``.

The demo's hospital is planned and published; then a fifth of everybody's marks are drawn anew out of their own, which
is about what a ward's rotas do once they are published. *Repair* is pressed, its run is solved by a process of its own
as always, and its proposal is read. Prints what came of it and appends to ``benchmarks/repair.json``.
"""

from __future__ import annotations

import json
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Database, Db
from scheduler.demo.construction import make_demo
from scheduler.demo.names import COORDINATOR
from scheduler.demo.plan import finished_run
from scheduler.demo.term import SLUG
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import add_coordinator
from scheduler.planning.runs import get_run
from scheduler.plans.model import Run
from scheduler.programmes.service import find_programme_id
from scheduler.publishing.repair import Damage, Proposal, find_damage, get_proposal, start_repair
from scheduler.settings import Settings

RESIDENTS = int(os.environ.get("RESIDENTS", "120"))
SHARE = float(os.environ.get("SHARE", "0.2"))
PLAN_SECONDS = 30.0
SEED = 1
RECORD = Path(__file__).with_suffix(".json")


class _Quiet:
    """Hears how the demo is made, and says nothing."""

    def done(self, text: str) -> None:
        """A step is done."""

    def planning(self, run: Run) -> None:
        """The run is in progress."""


def main() -> None:
    """Publish, change, repair, tell."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(f"sqlite:///{folder}/rounds.sqlite", "bench", solve_seconds=PLAN_SECONDS)
        make_demo(settings, folder, RESIDENTS, _Quiet())
        database = open_database(settings)
        try:
            figures = _measured(database, settings)
        finally:
            database.close()
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    earlier = json.loads(RECORD.read_text()) if RECORD.exists() else []
    RECORD.write_text(json.dumps([*earlier, figures], indent=2) + "\n")


def _measured(database: Database, settings: Settings) -> dict[str, Any]:
    with database.writing() as db:
        programme_id = find_programme_id(db, SLUG)
        assert programme_id is not None, "the demo was just made"
        coordinator = _coordinator(db, programme_id)
        _draw_anew(db, random.Random(SEED))
    with database.writing() as db:
        began = time.monotonic()
        damage = find_damage(db, coordinator, programme_id, now())
        looked = time.monotonic() - began
        run_id = start_repair(db, coordinator, programme_id, now(), workers=settings.solve_workers)
    plan_id = finished_run(database, settings, coordinator, run_id, _Quiet().planning)
    with database.reading() as db:
        run = get_run(db, coordinator, run_id)
        began = time.monotonic()
        proposal = get_proposal(db, coordinator, plan_id, now())
        read = time.monotonic() - began
    assert damage is not None
    assert run.started_at is not None
    assert run.finished_at is not None
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "residents": RESIDENTS,
        "share_of_marks_drawn_anew": SHARE,
        "seconds_to_see_what_is_broken": round(looked, 2),
        "seconds_of_the_run": round((run.finished_at - run.started_at).total_seconds(), 2),
        "seconds_to_read_the_proposal": round(read, 2),
        **_found(damage, proposal),
    }


def _found(damage: Damage, proposal: Proposal) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for change in proposal.changes:
        of = change.changes
        counts["residents_who_change_groups"] += len(of.people)
        counts["facilitators_who_change_groups"] += len(of.leads)
        counts["sessions_that_move"] += sum(bool(session.was and session.now) for session in of.sessions)
        counts["sessions_dropped"] += sum(session.now is None for session in of.sessions)
        counts["sessions_added"] += sum(session.was is None for session in of.sessions)
        counts["rooms_that_change"] += len(of.rooms)
        counts["groups_that_meet_differently"] += len(of.ways)
    return {
        "broken": len(damage.broken),
        "missing_before": damage.missing,
        "changes_that_stand_alone": len(proposal.changes),
        **counts,
        "still_broken": len(proposal.broken),
    }


def _draw_anew(db: Db, chance: random.Random) -> None:
    """Give everybody's slots, each with this chance, the mark of another slot of theirs."""
    for row in db.scalars(select(AvailabilityRow).order_by(AvailabilityRow.person_id)):
        picks = [chance.randrange(len(row.marks)) if chance.random() < SHARE else i for i in range(len(row.marks))]
        row.marks = "".join(row.marks[i] for i in picks)
        if row.planner_marks:
            row.planner_marks = "".join(row.planner_marks[i] for i in picks)


def _coordinator(db: Db, programme_id: int) -> Actor:
    name, email = COORDINATOR
    person_id = add_coordinator(db, OPERATOR, programme_id, name, email, now())
    return Actor(person_id, name, frozenset(((programme_id, Role.COORDINATOR),)))


if __name__ == "__main__":
    sys.exit(main())
