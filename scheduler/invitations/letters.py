"""Which letters tell somebody of what has changed for them.

An invitation is about one session. What is near, and whatever an invitation already stands in somebody's calendar for,
is told by itself; everything else goes together into one letter with a file, so that a published term is one message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from scheduler.calendars.contents import View, event_in
from scheduler.calendars.feeds import Purpose
from scheduler.calendars.model import Event
from scheduler.calendars.wording import wording_for
from scheduler.invitations import itip, wording
from scheduler.invitations.model import Change, Holds, Kind, MailChoices, Wish
from scheduler.languages import speaking
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.model import Letter

STOP_PATH: Final = "/mail/stop/"
PAGE_PATH: Final = "/"
CHOICES_PATH: Final = "/account/mail"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody with mail to get. ``zone`` is the clock that they chose to live by, if any; ``zones`` maps programmes to
    that of their site there. ``told_in`` are the programmes of which they know dates that lie ahead."""

    person_id: int
    name: str
    address: str
    language: str
    zone: str
    zones: Mapping[int, str]
    choices: MailChoices
    has_feed: bool
    told_in: frozenset[int] = frozenset()

    @property
    def wish(self) -> Wish:
        """Which invitations they get."""
        return self.choices.wish(self.has_feed)

    def clock(self, programme_id: int, otherwise: str) -> str:
        """The zone in which they read of a programme's sessions; ``otherwise`` is the programme's own."""
        return self.zone or self.zones.get(programme_id, otherwise)


