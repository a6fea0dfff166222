"""Programmes begun from a template: what each says of itself holds, and everybody who fits it is planned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from scheduler.availability import entries
from scheduler.availability.model import Weekly
from scheduler.db import Database
from scheduler.demo.people import MadeUp, make_staff
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.errors import Rejected
from scheduler.joining.answers import agree
from scheduler.people.model import OPERATOR, Role
from scheduler.planning.instance_builder import build_instance
from scheduler.programmes.model import Differing, Programme, days_of
from scheduler.programmes.service import get_programme
from scheduler.programmes.start import Start, begin_programme
from scheduler.programmes.templates import TEMPLATES, Template
from solvers.instance import Instance
from solvers.solve import solve
from solvers.stop import Limits
from tests.builders import NOW, actor, make_ready, people_csv, person_line

RESIDENTS = 12
SITES = ("Lighthouse Infirmary", "Millpond Hospital")
START = Start("Winter mentoring", "London", "GB", date(2027, 1, 4), SITES)
ALL_DAY = tuple(Weekly(weekday, time(7), time(21), "2", "working_hours") for weekday in range(7))


def begun(database: Database, template: Template) -> tuple[Programme, Instance]:
    """The template's programme with a department that suits it; the last of its residents says nothing."""
    with database.writing() as db:
        programme = get_programme(db, begin_programme(db, OPERATOR, template, START, NOW))
        keys = [site.key for site in programme.sites]
        staff = make_staff(RESIDENTS + 1, keys, template.rounds * template.weeks, seed=7)
        lines = [listed(each, template) for each in (*staff.residents, *staff.faculty)]
        import_people(db, OPERATOR, programme.id, people_csv(*lines), NOW)
        ids = person_ids_by_address(db, programme.id)
        silent = staff.residents[-1].email
        for each in (*staff.residents, *staff.faculty):
            who = actor(ids[each.email], programme.id, each.role)
            entries.set_weekly(db, who, programme.id, ALL_DAY, NOW)
            if each.email != silent:
                agree(db, who, programme.id, NOW)
        make_ready(db, OPERATOR, programme.id, [ids[each.email] for each in staff.faculty], NOW)
    with database.reading() as db:
        return programme, build_instance(db, programme.id, NOW)


def listed(person: MadeUp, template: Template) -> str:
    [model] = template.models
    stage = "" if person.role is Role.FACULTY else str(1 if model.spread[1] == 0 else person.stage)
    return person_line(
        person.name, email=person.email, role=person.role.value, site=person.site, stage=stage, models=model.key,
        modes="video", capacity="6" if person.role is Role.FACULTY else "",
    )  # fmt: skip


@pytest.mark.parametrize("template", TEMPLATES, ids=[template.key for template in TEMPLATES])
def test_a_first_session_may_be_on_any_day_of_the_first_round(database: Database, template: Template) -> None:
    programme, _instance = begun(database, template)
    assert programme.first_within_days == days_of(programme.rounds[0])
    if template.key == "four-plus-one":
        assert programme.first_within_days == 35


@pytest.mark.parametrize("template", TEMPLATES, ids=[template.key for template in TEMPLATES])
def test_everybody_who_said_yes_is_planned_by_the_templates_own_rules(database: Database, template: Template) -> None:
    programme, instance = begun(database, template)
    assert len(instance.residents) == RESIDENTS, "one has not said yes"
    found = solve(instance, Limits(seconds=1.5, workers=1))  # what it returns has passed the referee
    assert sum(len(group.residents) for group in found.groups) == RESIDENTS
    assert all(len(group.sessions) == template.rounds for group in found.groups)
    site_of = {person.id: person.site for person in instance.faculty}
    for group in found.groups:
        sites = [site_of[facilitator] for facilitator in group.facilitators]
        assert template.facilitators_differ is Differing.NOTHING or len(set(sites)) == len(sites) == 2
        first = min(instance.slots[session.slot].start.date() for session in group.sessions)
        assert first < programme.first_day + timedelta(days=template.first_within_days)
    assert all(len({week % template.weeks for week in weeks_of(programme, n)}) == template.weeks for n in range(3)), (
        "each week of a cycle is once in every round"
    )
    assert (
        not {slot.start.date() for slot in instance.slots}
        & programme.closed.names(programme.first_day, programme.last_day).keys()
    )
    assert programme.closed.country == "GB"


def weeks_of(programme: Programme, number: int) -> list[int]:
    """The weeks of a round, counted from the term's first."""
    span = programme.rounds[number]
    days = range((span.first_day - programme.first_day).days, (span.last_day - programme.first_day).days + 1, 7)
    return [day // 7 for day in days]


def test_mentors_who_differ_need_two_sites(database: Database) -> None:
    triads = next(each for each in TEMPLATES if each.facilitators_differ is Differing.SITE)
    with pytest.raises(Rejected) as rejected, database.writing() as db:
        begin_programme(db, OPERATOR, triads, replace(START, sites=SITES[:1]), NOW)
    assert [fault.where for fault in rejected.value.faults] == ["sites"]
