"""The words of a swap as people write it: who is named, the verbs between them, and which duty it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.rotas.names import Known
from scheduler.rotas.naming.words import is_title, listed_words
from scheduler.rotas.reading.calendar_words import WEEKDAYS
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.headings import either
from scheduler.rotas.reading.phrases import heard

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
_LONGEST_VERB = max(phrase.count(" ") + 1 for phrase in _VERBS)
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|↔|<->")
_OWNER = re.compile(r"['’]s?$")
_OF = either("of|von|vom|de|des|du|del|di|da|do|della|van|av|fran")
_DUTY_WORDS = 4
_NO_NAMES = either(
    "dr|prof|doctor|shift|shifts|duty|ward|weekend|am|pm|i|dienst|dienste|schicht|wochenende|service|turno|servicio|ok"
    "|please|thanks|bitte|danke|merci|gracias"
)


@dataclass(frozen=True, slots=True)
class Token:
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a place of the text may name. ``owns`` if it stands there as the owner of something: *Cy's*, *of Cy*."""

    written: str
    start: int
    people: tuple[int, ...]
    owns: bool


def tokens_of(written: str) -> list[Token]:
    return [Token(match[0], match.start(), match.end()) for match in _WORD.finditer(written)]


def names_among(tokens: Sequence[Token], people: Sequence[Known]) -> tuple[tuple[Named, ...], list[Token]]:
    """The places that name people, longest first, and the other words."""
    forms = _forms(people)
    longest = max((form.count(" ") + 1 for form in forms), default=1)
    named: list[Named] = []
    rest: list[Token] = []
    place = 0
    is_small = not any(token.word[:1].isupper() for token in tokens)
    while place < len(tokens):
        size = _size_of_name(tokens[place : place + longest], forms, is_small)
        if size:
            form = " ".join(map(_plain, tokens[place : place + size]))
            written = " ".join(_OWNER.sub("", token.word) for token in tokens[place : place + size])
            owns = _OWNER.search(tokens[place + size - 1].word) is not None or _follows_of(tokens, place)
            named.append(Named(written, tokens[place].start, tuple(sorted(forms[form])), owns))
        else:
            rest.append(tokens[place])
        place += size or 1
    return tuple(named), rest


def _follows_of(tokens: Sequence[Token], place: int) -> bool:
    return place > 0 and _plain(tokens[place - 1]) in _OF


def _size_of_name(tokens: Sequence[Token], forms: Mapping[str, set[int]], is_small: bool) -> int:
    """How many words are somebody's name; a single one has a capital, unless nobody bothered with any."""
    for size in range(len(tokens), 0, -1):
        is_written_so = size > 1 or tokens[0].word[0].isupper() or (is_small and not _is_verb(tokens[0]))
        if is_written_so and " ".join(map(_plain, tokens[:size])) in forms:
            return size
    return 0


def _is_verb(token: Token) -> bool:
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
    if len(words) < 2:
        yield from words
        return
    first, last = words[0], words[-1]
    yield from (" ".join(words), f"{first} {last}", f"{last} {first}", first, last, " ".join(words[1:]))
    yield from (f"{first[0]} {last}", f"{last} {first[0]}", f"{first} {last[0]}")


def _plain(token: Token) -> str:
    return folded(_OWNER.sub("", token.word))


def verbs_among(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """The verbs by their kind and place; of two that begin at one place the longer counts."""
    words = [folded(token.word) or "swap" for token in tokens]
    place = 0
    while place < len(tokens):
        phrases = {size: " ".join(words[place : place + size]) for size in range(_LONGEST_VERB, 0, -1)}
        size = next((size for size, phrase in phrases.items() if phrase in _VERBS), 0)
        if size:
            yield _VERBS[phrases[size]], tokens[place].start
        place += size or 1


def duty_among(tokens: Sequence[Token], verbs: Sequence[tuple[str, int]]) -> str:
    """Which duty it is, as written: the words that name a kind of duty."""
    taken = {place for _, place in verbs}
    words = [token.word for token in tokens if token.start not in taken and heard(token.word).kinds]
    return " ".join(words[:_DUTY_WORDS])


def unknown_names(tokens: Sequence[Token], verbs: Sequence[tuple[str, int]]) -> Iterator[str]:
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
