"""Programs that are told of a programme's changes: listed with what became of the last messages, added, tried, paused
and removed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.service import get_programme
from scheduler.webhooks import service
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import lazy_gettext
from web.request_context import actor, database, now, settings

EVENT_NAMES = {
    "plan.drafted": lazy_gettext("A draft is made"),
    "plan.published": lazy_gettext("A plan is published"),
    "session.moved": lazy_gettext("A session is moved"),
    "session.room_changed": lazy_gettext("A session gets another room"),
    "session.mode_changed": lazy_gettext("A session is held in another way"),
    "session.facilitators_changed": lazy_gettext("Other facilitators lead a session"),
    "session.cancelled": lazy_gettext("A session is cancelled"),
    "session.added": lazy_gettext("A session is added"),
    "session.reinstated": lazy_gettext("A cancelled session is back on"),
    "group.ended": lazy_gettext("A group ends"),
    "group.merged": lazy_gettext("Two groups become one"),
    "trouble.accepted": lazy_gettext("A trouble is accepted as it is"),
    "rota.imported": lazy_gettext("A rota is imported"),
    "people.imported": lazy_gettext("A list of people is imported"),
    "programme.changed": lazy_gettext("Settings are changed"),
}
"""What a program can be told of, as coordinators read it."""


@blueprint.get("/<int:programme_id>/webhooks")
@open_to(Audience.COORDINATOR)
def webhooks(programme_id: int) -> str:
    """Which programs are told, and how that went."""
    return _page(programme_id)


@blueprint.post("/<int:programme_id>/webhooks")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.webhooks", "webhook", field="address", once=True)
def webhook_added(programme_id: int) -> str:
    """Tell one more. The page that answers shows its secret, once: no address leads back to it."""
    with read_form() as form:
        address, events = form.text("address"), form.choices("events", {each: each for each in EVENT_NAMES})
        if not events:
            form.refuse("events", _("Tick at least one."))
    with database().writing() as db:
        made, secret = service.add_webhook(db, actor(), programme_id, address, events, settings().secret_key, now())
    return _page(programme_id, (made, secret))


@blueprint.post("/<int:programme_id>/webhooks/<int:webhook_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.webhooks", "webhook-{webhook_id}")
def webhook_changed(programme_id: int, webhook_id: int) -> ResponseReturnValue:
    """Try it, pause it, go on with it, or tell it no more."""
    acts = {
        "test": (service.ask_for_test, _("A test is on its way. Open this page again in a minute to see the answer.")),
        "pause": (service.pause_webhook, _("Paused. It gets what happens meanwhile when it goes on.")),
        "resume": (service.resume_webhook, _("It goes on, with what has happened meanwhile.")),
        "remove": (service.remove_webhook, _("Removed. Nothing more is sent there.")),
    }
    with read_form() as form:
        act, words = form.choice("act", acts)
    with database().writing() as db:
        act(db, actor(), programme_id, webhook_id, now())
    flash(words)
    return redirect(url_for("coordinator.webhooks", programme_id=programme_id), 303)


def _page(programme_id: int, made: tuple[service.Webhook, str] | None = None) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = service.list_webhooks(db, actor(), programme_id)
        deliveries = service.list_deliveries(db, actor(), programme_id)
    return render_template(
        "coordinator/webhooks.html", programme=programme, webhooks=found, deliveries=deliveries, made=made,
        names={**EVENT_NAMES, service.TEST: _("A test")}, events=service.EVENTS, longest=service.LONGEST_ADDRESS,
    )  # fmt: skip
