"""The texts about why a plan is as it is: a table for rules, one for wishes and one for what would help.

Each entry stands under the id of its rule, wish or step. ``sentences`` puts together what people read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from scheduler.languages import mark
from solvers import rules
from solvers.reasons.facts import StepKind


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What a rule says where it stands in the way; nothing where it never does.

    ``groups`` is said of all groups, to somebody who has none, and ``group`` of the one they were in; ``date`` of a
    date, within a sentence. ``way_out`` and ``date_way_out`` tell what would help.
    """

    groups: str = ""
    way_out: str = ""
    group: str = ""
    date: str = ""
    date_way_out: str = ""


@dataclass(frozen=True, slots=True)
class WishWords:
    """A wish after its owner's name, for the coordinator, and what became of it, for its owner."""

    wish: str
    met: str
    unmet: str = ""


# Whether one of them asked for it or a relation does is told to nobody.
_APART: Final = RuleWords(
    groups=mark("Every group that would fit includes someone they should not share a group with."),
    way_out=mark("One more facilitator, or one more group, would help."),
    group=mark("%(group)s includes someone they should not share a group with."),
)
_NO_ROOM: Final = RuleWords(
    date=mark("no room there is both free and large enough"),
    date_way_out=mark("One more room there would help, or meeting by video."),
)

RULES: Final[Mapping[str, RuleWords]] = MappingProxyType(
    {
        rules.GROUP_SIZE: RuleWords(
            groups=mark("The groups that would fit are full, and too few residents are left to form a new one."),
            way_out=mark("Allowing larger groups, or smaller ones, would help."),
            group=mark("%(group)s is full, or has too few members left."),
        ),
        rules.STAGE_SPREAD: RuleWords(
            groups=mark("No group with a free place is close enough to their level."),
            way_out=mark("Allowing a wider range of levels would help."),
            group=mark("Their level is too far from the others’ in %(group)s."),
        ),
        rules.FACILITATORS: RuleWords(
            groups=mark("A new group would need a facilitator, and none has a place left."),
            way_out=mark("One more facilitator would help."),
            group=mark("%(group)s is short of a facilitator."),
        ),
        rules.CAPACITY: RuleWords(
            groups=mark("The facilitators who would fit already lead as many groups as they offered."),
            way_out=mark("One more facilitator, or one more group, would help."),
        ),
        rules.MODEL_ACCEPTED: RuleWords(
            groups=mark("Only kinds of group that they did not choose have a place left."),
            way_out=mark("Ask which other kinds they would join."),
            group=mark("They did not choose the kind of group that %(group)s is."),
        ),
        rules.MODE_ACCEPTED: RuleWords(
            groups=mark("The groups that would fit meet in a way that they did not choose."),
            way_out=mark("Ask whether they would meet another way too."),
            group=mark("%(group)s meets in a way that they did not choose."),
        ),
        rules.CONFLICT: _APART,
        rules.AVOIDS: _APART,
        rules.EXTERNAL_REQUIRED: RuleWords(
            groups=mark(
                "They asked for facilitators from other sites only, and the groups that would fit do not have them."
            ),
            way_out=mark("One more facilitator from another site would help."),
            group=mark("They asked for facilitators from other sites only, and %(group)s does not have them."),
        ),
        rules.QUORUM: RuleWords(
            groups=mark("Their rota clashes with every group: with them, too few could come to some of its sessions."),
            way_out=mark("Swapping a duty, or meeting with fewer, would help."),
            group=mark("With them, too few members of %(group)s could come to some of its sessions."),
            date=mark("none of its residents can come"),
            date_way_out=mark("Swapping a duty, or meeting with fewer, would help."),
        ),
        rules.PRESENT: RuleWords(
            date=mark("too few of its facilitators can come"),
            date_way_out=mark("One more facilitator on that day would help."),
        ),
        rules.PERSON_OVERLAP: RuleWords(
            date=mark("its facilitators have another session then"),
            date_way_out=mark("One more facilitator on that day would help."),
        ),
        rules.GAP: RuleWords(
            date=mark("another session of the group is too close"),
            date_way_out=mark("Allowing sessions to be closer together would help."),
        ),
        rules.ROOM_CAPACITY: RuleWords(
            groups=mark("The rooms of the groups that would fit are full."),
            way_out=mark("A larger room would help, or meeting by video."),
            group=mark("The room of %(group)s is full."),
            date=_NO_ROOM.date,
            date_way_out=_NO_ROOM.date_way_out,
        ),
        rules.ROOM_AT_SITE: _NO_ROOM,
        rules.ROOM_FREE: _NO_ROOM,
        rules.ROOM_OVERLAP: _NO_ROOM,
        rules.PIN_MEMBERS: RuleWords(
            groups=mark("The groups that would fit are meant to stay as they are."),
            way_out=mark("Opening one of them would help."),
            group=mark("%(group)s is meant to stay as it is."),
        ),
    }
)

