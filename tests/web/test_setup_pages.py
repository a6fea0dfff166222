"""Everything about a programme is changed on pages: the right value is stored, faults stand at their fields, nobody
overwrites what they have not seen, and what a change does to what is published is shown before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from scheduler import clock
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.runs import cancel_run
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.closed_days import ClosedDays, DaysOff, regional_holidays
from scheduler.programmes.model import Grade, Programme, Window, equal_rounds
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import RoundRow
from scheduler.publishing.programme_changes import change_programme
from scheduler.sessions.tables import SessionRow
from solvers.reasons.facts import Step, StepKind
from tests.web.builders import COORDINATOR, Browser, Pages, words_of
from web.coordinator.setup.pages import SECTIONS
from web.coordinator.setup.steps import address_of_step
from web.forms import Form

STEPS = (
    (StepKind.QUORUM, 0.5),
    (StepKind.GAP, 7),
    (StepKind.LARGER, 9),
    (StepKind.NEARER, 0),
    (StepKind.ACCEPT_MODE, 0),
)

Typed = Mapping[str, str | None]
"""Fields with what is typed into them; None for a box that is not ticked."""


@dataclass
class Sent(HTMLParser):
    """The fields of a section's form as a browser would send them."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    inside: bool = False
    select: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            # The first of them: what was typed stands also in the form by which another language is chosen.
            mine = given.get("id") == "section" or "/settings/" in (given.get("action") or "")
            self.inside = mine and not self.fields
        if tag == "select":
            self.select = name
        elif tag == "option" and self.inside and ("selected" in given or self.select not in self.fields):
            self.fields[self.select] = [value]
        elif tag == "input" and self.inside and "form" not in given and _counts(given):
            self.fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def _counts(given: dict[str, str | None]) -> bool:
    return given.get("type") not in ("radio", "checkbox") or "checked" in given


def form_of(page: str) -> dict[str, list[str]]:
    sent = Sent()
    sent.feed(page.partition("<main")[2].partition("</main>")[0])
    return {name: values for name, values in sent.fields.items() if name not in ("csrf_token", "once")}


def address(pages: Pages, key: str) -> str:
    return pages.path(f"/settings/{key}")


def send(browser: Browser, pages: Pages, key: str, typed: Typed, *, page: str | None = None) -> TestResponse:
    fields: dict[str, Any] = form_of(page or browser.get(address(pages, key)).text)
    for name, value in typed.items():
        fields.pop(name, None)
        if value is not None:
            fields[name] = value
    return browser.post(address(pages, key), fields)


def save(browser: Browser, pages: Pages, key: str, typed: Typed) -> TestResponse:
    """Send it, and where it is asked back, all the same."""
    answer = send(browser, pages, key, typed)
    if answer.status_code == 200:
        answer = browser.post(address(pages, key), {**form_of(answer.text), "confirmed": mark_in(answer.text)})
    return answer


def mark_in(page: str) -> str:
    return page.partition('name="confirmed" value="')[2].partition('"')[0]


def stored(pages: Pages) -> Programme:
    with pages.database.reading() as db:
        return get_programme(db, pages.programme_id)


def change(pages: Pages, **values: Any) -> None:
    """As another coordinator does meanwhile."""
    with pages.database.writing() as db:
        wanted = replace(get_programme(db, pages.programme_id), **values)
        change_programme(db, OPERATOR, pages.programme_id, wanted, clock.now())


@pytest.fixture
def desk(pages: Pages) -> Browser:
    with pages.database.writing() as db:
        cancel_run(db, OPERATOR, pages.run_id, clock.now())
    return pages.signed_in(COORDINATOR)


