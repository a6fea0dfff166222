"""When people can come: seen and corrected by themselves, and counted for their coordinator."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from scheduler import clock
from scheduler.availability import entries, other_calendars
from scheduler.availability.calendar_download import Fetched, NotFetched
from scheduler.availability.model import Weekly
from scheduler.availability.service import bring_up_to_date
from scheduler.people.model import Actor, Role
from scheduler.programmes.service import get_programme
from tests.builders import World, actor, set_marks
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    RESIDENT,
    Browser,
    Pages,
    everything_stored,
    words_of,
)

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    b"SUMMARY:Dentist\r\nDTSTART:%s\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
MEMBERS_BUDGET_BYTES = 60_000


def names(page: str) -> list[str]:
    """The fields of the week's cells, in order."""
    return list(dict.fromkeys(re.findall(r'type="radio" name="(at-\d+)"', page)))


def chosen(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(at-\d+)" value="(\w+)" checked', page))


def here(pages: Pages) -> World:
    return World(pages.database, pages.programme_id, Actor(None, "", trusted=True))


def marks(pages: Pages, email: str) -> str:
    stored = everything_stored(pages.database)["availability"]
    return str(next(row[2] for row in stored if row[:2] == (pages.programme_id, pages.ids[email])))


@pytest.mark.parametrize("email", [RESIDENT, FACILITATOR])
def test_a_week_is_shown_in_words_with_a_choice_for_every_start(pages: Pages, email: str) -> None:
    page = pages.signed_in(email).get("/availability").text
    assert len(names(page)) == 10, "two starts at lunch on five days"
    assert set(chosen(page).values()) == {"rota"}
    assert len(re.findall(r'<td class="g" data-at="at-\d+">can</td>', page)) == 10
    assert "because nobody is expected to come at those times" in page
    assert len(page.encode()) < MEMBERS_BUDGET_BYTES


def test_one_can_go_from_week_to_week(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    page = browser.get("/availability").text
    assert 'rel="prev"' not in page
    [after] = re.findall(r'rel="next" href="([^"]+)"', page)
    later = browser.get(after.replace("&amp;", "&")).text
    assert not set(names(page)) & set(names(later))
    assert 'rel="prev"' in later


def test_a_correction_counts_for_its_start_alone_and_can_be_taken_back(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    first, second, third, *_rest = names(browser.get("/availability").text)
    assert browser.post("/availability", {first: "0", second: "rota", third: "1"}).status_code == 303
    page = browser.get("/availability").text
    assert (chosen(page)[first], chosen(page)[second], chosen(page)[third]) == ("0", "rota", "1")
    assert marks(pages, RESIDENT)[:4] == "0?1?", "nothing else is known of the made-up people"
    assert "as you told us" in page
    browser.post("/availability", {first: "2"})
    assert marks(pages, RESIDENT)[:4] == "2?1?"
    browser.post("/availability", {first: "rota", third: "rota"})
    assert set(marks(pages, RESIDENT)) == {"?"}


def test_saving_without_a_change_stores_nothing(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    before = everything_stored(pages.database)["own_mark"]
    choices = dict.fromkeys(names(browser.get("/availability").text), "rota")
    browser.post("/availability", choices)
    assert everything_stored(pages.database)["own_mark"] == before
    assert "You didn’t change anything" in browser.get("/availability").text


def test_long_leave_cannot_be_corrected(pages: Pages) -> None:
    me = actor(pages.ids[RESIDENT], pages.programme_id, Role.RESIDENT)
    browser = pages.signed_in(RESIDENT)
    first, *_rest = names(browser.get("/availability").text)
    with pages.database.writing() as db:
        term = get_programme(db, pages.programme_id)
        entries.pause(db, me, term.id, pages.ids[RESIDENT], term.first_day, term.last_day, clock.now())
    page = browser.get("/availability").text
    assert names(page) == []
    assert "long leave" in page
    browser.post("/availability", {first: "2"})
    assert set(marks(pages, RESIDENT)) == {"0"}
    assert everything_stored(pages.database)["own_mark"] == []


def test_several_days_are_said_in_one_go_and_taken_back(pages: Pages) -> None:
    """A week of nights that no rota shows, and the Monday of the week after: one form, one button."""
    browser = pages.signed_in(RESIDENT)
    cells = names(browser.get("/availability").text)
    first, *_rest = days = sorted({datetime.fromtimestamp(int(name[3:]), UTC).date() for name in cells})
    span = {"first_day": first.isoformat(), "last_day": (first + timedelta(days=7)).isoformat()}
    said = browser.post("/availability/days", {**span, "choice": "0"})
    assert said.status_code == 303
    assert set(chosen(browser.get("/availability").text).values()) == {"0"}
    later = browser.get(f"/availability?week={first - timedelta(days=first.weekday() - 7)}").text
    assert set(chosen(later).values()) == {"0", "rota"}, "the day a week later, and no other of that week"
    assert len(days) > 1
    assert browser.post("/availability/days", {**span, "choice": "rota"}).status_code == 303
    assert set(marks(pages, RESIDENT)) == {"?"}
    assert everything_stored(pages.database)["own_mark"] == []


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"first_day": "31.2.", "last_day": "2027-03-01"}, "“31.2.” is not a valid date. Write it like 2027-03-31."),
        ({"first_day": "2027-03-02", "last_day": "2027-03-01"}, "The last day is before the first."),
        ({"first_day": "1999-03-01", "last_day": "1999-03-02"}, "There is nothing to change on these days."),
        ({"first_day": "2027-03-02", "last_day": ""}, "Choose a day."),
    ],
)
def test_days_of_which_nothing_can_be_said_are_refused(pages: Pages, span: dict[str, str], words: str) -> None:
    answer = pages.signed_in(RESIDENT).post("/availability/days", {**span, "choice": "0"})
    assert answer.status_code == 422
    assert words in words_of(answer.text)


