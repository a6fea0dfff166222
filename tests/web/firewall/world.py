"""A programme in the middle of its term, in which Cleo has said and done everything that somebody can, and readers who
may or may not have power over her."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete, select, update
from werkzeug.routing import Rule

from scheduler import clock
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.groups.tables import AgendaRow, GoalRow
from scheduler.invitations.tables import DateQuestionRow
from scheduler.joining.tables import AnswerRow, ChangeRequestRow
from scheduler.mail.addresses import TagKind, Tags
from scheduler.memory import forget_everything
from scheduler.oversight.tables import ConcernRow
from scheduler.people.model import RelationKind, Role
from scheduler.people.tables import PersonRow, RelationRow
from scheduler.plans.model import MemberRole
from scheduler.sessions.model import DeputyState, ProposalState
from scheduler.sessions.tables import (
    AttendedRow,
    AttendeeRow,
    DeputyRow,
    ProposalAnswerRow,
    ProposalRow,
    SessionRow,
)
from scheduler.settings import Settings
from tests.builders import actor
from tests.web.builders import (
    BASE_URL,
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    STRANGER_COORDINATOR,
    Browser,
    Pages,
)
from tests.web.test_permissions import VALUES

CLEO = OTHER_RESIDENT
EVE, GIL = "eve.moss@example.org", "gil.spare@example.org"
READERS = {
    "facilitator": FACILITATOR,
    "resident in the group": EVE,
    "resident of another group": RESIDENT,
    "deputy": GIL,
    "coordinator": COORDINATOR,
    "coordinator of another programme": STRANGER_COORDINATOR,
    "oversight contact": OVERSEER,
}
IN_THE_GROUP = ("facilitator", "resident in the group")
GOAL, AGENDA, QUESTION, REPLY = "Sassafras goal", "Thistledown topic", "Quincunx question", "Marzipan reply"
NEEDS, REQUEST, CONCERN = "Juniper ramp", "Peppercorn request", "Zephyr concern"
NOTE, VIDEO = "Obsidian note", "https://video.example/tamarind"
MARKS = (GOAL, AGENDA, QUESTION, REPLY, NEEDS, REQUEST, CONCERN, NOTE, VIDEO)
"""What Cleo said, each in words that occur nowhere else."""
GROUP = "g2"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody got: the status, and every word of it, also where it is packed."""

    status: int
    text: str

    @property
    def marks(self) -> frozenset[str]:
        """What of Cleo's is in it."""
        return frozenset(mark for mark in MARKS if mark in self.text)


@dataclass(slots=True)
class Lived:
    """The world, and who is signed in to it."""

    pages: Pages
    sessions: tuple[int, ...]
    values: dict[str, tuple[Any, ...]]
    question_tag: str
    feeds: Mapping[str, str]
    _browsers: dict[str, Browser] = field(default_factory=dict)

    @property
    def app(self) -> Flask:
        return self.pages.app

    def id_of(self, email: str) -> int:
        with self.pages.database.reading() as db:
            return db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()

    def browser(self, who: str) -> Browser:
        """The browser of one of the readers, signed in once."""
        if who not in self._browsers:
            self._browsers[who] = self.pages.signed_in(READERS.get(who, who))
        return self._browsers[who]

    def ask(self, who: str, path: str, method: str = "GET", **data: Any) -> Answer:
        browser = self.browser(who)
        found = browser.post(path, data) if method == "POST" else browser.get(path)
        return Answer(found.status_code, words_in(found.data))

    def paths(self, rule: Rule) -> Iterator[str]:
        """The addresses of a rule, with every real id that it may take."""
        adapter = self.app.url_map.bind("localhost")
        names = sorted(rule.arguments)
        for number in range(max((len(self._known(name)) for name in names), default=1)):
            chosen = {name: self._known(name)[number % len(self._known(name))] for name in names}
            yield adapter.build(rule.endpoint, chosen, append_unknown=False)

    def _known(self, name: str) -> tuple[Any, ...]:
        return self.values[name] if name in self.values else (VALUES.get(name, 1),)

    @contextmanager
    def power(
        self,
        who: str,
        kind: RelationKind = RelationKind.SUPERVISES,
        first_day: date | None = None,
        last_day: date | None = None,
        *,
        declared: bool = False,
        over: str = CLEO,
    ) -> Iterator[None]:
        """For a while, one of the readers has power over Cleo."""
        row = RelationRow(
            programme_id=self.pages.programme_id,
            person_id=self.id_of(READERS.get(who, who)),
            about_id=self.id_of(over),
            kind=kind,
            first_day=first_day,
            last_day=last_day,
            declared=declared,
            declared_by_id=self.id_of(READERS.get(who, who)) if declared else None,
        )
        with self.pages.database.writing() as db:
            db.add(row)
            db.flush()
            relation_id = row.id
        forget_everything()
        try:
            yield
        finally:
            with self.pages.database.writing() as db:
                db.execute(delete(RelationRow).where(RelationRow.id == relation_id))
            forget_everything()

    def let_cleo_have_come(self, came: bool) -> None:
        with self.pages.database.writing() as db:
            hers = (AttendedRow.person_id == self.id_of(CLEO), AttendedRow.session_id == self.sessions[0])
            db.execute(update(AttendedRow).where(*hers).values(came=came))
        forget_everything()


