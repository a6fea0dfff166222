"""Repair: what no longer holds, a draft with the fewest moves, and its changes accepted whole or one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.availability.entries import replace_own_marks
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.changes import Fact, note
from scheduler.coordination.model import PauseGroup
from scheduler.coordination.service import carry_out
from scheduler.db import Database, Db
from scheduler.enrolment.people_import import import_people
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.people.model import OPERATOR
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.facilitator_attendance import with_all_who_can_come
from scheduler.planning.keys import person_key, with_group_keys
from scheduler.planning.known_to import KnownTo
from scheduler.planning.repair import fewest_changes, in_favour_of_staying, repair_from_json
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.model import NEAR_PEER, PEER, VERTICAL, Round
from scheduler.programmes.service import get_programme
from scheduler.publishing import repair as repair_service
from scheduler.publishing.leavers import leave
from scheduler.publishing.present_plan import Present, find_present_plan
from scheduler.publishing.programme_changes import change_programme
from scheduler.publishing.repair import Damage, Proposal, find_damage, get_proposal, start_repair
from scheduler.publishing.repair_acceptance import Accepted, accept, throw_away
from scheduler.reasons.broken import private_sentence
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.model import DeputyState
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow
from solvers.codec import read_instance
from solvers.instance import Group, Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits
from solvers.vocabulary import CANNOT
from tests.builders import change_conduct, everybody_is_ready, people_csv, person_line, publish
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, NEAR_PEERS, PEERS, SPARE, Term, a_term, store_plan

ROUND_SLOTS = 40
LONG_BEFORE = timedelta(days=27)


@pytest.fixture
def term(database: Database) -> Term:
    """The term with its two groups, whose people can all come, without the resident who fits nobody."""
    made = a_term(database)
    made.mark("2", "dan.reed")
    with made.database.writing() as db:
        leave(db, OPERATOR, made.programme_id, clock.now(), person_id=made.id_of(LEFT_OVER))
    return made


Mending = Callable[[Instance], Iterable[Group]]


def by_solver(instance: Instance) -> tuple[Group, ...]:
    found = with_all_who_can_come(instance, solve(in_favour_of_staying(instance), Limits(2, 1, 1)))
    return with_group_keys(instance, found).groups


def repaired(term: Term, mending: Mending = by_solver, now: datetime | None = None) -> int:
    """A repair as its run would keep it; returns the draft."""
    now = now or clock.now()
    with term.database.writing() as db:
        run = db.get_one(RunRow, start_repair(db, term.coordinator(), term.programme_id, now))
        instance, repair = read_instance(run.instance), repair_from_json(run.repair or {})
        solution = fewest_changes(instance, Solution(instance.name, tuple(mending(instance))))
        verdict = check(instance, solution)
        assert verdict.ok, verdict.broken
        why = explained(instance, solution)
        run.plan_id = store_draft(db, term.programme_id, instance, solution, verdict, why, now, repair)
        run.state, run.finished_at = "done", now
        return run.plan_id


def proposal(term: Term, plan_id: int, now: datetime | None = None) -> Proposal:
    with term.database.reading() as db:
        return get_proposal(db, term.coordinator(), plan_id, now or clock.now())


def accepted(term: Term, plan_id: int, *changes: str, reason: str = "", now: datetime | None = None) -> Accepted:
    with term.database.writing() as db:
        return accept(db, term.coordinator(), plan_id, changes, now or clock.now(), reason)


def damage(term: Term, now: datetime | None = None) -> Damage:
    with term.database.reading() as db:
        found = find_damage(db, term.coordinator(), term.programme_id, now or clock.now())
    assert found is not None
    return found


def slot_of(round_: int, offset: int = 0) -> int:
    return ROUND_SLOTS * round_ + offset


def away(term: Term, slot: int, *names: str, mark: str = "2") -> None:
    """These people cannot come at one slot."""
    term.mark(mark * slot + "0" + mark * (3 * ROUND_SLOTS - slot - 1), *names)


def moved(instance: Instance, key: str, round_: int, by: int = 1) -> list[Group]:
    """The published groups, with one session some slots later."""
    return [
        replace(
            group,
            sessions=tuple(
                replace(session, slot=session.slot + by) if (group.id, session.round) == (key, round_) else session
                for session in group.sessions
            ),
        )
        for group in instance.previous
    ]


@dataclass(frozen=True, slots=True)
class Published:
    """What calendars know of a session."""

    uid: str
    sequence: int
    starts_at: datetime
    status: str
    people: frozenset[int]


def sessions(term: Term) -> dict[tuple[str, int], Published]:
    with term.database.reading() as db:
        rows = db.scalars(select(SessionRow).where(SessionRow.extra == 0)).all()
        return {
            (row.group_key, row.round): Published(
                row.uid, row.sequence, row.starts_at, row.status, frozenset(a.person_id for a in row.attendees)
            )
            for row in rows
        }


def test_what_is_broken_is_worked_out_once_a_change(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def look(db: Db, programme_id: int, now: datetime, known_to: KnownTo) -> Present | None:
        looked.append(programme_id)
        assert known_to is KnownTo.COORDINATOR
        return find_present_plan(db, programme_id, now, known_to)

    monkeypatch.setattr(repair_service, "find_present_plan", look)
    with term.database.writing() as db:
        note(db, Fact.CHARTER, term.programme_id, clock.now())
    first = damage(term)
    assert damage(term) == first
    assert len(looked) == 1
    with term.database.writing() as db:
        for name in PEERS:
            say_sorry(db, term.actor(name), term.session().id, clock.now())
        find_damage(db, term.coordinator(), term.programme_id, clock.now())  # whoever changes sees their own changes
    assert len(looked) == 2
    damage(term)
    assert len(looked) == 3
    damage(term, term.session("g1", 1).starts_at)  # a session begins: the same facts, another plan ahead
    assert len(looked) == 4


def test_what_still_holds_needs_no_repair(term: Term) -> None:
    assert damage(term).nothing
    with pytest.raises(NotPossible, match="nothing to repair"):
        repaired(term)


def test_nothing_can_be_repaired_before_something_is_published_and_by_nobody_else(
    database: Database, term: Term
) -> None:
    with term.database.writing() as db:
        for row in db.scalars(select(PlanRow)):
            db.delete(row)
        assert find_damage(db, term.coordinator(), term.programme_id, clock.now()) is None
        with pytest.raises(NotPossible, match="Nothing has been published"):
            start_repair(db, term.coordinator(), term.programme_id, clock.now())
        with pytest.raises(NotAllowed):
            find_damage(db, term.actor(FACILITATOR), term.programme_id, clock.now())


def test_a_session_to_which_too_few_can_come_moves_and_nothing_else(term: Term) -> None:
    before = sessions(term)
    away(term, slot_of(1), *PEERS[:2])
    [broken] = damage(term).broken
    assert (broken.name, broken.round, broken.at) == ("Peer group 1", 1, before["g1", 1].starts_at)
    assert broken.what.startswith("Too few people can come to Peer group 1: 2 of 4, and it takes 3 (round 2, ")
    plan_id = repaired(term)
    found = proposal(term, plan_id)
    [change] = found.changes
    assert change.groups == ("Peer group 1",)
    assert change.mends == (broken,)
    assert [(session.round, session.was) for session in change.changes.sessions] == [(1, broken.at)]
    assert change.changes.lines == 1
    assert (change.before.sessions, change.before.coming, change.before.invited) == (3, 10, 12)
    assert (change.after.sessions, change.after.coming, change.after.invited) == (3, 12, 12)
    assert accepted(term, plan_id, change.id).revision == 2
    after = sessions(term)
    assert {key for key in after if after[key] != before[key]} == {("g1", 1)}
    now = after["g1", 1]
    assert (now.uid, now.sequence, now.people) == (before["g1", 1].uid, 1, before["g1", 1].people)
    assert damage(term).nothing


def both_broken(term: Term) -> int:
    away(term, slot_of(1), *PEERS[:2])
    away(term, slot_of(2, 1), *NEAR_PEERS[1:3])
    return repaired(term)


def test_changes_that_stand_by_themselves_are_accepted_one_by_one(term: Term) -> None:
    plan_id, before = both_broken(term), sessions(term)
    first, second = proposal(term, plan_id).changes
    assert first.groups == ("Peer group 1",)
    done = accepted(term, plan_id, first.id)
    assert done.are_left
    assert {key for key, session in sessions(term).items() if session != before[key]} == {("g1", 1)}
    assert [change.id for change in proposal(term, plan_id).changes] == [second.id]
    last = accepted(term, plan_id, second.id)
    assert (last.revision, last.are_left) == (3, False)
    with term.database.reading() as db:
        assert db.get(PlanRow, plan_id) is None
        assert db.scalars(select(RunRow.plan_id)).one() == last.plan_id
    assert damage(term).nothing


def test_a_whole_repair_is_one_revision(term: Term) -> None:
    plan_id = both_broken(term)
    assert accepted(term, plan_id, *(change.id for change in proposal(term, plan_id).changes)).revision == 2
    assert [session.sequence for session in sessions(term).values()].count(1) == 2


def test_a_repair_that_is_accepted_or_thrown_away_is_no_more(term: Term) -> None:
    plan_id, before = both_broken(term), sessions(term)
    [first, _] = proposal(term, plan_id).changes
    with pytest.raises(NotPossible, match="no longer as you saw it"):
        accepted(term, plan_id, "something else")
    with pytest.raises(NotPossible, match="no longer as you saw it"):
        accepted(term, plan_id)
    with term.database.writing() as db:
        throw_away(db, term.coordinator(), plan_id, clock.now())
    with pytest.raises(NotFound):
        accepted(term, plan_id, first.id)
    assert sessions(term) == before


def test_what_has_changed_since_is_neither_undone_nor_accepted(term: Term) -> None:
    plan_id = both_broken(term)
    first, second = proposal(term, plan_id).changes
    with term.database.writing() as db:
        leave(db, OPERATOR, term.programme_id, clock.now(), person_id=term.id_of(PEERS[3]))
    assert [change.is_stale for change in proposal(term, plan_id).changes] == [True, False]
    with pytest.raises(NotPossible):
        accepted(term, plan_id, first.id)
    stale = proposal(term, plan_id).changes[0]
    with pytest.raises(NotPossible, match="A group has changed"):
        accepted(term, plan_id, stale.id)
    accepted(term, plan_id, second.id)
    assert term.id_of(PEERS[3]) not in sessions(term)["g1", 2].people


def test_rounds_with_other_numbers_make_a_repair_out_of_date(term: Term) -> None:
    plan_id, before = both_broken(term), sessions(term)
    with term.database.writing() as db:
        programme = get_programme(db, term.programme_id)
        first = programme.rounds[0].first_day
        earlier = Round(0, first - timedelta(days=7), first - timedelta(days=1))
        later = tuple(replace(each, index=each.index + 1) for each in programme.rounds)
        wanted = replace(programme, rounds=(earlier, *later), min_gap_days=1)
        change_programme(db, term.coordinator(), term.programme_id, wanted, clock.now())
    changes = proposal(term, plan_id).changes
    assert {change.is_stale for change in changes} == {True}
    with pytest.raises(NotPossible, match="A group has changed"):
        accepted(term, plan_id, *(change.id for change in changes))
    assert {(key, round_ - 1) for key, round_ in sessions(term)} == set(before)


def test_a_change_that_would_break_a_rule_by_now_is_refused_whole(term: Term) -> None:
    plan_id, before = both_broken(term), sessions(term)
    first = proposal(term, plan_id).changes[0]
    term.mark("0", *PEERS[:2])
    with pytest.raises(NotPossible, match="a rule would be broken"):
        accepted(term, plan_id, first.id)
    assert sessions(term) == before


def test_a_change_that_would_ask_too_many_hours_by_now_is_refused(term: Term) -> None:
    in_round = "2" * ROUND_SLOTS
    term.mark(in_round + "0" * ROUND_SLOTS + in_round, *PEERS[:2])
    dropped = repaired(term)
    accepted(term, dropped, proposal(term, dropped).changes[0].id)
    term.mark("2", *PEERS[:2])
    plan_id, before = repaired(term), sessions(term)
    [change] = proposal(term, plan_id).changes
    with term.database.writing() as db:
        conduct = replace(get_programme(db, term.programme_id).conduct, hours_a_year=1)
        change_conduct(db, term.coordinator(), term.programme_id, conduct, clock.now())
    with pytest.raises(NotPossible, match="4 people would give more hours"):
        accepted(term, plan_id, change.id)
    assert sessions(term) == before


def test_a_repair_is_not_published_like_other_drafts(term: Term) -> None:
    plan_id = both_broken(term)
    with pytest.raises(NotPossible, match="is a repair"), term.database.writing() as db:
        publish(db, term.coordinator(), plan_id, clock.now())


def test_within_the_freeze_a_reason_is_needed_and_recorded(term: Term) -> None:
    now = term.session("g1").starts_at - timedelta(days=10)
    away(term, slot_of(0), *PEERS[:2])
    plan_id = repaired(term, now=now)
    [change] = proposal(term, plan_id, now).changes
    assert change.is_frozen
    with pytest.raises(NotPossible, match="within 14 days"):
        accepted(term, plan_id, change.id, reason=" ", now=now)
    accepted(term, plan_id, change.id, reason="The whole team is on nights", now=now)
    with term.database.reading() as db:
        details = db.scalars(select(AuditRow.details).where(AuditRow.action == "plan.published")).all()
    assert [each.get("reason") for each in details] == [None, "The whole team is on nights"]


def test_a_session_within_the_freeze_that_still_holds_keeps_its_date(term: Term) -> None:
    now = term.session("g1").starts_at - timedelta(days=10)
    away(term, slot_of(1), *PEERS[:2])
    with term.database.writing() as db:
        run = db.get_one(RunRow, start_repair(db, term.coordinator(), term.programme_id, now))
        instance = read_instance(run.instance)
    own = next(group for group in instance.previous if group.id == "g1").sessions[0].slot
    ada = next(person for person in instance.residents if person.id == person_key(term.id_of(PEERS[0])))
    open_ = [i for i, slot in enumerate(instance.slots) if slot.round == 0 and ada.availability[i] == "2"]
    assert open_ == [own]


def test_a_late_starter_joins_and_nobody_else_moves(term: Term) -> None:
    with term.database.writing() as db:
        late = people_csv(person_line("Late Starter", models="peer:3"))
        import_people(db, term.coordinator(), term.programme_id, late, clock.now())
        person_id = max(term.ids.values()) + 1
        everybody_is_ready(db, term.programme_id)
    term.ids["late.starter@example.org"] = person_id
    term.mark("2", "late.starter")
    assert damage(term).unplaced == 1
    before = sessions(term)
    [change] = proposal(term, plan_id := repaired(term)).changes
    assert [(person.name, person.before, person.now) for person in change.changes.people] == [
        ("Late Starter", "", "Peer group 1")
    ]
    assert change.changes.lines == 1
    accepted(term, plan_id, change.id)
    after = sessions(term)
    assert {key for key in after if after[key] != before[key]} == {("g1", 0), ("g1", 1), ("g1", 2)}
    assert all(after[key].sequence == before[key].sequence for key in after)
    assert all(person_id in after["g1", round_].people for round_ in range(3))


def test_a_facilitator_who_leaves_is_followed_by_another(database: Database) -> None:
    led = replace(NEAR_PEER, facilitators=(1, 1), present=1)
    term = a_term(database, models=(PEER, led, VERTICAL))
    with term.database.writing() as db:
        leave(db, OPERATOR, term.programme_id, clock.now(), person_id=term.id_of(FACILITATOR))
    before = sessions(term)
    assert {broken.name for broken in damage(term).broken} == {"Near-peer group 2"}
    [change] = proposal(term, plan_id := repaired(term)).changes
    assert change.groups == ("Near-peer group 2",)
    assert [(lead.name, lead.leads) for lead in change.changes.leads] == [("Gil Spare", True)]
    accepted(term, plan_id, change.id)
    after = sessions(term)
    assert all(after["g1", round_] == before["g1", round_] for round_ in range(3))
    assert all(term.id_of(SPARE) in after["g2", round_].people for round_ in range(3))
    assert [after["g2", round_].starts_at for round_ in range(3)] == [
        before["g2", round_].starts_at for round_ in range(3)
    ]


def test_two_people_who_must_be_parted_are(term: Term) -> None:
    relation = f"person,about,kind,first_day,last_day\n{PEERS[0]}@example.org,{PEERS[1]}@example.org,treats,,\n"
    with term.database.writing() as db:
        import_relations(db, term.coordinator(), term.programme_id, relation.encode(), clock.now())
    [broken] = damage(term).broken
    assert broken.what == f"{broken.name}: {private_sentence()}"
    plan_id = repaired(term)
    found = proposal(term, plan_id)
    assert found.changes
    assert not found.broken
    assert [change.mends for change in found.changes] == [()] * len(found.changes), "it would tell who they are"
    for change in found.changes:
        accepted(term, plan_id, change.id)
    together = {term.id_of(name) for name in PEERS[:2]}
    assert not any(together <= session.people for session in sessions(term).values() if session.status != "cancelled")


def test_a_dropped_session_stays_as_cancelled_and_comes_back_with_its_uid(term: Term) -> None:
    before = sessions(term)
    in_round = "2" * ROUND_SLOTS
    term.mark(in_round + "0" * ROUND_SLOTS + in_round, *PEERS[:2])
    plan_id = repaired(term)
    [change] = proposal(term, plan_id).changes
    assert [(session.round, session.now) for session in change.changes.sessions] == [(1, None)]
    accepted(term, plan_id, change.id)
    assert sessions(term)["g1", 1].status == "cancelled"
    term.mark("2", *PEERS[:2])
    assert damage(term).missing == 1
    plan_id = repaired(term)
    [change] = proposal(term, plan_id).changes
    assert [(session.round, session.was) for session in change.changes.sessions] == [(1, None)]
    accepted(term, plan_id, change.id)
    now = sessions(term)["g1", 1]
    assert (now.uid, now.sequence, now.status) == (before["g1", 1].uid, 2, before["g1", 1].status)


def test_a_round_under_way_is_repaired_for_groups_that_have_not_met(term: Term) -> None:
    """The peers have met on Monday at half past twelve; the others meet three quarters of an hour later."""
    now = term.session("g1").starts_at + timedelta(minutes=1)
    away(term, slot_of(0, 1), *NEAR_PEERS[1:3])
    assert [(broken.name, broken.round) for broken in damage(term, now).broken] == [("Near-peer group 2", 0)]
    before = sessions(term)
    plan_id = repaired(term, now=now)
    [change] = proposal(term, plan_id, now).changes
    assert [(session.group, session.round) for session in change.changes.sessions] == [("Near-peer group 2", 0)]
    accepted(term, plan_id, change.id, reason="nights", now=now)
    after = sessions(term)
    assert {key for key in after if after[key] != before[key]} == {("g2", 0)}
    assert after["g2", 0].starts_at > now + timedelta(days=1)


def test_a_session_with_a_deputy_stays_though_its_facilitator_cannot_come(term: Term) -> None:
    row = term.session("g2", 1)
    with term.database.writing() as db:
        now, who = clock.now(), (term.id_of(FACILITATOR), term.id_of(SPARE))
        db.add(
            DeputyRow(
                session_id=row.id, for_id=who[0], person_id=who[1], state=DeputyState.ACCEPTED, note="",
                asked_at=now, answered_at=now,
            )
        )  # fmt: skip
        attendee = db.get_one(AttendeeRow, (row.id, term.id_of(FACILITATOR)))
        db.delete(attendee)
        db.add(AttendeeRow(session_id=row.id, person_id=term.id_of(SPARE), role="facilitator", mark="2"))
    away(term, slot_of(1, 1), FACILITATOR)
    assert damage(term).nothing
    away(term, slot_of(1), *PEERS[:2])
    before = sessions(term)
    plan_id = repaired(term)
    accepted(term, plan_id, *(change.id for change in proposal(term, plan_id).changes))
    assert sessions(term)["g2", 1] == before["g2", 1]
    assert term.id_of(SPARE) in before["g2", 1].people


def lasting(term: Term, minutes: int) -> None:
    """Sessions that are published from now on are as long as this."""
    with term.database.writing() as db:
        wanted = replace(get_programme(db, term.programme_id), session_minutes=minutes)
        change_programme(db, term.coordinator(), term.programme_id, wanted, clock.now())


def busy(term: Term, start: datetime, *names: str) -> None:
    """These people are busy for half an hour."""
    taken = OwnMark(Interval(start, start + timedelta(minutes=30)), CANNOT)
    with term.database.writing() as db:
        for name in names:
            replace_own_marks(db, term.actor(name), term.programme_id, (), (taken,), clock.now())


def test_what_still_holds_for_as_long_as_it_lasts_needs_no_repair(term: Term) -> None:
    busy(term, term.session("g1", 1).ends_at, *PEERS[:2])
    lasting(term, 90)
    assert damage(term).nothing


def test_a_session_that_does_not_hold_for_as_long_as_it_lasts_gets_another_date(term: Term) -> None:
    """Shorter sessions would hide that people are busy in the second half of one that was published before."""
    was = term.session("g1", 1)
    busy(term, was.starts_at + timedelta(minutes=30), *PEERS[:2])
    lasting(term, 30)
    assert damage(term).missing == 1
    before = sessions(term)
    plan_id = repaired(term)
    accepted(term, plan_id, *(change.id for change in proposal(term, plan_id).changes))
    now, after = term.session("g1", 1), sessions(term)
    assert now.starts_at != was.starts_at
    assert now.ends_at - now.starts_at == timedelta(minutes=30)
    assert {key for key in before if before[key] != after[key]} == {("g1", 1)}


def test_a_session_on_a_day_that_was_closed_gets_another_date_and_one_put_there_stays(term: Term) -> None:
    was, put = term.session("g1", 1), term.session("g2", 1)
    day = was.starts_at.date()
    with term.database.writing() as db:
        programme = get_programme(db, term.programme_id)
        closed = ClosedDays(days_off=(DaysOff(day, day, "Open day"),))
        change_programme(db, term.coordinator(), programme.id, replace(programme, closed=closed), clock.now())
        db.get_one(SessionRow, put.id).left_behind_at = None
    found = damage(term)
    [broken] = found.broken
    assert (broken.group, broken.round) == ("g1", 1)
    assert broken.what.startswith("The programme no longer meets on the day of Peer group 1 (round 2, ")
    assert found.missing == 0, "it is listed"
    before, plan_id = sessions(term), repaired(term)
    accepted(term, plan_id, *(change.id for change in proposal(term, plan_id).changes))
    after = sessions(term)
    assert term.session("g1", 1).starts_at.date() != day
    assert {key for key in before if before[key] != after[key]} == {("g1", 1)}
    assert damage(term).nothing


def test_who_cannot_make_it_counts(term: Term) -> None:
    for name in PEERS[:2]:
        with term.database.writing() as db:
            say_sorry(db, term.actor(name), term.session("g1", 1).id, clock.now())
    assert [broken.round for broken in damage(term).broken] == [1]


def test_what_was_made_of_a_session_since_outlives_repairs_of_others(term: Term) -> None:
    with term.database.writing() as db:
        db.get_one(SessionRow, term.session("g2", 1).id).mode = "phone"
    away(term, slot_of(1), *PEERS[:2])
    plan_id = repaired(term)
    accepted(term, plan_id, *(change.id for change in proposal(term, plan_id).changes))
    assert term.session("g2", 1).mode == "phone"


def test_publishing_what_is_published_changes_nothing(term: Term) -> None:
    before = sessions(term)
    again = store_plan(term)
    with term.database.writing() as db:
        publish(db, term.coordinator(), again, clock.now())
    assert sessions(term) == before


def test_a_change_that_mends_nothing_is_put_back(term: Term) -> None:
    away(term, slot_of(1), *PEERS[:2])

    def both_move(instance: Instance) -> list[Group]:
        mended = replace(instance, previous=tuple(moved(instance, "g1", 1)))
        return moved(mended, "g2", 2)

    [change] = proposal(term, repaired(term, both_move)).changes
    assert change.groups == ("Peer group 1",)


def test_a_round_that_a_group_pauses_through_misses_nothing(term: Term) -> None:
    first = term.session("g1", 1).starts_at.date()
    pause = PauseGroup(term.programme_id, "g1", first - timedelta(days=14), first + timedelta(days=27))
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), pause, "exams", clock.now())
    assert damage(term).missing == 0
    assert not damage(term).broken
