"""One person in several programmes, one library for several: nobody is counted on twice, no room is booked twice."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from scheduler.availability import entries
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark, Weekly
from scheduler.availability.tables import AvailabilityRow
from scheduler.bookings.tables import BookedPersonRow, BookingRow
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedBodyRow
from scheduler.changes import Fact, note
from scheduler.coordination.model import Act, ChangeMode, MoveSession
from scheduler.coordination.service import carry_out, preview_all
from scheduler.db import Database, Db
from scheduler.errors import NotPossible
from scheduler.people.model import Role
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.membership import rosters
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.programmes.model import Programme, Room, Site
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow, RoomRow
from scheduler.sessions import apologies
from scheduler.sessions.alternatives import find_date
from scheduler.sessions.bookings import bring_bookings_up_to_date
from scheduler.sessions.date_marks import date_marks
from scheduler.sessions.tables import AttendeeRow, ProposalRow, SessionRow
from scheduler.troubles.model import TroubleKind
from scheduler.troubles.tables import TroubleRow
from solvers.instance import Instance
from solvers.vocabulary import CANNOT
from tests.builders import NOW, SOUTH, World, actor, add_draft, import_residents, programme, publish, world

FIRST = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
DATES = {round_: FIRST + timedelta(weeks=4 * round_) for round_ in range(3)}
LATER = {round_: date + timedelta(days=1) for round_, date in DATES.items()}
THE_SAME_NORTH = Site(
    "n",
    "North hospital",
    "Europe/London",
    (Room("lib", "LIBRARY", 20, frozenset(range(5)), time(8), time(18)),),
)
HEAD_START_SECONDS = 0.3


@dataclass(frozen=True)
class Both:
    """Two programmes with the same eight residents and default windows."""

    spring: World
    autumn: World
    people: list[int]

    @property
    def database(self) -> Database:
        return self.spring.database

    def publish(self, here: World, now: datetime = NOW, **groups: tuple[list[int], dict[int, datetime]]) -> int:
        plan_id = add_draft(here, **groups)
        with self.database.writing() as db:
            publish(db, here.coordinator, plan_id, now)
        return plan_id

    def instance(self, here: World) -> Instance:
        with self.database.reading() as db:
            return build_instance(db, here.programme_id, NOW)

    def marks(self, here: World, round_: int = 0) -> dict[int, str]:
        with self.database.reading() as db:
            session = db.scalars(
                select(SessionRow).where(SessionRow.programme_id == here.programme_id, SessionRow.round == round_)
            ).one()
            return {attendee.person_id: attendee.mark for attendee in session.attendees}


def with_people(here: World, site: str) -> list[int]:
    ids = sorted(import_residents(here, 8, models="peer:3", site=site).values())
    add_marks(here, ids)
    return ids


def add_marks(here: World, ids: Collection[int]) -> None:
    """Everybody can come to everything: in this programme, whatever they said in another."""
    with here.database.writing() as db:
        marks = "2" * len(get_programme(db, here.programme_id).slots())
        for person_id in ids:
            row = db.get_one(AvailabilityRow, (here.programme_id, person_id))
            row.marks, row.reasons, row.planner_marks = marks, [], ""


def autumn_term(**changes: object) -> Programme:
    return short(slug="autumn", sites=(THE_SAME_NORTH, SOUTH), **changes)


def short(**changes: object) -> Programme:
    """With sessions that may follow one another without a break."""
    return programme(session_minutes=45, **changes)


@pytest.fixture
def both(storage: Database) -> Both:
    spring, autumn = world(storage, short()), world(storage, autumn_term())
    people = with_people(spring, "north")
    assert with_people(autumn, "n") == people
    return Both(spring, autumn, people)


def double_bookings(database: Database) -> list[tuple[int, int, int]]:
    """Two overlapping sessions, and somebody who is counted on at both."""
    counted: dict[int, list[SessionRow]] = defaultdict(list)
    with database.reading() as db:
        rows = db.execute(
            select(AttendeeRow.person_id, SessionRow)
            .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
            .where(AttendeeRow.mark.in_(["1", "2"]), SessionRow.status != "cancelled")
        ).all()
    for person_id, session in rows:
        counted[person_id].append(session)
    return [
        (person_id, one.id, other.id)
        for person_id, sessions in counted.items()
        for one in sessions
        for other in sessions
        if one.id < other.id and one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ]


def booked(database: Database) -> set[tuple[int, int]]:
    with database.reading() as db:
        return {(row.session_id, row.person_id) for row in db.scalars(select(BookedPersonRow))}


def test_a_second_programme_plans_around_what_the_first_has_published(both: Both) -> None:
    both.publish(both.spring, g1=(both.people[:4], DATES), g2=(both.people[4:], LATER))
    instance = both.instance(both.autumn)
    closed = {
        person.id: {slot.start for slot, mark in zip(instance.slots, person.availability, strict=True) if mark == "0"}
        for person in instance.residents
    }
    for people, dates in ((both.people[:4], DATES), (both.people[4:], LATER)):
        for person_id in people:
            assert closed[person_key(person_id)] == set(dates.values())


def test_a_plan_that_another_programme_has_overtaken_is_not_published(both: Both) -> None:
    mine = add_draft(both.autumn, h1=(both.people[:4], DATES))
    both.publish(both.spring, g1=(both.people[:4], DATES))
    with pytest.raises(NotPossible, match="Too few people can come to Peer group h1"), both.database.writing() as db:
        publish(db, both.autumn.coordinator, mine, NOW)
    with both.database.reading() as db:
        assert db.get_one(PlanRow, mine).state == "draft"


def test_who_is_elsewhere_then_is_not_counted_on(both: Both) -> None:
    both.publish(both.spring, g1=(both.people[:4], DATES))
    both.publish(both.autumn, h1=(both.people[3:8], DATES))
    assert both.marks(both.spring) == dict.fromkeys(both.people[:4], "2")
    assert both.marks(both.autumn) == {both.people[3]: "0", **dict.fromkeys(both.people[4:], "2")}
    assert double_bookings(both.database) == []
    assert len(booked(both.database)) == 3 * 4 + 3 * 4


def test_a_plan_may_take_the_times_of_the_plan_that_it_replaces(both: Both) -> None:
    both.publish(both.spring, g1=(both.people[:4], DATES), g2=(both.people[4:], LATER))
    instance = both.instance(both.spring)
    assert all(set(person.availability) == {"2"} for person in instance.residents)
    both.publish(both.spring, g1=(both.people[:4], LATER), g2=(both.people[4:], DATES))
    assert double_bookings(both.database) == []
    assert len(booked(both.database)) == 3 * 8


def test_an_extra_session_stands_whatever_is_planned(both: Both) -> None:
    both.publish(both.spring, g1=(both.people[:4], DATES))
    with both.database.writing() as db:
        row = db.scalars(select(SessionRow).where(SessionRow.round == 0)).one()
        row.extra = 1
        note(db, Fact.SESSIONS, both.spring.programme_id, NOW, (row.id,))
    instance = both.instance(both.spring)
    taken = [
        slot.start for slot, mark in zip(instance.slots, instance.residents[0].availability, strict=True) if mark == "0"
    ]
    assert taken == [FIRST]


def test_whoever_apologises_may_be_counted_on_elsewhere_and_comes_back_to_what_stood_first(both: Both) -> None:
    who = actor(both.people[3], both.spring.programme_id, Role.RESIDENT)
    with both.database.writing() as db:  # an apology has all of their time worked out anew
        for here in (both.spring, both.autumn):
            hours = tuple(Weekly(weekday, time(9), time(18), "2", "working_hours") for weekday in range(5))
            resident = actor(both.people[3], here.programme_id, Role.RESIDENT)
            entries.set_weekly(db, resident, here.programme_id, hours, NOW)
    both.publish(both.spring, g1=(both.people[:4], DATES))
    both.publish(both.autumn, NOW + timedelta(hours=1), h1=(both.people[3:8], DATES))
    with both.database.reading() as db:
        first = db.scalars(
            select(SessionRow.id).where(SessionRow.programme_id == both.spring.programme_id, SessionRow.round == 0)
        ).one()
    with both.database.writing() as db:
        apologies.say_sorry(db, who, first, NOW + timedelta(hours=2))
    assert both.marks(both.autumn)[both.people[3]] == "2"
    assert (first, both.people[3]) not in booked(both.database)
    with both.database.writing() as db:
        apologies.take_back(db, who, first, NOW + timedelta(hours=3))
    assert both.marks(both.autumn)[both.people[3]] == "0"
    assert (first, both.people[3]) in booked(both.database)


def test_a_word_on_the_very_time_of_a_session_counts_elsewhere_wherever_it_is_said_and_taken_back(both: Both) -> None:
    """On the page of their availability as well as with one tap at the session."""
    who = both.people[3]
    resident = actor(who, both.spring.programme_id, Role.RESIDENT)
    with both.database.writing() as db:
        for here in (both.spring, both.autumn):
            hours = tuple(Weekly(weekday, time(9), time(18), "2", "working_hours") for weekday in range(5))
            entries.set_weekly(db, actor(who, here.programme_id, Role.RESIDENT), here.programme_id, hours, NOW)
    both.publish(both.spring, g1=(both.people[:4], DATES))
    both.publish(both.autumn, NOW + timedelta(hours=1), h1=(both.people[3:8], DATES))
    no = OwnMark(Interval(FIRST, FIRST + timedelta(minutes=45)), CANNOT)
    with both.database.writing() as db:
        later = NOW + timedelta(hours=2)
        said = entries.replace_own_marks(db, resident, both.spring.programme_id, (), (no,), later)
    assert (both.marks(both.spring)[who], both.marks(both.autumn)[who]) == ("0", "2")
    with both.database.writing() as db:
        entries.replace_own_marks(db, resident, both.spring.programme_id, said, (), NOW + timedelta(hours=3))
    assert (both.marks(both.spring)[who], both.marks(both.autumn)[who]) == ("2", "0")


def test_a_group_is_offered_no_date_on_which_its_people_are_elsewhere(both: Both) -> None:
    both.publish(both.spring, g1=(both.people[:4], DATES))
    both.publish(both.autumn, h1=(both.people[:4], LATER))
    with both.database.reading() as db:
        session = db.scalars(
            select(SessionRow).where(SessionRow.programme_id == both.spring.programme_id, SessionRow.round == 0)
        ).one()
        there, free = LATER[0], LATER[0] + timedelta(days=1)
        assert find_date(db, both.spring.programme_id, "g1", there, NOW, instead_of=session) is None
        assert find_date(db, both.spring.programme_id, "g1", free, NOW, instead_of=session) is not None


def in_person(both: Both, here: World, key: str, people: list[int], dates: dict[int, datetime]) -> int:
    """A draft of one group that meets in the library."""
    plan_id = add_draft(here, **{key: (people, dates)})
    with both.database.writing() as db:
        site = get_programme(db, here.programme_id).sites[0]
        db.execute(update(GroupRow).where(GroupRow.plan_id == plan_id).values(mode="in_person", site_id=site.id))
        of_plan = select(GroupRow.id).where(GroupRow.plan_id == plan_id)
        rooms = update(PlannedSessionRow).where(PlannedSessionRow.group_id.in_(of_plan))
        db.execute(rooms.values(room_id=site.rooms[0].id))
    return plan_id


def release(here: World, plan_id: int, now: datetime = NOW) -> None:
    with here.database.writing() as db:
        publish(db, here.coordinator, plan_id, now)


def rooms_had(both: Both) -> dict[int, bool]:
    """Whether each programme's first session has its room, by the programme."""
    with both.database.reading() as db:
        rows = db.scalars(select(BookingRow).where(BookingRow.round == 0))
        return {row.programme_id: row.place is not None for row in rows}


