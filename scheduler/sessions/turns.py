"""Turns in the chair: each resident of a group leads about as many of its sessions as any other.

A turn goes to somebody who can come. Turns that are given already stay where they can, and those that have to change
change as few others as they can: along the shortest chain of residents who could each take the next one's turn. Where
no such chain makes the turns more even, they are as even as they can be (Harvey, Ladner, Lovász and Tamir,
"Semi-matchings for bipartite graphs and load balancing", 2006).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.sessions.model import Session, SessionStatus

_Chain = tuple[tuple[int, int], ...]
"""Sessions, each with who takes its turn from whoever comes next in the chain."""


@dataclass(frozen=True, slots=True)
class Open:
    """A session ahead. ``able`` are the residents who can come, in their order; ``so_far`` has its turn, and keeps it
    for certain if it ``stays``."""

    session_id: int
    able: tuple[int, ...]
    so_far: int | None = None
    stays: bool = False


def share_out(ahead: Sequence[Open], done: Mapping[int, int]) -> Mapping[int, int]:
    """Whose turn each session is, by its id, those before being ``done``. A session to which nobody can come has
    none."""
    turns = _Turns(ahead, done)
    turns.fill()
    turns.even_out()
    return turns.chair


class _Turns:
    """Turns as they are being shared out."""

    def __init__(self, ahead: Sequence[Open], done: Mapping[int, int]) -> None:
        self.ahead = ahead
        self.chair = {each.session_id: each.so_far for each in ahead if each.so_far in each.able and each.so_far}
        self.loads = Counter(done)
        self.loads.update(self.chair.values())

    def fill(self) -> None:
        """Give every session a turn to which somebody can come."""
        for each in self.ahead:
            if each.session_id not in self.chair and each.able:
                self._take(min(self._chains([each], frozenset()), key=lambda chain: self.loads[chain[-1][1]]))

    def even_out(self) -> None:
        """As long as somebody has two turns more than another who could have one of them, pass one on."""
        while (chain := self._better()) is not None:
            self.loads[self.chair[chain[0][0]]] -= 1
            self._take(chain)

    def _better(self) -> _Chain | None:
        for who, load in self.loads.most_common():
            chains = self._chains(self._movable(who), frozenset({who}))
            better = [chain for chain in chains if self.loads[chain[-1][1]] <= load - 2]
            if better:
                return min(better, key=len)
        return None

    def _take(self, chain: _Chain) -> None:
        self.chair.update(chain)
        self.loads[chain[-1][1]] += 1

    def _movable(self, who: int) -> list[Open]:
        return [each for each in self.ahead if self.chair.get(each.session_id) == who and not each.stays]

    def _chains(self, first: Sequence[Open], known: Collection[int]) -> Iterator[_Chain]:
        """To each resident who can be reached from these sessions the shortest chain, the shortest of them first."""
        seen = set(known)
        queue: deque[tuple[Open, _Chain]] = deque((each, ()) for each in first)
        while queue:
            session, before = queue.popleft()
            for who in session.able:
                if who not in seen:
                    seen.add(who)
                    chain = (*before, (session.session_id, who))
                    yield chain
                    queue.extend((other, chain) for other in self._movable(who))


@dataclass(frozen=True, slots=True)
class Shares:
    """How many turns each resident of a group has, by name; ``short`` are those who have too few, because they can come
    to too few sessions."""

    counts: tuple[tuple[str, int], ...]

    @property
    def least(self) -> int:
        """The fewest that anybody has."""
        return min((count for _, count in self.counts), default=0)

    @property
    def most(self) -> int:
        """The most that anybody has."""
        return max((count for _, count in self.counts), default=0)

    @property
    def short(self) -> tuple[str, ...]:
        """Who has two fewer than another, or more; empty where turns are even."""
        return tuple(name for name, count in self.counts if self.most - count > 1)


def shares_of(sessions: Sequence[Session]) -> Shares | None:
    """The turns of a group, those that are over too; None where it takes none, or where somebody's coming is withheld
    from the reader, since turns would tell of it."""
    held = [session for session in sessions if session.status is not SessionStatus.CANCELLED]
    if any(each.withheld for session in held for each in session.attendees):
        return None
    turns = Counter(session.chair_id for session in held if session.chair_id is not None)
    if not turns or not held:
        return None
    people = {each.person_id: each.name for session in held[-1:] for each in session.residents}
    return Shares(tuple((name, turns[who]) for who, name in sorted(people.items(), key=lambda each: each[1])))
