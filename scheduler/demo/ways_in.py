"""Fresh sign-in links and feed addresses for a few of the demo's people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.db import Db
from scheduler.enrolment.people_list import list_people
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import list_offices
from scheduler.people.tables import PersonRow
from scheduler.plans.model import Group, Plan
from scheduler.signing_in.links import make_link
from scheduler.signing_in.tokens import MOST_DAYS, end_older_tokens, make_token_for

FOR_WHAT, FEW = "the demo", 9
"""What its tokens are called, and how many of before still work."""
LINKS_STAY = timedelta(days=90)
"""These people are made up, so their links may be used again and again."""


@dataclass(frozen=True, slots=True)
class WaysIn:
    """Who can be looked in on, and absolute addresses: of pages by audience, of feeds by purpose."""

    names: Mapping[str, str]
    links: Mapping[str, str]
    feeds: Mapping[str, str]
    tokens: Mapping[str, str]
    """With which programs act as the coordinator and, where there is one, as the director."""


def open_ways_in(db: Db, coordinator: Actor, plan: Plan, base_url: str, now: datetime) -> WaysIn:
    """Links for who looks after the programme, a resident and a facilitator, of one group if one is facilitated. Who is
    only asked to be a director or contact has no desk, so there is none for them; nor for an office that nobody has.
    """
    assert coordinator.person_id is not None
    group = shown_group(plan)
    resident = max(group.residents, key=lambda member: member.can_come)
    facilitator_id, facilitator_name = _facilitator(db, coordinator, plan, group)
    people = {
        "coordinator": (coordinator.person_id, coordinator.name),
        "resident": (resident.person_id, resident.name),
        "facilitator": (facilitator_id, facilitator_name),
    }
    for role in (Role.OVERSIGHT, Role.DIRECTOR):
        for one in list_offices(db, plan.programme_id, (role,))[:1]:
            people[role.value] = (one.person_id, one.name)
    subjects = {
        "resident": (resident.person_id, Subject(Purpose.RESIDENT, plan.programme_id)),
        "facilitator": (facilitator_id, Subject(Purpose.FACILITATOR, plan.programme_id)),
        "group": (resident.person_id, Subject(Purpose.GROUP, plan.programme_id, group.key)),
        "programme": (coordinator.person_id, Subject(Purpose.PROGRAMME, plan.programme_id)),
    }

    def feed(owner_id: int, subject: Subject) -> str:
        return base_url + open_feed(db, OPERATOR, subject, now, page_url=base_url, owner_id=owner_id).path

    return WaysIn(
        names={audience: name for audience, (_id, name) in people.items()},
        links={
            audience: f"{base_url}/sign-in/{make_link(db, person_id, now, stays=LINKS_STAY)}"
            for audience, (person_id, _name) in people.items()
        },
        feeds={purpose: feed(owner_id, subject) for purpose, (owner_id, subject) in subjects.items()},
        tokens={who: _token(db, people[who][0], now) for who in ("coordinator", "director") if who in people},
    )


def _token(db: Db, person_id: int, now: datetime) -> str:
    """A token of somebody with a desk; the last few that the demo has printed go on working."""
    end_older_tokens(db, person_id, FOR_WHAT, kept=FEW)
    email = db.scalars(select(PersonRow.email).where(PersonRow.id == person_id)).one()
    return make_token_for(db, OPERATOR, email, FOR_WHAT, "publish", MOST_DAYS, now).secret


def shown_group(plan: Plan) -> Group:
    """The group with most sessions, a facilitated one if there is any."""
    return max(plan.groups, key=lambda group: (bool(group.facilitators), len(group.sessions)))


def _facilitator(db: Db, coordinator: Actor, plan: Plan, group: Group) -> tuple[int, str]:
    """A facilitator of the group; in a plan of peer groups alone, any senior."""
    if group.facilitators:
        return group.facilitators[0].person_id, group.facilitators[0].name
    seniors = (line for line in list_people(db, coordinator, plan.programme_id) if line.kind is Role.FACULTY)
    senior = next(seniors)
    return senior.person_id, senior.name
