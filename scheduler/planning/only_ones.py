"""Residents who are the only one of their grade, or of their specialty, at their site.

It is recognised from the records, where a programme asks for it, and nobody is asked. Plans then try to put them with
others of the grade or specialty of which they have nobody at work, and with a facilitator from another site. To the
planner these are wishes of theirs for somebody alike and somebody different; no page shows them as such, and nobody
reads them as something that they asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Protocol

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.planning.keys import database_id
from scheduler.programmes.model import Programme
from scheduler.text_input import folded
from solvers.instance import Faculty, Resident

_GRADE: Final = "only: grade"
_SPECIALTY: Final = "only: specialty"
_FROM: Final = "only: from "


class _Recorded(Protocol):
    """What is looked at of a participant."""

    @property
    def person_id(self) -> int: ...
    @property
    def kind(self) -> Role: ...
    @property
    def stage(self) -> int | None: ...
    @property
    def site_id(self) -> int: ...
    @property
    def specialty(self) -> str: ...


@dataclass(frozen=True, slots=True)
class OnlyOnes:
    """Who is the only one at their site, by person, and in what: the categories in which they are put with others."""

    lacking: Mapping[int, tuple[str, ...]]
    values: Mapping[int, Mapping[str, str]]

    def resident(self, person: Resident) -> Resident:
        """A resident as the planner gets them."""
        known, lacking = self.values.get(database_id(person.id), {}), self.lacking.get(database_id(person.id), ())
        if not known and not lacking:
            return person
        away = {_FROM + person.site: "here"} if lacking else {}
        return replace(
            person,
            traits=MappingProxyType({**person.traits, **known, **away}),
            like=(*person.like, *lacking),
            unlike=(*person.unlike, *away),
        )

    def facilitators(self, faculty: Sequence[Faculty], residents: Iterable[Resident]) -> tuple[Faculty, ...]:
        """Facilitators as they count for these residents: of each site from which one of them is the only one, whether
        they work elsewhere."""
        sites = sorted({one.site for one in residents if database_id(one.id) in self.lacking})
        return tuple(
            replace(one, traits=MappingProxyType({**one.traits, **{_FROM + s: "away" for s in sites if s != one.site}}))
            for one in faculty
        )


NOBODY: Final = OnlyOnes({}, {})


def only_ones(programme: Programme, everybody: Iterable[_Recorded]) -> OnlyOnes:
    """Those among everybody who takes part, where the programme has several sites and asks for it."""
    if not programme.conduct.isolated_first:
        return NOBODY
    return found_among(everybody)


def found_among(everybody: Iterable[_Recorded]) -> OnlyOnes:
    """Those who are the only one; nobody where all work at one site. Where a specialty is not on record there is no
    saying who shares it."""
    residents = [row for row in everybody if row.kind is Role.RESIDENT]
    if len({row.site_id for row in residents}) < 2:
        return NOBODY
    values = {row.person_id: _values(row) for row in residents}
    here = Counter((row.site_id, each) for row in residents for each in values[row.person_id].items())
    lacking = {
        row.person_id: tuple(
            name for name, value in values[row.person_id].items() if here[row.site_id, (name, value)] < 2
        )
        for row in residents
    }
    lacking = {who: names for who, names in lacking.items() if names}
    asked = {name for names in lacking.values() for name in names}
    kept = {who: {name: value for name, value in theirs.items() if name in asked} for who, theirs in values.items()}
    return OnlyOnes(lacking, kept)


def count_only_ones(db: Db, actor: Actor, programme_id: int) -> int:
    """How many residents are the only one of their grade or specialty at their site."""
    actor.must_have(programme_id, Role.COORDINATOR)
    part = ParticipantRow
    columns = (part.person_id, part.kind, part.stage, part.site_id, part.specialty)
    here = (part.programme_id == programme_id, part.kind == Role.RESIDENT, part.left_at.is_(None))
    return len(found_among(db.execute(select(*columns).where(*here)).all()).lacking)


def _values(row: _Recorded) -> dict[str, str]:
    found = {_GRADE: str(row.stage or 0), _SPECIALTY: folded(row.specialty)}
    return {name: value for name, value in found.items() if value}
