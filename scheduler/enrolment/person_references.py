"""Every place in the database where a person stands, and what becomes of it when two entries are one person.

The tables are taken from the metadata, so none can be forgotten: rows of one that is not among :data:`REFERENCES` move,
and a test asks to say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from sqlalchemy import Column, Delete, Table, UniqueConstraint, and_, delete, exists, update

from scheduler.db import Base, Db


class Fate(StrEnum):
    """What becomes of the rows of the entry that goes."""

    MOVES = "moves"
    """They are the other's from now on; where the other has one of the same key already, that one stays."""
    ENDS = "ends"
    """They go: whatever is worked out anew, and ways in by an address that is no longer used. Nobody comes to read a
    concern, or into a circle, by being merged."""


_M, _E = Fate.MOVES, Fate.ENDS
REFERENCES: Final[dict[tuple[str, str], Fate]] = {
    ("absence", "person_id"): _M,
    ("first_question", "from_id"): _M,
    ("first_question", "to_id"): _M,
    ("address_change", "person_id"): _M,
    ("api_token", "person_id"): _E,
    ("passkey", "person_id"): _E,
    ("asking", "from_id"): _M,
    ("asking", "to_id"): _M,
    ("attended", "noted_by"): _M,
    ("attended", "person_id"): _M,
    ("attendee", "person_id"): _M,
    ("audit", "actor_id"): _M,
    ("availability", "person_id"): _E,
    ("award_nomination", "by_id"): _M,
    ("award_nomination", "nominee_id"): _M,
    ("booked_person", "person_id"): _E,
    ("busy_calendar", "person_id"): _M,
    ("change_request", "person_id"): _M,
    ("charter", "adopted_by"): _M,
    ("charter_agreement", "person_id"): _M,
    ("charter_hats", "person_id"): _M,
    ("charter_terms", "written_by"): _M,
    ("code_of_conduct", "adopted_by"): _M,
    ("circle_concern", "from_id"): _M,
    ("circle_concern", "to_id"): _M,
    ("circle_contact", "person_id"): _E,
    ("circle_feed", "person_id"): _E,
    ("circle_member", "person_id"): _E,
    ("circle_past", "person_id"): _E,
    ("circle_reminder", "person_id"): _E,
    ("circle_willing", "person_id"): _E,
    ("co_led", "noted_by"): _M,
    ("co_led", "person_id"): _M,
    ("concern", "about_id"): _M,
    ("concern", "person_id"): _M,
    ("concern_message", "person_id"): _M,
    ("concern_reader", "person_id"): _E,
    ("contact_invitation", "person_id"): _E,
    ("cover_sending", "sent_by"): _M,
    ("cover_told", "person_id"): _M,
    ("date_question", "person_id"): _M,
    ("deputy", "for_id"): _M,
    ("deputy", "person_id"): _M,
    ("desk_notice", "person_id"): _M,
    ("desk_reminder", "person_id"): _M,
    ("desk_wish", "person_id"): _M,
    ("directory_entry", "person_id"): _M,
    ("draft_edit", "made_by"): _M,
    ("draft_pin", "other_id"): _M,
    ("draft_pin", "person_id"): _M,
    ("duty", "person_id"): _M,
    ("facilitation_answer", "facilitator_id"): _M,
    ("facilitation_answer", "person_id"): _M,
    ("evidence_person", "person_id"): _M,
    ("facilitator_pause", "person_id"): _M,
    ("facilitator_pathway", "person_id"): _M,
    ("feed", "owner_id"): _M,
    ("first_start", "person_id"): _M,
    ("goal", "person_id"): _M,
    ("goal_weight", "person_id"): _M,
    ("group_place", "person_id"): _M,
    ("help_line", "person_id"): _M,
    ("identity", "person_id"): _M,
    ("invitation", "person_id"): _M,
    ("job_plan", "person_id"): _M,
    ("joining_answer", "person_id"): _M,
    ("kept_answer", "person_id"): _E,
    ("login", "person_id"): _E,
    ("looking", "person_id"): _M,
    ("mail_choice", "person_id"): _M,
    ("member", "person_id"): _M,
    ("own_group_member", "person_id"): _M,
    ("own_mark", "person_id"): _M,
    ("participant", "person_id"): _M,
    ("plan", "published_by"): _M,
    ("opportunity", "person_id"): _M,
    ("portrait", "code_noted_by"): _M,
    ("portrait", "person_id"): _M,
    ("preflight_override", "person_id"): _M,
    ("private_note", "person_id"): _M,
    ("proposal", "by_id"): _M,
    ("proposal_answer", "person_id"): _M,
    ("pulse_answer", "person_id"): _M,
    ("relation", "about_id"): _M,
    ("relation", "declared_by_id"): _M,
    ("relation", "person_id"): _M,
    ("relation_override", "about_id"): _M,
    ("relation_override", "made_by"): _M,
    ("relation_override", "person_id"): _M,
    ("relation_override", "withdrawn_by"): _M,
    ("release", "person_id"): _E,
    ("release_answer", "person_id"): _M,
    ("reminder", "person_id"): _M,
    ("role", "person_id"): _M,
    ("rota", "given_by"): _M,
    ("rota", "imported_by"): _M,
    ("rota_address", "given_by"): _M,
    ("rota_line", "person_id"): _M,
    ("rota_spelling", "person_id"): _M,
    ("rota_span", "person_id"): _M,
    ("run", "requested_by"): _M,
    ("session", "chair_id"): _M,
    ("sign_in_link", "person_id"): _E,
    ("site_change", "person_id"): _M,
    ("session_way", "person_id"): _M,
    ("standing_deputy", "person_id"): _M,
    ("thanks", "person_id"): _M,
    ("thanks", "signed_by"): _M,
    ("thread", "opened_by"): _M,
    ("thread_reply", "person_id"): _M,
    ("swap_wish", "person_id"): _M,
    ("told", "person_id"): _M,
    ("training", "person_id"): _M,
    ("training", "verified_by"): _M,
    ("trouble", "accepted_by"): _M,
    ("unmet_wish", "person_id"): _M,
    ("unplaced", "person_id"): _M,
    ("waiting_list", "read_by"): _M,
    ("waiting_notice", "person_id"): _M,
    ("writing_place", "person_id"): _M,
    ("waiting_rota", "given_by"): _M,
    ("weekly", "person_id"): _M,
    ("wish", "about_id"): _M,
    ("wish", "person_id"): _M,
}
"""(table, column) → what becomes of its rows."""


