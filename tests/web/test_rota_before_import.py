"""Before a rota is imported, and after: looked over, answered by several, pasted, swapped, taken back."""

from __future__ import annotations

import re

from tests.scheduler.rotas.sheets import as_csv
from tests.web.builders import (
    COORDINATOR,
    RESIDENT,
    STRANGER_COORDINATOR,
    Browser,
    Pages,
    everything_stored,
    words_of,
)
from tests.web.test_rota_pages import DAY, DAYS, NIGHT, NIGHTS, fields, hidden, number_of, read
from tests.web.test_uploads import rota
from web.coordinator.rota_ahead import PEOPLE_ON_A_PAGE
from web.rota_questions import MOST_SHOWN


def strip_of(page: str, name: str) -> str:
    """The letters of somebody's squares."""
    line = page.partition(f'<th scope="row">{name}</th>')[2].partition("</tr>")[0]
    return "".join(re.findall(r"<i class=\"k-[a-z_]+\">(.?)</i>", line))


def imports(pages: Pages, browser: Browser, content: bytes, name: str = "ward.xlsx") -> str:
    """Upload a rota and import it; the page that says what that did."""
    waiting = read(pages, browser, content, name)
    return browser.post(waiting, {"then": "import"}, follow_redirects=True).text


def test_everybodys_first_weeks_are_a_strip_of_letters_and_words(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(read(pages, browser, rota(["Ada Quill", *NIGHTS], ["Marrow, Ben", *DAYS]))).text
    assert strip_of(page, "Ada Quill") == "NNNN···DDDDDDD"
    assert strip_of(page, "Ben Marrow") == "D" * 14
    assert 'aria-label="1 Feb 2027 – 4 Feb 2027: night, 5 Feb 2027 – 7 Feb 2027: off' in page
    assert "night 4" in words_of(page)
    assert "day at work 21" in words_of(page)


def test_people_beyond_a_page_are_on_the_next(pages: Pages, monkeypatch: object) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, rota(["Ada Quill", *NIGHTS], ["Ben Marrow", *DAYS]))
    assert PEOPLE_ON_A_PAGE == 25
    assert strip_of(browser.get(f"{waiting}?page=9").text, "Ada Quill"), "beyond the end is the last page"


