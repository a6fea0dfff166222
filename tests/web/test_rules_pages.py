"""What a programme asks of people's time, its weekly patterns and long leave, as its coordinator changes them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from scheduler.availability.rest import PRESETS
from scheduler.programmes.service import get_programme
from tests.web.builders import COORDINATOR, FACILITATOR, RESIDENT, Browser, Pages, everything_stored, words_of


def fields(page: str) -> dict[str, str]:
    """What the form of rules would send as it stands."""
    values = dict(re.findall(r'<input [^>]*name="([\w-]+)"[^>]*value="([^"]*)"', page))
    chosen = re.findall(r'<select [^>]*name="([\w-]+)".*?<option value="([^"]*)" selected', page, re.DOTALL)
    [rest] = re.findall(r'name="rest" value="([\w-]+)" required checked|name="rest" value="(custom)" checked', page)
    return {**values, **dict(chosen), "rest": "".join(rest)}


def rows(pages: Pages, table: str) -> list[tuple[object, ...]]:
    return everything_stored(pages.database)[table]


def save(browser: Browser, pages: Pages, **changes: str) -> int:
    page = browser.get(pages.path("/rules")).text
    return browser.save(pages.path("/rules"), {**fields(page), **changes}).status_code


def test_the_rules_stand_as_they_are_with_their_sources(pages: Pages) -> None:
    page = pages.signed_in(COORDINATOR).get(pages.path("/rules")).text
    words = words_of(page)
    for rules in PRESETS.values():
        assert rules.source in words
    standing = fields(page)
    assert (standing["rest"], standing["level-protected"], standing["level-night"]) == (
        "england-2016",
        "best",
        "blocked",
    )
    assert "level-off" not in standing, "days off are the person's own to offer"
    assert (standing["lunch_from"], standing["sleep_before_night_hours"]) == ("12:00", "8")


def test_a_change_counts_for_everybody_and_is_worked_out_once(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    before = rows(pages, "availability")
    assert save(browser, pages) == 303
    assert rows(pages, "availability") == before, "saved as it stood: nothing to work out"
    changes = {"rest": "scotland", "sleep_before_night_hours": "6", "level-late": "blocked", "buffer": "15"}
    assert save(browser, pages, **changes) == 303
    assert {row[-1] for row in rows(pages, "availability")} != {row[-1] for row in before}
    with pages.database.reading() as db:
        programme = get_programme(db, pages.programme_id)
    assert programme.rest_preset == "scotland:sleep_before_night_hours=6"
    assert (programme.duty_policy, programme.buffer_minutes) == ({"during": {"late": "blocked"}}, 15)
    again = fields(browser.get(pages.path("/rules")).text)
    assert (again["rest"], again["level-late"], again["sleep_before_night_hours"]) == ("scotland", "blocked", "6")


def test_own_numbers_are_kept_and_shown_again(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert save(browser, pages, rest="custom", after_nights_hours="24", long_run="0", free_day_in_days="7") == 303
    again = fields(browser.get(pages.path("/rules")).text)
    assert (again["rest"], again["after_nights_hours"], again["long_run"]) == ("custom", "24", "0")
    assert again["between_duties_hours"] == "11"


def test_the_way_between_sites_is_kept_each_way(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(pages.path("/rules")).text
    there, back = re.findall(r'name="(way-\d+-\d+)"', page)
    assert "From North Hospital to South Hospital" in words_of(page)
    assert save(browser, pages, **{there: "40", back: "30"}) == 303
    again = fields(browser.get(pages.path("/rules")).text)
    assert (again[there], again[back]) == ("40", "30")
    assert save(browser, pages, **{there: "", back: ""}) == 303
    assert rows(pages, "journey") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"rest": "france"},
        {"rest": "custom", "after_nights_hours": "many"},
        {"rest": "custom", "long_run": "2.5"},
        {"level-late": "perhaps"},
        {"level-off": "can"},
        {"lunch_from": "noon"},
        {"lunch_from": "14:00", "lunch_until": "12:00"},
        {"sleep_before_night_hours": "99"},
        {"rest": "custom", "between_duties_hours": "30"},
        {"rest": "custom", "duty_run": "32"},
        {"buffer": "-5"},
        {"buffer": "999"},
        {"beside": "9999"},
    ],
)
def test_what_cannot_be_changes_nothing_and_keeps_what_was_typed(pages: Pages, wrong: dict[str, str]) -> None:
    browser = pages.signed_in(COORDINATOR)
    standing = fields(browser.get(pages.path("/rules")).text)
    before = everything_stored(pages.database)
    answer = browser.post(pages.path("/rules"), {**standing, "after_duty_run_hours": "47", **wrong})
    assert answer.status_code == 422
    assert "Nothing was changed" in words_of(answer.text)
    assert 'value="47"' in answer.text
    assert everything_stored(pages.database) == before


def entry(pages: Pages, **changes: str) -> dict[str, str]:
    return {
        "person": str(pages.ids[FACILITATOR]),
        "category": "clinic",
        "weekday": "1",
        "start": "12:00",
        "end": "15:00",
        **changes,
    }


def test_a_clinic_with_dates_and_exceptions(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    with pages.database.reading() as db:
        first = get_programme(db, pages.programme_id).first_day + timedelta(days=1)
    except_day = first + timedelta(weeks=1)
    sent = entry(
        pages, first_day=f"{first}", last_day=f"{first + timedelta(weeks=2)}", except_days=f"{except_day}, {first}"
    )
    assert browser.post(pages.path("/patterns"), sent).status_code == 303
    page = words_of(browser.get(pages.path("/patterns")).text)
    assert "Tuesday 12:00–15:00" in page
    assert "not on" in page
    mine = pages.signed_in(FACILITATOR)
    weeks = [words_of(mine.get(f"/availability?week={first + timedelta(weeks=n, days=-1)}").text) for n in range(4)]
    assert ["clinic" in week for week in weeks] == [False, False, True, False]
    [found] = re.findall(r"/patterns/(\d+)/remove", browser.get(pages.path("/patterns")).text)
    assert browser.post(pages.path(f"/patterns/{found}/remove")).status_code == 303
    assert rows(pages, "weekly") == []
    assert browser.post(pages.path(f"/patterns/{found}/remove")).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekday": "9"},
        {"start": "25:00"},
        {"start": "16:00"},
        {"category": "own"},
        {"except_days": "soon"},
        {"first_day": "2027-05-01", "last_day": "2027-04-01"},
        {"person": ""},
    ],
)
def test_a_pattern_that_cannot_be_is_refused_beside_its_form(pages: Pages, wrong: dict[str, str]) -> None:
    answer = pages.signed_in(COORDINATOR).post(pages.path("/patterns"), entry(pages, **wrong))
    assert answer.status_code == 422
    assert "Nothing was changed" in words_of(answer.text)
    assert rows(pages, "weekly") == []


def test_nobody_elses_people_and_patterns_are_reached(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert browser.post(pages.path("/patterns"), entry(pages, person="999")).status_code == 404
    assert browser.post(pages.path("/leave"), {"person": "999", "first_day": "2027-01-04"}).status_code == 404


def test_what_people_say_of_their_own_time_is_not_listed(pages: Pages) -> None:
    mine = pages.signed_in(RESIDENT)
    assert mine.post("/availability/weekly", {"weekday": "4", "start": "13:00", "end": "14:00"}).status_code == 303
    assert "Friday" not in words_of(
        pages.signed_in(COORDINATOR).get(pages.path("/patterns")).text.partition("<h2>Every week</h2>")[2]
    )


def test_long_leave_is_noted_and_taken_back(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    sent = {"person": str(pages.ids[RESIDENT]), "first_day": f"{date(2020, 1, 1)}", "last_day": ""}
    assert browser.post(pages.path("/leave"), sent).status_code == 303
    mine = next(row for row in rows(pages, "availability") if row[:2] == (pages.programme_id, pages.ids[RESIDENT]))
    assert set(str(mine[2])) == {"0"}
    [found] = re.findall(r"/leave/(\d+)/remove", browser.get(pages.path("/patterns")).text)
    assert browser.post(pages.path("/leave/999/remove")).status_code == 404
    assert browser.post(pages.path(f"/leave/{found}/remove")).status_code == 303
    assert rows(pages, "absence") == []
    sent["last_day"] = "2019-01-01"
    assert browser.post(pages.path("/leave"), sent).status_code == 422


def test_pages_and_documents_say_what_a_part_time_day_outranks(pages: Pages) -> None:
    """As it is worked out (``tests/scheduler/availability/test_marks.py``): above the day's duty, below a night."""
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/patterns")).text)
    assert "A part-time day overrides a day duty on a rota, but not a night, resident on call or rest." in page
    document = (Path(__file__).parents[2] / "docs" / "rotas.md").read_text()
    assert "A part-time day outranks a day duty on the rota (but not a night, resident on call or rest)" in document


