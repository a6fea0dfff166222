"""Whether lines under dates are posts whose cells name people, or people with codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from scheduler.rotas.model import LegendEntry
from scheduler.rotas.pointed_sheets import Holds
from scheduler.rotas.reading.cell_names import CellNames, looks_like_name, may_be_somebody
from scheduler.rotas.reading.cell_parts import substitute_name
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.code_meanings import looks_like_code, means_something
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.date_grid import DatedSheet
from scheduler.rotas.reading.headings import (
    column_role,
    heads_posts_or_codes,
    is_person_heading,
    names_a_place,
    names_a_post,
)
from scheduler.rotas.reading.labelled_lines import Line
from scheduler.rotas.reading.name_forms import (
    has_form_of_name,
    is_full_name,
)
from scheduler.rotas.reading.nobody import is_nobody

_NAMES = "whether cells hold names"
_LEAST_ROTATIONS, _MOSTLY_LASTING = 3, 0.6
_NUMBERED = re.compile(r"\D+\d{1,2}|\d{1,2} \D+")
_LEAST_LISTED = 0.2
_LEAST_LINES, _ALONE_ON_A_DAY, _RATHER_ALONE = 4, 0.95, 0.8
_MANY_MORE = 4
"""Names for each line, from which the lines are certainly no people."""


def cells_hold_names(lines: Sequence[Line], legend: Mapping[str, LegendEntry], *, down: bool) -> bool:
    """Whether lines under dates are posts whose cells hold names. Codes are few and stand in many lines on one day,
    names are many and stand seldom twice on one. ``down`` if the dates run down, so that the lines are columns."""
    texts = Counter(entry.text for line in lines for entry in line.entries)
    if not texts:
        return False
    if len(lines) == 1 and not is_person_heading(folded(lines[0].label)) and _are_rotations(lines[0]):
        return False
    if down and _is_of_names_alone(lines):
        return sum(count for text, count in texts.items() if _names_somebody(text, legend)) * 2 > texts.total()
    if len(lines) == 1 and _heads_codes(folded(lines[0].label)):
        return False
    if _share(_is_post(line.label, legend) for line in lines) < 0.5:
        sample = _Sample(lines, texts, legend)
        return sample.named > 0.5 and sample.speaks_for_names()
    is_small = are_small(texts)
    sample = _Sample(lines, texts, legend, in_small_letters=is_small)
    is_code = means_something if down or is_small else looks_like_code
    coded = sum(count for text, count in texts.items() if is_code(text, legend))
    least = sample.perhaps if down else sample.named
    return coded * 2 < texts.total() and least > 0.5 and sample.suits_posts()


def _are_rotations(line: Line) -> bool:
    """Whether a line's texts are where one person works for weeks, each in one go: people take turns instead."""
    texts, lasting = _lasting(line)
    different = len(set(lasting))
    in_one_go = _runs(lasting) <= different + 1
    return different >= _LEAST_ROTATIONS and in_one_go and len(lasting) >= _MOSTLY_LASTING * len(texts)


def _lasting(line: Line) -> tuple[list[str], list[str]]:
    """A line's texts in the order of their days, and those that stand more than once: the others may be misspelt."""
    texts = [entry.text for entry in sorted(line.entries, key=lambda entry: entry.day)]
    counts = Counter(texts)
    return texts, [text for text in texts if counts[text] > 1]


def _runs(texts: Sequence[str]) -> int:
    return sum(before != after for before, after in pairwise(texts)) + 1


def are_small(texts: Iterable[str]) -> bool:
    """Whether nobody bothered with capitals."""
    return all(text == text.lower() for text in texts)


def may_be_one_persons(lines: Sequence[Line]) -> bool:
    """Whether what was taken for the names under one head could as well be where one person works: it stands for
    several dates on end, and the head names neither people nor a certain post."""
    heading = folded(lines[0].label) if len(lines) == 1 else ""
    if len(lines) != 1 or is_person_heading(heading) or (names_a_post(heading) and not heads_posts_or_codes(heading)):
        return False
    texts, lasting = _lasting(lines[0])
    return bool(lasting) and 2 * _runs(lasting) <= len(lasting) and 2 * len(lasting) >= len(texts)


def dated_cells_hold_names(dated: DatedSheet, context: Context) -> bool:
    """The same of a sheet under dates, where nobody has said it."""
    if dated.said is not None:
        return dated.said is Holds.NAMES
    found = context.found.get(_NAMES)
    if found is None or found[0] is not dated:
        found = context.found[_NAMES] = (dated, _hold_names(dated, context))
    return bool(found[1])


def _hold_names(dated: DatedSheet, context: Context) -> bool:
    labels = [line.label for line in dated.lines]
    if any(grid.headed_as_people for grid in dated.grids) and not _are_posts(labels, context.legend):
        return False
    return cells_hold_names(dated.lines, context.legend, down=dated.sheet.is_turned)


def _are_posts(labels: Sequence[str], legend: Mapping[str, LegendEntry]) -> bool:
    """Whether hardly any label has the form of a name, and most name posts."""
    return _share(_is_post(label, legend) for label in labels) >= 0.5 > _share(map(has_form_of_name, labels))


