"""Dates of circles: found around everything that members have, and known to the planner alone."""

from __future__ import annotations

import signal
from datetime import datetime, timedelta

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from scheduler import clock
from scheduler.circles.calendar import close_own_feed, find_calendar, open_own_feed
from scheduler.circles.dates import find_dates, private_time
from scheduler.circles.service import agree, write_charter
from scheduler.circles.tables import CircleMeetingRow
from scheduler.coordination.candidates import dates_for_group
from scheduler.db import Database
from scheduler.errors import NotFound, NotPossible
from scheduler.jobs.child import work
from scheduler.mail.tables import MailRow
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.private_time import people_of, with_private_time
from scheduler.planning.runs import claim_next_run, start_run
from scheduler.plans.service import get_plan
from scheduler.plans.tables import RunRow
from scheduler.sessions.proposals import possible_dates, propose_extra
from scheduler.sessions.service import own_groups
from solvers.codec import read_instance
from solvers.instance import Instance
from solvers.progress import Progress
from solvers.solve import solve
from solvers.stop import Limits
from tests.scheduler.circles.test_service import ADA, BEN, CAT, DAN, begun, offer, seen_by
from tests.scheduler.sessions.term import NEAR_PEERS, Term, a_term

CLEO = NEAR_PEERS[0]


@pytest.fixture
def term(database: Database) -> Term:
    found = a_term(database)
    offer(found, circles=True)
    return found


def dated(term: Term, *names: str) -> list[CircleMeetingRow]:
    """The dates of a circle of these people."""
    circle = begun(term, *names)
    with term.database.writing() as db:
        find_dates(db, term.actor(names[0]), circle.id, clock.now(), page_url="http://localhost")
        return list(db.scalars(select(CircleMeetingRow).order_by(CircleMeetingRow.starts_at)))


def problem(term: Term) -> Instance:
    with term.database.reading() as db:
        return build_instance(db, term.programme_id, clock.now())


def test_there_is_a_date_a_round_around_every_session_that_members_have(term: Term) -> None:
    meetings = dated(term, ADA, CLEO)
    assert len(meetings) == 3
    with term.database.reading() as db:
        busy = [
            each.starts_at
            for who in (ADA, CLEO)
            for group in own_groups(db, term.actor(who))
            for each in group.sessions
        ]
    hour = timedelta(hours=1)
    assert all(abs(meeting.starts_at - start) >= hour for meeting in meetings for start in busy)


def test_two_circles_of_one_person_do_not_meet_at_once(term: Term) -> None:
    first = {meeting.starts_at for meeting in dated(term, ADA, BEN)}
    everything = [meeting.starts_at for meeting in dated(term, ADA, CAT)]
    assert len(everything) == len(set(everything)) == 2 * len(first)