def words_in(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return "".join(words_in(file.read(name)) for name in file.namelist())


def without_tokens(text: str) -> str:
    """A page without what is another each time it is asked for."""
    changing = r'name="(csrf_token|once)" value="[^"]*"|[0-9]+ (second|minute)s? ago|"(challenge|id)": "[\w-]{43}"'
    return re.sub(changing, "", text)


def middle_of_term(pages: Pages) -> datetime:
    """An hour after the group's first session has ended."""
    with pages.database.reading() as db:
        first = select(SessionRow.ends_at).where(SessionRow.group_key == GROUP).order_by(SessionRow.starts_at)
        return db.scalars(first.limit(1)).one() + timedelta(hours=1)


def live(pages: Pages) -> Lived:
    """Let Cleo and her group say and do everything, through their pages where it is a page's doing."""
    programme_id = pages.programme_id
    with pages.database.reading() as db:
        of_group = select(SessionRow.id).where(SessionRow.group_key == GROUP).order_by(SessionRow.starts_at)
        over, *ahead = db.scalars(of_group).all()
        other = db.scalars(select(SessionRow.id).where(SessionRow.group_key == "g1").order_by(SessionRow.starts_at))
        other_over = other.first()
    cleo, fay, ada = (pages.signed_in(email) for email in (CLEO, FACILITATOR, RESIDENT))
    ids = pages.ids
    group = f"/groups/{programme_id}/{GROUP}"
    said = (
        fay.post(f"/sessions/{over}/came", {"came": [ids[CLEO], ids[EVE], ids[FACILITATOR]]}),
        ada.post(f"/sessions/{other_over}/came", {"came": [ids[RESIDENT]]}),
        cleo.post(f"/sessions/{ahead[0]}/cannot"),
        cleo.post(f"/my-goals/{programme_id}", {"text": GOAL, "shared": "1"}),
        cleo.post(f"/sessions/{over}/note", {"text": NOTE}),
        cleo.post(f"{group}/agenda", {"text": AGENDA, "session": ahead[1]}),
        cleo.post(f"/sessions/{ahead[1]}/thread", {"question": QUESTION}),
        cleo.post(f"/sessions/{ahead[1]}/thread/reply", {"text": REPLY}),
        cleo.post(f"{group}/meeting", {"url": VIDEO}),
        cleo.post(f"/concern/{programme_id}", {"kind": "other", "text": CONCERN, "named": "1"}),
    )
    assert all(answer.status_code in (200, 303) for answer in said), [answer.status_code for answer in said]
    proposal_id, question_id, request_id = _ask_and_stand_in(pages, ahead)
    values: dict[str, tuple[Any, ...]] = {
        "programme_id": (programme_id,),
        "group_key": (GROUP,),
        "session_id": (over, *ahead),
        "person_id": (ids[CLEO], ids[EVE]),
        "plan_id": (pages.published_id, pages.draft_id),
        "run_id": (pages.run_id,),
        "proposal_id": (proposal_id,),
        "request_id": (request_id,),
        "table": ("people", "relations", "clinics", "rooms", "groups", "sessions", "availability"),
        "step": ("ways", "people", "needs", "topics", "kind", "conduct"),
    }
    with pages.database.reading() as db:
        values["item_id"] = tuple(db.scalars(select(AgendaRow.id)))
        values["goal_id"] = tuple(db.scalars(select(GoalRow.id)))
        values["concern_id"] = tuple(db.scalars(select(ConcernRow.id)))
    tag = Tags(Settings("unused", "k" * 40, base_url=BASE_URL)).sign(TagKind.DATE, question_id)
    return Lived(pages, (over, *ahead), values, tag, _feeds(pages))


def _ask_and_stand_in(pages: Pages, ahead: list[int]) -> tuple[int, int, int]:
    """A date that Cleo proposes and Fay is asked about, and Gil, who stands in for Fay; and what Cleo wrote to the
    coordinators."""
    now, ids = clock.now(), pages.ids
    with pages.database.writing() as db:
        session = db.get_one(SessionRow, ahead[0])
        proposal = ProposalRow(
            programme_id=pages.programme_id,
            group_key=GROUP,
            session_id=session.id,
            starts_at=session.starts_at + timedelta(days=1),
            by_id=ids[CLEO],
            made_at=now,
            state=ProposalState.OPEN,
        )
        proposal.answers.append(ProposalAnswerRow(person_id=ids[CLEO], agrees=True, said_at=now))
        deputy = DeputyRow(
            session_id=ahead[1], for_id=ids[FACILITATOR], person_id=ids[GIL], state=DeputyState.ACCEPTED,
            note="", asked_at=now, answered_at=now,
        )  # fmt: skip
        db.add_all((proposal, deputy))
        db.add(AttendeeRow(session_id=ahead[1], person_id=ids[GIL], role=MemberRole.FACILITATOR, mark="2"))
        answer = db.get(AnswerRow, (pages.programme_id, ids[CLEO]))
        if answer is None:
            answer = AnswerRow(programme_id=pages.programme_id, person_id=ids[CLEO], steps=[], changed_at=now)
            db.add(answer)
        answer.needs = NEEDS
        request = ChangeRequestRow(programme_id=pages.programme_id, person_id=ids[CLEO], note=REQUEST, asked_at=now)
        db.add(request)
        db.flush()
        question = DateQuestionRow(proposal_id=proposal.id, person_id=ids[FACILITATOR])
        db.add(question)
        db.flush()
        return proposal.id, question.id, deputy.id


def _feeds(pages: Pages) -> Mapping[str, str]:
    """Calendars that Fay made before anybody had power over anybody, by their purpose."""
    fay = actor(pages.ids[FACILITATOR], pages.programme_id, Role.FACULTY)
    subjects = {
        "person": Subject(Purpose.PERSON),
        "facilitator": Subject(Purpose.FACILITATOR, pages.programme_id),
        "group": Subject(Purpose.GROUP, pages.programme_id, GROUP),
    }
    with pages.database.writing() as db:
        return {name: open_feed(db, fay, subject, clock.now()).path for name, subject in subjects.items()}
