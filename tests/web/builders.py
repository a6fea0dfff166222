"""A small published programme behind the pages, and people who browse them."""

from __future__ import annotations

import io
import re
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from html import unescape
from secrets import token_hex
from types import CodeType
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import select
from werkzeug.test import TestResponse

from scheduler import clock
from scheduler.db import Base, Database
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.languages import SOURCE, in_language
from scheduler.people.model import OPERATOR, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.runs import start_run
from scheduler.programmes.model import equal_rounds
from scheduler.settings import Settings
from scheduler.signing_in.links import make_link, start_login
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting
from solvers.referee import check
from solvers.solution import Solution
from tests.builders import World, override_checks, people_csv, person_line, programme, publish, set_marks, world
from tests.kept import Content, content_of, put_back
from web.app import create_app
from web.request_context import LOGIN

BASE_URL = "http://localhost"
COORDINATOR = "cora@example.org"
STRANGER_COORDINATOR = "otto@example.org"
OVERSEER = "olga@example.org"
RESIDENT, OTHER_RESIDENT, UNPLACED, FACILITATOR = (
    f"{name}@example.org" for name in ("ada.quill", "cleo.thistle", "zoe.left", "fay.lantern")
)
PEOPLE = (
    *(person_line(name) for name in ("Ada Quill", "Ben Marrow", "Cat Osier", "Dan Reed")),
    *(person_line(name, stage=stage) for name, stage in (("Cleo Thistle", "1"), ("Eve Moss", "1"), ("Finn Oak", "2"),
                                                         ("Gus Fern", "2"))),
    person_line("Zoe Left", stage="9", models="peer"),
    person_line("Fay Lantern", role="faculty", models="near-peer"),
    person_line("Gil Spare", role="faculty", models="vertical"),
)  # fmt: skip


@dataclass(slots=True)
class Browser:
    """Somebody's browser: keeps cookies and sends the token of a form that it was shown."""

    app: Flask
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        return self.client.post(path, data={**(data or {}), "csrf_token": self.token()}, **more)

    def save(self, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Send a form of the settings, and save it all the same where its page between asks back."""
        answer = self.post(path, data)
        mark = re.search(r'name="confirmed" value="([^"]+)"', answer.text)
        if answer.status_code != 200 or mark is None:
            return answer
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text)
        carried = {name: unescape(value) for name, value in hidden if name not in ("csrf_token", "once")}
        return self.post(path, {**carried, "confirmed": mark[1]})

    def upload(self, path: str, content: bytes, name: str = "list.csv", **data: str) -> TestResponse:
        return self.post(path, {"file": (io.BytesIO(content), name), **data})

    def token(self) -> str:
        """What its forms hold: one lasts as long as its login, and the first that is asked for, on whichever page,
        begins it."""
        with self.client.session_transaction() as session:
            shown = session.setdefault("csrf_token", token_hex(20))
        return str(URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(shown))


class _Compiled(BytecodeCache):
    """What Jinja has made of the templates, for all applications of a process."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._code[bucket.key] = bucket.code


COMPILED = _Compiled()


@dataclass(frozen=True, slots=True)
class Published:
    """A database with two published groups, one resident left over, and a newer draft; and what has which number."""

    content: Content
    programme_id: int
    stranger_programme_id: int
    published_id: int
    draft_id: int
    run_id: int
    ids: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages(Published):
    """The application over a copy of it."""

    app: Flask
    database: Database

    def stranger(self) -> Browser:
        return Browser(self.app)

    def signed_in(self, email: str) -> Browser:
        """Somebody whose browser has followed a link of theirs before: to follow it takes as long as many a page."""
        with self.database.writing() as db, in_language(SOURCE):
            person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()
            login = start_login(db, person_id, "", clock.now())
        browser = Browser(self.app)
        with browser.client.session_transaction() as session:
            session.permanent = True
            session[LOGIN] = login
        return browser

    def link(self, email: str, stays: bool = True) -> str:
        """The secret of a sign-in link."""
        with self.database.writing() as db:
            person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()
            return make_link(db, person_id, clock.now(), stays=timedelta(days=1) if stays else None)

    def path(self, rest: str = "") -> str:
        """A path of the programme."""
        return f"/programmes/{self.programme_id}{rest}"


def make_pages(published: Published, database: Database, app: Flask | None = None, **settings: Any) -> Pages:
    """The pages over a copy of a published programme, which takes the place of what is in the database."""
    put_back(database, published.content, "published")
    return Pages(app=app or make_app(database, **settings), database=database, **asdict(published))


def make_app(database: Database, **settings: Any) -> Flask:
    """The application alone, over whatever the database will hold."""
    url = database.engine.url.render_as_string(hide_password=False)
    return app_of(Settings(url, "k" * 40, **{"base_url": BASE_URL, **settings}), database)


def app_of(settings: Settings, database: Database) -> Flask:
    """The application of this installation, whose templates are compiled once in each test process."""
    app = create_app(settings, database)
    app.jinja_env.bytecode_cache = COMPILED
    return app


def make_published(database: Database) -> Published:
    """Everything through the product's own services; the plan is made by hand, and the referee has looked at it."""
    now = clock.now()
    first_monday = now.date() + timedelta(days=28 - now.weekday())
    term = programme(rounds=equal_rounds(first_monday, 3, 4))
    here = world(database, term)
    stranger = world(database, programme(slug="other", name="Other term", rounds=term.rounds))
    _give_away(database, stranger)
    with database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people_csv(*PEOPLE), now)
        ids = person_ids_by_address(db, here.programme_id)
        appoint(db, here.coordinator, here.programme_id, "Olga Oversight", OVERSEER, Role.OVERSIGHT, now)
    set_marks(here, {**dict.fromkeys(ids.values(), "2"), ids[OTHER_RESIDENT]: "1", ids["dan.reed@example.org"]: "?"})
    published = store_plan(here, ids, missing=())
    with database.writing() as db:
        publish(db, OPERATOR, published, now)
    draft = store_plan(here, ids, missing=(1,))
    with database.writing() as db:
        override_checks(db, draft, now)
        run_id = start_run(db, here.coordinator, here.programme_id, now)
    return Published(content_of(database), here.programme_id, stranger.programme_id, published, draft, run_id, ids)


