"""A disk that is full, or can only be read: a sentence to whoever saves, a status to whoever watches, one line in the
log."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from scheduler.storage_faults import StorageFault
from tests.scheduler.test_storage_faults import no_more_room, only_to_be_read
from tests.web.builders import COORDINATOR, RESIDENT, Pages, words_of


@pytest.mark.parametrize("trouble", [no_more_room, only_to_be_read])
def test_who_saves_is_told_and_who_watches_learns_it(own_pages: Pages, trouble: object) -> None:
    pages = own_pages
    browser = pages.signed_in(RESIDENT)
    assert browser.get("/my-group").status_code == 200
    with trouble(pages.database), capture_logs() as logged:  # type: ignore[operator]
        answer = browser.post("/sign-in", {"email": COORDINATOR})
        watched = pages.stranger().get("/readyz")
        assert browser.get("/my-group").status_code == 200, "what only looks goes on"
    said = words_of(answer.text)
    assert answer.status_code == 503
    assert "Nothing was left half saved." in said
    assert "Something went wrong" not in said
    assert answer.headers["Retry-After"]
    assert watched.status_code == 503
    assert watched.text.strip() in set(StorageFault)
    [line] = [line for line in logged if line["event"] == "storage_failed"]
    assert (line["path"], "places" in line, "error" in line) == ("/sign-in", False, False)
    pages.app.extensions.pop("mentor_rounds_storage")
    assert pages.stranger().get("/readyz").text.startswith("ready\n")
    assert browser.post("/sign-in", {"email": COORDINATOR}).status_code == 303
