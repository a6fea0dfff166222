"""What a change of a draft would do, in sentences: to people, groups and wishes, and which rules it would break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from babel.lists import format_list

from scheduler.edits.findings import Broken, LeftOut, LeftOutKind
from scheduler.edits.model import CarryOver, GroupEffect, PersonEffect, Place, Preview, SetDate
from solvers import rules
from web.coordinator.edit_moves import move_sentences, named
from web.coordinator.edit_words import Names, button_of, moment_words, pin_words
from web.language import gettext as _
from web.language import lazy_gettext, locale, ngettext, number, signed

MOST_EFFECTS: Final = 6
"""So many people and groups are told of in a preview; the others are counted."""
MOST_DATES: Final = 12
"""So many dates; the others are counted."""


def headline(preview: Preview) -> str:
    """What matters first of what a change would do: the rules that it breaks, since no plan is published that breaks
    one; else how many sessions take place, else how often residents can come."""
    if preview.refused:
        return _("This can’t be done")
    if preview.broken:
        broken = len(preview.broken)
        return ngettext("It would break a rule", "It would break rules in %(num)s places", broken)
    if _leaves_the_draft_as_it_is(preview):
        return (
            _("Nothing can be carried over") if preview.left_out else _("This draft already has all that has changed")
        )
    if preview.held_before != preview.held_after:
        return _sessions_sentence(preview)
    return _coming_sentence(preview)


def _leaves_the_draft_as_it_is(preview: Preview) -> bool:
    """Whether carrying over changes nothing of a draft but what it takes into account."""
    return isinstance(preview.edit, CarryOver) and not preview.groups and not preview.refused


def button(preview: Preview, names: Names) -> str:
    """What the button says that keeps a change: what it does."""
    if not _leaves_the_draft_as_it_is(preview):
        return button_of(preview.edit, names)
    return _("Leave these changes out") if preview.left_out else _("Mark this draft as up to date")


def _sessions_sentence(preview: Preview) -> str:
    """``3 fewer sessions would take place: 93 of 96``."""
    change = preview.held_after - preview.held_before
    values = {"held": number(preview.held_after), "all": number(preview.wanted_after)}
    if change > 0:
        return ngettext(
            "%(num)s more session would take place: %(held)s of %(all)s",
            "%(num)s more sessions would take place: %(held)s of %(all)s",
            change,
            **values,
        )
    return ngettext(
        "%(num)s fewer session would take place: %(held)s of %(all)s",
        "%(num)s fewer sessions would take place: %(held)s of %(all)s",
        -change,
        **values,
    )


def _coming_sentence(preview: Preview) -> str:
    """``Over the term, residents can come 142 times: 2 fewer than now``."""
    change, now = preview.coming_after - preview.coming_before, number(preview.coming_after)
    if change > 0:
        more = number(change)
        return _("Over the term, residents can come %(now)s times: %(more)s more than now", now=now, more=more)
    if change < 0:
        return _(
            "Over the term, residents can come %(now)s times: %(less)s fewer than now", now=now, less=number(-change)
        )
    return _("Residents can come as often as now")


def effects(preview: Preview, names: Names) -> tuple[str, ...]:
    """What it would do to people, groups and wishes, in sentences: first who goes where."""
    moves = move_sentences(preview, names)
    found = [*_without_sessions(preview), *filter(None, map(person_sentence, preview.people))]
    carried = isinstance(preview.edit, CarryOver)
    found += [sentence for group in preview.groups for sentence in group_sentences(group, is_carried=carried)]
    shown = found[: 2 * MOST_EFFECTS]
    if more := len(found) - len(shown):
        shown.append(ngettext("And %(num)s more effect", "And %(num)s more effects", more))
    return (*_as_it_is(preview), *moves, *_second(preview), *shown, *_travel(preview), *_wishes(preview.wishes))


def _as_it_is(preview: Preview) -> Iterator[str]:
    """What confirming is for where nothing is carried over."""
    if _leaves_the_draft_as_it_is(preview):
        yield _("Nothing in this draft would change, and no rule is newly broken")
        yield _("Once you confirm, the draft counts as up to date with what is published")


def _second(preview: Preview) -> Iterator[str]:
    """The figures that the headline leaves out."""
    differs = preview.held_before != preview.held_after
    if differs and preview.broken:
        yield _sessions_sentence(preview)
    if differs or preview.broken:
        yield _coming_sentence(preview)


def _travel(preview: Preview) -> Iterator[str]:
    """Who would have to travel to another site than their own, or no longer would."""
    for effect in preview.travel:
        yield ngettext(
            "%(num)s resident would have to travel to %(site)s",
            "%(num)s residents would have to travel to %(site)s",
            effect.residents,
            site=effect.site,
        )
    if preview.spared:
        yield ngettext(
            "%(num)s resident would no longer have to travel",
            "%(num)s residents would no longer have to travel",
            preview.spared,
        )


def person_sentence(person: PersonEffect) -> str:
    """``R101 can come to 6 of 6 sessions instead of 5 of 6``; empty where nothing changes, and for those
    who would have none."""
    before, after = (person.can_before, person.held_before), (person.can_after, person.held_after)
    if before == after:
        return ""
    values = {"name": person.name, "can": number(after[0]), "num": after[1], "was": number(before[0])}
    if not after[1]:
        return ""  # told of all who would have none together
    if not before[1]:
        return _("%(name)s can come to %(can)s of %(num)s", **values)
    if before[1] == after[1]:
        return _("%(name)s can come to %(can)s of %(num)s instead of %(was)s", **values)
    values["held"] = number(before[1])
    return _("%(name)s can come to %(can)s of %(num)s instead of %(was)s of %(held)s", **values)


def _without_sessions(preview: Preview) -> Iterator[str]:
    """Who would have no session any more, in one sentence."""
    who = tuple(person.name for person in preview.people if person.held_before and not person.held_after)
    if who:
        yield ngettext("%(names)s would have no session", "%(names)s would have no session", len(who), names=named(who))


def group_sentences(group: GroupEffect, *, is_carried: bool = False) -> Iterator[str]:
    """What a change does to a group: its name, its size and how often it meets; nothing where none of them changes. A
    group that ``is_carried`` over has a name that members know."""
    before, after, name = group.size_before, group.size_after, group.name
    if after is None:
        yield _("%(group)s would no longer exist", group=name)
        return
    if group.name_before not in ("", name):
        yield _("%(before)s of this draft would be called %(after)s", before=group.name_before, after=name)
    if before is None and is_carried:
        yield ngettext(
            "%(group)s would come in, with %(num)s resident",
            "%(group)s would come in, with %(num)s residents",
            after,
            group=name,
        )
    elif before is None:
        yield ngettext("A new group of %(num)s resident", "A new group of %(num)s residents", after)
    elif before != after:
        yield _size_sentence(group, before, after)
    if before is not None and group.held_before != group.held_after:
        now, was = group.held_after, number(group.held_before)
        yield ngettext(
            "%(group)s would meet %(num)s time instead of %(was)s",
            "%(group)s would meet %(num)s times instead of %(was)s",
            now,
            group=name,
            was=was,
        )


def _size_sentence(group: GroupEffect, before: int, after: int) -> str:
    values = {"group": group.name, "was": number(before), "usual": number(after + group.below_target)}
    if group.below_target > 0:
        return ngettext(
            "%(group)s would be %(num)s person, below its usual %(usual)s",
            "%(group)s would be %(num)s people, below its usual %(usual)s",
            after,
            **values,
        )
    return ngettext(
        "%(group)s would be %(num)s person instead of %(was)s",
        "%(group)s would be %(num)s people instead of %(was)s",
        after,
        **values,
    )


def _wishes(change: int) -> Iterator[str]:
    """Of the wishes that a coordinator may know of alone."""
    if change < 0:
        yield ngettext(
            "%(num)s wish that you may know of is no longer met",
            "%(num)s wishes that you may know of are no longer met",
            -change,
        )
    if change > 0:
        yield ngettext(
            "%(num)s more wish that you may know of is met", "%(num)s more wishes that you may know of are met", change
        )


def change_for_everyone(place: Place) -> str:
    """How much more or less often all residents could come together if somebody had this place; empty for as often."""
    change = place.coming_change
    return _("for everyone together: %(change)s", change=signed(change)) if change else ""


def unpinned_sentences(preview: Preview, names: Names) -> tuple[str, ...]:
    """What is pinned and would be so no longer."""
    return tuple(_("No longer pinned: %(what)s", what=pin_words(pin, names)) for pin in preview.unpinned)


def date_sentences(preview: Preview, names: Names) -> tuple[str, ...]:
    """Which groups would meet on other dates; of a change of one date its title says it."""
    if isinstance(preview.edit, SetDate):
        return ()
    found = [
        _(
            "%(group)s would meet on %(when)s in round %(round)s",
            group=group.name,
            when=moment_words(at, names.zone),
            round=number(round_ + 1),
        )
        for group in preview.groups
        for round_, at in group.dates
    ]
    more = len(found) - MOST_DATES
    others = [ngettext("And %(num)s more date", "And %(num)s more dates", more)] if more > 0 else []
    return (*found[:MOST_DATES], *others)


def left_out_sentences(preview: Preview, names: Names) -> tuple[str, ...]:
    """What of the published plan's changes can't be carried over, and why."""
    return tuple(
        _("Not carried over: %(what)s. %(why)s", what=_left_out(left), why=_why_left_out(left, names))
        for left in preview.left_out
    )


def _left_out(left: LeftOut) -> str:
    """``Ada Quill in Group 7``."""
    values = {"name": left.person, "group": left.group, "round": number((left.round or 0) + 1)}
    if left.kind is LeftOutKind.PERSON and not left.group:
        return _("%(name)s without a group", **values)
    return str(_LEFT_OUT[left.kind]) % values


_LEFT_OUT: Final[Mapping[LeftOutKind, str]] = {
    LeftOutKind.PERSON: lazy_gettext("%(name)s in %(group)s"),
    LeftOutKind.DATE: lazy_gettext("the date of %(group)s in round %(round)s"),
    LeftOutKind.FACILITATORS: lazy_gettext("the facilitators of %(group)s"),
    LeftOutKind.WAY: lazy_gettext("how %(group)s meets"),
    LeftOutKind.GROUP: lazy_gettext("%(group)s, which is new"),
    LeftOutKind.MISSING: lazy_gettext("what has changed in %(group)s"),
}


def _why_left_out(left: LeftOut, names: Names) -> str:
    if left.against is not None and left.against.rule_id is None:
        return private_sentence()
    if left.against is not None:
        here = replace(names, groups={left.against.group or "": left.group, **names.groups})
        return _("%(what)s.", what=broken_sentence(left.against, here))
    if left.kind is LeftOutKind.PERSON and not left.group:
        return _("They were put into a group by hand in this draft.")
    return str(_BY_HAND[left.kind])


_BY_HAND: Final[Mapping[LeftOutKind, str]] = {
    LeftOutKind.PERSON: lazy_gettext("In this draft they were moved elsewhere by hand, or the group isn’t part of it."),
    LeftOutKind.DATE: lazy_gettext("It was set by hand in this draft."),
    LeftOutKind.FACILITATORS: lazy_gettext("They were chosen by hand in this draft."),
    LeftOutKind.WAY: lazy_gettext("Its dates or rooms were set by hand in this draft."),
    LeftOutKind.MISSING: lazy_gettext("That group isn’t in this draft."),
}


def broken_sentences(broken: tuple[Broken, ...], names: Names) -> tuple[str, ...]:
    """Rules that are broken, each said once for all the rounds in which it is."""
    return tuple(dict.fromkeys(line.words for line in broken_lines(broken, names)))


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A broken rule in a sentence; ``group`` is the key of the group that breaks it, None where that isn't shown."""

    words: str
    group: str | None


