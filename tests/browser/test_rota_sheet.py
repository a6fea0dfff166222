"""Tapping on the picture of a rota's sheet: heads of rows and columns, and parts with two taps; on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from scheduler import clock
from scheduler.db import Database
from scheduler.people.tables import PersonRow
from scheduler.rota_import.service import Upload, get_waiting, read_upload
from scheduler.signing_in.links import make_link
from tests.browser.gallery import PHONE, look
from tests.browser.served import pages_served
from tests.builders import World, import_residents, person_line, world
from tests.scheduler.rotas.sheets import as_csv

pytestmark = pytest.mark.browser
DAYS = [f"2027-02-0{day}" for day in range(1, 8)]
ROWS = (
    ["Name", *DAYS, "Ring"],
    ["Ada Quill", *["08:00-17:00"] * 7, "x"],
    ["Ben Marrow", *["20:00-08:30"] * 7, "x"],
    ["Quota", *["08:00-16:00"] * 7, "x"],
)


@pytest.fixture
def there(database: Database) -> World:
    found = world(database)
    import_residents(found, 0, person_line("Ada Quill"), person_line("Ben Marrow"))
    return found


@pytest.fixture
def base_url(there: World) -> Iterator[str]:
    """A real server."""
    with pages_served(there.database) as address:
        yield address


def test_what_rows_columns_and_parts_hold_is_said_by_tapping(there: World, base_url: str, chromium: Browser) -> None:
    with there.database.writing() as db:
        upload = Upload("ward", as_csv(ROWS), "ward.csv")
        waiting = read_upload(db, there.coordinator, there.programme_id, "north", upload, clock.now()).waiting_id
        cora = db.scalars(select(PersonRow.id).where(PersonRow.email == "cora@example.org")).one()
        way_in = make_link(db, cora, clock.now(), stays=timedelta(days=1))
    size = {"width": PHONE[0], "height": PHONE[1]}
    with chromium.new_context(base_url=base_url, viewport=size, has_touch=True, locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"/sign-in/{way_in}")
        page.goto(f"/programmes/{there.programme_id}/rotas/waiting/{waiting}/sheet")
        quota = page.get_by_role("button", name="Row 4 holds")
        for said in ("dates", "names", "ignore"):
            quota.tap()
            expect(quota).to_have_text(said)
        page.get_by_role("button", name="Row 1 holds").tap()
        cells = page.locator("table.sheet tbody tr")
        cells.nth(0).locator("td").nth(8).tap()
        cells.nth(2).locator("td").nth(8).tap()
        bar = page.locator("#part-bar")
        expect(bar).to_contain_text("I1:I3")
        look(page, "rota-sheet-tapped")
        bar.get_by_role("button", name="Ignore this part").tap()
        expect(page.get_by_label("Other parts to ignore")).to_have_value("I1:I3")
        page.get_by_role("button", name="Read it again").tap()
        expect(page.get_by_text("It now has 14 entries for 2 people.")).to_be_visible()
    with there.database.reading() as db:
        [said] = get_waiting(db, there.coordinator, waiting).understood.rota.pointing.sheets
    assert (said.date_rows, len(said.ignored)) == ((0,), 2)
