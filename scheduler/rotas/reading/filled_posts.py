"""Posts on dates with the people who fill them: what their cells say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from scheduler.languages import say
from scheduler.rotas.model import AWAY, LegendEntry, Question, wall_span
from scheduler.rotas.reading.cell_names import CellNames, Named, about_slips, may_be_somebody
from scheduler.rotas.reading.cell_parts import names_in
from scheduler.rotas.reading.cells import folded, is_number, span_inside
from scheduler.rotas.reading.codes import certain_kind, kind_of_words
from scheduler.rotas.reading.headings import (
    names_a_post,
)
from scheduler.rotas.reading.layout import Entry, Use
from scheduler.rotas.reading.name_forms import (
    are_initials,
    may_be_initials,
    means_a_code,
    without_initials,
    without_title,
)
from scheduler.rotas.reading.nobody import is_event, is_left_over, is_nobody, may_be_a_name
from scheduler.rotas.reading.questions import NOBODY, is_it_a_person, names_nobody_here
from scheduler.rotas.reading.spellings import Spelling

NO_POST = "Duty"
"""The code where names stand beside dates and nothing says what they do."""

_LEAST_FILLED, _LEAST_NAMED = 3, 0.3
_OFTEN = 3


@dataclass(frozen=True, slots=True)
class PostCell:
    """A filled cell: its post and day, what is written with its line breaks, where, for which half of the day, and the
    cell that writes the day."""

    post: str
    day: date
    text: str
    cell: str
    half: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """Who fills which post, in the order of the cells; what is asked about it, and what each cell was taken for."""

    people: tuple[str, ...]
    entries: tuple[Entry, ...]
    questions: tuple[Question, ...]
    uses: Mapping[str, Use]


def filled(cells: Sequence[PostCell], legend: Mapping[str, LegendEntry]) -> Filled:
    """Who stands in the cells of posts; what names nobody is left out, and said where it could be missed."""
    names = CellNames(cell.text for cell in cells)
    named = [(cell, who) for cell in cells for who in names.of(cell.text)]
    events = {who.name for _, who in named if is_event(who.name)}
    entries = _untitled([_entry(cell, who) for cell, who in named if who.name not in events])
    spelling = Spelling(each.person for each in entries)
    spelled = _each_once(replace(each, person=spelling.of(each.person)) for each in entries)
    people = tuple(dict.fromkeys(each.person for each in spelled))
    left_out = _left_out(cells, events, people)
    questions = chain(left_out, _doubtful(spelled, legend), about_slips(spelled), _lone(cells, names))
    naming = {each.cell for each in spelled}
    uses = {cell.cell: Use.PERSON if cell.cell in naming else Use.NOTE for cell in cells}
    return Filled(people, spelled, tuple(questions), uses)


def _untitled(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without *Dr* before names, but where two titles go with one name."""
    titles: dict[str, set[str]] = {}
    for name in {each.person for each in entries}:
        bare = without_title(name)
        titles.setdefault(folded(bare), set()).add(folded(name.removesuffix(bare)))
    plain = {bare for bare, found in titles.items() if len(found - {""}) < 2}
    return [
        replace(each, person=bare) if folded(bare := without_title(each.person)) in plain else each for each in entries
    ]


