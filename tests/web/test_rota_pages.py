"""A rota on its way in: what was understood, questions asked once, import, and what a new version changes."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from scheduler import clock
from scheduler.availability.calendar_download import Fetched, NotFetched
from scheduler.people.model import OPERATOR
from scheduler.people.roles import add_coordinator
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import create_programme, get_programme
from scheduler.rota_import.addresses import refresh_due
from scheduler.rotas.rota_list import list_rotas
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.builders import NOW, programme
from tests.scheduler.rotas.sheets import as_csv
from tests.web.builders import (
    COORDINATOR,
    OTHER_RESIDENT,
    RESIDENT,
    STRANGER_COORDINATOR,
    Browser,
    Pages,
    everything_stored,
    words_of,
)
from tests.web.test_uploads import ROTA_DAYS, rota
from web.rota_questions import MOST_OFFERED

DAY, NIGHT = "08:00-17:00", "20:00-08:30"
DAYS = [DAY] * len(ROTA_DAYS)
PEOPLE_ON_ROTAS = ("Ada Quill", "Ben Marrow", "Cat Osier")
NIGHTS = [NIGHT] * 4 + [""] * 3 + [DAY] * 7


def read(pages: Pages, browser: Browser, content: bytes, name: str = "ward.xlsx", **data: str) -> str:
    """Upload a rota; the path of the page that shows what was understood."""
    answer = browser.upload(pages.path("/rotas"), content, name, site="north", **data)
    assert answer.status_code == 303, words_of(answer.text)
    return str(answer.headers["Location"])


def fields(page: str) -> dict[str, str]:
    """The hidden fields that say what is asked."""
    return {
        name: value.replace("&#34;", '"')
        for name, value in re.findall(r'<input type="hidden" name="((?:about|subject)-\d+)" value="([^"]*)"', page)
    }


def number_of(page: str, subject: str) -> str:
    found = next(name for name, value in fields(page).items() if name.startswith("subject-") and value == subject)
    return found.removeprefix("subject-")


def test_a_plain_rota_is_understood_shown_and_imported_whole(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *NIGHTS], ["Marrow, Ben", *DAYS]))
    page = words_of(browser.get(waiting).text)
    assert "a row for each person, a column for each day" in page
    assert "for 2 of 2 people" in page
    assert "We understood all of it" in page
    assert "“ward” is waiting for you" in words_of(browser.get(pages.path("/rotas")).text)
    imported = words_of(
        browser.post(waiting, {**fields(browser.get(waiting).text), "then": "import"}, follow_redirects=True).text
    )
    assert "“ward” has been imported" in imported
    assert "2 people, 25 entries" in imported
    assert "ward North Hospital 1 Feb 2027 – 14 Feb 2027 2" in words_of(browser.get(pages.path("/rotas")).text)
    assert "7 residents aren’t on any rota" in words_of(browser.get(pages.path("/rotas")).text)


def test_an_unknown_code_and_an_unknown_name_are_asked_once_and_remembered(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    content = rota(["Ada Quill", *["ZQ"] * 14], ["Ben Marsh", *DAYS], ["Nobody Known", *DAYS])
    waiting = read(pages, browser, content)
    page = browser.get(waiting).text
    assert "What does “ZQ” mean?" in page
    assert "Who is “Ben Marsh”?" in page
    code, ben, nobody = (number_of(page, subject) for subject in ("ZQ", "Ben Marsh", "Nobody Known"))
    answers = {
        **fields(page),
        f"answer-{code}": "night",
        f"start-{code}": "21:00",
        f"end-{code}": "09:00",
        f"answer-{ben}": "Ben Marrow",
        f"answer-{nobody}": "nobody",
    }
    kept = browser.post(waiting, {**answers, "then": "keep"})
    assert kept.headers["Location"] == waiting
    page = browser.get(waiting).text
    assert "Your answers have been saved." in page
    assert "What does “ZQ” mean?" not in page
    assert "21:00–09:00" in page
    imported = words_of(browser.post(waiting, {**fields(page), "then": "import"}, follow_redirects=True).text)
    assert "Left out, as you asked: Nobody Known." in imported
    assert "stays open" not in imported, "nothing is asked any more"
    again = read(pages, browser, content)
    assert "We understood all of it" in browser.get(again).text, "what was answered once is not asked again"


def test_somebody_else_than_the_likely_ones_can_be_chosen(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ben Marsh", *DAYS]))
    page = browser.get(waiting).text
    number = number_of(page, "Ben Marsh")
    assert f'name="other-{number}"' in page
    browser.post(waiting, {**fields(page), f"other-{number}": "Gus Fern", "then": "keep"})
    assert "Gus Fern written “Ben Marsh”" in words_of(browser.get(waiting).text)


def offered_on(page: str) -> list[str]:
    """Who is offered while somebody types a name."""
    return re.findall(
        r'<option value="([^"]+)"', page.partition('<datalist id="offered">')[2].partition("</datalist>")[0]
    )


def test_who_works_there_and_is_not_on_the_rota_is_offered_first_and_never_everybody(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS], ["Ben Marlow", *DAYS]))
    everybody = offered_on(browser.get(waiting).text)
    assert {"Ben Marrow", "Gus Fern"} <= set(everybody)
    assert everybody[-1] == "Ada Quill", "who is on it already comes last"
    with pages.database.writing() as db:
        part = dict(db.execute(select(ParticipantRow.__table__).limit(1)).mappings().one())
        for number in range(2 * MOST_OFFERED):
            who = {"id": 5000 + number, "name": f"Many {number}", "email": f"many{number}@example.org"}
            db.execute(insert(PersonRow), [{**who, "created_at": NOW}])
            db.execute(insert(ParticipantRow), [{**part, "person_id": who["id"]}])
    assert len(offered_on(browser.get(waiting).text)) == MOST_OFFERED


def test_a_new_version_shows_what_it_changes(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for content in (rota(["Ada Quill", *DAYS]), rota(["Ada Quill", *DAYS[:-1], NIGHT])):
        waiting = read(pages, browser, content)
        page = words_of(
            browser.post(waiting, {**fields(browser.get(waiting).text), "then": "import"}, follow_redirects=True).text
        )
    assert "What has changed since the last version" in page
    assert f"Ada Quill 14 Feb 2027 {DAY} {NIGHT}" in page


def test_days_in_a_row_that_change_alike_are_one_line(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for content in (rota(["Ada Quill", *DAYS]), rota(["Ada Quill", *DAYS[:4], *["AL"] * 8, NIGHT, DAY])):
        waiting = read(pages, browser, content)
        page = words_of(
            browser.post(waiting, {**fields(browser.get(waiting).text), "then": "import"}, follow_redirects=True).text
        )
    assert f"Ada Quill 5 Feb 2027 – 12 Feb 2027 {DAY} AL Ada Quill 13 Feb 2027 {DAY} {NIGHT}" in page


def test_the_site_of_a_rota_can_be_changed_before_it_is_imported(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS]))
    page = browser.get(waiting).text
    browser.post(waiting, {**fields(page), "site": "south", "then": "import"})
    assert "ward South Hospital" in words_of(browser.get(pages.path("/rotas")).text)
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS]))
    before = everything_stored(pages.database)
    assert browser.post(waiting, {"site": "moon", "then": "import"}).status_code == 404
    assert everything_stored(pages.database) == before


def test_a_rota_that_is_known_keeps_its_site_where_the_form_names_none(pages: Pages) -> None:
    """Many files once more: each stays where its people work, be it imported already or still waiting."""
    browser = pages.signed_in(COORDINATOR)
    everything = ["gastro", "cardio", "renal"]
    files = {name: rota([person, *DAYS]) for name, person in zip(everything, PEOPLE_ON_ROTAS, strict=True)}
    browser.post(read(pages, browser, files["gastro"], "gastro.xlsx"), {"site": "south", "then": "import"})
    browser.post(read(pages, browser, files["cardio"], "cardio.xlsx"), {"site": "south", "then": "keep"})
    again = [(io.BytesIO(content), f"{name}.xlsx") for name, content in files.items()]
    browser.post(pages.path("/rotas"), {"file": again, "site": ""})
    done = browser.post(pages.path("/rotas/import"), follow_redirects=True)
    assert done.status_code == 200
    with pages.database.reading() as db:
        sites = {line.name: line.site for line in list_rotas(db, OPERATOR, pages.programme_id)}
    assert sites == {"gastro": "South Hospital", "cardio": "South Hospital", "renal": "North Hospital"}


def test_a_site_that_is_chosen_counts_for_a_known_rota_and_the_move_is_said(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    form = browser.get(pages.path("/rotas")).text.partition('id="upload-site"')[2]
    assert form.partition("<option")[2].startswith(' value="">'), "nothing is chosen unless somebody chooses"
    browser.post(read(pages, browser, rota(["Ada Quill", *DAYS])), {"then": "import"})
    waiting = browser.upload(pages.path("/rotas"), rota(["Ada Quill", *DAYS]), "ward.xlsx", site="south")
    page = words_of(browser.get(str(waiting.headers["Location"])).text)
    assert "The rota moves from North Hospital to South Hospital." in page
    assert "No changes" not in page
    text = "Name,1 Feb 2027,2 Feb 2027\nAda Quill,Day,Night\n"
    pasted = browser.post(pages.path("/rotas/paste"), {"text": text, "name": "ward", "site": ""})
    assert "South Hospital" in words_of(browser.get(str(pasted.headers["Location"])).text)
    with pages.database.reading() as db:
        assert [line.site for line in list_rotas(db, OPERATOR, pages.programme_id)] == ["North Hospital"]


def test_the_same_file_for_another_site_differs_in_the_site_alone(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    browser.post(read(pages, browser, rota(["Ada Quill", *DAYS])), {"then": "import"})
    answer = browser.upload(pages.path("/rotas"), rota(["Ada Quill", *DAYS]), "copy.xlsx", site="south")
    page = words_of(browser.get(str(answer.headers["Location"])).text)
    assert "“ward” says the same, at another site" in page
    assert "On 14 days only the site is another: this file is for South Hospital." in page
    assert "reads differently" not in page
    assert "Which of the two counts?" in page
    assert "14 days already in use change their site." in page
    assert "No changes" not in page
    refused = browser.post(str(answer.headers["Location"]), {"then": "import"})
    assert "Say first which of the two rotas counts" in words_of(refused.text)


def test_a_rota_that_leaves_nothing_to_answer_waits_no_longer_once_it_is_imported(pages: Pages) -> None:
    """What was left out is a remark: nobody can answer it."""
    browser = pages.signed_in(COORDINATOR)
    content = as_csv(
        [["Name", *ROTA_DAYS], ["Ada Quill", *DAYS], ["", "Please tell the office about leave in good time"]]
    )
    waiting = read(pages, browser, content, "ward.csv")
    page = words_of(browser.get(waiting).text)
    assert "What was left out, and why" in page
    assert "question" not in words_of(browser.get(pages.path("/rotas")).text).partition("Upload rotas")[0]
    setting_up = words_of(browser.get(pages.path("/setting-up")).text)
    assert "1 rota is waiting to be imported." in setting_up
    assert "answers" not in setting_up.partition("Rotas")[2].partition("Publish")[0]
    browser.post(waiting, {"then": "import"})
    assert "waiting" not in words_of(browser.get(pages.path("/rotas")).text).partition("Upload rotas")[0]


def test_a_rota_that_waits_for_answers_alone_says_that_it_has_been_imported(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *["ZQ"] * 14]))
    assert "Nothing is imported until you press “Import” below." in words_of(browser.get(waiting).text)
    browser.post(waiting, {"then": "import"})
    for _ in range(2):  # also after an answer is kept
        page = browser.get(waiting).text
        assert "Nothing is imported until" not in words_of(page)
        assert "It has been imported with what was known." in words_of(page)
        browser.post(waiting, {**fields(page), "then": "keep"})


def test_the_result_of_an_import_stays_to_be_read(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS]), "theatre.xlsx")
    address = browser.post(waiting, {"then": "import"}).headers["Location"]
    for page in (browser.get(address).text, browser.get(address).text):
        assert "“theatre” has been imported" in words_of(page)
        assert "1 person, 14 entries" in words_of(page)
    assert f'href="{address}"' in browser.get(pages.path("/rotas")).text
    elsewhere = address.replace(pages.path(), f"/programmes/{pages.stranger_programme_id}")
    assert pages.signed_in(STRANGER_COORDINATOR).get(elsewhere).status_code == 404


def test_a_stale_page_imports_the_rota_that_it_shows_or_none(pages: Pages) -> None:
    """Another file of the same name, another rota under a number that was free again, answers given elsewhere."""
    browser = pages.signed_in(COORDINATOR)
    older = read(pages, browser, rota(["Ada Quill", *DAYS]))
    seen = hidden(browser.get(older).text)
    assert browser.post(f"{older}/discard", seen).status_code == 303
    newer = read(pages, browser, rota(["Ben Marrow", *NIGHTS]), "another.xlsx")
    assert newer != older
    assert browser.post(older, {**seen, "then": "import"}).status_code == 404
    moved = hidden(browser.get(newer).text)
    browser.post(newer, {**moved, "site": "south", "then": "keep"})
    before = everything_stored(pages.database)
    for path in (newer, f"{newer}/discard"):
        refused = browser.post(path, {**moved, "then": "import"})
        assert refused.status_code == 409
        assert "changed after you opened the page" in words_of(refused.text)
    shown = hidden(browser.get(pages.path("/rotas")).text)
    read(pages, browser, rota(["Cat Osier", *DAYS]), "third.xlsx")
    assert browser.post(pages.path("/rotas/import"), shown).status_code == 409
    unread = {"waiting_rota": [], "waiting_sheets": []}
    assert everything_stored(pages.database) | unread == before | unread


def hidden(page: str) -> dict[str, str]:
    """What the page’s forms say they have seen."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return {"seen": found[1]}


