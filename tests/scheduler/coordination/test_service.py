"""A coordinator's changes of what is published: what is said before, and what is so afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.coordination.candidates import people_without_group
from scheduler.coordination.model import (
    Act,
    AddSession,
    AppointDeputy,
    CancelSession,
    ChangeMode,
    ChangeRoom,
    EndGroup,
    MergeGroups,
    MoveSession,
    PauseGroup,
    Preview,
    PutIn,
    ReinstateSession,
    SetFacilitators,
    TakeOut,
    TakeOver,
)
from scheduler.coordination.service import carry_out, carry_out_all, preview, preview_all
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected, Unspoken
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.joining.model import Questions
from scheduler.joining.questions import questions_of, set_questions
from scheduler.joining.tables import AnswerRow, PortraitRow, TrainingRow
from scheduler.mail.service import send_waiting
from scheduler.oversight.figures import figures
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import ParticipantRow, PersonRow, WishRow
from scheduler.planning.beside import further_residents
from scheduler.planning.instance_builder import build_instance
from scheduler.plans.membership import group_roster
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow, UnplacedRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.service import is_frozen
from scheduler.reasons.broken import private_sentence
from scheduler.sessions import apologies, proposals
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import DeputyRow, SessionRow
from scheduler.settings import Settings
from tests.builders import actor, change_conduct, make_ready, publish
from tests.mail_server import Inbox, serving
from tests.scheduler.sessions.term import (
    FACILITATOR,
    LEFT_OVER,
    NEAR_PEERS,
    PEERS,
    SPARE,
    Term,
    a_term,
    store_plan,
)


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


def seen(term: Term, *acts: Act, now: datetime | None = None) -> Preview:
    with term.database.reading() as db:
        return preview_all(db, term.coordinator(), acts, now or clock.now())


def done(term: Term, *acts: Act, why: str = "", now: datetime | None = None) -> None:
    with term.database.writing() as db:
        carry_out_all(db, term.coordinator(), acts, why, now or clock.now())


def planned(term: Term, group_key: str = "g1", round_: int = 0) -> PlannedSessionRow | None:
    with term.database.reading() as db:
        of_published = (PlanRow.state == "published", GroupRow.key == group_key, PlannedSessionRow.round == round_)
        return db.scalar(select(PlannedSessionRow).join(GroupRow).join(PlanRow).where(*of_published))


def slots(term: Term, round_: int) -> list[datetime]:
    with term.database.reading() as db:
        return [slot.starts_at for slot in get_programme(db, term.programme_id).slots() if slot.round == round_]


def names(*people: str) -> tuple[str, ...]:
    return tuple(sorted(name.replace(".", " ").title() for name in people))


def actions(term: Term) -> Sequence[AuditRow]:
    with term.database.reading() as db:
        return db.scalars(select(AuditRow).order_by(AuditRow.id)).all()


def test_a_session_moves_to_another_date_and_says_before_who_can_come(term: Term) -> None:
    before, wanted = term.session("g1", 1), slots(term, 1)[7]
    shown = seen(term, MoveSession(before.id, wanted))
    assert shown.allowed
    assert not shown.breaches
    assert not shown.needs_why
    (effect,) = shown.effects
    assert effect.before is not None
    assert effect.before.coming == effect.after.coming == names(*PEERS[:3])
    assert effect.after.not_known == names("dan.reed")
    done(term, MoveSession(before.id, wanted))
    after = term.session("g1", 1)
    assert (after.id, after.uid, after.starts_at, after.sequence) == (before.id, before.uid, wanted, 1)
    kept = planned(term, "g1", 1)
    assert kept is not None
    assert kept.starts_at == wanted


def test_what_was_said_of_the_old_date_is_forgotten(term: Term) -> None:
    session, now = term.session("g1", 1), clock.now()
    with term.database.writing() as db:
        apologies.say_sorry(db, term.actor(PEERS[0]), session.id, now)
    (effect,) = seen(term, MoveSession(session.id, slots(term, 1)[7])).effects
    assert effect.before is not None
    assert effect.before.shut_out == names(PEERS[0])
    assert effect.after.shut_out == ()
    done(term, MoveSession(session.id, slots(term, 1)[7]))
    assert term.invited(session.id)[term.id_of(PEERS[0])] == "2"


def test_fewer_than_the_quorum_need_a_reason(term: Term) -> None:
    session, wanted = term.session("g1", 1), slots(term, 1)[7]
    everyone = len(slots(term, 0)) * 3
    index = len(slots(term, 0)) + 7
    term.mark("2" * index + "0" + "2" * (everyone - index - 1), *PEERS[:2])
    shown = seen(term, MoveSession(session.id, wanted))
    assert shown.allowed
    assert shown.needs_why
    assert [breach.never for breach in shown.breaches] == [False]
    assert "1 of 4" in shown.breaches[0].text
    assert shown.effects[0].after.shut_out == names(*PEERS[:2])
    with pytest.raises(Rejected):
        done(term, MoveSession(session.id, wanted))
    done(term, MoveSession(session.id, wanted), why="  The examiners come\nthat week ")
    last = actions(term)[-1]
    assert last.action == "session.moved"
    assert last.details["why"] == "The examiners come that week"
    assert last.details["was"] == session.starts_at.isoformat()
    done(term, MoveSession(term.session("g2", 1).id, slots(term, 1)[5]))  # which overrides nothing
    with term.database.reading() as db:
        overseer = actor(term.id_of(SPARE), term.programme_id, Role.OVERSIGHT)
        two_checks = 2  # the term was published without a charter and without contacts
        assert figures(db, overseer, term.programme_id, clock.now()).overrides == two_checks + 1


def test_nobody_is_booked_twice(term: Term) -> None:
    session, other = term.session("g2", 1), term.session("g1", 1)
    done(term, SetFacilitators(session.id, (term.id_of(SPARE),)))
    with term.database.writing() as db:  # the same people in another group at that time
        row = db.get_one(SessionRow, other.id)
        row.starts_at, row.ends_at = session.starts_at, session.ends_at
    act = SetFacilitators(other.id, (term.id_of(SPARE),))
    assert not seen(term, act).allowed
    with pytest.raises(NotPossible):
        done(term, act, why="really")


def test_inside_the_freeze_every_change_needs_a_reason(term: Term) -> None:
    session = term.session("g1", 0)
    now = session.starts_at - timedelta(days=10)
    shown = seen(term, CancelSession(session.id), now=now)
    assert shown.in_freeze
    assert shown.needs_why
    assert not shown.breaches
    with pytest.raises(Rejected):
        done(term, CancelSession(session.id), now=now)
    done(term, CancelSession(session.id), why="The ward is closed", now=now)
    assert term.session("g1", 0).status == SessionStatus.CANCELLED
    assert planned(term, "g1", 0) is None


def test_the_freeze_begins_at_one_moment_for_changes_by_hand_and_for_plans(term: Term) -> None:
    session, minute = term.session("g1", 0), timedelta(minutes=1)
    first_moment = session.starts_at - timedelta(days=14)
    draft = store_plan(term)
    with term.database.writing() as db:
        plan = db.get_one(PlanRow, draft)
        planned_one = next(s for group in plan.groups if group.key == "g1" for s in group.sessions if s.round == 0)
        planned_one.starts_at = slots(term, 0)[7]
    for now, frozen in ((first_moment - minute, False), (first_moment, True)):
        assert seen(term, CancelSession(session.id), now=now).in_freeze is frozen
        with term.database.reading() as db:
            assert is_frozen(db, term.coordinator(), draft, now) is frozen


def test_only_coordinators_may(term: Term) -> None:
    act = CancelSession(term.session().id)
    with term.database.reading() as db, pytest.raises(NotAllowed):
        preview(db, term.actor(PEERS[0]), act, clock.now())
    with term.database.writing() as db, pytest.raises(NotAllowed):
        carry_out(db, term.actor(FACILITATOR), act, "", clock.now())


def test_of_many_acts_all_are_carried_out_or_none(term: Term) -> None:
    first, second = term.session("g1", 1), term.session("g1", 2)
    impossible = SetFacilitators(second.id, (term.id_of(PEERS[0]),))
    with pytest.raises(NotPossible):
        done(term, MoveSession(first.id, slots(term, 1)[7]), impossible)
    assert term.session("g1", 1).starts_at == first.starts_at
    done(term, MoveSession(first.id, slots(term, 1)[7]), MoveSession(first.id, slots(term, 1)[8]))
    after = term.session("g1", 1)
    assert (after.starts_at, after.sequence) == (slots(term, 1)[8], 1)


def test_more_hours_than_the_programme_asks_of_one_person_need_a_reason(term: Term) -> None:
    first, same_day = term.session("g1"), slots(term, 0)[1]
    with term.database.writing() as db:
        conduct = replace(get_programme(db, term.programme_id).conduct, hours_a_year=1)
        change_conduct(db, term.coordinator(), term.programme_id, conduct, clock.now())
    assert not seen(term, MoveSession(first.id, same_day)).breaches, "it takes no more hours than before"
    shown = seen(term, *(AddSession(term.programme_id, "g1", slots(term, 0)[n]) for n in (10, 12)))
    assert shown.allowed
    asked = "would give more hours to mentoring than the programme allows."
    assert [breach.text for breach in shown.breaches if "hours" in breach.text] == [
        f"{name} {asked}" for name in names(*PEERS[:3])
    ], "of Dan nothing is known"


def members(term: Term, group_key: str) -> dict[int, str]:
    with term.database.reading() as db:
        return dict(group_roster(db, term.programme_id, group_key))


def pull_apart(term: Term, one: str, other: str) -> None:
    with term.database.writing() as db:
        about = {"person_id": term.id_of(one), "about_id": term.id_of(other)}
        db.add(WishRow(programme_id=term.programme_id, kind="avoid", **about))


def test_somebody_without_a_group_is_put_in_where_they_are_safe(term: Term) -> None:
    act = PutIn(term.programme_id, "g1", term.id_of(LEFT_OVER))
    shown = seen(term, act)
    assert shown.allowed
    assert [breach.never for breach in shown.breaches] == [False], "the stages of a peer group are all the same"
    done(term, act, why="She asked for it")
    assert term.id_of(LEFT_OVER) in members(term, "g1")
    assert all(term.id_of(LEFT_OVER) in term.invited(term.session("g1", n).id) for n in range(3))
    with term.database.reading() as db:
        assert term.id_of(LEFT_OVER) not in db.scalars(select(UnplacedRow.person_id)).all()


def test_nobody_is_put_in_before_they_have_said_yes(term: Term) -> None:
    who = term.id_of(LEFT_OVER)
    with term.database.writing() as db:
        db.get_one(AnswerRow, (term.programme_id, who)).agreed_at = None
        set_questions(db, term.coordinator(), term.programme_id, Questions(only_joined=True), clock.now())
    with pytest.raises(NotPossible, match="haven’t said yes"):
        seen(term, PutIn(term.programme_id, "g1", who))
    with term.database.reading() as db:
        offered = people_without_group(db, term.coordinator(), term.programme_id, "g1", clock.now())
    assert who not in {one.person_id for one in offered}


def test_nobody_comes_in_to_lead_before_they_are_ready(term: Term) -> None:
    leader, spare = term.id_of(FACILITATOR), term.id_of(SPARE)
    session = term.session("g2", 1)
    with term.database.writing() as db:
        wanted = replace(questions_of(db, term.programme_id), code_needed=True)
        set_questions(db, term.coordinator(), term.programme_id, wanted, clock.now())
        for table in (PortraitRow, TrainingRow):
            db.execute(delete(table).where(table.person_id == spare))
    day = session.starts_at.date()
    for act in (
        TakeOver(term.programme_id, "g2", leader, spare),
        TakeOver(term.programme_id, "g2", leader, spare, day, day),
        AppointDeputy(session.id, leader, spare),
        SetFacilitators(session.id, (leader, spare)),
        SetFacilitators(session.id, (spare,)),
        PutIn(term.programme_id, "g2", spare),
    ):
        with pytest.raises(NotPossible, match="can’t lead a group yet"):
            seen(term, act)
        with pytest.raises(NotPossible):
            done(term, act, why="She is a friend of mine")
    assert seen(term, SetFacilitators(session.id, (leader,))).allowed, "whoever is there may stay"
    with term.database.writing() as db:
        make_ready(db, term.coordinator(), term.programme_id, (spare,), clock.now())
    assert seen(term, TakeOver(term.programme_id, "g2", leader, spare)).allowed


def test_why_two_people_may_not_meet_is_told_to_nobody(term: Term) -> None:
    pull_apart(term, LEFT_OVER, PEERS[0])
    act = PutIn(term.programme_id, "g1", term.id_of(LEFT_OVER))
    shown = seen(term, act)
    assert shown.allowed, "nobody learns by looking"
    assert [breach.never for breach in shown.breaches] == [False], "the stages, as for everybody"
    with pytest.raises(Unspoken) as refused:
        done(term, act, why="never mind")
    assert refused.value.message == private_sentence()
    assert term.id_of(LEFT_OVER) not in members(term, "g1")


def test_somebody_who_is_taken_out_stays_in_the_programme(term: Term) -> None:
    done(term, TakeOut(term.programme_id, "g1", term.id_of(PEERS[3])), why="He prefers to wait")
    assert term.id_of(PEERS[3]) not in members(term, "g1")
    assert term.id_of(PEERS[3]) not in term.invited(term.session("g1", 1).id)
    with term.database.reading() as db:
        assert term.id_of(PEERS[3]) in db.scalars(select(UnplacedRow.person_id)).all()
        part = db.get_one(ParticipantRow, (term.programme_id, term.id_of(PEERS[3])))
        assert part.left_at is None


def test_somebody_moves_from_one_group_to_another(term: Term) -> None:
    who = term.id_of(PEERS[0])
    assert not seen(term, PutIn(term.programme_id, "g2", who)).allowed, "they would be in two"
    done(term, PutIn(term.programme_id, "g2", who, out_of="g1"), why="To be with her colleagues")
    assert who not in members(term, "g1")
    assert who in members(term, "g2")


def beside(term: Term, name: str) -> dict[str, bool]:
    groups = select(GroupRow.key, MemberRow.beside).join(MemberRow, MemberRow.group_id == GroupRow.id)
    with term.database.reading() as db:
        return dict(db.execute(groups.where(MemberRow.person_id == term.id_of(name))).all())


def test_a_further_group_is_beside_the_planned_one(term: Term) -> None:
    with term.database.writing() as db:
        conduct = replace(get_programme(db, term.programme_id).conduct, several_groups=True)
        change_conduct(db, term.coordinator(), term.programme_id, conduct, clock.now())
    ada = PEERS[0]
    apart = [MoveSession(term.session("g2", n).id, slots(term, n)[10]) for n in range(3)]
    done(term, *apart, PutIn(term.programme_id, "g2", term.id_of(ada)), why="She asked for both")
    assert beside(term, ada) == {"g1": False, "g2": True}
    with term.database.reading() as db:
        plan = db.scalars(select(PlanRow).where(PlanRow.state == "published")).one()
        assert further_residents(plan.groups) == {"g1": frozenset(), "g2": {term.id_of(ada)}}
    done(term, PutIn(term.programme_id, "g1", term.id_of(LEFT_OVER)), why="He asked for it")
    assert beside(term, LEFT_OVER) == {"g1": False}
    done(term, TakeOut(term.programme_id, "g1", term.id_of(ada)), why="One is enough")
    assert beside(term, ada) == {"g2": False}, "it is the planner's now"


def test_a_late_starter_belongs_to_the_group_they_are_put_into(term: Term) -> None:
    with term.database.writing() as db:
        part = db.get_one(ParticipantRow, (term.programme_id, term.id_of(LEFT_OVER)))
        part.joined_at = clock.now()
    done(term, PutIn(term.programme_id, "g1", term.id_of(LEFT_OVER)), why="She starts in March")
    assert term.id_of(LEFT_OVER) in members(term, "g1")


def test_a_facilitator_is_stood_in_for_as_long_as_they_are_ill(term: Term) -> None:
    first, last = (term.session("g2", n).starts_at.date() for n in (0, 1))
    act = TakeOver(term.programme_id, "g2", term.id_of(FACILITATOR), term.id_of(SPARE), first, last)
    assert seen(term, act).allowed
    done(term, act)
    leads = [term.id_of(SPARE) in term.invited(term.session("g2", n).id) for n in range(3)]
    assert leads == [True, True, False]
    assert term.id_of(FACILITATOR) not in term.invited(term.session("g2", 0).id)
    assert term.id_of(FACILITATOR) in members(term, "g2")
    with term.database.reading() as db:
        deputies = db.scalars(select(DeputyRow)).all()
    assert {(row.for_id, row.person_id, row.state) for row in deputies} == {
        (term.id_of(FACILITATOR), term.id_of(SPARE), "accepted")
    }
    assert len(deputies) == 2


def test_a_facilitator_is_replaced_for_good(term: Term) -> None:
    act = TakeOver(term.programme_id, "g2", term.id_of(FACILITATOR), term.id_of(SPARE))
    done(term, act)
    assert term.id_of(SPARE) in members(term, "g2")
    assert term.id_of(FACILITATOR) not in members(term, "g2")
    kept = planned(term, "g2", 1)
    assert kept is not None
    assert kept.facilitator_ids == [term.id_of(SPARE)]


def test_a_deputy_who_cannot_come_is_refused(term: Term) -> None:
    term.mark("0", SPARE)
    session = term.session("g2", 1)
    act = AppointDeputy(session.id, term.id_of(FACILITATOR), term.id_of(SPARE))
    assert not seen(term, act).allowed
    term.mark("?", SPARE)
    shown = seen(term, act)
    assert shown.allowed
    assert shown.needs_why


def test_a_group_ends_and_no_plan_takes_its_key_up_again(term: Term) -> None:
    done(term, EndGroup(term.programme_id, "g1"), why="Nobody wants it")
    assert {term.session("g1", n).status for n in range(3)} == {SessionStatus.CANCELLED}
    with term.database.reading() as db:
        assert [group.id for group in build_instance(db, term.programme_id, clock.now()).previous] == ["g2"]
    with pytest.raises(NotFound):
        done(term, PauseGroup(term.programme_id, "g1", date(2027, 1, 1), date(2027, 2, 1)), why="x")


def test_a_paused_group_is_offered_its_sessions_again_and_planned_around(term: Term) -> None:
    now, session = clock.now(), term.session("g1", 1)
    days = (session.starts_at - timedelta(days=3)).date(), (session.starts_at + timedelta(days=3)).date()
    done(term, PauseGroup(term.programme_id, "g1", *days), why="The audit")
    assert term.session("g1", 1).status == SessionStatus.CANCELLED
    offers = [offer for offer in term.open_dates() if offer.session_id == session.id]
    assert offers
    assert all(not days[0] <= offer.starts_at.date() <= days[1] for offer in offers)
    with term.database.reading() as db:
        instance = build_instance(db, term.programme_id, now)
    ada = next(person for person in instance.residents if person.id == f"p{term.id_of(PEERS[0])}")
    marks = {slot.start.date(): mark for slot, mark in zip(instance.slots, ada.availability, strict=True)}
    assert marks[session.starts_at.date()] == "0"
    assert marks[days[1] + timedelta(days=7)] == "2"
    with term.database.writing() as db:
        outcomes = [proposals.answer(db, term.actor(name), offers[0].id, True, now) for name in PEERS[:3]]
    assert outcomes[-1] is proposals.Outcome.ADOPTED
    back = term.session("g1", 1)
    assert (back.id, back.status, back.starts_at) == (session.id, SessionStatus.CONFIRMED, offers[0].starts_at)


def test_a_cancelled_session_is_reinstated_where_it_still_fits(term: Term) -> None:
    session = term.session("g1", 1)
    done(term, CancelSession(session.id))
    done(term, ReinstateSession(session.id))
    after = term.session("g1", 1)
    assert (after.status, after.sequence, after.uid) == (SessionStatus.CONFIRMED, 2, session.uid)
    assert planned(term, "g1", 1) is not None
    assert len(term.invited(session.id)) == len(PEERS)


def test_one_more_session_stays_beside_the_plan(term: Term) -> None:
    wanted = slots(term, 1)[20]
    done(term, AddSession(term.programme_id, "g1", wanted), why="Before the examination")
    extra = term.session("g1", 1, 1)
    assert (extra.starts_at, extra.sequence, extra.status) == (wanted, 0, SessionStatus.CONFIRMED)


def test_two_groups_become_one(term: Term) -> None:
    with term.database.reading() as db:
        near_peer = db.scalars(select(GroupRow.model_id).where(GroupRow.key == "g2")).first()
    done(term, MergeGroups(term.programme_id, "g1", "g2"), why="Too few were left")
    assert len(members(term, "g2")) == 9
    assert near_peer is not None
    assert members(term, "g1") == {}
    assert len(term.invited(term.session("g2", 2).id)) == 9
    assert term.session("g1", 2).status == SessionStatus.CANCELLED


def test_a_way_to_meet_and_a_room_are_changed(term: Term) -> None:
    session = term.session("g1", 1)
    act = ChangeMode(session.id, "in_person")
    (effect,) = seen(term, act).effects
    assert effect.after.place == "Library, North Hospital"
    done(term, act, why="They know each other by now")
    row = term.session("g1", 1)
    assert (row.mode, row.sequence) == ("in_person", 1)
    assert row.room_id is not None
    done(term, ChangeMode(session.id, "phone"), why="The room is gone")
    assert term.session("g1", 1).room_id is None
    with pytest.raises(NotPossible):
        seen(term, ChangeRoom(session.id, 1))


def test_a_rule_that_somebody_would_have_broken_at_all_sessions_is_said_once(term: Term) -> None:
    with term.database.writing() as db:
        db.get_one(ParticipantRow, (term.programme_id, term.id_of(PEERS[0]))).modes = ["video"]
    session = term.session("g1", 1)
    told = [breach.text for breach in seen(term, ChangeMode(session.id, "phone", of_group=True)).breaches]
    [who] = names(PEERS[0])
    sentence = f"With Peer group 1, {who} would meet in a way that they haven’t chosen"
    assert [text for text in told if who in text] == [f"{sentence}."]
    told = [breach.text for breach in seen(term, ChangeMode(session.id, "phone")).breaches]
    [once] = [text for text in told if who in text]
    assert once.startswith(f"{sentence} (")


def test_a_session_outside_its_round_is_an_extra_one_of_another(term: Term) -> None:
    session, wanted = term.session("g1", 0), slots(term, 1)[25]
    done(term, MoveSession(session.id, wanted), why="The only week left")
    after = term.session("g1", 1, 1)
    assert (after.id, after.uid, after.sequence) == (session.id, session.uid, 1)
    assert planned(term, "g1", 0) is None


def test_a_draft_made_before_a_change_does_not_undo_it(term: Term) -> None:
    with term.database.reading() as db:
        current = db.scalars(select(PlanRow).where(PlanRow.state == "published")).one()
    draft = store_plan(term)
    done(term, MoveSession(term.session("g1", 1).id, slots(term, 1)[7]))
    with term.database.writing() as db, pytest.raises(NotPossible, match="changed since"):
        publish(db, OPERATOR, draft, clock.now())
    assert current.changed_at is None


def letters(term: Term, inbox: Inbox, settings: Settings, at: datetime) -> dict[str, int]:
    """How many letters each person gets of what has changed by then."""
    inbox.messages.clear()
    announce_changes(term.database, settings, at)
    send_waiting(term.database, settings, at)
    return Counter(str(message["To"]) for message in inbox.messages)


def test_everybody_concerned_is_told_once(term: Term) -> None:
    inbox = Inbox()
    now = (clock.now() + timedelta(days=1)).replace(hour=10, minute=0)  # by day: nobody is written to while asleep
    with serving(inbox) as settings:
        letters(term, inbox, settings, now + 2 * STANDS_FOR)
        later = now + timedelta(hours=1)
        over = TakeOver(term.programme_id, "g2", term.id_of(FACILITATOR), term.id_of(SPARE))
        moves = [MoveSession(term.session("g2", n).id, slots(term, n)[7 + n]) for n in range(3)]
        done(term, over, *moves, why="She is ill", now=later)
        told = letters(term, inbox, settings, later + 2 * STANDS_FOR)
    concerned = (*NEAR_PEERS, FACILITATOR, SPARE)
    assert told == {f"{name}@example.org": 1 for name in concerned}


def test_two_acts_on_one_session_in_one_go_raise_its_sequence_once(term: Term) -> None:
    session = term.session("g1", 1)
    done(
        term, MoveSession(session.id, slots(term, 1)[7]), ChangeMode(session.id, "phone"), why="The line is better"
    )  # fmt: skip
    after = term.session("g1", 1)
    assert (after.sequence, after.mode) == (1, "phone")


def test_nobody_from_outside_the_programme_is_put_down_or_named(term: Term) -> None:
    session = term.session("g2")
    with term.database.writing() as db:
        stranger = PersonRow(email="stranger@example.org", name="Sara Stranger", created_at=clock.now())
        db.add(stranger)
        db.flush()
        who = stranger.id
    leads, now = term.id_of(FACILITATOR), clock.now()
    for act in (
        SetFacilitators(session.id, (leads, who)),
        AppointDeputy(session.id, leads, who),
        TakeOver(term.programme_id, "g2", leads, who),
        TakeOver(term.programme_id, "g2", leads, who, now.date(), now.date() + timedelta(days=90)),
    ):
        with pytest.raises(NotFound):
            seen(term, act)


def test_who_has_not_said_yes_comes_in_only_with_a_reason(term: Term) -> None:
    who = term.id_of(LEFT_OVER)
    with term.database.writing() as db:
        db.get_one(AnswerRow, (term.programme_id, who)).agreed_at = None
    act = PutIn(term.programme_id, "g1", who)
    shown = seen(term, act)
    assert shown.needs_why
    assert any("has not said yes" in breach.text and not breach.never for breach in shown.breaches)
    with pytest.raises(Rejected):
        done(term, act)
    done(term, act, why="They start together next week.")
    with term.database.reading() as db:
        lines = db.scalars(select(AuditRow).where(AuditRow.action == "rule.overridden")).all()
    assert [line.actor_id for line in lines] == [term.coordinator().person_id]