@dataclass(frozen=True, slots=True)
class Post:
    """What is told of some changes: by a letter, or silently where ``letter`` is None; and what the recipient's
    calendar holds of these sessions from then on."""

    changes: tuple[Change, ...]
    holds: Holds | None = None
    letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes letters for one installation. ``programmes`` maps ids to names."""

    tags: Tags
    programmes: dict[int, str]
    now: datetime

    def posts_for(self, to: Recipient, changes: Sequence[Change]) -> Iterator[Post]:
        """Everything that somebody is to be told, each change exactly once."""
        with speaking(to.language):
            alone = [change for change in changes if change.is_near or change.holds_invitation]
            yield from (self._alone(to, change) for change in alone)
            yield from self._together(to, [change for change in changes if change not in alone])

    def reminder(self, to: Recipient, session: Change) -> Post:
        """A reminder of a session. With it comes the invitation, for those who want invitations and have not had
        this one: a digest holds none, and by now an answer is of use."""
        invites = to.wish is Wish.EACH and not session.holds_invitation
        with speaking(to.language):
            reader, links = self._reader(to, session), self._links(to, TagKind.STOP_REMINDERS)
            text = wording.reminder_text(session, reader, links, answerable=invites and self._answers)
            letter = self._letter(to, wording.reminder_subject(session, reader), text, (session,), links)
            event = self._event(to, session)
            if invites:
                return Post((session,), Holds.INVITATION, self._with_invitation(letter, to, session))
            file = itip.plain_file(event, self.now, wording_for(to.language))
            return Post((session,), None, replace(letter, calendar=file))

    def _alone(self, to: Recipient, change: Change) -> Post:
        if change.holds_invitation or (to.wish is not Wish.NONE and change.worth_words):
            return self._invitation(to, change)
        if not change.worth_words:
            return Post((change,))
        return Post((change,), None, self._about_one(to, change, answerable=False))

    def _together(self, to: Recipient, changes: Sequence[Change]) -> Iterator[Post]:
        told = [change for change in changes if change.worth_words and self._is_told(to, change)]
        silent = tuple(change for change in changes if change not in told)
        if silent:
            yield Post(silent)
        if len(told) == 1 and to.wish is Wish.EACH:
            yield self._invitation(to, told[0])
        elif told:
            yield self._digest(to, told)

    @staticmethod
    def _is_told(to: Recipient, change: Change) -> bool:
        """Whoever wants no invitations is still told once a term that there are dates."""
        is_first = change.kind is Kind.NEW and change.session.row.programme_id not in to.told_in
        return to.wish is Wish.EACH or is_first

    def _invitation(self, to: Recipient, change: Change) -> Post:
        if not change.takes_place and change.told and change.told.holds is Holds.WORDS:
            # Nothing stands in their calendar that could be taken back.
            return Post((change,), None, self._about_one(to, change, answerable=False))
        letter = self._about_one(to, change, answerable=self._answers)
        return Post((change,), Holds.INVITATION, self._with_invitation(letter, to, change))

    def _with_invitation(self, letter: Letter, to: Recipient, change: Change) -> Letter:
        write = itip.request if change.takes_place else itip.cancel
        parties, event = self._parties(to, change), self._event(to, change)
        calendar = write(event, parties, self.now, wording_for(to.language))
        method = "REQUEST" if change.takes_place else "CANCEL"
        return replace(letter, calendar=calendar, method=method, sender=parties.organizer)

    def _about_one(self, to: Recipient, change: Change, *, answerable: bool) -> Letter:
        reader, links = self._reader(to, change), self._links(to, TagKind.STOP_INVITATIONS)
        text = wording.text_of(change, reader, links, answerable=answerable)
        return self._letter(to, wording.subject_of(change, reader), text, (change,), links)

    def _digest(self, to: Recipient, changes: Sequence[Change]) -> Post:
        with_file = to.wish is not Wish.NONE
        ordered = tuple(sorted(changes, key=_start_of))
        links = self._links(to, TagKind.STOP_INVITATIONS)
        text = wording.digest_text(ordered, self._reader(to, ordered[0]), links, with_file=with_file)
        letter = self._letter(to, wording.digest_subject(ordered), text, ordered, links)
        if not with_file:
            return Post(ordered, None, letter)
        parties = self._parties(to, ordered[0])
        events = [self._event(to, change) for change in ordered]
        file = itip.publish(events, parties, self.now, wording_for(to.language))
        return Post(ordered, Holds.FILE, replace(letter, calendar=file, method="PUBLISH", sender=parties.organizer))

    def _letter(
        self, to: Recipient, subject: str, text: str, changes: Sequence[Change], links: wording.Links
    ) -> Letter:
        ends = max(change.session.row.ends_at for change in changes)
        told = [change.told.ends_at for change in changes if change.told]
        return Letter(to.address, subject, text, stop_url=links.stop, over_at=max([ends, *told]))

    def _event(self, to: Recipient, change: Change) -> Event:
        """The session as this person's feed shows it. What is cancelled for them is shown as they knew it: how the
        others meet now is not theirs to know."""
        words = wording_for(to.language)
        event = event_in(View(Purpose.PERSON, to.language), change.session, words)
        if change.takes_place or change.told is None:
            return event
        told = change.told
        return replace(
            event,
            status="cancelled",
            starts_at=told.starts_at,
            ends_at=told.ends_at,
            location=told.place,
            conference_url="",
            phone="",
        )

    def _parties(self, to: Recipient, change: Change) -> itip.Parties:
        return itip.Parties(
            organizer=self.tags.address(TagKind.ANSWER, to.person_id),
            organizer_name=self.programmes[change.session.row.programme_id],
            attendee=to.address,
            attendee_name=to.name,
            answers=self._answers,
        )

    def _reader(self, to: Recipient, change: Change) -> wording.Reader:
        session = change.session
        return wording.Reader(to.name, to.clock(session.row.programme_id, session.zone))

    def _links(self, to: Recipient, stops: TagKind) -> wording.Links:
        base = self.tags.settings.base_url
        stop = f"{base}{STOP_PATH}{self.tags.sign(stops, to.person_id)}"
        return wording.Links(f"{base}{PAGE_PATH}", f"{base}{CHOICES_PATH}", stop)

    @property
    def _answers(self) -> bool:
        """Whether answers by mail are read here."""
        return bool(self.tags.settings.mail_tag)


def _start_of(change: Change) -> datetime:
    return change.session.row.starts_at
