"""Putting a rota that waits in the place of what is in: what it replaces, what changes, and what that affects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.rota_import.affected_sessions import AffectedSession, find_affected_sessions, unable_now
from scheduler.rota_import.overlaps import (
    Waiting,
    give_way,
)
from scheduler.rota_import.remarks import seen_now
from scheduler.rota_import.replaced import Kept, KeptRota, keep_replaced, rotas_as_they_are, version_as_it_is
from scheduler.rota_import.storage import Stored, store
from scheduler.rota_import.waiting_rows import (
    Preview,
    find_imported,
)
from scheduler.rotas.answers import Understood
from scheduler.rotas.changes import Change, changes
from scheduler.rotas.codec import answers_from_json
from scheduler.rotas.model import ReadRota
from scheduler.rotas.spoken import person_days
from scheduler.rotas.tables import ReplacedBy, RotaRow, WaitingRow


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    ``touched_sessions`` are published sessions to come of people whose day of the session changed; ``left_out`` are
    names that stand for nobody, ``still_asked`` those of them of which nobody has said so yet (None in results kept
    from before this was told); ``missing`` are the names of people of whom earlier versions spoke and the new one does
    not, so that the earlier word still stands. ``known_from`` names the rotas that said all of it already: then nothing
    was changed. ``replaced`` is the number under which what was replaced is kept, to be taken back; None where nothing
    was.
    """

    rota_id: int
    duties: int
    people: int
    changes: tuple[Change, ...]
    touched_sessions: tuple[AffectedSession, ...]
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    is_new: bool
    known_from: tuple[str, ...] = ()
    replaced: int | None = None
    still_asked: tuple[str, ...] | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether all of it was in already."""
        return not self.is_new and not self.changes and self.replaced is None


def must_be_possible(found: Understood, name: str) -> None:
    """Raise ``NotPossible`` while a date is in doubt or nobody on the rota ``name`` is known."""
    if found.may_be_imported:
        return
    if not found.people:
        raise NotPossible(
            say("Nobody on this rota is in the programme."),
            where=name,
            what_to_do=say("Import the list of people first, or say who the names belong to."),
        )
    advice = say("Answer the question about the dates first.")
    raise NotPossible(say("We are not sure how to read the dates."), where=name, what_to_do=advice)


def take_over(
    db: Db, actor: Actor, row: WaitingRow, preview: Preview, compared: Waiting, now: datetime, imported_at: datetime
) -> Imported:
    """Store the rota, let others give way to it as was chosen, and find the sessions that this affects.

    ``imported_at`` tells by its order which of two imports came first (:func:`overlaps.next_import`).
    """
    found, answers = preview.understood, answers_from_json(row.content["given"])
    kept = _kept(db, row, preview, compared)
    is_moved = any(rota.fields is not None and rota.fields.site_id != row.site_id for rota in kept.rotas)
    unable = unable_now(db, row.programme_id, _all_days(compared), now)
    rota_row, is_new = _rota_row(db, actor, row, found.rota, imported_at)
    rota_row.remarks = sorted({*rota_row.remarks, *seen_now(found.rota.questions, answers)})
    gave_way = give_way(db, compared, preview.overlaps, rota_row.id)
    stored = store(db, rota_row, found, answers, compared.zone, is_new=is_new)
    db.flush()
    changed = tuple(changes((*stored.before, *gave_way.duties), stored.after))
    note(db, Fact.TIME, row.programme_id, now, stored.people | gave_way.people)
    is_first = is_new and not gave_way.people
    days = _all_days(compared) if is_first else {(change.person_id, change.day) for change in changed}
    touched = find_affected_sessions(db, row.programme_id, days, now, unable)
    if is_first:
        touched, changed = tuple(session for session in touched if session.cannot), ()
    result = _imported(db, found, stored, changed, touched, is_new=is_first)
    counts = {"duties": result.duties, "people": result.people, "changed_days": len(changed)}
    record(db, actor, "rota.imported", now, row.programme_id, rota=rota_row.id, **counts)
    if not (is_new or changed or gave_way.people or stored.speaks_of_more or is_moved):
        return result  # nothing can be taken back, and nothing stands in the way of taking earlier ones back
    if is_new:
        kept = replace(kept, rotas=(*kept.rotas, KeptRota(rota_row.id, None, None)))
    return replace(result, replaced=_keep(db, row, kept, compared, stored.people | gave_way.people, now))


def _keep(db: Db, row: WaitingRow, kept: Kept, compared: Waiting, people: frozenset[int], now: datetime) -> int:
    """Keep what an import has replaced, so that it can be taken back; returns its number."""
    assert compared.days is not None
    concerned = people | compared.named
    return keep_replaced(db, row.programme_id, ReplacedBy.IMPORT, row.name, kept, compared.days, concerned, now)


def known_result(preview: Preview, names: tuple[str, ...]) -> Imported:
    """The result for a rota of which others say every day already: nothing is other than it was."""
    found = preview.understood
    people = len(set(found.people.values()))
    rota_id, left_out, asked = preview.overlaps[0].rota_id, _left_out(found), _still_asked(found)
    return Imported(rota_id, 0, people, (), (), left_out, (), is_new=False, known_from=names, still_asked=asked)


def _kept(db: Db, row: WaitingRow, preview: Preview, compared: Waiting) -> Kept:
    """What this import is about to replace: its own rota on these days, and all of every other that gives way."""
    earlier, digest = find_imported(db, row.programme_id, row.name), compared.digest
    days = {earlier.id: compared.days} if earlier else {}
    giving_way = (each for each in preview.overlaps if not each.is_own and not each.stands_beside)
    kept = rotas_as_they_are(db, days | {overlap.rota_id: None for overlap in giving_way})
    return Kept(kept, digest, version_as_it_is(db, row.programme_id, digest))


def _all_days(compared: Waiting) -> set[tuple[int, date]]:
    """Every day of everybody of which a rota speaks."""
    return set(person_days(compared.spoken))


def _rota_row(db: Db, actor: Actor, waiting: WaitingRow, rota: ReadRota, imported_at: datetime) -> tuple[RotaRow, bool]:
    earlier = find_imported(db, waiting.programme_id, waiting.name)
    if earlier is not None:
        earlier.site_id, earlier.layout = waiting.site_id, rota.layout
        earlier.imported_at, earlier.imported_by = imported_at, actor.person_id
        return earlier, False
    row = RotaRow(
        programme_id=waiting.programme_id,
        site_id=waiting.site_id,
        name=waiting.name,
        layout=rota.layout,
        first_day=rota.first_day,
        last_day=rota.last_day,
        imported_at=imported_at,
        imported_by=actor.person_id,
        remarks=[],
    )
    db.add(row)
    db.flush()
    return row, True


def _imported(
    db: Db,
    found: Understood,
    stored: Stored,
    changed: tuple[Change, ...],
    touched: tuple[AffectedSession, ...],
    *,
    is_new: bool,
) -> Imported:
    return Imported(
        rota_id=stored.rota_id,
        duties=len(stored.after),
        people=len(set(found.people.values())),
        changes=changed,
        touched_sessions=touched,
        left_out=_left_out(found),
        still_asked=_still_asked(found),
        missing=_names(db, stored.missing),
        is_new=is_new,
    )


def _left_out(found: Understood) -> tuple[str, ...]:
    return tuple(name for name in found.rota.people if name not in found.people)


def _still_asked(found: Understood) -> tuple[str, ...]:
    """The names left out of which nobody has said yet whose they are, or that they are nobody's."""
    asked = {question.subject for question in found.questions if question.about == "person"} | set(found.strangers)
    return tuple(name for name in _left_out(found) if name in asked)


def _names(db: Db, person_ids: Sequence[int]) -> tuple[str, ...]:
    return tuple(db.scalars(select(PersonRow.name).where(PersonRow.id.in_(person_ids)).order_by(PersonRow.name)))
