"""Whether the cells of a sheet hold people's names, so that its lines are posts, or codes of its lines' people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scheduler.rotas.model import LegendEntry
from scheduler.rotas.reading.cell_parts import names_in
from scheduler.rotas.reading.cells import is_number
from scheduler.rotas.reading.code_meanings import means_something
from scheduler.rotas.reading.codes import is_abbreviation, kind_of_words
from scheduler.rotas.reading.headings import names_a_role
from scheduler.rotas.reading.legend import lookup

_FULL_NAME = re.compile(r"[^\W\d_]+[.'’]?(?:[\s'’-]+[^\W\d_]+[.']?)+")
_INITIALS = re.compile(r"[^\W\d_a-z]{2,3}|[^\W\d_a-z]\.\s?[^\W\d_a-z]\.?")
_MOST_TWICE = 0.03
"""Of all cells, those whose text stands twice under one head: somebody is seldom at two posts at once."""
_LEAST_KNOWN = 0.15


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A line's label, and its texts by the heads that they stand under."""

    label: str
    texts: Mapping[str, Sequence[str]]


class Cells(StrEnum):
    """What the cells of the lines hold."""

    CODES = "codes"
    NAMES = "names"
    PERHAPS_CODES = "perhaps codes"


def what_cells_hold(
    lines: Sequence[LabelledLine], legend: Mapping[str, LegendEntry], *, headed_as_people: bool
) -> Cells:
    """Names, if the lines are called like posts or the cells look like names, and nobody stands twice under one head;
    codes for certain only if something says so."""
    texts = Counter(text for line in lines for under in line.texts.values() for text in under)
    labels = Counter(line.label for line in lines)
    are_posts = _share(labels, lambda label: _is_post(label, legend)) * 2 >= 1
    if (
        not texts
        or headed_as_people
        or _share(labels, is_full_name) * 2 >= 1
        or _share(texts, lambda text: _is_known(text, are_posts)) >= _LEAST_KNOWN
        or _share(texts, lambda text: lookup(legend, text) is not None) * 2 >= 1
    ):
        return Cells.CODES
    like_names = _share(texts, _looks_like_name) * 2 >= 1
    if len(lines) == 1:
        return Cells.NAMES if are_posts and like_names else Cells.PERHAPS_CODES
    if _share_twice(lines) > _MOST_TWICE:
        return Cells.CODES
    return Cells.NAMES if are_posts or like_names else Cells.PERHAPS_CODES


def _share(texts: Counter[str], holds: Callable[[str], bool]) -> float:
    return sum(count for text, count in texts.items() if holds(text)) / (texts.total() or 1)


def _is_known(text: str, are_posts: bool) -> bool:
    """Whether a text says what somebody does; under posts an abbreviation may be somebody's initials."""
    return kind_of_words(text) is not None and not (are_posts and is_abbreviation(text))


def is_full_name(label: str) -> bool:
    """Whether a text looks like somebody's first and last name, both with a capital or neither."""
    if _FULL_NAME.fullmatch(label) is None or names_a_role(label) or kind_of_words(label) is not None:
        return False
    words = label.split()
    return words[0][0].islower() or not words[-1][0].islower()


def _is_post(label: str, legend: Mapping[str, LegendEntry]) -> bool:
    has_figures = any(sign.isdecimal() for sign in label)
    return has_figures or names_a_role(label) or kind_of_words(label) is not None or means_something(label, legend)


def _looks_like_name(text: str) -> bool:
    names = names_in(text)
    return bool(names) and all(_INITIALS.fullmatch(name) or _FULL_NAME.fullmatch(name) for name in names)


def _share_twice(lines: Iterable[LabelledLine]) -> float:
    """The share of cells whose text stands under the same head once more."""
    under: dict[str, Counter[str]] = {}
    for line in lines:
        for head, texts in line.texts.items():
            under.setdefault(head, Counter()).update(text for text in texts if not is_number(text))
    total = sum(each.total() for each in under.values())
    twice = sum(count - 1 for each in under.values() for count in each.values())
    return twice / total if total else 1
