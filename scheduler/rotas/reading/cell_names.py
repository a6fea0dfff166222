"""Who stands in the cells of a sheet: several names parted by signs or words, with halves of a day and posts before
them. How one cell is written is told by all the others: a comma parts names, or surname and given name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from scheduler.languages import say
from scheduler.rotas.model import LegendEntry, Question
from scheduler.rotas.reading.cell_parts import around_and, halves, names_in, substitute_name
from scheduler.rotas.reading.cells import folded, is_number
from scheduler.rotas.reading.codes import without_footnote
from scheduler.rotas.reading.headings import names_a_place
from scheduler.rotas.reading.layout import Entry
from scheduler.rotas.reading.legend import lookup
from scheduler.rotas.reading.name_forms import are_initials, has_form_of_name, may_be_initials, means_a_code
from scheduler.rotas.reading.nobody import is_event, is_nobody
from scheduler.rotas.reading.short_names import perhaps_short
from scheduler.rotas.reading.spellings import differ_in_blanks, lookalikes

_POST_BEFORE = re.compile(r"\s*([^\W_][\w .+/]{0,15}?)\s*[:=]\s*(\D.*)|\s*([A-Z0-9]{1,2})\s+[-–]\s+(\D.*)", re.DOTALL)
_NOTE_BEHIND = re.compile(r"\s*[(\[][^()\[\]]*[)\]]?\s*$")
_MOST_WITH_COMMA = 0.8


@dataclass(frozen=True, slots=True)
class Named:
    """One person as a cell names them, the half of the day that it gives, and the post that stands before the name."""

    name: str
    half: str = ""
    post: str = ""


class CellNames:
    """How the cells of one sheet write names. ``texts`` are all of them, with their line breaks."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(texts)
        whole = [part for text in counts for line in text.split("\n") for part in names_in(_bare(line), commas=False)]
        self._commas_part = not _are_surname_first(whole)
        self._known: dict[str, tuple[Named, ...]] = {}
        self._seen: Set[str] = frozenset()
        self._alone = {folded(_bare(text)) for text in counts if "\n" not in text}
        parts = [part for text in counts for part in self._parts(_bare(text))]
        self._seen = set(map(folded, parts))
        self._among_initials = are_initials(parts)

    def of(self, text: str) -> tuple[Named, ...]:
        """Everybody whom the cell names, each once."""
        if text not in self._known:
            self._known[text] = tuple(dict.fromkeys(self._named(text)))
        return self._known[text]

    def _named(self, text: str) -> Iterator[Named]:
        for line in self._lines(text):
            if is_nobody(line):
                continue
            post, line = _post_and_rest(line)
            for piece in halves(line):
                for part in self._parts(piece.text):
                    own, rest = _post_and_rest(part)
                    post = own or post
                    for inner in halves(rest):
                        name = self._cleaned(inner.text)
                        is_code = means_a_code(name, among_initials=self._among_initials)
                        if not is_nobody(name) and not is_number(name) and not is_code:
                            yield Named(name, inner.half or piece.half, post)

    def _lines(self, text: str) -> Sequence[str]:
        """The lines of a cell; a name that only the cell's width broke is one."""
        joined = " ".join(text.split())
        return [joined] if folded(joined) in self._alone else text.split("\n")

    def _parts(self, text: str) -> tuple[str, ...]:
        """The names; a short *and* in small letters parts those that stand elsewhere alone."""
        parts = names_in(text, commas=self._commas_part)
        return tuple(each for part in parts for each in self._around_and(part))

    def _around_and(self, part: str) -> tuple[str, ...]:
        around = around_and(part)
        return around if len(around) > 1 and all(folded(each) in self._seen for each in around) else (part,)

    def _cleaned(self, text: str) -> str:
        """The name without footnote, without whose place it takes, and without a note behind it if it also stands
        without one."""
        name = without_footnote(substitute_name(" ".join(text.split()))).strip(" ,;:-–")
        bare = _NOTE_BEHIND.sub("", name)
        return bare if bare != name and folded(bare) in self._seen else name


def _bare(text: str) -> str:
    """The cell without posts before names and marks of halves."""
    return " / ".join(_post_and_rest(piece.text)[1] for piece in halves(" ".join(text.split())))


def _post_and_rest(text: str) -> tuple[str, str]:
    """The post that a text puts before a name, as in ``SHO: Ann Bee``, and what follows; no post where none does."""
    found = _POST_BEFORE.fullmatch(text)
    return (found[1] or found[3], found[2] or found[4]) if found else ("", text)


def _are_surname_first(parts: Sequence[str]) -> bool:
    """Whether a comma stands between surname and given name: in nearly every cell just one, and nobody's surname is
    somebody's given name, nor ever stands beside many others."""
    pairs = [tuple(folded(each) for each in part.split(",")) for part in parts if part.count(",") == 1]
    pairs = [pair for pair in pairs if all(pair)]
    named = [part for part in parts if not is_nobody(part)]
    if len(pairs) < 2 or len(pairs) < _MOST_WITH_COMMA * len(named):
        return False
    before, after = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    return not before.keys() & after.keys() and len(set(pairs)) <= 1.5 * len(before)


def looks_like_name(text: str, legend: Mapping[str, LegendEntry]) -> bool:
    """Whether a text has the form of a person's name and is no code that the legend gives."""
    return has_form_of_name(text) and lookup(legend, text) is None


def may_be_somebody(text: str, legend: Mapping[str, LegendEntry]) -> bool:
    """Whether a text may stand for a person at all: a name, initials, a place such as ``SpR3``."""
    if is_event(text) or lookup(legend, text) is not None:
        return False
    return looks_like_name(text, legend) or may_be_initials(text) or names_a_place(text)


def about_slips(entries: Sequence[Entry]) -> Iterator[Question]:
    """What is asked of names that are probably one name misspelt, or short for another."""
    first = {each.person: each.cell for each in reversed(entries)}
    alike = dict(slips(Counter(each.person for each in entries)))
    short = {rare: usual for rare, usual in perhaps_short(entries) if rare not in alike}
    for rare, usual in chain(alike.items(), short.items()):
        text = say("Is “%(rare)s” the same person as “%(usual)s”?", rare=rare, usual=usual)
        yield Question("person", first[rare], text, (usual, rare), rare)


def slips(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Pairs (rarer, commoner) of names that are probably one name misspelt; another initial is another person, unless
    it was only written together with the word beside it."""
    return (
        (rare, usual)
        for rare, usual in lookalikes(counts)
        if _initials(rare) == _initials(usual) or differ_in_blanks(rare, usual)
    )


def _initials(name: str) -> list[str]:
    return sorted(word for word in folded(name).split() if len(word) == 1)