def broken_lines(broken: tuple[Broken, ...], names: Names) -> tuple[BrokenLine, ...]:
    """The same, each with its group."""
    alike: dict[tuple[str, str | None, int | None], list[Broken]] = {}
    for each in broken:
        alike.setdefault((_rule_words(each), each.group, each.person_id), []).append(each)
    return tuple(BrokenLine(_in_rounds(same, names), group) for (_rule, group, _who), same in alike.items())


def _in_rounds(same: list[Broken], names: Names) -> str:
    """One rule that one group breaks: ``Too few people can come to Group 7 (rounds 1 and 3)``."""
    rounds = sorted({each.round for each in same if each.round is not None})
    if len(rounds) < 2:
        return broken_sentence(same[0], names)
    words = broken_sentence(replace(same[0], round=None), names)
    shown = format_list([number(round_ + 1) for round_ in rounds], locale=locale())
    return _("%(what)s (rounds %(rounds)s)", what=words, rounds=shown)


def _rule_words(broken: Broken) -> str:
    """What tells rules apart: those that are said in the same words are one."""
    return "" if broken.rule_id is None else str(_RULES.get(broken.rule_id, broken.rule_id))


def broken_sentence(broken: Broken, names: Names) -> str:
    """One of them. What is nobody's business has one sentence for all of it."""
    words = _broken_words(broken, names)
    return words[:1].upper() + words[1:]  # "the new group" may begin it


