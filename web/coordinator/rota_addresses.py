"""Rotas that are kept at an address: said once, fetched daily."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.rota_import import addresses
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, read_form
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.post("/<int:programme_id>/rotas/addresses")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rotas", "address", field="address", once=True)
def rota_address_added(programme_id: int) -> ResponseReturnValue:
    """Have a rota fetched from an address."""
    with read_form() as form:
        site, name, address = form.text("site"), form.text("name"), form.text("address")
    with database().writing() as db:
        addresses.add_address(db, actor(), programme_id, site, name, address, now())
    flash(_("We’ll fetch “%(name)s” within a few minutes, and then every day.", name=name))
    return _to_rotas(programme_id)


@blueprint.post("/<int:programme_id>/rotas/addresses/<int:address_id>/fetch")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rotas")
def rota_address_fetched(programme_id: int, address_id: int) -> ResponseReturnValue:
    """Have it fetched again soon."""
    with database().writing() as db:
        addresses.fetch_soon(db, actor(), programme_id, address_id, now())
    flash(_("We’ll fetch it within a few minutes."))
    return _to_rotas(programme_id)


@blueprint.post("/<int:programme_id>/rotas/addresses/<int:address_id>/remove")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rotas")
def rota_address_removed(programme_id: int, address_id: int) -> ResponseReturnValue:
    """Fetch it no more."""
    with database().writing() as db:
        name = addresses.remove_address(db, actor(), programme_id, address_id, now())
    flash(_("“%(name)s” is no longer fetched. What was imported stays.", name=name))
    return _to_rotas(programme_id)


def _to_rotas(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("coordinator.rotas", programme_id=programme_id, _anchor="addresses"), 303)