def _each_once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, the first of those that say the same of one person, day and half."""
    return tuple({(each.person, each.day, each.text, each.half): each for each in reversed(tuple(entries))}.values())[
        ::-1
    ]


def _entry(cell: PostCell, who: Named) -> Entry:
    post = f"{cell.post} {who.post}".strip() if cell.post != NO_POST else who.post or NO_POST
    span, name = span_inside(who.name)
    start, end = wall_span(cell.day, *span) if span and name else (None, None)
    person = name if span and name else who.name
    return Entry(person, cell.day, post, cell.cell, who.half or cell.half, start, end, cell.slot)


def _left_out(cells: Sequence[PostCell], events: set[str], people: Sequence[str]) -> Iterator[Question]:
    """What stood where names stand: events, words for being away, and words that may be names as well; each once."""
    seen, asked = set[str](), set[str]()
    among_initials = are_initials(people)
    in_names = {word for name in people for word in folded(name).split()}
    for cell in cells:
        text = " ".join(cell.text.split())
        if text in seen:
            continue
        seen.add(text)
        if any(event in text for event in events):
            yield names_nobody_here(text, cell.cell)
            continue
        for name in dict.fromkeys((text, *names_in(text, commas=True))):
            if name in asked:
                continue
            is_away = (
                not is_nobody(name) and means_a_code(name, among_initials=among_initials) and certain_kind(name) in AWAY
            )
            if _may_be_a_name(name, among_initials=among_initials) or (is_away and folded(name) in in_names):
                asked.add(name)
                question = say("We read “%(text)s” as nobody. Is it someone’s name?", text=name)
                yield Question("person", cell.cell, question, (NOBODY,), name)
            elif is_away:
                asked.add(name)
                yield names_nobody_here(name, cell.cell)


def _may_be_a_name(text: str, *, among_initials: bool) -> bool:
    """Whether a text that counts as nobody may be somebody's name: *Frei*, work as *Day* and *Night* are, or where
    everybody goes by initials *PH*."""
    kind = certain_kind(text)
    is_work = kind is not None and kind not in AWAY
    is_signed = among_initials and is_nobody(text) and may_be_initials(text)
    return may_be_a_name(text) or is_work or is_signed


def _doubtful(entries: Sequence[Entry], legend: Mapping[str, LegendEntry]) -> Iterator[Question]:
    """Texts that do not have the form of a name, unless the same is usual on the sheet, and texts of another form than
    all names; each once."""
    counts = Counter(each.person for each in entries)
    first = {each.person: each.cell for each in reversed(entries)}
    odd = [name for name in counts if not may_be_somebody(name, legend) or certain_kind(name) is not None]
    if sum(counts[name] for name in odd) * 2 > counts.total():
        odd = []
    odd = [name for name in odd if counts[name] < _OFTEN or not _is_written_as_a_name(name)]
    for name in dict.fromkeys((*odd, *without_initials(counts))):
        yield is_it_a_person(name, first[name])


def _is_written_as_a_name(text: str) -> bool:
    """Whether a text is letters with a capital among them, and neither names a post nor a kind of duty."""
    letters = re.sub(r"[\s.'’-]", "", text)
    is_worded = letters.isalpha() and not letters.islower() and not letters.isupper()
    return is_worded and kind_of_words(text) is None and not all(map(names_a_post, text.split()))


def _lone(cells: Sequence[PostCell], names: CellNames) -> Iterator[Question]:
    """Cells that were parted into people of whom one stands nowhere else, so that it may be one name after all."""
    parted = {cell.text: cell for cell in reversed(cells)}
    together = {text: tuple(dict.fromkeys(who.name for who in names.of(text) if not who.half)) for text in parted}
    counts = Counter(folded(name) for cell in cells for name in dict.fromkeys(who.name for who in names.of(cell.text)))
    for text, people in together.items():
        if len(people) > 1 and any(counts[folded(name)] == 1 for name in people):
            written = " ".join(text.split())
            asked = say("“%(text)s” names several people; all of them count as on duty.", text=written)
            yield Question("cell", parted[text].cell, asked, people, written)


def names_nobody(
    label: str, texts: Sequence[str], legend: Mapping[str, LegendEntry], *, in_small_letters: bool = False
) -> bool:
    """Whether a line beside posts holds something other than people: it is headed by ``NULL``, or holds numbers, one
    mark all along, or hardly anything that may be a name. A sheet may write all names in small letters."""
    if is_left_over(label):
        return True
    if len(texts) < _LEAST_FILLED:
        return False
    names = CellNames(texts)
    called = [[who.name.title() if in_small_letters else who.name for who in names.of(text)] for text in texts]
    somebody = sum(any(may_be_somebody(name, legend) for name in each) for each in called)
    return all(map(is_nobody, texts)) or all(map(is_number, texts)) or somebody < _LEAST_NAMED * len(texts)