def test_a_school_run_on_three_weekdays_is_one_form(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    run = {"kind": "never", "weekday": ["0", "2", "4"], "start": "14:30", "end": "16:00"}
    assert browser.post("/availability/weekly", run).status_code == 303
    page = words_of(browser.get("/availability").text)
    for day in ("Monday", "Wednesday", "Friday"):
        assert f"Not on {day} from 14:30 to 16:00" in page
    assert "Not on Tuesday" not in page


def test_two_devices_that_correct_different_times_do_not_disturb_each_other(pages: Pages) -> None:
    phone, desk = pages.signed_in(RESIDENT), pages.signed_in(RESIDENT)
    first, second, third, *_rest = names(phone.get("/availability").text)
    was = {f"was-{name}": "rota" for name in (first, second, third)}
    shown = dict.fromkeys((first, second, third), "rota")
    assert phone.post("/availability", {**was, **shown, first: "0"}).status_code == 303
    assert desk.post("/availability", {**was, **shown, second: "1"}).status_code == 303
    assert marks(pages, RESIDENT)[:3] == "01?"
    refused = desk.post("/availability", {**was, **shown, first: "2", third: "1"})
    assert refused.status_code == 409, "both have changed the same time"
    assert marks(pages, RESIDENT)[:3] == "01?"
    assert (chosen(refused.text)[first], chosen(refused.text)[second], chosen(refused.text)[third]) == ("2", "1", "1")
    assert "Saved now: can’t" in words_of(refused.text)
    now = {f"was-{name}": value for name, value in ((first, "0"), (second, "1"), (third, "rota"))}
    assert desk.post("/availability", {**now, first: "2", second: "1", third: "1"}).status_code == 303
    assert marks(pages, RESIDENT)[:3] == "211"


def test_bad_choices_change_nothing_and_are_named_beside_the_form(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    first, second, *_rest = names(browser.get("/availability").text)
    before = everything_stored(pages.database)
    answer = browser.post("/availability", {first: "9", second: "0"})
    assert answer.status_code == 422
    assert "That is not one of the choices. Choose from the list." in words_of(answer.text)
    assert names(answer.text)
    assert everything_stored(pages.database) == before


@pytest.mark.parametrize("query", ["week=tomorrow", "week=1999-01-04", "week=", "programme=999999", "programme=x"])
def test_a_wrong_address_shows_nothing(pages: Pages, query: str) -> None:
    assert pages.signed_in(RESIDENT).get(f"/availability?{query}").status_code == 404


def test_the_programme_of_others_is_not_reached(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    for path in ("/availability", "/availability/weekly", "/availability/calendars"):
        assert browser.post(f"{path}?programme={pages.stranger_programme_id}").status_code == 404


@pytest.mark.parametrize("path", ["", "/weekly", "/calendars", "/calendars/file", "/calendars/1/remove"])
def test_forms_without_their_token_are_refused(pages: Pages, path: str) -> None:
    browser = pages.signed_in(RESIDENT)
    before = everything_stored(pages.database)
    assert browser.client.post(f"/availability{path}").status_code == 400
    assert everything_stored(pages.database) == before


def test_a_weekly_entry_needs_no_reason_and_leaves_other_patterns(pages: Pages) -> None:
    browser = pages.signed_in(FACILITATOR)
    me = actor(pages.ids[FACILITATOR], pages.programme_id, Role.FACULTY)
    start, end = clock.now().replace(hour=8, minute=0).time(), clock.now().replace(hour=18, minute=0).time()
    hours = [Weekly(day, start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0), "2",
                    "working_hours") for day in range(5)]  # fmt: skip
    with pages.database.writing() as db:
        entries.set_weekly(db, me, pages.programme_id, hours, clock.now())
    entry = {"weekday": "0", "start": "12:00", "end": "13:00"}
    browser.post("/availability/weekly", entry)
    assert marks(pages, FACILITATOR)[:4] == "0222"
    assert "Not on Monday from 12:00 to 13:00" in browser.get("/availability").text
    [named] = re.findall(r'name="entry" value="([^"]+\|own\|[^"]+)"', browser.get("/availability").text)
    browser.post("/availability/weekly", {"entry": named, "remove": "1"})
    assert set(marks(pages, FACILITATOR)) == {"2"}
    assert "Not on Monday" not in browser.get("/availability").text


def test_part_time_days_have_dates_and_exceptions(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    first = names(browser.get("/availability").text)[0]
    monday = clock.now().fromtimestamp(int(first.removeprefix("at-")), tz=clock.now().tzinfo).date()
    until = monday + timedelta(days=13)
    entry = {"kind": "part-time", "weekday": str(monday.weekday()), "last_day": until.isoformat()}
    assert browser.post("/availability/weekly", entry).status_code == 303
    page = browser.get("/availability").text
    assert "not a working day, until" in words_of(page)
    assert marks(pages, RESIDENT)[:2] == "00"
    assert marks(pages, RESIDENT)[10:12] == "00"
    assert marks(pages, RESIDENT)[20:22] == "??", "two weeks on it is over"
    [named] = re.findall(r'name="entry" value="([^"]+)"', page)
    browser.post("/availability/weekly", {"entry": named, "except": "1", "day": monday.isoformat()})
    assert marks(pages, RESIDENT)[:2] == "??"
    assert marks(pages, RESIDENT)[10:12] == "00"
    assert "but not on" in words_of(browser.get("/availability").text)


def test_whoever_has_no_rota_says_their_working_hours_for_the_whole_week_at_once(pages: Pages) -> None:
    browser = pages.signed_in(FACILITATOR)
    page = browser.get("/availability").text
    assert "Tell us when you’re at work" in page
    assert page.index("I’m at work and can meet") < page.index("I never want to meet then"), "what is asked first"
    browser.post("/availability/weekly", {"kind": "hours", "weekday": "workdays", "start": "08:00", "end": "18:00"})
    assert set(marks(pages, FACILITATOR)) == {"2"}
    page = browser.get("/availability").text
    assert page.count("|working_hours|") == 5, "each day can be taken back"
    assert "Tell us when you’re at work" not in page
    browser.post("/availability/weekly", {"kind": "never", "weekday": "1", "start": "12:00", "end": "15:00"})
    assert marks(pages, FACILITATOR)[:6] == "220022", "but for the clinic"


@pytest.mark.parametrize(("kind", "mark"), [("can", "2"), ("if-need-be", "1"), ("never", "0")])
def test_each_state_can_hold_every_week(pages: Pages, kind: str, mark: str) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/availability/weekly", {"kind": kind, "weekday": "0", "start": "08:00", "end": "18:00"})
    assert marks(pages, RESIDENT)[:3] == f"{mark}{mark}?"


def test_long_leave_is_noted_and_taken_back_by_oneself(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    assert browser.post("/availability/away", {"first_day": "2020-01-01"}).status_code == 303
    page = browser.get("/availability").text
    assert set(marks(pages, RESIDENT)) == {"0"}
    [leave] = re.findall(r'name="remove" value="(\d{1,9})">Remove<span class="hidden"> this leave', page)
    pages.signed_in(OTHER_RESIDENT).post("/availability/away", {"remove": leave})
    assert set(marks(pages, RESIDENT)) == {"0"}, "nobody takes back the leave of somebody else"
    browser.post("/availability/away", {"remove": leave})
    assert set(marks(pages, RESIDENT)) == {"?"}


def test_a_time_can_be_said_to_be_not_known_yet(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    first = names(browser.get("/availability").text)[0]
    browser.post("/availability", {first: "2"})
    browser.post("/availability", {first: "unknown"})
    assert marks(pages, RESIDENT)[0] == "?"
    assert chosen(browser.get("/availability").text)[first] == "unknown"


def test_the_own_clock_stands_beside_the_programmes(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    assert "yours)" not in words_of(browser.get("/availability").text)
    browser.post("/account/clock", {"place": "Auckland"})
    page = words_of(browser.get("/availability").text)
    assert re.search(r"12:30 \(\w+ \d+, \d\d:30 your time\)", page)
    assert "Auckland time" in page


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({}, "Tick at least one day. Choose a time. Choose a time."),
        ({"weekday": "9", "start": "12:00", "end": "13:00"}, "That is not one of the choices. Choose from the list."),
        ({"weekday": "1", "start": "13:00", "end": "12:00"}, "The entry ends before it starts. Choose a later end."),
        ({"weekday": "1", "start": "noon", "end": "13:00"}, "“noon” is not a valid time. Write it like 22:30."),
        ({"weekday": "1", "start": "12:00+01:00", "end": "13:00"}, "“12:00+01:00” is not a valid time"),
    ],
)
def test_a_weekly_entry_that_cannot_be_is_refused(pages: Pages, entry: dict[str, str], words: str) -> None:
    before = everything_stored(pages.database)
    answer = pages.signed_in(RESIDENT).post("/availability/weekly", entry)
    assert answer.status_code == 422
    assert words in words_of(answer.text)
    after = everything_stored(pages.database)
    assert (after["weekly"], after["availability"]) == (before["weekly"], before["availability"])


def test_of_an_uploaded_calendar_only_busy_times_are_kept(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    first, *_rest = names(browser.get("/availability").text)
    start = clock.now().fromtimestamp(int(first.removeprefix("at-")), tz=clock.now().tzinfo)
    content = CALENDAR % f"{start:%Y%m%dT%H%M%SZ}".encode()
    assert browser.upload("/availability/calendars/file", content, "mine.ics").status_code == 303
    page = browser.get("/availability").text
    assert "busy in your calendar" in page
    assert "Dentist" not in page
    assert "Dentist" not in repr(everything_stored(pages.database))
    [calendar_id] = re.findall(r"/calendars/(\d+)/remove", page)
    browser.post(f"/availability/calendars/{calendar_id}/all-day", {"are_leave": "0"})
    assert 'value="0" checked' in browser.get("/availability").text
    browser.post(f"/availability/calendars/{calendar_id}/remove")
    assert everything_stored(pages.database)["busy_span"] == []


def test_the_address_of_a_calendar_is_not_shown_again(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/availability/calendars", {"address": "https://calendar.example.org/secret-1234.ics"})
    page = browser.get("/availability").text
    assert "calendar.example.org" in page
    assert "secret-1234" not in page


def test_a_calendar_that_cannot_be_used_is_told_beside_its_form(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    for answer in (
        browser.post("/availability/calendars", {"address": "file:///etc/passwd"}),
        browser.upload("/availability/calendars/file", b"not a calendar", "mine.ics"),
        browser.post("/availability/calendars/file"),
    ):
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert everything_stored(pages.database)["busy_calendar"] == []


def test_a_calendar_that_stopped_answering_is_shown_as_out_of_date(pages: Pages) -> None:
    class Silent:
        def fetch(self, address: str, etag: str = "") -> Fetched:
            raise NotFetched(f"Nothing came with {etag!r} from {len(address)} letters.")

    me = actor(pages.ids[RESIDENT], pages.programme_id, Role.RESIDENT)
    days_ago = clock.now() - timedelta(days=3)
    with pages.database.writing() as db:
        other_calendars.add_address(db, me, "https://calendar.example/a.ics", days_ago)
    browser = pages.signed_in(RESIDENT)
    assert "Out of date" not in browser.get("/availability").text
    assert other_calendars.refresh_due(pages.database, days_ago, Silent()) == 1
    page = words_of(browser.get("/availability").text)
    assert "Out of date" in page
    assert "We’ll use the busy times we last read" in page


def test_nobody_touches_the_calendar_of_somebody_else(pages: Pages) -> None:
    owner, other = pages.signed_in(RESIDENT), pages.signed_in(OTHER_RESIDENT)
    owner.post("/availability/calendars", {"address": "https://calendar.example.org/a.ics"})
    [calendar_id] = re.findall(r"/calendars/(\d+)/remove", owner.get("/availability").text)
    assert "calendar.example.org" not in other.get("/availability").text
    before = everything_stored(pages.database)
    assert other.post(f"/availability/calendars/{calendar_id}/remove").status_code == 404
    assert other.post(f"/availability/calendars/{calendar_id}/all-day", {"are_leave": "1"}).status_code == 404
    assert everything_stored(pages.database) == before


def test_somebody_of_whom_nothing_is_worked_out_can_still_say(pages: Pages) -> None:
    with pages.database.writing() as db:
        bring_up_to_date(db, pages.programme_id, clock.now())
    browser: Browser = pages.signed_in(RESIDENT)
    page = browser.get("/availability").text
    assert len(re.findall(r'<td class="q" data-at="at-\d+">not known</td>', page)) == 10
    browser.post("/availability", {names(page)[0]: "2"})
    assert re.search(r'<td class="g"[^>]*>can</td>', browser.get("/availability").text)


def test_the_heat_map_counts_who_can_come(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = words_of(browser.get(pages.path("/availability")).text)
    assert "Of 11 people" in page
    assert page.count("9+1") == 10 * 12, "every start of every week"
    assert "fewer than five people" in words_of(browser.get(pages.path("/availability?who=faculty")).text)
    assert browser.get(pages.path("/availability?who=secret")).status_code == 404
    for path in ("/setting-up", "/people"):
        assert pages.path("/availability") in browser.get(pages.path(path)).text


def test_any_set_of_people_can_be_counted(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)

    def counted(**choice: str) -> str:
        return words_of(browser.get(pages.path(f"/availability?{urlencode(choice)}")).text)

    assert "Of 4 people" in counted(group="g1")
    assert "Ada Quill" in counted(group="g1")
    assert "Ada Quill" in counted(group="peer GROUP 1"), "by its name, however it is written"
    assert "Which do you mean?" in counted(group="group")
    assert "Nobody matches this choice." in counted(group="zzzz")
    assert "Ada Quill" not in counted(group="g2").partition("Rounds each person could come to")[2]
    assert "Nobody matches this choice" in counted(site="south")
    assert "Of 11 people" in counted(site="north", who="", stage="", group="")
    assert browser.get(pages.path("/availability?stage=x")).status_code == 404
    assert "Of 4 people" in counted(group="g1", who="faculty"), "a group is counted whole"
    for choice in ({"stage": "1", "site": "north"}, {"group": "g1", "stage": "1"}, {"group": "g1", "site": "north"}):
        assert "one at a time" in counted(**choice)
    page = counted(model="near-peer", who="")
    assert "Of 11 people" in page, "what somebody accepts chooses nobody"
    assert "accept" not in page


def test_people_with_the_fewest_rounds_stand_first_and_no_reasons(pages: Pages) -> None:
    slots = len(marks(pages, RESIDENT))
    set_marks(here(pages), {pages.ids[RESIDENT]: "2" + "0" * (slots - 1)})
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/availability")).text)
    assert "2 people can’t come at any time in some rounds" in page
    hard = page.partition("Rounds each person could come to")[2]
    assert hard.index("Dan Reed 0 of 3") < hard.index("Ada Quill 1 of 3")
    assert hard.index("Ada Quill 1 of 3") < hard.index("Ben Marrow 3 of 3")
    assert "your rota isn’t in yet" not in page


def test_a_programme_without_people_says_so(pages: Pages) -> None:
    path = f"/programmes/{pages.stranger_programme_id}/availability"
    assert "We don’t know when anyone can come yet" in pages.signed_in("otto@example.org").get(path).text
