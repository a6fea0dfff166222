"""What a change of a draft would do, in sentences: to people, groups and wishes, and which rules it would break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from scheduler.edits.model import Broken, GroupEffect, PersonEffect, Preview
from solvers import rules
from web.coordinator.edit_words import Names
from web.language import gettext as _
from web.language import lazy_gettext, ngettext, number

MOST_EFFECTS: Final = 6
"""So many people and groups are told of in a preview; the others are counted."""


def headline(preview: Preview) -> str:
    """What matters first of what a change would do: ``3 more people can come, over the term``."""
    if preview.refused:
        return _("This can’t be done")
    change = preview.coming_after - preview.coming_before
    if change > 0:
        return ngettext(
            "%(num)s more person can come, over the term", "%(num)s more people can come, over the term", change
        )
    if change < 0:
        return ngettext(
            "%(num)s fewer person can come, over the term", "%(num)s fewer people can come, over the term", -change
        )
    return _("As many people can come as before")


def effects(preview: Preview) -> tuple[str, ...]:
    """What it would do to people, groups and wishes, in sentences; those that it is about come first."""
    found = [sentence for person in preview.people if (sentence := person_sentence(person))]
    found += [sentence for group in preview.groups for sentence in group_sentences(group)]
    shown = found[: 2 * MOST_EFFECTS]
    if more := len(found) - len(shown):
        shown.append(ngettext("And %(num)s more effect", "And %(num)s more effects", more))
    return (*shown, *_wishes(preview.wishes))


def person_sentence(person: PersonEffect) -> str:
    """``R101 can come to 6 of 6 sessions instead of 5 of 6``; empty where nothing changes."""
    before, after = (person.can_before, person.held_before), (person.can_after, person.held_after)
    if before == after:
        return ""
    values = {"name": person.name, "can": number(after[0]), "num": after[1], "was": number(before[0])}
    if not after[1]:
        return _("%(name)s would have no session", **values)
    if not before[1]:
        return _("%(name)s can come to %(can)s of %(num)s", **values)
    if before[1] == after[1]:
        return _("%(name)s can come to %(can)s of %(num)s instead of %(was)s", **values)
    values["held"] = number(before[1])
    return _("%(name)s can come to %(can)s of %(num)s instead of %(was)s of %(held)s", **values)


def group_sentences(group: GroupEffect) -> Iterator[str]:
    """What a change does to a group: its size and how often it meets; nothing where neither changes."""
    before, after, name = group.size_before, group.size_after, group.name
    if after is None:
        yield _("%(group)s would no longer exist", group=name)
        return
    if before is None:
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
    if change < 0:
        yield ngettext(
            "%(num)s wish is no longer met; whose isn’t shown",
            "%(num)s wishes are no longer met; whose isn’t shown",
            -change,
        )
    if change > 0:
        yield ngettext(
            "%(num)s more wish is met; whose isn’t shown", "%(num)s more wishes are met; whose isn’t shown", change
        )


def broken_sentences(broken: tuple[Broken, ...], names: Names) -> tuple[str, ...]:
    """Rules that are broken, each said once."""
    return tuple(dict.fromkeys(broken_sentence(each, names) for each in broken))


def broken_sentence(broken: Broken, names: Names) -> str:
    """One of them. What is nobody's business has one sentence for all of it."""
    if broken.rule_id is None:
        return private_sentence()
    group = names.group(broken.group) if broken.group else _("A group")
    values = {"group": group, "have": number(broken.have), "needed": number(broken.needed)}
    if broken.rule_id in _NUMBERED and broken.needed and broken.round is not None:
        return str(_NUMBERED[broken.rule_id]) % {**values, "round": number(broken.round + 1)}
    words = str(_RULES.get(broken.rule_id, _OTHERWISE)) % values
    if broken.round is None:
        return words
    return _("%(what)s (round %(round)s)", what=words, round=number(broken.round + 1))


def private_sentence() -> str:
    """What is said of every rule that is about safety or about what somebody keeps to themselves."""
    return _("A rule about safety or someone’s own wishes stands against it. Which, and whose, isn’t shown to anyone.")


_NUMBERED: Final[Mapping[str, str]] = {
    rules.QUORUM: lazy_gettext("%(have)s can come to %(group)s in round %(round)s, and it takes %(needed)s"),
    rules.PRESENT: lazy_gettext(
        "%(have)s facilitators can come to %(group)s in round %(round)s, and it takes %(needed)s"
    ),
}
_OTHERWISE: Final = lazy_gettext("%(group)s breaks a rule")
_ROOM: Final = lazy_gettext("%(group)s has no room that is free, large enough and at its site")
_RULES: Final[Mapping[str, str]] = {
    rules.QUORUM: lazy_gettext("Too few people can come to %(group)s"),
    rules.PRESENT: lazy_gettext("Too few facilitators can come to %(group)s"),
    rules.FACILITATOR_FREE: lazy_gettext("A facilitator of %(group)s can’t come then"),
    rules.FACILITATORS: lazy_gettext("%(group)s doesn’t have the facilitators that its kind of group asks for"),
    rules.GROUP_SIZE: lazy_gettext("%(group)s doesn’t have the size that its kind of group asks for"),
    rules.STAGE_SPREAD: lazy_gettext("The grades in %(group)s aren’t as far apart as its kind of group asks for"),
    rules.CAPACITY: lazy_gettext("A facilitator of %(group)s has more groups than they offered"),
    rules.MODEL_OFFERED: lazy_gettext("A facilitator of %(group)s doesn’t offer this kind of group"),
    rules.GAP: lazy_gettext("Two dates of %(group)s are too close together"),
    rules.SLOT_OF_ROUND: lazy_gettext("A date of %(group)s is outside the times for sessions"),
    rules.PERSON_OVERLAP: lazy_gettext("Someone in %(group)s has another session at that time"),
    **dict.fromkeys((rules.SITE, rules.ROOM_AT_SITE, rules.ROOM_CAPACITY, rules.ROOM_FREE, rules.ROOM_OVERLAP), _ROOM),
    **dict.fromkeys((rules.PIN_KEPT, rules.PIN_MEMBERS, rules.PIN_ROUNDS), lazy_gettext("%(group)s is pinned")),
}


def score_sentence(preview: Preview) -> str:
    """``120 points more than now``: the planner's own measure, for those who want it."""
    change = preview.score_after - preview.score_before
    if change > 0:
        return ngettext(
            "%(points)s more point than now", "%(points)s more points than now", change, points=number(change)
        )
    if change < 0:
        return ngettext(
            "%(points)s fewer point than now", "%(points)s fewer points than now", -change, points=number(-change)
        )
    return _("As many points as now")
