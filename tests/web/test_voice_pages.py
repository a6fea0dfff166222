"""What people are asked after sessions and once a term, on their pages and by the link in a mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.mail.addresses import TagKind, Tags
from scheduler.programmes.tables import SiteRow
from scheduler.releases.tables import ReleaseRow
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.settings import Settings
from scheduler.voices.releases import put_release_questions
from scheduler.voices.tables import GoalWeightRow, ReleaseAnswerRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    Pages,
    everything_stored,
    words_of,
)

PATH = "/my-voice"
QUESTION = "Were you really released"


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def move(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return move


def a_release(pages: Pages, email: str) -> SessionRow:
    """The first session of somebody's group, for which they need a release."""
    with pages.database.writing() as db:
        session = db.scalars(
            select(SessionRow)
            .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
            .where(AttendeeRow.person_id == pages.ids[email])
            .order_by(SessionRow.starts_at)
        ).first()
        assert session
        site = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == pages.programme_id)).first()
        db.add(
            ReleaseRow(
                programme_id=pages.programme_id, session_id=session.id, person_id=pages.ids[email], site_id=site,
                rota="ward", starts_at=session.starts_at, ends_at=session.ends_at, duty="Day", sequence=0,
                created_at=clock.now(), changed_at=clock.now(),
            )
        )  # fmt: skip
    return session


def link_of(pages: Pages, session: SessionRow, email: str) -> str:
    with pages.database.writing() as db:
        [number] = put_release_questions(db, [(session.id, pages.ids[email])]).values()
    return f"/mail/released/{Tags(Settings('', 'k' * 40)).sign(TagKind.RELEASED, number)}"


def answers(pages: Pages) -> list[tuple[int, str | None]]:
    with pages.database.reading() as db:
        return [(row.person_id, row.answer) for row in db.scalars(select(ReleaseAnswerRow))]


def test_one_tap_by_the_link_in_a_mail_without_signing_in(pages: Pages, set_clock: Callable[[datetime], None]) -> None:
    session = a_release(pages, RESIDENT)
    path, stranger = link_of(pages, session, RESIDENT), pages.stranger()
    assert "isn’t over yet" in words_of(stranger.get(path).text)
    assert stranger.post(path, {"answer": "yes"}).status_code == 409
    set_clock(session.ends_at + timedelta(hours=1))
    before = everything_stored(pages.database)
    assert QUESTION in words_of(stranger.get(path).text)
    assert everything_stored(pages.database) == before, "scanners of mail open every link"
    assert stranger.post(path, {"answer": "perhaps"}).status_code == 422
    assert stranger.post(path, {"answer": "no"}).status_code == 303
    assert answers(pages) == [(pages.ids[RESIDENT], "no")]
    assert "your answer is in" in words_of(stranger.get(path).text)
    for made_up in ("q1-aaaaaaaaaaaaaaaaaaaaaaaa", path.rpartition("/")[2].replace("q", "d", 1)):
        assert stranger.get(f"/mail/released/{made_up}").status_code == 404
        assert stranger.post(f"/mail/released/{made_up}", {"answer": "no"}).status_code == 404


def test_the_own_page_asks_who_needed_it_and_nobody_else_reads_the_answer(
    pages: Pages, set_clock: Callable[[datetime], None]
) -> None:
    session = a_release(pages, OTHER_RESIDENT)
    set_clock(session.ends_at + timedelta(hours=1))
    cleo = pages.signed_in(OTHER_RESIDENT)
    assert QUESTION in words_of(cleo.get("/my-group").text)
    assert cleo.post(f"{PATH}/released/{session.id}", {"answer": "no"}).status_code == 303
    assert answers(pages) == [(pages.ids[OTHER_RESIDENT], "no")]
    for email, path in ((RESIDENT, PATH), (RESIDENT, "/my-group"), (FACILITATOR, PATH), (FACILITATOR, "/facilitating")):
        assert QUESTION not in words_of(pages.signed_in(email).get(path).text)
        assert pages.signed_in(email).post(f"{PATH}/released/{session.id}", {"answer": "yes"}).status_code == 404
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/voices")).text)
    assert "Fewer than five people of a site have answered so far" in page
    for email in (RESIDENT, FACILITATOR, OVERSEER):
        assert pages.signed_in(email).get(pages.path("/voices")).status_code == 404


def test_a_pulse_is_set_answered_once_and_told_when_it_has_closed(
    pages: Pages, set_clock: Callable[[datetime], None]
) -> None:
    cora = pages.signed_in(COORDINATOR)
    assert cora.get(pages.path("/voices")).status_code == 200
    with pages.database.reading() as db:
        first = db.scalars(select(SessionRow).order_by(SessionRow.starts_at)).first()
    assert first
    opens = first.starts_at
    wanted = {"opens_on": opens.date().isoformat(), "instrument": "own"}
    refused = cora.post(pages.path("/voices/pulse"), wanted)
    assert refused.status_code == 422
    assert "Enter at least one statement" in refused.text
    typed = {**wanted, "instrument_name": "Local", "questions": "Our <rota> lets me come."}
    assert cora.post(pages.path("/voices/pulse"), typed).status_code == 303
    set_clock(opens + timedelta(days=1))
    people = [email for email in pages.ids if not email.startswith(("zoe", "fay", "gil"))]
    for email in people[:6]:
        browser = pages.signed_in(email)
        page = browser.get(PATH)
        assert "Our &lt;rota&gt; lets me come." in page.text
        assert browser.post(f"{PATH}/pulse/{pages.programme_id}", {"answer-0": "5"}).status_code == 303
        assert "lets me come" not in browser.get(PATH).text
    assert pages.signed_in(FACILITATOR).post(f"{PATH}/pulse/{pages.programme_id}", {"answer-0": "5"}).status_code == 404
    assert "agree" not in words_of(cora.get(pages.path("/voices")).text)
    set_clock(opens + timedelta(days=15))
    assert "6 of 6 agree" in words_of(pages.signed_in(COORDINATOR).get(pages.path("/voices")).text)
    told = {"changed": "We moved two dates."}
    cora = pages.signed_in(COORDINATOR)
    assert cora.post(pages.path("/voices/changed"), told).status_code == 303
    assert "We moved two dates." in words_of(pages.signed_in(people[0]).get(PATH).text)


def test_areas_are_weighed_on_the_own_page_and_are_nobody_elses(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    path = f"/my-goals/{pages.programme_id}/area"
    assert ada.post(path, {"area": "exams", "importance": "5", "progress": "1"}).status_code == 303
    assert "exams" in words_of(ada.get("/my-goals").text)
    assert ada.post(path, {"area": "my marriage", "importance": "5", "progress": "1"}).status_code == 404
    assert ada.post(path, {"area": "exams", "importance": "9", "progress": "1"}).status_code == 422
    assert ada.post(f"/my-goals/{pages.stranger_programme_id}/area", {"area": "exams"}).status_code == 404
    with pages.database.reading() as db:
        [row] = db.scalars(select(GoalWeightRow))
    assert (row.importance, row.progress) == (5, 1)
    assert ada.post(path, {"area": "exams", "drop": "1"}).status_code == 303
    with pages.database.reading() as db:
        assert db.scalars(select(GoalWeightRow)).all() == []
