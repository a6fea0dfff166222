"""Why a plan is as it is, as frozen values: a part for the coordinator, and a part for each resident.

People are ids of the database here; rules and kinds of wishes are the planner's ids (``solvers.rules``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Missed:
    """A round that a group misses. ``nearest`` is the date with least against it, None if there was no date at all.

    ``in_the_way`` are rules. On that date ``can_come`` of the ``residents`` could come, ``needed`` would have to.
    ``gain`` is what meeting then would bring in points, where no rule forbids it.
    """

    group_key: str
    round: int
    nearest: datetime | None
    in_the_way: tuple[str, ...]
    can_come: int
    residents: int
    needed: int
    gain: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What became of a wish: ``about_id`` whom it is about, ``subject`` what, if anything.

    ``met`` is None where telling would tell about others. ``cost`` is what meeting it would have cost the plan in
    points, None where no way was found.
    """

    kind: str
    met: bool | None
    about_id: int | None = None
    subject: str = ""
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """Something that would let more be had, and the sessions and residents that it buys at least.

    ``kind`` is that of the planner's step. ``subject`` is the key of a model or a site, or ``person_id`` whom to
    ask; ``what`` is a way to meet, a model's key, or a weekday from 0 for Monday.
    """

    kind: str
    sessions: int
    residents: int
    subject: str = ""
    person_id: int | None = None
    what: str = ""
    value: float = 0
    instead_of: float = 0


@dataclass(frozen=True, slots=True)
class Regrouped:
    """A resident who is in another group than before, by the groups' keys; ``now`` is None if they are in none.

    ``in_the_way`` are the rules against staying. Without any, ``cost`` is what staying would have cost the plan in
    points, None where no way was found.
    """

    person_id: int
    before: str
    now: str | None
    in_the_way: tuple[str, ...] = ()
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A session that is not where it was; ``now`` is None if the round is missed.

    ``in_the_way`` are the rules against the date that it had. On that date ``can_come`` of the ``residents`` could
    come, ``needed`` would have to. ``cost`` is what keeping it would have cost in points, where no rule forbids it.
    """

    group_key: str
    round: int
    was: datetime
    now: datetime | None
    in_the_way: tuple[str, ...]
    can_come: int = 0
    residents: int = 0
    needed: int = 0
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Reasons:
    """For the coordinator only: it tells of what people keep to themselves.

    ``no_group`` has the rules in the way of each resident without a group, ``unmet`` each resident's wishes that are
    not met. ``help`` is the smallest set that buys as much as all that was tried, ``together`` the sessions and
    residents that it buys. ``regrouped`` and ``moved`` say why the plan differs from the one published before.
    """

    no_group: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    missed: tuple[Missed, ...] = ()
    help: tuple[Help, ...] = ()
    together: tuple[int, int] = (0, 0)
    unmet: Mapping[int, tuple[Wish, ...]] = field(default_factory=lambda: MappingProxyType({}))
    regrouped: tuple[Regrouped, ...] = ()
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """Both parts. ``for_people`` has for residents, by id, what each may read about themselves."""

    for_coordinator: Reasons = field(default_factory=Reasons)
    for_people: Mapping[int, tuple[Wish, ...]] = field(default_factory=lambda: MappingProxyType({}))


def reasons_to_json(reasons: Reasons) -> dict[str, Any]:
    """The coordinator's part as it is stored."""
    return {
        "no_group": {str(person_id): list(rules) for person_id, rules in reasons.no_group.items()},
        "missed": [_missed_to_json(missed) for missed in reasons.missed],
        "help": [asdict(step) for step in reasons.help],
        "together": list(reasons.together),
        "unmet": {str(person_id): wishes_to_json(wishes) for person_id, wishes in reasons.unmet.items()},
        "regrouped": [asdict(regrouped) for regrouped in reasons.regrouped],
        "moved": [_moved_to_json(moved) for moved in reasons.moved],
    }


def reasons_from_json(stored: Mapping[str, Any]) -> Reasons:
    """What :func:`reasons_to_json` made, now or before it told of what moved."""
    sessions, residents = stored["together"]
    return Reasons(
        no_group=MappingProxyType({int(key): tuple(rules) for key, rules in stored["no_group"].items()}),
        missed=tuple(_missed_from_json(missed) for missed in stored["missed"]),
        help=tuple(Help(**step) for step in stored["help"]),
        together=(sessions, residents),
        unmet=MappingProxyType({int(key): wishes_from_json(wishes) for key, wishes in stored["unmet"].items()}),
        regrouped=tuple(_regrouped_from_json(regrouped) for regrouped in stored.get("regrouped", ())),
        moved=tuple(_moved_from_json(moved) for moved in stored.get("moved", ())),
    )


def _missed_to_json(missed: Missed) -> dict[str, Any]:
    return asdict(missed) | {"nearest": missed.nearest.isoformat() if missed.nearest else None}


def _missed_from_json(stored: Mapping[str, Any]) -> Missed:
    nearest = datetime.fromisoformat(stored["nearest"]) if stored["nearest"] else None
    return replace(Missed(**stored), nearest=nearest, in_the_way=tuple(stored["in_the_way"]))


def _regrouped_from_json(stored: Mapping[str, Any]) -> Regrouped:
    return replace(Regrouped(**stored), in_the_way=tuple(stored["in_the_way"]))


def _moved_to_json(moved: Moved) -> dict[str, Any]:
    return asdict(moved) | {"was": moved.was.isoformat(), "now": moved.now.isoformat() if moved.now else None}


def _moved_from_json(stored: Mapping[str, Any]) -> Moved:
    now = datetime.fromisoformat(stored["now"]) if stored["now"] else None
    was, in_the_way = datetime.fromisoformat(stored["was"]), tuple(stored["in_the_way"])
    return replace(Moved(**stored), was=was, now=now, in_the_way=in_the_way)


def wishes_to_json(wishes: tuple[Wish, ...]) -> list[dict[str, Any]]:
    """Wishes as they are stored."""
    return [asdict(wish) for wish in wishes]


def wishes_from_json(stored: list[dict[str, Any]]) -> tuple[Wish, ...]:
    """What :func:`wishes_to_json` made."""
    return tuple(Wish(**wish) for wish in stored)