def test_one_library_is_booked_once(both: Both) -> None:
    release(both.spring, in_person(both, both.spring, "g1", both.people[:4], DATES))
    instance = both.instance(both.autumn)
    [library] = instance.rooms
    taken = {slot.start for slot, mark in zip(instance.slots, library.availability, strict=True) if mark == "0"}
    assert taken == set(DATES.values())
    with pytest.raises(NotPossible, match=r"The room of .* can’t be used then"):
        release(both.autumn, in_person(both, both.autumn, "h1", both.people[4:], DATES))
    release(both.autumn, in_person(both, both.autumn, "h1", both.people[4:], LATER))
    with both.database.reading() as db:
        session = db.scalars(
            select(SessionRow).where(SessionRow.programme_id == both.spring.programme_id, SessionRow.round == 0)
        ).one()
        assert find_date(db, both.spring.programme_id, "g1", LATER[0], NOW, instead_of=session) is None
        free = LATER[0] + timedelta(days=1)
        assert find_date(db, both.spring.programme_id, "g1", free, NOW, instead_of=session) is not None


def test_a_room_that_turns_out_to_be_another_s_goes_to_whose_date_has_stood_longer(both: Both) -> None:
    with both.database.writing() as db:
        autumn_room = get_programme(db, both.autumn.programme_id).sites[0].rooms[0].id
        db.execute(update(RoomRow).where(RoomRow.id == autumn_room).values(name="Attic"))
    release(both.spring, in_person(both, both.spring, "g1", both.people[:4], DATES), NOW + timedelta(hours=1))
    release(both.autumn, in_person(both, both.autumn, "h1", both.people[4:], DATES))
    assert set(rooms_had(both).values()) == {True}
    for name, spring_has_it in (("Library", False), ("Attic", True)):
        with both.database.writing() as db:
            db.execute(update(RoomRow).where(RoomRow.id == autumn_room).values(name=name))
            note(db, Fact.SESSIONS, both.autumn.programme_id, NOW)
        assert rooms_had(both) == {both.spring.programme_id: spring_has_it, both.autumn.programme_id: True}


