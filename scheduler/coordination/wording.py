"""What a change would break, in sentences for a coordinator: they name no wish, no relation and no reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from scheduler.coordination.board import Board, SessionNow
from scheduler.coordination.circumstances import Known
from scheduler.coordination.model import Breach
from scheduler.languages import say, short_moment
from scheduler.planning.verdicts import Finding
from scheduler.programmes.model import Programme
from scheduler.reasons.broken import Broken, KnownNames, broken_sentence
from scheduler.reasons.rule_words import ProgrammeRule
from solvers import rules
from solvers.vocabulary import NOT_KNOWN

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
    said = {_breach(finding, board, known, names) for finding in findings}
    return tuple(sorted(said, key=lambda breach: (not breach.never, breach.text)))


def _breach(finding: Finding, board: Board, known: Known, names: Mapping[int, str]) -> Breach:
    return Breach(_sentence(finding, board, known, names), never=not _may_override(finding, board, known))


def _may_override(finding: Finding, board: Board, known: Known) -> bool:
    if finding.rule_id == rules.FACILITATOR_FREE and finding.ref is not None and finding.person_id is not None:
        return known.marks.of(finding.person_id, board.session(finding.ref)) == NOT_KNOWN
    return finding.rule_id in _OVERRIDABLE


def _sentence(finding: Finding, board: Board, known: Known, names: Mapping[int, str]) -> str:
    figures = (finding.have, finding.needed, finding.of)
    broken = Broken(finding.rule_id, finding.group, None, finding.person_id, *figures)
    called = KnownNames({key: group.name for key, group in board.groups.items()}, names)
    session = board.sessions.get(finding.ref) if finding.ref is not None else None
    return broken_sentence(broken, called, _when(session, known.programme, finding) if session else "")


def _when(session: SessionNow, programme: Programme, finding: Finding) -> str:
    """``Tue 9 Mar, 12:30``, with the reason where the programme doesn't meet that day."""
    when = short_moment(session.starts_at, programme.zone)
    if finding.rule_id != ProgrammeRule.CLOSED_DAY:
        return when
    return say("%(when)s: %(reason)s", when=when, reason=programme.closed_at(session.starts_at))
