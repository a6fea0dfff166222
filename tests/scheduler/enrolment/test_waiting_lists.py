"""Lists as other systems write them: in at the first try, asked about once, shown as a difference, done as shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from scheduler.db import Database
from scheduler.enrolment.comparison import Comparison
from scheduler.enrolment.people_list import list_people
from scheduler.enrolment.rows_left_out import ROW, TAKEN
from scheduler.enrolment.spreadsheets.columns import ListKind
from scheduler.enrolment.spreadsheets.questions import LEAVE_OUT, SOMEBODY
from scheduler.enrolment.spreadsheets.table import Asked, find_table, read_table
from scheduler.enrolment.tables import ListWordRow
from scheduler.enrolment.waiting_lists import (
    Preview,
    answer,
    confirm,
    discard,
    get_waiting,
    keep_list,
    known_headings,
    list_waiting,
)
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import get_programme
from scheduler.programmes.templates import TEMPLATES
from scheduler.publishing.programme_changes import change_programme
from scheduler.rotas.model import UnreadableFile
from tests.builders import NOW, World, actor, people_csv, person_line, programme, world
from tests.scheduler.enrolment.files import Rows, ods, text, xlsx

TITLE = ("Wardline Workforce – staff in post", "", "", "", "", "", "", "", "")
HEADING = (
    "Assignment no.", "", "Family Name", "Known As", "Work Email Address", "Position Title", "Current Grade",
    "Host Hospital", "Date of birth",
)  # fmt: skip
STAFF: Rows = (
    TITLE,
    ("as at 1 November 2026", "", "", "", "", "", "", "", ""),
    ("",) * 9,
    HEADING,
    ("100", "", "O’Dwyer", "Áine", "Aine.ODwyer@trust.example", "Foundation Doctor", "F1", "North Hospital", "1999"),
    ("101", "", "Okafor-Lund", "Chidi", "chidi@trust.example", "Specialty Registrar (ST4)", "ST4", "south", ""),
    ("102", "", "MARTÍNEZ", "LUZ", "luz@trust.example", "Core Trainee", "CT1", "North", ""),
    ("103", "", "Brandt", "Jonas", "jonas@trust.example", "Consultant Physician", "Consultant", "South Hosp.", ""),
    ("", "", "", "", "", "", "", "", ""),
)  # fmt: skip
FILES: dict[str, Callable[[Rows], bytes]] = {
    "staff.xlsx": lambda rows: xlsx({"Cover": (("Printed by HR",),), "Staff": rows}),
    "staff.ods": lambda rows: ods({"Staff": rows}),
    "staff.csv": lambda rows: text(rows, ";", "cp1252"),
    "staff.txt": lambda rows: text(rows, "\t", "utf-16"),
}


@pytest.fixture
def here(database: Database) -> World:
    return world(database)


def upload(here: World, content: bytes, name: str = "staff.csv", kind: ListKind = ListKind.PEOPLE) -> Preview:
    with here.database.reading() as db:
        known = known_headings(db, here.coordinator, here.programme_id, kind)
    table = find_table(Asked(kind, name, known), (content,))
    with here.database.writing() as db:
        waiting = keep_list(db, here.coordinator, here.programme_id, kind, name, table, NOW)
        return get_waiting(db, here.coordinator, here.programme_id, waiting, NOW)


def say(
    here: World, preview: Preview, values: dict[tuple[str, str], str], columns: dict[int, str] | None = None
) -> Preview:
    with here.database.writing() as db:
        answer(db, here.coordinator, here.programme_id, preview.waiting_id, columns or {}, values)
        return get_waiting(db, here.coordinator, here.programme_id, preview.waiting_id, NOW)


def test_rows_that_cannot_be_read_may_be_left_out_by_name_and_taken_again(here: World) -> None:
    content = people_csv(
        person_line("Ada"), *(person_line(name, email="?").replace("?", "") for name in ("Bo", "Total"))
    )
    preview = upload(here, content, "people.csv")
    assert preview.comparison is None, preview.faults
    assert preview.faults, preview.understood.open
    assert [(each.where, each.begins[:5]) for each in preview.rows_at_fault] == [("row 3", "Bo, r"), ("row 4", "Total")]
    out = {(ROW, each.key): LEAVE_OUT for each in preview.rows_at_fault}
    without = say(here, preview, out)
    assert without.comparison is not None
    assert len(without.comparison.added) == 1
    assert [name[:9] for name in without.understood.left_out] == ["row 3 (Bo", "row 4 (To"]
    again = say(here, without, dict.fromkeys(out, TAKEN))
    assert len(again.rows_at_fault) == 2
    say(here, again, out)
    assert len(take(here, say(here, again, out)).added) == 1
    assert upload(here, content, "people.csv").rows_at_fault, "what is left out of one list is not of the next"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7"])
def test_a_list_that_is_no_list_is_not_called_a_rota(content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_table(ListKind.PEOPLE, content, "people.xlsx")
    assert "rota" not in refused.value.what_to_do
    assert ".ics" not in refused.value.what_to_do


def take(here: World, preview: Preview, remove: frozenset[str] = frozenset()) -> Comparison:
    with here.database.writing() as db:
        shown = get_waiting(db, here.coordinator, here.programme_id, preview.waiting_id, NOW, locked=True)
        assert shown.comparison is not None, [shown.faults, shown.understood.open, shown.understood.missing]
        confirm(db, here.coordinator, shown, remove, NOW)
        return shown.comparison


def everybody(here: World) -> dict[str, tuple[str, str, str, str]]:
    """Address → name, kind, grade and site."""
    with here.database.reading() as db:
        programme = get_programme(db, here.programme_id)
        lines = list_people(db, here.coordinator, here.programme_id)
        stages = dict(db.execute(select(ParticipantRow.person_id, ParticipantRow.stage)).all())
    named = {
        line.person_id: "" if (stage := stages[line.person_id]) is None else programme.grade_name(stage)
        for line in lines
    }
    return {line.email: (line.name, line.kind, named[line.person_id], line.site) for line in lines}


@pytest.mark.parametrize("name", FILES)
def test_an_export_of_a_personnel_system_goes_in_at_the_first_try(here: World, name: str) -> None:
    done = take(here, upload(here, FILES[name](STAFF), name))
    assert (len(done.added), len(done.changed)) == (4, 0)
    assert everybody(here) == {
        "aine.odwyer@trust.example": ("Áine O’Dwyer", "resident", "F1", "North Hospital"),
        "chidi@trust.example": ("Chidi Okafor-Lund", "resident", "ST4", "South Hospital"),
        "luz@trust.example": ("Luz Martínez", "resident", "CT1", "North Hospital"),
        "jonas@trust.example": ("Jonas Brandt", "faculty", "", "South Hospital"),
    }
    with here.database.reading() as db:
        assert [grade.name for grade in get_programme(db, here.programme_id).grades] == ["F1", "CT1", "ST4"]
    again = upload(here, FILES[name](STAFF), name).comparison
    assert again is not None
    assert again.does_nothing
    assert again.unchanged == 4


def test_what_is_not_known_is_asked_once_all_at_once_and_remembered(here: World) -> None:
    rows = (
        ("Wer", "Kontakt", "Funktion", "Stufe", "Haus"),
        ("Brandt, Jonas", "jonas@trust.example", "Physician Associate", "", "Annexe"),
        ("Lund, Chidi", "chidi@trust.example", "Trainee", "Sapphire", "Annexe"),
        ("Moss, Eve", "eve@trust.example", "Housekeeper", "", "Annexe"),
    )
    first = upload(here, text(rows))
    assert {(value.column, value.written) for value in first.understood.open} > {("stage", ""), ("site", "")}
    [nowhere] = [value for value in first.understood.open if value.column == "site"]
    assert nowhere.details == ("Jonas Brandt", "Chidi Lund", "Eve Moss"), "whose cell is empty is told"
    first = say(here, first, {}, {3: "stage", 4: "site"})
    assert first.comparison is None
    assert {(value.column, value.written) for value in first.understood.open} == {
        ("role", "Physician Associate"), ("role", "Housekeeper"), ("stage", "Sapphire"), ("site", "Annexe"),
    }  # fmt: skip
    said = {
        ("role", "Physician Associate"): "faculty",
        ("role", "Housekeeper"): "-",
        ("stage", "Sapphire"): ">",
        ("site", "Annexe"): "south",
    }
    done = take(here, say(here, first, said))
    assert [entry.name for entry in done.added] == ["Chidi Lund", "Jonas Brandt"]
    later = (rows[0], ("Weiss, Max", "max@trust.example", "physician associate", "", "ANNEXE"))
    second = upload(here, text((*rows, later[1])))
    assert second.comparison is not None
    assert [entry.name for entry in second.comparison.added] == ["Max Weiss"]
    assert second.understood.left_out == ("row 4",)


def test_a_site_that_the_programme_does_not_have_yet_is_made_with_the_list_that_names_it(here: World) -> None:
    rows = (
        ("Name", "E-mail", "Grade", "Base"),
        ("Ada Quill", "ada@trust.example", "FY1", "St Elsewhere - Ward 2"),
        ("Ben Marrow", "ben@trust.example", "FY1", "Queen’s"),
        ("Cat Osier", "cat@trust.example", "FY2", "north"),
    )
    first = upload(here, text(rows))
    offered = {value.written: [choice.meaning for choice in value.choices] for value in first.understood.open}
    assert offered == {name: ["north", "south", f"+{name}", "-"] for name in ("St Elsewhere - Ward 2", "Queen’s")}
    said = {("site", "St Elsewhere - Ward 2"): "+St  Elsewhere", ("site", "Queen’s"): "+Queen’s"}
    shown = say(here, first, said)
    assert [(site.name, site.zone) for site in shown.understood.new_sites] == [
        ("St Elsewhere", "Europe/London"), ("Queen’s", "Europe/London"),
    ]  # fmt: skip
    with here.database.reading() as db:
        assert len(get_programme(db, here.programme_id).sites) == 2, "nothing is made before it is confirmed"
    take(here, shown)
    assert {line[3] for line in everybody(here).values()} == {"St Elsewhere", "Queen’s", "North Hospital"}
    again = upload(here, text(rows))
    assert again.comparison is not None
    assert (again.comparison.does_nothing, again.understood.new_sites) == (True, ())
    rooms = upload(here, text((("Hospital", "Room", "Seats"), ("Annexe", "Loft", "9"))), kind=ListKind.ROOMS)
    take(here, say(here, rooms, {("site", "Annexe"): "+Annexe"}))
    with here.database.reading() as db:
        sites = get_programme(db, here.programme_id).sites
    assert [(site.name, [room.name for room in site.rooms]) for site in sites[3:]] == [
        ("Queen’s", []), ("Annexe", ["Loft"]),
    ]  # fmt: skip


def test_what_was_said_of_a_site_or_a_grade_that_is_gone_is_asked_again(here: World) -> None:
    with here.database.writing() as db:
        for column, word in (("site", "annexe"), ("stage", "sapphire")):
            row = ListWordRow(programme_id=here.programme_id, kind="people", column=column, word=word, meaning="gone")
            db.add(row)
    rows = (("Name", "E-mail", "Role", "Grade", "Base"), ("Ada Quill", "a@trust.example", "ST4", "Sapphire", "Annexe"))
    preview = upload(here, text(rows))
    assert {(value.column, value.written) for value in preview.understood.open} == {("site", "Annexe")}
    assert [grade.name for grade in preview.understood.grades] == ["ST4"]


def test_grades_that_no_column_says_are_named_by_whoever_is_asked(here: World) -> None:
    """A programme has no grades before its first list; “not a grade” must not be the only answer."""
    rows = (("Name", "E-mail", "Role", "Site"), ("Ada Quill", "ada@trust.example", "Trainee", "north"))
    first = upload(here, text(rows))
    assert [(value.column, value.written) for value in first.understood.open] == [("stage", "")]
    shown = say(here, first, {("stage", ""): "fy1"})
    [value] = [value for value in shown.understood.values if value.column == "stage"]
    assert "fy1" in [choice.meaning for choice in value.choices], "what is said can be sent again as it is"
    take(here, shown)
    assert everybody(here)["ada@trust.example"] == ("Ada Quill", "resident", "fy1", "North Hospital")
    second = upload(here, text((rows[0], ("Ben Marrow", "ben@trust.example", "Trainee", "north"))))
    take(here, say(here, second, {("stage", ""): "F1"}))
    assert everybody(here)["ben@trust.example"][2] == "fy1", "one grade, however it is written"


def of_facilitators(database: Database) -> World:
    """A programme in which facilitators meet as peers, as the template makes it."""
    template = next(each for each in TEMPLATES if each.key == "facilitators")
    return world(database, programme(models=template.models, grades=template.grades))


def test_faculty_are_members_where_facilitators_meet_as_peers(database: Database) -> None:
    here = of_facilitators(database)
    rows = (
        ("Name", "E-mail", "Role", "Site"),
        ("Prof. Hall, Morag", "hall@trust.example", "Consultant", "north"),
        ("Dr Bose, Anil", "bose@trust.example", "faculty", "north"),
    )
    shown = upload(here, text(rows))
    assert shown.comparison is not None
    assert ["2 people" in note and "“Facilitator”" in note for note in shown.comparison.notes] == [True]
    take(here, shown)
    assert everybody(here)["bose@trust.example"] == ("Dr Anil Bose", "resident", "Facilitator", "North Hospital")
    assert everybody(here)["hall@trust.example"][1:3] == ("resident", "Facilitator")
    with here.database.writing() as db:
        found = get_programme(db, here.programme_id)
        led = replace(found.models[0], facilitators=(1, 1))
        change_programme(db, here.coordinator, here.programme_id, replace(found, models=(led,)), NOW)
    again = upload(here, text(rows))
    assert again.comparison is not None
    assert [each.differences[0].after for each in again.comparison.changed] == ["faculty", "faculty"]


def test_names_of_sheets_say_the_grade_and_the_site_where_the_rows_do_not(here: World) -> None:
    heading, more = ("Name", "E-mail"), ("Name", "E-mail", "Hospital")
    by_site = {
        "North": (heading, ("Ada Quill", "ada@trust.example")),
        "South Hospital": (heading, ("Ben Marrow", "ben@trust.example")),
    }
    preview = upload(here, xlsx(by_site), "staff.xlsx")
    assert [(value.column, value.written) for value in preview.understood.open] == [("role", "")]
    by_grade = {
        "FY1": (more, ("Ada Quill", "ada@trust.example", "north")),
        "FY2": (more, ("Ben Marrow", "ben@trust.example", "south")),
        "Consultants": (
            more,
            ("Fay Lantern", "fay@trust.example", "south"),
            ("Gil Spare", "gil@trust.example", "north"),
        ),
    }
    take(here, upload(here, xlsx(by_grade), "staff.xlsx"))
    assert {line[0]: line[2] for line in everybody(here).values()} == {
        "Ada Quill": "FY1", "Ben Marrow": "FY2", "Fay Lantern": "", "Gil Spare": "",
    }  # fmt: skip


def test_one_new_name_without_an_address_stops_nobody_else(here: World) -> None:
    take(here, upload(here, people_csv(person_line("Ada Quill"), person_line("Ben Marrow")), "people.csv"))
    rows = (("Name", "Grade"), ("Quill, Ada", "FY2"), ("Marrow, Ben", "FY2"), ("Nora New", "FY2"))
    preview = upload(here, text(rows))
    assert [fault.text for fault in preview.faults] == ["Nora New has no e-mail address."]
    done = take(here, say(here, preview, {(ROW, each.key): LEAVE_OUT for each in preview.rows_at_fault}))
    assert [changed.entry.name for changed in done.changed] == ["Ada Quill", "Ben Marrow"]


def test_columns_are_known_by_what_they_hold_and_one_that_is_missing_is_named(here: World) -> None:
    rows = (("A1", "B1", "C1", "D1"), ("Ada Quill", "x-17", "north", "R2"), ("Ben Marrow", "x-18", "south", "R3"))
    first = upload(here, text(rows))
    assert [column.column for column in first.understood.columns] == ["name", "", "site", "stage"]
    assert [column.name for column in first.understood.missing] == ["email"]


def test_signs_between_quotation_marks_part_no_cells(here: World) -> None:
    """Names with commas in some rows, and lists of days with semicolons in all."""
    names = ('"Library, floor 2"', "Annexe", '"Garden room, west"', "Attic")
    rooms = [f"north,n{n},{name},8,mon;tue;wed;thu;fri,12:00,19:00" for n, name in enumerate(names)]
    content = "\n".join(["site,room,name,capacity,weekdays,opens_at,closes_at", *rooms]).encode()
    found = upload(here, content, "rooms.csv", ListKind.ROOMS)
    assert [line.cells["name"] for line in found.understood.lines] == [name.strip('"') for name in names]


def test_a_second_list_is_shown_field_by_field_and_erases_nothing(here: World) -> None:
    take(here, upload(here, people_csv(
        person_line("Ada Quill", stage="1", interests="exams", modes="video"),
        person_line("Ben Marrow", stage="2"), person_line("Dr Cy", role="faculty", stage="", models="vertical"),
    )))  # fmt: skip
    rows = (
        ("E-Mail", "Site", "Topics"),
        ("ada.quill@example.org", "South Hospital", ""),
        ("dr.cy@example.org", "", "careers"),
    )
    preview = upload(here, text(rows))
    assert preview.comparison is not None
    said = {
        (each.entry.name, d.label, d.before, d.after) for each in preview.comparison.changed for d in each.differences
    }
    assert said == {("Ada Quill", "Site", "North Hospital", "South Hospital"), ("Dr Cy", "Topics", "", "careers")}
    assert [entry.name for entry in preview.comparison.absent] == ["Ben Marrow"]
    before = stored(here)
    take(here, preview)
    after = stored(here)
    assert after.keys() == before.keys()
    assert after["Ada Quill"] == {**before["Ada Quill"], "site_id": after["Ada Quill"]["site_id"]}
    assert after["Dr Cy"] == {**before["Dr Cy"], "interests": ["careers"]}
    assert after["Ben Marrow"] == before["Ben Marrow"]


def stored(here: World) -> dict[str, dict[str, object]]:
    """Everything that is known of everybody, by name."""
    with here.database.reading() as db:
        rows = db.execute(
            select(PersonRow.name, ParticipantRow).join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        )
        columns = ParticipantRow.__table__.columns.keys()
        return {name: {column: getattr(part, column) for column in columns} for name, part in rows}


@pytest.mark.parametrize("written", ["O'DWYER, AINE", "Aine O´Dwyer", "ODwyer Áine", "Dr. Áine O’Dwyer"])
def test_one_name_written_otherwise_is_the_same_person(here: World, written: str) -> None:
    take(here, upload(here, FILES["staff.csv"](STAFF)))
    preview = upload(here, text((("Name", "Site"), (written, "South Hospital"))))
    assert preview.comparison is not None
    [changed] = preview.comparison.changed
    assert (changed.entry.name, [each.label for each in changed.differences]) == ("Áine O’Dwyer", ["Site"])


def test_who_is_meant_is_asked_where_it_is_not_certain(here: World) -> None:
    twins = [person_line("Eve Moss", email=f"eve{number}@example.org") for number in (1, 2)]
    take(here, upload(here, people_csv(*twins, person_line("Ada Quill"))))
    rows = (("Name", "Email", "Role", "Grade", "Site"), ("Eve Moss", "", "Resident", "4", "north"),
            ("Quill, Ada", "aq@new.example", "Resident", "4", "north"))  # fmt: skip
    preview = upload(here, text(rows))
    assert [(value.column, value.written) for value in preview.understood.open] == [
        (SOMEBODY, "Eve Moss"), (SOMEBODY, "Ada Quill (aq@new.example)"),
    ]  # fmt: skip
    said = {
        (SOMEBODY, "Eve Moss"): "eve2@example.org",
        (SOMEBODY, "Ada Quill (aq@new.example)"): "ada.quill@example.org",
    }
    done = take(here, say(here, preview, said))
    assert {each.entry.detail for each in done.changed} == {"eve2@example.org", "ada.quill@example.org"}
    assert everybody(here)["aq@new.example"][:3] == ("Ada Quill", "resident", "4")
    other = upload(here, text((*rows[:1], ("Ada Quill", "ada3@new.example", "Resident", "4", "north"))))
    done = take(here, say(here, other, {(SOMEBODY, "Ada Quill (ada3@new.example)"): "new"}))
    assert len(done.added) == 1


def test_a_known_address_beside_quite_another_name_is_a_question(here: World) -> None:
    names = ("Wei Li", "Dr Ada Quill", "Áine O’Dwyer", "Jo Marie Reed")
    known = [person_line(name, email=f"known{number}@example.org") for number, name in enumerate(names)]
    take(here, upload(here, people_csv(*known)))
    alike = ("Li, Wei", "Ada Reed-Quill", "Aine Brandt", "Marie Reed")
    rows = (("Name", "Email"), *((name, f"known{number}@example.org") for number, name in enumerate(alike)))
    assert upload(here, text(rows)).understood.open == []
    other = person_line("Bob Other", email="known0@example.org")
    question = (SOMEBODY, "Bob Other (known0@example.org)")
    first = upload(here, people_csv(other, person_line("Max Weiss")))
    assert [(value.column, value.written) for value in first.understood.open] == [question]
    assert first.comparison is None
    done = take(here, say(here, first, {question: "-"}))
    assert (len(done.added), done.changed) == (1, ())
    assert everybody(here)["known0@example.org"][0] == "Wei Li"
    done = take(here, say(here, upload(here, people_csv(other)), {question: "known0@example.org"}))
    assert len(done.changed) == 1
    assert everybody(here)["known0@example.org"][0] == "Bob Other"


def test_who_is_meant_by_a_name_is_asked_again_with_the_next_list(here: World) -> None:
    twins = [person_line("Eve Moss", email=f"eve{number}@example.org") for number in (1, 2)]
    take(here, upload(here, people_csv(*twins, person_line("Ada Quill"), person_line("Ben Marrow"))))

    def ties(kind: str, about: str) -> bytes:
        return text((("person", "about", "kind"), ("Eve Moss", about, kind)))

    first = upload(here, ties("treats", "ada.quill@example.org"), kind=ListKind.RELATIONS)
    take(here, say(here, first, {("person", "Eve Moss"): "eve2@example.org"}))
    second = upload(here, ties("assesses", "ben.marrow@example.org"), kind=ListKind.RELATIONS)
    assert [(value.column, value.written) for value in second.understood.open] == [("person", "Eve Moss")]
    with here.database.writing() as db:  # as earlier versions kept it
        kept = {"programme_id": here.programme_id, "kind": ListKind.RELATIONS, "column": "person", "word": "eve moss"}
        db.add(ListWordRow(**kept, meaning="gone@person.invalid"))
    assert upload(here, ties("treats", "ben.marrow@example.org"), kind=ListKind.RELATIONS).understood.open


def test_every_fault_is_told_at_once_with_row_and_column(here: World) -> None:
    rows = (("Full name", "E-mail", "Role", "Groups they take", "Grade", "Site", "capacity"),
            ("Ada Quill", "not an address", "Resident", "", "2", "north", ""),
            ("Ben Marrow", "ben@example.org", "Resident", "", "2", "north", "many"),
            ("Cleo Thistle", "ben@example.org", "Resident", "", "2", "north", ""))  # fmt: skip
    preview = upload(here, text(rows))
    assert sorted((fault.where, fault.text) for fault in preview.faults) == [
        ("row 2", "“not an address” is not an e-mail address."),
        ("row 3", "The e-mail address ben@example.org appears on 2 rows."),
        ("row 3", "“many” in the column “capacity” is not a whole number."),
        ("row 4", "The e-mail address ben@example.org appears on 2 rows."),
    ]
    with pytest.raises(NotPossible), here.database.writing() as db:
        confirm(db, here.coordinator, preview, frozenset(), NOW)
    assert everybody(here) == {}


def test_several_sheets_are_one_list_and_name_the_role(here: World) -> None:
    head = ("Name", "E-mail", "Site")
    book = xlsx({
        "Trainees": (head, ("Ada Quill", "ada@example.org", "north")),
        "Consultants": (head, ("Fay Lantern", "fay@example.org", "south")),
        "Leavers 2026": (head, ("Zoe Left", "zoe@example.org", "north")),
    })  # fmt: skip
    preview = upload(here, book, "people.xlsx")
    assert preview.sheets_left_out == ("Leavers 2026",)
    assert [(value.column, value.written, value.rows) for value in preview.understood.open] == [("stage", "", 1)]
    take(here, say(here, preview, {("stage", ""): "3"}))
    assert {who[:3] for who in everybody(here).values()} == {
        ("Ada Quill", "resident", "3"),
        ("Fay Lantern", "faculty", ""),
    }


def test_a_grade_between_others_moves_those_above(here: World) -> None:
    row = "{},{}@example.org,Resident,{},north".format
    head = "Name,Email,Role,Grade,Site\n"
    take(here, upload(here, (head + "\n".join((row("Ada", "a", "FY1"), row("Ben", "b", "FY2")))).encode()))
    preview = say(
        here, upload(here, (head + row("Cy", "c", "Bridge year")).encode()), {("stage", "Bridge year"): ">FY1"}
    )
    take(here, preview)
    grades = {who[0]: who[2] for who in everybody(here).values()}
    assert grades == {"Ada": "FY1", "Ben": "FY2", "Cy": "Bridge year"}
    assert {name: part["stage"] for name, part in stored(here).items()} == {"Ada": 1, "Cy": 2, "Ben": 3}


def test_a_grade_that_the_programme_does_not_have_is_asked_about_with_what_it_may_be_a_slip_for(here: World) -> None:
    row = "{},{}@example.org,Resident,{},north".format
    head = "Name,Email,Role,Grade,Site\n"
    first = (row("Ada", "a", "FY1"), row("Ben", "b", "FY2"), row("Cy", "c", "ST3"))
    take(here, upload(here, (head + "\n".join(first)).encode()))
    with here.database.writing() as db:
        found = get_programme(db, here.programme_id)
        grades = tuple(replace(grade, stage=place) for place, grade in enumerate(found.grades, start=1))
        change_programme(db, here.coordinator, here.programme_id, replace(found, grades=grades), NOW)
    asked = upload(here, (head + "\n".join((row("Dee", "d", "FY3"), row("Eve", "e", "FY2")))).encode())
    [question] = asked.understood.open
    assert (question.column, question.written) == ("stage", "FY3")
    labels = [choice.label for choice in question.choices]
    assert labels[0] in ("FY1", "FY2"), "a slip of the finger is likeliest"
    assert "a new grade, “FY3”, in its usual place, before ST3" in labels
    slip = say(here, asked, {("stage", "FY3"): "FY2"})
    assert slip.comparison is not None
    assert not any("grade" in note for note in slip.comparison.notes)
    new = say(here, slip, {("stage", "FY3"): "FY3"})
    assert new.comparison is not None
    assert new.comparison.notes == (
        "New grade: FY3.",
        "ST3 moves up to make room, so its residents are one grade further from those below.",
    )


def test_a_grade_inside_a_job_title_that_the_programme_does_not_have_is_asked_about(here: World) -> None:
    rows = (("Name", "E-mail", "Position", "Site"), ("Ada", "a@trust.example", "Foundation Doctor FY1", "north"))
    take(here, upload(here, text(rows)))
    other = (rows[0], ("Ben", "b@trust.example", "Specialty Registrar (ST4)", "north"))
    asked = upload(here, text(other))
    assert [(each.column, each.written) for each in asked.understood.open] == [("stage", "ST4")]
    take(here, say(here, asked, {("stage", "ST4"): "ST4"}))
    assert everybody(here)["b@trust.example"][2] == "ST4"


def test_faults_are_told_with_the_questions_and_not_after_them(here: World) -> None:
    rows = (
        ("Name", "E-mail", "Role", "Grade", "Site"),
        ("Ada Quill", "", "Resident", "1", "north"),
        ("Ben Marrow", "bad.mail@@nhs", "Resident", "1", "Nowhere General"),
        *((f"Cat {n}", f"cat{n}@trust.example", "Resident", "1", "north") for n in range(3)),
    )
    asked = upload(here, text(rows))
    assert [value.written for value in asked.understood.open] == ["Nowhere General"]
    assert [fault.where for fault in asked.faults] == ["row 2", "row 3"]


def test_a_line_of_sums_is_nobody(here: World) -> None:
    rows = (
        ("Name", "E-mail", "Role", "Grade", "Site", "WTE"),
        ("Ada Quill", "ada@trust.example", "Resident", "1", "north", "1.0"),
        ("Total", "", "", "", "", "25"),
    )
    shown = upload(here, text(rows))
    assert not shown.understood.open
    assert shown.understood.left_out == ("row 3",)
    assert shown.comparison is not None
    assert [each.name for each in shown.comparison.added] == ["Ada Quill"]


def test_a_list_that_was_left_waiting_is_forgotten_and_its_number_never_used_again(here: World) -> None:
    first = upload(here, people_csv(person_line("Ada")))
    with here.database.writing() as db:
        discard(db, here.coordinator, here.programme_id, first.waiting_id)
    second = upload(here, people_csv(person_line("Ben")))
    assert second.waiting_id > first.waiting_id
    with here.database.writing() as db:
        with pytest.raises(NotFound):
            get_waiting(db, here.coordinator, here.programme_id, first.waiting_id, NOW)
        table = find_table(Asked(ListKind.PEOPLE, "a.csv", ()), (people_csv(person_line("Cy")),))
        keep_list(db, here.coordinator, here.programme_id, ListKind.PEOPLE, "a.csv", table, NOW + timedelta(days=15))
        assert [each.name for each in list_waiting(db, here.coordinator, here.programme_id)] == ["a.csv"]


def test_only_the_coordinator_sees_and_confirms(here: World) -> None:
    preview = upload(here, people_csv(person_line("Ada")))
    for roles in ((), (Role.RESIDENT,), (Role.OVERSIGHT,)):
        who = actor(7, here.programme_id, *roles)
        with here.database.writing() as db:
            with pytest.raises(NotAllowed):
                list_waiting(db, who, here.programme_id)
            with pytest.raises(NotAllowed):
                get_waiting(db, who, here.programme_id, preview.waiting_id, NOW)
            with pytest.raises(NotAllowed):
                confirm(db, who, preview, frozenset(), NOW)
            with pytest.raises(NotAllowed):
                answer(db, who, here.programme_id, preview.waiting_id, {}, {})
            with pytest.raises(NotAllowed):
                discard(db, who, here.programme_id, preview.waiting_id)


RELATIONS = (
    ("Educational Supervisor", "Trainee e-mail", "Type of supervision", "Start date"),
    ("LANTERN, Fay", "ada.quill@example.org", "Educational", "1 Feb 2027"),
    ("Fay Lantern", "ben.marrow@example.org", "ES", ""),
)
CLINICS = (
    ("Consultant", "Day", "Start", "Finish", "Activity"),
    ("Fay Lantern", "Mon & Thu", "0900", "13:00", "Outpatients"),
    ("fay.lantern@example.org", "Fridays", "8.30", "5pm", "Works"),
)
ROOMS = (
    ("Hospital", "Room", "Seats"),
    ("North Hospital", "Library", "14"),
    ("South Hospital", "Skills lab", "8"),
)


@pytest.fixture
def staffed(here: World) -> World:
    names = (person_line("Ada Quill"), person_line("Ben Marrow"), person_line("Fay Lantern", role="faculty", stage=""))
    take(here, upload(here, people_csv(*names)))
    return here


@pytest.mark.parametrize(
    ("kind", "rows", "added", "changed"),
    [(ListKind.RELATIONS, RELATIONS, 2, 0), (ListKind.CLINICS, CLINICS, 3, 0), (ListKind.ROOMS, ROOMS, 1, 1)],
)
def test_other_lists_as_they_are_add_and_change_and_remove_only_what_is_ticked(
    staffed: World, kind: ListKind, rows: Rows, added: int, changed: int
) -> None:
    first = take(staffed, upload(staffed, text(rows, "\t"), kind=kind))
    assert (len(first.added), len(first.changed), first.absent) == (added, changed, ())
    again = upload(staffed, text(rows), kind=kind).comparison
    assert again is not None
    assert (again.added, again.changed, again.unchanged, again.absent) == ((), (), added + changed, ())
    one = upload(staffed, text(rows[:2], ";"), kind=kind)
    assert one.comparison is not None
    gone = [entry.key for entry in one.comparison.absent]
    assert len(gone) == 1
    take(staffed, one)
    kept = upload(staffed, text(rows), kind=kind).comparison
    assert kept is not None
    assert kept.does_nothing
    assert kept.unchanged == added + changed
    take(staffed, upload(staffed, text(rows[:2]), kind=kind), frozenset(gone))
    back = upload(staffed, text(rows), kind=kind).comparison
    assert back is not None
    assert len(back.added) + len(back.changed) == 1


def test_a_changed_span_of_a_relation_is_a_change(staffed: World) -> None:
    take(staffed, upload(staffed, text(RELATIONS), kind=ListKind.RELATIONS))
    later = (RELATIONS[0], (*RELATIONS[1][:3], "8/2/2027"))
    preview = upload(staffed, text(later), kind=ListKind.RELATIONS)
    assert [(value.column, value.written) for value in preview.understood.open] == [("order", "Start date")]
    preview = say(staffed, preview, {("order", "Start date"): "day first"})
    assert preview.comparison is not None
    [changed] = preview.comparison.changed
    assert [(each.label, each.before, each.after) for each in changed.differences] == [
        ("From", "1 Feb 2027", "8 Feb 2027")
    ]


def queries_of(here: World, preview: Preview) -> int:
    """How often the database is asked when a list is confirmed."""
    asked: list[str] = []
    event.listen(here.database.engine, "before_cursor_execute", note := lambda *call: asked.append(call[2]))
    take(here, preview)
    event.remove(here.database.engine, "before_cursor_execute", note)
    return len(asked)


def test_thousands_of_rows_need_no_query_each(here: World) -> None:
    lines = [person_line(f"Resident {number} Of{number}", interests="exams") for number in range(1_200)]
    few = queries_of(here, upload(here, people_csv(*lines[:100])))
    many = queries_of(here, upload(here, people_csv(*lines)))
    changed = queries_of(here, upload(here, people_csv(*(line.replace("exams", "careers") for line in lines))))
    assert max(many, changed) < few + 30
    assert len(everybody(here)) == 1_200
