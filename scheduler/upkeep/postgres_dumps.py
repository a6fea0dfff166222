"""Dumps of PostgreSQL, by its own ``pg_dump``, ``pg_restore`` and ``psql``."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL

from scheduler import job_queue
from scheduler.errors import NotPossible
from scheduler.upkeep.contents import TableContent, content_of, revision_of

_VARIABLES: Final = {"username": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT"}

_LINES_TOLD: Final = 2


def dump(url: URL, path: Path) -> tuple[dict[str, TableContent], str]:
    """Dump the database to a file; its content and its schema's revision, as of the same snapshot. The queue of jobs is
    left out: it follows from the rest, and is made anew."""
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            found = content_of(connection), revision_of(connection)
            how = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}"]
            without_jobs = f"--exclude-schema={job_queue.SCHEMA}"
            _run("pg_dump", [*how, without_jobs], _environment(url))
    finally:
        engine.dispose()
    return found


def restore(url: URL, path: Path) -> dict[str, TableContent]:
    """Put a dump in place of all tables of the database, in one transaction; the content afterwards."""
    engine = create_engine(url)
    try:
        with tempfile.TemporaryDirectory(prefix="mentor-rounds-") as folder:
            drops, script = Path(folder) / "drops.sql", Path(folder) / "script.sql"
            with engine.connect() as connection:
                drops.write_text("".join(_drops(connection)))
            _run("pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(path)], os.environ)
            how = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
            files = [f"--file={each}" for each in (drops, script)]
            _run("psql", [*how, "--output=/dev/null", *files], _environment(url))
        with engine.connect() as connection:
            return content_of(connection)
    finally:
        engine.dispose()


def _drops(connection: Connection) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer.quote
    yield f"{job_queue.DROP};\n"
    for table in inspect(connection).get_table_names():
        yield f"DROP TABLE IF EXISTS {quote(table)} CASCADE;\n"


def must_be_readable(path: Path) -> None:
    """Have the dump's list of contents read. Raises NotPossible where that fails."""
    _run("pg_restore", ["--list", str(path)], os.environ)


def _environment(url: URL) -> dict[str, str]:
    """How to reach the database, in variables: arguments are for all to read on the machine."""
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    given = {"username": url.username, "password": url.password, "host": url.host, "port": url.port, **query}
    found = {variable: str(given[name]) for name, variable in _VARIABLES.items() if given.get(name)}
    return {**os.environ, **found, "PGDATABASE": url.database or ""}


def _run(program: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    found = shutil.which(program, path=environment.get("PATH"))
    if found is None:
        raise NotPossible(
            f"The program {program} is not installed here.",
            what_to_do="Install PostgreSQL’s client programs, of the server’s version or newer.",
        )
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()[:_LINES_TOLD] or ["no reason given"]
        raise NotPossible(f"{program} failed: {' '.join(said)}")
