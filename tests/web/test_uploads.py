"""Files that cannot be used: each ends on a page that names the place and the way out, and nothing is stored."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from openpyxl import Workbook

from scheduler.people.lists import PEOPLE_COLUMNS
from tests.builders import people_csv, person_line
from tests.web.builders import COORDINATOR, Pages, everything_stored, words_of

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


BAD_LISTS: dict[str, tuple[str, bytes, str]] = {
    "empty": ("people", b"", "The list of people is empty."),
    "a heading only": ("people", HEADING.encode(), "has a heading and nothing under it"),
    "a workbook": ("people", workbook(["name", "email"]), "is not a CSV file"),
    "a picture": ("people", b"\x89PNG\r\n\x1a\n\x00\x00", "is not a CSV file"),
    "other columns": ("people", b"a,b\n1,2\n", "lacks the columns name, email, role, site"),
    "an unknown site": ("people", people_csv(person_line("Ann", site="moon")), "row 2 : “moon” in the column “site”"),
    "no address": ("people", people_csv(person_line("Ann"), person_line("Bo", email="bo")), "row 3 : “bo” is not an"),
    "one address twice": ("people", people_csv(person_line("Ann"), person_line("Ann")), "stands on 2 rows"),
    "somebody unknown wished for": (
        "people",
        people_csv(person_line("Ann", wants="who@example.org")),
        "names who@example.org, whom this programme does not know",
    ),
    "a relation of somebody unknown": (
        "relations",
        b"person,about,kind\nwho@example.org,ada.quill@example.org,supervises\n",
        "row 2 : Nobody in this programme has the address who@example.org.",
    ),
    "an unknown kind of relation": (
        "relations",
        b"person,about,kind\nben.marrow@example.org,ada.quill@example.org,likes\n",
        "“likes” in the column “kind” is none of",
    ),
    "a clinic that ends before it starts": (
        "clinics",
        b"person,weekday,start,end,kind\nfay.lantern@example.org,mon,14:00,09:00,clinic\n",
        "row 2 : It ends before it starts.",
    ),
    "a room for nobody": (
        "rooms",
        b"site,room,name,capacity,weekdays,opens_at,closes_at\nnorth,r9,Nine,0,mon,08:00,18:00\n",
        "A room for nobody is no room",
    ),
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_list_that_cannot_be_used_is_refused_whole(pages: Pages, name: str) -> None:
    kind, content, said = BAD_LISTS[name]
    browser = pages.signed_in(COORDINATOR)
    before = everything_stored(pages.database)
    answer = browser.upload(pages.path(f"/people/{kind}"), content)
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert "Nothing was changed." in answer.text
    assert everything_stored(pages.database) == before


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
        assert "No file was chosen." in answer.text
    assert browser.upload(pages.path("/rotas"), rota(["Ada Quill"]), "rota.xlsx", site="moon").status_code == 404
    assert browser.upload(pages.path("/people/unheard-of"), b"x").status_code == 404
    assert everything_stored(pages.database) == before


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(pages: Pages) -> None:
    pages.app.config["MAX_CONTENT_LENGTH"] = 10_000
    browser = pages.signed_in(COORDINATOR)
    answer = browser.upload(pages.path("/people/people"), b"x" * 20_000)
    assert answer.status_code == 413
    assert "The file is too big" in answer.text


def test_many_faults_are_named_and_the_rest_counted(pages: Pages) -> None:
    lines = [person_line(f"P{number}", site="moon") for number in range(25)]
    answer = pages.signed_in(COORDINATOR).upload(pages.path("/people/people"), people_csv(*lines))
    assert answer.text.count("is none of") == 20
    assert "And 5 more." in answer.text


def test_a_list_is_taken_over_and_namesakes_are_told(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    content = people_csv(person_line("Ada Quill", email="ada.two@example.org"), person_line("Ben Marrow", stage="4"))
    answer = browser.upload(pages.path("/people/people"), content)
    assert answer.status_code == 303
    page = words_of(browser.get(pages.path("/people")).text)
    assert "People: 1 people added, 1 changed, 0 as they were." in page
    assert "Two people share a name (Ada Quill): rotas will ask who is meant." in page


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("relations", b"person,about,kind\nfay.lantern@example.org,ada.quill@example.org,supervises\n", "1 row taken"),
        ("clinics", b"person,weekday,start,end,kind\nfay.lantern@example.org,mon,09:00,12:00,clinic\n", "1 row taken"),
        ("rooms", b"site,room,name,capacity,weekdays,opens_at,closes_at\nnorth,r9,Nine,8,mon,08:00,18:00\n", "1 row"),
    ],
)
def test_the_other_lists_are_taken_over(pages: Pages, kind: str, content: bytes, said: str) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert browser.upload(pages.path(f"/people/{kind}"), content).status_code == 303
    assert said in browser.get(pages.path("/people")).text
