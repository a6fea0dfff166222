"""The coordinator's programmes, and the first page of one: setting up at first, the desk once it is published."""

from __future__ import annotations

from enum import Enum

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.desk.model import ReminderKind
from scheduler.desk.needs import count_needs
from scheduler.desk.reminders import remind
from scheduler.desk.service import desk_of
from scheduler.errors import NotFound
from scheduler.joining.answer_list import Consents, count_consents
from scheduler.joining.questions import today_of
from scheduler.mail import troubles as mail_troubles
from scheduler.people.model import Role
from scheduler.planning.overview import Overview
from scheduler.planning.overview import overview as overview_of
from scheduler.plans.counts import missing_from
from scheduler.plans.model import UNPUBLISHED, PlanSummary
from scheduler.plans.own_programmes import own_programmes
from scheduler.programmes.life import Life, life_of
from scheduler.sessions.published_figures import figures_of
from scheduler.troubles.remedies import remedies_for
from scheduler.troubles.service import list_troubles
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.setup.closed import regional_words
from web.coordinator.troubles import cause_words, lines_of
from web.forms import form_on
from web.language import gettext as _
from web.language import ngettext
from web.mailing import mailed
from web.request_context import actor, database, now, settings

FIRST_TROUBLES = 3
"""So many are on the first page; the others are in their list."""
KINDS = {kind.value: kind for kind in ReminderKind}


class NextThing(Enum):
    """What is to be done next in a programme that is not published, or has ended."""

    PEOPLE = "people"
    ASK = "ask"
    ROTAS = "rotas"
    PLAN = "plan"
    RUNNING = "running"
    DRAFT = "draft"
    ENDED = "ended"


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
    """Whether the groups will meet, and what needs her; before anything is published, what to do next."""
    with database().reading() as db:
        found = overview_of(db, actor(), programme_id)
        life = life_of(db, programme_id, now())
    return _desk(found, life) if found.published and not life.has_ended else _setting_up(found, life)


@blueprint.get("/<int:programme_id>/setting-up")
@open_to(Audience.COORDINATOR)
def setting_up(programme_id: int) -> str:
    """Every step of setting the programme up, and how far each is."""
    with database().reading() as db:
        found = overview_of(db, actor(), programme_id)
        consents = count_consents(db, actor(), programme_id)
        today = today_of(db, programme_id, now())
    draft = newest_draft(found)
    return render_template(
        "coordinator/setting_up.html",
        found=found,
        draft=draft,
        consents=consents,
        today=today,
        regional=regional_words(found.programme),
    )


@blueprint.post("/<int:programme_id>/reminders/<kind>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.overview", once=True)
def desk_reminded(programme_id: int, kind: str) -> ResponseReturnValue:
    """Remind everybody of something that their group waits for."""
    if kind not in KINDS:
        raise NotFound(_("We can’t find that page."))
    with database().writing() as db:
        sent = remind(db, actor(), programme_id, KINDS[kind], settings().base_url, now())
    flash(
        mailed(ngettext("%(num)s reminder is waiting to be sent.", "%(num)s reminders are waiting to be sent.", sent))
    )
    return redirect(url_for("coordinator.overview", programme_id=programme_id, _anchor="waiting"), 303)


def _desk(found: Overview, life: Life) -> str:
    programme, draft = found.programme, newest_draft(found)
    with database().reading() as db:
        missing = missing_from(db, actor(), programme.id, draft.id) if draft else 0
        desk = desk_of(db, actor(), programme.id, now())
        needs = count_needs(db, actor(), programme.id, now())
        first = list_troubles(db, actor(), programme.id, now(), most=FIRST_TROUBLES).troubles if needs.troubles else ()
        remedies = remedies_for(db, programme, first, now()) if first else {}
    return render_template(
        "coordinator/desk.html",
        found=found,
        published=found.published,
        draft=draft,
        missing=missing,
        life=life,
        desk=desk,
        needs=needs,
        cause=cause_words(desk.cause.told) if desk.cause and needs.troubles else "",
        lines=lines_of(programme, first, remedies),
    )


def _setting_up(found: Overview, life: Life) -> str:
    programme_id = found.programme.id
    draft = newest_draft(found)
    with database().reading() as db:
        figures = figures_of(db, actor(), programme_id, draft.id) if draft else None
        missing = missing_from(db, actor(), programme_id, draft.id) if draft else 0
        desk = desk_of(db, actor(), programme_id, now()) if found.published else None
        consents = count_consents(db, actor(), programme_id)
        unreached = mail_troubles.count_troubles(db, actor(), programme_id)
        today = today_of(db, programme_id, now())
    return render_template(
        "coordinator/overview.html",
        found=found,
        draft=draft,
        figures=figures,
        missing=missing,
        NextThing=NextThing,
        stage=stage_of(found, draft, life, not_asked=_are_to_be_asked(consents, life)),
        today=today,
        life=life,
        desk=desk,
        consents=consents,
        unreached=unreached,
        regional=regional_words(found.programme),
    )


def _are_to_be_asked(consents: Consents, life: Life) -> bool:
    return consents.is_nobody_asked and (consents.are_needed or life.follows is not None)


def newest_draft(found: Overview) -> PlanSummary | None:
    """The newest draft that is younger than what is published."""
    newest = found.plans[0] if found.plans else None
    return newest if newest and newest.state in UNPUBLISHED else None


def stage_of(found: Overview, draft: PlanSummary | None, life: Life, *, not_asked: bool = False) -> NextThing:
    """What stands first on the page of a programme that is not published, or has ended: the next thing to do. With
    ``not_asked`` nobody was asked yet whether they join or go on."""
    if life.has_ended:
        return NextThing.ENDED
    if found.current_run:
        return NextThing.RUNNING
    if draft:
        return NextThing.DRAFT
    if not_asked:
        return NextThing.ASK
    if not found.residents:
        return NextThing.PEOPLE
    if found.without_rota == found.residents:
        return NextThing.ROTAS
    return NextThing.PLAN
