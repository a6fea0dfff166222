"""Swaps as people write them, ``Ann takes Cy's night on Sun 3 Nov``, read as changed days. Pure.

Who takes whose duty is read from the order of the names and the verb between them. Nothing is done with what is read:
each swap is a proposal with its sentence, to be confirmed by whoever keeps the rota; what is unclear is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.lists import format_list

from scheduler.languages import locale, mark, say
from scheduler.rotas.model import Question
from scheduler.rotas.names import Known, labels, match_names
from scheduler.rotas.naming.words import is_title
from scheduler.rotas.reading.calendar_words import MONTHS, WEEKDAYS
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.dates_in_text import Mention, dates_in
from scheduler.rotas.swap_words import Named, duty_among, names_among, tokens_of, unknown_names, verbs_among
from scheduler.text_input import shortened


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """On ``day`` the person does the duty of ``duty_of``; where that is None, they are free of what they had.

    People are known by their ids. ``duty`` is which of the duties, as written (``night``), empty for the day's.
    """

    person: int
    day: date
    duty_of: int | None
    duty: str


@dataclass(frozen=True, slots=True)
class Swap:
    """One swap as it was understood: its changed days, the sentence that says them, and what was written."""

    changes: tuple[ChangedDay, ...]
    sentence: str
    written: str


@dataclass(frozen=True, slots=True)
class Swaps:
    """What a text says: swaps to be confirmed, and questions about what is unclear. ``passed_over`` are the sentences
    that speak of no swap."""

    swaps: tuple[Swap, ...]
    questions: tuple[Question, ...]
    passed_over: tuple[str, ...] = ()


_SPEAKING = frozenset(("exchange", "gives", "takes", "instead"))
_LINE = re.compile(r"[\n;]")
_END = re.compile(r"(?P<last>[^\W_]+)[)”\"]*(?P<sign>[.!])\s+(?=(?P<next>\S+))")
_FEWEST_LETTERS = 3
"""A shorter word before a full stop is an abbreviation: *Dr.*, *Mr.*"""
_PARTS = re.compile(r",|\b(?:and|und|et|y|e|i|en|och|og)\b", re.IGNORECASE)
_TWO = 2

_WHOSE = mark("Who takes whose duty in “%(text)s”? Write it like “Ann Bee takes Cy Dee’s night on Sunday 3 November”.")
_WHEN = mark("On which day is “%(text)s”? Write it like “Ann Bee takes Cy Dee’s night on Sunday 3 November”.")


def parse_swaps(text: str, people: Sequence[Known], today: date) -> Swaps:
    """The swaps that a text tells of. Lines that speak of none, such as a greeting, are passed over and said."""
    swaps: list[Swap] = []
    questions: list[Question] = []
    passed_over: list[str] = []
    for written in filter(None, (each.strip(" .!>•*-\r\t") for each in _sentences(text))):
        statements = list(_statements(written, people, today))
        if not statements:
            passed_over.append(shortened(written))
        for statement in statements:
            read = statement.read()
            if isinstance(read, Question):
                questions.append(read)
            else:
                swaps.append(read)
    return Swaps(tuple(swaps), tuple(questions), tuple(passed_over))


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text: a line may have several, also where one ends with a date."""
    for line in _LINE.split(text):
        begins = 0
        for found in _END.finditer(line):
            if found["sign"] == "!" or _is_end(found["last"], found["next"]):
                yield line[begins : found.start("sign")]
                begins = found.end()
        yield line[begins:]


def _is_end(last: str, following: str) -> bool:
    """Whether a full stop between two words ends a sentence: not in ``3. November``, ``Sat. 3`` or ``Prof. Bee``."""
    before, after = folded(last), folded(following)
    goes_on = after in MONTHS or after in WEEKDAYS
    if last.isdecimal():
        return following[:1].isupper() and not goes_on
    is_short = before in MONTHS or before in WEEKDAYS
    return len(last) >= _FEWEST_LETTERS and not is_title(before) and not (is_short and following[:1].isdecimal())


def _statements(written: str, people: Sequence[Known], today: date) -> Iterator[_Statement]:
    """The sentence, or its parts where each says a whole swap: *Ann takes Cy's 3 Nov and Cy takes Ann's 5 Nov*."""
    parts = [_Statement.of(part.strip(), people, today) for part in _PARTS.split(written)]
    whole = [part for part in parts if part is not None and part.is_complete]
    if len(whole) == len(parts):
        yield from whole
    elif (statement := _Statement.of(written, people, today)) is not None:
        yield statement


