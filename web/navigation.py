"""Where people go: their first page, and the links at the top of every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, request, url_for

from scheduler.people.model import Actor, Role
from web.language import gettext as _
from web.request_context import find_current_actor, this_page


@dataclass(frozen=True, slots=True)
class Item:
    """A link at the top. ``here`` marks the page, or the family of pages, that is open."""

    name: str
    address: str
    here: bool


def home_of(actor: Actor) -> str:
    """The address of somebody's own page: the programme they run, the groups they facilitate, their group, the safety
    of a programme they watch over; for who has none of these, the beginning of a programme if they may begin one, else
    the list of their programmes."""
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
    if actor.may_begin_programmes:
        return url_for("coordinator.new_programme")
    return url_for("member.joining_all")


def items_for(actor: Actor, programme_id: int | None) -> tuple[Item, ...]:
    """The links for somebody, on a page of a programme or none."""
    return tuple(_items(actor, programme_id))


def _items(actor: Actor, programme_id: int | None) -> Iterator[Item]:
    here = request.endpoint or ""
    if actor.programmes(Role.RESIDENT):
        yield Item(_("My group"), url_for("member.group"), here == "member.group")
    if actor.programmes(Role.FACULTY):
        yield Item(_("My groups"), url_for("facilitator.groups"), here.startswith("facilitator."))
    if actor.programmes(Role.RESIDENT) or actor.programmes(Role.FACULTY):
        yield Item(_("Availability"), url_for("member.availability"), here.startswith("member.availability"))
        yield Item(_("Calendar"), url_for("member.calendar"), here.startswith("member.calendar"))
        yield Item(_("My answers"), url_for("member.joining_all"), here.startswith("member.joining"))
    for programme in actor.programmes(Role.OVERSIGHT):
        is_here = here.startswith("oversight.") and programme == programme_id
        yield Item(_("Oversight"), url_for("oversight.safety", programme_id=programme), is_here)
    yield from _items_of_coordinator(actor, programme_id, here)


def _items_of_coordinator(actor: Actor, programme_id: int | None, here: str) -> Iterator[Item]:
    programmes = actor.programmes(Role.COORDINATOR)
    if len(programmes) > 1:
        of_none = here.startswith("coordinator.") and programme_id is None
        yield Item(_("Programmes"), url_for("coordinator.programmes"), of_none)
    chosen = programme_id if programme_id in programmes else programmes[0] if len(programmes) == 1 else None
    if chosen is None:
        return
    families = (
        (
            _("Programme"),
            "coordinator.overview",
            (
                "everything_out",
                "timetable",
                "programme_restored",
                "restoring",
                "new_programme",
                "start_programme",
                "programme_started",
                "overview",
                "availability",
                "calendars",
                "charter",
                "dates",
                "date_",
                "settings",
                "section",
                "zone",
                "site_zone",
                "sharing",
                "rules",
                "weekly_patterns",
                "pattern",
                "leave",
                "life",
                "offices",
            ),
        ),
        (_("Needs you"), "coordinator.troubles", ("trouble",)),
        (
            _("People"),
            "coordinator.people",
            ("people", "person", "relation", "take_list", "list", "waiting_list", "joining", "mail"),
        ),
        (_("Rotas"), "coordinator.rotas", ("rota",)),
        (_("Plans"), "coordinator.plans", ("plan", "run", "start_run", "watch", "repair", "edit")),
        (_("Groups"), "coordinator.groups", ("group", "published_session", "change")),
    )
    for name, endpoint, pages in families:
        is_here = here.removeprefix("coordinator.").startswith(pages) and here != "coordinator.programmes"
        yield Item(name, url_for(endpoint, programme_id=chosen), is_here and here.startswith("coordinator."))


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
        }
