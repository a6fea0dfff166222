"""Who an edit moves from which group to which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scheduler.edits.findings import Move
from scheduler.edits.opened import OpenDraft
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import StoredGroup


def moves_of(draft: OpenDraft, changed: Mapping[str, StoredGroup | None]) -> tuple[Move, ...]:
    """Everybody who is in another group by a change, in one more or in one fewer; who moves alike is told of once."""
    alike: dict[tuple[bool, str | None, str | None], list[str]] = {}
    for role in (MemberRole.RESIDENT, MemberRole.FACILITATOR):
        before = {key: draft.groups.get(key) for key in changed}
        left, joined = _places(before, changed, role), _places(changed, before, role)
        for who in sorted(left.keys() | joined.keys(), key=lambda who: (_name(draft, who), who)):
            for home, place in _in_pairs(left.get(who, []), joined.get(who, [])):
                alike.setdefault((role == MemberRole.FACILITATOR, home, place), []).append(_name(draft, who))
    return tuple(Move(tuple(names), *how) for how, names in alike.items())


def _places(
    here: Mapping[str, StoredGroup | None], there: Mapping[str, StoredGroup | None], role: str
) -> dict[int, list[str]]:
    """Who has which places ``here`` and not ``there``."""
    found: dict[int, list[str]] = {}
    for key in here:
        for who in _people(here[key], role) - _people(there.get(key), role):
            found.setdefault(who, []).append(key)
    return found


def _people(group: StoredGroup | None, role: str) -> frozenset[int]:
    return (
        frozenset(seat.person_id for seat in group.members if seat.role == role) if group is not None else frozenset()
    )


def _in_pairs(left: list[str], joined: list[str]) -> Iterator[tuple[str | None, str | None]]:
    for index in range(max(len(left), len(joined))):
        yield left[index] if index < len(left) else None, joined[index] if index < len(joined) else None


def _name(draft: OpenDraft, who: int) -> str:
    known = draft.facts.people.get(who)
    return known.name if known else ""
