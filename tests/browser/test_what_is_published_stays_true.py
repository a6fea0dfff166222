"""What is published stays true: what happens on wards after publication, lived in a browser with real mail.

After each turn every page, calendar and mailbox of everybody concerned says what is so (``truth.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from scheduler.db import Database
from scheduler.plans.tables import PlanRow
from scheduler.programmes.model import PEER, VERTICAL, equal_rounds
from tests.browser.gallery import choose, look
from tests.browser.infirmary import DAYS, LONDON, NIGHTS, Infirmary, Ward, an_infirmary, email
from tests.browser.truth import Meeting, Truth, assert_nothing_is_stale, assert_the_truth, new_mail
from tests.builders import people_csv, person_line, programme
from tests.mail_server import text_of
from tests.scheduler.derivation import derived

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)
TEAM = ("Nia Wren", "Isak Birch", "Rosa Thorn", "Amine Cedar", "Kit Sedge")
OTHERS = ("Uma Alder", "Vic Maple", "Wim Hazel")
FAY, GIL, CORA, DORA = "Fay Lantern", "Gil Spare", "Cora Coordinator", "Dora Ledger"
ROUNDS, WEEKS_EACH = 3, 4
FIRST_NAMES, LAST_NAMES = ("Ada", "Ben", "Cat", "Dan"), ("Ash", "Elm", "Oak", "Yew")
FRIDAY = 4
AT_DAY = dict.fromkeys(TEAM, DAYS * ROUNDS * WEEKS_EACH)


@pytest.fixture
def hospital(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Infirmary]:
    with an_infirmary(database, monkeypatch, str(tmp_path / "clock")) as found:
        yield found


def a_ward(hospital: Infirmary, **more: object) -> Ward:
    """A team on day duties with a facilitator and somebody to spare, in one group."""
    rounds = equal_rounds(hospital.first_monday, ROUNDS, WEEKS_EACH)
    columns = {"modes": "video;phone"}
    return Ward(programme(rounds=rounds, models=(VERTICAL,), **more), CORA, TEAM, (FAY, GIL), columns, AT_DAY)


def published(hospital: Infirmary) -> Truth:
    """The ward with its group published, and everybody told."""
    hospital.enlist("spring", a_ward(hospital))
    hospital.make_a_plan("spring")
    hospital.until_told()
    return Truth.of(hospital)


def uploads(desk: Page, hospital: Infirmary, content: bytes, filename: str) -> None:
    desk.goto(f"/programmes/{hospital.programmes['spring']}/rotas")
    file = {"name": filename, "mimeType": "application/vnd.ms-excel", "buffer": content}
    desk.get_by_label("Rota files").set_input_files(file)
    desk.get_by_role("button", name="Upload and read").click()


def away(desk: Page, name: str, first_day: date, last_day: date) -> None:
    """The coordinator notes somebody's long leave."""
    leave = desk.get_by_role("region", name="Add long leave")
    choose(leave.get_by_label("Who"), label=name)
    leave.get_by_label("First day away").fill(first_day.isoformat())
    leave.get_by_label("Last day away").fill(last_day.isoformat())
    leave.get_by_role("button", name="Add leave").click()
    leave.get_by_text(name).last.wait_for()


def takes(desk: Page, kind: str, content: bytes) -> None:
    """A list is uploaded and confirmed."""
    form = desk.locator(f"form[action$='/people/{kind}']")
    form.locator("input[type=file]").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": content})
    form.get_by_role("button", name="Upload").click()
    desk.get_by_role("button", name="Confirm").click()


def move(desk: Page, hospital: Infirmary, slug: str, meeting: Meeting, start: datetime) -> None:
    """The coordinator types another time for a session, and looks at what it would do."""
    desk.goto(f"/programmes/{hospital.programmes[slug]}/sessions/{meeting.id}")
    desk.locator("summary", has_text="Another time").click()
    wall = start.astimezone(LONDON)
    other = desk.locator("details", has_text="Another time")
    other.get_by_label("Day").fill(f"{wall:%Y-%m-%d}")
    other.get_by_label("Time in").fill(f"{wall:%H:%M}")
    other.get_by_role("button", name="See what it would do").click()


def lunches(hospital: Infirmary, meeting: Meeting) -> list[datetime]:
    """Half past twelve on each weekday of a session's round."""
    first = hospital.day(7 * WEEKS_EACH * meeting.row.round)
    each = (first + timedelta(days=number) for number in range(7 * WEEKS_EACH))
    return [datetime.combine(day, time(12, 30), LONDON) for day in each if day.weekday() < 5]


def near(at: datetime, meeting: Meeting) -> bool:
    return abs(at - meeting.row.starts_at) < timedelta(days=1)


def days_after(hospital: Infirmary, meeting: Meeting) -> int:
    return (meeting.row.starts_at.date() - hospital.first_monday).days


def weeks_of_nights(meeting_day: int) -> dict[str, str]:
    """The whole team on nights in the week of a day."""
    week = meeting_day // 7
    return dict.fromkeys(TEAM, DAYS * week + NIGHTS + DAYS * (ROUNDS * WEEKS_EACH - week - 1))


