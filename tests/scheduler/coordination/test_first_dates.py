"""A group that people formed themselves gets its dates at once: around everything published, by the same checks, and
with one answer where it gets none."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, func, select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.availability.entries import pause
from scheduler.bookings.tables import BookedPersonRow
from scheduler.coordination.first_dates import DATED, date_now, no_dates
from scheduler.coordination.model import EndGroup
from scheduler.coordination.service import carry_out
from scheduler.errors import NotFound, NotPossible
from scheduler.joining.tables import AnswerRow
from scheduler.own_groups.service import SelfFormedGroup, join_group, start_group
from scheduler.people.model import OPERATOR
from scheduler.people.tables import RelationRow, WishRow
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow
from scheduler.programmes.model import Conduct
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.service import own_groups
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.builders import change_conduct, publish
from tests.scheduler.own_groups.test_service import plan_as_it_is
from tests.scheduler.sessions.term import LEFT_OVER, NEAR_PEERS, PEERS, SPARE, Term

ADA, BEN, *_ = PEERS
CLEO = NEAR_PEERS[0]


@pytest.fixture
def several(term: Term) -> Term:
    """The term, with rules that allow several groups."""
    with term.database.writing() as db:
        change_conduct(db, term.coordinator(), term.programme_id, Conduct(several_groups=True), clock.now())
    return term


def formed(term: Term, *names: str, mode: str = "video") -> SelfFormedGroup:
    first, *others = names
    with term.database.writing() as db:
        begun = start_group(db, term.actor(first), term.programme_id, "Friday circle", mode, clock.now())
        for name in others:
            join_group(db, term.actor(name), term.programme_id, begun.code, clock.now())
    return begun


def dated(term: Term, group: SelfFormedGroup, name: str = ADA, now: datetime | None = None) -> int:
    with term.database.writing() as db:
        return date_now(db, term.actor(name), term.programme_id, group.id, now or clock.now())


def refused(term: Term, group: SelfFormedGroup, name: str = ADA) -> str:
    """What is said, with nothing changed."""
    before = counts(term)
    with pytest.raises(NotPossible) as error:
        dated(term, group, name)
    assert counts(term) == before
    return f"{error.value} {error.value.what_to_do}"


def counts(term: Term) -> list[int]:
    tables = (GroupRow, MemberRow, PlannedSessionRow, SessionRow, AttendeeRow, BookedPersonRow, AuditRow)
    with term.database.reading() as db:
        return [db.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_it_has_a_date_a_round_around_all_that_its_people_have(several: Term) -> None:
    begun = formed(several, ADA, BEN, CLEO, SPARE)
    others = [each.starts_at for each in rows(several) if each.group_key != begun.key]
    assert dated(several, begun) == 3
    mine = [each for each in rows(several) if each.group_key == begun.key]
    assert [(each.round, each.extra, each.group_name) for each in mine] == [(n, 0, "Friday circle") for n in range(3)]
    assert all((b.starts_at - a.starts_at).days >= 14 for a, b in pairwise(mine)), "the programme's gap is kept"
    assert not {each.starts_at for each in mine} & set(others), "nobody is asked to be at two at once"
    with several.database.reading() as db:
        names = {group.name for group in own_groups(db, several.actor(ADA))}
        booked = (
            select(func.count())
            .select_from(BookedPersonRow)
            .where(BookedPersonRow.session_id.in_([each.id for each in mine]))
        )
        assert (names, db.scalar(booked)) == ({"Peer group 1", "Friday circle"}, 12)
        row = db.scalars(select(AuditRow).where(AuditRow.action == DATED)).one()
        assert row.actor_id == several.id_of(ADA)
    assert "already has its dates" in refused(several, begun)


def rows(term: Term) -> list[SessionRow]:
    with term.database.reading() as db:
        return list(db.scalars(select(SessionRow).order_by(SessionRow.group_key, SessionRow.round)))


def test_the_next_plan_keeps_it(several: Term) -> None:
    begun = formed(several, ADA, CLEO)
    dated(several, begun, now=clock.now() - timedelta(minutes=1))  # what is changed in the same second counts as later
    dates = [each.starts_at for each in rows(several) if each.group_key == begun.key]
    draft = plan_as_it_is(several)
    with several.database.writing() as db:
        publish(db, several.coordinator(), draft, clock.now())
    live = [each for each in rows(several) if each.group_key == begun.key]
    assert [each.starts_at for each in live] == dates
    assert SessionStatus.CANCELLED not in {each.status for each in live}


def test_only_its_own_people_ask_for_it(several: Term) -> None:
    begun = formed(several, ADA, CLEO)
    for name in (BEN, SPARE):
        with pytest.raises(NotFound):
            dated(several, begun, name)
    with pytest.raises(NotFound), several.database.writing() as db:
        date_now(db, several.coordinator(), several.programme_id, begun.id, clock.now())
    with pytest.raises(NotFound), several.database.writing() as db:
        date_now(db, several.actor(ADA), several.programme_id + 1, begun.id, clock.now())
    assert "only one" in refused(several, formed(several, ADA))


@pytest.mark.parametrize("against", ["relation", "not_with", "never", "no_yes", "away"])
def test_whatever_stands_against_it_the_answer_is_the_same(several: Term, against: str) -> None:
    ada, cleo, spare = (several.id_of(name) for name in (ADA, CLEO, SPARE))
    begun = formed(several, ADA, CLEO, SPARE)
    here = several.programme_id
    if against == "never":
        several.mark("0", CLEO)
    with several.database.writing() as db:
        if against == "relation":
            db.add(RelationRow(programme_id=here, person_id=spare, about_id=ada, kind="prior-complaint"))
        elif against == "not_with":
            db.add(WishRow(programme_id=here, person_id=cleo, about_id=ada, kind="avoid"))
        elif against == "no_yes":
            db.execute(delete(AnswerRow).where(AnswerRow.person_id == cleo))
        elif against == "away":
            pause(db, OPERATOR, here, cleo, clock.now().date(), None, clock.now())
    plain = no_dates()
    assert refused(several, begun) == f"{plain} {plain.what_to_do}"


def test_who_is_in_one_group_only_waits_for_the_plan_that_takes_them_out_of_it(term: Term) -> None:
    begun = formed(term, ADA, LEFT_OVER)
    assert "still in another group" in refused(term, begun)
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), EndGroup(term.programme_id, "g1"), "Agreed", clock.now())
    assert dated(term, begun) == 3
    with term.database.reading() as db:
        assert db.scalars(select(MemberRow.beside).join(GroupRow).where(GroupRow.key == begun.key)).all() == [False] * 2


def test_a_group_in_person_gets_a_room_at_a_site_of_its_people(several: Term) -> None:
    begun = formed(several, ADA, CLEO, mode="in_person")
    dated(several, begun)
    mine = [each for each in rows(several) if each.group_key == begun.key]
    assert all(each.room_id is not None and each.site_id is not None for each in mine)