def test_what_new_rules_do_to_published_sessions_is_shown_before(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(pages.path("/rules")).text
    before = everything_stored(pages.database)
    typed = {**fields(page), "buffer": "120", "level-late": "blocked"}
    asked = browser.post(pages.path("/rules"), typed)
    said = words_of(asked.text)
    assert asked.status_code == 200
    assert "This is what the change does" in said
    assert "Nothing is saved yet." in said
    assert (
        "published sessions would no longer go ahead: too few residents or facilitators can come. Peer group 1, Monday"
        in said
    )
    stored = everything_stored(pages.database)
    assert {name for name in before if before[name] != stored[name]} <= {"sent_form"}
    again = browser.post(pages.path("/rules"), {**typed, "again": "1"})
    assert fields(again.text)["buffer"] == "120"
    assert browser.save(pages.path("/rules"), typed).status_code == 303
    assert fields(browser.get(pages.path("/rules")).text)["buffer"] == "120"


def test_a_fault_of_the_rules_stands_at_its_field(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    standing = fields(browser.get(pages.path("/rules")).text)
    lunch = browser.post(pages.path("/rules"), {**standing, "lunch_from": "14:00", "lunch_until": "12:00"}).text
    assert 'id="fault-rules-lunch_until">The end is before the start.' in lunch
    sleep = browser.post(pages.path("/rules"), {**standing, "sleep_before_night_hours": "99"}).text
    assert re.search(r'id="fault-rules-sleep_before_night_hours">[^<]*\b24\b', sleep)
