"""From what is written to what it means: codes looked up, hours put on, a question for each unknown code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from scheduler.languages import say, say_many
from scheduler.rotas.model import DutyKind, LegendEntry, Question, ReadDuty, wall_span
from scheduler.rotas.reading.cell_parts import Piece, halves
from scheduler.rotas.reading.cells import folded, is_fault, span_inside, span_of
from scheduler.rotas.reading.codes import (
    CANCELLED,
    certain_kind,
    kind_in_legend,
    kind_of_hours,
    kind_of_words,
    likely_kinds,
    without_footnote,
    work_by_words,
)
from scheduler.rotas.reading.layout import Entry
from scheduler.rotas.reading.legend import lookup
from scheduler.rotas.reading.spellings import Spelling

_NOON_LINE = time(13)
_MORNING, _AFTERNOON = (time(8), time(13)), (time(13), time(18))
"""Halves of a day whose code has no hours of its own; days are split at 13:00."""

MOST_QUESTIONS = 500
"""What nobody could answer anyway is not asked; all of it is planned as busy."""

LONGEST_CODE = 60
"""Signs; what is longer is a remark."""


@dataclass(slots=True)
class _Asked:
    code: str
    cell: str
    count: int = 0


@dataclass(slots=True)
class Meanings:
    """Turns entries into duties by one legend and gathers what it does not know.

    ``posts`` says that the codes are names of posts, whose words may be taken at their word.
    """

    legend: Mapping[str, LegendEntry]
    posts: bool = False
    _spelling: Spelling = field(default_factory=lambda: Spelling(()))
    _left_out: list[Question] = field(default_factory=list)
    _asked: dict[str, _Asked] = field(default_factory=dict)
    _known: dict[str, LegendEntry] = field(default_factory=dict)

    def duties(self, entries: Sequence[Entry]) -> Iterable[ReadDuty]:
        """A duty for every entry, two for one that is split into a morning and an afternoon.

        What a failed formula or a whole sentence left in a cell is no duty but a line in the report.
        """
        self._spelling = Spelling(
            without_footnote(piece.text) for entry in entries for piece in self._pieces(entry.text)
        )
        for entry in entries:
            if is_fault(entry.text) or len(entry.text) > LONGEST_CODE:
                self._left_out.append(_no_duty(entry))
                continue
            for piece in self._pieces(entry.text):
                yield self._duty(entry, piece.text, piece.half or entry.half)

    def _pieces(self, text: str) -> tuple[Piece, ...]:
        """The parts of a cell for halves of a day; a post such as ``Clinic AM`` is one, with *AM* in its name."""
        return (Piece(text),) if self.posts else halves(text)

    def questions(self) -> tuple[Question, ...]:
        """One question for each code whose meaning nothing gives, most used first; before them what is no code."""
        asked = sorted(self._asked.values(), key=lambda each: -each.count)
        questions = (*self._left_out, *(_question(each) for each in asked))
        return questions[:MOST_QUESTIONS]

    def _duty(self, entry: Entry, written: str, half: str) -> ReadDuty:
        known = self._meaning(written)
        kind = known.kind
        span = (entry.start, entry.end) if entry.start and entry.end else None
        if span is not None and (kind is DutyKind.UNKNOWN or self._is_plain_work(written, kind)):
            kind = kind_in_legend(known.code, None, span[0].time(), span[1].time())
        if kind is DutyKind.UNKNOWN:
            self._ask(known.code, entry.cell)
        start, end = span or _hours(entry.day, known, half)
        return ReadDuty(entry.person, entry.day, known.code, kind, start, end, entry.cell)

    def _is_plain_work(self, written: str, kind: DutyKind) -> bool:
        """Whether only a word such as *day* says what it is: hours outrank it."""
        return kind in (DutyKind.DAY, DutyKind.LATE, DutyKind.LONG_DAY) and lookup(self.legend, written) is None

    def _meaning(self, written: str) -> LegendEntry:
        if written not in self._known:
            self._known[written] = lookup(self.legend, written) or self._without_legend(written)
        return self._known[written]

    def _without_legend(self, written: str) -> LegendEntry:
        times = span_of(written)
        if times:
            return LegendEntry(written, kind_of_hours(*times), *times, "")
        times, words = span_inside(written)
        if times:
            return LegendEntry(written, kind_in_legend(words, work_by_words(words), *times), *times, words)
        bare = without_footnote(written)
        code = self._spelling.of(bare)
        return LegendEntry(code, self._kind(code), None, None, "")

    def _kind(self, code: str) -> DutyKind:
        if code == CANCELLED:
            return DutyKind.LEAVE
        named = kind_of_words(code) if self.posts else None
        ambiguous = named is DutyKind.RESIDENT_ON_CALL  # who is on call may sleep at home
        return certain_kind(code) or (named if named and not ambiguous else DutyKind.UNKNOWN)

    def _ask(self, code: str, cell: str) -> None:
        self._asked.setdefault(code, _Asked(code, cell)).count += 1


def _no_duty(entry: Entry) -> Question:
    shown = entry.text if len(entry.text) <= LONGEST_CODE else f"{entry.text[:LONGEST_CODE]}…"
    text = say("“%(text)s” in %(cell)s is not a duty and was left out.", text=shown, cell=entry.cell)
    return Question("cell", entry.cell, text, (), entry.cell)


def _hours(day: date, known: LegendEntry, half: str) -> tuple[datetime | None, datetime | None]:
    if not half:
        return known.span(day) or (None, None)
    start, end = _half_of(known, half)
    return wall_span(day, start, end)


def _half_of(known: LegendEntry, half: str) -> tuple[time, time]:
    """The morning or afternoon of a duty: its own hours cut at 13:00 where they cross it."""
    if known.start is None or known.end is None or not known.start < _NOON_LINE < known.end:
        return _MORNING if half == "AM" else _AFTERNOON
    return (known.start, _NOON_LINE) if half == "AM" else (_NOON_LINE, known.end)


def _question(asked: _Asked) -> Question:
    likely = likely_kinds(asked.code)
    others = tuple(kind for kind in DutyKind if kind not in likely and kind is not DutyKind.UNKNOWN)
    text = say_many(
        "What does “%(code)s” mean? It appears in %(num)s cell, %(cell)s, and counts as busy for now.",
        "What does “%(code)s” mean? It appears in %(num)s cells, first in %(cell)s, and counts as busy for now.",
        asked.count,
        code=asked.code,
        cell=asked.cell,
    )
    if folded(asked.code) == "nwd":
        text += " " + say("On some rotas it is a normal working day, on others a non-working day.")
    return Question("code", asked.cell, text, tuple(kind.value for kind in (*likely, *others)), asked.code)


def means_something(text: str, legend: Mapping[str, LegendEntry]) -> bool:
    """Whether a text is a duty's code that the legend gives, that is plain words, or that is a likely one."""
    code = without_footnote(halves(text)[0].text)
    return lookup(legend, code) is not None or certain_kind(code) is not None or bool(likely_kinds(code))


def looks_like_code(text: str, legend: Mapping[str, LegendEntry]) -> bool:
    """Whether a text is a duty's code rather than somebody's name: known, likely, very short, or a span of time."""
    code = without_footnote(halves(text)[0].text)
    short = len(code) <= 4 and (code.upper() == code or len(code) == 1)
    return short or means_something(text, legend) or span_of(code) is not None
