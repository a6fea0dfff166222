"""When else a group could meet in a round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from scheduler.edits.application import apply
from scheduler.edits.judgement import judge
from scheduler.edits.model import PossibleDate, SetDate
from scheduler.edits.opened import OpenDraft
from scheduler.edits.session_details import Dating
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.plans.whole import StoredGroup
from solvers.reasons.dates import is_usual
from solvers.vocabulary import COMING

MOST_DATES: Final = 12


def best_dates_in(draft: OpenDraft, key: str, round_: int, most: int = MOST_DATES) -> tuple[PossibleDate, ...]:
    """The best dates for a group in a round besides the one that it has: those when most can come, then its usual day
    and time, then the earliest, as the page has them that tells why it meets on its day. Those that would break an
    ordinary rule come last. One against which a rule stands that may never be broken is not among them."""
    group = draft.groups.get(key)
    if group is None:
        raise NotFound(say("We can’t find that group in this draft."))
    known = group.session_in(round_)
    starts = (start for start, slot_round in draft.facts.index_of if slot_round == round_)
    other = (start for start in starts if known is None or start != known.starts_at)
    found = [date for start in other for date in _possible(draft, group, SetDate(key, round_, start.astimezone(UTC)))]
    return tuple(sorted(found, key=_order)[:most])


def _order(date: PossibleDate) -> tuple[bool, int, bool, datetime]:
    return bool(date.broken), -date.can_come, not date.is_usual, date.starts_at


def _possible(draft: OpenDraft, group: StoredGroup, edit: SetDate) -> Iterator[PossibleDate]:
    found = judge(draft, apply(draft, edit))
    changed = found.change.groups[group.key]
    session = changed.session_in(edit.round) if changed is not None else None
    if found.refused or session is None:
        return
    slot = draft.facts.index_of[session.starts_at, session.round]
    dating = Dating(draft.facts, draft.scorecard, draft.planned, {})
    by_name = sorted(group.residents, key=lambda who: draft.facts.people[who].name)
    marks = "".join(dating.mark(who, slot) for who in by_name)
    yield PossibleDate(
        starts_at=session.starts_at,
        room_id=session.room_id,
        place=draft.facts.place(session.room_id) if session.room_id is not None else "",
        can_come=sum(mark in COMING for mark in marks),
        residents=len(by_name),
        score_change=found.open_change,
        marks=marks,
        broken=found.broken,
        is_usual=is_usual(draft.facts.lookup, _slots(draft, group, edit.round), slot),
    )


def _slots(draft: OpenDraft, group: StoredGroup, round_: int) -> Iterator[int]:
    """The slots of a group's sessions in other rounds, as far as they are still ahead."""
    places = ((session.starts_at, session.round) for session in group.sessions if session.round != round_)
    return (draft.facts.index_of[place] for place in places if place in draft.facts.index_of)
