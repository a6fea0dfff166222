"""Whether a plan is being worked out just now: who is in it stays who they are until it is ready."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow

_GOING: Final = tuple(state for state in RunState if not state.ended)


def must_not_be_planned(db: Db, programmes: Collection[int]) -> None:
    """Raise :class:`NotPossible` while a plan of one of these programmes is worked out."""
    going = select(RunRow.id).where(RunRow.programme_id.in_(programmes), RunRow.state.in_(_GOING))
    if db.scalar(going.limit(1)) is not None:
        raise NotPossible(
            say("A plan is being worked out just now."),
            what_to_do=say("Wait until it is ready, or stop it. Then try again."),
        )
