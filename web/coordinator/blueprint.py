"""The blueprint that the coordinator's views register on: every address begins with the programme."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("coordinator", __name__, url_prefix="/programmes")
