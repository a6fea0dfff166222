"""Rows of any list as lines in the product's own words, and whatever has to be asked about them, all at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.enrolment.spreadsheets.columns import COLUMNS, GIVEN, SURNAME, Cells, Column, ListKind
from scheduler.enrolment.spreadsheets.dictionary import Dictionary
from scheduler.enrolment.spreadsheets.grades import find_grade, with_new, with_numbers
from scheduler.enrolment.spreadsheets.identity import Identity, is_called
from scheduler.enrolment.spreadsheets.meanings import grade_of_seniors
from scheduler.enrolment.spreadsheets.names import full_name, plain_address
from scheduler.enrolment.spreadsheets.new_sites import faults_of_new, with_new_sites
from scheduler.enrolment.spreadsheets.questions import AFTER, LEAVE_OUT, Answers, KnownPerson, Understood
from scheduler.enrolment.spreadsheets.recognition import FileColumn, recognise
from scheduler.enrolment.spreadsheets.table import Row, Table
from scheduler.errors import Fault
from scheduler.languages import say
from scheduler.lists import Line
from scheduler.people.model import Role
from scheduler.programmes.model import Programme
from scheduler.text_input import folded


def understand(
    kind: ListKind, table: Table, programme: Programme, people: Sequence[KnownPerson], answers: Answers
) -> Understood:
    """What a table says of a programme, as far as answers go."""
    own = programme.grades
    programme = replace(programme, grades=with_numbers(own, {person.stage for person in people}))
    columns = recognise(kind, table, programme, answers.columns)
    places = {column.column: column.place for column in columns if column.column}
    missing = tuple(_missing(kind, places))
    if missing:
        return Understood(columns, (), (), missing, grades=own)
    before = programme.sites
    programme, answers = with_new_sites(programme, table, places, answers)
    new_sites = programme.sites[len(before) :]
    texts = Dictionary(kind, table, places, programme, people, answers)
    reader = _People(table, places, texts, people) if kind is ListKind.PEOPLE else _Others(kind, table, places, texts)
    found = reader.understood(columns)
    named = tuple(grade for grade in found.grades if grade.name != str(grade.stage) or grade in own)
    faults = (*found.faults, *faults_of_new(new_sites))
    return replace(found, grades=named, new_sites=new_sites, faults=faults)


def _missing(kind: ListKind, places: Mapping[str, int]) -> Iterator[Column]:
    """Columns that no row can do without, and no answer can stand for."""
    known = COLUMNS[kind]
    if kind is ListKind.PEOPLE:
        if "name" not in places and SURNAME not in places and "email" not in places:
            yield known["name"]
        return
    for column in known.values():
        if column.is_needed and column.name not in places and column.cells not in (Cells.RELATION, Cells.PATTERN):
            yield column


class _Reader:
    """What is common to all lists: rows, and what was found about them."""

    def __init__(self, table: Table, places: Mapping[str, int], texts: Dictionary) -> None:
        self.table, self.places, self.texts = table, places, texts
        self.headings = {column: table.headings[place] for column, place in places.items()}
        self.sheets = len({row.sheet for row in table.rows}) > 1
        self.left_out: list[str] = []
        self.faults: list[Fault] = []

    def raw(self, row: Row, column: str) -> str:
        """What the file says there."""
        return row.cells[self.places[column]] if column in self.places else ""

    def line(self, row: Row, cells: Mapping[str, str]) -> Line:
        """A line in the product's own words."""
        return Line(row.number, cells, self.headings, row.sheet if self.sheets else "")

    def leave_out(self, row: Row) -> None:
        """Take no notice of a row."""
        self.left_out.append(self.line(row, {}).where)
        return