WISHES: Final[Mapping[str, WishWords]] = MappingProxyType(
    {
        "want": WishWords(
            mark("to be with %(subject)s"),
            mark("%(subject)s, who you asked for, is in it."),
            mark("%(subject)s is in another group."),
        ),
        "choice": WishWords(
            mark("a facilitator of their choice"),
            mark("A facilitator of your choice leads it."),
            mark("The facilitators of your choice lead other groups."),
        ),
        "model": WishWords(
            mark("the kind of group they like best"),
            mark("It is the kind of group that you like best."),
            mark("It is not the kind of group that you like best."),
        ),
        "mode": WishWords(
            mark("to meet %(subject)s"),
            mark("You meet %(subject)s, as you like best."),
            mark("You do not meet %(subject)s."),
        ),
        "interest": WishWords(
            mark("someone who shares an interest in %(subject)s"),
            mark("Someone in it shares your interest in %(subject)s."),
            mark("Nobody in it shares your interest in %(subject)s."),
        ),
        # Whether it is met would tell what others said about themselves: it is never unmet.
        "alone": WishWords(
            mark("not to be the only one of something"),
            mark("You asked not to be the only one of something: this was taken into account, and nobody can see it."),
        ),
        "external": WishWords(
            mark("facilitators from other sites"),
            mark("Its facilitators come from other sites."),
            mark("Not all of its facilitators come from other sites."),
        ),
        "travel": WishWords(
            mark("to meet at their own site"),
            mark("You do not have to travel to another site."),
            mark("You meet at a site that is not your own."),
        ),
        "regroup": WishWords(
            mark("to stay in the group they had"),
            mark("You stay with the group that you know."),
            mark("You are not in the group that you had."),
        ),
    }
)

STEPS: Final[Mapping[StepKind, str]] = MappingProxyType(
    {
        StepKind.QUORUM: mark("Meeting when %(share)s of a group can come instead of %(share_before)s"),
        StepKind.GAP: mark("Sessions of a group %(value)s days apart instead of %(instead_of)s"),
        StepKind.ROOM: mark("One more room at %(subject)s"),
        StepKind.FACILITATOR: mark("One more facilitator for %(subject)s"),
        StepKind.LARGER: mark("%(subject)s with up to %(value)s residents"),
        StepKind.SMALLER: mark("%(subject)s with %(value)s residents or more"),
        StepKind.FARTHER: mark("%(subject)s with grades up to %(value)s apart"),
        StepKind.NEARER: mark("%(subject)s with grades only %(value)s apart"),
        StepKind.ACCEPT_MODE: mark("%(subject)s agreeing to meet %(what)s"),
        StepKind.ACCEPT_MODEL: mark("%(subject)s agreeing to %(what)s"),
    }
)
"""All but the step that is counted in facilitators."""

MODES: Final = MappingProxyType({"in_person": mark("in person"), "video": mark("by video"), "phone": mark("by phone")})