def test_whoever_gets_or_loses_a_room_by_another_programme_s_change_reads_so_at_once(both: Both) -> None:
    with both.database.writing() as db:
        rooms = {here: get_programme(db, here.programme_id).sites[0].rooms[0].id for here in (both.spring, both.autumn)}
        db.execute(update(RoomRow).where(RoomRow.id == rooms[both.spring]).values(name="Attic"))
    release(both.spring, in_person(both, both.spring, "g1", both.people[:4], DATES))
    release(both.autumn, in_person(both, both.autumn, "h1", both.people[4:], DATES), NOW + timedelta(hours=1))
    with both.database.writing() as db:  # from now on it is the room that the others have, who came later
        db.execute(update(RoomRow).where(RoomRow.id == rooms[both.spring]).values(name="Library"))
        note(db, Fact.SESSIONS, both.spring.programme_id, NOW + timedelta(hours=2))
    assert without_room(both) == {0, 1, 2}
    with both.database.writing() as db:
        first = db.scalars(
            select(SessionRow).where(SessionRow.programme_id == both.spring.programme_id, SessionRow.round == 0)
        ).one()
        act = MoveSession(first.id, first.starts_at + timedelta(days=1))
        carry_out(db, both.spring.coordinator, act, "Agreed", NOW + timedelta(hours=3))
    assert without_room(both) == {1, 2}


