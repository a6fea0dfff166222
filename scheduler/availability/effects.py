"""What one duty leaves open: worked out once for all who have the same one on the same day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from scheduler.availability.model import Category, Duty, Level, Policy, Reason
from scheduler.availability.slots import SlotTable
from scheduler.rotas.model import AWAY, DutyKind

_CATEGORIES: Mapping[DutyKind, Category] = MappingProxyType(
    {
        DutyKind.OFF: Category.OFF,
        DutyKind.LEAVE: Category.LEAVE,
        DutyKind.STUDY_LEAVE: Category.LEAVE,
        DutyKind.PROTECTED: Category.FREE,
        DutyKind.UNKNOWN: Category.UNCLEAR,
    }
)
_STRENGTH: Mapping[Level, int] = MappingProxyType({Level.BLOCKED: 5, Level.BEST: 4, Level.CAN: 3, Level.IF_NEED_BE: 2})
"""Of two duties at one time the one that forbids wins, then protected time, then what is possible if need be."""
_DAY_STRENGTH, _BESIDE_STRENGTH = 1, 0
_DAY_KEYS: Mapping[Level, str] = MappingProxyType(
    {Level.BLOCKED: "day", Level.IF_NEED_BE: "needs_release", Level.CAN: "day_free", Level.BEST: "day_free"}
)
_FREE_KEYS = frozenset(("lunch", "protected_window", "day_free"))


@dataclass(frozen=True, slots=True)
class Effect:
    """An answer for some slots. Where duties overlap the greater ``strength`` counts, of equals the first."""

    slots: Sequence[int]
    level: Level
    strength: int
    reason: Reason


class Effects:
    """The effects of duties on the slots of one table, remembered."""

    def __init__(self, table: SlotTable, policy: Policy) -> None:
        self._table, self._policy = table, policy
        self._known: dict[Duty, tuple[Effect, ...]] = {}

    def of(self, duty: Duty) -> tuple[Effect, ...]:
        """What the duty leaves open, in the order in which it is to be put."""
        if duty not in self._known:
            found = self._of_day(duty) if duty.kind is DutyKind.DAY else self._of_other(duty)
            self._known[duty] = tuple(effect for effect in found if effect.slots)
        return self._known[duty]

    def _of_other(self, duty: Duty) -> Iterator[Effect]:
        level = self._policy.during[duty.kind]
        near = self._policy.buffer * (level is Level.BLOCKED and duty.kind not in AWAY)
        slots = self._table.touching(duty.start - near, duty.end + near)
        yield Effect(slots, level, _STRENGTH[level], duty_as_reason(duty))

    def _of_day(self, duty: Duty) -> Iterator[Effect]:
        """Lunch and protected windows are free, the rest is the policy's; so is the hour beside work, if need be."""
        table, level = self._table, self._policy.during[DutyKind.DAY]
        during = table.touching(duty.start, duty.end)
        lunch = table.between_clocks(*self._policy.lunch, duty.zone or table.zone)
        protected = [index for index in during if table.protected[index]]
        at_lunch = [index for index in during if lunch[index] and not table.protected[index]]
        yield Effect(protected, Level.CAN, _DAY_STRENGTH, reason_about("protected_window", duty))
        yield Effect(at_lunch, Level.CAN, _DAY_STRENGTH, reason_about("lunch", duty))
        yield Effect(during, level, _DAY_STRENGTH, reason_about(_DAY_KEYS[level], duty))
        beside = self._policy.beside_work
        before = table.inside(duty.start - beside, duty.start)
        after = table.starting_within(duty.end, duty.end + beside)
        same_day = [index for near in (before, after) for index in near if self._day(index, duty) == duty.day]
        yield Effect(same_day, Level.IF_NEED_BE, _BESIDE_STRENGTH, reason_about("beside_work", duty))

    def _day(self, index: int, duty: Duty) -> date:
        """The day on which a slot starts by the ward's calendar."""
        if duty.zone is None or duty.zone.key == self._table.zone.key:
            return self._table.days[index]
        return self._table.starts[index].astimezone(duty.zone).date()


def duty_as_reason(duty: Duty) -> Reason:
    """The duty itself as the reason."""
    category = _CATEGORIES.get(duty.kind, Category.ON_DUTY)
    return Reason(category, duty.kind.value, (("code", duty.code), ("day", duty.day.isoformat())))


def reason_about(key: str, duty: Duty) -> Reason:
    """Something about the duty as the reason."""
    category = Category.FREE if key in _FREE_KEYS else Category.ON_DUTY
    return Reason(category, key, (("code", duty.code), ("day", duty.day.isoformat())))
