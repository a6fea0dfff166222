"""Changing a draft by hand: what pages call. Whatever is changed is kept at once, and can be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from scheduler.audit.service import REFUSED_CHANGE, record
from scheduler.db import Db
from scheduler.edits import history
from scheduler.edits.application import Change, apply
from scheduler.edits.carry_over import carried_over
from scheduler.edits.changed_since import base_of
from scheduler.edits.dates import best_dates_in
from scheduler.edits.draft_view import draft_of
from scheduler.edits.explanations import cut_again, cut_from_plan, put_back, told_wishes, wishes_now
from scheduler.edits.improvement import improve as improve
from scheduler.edits.judgement import Judged, judge, preview_of
from scheduler.edits.meanwhile import base_of_published, base_to_json, published_now
from scheduler.edits.model import CarryOver, Draft, Edit, Pin, PinChanges, Place, PossibleDate, Preview
from scheduler.edits.opened import Edited, OpenDraft, edited_so_far, open_stored, remember
from scheduler.edits.pins import pinned_groups
from scheduler.edits.places import best_places_in
from scheduler.edits.unpinned import Unpinned, unpinned_of
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.planning.keys import person_key
from scheduler.plans.model import PlanState
from scheduler.plans.service import programme_of_plan
from scheduler.plans.tables import PlanRow
from scheduler.plans.whole import StoredGroup
from scheduler.programmes.facts_mark import facts_mark
from scheduler.programmes.service import lock_programme
from scheduler.reasons.broken import KnownNames, broken_sentence, private_sentence


class ChangedMeanwhile(NotPossible):
    """The draft is not the one any more that was looked at."""


class Refused(NotPossible):
    """A change that would break a rule which is nobody's business, and that somebody tried to keep."""


def open_draft(db: Db, actor: Actor, plan_id: int, now: datetime) -> Draft:
    """A draft with everybody in it, to be changed. Raises :class:`NotPossible` for a plan that can't be."""
    draft = open_stored(db, actor, plan_id, now)
    return draft_of(draft, history.edits_around(db, plan_id, draft.edited.position))


def held_as_things_stand(db: Db, actor: Actor, plan_id: int, now: datetime) -> int | None:
    """How many of a draft's sessions would take place by what is known now; it may have been more when the draft was
    made. None for a plan that can't be opened as a draft."""
    try:
        return open_draft(db, actor, plan_id, now).held
    except NotPossible:
        return None


def version_of(db: Db, actor: Actor, plan_id: int) -> int:
    """How often a plan was changed by hand, undone changes too: while it is the same, the plan holds the same."""
    programme_of_plan(db, actor, plan_id)  # is for its coordinators
    return edited_so_far(db, plan_id).version


def groups_by_hand(db: Db, actor: Actor, plan_id: int) -> frozenset[str]:
    """The keys of the groups of a draft that were changed by hand."""
    programme_of_plan(db, actor, plan_id)
    return history.groups_by_hand(db, plan_id)


def preview(db: Db, actor: Actor, plan_id: int, edit: Edit, now: datetime) -> Preview:
    """What an edit would do. Raises :class:`NotPossible` for one that makes no sense."""
    draft = open_stored(db, actor, plan_id, now)
    return preview_of(draft, edit, judge(draft, _applied(db, draft, edit)))


def _applied(db: Db, draft: OpenDraft, edit: Edit) -> Change:
    return applied(db, draft, edit, history.numbers_given(db, draft.plan_id, draft.edited))


def applied(db: Db, draft: OpenDraft, edit: Edit, given: Collection[int]) -> Change:
    """What an edit makes of a draft; ``given`` are numbers that groups of it had once."""
    if not isinstance(edit, CarryOver):
        return apply(draft, edit, given)
    published = published_now(db, draft.facts.programme.id)
    return carried_over(draft, base_of(db, draft.plan_id, draft.facts.programme, published), published, given)


def best_places(db: Db, actor: Actor, plan_id: int, person_id: int, now: datetime) -> tuple[Place, ...]:
    """Where somebody could be, the best first; what would break an ordinary rule last."""
    return best_places_in(open_stored(db, actor, plan_id, now), person_id)


def best_dates(
    db: Db, actor: Actor, plan_id: int, group_key: str, round_: int, now: datetime
) -> tuple[PossibleDate, ...]:
    """When a group could meet in a round instead, the best first; what would break an ordinary rule last."""
    return best_dates_in(open_stored(db, actor, plan_id, now), group_key, round_)


