"""What is sent of a draft that isn't there: people, groups, rounds, kinds of group, sites and rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from scheduler.edits.opened import OpenDraft
from scheduler.edits.sent_edits import SentEdit
from scheduler.errors import Fault
from scheduler.languages import say

_GROUPS: Final = ("to", "out_of", "group", "into")
_PEOPLE: Final = ("resident", "other", "facilitator", "by", "person", "residents", "facilitators")


def unknown_ids(sent: SentEdit, draft: OpenDraft, place: str) -> tuple[Fault, ...]:
    """What an edit names that the draft, as it is by then, does not know; ``place`` is where the edit stands."""
    given = {name: value for name, value in msgspec.structs.asdict(sent).items() if value not in (None, "")}
    return tuple(Fault(f"{place}.{where}", text) for where, text in _unknown(given, draft))


def _unknown(given: dict[str, Any], draft: OpenDraft) -> Iterator[tuple[str, str]]:
    programme = draft.facts.programme
    for name in _GROUPS:
        if name in given and given[name] not in draft.groups:
            yield name, say("We can’t find that group in this draft.")
    for name in _PEOPLE:
        if name in given:
            yield from _unknown_people(name, given[name], draft)
    if "round" in given and given["round"] >= len(programme.rounds):
        yield "round", say("The programme doesn’t have that round.")
    if "model" in given and given["model"] not in _keys(draft.facts.models.values()):
        yield "model", say("The programme doesn’t have that kind of group.")
    if "site" in given and given["site"] not in _keys(programme.sites):
        yield "site", say("There is no site called “%(site)s”.", site=given["site"])
    if "room" in given and given["room"] not in {key for site in programme.sites for key in _keys(site.rooms)}:
        yield "room", say("There is no room called “%(room)s” in this programme.", room=given["room"])


def _unknown_people(name: str, given: int | list[int], draft: OpenDraft) -> Iterator[tuple[str, str]]:
    several = isinstance(given, list)
    for number, person_id in enumerate(given if isinstance(given, list) else [given]):
        if person_id not in draft.facts.people:
            yield f"{name}[{number}]" if several else name, say("We can’t find that person in this programme.")


def _keys(things: Iterable[Any]) -> set[str]:
    return {each.key for each in things}
