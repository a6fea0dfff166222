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


def hearing_lines(audience: Audience, *, sends: bool) -> tuple[str, ...]:
    """Who of everybody in a group hears of it and who does not, so that all add up. ``sends`` says whether there is a
    mail server at all."""
    return tuple(_hearing_lines(audience, sends=sends))


def _hearing_lines(audience: Audience, *, sends: bool) -> Iterator[str]:
    if audience.hear and sends:
        yield ngettext(
            "%(num)s person hears of it, once, by e-mail as they have chosen.",
            "%(num)s people hear of it, once each, by e-mail as they have chosen.",
            audience.hear,
        )
    elif audience.hear:
        yield ngettext(
            "%(num)s person would hear of it by e-mail, but no mail server has been set up: tell them yourself.",
            "%(num)s people would hear of it by e-mail, but no mail server has been set up: tell them yourself.",
            audience.hear,
        )
    if silent := len(audience.people) - audience.hear:
        yield ngettext(
            "%(num)s person changes groups without another date of theirs, so they get no e-mail.",
            "%(num)s people change groups without another date of theirs, so they get no e-mail.",
            silent,
        )
    if audience.asked:
        yield ngettext(
            "%(num)s other keeps their group and dates. They are asked on their page to agree to its charter.",
            "%(num)s others keep their group and dates. They are asked on their page to agree to its charter.",
            audience.asked,
        )
    if audience.unconcerned:
        yield ngettext(
            "For %(num)s other person nothing changes, and they get no e-mail.",
            "For %(num)s others nothing changes, and they get no e-mail.",
            audience.unconcerned,
        )
    yield ngettext(
        "That is everyone who is in a group now or will be: %(num)s person.",
        "That is everyone who is in a group now or will be: %(num)s people.",
        audience.everybody,
    )


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
        return ngettext("%(num)s resident loses their group", "%(num)s residents lose their group", num)
    if effect is Effect.MOVES:
        return ngettext("%(num)s resident changes groups", "%(num)s residents change groups", num)
    if effect is Effect.NEW:
        return ngettext("%(num)s resident gets a group", "%(num)s residents get a group", num)
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
        return ngettext("%(num)s facilitator loses their group", "%(num)s facilitators lose their group", num)
    if effect is Effect.MOVES:
        return ngettext("%(num)s facilitator changes groups", "%(num)s facilitators change groups", num)
    if effect is Effect.NEW:
        return ngettext("%(num)s facilitator gets a group", "%(num)s facilitators get a group", num)
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
    if person.effect is Effect.NEW and not person.new:
        return _("joins %(group)s, which has no dates yet", group=now)
    if person.effect is Effect.NEW:
        dates = ngettext("%(num)s date", "%(num)s dates", person.new)
        return _("joins %(group)s: %(dates)s", group=now, dates=dates)
    if person.effect is Effect.MOVES:
        return _move(person)
    return _("%(group)s: %(changes)s", group=now, changes=", ".join(_changes(person)))


def _move(person: Concerned) -> str:
    """From which group to which; whoever keeps another group has it named once."""
    left = ", ".join(name for name in person.before if name not in person.now)
    joined = ", ".join(name for name in person.now if name not in person.before)
    kept = ", ".join(name for name in person.now if name in person.before)
    if left and joined:
        return _("from %(before)s to %(now)s", before=left, now=joined)
    if joined:
        words = (
            _("also facilitates %(group)s, beside %(kept)s")
            if person.is_facilitator
            else _("also joins %(group)s, beside %(kept)s")
        )
        return words % {"group": joined, "kept": kept}
    words = (
        _("no longer facilitates %(group)s, and keeps %(kept)s")
        if person.is_facilitator
        else _("leaves %(group)s, and keeps %(kept)s")
    )
    return words % {"group": left, "kept": kept}


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
