"""Troubles in words, for pages and mail: what is wrong, and with what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from scheduler.languages import mark, say, say_many, short_day
from scheduler.troubles.model import Aspect, Ending, TroubleKind
from scheduler.troubles.trouble_view import Trouble


def pill(trouble: Trouble) -> str:
    """What is wrong in two or three words."""
    return _PILLS[trouble.kind](trouble)


def sentence(trouble: Trouble) -> str:
    """What is wrong in a sentence."""
    return _SENTENCES[trouble.kind](trouble)


def past_pill(trouble: Trouble) -> str:
    """What was wrong with one that is settled, in two or three words: of now, it says nothing."""
    if trouble.kind is TroubleKind.QUORUM:
        return say("too few could come")
    return pill(trouble)


def ending_words(trouble: Trouble) -> str:
    """How it was settled."""
    return say(_ENDINGS[trouble.ending or Ending.CLEARED])


_ENDINGS: Final[Mapping[Ending, str]] = {
    Ending.CLEARED: mark("This is all right again."),
    Ending.CANCELLED: mark("The session no longer takes place."),
    Ending.OVER: mark("The session has begun or finished."),
}


def _names(trouble: Trouble) -> str:
    return ", ".join(trouble.people)


def _few(trouble: Trouble) -> str:
    session = trouble.session
    assert session is not None, "too few can come to a session"
    return say("%(coming)s of %(all)s can come", coming=session.coming, all=len(session.marks))


def _few_sentence(trouble: Trouble) -> str:
    session = trouble.session
    assert session is not None, "too few can come to a session"
    needed = say_many("%(num)s resident is needed.", "%(num)s residents are needed.", session.needed.residents)
    if trouble.cause.is_rule:  # nobody can come to less than before
        return " ".join((say("%(what)s.", what=_few(trouble)), needed))
    return " ".join((*_absent(trouble), needed))


def _absent(trouble: Trouble) -> Iterator[str]:
    """Who cannot come, and of whom nothing is known."""
    unknown = trouble.session.not_known if trouble.session else ()
    cannot = [name for name in trouble.people if name not in unknown]
    not_known = [name for name in trouble.people if name in unknown]
    if cannot:
        yield say("%(names)s can’t come.", names=", ".join(cannot))
    if not_known:
        yield say("We don’t know about %(names)s.", names=", ".join(not_known))


def _unled_sentence(trouble: Trouble) -> str:
    if trouble.people:
        return " ".join((*_absent(trouble), say("The session needs a facilitator.")))
    return say("The group has no facilitator for this session.")


_ROOMS: Final[Mapping[Aspect, tuple[str, str]]] = {
    Aspect.CLOSED: (mark("room closed"), mark("%(place)s is not open at that time.")),
    Aspect.SMALL: (mark("room too small"), mark("%(place)s is too small for everyone invited.")),
    Aspect.TAKEN: (mark("room taken"), mark("%(place)s is booked for another session at that time.")),
    Aspect.MISSING: (mark("no room"), mark("The session is in person and has no room.")),
}


def _room_sentence(trouble: Trouble) -> str:
    place = trouble.session.place if trouble.session else ""
    return say(_ROOMS[trouble.aspect][1], place=place)


_TIMES: Final[Mapping[Aspect, tuple[str, str]]] = {
    Aspect.CLOSED: (mark("closed day"), mark("The programme no longer meets on that day.")),
    Aspect.OUTSIDE: (mark("outside the times"), mark("The programme no longer meets at that time.")),
}


def _safety_sentence(trouble: Trouble) -> str:
    if trouble.from_day is not None:
        return say(
            "From %(day)s, a relation on record won’t let these people share a group: %(names)s.",
            day=short_day(trouble.from_day),
            names=_names(trouble),
        )
    return say("A relation on record no longer lets these people share a group: %(names)s.", names=_names(trouble))


def _company_sentence(trouble: Trouble) -> str:
    return say(
        "%(names)s may meet only with another facilitator from elsewhere beside them, and none can come.",
        names=_names(trouble),
    )


def _standing_sentence(trouble: Trouble) -> str:
    if trouble.aspect is Aspect.MISSING:
        return say("%(names)s, this group’s standing deputy, doesn’t facilitate for now.", names=_names(trouble))
    return say(
        "A relation on record no longer lets this group’s standing deputy stand in for it: %(names)s.",
        names=_names(trouble),
    )


def _double_sentence(trouble: Trouble) -> str:
    return say("%(names)s is invited to another session at the same time.", names=_names(trouble))


def _share_sentence(trouble: Trouble) -> str:
    return say_many(
        "%(names)s can now come to too few of the group’s sessions, and will miss %(num)s of those ahead.",
        "%(names)s can now come to too few of the group’s sessions, and will miss %(num)s of those ahead.",
        len(trouble.missed),
        names=_names(trouble),
    )


_PILLS: Final[Mapping[TroubleKind, Callable[[Trouble], str]]] = {
    TroubleKind.SAFETY: lambda _trouble: say("not safe together"),
    TroubleKind.COMPANY: lambda _trouble: say("without company"),
    TroubleKind.FACILITATOR: lambda _trouble: say("no facilitator"),
    TroubleKind.QUORUM: _few,
    TroubleKind.ROOM: lambda trouble: say(_ROOMS[trouble.aspect][0]),
    TroubleKind.TIME: lambda trouble: say(_TIMES[trouble.aspect][0]),
    TroubleKind.CLOSE: lambda _trouble: say("too soon"),
    TroubleKind.DOUBLE: lambda _trouble: say("booked twice"),
    TroubleKind.STANDING: lambda _trouble: say("needs another deputy"),
    TroubleKind.SHARE: lambda _trouble: say("misses too much"),
    TroubleKind.DROPPED: lambda _trouble: say("could meet again"),
}
_SENTENCES: Final[Mapping[TroubleKind, Callable[[Trouble], str]]] = {
    TroubleKind.SAFETY: _safety_sentence,
    TroubleKind.COMPANY: _company_sentence,
    TroubleKind.FACILITATOR: _unled_sentence,
    TroubleKind.QUORUM: _few_sentence,
    TroubleKind.ROOM: _room_sentence,
    TroubleKind.TIME: lambda trouble: say(_TIMES[trouble.aspect][1]),
    TroubleKind.CLOSE: lambda _trouble: say(
        "It comes fewer days after the group’s session before than the programme now asks for."
    ),
    TroubleKind.DOUBLE: _double_sentence,
    TroubleKind.STANDING: _standing_sentence,
    TroubleKind.SHARE: _share_sentence,
    TroubleKind.DROPPED: lambda _trouble: say(
        "This session was cancelled because too few could come. Enough people could come now."
    ),
}
