"""The record of who did what in a programme, for its coordinators."""

from __future__ import annotations

from flask import Response

from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.record_of_acts import record_file, record_page


@blueprint.get("/<int:programme_id>/record")
@open_to(Audience.COORDINATOR)
def record(programme_id: int) -> str:
    """What coordinators and the product did, newest first."""
    return record_page(programme_id, "coordinator.record")


@blueprint.get("/<int:programme_id>/record.csv")
@open_to(Audience.COORDINATOR)
def record_csv(programme_id: int) -> Response:
    """The same as a file."""
    return record_file(programme_id)