def test_the_contents_say_todays_values_and_lead_to_each_section(pages: Pages, desk: Browser) -> None:
    page = desk.get(pages.path("/settings"))
    words = words_of(page.text)
    for said in (
        "Monday to Friday, 12:30 to 14:15, protected", "3 rounds, from", "Each lasts 4 weeks.",
        "A session goes ahead when 60 % can come. Plans aim for everyone to come to 70 %.",
        "Meant to be published 42 days", "North Hospital: 1 room", "No public holidays.",
    ):  # fmt: skip
        assert said in words
    for key in SECTIONS:
        assert f'href="{address(pages, key)}"' in page.text
    assert f'href="{pages.path("/settings")}"' in desk.get(pages.path()).text


def test_a_form_sent_as_it_came_changes_nothing(pages: Pages, desk: Browser) -> None:
    before = stored(pages)
    for key in SECTIONS:
        assert send(desk, pages, key, {}).status_code == 303, key
        assert stored(pages) == before, key
        assert "You didn’t change anything." in words_of(desk.get(pages.path("/settings")).text), key


def _saturday(number: int, programme: Programme) -> Programme:
    assert Window(5, time(9), time(12), 60, protected=True) in programme.windows
    assert len(programme.windows) == number
    return programme


RIGHT: tuple[tuple[str, Typed, Callable[[Programme], object]], ...] = (
    ("name", {"name": " Foundation circles "}, lambda p: p.name == "Foundation circles"),
    (
        "windows",
        {"session_minutes": "45", "windows-1-remove": "1", "windows-5-weekday": "5", "windows-5-opens_at": "09:00",
         "windows-5-closes_at": "12:00", "windows-5-step_minutes": "60", "windows-5-protected": "1"},
        lambda p: _saturday(5, p).session_minutes == 45 and 1 not in {window.weekday for window in p.windows},
    ),
    (
        "rounds",
        {"how": "evenly", "count": "5", "weeks": "3"},
        lambda p: len(p.rounds) == 5 and {(r.last_day - r.first_day).days for r in p.rounds} == {20},
    ),
    (
        "running",
        {"quorum": "66,7", "min_attendance": "50", "min_gap_days": "10", "first_within_days": "28",
         "publish_ahead_days": "56", "freeze_days": "7", "interval_days": "21", "settling": "two",
         "settles_itself": "1", "hours_a_month": "3", "swap_days": "0", "early_days": "0", "circles": "1",
         "preferences_days": "60", "attendance_days": "100"},
        lambda p: (p.quorum, p.min_attendance, p.min_gap_days, p.first_within_days, p.conduct.publish_ahead_days,
                   p.conduct.freeze_days, p.conduct.interval_days, p.conduct.settling, p.conduct.settles_itself,
                   p.conduct.hours_a_month, p.conduct.swap_days, p.conduct.early_days, p.conduct.circles,
                   p.conduct.preferences_days, p.conduct.attendance_days)
        == (0.667, 0.5, 10, 28, 56, 7, 21, "two", True, 3, 0, 0, True, 60, 100),
    ),
    (
        "closed",
        {"country": "FR", "region": "BL", "days_off-0-first_day": "2030-02-01", "days_off-0-name": "Exams"},
        lambda p: (p.closed.country, p.closed.region, p.closed.days_off)
        == ("FR", "BL", (DaysOff(date(2030, 2, 1), date(2030, 2, 1), "Exams"),)),
    ),
    (
        "kinds",
        {"models-vertical-remove": "1", "models-peer-name": "Circle", "models-peer-size_min": "3",
         "models-peer-target": "", "differ": "site"},
        lambda p: {m.key: (m.name, m.size, m.target) for m in p.models}["peer"] == ("Circle", (3, 8), None)
        and len(p.models) == 2
        and p.facilitators_differ == "site",
    ),
    (
        "relations",
        {"relation_policies-panel": "forbid", "relation_policies-sponsors": "allow"},
        lambda p: p.relation_policies == {"panel": "forbid", "sponsors": "allow"},
    ),
    (
        "grades",
        {"grades-1-stage": "1", "grades-1-name": "FY1", "grades-0-stage": "2", "grades-0-name": "FY2"},
        lambda p: p.grades == (Grade(1, "FY1"), Grade(2, "FY2")),
    ),
    (
        "matters",
        {"level-want": "much", "level-moved": "less", "level-mode": "not", "weights-held": "9", "weights-twice": "11"},
        lambda p: p.weights == {"want": 12, "moved": -2, "mode": 0, "held": 9, "twice": -11},
    ),
    (
        "sites",
        {"sites-south-name": "South Infirmary", "sites-north-rooms-library-capacity": "12"},
        lambda p: [site.name for site in p.sites] == ["North Hospital", "South Infirmary"]
        and p.sites[0].rooms[0].capacity == 12,
    ),
)  # fmt: skip


