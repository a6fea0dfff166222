"""The record of who did what in a programme, for its oversight contacts."""

from __future__ import annotations

from flask import Response

from web.audiences import Audience, open_to
from web.oversight.views import blueprint
from web.record_of_acts import record_file, record_page


@blueprint.get("/<int:programme_id>/record")
@open_to(Audience.OVERSIGHT)
def record(programme_id: int) -> str:
    """What was done, with what was overridden and why, newest first."""
    return record_page(programme_id, "oversight.record")


@blueprint.get("/<int:programme_id>/record.csv")
@open_to(Audience.OVERSIGHT)
def record_csv(programme_id: int) -> Response:
    """The same as a file."""
    return record_file(programme_id)
