"""A published term in which people are on duty during a session, for tests of releases and cover lists."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from scheduler import clock
from scheduler.availability import entries
from scheduler.availability.model import Weekly
from scheduler.db import Database
from scheduler.enrolment import people_import
from scheduler.programmes.model import equal_rounds
from scheduler.releases.tables import ReleaseRow
from scheduler.rota_import import service as rota_import
from tests.builders import people_csv, programme, world
from tests.kept import kept_for_a_moment
from tests.scheduler.sessions.term import PEERS, PEOPLE, Term, publish_plan

OFFICE_HOURS = tuple(Weekly(weekday, time(9), time(18), "2", "working_hours") for weekday in range(5))


@kept_for_a_moment
def a_rostered_term(storage: Database) -> Term:
    """Ada is on call from home at the first session of the peers, Ben on a long day, Cat on a day duty."""
    now = clock.now()
    first_monday = now.date() + timedelta(days=28 - now.weekday())
    here = world(storage, programme(rounds=equal_rounds(first_monday, 3, 4)))
    with storage.writing() as db:
        people_import.import_people(db, here.coordinator, here.programme_id, people_csv(*PEOPLE), now)
        ids = people_import.person_ids_by_address(db, here.programme_id)
    term = Term(here, ids)
    with storage.writing() as db:
        for address in ids:
            who = term.actor(address.removesuffix("@example.org"))
            entries.set_weekly(db, who, here.programme_id, OFFICE_HOURS, now)
    publish_plan(term)
    import_duties(
        term, now, (PEERS[0], "NROC", "09:00", "21:00"), (PEERS[1], "LD", "08:00", "20:30"),
        (PEERS[2], "Day", "09:00", "17:00"),
    )  # fmt: skip
    return term


def import_duties(term: Term, now: datetime, *duties: tuple[str, str, str, str], name: str = "ward") -> None:
    """A rota of these people on the day of the peers' first session: who, code, from, until."""
    day = term.session().starts_at.date()
    rows = "name,date,start,end,code\n" + "".join(
        f"{who.replace('.', ' ').title()},{day},{start},{end},{code}\n" for who, code, start, end in duties
    )
    with term.database.writing() as db:
        upload = rota_import.Upload(name, rows.encode(), f"{name}.csv")
        rota_import.import_rota(db, term.coordinator(), term.programme_id, "north", upload, now)


def needed(term: Term) -> dict[str, tuple[datetime, datetime, str]]:
    """From what who has to be released, by the first part of their address."""
    names = {number: address.removesuffix("@example.org") for address, number in term.ids.items()}
    with term.database.reading() as db:
        rows = db.scalars(select(ReleaseRow).where(ReleaseRow.ended_at.is_(None)))
        return {names[row.person_id]: (row.starts_at, row.ends_at, row.duty) for row in rows}
