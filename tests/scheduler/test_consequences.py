"""What follows from a change: every service's change leaves everything derived as working it out from scratch would."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

import scheduler
from scheduler import clock
from scheduler.availability import breaks, entries, other_calendars, patterns, programme_rules
from scheduler.availability.calendar_download import Fetched
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark, PatternCategory, Policy, Weekly
from scheduler.availability.tables import WeeklyRow
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.changes import Fact, note
from scheduler.charters import group_terms
from scheduler.charters import service as charters
from scheduler.charters.model import PROPOSED, GroupField, Hat
from scheduler.consequences import Followed, bring_up_to_date, everything
from scheduler.coordination.model import CancelSession, MoveSession, PutIn, TakeOut
from scheduler.coordination.service import carry_out_all
from scheduler.coordination.standing_deputies import name_standing_deputy
from scheduler.coordination.surge import begin_surge, end_surge
from scheduler.cover import managers
from scheduler.db import Database
from scheduler.edits import service as edits
from scheduler.edits.model import SetDate
from scheduler.enrolment import (
    clinics,
    guests,
    own_relations,
    people_changes,
    people_import,
    person_merge,
    person_split,
    relation_list,
    relation_overrides,
    relations_import,
    rooms,
)
from scheduler.errors import NotFound
from scheduler.groups import thread, written_weeks
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.tables import InvitationRow
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.joining import answers, conduct, listed, openly, portraits, questions, told_answers, training
from scheduler.joining.tables import TrainingRow
from scheduler.mail.tables import MailRow
from scheduler.offices import service as offices
from scheduler.offices.coordinators import COORDINATOR
from scheduler.oversight import pausing
from scheduler.oversight.appointments import CONTACT
from scheduler.own_data import deletion
from scheduler.own_data.model import Kind
from scheduler.own_groups import service as own_groups
from scheduler.paging import Paging
from scheduler.people import roles, sites
from scheduler.people import service as people
from scheduler.people.model import OPERATOR, Actor, RelationKind, Role
from scheduler.people.tables import PersonRow
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.model import Window, equal_rounds
from scheduler.programmes.service import create_programme, get_programme
from scheduler.programmes.tables import ProgrammeRow, RoomRow
from scheduler.publishing import leavers, programme_changes, zones
from scheduler.publishing import service as publishing
from scheduler.retention.service import carry_out
from scheduler.rota_import import own_removal, own_rotas
from scheduler.rota_import import service as rota_import
from scheduler.rota_import.agreed_swaps import put_swaps
from scheduler.rota_import.overlaps import Standing
from scheduler.rota_import.removal import remove_rota
from scheduler.rota_import.taking_back import list_replaced, take_back
from scheduler.rotas.model import DutyKind
from scheduler.rotas.rota_list import list_rotas
from scheduler.sessions import apologies, by_call, deputies, join_links, proposals, reversals, turn_swaps
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.service import own_group
from scheduler.sessions.surge import Surge
from scheduler.sessions.tables import AttendeeRow, DeputyRow, ProposalRow, SessionRow
from scheduler.settings import Settings
from scheduler.terms.closure import end_programme, reopen_programme
from scheduler.terms.next_term import NextTerm, begin_next_term
from scheduler.terms.peer_programme import FEWEST, begin_peer_programme
from tests.builders import (
    NORTH,
    actor,
    make_ready,
    override_checks,
    people_csv,
    person_line,
    plan_everybody,
    programme,
    world,
)
from tests.kept import kept_for_a_moment
from tests.mail_server import Inbox, serving
from tests.scheduler.derivation import derived, forget_all_derived
from tests.scheduler.releases.rostered import OFFICE_HOURS, import_duties
from tests.scheduler.sessions.term import (
    FACILITATOR,
    LEFT_OVER,
    NEAR_PEERS,
    PEERS,
    PEOPLE,
    SPARE,
    Term,
    publish_plan,
    store_plan,
)

BUSY = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//tests//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTAMP:20260101T000000Z\r
DTSTART:%s\r
DTEND:%s\r
RRULE:FREQ=WEEKLY;COUNT=20\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:%s\r
DTEND;VALUE=DATE:%s\r
END:VEVENT\r
END:VCALENDAR\r
"""


@dataclass(slots=True)
class Served:
    """A calendar at an address."""

    content: bytes

    def get(self, _address: str, _etag: str) -> Fetched:
        return Fetched(self.content, "1")


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


@kept_for_a_moment
def a_term(storage: Database) -> Term:
    """A published term in which everything derived comes from stored facts, with a calendar of each kind."""
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
    with storage.writing() as db:
        for name in (*PEERS, FACILITATOR, SPARE):
            open_feed(db, term.actor(name), Subject(Purpose.PERSON), now)
            open_feed(db, term.actor(name), Subject(Purpose.BUSY), now)
        open_feed(db, term.actor(FACILITATOR), Subject(Purpose.FACILITATOR, here.programme_id), now)
        open_feed(db, here.coordinator, Subject(Purpose.PROGRAMME, here.programme_id), now)
        open_feed(db, term.actor(PEERS[0]), Subject(Purpose.GROUP, here.programme_id, "g1"), now)
        site_id = get_programme(db, here.programme_id).sites[0].id
        open_feed(db, here.coordinator, Subject(Purpose.SITE, here.programme_id, site_id=site_id), now)
    return term


Change = Callable[[Term, datetime], datetime | None]
"""Makes a change at about this moment; returns the moment, if it was another."""
CHANGES: dict[str, Change] = {}
"""By the service's address, a change made by it."""


def by(address: str) -> Callable[[Change], Change]:
    def keep(change: Change) -> Change:
        CHANGES[address] = change
        return change

    return keep


def start_of(term: Term, group_key: str = "g1") -> datetime:
    return term.session(group_key).starts_at


def cannot(at: datetime) -> OwnMark:
    return OwnMark(Interval(at - timedelta(hours=1), at + timedelta(hours=2)), "0")


