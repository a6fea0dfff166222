"""What a change of a draft would do to people, groups, dates and wishes, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scheduler.edits.model import CarryOver, DissolveGroup, GroupEffect, PersonEffect, Place, Preview, SetDate
from web.coordinator.edit_headline import coming_sentence, leaves_the_draft_as_it_is, sessions_sentence
from web.coordinator.edit_moves import move_sentences, named
from web.coordinator.edit_words import Names, moment_words, pin_words
from web.language import gettext as _
from web.language import ngettext, number, signed

MOST_EFFECTS: Final = 6
"""So many people and groups are told of in a preview; the others are counted."""
MOST_DATES: Final = 12
"""So many dates; the others are counted."""


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
    if leaves_the_draft_as_it_is(preview):
        yield _("Nothing in this draft would change, and no rule is newly broken")
        yield _("Once you confirm, the draft counts as up to date with what is published")


def _second(preview: Preview) -> Iterator[str]:
    """The figures that the headline leaves out."""
    differs = preview.held_before != preview.held_after
    if differs and preview.broken:
        yield sessions_sentence(preview)
    if differs or preview.broken:
        yield coming_sentence(preview)


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
    if isinstance(preview.edit, DissolveGroup) and who:
        words = ngettext("%(num)s person would have no group", "%(num)s people would have no group", len(who))
        yield _("%(what)s: %(names)s", what=words, names=named(tuple(sorted(who))))
    elif who:
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
            "%(group)s would meet once instead of %(was)s",
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
