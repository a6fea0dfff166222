"""The e-mails of a week in writing: its questions, and once a day what was answered. Nobody sees an address.

Each reader's mails carry an address of their own to answer to (:class:`scheduler.sessions.tables.WritingPlaceRow`).
Where the installation takes no e-mail, answers are written on the page; none ever goes to a coordinator.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.groups.letters import STOP_PATH, places_of
from scheduler.groups.tables import GroupPlaceRow
from scheduler.languages import in_language, say, short_moment
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.greeting import greeting
from scheduler.mail.model import Letter
from scheduler.mail.service import post
from scheduler.people.tables import PersonRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.tables import SessionRow, WritingPlaceRow
from scheduler.settings import Settings


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to whom a week in writing may be mailed: their place in it, and in the group."""

    person: PersonRow
    place: WritingPlaceRow
    in_group: GroupPlaceRow
    zone: str


@dataclass(frozen=True, slots=True)
class WeekLetters:
    """Writes the e-mails of weeks in writing."""

    db: Db
    tags: Tags
    _readers: Mapping[int, Sequence[Reader]]

    @classmethod
    def of(cls, db: Db, settings: Settings, wanted: Mapping[int, Collection[int]]) -> WeekLetters:
        """For these people of each session, given by their ids; loaded at once."""
        rows = db.execute(
            select(SessionRow, ProgrammeRow.zone)
            .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
            .where(SessionRow.id.in_(wanted))
        ).all()
        everybody = {who for whom in wanted.values() for who in whom}
        people = {row.id: row for row in db.scalars(select(PersonRow).where(PersonRow.id.in_(everybody)))}
        places = _writing_places(db, wanted)
        groups = places_of(
            db, {(row.programme_id, row.group_key, who) for row, _zone in rows for who in wanted[row.id]}
        )
        readers = {
            row.id: [
                Reader(people[who], places[row.id, who], groups[row.programme_id, row.group_key, who], zone)
                for who in sorted(wanted[row.id])
            ]
            for row, zone in rows
        }
        return cls(db, Tags(settings), readers)

    def readers(self, session_id: int, *, muted: bool = False) -> Sequence[Reader]:
        """Those of them who want e-mails about their group; the others too if ``muted``."""
        return [each for each in self._readers.get(session_id, ()) if muted or not each.in_group.muted]

    def ask(self, to: Reader, question: str, name: str, closes_at: datetime, now: datetime) -> None:
        """Mail a question that somebody of the group has asked."""
        with in_language(to.person.language):
            first = say(
                "%(name)s has asked your group a question. You have a week to answer in writing, which helps anyone "
                "who can’t be there:",
                name=name,
            )
            self._post(to, say("A question for your mentoring group"), [first, question], closes_at, now)

    def prompt(self, to: Reader, questions: Sequence[str], closes_at: datetime, now: datetime) -> None:
        """Mail the questions of a session to somebody who takes part in it in writing, in their language."""
        listed = "\n".join(f"- {question}" for question in questions)
        first = say("You take part in a session of your mentoring group in writing. This is what it is about:")
        self._post(to, say("Your mentoring group, in writing"), [first, listed], closes_at, now)

    def digest(self, to: Reader, written: Sequence[tuple[str, str]], closes_at: datetime, now: datetime) -> None:
        """Mail what others wrote, as pairs of name and text."""
        with in_language(to.person.language):
            first = say("This is what people in your mentoring group have written:")
            texts = [f"{name}:\n{text}" for name, text in written]
            self._post(to, say("What your mentoring group has written"), [first, *texts], closes_at, now)

    def _post(self, to: Reader, subject: str, parts: Sequence[str], closes_at: datetime, now: datetime) -> None:
        settings, is_over = self.tags.settings, now >= closes_at
        stop = f"{settings.base_url}{STOP_PATH}{self.tags.sign(TagKind.STOP_GROUP, to.in_group.id)}"
        text = "\n\n".join(
            [
                greeting(to.person.name),
                *parts,
                *([say("The week has ended, and all of this is deleted.")] if is_over else self._how(to, closes_at)),
                "-- \n" + say("Stop e-mails about this group: %(address)s", address=stop) + "\n",
            ]
        )
        reply_to = self.tags.address(TagKind.WEEK, to.place.id) if settings.mail_tag else ""
        post(self.db, Letter(to.person.email, subject, text, reply_to=reply_to, stop_url=stop), now)

    def _how(self, to: Reader, closes_at: datetime) -> list[str]:
        page = f"{self.tags.settings.base_url}/sessions/{to.place.session_id}#thread"
        if self.tags.settings.mail_tag:
            how = say("To answer, reply to this e-mail or write on the session’s page: %(page)s", page=page)
        else:
            how = say(
                "To answer, write on the session’s page: %(page)s. Replies to this e-mail don’t reach your group.",
                page=page,
            )
        return [
            how,
            say(
                "Only your group can read it, and nobody sees your address. On %(date)s the week ends and all of it is "
                "deleted.",
                date=short_moment(closes_at, to.zone),
            ),
        ]


def _writing_places(db: Db, wanted: Mapping[int, Collection[int]]) -> Mapping[tuple[int, int], WritingPlaceRow]:
    """Places in weeks in writing, by session and person; made where there are none yet."""
    rows = db.scalars(select(WritingPlaceRow).where(WritingPlaceRow.session_id.in_(wanted)))
    known = {(row.session_id, row.person_id): row for row in rows}
    keys = sorted((session_id, who) for session_id, whom in wanted.items() for who in whom)
    found = {key: known.get(key) or WritingPlaceRow(session_id=key[0], person_id=key[1]) for key in keys}
    db.add_all(found.values())
    db.flush()
    return found
