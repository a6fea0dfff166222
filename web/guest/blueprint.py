"""The blueprint that the views of guest coaches register on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("guest", __name__)
