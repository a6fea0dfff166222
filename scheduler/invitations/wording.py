"""What the e-mails about sessions say: short and plain, in the reader's time zone and the language spoken around the
call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from scheduler.invitations.group_news import GroupNews
from scheduler.invitations.group_wording import news_lines, news_subject
from scheduler.invitations.model import Aspect, Cause, Change, ChangeKind
from scheduler.languages import mark, say, say_many
from scheduler.mail.greeting import greeting
from scheduler.mail.moments import long_time, short_time
from solvers.vocabulary import PHONE, VIDEO

DEPUTY_PATH: Final = "/facilitating"
Clocks = Callable[[int, str], str]
"""The zone in which somebody reads of a programme's sessions, from the programme's id and its own zone."""


@dataclass(frozen=True, slots=True)
class _Words:
    """How a change is told: a mail's subject and opening, and a mark before the session in a list of several."""

    subject: str
    opening: str
    mark: str


_WORDS: Final[Mapping[ChangeKind, _Words]] = MappingProxyType(
    {
        ChangeKind.NEW: _Words(
            mark("Mentoring on %(when)s"),
            mark("Your mentoring group meets:"),
            mark("New"),
        ),
        ChangeKind.MOVED: _Words(
            mark("Moved: mentoring is now on %(when)s"),
            mark("Your mentoring session has moved. It is now on:"),
            mark("Moved"),
        ),
        ChangeKind.CHANGED: _Words(
            mark("Changed: mentoring on %(when)s"),
            mark("The date and time of your mentoring session stay the same, but how or where you meet has changed:"),
            mark("Changed"),
        ),
        ChangeKind.SILENT: _Words(
            mark("Mentoring on %(when)s"),
            mark("Your mentoring session is going ahead as planned:"),
            mark("As planned"),
        ),
        ChangeKind.CANCELLED: _Words(
            mark("Cancelled: mentoring on %(when)s"),
            mark("This mentoring session has been cancelled:"),
            mark("Cancelled"),
        ),
        ChangeKind.OUT: _Words(
            mark("You’re no longer expected: mentoring on %(when)s"),
            mark("You’re no longer expected at this mentoring session:"),
            mark("You’re no longer expected"),
        ),
        ChangeKind.UNEXPECTED: _Words(
            mark("You’re no longer expected: mentoring on %(when)s"),
            mark("Your group is meeting without you, because you can’t make it:"),
            mark("You’re no longer expected"),
        ),
        ChangeKind.EXPECTED: _Words(
            mark("You’re expected after all: mentoring on %(when)s"),
            mark("You can make this mentoring session after all, and your group expects you:"),
            mark("You’re expected after all"),
        ),
        ChangeKind.RESTORED: _Words(
            mark("Back on: mentoring on %(when)s"),
            mark("This mentoring session is going ahead after all:"),
            mark("Going ahead after all"),
        ),
    }
)
_BY_CAUSE: Final[Mapping[Cause, _Words]] = MappingProxyType(
    {
        Cause.LEFT: _Words(
            mark("You’re no longer expected: mentoring on %(when)s"),
            mark("You’ve left the programme, so you’re no longer expected at this mentoring session:"),
            mark("You’re no longer expected"),
        ),
        Cause.HAS_DEPUTY: _Words(
            mark("A deputy is standing in for you: mentoring on %(when)s"),
            mark("%(deputies)s is standing in for you, so you’re no longer expected at this mentoring session:"),
            mark("A deputy is standing in for you"),
        ),
        Cause.NO_DEPUTY_NEEDED: _Words(
            mark("No deputy needed: mentoring on %(when)s"),
            mark("You no longer need to stand in as deputy at this mentoring session:"),
            mark("You no longer need to stand in"),
        ),
        Cause.STANDS_IN: _Words(
            mark("You’re standing in: mentoring on %(when)s"),
            mark("Thank you for standing in as deputy. You’re leading this mentoring session:"),
            mark("You’re standing in as deputy"),
        ),
        Cause.OTHER_GROUP: _Words(
            mark("You’re no longer expected: mentoring on %(when)s"),
            mark("You’re in another mentoring group now, so you’re no longer expected at this session:"),
            mark("You’re no longer expected"),
        ),
        Cause.GROUP_ENDED: _Words(
            mark("Your group has ended: mentoring on %(when)s"),
            mark("Your mentoring group has ended, so this session won’t take place:"),
            mark("Your group has ended"),
        ),
        Cause.GROUP_MERGED: _Words(
            mark("Your group has joined another: mentoring on %(when)s"),
            mark("Your mentoring group has become part of another one, so this session won’t take place:"),
            mark("Your group has joined another"),
        ),
        Cause.GROUP_PAUSED: _Words(
            mark("Your group is pausing: mentoring on %(when)s"),
            mark("Your mentoring group is pausing, so this session won’t take place:"),
            mark("Your group is pausing"),
        ),
    }
)
_BY_ASPECT: Final[Mapping[Aspect, _Words]] = MappingProxyType(
    {
        Aspect.ROOM: _Words(
            mark("Another room: mentoring on %(when)s"),
            mark("Your mentoring group is meeting in another place. The date and time stay the same:"),
            mark("Another room"),
        ),
        Aspect.MODE: _Words(
            mark("Another way to meet: mentoring on %(when)s"),
            mark("Your mentoring group is meeting another way. The date and time stay the same:"),
            mark("Another way to meet"),
        ),
        Aspect.URL: _Words(
            mark("New link to join: mentoring on %(when)s"),
            mark("Your mentoring group has a new link to join. The date and time stay the same:"),
            mark("New link to join"),
        ),
        Aspect.PHONE: _Words(
            mark("New number to call: mentoring on %(when)s"),
            mark("Your mentoring group has a new number to call. The date and time stay the same:"),
            mark("New number to call"),
        ),
        Aspect.LED_BY: _Words(
            mark("Another facilitator: mentoring on %(when)s"),
            mark("Someone else is leading your mentoring session. The date and time stay the same:"),
            mark("Another facilitator"),
        ),
    }
)
_OTHER_LENGTH: Final = _Words(
    mark("Changed: mentoring on %(when)s"),
    mark("Your mentoring session begins as planned, but ends at another time:"),
    mark("Another length"),
)
_WITH_DEPUTY: Final = _Words(
    mark("A deputy is standing in: mentoring on %(when)s"),
    mark("A deputy is leading your mentoring session. The date and time stay the same:"),
    mark("A deputy is standing in"),
)


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
    return say(_words(change).subject, when=short_time(_start(change), reader.zone))


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


