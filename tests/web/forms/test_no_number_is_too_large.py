"""Numbers far too large, wherever a form, an address or its query takes one: a sentence, never status 500 (M25).

Addresses come from the map, fields from the code that reads them, so that new ones are tried too.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest
from werkzeug.routing import Rule

from tests.web.builders import Browser, Pages
from tests.web.forms.test_answers import PLAYERS
from tests.web.forms.test_every_form import constants_in, names_in
from tests.web.test_permissions import addresses

LARGEST, BEYOND = str(2**31 - 1), "9" * 40
DIGITS = "9" * 5000
"""More than Python makes a number of."""
FIELD = re.compile(r"[a-z][a-z_]{1,17}-?")
ENDING = ("auth.sign_out", "auth.sign_out_everywhere", "member.joining_left", "institution.", "ops.")
"""What would end the login, or asks somebody else."""


def fields_read(function: object, known: set[object] | None = None) -> set[str]:
    """Words in the code of a view, and of what it calls in the pages: its fields are among them."""
    known = known if known is not None else set()
    if not isinstance(function, FunctionType) or function in known or not function.__module__.startswith("web."):
        return set()
    known.add(function)
    names = names_in(function.__code__)
    found = [function.__globals__[name] for name in names if name in function.__globals__]
    modules = [each for each in found if isinstance(each, ModuleType) and each.__name__.startswith("web.")]
    found += [getattr(module, name) for module in modules for name in names if hasattr(module, name)]
    words = {word for word in constants_in(function.__code__) if FIELD.fullmatch(word)}
    return words.union(*(fields_read(each, known) for each in found if "forms" not in getattr(each, "__module__", "")))


def tried(pages: Pages, method: str) -> Iterator[tuple[Rule, str, Browser, list[str]]]:
    """Each address with whoever may open it, and the fields that its view may read."""
    browsers = {email: pages.signed_in(email) for email in set(PLAYERS.values())}
    for rule, its_method, path, audience in list(addresses(pages)):
        if its_method == method and audience in PLAYERS and not rule.endpoint.startswith(ENDING):
            fields = sorted(fields_read(inspect.unwrap(pages.app.view_functions[rule.endpoint])))
            yield rule, path, browsers[PLAYERS[audience]], [f"{name}1" if name[-1] == "-" else name for name in fields]


@pytest.mark.parametrize("value", [LARGEST, BEYOND])
def test_no_field_ends_in_a_failure(own_pages: Pages, value: str) -> None:
    pages = own_pages
    pages.app.config["WTF_CSRF_ENABLED"] = False
    failed, count = [], 0
    for rule, path, browser, fields in tried(pages, "POST"):
        count += 1
        if browser.client.post(path, data=dict.fromkeys(fields, value)).status_code >= 500:
            failed.append((rule.endpoint, fields))
    assert failed == []
    assert count > 100


def test_no_address_ends_in_a_failure(pages: Pages) -> None:
    failed: list[tuple[str, str]] = []
    for rule, path, browser, fields in tried(pages, "GET"):
        query = "&".join(f"{name}={BEYOND}" for name in fields)
        changed = {re.sub(r"/1(?=/|$)", f"/{number}", path) for number in (LARGEST, 2**63, DIGITS)}
        wanted = {f"{path}?{query}" if fields else path, *changed} - {path}
        failed += [(rule.endpoint, address) for address in wanted if browser.get(address).status_code >= 500]
    assert failed == []
