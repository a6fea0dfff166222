"""Which letters a person gets about what has changed for them.

Everything that somebody is to be told at one time is one letter. An invitation is about one session, so only a further
session that stands in their calendar as an invitation, and must be put right there, brings a letter of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from scheduler.calendars.model import Event, Purpose
from scheduler.calendars.views import View, event_of
from scheduler.calendars.wording import wording_for
from scheduler.invitations import itip, wording
from scheduler.invitations.afterwards import Beside, BesideLinks, asked_afterwards
from scheduler.invitations.group_news import GroupNews
from scheduler.invitations.model import Aspect, Cause, Change, ChangeKind, Channel, Holds, InvitationWish, MailChoices
from scheduler.invitations.reply_addresses import ReplyAddresses
from scheduler.languages import in_language, say
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.model import Letter
from scheduler.mail.moments import short_time
from scheduler.sessions.model import SessionStatus

STOP_PATH: Final = "/mail/stop/"
DATE_PATH: Final = "/mail/date/"
RELEASED_PATH: Final = "/mail/released/"
PAGE_PATH: Final = "/"
VOICE_PATH: Final = "/my-voice"
GOALS_PATH: Final = "/my-goals"
CHOICES_PATH: Final = "/account/mail"
_ALWAYS_TOLD: Final = frozenset(
    (
        Cause.HAS_DEPUTY,
        Cause.NO_DEPUTY_NEEDED,
        Cause.STANDS_IN,
        Cause.GROUP_ENDED,
        Cause.GROUP_MERGED,
        Cause.GROUP_PAUSED,
    )
)


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
    announced_in: frozenset[int] = frozenset()

    @property
    def wish(self) -> InvitationWish:
        """Which invitations they get."""
        return InvitationWish.NONE if self.reads_calendar_alone else self.choices.wish(self.has_feed)

    @property
    def reads_calendar_alone(self) -> bool:
        """Whether they want to hear of dates by their calendar link alone, and have one."""
        return self.choices.channel is Channel.CALENDAR and self.has_feed

    def clock(self, programme_id: int, otherwise: str) -> str:
        """The zone in which they read of a programme's sessions; ``otherwise`` is the programme's own."""
        return self.zone or self.zones.get(programme_id, otherwise)


@dataclass(frozen=True, slots=True)
class Post:
    """What is told of some changes: by a letter, or silently where ``letter`` is None; and by a session's id what the
    recipient's calendar holds of it from then on, where that is other than before."""

    changes: tuple[Change, ...]
    holds: Mapping[int, Holds] = field(default_factory=lambda: MappingProxyType({}))
    letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes letters for one installation. ``programmes`` maps ids to names. Letters that are ``urgent`` do not wait
    until their reader is awake."""

    tags: Tags
    programmes: Mapping[int, str]
    now: datetime
    replies: ReplyAddresses
    urgent: bool = False

    def posts_for(self, to: Recipient, changes: Sequence[Change], news: Sequence[GroupNews] = ()) -> Iterator[Post]:
        """Everything that somebody is to be told, each change exactly once."""
        with in_language(to.language):
            told = sorted((change for change in changes if self._is_told(to, change)), key=_start_of)
            silent = tuple(change for change in changes if change not in told)
            if silent:
                yield Post(silent)
            if len(told) == 1 and not news:
                yield self._alone(to, told[0])
            elif told or news:
                yield from self._together(to, told, news)

    def text_number(self, to: Recipient) -> str:
        """Where somebody gets text messages; empty for who gets none, as everybody where none are sent."""
        return to.choices.number if self.tags.settings.text_gateway else ""

    def text_reminder(self, to: Recipient, session: Change) -> str:
        """A reminder as one short text: when, and where to look."""
        with in_language(to.language):
            when = short_time(session.session.row.starts_at, self._reader(to, session).zone)
            return say("Mentoring on %(when)s. More on your own page: %(address)s", when=when, address=self._page)

    def text_about_change(self, to: Recipient) -> str:
        """That something near has changed as one short text: nothing of what, or of whom."""
        with in_language(to.language):
            return say("A mentoring session of yours in the next days has changed: %(address)s", address=self._page)

    @property
    def _page(self) -> str:
        return f"{self.tags.settings.base_url}{PAGE_PATH}"

    def reminder(self, to: Recipient, session: Change, beside: Beside) -> Post:
        """A reminder of a session. With it comes the invitation, for those who want invitations and have not had
        this one: a digest holds none, and by now an answer is of use.
        """
        invites = to.wish is InvitationWish.EACH and not session.holds_invitation
        with in_language(to.language):
            reader, links = self._reader(to, session), self._links(to, TagKind.STOP_REMINDERS)
            aside = asked_afterwards(beside, self._beside_links(beside))
            chairs = session.session.row.chair_id == to.person_id
            text = wording.reminder_text(
                session, reader, links, answerable=invites and self._answers, chairs=chairs, aside=aside
            )
            letter = self._letter(to, wording.reminder_subject(session, reader), text, (session,), links)
            event = self._event(to, session)
            if invites:
                return _post((session,), Holds.INVITATION, self._with_invitation(letter, to, session))
            file = itip.plain_file(event, self.now, wording_for(to.language))
            return Post((session,), letter=replace(letter, calendar=file))

    @staticmethod
    def _is_told(to: Recipient, change: Change) -> bool:
        """Whoever wants no invitations is still told once a term that there are dates, when they need not come any
        more, and of what is near."""
        if change.must_reach_calendar:
            return True
        if not change.worth_words:
            return False
        if change.kind is ChangeKind.UNEXPECTED:
            return change.announced is not None and change.announced.holds is Holds.FILE
        if to.reads_calendar_alone:
            return change.is_near
        is_first = change.kind is ChangeKind.NEW and change.session.row.programme_id not in to.announced_in
        always = change.is_near or is_first or change.kind is ChangeKind.OUT or change.cause in _ALWAYS_TOLD
        in_no_feed = Aspect.LED_BY in change.aspects and to.wish is not InvitationWish.NONE
        return always or in_no_feed or to.wish is InvitationWish.EACH

    def _alone(self, to: Recipient, change: Change) -> Post:
        """One session is told by an invitation to those who want it, or whose calendar must be put right."""
        is_dated = change.kind is ChangeKind.NEW and not change.is_near and to.wish is InvitationWish.NEAR
        wants = to.wish is not InvitationWish.NONE and change.reaches_calendar and not is_dated
        if change.must_reach_calendar or wants:
            return self._invitation(to, change)
        letter = self._about_one(to, change, answerable=False)
        if is_dated and change.takes_time:
            return _post((change,), Holds.FILE, self._with_file(letter, to, (change,)))
        return Post((change,), letter=letter)

    def _together(self, to: Recipient, told: Sequence[Change], news: Sequence[GroupNews]) -> Iterator[Post]:
        held = [change for change in told if change.must_reach_calendar]
        filed = () if to.wish is InvitationWish.NONE else tuple(c for c in told if c not in held and c.reaches_calendar)
        letter = self._digest(to, told, news, with_file=bool(filed) and not held)
        holds = dict.fromkeys((change.session.row.id for change in filed), Holds.FILE)
        if held:
            letter = self._with_invitation(letter, to, held[0])
            if filed:
                letter = replace(letter, file=self._file(to, filed))
        elif filed:
            letter = self._with_file(letter, to, filed)
        yield Post(tuple(change for change in told if change not in held[1:]), holds, letter)
        yield from (self._invitation(to, change) for change in held[1:])

    def _invitation(self, to: Recipient, change: Change) -> Post:
        letter = self._about_one(to, change, answerable=self._answers and change.takes_time)
        return _post((change,), Holds.INVITATION, self._with_invitation(letter, to, change))

    def _with_invitation(self, letter: Letter, to: Recipient, change: Change) -> Letter:
        write = itip.request if change.takes_time else itip.cancel
        parties, event = self._parties(to, change), self._event(to, change)
        calendar = write(event, parties, self.now, wording_for(to.language))
        method = "REQUEST" if change.takes_time else "CANCEL"
        return replace(letter, calendar=calendar, method=method, sender=parties.organizer)

    def _about_one(self, to: Recipient, change: Change, *, answerable: bool) -> Letter:
        reader, links = self._reader(to, change), self._links(to, TagKind.STOP_INVITATIONS)
        text = wording.text_of(change, reader, links, answerable=answerable)
        return self._letter(to, wording.subject_of(change, reader), text, (change,), links)

    def _digest(
        self, to: Recipient, changes: Sequence[Change], news: Sequence[GroupNews], *, with_file: bool
    ) -> Letter:
        links = self._links(to, TagKind.STOP_INVITATIONS, news)
        subject = wording.digest_subject(changes, self._clocks(to), news)
        text = wording.digest_text(changes, to.name, self._clocks(to), links, news, with_file=with_file)
        return self._letter(to, subject, text, changes, links, news)

    def _with_file(self, letter: Letter, to: Recipient, changes: Sequence[Change]) -> Letter:
        sender = self._parties(to, changes[0]).organizer
        return replace(letter, calendar=self._file(to, changes), method="PUBLISH", sender=sender)

    def _file(self, to: Recipient, changes: Sequence[Change]) -> str:
        events = [self._event(to, change) for change in changes]
        free = frozenset(change.session.row.uid for change in changes if not change.takes_time)
        return itip.publish(events, self._parties(to, changes[0]), self.now, wording_for(to.language), free)

    def _letter(
        self,
        to: Recipient,
        subject: str,
        text: str,
        changes: Sequence[Change],
        links: wording.Links,
        news: Sequence[GroupNews] = (),
    ) -> Letter:
        ends = [change.session.row.ends_at for change in changes]
        told = [change.announced.ends_at for change in changes if change.announced]
        groups = {(change.session.row.programme_id, change.session.row.group_key) for change in changes}
        groups |= {(each.programme_id, each.group_key) for each in news}
        return Letter(
            to.address,
            subject,
            text,
            stop_url=links.stop,
            over_at=None if news else max([*ends, *told]),
            reply_to=self.replies.of(to.person_id, groups),
            urgent=self.urgent,
        )

    def _event(self, to: Recipient, change: Change) -> Event:
        """The session as this person's feed shows it. What is cancelled for them is shown as they knew it: how the
        others meet now is not theirs to know."""
        words = wording_for(to.language)
        place = change.session.place_of(to.person_id) if change.closed else None
        event = event_of(View(Purpose.PERSON, to.language), change.session, words, place, by_call=change.by_call)
        if change.takes_place or change.announced is None:
            return event
        told = change.announced
        return replace(
            event,
            status=SessionStatus.CANCELLED,
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

    @staticmethod
    def _clocks(to: Recipient) -> wording.Clocks:
        return to.clock

    def _links(self, to: Recipient, stops: TagKind, news: Sequence[GroupNews] = ()) -> wording.Links:
        base = self.tags.settings.base_url
        groups = {
            each.place_id: f"{base}{STOP_PATH}{self.tags.sign(TagKind.STOP_GROUP, each.place_id)}" for each in news
        }
        stop = f"{base}{STOP_PATH}{self.tags.sign(stops, to.person_id)}"
        return wording.Links(base, f"{base}{PAGE_PATH}", f"{base}{CHOICES_PATH}", stop, groups, self._date_link)

    def _beside_links(self, beside: Beside) -> BesideLinks:
        base = self.tags.settings.base_url
        released = self.tags.sign(TagKind.RELEASED, beside.released) if beside.released else ""
        return BesideLinks(f"{base}{RELEASED_PATH}{released}", f"{base}{VOICE_PATH}", f"{base}{GOALS_PATH}")

    def _date_link(self, question: int) -> str:
        return f"{self.tags.settings.base_url}{DATE_PATH}{self.tags.sign(TagKind.DATE, question)}"

    @property
    def _answers(self) -> bool:
        """Whether answers by mail are read here."""
        return bool(self.tags.settings.mail_tag)


def _post(changes: tuple[Change, ...], holds: Holds, letter: Letter) -> Post:
    return Post(changes, dict.fromkeys((change.session.row.id for change in changes), holds), letter)


def _start_of(change: Change) -> tuple[datetime, int]:
    return change.session.row.starts_at, change.session.row.id