@by("availability.entries.replace_own_marks")
def _says_cannot(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        for name in PEERS[:3]:  # the quorum breaks: other dates are offered
            entries.replace_own_marks(db, term.actor(name), term.programme_id, (), (cannot(start_of(term)),), now)


@by("availability.entries.set_weekly")
def _works_elsewhen(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        entries.set_weekly(db, term.actor(PEERS[0]), term.programme_id, OFFICE_HOURS[:2], now)


@by("availability.entries.pause")
def _is_on_leave(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        entries.pause(db, term.actor(PEERS[1]), term.programme_id, term.id_of(PEERS[1]), now.date(), None, now)


@by("availability.breaks.come_back")
def _ends_a_pause(term: Term, now: datetime) -> None:
    who = term.actor(PEERS[1])
    with term.database.writing() as db:
        breaks.take_break(db, who, term.programme_id, now.date(), None, now)
    with term.database.writing() as db:
        breaks.come_back(db, who, term.programme_id, now)


@by("coordination.surge.begin_surge")
def _has_busy_weeks(term: Term, now: datetime) -> None:
    wanted = Surge(start_of(term).date(), None, 30, remote=True)
    with term.database.writing() as db:
        begin_surge(db, term.coordinator(), term.programme_id, wanted, "", "", now, page_url="/")


@by("coordination.surge.end_surge")
def _has_no_busy_weeks_any_more(term: Term, now: datetime) -> None:
    _has_busy_weeks(term, now)
    with term.database.writing() as db:
        end_surge(db, term.coordinator(), term.programme_id, now, page_url="/")


@by("availability.entries.resume")
def _is_back_from_leave(term: Term, now: datetime) -> None:
    who = term.actor(PEERS[1])
    with term.database.writing() as db:
        leave = entries.pause(db, who, term.programme_id, who.person_id or 0, now.date(), None, now)
    with term.database.writing() as db:
        entries.resume(db, who, leave, now)


@by("availability.patterns.add_patterns")
def _has_a_clinic(term: Term, now: datetime) -> None:
    clinic = Weekly(0, time(8), time(18), "0", "clinic")
    with term.database.writing() as db:
        patterns.add_patterns(db, term.coordinator(), term.programme_id, term.id_of(FACILITATOR), clinic, range(5), now)


@by("availability.patterns.remove_pattern")
def _has_no_clinic(term: Term, now: datetime) -> None:
    _has_a_clinic(term, now)
    with term.database.reading() as db:
        first, _ = patterns.list_patterns(db, term.coordinator(), term.programme_id, Paging())
        clinic = next(each for each in first if each.weekly.category == "clinic")
    with term.database.writing() as db:
        patterns.remove_pattern(db, term.coordinator(), term.programme_id, clinic.id, now)


@by("availability.programme_rules.change_rules")
def _other_rules(term: Term, now: datetime) -> None:
    _rota(term, now)
    policy = Policy(buffer=timedelta(minutes=90))
    with term.database.writing() as db:
        programme_rules.change_rules(db, term.coordinator(), term.programme_id, "eu", policy, now)


@by("publishing.programme_changes.change_programme")
def _meets_otherwise(term: Term, now: datetime) -> None:
    with term.database.reading() as db:
        before = get_programme(db, term.programme_id)
    day = start_of(term).date()
    wanted = replace(
        before,
        name="Another name",
        quorum=0.5,
        closed=ClosedDays(days_off=(DaysOff(day, day, "Closed"),)),
        windows=(*before.windows[1:], Window(0, time(9), time(12), 60)),
        sites=(replace(before.sites[0], name="Northern Infirmary"), *before.sites[1:]),
    )
    with term.database.writing() as db:
        programme_changes.change_programme(db, term.coordinator(), term.programme_id, wanted, now)


def calendar_at(at: datetime) -> bytes:
    day = at.date()
    times = (f"{at:%Y%m%dT%H%M%SZ}", f"{at + timedelta(hours=1):%Y%m%dT%H%M%SZ}")
    days = (f"{day + timedelta(days=28):%Y%m%d}", f"{day + timedelta(days=29):%Y%m%d}")
    return BUSY % tuple(text.encode() for text in (*times, *days))


@by("availability.other_calendars._note_time")
def _other_calendar(term: Term, now: datetime) -> None:
    who = term.actor(PEERS[2])
    busy = other_calendars.read_file(term.database, who, calendar_at(start_of(term)), now)
    with term.database.writing() as db:
        calendar = other_calendars.add_file(db, who, busy, now)
    with term.database.writing() as db:
        other_calendars.answer_all_day(db, who, calendar, are_leave=True, now=now)


@by("enrolment.clinics.import_clinics")
def _list_of_clinics(term: Term, now: datetime) -> None:
    rows = "person,weekday,start,end,kind\n" + f"{FACILITATOR}@example.org,monday,08:00,18:00,clinic\n"
    with term.database.writing() as db:
        clinics.import_clinics(db, term.coordinator(), term.programme_id, rows.encode(), now)


@by("enrolment.clinics.take_over_clinics")
def _confirmed_list_of_clinics(term: Term, now: datetime) -> None:
    weekly = WeeklyRow(programme_id=term.programme_id, person_id=term.id_of(FACILITATOR), weekday=0, mark="0")
    weekly.start, weekly.end, weekly.category, weekly.except_days = time(8), time(18), PatternCategory.CLINIC, []
    with term.database.writing() as db:
        clinics.take_over_clinics(db, term.coordinator(), term.programme_id, [weekly], frozenset(), now)


@by("enrolment.people_import.take_over_people")
def _works_at_another_site(term: Term, now: datetime) -> None:
    line = person_line("Ada Quill", site="south", modes="in_person")
    with term.database.writing() as db:
        people_import.import_people(db, term.coordinator(), term.programme_id, people_csv(line), now)


@by("enrolment.people_changes.add_person")
def _one_more_person(term: Term, now: datetime) -> None:
    new = people_changes.Details("Nora Vale", "nora@example.org", Role.RESIDENT, 1)
    with term.database.writing() as db:
        site = get_programme(db, term.programme_id).sites[0].id
        people_changes.add_person(db, term.coordinator(), term.programme_id, new, site, now)


@by("enrolment.people_changes.correct_person")
def _has_another_name(term: Term, now: datetime) -> None:
    other = people_changes.Details("Ada Marsh", "ada.marsh@example.org", Role.RESIDENT, 2)
    with term.database.writing() as db:
        people_changes.correct_person(db, term.coordinator(), term.programme_id, term.id_of(PEERS[0]), other, now)


@by("enrolment.people_changes.change_ways")
def _is_said_to_meet_in_person_only(term: Term, now: datetime) -> None:
    who, kinds = term.id_of(PEERS[0]), ("peer",)
    with term.database.writing() as db:
        people_changes.change_ways(db, term.coordinator(), term.programme_id, who, ("in_person",), kinds, 1, now)


@by("enrolment.people_changes.set_grade")
def _all_rise_a_grade(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        people = [term.id_of(name) for name in PEERS]
        people_changes.set_grade(db, term.coordinator(), term.programme_id, people, 3, now)


@by("enrolment.people_changes.set_sites")
def _all_work_elsewhere(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        south = next(site.id for site in get_programme(db, term.programme_id).sites if site.key == "south")
        people = [term.id_of(name) for name in PEERS]
        people_changes.set_sites(db, term.coordinator(), term.programme_id, people, south, now.date(), now)


@by("enrolment.relation_list._done")
def _is_said_to_supervise(term: Term, now: datetime) -> None:
    pair = (term.id_of(FACILITATOR), term.id_of(NEAR_PEERS[0]))
    with term.database.writing() as db:
        relation_list.add_relation(
            db, term.coordinator(), term.programme_id, *pair, RelationKind.SUPERVISES, None, None, now
        )


@by("enrolment.relation_overrides._done")
def _may_be_supervised_for_a_reason(term: Term, now: datetime) -> None:
    _is_said_to_supervise(term, now)
    with term.database.writing() as db:
        [relation] = relation_list.relations_of(db, term.coordinator(), term.programme_id, term.id_of(FACILITATOR))
        why = "There is nobody else in this department."
        relation_overrides.override_relation(db, term.coordinator(), term.programme_id, relation.id, why, now)


@by("enrolment.relation_list.remove_relation")
def _is_said_to_supervise_nobody(term: Term, now: datetime) -> None:
    _is_said_to_supervise(term, now)
    with term.database.writing() as db:
        [relation] = relation_list.relations_of(db, term.coordinator(), term.programme_id, term.id_of(FACILITATOR))
        relation_list.remove_relation(db, term.coordinator(), term.programme_id, relation.id, now)


@by("enrolment.person_merge.merge_people")
def _two_entries_are_one(term: Term, now: datetime) -> None:
    _rota(term, now)
    with term.database.writing() as db:
        stays, goes = term.id_of(LEFT_OVER), term.id_of(PEERS[0])
        person_merge.merge_people(db, term.coordinator(), term.programme_id, stays, goes, now)


@by("enrolment.person_split.split_person")
def _one_entry_is_two_people(term: Term, now: datetime) -> None:
    second = people_changes.Details("Ada Quill", "ada.two@example.org", Role.RESIDENT, 1)
    theirs = person_split.Theirs(groups=["g1"])
    with term.database.writing() as db:
        site = get_programme(db, term.programme_id).sites[1].id
        who = term.id_of(PEERS[0])
        person_split.split_person(db, term.coordinator(), term.programme_id, who, second, site, theirs, now)


@by("people.sites.change_site")
def _will_work_elsewhere(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        programme = get_programme(db, term.programme_id)
        south = next(site.id for site in programme.sites if site.key == "south")
        sites.change_site(
            db,
            term.coordinator(),
            programme.id,
            term.id_of(PEERS[0]),
            south,
            start_of(term).date(),
            now,
            programme.zone,
        )


@by("people.sites.withdraw_change")
def _will_not_work_elsewhere(term: Term, now: datetime) -> None:
    _will_work_elsewhere(term, now)
    with term.database.writing() as db:
        day = start_of(term).date()
        sites.withdraw_change(db, term.coordinator(), term.programme_id, term.id_of(PEERS[0]), day, now)


@by("enrolment.rooms.take_over_rooms")
def _room_has_another_name(term: Term, now: datetime) -> None:
    library = NORTH.rooms[0]
    rows = (
        f"site,room,name,capacity,weekdays,opens_at,closes_at\nnorth,{library.key},Attic,10,mon;tue;fri,08:00,18:00\n"
    )
    with term.database.writing() as db:
        here = db.scalars(select(RoomRow.id)).first()
        db.execute(update(SessionRow).where(SessionRow.group_key == "g1").values(room_id=here))
        note(db, Fact.SESSIONS, term.programme_id, now, db.scalars(select(SessionRow.id)))
    with term.database.writing() as db:
        rooms.import_rooms(db, term.coordinator(), term.programme_id, rows.encode(), now)


@by("joining.questions.set_questions")
def _plans_only_who_said_yes(term: Term, now: datetime) -> None:
    _three_apologise(term, now)
    with term.database.writing() as db:
        known = questions.questions_of(db, term.programme_id)
        wanted = replace(known, only_joined=True)
        questions.set_questions(db, term.coordinator(), term.programme_id, wanted, now)


@by("joining.answers._say_yes")
def _says_yes(term: Term, now: datetime) -> None:
    _plans_only_who_said_yes(term, now)
    with term.database.writing() as db:
        answers.agree(db, term.actor(PEERS[0]), term.programme_id, now)


@by("joining.answers.save_people")
def _avoids_somebody_in_the_group(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        answers.save_people(db, term.actor(PEERS[0]), term.programme_id, (), (term.id_of(PEERS[1]),), now)


@by("joining.told_answers.forget_told")
def _avoids_nobody(term: Term, now: datetime) -> None:
    _avoids_somebody_in_the_group(term, now)
    about = term.id_of(PEERS[1])
    with term.database.writing() as db:
        told_answers.forget_told(db, term.actor(PEERS[0]), term.programme_id, told_answers.Told.AVOID, about, now)


@by("own_data.deletion.delete_kind")
def _forgets_their_own_times(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        deletion.delete_kind(db, term.actor(PEERS[0]), Kind.OWN_TIME, now)


@by("own_data.deletion._note_all")
def _is_deleted(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        deletion.delete_everything(db, term.actor(PEERS[0]), term.id_of(PEERS[0]), now)


@by("retention.service._carry_out")
def _has_been_kept_for_its_time(term: Term, now: datetime) -> None:
    _avoids_somebody_in_the_group(term, now)
    with term.database.writing() as db:
        db.execute(update(ProgrammeRow).values(ended_at=now - timedelta(days=3), preferences_days=1))
    assert carry_out(term.database, now)


@by("enrolment.own_relations._done")
def _supervises_a_member(term: Term, now: datetime) -> None:
    about = term.id_of(NEAR_PEERS[0])
    with term.database.writing() as db:
        own_relations.declare(db, term.actor(FACILITATOR), term.programme_id, about, "supervises", None, None, now)


def _supervises_a_member_from_now_on(term: Term, now: datetime) -> None:
    who, later = term.actor(FACILITATOR), date(2099, 1, 1)
    about = term.id_of(NEAR_PEERS[0])
    with term.database.writing() as db:
        own_relations.declare(db, who, term.programme_id, about, "supervises", later, None, now)
    with term.database.writing() as db:
        [declared] = own_relations.list_declared(db, who, term.programme_id)
        own_relations.change_days(db, who, term.programme_id, declared.id, None, None, now)


@by("enrolment.relations_import.take_over_relations")
def _list_of_relations(term: Term, now: datetime) -> None:
    rows = f"person,about,kind\n{FACILITATOR}@example.org,{NEAR_PEERS[0]}@example.org,assesses\n"
    with term.database.writing() as db:
        relations_import.import_relations(db, term.coordinator(), term.programme_id, rows.encode(), now)


@by("joining.conduct.sign")
def _signs_the_code(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        conduct.sign(db, term.actor(FACILITATOR), term.programme_id, 0, now, signs=True)


@by("joining.conduct.adopt_code")
def _adopts_a_code(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        conduct.adopt_code(db, term.coordinator(), term.programme_id, "Listen.", now)


@by("joining.portraits.save_portrait")
def _introduces_themselves(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        portraits.save_portrait(db, term.actor(FACILITATOR), term.programme_id, "I sail.", deputy_wanted=True, now=now)


@by("joining.training.enter")
def _enters_training(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        done = (training.Entered("equity", now.date()),)
        training.enter(db, term.actor(FACILITATOR), term.programme_id, done, now)


@by("joining.training.verify")
def _verifies_training(term: Term, now: datetime) -> None:
    _enters_training(term, now)
    with term.database.writing() as db:
        [row] = db.scalars(select(TrainingRow))
        training.verify(db, term.coordinator(), term.programme_id, (row.id,), now)


@by("joining.training.take_away")
def _verified_by_mistake(term: Term, now: datetime) -> None:
    _verifies_training(term, now)
    with term.database.writing() as db:
        [row] = db.scalars(select(TrainingRow))
        training.take_away(db, term.coordinator(), term.programme_id, row.id, now)


@by("joining.facilitator_list.note_from_paper")
def _notes_from_paper(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        make_ready(db, term.coordinator(), term.programme_id, (term.id_of(FACILITATOR),), now)


@by("joining.listed.correct_listed")
def _puts_their_specialty_right(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        listed.correct_listed(db, term.actor(FACILITATOR), term.programme_id, "Surgery", "Consultant", now)


@by("joining.answers.save_ways")
def _meets_in_person_only(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        answers.save_ways(db, term.actor(PEERS[0]), term.programme_id, ("in_person",), now)


@by("rota_import.takeover.take_over")
def _rota(term: Term, now: datetime) -> None:
    day = start_of(term).date()
    rows = "name,date,start,end,code\n" + "".join(
        f"{name.replace('.', ' ').title()},{day + timedelta(days=n)},{start},{end},X\n"
        for name in PEERS[:3]
        for n, start, end in ((-1, "20:00", "08:00"), (0, "20:00", "08:00"), (1, "09:00", "17:00"))
    )
    upload = rota_import.Upload("ward", rows.encode(), "ward.csv")
    with term.database.writing() as db:
        rota_import.import_rota(db, term.coordinator(), term.programme_id, "north", upload, now)


@by("rota_import.removal.remove_rota")
def _rota_taken_out(term: Term, now: datetime) -> None:
    _rota(term, now)
    with term.database.reading() as db:
        rota = list_rotas(db, term.coordinator(), term.programme_id)[0].id
    with term.database.writing() as db:
        remove_rota(db, term.coordinator(), term.programme_id, rota, now)


@by("rota_import.taking_back.take_back")
def _import_taken_back(term: Term, now: datetime) -> None:
    now += timedelta(seconds=1)  # after the publication, which would stand in its way
    _rota(term, now)
    with term.database.writing() as db:
        [replaced] = list_replaced(db, term.coordinator(), term.programme_id)
        take_back(db, term.coordinator(), term.programme_id, replaced.id, now)


@by("rota_import.agreed_swaps.put_swaps")
def _swap(term: Term, now: datetime) -> None:
    _rota(term, now)
    taker, giver = (name.replace(".", " ").title() for name in (PEERS[3], PEERS[0]))
    text = f"{taker} takes {giver}'s duty on {start_of(term):%d %B %Y}"
    with term.database.writing() as db:
        assert put_swaps(db, term.coordinator(), term.programme_id, text, [0], now).changes


@by("rota_import.own_rotas.store_own")
def _own_rota(term: Term, now: datetime) -> None:
    nights = [DutyKind.NIGHT] * 3
    with term.database.writing() as db:
        own_rotas.give_days(db, term.actor(PEERS[0]), term.programme_id, start_of(term).date(), nights, None, now)


@by("rota_import.own_removal.forget_own")
def _own_rota_deleted(term: Term, now: datetime) -> None:
    _own_rota(term, now)
    with term.database.writing() as db:
        own_removal.forget_own(db, term.actor(PEERS[0]), term.programme_id, now)


@by("charters.service.adopt")
def _adopts_a_charter(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        charters.adopt(db, term.coordinator(), term.programme_id, PROPOSED, now)


@by("charters.service.accept")
def _all_agree(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        version = charters.adopt(db, term.coordinator(), term.programme_id, PROPOSED, now)
    with term.database.writing() as db:
        for name in PEERS:
            charters.accept(db, term.actor(name), term.programme_id, "g1", version, now)


@by("charters.group_terms.write_terms")
def _group_adds_its_words(term: Term, now: datetime) -> None:
    _all_agree(term, now)
    with term.database.writing() as db:
        group_terms.write_terms(db, term.actor(PEERS[0]), term.programme_id, "g1", {GroupField.GOALS: "Finish."}, now)


@by("charters.group_terms.put_hats")
def _facilitator_sponsors(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        charters.adopt(db, term.coordinator(), term.programme_id, PROPOSED, now)
    with term.database.writing() as db:
        group_terms.wear(db, term.actor(FACILITATOR), term.programme_id, "g2", frozenset({Hat.SPONSOR}), now)


@by("sessions.apologies.say_sorry")
def _three_apologise(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        for name in PEERS[:3]:
            apologies.say_sorry(db, term.actor(name), term.session().id, now)


@by("groups.written_weeks.take_part_in_writing")
def _takes_part_in_writing(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        written_weeks.take_part_in_writing(db, term.actor(PEERS[0]), term.session().id, now)


@by("sessions.by_call.join_by_call")
def _joins_by_call(term: Term, now: datetime) -> None:
    row = term.session()
    with term.database.writing() as db:
        db.execute(update(ProgrammeRow).values(hybrid=True))
        db.execute(update(SessionRow).where(SessionRow.id == row.id).values(mode="in_person"))
    with term.database.writing() as db:
        by_call.join_by_call(db, term.actor(PEERS[0]), row.id, now, by_call=True)


@by("groups.written_weeks.stop_writing")
def _does_not_write_after_all(term: Term, now: datetime) -> None:
    _takes_part_in_writing(term, now)
    with term.database.writing() as db:
        written_weeks.stop_writing(db, term.actor(PEERS[0]), term.session().id, now)


@by("groups.thread._note_that_they_write")
def _writes(term: Term, now: datetime) -> None:
    settings = Settings("sqlite://", "k" * 40)
    with term.database.writing() as db:
        thread.open_thread(db, settings, term.actor(PEERS[1]), term.session().id, "What now?", now)
        thread.reply(db, term.actor(PEERS[0]), term.session().id, "Sleep.", now)


@by("sessions.apologies.take_back")
def _comes_after_all(term: Term, now: datetime) -> None:
    _three_apologise(term, now)
    assert derived(term.database, term.programme_id)["offers"]
    with term.database.writing() as db:
        for name in PEERS[:2]:
            apologies.take_back(db, term.actor(name), term.session().id, now)


@by("sessions.moves.move")
def _takes_an_offer(term: Term, now: datetime) -> None:
    _three_apologise(term, now)
    offer = term.open_dates()[0]
    with term.database.writing() as db:
        outcomes = [proposals.answer(db, term.actor(name), offer.id, True, now) for name in PEERS[:3]]
    assert outcomes[-1] is proposals.Outcome.ADOPTED


@by("sessions.moves.add_extra")
def _one_more_session(term: Term, now: datetime) -> None:
    who = term.actor(PEERS[0])
    with term.database.writing() as db:
        dates = proposals.possible_dates(db, who, term.programme_id, "g1", now)
        proposals.propose_extra(db, who, term.programme_id, "g1", dates[-1].starts_at, now)
        proposal = db.scalars(select(ProposalRow.id)).one()
        for name in PEERS[1:]:
            proposals.answer(db, term.actor(name), proposal, True, now)


@by("sessions.moves.cancel_extra")
def _no_more_session_after_all(term: Term, now: datetime) -> None:
    _one_more_session(term, now)
    with term.database.reading() as db:
        adopted = db.scalars(select(ProposalRow.id).where(ProposalRow.state == "adopted")).one()
    with term.database.writing() as db:
        reversals.undo(db, term.actor(PEERS[0]), adopted, now)


@by("sessions.proposals._adopt")
def _offer_is_gone(term: Term, now: datetime) -> datetime:
    _three_apologise(term, now)
    offer = term.open_dates()[0]
    too_late = offer.starts_at - timedelta(hours=1)
    with term.database.writing() as db:
        outcomes = [proposals.answer(db, term.actor(name), offer.id, True, too_late) for name in PEERS[:3]]
    assert outcomes[-1] is proposals.Outcome.GONE
    return too_late


@by("sessions.deputies._exchange")
def _has_a_deputy(term: Term, now: datetime) -> None:
    session = term.session("g2").id
    with term.database.writing() as db:
        deputies.ask(db, term.actor(FACILITATOR), session, term.id_of(SPARE), "", now)
        request = db.scalars(select(DeputyRow.id)).one()
    with term.database.writing() as db:
        deputies.accept(db, term.actor(SPARE), request, now, keeps_charter=True)


@by("coordination.standing_deputies._tell")
def _has_a_standing_deputy(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        name_standing_deputy(db, term.coordinator(), term.programme_id, "g2", term.id_of(SPARE), now)


@by("sessions.join_links._tell_calendars")
def _has_a_room(term: Term, now: datetime) -> None:
    who = term.actor(PEERS[0])
    with term.database.writing() as db:
        join_links.set_join_links(db, who, term.programme_id, "g1", "https://video.example/1", "", now)


@by("publishing.leavers._let_go")
def _leaves(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        leavers.leave(db, term.actor(PEERS[0]), term.programme_id, now)


@by("publishing.leavers.come_back")
def _comes_back(term: Term, now: datetime) -> None:
    _leaves(term, now)
    with term.database.writing() as db:
        leavers.come_back(db, term.actor(PEERS[0]), term.programme_id, now)


@by("publishing.leavers.decline")
def _says_no(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        leavers.decline(db, term.actor(LEFT_OVER), term.programme_id, now)


@by("publishing.zones.correct_zone")
def _is_in_another_zone(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        zones.correct_zone(db, term.coordinator(), term.programme_id, "New York", now)


@by("publishing.zones.correct_site_zone")
def _site_is_in_another_zone(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        zones.correct_site_zone(db, term.coordinator(), term.programme_id, "north", "New York", now)


@by("publishing.service.make_current")
def _publishes_again(term: Term, now: datetime) -> None:
    plan = store_plan(term, missing=(2,))
    with term.database.writing() as db:
        override_checks(db, plan, now)
        publishing.publish(db, OPERATOR, plan, now)


@by("coordination.storage.store")
def _coordinator_changes_groups(term: Term, now: datetime) -> None:
    leave_out, moved = term.id_of(PEERS[3]), term.session("g2", 1)
    acts = (
        TakeOut(term.programme_id, "g1", leave_out),
        PutIn(term.programme_id, "g2", leave_out),
        MoveSession(moved.id, moved.starts_at + timedelta(days=1)),
        CancelSession(term.session("g1", 2).id, offers_again=True),
    )
    with term.database.writing() as db:
        carry_out_all(db, term.coordinator(), acts, "She asked for it", now)


@by("cover.managers.set_keepers")
def _somebody_else_keeps_the_rotas(term: Term, now: datetime) -> None:
    _rota(term, now)
    with term.database.writing() as db:
        office = managers.add_manager(db, term.coordinator(), term.programme_id, "Ward office", "", now)
        north = next(site.id for site in get_programme(db, term.programme_id).sites if site.key == "north")
        cover = Subject(Purpose.COVER, term.programme_id, manager_id=office)
        open_feed(db, term.coordinator(), cover, now)
        managers.set_keepers(db, term.coordinator(), term.programme_id, {(north, ""): office}, now)


def _two_offices_keep_the_rotas(term: Term, now: datetime) -> tuple[int, int]:
    """One keeps the ward's, with somebody to be released, the other the rest of the site; each has a calendar."""
    import_duties(term, now, (PEERS[1], "LD", "08:00", "20:30"))
    with term.database.writing() as db:
        here, who = term.programme_id, term.coordinator()
        north = next(site.id for site in get_programme(db, here).sites if site.key == "north")
        ward = managers.add_manager(db, who, here, "Ward office", "", now)
        others = managers.add_manager(db, who, here, "Medical staffing", "", now)
        for office in (ward, others):
            open_feed(db, who, Subject(Purpose.COVER, here, manager_id=office), now)
        managers.set_keepers(db, who, here, {(north, "ward"): ward, (north, ""): others}, now)
    return ward, others


@by("cover.managers.remove_manager")
def _who_kept_the_rotas_is_gone(term: Term, now: datetime) -> None:
    ward, _ = _two_offices_keep_the_rotas(term, now)
    with term.database.writing() as db:
        managers.remove_manager(db, term.coordinator(), term.programme_id, ward, now)


@by("terms.closure.end_programme")
def _ends_the_programme(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        end_programme(db, term.coordinator(), term.programme_id, "", now)


@by("terms.closure.reopen_programme")
def _reopens_the_programme(term: Term, now: datetime) -> None:
    _ends_the_programme(term, now)
    with term.database.writing() as db:
        assert reopen_programme(db, term.coordinator(), term.programme_id, now)


@by("terms.next_term.begin_next_term")
def _begins_the_next_term(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        last_day = get_programme(db, term.programme_id).last_day
        wanted = NextTerm("Next", last_day + timedelta(days=7), keeps_groups=True)
        begin_next_term(db, term.coordinator(), term.programme_id, wanted, now)


@by("terms.peer_programme.begin_peer_programme")
def _begins_a_programme_of_facilitators(term: Term, now: datetime) -> None:
    names = [f"Senior Person{n}" for n in range(FEWEST)]
    lines = people_csv(*(person_line(name, role="faculty", models="vertical") for name in names))
    with term.database.writing() as db:
        people_import.import_people(db, term.coordinator(), term.programme_id, lines, now)
        ids = people_import.person_ids_by_address(db, term.programme_id)
        for name in names:
            who = actor(ids[f"{name.lower().replace(' ', '.')}@example.org"], term.programme_id, Role.FACULTY)
            portraits.save_portrait(db, who, term.programme_id, "", deputy_wanted=False, peers_wanted=True, now=now)
    with term.database.writing() as db:
        day = now.date() + timedelta(days=60)
        begin_peer_programme(db, term.coordinator(), term.programme_id, "Our hour", day, now)


@by("own_groups.service._note_change")
def _forms_a_group_of_ones_own(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        begun = own_groups.start_group(db, term.actor(LEFT_OVER), term.programme_id, "Friday circle", "video", now)
    with term.database.writing() as db:
        own_groups.join_group(db, term.actor(SPARE), term.programme_id, begun.code, now)


@by("people.roles.appoint")
def _second_coordinator(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        roles.appoint(db, term.coordinator(), term.programme_id, "Co", "co@example.org", Role.COORDINATOR, now)


@by("offices.service._leave")
def _first_coordinator_goes(term: Term, now: datetime) -> None:
    _second_coordinator(term, now)
    first = term.coordinator().person_id or 0
    with term.database.writing() as db:
        offices.dismiss(db, COORDINATOR, term.coordinator(), term.programme_id, first, now)


def watcher(term: Term, now: datetime) -> Actor:
    """An oversight contact, of whom nothing else follows."""
    with term.database.writing() as db:
        who = roles.appoint(db, OPERATOR, term.programme_id, "Olga Watch", "olga@watch.example", Role.OVERSIGHT, now)
    return actor(who, term.programme_id, Role.OVERSIGHT)


@by("oversight.pausing.pause_facilitator")
def _facilitator_paused(term: Term, now: datetime) -> None:
    contact = watcher(term, now)
    with term.database.writing() as db:
        pausing.pause_facilitator(db, contact, term.programme_id, term.id_of(FACILITATOR), now)


@by("oversight.pausing.lift_pause")
def _facilitator_back(term: Term, now: datetime) -> None:
    contact = watcher(term, now)
    with term.database.writing() as db:
        pausing.pause_facilitator(db, contact, term.programme_id, term.id_of(FACILITATOR), now)
    with term.database.writing() as db:
        pausing.lift_pause(db, contact, term.programme_id, term.id_of(FACILITATOR), now)


@by("offices.service.accept_invitation")
def _contact_accepts(term: Term, now: datetime) -> None:
    base = "https://rounds.example"
    with term.database.writing() as db:
        offices.invite(
            db, CONTACT, term.coordinator(), term.programme_id, "Piet Guard", "piet@guard.example", base, now
        )
        who = db.scalars(select(PersonRow.id).where(PersonRow.email == "piet@guard.example")).one()
    with term.database.writing() as db:
        offices.accept_invitation(
            db, CONTACT, actor(who, term.programme_id), term.programme_id, now, declares=True, in_this_browser=()
        )


@by("sessions.turn_swaps.answer_swap")
def _turns_swapped(term: Term, now: datetime) -> None:
    """Whose turn it is in the first two sessions: those two swap."""
    with term.database.writing() as db:
        group = own_group(db, term.actor(NEAR_PEERS[0]), term.programme_id, "g2")
        first, second = group.sessions[:2]
        has_first, has_second = (
            actor(each.chair_id or 0, term.programme_id, Role.RESIDENT) for each in (first, second)
        )
        turn_swaps.ask_for_turn(db, has_second, first.id, second.id, now)
    with term.database.writing() as db:
        turn_swaps.answer_swap(db, has_first, second.id, now, agrees=True)


@by("joining.openly.set_asked_openly")
def _asks_about_less(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        openly.set_asked_openly(db, term.coordinator(), term.programme_id, openly.AskedOpenly({}), now)


@by("enrolment.guests.invite_guest")
def _guest_invited(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        site = get_programme(db, term.programme_id).sites[0].id
        guests.invite_guest(
            db, term.coordinator(), term.programme_id, "Greta Far", "greta@far.example", site, "https://x.example", now
        )


@by("people.service._speak_to")
def _speaks_french(term: Term, now: datetime) -> None:
    with term.database.writing() as db:
        people.choose_language(db, term.actor(PEERS[0]), "fr", now)


def _swap_taken_back(term: Term, now: datetime) -> None:
    _swap(term, now)
    with term.database.writing() as db:
        last = max(each.id for each in list_replaced(db, term.coordinator(), term.programme_id))
        take_back(db, term.coordinator(), term.programme_id, last, now)


def _own_rota_gives_way(term: Term, now: datetime) -> None:
    _own_rota(term, now)
    _rota(term, now)


def _days_of_a_rota_go_to_another(term: Term, now: datetime) -> None:
    """Another rota counts for the days that it speaks of."""
    _rota(term, now)
    day = start_of(term).date()
    who = PEERS[0].replace(".", " ").title()
    upload = rota_import.Upload("week", f"name,date,start,end,code\n{who},{day},09:00,17:00,X\n".encode(), "week.csv")
    with term.database.writing() as db:
        waiting = rota_import.read_upload(db, term.coordinator(), term.programme_id, "north", upload, now)
        decided = {overlap.rota_id: Standing.THESE_DAYS for overlap in waiting.overlaps}
        assert decided
        rota_import.decide(db, term.coordinator(), waiting.waiting_id, decided)
        rota_import.import_waiting(db, term.coordinator(), waiting.waiting_id, now)


def _draft_changed_by_hand_is_published(term: Term, now: datetime) -> None:
    plan = store_plan(term)
    with term.database.writing() as db:
        edits.keep(db, term.coordinator(), plan, SetDate("g1", 2, None), 0, now)
    with term.database.writing() as db:
        override_checks(db, plan, now)
        publishing.publish(db, OPERATOR, plan, now)


def _answers_without_having_said_yes(term: Term, now: datetime) -> None:
    _plans_only_who_said_yes(term, now)
    with term.database.writing() as db:
        answers.save_topics(db, term.actor(PEERS[0]), term.programme_id, (), now)


FURTHER: tuple[Change, ...] = (
    _answers_without_having_said_yes,
    _supervises_a_member_from_now_on,
    _swap_taken_back,
    _own_rota_gives_way,
    _days_of_a_rota_go_to_another,
    _draft_changed_by_hand_is_published,
)
"""Further ways that lead to services which are tried already."""


def services_that_note() -> Iterator[str]:
    """The address of every function in the product that notes a change."""
    root = Path(scheduler.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and any(_is_note(part) for part in ast.walk(function)):
                yield ".".join([*path.relative_to(root).with_suffix("").parts, function.name])


def _is_note(part: ast.AST) -> bool:
    return isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "note"


def test_every_service_that_notes_a_change_is_tried() -> None:
    assert set(services_that_note()) == CHANGES.keys()


SAME_AS_BEFORE = {
    "groups.thread._note_that_they_write",
    "availability.breaks.come_back",
    "coordination.standing_deputies._tell",
    "sessions.turn_swaps.answer_swap",
    "availability.entries.resume",
    "availability.patterns.remove_pattern",
    "enrolment.people_changes.change_ways",
    "enrolment.people_changes.correct_person",
    "enrolment.people_changes.set_grade",
    "enrolment.relation_list.remove_relation",
    "joining.answers.agree",
    "joining.answers.save_people",
    "joining.answers.save_ways",
    "joining.conduct.adopt_code",
    "joining.listed.correct_listed",
    "joining.conduct.sign",
    "joining.facilitator_list.note_from_paper",
    "joining.portraits.save_portrait",
    "joining.training.enter",
    "joining.training.take_away",
    "joining.openly.set_asked_openly",
    "joining.training.verify",
    "joining.told_answers.forget_told",
    "own_data.deletion.delete_kind",
    "own_groups.service._note_change",
    "offices.service.accept_invitation",
    "people.roles.appoint",
    "people.sites.withdraw_change",
    "publishing.leavers.decline",
    "retention.service._carry_out",
    "rota_import.own_removal.forget_own",
    "rota_import.removal.remove_rota",
    "rota_import.taking_back.take_back",
    "sessions.apologies.take_back",
    "sessions.proposals._adopt",
    "terms.closure.reopen_programme",
}
"""Changes that end where they began, or on which nothing hangs."""


ONE_OF_EACH_ROOM = sorted({service.split(".")[0]: service for service in CHANGES}.values())


@pytest.mark.parametrize("service", CHANGES)
def test_a_change_leaves_nothing_stale(term: Term, service: str) -> None:
    leaves_nothing_stale(term, CHANGES[service], service not in SAME_AS_BEFORE)


@pytest.mark.parametrize("change", FURTHER)
def test_other_ways_to_change_leave_nothing_stale(term: Term, change: Change) -> None:
    leaves_nothing_stale(term, change)


@pytest.mark.postgres
@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
@pytest.mark.parametrize("service", ONE_OF_EACH_ROOM)
def test_a_change_leaves_nothing_stale_on_postgresql(storage: Database, service: str) -> None:
    leaves_nothing_stale(a_term(storage), CHANGES[service], service not in SAME_AS_BEFORE)


def leaves_nothing_stale(term: Term, change: Change, changes_something: bool = True) -> None:
    now = clock.now()
    before = derived(term.database, term.programme_id)
    now = change(term, now) or now
    after = derived(term.database, term.programme_id)
    with term.database.writing() as db:
        assert bring_up_to_date(db, everything(term.programme_id, now)) == Followed(0, 0, 0, 0, 0, 0)
    assert derived(term.database, term.programme_id) == after
    with term.database.writing() as db:
        forget_all_derived(db, now)
        for programme_id in db.scalars(select(ProgrammeRow.id).order_by(ProgrammeRow.id)).all():
            bring_up_to_date(db, everything(programme_id, now))
    assert derived(term.database, term.programme_id) == after
    if changes_something:
        assert after != before


def test_changes_that_nothing_follows_up_are_refused(term: Term) -> None:
    unwatched = Database(term.database.engine.url.render_as_string(hide_password=False))

    def change() -> None:
        with unwatched.writing() as db:
            note(db, Fact.RULES, term.programme_id, clock.now())

    with pytest.raises(RuntimeError, match="nothing follows up"):
        change()
    unwatched.close()


def test_a_follow_up_that_fails_undoes_the_change(term: Term) -> None:
    who = term.actor(PEERS[0])

    def change() -> None:
        with term.database.writing() as db:
            entries.set_weekly(db, who, term.programme_id, (), clock.now())
            note(db, Fact.RULES, 999, clock.now())

    with pytest.raises(NotFound):
        change()
    with term.database.reading() as db:
        assert len(entries.list_weekly(db, who, term.programme_id)) == len(OFFICE_HOURS)


def test_a_letter_about_a_session_that_has_changed_waits(term: Term) -> None:
    now = datetime.combine(clock.now().date() + timedelta(days=1), time(12), UTC)  # nobody is told at night
    with serving(Inbox()) as settings:
        announce_changes(term.database, settings, now + STANDS_FOR)
    moment = now + 2 * STANDS_FOR
    with term.database.reading() as db:
        waiting = set(db.scalars(select(MailRow.id).where(MailRow.next_try_at <= moment)))
    _has_a_room(term, moment)
    with term.database.reading() as db:
        held = set(db.scalars(select(MailRow.id).where(MailRow.next_try_at > moment)))
    assert held
    assert held < waiting


def test_whoever_is_elsewhere_then_cannot_come(term: Term) -> None:
    now = clock.now()
    later, earlier = term.session("g2"), term.session("g1")
    with term.database.writing() as db:
        row = db.get_one(SessionRow, later.id)
        row.starts_at, row.ends_at, row.agreed_at = earlier.starts_at, earlier.ends_at, now
        row.attendees.append(AttendeeRow(person_id=term.id_of(PEERS[0]), role="facilitator", mark="2"))
        note(db, Fact.SESSIONS, term.programme_id, now, (row.id,))
    assert term.invited(later.id)[term.id_of(PEERS[0])] == "0", "that date was agreed on later"
    assert term.invited(earlier.id)[term.id_of(PEERS[0])] == "2"


def test_a_session_of_another_programme_takes_time_too(term: Term) -> None:
    now, who = clock.now(), term.id_of(PEERS[0])
    session = term.session("g1")
    first_monday = now.date() + timedelta(days=28 - now.weekday())
    with term.database.writing() as db:
        autumn = create_programme(db, OPERATOR, programme(slug="autumn", rounds=equal_rounds(first_monday, 3, 4)), now)
        plan_everybody(db, autumn)
        elsewhere = SessionRow(
            uid="elsewhere", programme_id=autumn, group_key="g9", group_name="Autumn", model_name="Peer", round=0,
            starts_at=session.starts_at, ends_at=session.ends_at, mode="video", status="confirmed", sequence=0,
            created_at=now - timedelta(days=9), changed_at=now,
            attendees=[AttendeeRow(person_id=who, role="resident", mark="2")],
        )  # fmt: skip
        db.add(elsewhere)
        db.flush()
        note(db, Fact.SESSIONS, autumn, now, (elsewhere.id,))
    assert term.invited(session.id)[who] == "0"
    with term.database.writing() as db:
        db.get_one(SessionRow, elsewhere.id).status = SessionStatus.CANCELLED
        note(db, Fact.SESSIONS, autumn, now, (elsewhere.id,))
    assert term.invited(session.id)[who] == "2"


def test_a_letter_is_held_as_long_as_changes_go_on(term: Term) -> None:
    now = datetime.combine(clock.now().date() + timedelta(days=1), time(12), UTC)  # nobody is told at night
    with serving(Inbox()) as settings:
        announce_changes(term.database, settings, now + STANDS_FOR)
    for seconds in range(0, 300, 50):
        moment = now + 2 * STANDS_FOR + timedelta(seconds=seconds)
        with term.database.writing() as db:
            url = f"https://video.example/{seconds}"
            join_links.set_join_links(db, term.actor(PEERS[0]), term.programme_id, "g1", url, "", moment)
        with term.database.reading() as db:
            concerned = select(InvitationRow.mail_id).where(InvitationRow.session_id == term.session().id)
            due = select(MailRow.id).where(MailRow.id.in_(concerned), MailRow.next_try_at <= moment + STANDS_FOR)
            assert db.scalars(due).all() == []


def test_a_session_under_way_keeps_its_status(term: Term) -> None:
    session = term.session()
    during = session.starts_at + timedelta(minutes=5)
    with term.database.writing() as db:
        charters.adopt(db, term.coordinator(), term.programme_id, PROPOSED, during)
    assert term.session().status == SessionStatus.CONFIRMED
    assert term.session("g1", 1).status == SessionStatus.TENTATIVE, "it lies ahead, and nobody has agreed"


def test_of_two_equal_offers_one_is_withdrawn(term: Term) -> None:
    now = clock.now()
    _three_apologise(term, now)
    first = term.open_dates()[0]
    with term.database.writing() as db:
        twin = ProposalRow(programme_id=term.programme_id, group_key="g1", session_id=first.session_id, by_id=None)
        twin.starts_at, twin.made_at, twin.state = first.starts_at, now, "open"
        db.add(twin)
    with term.database.writing() as db:
        assert bring_up_to_date(db, everything(term.programme_id, now)).offers == 1
    starts = [offer.starts_at for offer in term.open_dates()]
    assert len(starts) == len(set(starts))
