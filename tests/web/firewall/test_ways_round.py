"""Ways round the firewall, each tried: calendars and links from before, a reason on record, what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import delete, select

from scheduler import clock
from scheduler.enrolment.own_relations import declare, find_declarable, take_back
from scheduler.enrolment.relation_list import add_relation, correct_relation, end_relation, remove_relation
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotFound, NotPossible
from scheduler.memory import forget_everything
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.tables import ParticipantRow, RelationOverrideRow, RelationRow, RoleRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.tables import AttendedRow
from tests.builders import actor
from tests.web.builders import COORDINATOR, FACILITATOR, words_of
from tests.web.firewall.world import AGENDA, CLEO, EVE, GOAL, GROUP, NEEDS, VIDEO, Lived, without_tokens
from web.feeds.door import put_door

LIST = b"person,about,kind\r\nfay.lantern@example.org,ada.quill@example.org,sponsors\r\n"
"""A whole list of relations on which the coordinator's own is not."""
HERS = f"person,about,kind\r\n{COORDINATOR},{CLEO},line-manages\r\n".encode()


@contextmanager
def declared(lived: Lived) -> Iterator[None]:
    """Fay declares, on her own page, that she assesses Cleo; and later takes it back."""
    pages, ids = lived.pages, lived.pages.ids
    fay = actor(ids[FACILITATOR], pages.programme_id, Role.FACULTY)
    with pages.database.writing() as db:
        declare(db, fay, pages.programme_id, ids[CLEO], "assesses", None, None, clock.now())
    try:
        yield
    finally:
        with pages.database.writing() as db:
            row_id = db.scalars(select(RelationRow.id).where(RelationRow.person_id == ids[FACILITATOR])).one()
            take_back(db, fay, pages.programme_id, row_id, clock.now())


@contextmanager
def reasoned(lived: Lived) -> Iterator[None]:
    """A coordinator has recorded why Fay leads a group with Cleo, whom she supervises."""
    ids = lived.pages.ids
    with lived.power("facilitator"):
        with lived.pages.database.writing() as db:
            row = RelationOverrideRow(
                programme_id=lived.pages.programme_id, person_id=ids[FACILITATOR], about_id=ids[CLEO],
                kind=RelationKind.SUPERVISES, reason="Nobody else is there.", made_by=None, made_by_name="Cora",
                made_at=clock.now(),
            )  # fmt: skip
            db.add(row)
            db.flush()
            override_id = row.id
        try:
            yield
        finally:
            with lived.pages.database.writing() as db:
                db.execute(delete(RelationOverrideRow).where(RelationOverrideRow.id == override_id))


def feed(lived: Lived, name: str) -> str:
    put_door(lived.app)  # one that has served nothing yet
    answer = lived.app.test_client().get(lived.feeds[name])
    del lived.app.wsgi_app
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace("\r\n ", "")


def test_who_declares_after_publication_opens_the_group_no_more(lived: Lived) -> None:
    """Whoever declares *assesses* after publication reads nothing more of the group, wherever they look."""
    path = f"/groups/{lived.pages.programme_id}/{GROUP}"
    session = f"/sessions/{lived.sessions[1]}"
    assert [lived.ask("facilitator", one).status for one in (path, session)] == [200, 200]
    with declared(lived):
        assert [lived.ask("facilitator", one).status for one in (path, session)] == [404, 404]
        page = words_of(lived.ask("facilitator", "/facilitating").text)
        assert "Another facilitator is being found for this group." in page
        assert "Cleo Thistle" not in page
        assert "Another facilitator is being found" not in words_of(lived.ask(EVE, "/my-group").text)
        troubles = lived.ask("coordinator", lived.pages.path("/troubles"))
        assert "Near-peer group 2" in troubles.text  # she is told that it has to change
    assert [lived.ask("facilitator", one).status for one in (path, session)] == [200, 200]


@pytest.mark.parametrize("name", ["person", "facilitator", "group"])
def test_a_calendar_from_before_keeps_the_times_alone(lived: Lived, name: str) -> None:
    before = feed(lived, name)
    assert VIDEO in before
    with declared(lived):
        closed = feed(lived, name)
        assert closed.count("BEGIN:VEVENT") == before.count("BEGIN:VEVENT")
        events = closed.partition("BEGIN:VEVENT")[2]
        for word in (VIDEO, "Near-peer", "can come"):
            assert word not in events, word
    assert VIDEO in feed(lived, name)


def test_a_link_from_an_old_mail_opens_nothing(lived: Lived) -> None:
    path = f"/mail/date/{lived.question_tag}"
    assert "Cleo Thistle" in lived.ask("facilitator", path).text
    with lived.power("facilitator"):
        for method in ("GET", "POST"):
            answer = lived.ask("facilitator", path, method, answer="yes")
            assert answer.status == 404
            assert "Cleo" not in answer.text
    assert lived.ask("facilitator", path).status == 200


