"""The blueprint that the views of directors register on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("director", __name__, url_prefix="/director")
