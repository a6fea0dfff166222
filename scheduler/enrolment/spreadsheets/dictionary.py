"""What the words of one list mean, as somebody has said, else as we know them; with a note of every word met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from scheduler.enrolment.spreadsheets.columns import COLUMNS, Cells, ListKind
from scheduler.enrolment.spreadsheets.grades import find_grade, step_inside
from scheduler.enrolment.spreadsheets.meanings import (
    clock_of,
    day_of,
    grade_of,
    is_month_first,
    model_of,
    parts_of,
    pattern_of,
    relation_of,
    role_of,
    site_of,
    way_of,
    weekdays_of,
    yes_of,
)
from scheduler.enrolment.spreadsheets.names import plain_address
from scheduler.enrolment.spreadsheets.offers import offers, orders
from scheduler.enrolment.spreadsheets.questions import (
    LEAVE_OUT,
    MONTH_FIRST,
    ORDER,
    Answers,
    Choice,
    KnownPerson,
    Value,
)
from scheduler.enrolment.spreadsheets.table import Table
from scheduler.languages import say
from scheduler.lists import NONE
from scheduler.people.fields import ANY
from scheduler.people.model import Role, is_address
from scheduler.programmes.model import Programme
from scheduler.rotas.names import keys_of, normalised
from scheduler.rotas.reading.cells import folded
from solvers.vocabulary import External

_LIKELY_FROM, _MOST_LIKELY = 70.0, 6
_MOST_NAMED = 8
"""So many of those whose cell is empty are named."""


@dataclass(slots=True)
class _Used:
    """A word of the list, and in how many rows it was met."""

    written: str
    meaning: str | None
    rows: int = 0
    choices: tuple[Choice, ...] = ()
    details: tuple[str, ...] = ()


@dataclass
class Dictionary:
    """The words of one list; ``places`` are column → place in the table."""

    kind: ListKind
    table: Table
    places: Mapping[str, int]
    programme: Programme
    people: Sequence[KnownPerson]
    answers: Answers
    _used: dict[tuple[str, str], _Used] = field(default_factory=dict)
    _known: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._people_named = {person.email: f"{person.name} ({person.email})" for person in self.people}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for person in self.people:
            for key in () if person.has_left else keys_of(person.name):
                self._by_name[key].add(person.email)
        self._month_first = {name: self._order(name) for name in self.places if self._cells(name) is Cells.DAY}

    def find(self, column: str, text: str) -> str | None:
        """What a word means in a column, without asking; None where that is not known."""
        key = (column, folded(text) or text)
        if key not in self._known:
            said = self.answers.values.get(column, {}).get(key[1])
            self._known[key] = said if said is not None else self._recognised(column, text) if text else None
        return self._known[key]

    def ask(self, column: str, text: str, choices: tuple[Choice, ...] = (), who: str = "") -> str | None:
        """What a word means, noting that it was used; where that is not known, it is asked. Of an empty cell, ``who``
        tells whose it is."""
        meaning = self.find(column, text)
        self.note(column, text, meaning, choices, who)
        return meaning

    def note(
        self, column: str, text: str, meaning: str | None, choices: tuple[Choice, ...] = (), who: str = ""
    ) -> None:
        """Note that a word was used, and what it is taken for."""
        used = self._used.setdefault((column, folded(text) or text), _Used(text, meaning, 0, choices))
        used.rows += 1
        if who and not text and len(used.details) < _MOST_NAMED:
            used.details = (*used.details, who)

    def role_of_grade(self, text: str) -> str | None:
        """Whether somebody of this grade is a resident or a senior, or is not taken."""
        found = self.find("stage", text) if text else None
        if found in (None, LEAVE_OUT, Role.FACULTY):
            return found or (role_of(text, self.programme.grades) if text else None)
        return Role.RESIDENT

    def is_grade(self, name: str) -> bool:
        """Whether a grade goes without asking: it is one of the programme's, or the programme has named none yet."""
        named = [grade for grade in self.programme.grades if grade.name != str(grade.stage)]
        return not named or find_grade(name, self.programme.grades) is not None

    def grade_inside(self, text: str) -> str | None:
        """The grade that stands among the words of a job title."""
        return grade_of(text, self.programme.grades) if text and step_inside(text) else None

    def cell(self, column: str, text: str) -> str:
        """A cell in the product's own words. What cannot be read stays as it is written: the row's reader says so."""
        cells = self._cells(column)
        if not text:
            return ""
        if cells in _SEVERAL:
            return NONE if folded(text) == NONE else ";".join(filter(None, self._parts(cells, column, text)))
        if cells in _ASKED:
            return self.ask(column, text) or ""
        if cells is Cells.PERSON:
            return self._person(column, text) or ""
        if cells is Cells.DAY:
            return self._day(column, text)
        return _PLAIN[cells](text) if cells in _PLAIN else text

    def values(self) -> Iterator[Value]:
        """Every word that has a meaning of its own, those to be asked first, then the most used."""
        order = sorted(self._used.items(), key=lambda each: (each[1].meaning is not None, -each[1].rows))
        for (column, plain), used in order:
            known = COLUMNS[self.kind].get(column)
            heading = self.table.headings[self.places[column]] if column in self.places else ""
            yield Value(
                column,
                used.written if column == ORDER else heading,
                known.cells if known else None,
                used.written,
                used.rows,
                used.meaning,
                self._choices(known.cells if known else None, used),
                used.details,
                was_said=plain in self.answers.values.get(column, {}),
            )

    def _choices(self, cells: Cells | None, used: _Used) -> tuple[Choice, ...]:
        """What a word may mean. What it is taken for is among them, else a form that is sent as it came would say
        something else."""
        found = used.choices or offers(cells, used.written, self.programme)
        if used.meaning is None or any(choice.meaning == used.meaning for choice in found):
            return found
        return (Choice(used.meaning, self._label(cells, used.meaning)), *found)

    def _label(self, cells: Cells | None, meaning: str) -> str:
        if cells is Cells.GRADE:
            return say("a new grade, “%(name)s”", name=meaning)
        return self._people_named.get(meaning, meaning)

    def _cells(self, column: str) -> Cells:
        return COLUMNS[self.kind][column].cells

    def _recognised(self, column: str, text: str) -> str | None:
        cells = self._cells(column)
        if cells is Cells.GRADE:
            found = grade_of(text, self.programme.grades)
            if found and not self.is_grade(found):
                return None
            return found or (Role.FACULTY.value if role_of(text, self.programme.grades) is Role.FACULTY else None)
        if cells is Cells.ROLE:
            return role_of(text, self.programme.grades)
        if cells is Cells.SITE:
            return site_of(text, self.programme.sites)
        if cells is Cells.MODELS:
            return model_of(text, self.programme.models)
        if cells in (Cells.PERSON, Cells.PEOPLE):
            return self._somebody(text)
        return _WORDS[cells](text)

    def _somebody(self, text: str) -> str | None:
        """The address of whoever is meant: written itself, or by a name that one person has."""
        address = plain_address(text).lower()
        if is_address(address):
            return address
        found = set().union(*(self._by_name.get(key, set()) for key in keys_of(text)))
        return found.pop() if len(found) == 1 else None

    def likely(self, text: str) -> tuple[Choice, ...]:
        """Who may be meant by a name, the likeliest first."""
        names = {f"{person.name} ({person.email})": person for person in self.people if not person.has_left}
        plain = {label: normalised(person.name) for label, person in names.items()}
        near = process.extract(
            normalised(text), plain, scorer=fuzz.WRatio, limit=_MOST_LIKELY, score_cutoff=_LIKELY_FROM
        )
        return tuple(Choice(names[label].email, label) for _, _, label in near)

    def _parts(self, cells: Cells, column: str, text: str) -> Iterator[str | None]:
        if cells is Cells.PEOPLE:
            return (self._person(column, part.strip()) for part in text.split(";") if part.strip())
        if cells is Cells.TEXTS:
            return (part.strip() for part in text.split(";" if ";" in text else ","))
        return (self._scored(column, part) for part in parts_of(text))

    def _person(self, column: str, text: str) -> str | None:
        known = self.find(column, text)
        if known is None or not is_address(text):
            self.note(column, text, known, () if known else self.likely(text))
        return known

    def _scored(self, column: str, part: str) -> str:
        """One of several, with its score where it has one."""
        name, sign, score = part.partition(":")
        meaning = self.ask(column, name.strip())
        return f"{meaning}{sign}{score.strip()}" if meaning and meaning != LEAVE_OUT else ""

    def _day(self, column: str, text: str) -> str:
        found = day_of(text, month_first=self._month_first.get(column, False))
        return found.isoformat() if found else text

    def _order(self, column: str) -> bool:
        """Whether the days of a column are written month first; asked where nothing tells."""
        place = self.places[column]
        heading = self.table.headings[place]
        texts = [row.cells[place] for row in self.table.rows if row.cells[place]]
        known = is_month_first(texts)
        if known is not None:
            return known
        plain = folded(heading) or heading
        said = self.answers.values.get(ORDER, {}).get(plain)
        self._used[ORDER, plain] = _Used(heading, said, len(texts), orders(texts[0]), tuple(texts[:3]))
        return said == MONTH_FIRST


