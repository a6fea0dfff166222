"""What a programme knows of each participant, declared once: a field is a column of the coordinator's list, how its
cell is read, and a column of :class:`~scheduler.people.tables.ParticipantRow` of the same name.

From here the list's columns, the import and the coordinator's table of people follow. Whom somebody is and where they
work (name, address, role, site), and their wishes about others, are not fields: other tables hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scheduler.languages import mark, say
from scheduler.lists import Line
from scheduler.people.model import MOST_GROUPS, MOST_STAGE, PARTICIPANTS, Role
from solvers.vocabulary import MODES, External

ANY: Final = "any"
"""In the column ``external``: facilitators from other sites are welcome, which an empty cell would not say."""

YES, NO = "yes", "no"
"""In the column ``new_here``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the list of people: its cells, whether it is of a resident or of faculty, and the programme's models."""

    line: Line
    kind: Role
    models: Collection[str]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is known of a participant.

    ``read`` makes the stored value of a row, or raises ValueError with a sentence. ``label`` heads its column in the
    coordinator's table of ``kinds``; a field without one is not shown there.
    """

    name: str
    read: Callable[[Entry], object]
    label: str = ""
    kinds: Collection[Role] = PARTICIPANTS


def read_fields(entry: Entry) -> Mapping[str, Any]:
    """All fields of a row, by the column that keeps them. Raises ValueError with a sentence."""
    return {field.name: field.read(entry) for field in FIELDS}


def shown_fields(kind: str) -> tuple[Field, ...]:
    """The fields that the coordinator's table shows of residents or of faculty."""
    return tuple(field for field in FIELDS if field.label and kind in field.kinds)


def _stage(entry: Entry) -> int | None:
    return entry.line.number_in("stage", MOST_STAGE) if entry.kind is Role.RESIDENT else None


def _modes(entry: Entry) -> list[str]:
    """Ways to meet, best liked first; somebody who says nothing can do all."""
    modes = entry.line.several("modes") if entry.line.says("modes") else list(MODES)
    for mode in modes:
        if mode not in MODES:
            raise ValueError(
                say(
                    "“%(mode)s” in the column “%(column)s” is not one of these: %(names)s.",
                    mode=mode,
                    column=entry.line.called("modes"),
                    names=", ".join(MODES),
                )
            )
    return modes


def _liked_models(entry: Entry) -> dict[str, int]:
    """``peer:3;near-peer:1`` for residents, ``vertical;near-peer`` for faculty.

    A resident who says nothing accepts every model; faculty who say nothing facilitate none.
    """
    parts, known = entry.line.several("models"), entry.models
    if not entry.line.says("models") and entry.kind is Role.RESIDENT:
        return dict.fromkeys(known, 1)
    liked = {}
    for part in parts:
        key, _, value = part.partition(":")
        if key not in known:
            raise ValueError(
                say(
                    "“%(key)s” in the column “%(column)s” is not one of these: %(names)s.",
                    key=key,
                    column=entry.line.called("models"),
                    names=", ".join(known),
                )
            )
        if value not in ("", "1", "2", "3"):
            column = entry.line.called("models")
            raise ValueError(
                say("“%(part)s” in the column “%(column)s”: score each model 1, 2 or 3.", part=part, column=column)
            )
        liked[key] = int(value or 1)
    return liked


def _interests(entry: Entry) -> list[str]:
    return entry.line.several("interests")


def _tags(entry: Entry) -> list[str]:
    return entry.line.several("tags")


def _company(entry: Entry) -> list[str]:
    company, tags = entry.line.several("company"), _tags(entry)
    for tag in company:
        if tag not in tags:
            column = entry.line.called("company")
            raise ValueError(
                say("“%(tag)s” in the column “%(column)s” is not one of the person’s own tags.", tag=tag, column=column)
            )
    return company


def _external(entry: Entry) -> External:
    if not entry.line.says("external") or entry.line.cells["external"] == ANY:
        return External.ANY
    return External(entry.line.one_of("external", tuple(External)))


def _capacity(entry: Entry) -> int:
    return entry.line.number_in("capacity", MOST_GROUPS, default=1)


def _new_here(entry: Entry) -> bool:
    return entry.line.says("new_here") and entry.line.one_of("new_here", (YES, NO)) == YES


def _specialty(entry: Entry) -> str:
    return _text(entry, "specialty")


def _mentor_level(entry: Entry) -> str:
    return _text(entry, "mentor_level") if entry.kind is Role.FACULTY else ""


def _text(entry: Entry, column: str) -> str:
    return " ".join(entry.line.cells.get(column, "").split())


FIELDS: Final = (
    Field("stage", _stage, mark("Grade"), (Role.RESIDENT,)),
    Field("modes", _modes),
    Field("models", _liked_models),
    Field("interests", _interests),
    Field("tags", _tags),
    Field("company", _company),
    Field("external", _external),
    Field("capacity", _capacity),
    Field("new_here", _new_here),
    Field("specialty", _specialty, mark("Specialty")),
    Field("mentor_level", _mentor_level, mark("Level"), (Role.FACULTY,)),
)
