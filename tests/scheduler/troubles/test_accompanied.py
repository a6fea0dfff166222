"""Two who share a group for a recorded reason meet at no session without another facilitator from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.consequences import bring_up_to_date, everything
from scheduler.coordination.model import MoveSession, PutIn, SetFacilitators
from scheduler.coordination.service import carry_out
from scheduler.db import Database
from scheduler.enrolment import people_import, relation_list
from scheduler.enrolment.relation_overrides import list_overrides, override_relation, withdraw_override
from scheduler.errors import NotPossible
from scheduler.people.model import RelationKind
from scheduler.people.sites import change_site
from scheduler.people.tables import ParticipantRow, RelationRow
from scheduler.programmes.model import NEAR_PEER, PEER, VERTICAL
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import SiteRow
from scheduler.publishing.leavers import leave
from scheduler.sessions.proposals import possible_dates, propose_move
from scheduler.troubles.model import RemedyKind, TroubleKind
from scheduler.troubles.wording import sentence
from tests.builders import people_csv, person_line
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, SPARE, Term
from tests.scheduler.troubles.conftest import a_true_term
from tests.scheduler.troubles.test_register import import_rota, say_cannot, troubles
from tests.scheduler.troubles.test_remedies import do, of

CLEO = NEAR_PEERS[0]
WHY = "There is no other senior in this small department."
BOTH = (PEER, replace(NEAR_PEER, facilitators=(1, 2), present=1), VERTICAL)


@pytest.fixture
def term(database: Database) -> Term:
    """Fay supervises Cleo, whose group she leads beside Gil, who works in the south; why is on record."""
    found = a_true_term(database, models=BOTH)
    works_at(found, SPARE, "south")
    with found.database.writing() as db:
        both = (ParticipantRow.programme_id == found.programme_id, ParticipantRow.kind == "faculty")
        db.execute(update(ParticipantRow).where(*both).values(capacity=2))
        carry_out(db, found.coordinator(), PutIn(found.programme_id, "g2", found.id_of(SPARE)), "", clock.now())
    supervises(found, FACILITATOR)
    return found


def works_at(term: Term, name: str, site: str) -> None:
    with term.database.writing() as db:
        there = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == term.programme_id, SiteRow.key == site))
        where = (ParticipantRow.programme_id == term.programme_id, ParticipantRow.person_id == term.id_of(name))
        db.execute(update(ParticipantRow).where(*where).values(site_id=there.one()))
        note(db, Fact.PEOPLE, term.programme_id, clock.now(), (term.id_of(name),))


def supervises(term: Term, name: str) -> None:
    ids = (term.programme_id, term.id_of(name), term.id_of(CLEO))
    with term.database.writing() as db:
        relation_list.add_relation(db, term.coordinator(), *ids, RelationKind.SUPERVISES, None, None, clock.now())
        newest = db.scalars(select(RelationRow.id).order_by(RelationRow.id.desc())).first() or 0
        override_relation(db, term.coordinator(), term.programme_id, newest, WHY, clock.now())


def alone(term: Term) -> list[int | None]:
    """The sessions at which the two would be without company."""
    return [each.session.id if each.session else None for each in troubles(term) if each.kind is TroubleKind.COMPANY]


def test_a_session_without_company_is_a_trouble_until_somebody_from_elsewhere_comes(term: Term) -> None:
    assert troubles(term) == ()
    say_cannot(term, SPARE, session=term.session("g2"))
    [trouble] = [each for each in troubles(term) if each.kind is TroubleKind.COMPANY]
    assert trouble.session is not None
    assert trouble.session.id == term.session("g2", 0).id
    assert set(trouble.people) == {"Fay Lantern", "Cleo Thistle"}
    assert "another facilitator from elsewhere" in sentence(trouble)
    assert "supervis" not in sentence(trouble)
    found = of(term, trouble, thorough=True)
    assert RemedyKind.ACCEPT not in found, "nobody leaves it as it is"
    do(term, trouble, found[RemedyKind.DATE][0].key)
    assert alone(term) == []


def test_no_date_is_offered_or_proposed_on_which_their_company_cannot_come(term: Term) -> None:
    now, session = clock.now(), term.session("g2", 1)

    def offered(session_id: int | None) -> list[datetime]:
        with term.database.reading() as db:
            ids = (term.programme_id, "g2", now)
            return [each.starts_at for each in possible_dates(db, term.actor(CLEO), *ids, session_id=session_id)]

    moved, extra = offered(session.id)[0], offered(None)[0]
    for at in (moved, extra):
        say_cannot(term, SPARE, at=at)
    assert moved not in offered(session.id)
    assert extra not in offered(None)
    with term.database.writing() as db, pytest.raises(NotPossible):
        propose_move(db, term.actor(CLEO), session.id, moved, now)
    say_cannot(term, FACILITATOR, at=extra)
    assert extra not in offered(None), "then nobody leads it, which this kind of group needs"


@pytest.mark.parametrize("who", [FACILITATOR, CLEO])
def test_where_one_of_the_two_is_not_there_no_company_is_missed(term: Term, who: str) -> None:
    say_cannot(term, SPARE, who, session=term.session("g2"))
    assert alone(term) == []


@pytest.mark.parametrize("happens", ["moves here", "has power too"])
def test_whoever_is_no_company_any_more_leaves_them_alone_everywhere(term: Term, happens: str) -> None:
    if happens == "moves here":
        works_at(term, SPARE, "north")
    else:
        supervises(term, SPARE)
    kinds = {each.kind for each in troubles(term)}
    assert kinds == {TroubleKind.SAFETY}, "that is told once, of the group"


def test_company_that_moves_in_the_middle_of_the_term_is_missed_from_then_on(term: Term) -> None:
    last = term.session("g2", 2)
    with term.database.writing() as db:
        north = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == term.programme_id, SiteRow.key == "north"))
        change_site(
            db,
            term.coordinator(),
            term.programme_id,
            term.id_of(SPARE),
            north.one(),
            last.starts_at.date(),
            clock.now(),
            "Europe/London",
        )
    assert alone(term) == [last.id]


def test_once_the_reason_is_withdrawn_the_two_are_kept_apart_instead(term: Term) -> None:
    say_cannot(term, SPARE, session=term.session("g2"))
    with term.database.writing() as db:
        [recorded] = list_overrides(db, term.coordinator(), term.programme_id)
        withdraw_override(db, term.coordinator(), term.programme_id, recorded.id, clock.now())
    assert {each.kind for each in troubles(term)} == {TroubleKind.SAFETY}


def test_no_change_by_hand_leaves_them_alone(term: Term) -> None:
    session = term.session("g2", 1)
    with term.database.reading() as db:
        slots = get_programme(db, term.programme_id).slots()
    other = next(
        slot.starts_at for slot in slots if slot.round == 1 and slot.starts_at.date() > session.starts_at.date()
    )
    say_cannot(term, SPARE, at=other)
    with term.database.writing() as db, pytest.raises(NotPossible, match="no other facilitator from elsewhere"):
        carry_out(db, term.coordinator(), MoveSession(session.id, other), "The only day there is.", clock.now())
    act = SetFacilitators(session.id, (term.id_of(FACILITATOR),))
    with term.database.writing() as db, pytest.raises(NotPossible, match="no other facilitator from elsewhere"):
        carry_out(db, term.coordinator(), act, "Gil has a lot to do.", clock.now())
    assert troubles(term) == ()


def test_a_rota_that_takes_the_company_away_is_looked_at_months_ahead(term: Term) -> None:
    last = term.session("g2", 2)
    import_rota(term, (SPARE,), last.starts_at, ",,AL")
    [trouble] = [each for each in troubles(term) if each.kind is TroubleKind.COMPANY]
    assert trouble.session is not None
    assert trouble.session.id == last.id
    assert "Ward 7" in trouble.cause.words
    import_rota(term, (SPARE,), last.starts_at, "09:00,17:00,D")
    assert alone(term) == [], "the rota says otherwise now"


@pytest.mark.parametrize("who", [SPARE, FACILITATOR])
def test_a_list_that_brings_somebody_to_another_site_is_looked_at(term: Term, who: str) -> None:
    """Gil comes to where Fay works, or she goes to where he does."""
    there = {SPARE: "north", FACILITATOR: "south"}
    line = person_line(
        who.replace(".", " ").title(), role="faculty", stage="", models="near-peer", site=there[who], capacity="2"
    )
    with term.database.writing() as db:
        people_import.import_people(db, term.coordinator(), term.programme_id, people_csv(line), clock.now())
    [trouble] = [each for each in troubles(term) if each.kind is TroubleKind.SAFETY]
    assert set(trouble.people) == {"Fay Lantern", "Cleo Thistle"}


def test_company_that_leaves_the_programme_is_missed_at_once(term: Term) -> None:
    with term.database.writing() as db:
        leave(db, term.actor(SPARE), term.programme_id, clock.now())
    assert {each.kind for each in troubles(term)} == {TroubleKind.SAFETY}


def test_on_the_day_of_the_move_it_is_looked_at_without_anybody_changing_anything(
    term: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves = term.session("g2", 1).starts_at
    with term.database.writing() as db:
        north = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == term.programme_id, SiteRow.key == "north"))
        who = (term.programme_id, term.id_of(SPARE), north.one(), moves.date())
        change_site(db, term.coordinator(), *who, clock.now(), "Europe/London")
    assert alone(term) == [term.session("g2", round_).id for round_ in (1, 2)]
    monkeypatch.setattr(clock, "now", lambda: moves - timedelta(hours=2))
    with term.database.writing() as db:
        bring_up_to_date(db, everything(term.programme_id, clock.now()))
    assert {each.kind for each in troubles(term)} == {TroubleKind.SAFETY}, "of the group, from now on"
