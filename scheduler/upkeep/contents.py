"""What is in a database, table by table: how many rows, and a digest of all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, inspect, text

_AT_A_TIME: Final = 2_000
REVISION: Final = "alembic_version"
"""The table that names the schema."""


@dataclass(frozen=True, slots=True)
class TableContent:
    """``rows`` of one table, and a SHA-256 ``digest`` over them in the order of their key."""

    rows: int
    digest: str


def content_of(connection: Connection) -> dict[str, TableContent]:
    """The content of every table, whatever the schema's revision; as one transaction sees it if it sees one moment."""
    inspector, quote = inspect(connection), connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))  # moments are written as of the session's zone
    found = {}
    for table in sorted(inspector.get_table_names()):
        key = inspector.get_pk_constraint(table)["constrained_columns"]
        columns = [column["name"] for column in inspector.get_columns(table)]
        order = ", ".join(quote(column) for column in key or columns)
        found[table] = _content(connection, quote(table), [quote(column) for column in columns], order)
    return found


def _content(connection: Connection, table: str, columns: Sequence[str], order: str) -> TableContent:
    what = f"CAST({table} AS text)" if connection.dialect.name == "postgresql" else ", ".join(columns)
    statement = text(f"SELECT {what} FROM {table} ORDER BY {order}")  # noqa: S608 - names out of the schema
    digest, count = hashlib.sha256(), 0
    for row in connection.execution_options(yield_per=_AT_A_TIME).execute(statement):
        digest.update(repr(tuple(row)).encode() + b"\n")
        count += 1
    return TableContent(count, digest.hexdigest())


def revision_of(connection: Connection) -> str:
    """The revision of the schema; empty where there is none yet."""
    if not inspect(connection).has_table(REVISION):
        return ""
    return str(connection.execute(text(f"SELECT version_num FROM {REVISION}")).scalar() or "")  # noqa: S608


def differences(expected: Mapping[str, TableContent], found: Mapping[str, TableContent]) -> list[str]:
    """What differs, a sentence for each table."""
    sentences = []
    for table in sorted({*expected, *found}):
        was, there = expected.get(table), found.get(table)
        if was is None or there is None:
            sentences.append(f"The table {table} is {'not in the backup’s list' if was is None else 'missing'}.")
        elif was.rows != there.rows:
            sentences.append(f"The table {table} has {there.rows} rows instead of {was.rows}.")
        elif was.digest != there.digest:
            sentences.append(f"Rows of the table {table} are not as they were.")
    return sentences