@pytest.mark.parametrize(("key", "typed", "holds"), RIGHT, ids=[key for key, *_ in RIGHT])
def test_what_is_typed_is_stored(
    pages: Pages, desk: Browser, key: str, typed: Typed, holds: Callable[[Programme], object]
) -> None:
    before = stored(pages)
    assert save(desk, pages, key, typed).status_code == 303
    after = stored(pages)
    assert holds(after), after
    assert {m.key: m.id for m in after.models}["peer"] == {m.key: m.id for m in before.models}["peer"]
    assert "Saved." in words_of(desk.get(pages.path("/settings")).text)


WRONG: tuple[tuple[str, Typed, Mapping[str, str]], ...] = (
    ("name", {"name": " "}, {"name": ""}),
    (
        "windows",
        {"session_minutes": "many", "windows-0-closes_at": "11:00", "windows-2-remove": "1",
         "windows-3-closes_at": "12:45", "windows-4-opens_at": "25:99", "windows-5-opens_at": "09:00"},
        {"session_minutes": "many", "windows-0-closes_at": "11:00", "windows-4-opens_at": "25:99",
         "windows-5-closes_at": ""},
    ),
    (
        "rounds",
        {"how": "singly", "rounds-1-last_day": "2020-01-01", "rounds-2-first_day": "soon"},
        {"rounds-1-last_day": "2020-01-01", "rounds-2-first_day": "soon"},
    ),
    ("rounds", {"how": "evenly", "first_day": "2199-01-01", "weeks": "0"}, {"first_day": "2199-01-01", "weeks": "0"}),
    (
        "running",
        {"quorum": "0", "min_gap_days": "9" * 30, "freeze_days": "", "settling": "dice"},
        {"quorum": "0", "min_gap_days": "9" * 30, "freeze_days": "", "settling": ""},
    ),
    ("running", {"min_gap_days": "30", "interval_days": "7"}, {"interval_days": "7"}),
    (
        "closed",
        {"country": "IE", "region": "SCT", "days_off-0-name": "Exams", "days_off-1-first_day": "2030-02-02",
         "days_off-1-last_day": "2030-02-01", "days_off-1-name": "Leave"},
        {"region": "", "days_off-0-first_day": "", "days_off-1-last_day": ""},
    ),
    (
        "kinds",
        {"models-peer-size_max": "2", "models-near-peer-target": "99", "models-vertical-name": "Peer group"},
        {"models-peer-size_max": "", "models-near-peer-target": "99", "models-vertical-name": ""},
    ),
    ("kinds", {"models-peer-size_max": "2", "models-vertical-present": "2"}, {"models-peer-size_max": "2"}),
    ("kinds", {"models-peer-remove": "1"}, {"models-peer-name": "Peer group"}),
    ("grades", {"grades-0-stage": "", "grades-0-name": "FY1"}, {"grades-0-stage": ""}),
    ("grades", {"grades-0-stage": "3", "grades-0-name": ""}, {"grades-0-name": ""}),
    (
        "matters",
        {"weights-placed": "-3", "level-want": "never", "weights-twice": "4000"},
        {"weights-placed": "-3", "weights-twice": "4000"},
    ),
    (
        "sites",
        {"sites-north-rooms-library-closes_at": "07:00", "sites-south-name": "North Hospital"},
        {"sites-north-rooms-library-closes_at": "07:00", "sites-south-name": "North Hospital"},
    ),
    ("sites", {"sites-north-remove": "1"}, {"sites-north-name": "North Hospital"}),
)  # fmt: skip


