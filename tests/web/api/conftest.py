"""Tokens of the programme's people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scheduler import clock
from scheduler.people.model import OPERATOR
from scheduler.signing_in import tokens
from tests.web.api.builders import Program
from tests.web.builders import COORDINATOR, Pages


@pytest.fixture
def program_of(pages: Pages) -> Callable[..., Program]:
    """A program with a token of somebody's."""

    def make(email: str, scope: str = "publish", days: int = 30) -> Program:
        with pages.database.writing() as db:
            made = tokens.make_token_for(db, OPERATOR, email, "a script", scope, days, clock.now())
        return Program(pages.app.test_client(), made.secret)

    return make


@pytest.fixture
def program(program_of: Callable[..., Program]) -> Program:
    """One of the coordinator's, of the widest scope."""
    return program_of(COORDINATOR)
