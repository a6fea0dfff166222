"""The attendance strip: one square a person or a round, always with the same in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Flask

from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, NOT_KNOWN
from web.language import gettext as _
from web.language import ngettext

NO_SESSION = " "
CLASSES = {CAN: "", IF_NEED_BE: "m", CANNOT: "n", NOT_KNOWN: "q", NO_SESSION: "x"}


@dataclass(frozen=True, slots=True)
class Strip:
    """One square a person or a round, and the same in words."""

    squares: tuple[str, ...]
    words: str


def draw(app: Flask) -> None:
    """Give the pages their pictures."""
    app.jinja_env.globals.update(strip_of_people=strip_of_people, strip_of_rounds=strip_of_rounds)


def strip_of_people(marks: Iterable[str]) -> Strip:
    """Who can come to a session, in the order of the marks and not of the people: nobody is pointed at."""
    ordered = sorted(marks, key="21?0".index)
    return Strip(tuple(CLASSES[mark] for mark in ordered), _in_words(ordered))


def strip_of_rounds(marks: Sequence[str]) -> Strip:
    """To which rounds one person can come, in the order of the rounds."""
    return Strip(tuple(CLASSES[mark] for mark in marks), _in_words(marks))


def _in_words(marks: Iterable[str]) -> str:
    counts = Counter(marks)
    said = (
        (CAN, ngettext("%(num)s can", "%(num)s can", counts[CAN])),
        (IF_NEED_BE, ngettext("%(num)s if need be", "%(num)s if need be", counts[IF_NEED_BE])),
        (NOT_KNOWN, ngettext("%(num)s not known", "%(num)s not known", counts[NOT_KNOWN])),
        (CANNOT, ngettext("%(num)s can’t", "%(num)s can’t", counts[CANNOT])),
        (NO_SESSION, ngettext("%(num)s without a session", "%(num)s without a session", counts[NO_SESSION])),
    )
    return ", ".join(words for mark, words in said if counts[mark]) or _("nobody yet")
