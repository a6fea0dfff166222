"""Nominating a facilitator for an award: the same on the pages of members and of coordinators."""

from __future__ import annotations

from typing import Any

from flask import flash

from scheduler.db import Db
from scheduler.voices.awards import LONGEST, made_nominations, nominate, nominees, take_back
from web.forms import read_form
from web.language import gettext as _
from web.request_context import actor, database, now


def to_nominate(db: Db, programme_id: int) -> dict[str, Any]:
    """What the form is filled with: whom one may nominate, and whom one has."""
    made = made_nominations(db, actor(), programme_id)
    return {"nominees": nominees(db, actor(), programme_id), "made": made, "longest": LONGEST}


def put_nomination(programme_id: int) -> None:
    """Put what the form says to the nominee."""
    with read_form() as form:
        person_id, text = form.id("person"), form.text("text")
    with database().writing() as db:
        nominate(db, actor(), programme_id, person_id, text, now())
    flash(_("Thank you. They read it, and it’s sent on once they agree."))


def take_nomination_back(programme_id: int, nomination_id: int) -> None:
    """Take back a nomination of one's own."""
    with database().writing() as db:
        take_back(db, actor(), programme_id, nomination_id)
    flash(_("You’ve taken it back."))
