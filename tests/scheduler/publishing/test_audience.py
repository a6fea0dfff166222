"""Who hears of it when a draft is published: worked out before, and held against the letters that are sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.charters.agreements import still_to_agree
from scheduler.charters.model import PROPOSED
from scheduler.charters.service import accept, adopt
from scheduler.db import Database
from scheduler.errors import NotAllowed
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.mail.service import send_waiting
from scheduler.paging import Paging
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import rosters
from scheduler.plans.plan_matching import Regrouping
from scheduler.plans.service import get_plan
from scheduler.publishing.audience import Audience, Effect, audience_of
from scheduler.settings import Settings
from tests.builders import NOW, World, actor, add_draft, import_residents, publish, set_marks, world
from tests.mail_server import Inbox, serving

FIRST_DATE = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
DATES = {round_: FIRST_DATE + timedelta(weeks=4 * round_) for round_ in range(3)}
LATER_DATES = {round_: date + timedelta(days=1) for round_, date in DATES.items()}


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


@pytest.fixture
def people(here: World) -> list[int]:
    ids = sorted(import_residents(here, 12, models="peer:3").values())
    set_marks(here, dict.fromkeys(ids, "2"))
    return ids


def look(here: World, plan_id: int, now: datetime = NOW) -> Audience:
    with here.database.reading() as db:
        return audience_of(db, here.coordinator, plan_id, now, Paging())[0]


def release(here: World, plan_id: int, now: datetime = NOW) -> None:
    with here.database.writing() as db:
        publish(db, here.coordinator, plan_id, now)


def effects(found: Audience) -> dict[int, Effect]:
    return {each.person_id: each.effect for each in found.people}


def addresses(here: World, people: list[int]) -> set[str]:
    with here.database.reading() as db:
        return {db.get_one(PersonRow, who).email for who in people}


def test_everybody_gets_their_first_dates(here: World, people: list[int]) -> None:
    found = look(here, add_draft(here, g1=(people[:4], DATES)))
    assert effects(found) == dict.fromkeys(people[:4], Effect.NEW)
    assert found.counts() == {(Effect.NEW, False): 4}
    assert {each.new for each in found.people} == {3}


def test_each_kind_of_news_is_told_apart(here: World, people: list[int]) -> None:
    release(here, add_draft(here, g1=(people[:4], DATES), g2=(people[4:8], DATES)))
    dates = {**DATES, 2: LATER_DATES[2]}
    draft = add_draft(here, g1=([*people[:3], people[8]], DATES), g2=([*people[5:8], people[3]], dates))
    found = look(here, draft)
    assert effects(found) == {
        people[3]: Effect.MOVES,
        people[4]: Effect.LEAVES,
        **dict.fromkeys(people[5:8], Effect.DATES),
        people[8]: Effect.NEW,
    }
    assert found.unconcerned == 3
    moved = {each.person_id: each.moved for each in found.people}
    assert [moved[who] for who in people[5:8]] == [1, 1, 1]


def test_a_group_without_dates_is_a_group_and_all_add_up(here: World, people: list[int]) -> None:
    """Whoever loses all dates keeps their group; who comes into a group without dates has one; both are as the counts
    beside the plan have them."""
    release(here, add_draft(here, g1=(people[:4], DATES), g2=(people[4:8], DATES)))
    draft = add_draft(here, g1=(people[:4], {}), g2=([*people[5:8], people[8]], DATES), g3=([people[9]], {}))
    found = look(here, draft)
    assert effects(found) == {
        **dict.fromkeys(people[:4], Effect.DATES),
        people[4]: Effect.LEAVES,
        people[8]: Effect.NEW,
        people[9]: Effect.NEW,
    }
    assert {each.person_id for each in found.people if not each.hears} == {people[9]}
    assert (found.hear, found.asked, found.unconcerned, found.everybody) == (6, 0, 3, 10)
    with here.database.reading() as db:
        changes = get_plan(db, here.coordinator, draft).changes
    assert changes is not None
    assert changes.residents == {Regrouping.LOSES: 1, Regrouping.GETS: 2}
    assert len(changes.sessions) == 3


def agree(here: World, key: str, people: list[int]) -> None:
    for who in people:
        with here.database.writing() as db:
            accept(db, actor(who, here.programme_id, Role.RESIDENT), here.programme_id, key, 1, NOW)


def waiting(here: World, key: str) -> frozenset[int]:
    with here.database.reading() as db:
        return still_to_agree(db, here.programme_id, rosters(db, here.programme_id), NOW)[key]


def test_a_group_that_somebody_joins_is_told_to_agree_again_and_so_it_is_afterwards(
    here: World, people: list[int]
) -> None:
    with here.database.writing() as db:
        adopt(db, here.coordinator, here.programme_id, PROPOSED, NOW)
    first = add_draft(here, g1=(people[:5], DATES), g2=(people[5:9], DATES))
    assert [(each.group, len(each.people), each.again) for each in look(here, first).charters] == [
        ("Peer group g1", 5, False),
        ("Peer group g2", 4, False),
    ]
    release(here, first)
    agree(here, "g1", people[:5])
    agree(here, "g2", people[5:9])
    found = look(here, add_draft(here, g1=(people[:4], DATES), g2=(people[4:9], DATES)))
    [asked] = found.charters
    assert (asked.group, asked.people, asked.again) == ("Peer group g2", frozenset(people[4:9]), True)
    assert (len(found.people), found.unconcerned) == (1, 4), "of g2 nobody is told that nothing changes"
    assert (found.asked, found.everybody) == (4, 9), "they are counted, too"
    release(here, add_draft(here, g1=(people[:4], DATES), g2=(people[4:9], DATES)))
    assert waiting(here, "g2") == asked.people
    assert waiting(here, "g1") == frozenset()


def test_what_is_over_is_told_to_nobody(here: World, people: list[int]) -> None:
    release(here, add_draft(here, g1=(people[:4], DATES)))
    same = add_draft(here, g1=(people[:4], {0: LATER_DATES[0], 1: DATES[1], 2: DATES[2]}))
    assert look(here, same, LATER_DATES[0] + timedelta(hours=1)).people == ()


def test_a_search_shows_those_who_are_called_so(here: World, people: list[int]) -> None:
    draft = add_draft(here, g1=(people[:4], DATES))
    with here.database.reading() as db:
        [first], paging = audience_of(db, here.coordinator, draft, NOW, Paging(q="r1"))[1:]
    assert (first.person_id, paging.total) == (people[0], 1)


def test_only_the_coordinator_may_look(here: World, people: list[int]) -> None:
    draft = add_draft(here, g1=(people[:4], DATES))
    with pytest.raises(NotAllowed), here.database.reading() as db:
        audience_of(db, actor(people[0], here.programme_id, Role.RESIDENT), draft, NOW, Paging())


def test_each_person_is_told_once_and_nobody_who_is_not_concerned(here: World, people: list[int]) -> None:
    """Also where one revision follows another at once, and where a change is taken back before anybody is told."""
    inbox = Inbox()
    with serving(inbox) as settings:
        release(here, add_draft(here, g1=(people[:4], DATES), g2=(people[4:8], DATES)))
        post(here, settings, inbox, NOW + STANDS_FOR)
        changed = add_draft(here, g1=(people[:4], DATES), g2=(people[4:8], {**DATES, 2: LATER_DATES[2]}))
        concerned = [each.person_id for each in look(here, changed).people]
        assert concerned == people[4:8]
        release(here, changed, NOW + timedelta(hours=1))
        told = post(here, settings, inbox, NOW + timedelta(hours=1) + STANDS_FOR)
        assert sorted(told) == sorted(addresses(here, concerned)), "one each, and to nobody else"
        twice = [
            add_draft(here, g1=(people[:4], dates), g2=(people[4:8], LATER_DATES)) for dates in (LATER_DATES, DATES)
        ]
        for minutes, plan_id in enumerate(twice):
            release(here, plan_id, NOW + timedelta(hours=2, seconds=minutes))
        told = post(here, settings, inbox, NOW + timedelta(hours=2, seconds=1) + STANDS_FOR)
        assert sorted(told) == sorted(addresses(here, people[4:8])), "the first group is as it was: nothing to tell"


def post(here: World, settings: Settings, inbox: Inbox, now: datetime) -> list[str]:
    """What is sent by then, by its addressees."""
    inbox.messages.clear()
    announce_changes(here.database, settings, now)
    while send_waiting(here.database, settings, now).sent:
        pass
    return [str(message["To"]) for message in inbox.messages]
