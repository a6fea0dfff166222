"""What a draft would change of the plan that members see.

That is read off the two plans as they are now; of the reasons that were worked out with the draft only those are
told that still speak of the same change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import zip_longest

from scheduler.plans.model import (
    Changes,
    LeadChange,
    LeaderChange,
    MemberRole,
    PersonChange,
    RoomChange,
    SessionChange,
    WayChange,
)
from scheduler.plans.plan_matching import Groups, Regrouping, regrouped
from scheduler.plans.whole import Sitting, StoredGroup, WholePlan
from scheduler.programmes.model import Programme
from scheduler.reasons.model import KeptReasons
from solvers import rules
from solvers.reasons.facts import MovedSession, Obstacle


@dataclass(frozen=True, slots=True)
class Labels:
    """What the ids of people, models, sites and rooms stand for."""

    people: Mapping[int, str]
    models: Mapping[int, str]
    sites: Mapping[int, str]
    rooms: Mapping[int, str]

    @classmethod
    def of(cls, programme: Programme, people: Mapping[int, str]) -> Labels:
        """The labels of a programme, in which people are called so."""
        return cls(
            people=people,
            models={model.id: model.name for model in programme.models},
            sites={site.id: site.name for site in programme.sites},
            rooms={room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms},
        )


def changes_of(
    draft: WholePlan,
    published: WholePlan,
    gone: Collection[int],
    reasons: KeptReasons,
    labels: Labels,
    starts: Collection[datetime],
    only: Collection[str] | None = None,
) -> Changes:
    """Compare a draft with the published plan, from whose groups some have ``gone`` since. ``labels`` are of those who
    take part now, ``starts`` the moments at which sessions may begin now.

    With ``only``, the keys of groups among which people move but to no others, nothing else is compared.
    """
    return _Comparison(draft, published, gone, reasons, labels, starts, only).changes()


@dataclass(frozen=True)
class _Comparison:
    """Two plans side by side, their groups by key."""

    draft: WholePlan
    published: WholePlan
    gone: Collection[int]
    reasons: KeptReasons
    labels: Labels
    starts: Collection[datetime]
    only: Collection[str] | None

    @cached_property
    def _before(self) -> Mapping[str, StoredGroup]:
        return {
            group.key: group for group in self.published.groups if group.ended_at is None and self._is_compared(group)
        }

    @cached_property
    def _now(self) -> Mapping[str, StoredGroup]:
        return {group.key: group for group in self.draft.groups if self._is_compared(group)}

    def _is_compared(self, group: StoredGroup) -> bool:
        return group.ended_at is None and (self.only is None or group.key in self.only)

    def changes(self) -> Changes:
        return Changes(
            revision=self.published.revision or 0,
            people=tuple(sorted(self._people(), key=lambda person: person.name)),
            leads=tuple(sorted(self._leads(), key=lambda lead: (lead.name, lead.group))),
            sessions=tuple(self._sessions()),
            gone=tuple(group.name for key, group in self._before.items() if key not in self._now),
            new=tuple(group.name for key, group in self._now.items() if key not in self._before),
            leaders=tuple(change for pair in self._both() for change in self._leaders_of(*pair)),
            rooms=tuple(change for pair in self._both() for change in self._rooms_of(*pair)),
            ways=tuple(change for pair in self._both() if (change := self._way_of(*pair))),
            residents=self._counts(MemberRole.RESIDENT),
            facilitators=self._counts(MemberRole.FACILITATOR),
        )

    def _counts(self, role: MemberRole) -> Mapping[Regrouping, int]:
        """How many of those who take part have other groups, and how they differ."""
        before, now = (
            _people_by_group(self._before.values(), role, self.gone),
            _people_by_group(self._now.values(), role),
        )
        found = regrouped(before, now, {key: key for key in now if key in before})
        return Counter(how for who, how in found.items() if who in self.labels.people)

    def _both(self) -> Iterator[tuple[StoredGroup, StoredGroup]]:
        """Each group that goes on, before and now."""
        return ((self._before[key], group) for key, group in self._now.items() if key in self._before)

    def _people(self) -> Iterator[PersonChange]:
        """Whoever takes part, in this plan or in what is published: those who left are no longer its concern."""
        before, now = _groups_of(self._before.values(), self.gone), _groups_of(self._now.values())
        why = {(known.person, known.before, known.now): known for known in self.reasons.regrouped}
        for person_id in dict.fromkeys((*now, *before)):
            left, joined = before[person_id] - now[person_id], now[person_id] - before[person_id]
            for was, goes in zip_longest(sorted(left), sorted(joined)):
                if person_id in self.labels.people:
                    yield PersonChange(
                        name=self.labels.people[person_id],
                        before=self._before[was].name if was else "",
                        now=self._now[goes].name if goes else "",
                        why=why.get((person_id, was, goes)) if was else None,
                        has_another=bool(before[person_id] & now[person_id]),
                    )

    def _leads(self) -> Iterator[LeadChange]:
        """Who leads a group that is gone is told by its being gone."""
        before, now = _leading(self._before.values(), self.gone), _leading(self._now.values())
        for person_id, key in before ^ now:
            if key in self._now and person_id in self.labels.people:
                yield LeadChange(self.labels.people[person_id], self._now[key].name, (person_id, key) in now)

    def _sessions(self) -> Iterator[SessionChange]:
        for earlier, group in self._both():
            yield from self._sessions_of(group, earlier)

    def _leaders_of(self, earlier: StoredGroup, group: StoredGroup) -> Iterator[LeaderChange]:
        """Who leads the group before and now is told where they do not come to the same sessions of it."""
        stay = {person_id for person_id, _ in _leading([earlier])} & {person_id for person_id, _ in _leading([group])}
        for was, now in _same_dates(earlier, group):
            for person_id in sorted(stay & (set(was.facilitator_ids) ^ set(now.facilitator_ids))):
                if name := self.labels.people.get(person_id):
                    yield LeaderChange(name, group.name, now.round, now.starts_at, person_id in now.facilitator_ids)

    def _rooms_of(self, earlier: StoredGroup, group: StoredGroup) -> Iterator[RoomChange]:
        for was, now in _same_dates(earlier, group):
            if was.room_id != now.room_id and earlier.mode == group.mode:
                yield RoomChange(group.name, now.round, now.starts_at, self._room(was), self._room(now))

    def _room(self, session: Sitting) -> str:
        return self.labels.rooms.get(session.room_id, "") if session.room_id is not None else ""

    def _way_of(self, earlier: StoredGroup, group: StoredGroup) -> WayChange | None:
        was, now = ((row.model_id, row.mode, row.site_id) for row in (earlier, group))
        if was == now:
            return None
        models = self.labels.models.get(was[0], ""), self.labels.models.get(now[0], "")
        sites = self.labels.sites.get(was[2] or 0, ""), self.labels.sites.get(now[2] or 0, "")
        return WayChange(group.name, models, (was[1], now[1]), sites)

    def _sessions_of(self, group: StoredGroup, earlier: StoredGroup) -> Iterator[SessionChange]:
        before = {session.round: session.starts_at for session in earlier.sessions}
        now = {session.round: session.starts_at for session in group.sessions}
        for round_ in sorted({*before, *now}):
            was, goes = before.get(round_), now.get(round_)
            if was != goes:
                yield SessionChange(group.name, round_, was, goes, self._why(group.key, round_, was, goes))

    def _why(self, key: str, round_: int, was: datetime | None, goes: datetime | None) -> MovedSession[datetime] | None:
        if was is not None and was not in self.starts:
            return MovedSession(key, round_, was, goes, (Obstacle(rules.SLOT_OF_ROUND),))
        known = (moved for moved in self.reasons.moved if (moved.group, moved.round) == (key, round_))
        return next((moved for moved in known if (moved.old_slot, moved.slot) == (was, goes)), None)


def _same_dates(earlier: StoredGroup, group: StoredGroup) -> Iterator[tuple[Sitting, Sitting]]:
    """The sessions of a group that keep their dates, before and now."""
    before = {session.round: session for session in earlier.sessions}
    pairs = ((before.get(session.round), session) for session in group.sessions)
    return ((was, now) for was, now in pairs if was is not None and was.starts_at == now.starts_at)


def _groups_of(groups: Iterable[StoredGroup], gone: Collection[int] = ()) -> defaultdict[int, set[str]]:
    """The keys of each resident's groups, but of those who have gone."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for key, people in _people_by_group(groups, MemberRole.RESIDENT, gone).items():
        for person_id in people:
            found[person_id].add(key)
    return found


def _people_by_group(groups: Iterable[StoredGroup], role: MemberRole, gone: Collection[int] = ()) -> Groups:
    """By the keys of groups who has this role in them, but for those who have gone."""
    return {
        group.key: [seat.person_id for seat in group.members if seat.role == role and seat.person_id not in gone]
        for group in groups
        if group.ended_at is None
    }


def _leading(groups: Iterable[StoredGroup], gone: Collection[int] = ()) -> set[tuple[int, str]]:
    return {(member.person_id, group.key) for group in groups if group.ended_at is None for member in group.members
            if member.role == MemberRole.FACILITATOR and member.person_id not in gone}  # fmt: skip
