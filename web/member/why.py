"""What became of a resident's own wishes, in a few warm words. Nothing here tells about anybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.plans.told import OwnWish
from web.language import gettext as _
from web.language import mode_name


@dataclass(frozen=True, slots=True)
class Why:
    """Sentences: wishes that came true, and those that did not."""

    met: tuple[str, ...]
    unmet: tuple[str, ...]


def why_of(wishes: Iterable[OwnWish]) -> Why:
    """Every wish in its place; a wish whose outcome is not told is heard, and stands among the others."""
    all_wishes = tuple(wishes)
    return Why(
        tuple(_met(wish) for wish in all_wishes if wish.met is not False),
        tuple(_unmet(wish) for wish in all_wishes if wish.met is False),
    )


def _met(wish: OwnWish) -> str:
    sentences = {
        "want": _("%(name)s, whom you asked for, is in it.", name=wish.name),
        "choice": _("A facilitator of your choice leads it."),
        "model": _("It is the kind of group that you like best."),
        "mode": _("You meet %(mode)s, as you like best.", mode=mode_name(wish.name)),
        "interest": _("Somebody in it shares your interest in %(topic)s.", topic=wish.name),
        "alone": _("You asked not to be the only one of something: that was weighed, and is not shown to anybody."),
        "external": _("Its facilitators come from other sites."),
        "travel": _("You do not have to travel to another site."),
        "regroup": _("You stay with the group that you know."),
    }
    return sentences[wish.kind]


def _unmet(wish: OwnWish) -> str:
    sentences = {
        "want": _("%(name)s is in another group.", name=wish.name),
        "choice": _("The facilitators of your choice lead other groups."),
        "model": _("It is not the kind of group that you like best."),
        "mode": _("You do not meet %(mode)s.", mode=mode_name(wish.name)),
        "interest": _("Nobody in it named %(topic)s too.", topic=wish.name),
        "external": _("Not all of its facilitators come from other sites."),
        "travel": _("You meet at another site than your own."),
        "regroup": _("You are not in the group that you had."),
    }
    if wish.could_be:
        return _("%(what)s Changing that would have taken dates or wishes from others.", what=sentences[wish.kind])
    return _("%(what)s We found no way to have that and a group that meets.", what=sentences[wish.kind])
