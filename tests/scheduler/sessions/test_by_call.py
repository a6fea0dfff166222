"""Sessions in a room that some join by call: who does, what it changes for them, and what nobody may."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from scheduler.bookings.tables import BookedPersonRow
from scheduler.calendars.contents import load_sessions
from scheduler.calendars.model import Event, Purpose
from scheduler.calendars.views import View, event_of
from scheduler.calendars.wording import wording_for
from scheduler.coordination.model import CancelSession, ChangeMode, MoveSession
from scheduler.coordination.service import carry_out
from scheduler.db import Database
from scheduler.enrolment.people_changes import change_ways
from scheduler.errors import NotFound, NotPossible
from scheduler.invitations.model import find_change
from scheduler.invitations.wording import Links, Reader, text_of
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.tables import RelationRow
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.tables import GroupRow, PlannedSessionRow
from scheduler.plans.whole import find_published_plan
from scheduler.preflight.facts import circles_of, facts_of
from scheduler.preflight.items import way_to_meet
from scheduler.programmes.model import Conduct
from scheduler.programmes.service import get_programme
from scheduler.publishing.programme_changes import change_programme
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.attendance import note_who_came, who_came
from scheduler.sessions.by_call import join_by_call
from scheduler.sessions.join_links import set_join_links
from scheduler.sessions.model import OwnGroup, Session
from scheduler.sessions.service import own_session
from scheduler.sessions.tables import AttendeeRow, SessionRow, SessionWayRow
from solvers.vocabulary import IN_PERSON
from tests.builders import (
    NOW,
    World,
    actor,
    add_draft,
    import_residents,
    person_line,
    programme,
    publish,
    say_marks,
    world,
)
from tests.kept import kept

FIRST = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
DATES = {round_: FIRST + timedelta(weeks=4 * round_) for round_ in range(3)}
LINK = "https://video.example/quill"


@dataclass(slots=True)
class Hybrid:
    """A published group of five that meets in the library; the last of them accepts meeting by video or phone alone."""

    here: World
    people: list[int]

    @property
    def database(self) -> Database:
        return self.here.database

    @property
    def caller(self) -> int:
        return self.people[-1]

    def who(self, person_id: int) -> Actor:
        return actor(person_id, self.here.programme_id, Role.RESIDENT)

    def session(self, round_: int = 0) -> SessionRow:
        with self.database.reading() as db:
            return db.scalars(select(SessionRow).where(SessionRow.round == round_)).one()

    def say(self, person_id: int, *, by_call: bool, now: datetime = NOW, round_: int = 0) -> None:
        session_id = self.session(round_).id
        with self.database.writing() as db:
            join_by_call(db, self.who(person_id), session_id, now, by_call=by_call)

    def calling(self, round_: int = 0) -> set[int]:
        """Who joins a session by call."""
        with self.database.reading() as db:
            of_round = select(SessionRow.id).where(SessionRow.round == round_)
            rows = select(AttendeeRow.person_id).where(AttendeeRow.by_call, AttendeeRow.session_id.in_(of_round))
            return set(db.scalars(rows))

    def shown(self, person_id: int) -> tuple[OwnGroup, Session]:
        with self.database.reading() as db:
            return own_session(db, self.who(person_id), self.session().id)

    def event(self, person_id: int, purpose: Purpose = Purpose.PERSON) -> Event:
        """The first session as somebody's calendar has it."""
        with self.database.reading() as db:
            found = load_sessions(db, SessionRow.round == 0, NOW).all[self.here.programme_id][0]
        return event_of(View(purpose, "en"), found, wording_for("en"), found.place_of(person_id))

    def allow(self, *, hybrid: bool) -> None:
        with self.database.writing() as db:
            known = get_programme(db, self.here.programme_id)
            wanted = replace(known, conduct=replace(known.conduct, hybrid=hybrid))
            change_programme(db, self.here.coordinator, known.id, wanted, NOW)


