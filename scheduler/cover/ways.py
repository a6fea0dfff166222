"""Whether the times of a cover list can include the way there and back: only where minutes to travel are entered."""

from __future__ import annotations

from enum import StrEnum
from itertools import permutations

from scheduler.availability.rules import rules_of
from scheduler.db import Db
from scheduler.languages import say
from scheduler.programmes.model import Programme


class Ways(StrEnum):
    """Between which sites of a programme minutes to travel are entered."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    NO_NEED = "no need"
    """There is one site."""


def ways_of(db: Db, programme: Programme) -> Ways:
    """Between which sites of a programme minutes to travel are entered; either direction is enough for both."""
    pairs = set(permutations((site.id for site in programme.sites), 2))
    if not pairs:
        return Ways.NO_NEED
    entered = rules_of(db, programme).policy.journeys.keys()
    known = {(one, other) for one, other in pairs if (one, other) in entered or (other, one) in entered}
    if not known:
        return Ways.NONE
    return Ways.ALL if known == pairs else Ways.SOME


def ways_sentence(ways: Ways) -> str:
    """What a list says of its times; nothing where nobody has a way to go."""
    if ways is Ways.ALL:
        return say("Times include the way there and back.")
    if ways is Ways.SOME:
        return say("Times include the way there and back where the programme has minutes to travel between two sites.")
    if ways is Ways.NONE:
        return say("Times are those of the sessions alone: the programme has no minutes to travel between its sites.")
    return ""
