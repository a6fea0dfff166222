"""One world, lived through from first answers to repairs: all that its people read, for comparing it with another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import select

from scheduler.calendars.model import Purpose
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
from scheduler.db import Db
from scheduler.edits import service as editing
from scheduler.edits.model import Edit, Exchange, MovePerson, SetDate, SetFacilitators
from scheduler.enrolment.own_relations import declare
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import MentorRoundsError
from scheduler.joining.answers import save_facilitators, save_needs, save_people, save_topics
from scheduler.joining.people_search import list_facilitators
from scheduler.mail.tables import MailRow
from scheduler.oversight.telling import raise_concern
from scheduler.own_groups import questions as asking
from scheduler.own_groups.service import join_group, start_group
from scheduler.own_groups.tables import OwnGroupRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.tables import RunRow
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import RoomRow, SiteRow
from scheduler.publishing.leavers import leave
from scheduler.publishing.repair import get_proposal, start_repair
from scheduler.publishing.repair_acceptance import accept
from scheduler.rota_import.service import Upload, import_rota
from scheduler.sessions import deputies
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.tables import SessionRow
from tests.builders import World, actor, change_conduct, publish, say_marks
from tests.scheduler.rotas.sheets import as_xlsx, days
from tests.web.builders import COORDINATOR, Browser, Pages, store_plan
from tests.web.worlds_asked import Feed, is_unspoken, open_feeds, store_repair, submit, told_by_commands
from tests.web.worlds_read import (
    ADA,
    BEN,
    CAT,
    CLEO,
    DAN,
    EVE,
    FAY,
    FINN,
    GIL,
    MEMBERS,
    ZOE,
    everything_read,
    quiet,
    words_in,
)
from tests.web.worlds_secrets import Secrets

_OF_ALL: Final = (Purpose.PERSON, Purpose.BUSY)
FEEDS: Final[Mapping[str, tuple[Purpose, ...]]] = {
    **dict.fromkeys((ADA, BEN, CLEO, FINN, EVE), (*_OF_ALL, Purpose.RESIDENT, Purpose.GROUP)),
    **dict.fromkeys((FAY, GIL), (*_OF_ALL, Purpose.FACILITATOR)),
    COORDINATOR: (Purpose.PROGRAMME, Purpose.ROOM, Purpose.SITE, Purpose.COVER),
}
"""The calendars that each of these subscribes to."""
CARRIED_OUT, UNSPOKEN = "carried out", "…"
NIGHTS: Final = (CLEO, EVE, FINN)
"""Whose rota is changed once the groups are published: they work the nights of the first week."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What there is to read in a world, by who reads it and where."""

    pages: dict[tuple[str, str], str]
    mails: tuple[tuple[str, str, str], ...]

    def but_for(self, apart: Collection[str]) -> dict[tuple[str, str], str]:
        """What everybody else reads."""
        read = {where: text for where, text in self.pages.items() if where[0] not in apart}
        mails = {("mail", f"{i}"): f"{mail}" for i, mail in enumerate(m for m in self.mails if m[0] not in apart)}
        return read | mails


