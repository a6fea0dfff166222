"""What concerns are about, how soon an answer is wanted, and how somebody may be reached, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from scheduler.languages import mark
from scheduler.oversight.model import ConcernKind, ConcernStatus, ReplyBy, Urgency

KINDS: Final[Mapping[ConcernKind, str]] = MappingProxyType(
    {
        ConcernKind.BOUNDARIES: mark("Someone overstepped a boundary"),
        ConcernKind.BULLYING: mark("Bullying or belittling"),
        ConcernKind.DISCRIMINATION: mark("Racism, sexism or other discrimination"),
        ConcernKind.CREDIT: mark("Someone took credit for my work"),
        ConcernKind.CONFIDENCE: mark("Something said in confidence got out"),
        ConcernKind.SAFETY: mark("I’m worried about someone’s safety"),
        ConcernKind.OTHER: mark("Something felt off"),
    }
)
"""What it may be about; the last is enough."""
URGENCIES: Final[Mapping[Urgency, str]] = MappingProxyType(
    {
        Urgency.NOW: mark("Please look at it today or tomorrow"),
        Urgency.WEEK: mark("This week is soon enough"),
        Urgency.ANY: mark("No hurry: I just want someone to know"),
    }
)
REPLIES: Final[Mapping[ReplyBy, str]] = MappingProxyType(
    {
        ReplyBy.CODE: mark("Only here, with the code I get"),
        ReplyBy.EMAIL: mark("By e-mail, too"),
        ReplyBy.PHONE: mark("By phone, too"),
    }
)
STATUSES: Final[Mapping[ConcernStatus, str]] = MappingProxyType(
    {
        ConcernStatus.NEW: mark("new"),
        ConcernStatus.SEEN: mark("seen"),
        ConcernStatus.ANSWERED: mark("answered"),
        ConcernStatus.CLOSED: mark("closed"),
    }
)
