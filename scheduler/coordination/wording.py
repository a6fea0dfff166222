"""What a change would break, in sentences for a coordinator: they name no wish, no relation and no reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from babel.lists import format_list

from scheduler.coordination.board import Board, SessionNow
from scheduler.coordination.circumstances import Known
from scheduler.coordination.model import Breach
from scheduler.languages import locale, say, say_many, short_moment
from scheduler.planning.verdicts import Finding
from scheduler.programmes.model import Programme
from scheduler.reasons.broken import Broken, KnownNames, broken_sentence
from scheduler.reasons.rule_words import ProgrammeRule
from solvers import rules
from solvers.vocabulary import NOT_KNOWN

MOST_DATES: Final = 3
"""So many sessions at which a rule is broken are named; more are counted."""
_OVERRIDABLE: Final = frozenset(
    {
        rules.QUORUM,
        rules.PRESENT,
        rules.GAP,
        rules.GROUP_SIZE,
        rules.STAGE_SPREAD,
        rules.FACILITATORS,
        rules.CAPACITY,
        rules.MODEL_ACCEPTED,
        rules.MODEL_OFFERED,
        rules.MODE_ACCEPTED,
        rules.ROOM_CAPACITY,
        rules.ROOM_FREE,
        rules.SLOT_OF_ROUND,
        ProgrammeRule.PAUSED,
        ProgrammeRule.CLOSED_DAY,
        ProgrammeRule.HOURS,
    }
)
"""What a coordinator may decide otherwise, with a reason."""


def breaches_of(
    findings: Iterable[Finding], board: Board, known: Known, names: Mapping[int, str]
) -> tuple[Breach, ...]:
    """What is found in sentences, each once; what nobody may override first."""
    called = KnownNames({key: group.name for key, group in board.groups.items()}, names)
    alike: dict[tuple[bool, str, str | None, int | None], list[Finding]] = defaultdict(list)
    for finding in findings:
        never = not _may_override(finding, board, known)
        alike[never, finding.rule_id, finding.group, finding.person_id].append(finding)
    said = {Breach(_sentence(same, board, known, called), never) for (never, *_what), same in alike.items()}
    return tuple(sorted(said, key=lambda breach: (not breach.never, breach.text)))


def _may_override(finding: Finding, board: Board, known: Known) -> bool:
    if finding.rule_id == rules.FACILITATOR_FREE and finding.ref is not None and finding.person_id is not None:
        return known.marks.of(finding.person_id, board.session(finding.ref)) == NOT_KNOWN
    return finding.rule_id in _OVERRIDABLE


def _sentence(same: Sequence[Finding], board: Board, known: Known, called: KnownNames) -> str:
    """One rule that a group breaks, at however many of its sessions."""
    first, figures = same[0], {(each.have, each.needed, each.of) for each in same}
    broken = Broken(first.rule_id, first.group, None, first.person_id, *(figures.pop() if len(figures) == 1 else ()))
    return broken_sentence(broken, called, _when(same, board, known.programme))


def _when(same: Sequence[Finding], board: Board, programme: Programme) -> str:
    """``Tue 9 Mar, 12:30``; nothing where the group as such breaks the rule."""
    sessions = [board.sessions[each.ref] for each in same if each.ref is not None and each.ref in board.sessions]
    if len(sessions) < len(same):
        return ""
    if len(sessions) > MOST_DATES:
        return say_many("%(num)s session", "%(num)s sessions", len(sessions))
    in_order = sorted(sessions, key=lambda session: session.starts_at)
    return format_list([_moment(session, programme, same[0]) for session in in_order], locale=locale())


def _moment(session: SessionNow, programme: Programme, finding: Finding) -> str:
    """When a session is, with the reason where the programme doesn't meet that day."""
    when = short_moment(session.starts_at, programme.zone)
    if finding.rule_id != ProgrammeRule.CLOSED_DAY:
        return when
    return say("%(when)s: %(reason)s", when=when, reason=programme.closed_at(session.starts_at))