def _broken_words(broken: Broken, names: Names) -> str:
    if broken.rule_id is None:
        return private_sentence()
    group = names.group(broken.group) if broken.group else _("A group")
    values = {"group": group, "name": _who(broken, names)}
    words = (_with_numbers(broken) or str(_RULES.get(broken.rule_id, _OTHERWISE))) % values
    if broken.round is None:
        return words
    return _("%(what)s (round %(round)s)", what=words, round=number(broken.round + 1))


def _with_numbers(broken: Broken) -> str:
    """What is said where it is known how many there are and how many there may be; empty where it is not."""
    if not (broken.have or broken.needed) or (broken.round is None and broken.rule_id in _AT_A_SESSION):
        return ""
    kind = _TOO_FEW if broken.have < broken.needed else _TOO_MANY
    words = kind.get(broken.rule_id or "")
    numbers = {"have": number(broken.have), "needed": number(broken.needed)}
    names = {"group": "%(group)s", "name": "%(name)s"}
    return str(words) % {**names, **numbers} if words else ""


def _who(broken: Broken, names: Names) -> str:
    return names.people.get(broken.person_id or 0) or _("Someone")


def private_sentence() -> str:
    """What is said of every rule that is about safety or about what somebody keeps to themselves."""
    return _("A rule about safety or someone’s own wishes stands against it. Which, and whose, isn’t shown to anyone.")


