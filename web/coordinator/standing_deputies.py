"""A group's standing deputy: named by its coordinator, from those who could take the facilitator's place over."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.coordination.published import published_group
from scheduler.coordination.standing_deputies import (
    InTheWay,
    NearlyPossible,
    name_standing_deputy,
    nearly_possible,
    possible_standing_deputies,
    standing_deputy_of,
    withdraw_standing_deputy,
)
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_shown, read_form
from web.language import gettext as _
from web.language import ngettext
from web.mailing import mailed
from web.request_context import actor, database, now, settings


@blueprint.get("/<int:programme_id>/groups/<group_key>/deputy")
@open_to(Audience.COORDINATOR)
def standing_deputy(programme_id: int, group_key: str) -> str:
    """Who it is, and who could be."""
    with database().reading() as db:
        programme, group = get_programme(db, programme_id), published_group(db, actor(), programme_id, group_key)
        standing = standing_deputy_of(db, actor(), programme_id, group_key)
        found = possible_standing_deputies(db, actor(), programme_id, group_key, now())
        nearly = nearly_possible(db, actor(), programme_id, group_key, found, now())
    others = [each for each in found if standing is None or each.person_id != standing.person_id]
    return render_template(
        "coordinator/standing_deputy.html",
        programme=programme,
        group=group,
        standing=standing,
        others=others,
        nearly=[(each.name, _in_the_way(each)) for each in nearly],
    )


def _in_the_way(each: NearlyPossible) -> str:
    match each.obstacle:
        case InTheWay.NOT_READY:
            return _("not ready: look at their code of conduct and training")
        case InTheWay.OTHER_KIND:
            return _("hasn’t offered this kind of group")
        case InTheWay.DEPUTY_ELSEWHERE:
            return ngettext(
                "already the standing deputy of %(num)s group",
                "already the standing deputy of %(num)s groups",
                each.deputy_of,
            )
    return _("can’t come to any session, or a rule on record keeps them from this group")


@blueprint.post("/<int:programme_id>/groups/<group_key>/deputy")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.standing_deputy", "deputy", field="person")
def standing_deputy_named(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Name somebody, or nobody any longer."""
    with read_form() as form:
        ends = form.ticked("nobody")
        person_id = None if ends else form.id("person")
    page = f"{settings().base_url}{url_for('facilitator.groups')}"
    with database().writing() as db:
        standing = standing_deputy_of(db, actor(), programme_id, group_key)
        must_be_as_shown(standing.person_id if standing else None)
        if person_id is None:
            withdraw_standing_deputy(db, actor(), programme_id, group_key, now(), page_url=page)
        else:
            name_standing_deputy(db, actor(), programme_id, group_key, person_id, now(), page_url=page)
    flash(
        mailed(
            _("The group has no standing deputy now. They’re told by e-mail.")
            if person_id is None
            else _("Saved. The group’s page and its charter say so now, and they’re told by e-mail.")
        )
    )
    return redirect(url_for("coordinator.group", programme_id=programme_id, group_key=group_key), 303)