def reminder_text(change: Change, reader: Reader, links: Links, *, answerable: bool, aside: Sequence[str] = ()) -> str:
    """A reminder of one session."""
    lines = [greeting(reader.name), "", say("Your mentoring group meets:"), "", *_session_lines(change, reader), ""]
    lines += [_how_to_answer(answerable), links.page, ""]
    if not change.closed:
        lines += [say("What would make it useful for you? Add a line to the agenda there. Your name isn’t kept."), ""]
    return "\n".join([*lines, *aside, *_footer(links, say("Stop these reminders"), _concerns(links, (change,)))])


def _words(change: Change) -> _Words:
    if change.cause is Cause.STANDS_IN and change.kind in (ChangeKind.NEW, ChangeKind.RESTORED):
        return _BY_CAUSE[Cause.STANDS_IN]
    if not change.takes_place:
        return _BY_CAUSE.get(change.cause, _WORDS[change.kind])
    if change.kind is ChangeKind.MOVED and not change.begins_at_another_time:
        return _OTHER_LENGTH
    if change.kind is not ChangeKind.CHANGED:
        return _WORDS[change.kind]
    if change.aspects == {Aspect.LED_BY} and change.deputies:
        return _WITH_DEPUTY
    if Aspect.MODE in change.aspects:
        return _BY_ASPECT[Aspect.MODE]
    return _BY_ASPECT[next(iter(change.aspects))] if len(change.aspects) == 1 else _WORDS[change.kind]


def _opening(change: Change) -> str:
    if change.kind is ChangeKind.NEW and not change.expected:
        return say("Your mentoring group is meeting without you:")
    return say(_words(change).opening, deputies=change.deputies)


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
    if session.place:
        yield say("Place: %(place)s", place=session.place)
    if session.url:
        yield say("Join: %(address)s", address=session.url)
    if session.phone:
        yield say("Call: %(number)s", number=session.phone)
    if not (session.place or session.url or session.phone):
        yield {VIDEO: say("By video"), PHONE: say("By phone")}.get(session.row.mode, say("In person"))


def _digest_lines(change: Change, reader: Reader) -> Iterator[str]:
    first, *more = _session_lines(change, reader)
    marked = say("%(what)s: %(when)s", what=say(_words(change).mark), when=first)
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
