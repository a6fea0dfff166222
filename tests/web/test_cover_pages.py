"""The coordinator's cover list: read, narrowed, printed, taken out, sent; who keeps which rota, and their calendars."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import icalendar
import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.cover.tables import CoverSendingRow
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import JourneyRow
from scheduler.releases.tables import KeptRotaRow, ReleaseRow, RotaManagerRow
from scheduler.rota_import import service as rota_import
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.web.builders import COORDINATOR, RESIDENT, Browser, Pages


@pytest.fixture
def rostered(pages: Pages) -> Pages:
    """Ada is on call from home at the first session of her group, and expected there."""
    now = clock.now()
    with pages.database.writing() as db:
        session = db.scalars(
            select(SessionRow).where(SessionRow.group_key == "g1").order_by(SessionRow.starts_at).limit(1)
        ).one()
        day = session.starts_at.date()
        upload = rota_import.Upload(
            "ward", f"name,date,start,end,code\nAda Quill,{day},09:00,21:00,NROC\n".encode(), "ward.csv"
        )
        rota_import.import_rota(db, OPERATOR, pages.programme_id, "north", upload, now)
    return pages


def span(pages: Pages) -> str:
    with pages.database.reading() as db:
        [start] = db.scalars(select(ReleaseRow.starts_at).where(ReleaseRow.ended_at.is_(None)))
    return f"?first={(start - timedelta(days=3)).date()}&last={(start + timedelta(days=3)).date()}"


def entered(pages: Pages, browser: Browser, email: str = "office@example.org") -> int:
    answer = browser.post(pages.path("/cover/managers"), {"name": "Ward office", "email": email})
    assert answer.status_code == 303
    with pages.database.reading() as db:
        return db.scalars(select(RotaManagerRow.id)).one()


def test_the_way_is_said_to_be_in_the_times_only_where_minutes_are_entered(rostered: Pages) -> None:
    browser, included = rostered.signed_in(COORDINATOR), "Times include the way there and back."
    for rest in ("", "/print"):
        page = browser.get(rostered.path(f"/cover{rest}{span(rostered)}")).text
        assert included not in page, rest
        assert "no minutes to travel between its sites" in page, rest
    assert 'rules#ways"' in browser.get(rostered.path("/cover")).text
    with rostered.database.writing() as db:
        north, south = (site.id for site in get_programme(db, rostered.programme_id).sites)
        db.add(JourneyRow(from_site_id=north, to_site_id=south, minutes=25))
    for rest in ("", "/print"):
        assert included in browser.get(rostered.path(f"/cover{rest}{span(rostered)}")).text, rest


def test_the_list_names_who_needs_release_and_no_group(rostered: Pages) -> None:
    browser = rostered.signed_in(COORDINATOR)
    page = browser.get(rostered.path("/cover" + span(rostered))).get_data(as_text=True)
    main = page[page.index("<h1>") :]
    assert "Ada Quill" in main
    assert "NROC" in main
    with rostered.database.reading() as db:
        names = set(db.scalars(select(SessionRow.group_name)))
    assert not any(name in main for name in names)
    assert "Ben Marrow" not in main


@pytest.mark.parametrize("by", ["week", "site", "manager"])
def test_it_is_shown_printed_and_searched_in_every_order(rostered: Pages, by: str) -> None:
    browser, days = rostered.signed_in(COORDINATOR), span(rostered)
    for path in (f"/cover{days}&by={by}", f"/cover/print{days}&by={by}", f"/cover{days}&by={by}&q=quill"):
        answer = browser.get(rostered.path(path))
        assert answer.status_code == 200
        assert "Ada Quill" in answer.get_data(as_text=True)
    assert "found nothing" in browser.get(rostered.path(f"/cover{days}&q=nobody")).get_data(as_text=True)


def test_days_that_make_no_sense_are_refused_where_they_stand(rostered: Pages) -> None:
    browser = rostered.signed_in(COORDINATOR)
    for days in ("?first=2027-02-01&last=2027-01-01", "?first=2027-01-01&last=2029-01-01", "?first=tomorrow"):
        assert browser.get(rostered.path("/cover" + days)).status_code == 422
    assert browser.get(rostered.path("/cover/list.exe")).status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "faults"),
    [
        ("2027-02-01", "2027-01-01", ["The last day is before the first. Choose a later one."]),
        ("2027-01-01", "2029-01-01", ["Choose no more than a year at a time."]),
        ("tomorrow", "2027-01-01", ["“tomorrow” is not a valid date. Write it like 2027-03-31."]),
        ("2027-02-01", "x", ["“x” is not a valid date. Write it like 2027-03-31."]),
        ("x", "y", [f"“{written}” is not a valid date. Write it like 2027-03-31." for written in "xy"]),
    ],
)
def test_days_that_cannot_be_come_back_with_their_form(
    rostered: Pages, first: str, last: str, faults: list[str]
) -> None:
    browser = rostered.signed_in(COORDINATOR)
    manager = entered(rostered, browser)
    answer = browser.get(rostered.path(f"/cover?first={first}&last={last}&manager={manager}&by=site"))
    assert answer.status_code == 422
    assert re.findall(r'class="fault"[^>]*>([^<]+)', answer.text) == faults
    assert [f'value="{day}"' in answer.text for day in (first, last)] == [True, True]
    assert set(re.findall(r'<option value="(\w+)" selected>', answer.text)) == {str(manager), "site"}
    assert "Four weeks" in answer.text
    assert "Excel" not in answer.text, "there is no list of such days"
    for path in ("/cover/print", "/cover/list.csv", f"/cover/managers/{manager}/send"):
        led = browser.get(rostered.path(f"{path}?first={first}&last={last}&manager={manager}&by=site"))
        assert led.location == rostered.path(f"/cover?first={first}&last={last}&manager={manager}&by=site"), path


def test_files_are_opened_again(rostered: Pages) -> None:
    browser, days = rostered.signed_in(COORDINATOR), span(rostered)
    content = browser.get(rostered.path("/cover/list.csv" + days)).data
    assert content.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (row["Name"], row["Duty"], row["Site"]) == ("Ada Quill", "NROC", "North Hospital")
    book = load_workbook(io.BytesIO(browser.get(rostered.path("/cover/list.xlsx" + days)).data))
    assert book.sheetnames == ["No rota manager"]


def test_a_rota_manager_is_entered_given_rotas_corrected_and_removed(rostered: Pages) -> None:
    browser = rostered.signed_in(COORDINATOR)
    manager = entered(rostered, browser)
    page = browser.get(rostered.path("/cover/managers")).get_data(as_text=True)
    label = re.search(r'<label for="([^"]+)"><b>ward</b> <span[^>]*>North Hospital</span>', page)
    assert label
    assert re.search(rf'id="{label[1]}"[^>]*name="keeper-1"', page)
    refused = browser.post(rostered.path("/cover/keepers"), {"keeper-1": "Somebody"})
    assert refused.status_code == 422
    assert "isn’t on the list of rota managers" in refused.get_data(as_text=True)
    assert browser.post(rostered.path("/cover/keepers"), {"keeper-0": "", "keeper-1": "ward OFFICE"}).status_code == 303
    with rostered.database.reading() as db:
        assert db.execute(select(KeptRotaRow.rota, KeptRotaRow.manager_id)).all() == [("ward", manager)]
    listed = browser.get(rostered.path("/cover" + span(rostered) + f"&manager={manager}")).get_data(as_text=True)
    assert "Ada Quill" in listed
    assert "Send to Ward office" in listed
    changed = {"name": "Rota office", "email": "nowhere"}
    assert browser.post(rostered.path(f"/cover/managers/{manager}"), changed).status_code == 422
    assert browser.post(rostered.path(f"/cover/managers/{manager}"), {**changed, "email": ""}).status_code == 303
    assert browser.post(rostered.path(f"/cover/managers/{manager}"), {"remove": "1"}).status_code == 303
    with rostered.database.reading() as db:
        assert db.scalars(select(RotaManagerRow.id)).all() == []


def test_a_list_is_sent_and_the_next_says_what_is_other(rostered: Pages) -> None:
    browser, days = rostered.signed_in(COORDINATOR), span(rostered)
    manager = entered(rostered, browser)
    browser.post(rostered.path("/cover/keepers"), {"keeper-1": "Ward office"})
    path = rostered.path(f"/cover/managers/{manager}/send{days}")
    assert "They haven’t had a list yet" in browser.get(path).get_data(as_text=True)
    assert browser.post(path, {}).status_code == 303
    with rostered.database.writing() as db:
        mail = db.scalars(select(MailRow).where(MailRow.address == "office@example.org")).one()
        assert "Ada Quill" in mail.text
        assert "Ada Quill" in mail.sheet
        assert db.scalars(select(CoverSendingRow.new)).all() == [1]
        ada = rostered.ids[RESIDENT]
        db.execute(update(AttendeeRow).where(AttendeeRow.person_id == ada).values(away=True))
        db.execute(update(ReleaseRow).values(ended_at=clock.now()))
        note(db, Fact.KEEPING, rostered.programme_id, clock.now())
    page = browser.get(path).get_data(as_text=True)
    assert "No longer needed" in page
    assert "Sent before" in page


def test_a_calendar_is_made_read_renewed_and_closed(rostered: Pages) -> None:
    browser = rostered.signed_in(COORDINATOR)
    manager = entered(rostered, browser)
    browser.post(rostered.path("/cover/keepers"), {"keeper-1": "Ward office"})
    made = browser.post(rostered.path(f"/cover/managers/{manager}/calendar"), {}).get_data(as_text=True)
    address = re.search(r'value="http://localhost(/feeds/[^"]+)"', made)
    assert address
    body = rostered.stranger().get(address[1]).data
    assert [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(body).walk("VEVENT")] == [
        "Release: Ada Quill"
    ]
    page = browser.get(rostered.path("/cover/managers")).get_data(as_text=True)
    feed = re.search(r"/cover/calendars/(\d+)", page)
    assert feed
    renewed = browser.post(rostered.path(f"/cover/calendars/{feed[1]}"), {"renew": "1"}).get_data(as_text=True)
    assert address[1] not in renewed
    page = browser.get(rostered.path("/cover/managers")).get_data(as_text=True)
    last = re.search(r"/cover/calendars/(\d+)", page)
    assert last
    assert browser.post(rostered.path(f"/cover/calendars/{last[1]}"), {"end": "1"}).status_code == 303
    assert browser.post(rostered.path("/cover/calendars/99"), {"end": "1"}).status_code == 404
