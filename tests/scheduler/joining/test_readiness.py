"""Facilitators are planned only when the code in force is signed and their required training verified and in date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.joining import conduct, people_search, training
from scheduler.joining.facilitator_list import Noted, count_waiting, list_facilitators, note_from_paper
from scheduler.joining.model import USUAL_TRAINING, Questions, TrainingKind, later_by_months
from scheduler.joining.own_conduct import own_conduct
from scheduler.joining.paper_list import import_paper_list
from scheduler.joining.questions import questions_of, set_questions
from scheduler.joining.readiness import is_ready, readiness_in
from scheduler.joining.tables import JoiningRow, TrainingRow
from scheduler.joining.training import Entered, TrainingState
from scheduler.paging import Paging
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import add_coordinator
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.programmes.service import create_programme
from tests.builders import NOW, World, actor, make_ready, people_csv, person_line, programme, set_marks, world

PEOPLE = (
    person_line("Ada Quill"),
    person_line("Fay Lantern", role="faculty", models="vertical"),
    person_line("Gil Spare", role="faculty", models="vertical"),
)
TODAY = NOW.date()
REQUIRED = ("facilitation", "equity")


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    with storage.writing() as db:
        import_people(db, made.coordinator, made.programme_id, people_csv(*PEOPLE), NOW)
        db.get_one(JoiningRow, made.programme_id).code_needed = True
    set_marks(made, dict.fromkeys(ids(made).values(), "2"))
    return made


def ids(here: World) -> dict[str, int]:
    with here.database.reading() as db:
        found = person_ids_by_address(db, here.programme_id)
    return {email.split(".")[0]: person_id for email, person_id in found.items()}


def fay(here: World) -> Actor:
    return actor(ids(here)["fay"], here.programme_id, Role.FACULTY)


def planned(here: World, at: datetime = NOW) -> set[str]:
    with here.database.reading() as db:
        keys = {person.id for person in build_instance(db, here.programme_id, at).faculty}
    return {name for name, who in ids(here).items() if person_key(who) in keys}


def do_all(here: World) -> None:
    """Fay signs, enters everything that is required, and her coordinator verifies it."""
    with here.database.writing() as db:
        conduct.sign(db, fay(here), here.programme_id, 0, NOW, signs=True)
        training.enter(db, fay(here), here.programme_id, [Entered(key, TODAY) for key in REQUIRED], NOW)
        training.verify(db, here.coordinator, here.programme_id, db.scalars(select(TrainingRow.id)).all(), NOW)


def test_nothing_is_enough_but_all_of_it(here: World) -> None:
    pid = here.programme_id
    assert planned(here) == set()
    with here.database.writing() as db:
        conduct.sign(db, fay(here), pid, 0, NOW, signs=True)
    assert planned(here) == set(), "a signature alone"
    with here.database.writing() as db:
        training.enter(db, fay(here), pid, [Entered(key, TODAY) for key in REQUIRED], NOW)
    assert planned(here) == set(), "nobody has verified it"
    with here.database.writing() as db:
        first, second = db.scalars(select(TrainingRow.id).order_by(TrainingRow.id)).all()
        training.verify(db, here.coordinator, pid, (first,), NOW)
    assert planned(here) == set(), "one is still missing"
    with here.database.writing() as db:
        training.verify(db, here.coordinator, pid, (second,), NOW)
    assert planned(here) == {"fay"}
    with here.database.writing() as db:
        conduct.sign(db, fay(here), pid, 0, NOW, signs=False)
    assert planned(here) == set(), "a signature can be taken back"


def test_training_counts_until_the_day_that_the_programme_says(here: World) -> None:
    do_all(here)
    last = later_by_months(TODAY, 24)
    noon = datetime.combine(last, NOW.time(), NOW.tzinfo)
    with here.database.reading() as db:
        assert is_ready(db, here.programme_id, ids(here)["fay"], noon)
        assert not is_ready(db, here.programme_id, ids(here)["fay"], noon + timedelta(days=1))
        assert readiness_in(db, here.programme_id)[ids(here)["fay"]].until == last
    with here.database.writing() as db:
        kinds = (replace(USUAL_TRAINING[0], months=1), *USUAL_TRAINING[1:])
        set_questions(db, here.coordinator, here.programme_id, replace(asked(here), training=kinds), NOW)
        assert not is_ready(db, here.programme_id, ids(here)["fay"], NOW + timedelta(days=40)), "the rule has changed"


def asked(here: World) -> Questions:
    with here.database.reading() as db:
        return questions_of(db, here.programme_id)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_end_where_the_calendar_does(day: date, months: int, last: date) -> None:
    assert later_by_months(day, months) == last


def test_a_new_version_of_the_code_asks_again(here: World) -> None:
    do_all(here)
    with here.database.writing() as db:
        assert conduct.adopt_code(db, here.coordinator, here.programme_id, "Listen.\r\n\r\nAsk.", NOW) == 1
        assert conduct.adopt_code(db, here.coordinator, here.programme_id, "Listen.\n\nAsk.  ", NOW) == 1
    assert planned(here) == set()
    with here.database.reading() as db:
        own = own_conduct(db, fay(here), here.programme_id, NOW)
    assert (own.was_signed, own.signed_at, own.code.paragraphs) == (True, None, ("Listen.", "Ask."))
    with here.database.writing() as db, pytest.raises(NotPossible):
        conduct.sign(db, fay(here), here.programme_id, 0, NOW, signs=True)
    with here.database.writing() as db:
        conduct.sign(db, fay(here), here.programme_id, 1, NOW, signs=True)
    assert planned(here) == {"fay"}


def test_signing_is_open_after_the_last_day_for_answers(here: World) -> None:
    with here.database.writing() as db:
        closed = replace(asked(here), last_day=TODAY - timedelta(days=1))
        set_questions(db, here.coordinator, here.programme_id, closed, NOW)
    do_all(here)
    assert planned(here) == {"fay"}


def test_who_is_asked_to_be_ready_stays_so(here: World) -> None:
    with here.database.writing() as db, pytest.raises(Rejected):
        set_questions(db, here.coordinator, here.programme_id, replace(asked(here), code_needed=False), NOW)


def test_in_a_new_programme_facilitators_must_be_ready(storage: Database) -> None:
    with storage.writing() as db:
        pid = create_programme(db, OPERATOR, programme(), NOW)
        coordinator = actor(add_coordinator(db, OPERATOR, pid, "Cora", "cora@example.org", NOW), pid, Role.COORDINATOR)
        import_people(db, coordinator, pid, people_csv(*PEOPLE), NOW)
        [who] = [one for email, one in person_ids_by_address(db, pid).items() if email.startswith("fay")]
        assert not is_ready(db, pid, who, NOW)
        with pytest.raises(Rejected):
            set_questions(db, coordinator, pid, replace(questions_of(db, pid), code_needed=False), NOW)
        make_ready(db, coordinator, pid, (who,), NOW)
        assert is_ready(db, pid, who, NOW)


def test_nobody_verifies_their_own_and_nobody_elses_programme(here: World) -> None:
    pid = here.programme_id
    both = Actor(fay(here).person_id, "Fay", frozenset({(pid, Role.FACULTY), (pid, Role.COORDINATOR)}))
    with here.database.writing() as db:
        training.enter(db, both, pid, [Entered("equity", TODAY)], NOW)
    with here.database.reading() as db:
        [mine] = db.scalars(select(TrainingRow.id)).all()
    stranger = actor(999, pid + 1, Role.COORDINATOR)
    for who, error in ((both, NotPossible), (stranger, NotAllowed), (fay(here), NotAllowed)):
        with here.database.writing() as db, pytest.raises(error):
            training.verify(db, who, pid, (mine,), NOW)
    with here.database.writing() as db, pytest.raises(Rejected):
        note_from_paper(db, both, pid, [Noted(both.person_id or 0, TODAY, {})], NOW)
    with here.database.writing() as db:
        other = create_programme(db, OPERATOR, programme(slug="other"), NOW)
        elsewhere = actor(here.coordinator.person_id or 0, other, Role.COORDINATOR)
        with pytest.raises(NotFound):
            training.verify(db, elsewhere, other, (mine,), NOW)
        with pytest.raises(NotFound):
            training.take_away(db, elsewhere, other, mine, NOW)


def test_entering_again_takes_nothing_verified_away_and_a_change_waits(here: World) -> None:
    do_all(here)
    pid = here.programme_id
    with here.database.writing() as db:
        assert training.enter(db, fay(here), pid, [Entered("equity", TODAY)], NOW) == 0
        assert training.enter(db, fay(here), pid, [Entered("equity", TODAY - timedelta(days=1))], NOW) == 1
        assert count_waiting(db, pid) == 1
    assert planned(here) == {"fay"}
    with here.database.reading() as db:
        found = training.own_training(db, fay(here), pid)["equity"]
    assert [one.state for one in found] == [TrainingState.WAITS, TrainingState.VERIFIED]


def test_what_is_sent_back_does_not_count_and_says_why(here: World) -> None:
    pid = here.programme_id
    with here.database.writing() as db:
        training.enter(db, fay(here), pid, [Entered("equity", TODAY, "online")], NOW)
        [mine] = db.scalars(select(TrainingRow.id)).all()
        training.send_back(db, here.coordinator, pid, mine, "Which course?", NOW)
        assert count_waiting(db, pid) == 0
        with pytest.raises(Rejected):
            training.send_back(db, here.coordinator, pid, mine, "  ", NOW)
        [back] = training.own_training(db, fay(here), pid)["equity"]
        assert (back.state, back.answer) == (TrainingState.SENT_BACK, "Which course?")
        assert training.enter(db, fay(here), pid, [Entered("equity", TODAY, "online, no. 7")], NOW) == 1
        [again] = training.own_training(db, fay(here), pid)["equity"]
    assert (again.state, again.note) == (TrainingState.WAITS, "online, no. 7")


def test_verified_by_mistake_is_undone(here: World) -> None:
    do_all(here)
    with here.database.writing() as db:
        [equity] = db.scalars(select(TrainingRow.id).where(TrainingRow.kind == "equity"))
        training.take_away(db, here.coordinator, here.programme_id, equity, NOW)
        with pytest.raises(NotFound):
            training.take_away(db, here.coordinator, here.programme_id, equity, NOW)
    assert planned(here) == set()


@pytest.mark.parametrize(
    ("entered", "error"),
    [
        (Entered("equity", TODAY + timedelta(days=1)), Rejected),
        (Entered("equity", date(1900, 1, 1)), Rejected),
        (Entered("equity", TODAY, "x" * 601), Rejected),
        (Entered("juggling", TODAY), NotFound),
    ],
)
def test_what_cannot_be_is_refused(here: World, entered: Entered, error: type[Exception]) -> None:
    with here.database.writing() as db, pytest.raises(error):
        training.enter(db, fay(here), here.programme_id, [Entered("equity", TODAY), entered], NOW)
    with here.database.reading() as db:
        assert db.scalars(select(TrainingRow)).all() == []


def test_kinds_are_the_programmes_and_each_by_itself(here: World) -> None:
    pid = here.programme_id
    one = TrainingKind("one", "One")
    for kinds in (
        (one, TrainingKind("two", "ONE")),
        (one, TrainingKind("one", "Other")),
        (TrainingKind("two", ""),),
        (replace(one, months=0),),
        tuple(TrainingKind(f"k{n}", f"Kind {n}") for n in range(13)),
    ):
        with here.database.writing() as db, pytest.raises(Rejected):
            set_questions(db, here.coordinator, pid, replace(asked(here), training=kinds), NOW)
    with here.database.writing() as db:
        set_questions(db, here.coordinator, pid, replace(asked(here), training=()), NOW)
        conduct.sign(db, fay(here), pid, 0, NOW, signs=True)
    assert planned(here) == {"fay"}, "without required training the code is enough"


def test_residents_are_offered_only_those_who_are_ready(here: World) -> None:
    ada = actor(ids(here)["ada"], here.programme_id, Role.RESIDENT)

    def offered() -> list[str]:
        with here.database.reading() as db:
            return [one.name for one in people_search.list_facilitators(db, ada, here.programme_id, NOW)]

    assert offered() == []
    do_all(here)
    assert offered() == ["Fay Lantern"]


def test_a_list_from_paper_makes_people_ready_all_or_nothing(here: World) -> None:
    heading = "email,code_signed,facilitation,equity,safeguarding\n"
    good = "Fay.Lantern@example.org,2026-11-01,2026-01-31,2026-01-31,\n"
    wrong = heading + good + "nobody@example.org,,,,\ngil.spare@example.org,2027-01-01,soon,,\n"
    with here.database.writing() as db, pytest.raises(Rejected) as refused:
        import_paper_list(db, here.coordinator, here.programme_id, wrong.encode(), NOW)
    assert len(refused.value.faults) == 2
    with here.database.writing() as db, pytest.raises(Rejected):
        import_paper_list(db, here.coordinator, here.programme_id, (heading + good + good).encode(), NOW)
    assert planned(here) == set()
    with here.database.writing() as db:
        assert import_paper_list(db, here.coordinator, here.programme_id, (heading + good).encode(), NOW) == 1
        assert import_paper_list(db, here.coordinator, here.programme_id, (heading + good).encode(), NOW) == 1
        assert len(db.scalars(select(TrainingRow)).all()) == 2
        [line], _ = list_facilitators(db, here.coordinator, here.programme_id, Paging(q="fay"), NOW)
    assert planned(here) == {"fay"}
    assert (line.on_paper, line.missing, line.until) == (True, (), date(2028, 1, 31))
    with here.database.writing() as db, pytest.raises(NotAllowed):
        import_paper_list(db, fay(here), here.programme_id, (heading + good).encode(), NOW)


def test_a_resident_cannot_be_noted_as_a_facilitator(here: World) -> None:
    with here.database.writing() as db, pytest.raises(NotFound):
        note_from_paper(db, here.coordinator, here.programme_id, [Noted(ids(here)["ada"], TODAY, {})], NOW)


def test_the_trail_has_no_words_of_certificates(here: World) -> None:
    with here.database.writing() as db:
        training.enter(db, fay(here), here.programme_id, [Entered("equity", TODAY, "after my complaint")], NOW)
        [mine] = db.scalars(select(TrainingRow.id)).all()
        training.send_back(db, here.coordinator, here.programme_id, mine, "illegible scan", NOW)
        rows = [(row.action, str(row.details)) for row in db.scalars(select(AuditRow).order_by(AuditRow.id))]
    assert [action for action, _ in rows[-2:]] == ["training.entered", "training.sent_back"]
    assert "complaint" not in str(rows)
    assert "illegible" not in str(rows)
