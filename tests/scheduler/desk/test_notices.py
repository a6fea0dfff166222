"""Coordinators are told what is new and needs them: once, together, and neither too early nor at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from scheduler import clock
from scheduler.db import Database
from scheduler.desk.model import NoticeWish
from scheduler.desk.notices import tell_coordinators
from scheduler.desk.tables import NoticeRow, StockRow
from scheduler.desk.wishes import choose_wishes, own_wishes, stop_notices
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.joining.questions import questions_of, set_questions
from scheduler.joining.tables import ChangeRequestRow
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import add_coordinator
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.plans.model import RunState
from scheduler.plans.service import mark_reviewed
from scheduler.plans.tables import RunRow
from scheduler.programmes.model import DateSettling
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.rota_import.addresses import add_address
from scheduler.rota_import.service import keep_read
from scheduler.rotas.reading.reader import read_rota
from scheduler.sessions.apologies import say_sorry, take_back
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from scheduler.troubles.service import accept, list_troubles, reopen
from tests.builders import actor, change_conduct
from tests.scheduler.sessions.term import PEERS, Term, store_plan

SITE = "https://rounds.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SETTINGS = Settings("sqlite://", "k" * 40, base_url=SITE)
CORA = "cora@example.org"


def awake(day: int = 1, at: time = time(11)) -> datetime:
    """A moment of a coming day on the programme's clock, when people are awake."""
    here = ZoneInfo("Europe/London")
    return datetime.combine(clock.now().astimezone(here).date() + day * DAY, at, here)


NOON = awake()


def tell(term: Term, now: datetime) -> int:
    return tell_coordinators(term.database, SETTINGS, now)


def letters(term: Term) -> list[MailRow]:
    """What was put into the outbox for the coordinator and is still to be sent."""
    with term.database.reading() as db:
        mine = (MailRow.address == CORA, MailRow.next_try_at.is_not(None))
        return list(db.scalars(select(MailRow).where(*mine).order_by(MailRow.id)))


def too_few(term: Term, round_: int = 0, names: tuple[str, ...] = PEERS[:2]) -> None:
    """So many apologise that a session of the peers cannot be held."""
    with term.database.writing() as db:
        for name in names:
            say_sorry(db, term.actor(name), term.session("g1", round_).id, clock.now())


def all_well(term: Term, round_: int = 0, names: tuple[str, ...] = PEERS[:2]) -> None:
    with term.database.writing() as db:
        for name in names:
            take_back(db, term.actor(name), term.session("g1", round_).id, clock.now())


def coordinator_id(term: Term) -> int:
    with term.database.reading() as db:
        return db.scalars(select(PersonRow.id).where(PersonRow.email == CORA)).one()


def wants(term: Term, wish: NoticeWish) -> None:
    with term.database.writing() as db:
        choose_wishes(db, cora(term), {term.programme_id: wish})


def cora(term: Term) -> Actor:
    return actor(coordinator_id(term), term.programme_id, Role.COORDINATOR)


def test_where_all_is_well_nothing_is_told(stored_term: Term) -> None:
    assert tell(stored_term, NOON) == 0
    assert letters(stored_term) == []


def test_several_things_are_one_letter_some_minutes_after_the_last(stored_term: Term) -> None:
    term = stored_term
    too_few(term)
    assert tell(term, NOON) == 0
    too_few(term, 1)
    assert tell(term, NOON + 4 * MINUTE) == 0
    assert tell(term, NOON + 6 * MINUTE) == 0, "the second is not old enough"
    assert tell(term, NOON + 4 * MINUTE + STANDS_FOR) == 1
    [letter] = letters(term)
    assert letter.subject == "Spring term: 2 things need you"
    assert letter.text.count(f"{SITE}/programmes/{term.programme_id}/troubles/") == 2
    assert "2 of 4 can come" in letter.text
    assert not letter.urgent


def test_nobodys_name_or_reason_is_in_a_letter(term: Term) -> None:
    too_few(term)
    tell(term, NOON)
    tell(term, NOON + STANDS_FOR)
    [letter] = letters(term)
    said = f"{letter.subject} {letter.text}"
    assert [name for name in ("Ada", "Quill", "Ben", "Marrow", "sorry", "leave") if name in said] == []
    assert "Peer group" not in letter.subject


def test_nothing_is_told_twice_also_after_a_restart(stored_term: Term) -> None:
    term = stored_term
    too_few(term)
    assert [tell(term, NOON + minutes * MINUTE) for minutes in (0, 5, 6, 60, 24 * 60)] == [0, 1, 0, 0, 0]


