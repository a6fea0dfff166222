"""Programmes: how they are stored, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.errors import NotFound, Rejected
from scheduler.people.model import OPERATOR
from scheduler.programmes.model import Programme, Window
from scheduler.programmes.service import create_programme, find_programme_id, get_programme
from tests.builders import NOW, programme


def test_a_programme_comes_back_as_it_was_stored(storage: Database) -> None:
    wanted = programme(weights={"want": 30}, windows=(Window(2, time(13), time(14), 30, protected=True),))
    with storage.writing() as db:
        programme_id = create_programme(db, OPERATOR, wanted, NOW)
    with storage.reading() as db:
        assert without_ids(get_programme(db, programme_id)) == wanted
        assert find_programme_id(db, "spring") == programme_id
        assert [line.action for line in db.scalars(select(AuditRow))] == ["programme.created"]


def without_ids(stored: Programme) -> Programme:
    sites = tuple(replace(site, id=0, rooms=tuple(replace(room, id=0) for room in site.rooms)) for site in stored.sites)
    return replace(stored, id=0, models=tuple(replace(model, id=0) for model in stored.models), sites=sites)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"slug": "Spring Term"}, "slug"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"rounds": ()}, "rounds"),
        ({"models": ()}, "models"),
        ({"windows": ()}, "windows"),
        ({"windows": (Window(0, time(12), time(12, 30)),)}, "windows-0-closes_at"),
    ],
)
def test_a_programme_that_cannot_work_is_refused(database: Database, changes: dict[str, object], where: str) -> None:
    with pytest.raises(Rejected) as rejected, database.writing() as db:
        create_programme(db, OPERATOR, programme(**changes), NOW)
    assert where in [fault.where for fault in rejected.value.faults]


def test_an_unknown_programme_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound), database.reading() as db:
        get_programme(db, 99)
