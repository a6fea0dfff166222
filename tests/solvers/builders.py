"""Tiny planning problems for the tests of the solvers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from solvers.instance import Faculty, Group, Instance, Model, Resident, Room, Session, Slot, Weights
from solvers.solution import Solution

MONDAY_NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)

NO_POINTS: dict[str, Any] = {
    "placed": 0,
    "held": 0,
    "size": 0,
    "attend": {},
    "left_out": 0,
    "twice": 0,
    "model": 0,
    "mode": 0,
    "want": 0,
    "want_any": 0,
    "like": 0,
    "unlike": 0,
    "choice": 0,
    "interest": 0,
    "alone": 0,
    "external": 0,
    "travel": 0,
    "rhythm": 0,
    "cadence": 0,
    "first_late": 0,
    "regroup": 0,
    "moved": 0,
    "handover": 0,
    "reroom": 0,
}


def only(**weights: int | Mapping[str, int]) -> Weights:
    """Nothing counts but these."""
    return Weights(**{**NO_POINTS, **weights})


def some_slots(*days: int, rounds: int, hour: int = 0) -> tuple[Slot, ...]:
    """A slot on each of these days from Monday the 4th on, a week a round."""
    return tuple(Slot(MONDAY_NOON + day * DAY + hour * HOUR, min(day // 7, rounds - 1)) for day in days)


def a_resident(id_: str, marks: str = "22", **fields: Any) -> Resident:
    """A resident of stage 1 at the north site who takes part in anything."""
    plain: dict[str, Any] = {"stage": 1, "site": "north", "modes": ("video", "in_person"), "models": {"peer": 1}}
    return Resident(id=id_, availability=marks, **{**plain, **fields})


def a_facilitator(id_: str, marks: str = "22", **fields: Any) -> Faculty:
    """A facilitator at the south site who takes part in anything."""
    plain: dict[str, Any] = {"site": "south", "modes": ("video", "in_person"), "models": ("peer",)}
    return Faculty(id=id_, availability=marks, **{**plain, **fields})


def a_room(id_: str = "hall", marks: str = "11", **fields: Any) -> Room:
    return Room(**{"id": id_, "site": "north", "capacity": 9, "availability": marks, **fields})


def a_model(**fields: Any) -> Model:
    """Two to four residents of any stages, up to one facilitator, who need not come."""
    plain: dict[str, Any] = {"id": "peer", "size": (2, 4), "spread": (0, 9), "facilitators": (0, 1)}
    return Model(**{**plain, **fields})


def an_instance(people: Iterable[Resident | Faculty], **fields: Any) -> Instance:
    """Two rounds of a week with one slot each, Monday at noon."""
    everybody = list(people)
    plain: dict[str, Any] = {
        "name": "tiny",
        "session_minutes": 60,
        "rounds": 2,
        "slots": some_slots(0, 7, rounds=2),
        "quorum": 0.5,
        "min_attendance": 0.5,
        "models": (a_model(),),
        "residents": tuple(person for person in everybody if isinstance(person, Resident)),
        "faculty": tuple(person for person in everybody if isinstance(person, Faculty)),
    }
    return Instance(**{**plain, **fields})


def a_group(residents: str, slots: Iterable[int] = (), **fields: Any) -> Group:
    """A group of these residents that meets by video, in round k at the k-th of ``slots``."""
    facilitators = fields.get("facilitators", ())
    room = "hall" if fields.get("mode") == "in_person" else None
    sessions = tuple(Session(round_, slot, facilitators, room) for round_, slot in enumerate(slots))
    plain: dict[str, Any] = {"id": "g1", "model": "peer", "mode": "video", "sessions": sessions}
    return Group(residents=tuple(residents.split()), **{**plain, **fields})


def a_solution(*groups: Group, bound: int | None = None) -> Solution:
    return Solution("tiny", groups, bound=bound)
