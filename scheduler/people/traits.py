"""What people say of themselves when a programme asks openly: optional, never worked out from anything else.

A *trait* is one answer: a category and a value, from the programme's list or in the person's own words. Own words are
compared by :func:`scheduler.text_input.folded`, so that "Urdu" and "  urdu " are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

from scheduler.text_input import folded

LONGEST_TRAIT: Final = 60
"""Characters of one answer."""
COLUMNS: Final = ("traits", "like", "unlike", "together")
"""Where a participant's answers are kept."""


class Category(StrEnum):
    """What a programme may ask about."""

    GENDER = "gender"
    CULTURE = "culture"
    FAITH = "faith"
    LANGUAGE = "language"
    DISABILITY = "disability"
    CARING = "caring"
    TRAINED = "trained"


class TraitWish(StrEnum):
    """Whom a person would like in a category. Of the last two, no preference and rather not say, nothing is kept."""

    LIKE = "like"
    UNLIKE = "unlike"
    NONE = "none"
    UNSAID = "unsaid"


class Company(StrEnum):
    """Whether somebody minds being the only one in their group: no, rather not, or rather without a group than so."""

    ANY = "any"
    RATHER = "rather"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Traits:
    """All that somebody has said when asked openly. ``together`` maps categories in which they would rather not be
    the only one to whether that is firm."""

    values: Mapping[str, str] = field(default_factory=dict)
    like: Sequence[str] = ()
    unlike: Sequence[str] = ()
    together: Mapping[str, bool] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.like or self.unlike or self.together)

    def company(self, category: str) -> Company:
        """Whether they mind being the only one in a category."""
        if category not in self.together:
            return Company.ANY
        return Company.FIRM if self.together[category] else Company.RATHER


class _Asked(Protocol):
    """What is stored of a participant, as far as it is read here."""

    @property
    def tags(self) -> Sequence[str]: ...
    @property
    def company(self) -> Sequence[str]: ...
    @property
    def firm(self) -> Sequence[str]: ...
    @property
    def traits(self) -> Mapping[str, str]: ...
    @property
    def together(self) -> Mapping[str, bool]: ...


def forget_traits(person: Any) -> None:
    """Take from a participant's row all that they said when asked openly, and what was firm."""
    person.traits, person.like, person.unlike, person.together, person.firm = {}, [], [], {}, []


def tag_of(category: str, value: str) -> str:
    """The tag by which the planner knows that people have the same trait."""
    return f"{category}: {folded(value)}"


def is_tag_of(category: str, tag: str) -> bool:
    """Whether a tag is a trait of this category."""
    return tag.startswith(f"{category}: ")


def comparable(values: Mapping[str, str]) -> dict[str, str]:
    """Traits as the planner compares them."""
    return {category: folded(value) for category, value in values.items()}


def planned_tags(person: _Asked) -> tuple[str, ...]:
    """Circumstances and traits as the planner's tags."""
    return (*person.tags, *(tag_of(*trait) for trait in person.traits.items()))


def planned_company(person: _Asked) -> tuple[str, ...]:
    """The tags of which somebody would rather not be the only one."""
    return (*person.company, *_together(person, person.together))


def planned_firm(person: _Asked) -> tuple[str, ...]:
    """The tags of which somebody would rather have no group than be the only one: some of their company."""
    firm = (category for category, is_firm in person.together.items() if is_firm)
    return (*(tag for tag in person.company if tag in person.firm), *_together(person, firm))


def _together(person: _Asked, categories: Iterable[str]) -> Iterable[str]:
    return (tag_of(each, person.traits[each]) for each in categories if each in person.traits)
