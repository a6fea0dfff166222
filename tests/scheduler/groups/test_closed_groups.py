"""What a group writes reaches none of its people who have power over another of them, and nothing of theirs goes in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound
from scheduler.groups.agenda import agendas, suggest
from scheduler.groups.letters import write_to_group
from scheduler.groups.private import add_goal, goals_shared_with
from scheduler.groups.thanks import thank
from scheduler.groups.thread import find_thread, open_thread, reply, reply_by_mail
from scheduler.groups.written_weeks import stop_writing, take_part_in_writing
from scheduler.invitations.group_news import note_group_news, unread_news
from scheduler.mail.tables import MailRow
from scheduler.people.model import RelationKind
from scheduler.people.tables import RelationRow
from scheduler.publishing.leavers import leave
from scheduler.sessions.deputies import candidates
from scheduler.sessions.join_links import set_join_links
from scheduler.sessions.proposals import possible_dates
from scheduler.sessions.service import closed_groups_of, own_group, own_groups
from scheduler.settings import Settings
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, Term

CLEO, EVE, FINN, GUS = NEAR_PEERS
SETTINGS = Settings("unused", "k" * 40)


def give_power(
    term: Term, who: str, over: str = CLEO, kind: RelationKind = RelationKind.ASSESSES, until: date | None = None
) -> None:
    with term.database.writing() as db:
        db.add(
            RelationRow(
                programme_id=term.programme_id, person_id=term.id_of(who), about_id=term.id_of(over), kind=kind,
                last_day=until,
            )
        )  # fmt: skip


def mailed(database: Database, part: str) -> set[str]:
    with database.reading() as db:
        return {row.address for row in db.scalars(select(MailRow)) if part in row.text}


def address(name: str) -> str:
    return f"{name}@example.org"


def test_a_letter_reaches_the_others_alone(term: Term) -> None:
    give_power(term, FACILITATOR)
    give_power(term, GUS, kind=RelationKind.PANEL)
    with term.database.writing() as db:
        assert write_to_group(db, SETTINGS, term.actor(CLEO), term.programme_id, "g2", "Thistledown", clock.now()) == 2
    assert mailed(term.database, "Thistledown") == {address(EVE), address(FINN)}


def test_a_question_in_writing_is_mailed_to_the_others_alone(term: Term) -> None:
    give_power(term, FACILITATOR)
    with term.database.writing() as db:
        session_id = term.session("g2").id
        open_thread(db, SETTINGS, term.actor(EVE), session_id, "What was hard?", clock.now())
    assert mailed(term.database, f"/sessions/{session_id}#thread") == {address(name) for name in (CLEO, FINN, GUS)}


def test_news_of_a_group_are_not_told_to_whoever_it_is_closed_to(term: Term) -> None:
    note_group_news(term.database, clock.now())
    give_power(term, FACILITATOR)
    with term.database.writing() as db:
        leave(db, term.actor(GUS), term.programme_id, clock.now())
    note_group_news(term.database, clock.now())
    with term.database.writing() as db:
        found = unread_news(db, [term.id_of(name) for name in (FACILITATOR, CLEO)], clock.now())
    assert [news.left for news in found.news[term.id_of(CLEO)]] == [("Gus Fern",)]
    assert found.news[term.id_of(FACILITATOR)] == []


def test_what_somebody_wrote_who_has_left_stays_closed(term: Term) -> None:
    session_id = term.session("g2").id
    with term.database.writing() as db:
        open_thread(db, SETTINGS, term.actor(EVE), session_id, "What was hard?", clock.now())
        reply(db, term.actor(CLEO), session_id, "Nights.", clock.now())
        reply(db, term.actor(FINN), session_id, "Days.", clock.now())
        leave(db, term.actor(CLEO), term.programme_id, clock.now())
    give_power(term, FACILITATOR)
    with term.database.reading() as db:
        found = find_thread(db, term.actor(FACILITATOR), session_id)
        assert found is not None
        assert [one.text for one in found.replies] == ["Days."]
        assert len(find_thread(db, term.actor(FINN), session_id).replies) == 2  # type: ignore[union-attr]


def test_every_service_of_a_group_answers_as_if_there_were_none(term: Term) -> None:
    give_power(term, FACILITATOR)
    programme_id, group, now = term.programme_id, (term.programme_id, "g2"), clock.now()
    fay, session_id = term.actor(FACILITATOR), term.session("g2").id
    ways = (
        lambda db: own_group(db, fay, programme_id, "g2"),
        lambda db: agendas(db, fay, [group]),
        lambda db: suggest(db, fay, programme_id, "g2", "x", now),
        lambda db: goals_shared_with(db, fay, [group]),
        lambda db: thank(db, fay, programme_id, "g2", fay.person_id, "x", now, signed=True),
        lambda db: write_to_group(db, SETTINGS, fay, programme_id, "g2", "x", now),
        lambda db: find_thread(db, fay, session_id),
        lambda db: reply_by_mail(db, fay, session_id, "x", now),
        lambda db: take_part_in_writing(db, fay, session_id, now),
        lambda db: stop_writing(db, fay, session_id, now),
        lambda db: possible_dates(db, fay, programme_id, "g2", now),
        lambda db: candidates(db, fay, session_id, now),
    )
    for way in ways:
        with pytest.raises(NotFound), term.database.writing() as db:
            way(db)
    with pytest.raises(NotAllowed), term.database.writing() as db:
        set_join_links(db, fay, programme_id, "g2", "https://video.example/x", "", now)


def test_of_a_closed_group_its_name_is_left(term: Term) -> None:
    give_power(term, FACILITATOR)
    with term.database.reading() as db:
        fay = term.actor(FACILITATOR)
        assert own_groups(db, fay) == ()
        [closed] = closed_groups_of(db, fay)
        assert (closed.name, closed.as_facilitator) == ("Near-peer group 2", True)
        assert closed_groups_of(db, term.actor(CLEO)) == ()
        assert len(own_groups(db, term.actor(CLEO))) == 1


def test_what_is_shared_with_a_group_is_shared_again_when_the_power_has_ended(term: Term) -> None:
    group = (term.programme_id, "g2")
    with term.database.writing() as db:
        add_goal(db, term.actor(CLEO), term.programme_id, "Sleep", clock.now(), shared=True)
    give_power(term, FACILITATOR, until=clock.now().date() - timedelta(days=2))
    with term.database.reading() as db:
        assert [goal.text for goal in goals_shared_with(db, term.actor(FACILITATOR), [group])[group]] == ["Sleep"]