def test_faults_stand_at_their_fields_all_at_once_and_nothing_typed_is_lost(pages: Pages, desk: Browser) -> None:
    before = stored(pages)
    for key, typed, faulty in WRONG:
        answer = send(desk, pages, key, typed)
        assert answer.status_code == 422, (key, typed)
        for name in faulty:
            assert f'id="fault-setup-{name}"' in answer.text, (key, name)
        back = form_of(answer.text)
        for name, value in typed.items():
            assert name in ("settling", "region", "level-want") or back.get(name) == [value], (key, name)
    assert stored(pages) == before


def grades_of(pages: Pages) -> dict[str, int | None]:
    with pages.database.reading() as db:
        here = ParticipantRow.programme_id == pages.programme_id
        rows = db.execute(select(PersonRow.name, ParticipantRow.stage).join(PersonRow).where(here))
        return {name: stage for name, stage in rows if stage is not None}


def test_people_move_with_their_grade_and_a_grade_that_people_have_is_not_removed(pages: Pages, desk: Browser) -> None:
    before = grades_of(pages)
    stages = sorted(set(before.values()), key=int)
    named = tuple(Grade(stage, f"ST{stage}") for stage in stages)
    change(pages, grades=(*named, Grade(90, "Fellow")))
    low, high = stages[0], stages[-1]
    swapped: Typed = {f"grades-was{low}-stage": str(high), f"grades-was{high}-stage": str(low)}
    assert save(desk, pages, "grades", swapped).status_code == 303
    other = {low: high, high: low}
    assert grades_of(pages) == {name: other.get(stage, stage) for name, stage in before.items()}
    assert {grade.name: grade.stage for grade in stored(pages).grades}[f"ST{low}"] == high
    count = list(grades_of(pages).values()).count(low)
    refused = send(desk, pages, "grades", {f"grades-was{low}-remove": "1", "grades-was90-remove": "1"})
    assert refused.status_code == 422
    assert f'id="fault-setup-grades-was{low}-name"' in refused.text
    assert f"{count} p" in words_of(refused.text)
    assert form_of(refused.text)[f"grades-was{low}-name"] == [f"ST{high}"]
    renamed: Typed = {f"grades-was{low}-stage": "40", f"grades-was{low}-name": "Core", "grades-was90-remove": "1"}
    assert save(desk, pages, "grades", renamed).status_code == 303
    assert list(grades_of(pages).values()).count(40) == count
    assert "Fellow" not in {grade.name for grade in stored(pages).grades}


def test_only_what_keeps_a_site_for_good_is_said_of_it(pages: Pages, desk: Browser) -> None:
    north = stored(pages).sites[0].id
    with pages.database.writing() as db:
        for row in db.scalars(select(SessionRow)):
            row.site_id = north
    refused = words_of(send(desk, pages, "sites", {"sites-north-remove": "1"}).text)
    assert "Keep the site, and rename it if need be." in refused
    assert "Give them another site first." not in refused, "it would be work for nothing"
    with pages.database.writing() as db:
        for row in db.scalars(select(SessionRow)):
            row.site_id = None
        for group in db.scalars(select(GroupRow)):
            group.site_id = None
    again = words_of(send(desk, pages, "sites", {"sites-north-remove": "1"}).text)
    assert "Give them another site first." in again


def test_a_fault_that_no_field_has_stands_where_it_can_be_mended() -> None:
    nothing = Form(MultiDict({"differ": "site"}))
    assert SECTIONS["kinds"].place_of("facilitators_differ", nothing) == "differ"
    assert SECTIONS["closed"].place_of("rounds-1-last_day", nothing) == "days_off"