def _give_away(database: Database, stranger: World) -> None:
    """The coordinator of the other programme is somebody else."""
    with database.writing() as db:
        person = PersonRow(name="Otto Other", email=STRANGER_COORDINATOR, created_at=clock.now())
        db.add(person)
        db.flush()
        for row in db.scalars(select(RoleRow).where(RoleRow.programme_id == stranger.programme_id)):
            db.delete(row)
        db.add(RoleRow(programme_id=stranger.programme_id, person_id=person.id, role="coordinator"))


def store_plan(here: World, ids: dict[str, int], missing: tuple[int, ...]) -> int:
    """The plan made by hand, without these rounds of the first group, as a draft with its reasons."""
    with here.database.writing() as db:
        instance = build_instance(db, here.programme_id, clock.now())
        solution = Solution(instance.name, tuple(_groups(instance, ids, missing)))
        verdict = check(instance, solution)
        assert not verdict.broken, verdict.broken
        return store_draft(
            db, here.programme_id, instance, solution, verdict, explained(instance, solution), clock.now()
        )


def _groups(instance: Instance, ids: dict[str, int], missing: tuple[int, ...]) -> list[Group]:
    keys = [person_key(ids[line.split(",")[1]]) for line in PEOPLE]
    return [
        Group("g1", "peer", "video", tuple(keys[:4]), (), tuple(_meetings(instance, 0, (), missing))),
        Group("g2", "near-peer", "video", tuple(keys[4:8]), (keys[9],), tuple(_meetings(instance, 1, (keys[9],), ()))),
    ]


def _meetings(instance: Instance, offset: int, who: tuple[str, ...], missing: tuple[int, ...]) -> list[Meeting]:
    rounds = sorted({slot.round for slot in instance.slots} - set(missing))
    first = {index: next(n for n, slot in enumerate(instance.slots) if slot.round == index) for index in rounds}
    return [Meeting(index, first[index] + offset, who) for index in rounds]


def everything_stored(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to see that something changed nothing."""
    with database.reading() as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def words_of(page: str) -> str:
    """What a page says, without its tags."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))