def references() -> Iterator[tuple[Table, Column[int]]]:
    """Every column of the database that names a person, with its table."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "person" for key in column.foreign_keys):
                yield table, column


def move_references(db: Db, stays_id: int, goes_id: int) -> None:
    """Let everything that names one person name the other. What has to be joined first has been."""
    found = [(table, column, REFERENCES.get((table.name, column.name), Fate.MOVES)) for table, column in references()]
    for table, column, fate in found:
        if fate is Fate.ENDS:
            db.execute(delete(table).where(column == goes_id))
            continue
        for key in _keys_with(table, column):
            db.execute(_delete_doubles(table, column, key, stays_id, goes_id))
        db.execute(update(table).where(column == goes_id).values({column.name: stays_id}))


def _keys_with(table: Table, column: Column[int]) -> Iterator[tuple[str, ...]]:
    """The other columns of each key that the column is part of."""
    keys = [table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))]
    for key in keys:
        names = [each.name for each in key.columns]
        if column.name in names:
            yield tuple(name for name in names if name != column.name)


def _delete_doubles(table: Table, column: Column[int], key: tuple[str, ...], stays_id: int, goes_id: int) -> Delete:
    other = table.alias("other")
    same = and_(other.c[column.name] == stays_id, *(other.c[name] == table.c[name] for name in key))
    return delete(table).where(column == goes_id, exists().where(same))
