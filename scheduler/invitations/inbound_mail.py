"""The door for mail that comes in: answers to invitations, words to a group, and reports of what was not delivered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotAllowed, NotFound, Rejected
from scheduler.groups.letters import get_place, write_to_group
from scheduler.groups.thread import reply_by_mail
from scheduler.invitations.mail_reader import Received
from scheduler.invitations.replies import Reply, take_reply
from scheduler.languages import SOURCE, in_language, say
from scheduler.mail.addresses import TagKind, Tags, without_tags
from scheduler.mail.incoming import Incoming
from scheduler.mail.model import TroubleKind
from scheduler.mail.tables import MailRow
from scheduler.mail.troubles import note_trouble
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.sessions.tables import WritingPlaceRow
from scheduler.settings import Settings


class Outcome(StrEnum):
    """What became of a message."""

    ANSWERED = "answered"
    PASSED_ON = "passed on"
    RETURNED = "returned"
    IGNORED = "ignored"


def take_message(db: Db, settings: Settings, received: Received, now: datetime) -> Outcome:
    """Take a message that came to the installation's mailbox, as
    :func:`~scheduler.invitations.mail_reader.read_message` read it.

    Raises a :class:`~scheduler.errors.MentorRoundsError` for what its sender should hear of; what machines send is
    ignored instead, so that no two of them write to each other for ever.
    """
    message, tags = received.message, Tags(settings)
    if message.report:
        return _take_report(db, tags, message, now)
    if received.answers:
        taken = [_take_answer(db, tags, message, reply, now) for reply in received.replies]
        return Outcome.ANSWERED if any(taken) else Outcome.IGNORED
    place_id = tags.find_one(TagKind.GROUP, message.addressed_to)
    if place_id is not None:
        return _pass_on(db, settings, message, place_id, now)
    week_place_id = tags.find_one(TagKind.WEEK, message.addressed_to)
    if week_place_id is not None:
        return _answer_in_writing(db, message, week_place_id, now)
    if message.by_machine:
        return Outcome.IGNORED
    advice = say("Please write to your coordinator, or go to your own page.")
    raise Rejected(say("This mailbox is not read."), what_to_do=advice)


def take_answers(db: Db, actor: Actor, replies: Iterable[Reply], now: datetime) -> bool:
    """Take the answers in a file that somebody has uploaded. Whether they changed anything."""
    if actor.person_id is None:
        raise NotAllowed(say("Only people who were invited can answer."))
    taken = [take_reply(db, actor.person_id, reply, now) for reply in replies]  # each, whatever came of one before
    return any(taken)


def _take_answer(db: Db, tags: Tags, message: Incoming, reply: Reply, now: datetime) -> bool:
    """Take an answer; what stands against it is said in its sender's language."""
    person_id = _sender(db, tags, message, reply)
    language = db.scalar(select(PersonRow.language).where(PersonRow.id == person_id))
    with in_language(language or SOURCE):
        return take_reply(db, person_id, reply, now)


def _pass_on(db: Db, settings: Settings, message: Incoming, place_id: int, now: datetime) -> Outcome:
    """Pass somebody's words on to their group. Who writes is known by the signed address, which only their own mail
    names; a message forwarded to somebody else carries it too, so the writer's own address has to be theirs as well."""
    if message.by_machine:
        return Outcome.IGNORED
    place = get_place(db, place_id)
    with _writer(db, message, place.person_id) as actor:
        name = sha256(message.message_id.encode()).hexdigest() if message.message_id else None
        words = without_tags(message.words)
        write_to_group(db, settings, actor, place.programme_id, place.group_key, words, now, message=name)
    return Outcome.PASSED_ON


def _answer_in_writing(db: Db, message: Incoming, place_id: int, now: datetime) -> Outcome:
    """Take somebody's answer in a week in writing, by the same rules: the group reads it on the page of the session,
    and in one e-mail a day."""
    if message.by_machine:
        return Outcome.IGNORED
    place = db.get(WritingPlaceRow, place_id)
    if place is None:
        raise NotFound(say("That session isn’t one of yours."))
    with _writer(db, message, place.person_id) as actor:
        reply_by_mail(db, actor, place.session_id, without_tags(message.words), now)
    return Outcome.PASSED_ON


@contextmanager
def _writer(db: Db, message: Incoming, person_id: int) -> Iterator[Actor]:
    """Who writes to their group; what stands against it is said in their language."""
    person = db.get_one(PersonRow, person_id)
    with in_language(person.language):
        if message.sender.lower() != person.email.lower():
            raise NotAllowed(
                say("This e-mail comes from another address than the one we write to."),
                what_to_do=say("Please write from that address, or write to your group on its page."),
            )
        yield Actor(person.id, person.name)


def _sender(db: Db, tags: Tags, message: Incoming, reply: Reply) -> int:
    """Who answers, by the signed address that only their own invitation names; mail programs repeat it as organizer,
    or answer to the group."""
    person_id = tags.find_one(TagKind.ANSWER, f"{message.addressed_to} {reply.organizer}")
    place_id = tags.find_one(TagKind.GROUP, message.addressed_to)
    if person_id is None and place_id is not None:
        return get_place(db, place_id).person_id
    if person_id is None:
        raise NotAllowed(say("Nobody with this e-mail address was invited."))
    return person_id


def _take_report(db: Db, tags: Tags, message: Incoming, now: datetime) -> Outcome:
    """Note what was returned. Who is meant is known from the signed name of the message; an unproven report is none."""
    report = message.report
    mail_id = tags.find_one(TagKind.MESSAGE, f"{message.addressed_to} {report.message_id if report else ''}")
    mail = db.get(MailRow, mail_id) if mail_id is not None else None
    if report is None or not report.failed or mail is None:
        return Outcome.IGNORED
    note_trouble(db, mail.address, TroubleKind.RETURNED, report.status, now)
    return Outcome.RETURNED
