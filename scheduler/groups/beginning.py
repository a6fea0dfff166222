"""What a group needs to begin well, and what of it is there: shown to the group until its first session is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scheduler.charters.model import GroupCharter, GroupField
from scheduler.sessions.model import OwnGroup
from solvers.vocabulary import IN_PERSON

DATES = 3
"""With so many sessions ahead a group has something to count on; it may have fewer rounds altogether."""


class Need(StrEnum):
    """One thing that a group needs to begin."""

    CHARTER = "charter"
    GOALS = "goals"
    CHANNEL = "channel"
    DATES = "dates"
    JOIN = "join"
    LED = "led"


@dataclass(frozen=True, slots=True)
class Readiness:
    """A need, and whether it is met."""

    need: Need
    done: bool


def beginning(group: OwnGroup, charter: GroupCharter | None, now: datetime) -> tuple[Readiness, ...]:
    """The needs of a group that has not met yet, in the order in which they are best seen to; none afterwards."""
    held = [session for session in group.sessions if not session.is_ahead(now)]
    if group.ended or held or group.next_session(now) is None:
        return ()
    return tuple(_needs(group, charter, now))


def _needs(group: OwnGroup, charter: GroupCharter | None, now: datetime) -> Iterator[Readiness]:
    if charter is not None:
        yield Readiness(Need.CHARTER, all(each.accepted_at for each in charter.signatories))
        yield Readiness(Need.GOALS, bool(charter.terms.texts.get(GroupField.GOALS)))
        yield Readiness(Need.CHANNEL, bool(charter.terms.texts.get(GroupField.CHANNEL)))
    ahead = [session for session in group.sessions if session.is_ahead(now)]
    yield Readiness(Need.DATES, len(ahead) >= min(DATES, group.rounds))
    if group.mode != IN_PERSON or any(session.by_call for session in ahead):
        yield Readiness(Need.JOIN, bool(group.url or group.phone))
    if group.present:
        yield Readiness(Need.LED, not any(group.lacks_facilitator(session) for session in ahead[:DATES]))