_SEVERAL = frozenset((Cells.MODELS, Cells.MODES, Cells.PEOPLE, Cells.TEXTS))
_ASKED = frozenset((Cells.ROLE, Cells.GRADE, Cells.SITE, Cells.EXTERNAL, Cells.RELATION, Cells.PATTERN, Cells.YES))


def _external(text: str) -> str | None:
    plain = folded(text)
    if plain in (External.PREFER, External.REQUIRE, ANY):
        return plain
    return None


_WORDS: Mapping[Cells, Callable[[str], str | None]] = {
    Cells.MODES: way_of,
    Cells.RELATION: relation_of,
    Cells.PATTERN: pattern_of,
    Cells.EXTERNAL: _external,
    Cells.YES: yes_of,
}
"""Words that are the same in every programme."""


def _days(text: str) -> str:
    found = [(day_of(part), part) for part in parts_of(text)]
    return ";".join(day.isoformat() if day else part for day, part in found)


_PLAIN: Mapping[Cells, Callable[[str], str]] = {
    Cells.ADDRESS: plain_address,
    Cells.WEEKDAYS: lambda text: weekdays_of(text) or text,
    Cells.CLOCK: lambda text: clock_of(text) or text,
    Cells.NUMBER: lambda text: text.removesuffix(".0"),
    Cells.DAYS: _days,
}
