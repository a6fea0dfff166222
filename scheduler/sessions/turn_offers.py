"""Offers of a turn in the chair that come to nothing because something else has changed: who offered is told.

An offer is between two turns as they were: it ends when either turn is another's, when one of the two can no longer
come to the session they would chair, when one is cancelled, and when the first of them begins unanswered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler.db import Db
from scheduler.sessions.tables import SessionRow
from scheduler.sessions.turn_letters import tell_that_it_ended


@dataclass(frozen=True, slots=True)
class TurnOffer:
    """``asker_id`` would rather have the turn ``wanted``, which is that of ``asked_id``, than their own ``own``."""

    own: SessionRow
    wanted: SessionRow
    asker_id: int
    asked_id: int | None

    def is_open(self, able: Mapping[int, Collection[int]], now: datetime) -> bool:
        """Whether it can still be agreed to; ``able`` are those who can chair each session ahead."""
        return (
            (self.own.chair_id, self.wanted.chair_id) == (self.asker_id, self.asked_id)
            and min(self.own.starts_at, self.wanted.starts_at) > now
            and self.asker_id in able.get(self.wanted.id, ())
            and self.asked_id in able.get(self.own.id, ())
        )


def offers_among(rows: Sequence[SessionRow]) -> tuple[TurnOffer, ...]:
    """What is offered among the sessions of a group, as their turns are now."""
    by_id = {row.id: row for row in rows}
    return tuple(
        TurnOffer(row, wanted, row.chair_id, wanted.chair_id)
        for row in rows
        if row.chair_id is not None and (wanted := by_id.get(row.chair_wants_id or 0)) is not None
    )


def end_offers(db: Db, programme_id: int, offers: Sequence[TurnOffer], now: datetime) -> None:
    """End offers that came to nothing: their page says so until then, and an e-mail does."""
    for offer in offers:
        offer.own.chair_wants_id = None
        for each in offer.own.attendees:
            if each.person_id == offer.asker_id:
                each.turn_lapsed_at = now
                tell_that_it_ended(db, programme_id, offer.asker_id, offer.own, offer.wanted, now)
