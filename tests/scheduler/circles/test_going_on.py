"""A circle goes on in the next term for those who say so there, and for nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.circles.going_on import earlier_circles, go_on
from scheduler.circles.model import Circle
from scheduler.circles.service import leave_circle, own_circle, start_circle, write_charter
from scheduler.circles.tables import CircleMemberRow, CircleRow
from scheduler.db import Database
from scheduler.enrolment.people_import import import_people
from scheduler.errors import NotFound, NotPossible
from scheduler.mail.tables import MailRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import RelationRow, RoleRow
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from tests.builders import change_conduct, people_csv, programme, world
from tests.scheduler.circles.test_service import ADA, BEN, CAT, DAN, begun, offer
from tests.scheduler.sessions.term import PEOPLE, Term, a_term


@pytest.fixture
def terms(database: Database) -> tuple[Term, int]:
    """A published term and the next one, with the same people; circles are offered in both."""
    term = a_term(database)
    offer(term, circles=True)
    after = world(database, programme(slug="next", name="Next term"))
    with database.writing() as db:
        import_people(db, after.coordinator, after.programme_id, people_csv(*PEOPLE), clock.now())
        db.get_one(ProgrammeRow, after.programme_id).follows_id = term.programme_id
    with database.writing() as db:
        conduct = replace(get_programme(db, after.programme_id).conduct, circles=True)
        change_conduct(db, after.coordinator, after.programme_id, conduct, clock.now())
    return term, after.programme_id


def in_both(term: Term, name: str, after: int, *more: tuple[int, Role]) -> Actor:
    roles = {(term.programme_id, Role.RESIDENT), (after, Role.RESIDENT), *more}
    return Actor(term.id_of(name), name, frozenset(roles))


def goes_on(term: Term, name: str, after: int, circle: Circle) -> Circle:
    with term.database.writing() as db:
        return go_on(db, in_both(term, name, after), after, circle.id, clock.now())


def offered_to(term: Term, name: str, after: int) -> list[str]:
    with term.database.reading() as db:
        return [each.name for each in earlier_circles(db, in_both(term, name, after), after)]


def test_nobody_is_in_it_who_has_not_said_so_and_nobody_hears_who_does(terms: tuple[Term, int]) -> None:
    term, after = terms
    old = begun(term, ADA, BEN, CAT)
    with term.database.writing() as db:
        write_charter(db, term.actor(ADA), old.id, "Stays here.", "Room 4")
        mails = db.scalars(select(MailRow.id)).all()
        lines = db.scalars(select(AuditRow.id)).all()
    assert [offered_to(term, name, after) for name in (ADA, BEN, DAN)] == [[old.name], [old.name], []]
    new = goes_on(term, ADA, after, old)
    assert (new.programme_id, new.name, new.members) == (after, old.name, ("Ada Quill",))
    assert (new.charter, new.meetings, new.contacts) == ("", (), ())
    assert new.code != old.code
    with term.database.reading() as db:
        assert db.scalars(select(MailRow.id)).all() == mails
        assert db.scalars(select(AuditRow.id)).all() == lines
        for name in (BEN, CAT):
            with pytest.raises(NotFound):
                own_circle(db, in_both(term, name, after), new.id, clock.now())
    assert [offered_to(term, name, after) for name in (ADA, BEN)] == [[], [old.name]]
    assert goes_on(term, BEN, after, old).members == ("Ada Quill", "Ben Marrow")
    assert goes_on(term, BEN, after, old).members == ("Ada Quill", "Ben Marrow"), "twice is once"
    assert goes_on(term, CAT, after, old).id == new.id


def test_who_was_not_in_it_any_more_or_may_not_have_circles_is_asked_nothing(terms: tuple[Term, int]) -> None:
    term, after = terms
    old = begun(term, ADA, BEN)
    with term.database.writing() as db:
        leave_circle(db, term.actor(BEN), old.id, clock.now())
    runs = in_both(term, ADA, after, (after, Role.COORDINATOR))
    only_old = term.actor(ADA)
    strangers = (in_both(term, BEN, after), in_both(term, DAN, after), runs, only_old, term.coordinator())
    with term.database.writing() as db:
        for other in strangers:
            assert earlier_circles(db, other, after) == ()
            with pytest.raises(NotFound):
                go_on(db, other, after, old.id, clock.now())
        ada = in_both(term, ADA, after)
        for programme_id, circle_id in ((term.programme_id, old.id), (after, old.id + 1)):
            with pytest.raises(NotFound):
                go_on(db, ada, programme_id, circle_id, clock.now())
        elsewhere = start_circle(db, ada, after, "Another", "", clock.now())
        with pytest.raises(NotFound):
            go_on(db, ada, after, elsewhere.id, clock.now())
        assert [each.name for each in earlier_circles(db, ada, after)] == [old.name]


def test_who_has_power_over_one_who_went_on_hears_no_reason(terms: tuple[Term, int]) -> None:
    term, after = terms
    old = begun(term, ADA, BEN)
    goes_on(term, ADA, after, old)
    with term.database.writing() as db:
        db.add(
            RelationRow(
                programme_id=after, person_id=term.id_of(BEN), about_id=term.id_of(ADA), kind="supervises",
                first_day=None, last_day=None,
            )
        )  # fmt: skip
    with pytest.raises(NotPossible, match="can’t go on with this circle here"):
        goes_on(term, BEN, after, old)


def test_who_comes_to_run_the_next_term_does_not_go_on_under_another_login(terms: tuple[Term, int]) -> None:
    term, after = terms
    old = begun(term, ADA, BEN)
    goes_on(term, ADA, after, old)
    with term.database.writing() as db:
        db.add(RoleRow(programme_id=after, person_id=term.id_of(BEN), role=Role.COORDINATOR))
    with pytest.raises(NotPossible):
        goes_on(term, BEN, after, old)


def test_the_old_one_may_end_and_the_new_one_stays(terms: tuple[Term, int]) -> None:
    term, after = terms
    old = begun(term, ADA)
    new = goes_on(term, ADA, after, old)
    with term.database.writing() as db:
        leave_circle(db, term.actor(ADA), old.id, clock.now())
    with term.database.reading() as db:
        assert db.get_one(CircleRow, new.id).follows_id is None
        assert db.scalars(select(CircleMemberRow.circle_id)).all() == [new.id]
