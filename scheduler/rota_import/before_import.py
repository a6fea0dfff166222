"""What importing a rota that waits would do, to be read before it is done. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from scheduler.availability.pretended import PretendedRota
from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.programmes.tables import SiteRow
from scheduler.rota_import.affected_sessions import AffectedSession, find_affected_sessions, unable_now
from scheduler.rota_import.overlaps import Overlap, Standing, Waiting, days_between, known_already
from scheduler.rota_import.service import compared
from scheduler.rota_import.storage import mistaken_people, placed_duties, spans_of, stored_duties
from scheduler.rota_import.waiting_rows import Preview
from scheduler.rotas.changes import Change, PlacedDuty, changes
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.spoken import person_days, speaks_of
from scheduler.rotas.tables import RotaRow

PersonDay = tuple[int, date]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What an import would do: ``changes`` are days that are known and would read otherwise, ``new_days`` days of
    people that would be known for the first time. ``known_from`` names the rotas that say all of it already;
    ``moves_from`` is the site from which the rota would go to another, and ``elsewhere`` are days of other rotas that
    give way of which only the site changes.
    ``sessions`` are published sessions to come on those days, with who could no longer come to them.
    """

    changes: tuple[Change, ...]
    new_days: int
    known_from: tuple[str, ...]
    sessions: tuple[AffectedSession, ...]
    moves_from: str = ""
    elsewhere: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether all of it is in already."""
        return not self.changes and not self.new_days and not self.moves_from and not self.elsewhere


def look_ahead(db: Db, actor: Actor, preview: Preview, now: datetime) -> Ahead | None:
    """What importing it as it stands would do; None while that is not known, because a date is in doubt or nobody on it
    is known."""
    actor.must_have(preview.programme_id, Role.COORDINATOR)
    waiting = compared(db, preview)
    if waiting.days is None or not preview.understood.may_be_imported:
        return None
    own = _own_row(db, waiting)
    giving_way = [each for each in preview.overlaps if not each.is_own and not each.stands_beside]
    others = [duty for overlap in giving_way for duty in _given_up(db, overlap, waiting)]
    before = [*(_own_duties(db, own, waiting) if own else ()), *others]
    outdone = frozenset([*([own.id] if own else []), *(each.rota_id for each in giving_way)])
    spoken, duties = set(_spoken(db, outdone)), placed_duties(waiting.understood, waiting.zone)
    changed = tuple(changes(before, duties))
    new = set(person_days(waiting.spoken)) - spoken
    days = new | {(change.person_id, change.day) for change in changed}
    pretended = PretendedRota(duties, waiting.spoken, outdone, waiting.site_id, waiting.zone)
    unable = unable_now(db, waiting.programme_id, days, now)
    return Ahead(
        changes=tuple(change for change in changed if (change.person_id, change.day) not in new),
        new_days=len(new),
        known_from=() if own else known_already(db, waiting, preview.overlaps),
        sessions=find_affected_sessions(db, waiting.programme_id, days, now, unable, pretended),
        moves_from=db.get_one(SiteRow, own.site_id).name if own and own.site_id != waiting.site_id else "",
        elsewhere=sum(overlap.elsewhere for overlap in giving_way),
    )


def _own_row(db: Db, waiting: Waiting) -> RotaRow | None:
    """The version of this rota that is in."""
    named = (RotaRow.programme_id == waiting.programme_id, RotaRow.name == waiting.name, OF_DEPARTMENT)
    return db.scalar(select(RotaRow).where(*named))


def _own_duties(db: Db, row: RotaRow, waiting: Waiting) -> tuple[PlacedDuty, ...]:
    """What the version that is in says of the people and days that this one replaces."""
    assert waiting.days is not None
    mistaken = mistaken_people(db, row.id, waiting.understood)
    return stored_duties(db, row.id, sorted(waiting.named | mistaken), waiting.days)


def _given_up(db: Db, overlap: Overlap, waiting: Waiting) -> tuple[PlacedDuty, ...]:
    """What another rota would no longer say."""
    assert waiting.days is not None
    if overlap.chosen is not Standing.REPLACE:
        said = stored_duties(db, overlap.rota_id, sorted(waiting.named), waiting.days)
        return tuple(duty for duty in said if speaks_of(waiting.spoken, duty.person_id, duty.day))
    row = db.get_one(RotaRow, overlap.rota_id)
    return stored_duties(db, row.id, sorted(spans_of(db, row.id)), (row.first_day, row.last_day))


def _spoken(db: Db, rota_ids: Iterable[int]) -> Iterator[PersonDay]:
    """The people's days of which these rotas speak."""
    for rota_id in rota_ids:
        for person_id, spans in spans_of(db, rota_id).items():
            for span in spans:
                yield from ((person_id, day) for day in days_between(*span))