def test_the_whole_team_goes_on_nights_after_publication(hospital: Infirmary, chromium: Browser) -> None:
    first = published(hospital).meetings[0]
    rota = weeks_of_nights(days_after(hospital, first))
    desk = hospital.sign_in(chromium, CORA)
    uploads(desk, hospital, hospital.rota_file(rota), "Medicine.xlsx")
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.get_by_text("This import has put 1 thing in trouble.").wait_for()
    hospital.duties |= rota
    mails = hospital.until_told()
    for name in TEAM:
        [told] = new_mail(mails, name)
        assert "Your group is meeting without you, because you can’t make it" in text_of(told)
        assert "/mail/date/" in text_of(told), "other dates, to be chosen from the mail"
    truth = assert_the_truth(hospital, chromium, after="a week of nights")
    assert [set(meeting.residents.values()) for meeting in truth.meetings] == [{"0"}, {"2"}, {"2"}]

    desk.goto(f"/programmes/{hospital.programmes['spring']}/troubles")
    desk.locator("main article").get_by_role("button").first.click()
    mails = hospital.until_told()
    truth = assert_the_truth(hospital, chromium, after="another date")
    assert all(meeting.is_held for meeting in truth.meetings)
    assert truth.meetings[0].row.uid == first.row.uid
    assert truth.meetings[0].row.starts_at != first.row.starts_at
    for name in TEAM:
        assert len(new_mail(mails, name)) == 1, "one message for one act"

    uploads(desk, hospital, hospital.rota_file(rota), "Medicine.xlsx")
    if desk.get_by_role("button", name="Import", exact=True).count():
        desk.get_by_role("button", name="Import", exact=True).click()
    assert hospital.until_told() == []
    assert_nothing_is_stale(hospital, "the same rota again")


def test_last_months_file_comes_again_under_another_name(hospital: Infirmary, chromium: Browser) -> None:
    truth = published(hospital)
    second = truth.meetings[1]
    rota = weeks_of_nights(days_after(hospital, second))
    desk = hospital.sign_in(chromium, CORA)
    uploads(desk, hospital, hospital.rota_file(rota), "Medicine.xlsx")
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.get_by_text("This import has put 1 thing in trouble.").wait_for()
    hospital.duties |= rota
    hospital.until_told()
    before = derived(hospital.database, *hospital.programmes.values())

    uploads(desk, hospital, hospital.rota_file(AT_DAY), "January final.xlsx")
    expect(desk.get_by_role("heading", name="“Medicine” says something else about the same people")).to_be_visible()
    expect(desk.get_by_text("This file is older")).to_be_visible()
    look(desk, "an-older-rota")
    desk.get_by_role("button", name="Import", exact=True).click()
    expect(desk.get_by_role("heading", name="has been imported")).to_have_count(0)
    assert derived(hospital.database, *hospital.programmes.values()) == before
    desk.get_by_role("button", name="Remove this upload").click()
    assert hospital.until_told() == []
    truth = assert_the_truth(hospital, chromium, after="last month’s file")
    assert [meeting.is_held for meeting in truth.meetings] == [True, False, True]


def test_a_facilitator_is_ill_for_six_weeks(hospital: Infirmary, chromium: Browser) -> None:
    truth = published(hospital)
    [ill] = truth.meetings[0].facilitators
    [spare] = {FAY, GIL} - {ill}
    first_day = hospital.moment.date()
    last_day = first_day + timedelta(days=41)
    desk = hospital.sign_in(chromium, CORA)
    root = f"/programmes/{hospital.programmes['spring']}"
    desk.goto(f"{root}/patterns")
    away(desk, ill, first_day, last_day)
    hospital.goes_away(ill, first_day, last_day)
    hospital.until_told()
    truth = assert_the_truth(hospital, chromium, after="a facilitator falls ill")
    unled = [meeting for meeting in truth.meetings if not meeting.led]
    assert unled
    assert len(unled) < ROUNDS
    desk.goto(f"{root}/groups/{truth.meetings[0].row.group_key}")
    desk.get_by_role("link", name="Who could replace them?").click()
    desk.get_by_label("From").fill(first_day.isoformat())
    desk.get_by_label("Until").fill(last_day.isoformat())
    desk.get_by_role("button", name="Show who could").click()
    desk.get_by_role("button", name=f"Choose {spare}").click()
    desk.get_by_label("Why").fill("Ill")
    desk.get_by_role("button", name="Hand it over").click()
    desk.get_by_text(spare).first.wait_for()
    mails = hospital.until_told()
    truth = assert_the_truth(hospital, chromium, after="somebody stands in")
    assert [[*meeting.facilitators] for meeting in truth.meetings] == [
        [spare] if meeting.id in {m.id for m in unled} else [ill] for meeting in truth.meetings
    ]
    assert len(new_mail(mails, spare)) == 1
    assert new_mail(mails, ill) == [], "whoever is ill is left in peace"

    back = datetime.combine(last_day, time(12), UTC) + timedelta(days=2)
    hospital.pass_time(back, step=timedelta(hours=12))
    truth = assert_the_truth(hospital, chromium, after="six weeks")
    assert [[*meeting.facilitators] for meeting in truth.meetings] == [[ill]] * (ROUNDS - len(unled))