def test_looking_again_changes_nothing_that_still_suits_and_tells_nobody(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    counts = []
    for _ in range(2):
        with term.database.writing() as db:
            find_dates(db, term.actor(ADA), circle.id, clock.now())
            counts.append((len(db.scalars(select(MailRow.id)).all()), seen_by(term, BEN, circle.id).meetings))
    assert counts[0][0] == counts[1][0]


def test_one_person_has_nothing_to_date_and_strangers_find_no_dates(term: Term) -> None:
    alone = begun(term)
    with term.database.writing() as db:
        with pytest.raises(NotPossible):
            find_dates(db, term.actor(ADA), alone.id, clock.now())
        for other in (term.actor(BEN), term.coordinator()):
            with pytest.raises(NotFound):
                find_dates(db, other, alone.id, clock.now())


def test_e_mails_say_neither_the_circle_nor_the_programme_and_are_answered_to_no_coordinator(term: Term) -> None:
    dated(term, ADA, BEN)
    with term.database.reading() as db:
        [mail] = db.scalars(select(MailRow).where(MailRow.subject.contains("60"))).all()
    assert (mail.address, mail.subject, mail.reply_to) == ("ben.marrow@example.org", "Group – 60 min", "")
    assert not {"Common", "circle", "Spring", "Ada"} & set(mail.text.split())


def test_a_search_alone_knows_when_a_circle_meets(term: Term) -> None:
    before = problem(term)
    meetings = dated(term, ADA, DAN)
    assert problem(term).residents == before.residents, "nor does what pages are worked out of"
    with term.database.reading() as db:
        searched = with_private_time(before, private_time(db, people_of(before)))
    starts = {meeting.starts_at for meeting in meetings}
    for person, known in zip(searched.residents, before.residents, strict=True):
        closed = {before.slots[i].start for i, mark in enumerate(known.availability) if mark != person.availability[i]}
        if person.id == person_key(term.id_of(ADA)):
            assert starts <= closed
        elif person.id != person_key(term.id_of(DAN)):
            assert not closed
    assert [each.availability for each in searched.faculty] == [each.availability for each in before.faculty]


def test_dates_that_a_group_has_stay_open_to_its_people(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    session = term.session("g1", 0)
    with term.database.writing() as db:
        db.add(
            CircleMeetingRow(
                circle_id=circle.id, starts_at=session.starts_at, ends_at=session.ends_at, found_at=clock.now()
            )
        )
    instance = problem(term)
    with term.database.reading() as db:
        searched = with_private_time(instance, private_time(db, people_of(instance)))
    index = next(i for i, slot in enumerate(instance.slots) if slot.start == session.starts_at)
    assert {each.id: each.availability[index] for each in searched.residents} == {
        each.id: each.availability[index] for each in instance.residents
    }
    assert seen_by(term, ADA, circle.id).meetings[0].clashes


def test_a_run_goes_round_circles_and_keeps_nothing_of_them(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    meetings = dated(term, ADA, BEN)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with term.database.writing() as db:
        run_id = start_run(db, term.coordinator(), term.programme_id, clock.now(), seconds=2, workers=1)
        attempt = claim_next_run(db, clock.now())
    assert attempt is not None
    work(term.database, attempt)
    with term.database.reading() as db:
        run = db.scalars(select(RunRow).where(RunRow.id == run_id).options(undefer(RunRow.instance))).one()
        instance = read_instance(run.instance)
        plan = get_plan(db, term.coordinator(), run.plan_id or 0)
    starts = {meeting.starts_at for meeting in meetings}
    of_ada = next(each for each in instance.residents if each.id == person_key(term.id_of(ADA)))
    open_to_her = {slot.start for slot, mark in zip(instance.slots, of_ada.availability, strict=True) if mark == "2"}
    assert starts <= open_to_her, "what is stored knows nothing of it"
    hers = [group for group in plan.groups if term.id_of(ADA) in {member.person_id for member in group.residents}]
    assert hers
    assert starts.isdisjoint({session.starts_at for group in hers for session in group.sessions})
    assert plan.bound is None or plan.bound >= (plan.score or 0)


def test_the_bound_is_that_of_the_problem_which_others_know(term: Term) -> None:
    dated(term, ADA, BEN)
    instance = problem(term)
    with term.database.reading() as db:
        searched = with_private_time(instance, private_time(db, people_of(instance)))
    assert searched is not instance
    limits = Limits(2, 1, 1)
    shown: list[int] = []

    def told(progress: Progress) -> None:
        shown.extend([progress.bound] if progress.bound is not None else [])

    found = solve(searched, limits, told, bounded=instance)
    known = solve(instance, limits)
    assert found.bound is not None
    assert min(found.bound, *shown) >= known.score, "not even while it searches is it lower than what is possible"


def test_the_calendar_says_a_length_and_a_time_and_nothing_else(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    secrets = {}
    with term.database.writing() as db:
        find_dates(db, term.actor(ADA), circle.id, clock.now())
        for name in (ADA, BEN, CAT):
            secrets[name] = open_own_feed(db, term.actor(name), term.programme_id, clock.now())
    with term.database.reading() as db:
        bodies = {name: find_calendar(db, secret, clock.now()) for name, secret in secrets.items()}
        assert find_calendar(db, "x" * 43, clock.now()) is None
    events = {name: list(icalendar.Calendar.from_ical(body).walk("VEVENT")) for name, body in bodies.items() if body}
    assert {str(each["SUMMARY"]) for each in events[ADA]} == {"Group – 60 min"}
    assert {str(each["STATUS"]) for each in events[ADA]} == {"TENTATIVE"}
    assert not {"DESCRIPTION", "LOCATION", "URL", "ORGANIZER", "ATTENDEE", "CATEGORIES"} & set(events[ADA][0])
    assert [each["DTSTART"].dt for each in events[ADA]] == [each["DTSTART"].dt for each in events[BEN]]
    assert {str(each["UID"]) for each in events[ADA]}.isdisjoint(str(each["UID"]) for each in events[BEN])
    assert [str(each["SUMMARY"]) for each in events[CAT]] == ["No dates yet"]
    assert b"Common" not in (bodies[ADA] or b"")
    with term.database.writing() as db:
        write_charter(db, term.actor(ADA), circle.id, "Stays here.", "")
        agree(db, term.actor(BEN), circle.id)
        close_own_feed(db, term.actor(BEN))
        again = open_own_feed(db, term.actor(ADA), term.programme_id, clock.now())
    with term.database.reading() as db:
        assert b"STATUS:CONFIRMED" in (find_calendar(db, again, clock.now()) or b"")
        assert find_calendar(db, secrets[ADA], clock.now()) is None, "a new address ends the old one"
        assert find_calendar(db, secrets[BEN], clock.now()) is None


def test_no_other_date_is_offered_while_a_circle_of_somebody_in_the_group_meets(term: Term) -> None:
    now, session = clock.now(), term.session("g1", 1)

    def offered(name: str, key: str, session_id: int | None = None) -> dict[datetime, tuple[str, ...]]:
        with term.database.reading() as db:
            found = possible_dates(db, term.actor(name), term.programme_id, key, now, session_id=session_id)
            return {date.starts_at: date.of_all for date in found}

    extra, other = offered(CAT, "g1"), offered(CAT, "g1", session.id)
    elsewhere = offered(CLEO, "g2")
    gone, moved = next(iter(extra)), next(iter(other))
    circle = begun(term, ADA, BEN)
    with term.database.writing() as db:
        for start in (gone - timedelta(minutes=30), moved - timedelta(minutes=30)):
            ends = start + timedelta(hours=1)
            db.add(CircleMeetingRow(circle_id=circle.id, starts_at=start, ends_at=ends, found_at=now))
    assert gone not in offered(CAT, "g1")
    assert moved not in offered(CAT, "g1", session.id)
    assert offered(CLEO, "g2") == elsewhere, "only groups of its members go round it"
    for start, marks in offered(CAT, "g1").items():
        assert extra.get(start, marks) == marks, "nobody is counted as missing on another date"
    said = []
    for start in (gone, gone + timedelta(minutes=7)):
        with term.database.writing() as db, pytest.raises(NotPossible) as refused:
            propose_extra(db, term.actor(CAT), term.programme_id, "g1", start, now)
        said.append(str(refused.value))
    assert said[0] == said[1], "asked for all the same, it is refused as any date that does not work"
    with term.database.reading() as db:
        of_coordinator = dates_for_group(db, term.coordinator(), term.programme_id, "g1", now)
        assert gone not in {date.starts_at for date in of_coordinator}, "no two lists that differ tell of it"