class _Others(_Reader):
    """Relations, clinics and rooms: cell by cell."""

    def __init__(self, kind: ListKind, table: Table, places: Mapping[str, int], texts: Dictionary) -> None:
        super().__init__(table, places, texts)
        self.kind = kind
        asked = {column.name for column in COLUMNS[kind].values() if column.cells in _ASKED_WITHOUT_A_COLUMN}
        self.columns = [name for name in COLUMNS[kind] if name in places or name in asked]

    def understood(self, columns: tuple[FileColumn, ...]) -> Understood:
        """Everything that was found."""
        lines = tuple(filter(None, map(self._line, self.table.rows)))
        return Understood(
            columns, lines, tuple(self.texts.values()), (), tuple(self.left_out), (), self.texts.programme.grades
        )

    def _line(self, row: Row) -> Line | None:
        if sum(map(bool, row.cells)) < min(2, len(self.places)):
            self.leave_out(row)
            return None
        cells = {name: self._cell(row, name) for name in self.columns}
        if LEAVE_OUT in cells.values():
            self.leave_out(row)
            return None
        return self.line(row, cells)

    def _cell(self, row: Row, name: str) -> str:
        text = self.raw(row, name)
        is_asked = not text and COLUMNS[self.kind][name].cells in _ASKED_WITHOUT_A_COLUMN
        return self.texts.ask(name, text) or "" if is_asked else self.texts.cell(name, text)


_ASKED_WITHOUT_A_COLUMN = frozenset((Cells.RELATION, Cells.PATTERN))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row of people on its way to a line: the grade still by its name."""

    row: Row
    cells: Mapping[str, str]
    grade: str


class _People(_Reader):
    """People: who somebody is decides what else must be known of them."""

    def __init__(
        self, table: Table, places: Mapping[str, int], texts: Dictionary, people: Sequence[KnownPerson]
    ) -> None:
        super().__init__(table, places, texts)
        self.identity = Identity(people, [self._email(row) for row in table.rows], texts.answers)
        self.after: dict[str, str] = {}
        self.seniors_as, self.as_members = grade_of_seniors(texts.programme), 0

    def understood(self, columns: tuple[FileColumn, ...]) -> Understood:
        """Everything that was found; the grades of all rows are needed before any has its number."""
        drafts = list(filter(None, map(self._draft, self.table.rows)))
        named = {each.grade: None for each in drafts if each.grade and not each.grade.isdecimal()}
        known = {grade.name for grade in self.texts.programme.grades}
        new = [name for name in named if name not in known and name not in self.after]
        grades, moved = with_new(self.texts.programme.grades, new, self.after)
        stages = {grade.name: str(grade.stage) for grade in grades}
        lines = tuple(self.line(each.row, {**each.cells, "stage": _stage(each, stages, moved)}) for each in drafts)
        values = (*self.identity.values(), *self.texts.values())
        if self.faults and not drafts and "email" not in self.places:
            return Understood(columns, (), values, (COLUMNS[ListKind.PEOPLE]["email"],), grades=grades, moved=moved)
        faults = (*self.faults, *_twice(lines))
        out = tuple(self.left_out)
        return Understood(columns, lines, values, (), out, faults, grades, moved, as_members=self.as_members)

    def _draft(self, row: Row) -> _Draft | None:
        name = full_name(self.raw(row, "name"), self.raw(row, GIVEN), self.raw(row, SURNAME))
        email = self._email(row)
        if (not name and not email) or self._is_sum(row, name):
            self.leave_out(row)
            return None
        known, former = self.identity.of(name, email, [self.raw(row, column) for column in self.places])
        if self.identity.is_left_out(name, email):
            self.leave_out(row)
            return None
        role = self._role(row, known)
        grade = self._grade(row, role, known)
        role, grade = self._part(role, grade)
        site = known.site if known and not self.raw(row, "site") else self._site(row)
        if LEAVE_OUT in (role, grade, site):
            self.leave_out(row)
            return None
        if not email and known is None and not self.identity.is_open(name, email):
            self.faults.append(Fault(self.line(row, {}).where, say("%(name)s has no e-mail address.", name=name)))
            return None
        cells = {column: self.texts.cell(column, self.raw(row, column)) for column in self.places if column in _ALONE}
        if former:
            cells["former_email"] = former
        own = {"name": name, "email": email, "role": role, "site": site, "stage": ""}
        if known:
            own = _completed(own, known, email)
        return _Draft(row, {**cells, **own}, grade)

    def _is_sum(self, row: Row, name: str) -> bool:
        """Whether a row counts or adds up the others: it is called so, and has nothing but numbers beside."""
        others = [text for text in row.cells if text.strip() and folded(text) not in _SUMS]
        return folded(name) in _SUMS and all(_NUMBER.fullmatch(text.strip()) for text in others)

    def _part(self, role: str, grade: str) -> tuple[str, str]:
        """Role and grade once both are known: seniors have none, unless they are who the groups are made of."""
        if Role.FACULTY not in (role, grade):
            return role, grade
        if self.seniors_as is None:
            return Role.FACULTY.value, ""
        self.as_members += 1
        return Role.RESIDENT.value, self.seniors_as.name

    def _ask(self, row: Row, column: str, text: str) -> str:
        name = full_name(self.raw(row, "name"), self.raw(row, GIVEN), self.raw(row, SURNAME))
        return self.texts.ask(column, text, who=name or self._email(row)) or ""

    def _email(self, row: Row) -> str:
        return plain_address(self.raw(row, "email")).lower()

    def _site(self, row: Row) -> str:
        text, sites = self.raw(row, "site"), self.texts.programme.sites
        if not text and (found := self._by_sheet(row, "site")):
            return found
        return sites[0].key if not text and len(sites) == 1 else self._ask(row, "site", text)

    def _by_sheet(self, row: Row, column: str) -> str | None:
        """What the name of a row's sheet says, where the file has several and the row itself says nothing."""
        return self.texts.find(column, row.sheet) if self.sheets else None

    def _role(self, row: Row, known: KnownPerson | None) -> str:
        """By the word for it or, where that says nothing, by the grade, the name of the sheet, or what is known."""
        text, grade = self.raw(row, "role"), self.raw(row, "stage")
        if text and self.texts.find("role", text):
            return self._ask(row, "role", text)
        if found := self.texts.role_of_grade(grade) or self._by_sheet(row, "role"):
            return found
        if known:
            return known.kind
        if text or not grade:
            return self._ask(row, "role", text)
        self.texts.ask("stage", grade)
        return ""

    def _grade(self, row: Row, role: str, known: KnownPerson | None) -> str:
        """The name of a resident's grade, by its own column or out of the job title; empty where it is not asked."""
        text = self.raw(row, "stage")
        if role in (Role.FACULTY, LEAVE_OUT) or (not text and role != Role.RESIDENT):
            return ""
        if not text or self.texts.find("stage", text) is None:
            inside = self.texts.grade_inside(self.raw(row, "role"))
            inside = inside or ("" if text else self._by_sheet(row, "stage") or "")
            if (inside and self.texts.is_grade(inside)) or (not text and known and known.stage is not None):
                return inside or ""
            text = inside or text
        grade = self._ask(row, "stage", text)
        if grade.startswith(AFTER):
            self.after[text] = grade.removeprefix(AFTER)
            return text
        known_grade = find_grade(grade, self.texts.programme.grades) if grade not in _NO_GRADE else None
        return known_grade.name if known_grade else grade


