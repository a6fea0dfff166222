"""Who would go from which group to which, in sentences: ``R101 moves from Group 7 to Group 11``."""

from __future__ import annotations

from typing import Final

from babel.lists import format_list

from scheduler.edits.findings import Move
from scheduler.edits.model import CarryOver, MovePerson, Preview
from web.coordinator.edit_words import Names
from web.language import locale, ngettext

MOST_MOVES: Final = 8
"""So many sentences are told; the people of the others are counted."""
MOST_NAMES: Final = 8
"""So many people are named in a sentence; the others are counted."""


def move_sentences(preview: Preview, names: Names) -> tuple[str, ...]:
    """Everybody who would be in another group. Of one person who is moved alone, the title says it."""
    if isinstance(preview.edit, MovePerson) and preview.edit.out_of:
        return ()
    carried = isinstance(preview.edit, CarryOver)  # then a group that is new to the draft has a name already
    new = set() if carried else {group.key for group in preview.groups if group.size_before is None}
    found = [_sentence(move, names, new) for move in preview.moves[:MOST_MOVES]]
    if more := sum(len(move.names) for move in preview.moves[MOST_MOVES:]):
        found.append(ngettext("And %(num)s more person changes groups", "And %(num)s more people change groups", more))
    return tuple(found)


def _sentence(move: Move, names: Names, new: set[str]) -> str:
    to_new = move.joined in new
    num = len(move.names)
    values = {"names": named(move.names), "before": names.group(move.left), "after": names.group(move.joined)}
    if move.facilitate:
        return _facilitating(move, num, values, to_new=to_new)
    if move.joined is None:
        return ngettext("%(names)s leaves %(before)s", "%(names)s leave %(before)s", num, **values)
    if move.left is None and to_new:
        return ngettext("%(names)s joins the new group", "%(names)s join the new group", num, **values)
    if move.left is None:
        return ngettext("%(names)s joins %(after)s", "%(names)s join %(after)s", num, **values)
    if to_new:
        return ngettext(
            "%(names)s moves from %(before)s to the new group", "%(names)s move from %(before)s to the new group",
            num, **values,
        )  # fmt: skip
    return ngettext(
        "%(names)s moves from %(before)s to %(after)s", "%(names)s move from %(before)s to %(after)s", num, **values
    )


def _facilitating(move: Move, num: int, values: dict[str, str], *, to_new: bool) -> str:
    if move.joined is None:
        return ngettext(
            "%(names)s no longer facilitates %(before)s", "%(names)s no longer facilitate %(before)s", num, **values
        )
    if move.left is None and to_new:
        return ngettext("%(names)s facilitates the new group", "%(names)s facilitate the new group", num, **values)
    if move.left is None:
        return ngettext("%(names)s now facilitates %(after)s", "%(names)s now facilitate %(after)s", num, **values)
    if to_new:
        return ngettext(
            "%(names)s facilitates the new group instead of %(before)s",
            "%(names)s facilitate the new group instead of %(before)s",
            num, **values,
        )  # fmt: skip
    return ngettext(
        "%(names)s facilitates %(after)s instead of %(before)s",
        "%(names)s facilitate %(after)s instead of %(before)s",
        num, **values,
    )  # fmt: skip


def named(names: tuple[str, ...]) -> str:
    """``R101, R119 and R140``; of many the first."""
    shown = list(names[:MOST_NAMES])
    if (more := len(names) - MOST_NAMES) > 0:
        shown.append(ngettext("%(num)s other", "%(num)s others", more))
    return format_list(shown, locale=locale())