class Story:
    """A programme, and what some of its people tell the planner alone."""

    def __init__(self, pages: Pages, secrets: Secrets, now: datetime, *, repairs: bool) -> None:
        self.pages, self.secrets, self.now, self.repairs = pages, secrets, now, repairs
        self.browsers: dict[str, Browser] = {}
        self.here = World(pages.database, pages.programme_id, self._actor(COORDINATOR, Role.COORDINATOR))
        self.answers: dict[tuple[str, str], str] = {}
        self.feeds: tuple[Feed, ...] = ()

    def lived(self, authors: Iterable[str]) -> Lived:
        """Everybody answers; the plan is changed by hand, published, and lived through; a rota changes, and what it
        breaks is repaired."""
        say_marks(self.here, dict.fromkeys(self.pages.ids.values(), "2"))
        authors = tuple(authors)
        self._offers_to_stand_in(GIL)
        for author in authors:
            self._tells(author, is_late=False)
        self._offers_circles()
        self._meets_in_a_circle()
        self._plans()
        self._subscribes()
        for author in authors:
            self._tells(author, is_late=True)
        self._lives()
        self._asks()
        self._repairs()
        read = {**dict(everything_read(self.pages)), **dict(self._fetches())}
        with self.pages.database.reading() as db:
            rows = db.scalars(select(MailRow).order_by(MailRow.id)).all()
            mails = tuple((row.address, row.subject, quiet(row.text)) for row in rows)
        self._carries_out()
        return Lived({**self.answers, **read}, mails)

    # --- what happens ------------------------------------------------------------------------------------------

    def _offers_to_stand_in(self, who: str) -> None:
        with self.pages.database.writing() as db:
            part = db.get_one(ParticipantRow, (self.pages.programme_id, self.pages.ids[who]))
            part.models = {**part.models, "near-peer": 1}

    def _tells(self, author: str, *, is_late: bool) -> None:
        """An author saves the pages on which secrets are told: with theirs, or with nothing on them."""
        here, told = self.pages.programme_id, self.secrets.of(author, is_late=is_late)
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
            save_topics(db, self._member(author), here, told.topics, self.now)
            save_needs(db, self._member(author), here, told.tags, told.tags, told.needs, self.now)

    def _offers_circles(self) -> None:
        with self.pages.database.writing() as db:
            conduct = replace(get_programme(db, self.pages.programme_id).conduct, circles=True)
            change_conduct(db, self.coordinator, self.pages.programme_id, conduct, self.now)

    def _meets_in_a_circle(self) -> None:
        """A circle has all that there is: a charter, dates, calendars, a contact, a concern and its answer."""
        if not self.secrets.circle:
            return
        *members, contact = self.secrets.circle
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

    def _subscribes(self) -> None:
        """Everybody has the calendars that they may have."""
        with self.pages.database.reading() as db:
            first = lambda column: db.scalars(select(column).order_by(column)).first()  # noqa: E731
            places = {"room_id": first(RoomRow.id), "site_id": first(SiteRow.id)}
        in_groups = {"g1": (ADA, BEN), "g2": (CLEO, EVE, FINN)}
        group_of = {who: key for key, people in in_groups.items() for who in people}
        for who, purposes in FEEDS.items():
            actor = self.coordinator if who == COORDINATOR else self._member(who)
            about = {**places, "group_key": group_of.get(who)}
            self.feeds += open_feeds(self.pages, {who: (actor, purposes)}, about, self.now)

    def _asks(self) -> None:
        """Forms that a secret could stand against, by everybody who may send them."""
        for number, (who, page, path, data) in enumerate(self._forms()):
            self.answers[who, f"form {number}"] = quiet(submit(self.browser(who), page, path, data))

    def _forms(self) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
        """Who sends which form, with its page: a deputy, swapping, a group of people's own, dates. Of what a
        coordinator would change by hand the page that says what it would do, as often as she likes."""
        ids, (first, second) = self.pages.ids, (self._session("g1"), self._session("g2"))
        for act in self._acts():
            yield COORDINATOR, f"{self.pages.path()}/change?{urlencode(act)}", "", {}
        deputy = f"/facilitating/deputy/{second}"
        yield FAY, deputy, f"{deputy}/back", {}
        yield FAY, deputy, deputy, {"person": ids[GIL], "note": "They talk about exams."}
        swap, own = f"/join/{self.pages.programme_id}/swap", f"/own-groups/{self.pages.programme_id}"
        yield BEN, swap, swap, {"out_of": "g1", "group": "g2"}
        yield FINN, swap, swap, {"out_of": "g2", "group": "g1"}
        yield FINN, own, f"{own}/join", {"code": self._code()}
        yield ZOE, own, f"{own}/ask", {"to": ids[GIL], "text": "Would you lead us?"}
        for who, key, session in ((BEN, "g1", first), (FINN, "g2", second)):
            dates = f"/groups/{self.pages.programme_id}/{key}/dates"
            yield who, f"{dates}?session={session}", dates, {"session": session, "starts_at": self._other_date(session)}

    def _acts(self) -> Iterator[Mapping[str, Any]]:
        ids, second = self.pages.ids, self._session("g2")
        yield {"act": "deputy", "session": second, "for": ids[FAY], "person": ids[GIL]}
        yield {"act": "in", "group": "g1", "person": ids[EVE], "out_of": "g2"}
        yield {"act": "in", "group": "g2", "person": ids[BEN], "out_of": "g1"}
        yield {"act": "in", "group": "g1", "person": ids[ZOE]}
        yield {"act": "merge", "group": "g1", "into": "g2"}
        yield {"act": "facilitators", "session": second, "facilitator": ids[GIL]}
        yield {"act": "take_over", "group": "g2", "from": ids[FAY], "person": ids[GIL]}

    def _carries_out(self) -> None:
        """What is really done is refused, where a secret stands against it, in the one sentence: at the very end, since
        the worlds are not the same any more."""
        here = f"{self.pages.path()}/change"
        for number, act in enumerate(islice(self._acts(), 2)):
            why = {"why": "We have spoken to both groups about it."}
            said = submit(self.browser(COORDINATOR), f"{here}?{urlencode(act)}", here, {**act, **why})
            self.answers[COORDINATOR, f"{CARRIED_OUT} {number}"] = UNSPOKEN if is_unspoken(said) else quiet(said)

    def _repairs(self) -> None:
        """A rota changes; what it breaks is repaired, unless a repair rightly parts whom a secret parts."""
        with self.pages.database.writing() as db:
            import_rota(db, self.coordinator, self.pages.programme_id, "north", self._rota(), self.now)
        run_id: int = self._says(
            "repair", lambda db: start_repair(db, self.coordinator, self.pages.programme_id, self.now)
        )
        if not self.repairs:
            return
        plan_id = store_repair(self.pages.database, run_id, self.pages.programme_id, self.now)
        desk, here = self.browser(COORDINATOR), self.pages.path()
        for path in (here, f"{here}/troubles", f"{here}/repair", f"{here}/repair/{plan_id}", f"{here}/plans/{plan_id}"):
            self.answers[COORDINATOR, f"before {path}"] = quiet(words_in(desk.get(path).data))
        self._takes_down(desk, f"{here}/runs/{run_id}")
        with self.pages.database.reading() as db:
            ids = tuple(change.id for change in get_proposal(db, self.coordinator, plan_id, self.now).acceptable)
        self._says(
            "accepted", lambda db: accept(db, self.coordinator, plan_id, ids, self.now, "They work nights then.")
        )

    def _rota(self) -> Upload:
        """A file of a department: nights in the first week of the term."""
        with self.pages.database.reading() as db:
            term = get_programme(db, self.pages.programme_id)
            names = {row.id: row.name for row in db.execute(select(PersonRow.id, PersonRow.name))}
        legend = (["Code", "Meaning", "Start", "End"], ["N", "Night", "21:00", "09:00"])
        rows = [["Name", *days(7, term.first_day)], *([names[self.pages.ids[who]], *"NNNNNNN"] for who in NIGHTS)]
        return Upload("Nights", as_xlsx({"Rota": rows, "Codes": legend}), "nights.xlsx")

    def _takes_down(self, desk: Browser, run: str) -> None:
        """The files of a run, and what commands say of them."""
        asked, answered = desk.get(f"{run}/instance.json").data, desk.get(f"{run}/solution.json").data
        with TemporaryDirectory() as folder:
            for words, said in told_by_commands(Path(folder), asked, answered):
                self.answers[COORDINATOR, words] = quiet(said)

    def _fetches(self) -> Iterator[tuple[tuple[str, str], str]]:
        """Every calendar, as its client gets it."""
        client = self.pages.stranger()
        for feed in self.feeds:
            answer = client.get(feed.path)
            yield (feed.owner, f"{feed.purpose} calendar"), quiet(f"{answer.status_code}\n{answer.text}")

    # --- people ------------------------------------------------------------------------------------------------

    def browser(self, email: str) -> Browser:
        """Their browser, which stays signed in."""
        if email not in self.browsers:
            self.browsers[email] = self.pages.signed_in(email)
        return self.browsers[email]

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

    def _other_date(self, session_id: int) -> str:
        """The week after: a date that nobody chose."""
        with self.pages.database.reading() as db:
            return (db.get_one(SessionRow, session_id).starts_at + timedelta(weeks=1)).isoformat()

    def _code(self) -> str:
        with self.pages.database.reading() as db:
            return db.scalars(select(OwnGroupRow.code)).one()

    def _relations(self) -> bytes:
        return b"person,about,kind,from,to\n" + f"{FAY},{ADA},supervises,,\n".encode()

    def _says(self, what: str, act: Callable[[Db], object]) -> Any:
        """Do something in a transaction of its own, and keep what was answered."""

        def done() -> object:
            with self.pages.database.writing() as db:
                return act(db)

        return self._note(what, done)

    def _note(self, what: str, look: Callable[[], object]) -> Any:
        found: object = None
        try:
            found = look()
            answer = repr(found)
        except MentorRoundsError as error:
            answer = f"{type(error).__name__} {error}"
        self.answers["", what] = quiet(answer)
        return found
