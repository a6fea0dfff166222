"""What the demo's people do on their own pages: say yes when asked to join, and agree to their group's charter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from scheduler.charters import service as charters
from scheduler.charters.model import Hat
from scheduler.db import Database, Db
from scheduler.demo.names import DIRECTOR, OVERSIGHT
from scheduler.enrolment.people_list import list_people
from scheduler.joining import answers, conduct, portraits
from scheduler.joining.facilitator_list import Noted, note_from_paper
from scheduler.joining.model import RESIDENTS_STEPS, Step
from scheduler.joining.questions import questions_of
from scheduler.people.model import Actor, Role
from scheduler.people.roles import appoint
from scheduler.plans.model import Group, Member, Plan
from scheduler.programmes.model import HelpKind, Signpost
from scheduler.programmes.signposts import set_signposts

SILENT = 20
"""Of so many residents one has not answered yet, and is not planned."""
TRAINED_AGO = timedelta(days=90)
PORTRAITS = (
    "I listen first. I came to medicine late, and left it for a year when my son was small.",
    "Ask me about changing specialty: I did it twice. I like walking while talking.",
    "I have sat on both sides of a complaint. Nothing you say will shock me.",
    "Small hospitals, big families, research on a shoestring: those I know something about.",
)


SIGNPOSTS: Final = (
    Signpost(HelpKind.COUNSELLING, "Staff counselling, Harbour General", "020 7946 0121", when="Mondays to Fridays"),
    Signpost(HelpKind.OCCUPATIONAL, "Occupational health", "020 7946 0122", when="Mondays to Fridays, 8 to 6"),
    Signpost(HelpKind.CRISIS, "Crisis line", "020 7946 0123", when="day and night"),
)
"""Where the demo's people find help: numbers that are kept for stories."""


def set_up(db: Db, coordinator: Actor, programme_id: int, now: datetime) -> None:
    """The coordinator adopts a charter, appoints a director and two people to look after safety, and says where to find
    help."""
    charters.adopt(db, coordinator, programme_id, charters.charter_to_edit(db, coordinator, programme_id), now)
    for name, email in OVERSIGHT:
        appoint(db, coordinator, programme_id, name, email, Role.OVERSIGHT, now)
    appoint(db, coordinator, programme_id, *DIRECTOR, Role.DIRECTOR, now)
    set_signposts(db, coordinator, programme_id, SIGNPOSTS, now)


def join(db: Db, coordinator: Actor, programme_id: int, now: datetime) -> int:
    """Seniors introduce themselves, and most residents go through the questions; returns how many people answered."""
    people = list_people(db, coordinator, programme_id)
    seniors = [line for line in people if line.kind == Role.FACULTY]
    residents = [line for line in people if line.kind == Role.RESIDENT]
    willing = [line for number, line in enumerate(residents, start=1) if number % SILENT]
    for number, line in enumerate(seniors):
        _introduce(db, _actor(line.person_id, line.name, programme_id, Role.FACULTY), programme_id, number, now)
    _verify_training(db, coordinator, programme_id, [line.person_id for line in seniors], now)
    for line in willing:
        actor = _actor(line.person_id, line.name, programme_id, Role.RESIDENT)
        for step in RESIDENTS_STEPS:  # what they wish stands in the list that was imported; they leave it as it is
            answers.mark_saved(db, actor, programme_id, step, now)
    return len(seniors) + len(willing)


_GROUPS_AT_A_TIME = 50
"""What follows from an agreement is worked out once for so many groups: a house of thousands has hundreds."""


def agree(database: Database, plan: Plan, shown: Group, now: datetime) -> int:
    """Everybody agrees to the charter, but for one in the last group; returns in how many groups all have."""
    waiting = next((group for group in reversed(plan.groups) if group.key != shown.key), None)
    agreed = 0
    for start in range(0, len(plan.groups), _GROUPS_AT_A_TIME):
        with database.writing() as db:
            for group in plan.groups[start : start + _GROUPS_AT_A_TIME]:
                agreed += _all_agree(db, plan, group, 1 if group is waiting else 0, now)
    return agreed


def _all_agree(db: Db, plan: Plan, group: Group, but: int, now: datetime) -> bool:
    """The members of a group agree, without the first few; returns whether all have."""
    members = [*_signing(plan, group.residents, Role.RESIDENT), *_signing(plan, group.facilitators, Role.FACULTY)]
    all_have = False
    for actor in members[but:]:
        found = charters.find_group_charter(db, actor, plan.programme_id, group.key, now)
        assert found is not None
        leads = actor.has(plan.programme_id, Role.FACULTY)
        all_have = charters.accept(
            db, actor, plan.programme_id, group.key, found.charter.version, now,
            terms=found.terms.version, hats=frozenset({Hat.MENTOR}) if leads else None,
        )  # fmt: skip
    return all_have


def _introduce(db: Db, actor: Actor, programme_id: int, number: int, now: datetime) -> None:
    text = PORTRAITS[number % len(PORTRAITS)]
    portraits.save_portrait(db, actor, programme_id, text, deputy_wanted=False, now=now)
    conduct.sign(db, actor, programme_id, conduct.code_of(db, programme_id).version, now, signs=True)
    for step in (Step.OFFER, Step.TOPICS, Step.WAYS, Step.PEOPLE):
        answers.mark_saved(db, actor, programme_id, step, now)


def _verify_training(db: Db, coordinator: Actor, programme_id: int, seniors: Sequence[int], now: datetime) -> None:
    """The coordinator has the certificates on paper."""
    done = {kind.key: now.date() - TRAINED_AGO for kind in questions_of(db, programme_id).training}
    noted = [Noted(person_id, None, done) for person_id in seniors]
    note_from_paper(db, coordinator, programme_id, noted, now)


def _signing(plan: Plan, members: tuple[Member, ...], role: Role) -> list[Actor]:
    return [_actor(member.person_id, member.name, plan.programme_id, role) for member in members]


def _actor(person_id: int, name: str, programme_id: int, role: Role) -> Actor:
    return Actor(person_id, name, frozenset(((programme_id, role),)))