def test_what_has_gone_is_never_told(stored_term: Term) -> None:
    term = stored_term
    too_few(term)
    tell(term, NOON)
    all_well(term)
    assert tell(term, NOON + STANDS_FOR) == 0
    with term.database.reading() as db:
        assert db.scalars(select(NoticeRow)).all() == []


def test_a_letter_that_waits_is_taken_back_when_its_last_trouble_has_gone(term: Term) -> None:
    too_few(term)
    tell(term, NOON)
    assert tell(term, NOON + STANDS_FOR) == 1
    all_well(term)
    assert tell(term, NOON + STANDS_FOR + MINUTE) == 0
    assert letters(term) == []


def test_a_letter_that_waits_is_written_anew_when_there_is_more(term: Term) -> None:
    too_few(term)
    tell(term, NOON)
    tell(term, NOON + STANDS_FOR)
    too_few(term, 1)
    tell(term, NOON + HOUR)
    assert tell(term, NOON + HOUR + STANDS_FOR) == 1
    [letter] = letters(term)
    assert letter.subject == "Spring term: 2 things need you"


def test_while_something_waits_nothing_is_locked(term: Term) -> None:
    too_few(term)
    assert tell(term, NOON) == 0, "it is written down, and waits"
    with term.database.writing() as db:
        lock_programme(db, term.programme_id)
        assert tell(term, NOON + MINUTE) == 0, "somebody else writes meanwhile, and is not waited for"
    assert tell(term, NOON + STANDS_FOR) == 1


def sent(term: Term) -> None:
    """What was written has gone out."""
    with term.database.writing() as db:
        db.execute(update(MailRow).values(next_try_at=None))


def test_a_trouble_that_becomes_worse_is_told_again(term: Term) -> None:
    too_few(term)
    tell(term, NOON)
    tell(term, NOON + STANDS_FOR)
    sent(term)
    too_few(term, names=PEERS[2:3])
    assert [tell(term, NOON + HOUR + minutes * MINUTE) for minutes in (0, 1)] == [0, 0]
    assert tell(term, NOON + HOUR + STANDS_FOR) == 1
    [letter] = letters(term)
    assert letter.subject == "Spring term: 1 thing needs you"
    assert "1 of 4 can come" in letter.text
    assert "This is worse than when we last wrote." in letter.text
    all_well(term, names=PEERS[2:3])
    too_few(term, names=PEERS[2:3])
    assert [tell(term, NOON + 2 * HOUR), tell(term, NOON + 3 * HOUR)] == [0, 0], "no worse than she was told"


def moved(term: Term, days: int) -> None:
    with term.database.writing() as db:
        row = db.get_one(SessionRow, term.session("g1", 0).id)
        row.starts_at, row.ends_at = row.starts_at + days * DAY, row.ends_at + days * DAY


def test_a_trouble_whose_session_comes_nearer_is_told_again_and_one_that_moves_away_is_not(term: Term) -> None:
    too_few(term)
    tell(term, NOON)
    tell(term, NOON + STANDS_FOR)
    sent(term)
    for days in (7, -3):
        moved(term, days)
        assert [tell(term, NOON + HOUR), tell(term, NOON + 2 * HOUR)] == [0, 0], "later than she was told"
    moved(term, -5)
    assert [tell(term, NOON + 3 * HOUR), tell(term, NOON + 4 * HOUR)] == [0, 1]


def test_worse_while_the_letter_waits_is_one_letter_without_a_word_of_worse(term: Term) -> None:
    too_few(term)
    tell(term, NOON)
    tell(term, NOON + STANDS_FOR)
    too_few(term, names=PEERS[2:3])
    tell(term, NOON + HOUR)
    assert tell(term, NOON + HOUR + STANDS_FOR) == 1
    [letter] = letters(term)
    assert "1 of 4 can come" in letter.text
    assert "worse" not in letter.text, "she has not read of it yet"


def test_what_was_there_before_the_upgrade_is_noted_in_silence(stored_term: Term) -> None:
    term = stored_term
    too_few(term)
    with term.database.writing() as db:
        db.add(StockRow(programme_id=term.programme_id))
    assert [tell(term, NOON), tell(term, NOON + HOUR)] == [0, 0]
    too_few(term, 1)
    tell(term, NOON + 2 * HOUR)
    assert tell(term, NOON + 3 * HOUR) == 1, "what comes after is told"
    [letter] = letters(term)
    assert letter.subject == "Spring term: 1 thing needs you"


