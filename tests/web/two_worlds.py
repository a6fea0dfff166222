"""One world, lived through from first answers to repairs: all that its people read, for comparing it with another."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Final

from click.testing import CliRunner
from sqlalchemy import select

from scheduler.circles.calendar import open_own_feed
from scheduler.circles.contacts import (
    answer_concern,
    choose_contacts,
    concerns_for,
    raise_circle_concern,
    say_willing,
)
from scheduler.circles.dates import find_dates
from scheduler.circles.service import join_circle, start_circle, write_charter
from scheduler.cli import rounds
from scheduler.db import Db
from scheduler.edits import service as editing
from scheduler.edits.model import Edit, Exchange, MovePerson, SetDate, SetFacilitators
from scheduler.enrolment.own_relations import declare
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import MentorRoundsError
from scheduler.joining.answers import save_facilitators, save_needs, save_people
from scheduler.joining.people_search import list_facilitators
from scheduler.mail.tables import MailRow
from scheduler.oversight.telling import raise_concern
from scheduler.own_groups import questions as asking
from scheduler.own_groups.service import join_group, start_group
from scheduler.own_groups.tables import OwnGroupRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.tables import GroupRow, PlanRow, RunRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import leave
from scheduler.publishing.repair import start_repair
from scheduler.sessions import deputies
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.tables import DeputyRow, ProposalRow, SessionRow
from scheduler.troubles.tables import TroubleRow
from tests.builders import World, actor, change_conduct, publish, say_marks
from tests.web.builders import COORDINATOR, OVERSEER, STRANGER_COORDINATOR, Pages, store_plan
from web.audiences import Audience, audience_of

MEMBERS: Final = tuple(
    f"{name}@example.org"
    for name in ("ada.quill", "ben.marrow", "cat.osier", "dan.reed", "cleo.thistle", "eve.moss", "finn.oak",
                 "gus.fern", "zoe.left", "fay.lantern", "gil.spare")
)  # fmt: skip
ADA, BEN, CAT, DAN, CLEO, EVE, FINN, GUS, ZOE, FAY, GIL = MEMBERS
_MEMBERS_PAGES: Final = frozenset({Audience.PUBLIC, Audience.SIGNED_IN, Audience.MEMBER})
READERS: Final[Mapping[str, frozenset[Audience]]] = {
    **dict.fromkeys((ADA, BEN, CLEO, FINN, ZOE), _MEMBERS_PAGES | {Audience.RESIDENT}),
    **dict.fromkeys((FAY, GIL), _MEMBERS_PAGES | {Audience.FACULTY}),
    COORDINATOR: frozenset({Audience.SIGNED_IN, Audience.COORDINATOR, Audience.BEGINNER}),
    OVERSEER: frozenset({Audience.SIGNED_IN, Audience.OVERSIGHT}),
    STRANGER_COORDINATOR: frozenset({Audience.COORDINATOR}),
    "": frozenset({Audience.PUBLIC}),
}
"""One for each part that somebody may have, with the pages that are open to them; "" has not signed in."""
STEPS: Final = ("people", "needs", "kind", "topics", "ways", "facilitators", "portrait", "offer", "conduct")
_NOISE: Final = (
    re.compile(r'name="(?:csrf_token|once|seen|confirmed)" value="[^"]*"'),
    re.compile(r'nonce[-="][^" ;]+'),
    re.compile(r"\b[A-Za-z0-9_-]{32,}\b"),
    re.compile(r"\b[a-f0-9]{16}\b"),
    re.compile(r'(?<=class="figure">)[a-z2-9]{5} [a-z2-9]{5}'),
    re.compile(r'"seconds": [0-9.]+'),
)
"""Secrets of forms, links and groups, drawn anew each time."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that one person tells the planner alone. ``unasked`` is whom a request is never put to because of it:
    what they would have been asked is not there for them. ``read_by`` may read it, by the page where it is told. What
    ``is_late`` is told once the groups are published: it would have parted them. A ``circle`` is of these people, but
    for the last, who is its contact."""

    name: str
    author: str
    not_with: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    needs: str = ""
    treats: str = ""
    complaint: str = ""
    unasked: str = ""
    read_by: str = ""
    is_late: bool = False
    circle: tuple[str, ...] = ()


NOTHING: Final = Secret("nothing", "")


@dataclass(frozen=True, slots=True)
class Lived:
    """What there is to read in a world, by who reads it and where."""

    pages: dict[tuple[str, str], str]
    mails: tuple[tuple[str, str, str], ...]

    def but_for(self, secret: Secret) -> dict[tuple[str, str], str]:
        """What everybody else reads."""
        apart = {secret.author, secret.unasked, secret.read_by, *secret.circle}
        read = {where: text for where, text in self.pages.items() if where[0] not in apart}
        mails = {("mail", f"{i}"): f"{mail}" for i, mail in enumerate(m for m in self.mails if m[0] not in apart)}
        return read | mails


class Story:
    """A programme, and one person's secret in it."""

    def __init__(self, pages: Pages, secret: Secret, now: datetime) -> None:
        self.pages, self.secret, self.now = pages, secret, now
        self.here = World(pages.database, pages.programme_id, self._actor(COORDINATOR, Role.COORDINATOR))
        self.answers: dict[tuple[str, str], str] = {}

    def lived(self, authors: Iterable[str]) -> Lived:
        """Everybody answers; the plan is changed by hand, published, and lived through."""
        say_marks(self.here, dict.fromkeys(self.pages.ids.values(), "2"))
        authors = tuple(authors)
        self._offers_to_stand_in(GIL)
        self._offers_circles()
        self._meets_in_a_circle()
        for author in authors:
            self._tells(author, is_late=False)
        self._plans()
        for author in authors:
            self._tells(author, is_late=True)
        self._lives()
        self._repairs()
        read = dict(self._read())
        with self.pages.database.reading() as db:
            rows = db.scalars(select(MailRow).order_by(MailRow.id)).all()
            mails = tuple((row.address, row.subject, quiet(row.text)) for row in rows)
        return Lived({**self.answers, **read}, mails)

    # --- what happens ------------------------------------------------------------------------------------------

    def _offers_to_stand_in(self, who: str) -> None:
        with self.pages.database.writing() as db:
            part = db.get_one(ParticipantRow, (self.pages.programme_id, self.pages.ids[who]))
            part.models = {**part.models, "near-peer": 1}

    def _offers_circles(self) -> None:
        with self.pages.database.writing() as db:
            conduct = replace(get_programme(db, self.pages.programme_id).conduct, circles=True)
            change_conduct(db, self.coordinator, self.pages.programme_id, conduct, self.now)

    def _meets_in_a_circle(self) -> None:
        """A circle has all that there is: a charter, dates, calendars, a contact, a concern and its answer."""
        if not self.secret.circle:
            return
        *members, contact = self.secret.circle
        here, now = self.pages.programme_id, self.now
        with self.pages.database.writing() as db:
            first = self._member(members[0])
            circle = start_circle(db, first, here, "Common ground", "Room 4", now)
            for other in members[1:]:
                join_circle(db, self._member(other), here, circle.code, now)
            for who in members:
                write_charter(db, self._member(who), circle.id, f"Said by {who}.", "Room 5")
                open_own_feed(db, self._member(who), here, now)
            assert find_dates(db, first, circle.id, now, page_url="http://localhost/circles/1/1")
            say_willing(db, self._member(contact), here, willing=True)
            choose_contacts(db, first, circle.id, {self.pages.ids[contact]}, now)
            raise_circle_concern(
                db, first, circle.id, self.pages.ids[contact], "It hurt.", now, named=True, page_url="http://localhost"
            )
            [concern] = concerns_for(db, self._member(contact))
            answer_concern(db, self._member(contact), concern.id, "Let us talk.", now, page_url="http://localhost")

    def _tells(self, author: str, *, is_late: bool) -> None:
        """An author saves the page on which the secret is told: with it, or with nothing on it."""
        here, told = self.pages.programme_id, self.secret if self._is_to_tell(author, is_late) else NOTHING
        ids = self.pages.ids
        with self.pages.database.writing() as db:
            if author in (FAY, GIL):
                if is_late != told.is_late:
                    return  # once is enough
                if told.treats:
                    declare(db, self._member(author), here, ids[told.treats], "treats", None, None, self.now)
                if told.complaint:
                    declare(db, self._member(author), here, ids[told.complaint], "complaint", None, None, self.now)
                return
            wants, avoids = [ids[who] for who in told.wants], [ids[who] for who in told.not_with]
            save_people(db, self._member(author), here, wants, avoids, self.now)
            save_facilitators(db, self._member(author), here, [ids[who] for who in told.choices], "", self.now)
            save_needs(db, self._member(author), here, told.tags, told.tags, told.needs, self.now)

    def _is_to_tell(self, author: str, is_late: bool) -> bool:
        return self.secret.author == author and (is_late or not self.secret.is_late)

    def _plans(self) -> None:
        """The same groups are planned again, tried on the board in every way, changed by hand and published."""
        with self.pages.database.writing() as db:
            db.get_one(RunRow, self.pages.run_id).state = "cancelled"
        draft = store_plan(self.here, self.pages.ids, missing=())
        self._tries(draft)
        self._says("kept", lambda db: editing.keep(db, self.coordinator, draft, self._by_hand(db, draft), 0, self.now))
        with self.pages.database.writing() as db:
            publish(db, self.coordinator, draft, self.now)

    def _by_hand(self, db: Db, draft: int) -> Edit:
        date = editing.best_dates(db, self.coordinator, draft, "g1", 1, self.now)[0]
        return SetDate("g1", 1, date.starts_at)

    def _tries(self, draft: int) -> None:
        """Whatever the board offers of a draft, and what it says of each change."""
        ids = self.pages.ids
        with self.pages.database.reading() as db:
            for who in MEMBERS:
                self._note(
                    f"places of {who}",
                    lambda who=who: editing.best_places(db, self.coordinator, draft, ids[who], self.now),
                )
            edits: list[Edit] = [Exchange(ids[one], ids[other]) for one, other in product(MEMBERS[:4], MEMBERS[4:8])]
            edits += [MovePerson(ids[who], key) for who, key in product(MEMBERS[:9], ("g1", "g2", None))]
            edits += [SetFacilitators("g2", (ids[who],)) for who in (FAY, GIL)]
            for edit in edits:
                self._note(f"{edit}", lambda edit=edit: editing.preview(db, self.coordinator, draft, edit, self.now))

    def _lives(self) -> None:
        first, second = self._session("g1"), self._session("g2")
        for who in (BEN, CAT):
            self._says("sorry", lambda db, who=who: say_sorry(db, self._member(who), first, self.now))
        self._says("deputies", lambda db: deputies.candidates(db, self._member(FAY), second, self.now))
        url = "http://localhost/facilitating"
        ask = lambda db: deputies.ask(db, self._member(FAY), second, self.pages.ids[GIL], "", self.now, page_url=url)  # noqa: E731
        self._says("asked", ask)
        here = self.pages.programme_id
        self._says(
            "begun", lambda db: start_group(db, self._member(BEN), here, "Friday circle", "video", self.now).name
        )
        code = self._code()
        for who in (CLEO, GIL, FAY, ADA):
            self._says(
                f"{who} comes in",
                lambda db, who=who: replace(join_group(db, self._member(who), here, code, self.now), code=""),
            )
        self._says(
            "question", lambda db: asking.ask(db, self._member(EVE), here, self.pages.ids[GIL], "Please?", self.now)
        )
        self._says("relations", lambda db: import_relations(db, self.coordinator, here, self._relations(), self.now))
        for who in MEMBERS[:9]:
            self._says(
                f"offered to {who}", lambda db, who=who: list_facilitators(db, self._member(who), here, self.now)
            )
        self._says(
            "concern",
            lambda db: (
                raise_concern(db, self._member(EVE), here, "safety", "Something", named=False, now=self.now) and None
            ),
        )
        self._says("leaves", lambda db: leave(db, self._member(DAN), here, self.now))

    def _repairs(self) -> None:
        self._says("repair", lambda db: start_repair(db, self.coordinator, self.pages.programme_id, self.now))

    # --- what is read ------------------------------------------------------------------------------------------

    def _read(self) -> Iterator[tuple[tuple[str, str], str]]:
        for email in READERS:
            browser = self.pages.signed_in(email) if email else self.pages.stranger()
            for path in self._paths(email):
                answer = browser.get(path)
                yield (
                    (email, path),
                    quiet(f"{answer.status_code} {answer.headers.get('Location', '')}\n{words_in(answer.data)}"),
                )
        for words in (["audit", "verify"],):
            told = CliRunner().invoke(rounds, words, env=self._environment())
            yield ("the operator", " ".join(words)), quiet(told.output)

    def _environment(self) -> dict[str, str]:
        return {"ROUNDS_DATABASE_URL": self.pages.database.engine.url.render_as_string(hide_password=False)}

    def _paths(self, email: str) -> Iterator[str]:
        """Every address that answers to GET, with everything that there is of whatever it names."""
        values = self._values(email)
        adapter = self.pages.app.url_map.bind("localhost")
        for rule in sorted(self.pages.app.url_map.iter_rules(), key=str):
            view = self.pages.app.view_functions[rule.endpoint]
            if (
                "GET" not in (rule.methods or ())
                or audience_of(view) not in READERS[email]
                or rule.endpoint == "static"
            ):
                continue
            names = sorted(rule.arguments)
            for chosen in product(*(values.get(name, (1,)) for name in names)):
                yield adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)), append_unknown=False)

    def _values(self, email: str) -> dict[str, tuple[object, ...]]:
        with self.pages.database.reading() as db:
            of = lambda column: tuple(db.scalars(select(column).order_by(column)))  # noqa: E731
            found: dict[str, tuple[object, ...]] = {
                "programme_id": (self.pages.programme_id,),
                "person_id": tuple(self.pages.ids.values()) if email == COORDINATOR else (1,),
                "plan_id": of(PlanRow.id) if email == COORDINATOR else (1,),
                "run_id": of(RunRow.id) if email == COORDINATOR else (1,),
                "session_id": of(SessionRow.id),
                "proposal_id": of(ProposalRow.id) or (1,),
                "request_id": of(DeputyRow.id) or (1,),
                "trouble_id": of(TroubleRow.id) or (1,),
                "group_key": tuple(sorted(set(of(GroupRow.key)))),
            }
        found |= {"secret": ("x" * 43,), "slug": ("spring",), "filename": ("style.css",), "site_key": ("north",)}
        found |= {"kind": ("people", "relations"), "step": STEPS, "ending": ("csv", "xlsx"), "key": ("peer",)}
        found |= {
            "table": ("people", "groups", "sessions", "relations"),
            "round_number": (1, 2),
            "section": ("name", "running"),
        }
        return found

    # --- people ------------------------------------------------------------------------------------------------

    @property
    def coordinator(self) -> Actor:
        return self.here.coordinator

    def _actor(self, email: str, *roles: Role) -> Actor:
        with self.pages.database.reading() as db:
            person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()
        return actor(person_id, self.pages.programme_id, *roles)

    def _member(self, email: str) -> Actor:
        return self._actor(email, Role.FACULTY if email in (FAY, GIL) else Role.RESIDENT)

    def _session(self, key: str) -> int:
        with self.pages.database.reading() as db:
            rows = select(SessionRow.id).where(SessionRow.group_key == key).order_by(SessionRow.starts_at)
            return db.scalars(rows.limit(1)).one()

    def _code(self) -> str:
        with self.pages.database.reading() as db:
            return db.scalars(select(OwnGroupRow.code)).one()

    def _relations(self) -> bytes:
        return b"person,about,kind,from,to\n" + f"{FAY},{ADA},supervises,,\n".encode()

    def _says(self, what: str, act: Callable[[Db], object]) -> None:
        """Do something in a transaction of its own, and keep what was answered."""

        def done() -> object:
            with self.pages.database.writing() as db:
                return act(db)

        self._note(what, done)

    def _note(self, what: str, look: Callable[[], object]) -> None:
        try:
            answer = repr(look())
        except MentorRoundsError as error:
            answer = f"{type(error).__name__} {error}"
        self.answers["", what] = quiet(answer)


def quiet(text: str) -> str:
    """A text without what is drawn anew each time."""
    for noise in _NOISE:
        text = noise.sub("…", text)
    return text


def words_in(content: bytes) -> str:
    """What a page or a file says, also where it is packed."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        said = (name for name in sorted(file.namelist()) if name != "docProps/core.xml")  # when it was written
        return "".join(f"{name}\n{words_in(file.read(name))}" for name in said)