_SUMS = frozenset(("total", "totals", "grand total", "subtotal", "sub total", "sum", "count", "headcount", "somme"))
_NUMBER = re.compile(r"[\d.,\s]+%?")
_NO_GRADE = (Role.FACULTY, LEAVE_OUT, "")
"""Answers about a grade that name none."""
_ALONE = COLUMNS[ListKind.PEOPLE].keys() - {"name", "email", "role", "stage", "site", GIVEN, SURNAME}
"""Columns of people that are read each by itself."""


def _completed(cells: Mapping[str, str], known: KnownPerson, email: str) -> dict[str, str]:
    """A row of somebody who is known: what it leaves open stays as it is, and so does the spelling of a name."""
    name = known.name if not cells["name"] or is_called(known, cells["name"]) else cells["name"]
    stage = "" if known.stage is None else str(known.stage)
    return {**cells, "name": name, "email": email or known.email, "stage": stage}


def _stage(draft: _Draft, stages: Mapping[str, str], moved: Mapping[int, int]) -> str:
    """The number of a grade; of one that is not on the list, the one that it has now or will have."""
    if draft.grade:
        return stages.get(draft.grade, draft.grade)
    stage = draft.cells["stage"]
    return str(moved.get(int(stage), int(stage))) if stage else ""


def _twice(lines: Sequence[Line]) -> Iterator[Fault]:
    """Rows that share an address."""
    times = Counter(line.cells["email"] for line in lines if line.cells["email"])
    for line in lines:
        email = line.cells["email"]
        if times[email] > 1:
            words = say("The e-mail address %(email)s appears on %(times)s rows.", email=email, times=times[email])
            yield Fault(line.where, words)