def test_many_files_at_once_are_read_each_by_itself(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    files = [
        (io.BytesIO(rota(["Ada Quill", *DAYS])), "medicine.xlsx"),
        (io.BytesIO(rota(["Ben Marrow", *["ZQ"] * 14])), "surgery.xlsx"),
        (io.BytesIO(rota(["Cat Osier", *NIGHTS])), "paediatrics.xlsx"),
    ]
    answer = browser.post(pages.path("/rotas"), {"file": files, "site": "north", "name": "one name fits one"})
    assert answer.headers["Location"] == pages.path("/rotas")
    page = words_of(browser.get(pages.path("/rotas")).text)
    assert "3 rotas are waiting for you" in page
    assert "medicine understood 14 entries for 1 of 1 people." in page
    assert "surgery 1 question" in page
    assert "Import the 2 rotas we understood" in page
    done = words_of(browser.post(pages.path("/rotas/import"), follow_redirects=True).text)
    assert "2 rotas have been imported" in done
    assert "medicine : 1 person, 14 entries paediatrics : 1 person, 11 entries" in done
    assert "“surgery” is waiting for you" in words_of(browser.get(pages.path("/rotas")).text)


def test_a_file_that_cannot_be_read_keeps_no_other_back(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    files = [(io.BytesIO(b"%PDF-1.7"), "poster.pdf"), (io.BytesIO(rota(["Ada Quill", *DAYS])), "medicine.xlsx")]
    answer = browser.post(pages.path("/rotas"), {"file": files, "site": "north"})
    page = words_of(answer.text)
    assert answer.status_code == 422
    assert re.search("1 file could not be read poster.pdf ?: .*The PDF is damaged.", page)
    assert "“medicine” is waiting for you" in page


def test_dates_in_doubt_are_settled_where_they_are_asked(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    content = as_csv([["Name", "Date", "Start", "End"], ["Ada Quill", "02/03/2027", "08:00", "17:00"]])
    waiting = read(pages, browser, content, "list.csv")
    page = browser.get(waiting).text
    assert "2 Mar 2027" in words_of(page)
    answers = {**fields(page), f"answer-{number_of(page, 'order')}": "month first", "then": "keep"}
    browser.post(waiting, answers)
    page = words_of(browser.get(waiting).text)
    assert "We understood all of it" in page
    assert "3 Feb 2027" in page


def test_a_rolling_rota_is_given_its_first_day(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    week = [DAY] * 5
    rows = [["Name", "Mon", "Tue", "Wed", "Thu", "Fri"], ["Ada Quill", *week], ["Ben Marrow", *[NIGHT] * 5]]
    waiting = read(pages, browser, as_csv(rows), "rolling.csv")
    page = browser.get(waiting).text
    assert "a rolling rota" in page
    held = browser.post(waiting, {**fields(page), "then": "import"})
    assert held.status_code == 409
    assert "We are not sure how to read the dates." in words_of(held.text)
    number = number_of(page, "first day")
    answers = {**fields(page), f"answer-{number}": "2027-02-01", f"weeks-{number}": "4", "then": "import"}
    placed = browser.post(waiting, answers, follow_redirects=True).text
    assert "check the days below" in words_of(placed), "nobody has seen the days yet"
    done = browser.post(waiting, {**fields(placed), "then": "import"}, follow_redirects=True).text
    assert "2 people, 40 entries" in words_of(done)
    assert "1 Feb 2027 – 28 Feb 2027" in words_of(browser.get(pages.path("/rotas")).text)


def test_of_two_that_contradict_each_other_one_goes_on_waiting(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    read(pages, browser, rota(["Ada Quill", *DAYS]), "first.xlsx")
    read(pages, browser, rota(["Ada Quill", *NIGHTS]), "second.xlsx")
    assert "Import the 2 rotas we understood" in words_of(browser.get(pages.path("/rotas")).text)
    page = words_of(browser.post(pages.path("/rotas/import"), follow_redirects=True).text)
    assert "“first” has been imported" in page
    assert "“second” is still waiting" in page
    assert "differs from another rota" in words_of(browser.get(pages.path("/rotas")).text)


def test_members_see_from_which_rota_their_week_comes(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert "We don’t have a rota for you." in words_of(pages.signed_in(RESIDENT).get("/availability").text)
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS]))
    browser.post(waiting, {**fields(browser.get(waiting).text), "then": "import"})
    page = words_of(pages.signed_in(RESIDENT).get("/availability").text)
    assert re.search("From the rota “ward”, uploaded on .+, for 1 Feb 2027 – 14 Feb 2027.", page)
    assert "From the rota" not in words_of(pages.signed_in(OTHER_RESIDENT).get("/availability").text)


def test_sessions_that_a_new_version_touches_are_listed_with_the_way_to_repair_them(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    with pages.database.reading() as db:
        session, name = db.execute(
            select(SessionRow, PersonRow.name)
            .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
            .join(PersonRow, PersonRow.id == AttendeeRow.person_id)
            .where(AttendeeRow.role == "resident")
            .order_by(SessionRow.starts_at)
        ).first() or (None, "")
    assert session is not None
    day = session.starts_at.date()
    days = [str(day + timedelta(days=offset)) for offset in (-1, 0, 1)]
    for codes in ([DAY, DAY, DAY], [DAY, "Annual leave", DAY]):
        waiting = read(pages, browser, rota([name, *codes], days=days))
        page = browser.post(
            waiting, {**fields(browser.get(waiting).text), "then": "import"}, follow_redirects=True
        ).text
    assert f"{name} can no longer come." in words_of(page)
    assert session.group_name in words_of(page)
    assert "Make a new plan from this one" in page
    assert pages.path("/runs") in page


def test_before_its_first_import_a_rota_names_those_whom_it_keeps_from_published_sessions(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    with pages.database.reading() as db:
        rows = db.execute(
            select(SessionRow.id, SessionRow.starts_at, PersonRow.name)
            .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
            .join(PersonRow, PersonRow.id == AttendeeRow.person_id)
            .where(AttendeeRow.role == "resident")
            .order_by(SessionRow.starts_at, SessionRow.id, PersonRow.name)
        ).all()
    first = [row for row in rows if row.id == rows[0].id]
    day = first[0].starts_at.date()
    one, other = first[0].name, first[1].name
    days = [str(day + timedelta(days=offset)) for offset in (-1, 0, 1)]
    waiting = read(pages, browser, rota([one, DAY, NIGHT, ""], [other, DAY, "Annual leave", DAY], days=days))
    words = words_of(browser.get(waiting).text)
    assert "Someone could no longer come to 1 published session" in words
    assert f": {', '.join(sorted((other, one)))} 1 published session is on these days" in words
    page = browser.post(waiting, {**fields(browser.get(waiting).text), "then": "import"}, follow_redirects=True).text
    assert f"{', '.join(sorted((other, one)))} can no longer come." in words_of(page)
    again = read(pages, browser, rota([one, DAY, DAY, ""], [other, DAY, NIGHT, DAY], days=days))
    words = words_of(browser.get(again).text)
    assert "could no longer come" not in words, "one comes again, the other could not come before either"


def test_a_rota_of_strangers_is_not_imported(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Nobody Known", *DAYS]))
    before = everything_stored(pages.database)
    answer = browser.post(waiting, {**fields(browser.get(waiting).text), "then": "import"})
    assert answer.status_code == 409
    assert "Nobody on this rota is in the programme." in words_of(answer.text)
    assert everything_stored(pages.database) == before


def test_an_answer_that_makes_no_sense_is_refused_with_its_question(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *["ZQ"] * 14]))
    page = browser.get(waiting).text
    before = everything_stored(pages.database)
    answer = browser.post(waiting, {**fields(page), f"answer-{number_of(page, 'ZQ')}": "holiday", "then": "import"})
    assert answer.status_code == 422
    assert "ZQ : “holiday” is not a kind of duty" in words_of(answer.text)
    assert everything_stored(pages.database) == before


def test_an_upload_is_forgotten_on_request(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS]))
    assert browser.post(f"{waiting}/discard").status_code == 303
    assert browser.get(waiting).status_code == 404
    with pages.database.reading() as db:
        assert list_rotas(db, OPERATOR, pages.programme_id) == ()


def test_another_programmes_upload_is_not_there(pages: Pages) -> None:
    waiting = read(pages, pages.signed_in(COORDINATOR), rota(["Ada Quill", *DAYS]))
    path = waiting.replace(pages.path(), f"/programmes/{pages.stranger_programme_id}")
    stranger = pages.signed_in(STRANGER_COORDINATOR)
    before = everything_stored(pages.database)
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, {"then": "import"}).status_code == 404
    assert stranger.post(f"{path}/discard").status_code == 404
    assert everything_stored(pages.database) == before


def test_days_outside_the_programme_are_pointed_out(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    before = rota(["Ada Quill", *DAYS], days=[f"2019-03-{day:02d}" for day in range(1, 15)])
    page = words_of(browser.get(read(pages, browser, before)).text)
    assert "These days are outside the programme" in page
    with pages.database.reading() as db:
        first_day = get_programme(db, pages.programme_id).first_day
    inside = rota(["Ada Quill", *DAYS], days=[str(first_day + timedelta(days=day)) for day in range(14)])
    assert "outside the programme" not in browser.get(read(pages, browser, inside)).text


def test_a_waiting_rota_is_found_under_its_own_programme_only(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS]))
    with pages.database.writing() as db:
        other = create_programme(db, OPERATOR, programme(slug="autumn"), NOW)
        add_coordinator(db, OPERATOR, other, "Cora", COORDINATOR, NOW)
    elsewhere = waiting.replace(pages.path("/rotas"), f"/programmes/{other}/rotas")
    assert elsewhere != waiting
    assert browser.get(elsewhere).status_code == 404
    assert browser.post(elsewhere, {"then": "import"}).status_code == 404
    assert browser.post(f"{elsewhere}/discard").status_code == 404
    assert browser.get(waiting).status_code == 200


