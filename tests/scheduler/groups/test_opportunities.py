"""Opportunities: posted to a whole group by who facilitates it, and read by all of it at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.groups.model import Opportunity
from scheduler.groups.opportunities import MOST_OPEN, OPEN_FOR, opportunities, post_opportunity, take_down
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR, Actor
from scheduler.people.tables import FacilitatorPauseRow
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import MemberRow
from scheduler.settings import Settings
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term

CLEO, EVE = NEAR_PEERS[:2]
SETTINGS = Settings("unused", "k" * 40, base_url="https://rounds.example.org")
SOON = timedelta(days=30)


def post(term: Term, db: Db, actor: Actor, group: str = "g2", days: timedelta = SOON, text: str = "A course") -> int:
    now = clock.now()
    return post_opportunity(db, SETTINGS, actor, term.programme_id, group, text, now.date() + days, now)


def read(term: Term, db: Db, actor: Actor, group: str = "g2", later: timedelta = timedelta(0)) -> list[Opportunity]:
    found = opportunities(db, actor, [(term.programme_id, group)], clock.now() + later)
    return list(found[term.programme_id, group])


def test_everybody_in_the_group_reads_it_and_is_mailed_at_the_same_moment(term: Term) -> None:
    with term.database.writing() as db:
        before = set(db.scalars(select(MailRow.id)))
        told = post(term, db, term.actor(FACILITATOR), text="A fellowship, open to all")
        for name in NEAR_PEERS:
            [found] = read(term, db, term.actor(name))
            assert (found.text, found.posted_by, found.is_own) == ("A fellowship, open to all", "Fay Lantern", False)
        mails = db.scalars(select(MailRow).where(MailRow.id.not_in(before))).all()
        assert sorted(each.address for each in mails) == sorted(f"{name}@example.org" for name in NEAR_PEERS)
        assert told == len(NEAR_PEERS)
        assert len({(each.created_at, each.next_try_at) for each in mails}) == 1
        lines = db.scalars(select(AuditRow).where(AuditRow.action == "opportunity.posted")).all()
        assert [line.details for line in lines] == [{"group": "g2"}], "no words"
        assert not read(term, db, term.actor(NEAR_PEERS[0]), later=SOON + timedelta(days=2)), "it has its last day"


def test_nobody_else_posts_reads_or_takes_down(term: Term) -> None:
    with term.database.writing() as db:
        post(term, db, term.actor(FACILITATOR))
        [found] = read(term, db, term.actor(FACILITATOR))
        outsiders = (term.actor(PEERS[0]), term.actor(SPARE), term.coordinator(), OPERATOR)
        for actor in outsiders:
            with pytest.raises(NotFound):
                read(term, db, actor)
        for actor in (term.actor(CLEO), *outsiders):
            for act in (lambda who: post(term, db, who), lambda who: take_down(db, who, found.id, clock.now())):
                with pytest.raises(NotFound):
                    act(actor)
        with pytest.raises(NotFound):
            post(term, db, term.actor(FACILITATOR), group="g1")
        take_down(db, term.actor(FACILITATOR), found.id, clock.now())
        assert not read(term, db, term.actor(CLEO))
        with pytest.raises(NotFound):
            take_down(db, term.actor(FACILITATOR), found.id, clock.now())


def test_an_offer_to_one_person_or_without_end_is_none(term: Term) -> None:
    fay = term.actor(FACILITATOR)
    with term.database.writing() as db:
        for days in (timedelta(days=-2), OPEN_FOR + timedelta(days=2)):
            with pytest.raises(Rejected):
                post(term, db, fay, days=days)
        with pytest.raises(Rejected):
            post(term, db, fay, text=" ")
        for _ in range(MOST_OPEN):
            post(term, db, fay)
        with pytest.raises(NotPossible):
            post(term, db, fay)
        others = select(func.min(MemberRow.person_id)).where(MemberRow.person_id == term.id_of(CLEO))
        is_other = (MemberRow.role == MemberRole.RESIDENT, MemberRow.person_id.not_in(others.scalar_subquery()))
        db.execute(delete(MemberRow).where(*is_other))
        db.expire_all()
        with pytest.raises(NotPossible, match="only one resident"):
            post(term, db, fay)


def pause(term: Term, db: Db) -> None:
    row = FacilitatorPauseRow(programme_id=term.programme_id, person_id=term.id_of(FACILITATOR), since=clock.now())
    db.add(row)


def replace(term: Term, db: Db) -> None:
    own = MemberRow.person_id == term.id_of(FACILITATOR)
    db.execute(update(MemberRow).where(own).values(person_id=term.id_of(SPARE)))


@pytest.mark.parametrize("change", [pause, replace])
def test_it_goes_with_whoever_posted_it(term: Term, change: Callable[[Term, Db], None]) -> None:
    with term.database.writing() as db:
        post(term, db, term.actor(FACILITATOR))
        change(term, db)
    with term.database.writing() as db:
        assert not read(term, db, term.actor(CLEO))
        with pytest.raises(NotFound):
            post(term, db, term.actor(FACILITATOR))
