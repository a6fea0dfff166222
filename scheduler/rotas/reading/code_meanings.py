"""From what is written to what it means: codes looked up, hours put on, a question for each unknown code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from scheduler.languages import mark, say, say_many
from scheduler.rotas.model import AWAY, DutyKind, LegendEntry, Question, ReadDuty, subject_of_codes, wall_span
from scheduler.rotas.reading.cell_parts import Piece, halves
from scheduler.rotas.reading.cells import folded, is_fault, span_inside, span_of, without_phone_numbers
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
from scheduler.rotas.reading.phrases import without_pictures
from scheduler.rotas.reading.spellings import Spelling

_NOON_LINE = time(13)
_MORNING, _AFTERNOON = (time(8), time(13)), (time(13), time(18))
"""Halves of a day whose code has no hours of its own; days are split at 13:00."""

MOST_QUESTIONS = 15
"""Of one file. Codes that go beyond are asked about together."""

_LEAST_FOR_CODES, _MOST_NOTES, _MOST_CODES, _MOST_SHOWN = 5, 3, 500, 40

LONGEST_CODE = 60
"""Signs; what is longer is a remark."""

_PLAIN_WORK = (DutyKind.DAY, DutyKind.LATE, DutyKind.LONG_DAY)
_FREEING = AWAY | {DutyKind.PROTECTED}
_KIND_WORDS: Mapping[DutyKind, str] = {
    DutyKind.DAY: mark("day at work"),
    DutyKind.LONG_DAY: mark("long day"),
    DutyKind.LATE: mark("late duty"),
    DutyKind.NIGHT: mark("night"),
    DutyKind.RESIDENT_ON_CALL: mark("resident on call"),
    DutyKind.NON_RESIDENT_ON_CALL: mark("on call from home"),
    DutyKind.PROTECTED: mark("protected time"),
    DutyKind.OFF: mark("off"),
    DutyKind.LEAVE: mark("leave"),
    DutyKind.STUDY_LEAVE: mark("study leave"),
}
_BRACKETED = re.compile(r"(.+?)\s*[(\[]([^()\[\]]{2,12})[)\]]\s*")
_NUMBERED = re.compile(r"([^\W\d_]+)[\s-]?\d{1,3}")


@dataclass(slots=True)
class _Asked:
    """A question's codes, the first cell and in how many they stand."""

    codes: list[str]
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
    _faults: list[Entry] = field(default_factory=list)
    _remarks: list[Entry] = field(default_factory=list)
    _doubted: list[Entry] = field(default_factory=list)
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
            if is_fault(entry.text):
                self._faults.append(entry)
            elif len(entry.text) > LONGEST_CODE:
                self._remarks.append(entry)
            else:
                for piece in self._pieces(entry.text):
                    yield self._duty(entry, piece.text, piece.half or entry.half)

    def _pieces(self, text: str) -> tuple[Piece, ...]:
        """The parts of a cell for halves of a day; a post such as ``Clinic AM`` is one, with *AM* in its name."""
        return (Piece(text),) if self.posts else halves(text)

    def questions(self, others: int = 0) -> tuple[Question, ...]:
        """What is no code, then the unknown codes, most used first, as few as ``others`` questions leave room for."""
        notes = tuple(_notes(self._faults, self._remarks, self._doubted))
        room = max(_LEAST_FOR_CODES, MOST_QUESTIONS - others - len(notes))
        return (*notes, *(_question(each) for each in _within(list(self._asked.values()), room)))

    def _duty(self, entry: Entry, written: str, half: str) -> ReadDuty:
        known = self._meaning(written)
        kind = known.kind
        span = (entry.start, entry.end) if entry.start and entry.end else None
        if span is not None and (kind is DutyKind.UNKNOWN or self._is_plain_work(written, kind)):
            kind = _with_hours(known.label or known.code, (span[0].time(), span[1].time()))
        if is_doubted(written) and kind in _FREEING:
            known, kind = replace(known, code=written), DutyKind.UNKNOWN
            self._doubted.append(entry)
        elif kind is DutyKind.UNKNOWN:
            self._ask(known.code, entry.cell)
        start, end = span or _hours(entry.day, known, half)
        return ReadDuty(entry.person, entry.day, known.code, kind, start, end, entry.cell, half, entry.slot)

    def _is_plain_work(self, written: str, kind: DutyKind) -> bool:
        """Whether only a word such as *day* says what it is: hours outrank it."""
        return kind in _PLAIN_WORK and self._looked_up(written) is None

    def _meaning(self, written: str) -> LegendEntry:
        if written not in self._known:
            found = self._looked_up(written) or self._without_legend(written)
            self._known[written] = replace(found, code=written) if _has_pictures(written) else found
        return self._known[written]

    def _looked_up(self, written: str) -> LegendEntry | None:
        """The legend's entry for the text, or for the abbreviation behind it in brackets."""
        plain = without_pictures(written)
        entries = (lookup(self.legend, way) for way in (written, plain, *_in_brackets(plain)))
        return next((entry for entry in entries if entry is not None), None)

    def _without_legend(self, written: str) -> LegendEntry:
        times = span_of(written)
        if times:
            return LegendEntry(written, kind_of_hours(*times), *times, "")
        times, words = span_inside(written)
        if times:
            return self._known_with_hours(written, words, times)
        bare = without_footnote(written)
        code = self._spelling.of(bare)
        return LegendEntry(code, self._kind(code), None, None, "")

    def _known_with_hours(self, written: str, words: str, times: tuple[time, time]) -> LegendEntry:
        """A text with hours in it: a code that is known keeps its meaning, the hours say when it holds."""
        entry = self._looked_up(words)
        kind = entry.kind if entry else _with_hours(words, times)
        says_what = entry is not None or kind in AWAY or kind is DutyKind.UNKNOWN
        return LegendEntry(entry.code if entry else words if says_what else written, kind, *times, words)

    def _kind(self, code: str) -> DutyKind:
        if code == CANCELLED:
            return DutyKind.LEAVE
        named = kind_of_words(code) if self.posts else None
        open_ = (*_FREEING, DutyKind.RESIDENT_ON_CALL)  # who is on call may sleep at home
        return certain_kind(code) or (named if named and named not in open_ else DutyKind.UNKNOWN)

    def _ask(self, code: str, cell: str) -> None:
        self._asked.setdefault(code, _Asked([code], cell)).count += 1


