"""What it costs to part two people of a published group: who moves, and to how many sessions each can come then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from scheduler.coordination.board import Board
from scheduler.coordination.model import Act, PutIn, SwapFacilitators, TakeOver
from scheduler.coordination.service import Desk
from scheduler.troubles.model import Remedy, RemedyKind, TroubleKind
from scheduler.troubles.trouble_view import Trouble
from solvers.vocabulary import CANNOT, COMING


@dataclass(frozen=True, slots=True)
class Cost:
    """At how many of how many sessions who comes into the group can be, and who leaves it in the other group."""

    can_come: tuple[int, int] = (0, 0)
    there: tuple[int, int] = (0, 0)


NO_COST: Final = Cost()
_MOVING: Final = {RemedyKind.OVER: 1, RemedyKind.PUT: 1, RemedyKind.SWAP: 2}
"""How many people change groups; of what moves as many, the facilitator goes before the resident."""


def is_clash(trouble: Trouble) -> bool:
    """Whether it is about two people of one group, and not about who stands in at one session."""
    return trouble.kind is TroubleKind.SAFETY and trouble.session is None


def still_alone(trouble: Trouble, after: Board, desk: Desk) -> bool:
    """Whether two who meet only accompanied would still be at the session of their trouble without company."""
    session = after.sessions.get(trouble.session.id) if trouble.session else None
    if session is None or not session.takes_place:
        return False
    marks = {who: desk.known.marks.of(who, session) for who in session.people}
    there = [who for who, mark in marks.items() if mark != CANNOT]
    leading = [who for who in session.facilitators if marks[who] in COMING]
    return any(
        set(trouble.person_ids) == pair.pair
        for pair in desk.facts.company.missing_at(session.starts_at, there, leading)
    )


def cost_of(act: Act, desk: Desk) -> Cost:
    """What an act costs, by the board after it."""
    after = desk.after((act,))
    match act:
        case SwapFacilitators():
            return Cost(
                _leads(after, desk, act.group_key, act.other_id, act.first_day),
                _leads(after, desk, act.other_key, act.person_id, act.first_day),
            )
        case TakeOver():
            return Cost(_leads(after, desk, act.group_key, act.person_id, act.first_day))
        case PutIn():
            ahead = list(after.sessions_of(act.group_key))
            comes = sum(desk.known.marks.of(act.person_id, session) in COMING for session in ahead)
            return Cost(there=(comes, len(ahead)))
        case _:
            return NO_COST


def best_first(remedies: Iterable[Remedy]) -> list[Remedy]:
    """Where most can come before where fewer can, then what moves fewer people."""
    return sorted(remedies, key=lambda each: (-_share(each), _MOVING.get(each.kind, 0)))


def _leads(after: Board, desk: Desk, key: str, person_id: int, first_day: date | None) -> tuple[int, int]:
    ahead = [each for each in after.sessions_of(key) if first_day is None or desk.known.day_of(each) >= first_day]
    return sum(person_id in session.facilitators for session in ahead), len(ahead)


def _share(remedy: Remedy) -> float:
    """The smaller of the two shares of sessions to which people can come."""
    shares = [comes / of for comes, of in (remedy.can_come, remedy.there) if of]
    return min(shares, default=0.0)
