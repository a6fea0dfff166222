"""What an edit would do: which rules it would break or mend, what it would be worth, and who can come to what.

Rules that may tell what somebody keeps to themselves are never named, nor is whose they are: where an edit breaks one
it is refused, in the same words whichever it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.edits.application import Change
from scheduler.edits.attendance import can_come, group_coming
from scheduler.edits.held_sessions import failing, held_by
from scheduler.edits.model import Edit, GroupEffect, PersonEffect, Preview
from scheduler.edits.moves import moves_of
from scheduler.edits.opened import OpenDraft
from scheduler.edits.private_rules import is_asked, stand_against
from scheduler.edits.travel import spared, travel_effects, ways_of
from scheduler.planning.breaches import broken_of
from scheduler.planning.keys import person_key
from scheduler.planning.left_alone import SessionOf
from scheduler.plans.whole import StoredGroup
from scheduler.reasons.broken import Broken
from scheduler.reasons.named_rules import HALF_WAY, NAMED, OF_PEOPLE
from solvers.explain import SECRET_POINTS, open_wishes
from solvers.instance import Group
from solvers.referee import Breach
from solvers.scorecard import Card, Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """An edit applied and judged. ``refused_for`` is what it breaks that no draft may ever break: what may be named, or
    where nothing may, that it is nobody's business. ``open_change`` is how much more the draft would be worth as far as
    it may be known: without the points for what people keep to themselves."""

    change: Change
    outcome: Outcome
    refused_for: tuple[Broken, ...]
    broken: tuple[Broken, ...]
    mended: tuple[Broken, ...]
    open_change: int

    @property
    def refused(self) -> bool:
        """Whether it may never be kept."""
        return bool(self.refused_for)


def judge(draft: OpenDraft, change: Change) -> Judged:
    """Judge a change by the referee."""
    groups = {key: draft.planned(group) if group is not None else None for key, group in change.groups.items()}
    return judged(draft, change, draft.scorecard.outcome(groups))


def judged(draft: OpenDraft, change: Change, outcome: Outcome) -> Judged:
    """The same of what the referee has looked at."""
    new = [breach for breach in outcome.new if breach.rule_id in NAMED]
    gone = [breach for breach in outcome.gone if breach.rule_id in NAMED]
    was, now = set(map(_what, gone)), set(map(_what, new))
    return Judged(
        change=change,
        outcome=outcome,
        refused_for=_refused_for(draft, change, outcome),
        broken=told(draft, outcome, (breach for breach in new if _what(breach) not in was)),
        mended=told(draft, None, (breach for breach in gone if _what(breach) not in now)),
        open_change=open_change(draft, outcome),
    )


def open_change(draft: OpenDraft, outcome: Outcome) -> int:
    """How much more a draft would be worth, without the points for what people keep to themselves: what is ranked by
    it stands in an order that tells of nobody."""
    before, after = draft.scorecard.points, outcome.points
    return sum(after.get(kind, 0) - before.get(kind, 0) for kind in {*before, *after} - SECRET_POINTS)


def _refused_for(draft: OpenDraft, change: Change, outcome: Outcome) -> tuple[Broken, ...]:
    """Where a rule that may be named stands against it, that alone is told: it is so whatever people keep to
    themselves."""
    named = [breach for breach in outcome.new if breach.rule_id in NAMED - HALF_WAY]
    if named:
        return told(draft, outcome, named)
    if stand_against(draft, outcome, NAMED) or _breaks_beside(draft, change, outcome):
        return (Broken(None),)
    return ()


def preview_of(draft: OpenDraft, edit: Edit, found: Judged) -> Preview:
    """What is said of an edit before it is kept. Of a refused one nothing is but that it is."""
    if found.refused:
        return _refusal(draft, edit, found)
    changed = found.change.groups
    was, now = failing(draft.scorecard.broken), _failing_after(draft, found)
    before = ways_of(draft.facts, map(draft.groups.get, changed))
    after = ways_of(draft.facts, changed.values())
    held = sum(held_by(draft.facts, group, was) for group in draft.groups.values())
    groups = {key for key, group in {**draft.groups, **changed}.items() if group is not None}
    return Preview(
        edit=edit,
        version=draft.edited.version,
        coming_before=draft.coming,
        coming_after=draft.coming + coming_change(draft, found.change),
        wishes=_wishes_change(draft, found),
        groups=tuple(_group_effect(draft, key, group, was, now) for key, group in changed.items()),
        people=tuple(_people_effects(draft, changed)),
        broken=found.broken,
        mended=found.mended,
        held_before=held,
        held_after=held + _held_change(draft, changed, was, now),
        wanted_after=len(groups) * len(draft.facts.programme.rounds),
        travel=travel_effects(draft.facts, before, after),
        spared=spared(before, after),
        left_out=found.change.left_out,
        moves=moves_of(draft, changed),
        unpinned=tuple(pin for pin in draft.pins if pin not in found.change.pins) if changed else (),
    )


def _failing_after(draft: OpenDraft, found: Judged) -> frozenset[SessionOf]:
    """The sessions that something would be wrong with."""
    gone = found.outcome.gone
    return failing((*(breach for breach in draft.scorecard.broken if breach not in gone), *found.outcome.new))


def _held_change(
    draft: OpenDraft,
    changed: Mapping[str, StoredGroup | None],
    was: frozenset[SessionOf],
    now: frozenset[SessionOf],
) -> int:
    """How many more sessions would take place, of groups that the change does not touch too: two may want one room."""
    facts = draft.facts
    touched = {key: draft.groups[key] for key, _round in was ^ now if key in draft.groups} | dict(changed)
    before = sum(held_by(facts, draft.groups.get(key), was) for key in touched)
    return sum(held_by(facts, group, now) for group in touched.values()) - before


def _refusal(draft: OpenDraft, edit: Edit, found: Judged) -> Preview:
    """The same whatever that is nobody's business stands against it: attendance may not tell either."""
    return Preview(
        edit=edit,
        version=draft.edited.version,
        coming_before=draft.coming,
        coming_after=draft.coming,
        wishes=0,
        groups=(),
        people=(),
        broken=found.refused_for,
        mended=(),
        refused=True,
    )


