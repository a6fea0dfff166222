"""Which rules may be named to a coordinator where a plan breaks them, and which a draft may break for a while.

Everything that tells of a broken rule goes by this list: what stands against publishing, the page of rules, drafts
changed by hand, and what keeps people out of groups. A rule that is in none of these sets is nobody's business.
"""

from __future__ import annotations

from typing import Final

from solvers import rules

PRIVATE: Final = frozenset({rules.CONFLICT, rules.AVOIDS, rules.EXTERNAL_REQUIRED})
"""About safety, or about what somebody keeps to themselves: never named, nor whose they are. A draft is told only that
one is broken, not even in which group; and only once no other is."""
HALF_WAY: Final = frozenset(
    {
        rules.KNOWN,
        rules.GROUP_SIZE,
        rules.STAGE_SPREAD,
        rules.FACILITATORS,
        rules.CAPACITY,
        rules.SITE,
        rules.ROOM_AT_SITE,
        rules.ROOM_CAPACITY,
        rules.ROOM_FREE,
        rules.ROOM_OVERLAP,
        rules.SLOT_OF_ROUND,
        rules.ONE_SESSION,
        rules.GAP,
        rules.QUORUM,
        rules.PRESENT,
        rules.ATTENDING,
        rules.FACILITATOR_FREE,
        rules.PERSON_OVERLAP,
    }
)
"""Ordinary rules: a draft may break them while somebody is at work on it, and is not published before they hold."""
ACCEPTED: Final = frozenset({rules.MODEL_ACCEPTED, rules.MODE_ACCEPTED, rules.MODEL_OFFERED})
"""What people accept and offer: a coordinator knows it, and puts nobody where they would not go."""
STAYING: Final = frozenset({rules.PIN_KEPT, rules.PIN_MEMBERS, rules.PIN_ROUNDS})
"""What is to stay as it is."""
OF_FORM: Final = frozenset({rules.GROUP_ID, rules.ONE_GROUP, rules.ROLE, rules.ONCE, rules.BOUND})
"""What makes a plan a plan."""
NAMED: Final = HALF_WAY | ACCEPTED | STAYING | OF_FORM
"""Rules of which may be told that they are broken, and where."""
OF_PEOPLE: Final = ACCEPTED | {rules.CAPACITY, rules.PERSON_OVERLAP, rules.FACILITATOR_FREE}
"""Those of them of which may be told of whom they are."""
