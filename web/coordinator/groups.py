"""Published groups and their sessions, as a coordinator reads and changes them."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from scheduler.coordination import candidates
from scheduler.coordination.history import history_of_group, history_of_session
from scheduler.coordination.published import (
    Named,
    PublishedGroup,
    group_of_session,
    published_group,
    published_groups,
    stand_ins_of,
)
from scheduler.coordination.standing_deputies import standing_deputy_of
from scheduler.equity.plan_shown import find_plan_shown
from scheduler.errors import NotFound
from scheduler.people.pauses import list_paused_people
from scheduler.plans.service import published_plan_id
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import IN_WRITING, Session
from scheduler.sessions.turns import shares_of
from solvers.vocabulary import IN_PERSON, MODES
from web.audiences import Audience, open_to
from web.coordinator import plan_summary
from web.coordinator.blueprint import blueprint
from web.coordinator.group_lists import CARDS, meeting_words, read_groups
from web.forms import read_address
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/groups")
@open_to(Audience.COORDINATOR)
def groups(programme_id: int) -> str:
    """Groups, those in trouble first: as cards with when each meets next and who can come then, or as a table."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        plan = find_plan_shown(db, actor(), programme_id)
        shown = read_groups(db, plan, with_ended=True) if plan else None
        cards = shown is not None and shown.view == CARDS
        found = published_groups(db, actor(), programme_id, shown.keys) if shown and cards else ()
    return render_template(
        "coordinator/groups.html",
        programme=programme,
        shown=shown,
        plan_id=plan.id if plan else None,
        groups=found,
        now=now(),
        words=_WORDS,
        meeting_words=meeting_words,
        plan_summary=plan_summary,
    )


@blueprint.get("/<int:programme_id>/groups/<group_key>")
@open_to(Audience.COORDINATOR)
def group(programme_id: int, group_key: str) -> str:
    """One group: its people, its sessions as they are now, and what can be changed."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = published_group(db, actor(), programme_id, group_key)
        history = history_of_group(db, actor(), programme_id, group_key)
        plan_id = published_plan_id(db, actor(), programme_id)
        paused = list_paused_people(db, actor(), programme_id)
        standing = standing_deputy_of(db, actor(), programme_id, group_key)
    return render_template(
        "coordinator/group.html",
        paused=paused,
        standing=standing,
        programme=programme,
        group=found,
        history=history,
        plan_id=plan_id,
        now=now(),
        words=_WORDS,
        turns=shares_of(found.sessions),
    )


@blueprint.get("/<int:programme_id>/groups/<group_key>/place/<int:person_id>")
@open_to(Audience.COORDINATOR)
def group_place(programme_id: int, group_key: str, person_id: int) -> ResponseReturnValue:
    """Who could take a facilitator's place over, or where a resident could go."""
    with read_address() as form:
        first_day, last_day = form.find_day("first_day"), form.find_day("last_day")
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = published_group(db, actor(), programme_id, group_key)
        leads = any(one.person_id == person_id for one in found.facilitators)
        person = _person(found, person_id)
        successors = (
            candidates.successors(
                db, actor(), programme_id, group_key, person_id, now(), first_day=first_day, last_day=last_day
            )
            if leads
            else ()
        )
        others = () if leads else candidates.groups_for(db, actor(), programme_id, person_id, group_key, now())
    return render_template(
        "coordinator/group_place.html",
        programme=programme,
        group=found,
        person=person,
        leads=leads,
        successors=successors,
        others=others,
        first_day=first_day,
        last_day=last_day,
    )


@blueprint.get("/<int:programme_id>/groups/<group_key>/more")
@open_to(Audience.COORDINATOR)
def group_more(programme_id: int, group_key: str) -> str:
    """Who could come in, what more sessions could be had, which group it could merge with."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = published_group(db, actor(), programme_id, group_key)
        people = candidates.people_without_group(db, actor(), programme_id, group_key, now())
        dates = candidates.dates_for_group(db, actor(), programme_id, group_key, now())
        merges = candidates.groups_to_merge_with(db, actor(), programme_id, group_key, now())
    return render_template(
        "coordinator/group_more.html", programme=programme, group=found, people=people, dates=dates, merges=merges
    )


@blueprint.get("/<int:programme_id>/sessions/<int:session_id>")
@open_to(Audience.COORDINATOR)
def published_session(programme_id: int, session_id: int) -> str:
    """One session: when, where, who can come, what was changed of it and why, and what can be changed."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found, session = group_of_session(db, actor(), programme_id, session_id)
        history = history_of_session(db, actor(), programme_id, session_id)
        stand_ins = stand_ins_of(db, actor(), programme_id, session_id)
        plan_id = published_plan_id(db, actor(), programme_id)
        may_change = session.starts_at > now() and not found.ended
        movable = may_change and session.is_ahead(now())
        dates = candidates.dates_for_session(db, actor(), session_id, now()) if movable else ()
        deputies = {
            leader.person_id: candidates.deputies_for(db, actor(), session_id, leader.person_id, now())
            for leader in (found.facilitators if movable else ())
        }
        unled = movable and not found.facilitators and not session.facilitators and found.most_facilitators > 0
        leads = candidates.facilitators_for(db, actor(), session_id, now()) if unled else ()
    return render_template(
        "coordinator/session.html",
        programme=programme,
        group=found,
        session=session,
        history=history,
        stand_ins=stand_ins,
        plan_id=plan_id,
        may_change=may_change,
        dates=dates,
        deputies=deputies,
        leads=leads,
        rooms=[(room, site) for site in programme.sites for room in site.rooms],
        modes=[mode for mode in (*MODES, IN_WRITING) if mode != session.mode],
        in_person=IN_PERSON,
        now=now(),
        words=_WORDS,
    )


def _person(group: PublishedGroup, person_id: int) -> Named:
    for person in (*group.residents, *group.facilitators):
        if person.person_id == person_id:
            return person
    raise NotFound(_("They are not in this group."))


def coming_sentence(session: Session) -> str:
    """``4 of 5 can come.``"""
    coming = sum(each.comes for each in session.residents)
    return _("%(can)s of %(all)s can come.", can=coming, all=len(session.residents))


_WORDS = {"coming": coming_sentence}
