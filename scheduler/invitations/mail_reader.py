"""Messages and answers that come in, read in the sandbox before any transaction begins: whatever somebody sends, nobody
else waits for it. Who writes is proven first, and what nobody is proven to have sent is not looked into.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from scheduler import sandbox
from scheduler.errors import NotAllowed, Rejected
from scheduler.invitations.replies import Reply, read_replies
from scheduler.languages import say
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.incoming import MAX_OCTETS, Incoming, read_incoming
from scheduler.people.model import Actor

Answer = TypeVar("Answer")

LIMITS: Final = sandbox.Limits(10, 512 * 1024**2)
_CALENDAR: Final = b"BEGIN:VCALENDAR"
_REPLIES: Final = re.compile(rb"^METHOD:(REPLY|COUNTER)\b", re.IGNORECASE | re.MULTILINE)
_FOLD: Final = re.compile(rb"\r?\n[ \t]")
_ORGANIZER: Final = re.compile(rb"^ORGANIZER[;:][^\r\n]{0,1000}", re.IGNORECASE | re.MULTILINE)
_MOST_ORGANIZERS: Final = 20


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it was read. ``replies`` are the answers in it, none where whoever sent it is not proven to be
    anybody, or writes to a group; ``answers`` says whether it is one at all."""

    message: Incoming
    answers: bool = False
    replies: tuple[Reply, ...] = field(default_factory=tuple)


def read_message(tags: Tags, raw: bytes, recipient: str = "") -> Received:
    """A message that came to the installation's mailbox. Open no transaction meanwhile: this may take its time.

    Raises Rejected for what cannot be read, NotAllowed for an answer that nobody is proven to have sent.
    """
    _must_fit(raw)
    message = _isolated(read_in_sandbox, recipient, raw)
    answer = next((each for each in message.calendars if _REPLIES.search(each)), None)
    if message.report or not message.calendars:
        return Received(replace(message, calendars=()))
    if answer is None and _writes_to_others(tags, message):
        return Received(replace(message, calendars=()))
    calendar = answer or message.calendars[0]
    if not _is_proven(tags, message, calendar):
        raise NotAllowed(say("Nobody with this e-mail address was invited."))
    return Received(replace(message, calendars=()), True, _isolated(replies_in_sandbox, "", calendar))


def read_answer_file(actor: Actor, content: bytes) -> tuple[Reply, ...]:
    """The answers in a file that somebody uploads: a calendar, or the whole message. Open no transaction meanwhile.

    Raises Rejected for a file without any.
    """
    if actor.person_id is None:
        raise NotAllowed(say("Only people who were invited can answer."))
    _must_fit(content)
    is_calendar = content[:100].lstrip(b"\xef\xbb\xbf \r\n").startswith(_CALENDAR)
    calendars = (content,) if is_calendar else _isolated(read_in_sandbox, "", content).calendars
    if not calendars:
        raise Rejected(
            say("This file does not contain a calendar."), what_to_do=say("Choose a file whose name ends in .ics.")
        )
    return _isolated(replies_in_sandbox, "", calendars[0])


def read_in_sandbox(asked: str, files: Sequence[bytes]) -> Incoming:
    """What the sandbox runs for a message; ``asked`` is the recipient on its envelope."""
    return read_incoming(files[0], asked)


def replies_in_sandbox(_asked: str, files: Sequence[bytes]) -> tuple[Reply, ...]:
    """What the sandbox runs for a calendar."""
    return read_replies(files[0])


def _isolated(task: sandbox.Task[str, Answer], asked: str, content: bytes) -> Answer:
    try:
        return sandbox.run(task, asked, (content,), LIMITS, (Rejected,))
    except sandbox.Unfinished as error:
        raise Rejected(say("This e-mail is too complex to be read.")) from error


def _must_fit(content: bytes) -> None:
    if len(content) > MAX_OCTETS:
        raise Rejected(say("This e-mail is too large."))


def _writes_to_others(tags: Tags, message: Incoming) -> bool:
    return any(tag.kind in (TagKind.GROUP, TagKind.WEEK) for tag in tags.find(message.addressed_to))


def _is_proven(tags: Tags, message: Incoming, calendar: bytes) -> bool:
    """Whether a signed address of somebody's is named, by the message or by an organizer: no more than a look."""
    named = " ".join((message.addressed_to, *_organizers(calendar)))
    return any(tag.kind in (TagKind.ANSWER, TagKind.GROUP) for tag in tags.find(named))


def _organizers(calendar: bytes) -> Iterator[str]:
    lines = _ORGANIZER.finditer(_FOLD.sub(b"", calendar))
    for _, line in zip(range(_MOST_ORGANIZERS), lines, strict=False):
        yield line[0].decode("latin-1")
