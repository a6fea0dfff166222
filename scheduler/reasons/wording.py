"""The texts about wishes, and about what would help. Those of rules are in ``rule_words``.

Each entry stands under the id of its wish or step. ``sentences`` puts together what people read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from scheduler.languages import mark
from solvers.reasons.facts import StepKind


@dataclass(frozen=True, slots=True)
class WishWords:
    """A wish after its owner's name, for the coordinator, and what became of it, for its owner."""

    wish: str
    met: str
    unmet: str = ""


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
        # Whether these three are met would tell what others said about themselves: they are never unmet.
        "alone": WishWords(
            mark("not to be the only one of something"),
            mark("You asked not to be the only one of something: this was taken into account, and nobody can see it."),
        ),
        "like": WishWords(
            mark("someone like them"),
            mark("You asked for someone like you: this was taken into account, and nobody can see it."),
        ),
        "unlike": WishWords(
            mark("someone different from them"),
            mark("You asked for someone different from you: this was taken into account, and nobody can see it."),
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
        "first_late": WishWords(
            mark("to meet within the first %(subject)s days"),
            mark("You’re new here, and it meets within the first %(subject)s days."),
            mark("You’re new here, but it doesn’t meet within the first %(subject)s days."),
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
