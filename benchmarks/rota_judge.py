"""Compares what was read of a made rota with what is right: see :mod:`benchmarks.rota_shapes.truth`.

A read duty is *right* if the truth has it; else it is *invented*. A duty of the truth that nobody read is *missing*.
Either is *silent* if no question names its person, its date, its cell or its sheet: the worst that can happen, for
nobody looks at it again. A kind that no code of this name can have is silent too, unless the code is asked about.

What is missing is seen as well where its line is said to be left out, by the cells from and to which it goes or by the
head under which it stands; and where its cell was read for that day, in doubt about who or what it is: a line whose
name was emptied is read, and it is asked whose it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from benchmarks.rota_shapes.truth import ANY, LEAVE, SOMEBODY, Ask, Duty, Truth

_LEAVES = frozenset(("leave", "study_leave"))
_NO_MARKS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "đ": "d", "Đ": "D", "\u00a0": " "})
_TITLE = re.compile(r"\b(dr|prof|mr|mrs|ms)\b\.?")
_BLANKS = re.compile(r"[\s*†‡]+")

Read = Mapping[str, Any]
"""What ``rounds rota read --json`` writes, or a duty or question of it."""
Places = Mapping[int, str]
"""Addresses such as ``Sheet!B4`` by a cell's ``id``."""


@dataclass(slots=True)
class Verdict:
    """How one file was read. ``refused`` is the sentence of a file that was not read at all."""

    needed: int
    truths: int
    refused: str = ""
    right: int = 0
    missing: list[Duty] = field(default_factory=list)
    invented: list[Read] = field(default_factory=list)
    silent: list[Read] = field(default_factory=list)
    silently_missing: list[Duty] = field(default_factory=list)
    wrong_kinds: list[Read] = field(default_factory=list)
    asked: int = 0
    asked_of_codes: int = 0
    not_asked: list[Ask] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @property
    def silently_wrong(self) -> int:
        """Entries that are wrong without a word."""
        return len(self.silent) + len(self.wrong_kinds)

    @property
    def whole(self) -> bool:
        """Whether all was read, and nothing else, with every question that has to be asked."""
        faults = (self.missing, self.invented, self.wrong_kinds, self.not_asked, self.never, self.strangers)
        return not self.refused and not any(faults)


def refused(truth: Truth, sentence: str) -> Verdict:
    """The verdict of a file that was not read."""
    return Verdict(len(truth.must_ask), len(truth.duties), sentence, missing=list(truth.duties))


def judged(read: Read, truth: Truth, places: Places) -> Verdict:
    """The verdict of what was read."""
    return _Judge(read, truth, places).verdict()


