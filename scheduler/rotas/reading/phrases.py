"""What the words of a label say: which kinds of duty they name, and what else stands there.

Phrases are found word by word, the longest first, never inside a word. Scripts that leave no blanks between words
are taken apart in the same way, and count only where that comes out even.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scheduler.rotas.model import AWAY, DutyKind
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.duty_words import (
    ABBREVIATIONS,
    CERTAIN,
    DOUBTFUL,
    ENDINGS,
    PASSING,
    TELLING,
    TURNING,
)

_K = DutyKind
_STRONGEST_FIRST = (
    _K.NON_RESIDENT_ON_CALL, _K.NIGHT, _K.RESIDENT_ON_CALL, _K.LONG_DAY, _K.LATE, _K.DAY,
    _K.LEAVE, _K.STUDY_LEAVE, _K.OFF, _K.PROTECTED,
)  # fmt: skip
_ALONE = AWAY | {_K.PROTECTED}
_UNPARTED = "[\u0e00-\u0eff\u1100-\u11ff\u3040-\u9fff\uac00-\ud7ff]"
_SEAM = re.compile(f"(?<={_UNPARTED}) (?={_UNPARTED})")
_RUNS = re.compile(f"{_UNPARTED}+|(?:(?!{_UNPARTED})[^ ])+")
_NUMBERED = re.compile(r"([^\W\d_]{2,})\d+")
_LEAST_PASSING = 3
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
"""What makes pictures of signs, and colours them."""


def without_pictures(text: str) -> str:
    """The text without the signs and pictures that calendars put before titles; itself where it is nothing else."""
    return "".join(sign for sign in text if unicodedata.category(sign) != "So" and sign not in _JOINERS).strip() or text


@dataclass(frozen=True, slots=True)
class Heard:
    """The kinds that a label names, strongest first. ``is_whole`` if nothing else is said, ``is_turned`` if a word
    stands there that makes another thing of leave; ``certain`` is the kind of a label that is plain words."""

    kinds: tuple[DutyKind, ...]
    is_whole: bool
    is_turned: bool
    certain: DutyKind | None


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One phrase of the label, or a word that nothing is known of."""

    text: str
    kind: DutyKind | None = None

    @property
    def is_passing(self) -> bool:
        return self.text in PASSING or self.text.isdecimal()

    @property
    def is_understood(self) -> bool:
        return self.is_passing or (self.kind is not None and self.text not in DOUBTFUL)

    @property
    def is_certain(self) -> bool:
        return self.text in CERTAIN or (self.is_passing and len(self.text) >= _LEAST_PASSING)


@lru_cache(maxsize=8192)
def heard(label: str) -> Heard:
    """What the label says."""
    plain = folded(without_pictures(label))
    if plain in ABBREVIATIONS:
        return Heard((ABBREVIATIONS[plain],), True, False, ABBREVIATIONS[plain])
    said = tuple(_said(plain))
    kinds = _kinds(said)
    is_turned = any(phrase.text in TURNING for phrase in said)
    is_whole = all(phrase.is_understood for phrase in said)
    is_plain = all(phrase.is_certain for phrase in said) and any(phrase.text in CERTAIN for phrase in said)
    is_certain = len(kinds) == 1 and not is_turned and is_plain
    return Heard(kinds, is_whole, is_turned, kinds[0] if is_certain else None)


def _kinds(said: Sequence[_Phrase]) -> tuple[DutyKind, ...]:
    """The kinds named. A word such as *day* names one unless it only says how much of leave it is."""
    solid = {phrase.kind for phrase in said if phrase.kind is not None and not phrase.is_passing}
    if not solid or solid - _ALONE:
        solid |= {phrase.kind for phrase in said if phrase.kind is not None}
    return tuple(kind for kind in _STRONGEST_FIRST if kind in solid)


def _said(plain: str) -> Iterator[_Phrase]:
    words = _RUNS.findall(_SEAM.sub("", plain))
    place = 0
    while place < len(words):
        size = _longest(words, place)
        yield from _single(words[place]) if size == 1 else (_known(" ".join(words[place : place + size])),)
        place += size


def _longest(words: Sequence[str], place: int) -> int:
    """How many words the longest phrase takes that begins here; one where nothing is known."""
    sizes = range(min(_MOST_WORDS, len(words) - place), 1, -1)
    return next((size for size in sizes if " ".join(words[place : place + size]) in _ALL), 1)


def _single(word: str) -> Iterator[_Phrase]:
    if word in _ALL:
        yield _known(word)
    elif re.match(_UNPARTED, word):
        yield from _parted(unicodedata.normalize("NFC", word))
    else:
        numbered = _NUMBERED.fullmatch(word)
        yield _known(numbered[1]) if numbered else _compound(word)


def _known(phrase: str) -> _Phrase:
    return _Phrase(phrase, _KINDS.get(phrase))


def _compound(word: str) -> _Phrase:
    """A word by its last part, ``Resturlaub`` by ``urlaub``; nothing of a word that ends in none."""
    return _Phrase(word, next((kind for end, kind in ENDINGS.items() if word.endswith(end)), None))


def _parted(run: str) -> Iterator[_Phrase]:
    """The phrases of which a run without blanks is made; the run as one word where they leave something over."""
    found: list[_Phrase] = []
    place = 0
    while place < len(run):
        sizes = range(min(_MOST_SIGNS, len(run) - place), 0, -1)
        size = next((size for size in sizes if run[place : place + size] in _SQUASHED), 0)
        if not size:
            yield _compound(run)
            return
        found.append(_known(_SQUASHED[run[place : place + size]]))
        place += size
    yield from found


def _squashed(phrase: str) -> str:
    return unicodedata.normalize("NFC", phrase.replace(" ", ""))


_KINDS = {**DOUBTFUL, **TELLING, **CERTAIN}
_ALL = frozenset((*_KINDS, *TURNING, *PASSING))
_MOST_WORDS = max(phrase.count(" ") + 1 for phrase in _ALL)
_SQUASHED = {_squashed(phrase): phrase for phrase in _ALL if re.match(_UNPARTED, phrase)}
_MOST_SIGNS = max(map(len, _SQUASHED))
