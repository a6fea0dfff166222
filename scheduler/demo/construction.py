"""Makes the demo by what a coordinator's pages call: nothing gets into its database in any other way."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Database, Db
from scheduler.demo.folder import DATABASE, clear
from scheduler.demo.hospital import Hospital, write_hospital
from scheduler.demo.members import agree, join, set_up
from scheduler.demo.names import COORDINATOR
from scheduler.demo.plan import plan_and_publish
from scheduler.demo.term import SLUG
from scheduler.demo.ways_in import WaysIn, open_ways_in, shown_group
from scheduler.enrolment.clinics import import_clinics
from scheduler.enrolment.people_import import import_people
from scheduler.enrolment.relations_import import import_relations
from scheduler.enrolment.rooms import import_rooms
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import add_coordinator
from scheduler.planning.overview import overview
from scheduler.plans.model import Plan, Run
from scheduler.plans.service import get_plan
from scheduler.programmes.service import create_programme, find_programme_id
from scheduler.rota_import.service import Upload, import_rota
from scheduler.settings import Settings


class Listener(Protocol):
    """Hears how the making of the demo progresses."""

    def done(self, text: str) -> None:
        """A step is done."""

    def planning(self, run: Run) -> None:
        """The run is in progress, or has just ended."""


def make_demo(settings: Settings, folder: Path, residents: int, listener: Listener) -> WaysIn:
    """Files, database, imports, plan, publishing; what an attempt before this one left unfinished goes."""
    clear(folder)
    hospital = write_hospital(folder, now().date(), residents)
    listener.done(f"Created a hospital with {residents} residents in {folder}")
    database = open_database(settings)
    try:
        coordinator, programme_id = _programme(database, hospital)
        _import_lists(database, coordinator, programme_id, hospital, listener)
        _import_rotas(database, coordinator, programme_id, hospital, listener)
        _take_part(database, coordinator, programme_id, listener)
        plan = plan_and_publish(database, settings, coordinator, programme_id, listener.planning)
        listener.done(_told(plan))
        agreed = agree(database, plan, shown_group(plan), now())
        listener.done(f"{agreed} of {len(plan.groups)} groups have agreed their charter, so their dates are confirmed")
        return _ways_in(database, coordinator, plan, settings.base_url)
    finally:
        database.close()


def find_demo(settings: Settings, folder: Path) -> WaysIn | None:
    """Fresh ways into the demo in the folder; None where there is none, or one that was not finished."""
    if not (folder / DATABASE).exists():
        return None
    database = open_database(settings)
    try:
        with database.writing() as db:
            programme_id = find_programme_id(db, SLUG)
            if programme_id is None:
                return None
            coordinator = _coordinator(db, programme_id)
            published = overview(db, coordinator, programme_id).published
            if published is None:
                return None
            plan = get_plan(db, coordinator, published.id)
        return _ways_in(database, coordinator, plan, settings.base_url)
    finally:
        database.close()


def _programme(database: Database, hospital: Hospital) -> tuple[Actor, int]:
    with database.writing() as db:
        programme_id = create_programme(db, OPERATOR, hospital.programme, now())
        return _coordinator(db, programme_id), programme_id


def _coordinator(db: Db, programme_id: int) -> Actor:
    """The demo's coordinator as somebody signed in; known already or not."""
    name, email = COORDINATOR
    person_id = add_coordinator(db, OPERATOR, programme_id, name, email, now())
    return Actor(person_id, name, frozenset(((programme_id, Role.COORDINATOR),)))


def _import_lists(
    database: Database, coordinator: Actor, programme_id: int, hospital: Hospital, listener: Listener
) -> None:
    with database.writing() as db:
        people = import_people(db, coordinator, programme_id, hospital.people.read_bytes(), now())
        ties = import_relations(db, coordinator, programme_id, hospital.relations.read_bytes(), now())
        import_clinics(db, coordinator, programme_id, hospital.clinics.read_bytes(), now())
        rooms = import_rooms(db, coordinator, programme_id, hospital.rooms.read_bytes(), now())
    listener.done(f"{people.added} people, {ties.rows} relations, {rooms} rooms and the seniors' clinics were imported")


def _import_rotas(
    database: Database, coordinator: Actor, programme_id: int, hospital: Hospital, listener: Listener
) -> None:
    for rota in hospital.rotas:
        upload = Upload(rota.name, rota.path.read_bytes(), rota.path.name)
        with database.writing() as db:
            imported = import_rota(db, coordinator, programme_id, rota.site, upload, now())
        listener.done(f"{rota.name}: {imported.duties} duties of {imported.people} doctors were read")


def _take_part(database: Database, coordinator: Actor, programme_id: int, listener: Listener) -> None:
    with database.writing() as db:
        set_up(db, coordinator, programme_id, now())
        joined = join(db, coordinator, programme_id, now())
    listener.done(f"{joined} people said yes and answered the questions")


def _told(plan: Plan) -> str:
    return (
        f"{plan.placed} residents meet in {len(plan.groups)} groups, {plan.sessions_held} of {plan.sessions_wanted} "
        f"sessions are dated, {_percent(plan.mean_attendance)} % can come; published as revision {plan.revision}"
    )


def _percent(share: float) -> int:
    """Rounded as pages round it: never to 100 what is not whole."""
    whole = round(100 * share)
    return 99 if whole == 100 and share < 1 else whole


def _ways_in(database: Database, coordinator: Actor, plan: Plan, base_url: str) -> WaysIn:
    with database.writing() as db:
        return open_ways_in(db, coordinator, plan, base_url, now())
