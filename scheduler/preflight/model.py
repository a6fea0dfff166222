"""The checks before a plan is published, as values: what they find, and what was overridden by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from scheduler.equity.fairness import Aspect, Measure, Value
from scheduler.people.model import RelationKind


class Check(StrEnum):
    """The four that a coordinator reads."""

    SAFETY = "safety"
    POWER = "power"
    ACCESS = "access"
    FAIRNESS = "fairness"


class Item(StrEnum):
    """What is looked at; each is overridden by itself."""

    CHARTER = "charter"
    """The programme has adopted one."""
    CONTACTS = "contacts"
    """There are at least two oversight contacts."""
    SIGNPOSTS = "signposts"
    """The programme says where to find help."""
    CODE = "code"
    """Every facilitator has signed the code of conduct."""
    TRAINING = "training"
    """Every facilitator's training is in date."""
    LED_ALONE = "led_alone"
    """Nobody leads a group alone who would rather not."""
    JOB_PLAN = "job_plan"
    """Nobody facilitates for more hours a year than their job plan has."""
    RELATION = "relation"
    """Nobody shares a group with somebody who has power over them."""
    ACCOMPANIED = "accompanied"
    """Who shares a group for a recorded reason meets with another facilitator from elsewhere, at each session."""
    DISCLOSED = "disclosed"
    """No facilitator sponsors or advises somebody in their group, which the group is told."""
    OFFICES = "offices"
    """Contacts do not coordinate, and everybody has two who neither share their group nor have power over them."""
    SAID_YES = "said_yes"
    """Nobody is planned who did not say yes."""
    WAY_TO_MEET = "way_to_meet"
    """Everybody accepts the way in which their group meets."""
    NEVER_THERE = "never_there"
    """Nobody has a place in a group to none of whose sessions they can come."""
    WITHOUT_GROUP = "without_group"
    """Everybody who said yes has a group; those without one are told why."""
    WORSE_OFF = "worse_off"
    """No stage, site, part-time or nights group is worse off than the rest by more than the programme's share."""


class Light(StrEnum):
    """How a check or an item stands."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


ITEMS: Final[Mapping[Check, tuple[Item, ...]]] = {
    Check.SAFETY: (
        Item.CHARTER,
        Item.CONTACTS,
        Item.SIGNPOSTS,
        Item.CODE,
        Item.TRAINING,
        Item.LED_ALONE,
        Item.JOB_PLAN,
    ),
    Check.POWER: (Item.RELATION, Item.ACCOMPANIED, Item.DISCLOSED, Item.OFFICES),
    Check.ACCESS: (Item.SAID_YES, Item.WAY_TO_MEET, Item.NEVER_THERE, Item.WITHOUT_GROUP),
    Check.FAIRNESS: (Item.WORSE_OFF,),
}
TOLD_ONLY: Final = frozenset({Item.WITHOUT_GROUP, Item.SIGNPOSTS, Item.LED_ALONE, Item.JOB_PLAN, Item.DISCLOSED})
"""Amber at most: the coordinator is told of them, and nothing waits for them."""
NEVER_OVERRIDDEN: Final = frozenset({Item.RELATION})
"""Nobody overrides it here: the relation itself is what is decided about."""
ENOUGH_CONTACTS: Final = 2
"""So many contacts a programme has, and so many everybody can choose from."""


@dataclass(frozen=True, slots=True)
class Cut:
    """People who share a ``value``, and what they have less of than the others."""

    measure: Measure
    aspect: Aspect
    value: Value


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be. ``subject`` says of an item what it is about, in ids, and ``level`` how
    much of it there is: an override covers a subject up to the level that was read. ``told`` is the relation of which
    the group is told."""

    item: Item
    subject: str
    level: int = 1
    person_id: int | None = None
    other_id: int | None = None
    group: str = ""
    cut: Cut | None = None
    told: RelationKind | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody has decided, by name and in writing, that an item does not keep the plan from being published.
    ``covered`` are the subjects that were read, with their levels; ``name`` is empty for an entry that is gone."""

    item: Item
    name: str
    at: datetime
    reason: str
    covered: Mapping[str, int]

    def covers(self, finding: Finding) -> bool:
        """Whether this was read when the item was overridden, and is no worse since."""
        return finding.item is self.item and finding.level <= self.covered.get(finding.subject, 0)


@dataclass(frozen=True, slots=True)
class Stand:
    """An item as it stands. ``open`` are findings that no override covers, all of them if it has none."""

    item: Item
    findings: tuple[Finding, ...]
    open: tuple[Finding, ...]
    overrides: tuple[Override, ...]

    @property
    def light(self) -> Light:
        """Red until it is right or overridden."""
        if self.open:
            return Light.AMBER if self.item in TOLD_ONLY else Light.RED
        return Light.GREEN


@dataclass(frozen=True, slots=True)
class Report:
    """Every item of a plan, with the names of the people whom findings are about."""

    findings: tuple[Finding, ...]
    names: Mapping[int, str] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()

    def stand(self, item: Item) -> Stand:
        """How an item stands."""
        own = tuple(each for each in self.findings if each.item is item)
        overrides = tuple(each for each in self.overrides if each.item is item)
        return Stand(item, own, uncovered(own, overrides), overrides if own else ())

    def stands(self, check: Check) -> tuple[Stand, ...]:
        """The items of a check, in their order."""
        return tuple(self.stand(item) for item in ITEMS[check])

    def light(self, check: Check) -> Light:
        """The worst of its items."""
        lights = {stand.light for stand in self.stands(check)}
        return next(light for light in (Light.RED, Light.AMBER, Light.GREEN) if light in lights)

    @property
    def red(self) -> tuple[Item, ...]:
        """The items that keep the plan from being published."""
        return tuple(item for item in Item if self.stand(item).light is Light.RED)


def uncovered(findings: Collection[Finding], overrides: Collection[Override]) -> tuple[Finding, ...]:
    """Those that nobody has overridden."""
    return tuple(each for each in findings if not any(override.covers(each) for override in overrides))


def newly(after: Collection[Finding], before: Collection[Finding]) -> tuple[Finding, ...]:
    """Those that were not there before, or not so much."""
    levels = {(each.item, each.subject): each.level for each in before}
    return tuple(each for each in after if each.level > levels.get((each.item, each.subject), 0))
