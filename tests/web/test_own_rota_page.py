"""A rota that somebody gives of themselves: tapped in, pasted or uploaded, and what others see of it."""

from __future__ import annotations

import re
from dataclasses import replace

from scheduler.people.model import OPERATOR
from scheduler.rota_import import service
from scheduler.rota_import.other_readings import other_readings
from scheduler.rota_import.service import Upload
from scheduler.rotas.model import Question
from scheduler.rotas.reading.reader import read_rota
from tests.builders import NOW
from tests.scheduler.rotas.sheets import as_xlsx
from tests.web.builders import COORDINATOR, FACILITATOR, RESIDENT, Browser, Pages, everything_stored, words_of

MONDAY = "2027-01-04"
MONDAY_AND_TUESDAY = (MONDAY, "2027-01-05")
PATTERN = ("day", "day", "night", "night", "off", "off", "off") * 2
TEXT = "Mon 4 January 2027, Night\nTue 5 January 2027, Night\nWed 6 January 2027, ZZ\n"


def tapped(*kinds: str, **more: str) -> dict[str, str]:
    """The form of a grid: these days, then off."""
    days = {f"day-{number}": kinds[number] if number < len(kinds) else "off" for number in range(28)}
    return {"first_day": MONDAY, "repeat": "0", **days, **more}


def chosen(**days: str) -> dict[str, str]:
    """The form of a grid in which only these days were tapped, by their numbers: ``_3="night"``."""
    said = {f"day-{name.removeprefix('_')}": kind for name, kind in days.items()}
    return {"first_day": MONDAY, "repeat": "0", **{f"day-{number}": "" for number in range(28)}, **said}


def stored(pages: Pages, table: str) -> list[tuple[object, ...]]:
    return list(everything_stored(pages.database)[table])


