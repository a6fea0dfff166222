"""A programme taken out goes in again elsewhere, and what comes out there is the same, file by file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from scheduler.cover.managers import add_manager, set_keepers
from scheduler.db import Database
from scheduler.enrolment.clinics import import_clinics
from scheduler.enrolment.people_import import import_people
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotAllowed, Rejected
from scheduler.exports.archive import archive, restore
from scheduler.exports.archive_files import SETTINGS, read_archive
from scheduler.joining.tables import JoiningRow
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import PersonRow
from scheduler.programme_files.service import preview_file
from scheduler.programmes.closed_days import ClosedDays
from scheduler.programmes.model import Grade
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import SiteRow
from scheduler.releases.tables import RotaManagerRow
from tests.builders import NOW, World, actor, people_csv, person_line, programme, world
from tests.kept import Content, put_back

CLINICS = """person,weekday,start,end,kind,first_day,last_day,except_days
dr.cy@example.org,mon;wed,09:00,13:00,clinic,2027-01-04,,2027-01-11;2027-02-01
dr.cy@example.org,mon,14:00,17:00,clinic,,,
ann@example.org,fri,00:00,23:59,part_time,,,
"""
RELATIONS = "person,about,kind,first_day,last_day\ndr.cy@example.org,ann@example.org,assesses,2027-01-01,\n"


@pytest.fixture
def here(database: Database) -> World:
    grades = (Grade(1, "FY1"), Grade(2, "-PGY 2"), Grade(4, "ST4"))
    made = world(database, programme(grades=grades, closed=ClosedDays(country="GB", region="SCT"), quorum=0.5))
    people = people_csv(
        person_line("@Ann", email="ann@example.org", stage="1", models="peer:3;vertical:2", modes="video;phone"),
        person_line("=1+1", email="sum@example.org", stage="2", interests="+exams;careers", external="prefer"),
        person_line("''-Bo", email="bo@example.org", stage="4", tags="img", company="img", avoids="ann@example.org"),
        person_line("Dr Cy", role="faculty", stage="", models="vertical", capacity="3", site="south"),
    )
    with database.writing() as db:
        import_people(db, made.coordinator, made.programme_id, people, NOW)
        import_relations(db, made.coordinator, made.programme_id, RELATIONS.encode(), NOW)
        import_clinics(db, made.coordinator, made.programme_id, CLINICS.encode(), NOW)
        north = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == made.programme_id)).first()
        for name, email in (("Medical staffing", "rotas@example.org"), ("-Ward 7", "")):
            add_manager(db, made.coordinator, made.programme_id, name, email, NOW)
        offices = dict(db.execute(select(RotaManagerRow.name, RotaManagerRow.id)).all())
        keeps = {(north or 0, ""): offices["Medical staffing"], (north or 0, "Medicine, day"): offices["-Ward 7"]}
        set_keepers(db, made.coordinator, made.programme_id, keeps, NOW)
    return made


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_people_and_rooms_are_taken_out_by_the_names_of_sites_kinds_and_ways(here: World) -> None:
    with here.database.reading() as db:
        files = files_of(archive(db, here.coordinator, here.programme_id))
    people = files["people.csv"].decode("utf-8-sig")
    assert "North Hospital,video;phone,Peer group:3;Facilitated vertical group:2" in people
    assert "South Hospital" in files["people.csv"].decode()
    assert "North Hospital," in files["rooms.csv"].decode("utf-8-sig")


def test_what_is_restored_beside_the_first_has_a_name_of_its_own(here: World) -> None:
    with here.database.reading() as db:
        content = archive(db, here.coordinator, here.programme_id)
    with here.database.writing() as db:
        there = restore(db, OPERATOR, read_archive(OPERATOR, content), NOW)
        assert get_programme(db, there).name == "Spring term (restored)"


def test_out_and_in_elsewhere_is_the_same_programme(here: World, emptiness: Content) -> None:
    with here.database.writing() as db:
        db.get_one(JoiningRow, here.programme_id).code_needed = True
    with here.database.reading() as db:
        content = archive(db, here.coordinator, here.programme_id)
    put_back(here.database, emptiness, "emptiness")
    with here.database.writing() as db:
        there = restore(db, OPERATOR, read_archive(OPERATOR, content), NOW)
        assert set(db.scalars(select(PersonRow.name))) == {"@Ann", "=1+1", "'-Bo", "Dr Cy"}
    with here.database.reading() as db:
        again = archive(db, OPERATOR, there)
    assert files_of(again) == files_of(content)
    assert b"exams" not in files_of(content)["people.csv"], "topics are said to the planner alone"
    assert b"prefer" not in files_of(content)["people.csv"], "and so is who would like a facilitator from elsewhere"
    assert b"Medical staffing,rotas@example.org" in files_of(content)["rota_managers.csv"], "and who keeps which rota"


def test_nothing_private_is_taken_out_and_no_cell_is_a_formula(here: World) -> None:
    with here.database.reading() as db:
        files = files_of(archive(db, here.coordinator, here.programme_id))
    written = b"\n".join(files.values()).decode()
    assert "img" not in written
    assert "avoid" not in written
    cells = [cell for name, file in files.items() if name.endswith(".csv") for cell in file.decode().split(",")]
    assert [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@"))] == []


def test_wherever_a_programme_comes_from_facilitators_sign_there(here: World, emptiness: Content) -> None:
    with here.database.reading() as db:
        content = archive(db, here.coordinator, here.programme_id)
    assert b"code_needed = false" in files_of(content)[SETTINGS]
    put_back(here.database, emptiness, "emptiness")
    with here.database.writing() as db:
        there = restore(db, OPERATOR, read_archive(OPERATOR, content), NOW)
        assert db.get_one(JoiningRow, there).code_needed


HUGE = b"9" * 30


def test_no_number_of_a_file_is_too_large_to_be_answered(here: World) -> None:
    with here.database.reading() as db:
        files = files_of(archive(db, here.coordinator, here.programme_id))
    settings = files[SETTINGS].decode()
    for found in re.finditer(r"(?<== )\d+(?=[\n,}])", settings):
        for number in (HUGE.decode(), "9" * 5000):
            content = settings[: found.start()] + number + settings[found.end() :]
            with pytest.raises(Rejected), here.database.reading() as db:
                preview_file(db, OPERATOR, content.encode(), NOW)
    assert "\nbuffer_minutes = " in settings
    assert "stage = 1" in settings


def with_other(change: Callable[[dict[str, bytes]], object]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        files = files_of(content)
        change(files)
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as file:
            for name, each in files.items():
                file.writestr(name, each)
        return written.getvalue()

    return changed


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:200],
        lambda _content: b"",
        with_other(lambda files: files.pop(SETTINGS)),
        with_other(lambda files: files.update({SETTINGS: b"[]"})),
        with_other(lambda files: files.update({SETTINGS: b"\xff"})),
        with_other(lambda files: files.update({SETTINGS: b"a = " + b"[" * 20_000})),
        with_other(lambda files: files.update({SETTINGS: b"#" * 2_000_000})),
        with_other(lambda files: files.update({"people.csv": files["people.csv"].replace(b"South Hospital", b"Moon")})),
        with_other(
            lambda files: files.update({"people.csv": files["people.csv"].replace(b",3\r", b"," + HUGE + b"\r")})
        ),
    ],
)
def test_what_is_no_archive_makes_nothing(here: World, spoil: Callable[[bytes], bytes]) -> None:
    with here.database.reading() as db:
        content = archive(db, here.coordinator, here.programme_id)
    with pytest.raises(Rejected), here.database.writing() as db:
        restore(db, OPERATOR, read_archive(OPERATOR, spoil(content)), NOW)


def test_only_its_coordinator_takes_a_programme_out(here: World) -> None:
    with here.database.reading() as db:
        for roles in ((), (Role.RESIDENT,), (Role.FACULTY,), (Role.OVERSIGHT,)):
            with pytest.raises(NotAllowed):
                archive(db, actor(7, here.programme_id, *roles), here.programme_id)


def workbook() -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in (("name", "email"), ("Ann", "ann@example.org"), ("Bo", "bo@example.org")):
        book.worksheets[0].append(row)
    book.save(content)
    return content.getvalue()


def with_torn_middle(content: bytes) -> bytes:
    """The archive with octets of its first file’s content changed, which zlib cannot unpack."""
    start = 30 + len(SETTINGS)
    return content[:start] + b"\xff" * 40 + content[start + 40 :]


@pytest.mark.parametrize(
    "spoil",
    [
        with_torn_middle,
        lambda content: content[:200],
        with_other(lambda files: files.update({"people.csv": workbook() + b"\n\n"})),
        with_other(lambda files: files.update({"rooms.csv": "site,näme\n\n\n".encode("latin-1")})),
        with_other(lambda files: files.update({"people.csv": b"PK\x03\x04\n\n\n"})),
    ],
)
def test_damage_is_refused_in_a_child_process_before_anything_is_written(
    here: World, spoil: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.database.reading() as db:
        content = spoil(archive(db, here.coordinator, here.programme_id))
    for reader in ("archive_files.find_table", "archive_files.zipfile.ZipFile"):
        monkeypatch.setattr(f"scheduler.exports.{reader}", None)  # in this process nothing is unpacked
    with pytest.raises(Rejected, match="not a programme that was taken out"):
        read_archive(OPERATOR, content)
