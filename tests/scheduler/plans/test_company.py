"""Who may share a group only with another facilitator from elsewhere, and has none beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from scheduler.db import Database
from scheduler.people.model import RelationKind
from scheduler.plans.company import company_in, unaccompanied_pairs
from scheduler.plans.model import MemberRole
from scheduler.programmes.forbidden_pairs import ForbiddenPair
from tests.builders import World, import_residents, person_line, world

DAY = date(2027, 1, 4)
SENIOR = {"role": "faculty", "stage": "", "models": "vertical"}


@pytest.fixture
def here(database: Database) -> World:
    return world(database)


@pytest.fixture
def who(here: World) -> Mapping[str, int]:
    seniors = [person_line("Nora", **SENIOR), person_line("Ned", **SENIOR), person_line("Sol", **SENIOR, site="south")]
    found = import_residents(here, 2, *seniors, person_line("Chief", site="south"))
    return {address.split("@")[0]: person_id for address, person_id in found.items()}


@pytest.mark.parametrize(
    ("leads", "residents", "over", "alone"),
    [
        (["nora"], ["r1"], ["nora"], True),
        (["nora", "ned"], ["r1"], ["nora"], True),
        (["nora", "sol"], ["r1"], ["nora"], False),
        (["nora", "sol"], ["r1"], ["nora", "sol"], True),
        (["nora"], ["r1", "chief"], ["nora"], True),
        (["sol"], ["r1"], ["nora"], False),
    ],
)
def test_company_is_a_facilitator_from_another_site_without_such_a_relation(
    here: World, who: Mapping[str, int], leads: list[str], residents: list[str], over: list[str], alone: bool
) -> None:
    roster = {who[name]: MemberRole.FACILITATOR for name in leads}
    roster |= {who[name]: MemberRole.RESIDENT for name in residents}
    pairs = [pair_of(who, name, overridden=True) for name in over]
    with here.database.reading() as db:
        found = unaccompanied_pairs(company_in(db, here.programme_id, pairs), {"g1": roster}, DAY)
    assert (frozenset((who["nora"], who["r1"])) in found) is alone


def test_what_is_not_overridden_is_not_its_business(here: World, who: Mapping[str, int]) -> None:
    roster = {who["nora"]: MemberRole.FACILITATOR, who["r1"]: MemberRole.RESIDENT}
    with here.database.reading() as db:
        company = company_in(db, here.programme_id, [pair_of(who, "nora", overridden=False)])
    found = unaccompanied_pairs(company, {"g1": roster}, DAY)
    assert found == frozenset()


def pair_of(who: Mapping[str, int], name: str, *, overridden: bool) -> ForbiddenPair:
    return ForbiddenPair(1, who[name], who["r1"], RelationKind.SUPERVISES, None, None, False, overridden)