def told(draft: OpenDraft, outcome: Outcome | None, breaches: Iterable[Breach]) -> tuple[Broken, ...]:
    """Broken rules as they may be told: those without a name once, as one that is nobody's business."""
    found = dict.fromkeys(_told(draft, outcome, breach) for breach in breaches)
    return tuple(sorted(found, key=_order))


def _order(broken: Broken) -> tuple[str, str, int, int]:
    round_, person = broken.round, broken.person_id
    return broken.rule_id or "", broken.group or "", -1 if round_ is None else round_, person or 0


def _told(draft: OpenDraft, outcome: Outcome | None, breach: Breach) -> Broken:
    if breach.rule_id not in NAMED:
        return Broken(None)
    told = broken_of(draft.facts.lookup, _Groups(draft.scorecard.cards, outcome.cards if outcome else {}), breach)
    return told if breach.rule_id in OF_PEOPLE else replace(told, person_id=None)


class _Groups(Mapping[str, Group]):
    """The draft's groups as they are judged, by their keys: nothing is copied, since many an edit is tried at once."""

    def __init__(self, before: Mapping[str, Card], after: Mapping[str, Card | None]) -> None:
        self._before, self._after = before, after

    def __getitem__(self, key: str) -> Group:
        card = self._after[key] if key in self._after else self._before[key]
        if card is None:
            raise KeyError(key)
        return card.group

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._before if key not in self._after)
        yield from (key for key, card in self._after.items() if card is not None)

    def __len__(self) -> int:
        return sum(1 for _key in self)


def _what(breach: Breach) -> tuple[object, ...]:
    return breach.rule_id, breach.group, breach.person, breach.round


def _breaks_beside(draft: OpenDraft, change: Change, outcome: Outcome) -> bool:
    """Whether two share a group now who may not, one of whom is in it beside another group: the referee, who knows one
    group a resident, does not see those."""
    before = {pair for key in change.groups if (group := draft.groups.get(key)) for pair in _clashes(draft, group)}
    return any(
        not _clashes(draft, group) <= before
        for key, group in change.groups.items()
        if group is not None and any(seat.beside for seat in group.members)
        if (card := outcome.cards.get(key)) is not None and is_asked(draft.facts.lookup, card.group)
    )


