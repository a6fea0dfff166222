"""Whose times may be counted together on the page of when people can come: no set, and no sum or difference of sets
that are offered, is about fewer than five people. Pure.

A set is everyone, the residents or the faculty; or those of them at one site or in one grade. A published group is
counted whole, whatever its size: its coordinators read by name who can come to each of its dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from scheduler.equity.combinations import figures_to_hide
from scheduler.plans.participant_filter import Participant, ParticipantFilter

_Set = tuple[str, str, str]
"""The kind of people, what else they share, and the value of that."""


def is_one_choice(choice: ParticipantFilter) -> bool:
    """Whether no two of site, grade and group are chosen together."""
    return sum((bool(choice.site), choice.stage is not None, bool(choice.group))) <= 1


def may_be_counted(everyone: Iterable[Participant], choice: ParticipantFilter) -> bool:
    """Whether the set may be shown beside every other one that may; ``everyone`` is in the programme."""
    if choice.group:
        return not choice.kind
    sets: dict[_Set, set[tuple[int, int]]] = defaultdict(set)
    for person in everyone:
        for each in _sets_of(person):
            sets[each].add((person.person_id, 0))
    return _set_of(choice) not in figures_to_hide(sets)


def _sets_of(person: Participant) -> Iterator[_Set]:
    for kind in ("", person.kind.value):
        yield kind, "", ""
        yield kind, "site", person.site
        yield kind, "stage", str(person.stage)


def _set_of(choice: ParticipantFilter) -> _Set:
    if choice.site:
        return choice.kind, "site", choice.site
    if choice.stage is not None:
        return choice.kind, "stage", str(choice.stage)
    return choice.kind, "", ""