def test_grades_that_part_a_published_group_are_told_before(pages: Pages, desk: Browser) -> None:
    stages = sorted(set(grades_of(pages).values()), key=int)
    change(pages, grades=tuple(Grade(stage, f"ST{stage}") for stage in stages))
    asked = send(desk, pages, "grades", {f"grades-was{stages[1]}-stage": "99"})
    assert asked.status_code == 200
    assert "how far apart their grades are" in words_of(asked.text)


def test_what_another_has_saved_meanwhile_is_shown_beside_what_was_typed(pages: Pages, desk: Browser) -> None:
    page = desk.get(address(pages, "windows")).text
    change(pages, windows=(Window(2, time(8), time(10)),))
    answer = send(desk, pages, "windows", {"windows-0-closes_at": "15:00"}, page=page)
    assert answer.status_code == 409
    assert form_of(answer.text)["windows-0-closes_at"] == ["15:00"]
    assert "Saved now: A session lasts 60 minutes. Wednesday, 08:00 to 10:00" in words_of(answer.text)
    assert len(stored(pages).windows) == 1
    assert save(desk, pages, "windows", {}).status_code == 303
    again = send(desk, pages, "windows", {}, page=answer.text)
    assert again.status_code in (200, 303), "saved again, what was typed is kept"


@pytest.mark.parametrize(
    ("key", "theirs", "mine", "then"),
    [
        (
            "running",
            {"quorum": "55"},
            {"min_attendance": "50"},
            lambda p: (p.quorum, p.min_attendance) == (0.55, 0.5),
        ),
        (
            "kinds",
            {"models-peer-name": "Circle", "models-vertical-remove": "1"},
            {"models-near-peer-name": "Ladder"},
            lambda p: [m.name for m in p.models] == ["Circle", "Ladder"],
        ),
        (
            "windows",
            {"windows-4-remove": "1"},
            {"session_minutes": "45"},
            lambda p: (len(p.windows), p.session_minutes) == (4, 45),
        ),
        (
            "sites",
            {"sites-north-rooms-library-capacity": "12"},
            {"sites-south-name": "South Infirmary"},
            lambda p: (
                p.sites[1].name == "South Infirmary"
                and (p.sites[0].rooms[0].capacity, p.sites[0].rooms[0].weekdays) == (12, frozenset(range(5)))
            ),
        ),
        ("matters", {"level-want": "much"}, {"level-mode": "not"}, lambda p: p.weights == {"want": 12, "mode": 0}),
    ],
)
def test_what_was_not_touched_takes_what_another_has_saved_meanwhile(
    pages: Pages, desk: Browser, key: str, theirs: Typed, mine: Typed, then: Callable[[Programme], bool]
) -> None:
    """One changes one thing, and another something else, in a page that was opened before: both stand in the end."""
    page = desk.get(address(pages, key)).text
    before = stored(pages)
    assert save(desk, pages, key, theirs).status_code == 303
    assert stored(pages) != before
    late = send(desk, pages, key, mine, page=page)
    assert late.status_code == 409
    answer = send(desk, pages, key, {}, page=late.text)
    if answer.status_code == 200:
        answer = desk.post(address(pages, key), {**form_of(answer.text), "confirmed": mark_in(answer.text)})
    assert answer.status_code == 303
    assert then(stored(pages)), stored(pages)


