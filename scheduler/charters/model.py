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

    @property
    def is_agreed(self) -> bool:
        """Whether everybody has agreed."""
        return all(signatory.accepted_at is not None for signatory in self.signatories)

    def awaits(self, person_id: int) -> bool:
        """Whether this person's agreement is waited for."""
        return any(s.person_id == person_id and s.accepted_at is None for s in self.signatories)


PROPOSED = Charter(
    version=0,
    confidentiality=mark(
        "What is said in the group stays in the group, and so does who said it. Nobody writes it down for others, "
        "and nothing of it reaches an assessment.\n\n"
        "One thing outranks this: if somebody is in danger, we tell them so and get help."
    ),
    expectations=mark(
        "We come when we can and say so early when we cannot; nobody has to give a reason.\n\n"
        "We listen before we advise, everybody gets to speak, and nobody has to. Belittling, bullying, racism, "
        "sexism and taking credit for the work of others have no place here.\n\n"
        "Whoever facilitates neither assesses nor supervises anybody in the group. Anybody may leave at any time."
    ),
    communication=mark(
        "Between sessions we use one channel that all of us can reach; nobody has to answer outside working hours "
        "or after nights. Important things are said at a session or to each person directly."
    ),
)
"""A text to begin with; a coordinator adopts it as it is, or changed."""
