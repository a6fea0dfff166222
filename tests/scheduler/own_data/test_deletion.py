"""Deleting everything about a person, on both databases: what is published goes on, and others keep what is theirs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.chain import verify
from scheduler.availability.tables import OwnMarkRow
from scheduler.consequences import bring_up_to_date, everything
from scheduler.db import Database
from scheduler.enrolment.person_merge import merge_people
from scheduler.errors import NotFound
from scheduler.groups.tables import GoalRow, ThanksRow
from scheduler.own_data.deletion import DELETABLE, delete_everything, delete_kind
from scheduler.own_data.held import own_data
from scheduler.own_data.model import Kind
from scheduler.people.model import Actor
from scheduler.people.tables import ParticipantRow, PersonRow, WishRow
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.runs import start_run
from scheduler.plans.model import RunState
from scheduler.plans.tables import MemberRow, RunRow
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, PEERS, Term, a_term


def erased(term: Term, name: str) -> None:
    with term.database.writing() as db:
        delete_everything(db, term.actor(name), term.id_of(name), clock.now())


def test_a_group_goes_on_without_a_resident_and_without_its_facilitator(storage: Database) -> None:
    term = a_term(storage)
    with storage.reading() as db:
        before = set(db.scalars(select(SessionRow.id)))
    for name in (PEERS[0], FACILITATOR):
        erased(term, name)
    with storage.writing() as db:
        assert bring_up_to_date(db, everything(term.programme_id, clock.now())).nothing, "all of it followed at once"
    with storage.reading() as db:
        assert set(db.scalars(select(SessionRow.id))) == before
        gone = {term.id_of(PEERS[0]), term.id_of(FACILITATOR)}
        assert not gone & set(db.scalars(select(MemberRow.person_id)))
        assert not gone & set(db.scalars(select(AttendeeRow.person_id)))
        assert set(db.scalars(select(PersonRow.name).where(PersonRow.id.in_(gone)))) == {"—"}
        assert verify(db).broken == ()
        build_instance(db, term.programme_id, clock.now())


def test_a_merged_entry_goes_with_the_one_that_stayed(database: Database) -> None:
    term = a_term(database)
    stays, goes = term.id_of(PEERS[0]), term.id_of(LEFT_OVER)
    with database.writing() as db:
        merge_people(db, term.coordinator(), term.programme_id, stays, goes, clock.now())
    with database.reading() as db:
        assert "Zoe Left" in set(db.scalars(select(PersonRow.name))), "plans of the past can be read"
    erased(term, PEERS[0])
    with database.reading() as db:
        assert not {"Zoe Left", "Ada Quill"} & set(db.scalars(select(PersonRow.name)))
        assert verify(db).broken == ()


def test_each_kind_that_may_be_deleted_is_gone_and_its_dates_stay(database: Database) -> None:
    term = a_term(database)
    who = term.actor(PEERS[1])
    of = {"programme_id": term.programme_id, "person_id": who.person_id}
    start = clock.now() + timedelta(days=60)
    with database.writing() as db:
        db.add(OwnMarkRow(**of, starts_at=start, ends_at=start + timedelta(hours=1), mark="2", one_start=False))
        db.add(GoalRow(**of, text="Sleep", shared=False, created_at=start))
        db.add(ThanksRow(programme_id=term.programme_id, person_id=term.id_of(FACILITATOR), signed_by=who.person_id,
                         text="Merci", day=start.date()))  # fmt: skip
    with database.reading() as db:
        sessions = {row.id: row.starts_at for row in db.scalars(select(SessionRow))}
        assert own_data(db, who).count(Kind.OWN_TIME), "people said when they can come"
    for kind in DELETABLE:
        with database.writing() as db:
            delete_kind(db, who, kind, clock.now() + timedelta(seconds=1))
    with database.reading() as db:
        data = own_data(db, who)
        assert [kind for kind in DELETABLE if data.count(kind)] == []
        assert data.count(Kind.YOU) == 1
        thanks = db.scalars(select(ThanksRow)).one()
        assert (thanks.text, thanks.signed_by) == ("Merci", None), "they are the facilitator's"
        assert {row.id: row.starts_at for row in db.scalars(select(SessionRow))} == sessions


def people_asked(term: Term) -> dict[str, dict[str, Any]]:
    """People as the problem of the last run has them."""
    with term.database.reading() as db:
        text = db.scalars(select(RunRow.instance).order_by(RunRow.id.desc())).first()
    return {person["id"]: person for person in json.loads(text or "")["people"]}


def test_earlier_problems_forget_it_too(database: Database) -> None:
    term = a_term(database)
    ada, ben = term.actor(PEERS[0]), term.actor(PEERS[1])
    with database.writing() as db:
        for who, about, kind in ((ada, ben, "want"), (ada, term.actor(LEFT_OVER), "avoid"), (ben, ada, "want")):
            of = {"programme_id": term.programme_id, "person_id": who.person_id, "about_id": about.person_id}
            db.add(WishRow(**of, kind=kind))
        mine = (ParticipantRow.programme_id == term.programme_id, ParticipantRow.person_id == ada.person_id)
        db.execute(update(ParticipantRow).where(*mine).values(tags=["night owl"], company=["night owl"]))
        start_run(db, term.coordinator(), term.programme_id, clock.now())
    with database.writing() as db:
        db.execute(update(RunRow).values(state=RunState.DONE, finished_at=clock.now()))
    keys = [person_key(each.person_id or 0) for each in (ada, ben)]
    before = people_asked(term)
    assert (before[keys[0]]["wants"], before[keys[0]]["tags"]) == ([keys[1]], ["night owl"])
    for kind in (Kind.WISHES, Kind.CIRCUMSTANCES):
        with database.writing() as db:
            delete_kind(db, ada, kind, clock.now())
    after = people_asked(term)
    assert not any(after[keys[0]].get(name) for name in ("wants", "avoids", "choices", "tags", "company"))
    assert after[keys[1]]["wants"] == [keys[0]], "Ben's wish is his"
    erased(term, PEERS[0])
    assert not any(
        keys[0] in person.get(name, ()) for person in people_asked(term).values() for name in ("wants", "avoids")
    )


def test_the_product_itself_has_nothing_held_on_it(database: Database) -> None:
    with database.reading() as db, pytest.raises(NotFound, match="find that person"):
        own_data(db, Actor(None, "the product"))
