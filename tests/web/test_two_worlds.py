"""Two worlds that differ in one secret are the same to everybody else, whatever they read and wherever."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import unified_diff
from functools import cache

import pytest
from flask import Flask

from scheduler import clock
from scheduler.db import Database
from scheduler.memory import forget_everything
from tests.web.builders import COORDINATOR, Published, make_pages
from tests.web.two_worlds import CARRIED_OUT, FEEDS, UNSPOKEN, Lived, Story
from tests.web.worlds_read import ADA, BEN, CAT, CLEO, DAN, EVE, FAY, GIL, GUS, ZOE
from tests.web.worlds_secrets import Secret, Secrets

WORLDS = (
    Secrets(
        "somebody avoids people of another group and of none, chooses, and would not be the only one",
        (
            Secret(
                ADA,
                not_with=(CLEO, EVE, ZOE),
                choices=(FAY,),
                tags=("parent or carer",),
                topics=("clinical development",),
            ),
        ),
        parts=True,
    ),
    Secrets(
        "a facilitator who could stand in is avoided, treats a member and has a complaint; and somebody is wished for",
        (
            Secret(CLEO, not_with=(GIL,), unasked=GIL),
            Secret(GIL, treats=CLEO, complaint=EVE, unasked=GIL),
            Secret(ADA, wants=(CLEO,)),
        ),
    ),
    Secrets("a need in one's own words", (Secret(ADA, needs="Sassafras", read_by=COORDINATOR),)),
    Secrets(
        "people of the own group and its facilitator are avoided, one treats a member, and others have a circle",
        (
            Secret(BEN, not_with=(ADA,), is_late=True),
            Secret(EVE, not_with=(FAY,), is_late=True),
            Secret(FAY, treats=EVE, is_late=True),
        ),
        circle=(CAT, DAN, GUS),
    ),
)
AUTHORS = (ADA, BEN, CLEO, EVE, FAY, GIL)
MANY = 400
"""Pages, at least."""
COMMANDS = ("check", "explain", "edit")


NOBODYS = Secrets("nothing")
NOW = clock.now()
"""The clock does not go on: nothing tells by when it happened."""


@pytest.fixture(scope="module")
def plain(published: Published, _database: Database, _app: Flask) -> Callable[[bool], Lived]:
    """A world without a secret; with a repair that is accepted, or without."""
    return cache(lambda repairs: live(published, _database, _app, NOBODYS, repairs=repairs))


@pytest.fixture
def lives(published: Published, database: Database, _app: Flask) -> Callable[[Secrets], Lived]:
    """A world in which somebody has a secret. A repair rightly parts whom it should have parted."""
    return lambda secrets: live(published, database, _app, secrets, repairs=not secrets.changes_repairs)


def live(published: Published, database: Database, app: Flask, secrets: Secrets, *, repairs: bool) -> Lived:
    forget_everything()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        return Story(make_pages(published, database, app), secrets, NOW, repairs=repairs).lived(AUTHORS)


@pytest.mark.parametrize("secrets", WORLDS, ids=lambda secrets: secrets.name)
def test_everybody_else_reads_the_same(
    plain: Callable[[bool], Lived], lives: Callable[[Secrets], Lived], secrets: Secrets
) -> None:
    before, after = plain(not secrets.changes_repairs).but_for(secrets.apart), lives(secrets).but_for(secrets.apart)
    assert len(before) > MANY
    found = list(differences(before, after))
    assert not found, "\n".join(found)


def test_what_is_lived_through_really_happens(plain: Callable[[bool], Lived]) -> None:
    """Else nothing would be compared."""
    world = plain(True)
    said = {what: answer for (who, what), answer in world.pages.items() if not who}
    assert "Gil Spare" in said["deputies"]
    assert said["asked"] == said["question"] == "None"
    assert all("SelfFormedGroup" in answer for what, answer in said.items() if what.endswith("comes in"))
    assert not [what for what, answer in said.items() if answer.startswith(("NotFound", "NotAllowed"))]
    assert {GIL} <= {address for address, _subject, _text in world.mails}
    assert sum(text.startswith("200") for text in world.pages.values()) > MANY * 3 // 4
    assert said["accepted"].startswith("Accepted")
    assert not [where for where, text in world.pages.items() if text.startswith("500")]
    assert {who for who, what in world.pages if what.endswith(" calendar")} == FEEDS.keys()
    assert all("BEGIN:VEVENT" in text for (_, what), text in world.pages.items() if what.endswith(" calendar"))
    forms = {what: answer for (_, what), answer in world.pages.items() if what.startswith(("form ", CARRIED_OUT))}
    assert {"200", "303"} <= {answer[:3] for answer in forms.values()}
    told = {what: answer for (who, what), answer in world.pages.items() if what.partition(" ")[0] in COMMANDS}
    assert len(told) > len(COMMANDS) * 5
    assert {answer[0] for answer in told.values()} == {"0"}


def differences(before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """What differs, where, and for whom."""
    for where in {**before, **after}:
        one, other = before.get(where, "").splitlines(), after.get(where, "").splitlines()
        is_refused = where[1].startswith(CARRIED_OUT) and other == [UNSPOKEN]
        if one != other and not is_refused:
            yield "\n".join(unified_diff(one, other, " ".join(where), n=1, lineterm=""))
