"""Writes a whole made-up teaching hospital to a folder, as the files that a coordinator would be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.demo import csv_lists
from scheduler.demo.patterns import COMMUNITY, MEDICINE, SURGERY, Department, rota_line
from scheduler.demo.people import Staff, make_staff
from scheduler.demo.term import ROUNDS, WEEKS_A_ROUND, demo_programme
from scheduler.demo.workbooks import Rota, write_dates_across, write_dates_down, write_long_form
from scheduler.programmes.model import Programme

_WRITERS = ((MEDICINE, write_dates_across), (SURGERY, write_dates_down), (COMMUNITY, write_long_form))


@dataclass(frozen=True, slots=True)
class RotaFile:
    """A workbook, the rota's name and the key of the site whose clocks it is written by."""

    name: str
    site: str
    path: Path


@dataclass(frozen=True, slots=True)
class Hospital:
    """The files of a hospital, and the programme that they are for."""

    programme: Programme
    people: Path
    relations: Path
    clinics: Path
    rooms: Path
    rotas: tuple[RotaFile, ...]


def write_hospital(folder: Path, today: date, residents: int = 60, seed: int = 2027) -> Hospital:
    """Make a hospital of so many residents (8 or more) and write its files; the same for the same arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    programme = demo_programme(today, residents)
    staff = make_staff(residents, [site.key for site in programme.sites], ROUNDS * WEEKS_A_ROUND, seed)
    hospital = Hospital(
        programme=programme,
        people=folder / "people.csv",
        relations=folder / "relations.csv",
        clinics=folder / "clinics.csv",
        rooms=folder / "rooms.csv",
        rotas=tuple(_rota_file(folder, programme, department, staff) for department, _ in _WRITERS),
    )
    csv_lists.write_people(hospital.people, staff)
    csv_lists.write_relations(hospital.relations, staff)
    csv_lists.write_clinics(hospital.clinics, staff)
    csv_lists.write_rooms(hospital.rooms, programme.sites, residents)
    for (department, write), file in zip(_WRITERS, hospital.rotas, strict=True):
        write(_rota(programme, department, staff), file.path)
    return hospital


def _rota_file(folder: Path, programme: Programme, department: Department, staff: Staff) -> RotaFile:
    sites = {
        person.site
        for person, posting in zip(staff.residents, staff.postings, strict=True)
        if posting.department is department
    }
    site = next((key.key for key in programme.sites if key.key in sites), programme.sites[0].key)
    return RotaFile(department.name, site, folder / f"rota-{department.key}.xlsx")


def _rota(programme: Programme, department: Department, staff: Staff) -> Rota:
    days = (programme.last_day - programme.first_day).days + 1
    lines = {
        posting.name: rota_line(department, posting.position, programme.first_day, days, posting.absences)
        for posting in staff.postings
        if posting.department is department
    }
    return Rota(department, programme.first_day, days, lines)
