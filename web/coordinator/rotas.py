"""Interim."""

from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint


@blueprint.get("/<int:programme_id>/rotas")
@open_to(Audience.COORDINATOR)
def rotas(programme_id: int) -> str:
    return ""
