"""Swaps as people write them, ``Ann takes Cy's night on Sun 3 Nov``, read as changed days. Pure.

Who takes whose duty is read from the order of the names and the verb between them. Nothing is done with what is read:
each swap is a proposal with its sentence, to be confirmed by whoever keeps the rota; what is unclear is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.lists import format_list

from scheduler.languages import locale, mark, say
from scheduler.rotas.dates_in_text import Mention, dates_in
from scheduler.rotas.model import Question
from scheduler.rotas.names import Known, labels, match_names
from scheduler.rotas.naming.words import is_title, listed_words
from scheduler.rotas.reading.calendar_words import MONTHS, WEEKDAYS
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.headings import either
from scheduler.rotas.reading.phrases import heard
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


_EXCHANGE = """
swap|swaps|swapping|swapped|exchange|exchanges|exchanging|exchanged|switch|switches|switching|switched|trade|trades
|tausch|tauscht|tauschen|getauscht|echange|echangent|permute|permutent|cambia|cambian|cambio|intercambia|intercambian
|permuta|permutan|scambia|scambiano|scambio|troca|trocam|zamiana|zamienia|zamieniaja|ruil|ruilt|ruilen|byter|bytter
"""
_TAKES = """
takes|take|taking|covers|cover|covering|does|do|doing|works|working|replaces|replacing|picks up|stands in|steps in
|ubernimmt|ubernehme|vertritt|macht|springt ein|prend|remplace|assure|couvre|toma|cubre|hace|sustituye|prende|copre
|sostituisce|assume|cobre|faz|substitui|bierze|przejmuje|zastepuje|neemt|vervangt|doet|tar|ersatter|overtar|overtager
"""
_INSTEAD = """
instead of|in place of|for|statt|anstelle von|anstatt|fur|a la place de|au lieu de|pour|en lugar de|por|al posto di|per
|no lugar de|za|zamiast|voor|in plaats van|for|i stallet for|i stedet for
"""
_GIVES = """
covered by|taken by|done by|worked by|replaced by|taken over by|goes to|go to|given to|gives|hands|passes
|vertreten durch|vertreten von|ubernommen von|remplace par|assure par|cubierto por|sustituido por|coperto da
|sostituito da|coberto por|substituido por|zastapiony przez|gedekt door|vervangen door
"""
_UNSURE = """
not|no longer|cannot|can t|cant|won t|doesn t|don t|isn t|didn t|could
|would|can|might|may|maybe|cancel|cancelled|nicht|kann|ne pas|peut|no puede|non
|nie|niet|inte|ikke
"""


def _phrases(text: str) -> list[str]:
    return text.replace("\n", "").split("|")


_VERBS: Mapping[str, str] = {
    phrase: kind
    for kind, text in (
        ("exchange", _EXCHANGE),
        ("gives", _GIVES),
        ("takes", _TAKES),
        ("instead", _INSTEAD),
        ("unsure", _UNSURE),
    )
    for phrase in _phrases(text)
}
_SPEAKING = frozenset(("exchange", "gives", "takes", "instead"))
_LONGEST_VERB = max(phrase.count(" ") + 1 for phrase in _VERBS)
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|↔|<->")
_OWNER = re.compile(r"['’]s?$")
_LINE = re.compile(r"[\n;]")
_END = re.compile(r"(?P<last>[^\W_]+)[)”\"]*(?P<sign>[.!])\s+(?=(?P<next>\S+))")
_FEWEST_LETTERS = 3
"""A shorter word before a full stop is an abbreviation: *Dr.*, *Mr.*"""
_PARTS = re.compile(r",|\b(?:and|und|et|y|e|i|en|och|og)\b", re.IGNORECASE)
_OF = either("of|von|vom|de|des|du|del|di|da|do|della|van|av|fran")
_TWO = 2
_DUTY_WORDS = 4
_NO_NAMES = either(
    "dr|prof|doctor|shift|shifts|duty|ward|weekend|am|pm|i|dienst|dienste|schicht|wochenende|service|turno|servicio|ok"
    "|please|thanks|bitte|danke|merci|gracias"
)

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
class _Token:
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Named:
    """Whom a place of the text may name. ``owns`` if it stands there as the owner of something: *Cy's*, *of Cy*."""

    written: str
    start: int
    people: tuple[int, ...]
    owns: bool


