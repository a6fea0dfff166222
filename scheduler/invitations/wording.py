"""What the e-mails about sessions say: short and plain, in the reader's time zone and the language spoken around the
call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scheduler.invitations.change_words import words_of
from scheduler.invitations.group_news import GroupNews
from scheduler.invitations.group_wording import news_lines, news_subject
from scheduler.invitations.model import Aspect, Cause, Change, ChangeKind
from scheduler.languages import say, say_many
from scheduler.mail.greeting import greeting
from scheduler.mail.moments import long_time, short_time
from scheduler.sessions.model import IN_WRITING
from solvers.vocabulary import PHONE, VIDEO

DEPUTY_PATH: Final = "/facilitating"
Clocks = Callable[[int, str], str]
"""The zone in which somebody reads of a programme's sessions, from the programme's id and its own zone."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their name, and the clock that they live by."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Links:
    """Where things can be done: the service itself, the own page, what comes by mail, the end of such mail, and of mail
    about each group; ``date`` gives the address at which a question about a date is answered."""

    base: str
    page: str
    choices: str
    stop: str
    stop_groups: Mapping[int, str]
    date: Callable[[int], str]


def subject_of(change: Change, reader: Reader) -> str:
    """The subject of a mail about one session. It names no group: it may show on a locked phone."""
    return say(words_of(change).subject, when=short_time(_start(change), reader.zone))


def text_of(change: Change, reader: Reader, links: Links, *, answerable: bool) -> str:
    """A mail about one session."""
    lines = [greeting(reader.name), "", _opening(change), "", *_session_lines(change, reader), ""]
    lines += _what_to_do(change, links, answerable=answerable)
    return "\n".join([*lines, *_footer(links, say("Stop these invitations"), _concerns(links, (change,)))])


def digest_subject(changes: Sequence[Change], clocks: Clocks, news: Sequence[GroupNews] = ()) -> str:
    """The subject of a mail about several things."""
    if not changes:
        return news_subject(news, clocks)
    if len(changes) == 1:
        [change] = changes
        zone = clocks(change.session.row.programme_id, change.session.zone)
        return subject_of(change, Reader("", zone))
    if all(change.kind is ChangeKind.NEW for change in changes):
        if not any(change.expected for change in changes):
            return say_many("Your group’s mentoring date", "Your group’s %(num)s mentoring dates", len(changes))
        return say_many("Your mentoring date", "Your %(num)s mentoring dates", len(changes))
    if all(not change.takes_place and change.cause in (Cause.LEFT, Cause.OTHER_GROUP) for change in changes):
        return say_many(
            "You’re no longer expected at one of your mentoring sessions",
            "You’re no longer expected at %(num)s mentoring sessions",
            len(changes),
        )
    return say_many(
        "A change to one of your mentoring sessions", "Changes to %(num)s of your mentoring sessions", len(changes)
    )


def digest_text(
    changes: Sequence[Change],
    name: str,
    clocks: Clocks,
    links: Links,
    news: Sequence[GroupNews] = (),
    *,
    with_file: bool,
) -> str:
    """A mail about several things: sessions in order of time, then what is new in each group."""
    lines = [greeting(name), ""]
    readers = [Reader(name, clocks(change.session.row.programme_id, change.session.zone)) for change in changes]
    if len(changes) == 1:
        lines += [_opening(changes[0]), "", *_session_lines(changes[0], readers[0]), ""]
    elif changes:
        lines += [_opening_of_all(changes), ""]
        lines += [
            line for change, reader in zip(changes, readers, strict=True) for line in _digest_lines(change, reader)
        ]
        lines.append("")
    if with_file:
        lines += [say("Open the attached file to bring your calendar up to date."), ""]
    for each in news:
        lines += [*news_lines(each, clocks(each.programme_id, each.zone), links.date, links.page), ""]
    if any(change.takes_place for change in changes):
        lines += [say("They are always on your own page, where you can also say if you can’t make it:"), links.page, ""]
    stops = [
        say("Stop e-mails about this group: %(address)s", address=links.stop_groups[each.place_id]) for each in news
    ]
    return "\n".join(
        [*lines, *_footer(links, say("Stop these invitations"), [*stops, *_concerns(links, changes, news)])]
    )


def reminder_subject(change: Change, reader: Reader) -> str:
    """The subject of a reminder."""
    return say("Reminder: mentoring on %(when)s", when=short_time(_start(change), reader.zone))


def reminder_text(
    change: Change,
    reader: Reader,
    links: Links,
    *,
    answerable: bool,
    chairs: bool = False,
    aside: Sequence[str] = (),
) -> str:
    """A reminder of one session."""
    lines = [greeting(reader.name), "", say("Your mentoring group meets:"), "", *_session_lines(change, reader), ""]
    if chairs and not change.closed:
        lines += [
            say("You’re chairing this time. If another time suits you better, offer your turn to another there."),
            "",
        ]
    lines += [_how_to_answer(answerable), links.page, ""]
    if not change.closed:
        lines += [say("What would make it useful for you? Add a line to the agenda there. Your name isn’t kept."), ""]
    return "\n".join([*lines, *aside, *_footer(links, say("Stop these reminders"), _concerns(links, (change,)))])


