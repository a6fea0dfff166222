"""What a programme's file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from scheduler.charters.model import Charter
from scheduler.joining.model import Questions
from scheduler.joining.openly import AskedOpenly
from scheduler.programmes.emphasis import Emphasis
from scheduler.programmes.model import Programme, Signpost
from scheduler.voices.model import PulseAsked

EMPHASIS_WORDS: Final = MappingProxyType(
    {
        Emphasis.MUCH: "much more",
        Emphasis.USUAL: "as usual",
        Emphasis.LESS: "less",
        Emphasis.NOT: "not at all",
    }
)
"""How much something matters, as files say it in every language."""
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class PageText:
    """The programme's page for everybody, and whether it is shared."""

    text: str
    shared: bool


@dataclass(frozen=True, slots=True)
class ProgrammeFile:
    """A whole programme. ``journeys`` are minutes by the keys of two sites. Parts that a file does not have are None:
    they stay as they are."""

    programme: Programme
    journeys: Mapping[tuple[str, str], int] | None = None
    questions: Questions | None = None
    charter: Charter | None = None
    page: PageText | None = None
    openly: AskedOpenly | None = None
    signposts: tuple[Signpost, ...] | None = None
    code: str | None = None
    """The code of conduct that facilitators sign."""
    pulse: PulseAsked | None = None