@dataclass(frozen=True, slots=True)
class _Statement:
    """One sentence with the days, people and verbs in it, by their places."""

    written: str
    days: tuple[Mention, ...]
    named: tuple[_Named, ...]
    verbs: tuple[tuple[str, int], ...]
    duty: str
    others: tuple[str, ...]
    people: Sequence[Known]

    @classmethod
    def of(cls, written: str, people: Sequence[Known], today: date) -> _Statement | None:
        """The sentence; None if nothing in it speaks of a swap: neither a verb nor two people and a day."""
        days = dates_in(written, today)
        tokens = [token for token in _tokens(written) if not any(day.start <= token.start < day.end for day in days)]
        named, rest = _names(tokens, people)
        verbs = tuple(_verbs(rest))
        speaks = {kind for kind, _ in verbs} & ({"exchange", "gives", "takes"} if not days else _SPEAKING)
        if not (named and speaks) and not (days and len({each.people for each in named}) >= _TWO):
            return None
        return cls(written, days, named, verbs, _duty(rest, verbs), tuple(_unknown(rest, verbs)), people)

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

    def _which(self, named: _Named) -> Question:
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


def _tokens(written: str) -> list[_Token]:
    return [_Token(match[0], match.start(), match.end()) for match in _WORD.finditer(written)]


def _names(tokens: Sequence[_Token], people: Sequence[Known]) -> tuple[tuple[_Named, ...], list[_Token]]:
    """The places that name people, longest first, and the other words."""
    forms = _forms(people)
    longest = max((form.count(" ") + 1 for form in forms), default=1)
    named: list[_Named] = []
    rest: list[_Token] = []
    place = 0
    is_small = not any(token.word[:1].isupper() for token in tokens)
    while place < len(tokens):
        size = _size_of_name(tokens[place : place + longest], forms, is_small)
        if size:
            form = " ".join(map(_plain, tokens[place : place + size]))
            written = " ".join(_OWNER.sub("", token.word) for token in tokens[place : place + size])
            owns = _OWNER.search(tokens[place + size - 1].word) is not None or _follows_of(tokens, place)
            named.append(_Named(written, tokens[place].start, tuple(sorted(forms[form])), owns))
        else:
            rest.append(tokens[place])
        place += size or 1
    return tuple(named), rest


def _follows_of(tokens: Sequence[_Token], place: int) -> bool:
    return place > 0 and _plain(tokens[place - 1]) in _OF


def _size_of_name(tokens: Sequence[_Token], forms: Mapping[str, set[int]], is_small: bool) -> int:
    """How many words are somebody's name; a single one has a capital, unless nobody bothered with any."""
    for size in range(len(tokens), 0, -1):
        is_written_so = size > 1 or tokens[0].word[0].isupper() or (is_small and not _is_verb(tokens[0]))
        if is_written_so and " ".join(map(_plain, tokens[:size])) in forms:
            return size
    return 0


def _is_verb(token: _Token) -> bool:
    return _plain(token) in _VERBS or _plain(token) == "will"


def _forms(people: Sequence[Known]) -> dict[str, set[int]]:
    """Who may be meant by which words: whole names in both orders, first name or surname, with an initial."""
    forms: dict[str, set[int]] = {}
    for person in people:
        for name in person.names:
            for form in _forms_of(listed_words(name)):
                forms.setdefault(form, set()).add(person.id)
    return forms


def _forms_of(words: Sequence[str]) -> Iterator[str]:
    if len(words) < _TWO:
        yield from words
        return
    first, last = words[0], words[-1]
    yield from (" ".join(words), f"{first} {last}", f"{last} {first}", first, last, " ".join(words[1:]))
    yield from (f"{first[0]} {last}", f"{last} {first[0]}", f"{first} {last[0]}")


def _plain(token: _Token) -> str:
    return folded(_OWNER.sub("", token.word))


def _verbs(tokens: Sequence[_Token]) -> Iterator[tuple[str, int]]:
    """The verbs by their kind and place; of two that begin at one place the longer counts."""
    words = [folded(token.word) or "swap" for token in tokens]
    place = 0
    while place < len(tokens):
        phrases = {size: " ".join(words[place : place + size]) for size in range(_LONGEST_VERB, 0, -1)}
        size = next((size for size, phrase in phrases.items() if phrase in _VERBS), 0)
        if size:
            yield _VERBS[phrases[size]], tokens[place].start
        place += size or 1


def _duty(tokens: Sequence[_Token], verbs: Sequence[tuple[str, int]]) -> str:
    """Which duty it is, as written: the words that name a kind of duty."""
    taken = {place for _, place in verbs}
    words = [token.word for token in tokens if token.start not in taken and heard(token.word).kinds]
    return " ".join(words[:_DUTY_WORDS])


def _unknown(tokens: Sequence[_Token], verbs: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Words with a capital that name nobody who is known. The first word of a sentence has one anyway: it is a name
    if a verb follows."""
    taken = {place for _, place in verbs}
    for place, token in enumerate(tokens):
        follows = tokens[place + 1].start in taken if place + 1 < len(tokens) else False
        is_first = token.start == 0 and not follows
        plain = _plain(token)
        is_no_name = plain in _NO_NAMES or plain in WEEKDAYS or is_title(plain)
        says_else = token.start in taken or heard(plain).kinds or is_no_name
        if token.word[:1].isupper() and not is_first and not says_else:
            yield _OWNER.sub("", token.word)
