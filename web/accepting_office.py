"""Taking an office, on the page to which the invitation leads, and stepping down: the same for every office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.offices.model import OfficeRules
from scheduler.offices.service import accept_invitation, get_invitation, step_down
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.auth.login import people_of_this_browser
from web.forms import form_on, read_form
from web.request_context import actor, database, now


@dataclass(frozen=True, slots=True)
class OfficePages:
    """The pages of one office in its blueprint: under which ``address`` somebody accepts, whose pages those of the
    office are, the endpoint of its ``first`` one, and what is said after accepting and after stepping down."""

    rules: OfficeRules
    audience: Audience
    address: str
    first: str
    thanks: Any
    farewell: Any


def add_office_pages(blueprint: Blueprint, pages: OfficePages) -> None:
    """Let people accept an office and leave it."""
    page = f"{blueprint.name}.accept"

    @blueprint.get(f"/{pages.address}/<int:number>")
    @open_to(Audience.SIGNED_IN)
    def accept(number: int) -> str:
        """What it means, and who asks. The page of a wrong address for whoever was not asked. ``number`` is the
        programme's."""
        with database().reading() as db:
            coordinators = get_invitation(db, pages.rules, actor(), number, now())
            programme = get_programme(db, number)
        address = url_for(f"{blueprint.name}.accepted", number=number)
        return render_template(
            f"{blueprint.name}/accept.html", programme=programme, coordinators=coordinators, address=address
        )

    @blueprint.post(f"/{pages.address}/<int:number>")
    @open_to(Audience.SIGNED_IN)
    @form_on(page, "accept", once=True)
    def accepted(number: int) -> ResponseReturnValue:
        """Take it on."""
        with read_form() as form:
            declares = form.ticked("declares")
        people = people_of_this_browser()
        with database().writing() as db:
            accept_invitation(db, pages.rules, actor(), number, now(), declares=declares, in_this_browser=people)
        flash(str(pages.thanks))
        return redirect(url_for(pages.first, programme_id=number), 303)

    @blueprint.post("/<int:programme_id>/step-down")
    @open_to(pages.audience)
    @form_on(pages.first, "step-down")
    def stepped_down(programme_id: int) -> ResponseReturnValue:
        """Have it no more."""
        with database().writing() as db:
            step_down(db, pages.rules, actor(), programme_id, now())
        flash(str(pages.farewell))
        return redirect(url_for("public.welcome"), 303)
