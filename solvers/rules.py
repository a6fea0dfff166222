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
ACCOMPANIED: Final = "accompanied"
AVOIDS: Final = "avoids"
COMPANY_REQUIRED: Final = "company_required"
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
    HardRule(KNOWN, "Everyone in a group exists, and so does its model"),
    HardRule(ROLE, "Residents are listed as a group's residents, faculty as its facilitators"),
    HardRule(ONCE, "Nobody is listed twice in a group"),
    HardRule(ONE_GROUP, "Every resident is in at most one group"),
    HardRule(MODEL_ACCEPTED, "Every resident accepts the model of their group"),
    HardRule(MODEL_OFFERED, "Every facilitator offers the model of the group"),
    HardRule(GROUP_SIZE, "A group has as many residents as its model allows"),
    HardRule(STAGE_SPREAD, "The stages of a group's residents are as far apart as its model asks"),
    HardRule(FACILITATORS, "A group has as many facilitators as its model asks"),
    HardRule(CAPACITY, "Nobody facilitates more groups than they offered"),
    HardRule(CONFLICT, "Two people with a conflict never share a group"),
    HardRule(ACCOMPANIED, "Who may lead someone only accompanied has a facilitator of another site beside them"),
    HardRule(AVOIDS, "Nobody shares a group with someone they avoid"),
    HardRule(COMPANY_REQUIRED, "A resident who must not be the only one with a tag is not"),
    HardRule(EXTERNAL_REQUIRED, "A resident who asks for facilitators from other sites has no other"),
    HardRule(MODE_ACCEPTED, "Everyone in the group accepts the way of meeting"),
    HardRule(SITE, "A group that meets in person has a site"),
    HardRule(ROOM_AT_SITE, "A session in person has a room at the group's site"),
    HardRule(ROOM_CAPACITY, "The room holds all of the group's residents and facilitators"),
    HardRule(ROOM_FREE, "The room is free at that time"),
    HardRule(ROOM_OVERLAP, "No room has two sessions at once"),
    HardRule(SLOT_OF_ROUND, "A session takes one of its round's slots"),
    HardRule(ONE_SESSION, "A group meets at most once a round"),
    HardRule(GAP, "A group's sessions are at least the smallest gap apart"),
    HardRule(QUORUM, "Enough residents can come to each session"),
    HardRule(PRESENT, "Enough facilitators come to each session"),
    HardRule(ATTENDING, "A session's facilitators are among the group's, and each is listed once"),
    HardRule(FACILITATOR_FREE, "A session's facilitators can come to it"),
    HardRule(PERSON_OVERLAP, "Nobody has two sessions at once"),
    HardRule(PIN_KEPT, "A pinned group stays"),
    HardRule(PIN_MEMBERS, "A pinned group keeps its members"),
    HardRule(PIN_ROUNDS, "A pinned round keeps its date"),
    HardRule(BOUND, "The bound is not below the score"),
)

_POINT_NAMES: Final = {
    "placed": "each resident in a group",
    "held": "each resident of the group, for each session held",
    "size": "each resident above or below the model's preferred size",
    "attend": "each resident at each session held, by their availability",
    "left_out": "each resident who can come to less than the smallest share of sessions",
    "twice": "each time a resident misses two rounds in a row",
    "model": "each resident, times how much they like the model",
    "mode": "each resident who meets in the way they like best",
    "want": "each person asked for who is in the group",
    "want_any": "each resident with at least one of the people they asked for in the group",
    "like": "each category in which a resident wants someone alike, and someone else has their value",
    "unlike": "each category in which a resident wants someone different, and someone else has another value",
    "choice": "each resident with a facilitator they would choose",
    "interest": "each interest of a resident that someone else in the group shares",
    "alone": "each tag that only one resident in the group has, if they asked not to be the only one",
    "external": "each resident who prefers facilitators from other sites and has no other",
    "travel": "each resident who meets in person at a site other than their own",
    "rhythm": "each session at the group's most usual weekday and time",
    "cadence": "each resident of the group, for each week that two sessions in a row are off the intended interval",
    "first_late": "each resident who asks for an early start, for each week that their group's first session is late",
    "regroup": "each resident who is no longer in the group they had",
    "moved": "each resident of the group, for each session that is not where it was",
    "handover": "each facilitator who no longer facilitates the group they had",
    "reroom": "each session that keeps its time but not its room",
}

POINT_RULES: Final = tuple(
    PointRule(item.name, _POINT_NAMES[item.name], getattr(Weights(), item.name)) for item in dataclasses.fields(Weights)
)

HARD_RULE: Final[Mapping[str, HardRule]] = MappingProxyType({rule.id: rule for rule in HARD_RULES})
POINT_RULE: Final[Mapping[str, PointRule]] = MappingProxyType({rule.id: rule for rule in POINT_RULES})
