"""A change of site has a first day: before it the old site counts, after it the new one."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from scheduler.availability.entries import set_weekly
from scheduler.availability.model import Weekly
from scheduler.availability.service import for_person
from scheduler.consequences import bring_up_to_date, everything
from scheduler.db import Database
from scheduler.enrolment.people_changes import set_sites
from scheduler.enrolment.people_import import import_people
from scheduler.errors import NotAllowed
from scheduler.people.model import OPERATOR, Role
from scheduler.people.sites import Stay, change_site, moves_of, withdraw_change
from scheduler.people.tables import ParticipantRow
from scheduler.planning.instance_builder import build_instance
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import SiteRow
from tests.builders import NOW, World, actor, import_residents, people_csv, person_line, world
from tests.web.test_request_context import counting

ZONE = "Europe/London"
CHANGE = date(2027, 1, 11)


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    import_residents(made, 2)
    return made


def person(here: World, number: int = 1) -> int:
    with here.database.reading() as db:
        return sorted(db.scalars(select(ParticipantRow.person_id)))[number - 1]


def site_id(here: World, key: str) -> int:
    with here.database.reading() as db:
        return next(site.id for site in get_programme(db, here.programme_id).sites if site.key == key)


def move(here: World, first_day: date = CHANGE, key: str = "south") -> None:
    with here.database.writing() as db:
        change_site(db, here.coordinator, here.programme_id, person(here), site_id(here, key), first_day, NOW, ZONE)


def works_at(here: World) -> int:
    with here.database.reading() as db:
        return db.get_one(ParticipantRow, (here.programme_id, person(here))).site_id


def test_weekly_hours_follow_the_clocks_of_the_site_of_that_day(here: World) -> None:
    """Lunch at noon is noon where they work: in South, five hours behind, it is the evening of the programme."""
    with here.database.writing() as db:
        db.execute(update(SiteRow).where(SiteRow.key == "south").values(zone="America/New_York"))
        who = actor(person(here), here.programme_id, Role.RESIDENT)
        hours = [Weekly(day, time(12), time(14), "2", "working_hours") for day in range(5)]
        set_weekly(db, who, here.programme_id, hours, NOW)
    move(here)
    with here.database.reading() as db:
        answers = for_person(db, OPERATOR, here.programme_id, person(here))
    days = {a.starts_at.astimezone(ZoneInfo(ZONE)).date() for a in answers if a.mark == "2"}
    assert days
    assert max(days) < CHANGE, "from then on the hours are those of South"


def test_until_the_day_the_old_site_counts_and_from_it_on_the_new_one(here: World) -> None:
    north, south = site_id(here, "north"), site_id(here, "south")
    move(here)
    assert works_at(here) == north
    with here.database.writing() as db:
        bring_up_to_date(db, everything(here.programme_id, NOW))
        assert db.get_one(ParticipantRow, (here.programme_id, person(here))).site_id == north
        on_the_day = NOW + timedelta(days=(CHANGE - NOW.date()).days)
        bring_up_to_date(db, everything(here.programme_id, on_the_day))
    assert works_at(here) == south
    with here.database.reading() as db:
        assert moves_of(db, here.programme_id) == {}


def test_a_plan_counts_the_site_of_its_first_day(here: World) -> None:
    def planned() -> str:
        with here.database.reading() as db:
            return build_instance(db, here.programme_id, NOW).residents[0].site

    move(here, date(2027, 3, 1))
    assert planned() == "north"
    move(here, date(2026, 12, 1))
    assert planned() == "south"


def test_a_change_can_be_withdrawn_and_one_from_today_counts_at_once(here: World) -> None:
    move(here)
    with here.database.writing() as db:
        withdraw_change(db, here.coordinator, here.programme_id, person(here), CHANGE, NOW)
        assert moves_of(db, here.programme_id) == {}
    move(here, NOW.date())
    assert works_at(here) == site_id(here, "south")


def test_a_list_can_say_from_when(here: World) -> None:
    content = people_csv(person_line("R1", site="south", site_from=CHANGE.isoformat()), person_line("R2"))
    for changed in (1, 0):
        with here.database.writing() as db:
            assert import_people(db, here.coordinator, here.programme_id, content, NOW).changed == changed
    with here.database.reading() as db:
        assert moves_of(db, here.programme_id) == {person(here): ((CHANGE, site_id(here, "south")),)}
    assert works_at(here) == site_id(here, "north")


@pytest.mark.parametrize(
    ("said", "first_day", "then"),
    [
        ("N", 0, ("N", "S10 N40")), ("S", 0, ("S", "N40")), ("S", 5, ("N", "S5 N40")), ("S", 20, ("N", "S10 N40")),
        ("N", 10, ("N", "")), ("N", 30, ("N", "S10 N30")), ("E", 0, ("E", "S10 N40")), ("E", 40, ("N", "S10 E40")),
    ],
)  # fmt: skip
def test_what_comes_later_stays_unless_it_is_contradicted(said: str, first_day: int, then: tuple[str, str]) -> None:
    """North today, South from day 10, North again from day 40; several are said to be somewhere at once."""
    sites, today = {1: "N", 2: "S", 3: "E"}, NOW.date()
    number = {name: site for site, name in sites.items()}
    known = Stay(1, ((today + timedelta(10), 2), (today + timedelta(40), 1)))
    found = known.but_for(number[said], today + timedelta(first_day), today)
    moves = " ".join(f"{sites[site]}{(day - today).days}" for day, site in found.moves)
    assert (sites[found.site_id], moves) == then


def test_of_several_at_once_a_return_is_kept(here: World) -> None:
    later = CHANGE + timedelta(days=30)
    move(here)
    move(here, later, "north")
    for key, changed in (("north", 0), ("south", 1)):
        with here.database.writing() as db:
            at = site_id(here, key)
            today = NOW.date()
            assert set_sites(db, here.coordinator, here.programme_id, [person(here)], at, today, NOW) == changed
    with here.database.reading() as db:
        assert moves_of(db, here.programme_id) == {person(here): ((later, site_id(here, "north")),)}


def test_only_a_coordinator_changes_a_site(here: World) -> None:
    resident = actor(person(here), here.programme_id, Role.RESIDENT)
    with here.database.writing() as db, pytest.raises(NotAllowed):
        change_site(db, resident, here.programme_id, person(here), site_id(here, "south"), CHANGE, NOW, ZONE)


def test_a_list_of_changes_of_site_asks_the_database_no_more_the_more_people_are_on_it(storage: Database) -> None:
    made = world(storage)
    ids = list(import_residents(made, 12).values())
    took = {}
    for count, day in ((2, CHANGE + timedelta(days=1)), (12, CHANGE)):
        lines = [person_line(f"R{n}", site="south", site_from=day.isoformat()) for n in range(1, count + 1)]
        with storage.writing() as db, counting(storage) as counted:
            import_people(db, made.coordinator, made.programme_id, people_csv(*lines), NOW)
            took[count] = len(counted.queries)
        with storage.reading() as db:
            moves = moves_of(db, made.programme_id)
            assert [len(moves[who]) for who in ids[:count]] == [1] * count
    assert took[12] <= took[2] + 1, "what was to come goes in one statement"
