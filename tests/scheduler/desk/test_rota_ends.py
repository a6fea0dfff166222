"""Rotas to ask the next of: those that leave people with nothing known, and those that are old."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from scheduler import clock
from scheduler.desk.model import EndingRota
from scheduler.desk.rota_ends import STALE_AFTER, ending_rotas
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.tables import RotaRow, RotaSpanRow
from tests.scheduler.sessions.term import NEAR_PEERS, PEERS, Term

DAY = timedelta(days=1)


def rota(term: Term, name: str, last_in_days: int, people: tuple[str, ...], imported_ago: timedelta = DAY) -> None:
    today = clock.now().date()
    with term.database.writing() as db:
        site_id = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == term.programme_id)).first()
        last_day = today + last_in_days * DAY
        row = RotaRow(
            programme_id=term.programme_id, site_id=site_id, name=name, layout="grid", first_day=today - 90 * DAY,
            last_day=last_day, imported_at=clock.now() - imported_ago,
        )  # fmt: skip
        db.add(row)
        db.flush()
        db.add_all(_span(row, term.id_of(who), last_day) for who in people)


def _span(row: RotaRow, person_id: int, last_day: date) -> RotaSpanRow:
    return RotaSpanRow(rota_id=row.id, person_id=person_id, first_day=row.first_day, last_day=last_day)


def ending(term: Term) -> list[EndingRota]:
    with term.database.reading() as db:
        programme = get_programme(db, term.programme_id)
        return list(ending_rotas(db, programme, clock.now().date(), clock.now()))


def test_a_rota_that_ends_soon_with_nothing_after_it(stored_term: Term) -> None:
    rota(stored_term, "Surgery", 10, PEERS)
    rota(stored_term, "Medicine", 60, NEAR_PEERS)
    [found] = ending(stored_term)
    assert (found.name, found.people, found.is_stale) == ("Surgery", 4, False)


def test_those_whose_next_rota_is_in_do_not_count(stored_term: Term) -> None:
    rota(stored_term, "Surgery, autumn", 10, PEERS)
    rota(stored_term, "Surgery, winter", 80, PEERS[:3])
    [found] = ending(stored_term)
    assert (found.name, found.people) == ("Surgery, autumn", 1)


def test_one_that_was_imported_long_ago_is_stale(stored_term: Term) -> None:
    rota(stored_term, "Old", 80, PEERS, STALE_AFTER + DAY)
    rota(stored_term, "Over", -5, (), STALE_AFTER + DAY)
    rota(stored_term, "New", 80, NEAR_PEERS)
    assert [(one.name, one.is_stale) for one in ending(stored_term)] == [("Old", True)]


def test_nothing_is_asked_for_once_the_term_is_over(term: Term) -> None:
    rota(term, "Surgery", 10, PEERS)
    with term.database.reading() as db:
        programme = get_programme(db, term.programme_id)
        assert ending_rotas(db, programme, programme.last_day, clock.now()) == ()
