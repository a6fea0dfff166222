"""A programme that begins from another one: its next term, or a copy of what is set in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import update

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.closed_days import ClosedDays
from scheduler.programmes.faults import faults_of
from scheduler.programmes.life import life_of
from scheduler.programmes.model import Programme
from scheduler.programmes.rounds import moved_rounds
from scheduler.programmes.service import create_programme, get_programme, lock_programme
from scheduler.programmes.start import LONGEST_NAME, free_slug
from scheduler.programmes.tables import ProgrammeRow
from scheduler.terms.copies import Copying


@dataclass(frozen=True, slots=True)
class NextTerm:
    """What a next term begins with: its name, its first day, and whether groups go on or are formed anew."""

    name: str
    first_day: date
    keeps_groups: bool


def usual_next_day(programme: Programme, today: date) -> date:
    """The Monday after a programme's last day, or the next one where that has passed."""
    soonest = max(programme.last_day, today) + timedelta(days=1)
    return soonest + timedelta(days=-soonest.weekday() % 7)


def begin_next_term(db: Db, actor: Actor, programme_id: int, wanted: NextTerm, now: datetime) -> int:
    """Begin the term that follows a programme; returns its id.

    Everything set, its sites and rooms, its people with what they said and what is known of them, relations, charter,
    who looks after it and who keeps which rota are taken over; rotas are not. Nobody is planned before they have said
    that they go on.
    """
    before = _begin_from(db, actor, programme_id, wanted.name, wanted.first_day, now)
    if (following := life_of(db, programme_id, now).followed_by) is not None:
        raise NotPossible(
            say("The next term has already begun: %(name)s.", name=following[1]),
            what_to_do=say("Begin the term after that one from its own page."),
        )
    after = create_programme(db, actor, _moved(db, before, wanted.name, wanted.first_day), now)
    db.execute(
        update(ProgrammeRow)
        .where(ProgrammeRow.id == after)
        .values(follows_id=programme_id, keeps_groups=wanted.keeps_groups)
    )
    copying = Copying.between(db, programme_id, after, now)
    copying.settings(only_joined=True)
    copying.offices(but=actor.person_id)
    people = copying.people(wanted.first_day)
    if wanted.keeps_groups:
        copying.groups()
    db.flush()
    note(db, Fact.PEOPLE, after, now)
    record(db, actor, "term.begun", now, after, follows=programme_id, people=len(people), kept=wanted.keeps_groups)
    return after


def copy_programme(db: Db, actor: Actor, programme_id: int, name: str, first_day: date, now: datetime) -> int:
    """Begin a programme with all that is set in another, and none of its people but the actor; returns its id."""
    before = _begin_from(db, actor, programme_id, name, first_day, now, must_follow=False)
    after = create_programme(db, actor, _moved(db, before, name, first_day), now)
    Copying.between(db, programme_id, after, now).settings(only_joined=False)
    record(db, actor, "programme.copied", now, after, copied=programme_id)
    return after


def _begin_from(
    db: Db, actor: Actor, programme_id: int, name: str, first_day: date, now: datetime, *, must_follow: bool = True
) -> Programme:
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    before = get_programme(db, programme_id)
    ended = life_of(db, programme_id, now).has_ended
    if faults := tuple(_faults(name, first_day, before, now, must_follow=must_follow and not ended)):
        raise Rejected(say("Please check the fields marked below."), faults)
    return before


def _faults(name: str, first_day: date, before: Programme, now: datetime, *, must_follow: bool) -> Iterable[Fault]:
    if not name.strip():
        yield Fault("name", say("Give the programme a name."))
    elif len(name) > LONGEST_NAME:
        yield Fault("name", say("Shorten the name to %(most)s characters.", most=LONGEST_NAME))
    if first_day < now.date():
        yield Fault("first_day", say("Choose a day from today on."))
    elif must_follow and first_day <= before.last_day:
        yield Fault("first_day", say("This term goes on until then. Choose a day after its last one."))


def _moved(db: Db, before: Programme, name: str, first_day: date) -> Programme:
    """The programme as it is, with another name and its rounds from another first day on. Raises ``Rejected`` where
    that day is the fault: the form has no rounds that could be corrected."""
    name = " ".join(name.split())
    closed = _still_to_come(before.closed, first_day)
    moved = replace(
        before,
        id=0,
        slug=free_slug(db, name),
        name=name,
        rounds=moved_rounds(before, first_day, closed),
        closed=closed,
    )
    if faults := tuple(faults_of(moved)):
        said = dict.fromkeys(fault.text for fault in faults)
        elsewhere = say(
            "Choose another first day, or first change the rounds and closed days of the programme you start from."
        )
        raise Rejected(
            say("Please check the fields marked below."), (Fault("first_day", " ".join((*said, elsewhere))),)
        )
    return moved


def _still_to_come(closed: ClosedDays, first_day: date) -> ClosedDays:
    days_off = tuple(each for each in closed.days_off if each.last_day >= first_day)
    return replace(closed, days_off=days_off, kept_open=frozenset(d for d in closed.kept_open if d >= first_day))