def without_room(both: Both) -> set[int]:
    """The rounds in which a room is said to be somebody else's, in the programme that is changed by the other's."""
    with both.database.reading() as db:
        taken = (TroubleRow.kind == TroubleKind.ROOM, TroubleRow.ended_at.is_(None))
        here = TroubleRow.programme_id == both.autumn.programme_id
        rounds = select(SessionRow.round).join(TroubleRow, TroubleRow.session_id == SessionRow.id)
        return set(db.scalars(rounds.where(here, *taken)))


def test_the_way_between_two_sites_counts_where_both_meet_in_person(both: Both) -> None:
    release(both.spring, in_person(both, both.spring, "g1", both.people[:4], DATES))
    with both.database.writing() as db:
        db.execute(
            update(SessionRow).values(site_id=get_programme(db, both.spring.programme_id).sites[1].id, room_id=None)
        )
        note(db, Fact.SESSIONS, both.spring.programme_id, NOW)
    instance = both.instance(both.autumn)
    first_day = [
        (slot.start.astimezone(UTC).time(), mark)
        for slot, mark in zip(instance.slots, instance.residents[0].availability, strict=True)
        if slot.start.date() == FIRST.date()
    ]
    assert first_day == [(time(12, 30), "0"), (time(13, 15), "0")], "the second begins as the first ends"


