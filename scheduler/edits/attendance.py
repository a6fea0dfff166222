"""Who can come to what of a draft: as things stand where a session is ahead, else as it was then."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.edits.facts import Facts
from scheduler.planning.keys import person_key
from scheduler.plans.whole import Sitting, StoredGroup
from solvers.vocabulary import CANNOT, COMING


class GroupMarks:
    """What is known of the coming of a group's people."""

    def __init__(self, facts: Facts, group: StoredGroup) -> None:
        self._facts = facts
        self._group = group
        self._known: dict[int, Mapping[int, str]] = {}
        begun = facts.begun_of(group.key)
        slots = {s.round: facts.index_of.get((s.starts_at, s.round)) for s in group.sessions}
        self._slots = {round_: None if round_ in begun else slot for round_, slot in slots.items()}

    def of(self, person_id: int, session: Sitting) -> str:
        """Somebody's mark at a session of the group."""
        return self.marks(person_id)[session.round]

    def marks(self, person_id: int) -> Mapping[int, str]:
        """Somebody's marks at the sessions of the group, by their rounds."""
        if person_id not in self._known:
            self._known[person_id] = self._looked_up(person_id)
        return self._known[person_id]

    def _looked_up(self, person_id: int) -> Mapping[int, str]:
        now, stored = self._facts.marks.get(person_key(person_id)), str(person_id)
        return {
            session.round: session.marks.get(stored, CANNOT) if slot is None or now is None else now[slot]
            for session in self._group.sessions
            for slot in (self._slots[session.round],)
        }

    def line(self, person_id: int) -> str:
        """Somebody's marks, one a round, a space where the group does not meet."""
        marks = self.marks(person_id)
        return "".join(marks.get(round_, " ") for round_ in range(len(self._facts.programme.rounds)))

    def coming(self, person_id: int) -> int:
        """To how many sessions somebody can come."""
        return sum(mark in COMING for mark in self.marks(person_id).values())

    def all_coming(self) -> int:
        """How many places at the sessions are taken by residents who can come."""
        return sum(map(self.coming, self._group.residents))


def group_coming(facts: Facts, group: StoredGroup | None) -> int:
    """How many places at a group's sessions are taken by residents who can come; none where there is no group."""
    return GroupMarks(facts, group).all_coming() if group is not None else 0


def can_come(facts: Facts, group: StoredGroup, person_id: int) -> int:
    """To how many of a group's sessions somebody can come."""
    return GroupMarks(facts, group).coming(person_id)
