"""What a draft would change of the plan that members see.

That is read off the two plans as they are now; of the reasons that were worked out with the draft only those are
told that still speak of the same change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from scheduler.plans.model import Changes, LeadChange, PersonChange, SessionChange
from scheduler.plans.reasons import Moved, Reasons
from scheduler.plans.tables import GroupRow, PlanRow
from solvers import rules


def changes_of(
    draft: PlanRow, published: PlanRow, reasons: Reasons, names: Mapping[int, str], starts: Collection[datetime]
) -> Changes:
    """Compare a draft with the published plan. ``starts`` are the moments at which sessions may begin now."""
    return _Comparison(draft, published, reasons, names, starts).changes()


@dataclass(frozen=True)
class _Comparison:
    """Two plans side by side, their groups by key."""

    draft: PlanRow
    published: PlanRow
    reasons: Reasons
    names: Mapping[int, str]
    starts: Collection[datetime]

    @cached_property
    def _before(self) -> Mapping[str, GroupRow]:
        return {group.key: group for group in self.published.groups}

    @cached_property
    def _now(self) -> Mapping[str, GroupRow]:
        return {group.key: group for group in self.draft.groups}

    def changes(self) -> Changes:
        return Changes(
            revision=self.published.revision or 0,
            people=tuple(sorted(self._people(), key=lambda person: person.name)),
            leads=tuple(sorted(self._leads(), key=lambda lead: (lead.name, lead.group))),
            sessions=tuple(self._sessions()),
            gone=tuple(group.name for key, group in self._before.items() if key not in self._now),
            new=tuple(group.name for key, group in self._now.items() if key not in self._before),
        )

    def _people(self) -> Iterator[PersonChange]:
        """Whoever is in this plan, with or without a group: those who left are no longer its concern."""
        before, now = _group_of(self.published), _group_of(self.draft)
        why = {(known.person_id, known.before, known.now): known for known in self.reasons.regrouped}
        for person_id in (*now, *(missing.person_id for missing in self.draft.unplaced)):
            was, goes = before.get(person_id), now.get(person_id)
            if was != goes and person_id in self.names:
                yield PersonChange(
                    name=self.names[person_id],
                    before=self._before[was].name if was else "",
                    now=self._now[goes].name if goes else "",
                    why=why.get((person_id, was, goes)) if was else None,
                )

    def _leads(self) -> Iterator[LeadChange]:
        """Who leads a group that is gone is told by its being gone."""
        before, now = _leading(self.published), _leading(self.draft)
        for person_id, key in before ^ now:
            if key in self._now and person_id in self.names:
                yield LeadChange(self.names[person_id], self._now[key].name, (person_id, key) in now)

    def _sessions(self) -> Iterator[SessionChange]:
        for key, group in self._now.items():
            if key in self._before:
                yield from self._sessions_of(group, self._before[key])

    def _sessions_of(self, group: GroupRow, earlier: GroupRow) -> Iterator[SessionChange]:
        before = {session.round: session.starts_at for session in earlier.sessions}
        now = {session.round: session.starts_at for session in group.sessions}
        for round_ in sorted({*before, *now}):
            was, goes = before.get(round_), now.get(round_)
            if was != goes:
                yield SessionChange(group.name, round_, was, goes, self._why(group.key, round_, was, goes))

    def _why(self, key: str, round_: int, was: datetime | None, goes: datetime | None) -> Moved | None:
        if was is not None and was not in self.starts:
            return Moved(key, round_, was, goes, (rules.SLOT_OF_ROUND,))
        known = (moved for moved in self.reasons.moved if (moved.group_key, moved.round) == (key, round_))
        return next((moved for moved in known if (moved.was, moved.now) == (was, goes)), None)


def _group_of(plan: PlanRow) -> dict[int, str]:
    """The key of each resident's group."""
    return {member.person_id: group.key for group in plan.groups for member in group.members
            if member.role == "resident"}  # fmt: skip


def _leading(plan: PlanRow) -> set[tuple[int, str]]:
    return {(member.person_id, group.key) for group in plan.groups for member in group.members
            if member.role == "facilitator"}  # fmt: skip