def test_a_changed_week_under_another_name_is_shown_and_asked_about(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS]))
    browser.post(waiting, {"then": "import"})
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS[:-1], NIGHT]), "ward-february.xlsx")
    assert "differs from another rota" in words_of(browser.get(pages.path("/rotas")).text)
    page = browser.get(waiting).text
    words = words_of(page)
    assert "“ward” says something else about the same people" in words
    assert "1 day of theirs reads differently. 13 days read the same." in words
    assert f"Ada Quill 14 Feb 2027 {DAY} {NIGHT}" in words
    refused = words_of(browser.post(waiting, {"then": "import"}, follow_redirects=True).text)
    assert "Say first which of the two rotas counts." in refused
    name = re.findall(r'name="(standing-\d+)"', page)[0]
    done = words_of(browser.post(waiting, {name: "replace", "then": "import"}, follow_redirects=True).text)
    assert f"Ada Quill 14 Feb 2027 {DAY} {NIGHT}" in done
    listed = words_of(browser.get(pages.path("/rotas")).text)
    assert "ward-february North Hospital" in listed
    assert "ward North Hospital" not in listed


def test_a_copy_under_another_name_changes_nothing_and_says_so(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for name in ("ward.xlsx", "copy.xlsx"):
        page = words_of(
            browser.post(
                read(pages, browser, rota(["Ada Quill", *DAYS]), name), {"then": "import"}, follow_redirects=True
            ).text
        )
    assert "Nothing has changed" in page
    assert "ward already says all of this." in page


def test_the_same_file_again_changes_nothing_and_leaves_the_first_import_to_be_taken_back(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for _time in range(2):
        waiting = read(pages, browser, rota(["Ada Quill", *DAYS]))
        page = words_of(browser.post(waiting, {"then": "import"}, follow_redirects=True).text)
    assert "Nothing has changed" in page
    assert "Everything in “ward” was already in use." in page
    [way] = re.findall(r'href="([^"]+/rotas/replaced/\d+)"', browser.get(pages.path("/rotas")).text)
    assert "This rota goes again: ward." in words_of(browser.get(way).text)


def test_a_rota_can_be_removed_after_reading_what_that_does(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    browser.post(read(pages, browser, rota(["Ada Quill", *DAYS])), {"then": "import"})
    address = re.findall(r'href="([^"]+/remove)"', browser.get(pages.path("/rotas")).text)[0]
    page = words_of(browser.get(address).text)
    assert "Remove “ward”?" in page
    assert "We’ll no longer know 14 days of theirs" in page
    assert browser.post(address, {}).status_code == 303
    listed = words_of(browser.get(pages.path("/rotas")).text)
    assert "“ward” has been removed." in listed
    assert "None yet." in listed


def test_a_rota_at_an_address_is_added_told_of_and_given_up(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    browser = pages.signed_in(COORDINATOR)
    form = {"name": "Ward", "site": "north", "address": "https://sheets.example.org/pub?key=s3cret"}
    assert browser.post(pages.path("/rotas/addresses"), {**form, "address": "nothing"}).status_code == 422
    assert browser.post(pages.path("/rotas/addresses"), form).status_code == 303
    page = browser.get(pages.path("/rotas")).text
    assert "from sheets.example.org" in words_of(page)
    assert "s3cret" not in page
    [address_id] = re.findall(r"/rotas/addresses/(\d+)/fetch", page)

    class NeverThere:
        def fetch(self, address: str, etag: str = "") -> Fetched:
            raise NotFetched("The server answered with error 503.", where=address)

    assert refresh_due(pages.database, clock.now(), NeverThere()) == 1
    page = words_of(browser.get(pages.path("/rotas")).text)
    assert "It could not be read" in page
    assert "The server answered with error 503." in page
    assert "s3cret" not in page + caplog.text
    assert browser.post(pages.path(f"/rotas/addresses/{address_id}/fetch")).status_code == 303
    assert browser.post(pages.path(f"/rotas/addresses/{address_id}/remove")).status_code == 303
    assert "sheets.example.org" not in browser.get(pages.path("/rotas")).text
