"""What people are asked after sessions and once a term, on their pages and by the link in a mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pdfplumber
import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.groups.tables import NoteRow
from scheduler.mail.addresses import TagKind, Tags
from scheduler.programmes.tables import ProgrammeRow, SiteRow
from scheduler.releases.tables import ReleaseRow
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow
from scheduler.settings import Settings
from scheduler.voices.releases import put_release_questions
from scheduler.voices.tables import FacilitationRow, GoalWeightRow, ReleaseAnswerRow
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
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/voices")).text)
    assert "80 % or more agree, of 5 answers or more" in page, "that all six do would tell it of each"
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


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(BytesIO(pdf)) as found:
        assert len(found.pages) == 1, "one page"
        return "\n".join(page.extract_text() for page in found.pages)


def test_the_appraisal_page_holds_thanks_whose_writers_agreed_and_no_others(pages: Pages) -> None:
    cleo = pages.signed_in(OTHER_RESIDENT)
    path = f"/groups/{pages.programme_id}/g2/thanks"
    to = {"to": str(pages.ids[FACILITATOR]), "signed": "1"}
    assert cleo.post(path, {**to, "text": "Between us alone."}).status_code == 303
    assert cleo.post(path, {**to, "text": "For everyone to read. " * 20, "pass_on": "1"}).status_code == 303
    with pages.database.writing() as db:
        for number, name in enumerate(("ada.quill", "ben.marrow", "cat.osier", "cleo.thistle", "eve.moss")):
            db.add(
                FacilitationRow(
                    programme_id=pages.programme_id, person_id=pages.ids[f"{name}@example.org"],
                    facilitator_id=pages.ids[FACILITATOR], strengths=["listens"],
                    change="time" if number < 3 else "nothing", day=clock.now().date(),
                )
            )  # fmt: skip
        row = db.get_one(ProgrammeRow, pages.programme_id)
        row.last_day = clock.now().date() - timedelta(days=40)
        row.first_day = row.last_day - timedelta(days=90)
    fay = pages.signed_in(FACILITATOR)
    assert "Between us alone." in words_of(fay.get("/facilitating/record").text)
    said = text_of(fay.get("/facilitating/record.pdf").data)
    assert "Between us" not in said
    for words in ("Fay Lantern", "For everyone to read.", "Named most: listens", "starting and ending on time"):
        assert words in said
    for email in (RESIDENT, COORDINATOR, OVERSEER):
        assert pages.signed_in(email).get("/facilitating/record.pdf").status_code == 404


def test_a_certificate_takes_ones_own_ticked_notes_along_and_nobody_elses(
    pages: Pages, set_clock: Callable[[datetime], None]
) -> None:
    with pages.database.writing() as db:
        session = db.scalars(
            select(SessionRow).where(SessionRow.group_key == "g2").order_by(SessionRow.starts_at)
        ).first()
        assert session
        for email in (OTHER_RESIDENT, "eve.moss@example.org"):
            db.add(AttendedRow(session_id=session.id, person_id=pages.ids[email], came=True, noted_at=session.ends_at))
            db.add(
                NoteRow(
                    session_id=session.id, person_id=pages.ids[email], text=f"Note of {email}",
                    changed_at=session.ends_at,
                )
            )  # fmt: skip
    set_clock(session.ends_at + timedelta(hours=1))
    cleo = pages.signed_in(OTHER_RESIDENT)
    assert "in 1 session" in words_of(cleo.get("/my-record").text)
    assert "Note of" not in text_of(cleo.get("/my-record.pdf").data)
    said = text_of(cleo.get(f"/my-record.pdf?note={session.id}").data)
    assert f"Note of {OTHER_RESIDENT}" in said
    assert "eve.moss" not in said
    assert cleo.get("/my-record.pdf?note=999").status_code == 404
    assert pages.signed_in(RESIDENT).get(f"/my-record.pdf?note={session.id}").status_code == 404


def test_nominations_wait_for_the_nominees_word(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    path = f"/nominate/{pages.programme_id}"
    assert "Fay Lantern" in ada.get(path).text
    typed = {"person": str(pages.ids[FACILITATOR]), "text": "<b>She</b> stayed."}
    assert ada.post(path, typed).status_code == 303
    assert ada.post(path, {**typed, "person": str(pages.ids[OTHER_RESIDENT])}).status_code == 404
    cora, fay = pages.signed_in(COORDINATOR), pages.signed_in(FACILITATOR)
    assert "stayed" not in cora.get(pages.path("/voices/awards")).text
    page = fay.get("/facilitating/record").text
    assert "&lt;b&gt;She&lt;/b&gt; stayed." in page
    [number] = re.findall(r"/facilitating/record/nominations/(\d+)", page)
    assert pages.signed_in("gil.spare@example.org").post(
        f"/facilitating/record/nominations/{number}", {"agrees": "yes"}
    ).status_code == 404  # fmt: skip
    assert fay.post(f"/facilitating/record/nominations/{number}", {"agrees": "yes"}).status_code == 303
    assert "stayed" in cora.get(pages.path("/voices/awards")).text
    assert "stayed" in cora.post(pages.path("/voices/awards.csv")).text


def test_two_kind_questions_are_asked_at_the_end_of_a_term(pages: Pages) -> None:
    with pages.database.writing() as db:
        row = db.get_one(ProgrammeRow, pages.programme_id)
        row.first_day, row.last_day = clock.now().date() - timedelta(days=90), clock.now().date()
    cleo = pages.signed_in(OTHER_RESIDENT)
    assert "How Fay Lantern facilitates your group" in words_of(cleo.get(PATH).text)
    path = f"{PATH}/facilitation/{pages.programme_id}/{pages.ids[FACILITATOR]}"
    assert cleo.post(path, {"strengths": "listens", "change": "shouts"}).status_code == 422
    assert cleo.post(path, {"strengths": "listens", "change": "nothing"}).status_code == 303
    assert "How Fay Lantern" not in words_of(cleo.get(PATH).text)
    assert pages.signed_in(RESIDENT).post(path, {"change": "nothing"}).status_code == 404
    assert pages.signed_in(FACILITATOR).post(path, {"change": "nothing"}).status_code == 404