def what_stays(db: Db, actor: Actor, plan_id: int, now: datetime) -> Mapping[str, frozenset[int]]:
    """The groups whose people stay when the planner goes on, by key, with the rounds in which their dates do."""
    draft = open_stored(db, actor, plan_id, now)
    return pinned_groups(draft.groups, draft.pins)


def find_unpinned(db: Db, actor: Actor, plan_id: int, now: datetime) -> Unpinned:
    """What was changed by hand and the planner may change all the same."""
    return unpinned_of(db, open_draft(db, actor, plan_id, now), what_stays(db, actor, plan_id, now))


def pin_changes(db: Db, actor: Actor, plan_id: int, version: int, now: datetime) -> int:
    """Pin all that was changed by hand and can be pinned; returns the draft's new version."""
    pins = find_unpinned(db, actor, plan_id, now).pins
    return keep(db, actor, plan_id, PinChanges(pins), version, now) if pins else version


def keep(db: Db, actor: Actor, plan_id: int, edit: Edit, version: int, now: datetime) -> int:
    """Make a change; returns the draft's new version.

    Raises :class:`ChangedMeanwhile` if the draft has another version than the one that was seen, and
    :class:`NotPossible` for what may never be: :class:`Refused` if that is against safety or against what somebody
    keeps to themselves, which whoever calls this notes by :func:`note_refusal` in a transaction of its own.
    """
    draft = _locked(db, actor, plan_id, version, now)
    found = judge(draft, _applied(db, draft, edit))
    if found.refused:
        raise _refusal(draft, found)
    plan = db.get_one(PlanRow, plan_id)
    touched = _touched(draft, found)
    told = told_wishes(db, plan_id, touched)
    before_groups = {key: draft.groups.get(key) for key in found.change.groups}
    before = history.taken(plan, before_groups, history.unplaced_of(db, plan_id, touched), told, draft.pins)
    after = _after(draft, found, touched, before)
    stored = history.write(db, plan, after, draft.pins)
    _is_to_be_read_again(plan, after)
    cut = cut_from_plan(db, plan_id, touched, found.change.groups) if touched else {}
    published = _published(db, plan.programme_id) if isinstance(edit, CarryOver) else None
    entry = history.Entry(edit, before, replace(after, groups=stored), cut, published)
    edited = history.add_entry(db, plan_id, entry, now, actor.person_id)
    _remember(db, draft, stored, after.pins, edited)
    record(db, actor, "draft.changed", now, plan.programme_id, plan=plan_id, edit=type(edit).__name__)
    return edited.version


def _published(db: Db, programme_id: int) -> Mapping[str, Any]:
    """What is published, to tell later what has changed since."""
    return base_to_json(base_of_published(published_now(db, programme_id).values()))


def _refusal(draft: OpenDraft, found: Judged) -> NotPossible:
    """What may be named is; for everything else there is one sentence."""
    rule = found.refused_for[0]
    groups = {**draft.groups, **found.change.groups}
    names = KnownNames(
        {key: group.name for key, group in groups.items() if group is not None},
        {person_id: person.name for person_id, person in draft.facts.people.items()},
    )
    kind = NotPossible if rule.is_named else Refused
    return kind(broken_sentence(rule, names), what_to_do=say("Choose another change."))


def note_refusal(db: Db, actor: Actor, plan_id: int, now: datetime) -> None:
    """Let the audit trail have that somebody tried to keep a change that was :class:`Refused`, so that whoever oversees
    can see trying after trying. Neither what the change was nor whom it was about is written down."""
    record(db, actor, REFUSED_CHANGE, now, programme_of_plan(db, actor, plan_id), plan=plan_id)


def undo(db: Db, actor: Actor, plan_id: int, version: int, now: datetime) -> int:
    """Take the last change back; returns the draft's new version."""
    draft = _locked(db, actor, plan_id, version, now)
    entry = history.entry_at(db, plan_id, draft.edited.position)
    if entry is None:
        raise NotPossible(say("There is nothing to undo."))
    wanted = _possible(draft, entry.before)
    put_back(db, plan_id, entry.cut)
    return _go(db, actor, draft, wanted, draft.edited.position - 1, now, "draft.undone")


def redo(db: Db, actor: Actor, plan_id: int, version: int, now: datetime) -> int:
    """Do the change again that was undone last; returns the draft's new version."""
    draft = _locked(db, actor, plan_id, version, now)
    entry = history.entry_at(db, plan_id, draft.edited.position + 1)
    if entry is None:
        raise NotPossible(say("There is nothing to do again."))
    wanted = _possible(draft, entry.after)
    cut_again(db, plan_id, entry.cut)
    return _go(db, actor, draft, wanted, draft.edited.position + 1, now, "draft.redone")


