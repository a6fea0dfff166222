"""Several edits of a draft, one after the other: what all of them together would do, and keeping all of them or none.

Points are told without those for what people keep to themselves, as on the board.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.db import Db
from scheduler.edits import history
from scheduler.edits.application import Change
from scheduler.edits.findings import LeftOut
from scheduler.edits.judgement import Judged, coming_change, judge, told
from scheduler.edits.opened import OpenDraft, open_stored
from scheduler.edits.sent_edits import SentEdit, edit_of
from scheduler.edits.service import applied, keep, must_be_of_version
from scheduler.edits.unknown_ids import unknown_ids
from scheduler.errors import Rejected
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.plans.whole import StoredGroup
from scheduler.reasons.broken import Broken, KnownNames
from solvers.explain import SECRET_POINTS


@dataclass(frozen=True, slots=True)
class Effect:
    """What edits do together. ``refused`` says that they may never be kept: then nothing else is told. Attendance is
    the share of places at sessions whose residents can come; ``names`` are what groups and people are called."""

    version: int
    refused: bool
    broken: tuple[Broken, ...]
    still_broken: tuple[Broken, ...]
    points_before: int
    points_after: int
    attendance_before: float
    attendance_after: float
    names: KnownNames


def preview_edits(db: Db, actor: Actor, plan_id: int, edits: Sequence[SentEdit], now: datetime) -> Effect:
    """What edits would do, one after the other. Raises :class:`NotPossible` for one that makes no sense, and
    :class:`Rejected` for one of somebody or something that is not there."""
    draft = open_stored(db, actor, plan_id, now)
    return _effect(draft, judge(draft, _together(db, draft, edits)))


def keep_edits(
    db: Db, actor: Actor, plan_id: int, edits: Sequence[SentEdit], version: int | None, now: datetime
) -> Effect:
    """Make edits, one after the other, in the caller's transaction; ``version`` is the one that was seen, None for
    whatever it is. Raises as :func:`scheduler.edits.service.keep` does, and then none is to be kept."""
    draft = open_stored(db, actor, plan_id, now)
    if version is not None:
        must_be_of_version(draft, version)
    effect = _effect(draft, judge(draft, _together(db, draft, edits)))
    reached = draft.edited.version if version is None else version
    for edit in edits:
        reached = keep(db, actor, plan_id, edit_of(edit, open_stored(db, actor, plan_id, now)), reached, now)
    return replace(effect, version=reached)


def _together(db: Db, draft: OpenDraft, edits: Sequence[SentEdit]) -> Change:
    """All of them as one change of the draft as it is."""
    given = set(history.numbers_given(db, draft.plan_id, draft.edited))
    groups: dict[str, StoredGroup | None] = {}
    at, left_out = draft, tuple[LeftOut, ...]()
    for number, edit in enumerate(edits):
        if faults := unknown_ids(edit, at, f"edits[{number}]"):
            raise Rejected(say("The draft was not changed."), faults)
        change = applied(db, at, edit_of(edit, at), given)
        planned = {key: at.planned(group) if group is not None else None for key, group in change.groups.items()}
        scorecard = at.scorecard.after(at.scorecard.outcome(planned)) if planned else at.scorecard
        was = (at.groups.get(key) for key in change.groups)
        given |= {group.number for group in was if group is not None and group.number is not None}
        at = replace(at.with_groups(change.groups, scorecard), pins=change.pins)
        groups |= change.groups
        left_out = (*left_out, *change.left_out)
    # A group that was made and given up again was never there.
    changed = {key: group for key, group in groups.items() if group is not None or key in draft.groups}
    return Change(changed, at.pins, left_out)


def _effect(draft: OpenDraft, found: Judged) -> Effect:
    before, seats = _open_points(draft.scorecard.points), _seats(draft.groups)
    changed = {} if found.refused else found.change.groups
    after = {**draft.groups, **changed}
    coming = draft.coming + (0 if found.refused else coming_change(draft, found.change))
    groups = {**draft.groups, **found.change.groups}
    gone = () if found.refused else found.outcome.gone
    still = (breach for breach in draft.scorecard.broken if breach not in gone)
    return Effect(
        version=draft.edited.version,
        refused=found.refused,
        broken=found.refused_for or found.broken,
        still_broken=told(draft, None, still),
        points_before=before,
        points_after=before if found.refused else before + found.open_change,
        attendance_before=_share(draft.coming, seats),
        attendance_after=_share(coming, _seats(after)),
        names=KnownNames(
            {key: group.name for key, group in groups.items() if group is not None},
            {person_id: person.name for person_id, person in draft.facts.people.items()},
        ),
    )


def _open_points(points: Mapping[str, int]) -> int:
    return sum(value for kind, value in points.items() if kind not in SECRET_POINTS)


def _seats(groups: Mapping[str, StoredGroup | None]) -> int:
    return sum(len(group.residents) * len(group.sessions) for group in groups.values() if group is not None)


def _share(coming: int, seats: int) -> float:
    return round(coming / seats, 4) if seats else 0.0
