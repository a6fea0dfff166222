"""How often links may be asked for: counted in the database, for each address and each place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import select

from scheduler.db import Database
from scheduler.signing_in.limits import PER_ADDRESS, PER_PLACE, SLOWLY, Asking, may_send_link
from scheduler.signing_in.links import LINK_MINUTES
from scheduler.signing_in.tables import RateLimitRow
from tests.builders import NOW

KEY = "k" * 40


def ask(
    database: Database, address: str = "ada@example.org", place: str = "192.0.2.1", minutes: float = 0, **more: bool
) -> bool:
    with database.writing() as db:
        asking = Asking(address, place, **{"known": True, **more})
        return may_send_link(db, KEY, asking, NOW + timedelta(minutes=minutes))


def test_an_address_is_sent_five_links_at_once_and_then_one_every_five_minutes(storage: Database) -> None:
    assert [ask(storage) for _ in range(8)] == [True] * (PER_ADDRESS.most + SLOWLY.most) + [False] * 2
    assert not ask(storage, " ADA@example.org ", place="198.51.100.7"), "however it is written and from wherever"
    assert ask(storage, "ben@example.org")
    assert not ask(storage, minutes=4)
    assert [ask(storage, minutes=minutes) for minutes in (5, 6, 10, 14)] == [True, False, True, False]


def test_whoever_asks_has_a_link_that_works_whatever_others_ask_in_their_name(storage: Database) -> None:
    sent = [minute for minute in range(240) if ask(storage, place="203.0.113.1", minutes=minute)]
    assert all(later - earlier <= LINK_MINUTES for earlier, later in pairwise(sent))


def test_a_place_from_which_many_ask_shuts_nobody_there_out(storage: Database) -> None:
    answers = [ask(storage, f"{number}@example.org") for number in range(PER_PLACE.most + 5)]
    assert answers == [True] * len(answers), "one each"
    assert [ask(storage, "64@example.org", minutes=minutes) for minutes in (0, 14, 15)] == [False, False, True]
    assert [ask(storage, "new@example.org", here_before=True) for _ in range(3)] == [True] * 3
    assert ask(storage, "other@example.org", place="198.51.100.7")
    assert [ask(storage, "more@example.org", minutes=60) for _ in range(2)] == [True] * 2


def test_addresses_that_nobody_has_use_up_nothing_of_a_place(storage: Database) -> None:
    for number in range(2 * PER_PLACE.most):
        ask(storage, f"{number}@made.up.example", known=False)
    assert [ask(storage, "ada@example.org") for _ in range(3)] == [True] * 3


def test_of_those_who_ask_at_the_same_moment_none_is_missed(storage: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ask(storage), range(12)))
    assert sorted(answers) == [False] * 6 + [True] * 6


def test_no_address_is_kept_and_counts_are_forgotten(storage: Database) -> None:
    ask(storage)
    with storage.reading() as db:
        kept = db.scalars(select(RateLimitRow.key)).all()
    assert len(kept) == 2
    assert not any("ada" in key or "192" in key for key in kept)
    ask(storage, "ben@example.org", place="198.51.100.7", minutes=120)
    with storage.reading() as db:
        assert not set(db.scalars(select(RateLimitRow.key))) & set(kept)
