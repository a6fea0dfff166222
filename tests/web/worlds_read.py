"""Everything that there is to read in a world: every address of every reader, without what is drawn anew each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from click.testing import CliRunner
from sqlalchemy import select

from scheduler.cli import rounds
from scheduler.plans.tables import GroupRow, PlanRow, RunRow
from scheduler.sessions.tables import DeputyRow, ProposalRow, SessionRow
from scheduler.troubles.tables import TroubleRow
from tests.web.builders import COORDINATOR, OVERSEER, STRANGER_COORDINATOR, Pages
from web.audiences import Audience, audience_of

MEMBERS: Final = tuple(
    f"{name}@example.org"
    for name in ("ada.quill", "ben.marrow", "cat.osier", "dan.reed", "cleo.thistle", "eve.moss", "finn.oak",
                 "gus.fern", "zoe.left", "fay.lantern", "gil.spare")
)  # fmt: skip
ADA, BEN, CAT, DAN, CLEO, EVE, FINN, GUS, ZOE, FAY, GIL = MEMBERS
_MEMBERS_PAGES: Final = frozenset({Audience.PUBLIC, Audience.SIGNED_IN, Audience.MEMBER})
READERS: Final[Mapping[str, frozenset[Audience]]] = {
    **dict.fromkeys((ADA, BEN, CLEO, FINN, ZOE), _MEMBERS_PAGES | {Audience.RESIDENT}),
    **dict.fromkeys((FAY, GIL), _MEMBERS_PAGES | {Audience.FACULTY}),
    COORDINATOR: frozenset({Audience.SIGNED_IN, Audience.COORDINATOR, Audience.BEGINNER}),
    OVERSEER: frozenset({Audience.SIGNED_IN, Audience.OVERSIGHT}),
    STRANGER_COORDINATOR: frozenset({Audience.COORDINATOR}),
    "": frozenset({Audience.PUBLIC}),
}
"""One for each part that somebody may have, with the pages that are open to them; "" has not signed in."""
STEPS: Final = ("people", "needs", "kind", "topics", "ways", "facilitators", "portrait", "offer", "conduct")
_NOISE: Final = (
    re.compile(r'name="(?:csrf_token|once|seen|confirmed)" value="[^"]*"'),
    re.compile(r'nonce[-="][^" ;]+'),
    re.compile(r"(?<![\w-])[A-Za-z0-9_-]{32,}(?![\w-])"),
    re.compile(r"\b[a-f0-9]{16}\b"),
    re.compile(r'(?<=class="figure">)[a-z2-9]{5} [a-z2-9]{5}'),
    re.compile(r'"seconds": [0-9.]+'),
    re.compile(r"worked out in \d+ seconds?"),
    re.compile(r"\bg[a-f0-9]{12}\b"),
)
"""Secrets of forms, links and groups, drawn anew each time."""


def everything_read(pages: Pages) -> Iterator[tuple[tuple[str, str], str]]:
    """By reader and address."""
    for email in READERS:
        browser = pages.signed_in(email) if email else pages.stranger()
        for path in paths_of(pages, email):
            answer = browser.get(path)
            yield (
                (email, quiet(path)),
                quiet(f"{answer.status_code} {answer.headers.get('Location', '')}\n{words_in(answer.data)}"),
            )
    for words in (["audit", "verify"],):
        told = CliRunner().invoke(rounds, words, env=_environment(pages))
        yield ("the operator", " ".join(words)), quiet(told.output)


def _environment(pages: Pages) -> dict[str, str]:
    return {"ROUNDS_DATABASE_URL": pages.database.engine.url.render_as_string(hide_password=False)}


def paths_of(pages: Pages, email: str) -> Iterator[str]:
    """Every address that answers to GET, with everything that there is of whatever it names."""
    values = _values(pages, email)
    adapter = pages.app.url_map.bind("localhost")
    for rule in sorted(pages.app.url_map.iter_rules(), key=str):
        view = pages.app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or audience_of(view) not in READERS[email] or rule.endpoint == "static":
            continue
        names = sorted(rule.arguments)
        leads_on = rule.endpoint.endswith("_page")  # to the page of a form: it shows nothing
        for chosen in product(*(values.get(name, (1,))[: 1 if leads_on else None] for name in names)):
            yield adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)), append_unknown=False)


def _values(pages: Pages, email: str) -> dict[str, tuple[object, ...]]:
    with pages.database.reading() as db:
        of = lambda column: tuple(db.scalars(select(column).order_by(column)))  # noqa: E731
        found: dict[str, tuple[object, ...]] = {
            "programme_id": (pages.programme_id,),
            "person_id": tuple(pages.ids.values()) if email == COORDINATOR else (1,),
            "plan_id": of(PlanRow.id) if email == COORDINATOR else (1,),
            "run_id": of(RunRow.id) if email == COORDINATOR else (1,),
            "session_id": of(SessionRow.id),
            "proposal_id": of(ProposalRow.id) or (1,),
            "request_id": of(DeputyRow.id) or (1,),
            "trouble_id": of(TroubleRow.id) or (1,),
            "group_key": tuple(sorted(set(of(GroupRow.key)))),
        }
    found |= {"secret": ("x" * 43,), "slug": ("spring",), "filename": ("style.css",), "site_key": ("north",)}
    found |= {"kind": ("people", "relations"), "step": STEPS, "ending": ("csv", "xlsx"), "key": ("peer",)}
    found |= {
        "table": ("people", "groups", "sessions", "relations"),
        "round_number": (1, 2),
        "section": ("name", "running"),
    }
    return found


def quiet(text: str) -> str:
    """A text without what is drawn anew each time."""
    for noise in _NOISE:
        text = noise.sub("…", text)
    return text


def words_in(content: bytes) -> str:
    """What a page or a file says, also where it is packed."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        said = (name for name in sorted(file.namelist()) if name != "docProps/core.xml")  # when it was written
        return "".join(f"{name}\n{words_in(file.read(name))}" for name in said)
