"""Who can come as things stand: in full for oneself, of others the mark alone, and nobody is asked who cannot."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.programmes.tables import ModelRow, SiteRow
from scheduler.rotas.tables import DutyRow, RotaRow, RotaSpanRow
from scheduler.sessions.tables import SessionRow
from tests.web.builders import FACILITATOR, OTHER_RESIDENT, RESIDENT, Pages, words_of
from tests.web.test_group_pages import BEN, away_for_the_term, session_of, told

LEAVE, NIGHT = ("leave", "AL"), ("night", "N")


def on_rota(pages: Pages, email: str, duty: tuple[str, str], rounds: tuple[int, ...] = (0, 1, 2)) -> None:
    """A rota on which somebody is away, or on nights, on the days of these sessions of the first group."""
    kind, code = duty
    person_id = pages.ids[email]
    with pages.database.writing() as db:
        of_group = (SessionRow.group_key == "g1", SessionRow.round.in_(rounds))
        days = [starts_at.date() for starts_at in db.scalars(select(SessionRow.starts_at).where(*of_group))]
        site_id = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == pages.programme_id)).first()
        rota = RotaRow(programme_id=pages.programme_id, site_id=site_id, name=f"{code} of {email}", layout="one_person")
        rota.first_day, rota.last_day, rota.imported_at = min(days), max(days), clock.now()
        db.add(rota)
        db.flush()
        for day in days:
            midnight = datetime.combine(day, time(), UTC)
            worked = (midnight - timedelta(hours=3), midnight + timedelta(hours=7)) if kind == "night" else (None, None)
            db.add(RotaSpanRow(rota_id=rota.id, person_id=person_id, first_day=day, last_day=day))
            duty_row = DutyRow(rota_id=rota.id, person_id=person_id, day=day, code=code, kind=kind, cell="A1")
            duty_row.day = day - timedelta(days=1) if kind == "night" else day
            duty_row.starts_at, duty_row.ends_at = worked
            db.add(duty_row)
        db.flush()
        note(db, Fact.TIME, pages.programme_id, clock.now(), (person_id,))


def test_whoever_is_on_leave_reads_why_and_is_asked_for_nothing(pages: Pages) -> None:
    on_rota(pages, RESIDENT, LEAVE, (0,))
    session = session_of(pages)
    ada = pages.signed_in(RESIDENT)
    for path in ("/my-group", f"/sessions/{session.id}"):
        page = words_of(ada.get(path).text)
        assert "You’ll miss this one (leave (AL)), and nobody expects you." in page
        assert "I can’t make it" not in page
        assert "You’re chairing" not in page
    assert "Your next one is on" in words_of(ada.get("/my-group").text)
    assert "you’re not expected" in words_of(ada.get("/calendar/card").text)


def test_of_others_the_mark_alone_is_told(pages: Pages) -> None:
    on_rota(pages, RESIDENT, LEAVE, (0,))
    ben = pages.signed_in(BEN)
    page = words_of(ben.get(f"/sessions/{session_of(pages).id}").text)
    assert "Ada Quill can’t make it" in page
    assert "Ben Marrow can’t" not in page
    for path in ("/my-group", f"/sessions/{session_of(pages).id}", f"/groups/{pages.programme_id}/g1"):
        text = words_of(ben.get(path).text)
        assert "leave (AL)" not in text
        assert "Ada Quill is chairing" not in text


def test_somebody_on_leave_comes_all_the_same_by_their_own_word(pages: Pages) -> None:
    on_rota(pages, RESIDENT, LEAVE, (0,))
    ada, session = pages.signed_in(RESIDENT), session_of(pages)
    assert "I’ll come all the same" in words_of(ada.get("/my-group").text)
    page = told(ada, f"/sessions/{session.id}/anyway", of_session=str(session.id))
    assert "Good, you’re expected again." in page
    assert "You’re free: as you told us." in page
    assert "Ada Quill can’t make it" not in words_of(pages.signed_in(BEN).get(f"/sessions/{session.id}").text)


def test_nobody_comes_out_of_a_night_by_their_own_word(pages: Pages) -> None:
    on_rota(pages, RESIDENT, NIGHT, (0,))
    ada, session = pages.signed_in(RESIDENT), session_of(pages)
    page = words_of(ada.get(f"/sessions/{session.id}").text)
    assert "and nobody expects you" in page
    assert "rest until" in page
    assert "I’ll come all the same" not in page
    assert ada.post(f"/sessions/{session.id}/anyway").status_code == 409


def test_taking_an_apology_back_says_who_is_expected_only_if_they_are(pages: Pages) -> None:
    ada, session = pages.signed_in(RESIDENT), session_of(pages)
    told(ada, f"/sessions/{session.id}/cannot")
    on_rota(pages, RESIDENT, NIGHT, (0,))
    page = told(ada, f"/sessions/{session.id}/can")
    assert "you’re expected again" not in page
    assert "As things stand you still can’t come" in page


@pytest.mark.parametrize("duty", [LEAVE, NIGHT], ids=["leave", "nights"])
def test_a_place_at_whose_dates_one_cannot_come_says_so_with_a_way_out(pages: Pages, duty: tuple[str, str]) -> None:
    heading = "You can’t come to any of this group’s dates"
    ada = pages.signed_in(RESIDENT)
    assert heading not in words_of(ada.get("/my-group").text)
    on_rota(pages, RESIDENT, duty)
    page = ada.get("/my-group").text
    assert heading in words_of(page)
    assert 'href="mailto:cora@example.org"' in page
    assert f'href="/own-groups/{pages.programme_id}"' in page
    assert "Nobody in the group misses more than" not in words_of(page)
    assert heading not in words_of(pages.signed_in(BEN).get("/my-group").text)


def test_a_group_that_may_meets_without_its_facilitator_and_reads_so(pages: Pages) -> None:
    away_for_the_term(pages, FACILITATOR)
    page = words_of(pages.signed_in(OTHER_RESIDENT).get("/my-group").text)
    assert "residents can come, and the group meets without a facilitator." in page
    assert "All 4 can come" not in page


def test_without_its_facilitator_no_page_says_that_all_can_come(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.execute(update(ModelRow).where(ModelRow.key == "near-peer").values(present=1))
    session = session_of(pages, "g2")
    cleo, fay = pages.signed_in(OTHER_RESIDENT), pages.signed_in(FACILITATOR)
    assert "there is no facilitator at the moment" not in words_of(cleo.get("/my-group").text)
    away_for_the_term(pages, FACILITATOR)
    page = words_of(cleo.get("/my-group").text)
    assert "residents can come, but there is no facilitator at the moment." in page
    assert "Everyone can come" not in page
    assert "All 4 can come" not in page
    assert "Too few can come" not in page
    assert "No facilitator can come on" in page
    assert "Fay Lantern can’t make it" in words_of(cleo.get(f"/sessions/{session.id}").text)
    own = words_of(fay.get("/facilitating").text)
    assert "you’re leading" not in own
    assert own.count("you can’t lead this one: long leave") == 3
    assert "I’ll come all the same" not in own


def test_afterwards_nobody_is_noted_as_having_come_by_default_who_could_not(pages: Pages) -> None:
    away_for_the_term(pages, "eve.moss@example.org")
    with pages.database.writing() as db:
        for row in db.scalars(select(SessionRow).where(SessionRow.group_key == "g2")):
            row.starts_at -= timedelta(days=365)
            row.ends_at -= timedelta(days=365)
    page = pages.signed_in(FACILITATOR).get("/facilitating").text
    assert f'name="came" value="{pages.ids[OTHER_RESIDENT]}"' in page
    assert f'name="came" value="{pages.ids["eve.moss@example.org"]}"' not in page
