"""The cover list: whose it is, what it can be narrowed to, and what it never tells."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from scheduler import clock
from scheduler.cover import managers
from scheduler.cover.model import NOBODY, Order, Wanted
from scheduler.cover.service import count_by_manager, cover_lines, cover_page, weeks_ahead
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, Rejected
from scheduler.paging import Paging
from scheduler.programmes.service import get_programme
from tests.scheduler.releases.rostered import a_rostered_term
from tests.scheduler.sessions.term import PEERS, Term


@pytest.fixture
def term(storage: Database) -> Term:
    return a_rostered_term(storage)


def all_days(term: Term) -> Wanted:
    day = term.session().starts_at.date()
    return Wanted(day - timedelta(days=7), day + timedelta(days=7))


def keep(term: Term, name: str, rota: str = "", email: str = "") -> int:
    """Enter somebody who keeps a rota of the northern site, or the rest of it."""
    now = clock.now()
    with term.database.writing() as db:
        manager = managers.add_manager(db, term.coordinator(), term.programme_id, name, email, now)
        north = get_programme(db, term.programme_id).sites[0].id
        managers.set_keepers(db, term.coordinator(), term.programme_id, {(north, rota): manager}, now)
    return manager


def listed(term: Term, **narrowed: object) -> list[tuple[str, str, str]]:
    with term.database.reading() as db:
        wanted = replace(all_days(term), **narrowed)  # type: ignore[arg-type]
        lines = cover_lines(db, term.coordinator(), term.programme_id, wanted)
    return [(line.name, line.duty, line.manager) for line in lines]


def test_everybody_on_duty_is_on_it_with_the_duty_and_who_keeps_the_rota(term: Term) -> None:
    assert listed(term) == [("Ada Quill", "NROC", ""), ("Ben Marrow", "LD", ""), ("Cat Osier", "Day", "")]
    keep(term, "Northern rota office")
    assert {manager for _, _, manager in listed(term)} == {"Northern rota office"}
    keep(term, "Ward clerk", rota="ward")
    assert {manager for _, _, manager in listed(term)} == {"Ward clerk"}


def test_a_line_tells_no_group_topic_or_reason(term: Term) -> None:
    with term.database.reading() as db:
        lines = cover_lines(db, term.coordinator(), term.programme_id, all_days(term))
    told = " ".join(str(value) for line in lines for value in asdict(line).values())
    assert term.session().group_name not in told
    assert set(asdict(lines[0])) == {
        *("session_id", "person_id", "name", "site_id", "site", "zone", "rota", "duty", "starts_at", "ends_at"),
        *("manager_id", "manager"),
    }


def test_it_is_narrowed_to_days_sites_and_rota_managers(term: Term) -> None:
    office = keep(term, "Northern rota office")
    with term.database.reading() as db:
        north, south = (site.id for site in get_programme(db, term.programme_id).sites)
        day = term.session().starts_at.date()
        counted = count_by_manager(db, term.coordinator(), term.programme_id, all_days(term))
    assert [(each.manager_id, each.name, each.lines) for each in counted] == [(office, "Northern rota office", 3)]
    assert len(listed(term, site_id=north)) == len(listed(term, manager_id=office)) == 3
    assert listed(term, site_id=south) == listed(term, manager_id=NOBODY) == []
    assert listed(term, first_day=day + timedelta(days=1)) == listed(term, last_day=day - timedelta(days=1)) == []
    assert len(listed(term, first_day=day, last_day=day)) == 3


@pytest.mark.parametrize("order", Order)
def test_it_comes_page_by_page_in_every_order_and_is_searched_by_name(term: Term, order: Order) -> None:
    wanted = replace(all_days(term), order=order)
    with term.database.reading() as db:
        first, paging = cover_page(db, term.coordinator(), term.programme_id, wanted, Paging(size=2))
        second, _ = cover_page(db, term.coordinator(), term.programme_id, wanted, Paging(number=2, size=2))
        [found], _ = cover_page(db, term.coordinator(), term.programme_id, wanted, Paging(q="osier"))
    assert ([line.name for line in (*first, *second)], paging.total) == (["Ada Quill", "Ben Marrow", "Cat Osier"], 3)
    assert found.name == "Cat Osier"


def test_a_term_that_has_not_begun_is_listed_from_its_first_day_on(term: Term) -> None:
    with term.database.reading() as db:
        programme = get_programme(db, term.programme_id)
    assert weeks_ahead(programme, clock.now(), 4).first_day == programme.first_day
    later = weeks_ahead(programme, term.session().starts_at, 1)
    assert (later.first_day, later.last_day - later.first_day) == (
        term.session().starts_at.date(),
        timedelta(days=6),
    )


def test_only_coordinators_read_it_or_enter_rota_managers(term: Term) -> None:
    ada, wanted = term.actor(PEERS[0]), all_days(term)
    with term.database.writing() as db:
        for refused in (
            lambda: cover_page(db, ada, term.programme_id, wanted, Paging()),
            lambda: cover_lines(db, ada, term.programme_id, wanted),
            lambda: count_by_manager(db, ada, term.programme_id, wanted),
            lambda: managers.list_managers(db, ada, term.programme_id),
            lambda: managers.list_kept(db, ada, term.programme_id),
            lambda: managers.add_manager(db, ada, term.programme_id, "Me", "", clock.now()),
            lambda: managers.set_keepers(db, ada, term.programme_id, {}, clock.now()),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_a_rota_manager_has_a_name_of_their_own_and_an_address_or_none(term: Term) -> None:
    now, who = clock.now(), term.coordinator()
    office = keep(term, "Rota office", email="office@example.org")
    with term.database.writing() as db:
        for name, email, fields in (
            ("", "x", ["name", "email"]),
            ("rota  OFFICE", "", ["name"]),
            ("x" * 81, "", ["name"]),
        ):
            with pytest.raises(Rejected) as refused:
                managers.add_manager(db, who, term.programme_id, name, email, now)
            assert [fault.where for fault in refused.value.faults] == fields
        managers.change_manager(db, who, term.programme_id, office, "Rota Office", "", now)
        assert managers.get_manager(db, who, term.programme_id, office).name == "Rota Office"
        with pytest.raises(NotFound):
            managers.get_manager(db, who, term.programme_id, office + 1)
        for keepers in ({(999, ""): office}, {(get_programme(db, term.programme_id).sites[0].id, ""): 999}):
            with pytest.raises(NotFound):
                managers.set_keepers(db, who, term.programme_id, keepers, now)


def test_who_keeps_what_is_listed_changed_and_taken_back(term: Term) -> None:
    office, now, who = keep(term, "Rota office"), clock.now(), term.coordinator()
    with term.database.reading() as db:
        kept = managers.list_kept(db, who, term.programme_id)
    assert [(each.site, each.rota, each.manager) for each in kept] == [
        ("North Hospital", "", "Rota office"),
        ("North Hospital", "ward", ""),
        ("South Hospital", "", ""),
    ]
    with term.database.writing() as db:
        managers.set_keepers(db, who, term.programme_id, {(kept[0].site_id, ""): None}, now)
    assert {manager for _, _, manager in listed(term)} == {""}
    with term.database.writing() as db:
        managers.remove_manager(db, who, term.programme_id, office, now)
        assert managers.list_managers(db, who, term.programme_id) == ()
