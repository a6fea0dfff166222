"""What a change by hand would make red of the checks before publishing, and is not red now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from scheduler.coordination.board import Board, GroupNow
from scheduler.coordination.circumstances import Known
from scheduler.coordination.model import Breach
from scheduler.preflight.facts import Circle, Facts, Meeting
from scheduler.preflight.items import OF_CHANGES
from scheduler.preflight.model import Finding, Item, newly
from scheduler.preflight.wording import finding_words


def new_checks(
    facts: Facts,
    before: Board,
    after: Board,
    known: Known,
    names: Mapping[int, str],
    unmet: Collection[tuple[str | None, int | None]] = (),
) -> Iterator[Breach]:
    """Each as something that may be overridden with a reason. ``unmet`` are people, with their groups' keys, of whom
    the rules say already that they would meet in a way that they have not chosen."""
    at_hand = replace(facts, slots={})  # what is known of people at these sessions is known better here
    found = newly(_found(at_hand, after, known), _found(at_hand, before, known))
    yield from dict.fromkeys(
        Breach(finding_words(each, names, known.programme).rstrip("."), never=False)
        for each in found
        if not (each.item is Item.WAY_TO_MEET and (each.subject.split(":")[0], each.person_id) in unmet)
    )


def _found(facts: Facts, board: Board, known: Known) -> tuple[Finding, ...]:
    companies = [_company(group, board, known) for group in board.groups.values() if not group.ended]
    return tuple(each for looking in OF_CHANGES for each in looking(facts, companies))


def _company(group: GroupNow, board: Board, known: Known) -> Circle:
    sessions = tuple(board.sessions_of(group.key))
    meetings = (
        Meeting(each.starts_at, {str(who): known.marks.of(who, each) for who in group.residents}) for each in sessions
    )
    leads = group.facilitators.union(*(each.facilitators for each in sessions))
    other_ways = frozenset(each.mode for each in sessions) - {group.mode}
    return Circle(group.key, group.name, group.mode, group.residents, leads, tuple(meetings), other_ways)