class _Judge:
    def __init__(self, read: Read, truth: Truth, places: Places) -> None:
        self._read = read
        self._truth = truth
        self._places = places
        sheets = frozenset(place.rpartition("!")[0] for place in places.values())
        asked = [_Question(each, sheets) for each in read["questions"]]
        self._of_codes = [each for each in asked if each.about == "code"]
        self._questions = [each for each in asked if each.about != "code"]
        self._known = _Known(truth)

    def verdict(self) -> Verdict:
        truth = self._truth
        found = Verdict(len(truth.must_ask), len(truth.duties))
        found.asked_of_codes, found.asked = len(self._of_codes), len(self._questions)
        self._duties(found)
        found.not_asked = [ask for ask in truth.must_ask if not self._is_asked(ask)]
        found.never = list(self._never())
        found.strangers = [name for name in self._read["people"] if self._is_stranger(name)]
        found.wrong_kinds = [duty for duty in self._read["duties"] if self._has_wrong_kind(duty)]
        return found

    def _duties(self, found: Verdict) -> None:
        names = _day_names(self._read["duties"], self._truth.dated)
        for duty in self._read["duties"]:
            kind = self._known.take(duty, names[duty["date"]]) or self._asked_spelling(duty, names[duty["date"]])
            found.right += kind == "must"
            if not kind and duty["kind"] != "off":
                found.invented.append(duty)
        none_yet = bool(self._truth.dated) and not self._read["duties"]
        found.missing = [] if none_yet else self._known.left()
        found.silent = [duty for duty in found.invented if not self._is_doubted(duty)]
        doubted = {(_tail(duty["cell"]), duty["date"]) for duty in found.invented if self._is_doubted(duty)}
        found.silently_missing = [duty for duty in found.missing if not self._is_missed(duty, doubted)]

    def _asked_spelling(self, duty: Read, day: str) -> str:
        """A spelling of somebody on the list may be left as it stands if the question names it."""
        who = self._known.spelled.get(_plain(duty["person"]))
        if who is None or not any(each.names_person(duty["person"]) for each in self._questions):
            return ""
        return self._known.take({**duty, "person": who[0]}, day) if len(who) == 1 else ""

    def _is_doubted(self, duty: Read) -> bool:
        return any(each.doubts(duty) for each in self._questions) or self._may_be_leave(duty)

    def _may_be_leave(self, duty: Read) -> bool:
        """Whether it is leave whose code is asked about, and planned as busy until then."""
        unknown = duty["kind"] == "unknown" and self._known.has_leave(duty)
        return unknown and any(each.names(_plain(duty["code"])) for each in self._of_codes)

    def _is_missed(self, duty: Duty, doubted: Set[tuple[str, str]]) -> bool:
        cells = [self._places[id(cell)] for cell in duty.sources if id(cell) in self._places]
        whoever = [*duty.person, duty.written] if duty.written else duty.person
        return any((_tail(cell), duty.day) in doubted for cell in cells) or any(
            each.names_any(whoever, (duty.day,))
            or each.is_of_all(next(iter(cells), ""), as_made=True)
            or any(each.stands_at(cell) or each.is_of_line(cell) for cell in cells)
            for each in self._questions
        )

    def _is_asked(self, ask: Ask) -> bool:
        of_kind = [each for each in (*self._questions, *self._of_codes) if each.about in ask.about]
        cells = {self._places[id(cell)] for cell in ask.cells if id(cell) in self._places}
        fitting = [each for each in of_kind if not (ask.needles or cells) or each.quotes(ask.needles, cells)]
        return bool(fitting) and not (ask.once and len(of_kind) > 1)

    def _never(self) -> Iterator[str]:
        people = {_plain(name) for name in self._read["people"]}
        codes = {_plain(duty["code"]) for duty in self._read["duties"]}
        for text in self._truth.never:
            if _plain(text) in people | codes:
                yield text
        yield from (text for text in self._truth.people_never if _plain(text) in people)

    def _is_stranger(self, name: str) -> bool:
        plain = _plain(name)
        known = any(plain in map(_plain, who) or SOMEBODY in who for who in self._truth.people)
        return not known and not any(each.names_person(name) for each in self._questions)

    def _has_wrong_kind(self, duty: Read) -> bool:
        code = _plain(duty["code"])
        kinds = self._known.kinds.get(code)
        wrong = kinds is not None and duty["kind"] not in kinds
        return wrong and not any(each.names(code) for each in self._of_codes)


