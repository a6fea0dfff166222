"""Whom somebody means by a name that they type: what the box that finds people takes, any words of a name in any order
and without accents, or the beginning of an address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from scheduler.languages import say
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.rotas.names import Known, labels
from scheduler.rotas.naming.words import is_title, listed_words
from scheduler.text_input import folded, search_text, shortened

_LIKE_FROM: Final = 75.0
"""How like a name, of 100, what is typed has to be for the name to be suggested."""
_MOST_SUGGESTED: Final = 3
_FEWEST_LETTERS: Final = 2


def whom(typed: str, people: Sequence[Known]) -> tuple[str, str]:
    """The label of whoever is meant and "", or "" and what is wrong: nobody is called so, or several people are."""
    shown = labels(people)
    text = " ".join(typed[:LONGEST_SEARCH].split())
    same = {label.casefold(): label for label in shown}.get(text.casefold())
    if same is not None:
        return same, ""
    label_of = {id_: label for label, id_ in shown.items()}
    found = [label_of[one.id] for one in _meant(text, people)]
    if len(found) == 1:
        return found[0], ""
    if found:
        some = ", ".join(found[:_MOST_SUGGESTED]) + (" …" if len(found) > _MOST_SUGGESTED else "")
        return "", say(
            "“%(name)s” could be any of these people: %(people)s. Please write more of the name.",
            name=shortened(typed),
            people=some,
        )
    if like := _like(text, shown):
        return "", say(
            "Nobody in the programme is called “%(name)s”. Did you mean %(people)s?",
            name=shortened(typed),
            people=", ".join(like),
        )
    return "", say("Nobody in the programme is called “%(name)s”.", name=shortened(typed))


def _like(text: str, shown: Iterable[str]) -> list[str]:
    """The labels that are nearly what is typed."""
    found = process.extract(
        _untitled(text), {label: _untitled(label) for label in shown},
        scorer=fuzz.token_sort_ratio, score_cutoff=_LIKE_FROM, limit=_MOST_SUGGESTED,
    )  # fmt: skip
    return [label for _, _, label in found]


def _untitled(text: str) -> str:
    """The words by which names are likened: a title is like everybody's."""
    return " ".join(listed_words(text))


def _meant(text: str, people: Sequence[Known]) -> Sequence[Known]:
    """Those whose address begins so; else those in whose name every word is a whole one; else within any."""
    small = text.casefold()
    words = [word for word in folded(text).split() if not is_title(word)]
    if len(small) < _FEWEST_LETTERS:
        return ()
    by_address = [one for one in people if one.reference.casefold() == small]
    if by_address or "@" in small:
        return by_address or [one for one in people if one.reference.casefold().startswith(small)]
    if not any(len(word) >= _FEWEST_LETTERS for word in words):
        return ()
    names = [(one, [search_text(name) for name in (*one.names, *one.former)]) for one in people]
    whole = [one for one, said in names if any(set(words) <= set(name.split()) for name in said)]
    return whole or [one for one, said in names if any(_within(words, name) for name in said)]


def _within(words: Iterable[str], name: str) -> bool:
    return all(word in name for word in words)
