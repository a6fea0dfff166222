"""What names of people look like, as against codes, posts and words for nobody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from scheduler.rotas.reading.codes import certain_kind, is_abbreviation, kind_of_words
from scheduler.rotas.reading.dates import partial, weekday_of
from scheduler.rotas.reading.headings import names_a_post
from scheduler.rotas.reading.nobody import is_event, is_nobody

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’‘`´ʼʻ.-](?=[^\W\d_]))*\.?")
_TITLE = re.compile(r"^\s*(?:dr|prof|mr|mrs|ms|miss|herr|frau|dott|dra|mme)\b\.?\s*", re.IGNORECASE)
_MOST_WORDS, _SHORTEST = 5, 3
_LONGEST_SHORT_CODE = 4
_MOST_OF_ANOTHER_FORM = 0.1


@lru_cache(maxsize=16384)
def has_form_of_name(text: str) -> bool:
    """Whether a text is written as a name is: a few words, one of them with a capital, none that names a post."""
    words = _TITLE.sub("", text.strip(" .,*†‡").replace(",", " ", 1), count=1).split()
    if not 1 <= len(words) <= _MOST_WORDS or not all(_WORD.fullmatch(word) for word in words):
        return False
    if is_nobody(text) or is_event(text) or _is_post(words) or weekday_of(text) is not None:
        return False
    if all(kind_of_words(word) for word in words) or certain_kind(text) or partial(text):
        return False
    return not _is_short(words) and any(not word[0].islower() for word in words)


def _is_post(words: Sequence[str]) -> bool:
    """Whether at least half of the words name a post; of a double name such as ``Ash-Senior`` both parts must."""
    return sum(all(map(names_a_post, word.split("-"))) for word in words) * 2 >= len(words)


def _is_short(words: Sequence[str]) -> bool:
    """Whether it may as well be a code: one short word in capitals, or no word of any length."""
    capital_code = len(words) == 1 and words[0].isupper() and len(words[0]) <= _LONGEST_SHORT_CODE
    uncased = any(not word.islower() and not word.isupper() and not word.istitle() for word in words)
    return not uncased and (capital_code or not any(len(word) >= _SHORTEST or _is_two_letters(word) for word in words))


def _is_two_letters(word: str) -> bool:
    return len(word) == 2 and word.istitle()


def is_full_name(text: str) -> bool:
    """Whether a text has the form of a name of several words, be the last or the first one an initial."""
    return has_form_of_name(text) and len(_TITLE.sub("", text, count=1).split()) > 1


def without_title(text: str) -> str:
    """A name without *Dr* before it."""
    return _TITLE.sub("", text, count=1) or text


def without_initials(names: Collection[str]) -> Iterator[str]:
    """Names without an initial, where nearly all others have one: they may be none."""
    bare = [name for name in names if not any(len(word.strip(".")) == 1 for word in name.split())]
    if 0 < len(bare) <= _MOST_OF_ANOTHER_FORM * len(names):
        yield from bare


def are_initials(names: Collection[str]) -> bool:
    """Whether most of the names are initials."""
    return sum(map(may_be_initials, names)) * 2 > len(names)


def means_a_code(name: str, *, among_initials: bool) -> bool:
    """Whether what stands where names stand is a code all the same, such as *off*."""
    return certain_kind(name) is not None and not (among_initials and name.isupper() and is_abbreviation(name))


def may_be_initials(text: str) -> bool:
    """Whether a text is a few capitals, as people sign."""
    return 2 <= len(text) <= _LONGEST_SHORT_CODE and text.isalpha() and text.isupper()
