"""The list of names on rotas: read, corrected, taken back."""

from __future__ import annotations

from tests.web.builders import COORDINATOR, RESIDENT, Browser, Pages, words_of
from tests.web.test_rota_pages import DAYS, fields, number_of, read
from tests.web.test_uploads import rota


def _imported(pages: Pages, browser: Browser) -> None:
    waiting = read(pages, browser, rota(["A Quill", *DAYS], ["Ben Marsh", *DAYS], ["Ziggy Vole", *DAYS]))
    page = browser.get(waiting).text
    marsh, vole = number_of(page, "Ben Marsh"), number_of(page, "Ziggy Vole")
    answers = {f"answer-{marsh}": "Ben Marrow", f"answer-{vole}": "nobody", "then": "import"}
    assert browser.post(waiting, {**fields(page), **answers}).status_code == 303


def test_names_are_shown_with_their_rotas_corrected_and_taken_back(pages: Pages) -> None:
    browser, path = pages.signed_in(COORDINATOR), pages.path("/rotas/names")
    assert "None yet" in words_of(browser.get(path).text)
    _imported(pages, browser)
    assert 'href="' + path + '"' in browser.get(pages.path("/rotas")).text
    page = words_of(browser.get(path).text)
    assert "A Quill recognised · ward" in page
    assert "Ben Marsh your answer · ward" in page
    refused = browser.post(path, {"who-0": "Ada Quill", "who-1": "Someone Else", "who-2": "nobody"})
    assert refused.status_code == 422
    assert "Nobody in the programme is called “Someone Else”." in words_of(refused.text)
    done = browser.post(path, {"who-0": "Gus Fern", "who-1": "", "who-2": "nobody"}, follow_redirects=True)
    page = words_of(done.text)
    assert "2 names have been changed." in page
    assert "A Quill your answer · ward “ward” was imported before that." in page
    assert "Ben Marsh recognised" in page


def test_names_of_other_departments_are_one_question(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    others = [[name, *DAYS] for name in ("Ziggy Vole", "Xerxes Toft", "Ottoline Zimmer")]
    waiting = read(pages, browser, rota(["Ada Quill", *DAYS], *others))
    page = browser.get(waiting).text
    assert "We don’t recognise 3 names: Ziggy Vole, Xerxes Toft, Ottoline Zimmer." in words_of(page)
    number = number_of(page, "names of nobody")
    browser.post(waiting, {**fields(page), f"answer-{number}": "one by one", "then": "keep"})
    page = browser.get(waiting).text
    assert all(f"Who is “{name}”?" in page for name, *_ in others)


def test_nobody_else_sees_them(pages: Pages) -> None:
    assert pages.signed_in(RESIDENT).get(pages.path("/rotas/names")).status_code in (403, 404)
