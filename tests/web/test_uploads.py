"""Files that cannot be used: each ends on a page that names the place and the way out, and nothing is stored."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence

import pytest
from openpyxl import Workbook

from scheduler.enrolment.people_lists import PEOPLE_COLUMNS
from scheduler.people.tables import PersonRow
from tests.builders import people_csv, person_line
from tests.scheduler.enrolment.files import text
from tests.web.builders import COORDINATOR, Pages, everything_stored, words_of
from tests.web.forms.test_versions import form_in, form_of

HEADING = ",".join(PEOPLE_COLUMNS)


def workbook(*rows: list[object]) -> bytes:
    """The bytes of a workbook with these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


UNREADABLE: dict[str, tuple[str, bytes, str]] = {
    "empty": ("people", b"", "The file is empty."),
    "a heading only": ("people", HEADING.encode(), "has a heading but no rows"),
    "a picture": ("people", b"\x89PNG\r\n\x1a\n\x00\x00", "This is a picture"),
}
BAD_LISTS: dict[str, tuple[str, bytes, str]] = {
    "other columns": ("people", b"a,b\n1,2\n", "We couldn’t find: Name."),
    "an unknown site": ("people", people_csv(person_line("Ann", site="moon")), "What is “moon”?"),
    "no address": ("people", people_csv(person_line("Ann"), person_line("Bo", email="bo")), "row 3 : “bo” is not an"),
    "one address twice": ("people", people_csv(person_line("Ann"), person_line("Ann")), "appears on 2 rows"),
    "somebody unknown wished for": (
        "people",
        people_csv(person_line("Ann", wants="who@example.org")),
        "names who@example.org, who is not in this programme",
    ),
    "a relation of somebody unknown": (
        "relations",
        b"person,about,kind\nwho@example.org,ada.quill@example.org,supervises\n",
        "row 2 : Nobody in this programme has the e-mail address who@example.org.",
    ),
    "an unknown kind of relation": (
        "relations",
        b"person,about,kind\nben.marrow@example.org,ada.quill@example.org,likes\n",
        "What is “likes”?",
    ),
    "a clinic that ends before it starts": (
        "clinics",
        b"person,weekday,start,end,kind\nfay.lantern@example.org,mon,14:00,09:00,clinic\n",
        "row 2 : The end is before the start.",
    ),
    "a room for nobody": (
        "rooms",
        b"site,room,name,capacity,weekdays,opens_at,closes_at\nnorth,r9,Nine,0,mon,08:00,18:00\n",
        "a room needs space for at least one person",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_list_is_refused(pages: Pages, name: str) -> None:
    kind, content, said = UNREADABLE[name]
    browser = pages.signed_in(COORDINATOR)
    before = everything_stored(pages.database)
    answer = browser.upload(pages.path(f"/people/{kind}"), content)
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert "Nothing was changed." in answer.text
    assert everything_stored(pages.database) == before


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_list_that_cannot_be_used_yet_says_why_and_waits(pages: Pages, name: str) -> None:
    kind, content, said = BAD_LISTS[name]
    browser = pages.signed_in(COORDINATOR)
    before = everything_stored(pages.database)
    there = browser.upload(pages.path(f"/people/{kind}"), content).location
    assert said in words_of(browser.get(there).text)
    assert browser.post(f"{there}/confirm").status_code == 409
    after = everything_stored(pages.database)
    assert {table for table in after if after[table] != before[table]} <= {"waiting_list", "login"}


ROTA_DAYS = [f"2027-02-{day:02d}" for day in range(1, 15)]


def rota(*lines: list[object], days: Sequence[object] = ROTA_DAYS) -> bytes:
    """A rota with a row for each person."""
    return workbook(["Doctor", *days], *lines)


BAD_ROTAS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("rota.csv", lambda: b"", "empty"),
    "a picture": ("rota.xlsx", lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "rota.xlsx"),
    "a text": ("rota.txt", lambda: b"Dear all, the rota will follow.", "rota"),
    "no dates": ("rota.xlsx", lambda: workbook(["a", "b"], ["c", "d"]), "rota"),
}


@pytest.mark.parametrize("name", BAD_ROTAS)
def test_a_file_that_is_no_rota_is_refused(pages: Pages, name: str) -> None:
    filename, content, said = BAD_ROTAS[name]
    browser = pages.signed_in(COORDINATOR)
    before = everything_stored(pages.database)
    answer = browser.upload(pages.path("/rotas"), content(), filename, site="north")
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert "Nothing was changed." in answer.text
    assert everything_stored(pages.database) == before


def test_a_form_without_a_file_and_a_site_that_is_not_there(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    before = everything_stored(pages.database)
    for path in ("/people/people", "/rotas"):
        answer = browser.post(pages.path(path))
        assert answer.status_code == 422
        assert "You haven’t chosen a file." in answer.text
    assert browser.upload(pages.path("/rotas"), rota(["Ada Quill"]), "rota.xlsx", site="moon").status_code == 404
    assert browser.upload(pages.path("/people/unheard-of"), b"x").status_code == 404
    assert everything_stored(pages.database) == before


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(own_pages: Pages) -> None:
    own_pages.app.config["MAX_CONTENT_LENGTH"] = 10_000
    browser = own_pages.signed_in(COORDINATOR)
    answer = browser.upload(own_pages.path("/people/people"), b"x" * 20_000)
    assert answer.status_code == 413
    assert "The file is too large" in answer.text


def test_a_list_is_shown_before_it_is_done_and_done_as_it_was_shown(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    with pages.database.writing() as db:
        db.get_one(PersonRow, pages.ids["gus.fern@example.org"]).name = "Ben Marrow"
    content = people_csv(person_line("Ada Quill", stage="4"), person_line("Nora New"))
    there = browser.upload(pages.path("/people/people"), content).location
    page = browser.get(there).text
    assert "1 added , 1 changed" in words_of(page)
    assert "Ada Quill ada.quill@example.org Grade 1 4" in words_of(page)
    stale = browser.post(f"{there}/confirm", {"seen": "something else"})
    assert stale.status_code == 409
    ben = re.search(rf'value="(person-{pages.ids["ben.marrow@example.org"]})"[^>]*><span>Ben Marrow', page)
    assert ben
    asked = browser.post(f"{there}/confirm", {**form_in(page, "/confirm"), "remove": ben[1]})
    assert "Take 1 person out of the programme?" in words_of(asked.text)
    assert "Peer group 1 : 1 of its 4 residents leaves." in words_of(asked.text)
    assert "Someone will be missing at 3 sessions to come." in words_of(asked.text)
    assert "Ben Marrow" in words_of(browser.get(pages.path("/people")).text)
    done = browser.post(f"{there}/confirm", form_in(asked.text, "/confirm"))
    assert done.status_code == 303
    said = words_of(browser.get(done.location).text)
    assert "1 added, 1 changed, 0 unchanged. 1 removed." in said
    assert "share a name" not in said  # the other Ben Marrow has just left
    people = words_of(browser.get(pages.path("/people")).text)
    assert "Nora New" in people
    assert "ben.marrow@example.org" not in people
    assert browser.get(there).status_code == 404


RELATIONS = (("Who", "About", "Relation"), ("Fay Lantern", "Ada Quill", "supervises"), ("Gil Spare", "Ben Marrow", "?"))
PEOPLE = (
    ("Name", "E-mail", "Position", "Site", "Kinds of group"),
    ("Nora New", "nora.new@example.org", "Specialty Registrar (ST4)", "North Hosp.", "Peer, near peer"),
    ("Max Odd", "max.odd@example.org", "Housekeeper", "Moon", ""),
)


@pytest.mark.parametrize(
    ("kind", "rows", "said"),
    [("relations", RELATIONS, {"?": "assesses"}), ("people", PEOPLE, {"Housekeeper": "faculty", "Moon": "south"})],
)
def test_one_answer_changes_no_other(
    pages: Pages, kind: str, rows: Sequence[Sequence[str]], said: dict[str, str]
) -> None:
    """What was understood is sent along with every answer, as a browser sends it."""
    browser = pages.signed_in(COORDINATOR)
    there = str(browser.upload(pages.path(f"/people/{kind}"), text(rows)).location)
    while said:
        fields = form_of(browser, there, "")
        number = next(name[5:] for name, value in fields.items() if name.startswith("word-") and value[0] in said)
        fields[f"value-{number}"] = said.pop(fields[f"word-{number}"][0])
        assert browser.post(there, fields).status_code == 303
    page = words_of(browser.get(there).text)
    assert "2 added" in page, page
    assert "left out" not in page.partition("How we read the file")[0]


def test_a_new_site_and_a_grade_are_named_where_they_are_asked_for(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    rows = (("Name", "E-mail", "Role"), ("Nora New", "nora.new@example.org", "Trainee"))
    there = str(browser.upload(pages.path("/people/people"), text(rows)).location)
    fields = form_of(browser, there, "")
    numbers = {fields[f"of-{n}"][0]: n for n in (name[3:] for name in fields if name.startswith("of-"))}
    site, grade = f"new-{numbers['site']}", f"new-{numbers['stage']}"
    refused = browser.post(there, {**fields, site: "N" * 121, grade: "FY1"})
    assert refused.status_code == 422
    assert "The name is too long: use up to 120 characters." in words_of(refused.text)
    assert 'value="FY1"' in refused.text, "nothing typed is lost"
    assert browser.post(there, {**form_of(browser, there, ""), site: "Annexe", grade: "FY1"}).status_code == 303
    page = browser.get(there).text
    assert "New site: Annexe." in words_of(page)
    assert "Nora New resident · FY1 · Annexe" in words_of(page)
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[-1]
    assert browser.post(f"{there}/confirm", {"seen": seen}).status_code == 303
    assert "Annexe" in browser.get(pages.path("/settings/sites")).text
