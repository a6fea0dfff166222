"""What people answer: saved step by step, kept against lists, and planned with."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.enrolment import own_relations
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.enrolment.people_register import PeopleFilter, matching_ids
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotAllowed, NotPossible, Rejected
from scheduler.joining import (
    answer_list,
    answers,
    conduct,
    participant_mail,
    people_search,
    questions,
)
from scheduler.joining.model import COLUMNS, STEPS, JoiningState, Questions, Step, state_of
from scheduler.joining.tables import AnswerRow
from scheduler.mail.tables import MailRow
from scheduler.paging import Paging
from scheduler.people.model import Actor, Role
from scheduler.people.relations import ASSESSING_KINDS, SECRET_KINDS
from scheduler.people.tables import ParticipantRow, RelationRow
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.programmes.service import get_programme
from scheduler.publishing import leavers
from scheduler.signing_in.links import find_link_owner
from solvers.instance import Instance, Resident
from tests.builders import NOW, World, actor, make_ready, people_csv, person_line, set_marks, world

BASE_URL = "https://rounds.example.org"
PEOPLE = (
    person_line("Ada Quill", interests="exams"),
    person_line("Ben Márquez"),
    person_line("Cleo Thistle", stage="2"),
    person_line("Fay Lantern", role="faculty", models="vertical;near-peer", interests="careers"),
    person_line("Gil Spare", role="faculty", models="vertical"),
    person_line("Hal Boss", role="faculty", models="vertical"),
)


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    with storage.writing() as db:
        import_people(db, made.coordinator, made.programme_id, people_csv(*PEOPLE), NOW)
    set_marks(made, dict.fromkeys(ids(made).values(), "2"))
    return made


def ids(here: World) -> dict[str, int]:
    with here.database.reading() as db:
        found = person_ids_by_address(db, here.programme_id)
    return {email.split(".")[0]: person_id for email, person_id in found.items()}


def somebody(here: World, name: str, role: Role = Role.RESIDENT) -> Actor:
    return actor(ids(here)[name], here.programme_id, role)


def instance(here: World) -> Instance:
    with here.database.writing() as db:
        return build_instance(db, here.programme_id, NOW)


def planned(here: World, name: str) -> Resident:
    key = person_key(ids(here)[name])
    return next(resident for resident in instance(here).residents if resident.id == key)


def relate(here: World, *lines: str) -> None:
    with here.database.writing() as db:
        content = "\n".join(("person,about,kind,first_day,last_day", *lines)).encode()
        import_relations(db, here.coordinator, here.programme_id, content, NOW)


def answer_all(here: World, ada: Actor) -> None:
    who, pid = ids(here), here.programme_id
    with here.database.writing() as db:
        answers.agree(db, ada, pid, NOW)
        answers.save_kind(db, ada, pid, {"near-peer": 3, "vertical": 2}, NOW, new_here=True)
        answers.save_topics(db, ada, pid, ["careers", "exams"], NOW)
        answers.save_ways(db, ada, pid, ["phone", "video"], NOW)
        answers.save_facilitators(db, ada, pid, {who["fay"]}, "prefer", NOW)
        answers.save_people(db, ada, pid, {who["ben"]}, {who["cleo"]}, NOW)
        answers.save_needs(db, ada, pid, ["part-time"], ["parent or carer"], " Captions, please. ", NOW)


def test_every_answer_reaches_the_planner(here: World) -> None:
    answer_all(here, somebody(here, "ada"))
    who = {name: person_key(number) for name, number in ids(here).items()}
    ada = planned(here, "ada")
    assert dict(ada.models) == {"near-peer": 3, "vertical": 2}
    assert ada.interests == ("careers", "exams")
    assert ada.modes == ("phone", "video")
    assert (ada.choices, ada.external) == ((who["fay"],), "prefer")
    assert (ada.wants, ada.avoids) == ((who["ben"],), (who["cleo"],))
    assert set(ada.tags) == {"part-time", "parent or carer"}
    assert ada.company == ("parent or carer",)
    assert ada.first_within_days == 28


def test_one_circumstance_is_made_firm_and_another_is_not(here: World) -> None:
    ada, pid = somebody(here, "ada"), here.programme_id
    both = ["part-time", "parent or carer"]
    with here.database.writing() as db:
        answers.agree(db, ada, pid, NOW)
        answers.save_kind(db, ada, pid, {"peer": 3}, NOW)
        answers.save_needs(db, ada, pid, both, both, "", NOW, firm=["part-time"])
        own = answers.own_answers(db, ada, pid, NOW)
    assert (set(own.company), own.firm) == (set(both), ("part-time",))
    assert (set(planned(here, "ada").company), planned(here, "ada").firm) == (set(both), ("part-time",))


def test_firm_alone_says_the_rest_and_no_other_word_counts(here: World) -> None:
    ada, pid = somebody(here, "ada"), here.programme_id
    with here.database.writing() as db:
        answers.agree(db, ada, pid, NOW)
        answers.save_kind(db, ada, pid, {"peer": 3}, NOW)
        answers.save_needs(db, ada, pid, (), (), "", NOW, firm=["part-time"])
    found = planned(here, "ada")
    assert (found.tags, found.company, found.firm) == (("part-time",),) * 3
    with pytest.raises(Rejected), here.database.writing() as db:
        answers.save_needs(db, ada, pid, (), (), "", NOW, firm=["1"])
    with here.database.writing() as db:
        answers.save_needs(db, ada, pid, ["part-time"], ["part-time"], "", NOW)
    assert planned(here, "ada").firm == ()


def test_nobody_accepts_a_week_in_writing_until_they_say_so_and_the_planner_plans_none(here: World) -> None:
    ada, pid = somebody(here, "ada"), here.programme_id
    answer_all(here, ada)
    for accepts in (True, False):
        with here.database.writing() as db:
            assert answers.own_answers(db, ada, pid, NOW).accepts_writing is not accepts
            answers.save_ways(db, ada, pid, ["phone"], NOW, accepts_writing=accepts)
            assert answers.own_answers(db, ada, pid, NOW).accepts_writing is accepts
        assert planned(here, "ada").modes == ("phone",)


def test_each_step_is_kept_on_its_own_and_progress_is_told(here: World) -> None:
    ada = somebody(here, "ada")
    with here.database.writing() as db:
        first = answers.own_answers(db, ada, here.programme_id, NOW)
        answers.save_ways(db, ada, here.programme_id, ["phone"], NOW)
        half = answers.own_answers(db, ada, here.programme_id, NOW)
    assert (first.state, first.next_step) == (JoiningState.NOT, Step.KIND)
    assert (half.state, half.next_step, half.ways) == (JoiningState.HALF, Step.KIND, ("phone",))
    answer_all(here, ada)
    with here.database.reading() as db:
        done = answers.own_answers(db, ada, here.programme_id, NOW)
    assert (done.state, done.next_step, done.needs) == (JoiningState.ANSWERED, None, "Captions, please.")


def test_a_list_uploaded_later_changes_nothing_that_somebody_has_answered(here: World) -> None:
    answer_all(here, somebody(here, "ada"))
    before = planned(here, "ada")
    line = person_line(
        "Ada Quill", modes="in_person", models="peer:3", interests="writing", choices="gil.spare@example.org",
        avoids="ben.márquez@example.org", wants="cleo.thistle@example.org", tags="x", stage="3",
        new_here="no",
    )  # fmt: skip
    with here.database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people_csv(line), NOW)
    after = planned(here, "ada")
    assert after.stage == 3, "what nobody asked her is the list's to say"
    assert after.first_within_days == 28
    for said in ("modes", "models", "interests", "choices", "avoids", "wants", "tags", "company", "external"):
        assert getattr(after, said) == getattr(before, said), said


def test_what_somebody_has_not_answered_yet_is_the_lists_to_say(here: World) -> None:
    with here.database.writing() as db:
        answers.save_ways(db, somebody(here, "ada"), here.programme_id, ["phone"], NOW)
        line = person_line("Ada Quill", modes="video", interests="teaching", wants="cleo.thistle@example.org")
        import_people(db, here.coordinator, here.programme_id, people_csv(line), NOW)
    ada = planned(here, "ada")
    assert (ada.modes, ada.interests) == (("phone",), ("teaching",))
    assert ada.wants == (person_key(ids(here)["cleo"]),)


@pytest.mark.parametrize("step", ["models", "topics", "ways", "choices", "people", "needs"])
def test_what_is_not_on_offer_is_refused(here: World, step: str) -> None:
    ada, pid = somebody(here, "ada"), here.programme_id
    save = {
        "models": lambda db: answers.save_kind(db, ada, pid, {"secret": 3}, NOW),
        "topics": lambda db: answers.save_topics(db, ada, pid, ["gossip"], NOW),
        "ways": lambda db: answers.save_ways(db, ada, pid, [], NOW),
        "choices": lambda db: answers.save_facilitators(db, ada, pid, {ids(here)["ben"]}, "", NOW),
        "people": lambda db: answers.save_people(db, ada, pid, {999_999}, set(), NOW),
        "needs": lambda db: answers.save_needs(db, ada, pid, (), (), "x" * 601, NOW),
    }[step]
    with pytest.raises(Rejected), here.database.writing() as db:
        save(db)


def test_whoever_is_avoided_is_neither_wished_for_nor_chosen(here: World) -> None:
    who, ada, pid = ids(here), somebody(here, "ada"), here.programme_id
    with here.database.writing() as db:
        answers.save_facilitators(db, ada, pid, {who["fay"], who["gil"]}, "", NOW)
        answers.save_people(db, ada, pid, {who["ben"]}, {who["ben"], who["fay"]}, NOW)
        found = answers.own_answers(db, ada, pid, NOW)
    assert (found.wants, found.choices) == ((), (who["gil"],))
    assert set(found.avoids) == {who["ben"], who["fay"]}


@pytest.mark.parametrize("kind", sorted(ASSESSING_KINDS))
def test_whoever_has_power_over_somebody_cannot_be_chosen(here: World, kind: str) -> None:
    relate(here, f"hal.boss@example.org,ada.quill@example.org,{kind},,")
    with here.database.reading() as db:
        offered = people_search.list_facilitators(db, somebody(here, "ada"), here.programme_id, NOW)
    assert {one.name for one in offered} == {"Fay Lantern", "Gil Spare"}


@pytest.mark.parametrize("kind", sorted(SECRET_KINDS))
def test_a_secret_about_two_people_does_not_show_in_who_can_be_chosen_or_found(here: World, kind: str) -> None:
    ada, ben = somebody(here, "ada"), somebody(here, "ben")

    def seen() -> list[object]:
        with here.database.reading() as db:
            return [
                people_search.list_facilitators(db, ada, here.programme_id, NOW),
                people_search.find_people(db, ada, here.programme_id, "ben", Role.RESIDENT),
                people_search.find_people(db, ben, here.programme_id, "ada", Role.RESIDENT),
            ]

    before = seen()
    relate(here, f"ada.quill@example.org,fay.lantern@example.org,{kind},,")
    with here.database.writing() as db:
        answers.save_people(db, ben, here.programme_id, set(), {ids(here)["ada"]}, NOW)
    assert seen() == before


def test_relations_that_are_over_keep_nobody_from_being_chosen(here: World) -> None:
    relate(here, "hal.boss@example.org,ada.quill@example.org,supervises,,2026-12-31")
    with here.database.reading() as db:
        offered = people_search.list_facilitators(db, somebody(here, "ada"), here.programme_id, NOW)
    assert "Hal Boss" in {one.name for one in offered}


def test_people_are_found_as_names_are_typed_in_a_hurry(here: World) -> None:
    ada = somebody(here, "ada")
    with here.database.reading() as db:

        def find(text: str, *kinds: str) -> list[str]:
            return [one.name for one in people_search.find_people(db, ada, here.programme_id, text, *kinds)]

        assert find("MARQ", "resident") == ["Ben Márquez"]
        assert find("a", "resident") == []
        assert find("quill", "resident") == [], "nobody looks for themselves"
        assert find("fay", "resident") == []
        assert find("fay", "resident", "faculty") == ["Fay Lantern"]


def test_after_the_last_day_answers_change_only_by_a_request_that_is_granted(here: World) -> None:
    ada, pid = somebody(here, "ada"), here.programme_id
    later = NOW + timedelta(days=3)
    with here.database.writing() as db:
        questions.set_questions(db, here.coordinator, pid, Questions(last_day=date(2026, 11, 22)), NOW)
        answers.save_ways(db, ada, pid, ["phone"], NOW)
        with pytest.raises(NotPossible):
            answers.save_ways(db, ada, pid, ["video"], later)
        questions.ask_to_change(db, ada, pid, "My baby came early", later)
        questions.ask_to_change(db, ada, pid, "My baby came early!", later)
        [request] = questions.list_requests(db, here.coordinator, pid)
        assert (request.name, request.note) == ("Ada Quill", "My baby came early!")
        questions.decide(db, here.coordinator, pid, request.id, BASE_URL, granted=True, now=later)
        answers.save_ways(db, ada, pid, ["video"], later)
        with pytest.raises(NotPossible):
            answers.save_ways(db, ada, pid, ["phone"], later + questions.OPEN_FOR)
        assert f"{BASE_URL}/join/{pid}" in db.scalars(select(MailRow.text)).one()


def test_a_refused_request_opens_nothing_and_is_told(here: World) -> None:
    ada, pid, later = somebody(here, "ada"), here.programme_id, NOW + timedelta(days=3)
    with here.database.writing() as db:
        questions.set_questions(db, here.coordinator, pid, Questions(last_day=date(2026, 11, 22)), NOW)
        questions.ask_to_change(db, ada, pid, "", later)
        [request] = questions.list_requests(db, here.coordinator, pid)
        questions.decide(db, here.coordinator, pid, request.id, BASE_URL, granted=False, now=later)
        with pytest.raises(NotPossible):
            answers.save_ways(db, ada, pid, ["video"], later)
        assert db.scalars(select(MailRow.address)).all() == ["ada.quill@example.org"]


def test_nobody_else_answers_and_nobody_else_sees_how_far_people_are(here: World) -> None:
    stranger = actor(here.coordinator.person_id or 0, here.programme_id, Role.COORDINATOR)
    with here.database.writing() as db:
        with pytest.raises(NotAllowed):
            answers.save_ways(db, stranger, here.programme_id, ["phone"], NOW)
        with pytest.raises(NotAllowed):
            answer_list.list_answers(db, somebody(here, "ada"), here.programme_id, Paging())
        with pytest.raises(NotAllowed):
            answer_list.count_answers(db, somebody(here, "ada"), here.programme_id)


def test_invitations_and_reminders_go_to_those_who_have_not_answered_and_to_nobody_twice(here: World) -> None:
    answer_all(here, somebody(here, "ada"))
    pid, day = here.programme_id, timedelta(days=1)
    with here.database.writing() as db:
        assert participant_mail.invite(db, here.coordinator, pid, {ids(here)["ben"]}, BASE_URL, NOW) == 1
        assert participant_mail.invite(db, here.coordinator, pid, None, BASE_URL, NOW) == 4
        assert participant_mail.invite(db, here.coordinator, pid, None, BASE_URL, NOW) == 0
        assert participant_mail.remind(db, here.coordinator, pid, BASE_URL, NOW + day) == 0
        leavers.leave(db, somebody(here, "cleo"), pid, NOW)
        assert participant_mail.remind(db, here.coordinator, pid, BASE_URL, NOW + 2 * day) == 4
        mails = db.scalars(select(MailRow).order_by(MailRow.id)).all()
        ben = mails[0]
        secret = ben.text.split("/sign-in/")[1].split()[0]
        owner = find_link_owner(db, secret, NOW + timedelta(days=13))
    assert ben.address == "ben.márquez@example.org"
    assert "ada.quill@example.org" not in {mail.address for mail in mails}
    assert owner is not None
    assert owner.name == "Ben Márquez"
    assert len(ben.text) < 900


def test_facilitators_are_planned_only_when_ready_where_the_programme_asks_for_it(here: World) -> None:
    fay, pid = somebody(here, "fay", Role.FACULTY), here.programme_id
    with here.database.writing() as db:
        questions.set_questions(db, here.coordinator, pid, Questions(code_needed=True), NOW)
        conduct.sign(db, fay, pid, 0, NOW, signs=True)
        conduct.sign(db, somebody(here, "gil", Role.FACULTY), pid, 0, NOW, signs=True)
        make_ready(db, here.coordinator, pid, {ids(here)["fay"]}, NOW)
        make_ready(db, here.coordinator, pid, {ids(here)["gil"]}, NOW, done_on=date(2024, 11, 1))
    assert [one.id for one in instance(here).faculty] == [person_key(ids(here)["fay"])]
    with here.database.reading() as db:
        offered = people_search.list_facilitators(db, somebody(here, "ada"), pid, NOW)
    assert [one.name for one in offered] == ["Fay Lantern"]


def test_only_who_said_yes_is_planned_where_the_programme_wants_it_so(here: World) -> None:
    with here.database.writing() as db:
        questions.set_questions(db, here.coordinator, here.programme_id, Questions(only_joined=True), NOW)
        for name in ("ada", "ben"):
            answers.agree(db, somebody(here, name), here.programme_id, NOW)
    assert {one.id for one in instance(here).residents} == {person_key(ids(here)[name]) for name in ("ada", "ben")}


def test_what_a_facilitator_declares_keeps_them_apart_and_outlives_a_list(here: World) -> None:
    fay, who, pid = somebody(here, "fay", Role.FACULTY), ids(here), here.programme_id
    with here.database.writing() as db:
        own_relations.declare(db, fay, pid, who["ada"], "supervises", None, None, NOW)
    relate(here, "hal.boss@example.org,ben.márquez@example.org,assesses,,")
    pair = frozenset((person_key(who["fay"]), person_key(who["ada"])))
    assert pair in instance(here).conflicts
    with here.database.writing() as db:
        [declared] = own_relations.list_declared(db, fay, pid)
        assert (declared.name, declared.own) == ("Ada Quill", True)
        own_relations.take_back(db, somebody(here, "gil", Role.FACULTY), pid, declared.id, NOW)
        assert len(db.scalars(select(RelationRow)).all()) == 2, "nobody takes back what another declared"
        own_relations.take_back(db, fay, pid, declared.id, NOW)
    assert pair not in instance(here).conflicts


def test_what_people_save_themselves_is_theirs_in_the_columns() -> None:
    targets = [
        target
        for node in ast.walk(ast.parse(Path(answers.__file__).read_text()))
        if isinstance(node, ast.Assign)
        for target in node.targets
    ]
    saved = {t.attr for t in targets if isinstance(t, ast.Attribute) and ast.unparse(t.value) == "saving.part"}
    here = {column for step, columns in COLUMNS.items() if step is not Step.LISTED for column in columns}
    assert saved == here, "and what the list says of them has a room of its own"


@pytest.mark.parametrize("first", [0, 1])
def test_how_far_somebody_is_is_the_same_to_the_database_as_to_the_rule(here: World, first: int) -> None:
    """Whatever steps are saved, of one's own kind or of the other, and whether one agreed, left or said no."""
    pid, expected = here.programme_id, {}
    saved = [[], ["kind"], [step.value for step in STEPS[Role.RESIDENT]], [step.value for step in STEPS[Role.FACULTY]],
             [step.value for step in STEPS[Role.RESIDENT][1:]], None]  # fmt: skip
    with here.database.writing() as db:
        parts = db.scalars(select(ParticipantRow).order_by(ParticipantRow.person_id)).all()
        for number, part in enumerate(parts):
            steps, agreed = saved[number], NOW if number % 2 == first else None
            if steps is not None:
                row = AnswerRow(
                    programme_id=pid, person_id=part.person_id, steps=steps, agreed_at=agreed, invited_at=agreed
                )
                db.add(row)
            known = frozenset(Step(step) for step in steps or ())
            expected[part.person_id] = state_of(part.kind, known, agreed if steps is not None else None, None)
    for left_at, declined in ((None, False), (NOW, False), (NOW, True)):
        with here.database.writing() as db:
            programme = get_programme(db, pid)
            last = db.scalars(select(ParticipantRow).order_by(ParticipantRow.person_id.desc())).first()
            assert last is not None
            last.left_at, last.declined = left_at, declined
            expected[last.person_id] = state_of(last.kind, frozenset(), None, left_at, declined=declined)
            db.flush()
            lines, paging = answer_list.list_answers(db, here.coordinator, pid, Paging())
            counts = answer_list.count_answers(db, here.coordinator, pid)
            for state in JoiningState:
                alone, _ = answer_list.list_answers(db, here.coordinator, pid, Paging(), state)
                assert {line.person_id for line in alone} == {who for who, found in expected.items() if found is state}
                assert counts.by_state[state] == len(alone)
                choice = PeopleFilter(answer=state)
                taking_part = {line.person_id for line in alone if line.left_at is None}
                assert set(matching_ids(db, here.coordinator, programme, choice, "")) == taking_part
        assert {line.person_id: line.state for line in lines} == expected
        assert [line.state for line in lines] == sorted((line.state for line in lines), key=list(JoiningState).index)
        open_ = [line for line in lines if line.state.is_unfinished]
        assert (counts.uninvited, counts.waiting) == (
            sum(line.invited_at is None for line in open_), sum(line.invited_at is not None for line in open_)
        )  # fmt: skip
        assert paging.total == len(expected)
    with here.database.reading() as db:
        found, _ = answer_list.list_answers(db, here.coordinator, pid, Paging(q="marquez b"))
        assert [line.name for line in found] == ["Ben Márquez"]