def _clashes(draft: OpenDraft, group: StoredGroup) -> set[frozenset[str]]:
    lookup = draft.facts.lookup
    people = {person_key(seat.person_id) for seat in group.members}
    apart = {frozenset((one, other)) for one in people for other in lookup.apart.get(one, frozenset()) & people}
    avoided = {
        frozenset((one, other))
        for one in people
        if one in lookup.residents
        for other in people.intersection(lookup.residents[one].avoids)
    }
    return apart | avoided


# --- figures ---------------------------------------------------------------------------------------------------


def coming_change(draft: OpenDraft, change: Change) -> int:
    """How many more places at sessions would be taken by residents who can come."""
    groups = change.groups.items()
    return sum(group_coming(draft.facts, g) - group_coming(draft.facts, draft.groups.get(key)) for key, g in groups)


def _wishes_change(draft: OpenDraft, found: Judged) -> int:
    """How many more wishes would be met of those that a coordinator may know of."""
    before = [draft.scorecard.cards.get(key) for key in found.outcome.cards]
    return _wishes_met(draft, found.outcome.cards.values()) - _wishes_met(draft, before)


def _wishes_met(draft: OpenDraft, cards: Iterable[Card | None]) -> int:
    residents = draft.facts.lookup.residents
    had = {who: group.id for group in draft.facts.instance.previous for who in group.residents}
    seats = ((who, card.group) for card in cards if card is not None for who in card.group.residents)
    known = ((residents[who], group) for who, group in seats if who in residents)
    return sum(sum(open_wishes(person, group, had.get(person.id)).values()) for person, group in known)


def _group_effect(
    draft: OpenDraft, key: str, group: StoredGroup | None, was: frozenset[SessionOf], now: frozenset[SessionOf]
) -> GroupEffect:
    before = draft.groups.get(key)
    name = group.name if group is not None else before.name if before is not None else ""
    target = draft.facts.models[group.model_id].target if group is not None else None
    return GroupEffect(
        key=key,
        name=name,
        size_before=len(before.residents) if before else None,
        size_after=len(group.residents) if group else None,
        coming_before=group_coming(draft.facts, before),
        coming_after=group_coming(draft.facts, group),
        held_before=held_by(draft.facts, before, was),
        held_after=held_by(draft.facts, group, now),
        below_target=max(0, (target or 0) - len(group.residents)) if group else 0,
        dates=tuple(_new_dates(before, group)) if before and group else (),
        name_before=before.name if before else "",
    )


def _new_dates(before: StoredGroup, after: StoredGroup) -> Iterator[tuple[int, datetime]]:
    for session in after.sessions:
        known = before.session_in(session.round)
        if known is None or known.starts_at != session.starts_at:
            yield session.round, session.starts_at


def _people_effects(draft: OpenDraft, changed: Mapping[str, StoredGroup | None]) -> Iterator[PersonEffect]:
    """Everybody of the changed groups for whom something changes."""
    before = _attendance(draft, {key: draft.groups.get(key) for key in changed})
    after = _attendance(draft, changed)
    for who in {**before, **after}:
        was, now = before.get(who, (0, 0)), after.get(who, (0, 0))
        if was != now or _place(draft.groups, changed, who) is not None:
            name = draft.facts.people[who].name if who in draft.facts.people else ""
            yield PersonEffect(who, name, *was, *now)


def _place(known: Mapping[str, StoredGroup], changed: Mapping[str, StoredGroup | None], who: int) -> str | None:
    """A changed group that somebody newly is in or is no more."""
    for key, group in changed.items():
        before = known.get(key)
        was = before is not None and before.seat_of(who) is not None
        if was != (group is not None and group.seat_of(who) is not None):
            return key
    return None


def _attendance(draft: OpenDraft, groups: Mapping[str, StoredGroup | None]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for group in groups.values():
        for who in group.residents if group is not None else ():
            assert group is not None
            can, held = found.get(who, (0, 0))
            found[who] = (can + can_come(draft.facts, group, who), held + len(group.sessions))
    return found
