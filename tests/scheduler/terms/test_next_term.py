"""The next term of a programme: what comes along, who is planned, and which groups go on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.availability import entries
from scheduler.availability.model import Weekly
from scheduler.availability.tables import WeeklyRow
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedRow
from scheduler.charters import service as charters
from scheduler.charters.model import PROPOSED
from scheduler.cover.managers import add_manager, list_kept, set_keepers
from scheduler.db import Database
from scheduler.enrolment import own_relations
from scheduler.enrolment.people_register import PeopleFilter, matching_ids
from scheduler.errors import NotAllowed, NotPossible, Rejected
from scheduler.groups import thread
from scheduler.groups.letters import write_to_group
from scheduler.joining import answers, conduct, openly
from scheduler.joining.answer_list import count_answers
from scheduler.joining.model import STEPS, JoiningState
from scheduler.joining.participant_mail import invite, remind
from scheduler.joining.questions import decide, questions_of
from scheduler.joining.readiness import readiness_in, ready_among
from scheduler.joining.tables import AnswerRow, JoiningRow
from scheduler.mail.service import put_in_outbox
from scheduler.mail.tables import MailRow
from scheduler.own_groups import questions as own_questions
from scheduler.own_groups import service as own_groups
from scheduler.people import roles
from scheduler.people.model import RelationKind, Role, WishKind
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.people.traits import Category, Company, TraitWish
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.last_term import GoingOn, continuing_key, going_on
from scheduler.planning.runs import start_run
from scheduler.plans.tables import GroupRow, RunRow
from scheduler.plans.whole import load_plan
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.life import life_of
from scheduler.programmes.model import HelpKind, Round, Signpost, Window, equal_rounds
from scheduler.programmes.rounds import rounds_around
from scheduler.programmes.service import get_programme
from scheduler.programmes.signposts import set_signposts, signposts_of
from scheduler.programmes.tables import SiteRow
from scheduler.publishing import leavers
from scheduler.releases.tables import KeptRotaRow, RotaManagerRow
from scheduler.sessions.join_links import set_join_links
from scheduler.sessions.tables import JoinLinkRow
from scheduler.settings import Settings
from scheduler.terms.closure import end_programme
from scheduler.terms.next_term import NextTerm, begin_next_term, copy_programme, usual_next_day
from solvers.codec import instance_from_json
from solvers.referee import check
from solvers.solve import solve
from solvers.stop import Limits
from tests.builders import NOW, actor, make_ready, programme, publish, say_marks, world
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, NEAR_PEERS, PEERS, SPARE, Term, a_term

CLINIC = Weekly(0, time(8), time(12), "0", "own")


def begun(term: Term, *, kept: bool = True) -> Term:
    """The term after one."""
    now = clock.now()
    with term.database.writing() as db:
        first_day = usual_next_day(get_programme(db, term.programme_id), now.date())
        wanted = NextTerm("Spring  term", first_day, keeps_groups=kept)
        after = begin_next_term(db, term.coordinator(), term.programme_id, wanted, now)
    coordinator = actor(term.coordinator().person_id or 0, after, Role.COORDINATOR)
    here = type(term.here)(term.database, after, coordinator)
    return Term(here, term.ids)


def says_yes(term: Term, *names: str) -> None:
    for name in names:
        with term.database.writing() as db:
            answers.agree(db, term.actor(name), term.programme_id, clock.now())


def test_people_come_along_with_all_that_is_known_of_them_and_are_asked_again(storage: Database) -> None:
    term, now = a_term(storage), clock.now()
    first_day = date(2040, 1, 2)
    with storage.writing() as db:
        cora, id_ = term.coordinator(), term.programme_id
        roles.appoint(db, cora, id_, "Olga", "olga@example.org", Role.OVERSIGHT, now)
        charters.adopt(db, cora, id_, PROPOSED, now)
        entries.set_weekly(db, term.actor(FACILITATOR), id_, (CLINIC,), now)
        for step in STEPS[Role.RESIDENT]:
            answers.mark_saved(db, term.actor(PEERS[0]), id_, step, now)
        openly.set_asked_openly(db, cora, id_, openly.AskedOpenly({Category.FAITH: ("Sikh",)}, "For pairs."), now)
        db.get_one(ParticipantRow, (id_, term.id_of(PEERS[0]))).new_here = True
        said = openly.OpenAnswer(listed="Sikh", wish=TraitWish.LIKE, company=Company.FIRM)
        openly.save_traits(db, term.actor(PEERS[0]), id_, {Category.FAITH: said})
        pairs = [(PEERS[0], NEAR_PEERS[0]), (PEERS[0], LEFT_OVER)]
        for name, about in pairs:
            db.add(
                WishRow(programme_id=id_, person_id=term.id_of(name), about_id=term.id_of(about), kind=WishKind.AVOID)
            )
        for last_day in (None, now.date()):
            db.add(
                RelationRow(
                    programme_id=id_, person_id=term.id_of(FACILITATOR), about_id=term.id_of(NEAR_PEERS[0]),
                    kind=RelationKind.ASSESSES, last_day=last_day, declared=True,
                    declared_by_id=term.id_of(FACILITATOR),
                )
            )  # fmt: skip
        set_join_links(db, term.actor(PEERS[0]), id_, "g1", "https://video.example/g1", "", now)
        open_feed(db, term.actor(PEERS[0]), Subject(Purpose.PERSON), now)
        leavers.leave(db, term.actor(LEFT_OVER), id_, now)

    after = begun(term)
    assert after.programme_id != term.programme_id
    with storage.reading() as db:
        before, found = get_programme(db, term.programme_id), get_programme(db, after.programme_id)
        assert openly.asked_openly(db, after.programme_id) == openly.asked_openly(db, term.programme_id)
        assert not openly.own_traits(db, after.actor(PEERS[0]), after.programme_id), (
            "what is asked openly is asked again"
        )
        assert not db.get_one(ParticipantRow, (after.programme_id, term.id_of(PEERS[0]))).new_here, "nobody stays new"
        assert (found.name, found.slug) == ("Spring term", "spring-term")
        assert found.first_day > before.last_day
        assert [(r.last_day - r.first_day).days for r in found.rounds] == [
            (r.last_day - r.first_day).days for r in before.rounds
        ]
        assert [site.key for site in found.sites] == [site.key for site in before.sites]
        assert life_of(db, term.programme_id, now).followed_by == (after.programme_id, "Spring term")
        offices = roles.list_offices(db, after.programme_id)
        assert [(office.name, office.role) for office in offices] == [
            ("Cora Coordinator", Role.COORDINATOR),
            ("Olga", Role.OVERSIGHT),
        ]
        ada = answers.own_answers(db, after.actor(PEERS[0]), after.programme_id, now)
        assert (ada.state, ada.agreed_at, len(ada.steps)) == (JoiningState.NOT, None, 6)
        assert ada.avoids == (term.id_of(NEAR_PEERS[0]),)  # whom she avoids besides is not in it any more
        relations = db.scalars(select(RelationRow).where(RelationRow.programme_id == after.programme_id)).all()
        assert [(row.kind, row.declared, row.last_day) for row in relations] == [(RelationKind.ASSESSES, True, None)]
        patterns = select(WeeklyRow.weekday).where(WeeklyRow.programme_id == after.programme_id)
        assert db.scalars(patterns.where(WeeklyRow.category == "own")).all() == [0]
        key = continuing_key(after.programme_id, "g1")
        assert db.get_one(JoinLinkRow, (after.programme_id, key)).url == "https://video.example/g1"
        assert charters.charter_to_edit(db, after.coordinator(), after.programme_id).version == 1
        with pytest.raises(NotAllowed):
            answers.own_answers(db, after.actor(LEFT_OVER), after.programme_id, now)
        assert build_instance(db, after.programme_id, now).residents == ()  # nobody has said yes
        feed = db.scalars(select(FeedRow).where(FeedRow.purpose == Purpose.PERSON)).one()
        assert (feed.programme_id, feed.ended_at) == (None, None)  # it shows whatever its owner is invited to

    says_yes(after, PEERS[0])
    with storage.reading() as db:
        assert answers.own_answers(db, after.actor(PEERS[0]), after.programme_id, now).state is JoiningState.ANSWERED
        assert [one.id for one in build_instance(db, after.programme_id, now).residents] == [
            person_key(term.id_of(PEERS[0]))
        ]
    with storage.writing() as db, pytest.raises(NotPossible, match="already begun"):
        begin_next_term(db, term.coordinator(), term.programme_id, NextTerm("x", first_day, False), now)


def test_everybody_is_asked_again_whatever_they_answered_the_term_before(storage: Database) -> None:
    """Who had answered everything counts as asked by nobody yet, is invited, and planned once they say yes."""
    term, now = a_term(storage), clock.now()
    with storage.writing() as db:
        for name in (*PEERS, *NEAR_PEERS, LEFT_OVER):
            for step in STEPS[Role.RESIDENT]:
                answers.mark_saved(db, term.actor(name), term.programme_id, step, now)
    after = begun(term)
    with storage.writing() as db:
        cora, id_, all_ = after.coordinator(), after.programme_id, len(term.ids)
        counts = count_answers(db, cora, id_)
        assert (counts.uninvited, counts.by_state[JoiningState.NOT]) == (all_, all_)
        unasked = PeopleFilter(answer=JoiningState.NOT)
        assert len(matching_ids(db, cora, get_programme(db, id_), unasked, "")) == all_
        assert invite(db, cora, id_, None, "https://rounds.example", now) == all_
    says_yes(after, PEERS[0])
    with storage.reading() as db:
        counts = count_answers(db, after.coordinator(), after.programme_id)
        assert (counts.waiting, counts.by_state[JoiningState.ANSWERED]) == (all_ - 1, 1)
        planned = build_instance(db, after.programme_id, now).residents
        assert [one.id for one in planned] == [person_key(term.id_of(PEERS[0]))]


def test_groups_go_on_as_far_as_they_may_until_the_term_has_a_plan_of_its_own(database: Database) -> None:
    term, now = a_term(database), clock.now()
    after = begun(term)
    says_yes(after, *PEERS, *NEAR_PEERS, LEFT_OVER, FACILITATOR, "gil.spare")
    say_marks(after.here, dict.fromkeys(after.ids.values(), "2"))
    with database.writing() as db:
        who, whom = after.id_of(FACILITATOR), after.id_of(NEAR_PEERS[0])
        row = RelationRow(programme_id=after.programme_id, person_id=who, about_id=whom, kind=RelationKind.ASSESSES)
        db.add(row)
        run_id = start_run(db, after.coordinator(), after.programme_id, now)
        instance = instance_from_json(json.loads(db.get_one(RunRow, run_id).instance))
    assert {group.id for group in instance.previous} == {
        continuing_key(after.programme_id, key) for key in ("g1", "g2")
    }
    assert not any(group.sessions for group in instance.previous)
    solution = solve(instance, Limits(seconds=1.5, workers=1))
    groups = {group.id: group for group in solution.groups}
    for key, names in (("g1", PEERS), ("g2", NEAR_PEERS)):
        group = groups[continuing_key(after.programme_id, key)]
        assert {person_key(after.id_of(name)) for name in names} <= set(group.residents)
        assert person_key(after.id_of(FACILITATOR)) not in group.facilitators or key == "g1"
        assert len(group.sessions) == 3
    with database.writing() as db:
        verdict = check(instance, solution)
        plan_id = store_draft(
            db, after.programme_id, instance, solution, verdict, explained(instance, solution), clock.now()
        )
    with database.writing() as db:
        plan = load_plan(db, plan_id)
        assert {group.name for group in plan.groups} >= {"Peer group 1", "Near-peer group 2"}
        residents = len((*PEERS, *NEAR_PEERS))
        found = going_on(db, after.coordinator(), after.programme_id, plan_id)
        assert found == GoingOn(before=2, going=2, gone=(), residents=residents, staying=residents)
        of_peers = {"key": "other", "name": "Peer group 9"}
        db.execute(
            update(GroupRow).where(GroupRow.plan_id == plan_id, GroupRow.name == "Peer group 1").values(of_peers)
        )
        found = going_on(db, after.coordinator(), after.programme_id, plan_id)
        assert found == GoingOn(2, 1, ("Peer group 1",), residents, len(NEAR_PEERS))
        back = {"key": continuing_key(after.programme_id, "g1"), "name": "Peer group 1"}
        db.execute(update(GroupRow).where(GroupRow.plan_id == plan_id, GroupRow.key == "other").values(back))
        publish(db, after.coordinator(), plan_id, clock.now())
    with database.reading() as db:
        own = build_instance(db, after.programme_id, now)
        assert any(group.sessions for group in own.previous)  # from now on its own plan is what stays


def test_new_groups_and_a_copy_know_nothing_of_the_groups_before(database: Database) -> None:
    term, now = a_term(database), clock.now()
    after = begun(term, kept=False)
    says_yes(after, *PEERS)
    with database.writing() as db:
        assert build_instance(db, after.programme_id, now).previous == ()
        copy = copy_programme(db, term.coordinator(), term.programme_id, "Elsewhere", now.date(), now)
        assert build_instance(db, copy, now).residents == ()
        assert [office.name for office in roles.list_offices(db, copy)] == ["Cora Coordinator"]
        assert life_of(db, copy, now).follows is None
        with pytest.raises(Rejected) as refused:
            begin_next_term(db, term.coordinator(), term.programme_id, NextTerm(" ", now.date(), True), now)
    assert [fault.where for fault in refused.value.faults] == ["name", "first_day"]


def test_nothing_is_mailed_for_a_programme_that_has_ended(storage: Database) -> None:
    """Neither what waits in the outbox to ask people in, nor what members would write one another by it."""
    term, now = a_term(storage), clock.now()
    with storage.writing() as db:
        cora, id_ = term.coordinator(), term.programme_id
        invite(db, cora, id_, [term.id_of(PEERS[1])], "https://rounds.example", now - timedelta(days=3))
        db.execute(update(MailRow).values(next_try_at=None, sent_at=now))
        assert invite(db, cora, id_, None, "https://rounds.example", now) == len(term.ids) - 1
        assert remind(db, cora, id_, "https://rounds.example", now) == 1
        put_in_outbox(db, f"{PEERS[0]}@example.org", "Your sign-in link", "…", now)
        own_questions.ask(db, term.actor(PEERS[1]), id_, term.id_of(SPARE), "Would you?", now)
        before = set(db.scalars(select(MailRow.subject).where(MailRow.next_try_at.is_not(None))))
        end_programme(db, cora, id_, "Enough", now)
        db.flush()
        waiting = select(MailRow.subject).where(MailRow.next_try_at.is_not(None))
        assert len(before) > 2
        assert "Your sign-in link" in set(db.scalars(waiting))
        assert not [subject for subject in db.scalars(waiting) if get_programme(db, id_).name in subject]
        rows = db.execute(select(AnswerRow.person_id, AnswerRow.invited_at, AnswerRow.reminded_at)).all()
        assert [row[0] for row in rows if row[1]] == [term.id_of(PEERS[1])]
        assert not [row for row in rows if row[2]]
    ada, ben, gil = term.actor(PEERS[0]), term.actor(PEERS[1]), term.actor(SPARE)
    session_id = term.session().id
    for mailing in (
        lambda db: own_groups.start_group(db, ada, id_, "Ours", "video", now),
        lambda db: own_groups.start_looking(db, ada, id_, "", now),
        lambda db: own_questions.ask(db, ada, id_, term.id_of(SPARE), "Would you?", now),
        lambda db: own_questions.accept(db, gil, own_questions.questions(db, gil, id_)[0].id, now),
        lambda db: own_questions.decline(db, gil, own_questions.questions(db, gil, id_)[0].id, now),
        lambda db: thread.open_thread(db, Settings("sqlite://", "k" * 40), ben, session_id, "How was it?", now),
        lambda db: write_to_group(db, Settings("sqlite://", "k" * 40), ada, id_, "g1", "Goodbye", now),
        lambda db: decide(db, term.coordinator(), id_, 1, "https://rounds.example", granted=True, now=now),
    ):
        with storage.writing() as db, pytest.raises(NotPossible, match="has ended"):
            mailing(db)


MONDAYS, ENGLAND = (Window(0, time(12), time(14), 60),), ClosedDays("GB", "ENG")
SPREAD = rounds_around(date(2027, 3, 1), 6, 1, ENGLAND, {0})
UNEVEN = (Round(0, date(2027, 1, 4), date(2027, 1, 17)), *(
    replace(each, index=each.index + 1) for each in equal_rounds(date(2027, 1, 18), 5, 1)
))  # fmt: skip
LATER = date(2027, 4, 26)


EXAMS = replace(ENGLAND, days_off=(DaysOff(date(2027, 1, 11), date(2027, 1, 17), "Exams"),))


@pytest.mark.parametrize(
    ("rounds", "closed", "expected"),
    [
        (SPREAD, ENGLAND, [7, 14, 7, 7, 14, 7]),
        (UNEVEN, ENGLAND, [21, 7, 7, 14, 7, 7]),  # two Mondays in the first
        (UNEVEN, EXAMS, [7, 14, 7, 7, 14, 7]),  # one, since the other was off
    ],
)
def test_rounds_are_made_anew_around_the_weeks_that_are_closed_then(
    database: Database, rounds: tuple[Round, ...], closed: ClosedDays, expected: list[int]
) -> None:
    """Weekly rounds on Mondays: bank holidays of the old term are no weeks of the new one, nor the other way round."""
    here = world(database, programme(rounds=rounds, windows=MONDAYS, closed=closed, min_gap_days=3))
    with database.writing() as db:
        wanted = NextTerm("After Easter", LATER, keeps_groups=False)
        begun_ids = (
            begin_next_term(db, here.coordinator, here.programme_id, wanted, NOW),
            copy_programme(db, here.coordinator, here.programme_id, "Copy", LATER, NOW),
        )
        for id_ in begun_ids:
            found = get_programme(db, id_)
            assert {slot.round for slot in found.slots()} == set(range(6))
            days = [(each.last_day - each.first_day).days + 1 for each in found.rounds]
            assert days == expected


def test_a_first_day_with_which_no_term_can_be_is_refused_at_its_field(database: Database) -> None:
    shut = ClosedDays("", "", (DaysOff(LATER, LATER + timedelta(days=700), "Building works"),))
    here = world(database, programme(windows=MONDAYS, closed=shut))
    wanted = NextTerm("Later", LATER, keeps_groups=False)
    for begin in (
        lambda db: begin_next_term(db, here.coordinator, here.programme_id, wanted, NOW),
        lambda db: copy_programme(db, here.coordinator, here.programme_id, "Later", LATER, NOW),
    ):
        with database.writing() as db, pytest.raises(Rejected) as refused:
            begin(db)
        assert [fault.where for fault in refused.value.faults] == ["first_day"]


@pytest.mark.parametrize("said", [None, True, False])
def test_a_copy_plans_whom_its_pattern_plans(database: Database, said: bool | None) -> None:
    here = world(database)
    with database.writing() as db:
        row = db.get_one(JoiningRow, here.programme_id)
        if said is None:
            db.delete(row)
        else:
            row.only_joined = said
        db.flush()
        copy = copy_programme(db, here.coordinator, here.programme_id, "Copy", LATER, NOW)
        assert questions_of(db, copy).only_joined is questions_of(db, here.programme_id).only_joined


def test_a_next_term_is_in_nobodys_list_before_they_are_asked(storage: Database) -> None:
    term = a_term(storage)
    after = begun(term)
    with storage.writing() as db:
        ada = term.actor(PEERS[0])
        assert [part.programme_id for part in leavers.own_parts(db, ada)] == [term.programme_id, after.programme_id]
        assert [part.programme_id for part in leavers.known_parts(db, ada)] == [term.programme_id]
        answers.agree(db, after.actor(PEERS[0]), after.programme_id, clock.now())
        assert leavers.known_parts(db, ada) == leavers.own_parts(db, ada)


@pytest.mark.parametrize("is_copy", [False, True])
def test_rota_managers_come_along_with_what_they_keep(database: Database, is_copy: bool) -> None:
    term, now = a_term(database), clock.now()
    with database.writing() as db:
        office = add_manager(db, term.coordinator(), term.programme_id, "Rota office", "rota@example.org", now)
        add_manager(db, term.coordinator(), term.programme_id, "Ward 5", "", now)
        kept = list_kept(db, term.coordinator(), term.programme_id)
        set_keepers(db, term.coordinator(), term.programme_id, {(kept[0].site_id, "Surgery"): office}, now)
    if is_copy:
        with database.writing() as db:
            first_day = usual_next_day(get_programme(db, term.programme_id), now.date())
            after = copy_programme(db, term.coordinator(), term.programme_id, "Copy", first_day, now)
    else:
        after = begun(term).programme_id
    with database.reading() as db:
        managers = {
            row.name: row for row in db.scalars(select(RotaManagerRow).where(RotaManagerRow.programme_id == after))
        }
        sites = select(SiteRow.id).where(SiteRow.programme_id == after)
        kept_there = list(db.scalars(select(KeptRotaRow).where(KeptRotaRow.site_id.in_(sites))))
    assert {name: row.email for name, row in managers.items()} == {"Rota office": "rota@example.org", "Ward 5": ""}
    assert [(row.rota, row.manager_id) for row in kept_there] == [("Surgery", managers["Rota office"].id)]


def test_code_training_and_signatures_go_on_and_a_lapsed_signature_does_not(storage: Database) -> None:
    term, now = a_term(storage), clock.now()
    with storage.writing() as db:
        conduct.adopt_code(db, term.coordinator(), term.programme_id, "Listen.", now)
        make_ready(db, term.coordinator(), term.programme_id, (term.id_of(SPARE),), now)
        conduct.adopt_code(db, term.coordinator(), term.programme_id, "Listen and ask.", now)
        make_ready(db, term.coordinator(), term.programme_id, (term.id_of(FACILITATOR),), now)
    after = begun(term)
    with storage.reading() as db:
        assert conduct.code_of(db, after.programme_id).text == "Listen and ask."
        assert questions_of(db, after.programme_id).code_needed
        leads = (term.id_of(FACILITATOR), term.id_of(SPARE))
        assert ready_among(db, after.programme_id, leads, now) == {term.id_of(FACILITATOR)}
        assert not readiness_in(db, after.programme_id)[term.id_of(SPARE)].signed


@pytest.mark.parametrize("is_copy", [False, True])
def test_where_to_find_help_comes_along(database: Database, is_copy: bool) -> None:
    term, now = a_term(database), clock.now()
    helps = (Signpost(HelpKind.CRISIS, "Samaritans", "116 123", when="day and night"),)
    with database.writing() as db:
        set_signposts(db, term.coordinator(), term.programme_id, helps, now)
    after = copied(term) if is_copy else begun(term).programme_id
    with database.writing() as db:
        assert signposts_of(db, (after,)) == helps
        set_signposts(db, term.coordinator(), term.programme_id, (), now)
    with database.reading() as db:
        assert signposts_of(db, (after,)) == helps, "each programme has its own"


def copied(term: Term) -> int:
    now = clock.now()
    with term.database.writing() as db:
        first_day = usual_next_day(get_programme(db, term.programme_id), now.date())
        return copy_programme(db, term.coordinator(), term.programme_id, "Copy", first_day, now)


def test_what_is_told_in_confidence_is_as_hidden_the_term_after(storage: Database) -> None:
    """By its number too: nothing is missing from the numbers that others see, in either of two worlds."""
    term, now = a_term(storage), clock.now()
    author, about = term.actor(PEERS[0]), term.id_of(NEAR_PEERS[0])
    with storage.writing() as db:
        for tie in ("treats-me", "family", "complaint"):
            own_relations.declare(db, author, term.programme_id, about, tie, None, None, now)
        own_relations.declare(db, author, term.programme_id, about, "sponsors-me", None, None, now)
        over = (None, now.date() - timedelta(days=1))
        own_relations.declare(db, author, term.programme_id, term.id_of(PEERS[1]), "family", *over, now)
    after = begun(term)
    with storage.reading() as db:
        mine = RelationRow.programme_id == after.programme_id
        rows = db.scalars(select(RelationRow).where(mine).order_by(RelationRow.id)).all()
        known = db.scalars(select(RelationRow.id).where(RelationRow.id > 0).order_by(RelationRow.id)).all()
    assert {row.kind: row.id < 0 for row in rows} == {
        RelationKind.TREATS: True,
        RelationKind.FAMILY: True,
        RelationKind.PRIOR_COMPLAINT: True,
        RelationKind.SPONSORS: False,
    }
    assert len(rows) == 4, "what is over does not come along"
    assert known == list(range(known[0], known[0] + len(known))), "and no number is missing"
    with storage.reading() as db:
        own = own_relations.list_declared(db, after.actor(PEERS[0]), after.programme_id)
        other = own_relations.list_declared(db, after.actor(NEAR_PEERS[0]), after.programme_id)
    assert (len(own), len(other)) == (4, 1)
