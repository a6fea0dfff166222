"""Where people go: their first page, and the links at the top of every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from flask import Flask, request, url_for

from scheduler.desk.needs import count_needs
from scheduler.people.model import GUESTS, Actor, Role
from web.language import gettext as _
from web.request_context import database, find_current_actor, now, this_page
from web.request_log import log_failure


@dataclass(frozen=True, slots=True)
class Item:
    """A link at the top. ``here`` marks the page, or the family of pages, that is open; beside one that ``counts``
    stands how much waits there."""

    name: str
    address: str
    here: bool
    counts: bool = False


def home_of(actor: Actor) -> str:
    """The address of somebody's own page: the programme they run, the groups they facilitate, their group, the safety
    of a programme they watch over, the evidence of one they direct; for who has none of these, the beginning of a
    programme if they may begin one, else the list of their programmes."""
    programmes = actor.programmes(Role.COORDINATOR)
    if len(programmes) == 1:
        return url_for("coordinator.overview", programme_id=programmes[0])
    if programmes:
        return url_for("coordinator.programmes")
    if actor.programmes(Role.FACULTY):
        return url_for("facilitator.groups")
    if actor.programmes(Role.RESIDENT):
        return url_for("member.group")
    if programmes := actor.programmes(Role.OVERSIGHT):
        return url_for("oversight.safety", programme_id=programmes[0])
    if actor.programmes(Role.DIRECTOR):
        return _evidence_of(actor)
    if actor.programmes(Role.GUEST):
        return url_for("guest.groups")
    if actor.is_anywhere(*GUESTS):
        return url_for("guest.record")
    if actor.may_begin_programmes:
        return url_for("coordinator.new_programme")
    return url_for("member.joining_all")


def _evidence_of(actor: Actor) -> str:
    """The evidence of the programme that somebody directs; of several, all together, from where each is a tap away."""
    first, *others = actor.programmes(Role.DIRECTOR)
    return url_for("director.across") if others else url_for("director.evidence", programme_id=first)


def items_for(actor: Actor, programme_id: int | None) -> tuple[Item, ...]:
    """The links for somebody, on a page of a programme or none."""
    return tuple(_items(actor, programme_id))


def _items(actor: Actor, programme_id: int | None) -> Iterator[Item]:
    here = request.endpoint or ""
    if actor.programmes(Role.RESIDENT):
        yield Item(_("My group"), url_for("member.group"), here == "member.group")
    if actor.programmes(Role.FACULTY):
        yield Item(_("My groups"), url_for("facilitator.groups"), here.startswith("facilitator."))
    if actor.programmes(Role.GUEST):
        yield Item(_("Guest coach"), url_for("guest.groups"), here.startswith("guest.") and here != "guest.record")
    if any(actor.programmes(role) for role in (Role.RESIDENT, Role.FACULTY, Role.GUEST)):
        yield Item(_("Availability"), url_for("member.availability"), here.startswith("member.availability"))
        yield Item(_("Calendar"), url_for("member.calendar"), here.startswith("member.calendar"))
    if actor.is_anywhere(*GUESTS):
        yield Item(_("My hours"), url_for("guest.record"), here == "guest.record")
    if actor.programmes(Role.RESIDENT) or actor.programmes(Role.FACULTY):
        yield Item(_("My answers"), url_for("member.joining_all"), here.startswith("member.joining"))
    for programme in actor.programmes(Role.OVERSIGHT):
        is_here = here.startswith("oversight.") and programme == programme_id
        yield Item(_("Oversight"), url_for("oversight.safety", programme_id=programme), is_here)
    if actor.programmes(Role.DIRECTOR):
        yield Item(_("Evidence"), _evidence_of(actor), here.startswith("director."))
    yield from _items_of_coordinator(actor, programme_id, here)


TODAY: Final = "coordinator.overview"
_FAMILIES: Final = (
    ("today", ("overview", "setting_up", "find", "trouble", "mail", "desk")),
    ("term", ("term", "cover", "availability", "calendars", "date", "timetable", "surge", "voices", "pulse")),
    ("groups", ("group", "published_session", "change")),
    ("people", ("people", "person", "relation", "list", "take_list", "waiting_list", "joining", "job_plans")),
    ("rotas", ("rota", "import_result", "swaps", "weekly_patterns", "pattern", "leave")),
    ("plans", ("plan", "run", "start_run", "watch", "repair", "edit", "compare", "why")),
)
"""The families of a coordinator's pages, by how their endpoints begin; what is in none belongs to the settings."""
_OF_NONE: Final = ("programmes", "new_programme", "start_programme", "programme_started", "restoring")


def _items_of_coordinator(actor: Actor, programme_id: int | None, here: str) -> Iterator[Item]:
    programmes = actor.programmes(Role.COORDINATOR)
    if len(programmes) > 1:
        of_none = here.startswith("coordinator.") and programme_id is None
        yield Item(_("Programmes"), url_for("coordinator.programmes"), of_none)
    chosen = programme_of_coordinator(actor, programme_id)
    if chosen is None:
        return
    family = _family_of(here)
    for name, key, endpoint in (
        (_("Today"), "today", TODAY),
        (_("Term"), "term", "coordinator.term"),
        (_("Groups"), "groups", "coordinator.groups"),
        (_("People"), "people", "coordinator.people"),
        (_("Rotas"), "rotas", "coordinator.rotas"),
        (_("Plans"), "plans", "coordinator.plans"),
        (_("Settings"), "settings", "coordinator.settings"),
    ):
        yield Item(name, url_for(endpoint, programme_id=chosen), family == key, counts=endpoint == TODAY)


def programme_of_coordinator(actor: Actor, programme_id: int | None) -> int | None:
    """The programme whose pages a coordinator is on: the one of the page, else the only one."""
    programmes = actor.programmes(Role.COORDINATOR)
    return programme_id if programme_id in programmes else programmes[0] if len(programmes) == 1 else None


def _family_of(endpoint: str) -> str:
    """The family of a coordinator's page; empty for a page of anybody else, or of no programme."""
    audience, _dot, name = endpoint.partition(".")
    if audience != "coordinator" or name in _OF_NONE:
        return ""
    return next((family for family, pages in _FAMILIES if name.startswith(pages)), "settings")


def _waits_for(actor: Actor | None, programme_id: int | None) -> int:
    """How much needs a coordinator: the number beside the link to her first page.

    Error pages show it too. Whatever it fails of, a page without the number is better than none.
    """
    chosen = programme_of_coordinator(actor, programme_id) if actor else None
    if actor is None or chosen is None:
        return 0
    try:
        with database().reading() as db:
            return count_needs(db, actor, chosen, now()).total
    except Exception as error:  # noqa: BLE001 - whatever it is, it goes to the log
        log_failure(error)
        return 0


def offer(app: Flask) -> None:
    """Give every page the person who is signed in and their links."""

    @app.context_processor
    def navigation() -> dict[str, object]:
        actor = find_current_actor()
        programme_id = (request.view_args or {}).get("programme_id")
        return {
            "signed_in": actor,
            "this_page": this_page() if request.url_rule else "/",
            "navigation": items_for(actor, programme_id) if actor else (),
            "needs_her": partial(_waits_for, actor, programme_id),
            "searched": programme_of_coordinator(actor, programme_id) if actor else None,
        }
