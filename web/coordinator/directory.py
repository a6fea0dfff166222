"""The directory of facilitators, to a coordinator: who is in it by their own wish, as the others see them."""

from __future__ import annotations

from flask import render_template

from scheduler.joining.directory import directory as read_directory
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.request_context import actor, database


@blueprint.get("/<int:programme_id>/facilitators/directory")
@open_to(Audience.COORDINATOR)
def people_directory(programme_id: int) -> str:
    """Everyone who is listed."""
    with database().reading() as db:
        listed, programme = read_directory(db, actor(), programme_id), get_programme(db, programme_id)
    return render_template("coordinator/directory.html", listed=listed, programme=programme)
