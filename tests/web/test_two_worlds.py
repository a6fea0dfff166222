"""Two worlds that differ in one secret are the same to everybody else, whatever they read and wherever."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import unified_diff

import pytest
from flask import Flask

from scheduler import clock
from scheduler.db import Database
from scheduler.memory import forget_everything
from tests.web.builders import Published, make_pages
from tests.web.two_worlds import (
    ADA,
    BEN,
    CAT,
    CLEO,
    COORDINATOR,
    DAN,
    EVE,
    FAY,
    GIL,
    GUS,
    NOTHING,
    ZOE,
    Lived,
    Secret,
    Story,
)

SECRETS = (
    Secret("a facilitator who could stand in is avoided", CLEO, not_with=("gil.spare@example.org",), unasked=GIL),
    Secret("somebody of another group is avoided", ADA, not_with=(CLEO, EVE)),
    Secret("somebody of the own group is avoided", BEN, not_with=(ADA,), is_late=True),
    Secret("the own facilitator is avoided", EVE, not_with=(FAY,), is_late=True),
    Secret("somebody without a group is avoided", ADA, not_with=(ZOE,)),
    Secret("somebody is wished for", ADA, wants=(CLEO,)),
    Secret("a facilitator is chosen", ADA, choices=(FAY,)),
    Secret("a circumstance, and not to be the only one", ADA, tags=("parent or carer",)),
    Secret("a need in one's own words", ADA, needs="Sassafras", read_by=COORDINATOR),
    Secret("a deputy treats a member", GIL, treats=CLEO, unasked=GIL),
    Secret("a facilitator treats a member", FAY, treats=EVE, is_late=True),
    Secret("a circle, with dates, a contact and a concern", "", circle=(CAT, DAN, GUS)),
    Secret("a complaint between a deputy and a member", GIL, complaint=CLEO, unasked=GIL),
)
AUTHORS = (ADA, BEN, CLEO, EVE, FAY, GIL)
MANY = 400
"""Pages, at least."""


NOW = clock.now()
"""The clock does not go on: nothing tells by when it happened."""


@pytest.fixture(scope="module")
def plain(published: Published, _sqlite: Database, _app: Flask) -> Lived:
    """A world without a secret."""
    return live(published, _sqlite, _app, NOTHING)


@pytest.fixture
def lives(published: Published, database: Database, _app: Flask) -> Callable[[Secret], Lived]:
    """A world in which somebody has a secret."""
    return lambda secret: live(published, database, _app, secret)


def live(published: Published, database: Database, app: Flask, secret: Secret) -> Lived:
    forget_everything()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        return Story(make_pages(published, database, app), secret, NOW).lived(AUTHORS)


@pytest.mark.parametrize("secret", [NOTHING, *SECRETS], ids=lambda secret: secret.name)
def test_everybody_else_reads_the_same(plain: Lived, lives: Callable[[Secret], Lived], secret: Secret) -> None:
    before, after = plain.but_for(secret), lives(secret).but_for(secret)
    assert len(before) > MANY
    found = list(differences(before, after))
    assert not found, "\n".join(found)


def test_what_is_lived_through_really_happens(plain: Lived) -> None:
    """Else nothing would be compared."""
    said = {what: answer for (who, what), answer in plain.pages.items() if not who}
    assert "Gil Spare" in said["deputies"]
    assert said["asked"] == said["question"] == "None"
    assert all("SelfFormedGroup" in answer for what, answer in said.items() if what.endswith("comes in"))
    assert not [what for what, answer in said.items() if answer.startswith(("NotFound", "NotAllowed"))]
    assert {GIL} <= {address for address, _subject, _text in plain.mails}
    assert sum(text.startswith("200") for text in plain.pages.values()) > MANY * 3 // 4


def differences(before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """What differs, where, and for whom."""
    for where in {**before, **after}:
        one, other = before.get(where, "").splitlines(), after.get(where, "").splitlines()
        if one != other:
            yield "\n".join(unified_diff(one, other, " ".join(where), n=1, lineterm=""))
