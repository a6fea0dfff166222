"""A small stored programme: two groups at two sites, a facilitator for both, a coordinator."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from scheduler.db import Database, Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.model import PEER, Programme, Room, Site, Window, equal_rounds
from scheduler.programmes.service import create_programme
from scheduler.programmes.tables import ModelRow, RoomRow, SiteRow
from scheduler.sessions.planned_sessions import Planned, publish_sessions
from tests.builders import plan_everybody
from tests.kept import kept

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
FIRST_SESSION = datetime(2026, 10, 6, 11, 30, tzinfo=UTC)

RESIDENTS = {"g1": ("Ada Quillfeather", "Ben Marrowby"), "g2": ("Cleo Thistlewick", "Dan Oxbridgeton")}
FACILITATOR, COORDINATOR = "Fay Lanternly", "Cora Deskworth"


@dataclass(slots=True)
class Hospital:
    """The programme's ids, and what is planned: change `planned` and publish again."""

    database: Database
    programme_id: int
    people: dict[str, int]
    sites: dict[str, int]
    rooms: dict[str, int]
    planned: dict[tuple[str, int], Planned]

    def actor(self, name: str, *roles: Role) -> Actor:
        """Somebody signed in, with these roles in the programme."""
        return Actor(self.people[name], name, frozenset((self.programme_id, role) for role in roles))

    def publish(self, db: Db, now: datetime) -> None:
        """Publish what is planned, as the plan's publishing does."""
        publish_sessions(db, self.programme_id, self.planned.values(), now)
        db.flush()

    def move(self, group: str, number: int, starts_at: datetime) -> None:
        """Plan a session for another time."""
        session = self.planned[group, number]
        length = session.ends_at - session.starts_at
        self.planned[group, number] = replace(session, starts_at=starts_at, ends_at=starts_at + length)


def a_programme(zone: str) -> Programme:
    room = Room("r1", "Room 3", 12, frozenset(range(5)), time(8), time(18))
    return Programme(
        slug="autumn",
        name="Autumn mentoring",
        zone=zone,
        rounds=equal_rounds(date(2026, 10, 5), 2, 4),
        windows=(Window(1, time(12), time(14)),),
        models=(PEER,),
        sites=(Site("north", "North", zone, (room,)), Site("south", "South", zone)),
    )


@kept
def a_hospital(database: Database, zone: str = "Europe/London") -> Hospital:
    """Make and publish the programme: two rounds, the second after the October clock change."""
    with database.writing() as db:
        coordinator = _person(db, COORDINATOR)
        boss = Actor(coordinator, COORDINATOR, begins=True)
        programme_id = create_programme(db, boss, a_programme(zone), NOW)
        plan_everybody(db, programme_id)
        sites = {row.key: row.id for row in db.query(SiteRow).filter_by(programme_id=programme_id)}
        rooms = {row.key: row.id for row in db.query(RoomRow)}
        people = {COORDINATOR: coordinator, FACILITATOR: _person(db, FACILITATOR)}
        participates(db, programme_id, people[FACILITATOR], sites["north"], Role.FACULTY)
        for name in (name for names in RESIDENTS.values() for name in names):
            people[name] = _person(db, name)
            site = sites["south" if name.startswith("Ben") else "north"]
            participates(db, programme_id, people[name], site, Role.RESIDENT)
        hospital = Hospital(database, programme_id, people, sites, rooms, {})
        hospital.planned = {(plan.group_key, plan.round): plan for plan in _planned(hospital)}
        _publish_groups(db, hospital)
        hospital.publish(db, NOW)
    return hospital


def _publish_groups(db: Db, hospital: Hospital) -> None:
    """The groups as a published plan holds them."""
    model_id = db.scalars(select(ModelRow.id).where(ModelRow.programme_id == hospital.programme_id)).one()
    plan = PlanRow(
        programme_id=hospital.programme_id, number=1, state=PlanState.PUBLISHED, revision=1, score=0, seconds=0.0
    )
    plan.points, plan.created_at, plan.published_at = {}, NOW, NOW
    for key, names in RESIDENTS.items():
        members = [MemberRow(person_id=hospital.people[name], role="resident") for name in names]
        members.append(MemberRow(person_id=hospital.people[FACILITATOR], role="facilitator"))
        plan.groups.append(GroupRow(key=key, name=key, model_id=model_id, mode="video", members=members))
    db.add(plan)
    db.flush()


def _person(db: Db, name: str) -> int:
    row = PersonRow(name=name, email=f"{name.split()[0].lower()}@example.org", zone="", language="en", created_at=NOW)
    db.add(row)
    db.flush()
    return row.id


def participates(db: Db, programme_id: int, person_id: int, site_id: int, role: Role) -> None:
    """Give somebody a part in a programme."""
    db.add(RoleRow(programme_id=programme_id, person_id=person_id, role=role))
    db.add(
        ParticipantRow(
            programme_id=programme_id,
            person_id=person_id,
            kind=role,
            stage=1 if role is Role.RESIDENT else None,
            site_id=site_id,
            modes=["in_person", "video"],
            models={"peer": 1},
            interests=[],
            tags=[],
            company=[],
            joined_at=NOW,
        )
    )
    db.flush()


def _planned(hospital: Hospital) -> Iterable[Planned]:
    for offset, (key, names) in enumerate(RESIDENTS.items()):
        for number in (0, 1):
            starts_at = FIRST_SESSION + timedelta(days=28 * number, hours=2 * offset)
            is_here = key == "g1"
            yield Planned(
                group_key=key,
                group_name=f"Peer group {offset + 1}",
                model_name="Peer group",
                round=number,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
                mode="in_person" if is_here else "video",
                site_id=hospital.sites["north"] if is_here else None,
                room_id=hospital.rooms["r1"] if is_here else None,
                attendees={hospital.people[name]: ("resident", "2") for name in names}
                | {hospital.people[FACILITATOR]: ("facilitator", "2")},
            )
