"""What somebody may be told about their own wishes, and what they may do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scheduler.people.traits import comparable, planned_tags, tag_of


class OwnChoice(StrEnum):
    """What somebody does about wishes that were not met."""

    STAY = "stay"
    ANOTHER = "another"
    WAIT = "wait"
    SOFTEN = "soften"
    """What was firm becomes a wish, for the next plan."""


class UnmetKind(StrEnum):
    """Which wish: for somebody like oneself, somebody different, not to be the only one, or rather to have no group."""

    LIKE = "like"
    UNLIKE = "unlike"
    ALONE = "alone"
    FIRM = "firm"


@dataclass(frozen=True, slots=True, order=True)
class Unmet:
    """A wish that is not met: about a category, or about a circumstance in the programme's words."""

    kind: UnmetKind
    category: str = ""
    circumstance: str = ""


@dataclass(frozen=True, slots=True)
class Wisher:
    """What somebody says of themselves and would like of their group."""

    person_id: int
    tags: Sequence[str]
    company: Sequence[str]
    firm: Sequence[str]
    traits: Mapping[str, str]
    like: Sequence[str]
    unlike: Sequence[str]
    together: Mapping[str, bool]

    @property
    def wishes(self) -> bool:
        """Whether there is anything that a group could fail to meet."""
        return bool(self.company or self.like or self.unlike or self.together)


def unmet_in(person: Wisher, others: Sequence[Wisher]) -> frozenset[Unmet]:
    """What of somebody's wishes a group of these others does not meet; facilitators count among them."""
    own, theirs = comparable(person.traits), [comparable(other.traits) for other in others]
    tags = {tag for other in others for tag in planned_tags(other)}
    like = (each for each in person.like if each in own and all(t.get(each) != own[each] for t in theirs))
    unlike = (
        each for each in person.unlike if each in own and all(t.get(each, own[each]) == own[each] for t in theirs)
    )
    alone = (each for each in person.together if each in own and tag_of(each, own[each]) not in tags)
    return frozenset(
        (
            *(Unmet(UnmetKind.LIKE, each) for each in like),
            *(Unmet(UnmetKind.UNLIKE, each) for each in unlike),
            *(Unmet(UnmetKind.ALONE, each) for each in alone),
            *(Unmet(UnmetKind.ALONE, circumstance=tag) for tag in person.company if tag not in tags),
        )
    )


def unmet_without_group(person: Wisher) -> frozenset[Unmet]:
    """What somebody without a group has made firm: they would rather have none than be the only one."""
    firm = (each for each, is_firm in person.together.items() if is_firm and each in person.traits)
    return frozenset(
        (
            *(Unmet(UnmetKind.FIRM, each) for each in firm),
            *(Unmet(UnmetKind.FIRM, circumstance=tag) for tag in person.company if tag in person.firm),
        )
    )
