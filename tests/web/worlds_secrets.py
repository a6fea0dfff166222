"""What people of a world tell the planner alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that one person tells the planner alone. ``unasked`` is whom a request is never put to because of it:
    what they would have been asked is not there for them. ``read_by`` may read it, by the page where it is told. What
    ``is_late`` is told once the groups are published: it would have parted them."""

    author: str
    not_with: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    needs: str = ""
    topics: tuple[str, ...] = ()
    treats: str = ""
    complaint: str = ""
    unasked: str = ""
    read_by: str = ""
    is_late: bool = False


NOTHING: Final = Secret("")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What some people tell the planner alone, in one world; ``apart`` are those who may read some of it, or who would
    have been asked something but for it. A ``circle`` is of these people, but for the last, who is its contact. Whoever
    looks after the programme cannot tell by anything else either."""

    name: str
    told: tuple[Secret, ...] = ()
    parts: bool = False
    """Whether a repair rightly heeds them, so that another one follows."""
    circle: tuple[str, ...] = ()

    @property
    def apart(self) -> frozenset[str]:
        """Who reads something else, rightly."""
        told = (who for each in self.told for who in (each.author, each.unasked, each.read_by) if who)
        return frozenset({*told, *self.circle})

    @property
    def changes_repairs(self) -> bool:
        """Whether another repair follows from them."""
        return self.parts or any(each.is_late for each in self.told)

    def of(self, author: str, *, is_late: bool) -> Secret:
        """What an author tells, before the plan is made or once it is published."""
        own = (each for each in self.told if each.author == author and (is_late or not each.is_late))
        return next(own, NOTHING)