@kept
def a_hybrid_group(database: Database) -> Hybrid:
    here = world(database, programme(conduct=Conduct(hybrid=True), session_minutes=45))
    ids = import_residents(here, 4, person_line("R5", modes="video;phone"))
    people = [ids[f"r{number}@example.org"] for number in range(1, 6)]
    say_marks(here, dict.fromkeys(people, "2"))
    plan_id = add_draft(here, g1=(people, DATES))
    with database.writing() as db:
        site = get_programme(db, here.programme_id).sites[0]
        db.execute(update(GroupRow).where(GroupRow.plan_id == plan_id).values(mode=IN_PERSON, site_id=site.id))
        db.execute(update(PlannedSessionRow).values(room_id=site.rooms[0].id))
    with database.writing() as db:
        publish(db, here.coordinator, plan_id, NOW)
        set_join_links(db, here.coordinator, here.programme_id, "g1", LINK, "", NOW)
    return Hybrid(here, people)


@pytest.fixture
def group(database: Database) -> Hybrid:
    return a_hybrid_group(database)


def test_who_accepts_no_room_joins_by_call_and_anyone_may_for_one_session_and_back(group: Hybrid) -> None:
    ada = group.people[0]
    assert group.calling() == {group.caller}
    group.say(ada, by_call=True)
    assert (group.calling(), group.calling(1)) == ({ada, group.caller}, {group.caller})
    _, session = group.shown(ada)
    assert ({each.person_id for each in session.by_call}, len(session.in_room)) == ({ada, group.caller}, 3)
    group.say(ada, by_call=False)
    group.say(group.caller, by_call=False)
    assert group.calling() == set()
    assert group.calling(1) == {group.caller}, "this time, and no other"


def test_a_word_is_of_one_date_and_ends_with_it(group: Hybrid) -> None:
    ada = group.people[0]
    group.say(ada, by_call=True)
    with group.database.writing() as db:
        act = MoveSession(group.session().id, FIRST + timedelta(days=1))
        carry_out(db, group.here.coordinator, act, "Agreed", NOW)
    assert group.calling() == {group.caller}


def test_calendars_send_each_where_they_have_to_be(group: Hybrid) -> None:
    ada, ben = group.people[:2]
    before = group.event(ada)
    assert (before.location, before.conference_url) == ("Library, North Hospital", LINK)
    later = NOW + timedelta(hours=2)
    group.say(ada, by_call=True, now=later)
    there, afar, shared = group.event(ben), group.event(ada), group.event(ben, Purpose.PROGRAMME)
    assert (there.location, shared.location) == ("Library, North Hospital", "Library, North Hospital")
    assert (afar.location, afar.conference_url) == ("", LINK)
    assert "You join by call; the others meet here: Library, North Hospital" in afar.description
    assert afar.changed_at == later, "or their calendar would not take it for new"
    assert there == replace(group.event(ben)), "nobody else's calendar is touched"
    assert there.changed_at == before.changed_at


def test_e_mails_tell_each_how_they_join(group: Hybrid) -> None:
    def told(person_id: int) -> str:
        with group.database.reading() as db:
            found = load_sessions(db, SessionRow.round == 0, NOW).all[group.here.programme_id][0]
        change = find_change(found, person_id, None, NOW)
        assert change is not None
        links = Links("https://rounds.example", "", "", "", {}, str)
        return text_of(change, Reader("R", "Europe/London"), links, answerable=False)

    afar, there = told(group.caller), told(group.people[0])
    assert "You join by call. The others meet here: Library, North Hospital" in afar
    assert f"Join: {LINK}" in afar
    assert ("Place: Library, North Hospital" in there, "by call" in there) == (True, False)


def test_nobody_but_the_invited_says_it_and_only_of_a_room_ahead(group: Hybrid) -> None:
    ada = group.people[0]
    session = group.session()
    stranger = actor(group.here.coordinator.person_id or 0, group.here.programme_id, Role.RESIDENT)
    with pytest.raises(NotFound), group.database.writing() as db:
        join_by_call(db, stranger, session.id, NOW, by_call=True)
    with pytest.raises(NotPossible, match="already begun"):
        group.say(ada, by_call=True, now=FIRST)
    with group.database.writing() as db:
        carry_out(db, group.here.coordinator, ChangeMode(group.session(1).id, "video"), "Agreed", NOW)
        carry_out(db, group.here.coordinator, CancelSession(group.session(2).id), "Agreed", NOW)
    with pytest.raises(NotPossible, match="can’t be joined by call"):
        group.say(ada, by_call=True, round_=1)
    with pytest.raises(NotPossible, match="cancelled"):
        group.say(ada, by_call=True, round_=2)
    assert group.calling(1) == set(), "where all are on a call there is no room to be out of"


