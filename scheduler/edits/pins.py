"""What is pinned of a draft: the planner leaves it as it is, and the coordinator's own changes take it along."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from scheduler.edits.facts import Facts
from scheduler.edits.model import Pin, PinKind, SetPin
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.plans.whole import StoredGroup

Groups = Mapping[str, StoredGroup]

_OF_GROUP = (PinKind.GROUP, PinKind.PERSON, PinKind.FACILITATOR, PinKind.DATE)


def changed_pins(groups: Groups, pins: tuple[Pin, ...], facts: Facts, edit: SetPin) -> tuple[Pin, ...]:
    """The pins with one more or one fewer. Raises :class:`NotPossible` for one that says what is not so."""
    pin = plain(edit.pin)
    others = tuple(known for known in pins if known != pin)
    if not edit.is_set:
        if others == pins:
            raise NotPossible(say("That isn’t pinned."))
        return others
    if others != pins:
        raise NotPossible(say("That is already pinned."))
    if pin.kind in _OF_GROUP and pin.group not in groups:
        raise NotFound(say("We can’t find that group in this draft."))
    if pin.kind not in _OF_GROUP and (not {pin.person_id, pin.other_id} <= facts.people.keys() or _is_one(pin)):
        raise NotPossible(say("Choose two people of this programme."))
    if not holds(groups, pin):
        raise NotPossible(_why_not(pin), what_to_do=say("Change the draft first, then pin it."))
    return (*pins, pin)


def plain(pin: Pin) -> Pin:
    """A pin with the fields that its kind takes, and with a pair in order."""
    if pin.kind in (PinKind.TOGETHER, PinKind.APART):
        one, other = sorted((pin.person_id or 0, pin.other_id or 0))
        return Pin(pin.kind, person_id=one, other_id=other)
    person = pin.person_id if pin.kind in (PinKind.PERSON, PinKind.FACILITATOR) else None
    return Pin(pin.kind, pin.group, person, None, pin.round if pin.kind == PinKind.DATE else None)


def holds(groups: Groups, pin: Pin) -> bool:
    """Whether a draft is as the pin says."""
    group = groups.get(pin.group)
    match pin.kind:
        case PinKind.GROUP:
            return group is not None
        case PinKind.PERSON:
            return group is not None and pin.person_id in group.residents
        case PinKind.FACILITATOR:
            return group is not None and pin.person_id in group.facilitators
        case PinKind.DATE:
            return group is not None and pin.round is not None and group.session_in(pin.round) is not None
        case PinKind.TOGETHER:
            return bool(_with_both(groups, pin))
        case PinKind.APART:
            return not _with_both(groups, pin)


def pins_that_hold(groups: Groups, pins: tuple[Pin, ...], facts: Facts, changed: Collection[str]) -> tuple[Pin, ...]:
    """The pins without those that a change by hand has overtaken. Raises :class:`NotPossible` where it puts two people
    together in a ``changed`` group who are pinned apart."""
    for pin in pins:
        if pin.kind == PinKind.APART and any(key in changed for key in _with_both(groups, pin)):
            one, other = (facts.people[who].name for who in (pin.person_id or 0, pin.other_id or 0))
            raise NotPossible(
                say("%(one)s and %(other)s are pinned apart.", one=one, other=other),
                what_to_do=say("Take that pin away first."),
            )
    return tuple(pin for pin in pins if pin.kind == PinKind.APART or holds(groups, pin))


def pinned_groups(groups: Groups, pins: Collection[Pin]) -> Mapping[str, frozenset[int]]:
    """The groups whose people stay, by key, with the rounds in which their dates do.

    The planner pins whole groups: one in which a person, a facilitator, a date or a pair is pinned keeps its people.
    """
    found: dict[str, frozenset[int]] = {}
    for pin in pins:
        if pin.kind == PinKind.TOGETHER:
            for key in _with_both(groups, pin):
                found.setdefault(key, frozenset())
        elif pin.kind != PinKind.APART and pin.group in groups:
            found[pin.group] = found.get(pin.group, frozenset()) | _rounds(groups[pin.group], pin)
    return found


def _rounds(group: StoredGroup, pin: Pin) -> frozenset[int]:
    if pin.kind == PinKind.GROUP:
        return frozenset(session.round for session in group.sessions)
    return frozenset({pin.round}) if pin.round is not None else frozenset()


def _with_both(groups: Groups, pin: Pin) -> list[str]:
    pair = {pin.person_id, pin.other_id}
    return [key for key, group in groups.items() if pair <= {seat.person_id for seat in group.members}]


def _is_one(pin: Pin) -> bool:
    return pin.person_id == pin.other_id


def _why_not(pin: Pin) -> str:
    match pin.kind:
        case PinKind.DATE:
            return say("The group has no session in that round.")
        case PinKind.TOGETHER:
            return say("These two aren’t in one group.")
        case PinKind.APART:
            return say("These two are in one group.")
        case _:
            return say("That person isn’t in the group.")
