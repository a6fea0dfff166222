"""A group's standing deputy: who can be named, who is asked first, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.coordination.standing_deputies import (
    name_standing_deputy,
    nearly_possible,
    possible_standing_deputies,
    standing_deputy_of,
    withdraw_standing_deputy,
)
from scheduler.db import Database, Db
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound, NotPossible, Unspoken
from scheduler.mail.tables import MailRow
from scheduler.oversight.pausing import pause_facilitator
from scheduler.people.model import Actor, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import ParticipantRow, PersonRow, WishRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import leave
from scheduler.sessions import deputies
from scheduler.sessions.proposals import possible_dates
from scheduler.sessions.service import own_groups
from scheduler.sessions.standing_deputies import deputy_of_groups
from scheduler.sessions.tables import DeputyRow
from scheduler.troubles.model import Aspect, TroubleKind, TroubleState
from scheduler.troubles.tables import TroubleRow
from tests.builders import actor, everybody_is_ready, make_ready, people_csv, person_line, set_marks
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, SPARE, Term, a_term, add_groups

ZARA = "zara.last"


@pytest.fixture
def term(database: Database) -> Term:
    """The term, with one more who could lead near-peer groups: last by every other order."""
    made = a_term(database)
    with database.writing() as db:
        line = person_line("Zara Last", role="faculty", models="near-peer")
        import_people(db, made.coordinator(), made.programme_id, people_csv(line), clock.now())
        made.ids |= person_ids_by_address(db, made.programme_id)
        everybody_is_ready(db, made.programme_id)
        make_ready(db, made.coordinator(), made.programme_id, [made.id_of(ZARA)], clock.now())
    made.mark("1", ZARA)
    return made


def could(term: Term, key: str = "g2") -> list[str]:
    with term.database.reading() as db:
        found = possible_standing_deputies(db, term.coordinator(), term.programme_id, key, clock.now())
    return [each.name for each in found]


def name(term: Term, who: str, key: str = "g2", by: Actor | None = None) -> None:
    with term.database.writing() as db:
        name_standing_deputy(db, by or term.coordinator(), term.programme_id, key, term.id_of(who), clock.now())


def supervises(term: Term, who: str, about: str) -> None:
    line = f"{who}@example.org,{about}@example.org,supervises,,\n"
    with term.database.writing() as db:
        content = b"person,about,kind,from,to\n" + line.encode()
        import_relations(db, term.coordinator(), term.programme_id, content, clock.now())


def troubles(term: Term) -> list[TroubleRow]:
    with term.database.reading() as db:
        living = (TroubleRow.kind == TroubleKind.STANDING, TroubleRow.state == TroubleState.OPEN)
        return list(db.scalars(select(TroubleRow).where(*living)))


def test_they_are_asked_first_and_the_group_reads_who_it_is(term: Term) -> None:
    assert could(term) == ["Gil Spare", "Zara Last"]
    name(term, ZARA)
    session = term.session("g2").id
    with term.database.reading() as db:
        asked = deputies.candidates(db, term.actor(FACILITATOR), session, clock.now())
        [group] = own_groups(db, term.actor(NEAR_PEERS[0]))
        own = deputy_of_groups(db, term.actor(ZARA))
        lines = [row for row in db.scalars(select(AuditRow)) if row.action == "deputy.standing_named"]
    assert [(each.name, each.is_standing) for each in asked] == [("Zara Last", True), ("Gil Spare", False)]
    assert group.standing_deputy == "Zara Last"
    assert own == (group.name,)
    assert [row.details for row in lines] == [{"group": "g2", "person": term.id_of(ZARA)}]
    name(term, SPARE)
    with term.database.writing() as db:
        assert (standing := standing_deputy_of(db, term.coordinator(), term.programme_id, "g2"))
        assert standing.name == "Gil Spare"
        withdraw_standing_deputy(db, term.coordinator(), term.programme_id, "g2", clock.now())
        [group] = own_groups(db, term.actor(NEAR_PEERS[0]))
    assert group.standing_deputy == ""


def test_they_are_told_once_and_when_they_are_it_no_more(term: Term) -> None:
    with term.database.reading() as db:
        before = db.scalars(select(MailRow.id)).all()
    for who in (ZARA, ZARA, SPARE):
        name(term, who)
    with term.database.writing() as db:
        withdraw_standing_deputy(db, term.coordinator(), term.programme_id, "g2", clock.now())
        told = select(MailRow.address, MailRow.subject, MailRow.text, MailRow.urgent)
        found = db.execute(told.where(MailRow.id.not_in(before)).order_by(MailRow.id)).all()
    is_one, no_longer = "You’re a group’s standing deputy", "You’re no longer a group’s standing deputy"
    assert [(to.split("@")[0], subject) for to, subject, _, _ in found] == [
        (ZARA, is_one),
        (ZARA, no_longer),
        (SPARE, is_one),
        (SPARE, no_longer),
    ]
    assert "free to say no" in found[0].text
    assert not any(urgent for *_, urgent in found), "quiet hours are kept"


def test_a_pause_gives_them_the_sessions(term: Term) -> None:
    name(term, ZARA)
    with term.database.writing() as db:
        appoint(
            db, term.coordinator(), term.programme_id, "Olga Sight", "olga@example.org", Role.OVERSIGHT, clock.now()
        )
        olga = db.scalars(select(PersonRow.id).where(PersonRow.email == "olga@example.org")).one()
        overseer = actor(olga, term.programme_id, Role.OVERSIGHT)
        done = pause_facilitator(db, overseer, term.programme_id, term.id_of(FACILITATOR), clock.now())
    assert (done.covered, done.held_back) == (3, 0)
    assert all(term.id_of(ZARA) in term.invited(term.session("g2", number).id) for number in range(3))


Change = Callable[[Term, Db], object]


def offers_nothing(term: Term, db: Db) -> object:
    return db.execute(update(ParticipantRow).where(ParticipantRow.person_id == term.id_of(ZARA)).values(models={}))


def has_left(term: Term, db: Db) -> object:
    return leave(db, term.coordinator(), term.programme_id, clock.now(), person_id=term.id_of(ZARA))


@pytest.mark.parametrize("change", [offers_nothing, has_left])
def test_who_could_not_lead_the_group_is_not_named(term: Term, change: Change) -> None:
    with term.database.writing() as db:
        change(term, db)
    assert could(term) == ["Gil Spare"]
    with pytest.raises(NotPossible, match="standing deputy"):
        name(term, ZARA)


def test_a_relation_on_record_keeps_them_from_being_named_and_members_and_others_are_nobody(term: Term) -> None:
    supervises(term, ZARA, NEAR_PEERS[1])
    assert could(term) == ["Gil Spare"]
    for who in (ZARA, FACILITATOR, NEAR_PEERS[0]):
        with pytest.raises(NotPossible):
            name(term, who)
    with pytest.raises(NotFound):
        name(term, SPARE, key="g9")
    with pytest.raises(NotPossible):
        name(term, SPARE, key="g1")


def test_nobody_stands_in_for_more_groups_than_they_offered(term: Term) -> None:
    add_groups(term, "g3")
    name(term, ZARA)
    assert "Zara Last" in could(term), "who it is already may be named again"
    assert "Zara Last" not in could(term, "g3")
    with term.database.reading() as db:
        possible = possible_standing_deputies(db, term.coordinator(), term.programme_id, "g3", clock.now())
        nearly = nearly_possible(db, term.coordinator(), term.programme_id, "g3", possible, clock.now())
    assert ("Zara Last", "deputy_elsewhere", 1) in [(each.name, each.obstacle, each.deputy_of) for each in nearly]


def test_who_leads_all_the_groups_they_offered_can_stand_in_all_the_same(term: Term) -> None:
    with term.database.writing() as db:
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == term.id_of(ZARA)).values(capacity=0))
    assert "Zara Last" in could(term)
    name(term, ZARA)


def test_only_a_coordinator_names_and_reads_who_could_be(term: Term) -> None:
    for who in (FACILITATOR, SPARE, NEAR_PEERS[0]):
        with pytest.raises(MentorRoundsError) as refused:
            name(term, SPARE, by=term.actor(who))
        assert isinstance(refused.value, NotAllowed | NotFound)
        with pytest.raises(MentorRoundsError), term.database.reading() as db:
            possible_standing_deputies(db, term.actor(who), term.programme_id, "g2", clock.now())


def test_what_somebody_keeps_to_themselves_takes_nobody_off_the_list_and_is_not_told(term: Term) -> None:
    with term.database.writing() as db:
        of = {"programme_id": term.programme_id, "person_id": term.id_of(NEAR_PEERS[0])}
        db.add(WishRow(**of, about_id=term.id_of(ZARA), kind="avoid"))
    assert could(term) == ["Gil Spare", "Zara Last"]
    with pytest.raises(Unspoken) as refused:
        name(term, ZARA)
    assert "Zara" not in str(refused.value)
    assert "Cleo" not in str(refused.value)
    assert troubles(term) == []


def test_told_later_it_gives_nothing_away_and_nothing_is_put_to_them(term: Term) -> None:
    name(term, ZARA)
    with term.database.writing() as db:
        of = {"programme_id": term.programme_id, "person_id": term.id_of(NEAR_PEERS[0])}
        db.add(WishRow(**of, about_id=term.id_of(ZARA), kind="avoid"))
    with term.database.writing() as db:
        fay, session = term.actor(FACILITATOR), term.session("g2").id
        deputies.ask(db, fay, session, term.id_of(ZARA), "", clock.now())
        assert db.scalars(select(DeputyRow)).one().held
        [group] = own_groups(db, term.actor(NEAR_PEERS[0]))
    assert group.standing_deputy == "Zara Last"
    assert troubles(term) == []


def test_a_relation_that_comes_later_is_a_trouble_until_somebody_else_is_named(term: Term) -> None:
    name(term, ZARA)
    supervises(term, ZARA, NEAR_PEERS[1])
    [trouble] = troubles(term)
    assert (trouble.group_key, trouble.aspect) == ("g2", Aspect.LISTED)
    assert sorted(trouble.touches) == sorted((term.id_of(ZARA), term.id_of(NEAR_PEERS[1])))
    session = term.session("g2").id
    with term.database.reading() as db:
        asked = deputies.candidates(db, term.actor(FACILITATOR), session, clock.now())
    assert [each.name for each in asked] == ["Gil Spare"]
    name(term, SPARE)
    assert troubles(term) == []


def test_who_leaves_is_on_no_page_and_a_trouble(term: Term) -> None:
    name(term, ZARA)
    with term.database.writing() as db:
        leave(db, term.coordinator(), term.programme_id, clock.now(), person_id=term.id_of(ZARA))
    assert [trouble.aspect for trouble in troubles(term)] == [Aspect.MISSING]
    with term.database.reading() as db:
        [group] = own_groups(db, term.actor(NEAR_PEERS[0]))
    assert group.standing_deputy == ""


def test_of_dates_as_good_as_each_other_one_goes_first_on_which_they_could_come(term: Term) -> None:
    def dates() -> list[datetime]:
        with term.database.reading() as db:
            who = term.actor(NEAR_PEERS[0])
            return [each.starts_at for each in possible_dates(db, who, term.programme_id, "g2", clock.now())]

    before = dates()
    name(term, ZARA)
    assert dates() == before, "a deputy who can always come changes nothing"
    with term.database.reading() as db:
        slots = get_programme(db, term.programme_id).slots()
    zara = "".join("0" if slot.starts_at == before[0] else "1" for slot in slots)
    set_marks(term.here, {term.id_of(ZARA): zara})
    after = dates()
    assert after[0] == before[1]
    assert before[0] in after, "which shuts no date out"
