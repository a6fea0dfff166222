"""A programme's charter as a value, what a group adds to it, and who of the group has agreed to both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from scheduler.charters.disclosures import Disclosure
from scheduler.languages import mark


class Hat(StrEnum):
    """In what role a facilitator is there for one group. Supervisors and counsellors are not among them: nobody
    facilitates people whom they assess or treat."""

    MENTOR = "mentor"
    COACH = "coach"
    SPONSOR = "sponsor"
    ADVISOR = "advisor"


EXPECTED_HATS: Final = frozenset({Hat.MENTOR, Hat.COACH})
"""What people take a facilitator to be until they hear otherwise: saying so first reopens no agreement."""


class GroupField(StrEnum):
    """What a group agrees on for itself, beside the programme's own words."""

    CONFIDENTIALITY = "confidentiality"
    TIME = "time"
    CHANNEL = "channel"
    QUIET = "quiet"
    GOALS = "goals"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Charter:
    """One version of what all groups of a programme agree on; ``version`` is 0 for a text not adopted yet.

    ``confidentiality`` is about what stays in the room, ``expectations`` about conduct, ``communication`` about how a
    group keeps in touch between sessions, ``time`` about what people commit to, ``goals`` about what a group is for,
    ``credit`` about work that grows out of it. Each is plain text; an empty line parts paragraphs. The first three are
    never empty. ``language`` is the tag of that in which it is written, empty where nobody has said.
    """

    version: int
    confidentiality: str
    expectations: str
    communication: str
    adopted_at: datetime | None = None
    time: str = ""
    goals: str = ""
    credit: str = ""
    language: str = ""


PARTS: Final = ("confidentiality", "time", "expectations", "communication", "goals", "credit")
"""The parts of a charter in the order in which they are read."""
NEEDED_PARTS: Final = frozenset({"confidentiality", "expectations", "communication"})


def charter_of(
    version: int, texts: Mapping[str, str], adopted_at: datetime | None = None, language: str = ""
) -> Charter:
    """A charter of these parts; those that are left out are empty."""
    return Charter(
        version,
        texts.get("confidentiality", ""),
        texts.get("expectations", ""),
        texts.get("communication", ""),
        adopted_at,
        texts.get("time", ""),
        texts.get("goals", ""),
        texts.get("credit", ""),
        language,
    )


@dataclass(frozen=True, slots=True)
class GroupTerms:
    """One version of what a group has added for itself; ``version`` is 0 where it has added nothing yet. ``written_by``
    is the name of who wrote it, empty where nobody is known."""

    version: int = 0
    texts: Mapping[GroupField, str] = field(default_factory=dict)
    written_at: datetime | None = None
    written_by: str = ""


Hats = Mapping[int, frozenset[Hat]]
"""A facilitator's id → the hats that they wear in a group; without an entry they have not said."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What an agreement must have been given to, to count now."""

    version: int
    terms: int
    hats: Hats
    told: tuple[Disclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody of a group; ``accepted_at`` is None while their agreement is waited for."""

    person_id: int
    name: str
    role: str
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class GroupCharter:
    """The charter as one group has it: everybody in it, and who has agreed. A newcomer reopens all agreements, and so
    does a line that is ``told`` since: ``told_since`` are those, by the ids of people who had agreed to all the rest.
    """

    charter: Charter
    signatories: tuple[Signatory, ...]
    terms: GroupTerms = field(default_factory=GroupTerms)
    hats: Hats = field(default_factory=dict)
    told: tuple[Disclosure, ...] = ()
    told_since: Mapping[int, tuple[Disclosure, ...]] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The number of this version: the programme's, and the group's own where it has added something."""
        return f"{self.charter.version}.{self.terms.version}" if self.terms.version else str(self.charter.version)

    @property
    def anyone_agreed(self) -> bool:
        """Whether a change would ask somebody again."""
        return any(s.accepted_at for s in self.signatories)

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
        "anyone in the group, unless the charter says so below. Anyone may leave at any time."
    ),
    communication=mark(
        "Between sessions we use one channel that all of us can use. Nobody has to answer outside working hours or "
        "after nights. Anything important is said at a session, or to each person directly."
    ),
    time=mark(
        "We keep the dates of the term free as far as our rotas allow, begin on time and end on time. Nobody is "
        "expected in their rest after nights, and nobody needs a reason not to come."
    ),
    goals=mark(
        "At the first session we each say what we’d like to get from this group, in our own words, and choose one or "
        "two goals that we share. We look at them again halfway through."
    ),
    credit=mark(
        "Ideas and work that begin in this group belong to the people who had them. Before we write anything up, we "
        "agree who does what and in which order our names appear."
    ),
)
"""A text to begin with; a coordinator adopts it as it is, or changed."""
