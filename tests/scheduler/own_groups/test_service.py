"""Groups that people form themselves, and asking somebody: who gets in, and what the planner makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.groups.help_map import own_help_map
from scheduler.joining.tables import JoiningRow, PortraitRow, TrainingRow
from scheduler.mail.tables import MailRow
from scheduler.own_groups.questions import Question, accept, ask, decline, questions, withdraw
from scheduler.own_groups.service import (
    SelfFormedGroup,
    join_group,
    leave_group,
    list_seekers,
    own_self_formed_groups,
    start_group,
    start_looking,
    stop_looking,
)
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.service import get_plan
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.programmes.facts_mark import facts_mark
from scheduler.programmes.model import Conduct
from scheduler.sessions.service import own_groups
from solvers.instance import Instance, Pin
from solvers.referee import check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits
from tests.builders import change_conduct, make_ready, publish
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, NEAR_PEERS, PEERS, SPARE, Term, a_term

ADA, BEN, CAT, DAN = PEERS
CLEO = NEAR_PEERS[0]


def found(term: Term, name: str = ADA, mode: str = "video") -> SelfFormedGroup:
    with term.database.writing() as db:
        return start_group(db, term.actor(name), term.programme_id, "Friday circle", mode, clock.now())


def come_in(term: Term, code: str, *names: str) -> None:
    for name in names:
        with term.database.writing() as db:
            join_group(db, term.actor(name), term.programme_id, code, clock.now())


def instance_of(term: Term) -> Instance:
    with term.database.reading() as db:
        return build_instance(db, term.programme_id, clock.now())


def key_of(term: Term, name: str) -> str:
    return person_key(term.id_of(name))


def test_a_code_lets_residents_and_facilitators_in(term: Term) -> None:
    begun = found(term)
    come_in(term, f" {begun.code.upper()} ", CLEO, SPARE)
    come_in(term, begun.code, CLEO)
    with term.database.reading() as db:
        group = own_self_formed_groups(db, term.actor(CLEO), term.programme_id)[0]
        assert own_self_formed_groups(db, term.actor(BEN), term.programme_id) == ()
    assert (group.residents, group.facilitators) == (("Ada Quill", "Cleo Thistle"), ("Gil Spare",))


def refusal(term: Term, code: str, name: str) -> str:
    with term.database.writing() as db, pytest.raises(NotPossible) as refused:
        join_group(db, term.actor(name), term.programme_id, code, clock.now())
    return str(refused.value)


def test_a_code_lets_everybody_in_whoever_may_not_share_a_group_and_the_planner_parts_them(term: Term) -> None:
    begun = found(term)
    come_in(term, begun.code, SPARE)
    assert len(instance_of(term).pins) == 1
    gil, ben, cat = (term.id_of(name) for name in (SPARE, BEN, CAT))
    with term.database.writing() as db:
        db.add(RelationRow(programme_id=term.programme_id, person_id=gil, about_id=ben, kind="assesses"))
        db.add(WishRow(programme_id=term.programme_id, person_id=term.id_of(ADA), about_id=cat, kind="avoid"))
    come_in(term, begun.code, BEN, CAT)
    assert instance_of(term).pins == ()


def test_a_refusal_never_tells_why(term: Term) -> None:
    begun = found(term)
    unknown = refusal(term, "nosuchcode", BEN)
    with term.database.writing() as db:
        leave_group(db, term.actor(ADA), begun.id, clock.now())
    assert refusal(term, begun.code, DAN) == unknown


def test_a_resident_is_in_one_group_of_their_own(term: Term) -> None:
    begun = found(term)
    other = found(term, BEN)
    assert "already" in refusal(term, other.code, ADA)
    with term.database.writing() as db:
        leave_group(db, term.actor(ADA), begun.id, clock.now())
        with pytest.raises(NotFound):
            leave_group(db, term.actor(ADA), begun.id, clock.now())
    come_in(term, other.code, ADA)


def test_only_people_of_the_programme_form_groups_and_see_who_looks(term: Term) -> None:
    for use_case, *what in ((start_group, "x", "video", clock.now()), (join_group, "x", clock.now()), (list_seekers,)):
        with term.database.writing() as db, pytest.raises(NotAllowed):
            use_case(db, term.coordinator(), term.programme_id, *what)


def test_who_looks_for_a_group_is_on_a_list_until_they_find_one(term: Term) -> None:
    with term.database.writing() as db:
        start_looking(db, term.actor(LEFT_OVER), term.programme_id, "Back from leave in May", clock.now())
        start_looking(db, term.actor(BEN), term.programme_id, "", clock.now())
        assert [(one.name, one.words) for one in list_seekers(db, term.actor(ADA), term.programme_id)] == [
            ("Ben Marrow", ""), ("Zoe Left", "Back from leave in May"),
        ]  # fmt: skip
        stop_looking(db, term.actor(BEN), term.programme_id)
    come_in(term, found(term).code, LEFT_OVER)
    with term.database.reading() as db:
        assert list_seekers(db, term.actor(ADA), term.programme_id) == ()


def test_the_planner_gets_a_group_of_peoples_own_pinned(term: Term) -> None:
    begun = found(term)
    come_in(term, begun.code, CLEO, SPARE)
    instance = instance_of(term)
    assert len(instance.pins) == 1
    pinned = next(group for group in instance.previous if group.id == instance.pins[0].id)
    assert set(pinned.residents) == {key_of(term, ADA), key_of(term, CLEO)}
    assert pinned.facilitators == (key_of(term, SPARE),)
    assert instance.pins == (Pin(pinned.id),)
    models = {person.id: set(person.models) for person in instance.residents}
    assert models[key_of(term, ADA)] == {"own"}
    assert all("own" not in liked for person, liked in models.items() if person not in pinned.residents)


def test_alone_or_with_somebody_one_may_not_share_it_people_are_planned_like_all(term: Term) -> None:
    begun = found(term)
    assert instance_of(term).pins == ()
    come_in(term, begun.code, CLEO)
    assert len(instance_of(term).pins) == 1
    with term.database.writing() as db:
        about = {"person_id": term.id_of(ADA), "about_id": term.id_of(CLEO)}
        db.add(RelationRow(programme_id=term.programme_id, kind="family", **about))
    assert instance_of(term).pins == ()


@pytest.mark.parametrize("mode", ["video", "in_person"])
def test_a_group_of_peoples_own_is_dated_and_published_under_its_name(database: Database, mode: str) -> None:
    term = a_term(database)
    begun = found(term, mode=mode)
    come_in(term, begun.code, BEN, CLEO, SPARE)
    instance = instance_of(term)
    solution = solve(instance, Limits(seconds=4, workers=1))
    verdict = check(instance, solution)
    assert verdict.ok, verdict.broken
    with term.database.writing() as db:
        draft = store_draft(
            db, term.programme_id, instance, solution, verdict, explained(instance, solution), clock.now()
        )
        publish(db, term.coordinator(), draft, clock.now())
    with term.database.reading() as db:
        own = next(group for group in own_groups(db, term.actor(ADA)) if group.name == "Friday circle")
    assert own.residents == ("Ada Quill", "Ben Marrow", "Cleo Thistle")
    assert own.facilitators == ("Gil Spare",)
    assert own.mode == mode
    assert len(own.sessions) == 3
    again = instance_of(term)
    assert again.pins == (Pin(next(group.id for group in again.previous if group.model == "own")),)


def asked(term: Term, name: str = ADA, to: str = SPARE) -> Question:
    with term.database.writing() as db:
        ask(db, term.actor(name), term.programme_id, term.id_of(to), "Would you guide us?", clock.now(), page_url="/x")
        return questions(db, term.actor(to), term.programme_id)[0]


def test_somebody_who_is_asked_and_says_yes_is_in_the_group(term: Term) -> None:
    begun = found(term)
    question = asked(term)
    assert (question.asked_by, question.for_group, question.is_mine) == ("Ada Quill", "Friday circle", True)
    with term.database.writing() as db:
        accept(db, term.actor(SPARE), question.id, clock.now())
        assert own_self_formed_groups(db, term.actor(SPARE), term.programme_id)[0].id == begun.id
        with pytest.raises(NotPossible, match="already been answered"):
            decline(db, term.actor(SPARE), question.id, clock.now())
        addresses = [row.address for row in db.scalars(select(MailRow).order_by(MailRow.id))]
    assert addresses == ["gil.spare@example.org", "ada.quill@example.org"]


def test_without_a_group_the_two_of_them_begin_one(term: Term) -> None:
    question = asked(term)
    with term.database.writing() as db:
        accept(db, term.actor(SPARE), question.id, clock.now())
        pair = own_self_formed_groups(db, term.actor(ADA), term.programme_id)[0]
    assert (pair.residents, pair.facilitators) == (("Ada Quill",), ("Gil Spare",))
    assert len(instance_of(term).pins) == 1


def test_questions_are_between_two_people(term: Term) -> None:
    question = asked(term)
    with term.database.writing() as db:
        for other in (term.actor(BEN), term.actor(FACILITATOR), replace(term.coordinator())):
            assert questions(db, other, term.programme_id) == ()
            for use_case in (accept, decline, withdraw):
                with pytest.raises(NotFound):
                    use_case(db, other, question.id, clock.now())
        assert [row.action for row in db.scalars(select(AuditRow)) if "ask" in row.action] == []
        decline(db, term.actor(SPARE), question.id, clock.now())
        assert questions(db, term.actor(ADA), term.programme_id)[0].state == "declined"


def test_a_question_can_be_taken_back_and_few_wait_at_once(term: Term) -> None:
    question = asked(term)
    with pytest.raises(NotPossible, match="already asked them"):
        asked(term)
    with term.database.writing() as db:
        withdraw(db, term.actor(ADA), question.id, clock.now())
        assert questions(db, term.actor(SPARE), term.programme_id) == ()
    assert asked(term).state == "asked"
    with pytest.raises(NotFound):
        asked(term, to=BEN)


def test_a_yes_is_taken_whoever_may_not_share_a_group_and_the_planner_parts_them(term: Term) -> None:
    question = asked(term)
    with term.database.writing() as db:
        about = {"person_id": term.id_of(SPARE), "about_id": term.id_of(ADA)}
        db.add(RelationRow(programme_id=term.programme_id, kind="prior-complaint", **about))
    with term.database.writing() as db:
        accept(db, term.actor(SPARE), question.id, clock.now())
        pair = own_self_formed_groups(db, term.actor(ADA), term.programme_id)[0]
        assert questions(db, term.actor(ADA), term.programme_id)[0].state == "accepted"
    assert pair.facilitators == ("Gil Spare",)
    assert instance_of(term).pins == ()


def plan_as_it_is(term: Term) -> int:
    """A draft with the groups that are published, as the referee allows them, and all that comes beside."""
    with term.database.writing() as db:
        instance = build_instance(db, term.programme_id, clock.now())
        solution = Solution(instance.name, instance.previous)
        verdict = check(instance, solution)
        assert not verdict.broken, verdict.broken
        return store_draft(
            db, term.programme_id, instance, solution, verdict, explained(instance, solution), clock.now()
        )


def publish_as_it_is(term: Term) -> None:
    draft = plan_as_it_is(term)
    with term.database.writing() as db:
        publish(db, term.coordinator(), draft, clock.now())


def groups_of(term: Term, name: str) -> dict[str, list[datetime]]:
    with term.database.reading() as db:
        found = own_groups(db, term.actor(name))
        return {group.name: [session.starts_at for session in group.sessions] for group in found}


@pytest.fixture
def several(term: Term) -> Term:
    """The term, with rules that allow several groups."""
    with term.database.writing() as db:
        change_conduct(db, term.coordinator(), term.programme_id, Conduct(several_groups=True), clock.now())
    return term


def test_a_group_of_peoples_own_comes_beside_the_planned_one_where_several_are_allowed(several: Term) -> None:
    begun = found(several)
    come_in(several, begun.code, CLEO, SPARE)
    instance = instance_of(several)
    assert instance.pins == ()
    assert all("own" not in person.models for person in instance.residents)
    publish_as_it_is(several)
    for name, planned in ((ADA, "Peer group 1"), (CLEO, "Near-peer group 2")):
        dates = groups_of(several, name)
        assert set(dates) == {planned, "Friday circle"}
        assert [len(each) for each in dates.values()] == [3, 3]
        starts = sorted(start for each in dates.values() for start in each)
        assert all(b - a >= timedelta(hours=1) for a, b in pairwise(starts)), "nobody is asked to be at two at once"
    before = groups_of(several, ADA)
    publish_as_it_is(several)
    assert groups_of(several, ADA) == before
    assert len(instance_of(several).previous) == 2, "the planner knows one group a resident"


def test_a_resident_may_be_in_two_groups_of_their_own_where_several_are_allowed(several: Term) -> None:
    first, second = found(several), found(several, BEN)
    come_in(several, second.code, ADA)
    with several.database.reading() as db:
        mine = own_self_formed_groups(db, several.actor(ADA), several.programme_id)
    assert {group.id for group in mine} == {first.id, second.id}


def test_whoever_was_put_in_a_further_group_stays_in_it(several: Term) -> None:
    with several.database.writing() as db:
        near_peers = db.scalars(select(GroupRow).where(GroupRow.key == "g2")).one()
        near_peers.members.append(MemberRow(person_id=several.id_of(ADA), role="resident"))
    assert set(groups_of(several, ADA)) == {"Peer group 1", "Near-peer group 2"}
    draft = plan_as_it_is(several)
    with several.database.reading() as db:
        plan = get_plan(db, several.coordinator(), draft)
        assert plan.changes is not None
        assert plan.changes.people == ()
        assert plan.placed == len(PEERS) + len(NEAR_PEERS)
    with several.database.writing() as db:
        publish(db, several.coordinator(), draft, clock.now())
    assert set(groups_of(several, ADA)) == {"Peer group 1", "Near-peer group 2"}


def test_two_who_must_be_parted_are_not_published_together_beside_either(several: Term) -> None:
    begun = found(several)
    come_in(several, begun.code, CLEO)
    draft = plan_as_it_is(several)
    with several.database.writing() as db:
        db.add(
            WishRow(
                programme_id=several.programme_id,
                person_id=several.id_of(ADA),
                about_id=several.id_of(CLEO),
                kind="avoid",
            )
        )
    with (
        several.database.writing() as db,
        pytest.raises(NotPossible, match="own wishes stands against it"),
    ):
        publish(db, several.coordinator(), draft, clock.now())


def test_who_is_in_a_group_of_their_own_is_a_fact_that_drafts_are_judged_by(term: Term) -> None:
    def mark() -> str | None:
        with term.database.reading() as db:
            return facts_mark(db, term.programme_id)

    marks = [mark()]
    begun = found(term)
    marks.append(mark())
    come_in(term, begun.code, BEN)
    marks.append(mark())
    with term.database.writing() as db:
        ask(db, term.actor(BEN), term.programme_id, term.id_of(SPARE), "Would you?", clock.now())
    with term.database.writing() as db:
        waiting = next(each for each in questions(db, term.actor(SPARE), term.programme_id))
        accept(db, term.actor(SPARE), waiting.id, clock.now())
    marks.append(mark())
    with term.database.writing() as db:
        leave_group(db, term.actor(BEN), begun.id, clock.now())
    marks.append(mark())
    assert len(set(marks)) == len(marks)


def need_to_be_ready(term: Term) -> None:
    with term.database.writing() as db:
        db.get_one(JoiningRow, term.programme_id).code_needed = True
        for table in (PortraitRow, TrainingRow):
            db.execute(delete(table).where(table.person_id == term.id_of(SPARE)))


def test_facilitators_come_into_a_group_only_when_they_are_ready(term: Term) -> None:
    need_to_be_ready(term)
    begun = found(term)
    with pytest.raises(NotPossible):
        come_in(term, begun.code, SPARE)
    with term.database.writing() as db:
        make_ready(db, term.coordinator(), term.programme_id, (term.id_of(SPARE),), clock.now())
    come_in(term, begun.code, SPARE)


def test_who_is_not_ready_is_not_asked_and_cannot_say_yes(term: Term) -> None:
    spare = term.id_of(SPARE)
    with term.database.writing() as db:
        ask(db, term.actor(ADA), term.programme_id, spare, "Would you?", clock.now())
        [waiting] = questions(db, term.actor(SPARE), term.programme_id)
    need_to_be_ready(term)
    with term.database.writing() as db, pytest.raises(NotPossible):
        accept(db, term.actor(SPARE), waiting.id, clock.now())
    with term.database.writing() as db, pytest.raises(NotFound):
        ask(db, term.actor(BEN), term.programme_id, spare, "Would you?", clock.now())
    with term.database.writing() as db:
        make_ready(db, term.coordinator(), term.programme_id, (spare,), clock.now())
        accept(db, term.actor(SPARE), waiting.id, clock.now())


def test_a_yes_never_gives_more_groups_than_were_offered(term: Term) -> None:
    """Fay leads a published group and offered one: neither a code nor a private question gives her another."""
    begun = found(term)
    with term.database.writing() as db:
        ask(db, term.actor(BEN), term.programme_id, term.id_of(FACILITATOR), "Would you?", clock.now())
        [waiting] = questions(db, term.actor(FACILITATOR), term.programme_id)
    with pytest.raises(NotPossible):
        come_in(term, begun.code, FACILITATOR)
    with pytest.raises(NotPossible), term.database.writing() as db:
        accept(db, term.actor(FACILITATOR), waiting.id, clock.now())
    with term.database.reading() as db:
        assert own_self_formed_groups(db, term.actor(FACILITATOR), term.programme_id) == ()
        assert own_self_formed_groups(db, term.actor(BEN), term.programme_id) == (), "nothing of a refused yes stays"


def test_a_facilitator_brings_nobody_but_themselves_into_a_group(term: Term) -> None:
    """Residents ask; whoever facilitates says yes or no, and never picks who is in a group."""
    begun = found(term)
    spare = term.actor(SPARE)
    with pytest.raises(NotAllowed), term.database.writing() as db:
        start_group(db, spare, term.programme_id, "My favourites", "video", clock.now())
    with pytest.raises(NotAllowed), term.database.writing() as db:
        ask(db, spare, term.programme_id, term.id_of(ADA), "Come to my group?", clock.now())
    with pytest.raises(NotAllowed), term.database.writing() as db:
        start_looking(db, spare, term.programme_id, "", clock.now())
    with pytest.raises(NotAllowed), term.database.reading() as db:
        list_seekers(db, spare, term.programme_id)
    come_in(term, begun.code, SPARE)
    with term.database.reading() as db:
        [group] = own_self_formed_groups(db, spare, term.programme_id)
    assert (group.residents, group.facilitators) == (("Ada Quill",), ("Gil Spare",))


def test_several_mentors_are_each_for_something_and_clash_with_nothing(several: Term) -> None:
    now, goals = clock.now(), ((SPARE, "The exam"), (FACILITATOR, "A paper"))
    for to, purpose in goals:
        with several.database.writing() as db:
            db.get_one(ParticipantRow, (several.programme_id, several.id_of(to))).capacity = 3
            ask(db, several.actor(ADA), several.programme_id, several.id_of(to), "Would you?", now, purpose=purpose)
        with several.database.writing() as db:
            [question] = [q for q in questions(db, several.actor(to), several.programme_id) if q.waits_for_reader]
            assert (question.purpose, question.for_group) == (purpose, "")
            accept(db, several.actor(to), question.id, now)
    with several.database.reading() as db:
        mine = own_self_formed_groups(db, several.actor(ADA), several.programme_id)
        assert [(group.facilitators, group.purpose) for group in mine] == [
            (("Gil Spare",), "The exam"), (("Fay Lantern",), "A paper"),
        ]  # fmt: skip
        assert {group.name for group in mine} == {"Mentoring for two"}, "what for is in no name"
        asked_for = {
            m.name: [line.helper for line in m.lines] for m in own_help_map(db, several.actor(ADA), now).matters
        }
        assert (asked_for["The exam"], asked_for["A paper"]) == (["Gil Spare"], ["Fay Lantern"])
        for other in (BEN, CLEO):
            assert not {"The exam", "A paper"} & {m.name for m in own_help_map(db, several.actor(other), now).matters}
        assert not [row for row in db.scalars(select(AuditRow)) if "exam" in str(row.details)]
    publish_as_it_is(several)
    with several.database.reading() as db:
        starts = sorted(s.starts_at for group in own_groups(db, several.actor(ADA)) for s in group.sessions)
    assert len(starts) > 3
    assert all(b - a >= timedelta(hours=1) for a, b in pairwise(starts))


def test_where_everyone_has_one_group_there_is_no_further_mentor(term: Term) -> None:
    with term.database.writing() as db, pytest.raises(NotPossible, match="one group"):
        ask(db, term.actor(ADA), term.programme_id, term.id_of(SPARE), "Would you?", clock.now(), purpose="The exam")