class _Known:
    """The duties of a truth by person and day, each to be taken once."""

    def __init__(self, truth: Truth) -> None:
        self.kinds = {_plain(code): kinds for code, kinds in truth.kinds.items()}
        self.spelled = {_plain(written): who for written, who in truth.spelled.items()}
        self._must = truth.duties
        asked = [duty for ask in (*truth.must_ask, *truth.may_ask) for duty in ask.duties]
        self._by_place: dict[tuple[str, str], list[tuple[str, int, Duty]]] = {}
        for kind, duties in (("must", truth.duties), ("may", truth.may), ("asked", asked)):
            for number, duty in enumerate(duties):
                for person in {SOMEBODY if SOMEBODY in duty.person else _plain(each) for each in duty.person}:
                    self._by_place.setdefault((person, duty.day), []).append((kind, number, duty))
        self._taken: set[tuple[str, int]] = set()

    def take(self, duty: Read, day: str) -> str:
        """``must``, ``may`` or ``asked`` if the truth has such a duty that was not taken yet; else nothing."""
        places = ((_plain(duty["person"]), day), (SOMEBODY, day))
        for kind, number, known in (each for place in places for each in self._by_place.get(place, ())):
            if (kind, number) not in self._taken and _fits(duty, known):
                self._taken.add((kind, number))
                return kind
        return ""

    def has_leave(self, duty: Read) -> bool:
        """Whether this person is on leave on this day, by whatever code."""
        return any(
            LEAVE in known.code for _, _, known in self._by_place.get((_plain(duty["person"]), duty["date"]), ())
        )

    def left(self) -> list[Duty]:
        """What nobody took."""
        return [duty for number, duty in enumerate(self._must) if ("must", number) not in self._taken]


@dataclass(slots=True)
class _Question:
    """A question, and what it names. ``sheets`` are the names of the file's sheets."""

    read: Read
    sheets: frozenset[str] = frozenset()
    plain: str = ""

    def __post_init__(self) -> None:
        self.plain = _plain(" ".join((self.read["text"], *self.read.get("answers", ()), self.read.get("subject", ""))))

    @property
    def about(self) -> str:
        return str(self.read["about"])

    @property
    def cell(self) -> str:
        return str(self.read["cell"])

    def is_of_all(self, cell: str, *, as_made: bool = False) -> bool:
        """Whether it is about the layout or the dates of the whole file, or of the sheet in which the cell stands. The
        file's form may not keep the names of sheets ``as_made``."""
        whole = self.about == "layout" or (self.about == "date" and not _LONE_DATE.search(self.read["text"]))
        sheets = [each.rpartition("!")[0] for each in (self.cell, cell)]
        return whole and (not all(sheets) or sheets[0] == sheets[1] or (as_made and self._sheets_fit(self.cell, cell)))

    def names(self, plain: str) -> bool:
        """Whether the words stand in it, not as a part of others."""
        return plain in self.plain and bool(plain) and bool(_word(plain).search(self.plain))

    def names_person(self, name: str) -> bool:
        """Whether it asks about this person."""
        return self.about in ("person", "cell") and self.names(_plain(name))

    def names_any(self, people: Iterable[str], days: Iterable[str]) -> bool:
        """Whether it asks about one of these people or days."""
        of_day = self.about in ("date", "cell") and any(day in self.read["text"] for day in days)
        return of_day or any(self.names_person(name) for name in people)

    def quotes(self, needles: Sequence[str], cells: Iterable[str]) -> bool:
        """Whether one of the needles stands in it, or it stands at one of the cells."""
        whole = " ".join((self.read["text"], *self.read.get("answers", ()), self.read.get("subject", "")))
        return any(needle in whole for needle in needles) or any(self.stands_at(cell) for cell in cells)

    def stands_at(self, cell: str) -> bool:
        """Whether it is about this cell."""
        return bool(cell) and _tail(self.cell) == _tail(cell)

    def is_of_line(self, cell: str) -> bool:
        """Whether it is about the line on which this cell stands: by its first and last cell, by its head, or by the
        place of its label."""
        text = str(self.read["text"])
        own = [((first, last), self._sheets_fit(cell, first)) for first, last in _RANGE.findall(text)]
        ranges = [corners for corners, fits in own if fits]
        if _UNDER_A_HEAD in text:
            return any(_is_under(cell, *corners) for corners in ranges or [(self.cell, self.cell)])
        return any(_is_within(cell, *corners) for corners in ranges) or (
            bool(_OF_A_ROW.search(text)) and _in_line(self.cell, cell)
        )

    def _sheets_fit(self, one: str, other: str) -> bool:
        """Whether two cells are of one sheet, where the file's form keeps the names of sheets."""
        return len({each.rpartition("!")[0] for each in (one, other)} & self.sheets) < 2

    def doubts(self, duty: Read) -> bool:
        """Whether it names what such a duty rests on."""
        if self.is_of_all(duty.get("cell", "")) or self.names_any((duty["person"],), (duty["date"],)):
            return True
        return (
            self.stands_at(duty.get("cell", ""))
            or self.is_of_line(duty.get("cell", ""))
            or (self.about == "date" and _in_line(self.cell, duty.get("cell", "")))
        )


