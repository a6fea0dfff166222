"""A broken rule as one value, and the sentence that says it: on the board of drafts, before publishing, where what is
published no longer holds, and where a change by hand would break one.

What is nobody's business is guarded here: such a rule has one sentence, without a group and without a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from babel.lists import format_list
from babel.numbers import format_decimal

from scheduler.languages import locale, say
from scheduler.reasons.named_rules import NAMED
from scheduler.reasons.rule_words import RULES, RuleWords
from solvers import rules


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that is broken. ``rule_id`` is None where it is about safety or about what somebody keeps to themselves
    and even which of these it is may not be known; nothing else is given then. Where it is one
    of numbers there is ``have``, and it takes ``needed``; ``of`` is how many there could be, for a quorum."""

    rule_id: str | None
    group: str | None = None
    round: int | None = None
    person_id: int | None = None
    have: int = 0
    needed: float = 0
    of: int = 0

    @property
    def is_named(self) -> bool:
        """Whether it may be said which rule it is."""
        return self.rule_id in NAMED


class Names(Protocol):
    """What groups are called by their keys, and people by their ids."""

    @property
    def people(self) -> Mapping[int, str]: ...

    def group(self, key: str | None) -> str:
        """A group's name."""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names of the groups and people that are known."""

    groups: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)

    def group(self, key: str | None) -> str:
        """A group's name, or that it is some group."""
        return self.groups.get(key or "") or say("a group")


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A broken rule in words; ``group`` is the key of the group that breaks it, None where that isn't shown."""

    words: str
    group: str | None


def broken_lines(broken: Iterable[Broken], names: Names) -> tuple[BrokenLine, ...]:
    """Each rule that a group breaks, said once for all the rounds in which it does."""
    alike: dict[tuple[str, str | None, int | None], list[Broken]] = {}
    for each in map(_as_told, broken):
        alike.setdefault((_words(each).broken, each.group, each.person_id), []).append(each)
    return tuple(BrokenLine(_in_rounds(same, names), group) for (_rule, group, _who), same in alike.items())


def what_is_broken(broken: Iterable[Broken], names: Names) -> tuple[str, ...]:
    """The same in words alone, each once."""
    return tuple(dict.fromkeys(line.words for line in broken_lines(broken, names)))


def broken_words(broken: Broken, names: Names, at: str = "") -> str:
    """What is broken, without a full stop: ``Too few people can come to Group 7: 2, and it takes 3 (round 1)``. ``at``
    says when instead of the round."""
    told = _as_told(broken)
    where = at if at and told.is_named else _rounds({told.round})
    words = _filled(told, names)
    words = words[:1].upper() + words[1:]  # "a group" may begin it
    return say("%(what)s (%(at)s)", what=words, at=where) if where else words


def broken_sentence(broken: Broken, names: Names, at: str = "") -> str:
    """The same with a full stop."""
    return say("%(what)s.", what=broken_words(broken, names, at))


def private_sentence() -> str:
    """What is said of every rule that is about safety or about what somebody keeps to themselves."""
    return broken_sentence(Broken(None), KnownNames())


def _as_told(broken: Broken) -> Broken:
    """Without what is nobody's business."""
    return broken if broken.is_named else Broken(None)


def _words(told: Broken) -> RuleWords:
    """Whichever rule cannot be named has the words of all that are private."""
    return RULES[told.rule_id if told.rule_id is not None else rules.CONFLICT]


def _in_rounds(same: list[Broken], names: Names) -> str:
    """One rule that one group breaks: ``Too few people can come to Group 7 (rounds 1 and 3)``."""
    first, rounds = same[0], {each.round for each in same}
    if len({(each.have, each.needed, each.of) for each in same}) > 1:
        first = replace(first, have=0, needed=0, of=0)
    if len(rounds) < 2:
        return broken_words(first, names)
    return broken_words(replace(first, round=None), names, _rounds(rounds))


def _rounds(rounds: Iterable[int | None]) -> str:
    shown = [
        format_decimal(round_ + 1, locale=locale()) for round_ in sorted(each for each in rounds if each is not None)
    ]
    if len(shown) > 1:
        return say("rounds %(rounds)s", rounds=format_list(shown, locale=locale()))
    return say("round %(round)s", round=shown[0]) if shown else ""


def _filled(told: Broken, names: Names) -> str:
    words = _words(told)
    counted = words.too_few if told.have < told.needed else words.too_many
    return say(
        counted if counted and (told.have or told.needed) else words.broken,
        group=names.group(told.group) if told.group else say("a group"),
        name=names.people.get(told.person_id or 0) or say("someone"),
        have=format_decimal(told.have, locale=locale()),
        needed=format_decimal(told.needed, locale=locale()),
        of=format_decimal(told.of, locale=locale()),
    )
