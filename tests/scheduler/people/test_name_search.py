"""People are found by what somebody types of their name or address, page by page, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from scheduler.db import Database, Db
from scheduler.paging import Paging, page_of, part_of
from scheduler.people.name_search import is_named
from scheduler.people.tables import PersonRow
from scheduler.text_input import search_text
from tests.builders import NOW

NAMES = ("Siân O’Neil-Łukaszewicz", "Dmitri Novák", "Søren Strauß", "Novalie Quill", "R 100% _x")


@pytest.fixture
def people(storage: Database) -> Database:
    with storage.writing() as db:
        for number, name in enumerate(NAMES[:3]):
            db.add(PersonRow(name=name, email=f"p{number}@Example.org", created_at=NOW))
        rest = [{"name": name, "email": f"many{n}@example.org", "created_at": NOW} for n, name in enumerate(NAMES[3:])]
        db.execute(insert(PersonRow), rest)
    return storage


def found(db: Db, q: str) -> list[str]:
    return list(db.scalars(select(PersonRow.name).where(is_named(PersonRow, q)).order_by(PersonRow.id)))


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("novak", [NAMES[1]]),
        ("Novák, D", [NAMES[1]]),
        ("nova", [NAMES[1], NAMES[3]]),
        ("sian oneil", [NAMES[0]]),
        ("O'Neil lukasz", [NAMES[0]]),
        ("SOREN strauss", [NAMES[2]]),
        ("p1@example", [NAMES[1]]),
        ("many", [NAMES[3], NAMES[4]]),
        ("p_", []),  # no sign means anything but itself
        ("_", []),
        ("x_x", [NAMES[4]]),
        ("100%", [NAMES[4]]),
        ("example", []),  # what all addresses share is nobody's name
        ("nobody", []),
        ("", list(NAMES)),
    ],
)
def test_whatever_its_accents_case_and_order(people: Database, q: str, names: list[str]) -> None:
    with people.reading() as db:
        assert found(db, q) == names


def test_a_name_that_changes_is_found_by_the_new_one(people: Database) -> None:
    with people.writing() as db:
        row = db.scalars(select(PersonRow).where(PersonRow.name == NAMES[1])).one()
        row.name = "Zdeněk Novák"
    with people.reading() as db:
        assert found(db, "zdenek") == ["Zdeněk Novák"]
        assert found(db, "dmitri") == []
        assert db.scalars(select(PersonRow.search_name).where(PersonRow.name == NAMES[2])).one() == search_text(
            NAMES[2]
        )


def test_a_page_is_cut_out_and_counted_by_the_database(people: Database) -> None:
    with people.writing() as db:
        db.execute(insert(PersonRow), [
            {"name": f"Line {n:03}", "email": f"line{n}@example.org", "created_at": NOW} for n in range(1, 121)
        ])  # fmt: skip
        db.execute(update(PersonRow).values(language="fr").where(PersonRow.name == "Line 001"))
    query = select(PersonRow.name, PersonRow.email).where(is_named(PersonRow, "line")).order_by(PersonRow.id)
    with people.reading() as db:
        rows, first = page_of(db, query, Paging(q="line"))
        assert [row.name for row in rows][:: len(rows) - 1] == ["Line 001", "Line 050"]
        assert (first.total, first.pages, first.first, first.last, first.query) == (120, 3, 1, 50, {"q": "line"})
        rows, last = page_of(db, query, Paging(number=99))
        assert [row.name for row in rows][:: len(rows) - 1] == ["Line 101", "Line 120"]
        assert (last.number, last.first, last.last, last.query) == (3, 101, 120, {"page": 3})
        none, empty = page_of(db, query.where(PersonRow.id < 0), Paging(number=2))
        assert (list(none), empty.number, empty.pages, empty.first, empty.last) == ([], 1, 1, 0, 0)


def test_lines_that_were_worked_out_together_are_cut_the_same_way() -> None:
    lines, paging = part_of(range(7), Paging(number=2, size=5))
    assert (list(lines), paging.first, paging.last, paging.total) == ([5, 6], 6, 7, 7)
