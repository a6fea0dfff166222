"""What matters first of what a change of a draft would do, and what the button says that keeps it."""

from __future__ import annotations

from scheduler.edits.model import CarryOver, Preview
from web.coordinator.edit_words import Names, button_of
from web.language import gettext as _
from web.language import ngettext, number


def headline(preview: Preview) -> str:
    """What matters first of what a change would do: the rules that it breaks, since no plan is published that breaks
    one; else how many sessions take place, else how often residents can come."""
    if preview.refused:
        return _("This can’t be done")
    if preview.broken:
        broken = len(preview.broken)
        return ngettext("It would break a rule", "It would break rules in %(num)s places", broken)
    if leaves_the_draft_as_it_is(preview):
        return (
            _("Nothing can be carried over") if preview.left_out else _("This draft already has all that has changed")
        )
    if preview.held_before != preview.held_after:
        return sessions_sentence(preview)
    return coming_sentence(preview)


def leaves_the_draft_as_it_is(preview: Preview) -> bool:
    """Whether carrying over changes nothing of a draft but what it takes into account."""
    return isinstance(preview.edit, CarryOver) and not preview.groups and not preview.refused


def button(preview: Preview, names: Names) -> str:
    """What the button says that keeps a change: what it does."""
    if not leaves_the_draft_as_it_is(preview):
        return button_of(preview.edit, names)
    return _("Leave these changes out") if preview.left_out else _("Mark this draft as up to date")


def sessions_sentence(preview: Preview) -> str:
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


def coming_sentence(preview: Preview) -> str:
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
