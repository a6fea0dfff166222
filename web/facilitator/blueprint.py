"""The blueprint that the facilitators' views register on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("facilitator", __name__)