def test_what_a_change_does_to_what_is_published_is_shown_before(pages: Pages, desk: Browser) -> None:
    with pages.database.reading() as db:
        first = db.scalars(select(func.min(SessionRow.starts_at))).one().date()
    typed = {
        "days_off-0-first_day": (first - timedelta(days=1)).isoformat(),
        "days_off-0-last_day": first.isoformat(),
        "days_off-0-name": "Exam week",
    }
    asked = send(desk, pages, "closed", typed)
    words = words_of(asked.text)
    assert asked.status_code == 200
    for said in ("published session", "Peer group 1", "Nothing is saved yet."):
        assert said in words
    assert not stored(pages).closed.days_off
    again = desk.post(address(pages, "closed"), {**form_of(asked.text), "again": "1"})
    assert {name: form_of(again.text)[name] for name in typed} == {name: [value] for name, value in typed.items()}
    other = desk.post(address(pages, "closed"), {**form_of(asked.text), "confirmed": "something else"})
    assert other.status_code == 200
    assert not stored(pages).closed.days_off, "what was shown is what is done"
    done = desk.post(address(pages, "closed"), {**form_of(asked.text), "confirmed": mark_in(asked.text)})
    assert done.status_code == 303
    assert stored(pages).closed.days_off[0].name == "Exam week"
    assert "now need" in words_of(desk.get(pages.path("/settings")).text)


def test_a_kind_from_a_template_brings_what_the_template_asks_of_its_facilitators(pages: Pages, desk: Browser) -> None:
    kind = send(desk, pages, "kinds", {"more": "models", "more_kind": "triads"})
    assert form_of(kind.text)["differ"] == ["site"]
    assert form_of(send(desk, pages, "kinds", {"more": "models", "more_kind": "dyads"}).text)["differ"] == [""]


def test_a_new_room_is_open_when_sessions_are_and_one_that_is_not_says_so(pages: Pages, desk: Browser) -> None:
    change(pages, windows=(*stored(pages).windows, Window(0, time(17, 30), time(18, 30), 60)))
    assert "South Hospital: no room, so nobody can meet in person there" in words_of(
        desk.get(pages.path("/settings")).text
    )
    room = send(desk, pages, "sites", {"more": "south"})
    assert form_of(room.text)["sites-south-rooms-room-1-closes_at"] == ["18:30"]
    typed = {"sites-south-rooms-room-1-name": "Attic", "sites-south-rooms-room-1-closes_at": "18:00"}
    assert send(desk, pages, "sites", typed, page=room.text).status_code == 303
    said = "Sessions at 17:30–18:30 can’t be held in this room: its hours don’t cover them."
    assert f"Attic: {said}" in words_of(desk.get(pages.path("/settings")).text)
    assert f'id="warning-sites-south-rooms-room-1-closes_at">{said}' in desk.get(address(pages, "sites")).text
    typed = {"sites-south-rooms-room-1-opens_at": "07:00", "sites-south-rooms-room-1-closes_at": "09:00"}
    assert save(desk, pages, "sites", typed).status_code == 303
    assert "No session can be held in this room" in desk.get(address(pages, "sites")).text


def test_the_list_of_faults_says_in_which_row_each_is(pages: Pages, desk: Browser) -> None:
    typed = {"windows-1-remove": "1", "windows-3-opens_at": "", "windows-5-opens_at": "09:00"}
    said = words_of(send(desk, pages, "windows", typed).text)
    assert "row 4 : Choose a time." in said
    assert "row 6 : Choose a time." in said
    kinds = words_of(send(desk, pages, "kinds", {"models-near-peer-size_min": "9"}).text)
    assert "Near-peer group : The maximum is 8 but the minimum is 9." in kinds
    rooms = words_of(send(desk, pages, "sites", {"sites-north-rooms-library-closes_at": "07:00"}).text)
    assert "Library : " in rooms
    taken = {"windows-5-weekday": "0", "windows-5-opens_at": "14:00", "windows-5-closes_at": "15:30"}
    assert "This overlaps with 12:30 to 14:15 on the same day." in words_of(send(desk, pages, "windows", taken).text)


