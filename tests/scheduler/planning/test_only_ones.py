"""Who is the only one at their site is recognised from the records and put with others like them first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.db import Database
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.errors import NotAllowed
from scheduler.people.model import Role
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.known_to import KnownTo
from scheduler.planning.only_ones import count_only_ones
from scheduler.programmes.model import Conduct
from solvers.instance import Instance, Weights
from solvers.referee import check
from solvers.solution import Solution
from tests.builders import NOW, actor, people_csv, person_line, programme, set_marks, world
from tests.solvers.builders import a_group

LINES = (
    person_line("Ada", stage="1", site="north", specialty="Surgery"),
    person_line("Bo", stage="1", site="north", specialty="surgery "),
    person_line("Cy", stage="1", site="south", specialty="Surgery"),
    person_line("Di", stage="2", site="north"),
    person_line("Fay", role="faculty", stage="", site="north", models="near-peer"),
    person_line("Gus", role="faculty", stage="", site="south", models="near-peer"),
)


def built(
    database: Database, *lines: str, on: bool, known_to: KnownTo = KnownTo.PLANNER
) -> tuple[Instance, dict[str, str]]:
    here = world(database, replace(programme(slug=f"only-{known_to}-{int(on)}"), conduct=Conduct(isolated_first=on)))
    with database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people_csv(*lines), NOW)
        ids = person_ids_by_address(db, here.programme_id)
    set_marks(here, dict.fromkeys(ids.values(), "2"))
    with database.writing() as db:
        assert count_only_ones(db, here.coordinator, here.programme_id) == 2
        with pytest.raises(NotAllowed):
            count_only_ones(db, actor(1, here.programme_id, Role.RESIDENT), here.programme_id)
        names = {mail.split("@")[0]: person_key(id_) for mail, id_ in ids.items()}
        return build_instance(db, here.programme_id, NOW, known_to=known_to), names


def points(instance: Instance, residents: str, leads: str) -> int:
    """What a group of these people is worth by the wishes for somebody alike and somebody different."""
    only = replace(Weights(**{name: 0 for name in Weights.__slots__ if name != "attend"}, attend={}), like=1, unlike=1)
    group = replace(a_group(residents, facilitators=(leads,)), model="near-peer", mode="video", sessions=())
    return check(replace(instance, weights=only), Solution(instance.name, (group,))).score


def test_they_count_with_others_of_what_they_lack_and_a_facilitator_from_elsewhere(database: Database) -> None:
    instance, names = built(database, *LINES, on=True)
    by_id = {person.id: person for person in instance.residents}
    assert {name for name in ("ada", "bo", "cy", "di") if by_id[names[name]].like} == {"cy", "di"}
    ada, cy, di, fay, gus = (names[name] for name in ("ada", "cy", "di", "fay", "gus"))
    assert points(instance, f"{ada} {cy}", fay) == 3, "grade and specialty alike, and Fay works elsewhere"
    assert points(instance, f"{ada} {cy}", gus) == 2, "Gus works where Cy does"
    assert points(instance, f"{di} {cy}", gus) == 1, "nobody is like either, and Gus works elsewhere than Di"
    assert points(instance, f"{ada} {names['bo']}", gus) == 0, "they have each other"


def test_nothing_of_it_shows_to_anybody_and_nothing_happens_where_it_is_not_asked_for(database: Database) -> None:
    off, _ = built(database, *LINES, on=False)
    assert not any(person.like or person.unlike or person.traits for person in off.residents)
    assert not any(person.traits for person in off.faculty)
    shown, _ = built(database, *LINES, on=True, known_to=KnownTo.COORDINATOR)
    assert not any(person.like or person.unlike for person in shown.residents)
