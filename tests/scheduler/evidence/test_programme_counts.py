"""What is counted of a programme names nobody who takes part, and tells of no few concerns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from scheduler.db import Database
from scheduler.evidence.definitions import COUNTS
from scheduler.evidence.programme_counts import counts_of, overrides_of, without_names
from scheduler.oversight.tables import ConcernRow
from scheduler.people.tables import RelationOverrideRow
from scheduler.sessions.tables import SessionRow
from tests.builders import NOW, add_draft, import_residents, publish, set_marks, world
from tests.scheduler.evidence.hospital import Hospital, a_hospital, day


def tell(here: Hospital, number: int, answered_after: int | None = None) -> None:
    with here.database.writing() as db:
        said = day(number)
        answered = said + timedelta(hours=answered_after) if answered_after is not None else None
        db.add(
            ConcernRow(
                programme_id=here.programme_id, digest=f"d{number}", kind="other", text="…", said_at=said,
                answered_at=answered,
            )
        )  # fmt: skip


def concerns(here: Hospital) -> tuple[int | None, ...]:
    with here.database.reading() as db:
        counts = counts_of(db, here.programme_id, day(80))
    return counts["concerns"], counts["concerns_answered"], counts["concern_hours"]


def test_fewer_than_five_concerns_are_no_number(database: Database) -> None:
    here = a_hospital(database)
    assert concerns(here) == (0, 0, None)
    for number in range(4):
        tell(here, number, answered_after=10 + number)
        assert concerns(here) == (None, None, None)
    tell(here, 5, answered_after=30)
    assert concerns(here) == (5, 5, 12)
    tell(here, 6)
    assert concerns(here) == (6, None, 12), "one that waits is nobody's to know of"


def test_reasons_are_read_without_the_names_of_who_takes_part(database: Database) -> None:
    here = a_hospital(database)
    with here.database.writing() as db:
        db.add(
            RelationOverrideRow(
                programme_id=here.programme_id, person_id=here.faculty[0], about_id=here.residents[0],
                kind="supervises", reason="resident n00's only senior is SENIOR F00; the next is 200 km away.",
                made_by=here.here.coordinator.person_id, made_by_name="Cora Coordinator", made_at=day(1),
            )
        )  # fmt: skip
    with here.database.reading() as db:
        [found] = overrides_of(db, here.programme_id)
        assert counts_of(db, here.programme_id, day(2))["overrides"] == 1
    assert (found.what, found.signed_by) == ("relation:supervises", "Cora Coordinator")
    assert not {"resident", "n00", "senior", "f00"} & set(
        found.reason.lower().replace("’", " ").replace("'", " ").split()
    )
    assert "200 km away" in found.reason


def test_names_go_whatever_their_capitals_and_other_words_stay() -> None:
    names = ("Ada Quill", "Ben de Marrow")
    assert without_names("ada’s site has nobody but MARROW.", names) == "… site has nobody but …."
    assert without_names("Ada Quill's supervisor is Ben.", names) == "… supervisor is …."
    assert without_names("Nobody else could lead it.", names) == "Nobody else could lead it."
    assert without_names("Adapted at short notice.", names) == "Adapted at short notice."


def test_a_session_moved_by_hours_counts_as_moved_however_it_was(database: Database) -> None:
    here = world(database)
    people = list(import_residents(here, 4, models="peer:3").values())
    set_marks(here, dict.fromkeys(people, "2"))
    first = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
    plan_id = add_draft(here, g1=(people, {round_: first + timedelta(weeks=4 * round_) for round_ in range(2)}))
    later = first + timedelta(weeks=20)

    def moved() -> int | None:
        with database.reading() as db:
            return counts_of(db, here.programme_id, later)["sessions_moved"]

    with database.writing() as db:
        publish(db, here.coordinator, plan_id, NOW)
    assert moved() == 0
    with database.writing() as db:
        row = db.scalars(select(SessionRow).where(SessionRow.round == 0)).one()
        row.starts_at, row.ends_at = row.starts_at + timedelta(hours=2), row.ends_at + timedelta(hours=2)
    assert moved() == 1
    with database.writing() as db:
        row = db.scalars(select(SessionRow).where(SessionRow.round == 0)).one()
        row.starts_at, row.ends_at = first, first + timedelta(hours=1)
    assert moved() == 0, "back at the time that was published"
    assert COUNTS["sessions_moved"].version == 2