def test_what_an_import_will_change_is_said_before_it_does(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    first = read(pages, browser, rota(["Ada Quill", *DAYS]))
    page = words_of(browser.get(first).text)
    assert "14 days of people’s time become known." in page
    assert "Nothing already in use changes." in page
    browser.post(first, {"then": "import"})
    same = words_of(browser.get(read(pages, browser, rota(["Ada Quill", *DAYS]))).text)
    assert "No changes: everything here is already in use." in same
    copy = words_of(browser.get(read(pages, browser, rota(["Ada Quill", *DAYS]), "copy.xlsx")).text)
    assert "No changes: ward already says all of this." in copy
    newer = words_of(browser.get(read(pages, browser, rota(["Ada Quill", *DAYS[:-2], NIGHT, NIGHT]))).text)
    assert "2 days already in use read differently." in newer
    assert f"Ada Quill 13 Feb 2027 – 14 Feb 2027 {DAY} {NIGHT}" in newer


def test_what_hangs_on_a_date_that_is_asked_about_is_not_counted(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    days = [*(f"2027-02-{day:02d}" for day in range(1, 11)), "2037-02-11"]
    rows = [["Date", "Name", "Duty"], *([day, "Ada Quill", "Night"] for day in days)]
    waiting = read(pages, browser, as_csv(rows), "ward.csv")
    page = browser.get(waiting).text
    assert "is far from all other dates" in words_of(page)
    assert "We can tell once the question about the dates is answered." in words_of(page)
    assert "become known" not in page
    place = next(
        value for name, value in fields(page).items() if name.startswith("subject-") and value[-1:].isdecimal()
    )
    browser.post(waiting, {**fields(page), f"answer-{number_of(page, place)}": "2027-02-11", "then": "keep"})
    assert "11 days of people’s time become known." in words_of(browser.get(waiting).text)


def test_an_older_file_under_another_name_is_known_and_says_how_much_would_go_back(pages: Pages) -> None:
    """Also where codes had been answered under the first name only."""
    browser = pages.signed_in(COORDINATOR)
    older = rota(["Ada Quill", *["ZQ"] * 14])
    waiting = read(pages, browser, older)
    page = browser.get(waiting).text
    code = number_of(page, "ZQ")
    hours = {f"answer-{code}": "night", f"start-{code}": "21:00", f"end-{code}": "09:00"}
    browser.post(waiting, {**fields(page), **hours, "then": "import"})
    imports(pages, browser, rota(["Ada Quill", *DAYS]))
    page = words_of(browser.get(read(pages, browser, older, "january.xlsx")).text)
    assert "This is older than what is in use now. 14 duties would go back." in page


def test_what_was_left_out_is_one_line_for_each_kind_and_one_tick(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    days = [f"2027-02-{day:02d}" for day in range(1, 15)]
    rows = [["Name", *days], *([name, *DAYS] for name in ("Ada Quill", "Ben Marrow", "Cat Osier"))]
    rows += [
        ["", ""],
        *(["", f"Please tell the office about {what} as soon as you can"] for what in ("leave", "swaps")),
    ]
    waiting = read(pages, browser, as_csv(rows), "ward.csv")
    page = browser.get(waiting).text
    assert "What was left out, and why" in page
    assert "And 1 more of this kind." in page
    seen = re.findall(r'name="left_out" value="([^"]+)"', page)[0]
    browser.post(waiting, {**fields(page), "left_out": "something else", "then": "keep"})
    assert "What was left out, and why" in browser.get(waiting).text
    browser.post(waiting, {**fields(page), "left_out": seen, "then": "keep"})
    after = browser.get(waiting).text
    assert "What was left out, and why" not in after
    assert "We understood all of it" in after


def test_two_coordinators_answer_at_once_and_neither_loses_anything(pages: Pages) -> None:
    one, other = pages.signed_in(COORDINATOR), pages.signed_in(COORDINATOR)
    waiting = read(pages, one, rota(["Ada Quill", *["ZQ"] * 14], ["Ben Marlow", *["XK"] * 14]))
    page = one.get(waiting).text
    assert other.get(waiting).text.count("<fieldset") == page.count("<fieldset")
    code, second, ben = (number_of(page, subject) for subject in ("ZQ", "XK", "Ben Marlow"))
    stood = {**fields(page), **hidden(page), "then": "keep"}
    one.post(waiting, {**stood, f"answer-{code}": "night"})
    kept = other.post(
        waiting, {**stood, f"answer-{ben}": "Ben Marrow", f"answer-{code}": "leave"}, follow_redirects=True
    )
    words = words_of(kept.text)
    assert "Your answers have been saved." in words
    assert "1 question had been answered by someone else meanwhile. We kept their answer." in words
    assert number_of(kept.text, "XK") == second, "a question keeps its fields while others are answered"
    assert "Ben Marrow written “Ben Marlow”" in words
    assert "ZQ night" in words
    refused = one.post(waiting, {**stood, f"answer-{second}": "day", "then": "import"})
    assert refused.status_code == 409, "nobody imports what they have not seen"
    assert '<option value="day" selected>' in refused.text


def test_the_most_telling_questions_come_first_and_the_rest_is_folded(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    codes = ["QA"] * 8 + ["QB"] * 6
    strangers = [[f"Ben Marl{letter}w", *["QA"] * 3, *[""] * 11] for letter in "aeiu"]
    rows = [["Name", *(f"{day} Feb" for day in range(1, 15))], ["Ada Quill", *codes], ["Cat Osier", *codes], *strangers]
    page = browser.get(read(pages, browser, as_csv(rows), "ward.csv")).text
    asked = [value for name, value in fields(page).items() if name.startswith("about-")]
    order = ("date", "layout", "person", "code")
    assert asked == sorted(asked, key=order.index)
    assert MOST_SHOWN == 15
    subjects = [value for name, value in fields(page).items() if name.startswith("subject-")]
    assert subjects[0] == "year"
    assert subjects.index("QA") < subjects.index("QB")


def test_numbered_blocks_are_given_their_days(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    blocks = [f"Block {number}" for number in range(1, 8)]
    rows = [["Resident", *blocks], *([name, *"WIEWIEW"] for name in ("Ada Quill", "Ben Marrow", "Cat Osier"))]
    waiting = read(pages, browser, as_csv(rows), "blocks.csv")
    page = browser.get(waiting).text
    number = number_of(page, "blocks")
    browser.post(waiting, {**fields(page), f"answer-{number}": "2027-01-04", f"days-{number}": "28", "then": "keep"})
    words = words_of(browser.get(waiting).text)
    assert "4 Jan 2027 – 18 Jul 2027" in words
    assert "588 entries" in words


def test_days_without_a_month_are_given_one(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    rows = [["Name", *range(1, 29)], *([name, *[DAY, NIGHT] * 14] for name in ("Ada Quill", "Ben Marrow", "Cat Osier"))]
    waiting = read(pages, browser, as_csv(rows), "ward.csv")
    page = browser.get(waiting).text
    number = number_of(page, "month")
    assert '<option value="02">February</option>' in page
    browser.post(waiting, {**fields(page), f"answer-{number}": "02", f"year-{number}": "2027", "then": "keep"})
    assert "1 Feb 2027 – 28 Feb 2027" in words_of(browser.get(waiting).text)


def test_a_whole_import_is_taken_back_on_a_page(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    imports(pages, browser, rota(["Ada Quill", *DAYS]))
    before = everything_stored(pages.database)
    done = imports(pages, browser, rota(["Ada Quill", *DAYS[:-1], NIGHT]))
    address = re.findall(r'href="([^"]+/replaced/\d+)"', done)[0]
    page = browser.get(address).text
    assert "1 day goes back to what it was before." in words_of(page)
    assert f"Ada Quill 14 Feb 2027 {NIGHT} {DAY}" in words_of(page)
    assert "What you’ve answered about names stays for all rotas" in words_of(page)
    after = browser.post(address, hidden(page), follow_redirects=True)
    assert "“ward” has been undone. Everyone’s days are as they were before." in words_of(after.text)
    stored = everything_stored(pages.database)
    assert [stored[table] for table in ("rota", "rota_span", "legend")] == [
        before[table] for table in ("rota", "rota_span", "legend")
    ]
    assert browser.get(address).status_code == 404
    for who in (STRANGER_COORDINATOR, RESIDENT):
        assert pages.signed_in(who).get(address).status_code == 404


def test_an_earlier_import_of_the_same_days_says_why_it_stays(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    first = re.findall(r'href="([^"]+/replaced/\d+)"', imports(pages, browser, rota(["Ada Quill", *DAYS])))[0]
    imports(pages, browser, rota(["Ada Quill", *NIGHTS]))
    assert "Take that back first." in words_of(browser.get(first).text)
    assert "Can’t be undone." in words_of(browser.get(pages.path("/rotas")).text)
    assert browser.post(first, {}).status_code == 409


def paste(pages: Pages, browser: Browser, text: str, name: str = "") -> str:
    """Paste a text; the page that comes."""
    sent = {"text": text, "name": name, "site": "north"}
    return browser.post(pages.path("/rotas/paste"), sent, follow_redirects=True).text


def test_a_pasted_table_waits_like_a_file(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    days = [f"{day:02d}/02/2027" for day in range(1, 15)]
    text = "\n".join("\t".join(row) for row in (["Name", *days], ["Ada Quill", *DAYS], ["Ben Marrow", *DAYS]))
    assert "Give it a name" in paste(pages, browser, text)
    page = words_of(paste(pages, browser, text, "Ward"))
    assert "for 2 of 2 people" in page
    assert "“Ward” is waiting for you" in words_of(browser.get(pages.path("/rotas")).text)


def test_pasted_swaps_are_sentences_to_confirm_and_can_be_taken_back(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    imports(pages, browser, rota(["Ada Quill", *NIGHTS], ["Ben Marrow", *DAYS]))
    text = "Hello all,\nBen Marrow takes Ada Quill's night on 3 February 2027.\nDan takes something.\nThanks"
    page = paste(pages, browser, text)
    words = words_of(page)
    assert "Ben Marrow takes the duty of Ada Quill (night) on Wednesday, 3 February 2027" in words.replace(
        "Wednesday 3", "Wednesday, 3"
    )
    assert f"Ada Quill, 3 Feb 2027: {NIGHT}, from now on nothing" in words
    assert "Ben Marrow would have two duties on 3 Feb 2027." in words
    assert "What that does to published sessions" in words
    assert "Not clear yet" in words
    sent = {"text": text, "swap": "0", **hidden(page)}
    after = browser.post(pages.path("/rotas/swaps"), sent, follow_redirects=True)
    assert "2 days have been changed." in words_of(after.text)
    assert "Take these changes back" in after.text
    again = browser.post(pages.path("/rotas/swaps"), sent)
    assert again.status_code == 409, "what has changed since is looked at again"


def test_what_is_neither_a_rota_nor_a_swap_is_said_so_beside_the_text(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    answer = browser.post(pages.path("/rotas/paste"), {"text": "Lunch is at noon.", "site": "north"})
    assert answer.status_code in (409, 422)
    assert "Lunch is at noon." in answer.text
