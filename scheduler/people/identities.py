"""What is the same of two names, or two addresses, that may be one person's. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from scheduler.text_input import folded

_TITLES: Final = frozenset(
    (
        *("dr", "doctor", "doc", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "lady", "lord"),
        *(
            "md",
            "med",
            "phd",
            "mbbs",
            "frcp",
            "mrcp",
            "docteur",
            "professeur",
            "m",
            "mme",
            "mlle",
            "monsieur",
            "madame",
        ),
    )
)
_APART: Final = re.compile(r"[._\-]+")
Name = tuple[str, str]
"""The two outer words of a name."""


def names_are_alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same first and last word in either order, whatever the accents, titles
    and words between; an initial may be any name that begins with it, if the other word is written out alike."""
    first, second = _outer(one), _outer(other)
    if not all((*first, *second)):
        return first == second and any(first)
    return any(_fit(first, each) for each in (second, second[::-1]))


def _outer(name: str) -> Name:
    last_first = name.partition(",")
    ordered = f"{last_first[2]} {last_first[0]}" if last_first[1] else name
    words = [word for word in folded(ordered.replace("'", "").replace("’", "")).split() if word not in _TITLES]
    return (words[0], words[-1]) if len(words) > 1 else ("", words[0] if words else "")


def _fit(one: Name, other: Name) -> bool:
    same = [mine == theirs for mine, theirs in zip(one, other, strict=True)]
    if all(same):
        return True
    initials = [_is_initial(mine, theirs) for mine, theirs in zip(one, other, strict=True)]
    return any(same[i] and len(one[i]) > 1 and initials[1 - i] for i in range(2))


def _is_initial(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)


def mailbox_keys(address: str) -> frozenset[str]:
    """What is the same of two addresses that may be one person's: the part before the @, without what follows a plus,
    without dots, in whatever order its words stand. The domain is left out: people have one address at each place."""
    local = address.rpartition("@")[0].casefold().partition("+")[0]
    words = [word for word in _APART.split(local) if word]
    return frozenset(filter(None, ("".join(words), "".join(sorted(words)))))


def mailbox_digests(address: str) -> frozenset[str]:
    """The same as digests, as former addresses are kept."""
    return frozenset(hashlib.sha256(key.encode()).hexdigest()[:32] for key in mailbox_keys(address))
