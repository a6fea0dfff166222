"""Clashes ahead: months before, with a proposal that is previewed before anything is published."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.coordination.model import PutIn
from scheduler.coordination.service import carry_out
from scheduler.db import Db
from scheduler.enrolment.relation_list import add_relation
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.tables import ParticipantRow, RoleRow
from scheduler.plans.membership import rosters
from scheduler.programmes.tables import ModelRow
from tests.builders import actor, everybody_is_ready
from tests.web.builders import FACILITATOR, OTHER_RESIDENT, STRANGER_COORDINATOR, Browser, Pages, words_of
from tests.web.test_trouble_pages import cora as cora
from tests.web.test_trouble_pages import session_of

SPARE = "gil.spare@example.org"


def coordinator(pages: Pages) -> Actor:
    with pages.database.reading() as db:
        roles = (RoleRow.programme_id == pages.programme_id, RoleRow.role == Role.COORDINATOR)
        return actor(db.scalars(select(RoleRow.person_id).where(*roles)).one(), pages.programme_id, Role.COORDINATOR)


def assesses(pages: Pages, who: str = FACILITATOR, about: str = OTHER_RESIDENT, round_: int = 1) -> None:
    """From the day of that session on."""
    by = coordinator(pages)
    with pages.database.writing() as db:
        everybody_is_ready(db, pages.programme_id)
        day = session_of(pages, "g2", round_).starts_at.date()
        add_relation(
            db, by, pages.programme_id, pages.ids[who], pages.ids[about], RelationKind.ASSESSES, day, None,
            clock.now(),
        )  # fmt: skip


def either_leads_both(db: Db, pages: Pages) -> None:
    both = (ParticipantRow.programme_id == pages.programme_id, ParticipantRow.kind == "faculty")
    db.execute(update(ParticipantRow).where(*both).values(models={"peer": 1, "near-peer": 1}, capacity=2))


def leads(pages: Pages, key: str) -> set[int]:
    with pages.database.reading() as db:
        return {who for who, role in rosters(db, pages.programme_id)[key].items() if role == "facilitator"}


def test_a_clash_that_is_to_come_is_on_the_desk_with_what_helps(pages: Pages, cora: Browser) -> None:
    assert "There are no clashes ahead" in words_of(cora.get(pages.path("/clashes")).text)
    with pages.database.writing() as db:
        either_leads_both(db, pages)
    assesses(pages)
    assert "1 pair can’t go on sharing their group" in words_of(cora.get(pages.path()).text)
    page = cora.get(pages.path("/clashes")).text
    said = words_of(page)
    for words in ("Cleo Thistle, Fay Lantern", "weeks", "2 sessions", "Gil Spare facilitates instead of Fay Lantern",
                  "Gil Spare can come to 2 of 2 sessions of"):  # fmt: skip
        assert words in said, words
    assert "assess" not in said


def test_a_proposal_is_previewed_and_then_made(pages: Pages, cora: Browser) -> None:
    with pages.database.writing() as db:
        db.execute(update(ModelRow).where(ModelRow.key == "peer").values(facilitators_max=1))
        either_leads_both(db, pages)
    by = coordinator(pages)
    with pages.database.writing() as db:
        everybody_is_ready(db, pages.programme_id)
    with pages.database.writing() as db:
        carry_out(db, by, PutIn(pages.programme_id, "g1", pages.ids[SPARE]), "They asked for it.", clock.now())
    assesses(pages)
    page = cora.get(pages.path("/clashes")).text
    assert "Fay Lantern and Gil Spare swap groups" in words_of(page)
    address = next(
        html.unescape(each) for each in re.findall(r'href="([^"]+change\?[^"]+)"', page) if "act=swap" in each
    )
    preview = cora.get(address).text
    assert "Two facilitators swap groups" in words_of(preview)
    assert leads(pages, "g2") == {pages.ids[FACILITATOR]}, "nothing is published by looking"
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', preview))
    fields = {name: html.unescape(value) for name, value in fields.items()}
    assert cora.post(pages.path("/change"), {**fields, "why": "She will assess one of them."}).status_code == 303
    assert (leads(pages, "g1"), leads(pages, "g2")) == ({pages.ids[FACILITATOR]}, {pages.ids[SPARE]})
    assert "There are no clashes ahead" in words_of(cora.get(pages.path("/clashes")).text)


@pytest.mark.parametrize("who", [FACILITATOR, OTHER_RESIDENT, STRANGER_COORDINATOR])
def test_nobody_else_opens_it(pages: Pages, who: str) -> None:
    assert pages.signed_in(who).get(pages.path("/clashes")).status_code == 404


@pytest.mark.parametrize("fields", ["act=swap", "act=swap&group=g2&person=1&other_group=g2&other=1",
                                    "act=swap&group=g2&person=x&other_group=g1&other=2"])  # fmt: skip
def test_a_forged_swap_is_none(pages: Pages, cora: Browser, fields: str) -> None:
    assert cora.get(pages.path(f"/change?{fields}")).status_code in (302, 404, 422)