def is_doubted(written: str) -> bool:
    """Whether whoever wrote it was not sure: ``AL?``."""
    return "?" in written[len(without_footnote(written)) :]


def _with_hours(words: str, times: tuple[time, time]) -> DutyKind:
    """The kind of words that have hours beside them. Hours alone do not make work of what is likely leave."""
    certain = certain_kind(words)
    if certain is not None and certain not in _PLAIN_WORK:
        return certain
    if likely_kinds(words)[:1] and likely_kinds(words)[0] in AWAY:
        return DutyKind.UNKNOWN
    return kind_in_legend(words, work_by_words(words), *times)


def _in_brackets(written: str) -> tuple[str, ...]:
    """``Night Float`` and ``NFL`` of ``Night Float (NFL)``; figures and halves of a day abbreviate nothing."""
    found = _BRACKETED.fullmatch(written)
    return (found[1], found[2]) if found and not any(sign.isdecimal() for sign in found[2][:1]) else ()


def _has_pictures(written: str) -> bool:
    return not written.isascii() and without_pictures(written) != written


def _notes(faults: list[Entry], remarks: list[Entry], doubted: list[Entry]) -> Iterator[Question]:
    """What was left out or not taken at its word: each by itself, many of a kind together."""
    for entries, one, many in (
        (faults, _no_duty, _no_duties),
        (remarks, _no_duty, _no_duties),
        (doubted, _doubt, _doubts),
    ):
        if len(entries) > _MOST_NOTES:
            yield many(entries)
        else:
            yield from map(one, entries)


def _no_duty(entry: Entry) -> Question:
    plain = without_phone_numbers(entry.text)
    shown = plain if len(plain) <= LONGEST_CODE else f"{plain[:LONGEST_CODE]}…"
    text = say("“%(text)s” in %(cell)s is not a duty and was left out.", text=shown, cell=entry.cell)
    return Question("cell", entry.cell, text, (), entry.cell)


def _no_duties(entries: list[Entry]) -> Question:
    text = say(
        "These %(num)s cells hold no duty and were left out: %(cells)s.", num=len(entries), cells=_cells(entries)
    )
    return Question("cell", entries[0].cell, text, (), entries[0].cell)


