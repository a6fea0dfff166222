"""A group that lacks nothing but a facilitator gets another one where somebody is free for it: it is not broken up."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from solvers import rules
from solvers.instance import Faculty, Group, Session
from solvers.lookup import Lookup
from solvers.scorecard import Outcome, Scorecard
from solvers.vocabulary import COMING

OF_FACILITATORS: Final = frozenset(
    {rules.FACILITATORS, rules.PRESENT, rules.FACILITATOR_FREE, rules.ATTENDING, rules.CAPACITY, rules.MODEL_OFFERED}
)
"""Rules that other facilitators mend."""


def with_other_facilitators(
    lookup: Lookup, others: Collection[Group], groups: Collection[Group]
) -> tuple[Group, ...] | None:
    """These groups with other facilitators where one is lacking, beside the ``others`` of the plan. None if that does
    not mend everything: nobody is free, or more is broken."""
    card = Scorecard(lookup, (*others, *groups))
    for key in [group.id for group in groups]:
        broken = {breach for breach in card.broken if breach.group == key}
        if not broken:
            continue
        best = _best(card, key) if all(breach.rule_id in OF_FACILITATORS for breach in broken) else None
        if best is None:
            return None
        card = card.after(best)
    return tuple(card.cards[group.id].group for group in groups) if not card.broken else None


def _best(card: Scorecard, key: str) -> Outcome | None:
    """What is worth most of all ways to lead a group with one new facilitator that leave nothing wrong with it."""
    tried = (card.outcome({key: group}) for group in _led_otherwise(card, card.cards[key].group))
    good = [found for found in tried if not found.new and not _still_broken(card, found, key)]
    return max(good, key=lambda found: found.score, default=None)


def _still_broken(card: Scorecard, found: Outcome, key: str) -> bool:
    return any(breach.group == key and breach not in found.gone for breach in card.broken)


def _led_otherwise(card: Scorecard, group: Group) -> Iterator[Group]:
    lookup = card.lookup
    most = lookup.models[group.model].facilitators[1] if group.model in lookup.models else 0
    for person in lookup.faculty.values():
        if person.id in group.facilitators or group.model not in person.models or group.mode not in person.modes:
            continue
        if len(group.facilitators) < most:
            yield led_by(card, group, (*group.facilitators, person.id))
        for goes in group.facilitators:
            yield led_by(card, group, (*(who for who in group.facilitators if who != goes), person.id))


def led_by(card: Scorecard, group: Group, facilitators: tuple[str, ...]) -> Group:
    """The group with these facilitators, each at every session to which they can come."""
    diaries = {who: _Diary(card, card.lookup.faculty[who], group.id) for who in facilitators}
    return replace(
        group, facilitators=facilitators, sessions=tuple(_led(session, diaries) for session in group.sessions)
    )


def _led(session: Session, diaries: Mapping[str, _Diary]) -> Session:
    return replace(session, facilitators=tuple(who for who, diary in diaries.items() if diary.is_free(session.slot)))


@dataclass(frozen=True, slots=True)
class _Diary:
    """When somebody can come to the sessions of a group."""

    card: Scorecard
    person: Faculty
    group: str

    def is_free(self, slot: int) -> bool:
        """Whether they can come then and are at no other group."""
        if self.person.availability[slot] not in COMING:
            return False
        minutes, length = self.card.lookup.minutes, self.card.lookup.instance.session_minutes
        taken = self.card.person_slots(self.person.id, {self.group})
        return all(abs(minutes[other] - minutes[slot]) >= length for other in taken)