@dataclass(frozen=True, slots=True)
class _Statement:
    """One sentence with the days, people and verbs in it, by their places."""

    written: str
    days: tuple[Mention, ...]
    named: tuple[Named, ...]
    verbs: tuple[tuple[str, int], ...]
    duty: str
    others: tuple[str, ...]
    people: Sequence[Known]

    @classmethod
    def of(cls, written: str, people: Sequence[Known], today: date) -> _Statement | None:
        """The sentence; None if nothing in it speaks of a swap: neither a verb nor two people and a day."""
        days = dates_in(written, today)
        tokens = [token for token in tokens_of(written) if not any(day.start <= token.start < day.end for day in days)]
        named, rest = names_among(tokens, people)
        verbs = tuple(verbs_among(rest))
        speaks = {kind for kind, _ in verbs} & ({"exchange", "gives", "takes"} if not days else _SPEAKING)
        if not (named and speaks) and not (days and len({each.people for each in named}) >= _TWO):
            return None
        return cls(written, days, named, verbs, duty_among(rest, verbs), tuple(unknown_names(rest, verbs)), people)

    def read(self) -> Swap | Question:
        """The swap, or what has to be asked first."""
        doubt = self._doubt_of_people() or self._doubt_of_days()
        if doubt is not None:
            return doubt
        one, other = dict.fromkeys(named.people[0] for named in self.named)
        days = tuple(dict.fromkeys(day.days[0] for day in self.days))
        if self._is_exchange:
            duty = self.duty if len(days) == 1 else ""
            changes = [change for day in days for change in _both(one, other, day, duty)]
            return Swap(tuple(changes), self._sentence(_EXCHANGED, one, other, days), self.quoted)
        taker = self._taker()
        if taker is None:
            return self._who()
        gives = other if taker == one else one
        changes = [change for day in days for change in _one(taker, gives, day, self.duty)]
        sentence = self._sentence(_TAKEN_DUTY if self.duty else _TAKEN, taker, gives, days)
        return Swap(tuple(changes), sentence, self.quoted)

    @property
    def quoted(self) -> str:
        """What was written, as it is repeated."""
        return shortened(self.written)

    @property
    def is_complete(self) -> bool:
        """Whether it says by itself who takes whose duty, and when."""
        two = len(self.named) == _TWO and len({named.people for named in self.named}) == _TWO
        return two and bool(self.days) and bool(self._kinds & {"takes", "gives", "instead"})

    @property
    def _kinds(self) -> frozenset[str]:
        return frozenset(kind for kind, _ in self.verbs)

    @property
    def _is_exchange(self) -> bool:
        """A word of exchanging; but *swap: Ann takes Cy's night* on one day says itself who takes it."""
        return "exchange" in self._kinds and not (len(self.days) == 1 and self._kinds & {"takes", "gives", "instead"})

    def _taker(self) -> int | None:
        """Who takes the duty, by the verb between the two names: *Ann takes Cy's*, *Cy's is taken by Ann*; or by the
        word before both: *instead of Cy, Ann*. None where the order of the words does not say it for certain."""
        if len(self.named) != _TWO:
            return None
        first, second = self.named
        between = {kind for kind, place in self.verbs if first.start < place < second.start}
        before = {kind for kind, place in self.verbs if place < first.start} - {"exchange"}
        if "gives" in between and not between & {"takes"} and not before:
            return second.people[0]
        if between & {"takes", "instead"} and not before and "gives" not in between:
            bare = "exchange" in self._kinds and "takes" not in between
            return None if first.owns or bare else first.people[0]
        return second.people[0] if before == {"instead"} and not between else None

    def _doubt_of_people(self) -> Question | None:
        if "unsure" in self._kinds or "?" in self.written:
            text = say("“%(text)s” doesn’t sound settled. Write it again once it is agreed.", text=self.quoted)
            return Question("cell", "", text, (), self.quoted)
        for named in self.named:
            if len(named.people) > 1:
                return self._which(named)
        two = len({named.people[0] for named in self.named}) == _TWO
        return None if two and not self.others else self._who()

    def _which(self, named: Named) -> Question:
        text = say("%(num)s people are called “%(name)s”. Which one is it?", num=len(named.people), name=named.written)
        return Question("person", "", text, tuple(self._label(id_) for id_ in named.people), named.written)

    def _who(self) -> Question:
        """Who is missing: a word that looks like a name nobody has, else the whole."""
        for question in match_names(self.others, self.people).questions:
            return question
        return Question("cell", "", say(_WHOSE, text=self.quoted), (), self.quoted)

    def _doubt_of_days(self) -> Question | None:
        if not self.days:
            return Question("date", "", say(_WHEN, text=self.quoted), (), self.quoted)
        unclear = next((day for day in self.days if not day.is_clear), None)
        if unclear is None:
            return None
        if unclear.days:
            text = say("Which day is “%(text)s” in “%(line)s”?", text=unclear.written, line=self.quoted)
        else:
            text = say("There is no “%(text)s” near today. Which day is meant?", text=unclear.written)
        return Question("date", "", text, tuple(map(str, unclear.days)), unclear.written)

    def _label(self, id_: int) -> str:
        return next(label for label, known in labels(self.people).items() if known == id_)

    def _sentence(self, text: str, one: int, other: int, days: Sequence[date]) -> str:
        named = format_list([format_date(day, "full", locale=locale()) for day in days], locale=locale())
        return say(text, one=self._label(one), other=self._label(other), days=named, duty=self.duty)


def _both(one: int, other: int, day: date, duty: str) -> Iterator[ChangedDay]:
    yield ChangedDay(one, day, other, duty)
    yield ChangedDay(other, day, one, duty)


def _one(takes: int, gives: int, day: date, duty: str) -> Iterator[ChangedDay]:
    yield ChangedDay(takes, day, gives, duty)
    yield ChangedDay(gives, day, None, duty)


_TAKEN = mark("%(one)s takes the duty of %(other)s on %(days)s, and %(other)s is free of it.")
_TAKEN_DUTY = mark("%(one)s takes the duty of %(other)s (%(duty)s) on %(days)s, and %(other)s is free of it.")
_EXCHANGED = mark("%(one)s and %(other)s exchange their duties on %(days)s.")
