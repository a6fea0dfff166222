"""The made-up hospital, read back by the product's own readers."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.demo.hospital import Hospital, write_hospital
from scheduler.demo.names import MOST_RESIDENTS, faculty_name, resident_name
from scheduler.demo.term import demo_programme
from scheduler.enrolment.people_lists import ListedPerson, read_people, read_relations
from scheduler.lists import read_lines
from scheduler.rotas.model import DutyKind, ReadRota
from scheduler.rotas.reading.reader import read_rota

A_DAY = date(2027, 3, 10)


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    """One of sixty residents."""
    return write_hospital(tmp_path_factory.mktemp("hospital"), A_DAY, residents=60)


@pytest.fixture(scope="module")
def rotas(hospital: Hospital) -> list[ReadRota]:
    """Its rotas as they are understood."""
    return read_rotas(hospital, A_DAY)


def read_rotas(hospital: Hospital, today: date) -> list[ReadRota]:
    return [read_rota(file.path.read_bytes(), file.path.name, today=today) for file in hospital.rotas]


def listed(hospital: Hospital) -> tuple[ListedPerson, ...]:
    sites = [site.key for site in hospital.programme.sites]
    return read_people(hospital.people.read_bytes(), sites, [model.key for model in hospital.programme.models])


def residents(hospital: Hospital) -> list[ListedPerson]:
    return [person for person in listed(hospital) if person.kind == "resident"]


def test_its_people_are_as_many_as_asked_for_and_have_names_of_their_own(hospital: Hospital) -> None:
    people = listed(hospital)
    assert len(residents(hospital)) == 60
    assert len(people) - 60 >= 10
    assert len({person.name for person in people}) == len({person.email for person in people}) == len(people)
    assert {person.email.rpartition("@")[2] for person in people} == {"example.org"}


def test_nobody_chooses_a_senior_whom_a_relation_rules_out(hospital: Hospital) -> None:
    tied = {(relation.person, relation.about) for relation in read_relations(hospital.relations.read_bytes())}
    choices = [(choice, person.email) for person in listed(hospital) for choice in person.choices]
    assert choices
    assert not tied.intersection(choices)


def test_every_resident_has_a_supervisor(hospital: Hospital) -> None:
    relations = read_relations(hospital.relations.read_bytes())
    supervised = {relation.about for relation in relations if relation.kind == "supervises"}
    assert supervised == {person.email for person in residents(hospital)}


def test_the_rotas_leave_no_question_open(rotas: list[ReadRota]) -> None:
    assert [rota.questions for rota in rotas] == [(), (), ()]
    assert {duty.kind for rota in rotas for duty in rota.duties} == set(DutyKind) - {DutyKind.UNKNOWN}


def test_the_rotas_are_in_three_layouts_and_cover_every_resident_and_the_whole_term(
    hospital: Hospital, rotas: list[ReadRota]
) -> None:
    assert [rota.layout for rota in rotas] == ["A", "B", "long"]
    assert sorted(name for rota in rotas for name in rota.people) == sorted(p.name for p in residents(hospital))
    span = (hospital.programme.first_day, hospital.programme.last_day)
    assert {(rota.first_day, rota.last_day) for rota in rotas} == {span}


def test_each_rota_is_written_by_the_clocks_of_its_doctors_site(hospital: Hospital, rotas: list[ReadRota]) -> None:
    site_of = {person.name: person.site for person in residents(hospital)}
    for file, rota in zip(hospital.rotas, rotas, strict=True):
        assert {site_of[name] for name in rota.people} == {file.site}


def spans(rota: ReadRota) -> Iterator[list[tuple[DutyKind, timedelta]]]:
    """For each doctor, the kind of every duty in the house and the time until the next one begins."""
    worked = defaultdict(list)
    for duty in rota.duties:
        if duty.start and duty.end and duty.kind is not DutyKind.NON_RESIDENT_ON_CALL:
            worked[duty.person].append((duty.start, duty.end, duty.kind))
    for duties in worked.values():
        yield [(kind, following - end) for (_, end, kind), (following, _, _) in pairwise(sorted(duties))]


def test_the_rotas_keep_the_rest_rules(rotas: list[ReadRota]) -> None:
    rests = [rest for rota in rotas for doctor in spans(rota) for rest in doctor]
    assert all(rest >= timedelta(hours=11) for _, rest in rests)
    after_nights = [rest for kind, rest in rests if kind is DutyKind.NIGHT and rest > timedelta(hours=12)]
    assert after_nights
    assert min(after_nights) >= timedelta(hours=46)


def test_everybody_has_leave_and_somebody_works_part_time(rotas: list[ReadRota]) -> None:
    on_leave = {duty.person for rota in rotas for duty in rota.duties if duty.kind is DutyKind.LEAVE}
    part_time = Counter(duty.person for rota in rotas for duty in rota.duties if duty.code == "PT")
    assert len(on_leave) == 60
    assert 3 <= len(part_time) <= 15


def test_the_clinics_and_rooms_name_only_people_and_sites_that_exist(hospital: Hospital) -> None:
    clinics = read_lines(hospital.clinics.read_bytes(), ("person", "weekday", "start", "end", "kind"), "list")
    rooms = read_lines(hospital.rooms.read_bytes(), ("site", "room"), "list")
    assert {line.text("person") for line in clinics} == {p.email for p in listed(hospital) if p.kind == "faculty"}
    assert {line.text("site") for line in rooms} == {site.key for site in hospital.programme.sites}


def test_the_same_arguments_make_the_same_hospital_and_another_seed_another(tmp_path: Path) -> None:
    made = [write_hospital(tmp_path / name, A_DAY, 12, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    people = [hospital.people.read_text() for hospital in made]
    assert people[0] == people[1] != people[2]
    first, second, third = (read_rotas(hospital, A_DAY) for hospital in made)
    assert first == second != third


@pytest.mark.parametrize("size", [8, 100, 240])
def test_hospitals_of_other_sizes_read_as_well(tmp_path: Path, size: int) -> None:
    hospital = write_hospital(tmp_path, A_DAY, size)
    read = read_rotas(hospital, A_DAY)
    assert sorted(name for rota in read for name in rota.people) == sorted(p.name for p in residents(hospital))
    assert not any(rota.questions for rota in read)
    assert len(hospital.programme.sites) == (3 if size >= 100 else 2)


@given(st.dates(date(2024, 1, 1), date(2060, 1, 1)))
def test_the_term_begins_on_a_monday_with_four_to_five_weeks_notice(today: date) -> None:
    programme = demo_programme(today, 60)
    assert programme.first_day.weekday() == 0
    assert timedelta(weeks=4) <= programme.first_day - today < timedelta(weeks=5)
    assert programme.last_day - programme.first_day == timedelta(weeks=24, days=-1)


def test_no_two_people_share_a_name_as_long_as_names_last() -> None:
    names = [resident_name(number) for number in range(MOST_RESIDENTS)]
    names += [faculty_name(number) for number in range(MOST_RESIDENTS // 5)]
    assert len(set(names)) == len(names)
