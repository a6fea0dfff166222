"""The blueprint that the views of directors register on."""

from __future__ import annotations

from flask import Blueprint

from scheduler.evidence.directors import DIRECTOR
from web.accepting_office import OfficePages, add_office_pages
from web.audiences import Audience
from web.language import lazy_gettext

blueprint = Blueprint("director", __name__, url_prefix="/director")

add_office_pages(
    blueprint,
    OfficePages(
        DIRECTOR,
        Audience.DIRECTOR,
        "asked",
        "director.evidence",
        thanks=lazy_gettext("Thank you. You are the director now."),
        farewell=lazy_gettext("You’re no longer the director there."),
    ),
)
