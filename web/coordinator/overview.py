"""A programme's first page: whether the groups will meet, and what to do next."""

from __future__ import annotations

from flask import render_template

from scheduler.joining.answer_list import Consents, count_consents
from scheduler.mail import troubles as mail_troubles
from scheduler.people.model import Role
from scheduler.people.sites import today_in
from scheduler.planning.overview import Overview
from scheduler.planning.overview import overview as overview_of
from scheduler.plans.model import UNPUBLISHED, PlanSummary
from scheduler.plans.own_programmes import own_programmes
from scheduler.programmes.life import Life, life_of
from scheduler.sessions.published_figures import figures_of
from scheduler.troubles.model import TroubleState
from scheduler.troubles.remedies import remedies_for
from scheduler.troubles.service import count_troubles, list_troubles
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.troubles import lines_of
from web.request_context import actor, database, now

FIRST_TROUBLES = 3
"""So many are on the first page; the others are in their list."""


@blueprint.get("/")
@open_to(Audience.COORDINATOR)
def programmes() -> str:
    """The programmes that somebody coordinates."""
    with database().reading() as db:
        found = own_programmes(db, actor(), Role.COORDINATOR)
        archived = own_programmes(db, actor(), Role.COORDINATOR, archived=True)
    return render_template("coordinator/programmes.html", programmes=found, archived=archived)


@blueprint.get("/<int:programme_id>")
@open_to(Audience.COORDINATOR)
def overview(programme_id: int) -> str:
    """Where the programme stands."""
    with database().reading() as db:
        found = overview_of(db, actor(), programme_id)
        draft = _newest_draft(found)
        shown = draft or found.published
        figures = figures_of(db, actor(), programme_id, shown.id) if shown else None
        counts = count_troubles(db, actor(), programme_id)[TroubleState.OPEN]
        first = list_troubles(db, actor(), programme_id, now(), most=FIRST_TROUBLES).troubles if counts else ()
        remedies = remedies_for(db, found.programme, first, now()) if first else {}
        unreached = mail_troubles.count_troubles(db, actor(), programme_id)
        life = life_of(db, programme_id, now())
        consents = count_consents(db, actor(), programme_id)
    stage = stage_of(found, draft, life, not_asked=_are_to_be_asked(consents, life))
    return render_template(
        "coordinator/overview.html",
        found=found,
        published=found.published,
        draft=draft,
        figures=figures,
        stage=stage,
        today=today_in(found.programme.zone, now()),
        life=life,
        consents=consents,
        unreached=unreached,
        open_troubles=counts,
        lines=lines_of(found.programme, first, remedies),
    )


def _are_to_be_asked(consents: Consents, life: Life) -> bool:
    return consents.is_nobody_asked and (consents.are_needed or life.follows is not None)


def _newest_draft(found: Overview) -> PlanSummary | None:
    """The newest draft that is younger than what is published."""
    newest = found.plans[0] if found.plans else None
    return newest if newest and newest.state in UNPUBLISHED else None


def stage_of(found: Overview, draft: PlanSummary | None, life: Life, *, not_asked: bool = False) -> str:
    """What stands first on the page: the next thing to do, or that all is well. With ``not_asked`` nobody was asked yet
    whether they join or go on."""
    if life.has_ended:
        return "ended"
    if found.current_run:
        return "running"
    if draft:
        return "draft"
    if found.published:
        return "over" if life.is_over else "published"
    if not_asked:
        return "ask"
    if not found.residents:
        return "people"
    if found.without_rota == found.residents:
        return "rotas"
    return "plan"
