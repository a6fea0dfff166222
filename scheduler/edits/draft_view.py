"""A draft as its page shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scheduler.edits.attendance import GroupMarks
from scheduler.edits.held_sessions import failing, held_by, is_off_slots, is_settled, takes_place
from scheduler.edits.history import Around
from scheduler.edits.judgement import told
from scheduler.edits.model import Draft, DraftGroup, DraftMember, DraftSession, Pin, PinKind
from scheduler.edits.opened import MOST_DRAFTS, OpenDraft, touched
from scheduler.memory import Memory
from scheduler.own_groups.service import OWN
from scheduler.planning.left_alone import SessionOf
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import Seat, Sitting, StoredGroup
from scheduler.reasons.broken import Broken
from scheduler.reasons.named_rules import NAMED
from solvers import rules
from solvers.vocabulary import CANNOT, COMING


@dataclass(frozen=True, slots=True)
class _Shown:
    """A draft as it is open, what is wrong with its groups, and how it is shown."""

    draft: OpenDraft
    broken: Mapping[str, Sequence[Broken]]
    failing: frozenset[SessionOf]
    whole: Draft


_shown: Final[Memory[_Shown]] = Memory(MOST_DRAFTS)
"""By the plan: as it was shown last."""


def draft_of(draft: OpenDraft, around: Around) -> Draft:
    """The whole draft; ``around`` are the edits that would be undone and done again."""
    gone = {key: name for key, name in around.names.items() if key not in draft.groups}
    shown = _shown.find(draft.plan_id)
    if shown is None or shown.draft is not draft:
        shown = _show(draft, shown)
        _shown.keep(draft.plan_id, shown)
    return replace(shown.whole, by_hand=around.by_hand, undo=around.undo, redo=around.redo, gone=gone)


def _show(draft: OpenDraft, last: _Shown | None) -> _Shown:
    """A draft as it is to be shown; groups of which nothing is another than ``last`` time are shown as they were."""
    named = [breach for breach in draft.scorecard.broken if breach.rule_id in NAMED]
    broken = (*told(draft, None, named), *_off_slots(draft))
    fail = failing(named)
    of_group: dict[str, list[Broken]] = {}
    for each in broken:
        if each.group is not None:
            of_group.setdefault(each.group, []).append(each)
    same = _unchanged(draft, of_group, fail, last) if last else {}
    groups = tuple(
        same.get(key) or _group(draft, group, of_group.get(key, ()), fail) for key, group in draft.groups.items()
    )
    rounds = len(draft.facts.programme.rounds)
    whole = Draft(
        plan_id=draft.plan_id,
        programme_id=draft.facts.programme.id,
        number=draft.number,
        version=draft.edited.version,
        score=draft.scorecard.score,
        coming=draft.coming,
        seats=sum(len(group.sessions) * len(group.residents) for group in draft.groups.values()),
        held=sum(held_by(draft.facts, group, fail) for group in draft.groups.values()),
        wanted=len(draft.groups) * rounds,
        groups=groups,
        without=tuple(sorted((_nowhere(draft, who) for who in draft.without), key=lambda member: member.name)),
        pins=draft.pins,
        broken=broken,
        saved_at=draft.edited.saved_at,
    )
    return _Shown(draft, of_group, fail, whole)


def _unchanged(
    draft: OpenDraft, broken: Mapping[str, Sequence[Broken]], fail: frozenset[SessionOf], last: _Shown
) -> Mapping[str, DraftGroup]:
    """The groups that are shown as they were, by their keys."""
    others = {*touched(last.draft, draft.facts, draft.groups), *(key for key, _ in fail ^ last.failing)}
    others |= {pin.group for pin in {*draft.pins} ^ {*last.draft.pins}}
    same = (group for group in last.whole.groups if group.key not in others)
    return {group.key: group for group in same if broken.get(group.key) == last.broken.get(group.key)}


def _off_slots(draft: OpenDraft) -> Iterator[Broken]:
    for group in draft.groups.values():
        for session in group.sessions:
            if is_off_slots(draft.facts, group, session):
                yield Broken(rules.SLOT_OF_ROUND, group.key, session.round)


def _group(draft: OpenDraft, group: StoredGroup, broken: Collection[Broken], fail: frozenset[SessionOf]) -> DraftGroup:
    facts, pins, residents = draft.facts, [pin for pin in draft.pins if pin.group == group.key], group.residents
    marks = GroupMarks(draft.facts, group)
    return DraftGroup(
        key=group.key,
        name=group.name,
        model_id=group.model_id,
        model=facts.models[group.model_id].name,
        mode=group.mode,
        site_id=group.site_id,
        site=facts.site_name(group.site_id),
        residents=_members(draft, group, MemberRole.RESIDENT, marks, pins),
        facilitators=_members(draft, group, MemberRole.FACILITATOR, marks, pins),
        sessions=tuple(_session(draft, group, session, residents, marks, pins, fail) for session in group.sessions),
        broken=tuple(broken),
        is_pinned=any(pin.kind == PinKind.GROUP for pin in pins),
        is_whole=facts.words.models[group.model_id] != OWN,
    )


def _members(
    draft: OpenDraft, group: StoredGroup, role: MemberRole, marks: GroupMarks, pins: Collection[Pin]
) -> tuple[DraftMember, ...]:
    pinned = {pin.person_id for pin in pins if pin.kind in (PinKind.PERSON, PinKind.FACILITATOR)}
    found = (
        _member(draft, seat, _line(group, seat, marks), is_pinned=seat.person_id in pinned)
        for seat in group.members
        if seat.role == role
    )
    return tuple(sorted(found, key=lambda member: member.name))


def _line(group: StoredGroup, seat: Seat, marks: GroupMarks) -> str:
    """One mark a round. A facilitator who does not come to a session is not there, whatever they could."""
    line = marks.line(seat.person_id)
    if seat.role == MemberRole.RESIDENT:
        return line
    away = {session.round for session in group.sessions if seat.person_id not in session.facilitator_ids}
    return "".join(CANNOT if round_ in away else mark for round_, mark in enumerate(line))


def _member(draft: OpenDraft, seat: Seat, marks: str, *, is_pinned: bool) -> DraftMember:
    known = draft.facts.people.get(seat.person_id)
    return DraftMember(
        person_id=seat.person_id,
        name=known.name if known else "",
        stage=known.stage if known else None,
        grade=known.grade if known else "",
        site=known.site if known else "",
        marks=marks,
        by_hand=seat.by_hand,
        is_pinned=is_pinned,
    )


def _nowhere(draft: OpenDraft, person_id: int) -> DraftMember:
    return _member(draft, Seat(person_id, MemberRole.RESIDENT), "", is_pinned=False)


def _session(
    draft: OpenDraft,
    group: StoredGroup,
    session: Sitting,
    residents: Collection[int],
    marks: GroupMarks,
    pins: Collection[Pin],
    fail: frozenset[SessionOf],
) -> DraftSession:
    return DraftSession(
        round=session.round,
        starts_at=session.starts_at,
        room_id=session.room_id,
        place=draft.facts.place(session.room_id) if session.room_id is not None else "",
        facilitator_ids=session.facilitator_ids,
        can_come=sum(marks.of(who, session) in COMING for who in residents),
        residents=len(residents),
        is_settled=is_settled(draft.facts, group, session),
        by_hand=session.by_hand,
        is_pinned=any(pin.kind == PinKind.DATE and pin.round == session.round for pin in pins),
        holds=takes_place(draft.facts, group, session, fail),
    )