def test_other_writing_of_an_address_opens_nothing(lived: Lived) -> None:
    group, session = f"/groups/{lived.pages.programme_id}/{GROUP}", f"/sessions/{lived.sessions[0]}"
    with lived.power("facilitator"):
        for path in (
            f"{group}/", f"{group}?session={lived.sessions[0]}", f"{group}%2F", f"{group}/../{GROUP}",
            f"/groups/{lived.pages.programme_id}/{GROUP.upper()}", f"{session}/", f"{session}?request=1", f"/{session}",
            f"/groups/{lived.pages.stranger_programme_id}/{GROUP}", f"{group}/dates?session={lived.sessions[1]}",
        ):  # fmt: skip
            assert lived.ask("facilitator", path).status in (301, 308, 404), path


def test_an_archived_programme_opens_nothing(lived: Lived) -> None:
    """What is put away is on no list, and its addresses still work for its people; for those with power they don't."""
    path = f"/groups/{lived.pages.programme_id}/{GROUP}"
    with lived.pages.database.writing() as db:
        row = db.get_one(ProgrammeRow, lived.pages.programme_id)
        row.ended_at, row.archived_at = clock.now(), clock.now()
    forget_everything()
    try:
        assert lived.ask("facilitator", path).status == 200
        with lived.power("facilitator"):
            assert lived.ask("facilitator", path).status == 404
            assert lived.ask("facilitator", f"/sessions/{lived.sessions[0]}").status == 404
        with lived.power("coordinator"):
            person = lived.ask("coordinator", lived.pages.path(f"/people/{lived.pages.ids[CLEO]}"))
            assert not person.marks
            assert "Not shown to you" in words_of(person.text)
    finally:
        with lived.pages.database.writing() as db:
            row = db.get_one(ProgrammeRow, lived.pages.programme_id)
            row.ended_at = row.archived_at = None
        forget_everything()


def test_a_recorded_reason_opens_the_group_and_withholds_the_person(lived: Lived) -> None:
    path = f"/groups/{lived.pages.programme_id}/{GROUP}"
    over, ahead, other = (f"/sessions/{session_id}" for session_id in lived.sessions[:3])
    with reasoned(lived):
        assert AGENDA in lived.ask("facilitator", other).text
        assert VIDEO in lived.ask("facilitator", path).text
        assert GOAL not in lived.ask("facilitator", path).text
        assert "not shown to you" in words_of(lived.ask("facilitator", ahead).text)
        page = lived.ask("facilitator", over).text
        assert f'name="came" value="{lived.pages.ids[EVE]}"' in page
        assert f'name="came" value="{lived.pages.ids[CLEO]}"' not in page
        assert ",,Near" not in lived.ask("facilitator", "/facilitating/record.csv").text
    assert GOAL in lived.ask("facilitator", path).text


def test_a_recorded_reason_lets_nobody_see_or_note_whether_the_person_came(lived: Lived) -> None:
    paths = ("/facilitating", "/facilitating/record", "/facilitating/record.csv", "/my-goals", *(
        f"/sessions/{session_id}" for session_id in lived.sessions
    ))  # fmt: skip
    with reasoned(lived):
        came = [without_tokens(lived.ask("facilitator", path).text) for path in paths]
        lived.let_cleo_have_come(False)
        missed = [without_tokens(lived.ask("facilitator", path).text) for path in paths]
        everybody = [str(lived.pages.ids[email]) for email in (CLEO, EVE, FACILITATOR)]
        answer = lived.ask("facilitator", f"/sessions/{lived.sessions[0]}/came", "POST", came=everybody)
        assert answer.status == 303
        with lived.pages.database.reading() as db:
            hers = db.get_one(AttendedRow, (lived.sessions[0], lived.pages.ids[CLEO]))
            assert hers.came is False
        lived.let_cleo_have_come(True)
    assert came == missed


def test_a_recorded_reason_tells_no_apology(lived: Lived) -> None:
    """Two worlds that differ in Cleo's apology alone, read by who leads her group all the same."""
    paths = ("/facilitating", "/calendar/card", *(f"/sessions/{session_id}" for session_id in lived.sessions))
    every = (*paths, f"/groups/{lived.pages.programme_id}/{GROUP}")
    answer = f"/sessions/{lived.sessions[1]}"
    lived.ask("facilitator", "/account")  # which tells what was saved last, once
    with reasoned(lived):
        sorry = [without_tokens(lived.ask("facilitator", path).text) for path in every]
        assert lived.ask(CLEO, f"{answer}/can", "POST").status == 303
        coming = [without_tokens(lived.ask("facilitator", path).text) for path in every]
        assert lived.ask(CLEO, f"{answer}/cannot", "POST").status == 303
    assert sorry == coming


def test_a_reason_that_is_withdrawn_closes_the_group_again(lived: Lived) -> None:
    path = f"/groups/{lived.pages.programme_id}/{GROUP}"
    with reasoned(lived):
        assert lived.ask("facilitator", path).status == 200
        with lived.pages.database.writing() as db:
            db.scalars(select(RelationOverrideRow)).one().withdrawn_at = clock.now()
        assert lived.ask("facilitator", path).status == 404


def test_a_reason_for_one_kind_of_power_excuses_no_other(lived: Lived) -> None:
    path = f"/groups/{lived.pages.programme_id}/{GROUP}"
    with reasoned(lived), lived.power("facilitator", RelationKind.PANEL):
        assert lived.ask("facilitator", path).status == 404