def _opening(change: Change) -> str:
    if change.kind is ChangeKind.NEW and not change.expected:
        return say("Your mentoring group is meeting without you:")
    return say(words_of(change).opening, deputies=change.deputies)


def _opening_of_all(changes: Sequence[Change]) -> str:
    if all(change.kind is ChangeKind.NEW for change in changes):
        return say("Here are your mentoring group’s dates:")
    causes = {change.cause for change in changes if not change.takes_place}
    if causes == {Cause.LEFT}:
        return say("You’ve left the programme, so you’re no longer expected at its sessions:")
    if causes == {Cause.GROUP_MERGED}:
        return say("Your mentoring group has become part of another one. These sessions have changed for you:")
    if causes == {Cause.OTHER_GROUP}:
        return say("You’re in another mentoring group now. These sessions have changed for you:")
    if len(causes) == 1 and not any(change.takes_place for change in changes):
        if causes == {Cause.GROUP_ENDED}:
            return say("Your mentoring group has ended, so these sessions won’t take place:")
        if causes == {Cause.GROUP_PAUSED}:
            return say("Your mentoring group is pausing, so these sessions won’t take place:")
    return say("Some of your mentoring sessions have changed:")


def _session_lines(change: Change, reader: Reader) -> Iterator[str]:
    row, announced = change.session.row, change.announced
    if not change.takes_place and announced:
        yield long_time(announced.starts_at, announced.ends_at, change.session.zone, reader.zone)
        yield say("Group: %(name)s", name=row.group_name)
        return
    yield long_time(row.starts_at, row.ends_at, change.session.zone, reader.zone)
    if announced and announced.takes_place and (row.starts_at, row.ends_at) != (announced.starts_at, announced.ends_at):
        was = long_time(announced.starts_at, announced.ends_at, change.session.zone, reader.zone)
        yield say("It was on %(when)s.", when=was)
    if change.why:
        yield change.why
    yield from _ways(change)


def _what_to_do(change: Change, links: Links, *, answerable: bool) -> Iterator[str]:
    if not change.takes_place:
        return
    if not change.expected:
        yield say("Is that wrong? Correct your availability on your own page:")
    elif change.cause is Cause.STANDS_IN:
        yield say("You can see the group, its agenda and the hand-over note here:")
        yield f"{links.base}{DEPUTY_PATH}"
        yield ""
        return
    else:
        if change.kind is ChangeKind.MOVED and change.begins_at_another_time:
            yield say("What you answered for the old date no longer counts.")
        yield _how_to_answer(answerable)
    yield links.page
    yield ""


def _ways(change: Change) -> Iterator[str]:
    session = change.session
    yield say("Group: %(name)s", name=session.row.group_name)
    if change.closed:
        return
    if change.leaders and (Aspect.LED_BY in change.aspects or change.kind is ChangeKind.NEW):
        yield say("Led by: %(names)s", names=change.leaders)
    if change.is_unled:
        yield say("There’s no facilitator for this session at the moment.")
    if change.by_call:
        yield say("You join by call. The others meet here: %(place)s", place=session.place or say("In person"))
    elif session.place:
        yield say("Place: %(place)s", place=session.place)
    if session.url:
        yield say("Join: %(address)s", address=session.url)
    if session.phone:
        yield say("Call: %(number)s", number=session.phone)
    if not (session.place or session.url or session.phone or change.by_call):
        ways = {VIDEO: say("By video"), PHONE: say("By phone"), IN_WRITING: say("In writing, in the week from then")}
        yield ways.get(session.row.mode, say("In person"))


def _digest_lines(change: Change, reader: Reader) -> Iterator[str]:
    first, *more = _session_lines(change, reader)
    marked = say("%(what)s: %(when)s", what=say(words_of(change).mark), when=first)
    yield "- " + (first if change.kind is ChangeKind.NEW and change.cause is not Cause.STANDS_IN else marked)
    yield from (f"  {line}" for line in more)


def _how_to_answer(answerable: bool) -> str:
    if answerable:
        return say("Answer with the buttons in your e-mail, or say on your own page if you can’t make it:")
    return say("If you can’t make it, please say so on your own page:")


def _footer(links: Links, stop: str, more: Sequence[str] = ()) -> Iterator[str]:
    yield "-- "
    yield say("Choose your e-mails: %(address)s", address=links.choices)
    yield f"{stop}: {links.stop}"
    yield from more
    yield ""


def _concerns(links: Links, changes: Iterable[Change], news: Iterable[GroupNews] = ()) -> list[str]:
    """Where to say that something is wrong, for each programme: without signing in, and after leaving."""
    programmes = {change.session.row.programme_id for change in changes} | {each.programme_id for each in news}
    return [
        say("Something felt off? Tell someone outside the group: %(address)s", address=f"{links.base}/concern/{one}")
        for one in sorted(programmes)
    ]


def _start(change: Change) -> datetime:
    return change.session.row.starts_at if change.takes_place or not change.announced else change.announced.starts_at
