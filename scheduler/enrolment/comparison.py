"""A list beside what is stored: what it adds, what it changes field by field, and what is not on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """Something of a list, as it is shown: ``key`` names it, ``fields`` are label → words, empty where nothing is said.

    ``detail`` tells it from others of the same name.
    """

    key: str
    name: str
    detail: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that would change; ``before`` and ``after`` are words for people, both empty for what is private."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that would change, and in what."""

    entry: Entry
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a list would do. ``absent`` are stored and not on the list: they stay unless they are ticked.

    ``notes`` are sentences about what the list says in vain, or does beside its rows.
    """

    added: tuple[Entry, ...] = ()
    changed: tuple[Changed, ...] = ()
    unchanged: int = 0
    absent: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def does_nothing(self) -> bool:
        """Whether everything is as the list says already."""
        return not self.added and not self.changed


def compare(stored: Mapping[str, Entry], listed: Mapping[str, Entry]) -> Comparison:
    """What is on the list beside what is stored, by key. A field that the list leaves empty stays as it is."""
    changed = [
        Changed(stored[key], differences)
        for key in listed.keys() & stored.keys()
        if (differences := tuple(_differences(stored[key], listed[key])))
    ]
    return Comparison(
        added=in_order(listed[key] for key in listed.keys() - stored.keys()),
        changed=tuple(sorted(changed, key=lambda each: (each.entry.name, each.entry.key))),
        unchanged=len(listed.keys() & stored.keys()) - len(changed),
        absent=in_order(stored[key] for key in stored.keys() - listed.keys()),
    )


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries by name."""
    return tuple(sorted(entries, key=lambda entry: (entry.name.casefold(), entry.key)))


def _differences(stored: Entry, listed: Entry) -> Iterable[Difference]:
    for label, after in listed.fields.items():
        before = stored.fields.get(label, "")
        if after and after != before:
            yield Difference(label, before, after)
