"""How often links may be asked for: counted in the database, for each address and each place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from scheduler.db import Database
from scheduler.signing_in.limits import PER_ADDRESS, PER_PLACE, may_ask
from scheduler.signing_in.tables import RateLimitRow
from tests.builders import NOW

KEY = "k" * 40


def ask(database: Database, address: str = "ada@example.org", place: str = "192.0.2.1", minutes: int = 0) -> bool:
    with database.writing() as db:
        return may_ask(db, KEY, address, place, NOW + timedelta(minutes=minutes))


def test_an_address_can_be_asked_for_five_times_in_a_quarter_of_an_hour(storage: Database) -> None:
    assert [ask(storage) for _ in range(7)] == [True] * PER_ADDRESS.most + [False] * 2
    assert not ask(storage, " ADA@example.org ", place="198.51.100.7"), "however it is written and from wherever"
    assert ask(storage, "ben@example.org")
    assert not ask(storage, minutes=14)
    assert ask(storage, minutes=15)


def test_a_place_has_its_own_limit_over_all_addresses(storage: Database) -> None:
    answers = [ask(storage, f"{number}@example.org") for number in range(PER_PLACE.most + 1)]
    assert answers == [True] * PER_PLACE.most + [False]
    assert ask(storage, "other@example.org", place="198.51.100.7")
    assert ask(storage, "more@example.org", minutes=60)


def test_of_those_who_ask_at_the_same_moment_none_is_missed(storage: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ask(storage), range(12)))
    assert sorted(answers) == [False] * 7 + [True] * 5


def test_no_address_is_kept_and_counts_are_forgotten(storage: Database) -> None:
    ask(storage)
    with storage.reading() as db:
        kept = db.scalars(select(RateLimitRow.key)).all()
    assert len(kept) == 2
    assert not any("ada" in key or "192" in key for key in kept)
    ask(storage, "ben@example.org", place="198.51.100.7", minutes=120)
    with storage.reading() as db:
        assert not set(db.scalars(select(RateLimitRow.key))) & set(kept)