def test_a_kind_that_nobody_there_can_fill_is_said_before_it_is_saved_and_at_its_field(
    pages: Pages, desk: Browser
) -> None:
    size = {"models-peer-size_min": "30", "models-peer-size_max": "30", "models-peer-target": "30"}
    asked = send(desk, pages, "kinds", size)
    said = "Peer group: Nobody can be in such a group: it needs at least 30 residents, and the programme has"
    assert asked.status_code == 200
    assert said in words_of(asked.text)
    assert "Nothing is saved yet." in words_of(asked.text)
    again = desk.post(address(pages, "kinds"), {**form_of(asked.text), "again": "1"})
    assert f'id="warning-models-peer-size_min">{said}' in again.text
    assert stored(pages).models[0].size == (4, 8)


def test_looking_at_what_it_does_and_going_back_overwrites_nobody(pages: Pages, desk: Browser) -> None:
    asked = send(desk, pages, "windows", {f"windows-{row}-opens_at": "13:15" for row in range(5)})
    assert asked.status_code == 200
    change(pages, session_minutes=50)
    again = desk.post(address(pages, "windows"), {**form_of(asked.text), "again": "1"})
    assert send(desk, pages, "windows", {}, page=again.text).status_code == 409
    late = desk.post(address(pages, "windows"), {**form_of(asked.text), "confirmed": mark_in(asked.text)})
    assert late.status_code == 409
    assert stored(pages).session_minutes == 50


def test_rows_and_kinds_and_rooms_are_added_without_saving(pages: Pages, desk: Browser) -> None:
    more = send(desk, pages, "windows", {"more": "windows", "windows-5-opens_at": "09:10"})
    assert {"windows-5-opens_at", "windows-8-opens_at"} <= form_of(more.text).keys()
    assert form_of(more.text)["windows-5-opens_at"] == ["09:10"]
    kind = send(desk, pages, "kinds", {"more": "models", "more_kind": "peer"})
    assert form_of(kind.text)["models-peer-2-size_max"] == ["8"]
    assert send(desk, pages, "kinds", {"models-peer-2-name": "Circle for returners"}, page=kind.text).status_code == 303
    room = send(desk, pages, "sites", {"more": "south"})
    added = {"sites-south-rooms-room-1-name": "Attic"}
    assert send(desk, pages, "sites", added, page=room.text).status_code == 303
    site = send(desk, pages, "sites", {"more": "sites"})
    assert send(desk, pages, "sites", {"sites-site-1-name": "East"}, page=site.text).status_code == 303
    after = stored(pages)
    assert [model.name for model in after.models][-1] == "Circle for returners"
    assert [(site.name, [room.name for room in site.rooms]) for site in after.sites] == [
        ("North Hospital", ["Library"]), ("South Hospital", ["Attic"]), ("East", []),
    ]  # fmt: skip
    with pages.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(PlanRow)) == 2


def test_holidays_are_listed_for_the_country_chosen_and_can_be_kept_open(pages: Pages, desk: Browser) -> None:
    day = next(iter(holidays_of(pages)))
    shown = send(desk, pages, "closed", {"country": "US", "more": "holidays"})
    assert f'value="{day}"' in shown.text
    assert not stored(pages).closed.country
    asked = send(desk, pages, "closed", {"open": day.isoformat()}, page=shown.text)
    if asked.status_code == 200:
        desk.post(address(pages, "closed"), {**form_of(asked.text), "confirmed": mark_in(asked.text)})
    assert stored(pages).closed.kept_open == {day}
    assert save(desk, pages, "closed", {}).status_code == 303
    assert stored(pages).closed.kept_open == {day}