def test_to_whom_a_group_is_closed_it_is_no_session_of_theirs(group: Hybrid) -> None:
    ada, ben = group.people[:2]
    with group.database.writing() as db:
        db.add(RelationRow(programme_id=group.here.programme_id, person_id=ada, about_id=ben,
                           kind=RelationKind.ASSESSES))  # fmt: skip
    with pytest.raises(NotFound):
        group.say(ada, by_call=True)
    with group.database.reading() as db:
        assert db.scalars(select(SessionWayRow)).all() == []


def test_without_the_programme_s_leave_nobody_calls_and_everything_is_as_it_was(group: Hybrid) -> None:
    group.say(group.people[0], by_call=True)
    group.allow(hybrid=False)
    assert group.calling() == set()
    assert group.event(group.people[0]).location == "Library, North Hospital"
    with pytest.raises(NotPossible):
        group.say(group.people[1], by_call=True)
    group.allow(hybrid=True)
    assert group.calling() == {group.people[0], group.caller}, "what was said stands"


def test_whoever_changes_how_they_meet_calls_or_comes_from_then_on(group: Hybrid) -> None:
    ada, here = group.people[0], group.here
    with group.database.writing() as db:
        change_ways(db, here.coordinator, here.programme_id, ada, ["phone"], ["peer"], 1, NOW)
    assert group.calling(2) == {ada, group.caller}
    with group.database.writing() as db:
        change_ways(db, here.coordinator, here.programme_id, ada, ["in_person", "phone"], ["peer"], 1, NOW)
    assert group.calling(2) == {group.caller}


def test_who_calls_has_no_way_to_go(group: Hybrid) -> None:
    ada = group.people[0]
    group.say(ada, by_call=True)
    with group.database.reading() as db:
        rows = db.execute(select(BookedPersonRow.person_id, BookedPersonRow.by_call, BookedPersonRow.starts_at))
        booked = {who: calls for who, calls, start in rows if start == FIRST}
    assert booked == {who: who in (ada, group.caller) for who in group.people}


def test_the_planner_may_put_whoever_calls_in_a_group_with_a_room_and_no_check_minds(group: Hybrid) -> None:
    def accepted() -> dict[str, tuple[str, ...]]:
        with group.database.reading() as db:
            instance = build_instance(db, group.here.programme_id, NOW)
        return {person.id: person.modes for person in instance.residents}

    def minded() -> set[int | None]:
        with group.database.reading() as db:
            known = get_programme(db, group.here.programme_id)
            plan = find_published_plan(db, known.id)
            assert plan is not None
            return {each.person_id for each in way_to_meet(facts_of(db, known, NOW), circles_of(plan))}

    caller = person_key(group.caller)
    assert accepted()[caller] == ("video", "phone", IN_PERSON), "what they like best stays first"
    assert minded() == set()
    group.allow(hybrid=False)
    assert accepted()[caller] == ("video", "phone")
    assert minded() == {group.caller}


def test_attendance_is_attendance_and_who_cannot_come_is_counted_nowhere(group: Hybrid) -> None:
    ada, ben = group.people[:2]
    group.say(ada, by_call=True)
    with group.database.writing() as db:
        say_sorry(db, group.who(ben), group.session().id, NOW)
        say_sorry(db, group.who(ada), group.session().id, NOW)
    _, session = group.shown(group.people[2])
    assert ([each.person_id for each in session.by_call], len(session.in_room)) == ([group.caller], 2)
    after = FIRST + timedelta(hours=2)
    with group.database.writing() as db:
        note_who_came(db, group.who(group.people[2]), session.id, [group.caller, group.people[2]], after)
    with group.database.reading() as db:
        assert who_came(db, group.who(ben), [session.id])[session.id] == {group.caller, group.people[2]}


def test_a_group_with_a_caller_and_nothing_to_call_is_told(group: Hybrid) -> None:
    assert not group.shown(group.people[0])[0].lacks_link(group.shown(group.people[0])[1])
    with group.database.writing() as db:
        set_join_links(db, group.here.coordinator, group.here.programme_id, "g1", "", "", NOW)
    own, session = group.shown(group.people[0])
    assert own.lacks_link(session)
    assert group.event(group.caller).location == "By call"