def _locked(db: Db, actor: Actor, plan_id: int, version: int, now: datetime) -> OpenDraft:
    lock_programme(db, programme_of_plan(db, actor, plan_id))
    draft = open_stored(db, actor, plan_id, now)
    must_be_of_version(draft, version)
    return draft


def must_be_of_version(draft: OpenDraft, version: int) -> None:
    """Raise :class:`ChangedMeanwhile` unless the draft is still the one that was seen."""
    if draft.edited.version != version:
        raise ChangedMeanwhile(
            say("This draft has changed since this page was opened, in another tab or by someone else."),
            what_to_do=say("Look at it as it is now, then change it again."),
        )


def _touched(draft: OpenDraft, found: Judged) -> frozenset[int]:
    """The residents of changed groups, as they were and as they are."""
    groups = (group for key, after in found.change.groups.items() for group in (draft.groups.get(key), after))
    return frozenset(who for group in groups if group is not None for who in group.residents)


def _after(draft: OpenDraft, found: Judged, touched: Collection[int], before: history.Snapshot) -> history.Snapshot:
    """What the change makes of what it touches."""
    if not found.change.groups:
        return replace(before, pins=found.change.pins)
    merged = {**draft.groups, **found.change.groups}
    placed = {who for group in merged.values() if group is not None for who in group.residents}
    known = {who for who in touched if person_key(who) in draft.facts.lookup.residents}
    cards = [card for card in found.outcome.cards.values() if card is not None]
    return history.Snapshot(
        groups=found.change.groups,
        unplaced={who: who in known and who not in placed for who in touched},
        told=wishes_now(draft.facts, [card.group for card in cards], touched),
        pins=found.change.pins,
        score=found.outcome.score,
        bound=None,
        points=dict(found.outcome.points),
    )


def _go(
    db: Db, actor: Actor, draft: OpenDraft, wanted: history.Snapshot, position: int, now: datetime, action: str
) -> int:
    """Let a draft be as a snapshot has it, and its history stand there."""
    plan = db.get_one(PlanRow, draft.plan_id)
    stored = history.write(db, plan, wanted, draft.pins)
    _is_to_be_read_again(plan, wanted)
    edited = history.go_to(db, draft.plan_id, position, now)
    _remember(db, draft, stored, wanted.pins, edited)
    record(db, actor, action, now, plan.programme_id, plan=plan.id)
    return edited.version


def _is_to_be_read_again(plan: PlanRow, written: history.Snapshot) -> None:
    """A draft that was read is another once its groups are."""
    if written.groups and plan.state == PlanState.REVIEWED:
        plan.state = PlanState.DRAFT


def _possible(draft: OpenDraft, wanted: history.Snapshot) -> history.Snapshot:
    """A snapshot as the draft can be so now, without what was said of people who are no more. Raises
    :class:`NotPossible` where somebody or something in its groups is no more, and where the way back or forth is a
    change that may never be."""
    _must_be_known(draft, wanted)
    if judge(draft, Change(wanted.groups, wanted.pins)).refused:
        raise NotPossible(private_sentence(), what_to_do=say("Change the draft as it is now."))
    return wanted.about(draft.facts.people.keys())


def _must_be_known(draft: OpenDraft, wanted: history.Snapshot) -> None:
    here = wanted.people <= draft.facts.people.keys()
    rooms = {room.id for site in draft.facts.programme.sites for room in site.rooms} | {None}
    groups = [group for group in wanted.groups.values() if group is not None]
    kinds = all(group.model_id in draft.facts.models for group in groups)
    places = all(session.room_id in rooms for group in groups for session in group.sessions)
    if not (here and kinds and places):
        raise NotPossible(
            say("A person, room or kind of group that this change was about is no longer here."),
            what_to_do=say("Change the draft as it is now."),
        )


def _remember(
    db: Db,
    draft: OpenDraft,
    stored: Mapping[str, StoredGroup | None],
    pins: tuple[Pin, ...],
    edited: Edited,
) -> None:
    """Keep the draft in memory as it is now, so that nobody has to read it whole."""
    planned = {key: draft.planned(group) if group is not None else None for key, group in stored.items()}
    scorecard = draft.scorecard.after(draft.scorecard.outcome(planned)) if planned else draft.scorecard
    after = replace(draft.with_groups(stored, scorecard), pins=pins, edited=edited)
    remember(facts_mark(db, draft.facts.programme.id), after)
