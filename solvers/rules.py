"""The catalogue of hard rules and points: one id each, used by the referee, the models, the tests and the docs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from solvers.instance import Weights


@dataclass(frozen=True, slots=True)
class HardRule:
    """A rule that every plan keeps. ``name`` states it as people read it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PointRule:
    """Something a plan earns or loses points for; ``id`` is also the name of its weight.

    ``name`` says what the points are given for; ``default`` is the weight where an instance gives none, by
    availability mark for ``attend``.
    """

    id: str
    name: str
    default: int | Mapping[str, int]


GROUP_ID: Final = "group_id"
ONE_GROUP: Final = "one_group"
KNOWN: Final = "known"
ROLE: Final = "role"
ONCE: Final = "once"
MODEL_ACCEPTED: Final = "model_accepted"
MODEL_OFFERED: Final = "model_offered"
GROUP_SIZE: Final = "group_size"
STAGE_SPREAD: Final = "stage_spread"
FACILITATORS: Final = "facilitators"
CAPACITY: Final = "capacity"
CONFLICT: Final = "conflict"
AVOIDS: Final = "avoids"
EXTERNAL_REQUIRED: Final = "external_required"
MODE_ACCEPTED: Final = "mode_accepted"
SITE: Final = "site"
ROOM_AT_SITE: Final = "room_at_site"
ROOM_CAPACITY: Final = "room_capacity"
ROOM_FREE: Final = "room_free"
ROOM_OVERLAP: Final = "room_overlap"
SLOT_OF_ROUND: Final = "slot_of_round"
ONE_SESSION: Final = "one_session"
GAP: Final = "gap"
QUORUM: Final = "quorum"
PRESENT: Final = "present"
ATTENDING: Final = "attending"
FACILITATOR_FREE: Final = "facilitator_free"
PERSON_OVERLAP: Final = "person_overlap"
PIN_KEPT: Final = "pin_kept"
PIN_MEMBERS: Final = "pin_members"
PIN_ROUNDS: Final = "pin_rounds"
BOUND: Final = "bound"

HARD_RULES: Final = (
    HardRule(GROUP_ID, "No two groups have the same id"),
    HardRule(KNOWN, "Everybody in a group, and its model, exist"),
    HardRule(ROLE, "Residents stand among the residents of a group, faculty among its facilitators"),
    HardRule(ONCE, "Nobody stands in one group twice"),
    HardRule(ONE_GROUP, "Every resident is in at most one group"),
    HardRule(MODEL_ACCEPTED, "Every resident accepts the model of their group"),
    HardRule(MODEL_OFFERED, "Every facilitator offers the model of the group"),
    HardRule(GROUP_SIZE, "A group has as many residents as its model allows"),
    HardRule(STAGE_SPREAD, "The stages of a group's residents lie as far apart as its model asks"),
    HardRule(FACILITATORS, "A group has as many facilitators as its model asks"),
    HardRule(CAPACITY, "Nobody facilitates more groups than they offered"),
    HardRule(CONFLICT, "Two people with a conflict never share a group"),
    HardRule(AVOIDS, "Nobody shares a group with somebody they avoid"),
    HardRule(EXTERNAL_REQUIRED, "Who requires it has only facilitators of other sites"),
    HardRule(MODE_ACCEPTED, "The way of meeting is on the list of everybody in the group"),
    HardRule(SITE, "A group that meets in person has a site"),
    HardRule(ROOM_AT_SITE, "A session in person has a room at the group's site"),
    HardRule(ROOM_CAPACITY, "The room holds all residents and facilitators of the group"),
    HardRule(ROOM_FREE, "The room is free at that time"),
    HardRule(ROOM_OVERLAP, "No room holds two sessions at once"),
    HardRule(SLOT_OF_ROUND, "A session is at a slot of its round"),
    HardRule(ONE_SESSION, "A group meets at most once a round"),
    HardRule(GAP, "A group's sessions lie the smallest gap apart, or more"),
    HardRule(QUORUM, "Enough of the residents can come to each session"),
    HardRule(PRESENT, "Enough facilitators come to each session"),
    HardRule(ATTENDING, "Who facilitates a session is a facilitator of the group, listed once"),
    HardRule(FACILITATOR_FREE, "Who facilitates a session can come to it"),
    HardRule(PERSON_OVERLAP, "Nobody has two sessions at once"),
    HardRule(PIN_KEPT, "A pinned group stays"),
    HardRule(PIN_MEMBERS, "A pinned group keeps its members"),
    HardRule(PIN_ROUNDS, "A pinned round keeps its date"),
    HardRule(BOUND, "The bound is not below the score"),
)

_POINT_NAMES: Final = {
    "placed": "each resident in a group",
    "held": "each resident of the group, for each session held",
    "size": "each resident above or below the size the model likes best",
    "attend": "each resident at each session held, by their availability",
    "left_out": "each resident who can come to fewer sessions than the smallest share",
    "twice": "each resident and pair of rounds in a row that they miss",
    "model": "each resident, times how much they like the model",
    "mode": "each resident who meets in the way they like best",
    "want": "each person wished for who is in the group",
    "choice": "each resident with a facilitator they would choose",
    "interest": "each interest of a resident that somebody else in the group shares",
    "alone": "each tag of which a resident is the only one in the group and did not want to be",
    "external": "each resident who prefers facilitators of other sites and has only such",
    "travel": "each resident who meets in person at another site than their own",
    "rhythm": "each session at the group's commonest weekday and time",
    "regroup": "each resident who is no longer in the group they had",
    "moved": "each resident of the group, for each session that is not where it was",
}

POINT_RULES: Final = tuple(
    PointRule(item.name, _POINT_NAMES[item.name], getattr(Weights(), item.name)) for item in dataclasses.fields(Weights)
)

HARD_RULE: Final[Mapping[str, HardRule]] = MappingProxyType({rule.id: rule for rule in HARD_RULES})
POINT_RULE: Final[Mapping[str, PointRule]] = MappingProxyType({rule.id: rule for rule in POINT_RULES})