def test_of_two_programmes_that_publish_at_the_same_moment_the_second_is_told(both: Both) -> None:
    mine = add_draft(both.spring, g1=(both.people[:4], DATES))
    other = add_draft(both.autumn, h1=(both.people[:4], DATES))

    def second() -> None:
        release(both.autumn, other)

    with ThreadPoolExecutor(1) as pool:
        with both.database.writing() as db:
            publish(db, both.spring.coordinator, mine, NOW)
            later = pool.submit(second)
            wait([later], HEAD_START_SECONDS)
        wait([later])
    assert isinstance(later.exception(), NotPossible)
    with both.database.reading() as db:
        assert [db.get_one(PlanRow, plan_id).state for plan_id in (mine, other)] == ["published", "draft"]
        assert len(db.scalars(select(SessionRow.id)).all()) == 3
    assert len(booked(both.database)) == 12


def add_session(db: Db, both: Both, here: World, key: str) -> int:
    row = SessionRow(
        uid=key, programme_id=here.programme_id, group_key=key, group_name=key, model_name="Peer", round=0,
        starts_at=FIRST, ends_at=FIRST + timedelta(minutes=45), mode="video", status="confirmed", sequence=0,
        created_at=NOW, changed_at=NOW,
        attendees=[AttendeeRow(person_id=both.people[0], role="resident", mark="2")],
    )  # fmt: skip
    db.add(row)
    db.flush()
    note(db, Fact.SESSIONS, here.programme_id, NOW, (row.id,))
    return row.id


def test_the_database_has_the_last_word_between_two_that_do_not_see_each_other(both: Both) -> None:
    def second() -> None:
        with both.database.writing() as db:
            add_session(db, both, both.autumn, "h1")

    with ThreadPoolExecutor(1) as pool:
        with both.database.writing() as db:
            mine = add_session(db, both, both.spring, "g1")
            bring_bookings_up_to_date(db, NOW, (), (mine,))
            later = pool.submit(second)
            wait([later], HEAD_START_SECONDS)
        wait([later])
    if both.database.engine.dialect.name == "postgresql":
        assert isinstance(later.exception(), NotPossible)
        assert "booked" in str(later.exception())
        with both.database.reading() as db:
            assert list(db.scalars(select(SessionRow.group_key))) == ["g1"], "all of the second is undone"
    else:  # one writer at a time: the second saw what the first had booked
        assert later.exception() is None
    assert booked(both.database) == {(mine, both.people[0])}
    assert double_bookings(both.database) == []


def test_one_calendar_holds_the_sessions_of_all_programmes_and_says_which(both: Both) -> None:
    who = actor(both.people[0], both.spring.programme_id, Role.RESIDENT)
    with both.database.writing() as db:
        open_feed(db, who, Subject(Purpose.PERSON), NOW)
    both.publish(both.spring, g1=(both.people[:4], DATES))

    def body() -> str:
        with both.database.reading() as db:
            text = gzip.decompress(db.scalars(select(FeedBodyRow.gzipped)).one()).decode()
            return text.replace("\r\n ", "")

    assert (body().count("BEGIN:VEVENT"), "Spring term" in body()) == (3, False)
    with both.database.writing() as db:
        db.execute(update(ProgrammeRow).where(ProgrammeRow.slug == "autumn").values(name="Autumn mentoring"))
    both.publish(both.autumn, h1=(both.people[:4], LATER))
    assert body().count("BEGIN:VEVENT") == 6
    assert (body().count("· Spring term"), body().count("· Autumn mentoring")) == (3, 3)


