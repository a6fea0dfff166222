"""Whether those who may share a group only accompanied have another facilitator from elsewhere beside them: in the
group, and at each of its sessions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.sites import Moves, moves_of, site_on
from scheduler.people.tables import ParticipantRow
from scheduler.plans.membership import Roster
from scheduler.plans.model import MemberRole
from scheduler.programmes.forbidden_pairs import ForbiddenPair
from scheduler.programmes.tables import ProgrammeRow


@dataclass(frozen=True, slots=True)
class Company:
    """The overridden ``pairs`` of a programme, and what company for them depends on: who has power ``over`` whom, and
    where people work, with the changes to come. Days are those of the programme's ``zone``."""

    zone: str = "UTC"
    pairs: tuple[ForbiddenPair, ...] = ()
    over: Mapping[int, frozenset[int]] = field(default_factory=dict)
    sites: Mapping[int, int] = field(default_factory=dict)
    moves: Moves = field(default_factory=dict)

    def missing_at(
        self, moment: datetime, people: Collection[int], leading: Collection[int]
    ) -> Iterator[ForbiddenPair]:
        """The pairs that meet at a session without company: both of them are among its ``people``, and none of those
        who are sure to be ``leading`` it is company for them on that day."""
        if not self.pairs:
            return
        day = moment.astimezone(ZoneInfo(self.zone)).date()
        for pair in self.pairs:
            if pair.holds_on(day) and pair.pair <= frozenset(people) and not self.is_beside(pair, leading, day):
                yield pair

    def is_beside(self, pair: ForbiddenPair, leading: Iterable[int], day: date) -> bool:
        """Whether one of these is company for a pair: works at another site on that day than who has the power, and has
        none over the other."""
        over, here = self.over[pair.about_id], self._site(pair.person_id, day)
        return any(who != pair.about_id and who not in over and self._site(who, day) != here for who in leading)

    def _site(self, who: int, day: date) -> int | None:
        site_id = self.sites.get(who)
        return None if site_id is None else site_on(self.moves, who, site_id, day)


def company_in(db: Db, programme_id: int, found: Iterable[ForbiddenPair]) -> Company:
    """What company depends on for the overridden ones of these pairs."""
    pairs = tuple(each for each in found if each.overridden)
    if not pairs:
        return Company()
    over: dict[int, set[int]] = defaultdict(set)
    for each in pairs:
        over[each.about_id].add(each.person_id)
    parts = select(ParticipantRow.person_id, ParticipantRow.site_id).where(ParticipantRow.programme_id == programme_id)
    return Company(
        zone=db.scalars(select(ProgrammeRow.zone).where(ProgrammeRow.id == programme_id)).one(),
        pairs=pairs,
        over={who: frozenset(people) for who, people in over.items()},
        sites=dict(db.execute(parts).all()),
        moves=moves_of(db, programme_id),
    )


def unaccompanied_pairs(company: Company, groups: Mapping[str, Roster], day: date) -> frozenset[frozenset[int]]:
    """The pairs that share a group in which no other facilitator is company for them on a day."""
    return frozenset(
        pair.pair
        for pair in company.pairs
        for roster in groups.values()
        if pair.pair <= roster.keys() and not company.is_beside(pair, _leading(roster), day)
    )


def _leading(roster: Roster) -> list[int]:
    return [who for who, role in roster.items() if role == MemberRole.FACILITATOR]
