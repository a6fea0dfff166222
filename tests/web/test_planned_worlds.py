"""A plan that somebody's secret has changed says no more than the plan itself: made by hand in a world without that
secret, it is told in the same words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from scheduler import clock
from scheduler.db import Database
from scheduler.joining.answers import save_needs, save_people
from scheduler.memory import forget_everything
from scheduler.people.model import Role
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key, with_group_keys
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import Limits
from tests.builders import actor
from tests.processor_time import solve_alike
from tests.web.builders import COORDINATOR, Pages, Published, make_pages
from tests.web.worlds_read import ADA, BEN, CLEO, paths_of, quiet, words_in

NOW = clock.now()


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says before the plan is made; ``parts`` says that it keeps them from where they would be."""

    name: str
    author: str
    not_with: tuple[str, ...] = ()
    firm: tuple[str, ...] = ()
    parts: bool = True


TOLD = (
    Told("somebody of the own group is avoided", BEN, not_with=(ADA,)),
    Told("never the only one", ADA, firm=("parent or carer",)),
    Told("somebody whom they would not meet anyway", ADA, not_with=(CLEO,), parts=False),
)
PAGES = 20
"""Of the plan and of everybody in it, at least."""


def told(pages: Pages, secret: Told) -> None:
    who, here = actor(pages.ids[secret.author], pages.programme_id, Role.RESIDENT), pages.programme_id
    with pages.database.writing() as db:
        save_people(db, who, here, (), [pages.ids[each] for each in secret.not_with], NOW)
        save_needs(db, who, here, secret.firm, secret.firm, "", NOW, firm=secret.firm)


def planned(pages: Pages, found: Solution | None = None) -> tuple[int, Solution]:
    """A draft by the planner, or the same plan again, with what the planner says of it."""
    with pages.database.writing() as db:
        instance = build_instance(db, pages.programme_id, NOW)
        solution = found or with_group_keys(instance, solve_alike(instance, Limits(2, 1, 1)))
        solution = Solution(instance.name, solution.groups)
        verdict = check(instance, solution)
        assert verdict.ok, verdict.broken
        why = explained(instance, solution)
        return store_draft(db, pages.programme_id, instance, solution, verdict, why, NOW), solution


def read(pages: Pages, plan_id: int) -> dict[str, str]:
    """Everything that its coordinator reads of a draft."""
    browser, of_it = pages.signed_in(COORDINATOR), f"/plans/{plan_id}"
    return {path: quiet(words_in(browser.get(path).data)) for path in paths_of(pages, COORDINATOR) if of_it in path}


@pytest.fixture
def world(published: Published, database: Database, _app: Flask) -> Callable[[], Pages]:
    """The pages over the published programme, as it was."""

    def begun_anew() -> Pages:
        forget_everything()
        return make_pages(published, database, _app)

    return begun_anew


@pytest.mark.parametrize("secret", TOLD, ids=lambda secret: secret.name)
def test_what_is_said_of_a_plan_follows_from_the_plan_alone(
    world: Callable[[], Pages], secret: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    pages = world()
    told(pages, secret)
    plan_id, solution = planned(pages)
    with_secret = read(pages, plan_id)
    own = next((group for group in solution.groups if person_key(pages.ids[secret.author]) in group.residents), None)
    together = own is not None and person_key(pages.ids[ADA if secret.author == BEN else BEN]) in own.residents
    assert together is not secret.parts
    pages = world()
    told(pages, Told("nothing", secret.author))
    again, _ = planned(pages, solution)
    assert again == plan_id
    without = read(pages, plan_id)
    assert len(without) > PAGES
    assert {path: text for path, text in with_secret.items() if text != without[path]} == {}
