"""What applying a file would do, told line by line to whoever runs the command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scheduler.programme_files.service import Preview
from scheduler.publishing.programme_effects import EffectKind, Effects

_SESSIONS: Final = {
    EffectKind.CLOSED: "would be on a closed day",
    EffectKind.ROUND: "would be outside their round",
    EffectKind.WINDOW: "would be outside the times of the week",
    EffectKind.QUORUM: "would no longer have enough people",
    EffectKind.LENGTH: "keep their length",
    EffectKind.GAP: "would follow too soon upon the session before",
    EffectKind.FIRST: "would be later than a first session should be",
    EffectKind.ROOM: "would have a room that is closed or too small",
}
MOST_NAMED: Final = 5


def told(preview: Preview) -> Iterator[str]:
    """Each part that changes, and what that does to what is published."""
    programme = preview.file.programme
    if preview.programme_id is None:
        yield f"{programme.slug} is new: {programme.name}, {len(programme.rounds)} rounds from {programme.first_day}."
        return
    yield f"{programme.slug}: {', '.join(preview.changed)} would change."
    yield from _effects(preview.effects)


def _effects(effects: Effects) -> Iterator[str]:
    for kind, what in _SESSIONS.items():
        found = effects.of_kind(kind)
        if found:
            named = ", ".join(f"{each.group_name} on {each.starts_at:%Y-%m-%d}" for each in found[:MOST_NAMED])
            more = " …" if len(found) > MOST_NAMED else ""
            yield f"Published sessions that {what}: {len(found)} ({named}{more}). They stay as they are."
    for group in effects.groups:
        yield f"{group.group_name} no longer fits {group.model}: {', '.join(group.rules)}. It stays as it is."
    if effects.renumbered:
        numbers = ", ".join(f"{old + 1} becomes {new + 1}" for old, new in sorted(effects.renumbered.items()))
        yield f"Rounds are numbered anew: {numbers}."
    if effects.drafts:
        yield f"Drafts that are thrown away: {effects.drafts}."
    if effects.stranded:
        yield f"Residents who would accept no kind of group that is left: {effects.stranded}."
    if effects.accepting:
        yield f"Residents who have not chosen themselves and would accept the new kind as well: {effects.accepting}."
    if effects.people:
        yield f"People whose availability is worked out anew: {effects.people}."
    for warning in effects.warnings:
        yield f"{warning.where}: {warning.text}"