def test_holidays_of_regions_are_told_until_one_is_chosen(pages: Pages, desk: Browser) -> None:
    """Easter Monday is a holiday of England, not of the whole United Kingdom."""
    change(pages, closed=ClosedDays("GB"), rounds=equal_rounds(stored(pages).first_day, 13, 4))
    easter = next(
        each.day
        for each in regional_holidays(ClosedDays("GB"), stored(pages).first_day, stored(pages).last_day)
        if each.name == "Easter Monday"
    )
    told = "No region is chosen, so these are not closed:"
    setting_up = words_of(desk.get(pages.path("/setting-up")).text)
    assert f"Choose the region whose holidays you keep. {told}" in setting_up
    assert "Easter Monday" in setting_up
    assert told in words_of(desk.get(pages.path("/settings")).text)
    page = words_of(desk.get(address(pages, "closed")).text)
    assert f"{easter.year}: Easter Monday England, Northern Ireland, Wales" in page
    assert save(desk, pages, "closed", {"region": "ENG"}).status_code == 303
    assert easter in stored(pages).closed.names(easter, easter)
    for path in ("/setting-up", "/settings"):
        assert told not in words_of(desk.get(pages.path(path)).text)


def holidays_of(pages: Pages) -> Mapping[date, str]:
    programme = stored(pages)
    closed = replace(programme.closed, country="US")
    return closed.holidays(programme.first_day, programme.last_day)


def test_weeks_in_which_everything_is_closed_make_a_round_longer(pages: Pages, desk: Browser) -> None:
    first = stored(pages).rounds[1].first_day
    week = DaysOff(first, first + timedelta(days=6), "Winter break")
    change(pages, closed=replace(stored(pages).closed, days_off=(week,)))
    assert save(desk, pages, "rounds", {"how": "evenly", "around": "1"}).status_code == 303
    lengths = [(each.last_day - each.first_day).days + 1 for each in stored(pages).rounds]
    assert lengths == [28, 35, 28]
    page = words_of(desk.get(address(pages, "rounds")).text)
    assert "Winter break" in page


def test_first_sessions_due_by_the_end_of_the_first_round_stay_so_when_that_changes(
    pages: Pages, desk: Browser
) -> None:
    for due, kept in ((28, 21), (14, 14), (None, None)):
        change(pages, first_within_days=due, rounds=equal_rounds(stored(pages).first_day, 3, 4))
        assert save(desk, pages, "rounds", {"how": "evenly", "count": "5", "weeks": "3"}).status_code == 303
        assert stored(pages).first_within_days == kept


def test_an_address_can_propose_a_value_that_is_saved_only_when_somebody_does(pages: Pages, desk: Browser) -> None:
    with pages.app.test_request_context():
        steps = {kind: address_of_step(Step(kind, "Peer group", value=value), stored(pages)) for kind, value in STEPS}
    assert form_of(desk.get(steps[StepKind.LARGER]).text)["models-peer-size_max"] == ["9"]
    assert form_of(desk.get(steps[StepKind.NEARER]).text)["models-peer-spread_min"] == ["0"]
    assert form_of(desk.get(steps[StepKind.GAP]).text)["min_gap_days"] == ["7"]
    assert not steps[StepKind.ACCEPT_MODE]
    page = desk.get(steps[StepKind.QUORUM]).text
    assert form_of(page)["quorum"] == ["50"]
    assert form_of(page)["min_gap_days"] == ["14"]
    assert stored(pages).quorum == 0.6
    assert send(desk, pages, "running", {}, page=page).status_code == 303
    assert stored(pages).quorum == 0.5


def test_a_refusal_leads_to_the_section_in_which_the_way_out_is(pages: Pages, desk: Browser) -> None:
    long_ago = equal_rounds(date(2020, 1, 6), 3, 4)
    with pages.database.writing() as db:
        rows = db.scalars(select(RoundRow).where(RoundRow.programme_id == pages.programme_id)).all()
        for row, each in zip(rows, long_ago, strict=True):
            row.first_day, row.last_day = each.first_day, each.last_day
    answer = desk.post(pages.path("/runs"), {"seconds": "30"})
    assert answer.status_code == 409
    assert f'<a href="{address(pages, "rounds")}">Add later rounds, then plan again.</a>' in answer.text
