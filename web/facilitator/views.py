"""A facilitator's own page: every group, all dates at once, and what waits for an answer."""

from __future__ import annotations

from flask import render_template

from scheduler.calendars.service import list_feeds
from scheduler.own_groups.questions import questions as questions_of
from scheduler.people.model import Role
from scheduler.people.pauses import own_pauses
from scheduler.planning.second_facilitators import own_groups_led_alone
from scheduler.plans.own_programmes import own_programmes
from scheduler.sessions.attendance import who_came
from scheduler.sessions.deputies import requests
from scheduler.sessions.diary import own_diary
from scheduler.sessions.model import IN_WRITING, OwnGroup, Session, SessionStatus
from scheduler.sessions.service import closed_groups_of, own_groups
from scheduler.sessions.standing_deputies import deputy_of_groups
from web.audiences import Audience, open_to
from web.facilitator.blueprint import blueprint
from web.member import term
from web.member.calendar import has_calendar
from web.member.group_page import load_pages
from web.member.views import MOST_IN_DIARY
from web.member.voice import load_voices
from web.request_context import actor, database, now


@blueprint.get("/facilitating")
@open_to(Audience.FACULTY)
def groups() -> str:
    """Every group that the person facilitates, and all dates at once."""
    with database().reading() as db:
        every = own_groups(db, actor())
        diary = own_diary(db, actor(), now()) if len({group.programme_id for group in every}) > 1 else ()
        found = tuple(group for group in every if group.as_facilitator)
        programmes = own_programmes(db, actor(), Role.FACULTY)
        feeds = list_feeds(db, actor())
        asked = requests(db, actor(), now())
        questions = [q for p in programmes for q in questions_of(db, actor(), p.id) if q.waits_for_reader]
        over = [session for group in found for session in group.sessions if _led_and_over(session)]
        noted = who_came(db, actor(), [session.id for session in over])
        closed = tuple(group for group in closed_groups_of(db, actor()) if group.as_facilitator)
        pages = load_pages(db, found)
        paused, voices = own_pauses(db, actor()), load_voices(db)
        stands_in = deputy_of_groups(db, actor())
        alone = own_groups_led_alone(db, actor(), {group.programme_id for group in found})
    return render_template(
        "facilitator/groups.html",
        pages=pages,
        closed=closed,
        diary=diary[:MOST_IN_DIARY],
        paused=paused,
        voices=voices,
        stands_in=stands_in,
        own_keys={(group.programme_id, group.key) for group in every},
        has_calendar=has_calendar(feeds),
        next=_next_of(found),
        programmes=programmes,
        contacts_of={programme.id: programme.coordinators for programme in programmes},
        zones={programme.id: programme.zone for programme in programmes},
        asked=asked,
        questions=questions,
        alone=[group for group in found if (group.programme_id, group.key) in alone],
        to_note=[session for session in over if session.id not in noted],
        now=now(),
        term=term,
    )


@blueprint.get("/facilitating/prompts")
@open_to(Audience.FACULTY)
def prompts() -> str:
    """Words to open with, to listen with and to close with."""
    return render_template("facilitator/prompts.html")


def _led_and_over(session: Session) -> bool:
    own = session.attendee(actor().person_id or 0)
    is_over = session.ends_at <= now() and session.status is not SessionStatus.CANCELLED
    return own is not None and is_over and session.mode != IN_WRITING


def _next_of(groups: tuple[OwnGroup, ...]) -> tuple[OwnGroup, Session] | None:
    """The session that comes first among all groups."""
    coming = ((group, group.next_session(now())) for group in groups)
    ahead = [(group, session) for group, session in coming if session]
    return min(ahead, key=lambda pair: pair[1].starts_at, default=None)
