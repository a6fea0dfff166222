"""A rota as if it were in already: what it would say, and what would no longer count because of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from scheduler.availability.duties import duty_at
from scheduler.availability.model import Duty
from scheduler.rotas.changes import PlacedDuty
from scheduler.rotas.spoken import Spoken, speaks_of


@dataclass(frozen=True, slots=True)
class PretendedRota:
    """A department's rota, worked at a site and written by its clocks. On the days of people of which it has
    ``spoken`` the rotas ``outdone``, by their ids, say nothing any more, and nor does what people gave of
    themselves."""

    duties: tuple[PlacedDuty, ...]
    spoken: Spoken
    outdone: frozenset[int]
    site_id: int
    zone: ZoneInfo

    def outdoes(self, rota_id: int, *, is_own_word: bool, person_id: int, day: date) -> bool:
        """Whether a duty that is stored would no longer count."""
        return (is_own_word or rota_id in self.outdone) and speaks_of(self.spoken, person_id, day)

    def placed(self, person_ids: frozenset[int]) -> Iterator[tuple[int, Duty]]:
        """What it says of these people, by person."""
        for duty in self.duties:
            if duty.person_id in person_ids:
                hours = duty.starts_at, duty.ends_at
                yield duty.person_id, duty_at(duty.kind, duty.code, duty.day, *hours, self.zone, self.site_id)