_AT_A_SESSION: Final = frozenset({rules.QUORUM, rules.PRESENT, rules.ROOM_CAPACITY})
"""Said with numbers of one session; of several these differ."""
_TOO_FEW: Final[Mapping[str, str]] = {
    rules.QUORUM: lazy_gettext("Too few people can come to %(group)s: %(have)s, and it takes %(needed)s"),
    rules.PRESENT: lazy_gettext("Too few facilitators can come to %(group)s: %(have)s, and it takes %(needed)s"),
    rules.GROUP_SIZE: lazy_gettext(
        "%(group)s has too few residents: %(have)s, and its kind of group takes at least %(needed)s"
    ),
    rules.FACILITATORS: lazy_gettext(
        "%(group)s has too few facilitators: %(have)s, and its kind of group takes at least %(needed)s"
    ),
    rules.STAGE_SPREAD: lazy_gettext(
        "The grades in %(group)s are too close: %(have)s apart, and its kind of group asks for at least %(needed)s"
    ),
    rules.GAP: lazy_gettext(
        "Two dates of %(group)s are too close together (days between them: %(have)s, asked for: at least %(needed)s)"
    ),
}
_TOO_MANY: Final[Mapping[str, str]] = {
    rules.GROUP_SIZE: lazy_gettext(
        "%(group)s has too many residents: %(have)s, and its kind of group takes at most %(needed)s"
    ),
    rules.FACILITATORS: lazy_gettext(
        "%(group)s has too many facilitators: %(have)s, and its kind of group takes at most %(needed)s"
    ),
    rules.STAGE_SPREAD: lazy_gettext(
        "The grades in %(group)s are too far apart: %(have)s, and its kind of group allows at most %(needed)s"
    ),
    rules.CAPACITY: lazy_gettext("%(name)s has more groups than they offered: %(have)s instead of %(needed)s"),
    rules.ROOM_CAPACITY: lazy_gettext("%(group)s doesn’t fit into its room: %(have)s people, and it holds %(needed)s"),
}
_OTHERWISE: Final = lazy_gettext("%(group)s breaks a rule")
_ROOM: Final = lazy_gettext("%(group)s has no room that is free, large enough and at its site")
_RULES: Final[Mapping[str, str]] = {
    rules.QUORUM: lazy_gettext("Too few people can come to %(group)s"),
    rules.PRESENT: lazy_gettext("Too few facilitators can come to %(group)s"),
    rules.FACILITATOR_FREE: lazy_gettext("%(name)s facilitates %(group)s and can’t come then"),
    rules.ATTENDING: lazy_gettext("Someone who doesn’t facilitate %(group)s is to lead a session of it"),
    rules.FACILITATORS: lazy_gettext("%(group)s doesn’t have the facilitators that its kind of group asks for"),
    rules.GROUP_SIZE: lazy_gettext("%(group)s doesn’t have the size that its kind of group asks for"),
    rules.STAGE_SPREAD: lazy_gettext("The grades in %(group)s aren’t as far apart as its kind of group asks for"),
    rules.CAPACITY: lazy_gettext("%(name)s has more groups than they offered"),
    rules.MODEL_OFFERED: lazy_gettext("%(name)s doesn’t offer the kind of group that %(group)s is"),
    rules.MODEL_ACCEPTED: lazy_gettext("%(name)s doesn’t accept the kind of group that %(group)s is"),
    rules.MODE_ACCEPTED: lazy_gettext("%(name)s doesn’t accept the way in which %(group)s meets"),
    rules.KNOWN: lazy_gettext("Someone in %(group)s no longer takes part"),
    rules.ONE_SESSION: lazy_gettext("%(group)s has two sessions in one round"),
    rules.GAP: lazy_gettext("Two dates of %(group)s are too close together"),
    rules.SLOT_OF_ROUND: lazy_gettext("A date of %(group)s is outside the times for sessions"),
    rules.PERSON_OVERLAP: lazy_gettext("%(name)s, in %(group)s, has another session at that time"),
    rules.SITE: lazy_gettext("%(group)s meets in person and has no site"),
    **dict.fromkeys((rules.ROOM_AT_SITE, rules.ROOM_CAPACITY, rules.ROOM_FREE, rules.ROOM_OVERLAP), _ROOM),
    **dict.fromkeys(
        (rules.PIN_KEPT, rules.PIN_MEMBERS, rules.PIN_ROUNDS), lazy_gettext("%(group)s is meant to stay as it is")
    ),
}