def test_two_coordinators_have_people_in_common(hospital: Infirmary, chromium: Browser) -> None:
    rounds = equal_rounds(hospital.first_monday, ROUNDS, WEEKS_EACH)
    autumn = programme(slug="autumn", name="Autumn term", rounds=rounds, models=(PEER,))
    columns, lines = {"modes": "video;phone"}, dict.fromkeys((*TEAM, *OTHERS), DAYS * ROUNDS * WEEKS_EACH)
    hospital.enlist("spring", a_ward(hospital))
    hospital.enlist("autumn", Ward(autumn, DORA, (*TEAM[:3], *OTHERS), (), columns, lines, stages="2"))
    for slug in ("spring", "autumn"):
        hospital.make_a_plan(slug)
    hospital.until_told()
    truth = assert_the_truth(hospital, chromium, after="two publications")
    assert all(set(meeting.marks.values()) == {"2"} for meeting in truth.meetings), "nobody is booked twice"
    desk = hospital.sign_in(chromium, DORA)
    [hers, *_], [theirs, *_] = (truth.of_programme(hospital.programmes[slug]) for slug in ("autumn", "spring"))

    move(desk, hospital, "autumn", hers, theirs.row.starts_at)
    expect(desk.get_by_role("heading", name="This can’t be done")).to_be_visible()
    expect(desk.get_by_role("button", name="Move it")).to_have_count(0)

    free = next(at for at in lunches(hospital, hers) if not any(near(at, meeting) for meeting in truth.meetings))
    move(desk, hospital, "autumn", hers, free)
    desk.get_by_label("Why").fill("The room is wanted")
    desk.get_by_role("button", name="Move it").click()
    desk.get_by_text("Moved from").wait_for()
    mails = hospital.until_told()
    truth = assert_the_truth(hospital, chromium, after="a move in one programme")
    assert {message["To"] for message in mails} == {email(name) for name in hers.marks}

    desk = hospital.sign_in(chromium, CORA)
    move(desk, hospital, "spring", theirs, free)
    expect(desk.get_by_role("heading", name="This can’t be done")).to_be_visible()


def test_a_changeover_in_august(hospital: Infirmary, chromium: Browser) -> None:
    """From the second round on half of the residents work elsewhere, where they are off when a group of them meets."""
    rounds = equal_rounds(hospital.first_monday, ROUNDS, WEEKS_EACH)
    people = tuple(f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES)
    weeks, changeover = ROUNDS * WEEKS_EACH, hospital.day(7 * WEEKS_EACH)
    plain = dict.fromkeys(people, DAYS * weeks)
    columns = {"modes": "video;phone"}
    stored = programme(rounds=rounds, models=(PEER,))
    hospital.enlist("spring", Ward(stored, CORA, people, (), columns, plain, stages="2"))
    hospital.make_a_plan("spring")
    hospital.until_told()
    truth = Truth.of(hospital)
    assert all(meeting.is_held for meeting in truth.meetings)

    [first, *later] = next(iter(truth.groups().values()))
    moving = sorted({*people[::2], *first.residents})
    closed = {meeting.row.starts_at.weekday() for meeting in later}
    there = "".join(" " if weekday in closed or weekday > FRIDAY else "D" for weekday in range(7))
    desk = hospital.sign_in(chromium, CORA)
    root = f"/programmes/{hospital.programmes['spring']}"
    lines = [person_line(name, stage="2", site="south", site_from=changeover.isoformat(), **columns) for name in moving]
    desk.goto(f"{root}/lists")
    takes(desk, "people", people_csv(*lines))
    desk.get_by_text("People: 0 added").wait_for()
    rota = {name: DAYS * WEEKS_EACH + (there if name in moving else DAYS) * (weeks - WEEKS_EACH) for name in people}
    uploads(desk, hospital, hospital.rota_file(rota), "Medicine.xlsx")
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.get_by_role("heading", name="has been imported").wait_for()
    hospital.duties |= rota
    hospital.until_told()
    truth = assert_the_truth(hospital, chromium, after="the changeover")
    broken = [meeting for meeting in truth.meetings if not meeting.is_held]
    assert broken

    desk.goto(f"{root}/repair")
    desk.get_by_role("button", name="Repair", exact=True).click()
    hospital.solve_what_waits()
    with hospital.database.reading() as db:
        plan_id = db.scalars(select(PlanRow.id).order_by(PlanRow.id.desc())).first()
    desk.goto(f"{root}/repair/{plan_id}")
    look(desk, "repair-of-a-changeover")
    desk.get_by_role("button", name=re.compile("^Accept (all|this|[0-9])")).first.click()
    desk.get_by_text("Published as revision").wait_for()
    mails = hospital.until_told()
    truth = assert_the_truth(hospital, chromium, after="the repair")
    assert all(meeting.is_held for meeting in truth.meetings)
    most = Counter(message["To"] for message in mails)
    assert max(most.values()) == 1, "one message for one act"
