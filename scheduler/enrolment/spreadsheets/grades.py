"""Names of grades: which of them are the same, in which order they come, and where a new one belongs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scheduler.programmes.model import Grade
from scheduler.rotas.reading.cells import folded

_LADDERS: Final[Mapping[str, tuple[str, float]]] = {
    "fy": ("FY", 0),
    "f": ("FY", 0),
    "foundation": ("FY", 0),
    "foundation year": ("FY", 0),
    "foundation doctor": ("FY", 0),
    "ct": ("CT", 2),
    "core trainee": ("CT", 2),
    "core training": ("CT", 2),
    "cmt": ("CT", 2),
    "imt": ("IMT", 2),
    "internal medicine trainee": ("IMT", 2),
    "accs": ("ACCS", 2),
    "gpst": ("GPST", 2),
    "st": ("ST", 2),
    "specialty trainee": ("ST", 2),
    "speciality trainee": ("ST", 2),
    "specialty registrar": ("ST", 2),
    "specialist trainee": ("ST", 2),
    "pgy": ("PGY", 0),
    "post graduate year": ("PGY", 0),
    "postgraduate year": ("PGY", 0),
    "r": ("R", 0),
    "resident": ("R", 0),
    "residency year": ("R", 0),
    "ca": ("CA", 1),
    "wbj": ("WBJ", 0),
    "mir": ("R", 0),
    "spr": ("SpR", 4),
    "bst": ("BST", 1),
    "hst": ("HST", 3),
    "rmo": ("RMO", 1),
    "hmo": ("HMO", 1),
}
"""A name before a number → the ladder that it is a step of, and how many years of training lie before its first."""
_WORDS: Final[Mapping[str, float]] = {
    "intern": 1,
    "pre registration house officer": 1,
    "prho": 1,
    "house officer": 1,
    "foundation": 1.5,
    "foundation doctor": 1.5,
    "sho": 3.5,
    "senior house officer": 3.5,
    "junior clinical fellow": 3.4,
    "jcf": 3.4,
    "clinical fellow": 3.6,
    "trust grade": 3.6,
    "core trainee": 3.5,
    "registrar": 6,
    "str": 6,
    "spr": 6,
    "specialty registrar": 6,
    "specialist registrar": 6,
    "chief resident": 6.5,
    "fellow": 7.5,
    "senior clinical fellow": 7.5,
    "scf": 7.5,
    "senior registrar": 8,
    "post cct fellow": 9,
}
"""Grades without a number, by about how many years of training they follow."""
_NUMBERED = re.compile(r"(?:dr |year )?([a-z]+(?: [a-z]+){0,2}?) ?(?:year|level|grade)? ?(\d{1,2})(?:st|nd|rd|th)?")
_PIECES = re.compile(r"([^\d]*)(\d{0,9})")
_INSIDE = re.compile(
    r"\b(fy|ct|cmt|imt|accs|gpst|st|pgy|foundation year|specialty trainee|core trainee|f) ?(\d{1,2})\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Step:
    """A grade that is known the world over: its ladder and number, and how far in training it is, in years."""

    ladder: str
    number: int
    years: float

    @property
    def name(self) -> str:
        """How it is usually written."""
        return f"{self.ladder}{'-' if self.ladder == 'PGY' else ''}{self.number}" if self.number else self.ladder


def step_of(text: str) -> Step | None:
    """The grade that a text names, and nothing else: ``FY1``, ``PGY-2``, ``Specialty Trainee 3``, ``SHO``."""
    plain = folded(text)
    if plain in _WORDS:
        return Step(text.strip(), 0, _WORDS[plain])
    found = _NUMBERED.fullmatch(plain)
    if found is None or found[1] not in _LADDERS:
        return None
    ladder, before = _LADDERS[found[1]]
    return Step(ladder, int(found[2]), before + int(found[2]))


def step_inside(text: str) -> Step | None:
    """The grade that stands among other words, as in ``Specialty Registrar (ST4) in Anaesthesia``."""
    found = _INSIDE.search(folded(text))
    return step_of(found[0]) if found else None


def find_grade(text: str, grades: Sequence[Grade]) -> Grade | None:
    """The grade of the programme that a text means: by its name however it is written, or by its number."""
    wanted = _spelling(text)
    by_name = next((grade for grade in grades if _spelling(grade.name) == wanted), None)
    if by_name or not (step := step_of(text) or step_inside(text)):
        return by_name or next((grade for grade in grades if str(grade.stage) == text.strip()), None)
    same = (grade for grade in grades if (known := step_of(grade.name)) and _is_same(known, step))
    return next(same, None)


def with_numbers(grades: Sequence[Grade], stages: Collection[int | None]) -> tuple[Grade, ...]:
    """The grades with every stage that somebody is at and that has no name, called by its number."""
    named = {grade.stage for grade in grades}
    nameless = (Grade(stage, str(stage)) for stage in stages if stage is not None and stage not in named)
    return tuple(sorted((*grades, *nameless), key=lambda grade: grade.stage))


def with_new(
    grades: Sequence[Grade], names: Iterable[str], after: Mapping[str, str]
) -> tuple[tuple[Grade, ...], Mapping[int, int]]:
    """The grades with new ones, and old stage → new where a later one had to make room.

    A name goes where its years of training belong, and last where they are not known; one that is in ``after`` goes
    behind the grade of that name, or first where there is none. Several for one place are in the order of their names,
    S2 before S10. A grade that has only its number as a name so far gets the name of the same year of training.
    """
    order: list[_Placed] = [_Placed(grade.name, grade.stage, _years(grade.name)) for grade in grades]
    for name in sorted(
        dict.fromkeys(names), key=lambda name: (_years(name) is None, _years(name) or 0.0, *_spoken(name))
    ):
        nameless = next((at for at, each in enumerate(order) if each.is_nameless and each.years == _years(name)), None)
        if nameless is None:
            order.insert(_place(order, name), _Placed(name, None, _years(name)))
        else:
            order[nameless] = replace(order[nameless], name=name)
    for name, before in sorted(after.items(), key=lambda each: _spoken(each[0]), reverse=True):
        place = next((at + 1 for at, each in enumerate(order) if each.name == before), 0)
        order.insert(place, _Placed(name, None, None))
    stages = _numbered(order)
    moved = {each.stage: stage for each, stage in zip(order, stages, strict=True) if each.stage is not None}
    found = tuple(Grade(stage, each.name) for each, stage in zip(order, stages, strict=True))
    return found, {old: new for old, new in moved.items() if old != new}


@dataclass(frozen=True, slots=True)
class _Placed:
    """A grade on its way in: its stage where it has one, and its years of training where they are known."""

    name: str
    stage: int | None
    years: float | None

    @property
    def is_nameless(self) -> bool:
        """Whether it is called by its number."""
        return self.name == str(self.stage)


def _place(order: Sequence[_Placed], name: str) -> int:
    """After the last that is no later in training."""
    years = _years(name)
    if years is None:
        return len(order)
    earlier = [at for at, each in enumerate(order) if each.years is not None and each.years <= years]
    if earlier:
        return earlier[-1] + 1
    later = [at for at, each in enumerate(order) if each.years is not None]
    return later[0] if later else len(order)


def _numbered(order: Sequence[_Placed]) -> list[int]:
    """Rising stages: those that there are stay where they can, new ones get their years of training where those fit."""
    stages: list[int] = []
    for each in order:
        least = stages[-1] + 1 if stages else 0 if each.stage == 0 else 1
        wanted = each.stage if each.stage is not None else _wanted(order, each)
        stages.append(max(least, wanted))
    return stages


def _wanted(order: Sequence[_Placed], new: _Placed) -> int:
    """The number of a new grade: its year of training, unless a later grade that there is has that number or less."""
    if new.years is None:
        return 0
    later = [each.stage for each in order[order.index(new) + 1 :] if each.stage is not None]
    return min([int(new.years), *(stage - 1 for stage in later)])


def _years(name: str) -> float | None:
    if name.isdecimal():
        return float(name)
    step = step_of(name) or step_inside(name)
    return step.years if step else None


def _spoken(name: str) -> tuple[tuple[str, int], ...]:
    """For an order of names in which figures count as numbers."""
    return tuple((letters, int(figures or 0)) for letters, figures in _PIECES.findall(folded(name)))


def _is_same(one: Step, other: Step) -> bool:
    return (one.ladder, one.number) == (other.ladder, other.number) if one.number else one.ladder == other.ladder


def _spelling(text: str) -> str:
    return folded(text).replace(" ", "")
