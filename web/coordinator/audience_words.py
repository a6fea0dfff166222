"""Who hears of it when a plan is published, and what, in words."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.publishing.audience import Audience, CharterAsked, Concerned, Effect
from web.coordinator.edit_board import in_order
from web.language import gettext as _
from web.language import ngettext, number

MOST_CHARTERS = 10
"""So many groups that have to agree to the charter are named; more are counted."""


def count_lines(audience: Audience) -> tuple[str, ...]:
    """How many people each kind of news concerns."""
    return tuple(_count_lines(audience))


def charter_lines(audience: Audience) -> tuple[str, ...]:
    """Which groups have to agree to the charter before their dates are certain; of many how many they are."""
    asked = audience.charters
    if len(asked) > MOST_CHARTERS:
        people = len({who for each in asked for who in each.people})
        return (
            ngettext(
                "%(num)s group must agree to its charter (%(people)s people); its dates are tentative until then",
                "%(num)s groups must agree to their charter (%(people)s people); their dates are tentative until then",
                len(asked),
                people=number(people),
            ),
        )
    return tuple(_charter_line(each) for each in sorted(asked, key=lambda each: in_order(each.group)))


def _charter_line(asked: CharterAsked) -> str:
    if asked.again:
        return ngettext(
            "%(group)s must agree to its charter again: %(num)s person; its dates are tentative until then",
            "%(group)s must agree to its charter again: %(num)s people; its dates are tentative until then",
            len(asked.people),
            group=asked.group,
        )
    return ngettext(
        "%(group)s must agree to its charter: %(num)s person; its dates are tentative until then",
        "%(group)s must agree to its charter: %(num)s people; its dates are tentative until then",
        len(asked.people),
        group=asked.group,
    )


def _count_lines(audience: Audience) -> Iterator[str]:
    counts = audience.counts()
    for effect in Effect:
        if num := counts.get((effect, False), 0):
            yield _residents(effect, num)
        if num := counts.get((effect, True), 0):
            yield _facilitators(effect, num)


def _residents(effect: Effect, num: int) -> str:
    if effect is Effect.LEAVES:
        return ngettext("%(num)s resident is no longer in a group", "%(num)s residents are no longer in a group", num)
    if effect is Effect.MOVES:
        return ngettext("%(num)s resident changes groups", "%(num)s residents change groups", num)
    if effect is Effect.NEW:
        return ngettext(
            "%(num)s resident gets a group and its dates", "%(num)s residents get a group and its dates", num
        )
    if effect is Effect.DATES:
        return ngettext(
            "%(num)s resident gets other dates in the same group",
            "%(num)s residents get other dates in the same group", num,
        )  # fmt: skip
    return ngettext(
        "for %(num)s resident a place, a way to meet or a facilitator changes",
        "for %(num)s residents a place, a way to meet or a facilitator changes", num,
    )  # fmt: skip


def _facilitators(effect: Effect, num: int) -> str:
    if effect is Effect.LEAVES:
        return ngettext("%(num)s facilitator no longer has a group", "%(num)s facilitators no longer have a group", num)
    if effect is Effect.MOVES:
        return ngettext("%(num)s facilitator changes groups", "%(num)s facilitators change groups", num)
    if effect is Effect.NEW:
        return ngettext(
            "%(num)s facilitator gets a group and its dates", "%(num)s facilitators get a group and its dates", num
        )
    if effect is Effect.DATES:
        return ngettext("%(num)s facilitator gets other dates", "%(num)s facilitators get other dates", num)
    return ngettext(
        "for %(num)s facilitator a place, a way to meet or a colleague changes",
        "for %(num)s facilitators a place, a way to meet or a colleague changes", num,
    )  # fmt: skip


def person_words(person: Concerned) -> str:
    """What somebody hears."""
    before, now = ", ".join(person.before), ", ".join(person.now)
    if person.effect is Effect.LEAVES:
        return _("is no longer in %(group)s", group=before)
    if person.effect is Effect.NEW:
        dates = ngettext("%(num)s date", "%(num)s dates", person.new)
        return _("joins %(group)s: %(dates)s", group=now, dates=dates)
    if person.effect is Effect.MOVES:
        return _("from %(before)s to %(now)s", before=before, now=now)
    return _("%(group)s: %(changes)s", group=now, changes=", ".join(_changes(person)))


def _changes(person: Concerned) -> Iterator[str]:
    if person.moved:
        yield ngettext("%(num)s date moves", "%(num)s dates move", person.moved)
    if person.dropped:
        yield ngettext("%(num)s date is dropped", "%(num)s dates are dropped", person.dropped)
    if person.new:
        yield ngettext("%(num)s date is added", "%(num)s dates are added", person.new)
    if person.changed:
        yield ngettext(
            "%(num)s session changes place, way to meet or facilitator",
            "%(num)s sessions change place, way to meet or facilitator", person.changed,
        )  # fmt: skip
