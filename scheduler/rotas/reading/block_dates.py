"""Which days numbered blocks are, as somebody answers: a first day and a length, or all first days. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from scheduler.rotas.written_days import Slot

_FIRST_AND_LENGTH = re.compile(r"(\d{4}-\d\d-\d\d)\s+(\d{1,3})\s*(d|days?|w|weeks?)?", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST_BLOCK = 200


@dataclass(frozen=True, slots=True)
class Blocks:
    """The first days of blocks, in order. Each lasts until the next one begins; from the last on each lasts ``length``
    days."""

    starts: tuple[date, ...]
    length: int

    def days_of(self, position: int) -> tuple[date, ...]:
        """All days of the block at that position, from 0."""
        beyond = position - len(self.starts) + 1
        begins = self.starts[position] if beyond <= 0 else self.starts[-1] + timedelta(days=self.length * beyond)
        ends = self.starts[position + 1] if beyond < 0 else begins + timedelta(days=self.length)
        return tuple(begins + timedelta(days=offset) for offset in range((ends - begins).days))


def blocks_from_answer(text: str) -> Blocks | None:
    """What an answer such as ``2026-07-01 28`` or ``2026-07-01, 2026-07-29, 2026-08-26`` says; None if it says
    nothing."""
    found = _FIRST_AND_LENGTH.fullmatch(text.strip())
    if found is not None:
        days = int(found[2]) * (7 if (found[3] or "d").lower().startswith("w") else 1)
        starts = _dates([found[1]])
        return Blocks(starts, days) if starts and 1 <= days <= _LONGEST_BLOCK else None
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    starts = _dates(words)
    lengths = [(after - before).days for before, after in pairwise(starts)]
    if len(starts) < 2 or len(starts) != len(words) or not all(1 <= length <= _LONGEST_BLOCK for length in lengths):
        return None
    return Blocks(starts, Counter(lengths).most_common(1)[0][0])


def days_by_slot(blocks: Blocks, slots: Mapping[str, Slot]) -> dict[str, tuple[date, ...]]:
    """The days of every numbered slot, by its key: the smallest number is the first block. Of a slot that is a part of
    a block it is the days of this part."""
    first = min((slot.number for slot in slots.values() if slot.number is not None), default=1)
    return {
        key: slot.days_of(blocks.days_of(slot.number - first)) for key, slot in slots.items() if slot.number is not None
    }


def _dates(words: Sequence[str]) -> tuple[date, ...]:
    try:
        return tuple(date.fromisoformat(word) for word in words if _DAY.fullmatch(word))
    except ValueError:
        return ()