def _doubt(entry: Entry) -> Question:
    text = say("“%(text)s” in %(cell)s is not certain; it counts as busy.", text=entry.text, cell=entry.cell)
    return Question("cell", entry.cell, text, (), entry.cell)


def _doubts(entries: list[Entry]) -> Question:
    text = say(
        "These %(num)s cells are not certain and count as busy: %(cells)s.", num=len(entries), cells=_cells(entries)
    )
    return Question("cell", entries[0].cell, text, (), entries[0].cell)


def _cells(entries: list[Entry]) -> str:
    shown = ", ".join(entry.cell for entry in entries[:_MOST_SHOWN])
    return shown if len(entries) <= _MOST_SHOWN else f"{shown} …"


def _within(asked: list[_Asked], room: int) -> list[_Asked]:
    """The questions, most used first; where they are too many, numbers of one code together, then all that are rare."""
    singles = sorted(asked, key=lambda each: -each.count)
    if len(singles) <= room:
        return singles
    families = sorted(_families(singles), key=lambda each: -each.count)
    if len(families) <= room:
        return families
    return [*families[: room - 1], _together(families[room - 1 :])]


def _families(asked: list[_Asked]) -> Iterator[_Asked]:
    """``N1``, ``N2`` and ``N3`` as one, if they are likely the same."""
    kinds: dict[tuple[str, tuple[DutyKind, ...]], list[_Asked]] = {}
    for each in asked:
        found = _NUMBERED.fullmatch(each.codes[0])
        likely = likely_kinds(each.codes[0])
        key = found[1] if found and likely else each.codes[0]
        kinds.setdefault((key, likely), []).append(each)
    return map(_together, kinds.values())


def _together(asked: list[_Asked]) -> _Asked:
    codes = [code for each in asked for code in each.codes]
    return _Asked(codes[:_MOST_CODES], asked[0].cell, sum(each.count for each in asked))


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
    likely = _guesses(asked.codes)
    others = tuple(kind for kind in DutyKind if kind not in likely and kind is not DutyKind.UNKNOWN)
    text = _about_one(asked) if len(asked.codes) == 1 else _about_many(asked)
    if "nwd" in map(folded, asked.codes):
        text += " " + say("On some rotas it is a normal working day, on others a non-working day.")
    elif likely:
        text += " " + say("We guess “%(kind)s”, but haven’t used it.", kind=say(_KIND_WORDS[likely[0]]))
    answers = tuple(kind.value for kind in (*likely, *others))
    return Question("code", asked.cell, text, answers, subject_of_codes(asked.codes))


def _guesses(codes: Sequence[str]) -> tuple[DutyKind, ...]:
    """What most of the codes are likely to mean, likeliest first."""
    counted = Counter(kind for code in codes for kind in likely_kinds(code))
    return tuple(kind for kind, _ in counted.most_common())


def _about_one(asked: _Asked) -> str:
    return say_many(
        "What does “%(code)s” mean? It appears in %(num)s cell, %(cell)s, and counts as busy for now.",
        "What does “%(code)s” mean? It appears in %(num)s cells, first in %(cell)s, and counts as busy for now.",
        asked.count,
        code=asked.codes[0],
        cell=asked.cell,
    )


def _about_many(asked: _Asked) -> str:
    shown = ", ".join(f"“{code}”" for code in asked.codes[:_MOST_SHOWN])
    return say(
        "What do these %(num)s codes mean: %(codes)s? They count as busy for now. Answer only if one answer holds for "
        "all of them.",
        num=len(asked.codes),
        codes=shown if len(asked.codes) <= _MOST_SHOWN else f"{shown} …",
    )


def means_something(text: str, legend: Mapping[str, LegendEntry]) -> bool:
    """Whether a text is a duty's code that the legend gives, that is plain words, or that is a likely one."""
    code = without_footnote(halves(text)[0].text)
    return lookup(legend, code) is not None or certain_kind(code) is not None or bool(likely_kinds(code))


def looks_like_code(text: str, legend: Mapping[str, LegendEntry]) -> bool:
    """Whether a text is a duty's code rather than somebody's name: known, likely, very short, or a span of time."""
    code = without_footnote(halves(text)[0].text)
    short = len(code) <= 4 and (code.upper() == code or len(code) == 1)
    return short or means_something(text, legend) or span_of(code) is not None
