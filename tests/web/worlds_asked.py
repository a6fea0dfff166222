"""What people of a world ask of it beside reading its pages: their calendars, the forms they send, the commands that
they run, and a repair that is planned, accepted and published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner

from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import OVER_ALL, Purpose
from scheduler.calendars.service import open_feed
from scheduler.cli import rounds
from scheduler.cover.managers import add_manager
from scheduler.db import Database
from scheduler.people.model import Actor
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.facilitator_attendance import with_all_who_can_come
from scheduler.planning.keys import with_group_keys
from scheduler.planning.repair import fewest_changes, in_favour_of_staying, repair_from_json
from scheduler.plans.tables import RunRow
from scheduler.reasons.broken import private_sentence
from solvers.codec import read_instance
from solvers.referee import check
from solvers.solution_codec import solution_to_json
from solvers.stop import Limits
from tests.processor_time import solve_alike
from tests.web.builders import Browser, Pages

_FORM: Final = re.compile(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


# --- calendars ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose calendar, of what, and where it is fetched."""

    owner: str
    purpose: Purpose
    path: str


def open_feeds(
    pages: Pages, held: Mapping[str, tuple[Actor, tuple[Purpose, ...]]], places: Mapping[str, Any], now: datetime
) -> tuple[Feed, ...]:
    """One of each kind that each of these people may have; ``places`` has what each kind is about beside them."""
    found = []
    for owner, (who, purposes) in held.items():
        for purpose in purposes:
            about = {name: places[name] for name in ABOUT.get(purpose, ()) if name in places}
            if purpose not in OVER_ALL:
                about["programme_id"] = pages.programme_id
            with pages.database.writing() as db:
                if purpose is Purpose.COVER:
                    about["manager_id"] = add_manager(db, who, pages.programme_id, "Rota desk", "", now)
                found.append(Feed(owner, purpose, open_feed(db, who, Subject(purpose, **about), now).path))
    return tuple(found)


ABOUT: Final[Mapping[Purpose, tuple[str, ...]]] = {
    Purpose.GROUP: ("group_key",),
    Purpose.ROOM: ("room_id",),
    Purpose.SITE: ("site_id",),
    Purpose.COVER: ("manager_id",),
}


# --- forms ----------------------------------------------------------------------------------------------------------


def submit(browser: Browser, page: str, path: str, data: Mapping[str, Any]) -> str:
    """Send a form as its page shows it; what comes back, with the page that it leads to. Without a path it is only the
    page that is looked at."""
    shown = browser.get(page)
    if not path:
        return f"{shown.status_code}\n{shown.text}"
    action = path.partition("?")[0]
    forms = [inside for where, inside in _FORM.findall(shown.text) if unescape(where).partition("?")[0] == action]
    hidden = {name: unescape(value) for name, value in _HIDDEN.findall(forms[0] if forms else "")}
    carried = {name: value for name, value in hidden.items() if name in ("seen", "once")}
    answer = browser.post(path, {**carried, **data})
    then = browser.get(answer.headers["Location"]).text if answer.status_code in (302, 303) else ""
    return f"{answer.status_code} {answer.headers.get('Location', '')}\n{answer.text}\n{then}"


def is_unspoken(answer: str) -> bool:
    """Whether a form was refused with the one sentence that goes for everything that nobody may learn."""
    return answer.startswith("409") and private_sentence() in unescape(answer)


# --- commands -------------------------------------------------------------------------------------------------------


def told_by_commands(folder: Path, asked: bytes, answered: bytes) -> Iterator[tuple[str, str]]:
    """What the commands say of a run whose two files a coordinator has taken down: of the whole, and to each person."""
    instance, solution = folder / "asked.json", folder / "answered.json"
    instance.write_bytes(asked)
    solution.write_bytes(answered)
    files = [str(instance), str(solution)]
    problem = read_instance(asked)
    people = [person.id for person in (*problem.residents, *problem.faculty)]
    told: list[list[str]] = [["check", *files, "--json"], ["explain", *files], ["explain", *files, "--json"]]
    told += [["explain", *files, "--person", person] for person in people]
    told += [["edit", *files, "--places", person.id] for person in problem.residents]
    for words in told:
        said = CliRunner().invoke(rounds, words)
        yield " ".join([words[0], *words[3:]]), f"{said.exit_code} {said.output}"


# --- repairs --------------------------------------------------------------------------------------------------------


def store_repair(database: Database, run_id: int, programme_id: int, now: datetime) -> int:
    """The repair that a run was asked for, as its job would keep it; returns the draft."""
    with database.writing() as db:
        run = db.get_one(RunRow, run_id)
        instance, repair = read_instance(run.instance), repair_from_json(run.repair or {})
        found = with_all_who_can_come(instance, solve_alike(in_favour_of_staying(instance), Limits(2, 1, 1)))
        solution = fewest_changes(instance, with_group_keys(instance, found))
        verdict = check(instance, solution)
        assert verdict.ok, verdict.broken
        why = explained(instance, solution)
        run.plan_id = store_draft(db, programme_id, instance, solution, verdict, why, now, repair)
        run.state, run.finished_at, run.answer = "done", now, json.dumps(solution_to_json(solution))
        return run.plan_id
