"""What people are to each other, in words, and whom a relation parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.enrolment.relation_effects import Parted
from scheduler.people.model import RelationKind
from scheduler.people.relations import Policy
from web.language import gettext as _
from web.language import lazy_gettext, ngettext, short_day

MOST_PARTED_SHOWN = 10
KINDS = {
    RelationKind.SUPERVISES: lazy_gettext("supervises"),
    RelationKind.ASSESSES: lazy_gettext("assesses"),
    RelationKind.LINE_MANAGES: lazy_gettext("is the line manager of"),
    RelationKind.PANEL: lazy_gettext("sits on a panel about"),
    RelationKind.TREATS: lazy_gettext("treats, or is treated by"),
    RelationKind.FAMILY: lazy_gettext("is family or the partner of"),
    RelationKind.PRIOR_COMPLAINT: lazy_gettext("has been in a complaint with"),
    RelationKind.SPONSORS: lazy_gettext("sponsors"),
    RelationKind.ADVISES: lazy_gettext("advises on a project"),
}

MAY_SHARE = {
    Policy.FORBID: lazy_gettext("no"),
    Policy.UNLESS_REASONED: lazy_gettext("no, unless you record why"),
    Policy.DISCLOSE: lazy_gettext("yes, openly"),
    Policy.ALLOW: lazy_gettext("yes"),
}


def parted_said(parted: Sequence[Parted]) -> Iterator[str]:
    """Whom of a published group it parts, and from when; the first of many."""
    for each in parted[:MOST_PARTED_SHOWN]:
        one, other = each.names
        words = {"one": one, "other": other, "group": each.group}
        if each.first_day:
            yield _(
                "From %(day)s, %(one)s and %(other)s can’t share %(group)s.", day=short_day(each.first_day), **words
            )
        else:
            yield _("%(one)s and %(other)s can’t share %(group)s any longer.", **words)
    if (more := len(parted) - MOST_PARTED_SHOWN) > 0:
        yield ngettext("And %(num)s more pair.", "And %(num)s more pairs.", more)
    if parted:
        yield _("They still share their group until you publish another plan. Make a new plan to part them.")