_LONE_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b\d{1,2}\w* [A-Z]\w+ \d{4}")


@cache
def _word(plain: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(plain)}(?!\w)")


_ADDRESS = re.compile(r"([A-Z]+)(\d+)$")
_RANGE = re.compile(r"from ([^“”]*?[A-Z]+\d+) to ([^“”]*?[A-Z]+\d+)\b")
_UNDER_A_HEAD = "the entries under it were left out"
_OF_A_ROW = re.compile("This row |the row was left out")


def _tail(cell: str) -> str:
    """The address without its sheet."""
    return cell.rpartition("!")[2]


def _place(found: re.Match[str]) -> tuple[int, int]:
    """Column and row of an address."""
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return column, int(found[2])


def _places(*cells: str) -> list[tuple[int, int]]:
    found = [_ADDRESS.search(each) for each in cells]
    return [_place(each) for each in found if each]


def _is_within(cell: str, first: str, last: str) -> bool:
    """Whether a cell stands between two corners."""
    places = _places(cell, first, last)
    if len(places) < 3:
        return False
    (column, row), (left, top), (right, bottom) = places
    return left <= column <= right and top <= row <= bottom


def _is_under(cell: str, first: str, last: str) -> bool:
    """Whether a cell stands under a head that goes from one cell to another, or beside one of a turned sheet."""
    places = _places(cell, first, last)
    if len(places) < 3:
        return False
    (column, row), (left, top), (right, bottom) = places
    return (left <= column <= right and row > top) or (top <= row <= bottom and column > left)


def _in_line(one: str, other: str) -> bool:
    """Whether two cells stand in one row or column."""
    found, second = _ADDRESS.search(one), _ADDRESS.search(other)
    return bool(found and second) and any(a == b for a, b in zip(found.groups(), second.groups(), strict=True))  # type: ignore[union-attr]


def _fits(read: Read, known: Duty) -> bool:
    """Whether code and part of the day are right."""
    plain, codes = _plain(read["code"]), [_plain(code) for code in known.code]
    is_leave = LEAVE in known.code and read["kind"] in _LEAVES
    return (ANY in known.code or is_leave or plain in codes) and _part_fits(read, known.part)


def _part_fits(read: Read, part: str) -> bool:
    if part in ("AM", "PM"):
        return half_of(read) == part
    return not part or not read.get("start") or f"{read['start'][11:16]}-{read['end'][11:16]}" == part


def half_of(read: Read) -> str:
    """``AM``, ``PM`` or nothing, as the duty says or as its hours do."""
    start, end = ((read.get(edge) or "")[11:16] for edge in ("start", "end"))
    by_hours = "AM" if end and end <= "13:30" and start < "12:00" else "PM" if start >= "12:00" else ""
    return str(read.get("half") or by_hours)


def _day_names(duties: Sequence[Read], dated: str) -> dict[str, str]:
    """How the truth calls the dates: in a rota without dates they count from the first on."""
    days = sorted({duty["date"] for duty in duties})
    return {day: f"{dated} {number}" if dated else day for number, day in enumerate(days, start=1)}


@cache
def _plain(text: str) -> str:
    """What does not count left away: case, accents, titles, stars, blanks."""
    flat = unicodedata.normalize("NFKD", str(text).translate(_NO_MARKS)).casefold()
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return _BLANKS.sub(" ", _TITLE.sub("", flat)).strip(" .*")