def is_doubtful(lines: Sequence[Line], legend: Mapping[str, LegendEntry]) -> bool:
    """Whether lines that were taken for posts could as well be people: they are called as people are, or by numbered
    places, and their cells hold no full names."""
    sample = _Sample(lines, Counter(entry.text for line in lines for entry in line.entries), legend)
    if sample.has_many_more and not sample.are_called_like_people:
        return False
    if _share(_is_numbered(line.label) for line in lines) >= 0.5:
        return not sample.are_full_names
    posts = _share(_is_post(line.label, legend) for line in lines)
    return posts < 0.5 and _share(has_form_of_name(line.label) for line in lines) >= 0.5


def _is_post(label: str, legend: Mapping[str, LegendEntry]) -> bool:
    return names_a_post(label) or means_something(label, legend)


def _heads_codes(heading: str) -> bool:
    """Whether a heading stands above codes and never above names."""
    return column_role(heading) is not None and not heads_posts_or_codes(heading)


def _is_numbered(label: str) -> bool:
    """Whether a label is one of several places, such as ``SHO 2`` or ``1_SHO``."""
    return _NUMBERED.fullmatch(folded(label)) is not None


class _Sample:
    """What the cells of lines have in common, whatever they hold. Where nobody bothered with capitals, names are told
    without."""

    def __init__(
        self,
        lines: Sequence[Line],
        texts: Counter[str],
        legend: Mapping[str, LegendEntry],
        *,
        in_small_letters: bool = False,
    ) -> None:
        self._lines = lines
        names = CellNames(texts)
        parts = {text: tuple(each.name for each in names.of(text)) for text in texts}
        if in_small_letters:
            parts = {text: tuple(map(str.title, each)) for text, each in parts.items()}
        self._parts = parts
        total = texts.total()
        looks = {text for text in texts if parts[text] and all(looks_like_name(each, legend) for each in parts[text])}
        somebody = [text for text in texts if not is_nobody(text)]
        some = sum(texts[text] for text in somebody) or 1
        self.named = sum(texts[text] for text in looks) / some
        may_be = (text for text in somebody if any(may_be_somebody(each, legend) for each in parts[text]))
        self.perhaps = sum(texts[text] for text in may_be) / some
        self._listed = sum(texts[text] for text in looks if len(parts[text]) > 1) / total
        self._full = sum(texts[text] for text in looks if all(map(is_full_name, parts[text]))) / total
        self._full_labels = _share(is_full_name(line.label) for line in lines)
        self._places = _share(_is_numbered(line.label) for line in lines)
        self._vocabulary = {folded(each) for text in texts for each in parts[text]}

    @property
    def are_full_names(self) -> bool:
        """Whether most cells hold names of several words."""
        return self._full > 0.5

    @property
    def are_called_like_people(self) -> bool:
        """Whether the lines are called by first and last names, and the cells hold single words."""
        return self._full_labels >= 0.5 > self._full

    @property
    def has_many_more(self) -> bool:
        """Whether there are far more names than lines, and each stands once on its day."""
        enough = len(self._vocabulary) >= _MANY_MORE * len(self._lines)
        return enough and self.named > _RATHER_ALONE and self._alone() >= _ALONE_ON_A_DAY

    def suits_posts(self) -> bool:
        """Whether the cells of posts can be people: several stand in a cell, or most are alone on their day. Numbered
        places such as ``SHO 2`` may be people themselves, so there must be more names than lines."""
        if self._places >= 0.5:
            return len(self._vocabulary) > len(self._lines) and self._alone() >= _RATHER_ALONE
        return self._listed >= _LEAST_LISTED or self._alone() >= 0.5

    def speaks_for_names(self) -> bool:
        """Whether several stand in a cell, or they are full names and the labels are none, or each is alone on its
        day and there are far more of them than lines."""
        lines, names = len(self._lines), len(self._vocabulary)
        fuller = self._full_labels < 0.5 or self._full >= 0.5
        if self.has_many_more:
            return True  # whatever the lines are called, nobody works at so many places and always alone
        if self._listed >= _LEAST_LISTED and self._full_labels < 0.5:
            return True
        if not fuller or names <= lines:
            return False
        alone = self._alone()
        many = names >= (1.5 if lines >= _LEAST_LINES else 4) * lines and alone >= _ALONE_ON_A_DAY
        return many or (self.are_full_names and self._full_labels < 0.5 and alone >= _RATHER_ALONE)

    def _alone(self) -> float:
        """The share of names that stand once on their day."""
        seen = Counter(
            (entry.day, folded(name))
            for line in self._lines
            for entry in line.entries
            for name in self._parts[entry.text]
        )
        return sum(count for count in seen.values() if count == 1) / (seen.total() or 1)


def _is_of_names_alone(lines: Sequence[Line]) -> bool:
    """Whether one column stands beside the dates, headed by nothing or as people are."""
    return len(lines) == 1 and (not lines[0].label or is_person_heading(folded(lines[0].label)))


def _names_somebody(text: str, legend: Mapping[str, LegendEntry]) -> bool:
    """Whether a text is a name or a numbered place of a post rather than a code."""
    if means_something(text, legend):
        return False
    return names_a_place(text) or looks_like_name(substitute_name(text), legend)


def _share(signs: Iterable[bool]) -> float:
    every = list(signs)
    return sum(every) / len(every) if every else 0
