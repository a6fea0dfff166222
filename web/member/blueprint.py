"""The blueprint that the members' views register on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("member", __name__)
