"""Nothing that names a person is forgotten: every table and column is told to them, or left out for a reason."""

from __future__ import annotations

from scheduler.db import Base
from scheduler.enrolment.person_references import references
from scheduler.own_data.deletion import _BLANK, DELETABLE
from scheduler.own_data.held import exported
from scheduler.own_data.left_out import HIDDEN, OF_NOBODY
from scheduler.own_data.model import Fate, LeftOut
from scheduler.own_data.register import BESIDE, BY_ADDRESS, PERSON, REFERENCES
from scheduler.tables import metadata
from web.member.own_data_words import KINDS, PARTS

NAMED = {table for table, _ in REFERENCES}


def test_every_column_that_names_a_person_is_told_or_left_out_with_a_reason() -> None:
    assert {(table.name, column.name) for table, column in references()} == REFERENCES.keys()
    assert all(held.why for held in REFERENCES.values() if isinstance(held, LeftOut))


def test_every_table_is_about_people_or_says_what_it_holds_instead() -> None:
    spoken_of = NAMED | BESIDE.keys() | BY_ADDRESS.keys() | OF_NOBODY.keys() | {"person"}
    assert {table.name for table in metadata.sorted_tables} == spoken_of
    assert not NAMED & OF_NOBODY.keys()


def test_every_column_of_what_is_told_is_told_or_left_out_with_a_reason() -> None:
    for table in metadata.sorted_tables:
        told = {name for (of, _), held in REFERENCES.items() if of == table.name
                for each in exported(held) for name in each.columns}  # fmt: skip
        by = {column for (of, column), held in REFERENCES.items() if of == table.name and exported(held)}
        hidden = HIDDEN.get(table.name, {}).keys()
        if by:
            assert told | by | hidden == {column.name for column in table.columns}, table.name
            assert not told & hidden, table.name


def test_of_a_persons_entry_all_is_told_but_how_it_is_compared() -> None:
    compared = {"id", "search_name", "former_mailboxes", "language_known", "erased_at"}
    assert {column.name for column in Base.metadata.tables["person"].columns} == {*PERSON} | compared


def test_whatever_stays_can_stay_without_a_name() -> None:
    for (table, column), held in REFERENCES.items():
        fate = held.fate if isinstance(held, LeftOut) else held[0].fate
        assert fate is not Fate.NAMELESS or Base.metadata.tables[table].c[column].nullable, (table, column)
    kept = {
        key
        for key, held in REFERENCES.items()
        if (held.fate if isinstance(held, LeftOut) else held[0].fate) is Fate.KEPT
    }
    assert kept == {("audit", "actor_id"), ("concern", "about_id")}


def test_each_kind_and_each_part_has_words() -> None:
    parts = {
        of
        if len([1 for (table, _), held in REFERENCES.items() if table == of and exported(held)]) == 1
        else f"{of}.{by}"
        for (of, by), held in REFERENCES.items()
        if exported(held)
    }
    assert parts | BESIDE.keys() | BY_ADDRESS.keys() | {"person"} == PARTS.keys()
    kinds = {each.kind for held in REFERENCES.values() for each in exported(held)}
    assert kinds | {"you"} == KINDS.keys()


def test_a_part_of_a_row_that_is_deleted_alone_has_something_to_stand_there_instead() -> None:
    for (table, _), held in REFERENCES.items():
        for each in exported(held):
            if each.kind in DELETABLE and any(one.kind is not each.kind for one in exported(held)):
                assert set(each.columns) - {"programme_id"} <= _BLANK.keys(), table