def first_session(both: Both, here: World) -> SessionRow:
    with both.database.reading() as db:
        return db.scalars(
            select(SessionRow).where(SessionRow.programme_id == here.programme_id, SessionRow.round == 0)
        ).one()


def broken(both: Both, here: World, *acts: Act) -> list[str]:
    """What a coordinator is told that nobody may override."""
    with both.database.reading() as db:
        return [each.text for each in preview_all(db, here.coordinator, acts, NOW).breaches if each.never]


def test_a_coordinator_finds_another_programme_s_room_taken(both: Both) -> None:
    release(both.spring, in_person(both, both.spring, "g1", both.people[:4], DATES))
    release(both.autumn, in_person(both, both.autumn, "h1", both.people[4:], LATER))
    session = first_session(both, both.autumn)
    assert broken(both, both.autumn, MoveSession(session.id, DATES[0], session.room_id))
    with both.database.reading() as db:
        preview = preview_all(db, both.autumn.coordinator, [MoveSession(session.id, DATES[0])], NOW)
        assert preview.effects[0].after.place == "", "no room is free then"


def test_a_coordinator_finds_people_on_their_way_from_another_programme_s_site(both: Both) -> None:
    release(both.spring, in_person(both, both.spring, "g1", both.people[:4], DATES))
    release(both.autumn, in_person(both, both.autumn, "h1", both.people[:4], LATER))
    with both.database.writing() as db:
        [south] = (site for site in get_programme(db, both.autumn.programme_id).sites if site.key == SOUTH.key)
        session_id = first_session(both, both.autumn).id
        db.execute(update(SessionRow).where(SessionRow.id == session_id).values(site_id=south.id, room_id=None))
    soon_after = DATES[0] + timedelta(minutes=50)
    assert broken(both, both.autumn, MoveSession(session_id, soon_after)), "five minutes for the way"
    with both.database.writing() as db:
        for person_id in both.people[:4]:
            who = actor(person_id, both.spring.programme_id, Role.RESIDENT)
            apologies.say_sorry(db, who, first_session(both, both.spring).id, NOW)
    assert not broken(both, both.autumn, ChangeMode(session_id, "video"), MoveSession(session_id, soon_after))


def test_a_proposed_date_counts_the_way_and_nobody_who_is_free_after_all(both: Both) -> None:
    release(both.spring, in_person(both, both.spring, "g1", both.people[:4], DATES))
    release(both.autumn, in_person(both, both.autumn, "h1", both.people[:4], LATER))
    with both.database.writing() as db:
        [south] = (site for site in get_programme(db, both.autumn.programme_id).sites if site.key == SOUTH.key)
        db.execute(update(GroupRow).where(GroupRow.key == "h1").values(site_id=south.id))
        row = ProposalRow(
            programme_id=both.autumn.programme_id,
            group_key="h1",
            session_id=first_session(both, both.autumn).id,
            by_id=both.people[0],
            starts_at=DATES[0] + timedelta(hours=1),
            made_at=NOW,
            state="open",
        )
        db.add(row)
        db.flush()
        proposal_id = row.id

    def shut_out() -> int:
        with both.database.reading() as db:
            members = {(both.autumn.programme_id, "h1"): rosters(db, both.autumn.programme_id)["h1"]}
            row = db.get_one(ProposalRow, proposal_id)
            return date_marks(db, [row], members)[row.id].shut_out

    assert shut_out() == 4, "a quarter of an hour is too short for the way"
    with both.database.writing() as db:
        who = actor(both.people[0], both.spring.programme_id, Role.RESIDENT)
        apologies.say_sorry(db, who, first_session(both, both.spring).id, NOW)
    assert shut_out() == 3
