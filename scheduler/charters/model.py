"""A programme's charter as a value, and who of a group has agreed to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.languages import mark


@dataclass(frozen=True, slots=True)
class Charter:
    """One version of what all groups of a programme agree on; ``version`` is 0 for a text not adopted yet.

    ``confidentiality`` is about what stays in the room, ``expectations`` about time and conduct, ``communication``
    about how a group keeps in touch between sessions. Each is plain text; an empty line parts paragraphs.
    """

    version: int
    confidentiality: str
    expectations: str
    communication: str
    adopted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody of a group; ``accepted_at`` is None while their agreement is waited for."""

    person_id: int
    name: str
    role: str
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class GroupCharter:
    """The charter as one group has it: everybody in it, and who has agreed. A newcomer reopens all agreements."""

    charter: Charter
    signatories: tuple[Signatory, ...]

    def awaits(self, person_id: int) -> bool:
        """Whether this person's agreement is waited for."""
        return any(s.person_id == person_id and s.accepted_at is None for s in self.signatories)


PROPOSED = Charter(
    version=0,
    confidentiality=mark(
        "What is said in the group stays in the group, and so does who said it. Nobody writes it down for others, "
        "and none of it finds its way into an assessment.\n\nThere is one exception: if we think someone is in "
        "danger, we tell them so and get help."
    ),
    expectations=mark(
        "We come when we can and say so early when we can’t; nobody has to give a reason.\n\nWe listen before we "
        "advise. Everyone gets the chance to speak, and nobody has to. Belittling, bullying, racism, sexism and "
        "taking credit for other people’s work have no place here.\n\nThe facilitator does not assess or supervise "
        "anyone in the group. Anyone may leave at any time."
    ),
    communication=mark(
        "Between sessions we use one channel that all of us can use. Nobody has to answer outside working hours or "
        "after nights. Anything important is said at a session, or to each person directly."
    ),
)
"""A text to begin with; a coordinator adopts it as it is, or changed."""