def test_a_letter_is_ended_in_one_tap_for_its_programme(stored_term: Term) -> None:
    term = stored_term
    too_few(term)
    tell(term, NOON)
    tell(term, NOON + STANDS_FOR)
    [letter] = letters(term)
    assert letter.stop_url.startswith(f"{SITE}/mail/stop/")
    assert letter.stop_url in letter.text
    wish_id = Tags(SETTINGS).find_one(TagKind.STOP_DESK, letter.stop_url)
    assert wish_id
    with term.database.writing() as db:
        stop_notices(db, wish_id)
        assert [one.wish for one in own_wishes(db, cora(term))] == [NoticeWish.NEVER]
    too_few(term, 1)
    assert [tell(term, NOON + HOUR), tell(term, NOON + 2 * HOUR)] == [0, 0]


def test_not_at_night_but_in_the_morning(term: Term) -> None:
    too_few(term)
    night = awake(at=time(23))
    assert [tell(term, night + hours * HOUR) for hours in (0, 1, 4)] == [0, 0, 0]
    assert tell(term, awake(2, time(7, 1))) == 1


def test_at_night_for_a_session_within_a_day(term: Term) -> None:
    too_few(term)
    starts_at = term.session("g1", 0).starts_at
    night = starts_at - 13 * HOUR
    assert tell(term, night) == 0
    assert tell(term, night + MINUTE) == 1
    assert letters(term)[0].urgent


def test_once_a_day_or_never(term: Term) -> None:
    wants(term, NoticeWish.DAILY)
    too_few(term)
    assert tell(term, awake(at=time(7, 30))) == 0
    assert tell(term, awake(at=time(8))) == 1
    too_few(term, 1)
    assert [tell(term, awake(at=time(hour))) for hour in (9, 15, 21)] == [0, 0, 0]
    assert tell(term, awake(2, time(8))) == 1
    assert tell(term, awake(3, time(8))) == 0, "nothing is new"
    wants(term, NoticeWish.NEVER)
    too_few(term, 2)
    assert tell(term, awake(4)) == 0
    wants(term, NoticeWish.ONCE)
    assert [tell(term, awake(5)), tell(term, awake(5) + HOUR)] == [0, 0], "what she did not want is not told later"


def test_each_coordinator_is_told_in_her_language(term: Term) -> None:
    with term.database.writing() as db:
        add_coordinator(db, OPERATOR, term.programme_id, "Céline Martin", "celine@example.org", clock.now())
        person = db.scalars(select(PersonRow).where(PersonRow.email == "celine@example.org")).one()
        person.language = "fr"
    too_few(term)
    tell(term, NOON)
    assert tell(term, NOON + STANDS_FOR) == 2
    with term.database.reading() as db:
        text = db.scalars(select(MailRow.text).where(MailRow.address == "celine@example.org")).one()
    assert "2 sur 4" in text
    assert "This is new" not in text


def test_what_settles_itself_is_told_when_it_has_not(term: Term) -> None:
    with term.database.writing() as db:
        conduct = replace(get_programme(db, term.programme_id).conduct, settles_itself=True)
        change_conduct(db, term.coordinator(), term.programme_id, conduct, clock.now())
    too_few(term)
    assert term.open_dates(), "a date is on offer that everybody can keep"
    now = clock.now()
    assert [tell(term, now + HOUR), tell(term, now + 2 * HOUR)] == [0, 0]
    late = awake(4)
    assert [tell(term, late), tell(term, late + STANDS_FOR)] == [0, 1]


def test_where_she_settles_dates_offers_settle_nothing(term: Term) -> None:
    with term.database.writing() as db:
        conduct = get_programme(db, term.programme_id).conduct
        wanted = replace(conduct, settles_itself=True, settling=DateSettling.COORDINATOR)
        change_conduct(db, term.coordinator(), term.programme_id, wanted, clock.now())
    too_few(term)
    tell(term, NOON)
    assert tell(term, NOON + STANDS_FOR) == 1


def test_what_she_accepted_and_opened_again_is_not_told_again(term: Term) -> None:
    too_few(term)
    tell(term, NOON)
    tell(term, NOON + STANDS_FOR)
    with term.database.writing() as db:
        [trouble] = list_troubles(db, term.coordinator(), term.programme_id, clock.now()).troubles
        accept(db, term.coordinator(), term.programme_id, [trouble.id], "she knows", clock.now())
    assert tell(term, NOON + HOUR) == 0
    with term.database.writing() as db:
        reopen(db, term.coordinator(), term.programme_id, trouble.id, clock.now())
    assert [tell(term, NOON + 2 * HOUR), tell(term, NOON + 3 * HOUR)] == [0, 0]