@pytest.fixture
def supervisor(lived: Lived) -> Iterator[tuple[Actor, int]]:
    """The coordinator, who is faculty too and supervises Cleo, as her own list says."""
    pages, programme_id = lived.pages, lived.pages.programme_id
    cora_id = lived.id_of(COORDINATOR)
    cora = actor(cora_id, programme_id, Role.COORDINATOR)
    with pages.database.writing() as db:
        site_id = db.scalars(select(ParticipantRow.site_id).where(ParticipantRow.programme_id == programme_id)).first()
        db.add(RoleRow(programme_id=programme_id, person_id=cora_id, role=Role.FACULTY))
        db.add(
            ParticipantRow(
                programme_id=programme_id, person_id=cora_id, kind=Role.FACULTY, site_id=site_id, modes=[], models={},
                interests=[], tags=[], company=[], joined_at=clock.now(),
            )
        )  # fmt: skip
        db.flush()
        add_relation(db, cora, programme_id, cora_id, pages.ids[CLEO], RelationKind.SUPERVISES, None, None, clock.now())
        relation_id = db.scalars(select(RelationRow.id).where(RelationRow.person_id == cora_id)).one()
    yield cora, relation_id
    with pages.database.writing() as db:
        db.execute(delete(RelationRow).where(RelationRow.person_id == cora_id))
        db.execute(delete(ParticipantRow).where(ParticipantRow.person_id == cora_id))
        db.execute(delete(RoleRow).where(RoleRow.person_id == cora_id, RoleRow.role == Role.FACULTY))


def test_nobody_takes_down_the_wall_before_themselves(lived: Lived, supervisor: tuple[Actor, int]) -> None:
    cora, relation_id = supervisor
    programme_id, now = lived.pages.programme_id, clock.now()
    ways = (
        lambda db: remove_relation(db, cora, programme_id, relation_id, now),
        lambda db: end_relation(db, cora, programme_id, relation_id, now),
        lambda db: correct_relation(
            db, cora, programme_id, relation_id, RelationKind.ADVISES, None, None, now
        ),
        lambda db: correct_relation(
            db, cora, programme_id, relation_id, RelationKind.SUPERVISES, None, now.date(), now
        ),
        lambda db: import_relations(db, cora, programme_id, LIST, now),
    )  # fmt: skip
    for way in ways:
        with pytest.raises(NotPossible), lived.pages.database.writing() as db:
            way(db)
    assert "Not shown to you" in words_of(
        lived.ask("coordinator", lived.pages.path(f"/people/{lived.pages.ids[CLEO]}")).text
    )
    other = actor(0, programme_id, Role.COORDINATOR)
    with lived.pages.database.writing() as db:
        end_relation(db, Actor(None, "another", other.roles), programme_id, relation_id, now)


@pytest.mark.parametrize("way", ["by list", "by another coordinator", "by Cleo", "by herself"])
def test_a_coordinator_who_takes_no_part_is_put_on_record_and_the_wall_holds(lived: Lived, way: str) -> None:
    programme_id, cleo, now = lived.pages.programme_id, lived.pages.ids[CLEO], clock.now()
    cora_id, page = lived.id_of(COORDINATOR), lived.pages.path(f"/people/{lived.pages.ids[CLEO]}")
    cora, other = actor(cora_id, programme_id, Role.COORDINATOR), actor(0, programme_id, Role.COORDINATOR)
    assert NEEDS in lived.ask("coordinator", page).text
    another = Actor(None, "another", other.roles)
    with lived.pages.database.writing() as db:
        if way == "by list":
            import_relations(db, another, programme_id, HERS, now)
        elif way == "by another coordinator":
            add_relation(db, another, programme_id, cora_id, cleo, RelationKind.LINE_MANAGES, None, None, now)
        elif way == "by Cleo":
            resident = actor(cleo, programme_id, Role.RESIDENT)
            assert cora_id in {one.person_id for one in find_declarable(db, resident, programme_id, "cora")}
            declare(db, resident, programme_id, cora_id, "line-manages-me", None, None, now)
        else:
            declare(db, cora, programme_id, cleo, "line-manages", None, None, now)
    try:
        withheld = lived.ask("coordinator", page)
        assert "Not shown to you" in words_of(withheld.text)
        assert not withheld.marks
        with lived.pages.database.reading() as db:
            number = db.scalars(select(RelationRow.id).where(RelationRow.person_id == cora_id)).one()
        ways = (
            lambda db: remove_relation(db, cora, programme_id, number, now),
            lambda db: end_relation(db, cora, programme_id, number, now),
            lambda db: import_relations(db, cora, programme_id, LIST, now),
        )
        for each in ways[: 3 if way.startswith(("by list", "by another")) else 2]:
            with pytest.raises((NotPossible, NotFound)), lived.pages.database.writing() as db:
                each(db)
        assert not lived.ask("coordinator", page).marks
    finally:
        with lived.pages.database.writing() as db:
            db.execute(delete(RelationRow).where(RelationRow.person_id == cora_id))