def test_a_pattern_is_tapped_in_and_repeats(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    page = browser.get("/availability/rota?from=2027-01-06").text
    assert len(re.findall(r'<select id="day-\d+"', page)) == 28
    assert f'name="first_day" value="{MONDAY}"' in page
    answer = browser.post("/availability/rota/days", tapped(*PATTERN, repeat="14", until="2027-02-14"))
    assert answer.status_code == 303
    assert len(stored(pages, "duty")) == 42
    page = browser.get("/availability/rota?from=2027-01-18").text
    assert 'data-kind="night"' in page, "what was said is shown in the grid again"
    assert "From the rota you gave on" in words_of(browser.get("/availability").text)


def test_what_cannot_be_taken_comes_back_with_what_was_tapped(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    refused = browser.post("/availability/rota/days", tapped("night", repeat="7", until=""))
    assert refused.status_code == 422
    assert "Choose the day until which it repeats" in refused.text
    assert re.search(r'<li data-kind="night">', refused.text)
    nothing = browser.post("/availability/rota/days", chosen())
    assert (nothing.status_code, "You haven’t tapped a day yet" in nothing.text) == (422, True)
    assert browser.post("/availability/rota/days", tapped("nonsense")).status_code == 422
    assert not stored(pages, "duty")


def test_pasted_text_is_read_shown_asked_about_and_taken(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    assert browser.post("/availability/rota", {"text": TEXT}).status_code == 303
    page = browser.get("/availability/rota").text
    assert "This is what we read" in page
    assert not stored(pages, "duty"), "nothing counts before it has been seen"
    form = dict(re.findall(r'name="((?:about|subject)-\d+|seen)" value="([^"]*)"', page))
    [number] = [name.removeprefix("about-") for name, about in form.items() if about == "code"]
    assert browser.post("/availability/rota/take", {**form, f"answer-{number}": "long_day"}).status_code == 303
    assert sorted(str(row[5]) for row in stored(pages, "duty")) == ["long_day", "night", "night"]
    assert not stored(pages, "waiting_rota")


UNDATED = (
    "Name,1,2,3,4,5,6,7,Note\nAda Quill,Day,Day,Night,Night,Off,Off,Off,\nBen Marrow,Day,Day,Day,Day,Off,Off,Off,ill\n"
)


def test_an_answer_that_gives_the_days_is_shown_before_it_counts(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/availability/rota", {"text": UNDATED})
    page = browser.get("/availability/rota").text
    [number] = re.findall(r'<select id="answer-(\d+)"', page)
    assert "We can show its days once we know when they are" in words_of(page)
    form = dict(re.findall(r'name="((?:about|subject)-\d+|seen)" value="([^"]*)"', page))
    answers = {**form, f"answer-{number}": "03", f"year-{number}": "2027"}
    shown = words_of(browser.post("/availability/rota/take", answers, follow_redirects=True).text)
    assert "1 Mar 2027 to 7 Mar 2027" in shown
    assert not stored(pages, "duty"), "nobody has seen yet where the days are"
    seen = dict(re.findall(r'name="(seen)" value="([^"]*)"', browser.get("/availability/rota").text))
    browser.post("/availability/rota/take", seen)
    assert [str(row[3]) for row in stored(pages, "duty")][:3] == ["2027-03-01", "2027-03-02", "2027-03-03"]


def test_nothing_of_others_is_kept_of_a_sheet(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post(
        "/availability/rota",
        {"text": "Name,1/3/2027,2/3/2027,14/3/2027\nAda Quill,Day,Night,Day\nBen Marrow,ZX (Ben Marrow),Day,#REF!\n"},
    )
    [waiting] = stored(pages, "waiting_rota")
    assert "Marrow" not in str(waiting)
    assert "Ada Quill" in str(waiting)


def test_what_was_read_can_be_thrown_away(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.upload("/availability/rota", TEXT.encode(), name="january.txt")
    assert len(stored(pages, "waiting_rota")) == 1
    browser.post("/availability/rota/discard")
    assert not stored(pages, "waiting_rota")


def test_a_name_that_is_not_there_is_asked_for_and_the_text_stays(pages: Pages) -> None:
    text = "Name,2027-01-04,2027-01-05\nA. Unknown,Day,Night\nB. Unknown,Day,Off\n"
    browser = pages.signed_in(RESIDENT)
    refused = browser.post("/availability/rota", {"text": text})
    assert refused.status_code == 422
    assert "Write your name as it appears on the rota" in refused.text
    assert "A. Unknown,Day,Night" in refused.text
    assert browser.post("/availability/rota", {"text": text, "written": "A. Unknown"}).status_code == 303
    assert browser.post("/availability/rota", {"text": " "}).status_code == 422


def test_the_departments_rota_counts_and_the_differences_are_shown_to_its_owner_alone(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/availability/rota/days", tapped("day", "day", "long_day"))

    sheet = b"Name,2027-01-04,2027-01-05,2027-01-06\nAda Quill,Day,Night,Long day\n"
    with pages.database.writing() as db:
        service.import_rota(db, OPERATOR, pages.programme_id, "north", Upload("Ward", sheet, "ward.csv"), NOW)
    assert "differs from your own on 1 day" in words_of(browser.get("/availability").text)
    page = words_of(browser.get("/availability/rota").text)
    assert "differs on 1 day" in page
    coordinator = pages.signed_in(COORDINATOR)
    programme, person = pages.programme_id, pages.ids[RESIDENT]
    assert "their own, given on" in words_of(coordinator.get(f"/programmes/{programme}/people/{person}").text)
    assert "differs" not in words_of(coordinator.get(f"/programmes/{programme}/people/{person}").text)
    assert "Ward, their own word" in words_of(coordinator.get(f"/programmes/{programme}/people").text)


def test_it_is_deleted_at_any_time(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/availability/rota/days", tapped("day"))
    assert browser.post("/availability/rota/delete").status_code == 303
    assert not stored(pages, "duty")
    assert not stored(pages, "rota")
    assert browser.post("/availability/rota/delete").status_code in (404, 422)


def test_facilitators_may_give_theirs_and_strangers_find_no_page(pages: Pages) -> None:
    assert pages.signed_in(FACILITATOR).post("/availability/rota/days", tapped("day")).status_code == 303
    assert pages.signed_in(COORDINATOR).get("/availability/rota").status_code == 404


def test_an_address_is_taken_never_shown_again_and_given_up(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    refused = browser.post("/availability/rota/address", {"address": "rota.example"})
    assert (refused.status_code, "not an address that we can fetch from" in refused.text) == (422, True)
    form = {"address": "webcal://rota.example.org/s3cret.ics", "written": "Ada"}
    assert browser.post("/availability/rota/address", form).status_code == 303
    page = browser.get("/availability/rota").text
    assert "rota.example.org" in page
    assert "s3cret" not in page
    assert "rota.example.org" not in pages.signed_in(COORDINATOR).get(pages.path("/rotas")).text
    assert browser.post("/availability/rota/address/remove").status_code == 303
    assert not stored(pages, "rota_address")


def kinds_stored(pages: Pages) -> dict[str, str]:
    """What stands on each day, whoever said it."""
    return {str(row[3]): str(row[5]) for row in stored(pages, "duty")}


def imported(pages: Pages, first: str, *kinds: str) -> None:
    """The department's rota of the resident: these duties from the first day on."""
    number = int(first[-2:])
    days = ",".join(f"{first[:-2]}{number + place:02d}" for place in range(len(kinds)))
    sheet = f"Name,{days}\nAda Quill,{','.join(kinds)}\n".encode()
    with pages.database.writing() as db:
        service.import_rota(db, OPERATOR, pages.programme_id, "north", Upload("Ward", sheet, "ward.csv"), NOW)


def test_of_days_that_were_not_tapped_nothing_is_said(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    assert (
        "selected"
        not in browser.get("/availability/rota").text.partition('<ol class="duties">')[2].partition("</ol>")[0]
    )
    answer = browser.post("/availability/rota/days", chosen(_0="day", _3="night"), follow_redirects=True)
    assert "2 days, 4 Jan 2027 to 7 Jan 2027" in words_of(answer.text)
    assert kinds_stored(pages) == {"2027-01-04": "day", "2027-01-07": "night"}
    imported(pages, "2027-01-04", "Day", "Night", "Day", "Night")
    page = words_of(browser.get("/availability/rota").text)
    assert "differs" not in page, "the department says the same of the two days, and nothing was said of the others"


def test_whoever_says_so_is_off_on_all_other_days(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/availability/rota/days", {**chosen(_0="day", _3="night"), "others": "off"})
    assert len(kinds_stored(pages)) == 28
    assert kinds_stored(pages)["2027-01-05"] == "off"


def test_a_day_can_be_unsaid_and_one_that_stays_keeps_its_hours(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/availability/rota", {"text": "Mon 4 January 2027, 21:15-07:45\nTue 5 January 2027, Night\n"})
    take(browser)
    before = [row for row in stored(pages, "duty") if str(row[3]) == "2027-01-04"]
    browser.post("/availability/rota/days", chosen(_0="night", _9="late"))
    after = stored(pages, "duty")
    assert [row for row in after if str(row[3]) == "2027-01-04"] == before
    assert sorted(str(row[3]) for row in after) == ["2027-01-04", "2027-01-13"]
    browser.post("/availability/rota/days", {**chosen(_20="day"), "repeat": "0"})
    browser.post("/availability/rota/days", {**chosen(_20=""), "day-5": "off"})
    assert set(kinds_stored(pages)) == {"2027-01-09"}


def take(browser: Browser, **more: str) -> None:
    """Use the rota that waits."""
    seen = dict(re.findall(r'name="(seen)" value="([^"]*)"', browser.get("/availability/rota").text))
    assert browser.post("/availability/rota/take", {**seen, **more}).status_code == 303


def test_the_example_beside_the_box_is_read(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    example = re.search(r"“(Mon [^”]+)”", browser.get("/availability/rota").text)
    assert example is not None
    assert browser.post("/availability/rota", {"text": example[1]}).status_code == 303
    take(browser)
    assert kinds_stored(pages) == {"2027-01-04": "night"}


MIXED = (
    "Mon 4 January 2027, Night\nWed 31 Feb 2027, Day\nsee you there\nSat 9 January 2027, ZZ\nTue 4 January 2027, Late"
)


def test_lines_that_are_not_understood_are_named_and_the_good_ones_kept(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    assert browser.post("/availability/rota", {"text": MIXED}).status_code == 303
    page = browser.get("/availability/rota").text
    words = words_of(page)
    assert "Line 2: the day in “Wed 31 Feb 2027, Day” doesn’t exist. Correct the date." in words
    assert "Line 3 names no day: “see you there”." in words
    assert "Line 5: the day in “Tue 4 January 2027, Late” is a Monday." in words
    assert "What does “ZZ” mean?" in words
    assert "Wed 31 Feb 2027, Day\nsee you there" in page, "the text is there to be corrected"
    take(browser)
    assert kinds_stored(pages) == {"2027-01-04": "night", "2027-01-09": "unknown"}
    assert not any("see you" in str(rows) for rows in everything_stored(pages.database).values())


def test_where_no_line_can_be_used_each_is_told_of_beside_the_text(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    refused = browser.post("/availability/rota", {"text": "31 Feb, Day\n4-7 January, Night\nMon 4 January"})
    words = words_of(refused.text)
    assert refused.status_code == 422
    assert "Line 1: the day in “31 Feb, Day” doesn’t exist" in words
    assert (
        "Line 2: we can’t tell which day “4-7 January, Night” is about. Write each day on a line of its own." in words
    )
    assert "Line 3: “Mon 4 January” doesn’t say what you do that day." in words
    assert "31 Feb, Day\n4-7 January" in refused.text


def test_days_between_the_lines_are_off_only_if_that_is_said(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    lines = "Mon 4 January 2027, Night\nThu 7 January 2027, Day"
    browser.post("/availability/rota", {"text": lines})
    take(browser)
    assert set(kinds_stored(pages)) == {"2027-01-04", "2027-01-07"}
    browser.post("/availability/rota", {"text": lines})
    take(browser, rest_is_off="1")
    assert kinds_stored(pages)["2027-01-05"] == "off"
    assert len(kinds_stored(pages)) == 4


def test_it_is_said_where_the_departments_rota_counts_already(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    page = words_of(browser.get("/availability/rota").text)
    assert "If your department’s rota isn’t here yet" in page
    given = browser.post("/availability/rota/days", chosen(_0="day", _1="day"), follow_redirects=True)
    assert "It counts until your department’s is in." in words_of(given.text)
    imported(pages, "2027-01-04", "Day", "Night")
    page = words_of(browser.get("/availability/rota").text)
    assert "If your department’s rota isn’t here yet" not in page
    assert "Your department’s rota has your days from 4 Jan 2027 to 5 Jan 2027, and that one counts." in page
    for days, said in (
        (chosen(_0="day"), "Your department’s rota already has all of these days, and that one counts."),
        (chosen(_0="day", _9="day"), "It counts on 1 day; your department’s rota already has the others"),
    ):
        answer = words_of(browser.post("/availability/rota/days", days, follow_redirects=True).text)
        assert said in answer
        assert "It counts until your department’s is in." not in answer


def test_leave_alone_replaces_nothing_that_was_given_between(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/availability/rota/days", chosen(_2="night"))
    browser.post("/availability/rota", {"text": "Mon 4 January 2027, Annual leave\nFri 8 January 2027, Annual leave"})
    take(browser)
    assert kinds_stored(pages) == {"2027-01-04": "leave", "2027-01-06": "night", "2027-01-08": "leave"}


def test_which_of_two_sheets_is_right_is_chosen_by_whose_rota_it_is(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    days = [f"2027-01-{day:02d}" for day in range(4, 11)]
    sheets = {
        name: [["Name", *days], ["Ada Quill", *[kind] * 7], ["Ben Marrow", *[kind] * 7]]
        for name, kind in (("Draft", "Night"), ("Final", "Day"))
    }
    browser.upload("/availability/rota", as_xlsx(sheets), name="january.xlsx")
    page = browser.get("/availability/rota").text
    assert "Which is right?" in page
    form = dict(re.findall(r'name="((?:about|subject)-\d+|seen)" value="([^"]*)"', page))
    [number] = [name.removeprefix("about-") for name, about in form.items() if about == "reading"]
    before = "Final" if "7 × night" in words_of(page) else "Draft"
    shown = browser.post("/availability/rota/take", {**form, f"answer-{number}": before}, follow_redirects=True)
    words = words_of(shown.text)
    assert ("7 × day at work" if before == "Final" else "7 × night") in words, "it is shown before it counts"
    assert "Which is right?" not in words
    assert not stored(pages, "duty")
    assert "Marrow" not in str(stored(pages, "waiting_rota"))
    take(browser)
    assert set(kinds_stored(pages).values()) == {"day" if before == "Final" else "night"}


def test_whether_cells_are_people_or_duties_is_chosen_by_whose_rota_it_is(pages: Pages) -> None:
    """Of one that asks whether it is the other way round."""
    own = Question("layout", "rota!A1", "Is it the other way round?", (), "rota!A1")
    rows = [["Name", *MONDAY_AND_TUESDAY], ["Ada Quill", "Ward", "Clinic"], ["Ben Marrow", "Clinic", "Ward"]]
    rota = read_rota(as_xlsx({"rota": rows}), "rota.xlsx", today=NOW.date(), keeping=True)
    found = other_readings(replace(rota, questions=(own,)), NOW.date(), {})
    assert [list(each) for each in found.values()] == [["as read", "otherwise"]]
    assert {duty.person for duty in found["rota!A1"]["otherwise"].duties} == {"Ward", "Clinic"}