def test_requests_and_drafts_of_long_runs_are_told(term: Term) -> None:
    plan_id = store_plan(term)
    with term.database.writing() as db:
        yesterday = clock.now().date() - DAY
        wanted = replace(questions_of(db, term.programme_id), last_day=yesterday)
        set_questions(db, term.coordinator(), term.programme_id, wanted, clock.now())
        db.add(ChangeRequestRow(programme_id=term.programme_id, person_id=term.id_of(PEERS[0]), note="secret",
                                asked_at=clock.now()))  # fmt: skip
        db.add(a_run(term, plan_id, minutes=5))
    tell(term, NOON)
    assert tell(term, NOON + STANDS_FOR) == 1
    [letter] = letters(term)
    assert "1 person has a request" in letter.text
    assert f"{SITE}/programmes/{term.programme_id}/plans/{plan_id}" in letter.text
    assert "secret" not in letter.text


def test_a_draft_that_was_ready_at_once_is_no_news(term: Term) -> None:
    plan_id = store_plan(term)
    with term.database.writing() as db:
        db.add(a_run(term, plan_id, minutes=1))
    assert [tell(term, NOON), tell(term, NOON + HOUR)] == [0, 0]


def test_a_draft_that_was_stopped_or_has_been_read_is_no_news(term: Term) -> None:
    stopped, read = store_plan(term), store_plan(term)
    with term.database.writing() as db:
        run = a_run(term, stopped, minutes=5)
        run.cancel_requested = True
        db.add_all((run, a_run(term, read, minutes=5)))
        mark_reviewed(db, term.coordinator(), read, clock.now())
    assert [tell(term, NOON), tell(term, NOON + HOUR)] == [0, 0]


def test_a_long_run_that_failed_is_told_once(term: Term) -> None:
    with term.database.writing() as db:
        db.add(failed := a_run(term, None, minutes=5))
        failed.state = RunState.FAILED
        soon = a_run(term, None, minutes=1)
        soon.state, soon.queued_at = RunState.FAILED, clock.now() - MINUTE
        db.add(soon)
        db.flush()
        run_id = failed.id
    assert [tell(term, NOON), tell(term, NOON + STANDS_FOR), tell(term, NOON + HOUR)] == [0, 1, 0]
    [letter] = letters(term)
    assert "1 thing needs you" in letter.subject
    address = f"{SITE}/programmes/{term.programme_id}/runs/{run_id}"
    assert f"A plan could not be made. What happened, and what to do:\n{address}\n" in letter.text


def a_run(term: Term, plan_id: int | None, minutes: int) -> RunRow:
    now = clock.now()
    return RunRow(
        programme_id=term.programme_id, state=RunState.DONE, seconds=600, workers=2, seed=1, instance="", residents=9,
        queued_at=now - HOUR, started_at=now - minutes * MINUTE, finished_at=now, plan_id=plan_id, error="",
    )  # fmt: skip


def test_whoever_coordinates_no_more_is_told_nothing(term: Term) -> None:
    too_few(term)
    tell(term, NOON)
    with term.database.writing() as db:
        db.delete(db.get_one(RoleRow, (term.programme_id, coordinator_id(term), Role.COORDINATOR)))
    assert tell(term, NOON + STANDS_FOR) == 0


def test_an_ended_programme_is_silent(term: Term) -> None:
    too_few(term)
    with term.database.writing() as db:
        db.get_one(ProgrammeRow, term.programme_id).ended_at = clock.now()
    assert [tell(term, NOON), tell(term, NOON + HOUR)] == [0, 0]


def test_wishes_are_kept_programme_by_programme(storage: Database, stored_term: Term) -> None:
    with storage.writing() as db:
        assert [one.wish for one in own_wishes(db, cora(stored_term))] == [NoticeWish.ONCE]
        choose_wishes(db, cora(stored_term), {stored_term.programme_id: NoticeWish.DAILY})
    with storage.reading() as db:
        assert [one.wish for one in own_wishes(db, cora(stored_term))] == [NoticeWish.DAILY]


def test_a_rota_that_was_fetched_and_waits_is_told_of(stored_term: Term) -> None:
    term = stored_term
    with term.database.writing() as db:
        site = get_programme(db, term.programme_id).sites[0]
        add_address(db, cora(term), term.programme_id, site.key, "Ward", "https://rota.example/ward", NOON - DAY)
        rota = read_rota(b"Name,2027-01-04\nNobody Known,Day\n", "ward.csv")
        for name in ("Ward", "Uploaded"):
            keep_read(db, cora(term), term.programme_id, site.key, name, rota, NOON)
    assert tell(term, NOON) == 0
    assert tell(term, NOON + STANDS_FOR + MINUTE) == 1
    [letter] = letters(term)
    assert "1 rota that was fetched is waiting for you." in letter.text
    assert f"{SITE}/programmes/{term.programme_id}/rotas#waiting" in letter.text
