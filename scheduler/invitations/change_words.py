"""The words for each change of a session: what a mail's subject and opening say, and its mark in a list of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from scheduler.invitations.model import Aspect, Cause, Change, ChangeKind
from scheduler.languages import mark


@dataclass(frozen=True, slots=True)
class Words:
    """How a change is told: a mail's subject and opening, and a mark before the session in a list of several."""

    subject: str
    opening: str
    mark: str


_WORDS: Final[Mapping[ChangeKind, Words]] = MappingProxyType(
    {
        ChangeKind.NEW: Words(
            mark("Mentoring on %(when)s"),
            mark("Your mentoring group meets:"),
            mark("New"),
        ),
        ChangeKind.MOVED: Words(
            mark("Moved: mentoring is now on %(when)s"),
            mark("Your mentoring session has moved. It is now on:"),
            mark("Moved"),
        ),
        ChangeKind.CHANGED: Words(
            mark("Changed: mentoring on %(when)s"),
            mark("The date and time of your mentoring session stay the same, but how or where you meet has changed:"),
            mark("Changed"),
        ),
        ChangeKind.SILENT: Words(
            mark("Mentoring on %(when)s"),
            mark("Your mentoring session is going ahead as planned:"),
            mark("As planned"),
        ),
        ChangeKind.CANCELLED: Words(
            mark("Cancelled: mentoring on %(when)s"),
            mark("This mentoring session has been cancelled:"),
            mark("Cancelled"),
        ),
        ChangeKind.OUT: Words(
            mark("You’re no longer expected: mentoring on %(when)s"),
            mark("You’re no longer expected at this mentoring session:"),
            mark("You’re no longer expected"),
        ),
        ChangeKind.UNEXPECTED: Words(
            mark("You’re no longer expected: mentoring on %(when)s"),
            mark("Your group is meeting without you, because you can’t make it:"),
            mark("You’re no longer expected"),
        ),
        ChangeKind.EXPECTED: Words(
            mark("You’re expected after all: mentoring on %(when)s"),
            mark("You can make this mentoring session after all, and your group expects you:"),
            mark("You’re expected after all"),
        ),
        ChangeKind.RESTORED: Words(
            mark("Back on: mentoring on %(when)s"),
            mark("This mentoring session is going ahead after all:"),
            mark("Going ahead after all"),
        ),
    }
)
_BY_CAUSE: Final[Mapping[Cause, Words]] = MappingProxyType(
    {
        Cause.LEFT: Words(
            mark("You’re no longer expected: mentoring on %(when)s"),
            mark("You’ve left the programme, so you’re no longer expected at this mentoring session:"),
            mark("You’re no longer expected"),
        ),
        Cause.HAS_DEPUTY: Words(
            mark("A deputy is standing in for you: mentoring on %(when)s"),
            mark("%(deputies)s is standing in for you, so you’re no longer expected at this mentoring session:"),
            mark("A deputy is standing in for you"),
        ),
        Cause.NO_DEPUTY_NEEDED: Words(
            mark("No deputy needed: mentoring on %(when)s"),
            mark("You no longer need to stand in as deputy at this mentoring session:"),
            mark("You no longer need to stand in"),
        ),
        Cause.STANDS_IN: Words(
            mark("You’re standing in: mentoring on %(when)s"),
            mark("Thank you for standing in as deputy. You’re leading this mentoring session:"),
            mark("You’re standing in as deputy"),
        ),
        Cause.OTHER_GROUP: Words(
            mark("You’re no longer expected: mentoring on %(when)s"),
            mark("You’re in another mentoring group now, so you’re no longer expected at this session:"),
            mark("You’re no longer expected"),
        ),
        Cause.GROUP_ENDED: Words(
            mark("Your group has ended: mentoring on %(when)s"),
            mark("Your mentoring group has ended, so this session won’t take place:"),
            mark("Your group has ended"),
        ),
        Cause.GROUP_MERGED: Words(
            mark("Your group has joined another: mentoring on %(when)s"),
            mark("Your mentoring group has become part of another one, so this session won’t take place:"),
            mark("Your group has joined another"),
        ),
        Cause.GROUP_PAUSED: Words(
            mark("Your group is pausing: mentoring on %(when)s"),
            mark("Your mentoring group is pausing, so this session won’t take place:"),
            mark("Your group is pausing"),
        ),
    }
)
_BY_ASPECT: Final[Mapping[Aspect, Words]] = MappingProxyType(
    {
        Aspect.ROOM: Words(
            mark("Another room: mentoring on %(when)s"),
            mark("Your mentoring group is meeting in another place. The date and time stay the same:"),
            mark("Another room"),
        ),
        Aspect.MODE: Words(
            mark("Another way to meet: mentoring on %(when)s"),
            mark("Your mentoring group is meeting another way. The date and time stay the same:"),
            mark("Another way to meet"),
        ),
        Aspect.URL: Words(
            mark("New link to join: mentoring on %(when)s"),
            mark("Your mentoring group has a new link to join. The date and time stay the same:"),
            mark("New link to join"),
        ),
        Aspect.PHONE: Words(
            mark("New number to call: mentoring on %(when)s"),
            mark("Your mentoring group has a new number to call. The date and time stay the same:"),
            mark("New number to call"),
        ),
        Aspect.LED_BY: Words(
            mark("Another facilitator: mentoring on %(when)s"),
            mark("Someone else is leading your mentoring session. The date and time stay the same:"),
            mark("Another facilitator"),
        ),
    }
)
_UNLED: Final = Words(
    mark("No facilitator at the moment: mentoring on %(when)s"),
    mark("There’s no facilitator for your mentoring session at the moment. The date and time stay the same:"),
    mark("No facilitator at the moment"),
)
_OTHER_LENGTH: Final = Words(
    mark("Changed: mentoring on %(when)s"),
    mark("Your mentoring session begins as planned, but ends at another time:"),
    mark("Another length"),
)
_WITH_DEPUTY: Final = Words(
    mark("A deputy is standing in: mentoring on %(when)s"),
    mark("A deputy is leading your mentoring session. The date and time stay the same:"),
    mark("A deputy is standing in"),
)


def words_of(change: Change) -> Words:
    """How this change is told."""
    if change.cause is Cause.STANDS_IN and change.kind in (ChangeKind.NEW, ChangeKind.RESTORED):
        return _BY_CAUSE[Cause.STANDS_IN]
    if not change.takes_place:
        return _BY_CAUSE.get(change.cause, _WORDS[change.kind])
    if change.kind is ChangeKind.MOVED and not change.begins_at_another_time:
        return _OTHER_LENGTH
    if change.kind is not ChangeKind.CHANGED:
        return _WORDS[change.kind]
    if change.aspects == {Aspect.LED_BY} and change.is_unled:
        return _UNLED
    if change.aspects == {Aspect.LED_BY} and change.deputies:
        return _WITH_DEPUTY
    if Aspect.MODE in change.aspects:
        return _BY_ASPECT[Aspect.MODE]
    return _BY_ASPECT[next(iter(change.aspects))] if len(change.aspects) == 1 else _WORDS[change.kind]
