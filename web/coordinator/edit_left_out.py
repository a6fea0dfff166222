"""What of the published plan's changes can't be carried over into a draft, and why, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scheduler.edits.findings import LeftOut, LeftOutKind
from scheduler.edits.model import Preview
from scheduler.reasons.broken import broken_sentence
from web.coordinator.edit_words import Names
from web.language import gettext as _
from web.language import lazy_gettext, number


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
    if left.against is not None:
        return broken_sentence(
            left.against, replace(names, groups={left.against.group or "": left.group, **names.groups})
        )
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
