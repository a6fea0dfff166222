"""The few words that planning problems and whoever makes them share: marks, modes, and wishes for facilitators."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

Mark = Literal["0", "1", "2", "?"]
"""What is known of a person and a slot. Availability has one mark a slot, joined to one text."""

CANNOT: Final[Mark] = "0"
IF_NEED_BE: Final[Mark] = "1"
CAN: Final[Mark] = "2"
NOT_KNOWN: Final[Mark] = "?"
COMING: Final = frozenset((IF_NEED_BE, CAN))
"""The marks of people who are counted on."""

IN_PERSON: Final = "in_person"
VIDEO: Final = "video"
PHONE: Final = "phone"
MODES: Final = (IN_PERSON, VIDEO, PHONE)
"""The ways to meet."""


class External(StrEnum):
    """What a resident asks of facilitators who work at other sites."""

    ANY = ""
    PREFER = "prefer"
    REQUIRE = "require"
