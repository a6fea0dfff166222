"""What a facilitator can offer, posted to a whole group: everyone in it reads it at the same time, so that nobody is
offered anything apart from the others.

There is no way to name a person: a post is mailed to the group like any letter, and is on its page until its last day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.db import Db, pair_in
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.groups.letters import write_to_group
from scheduler.groups.model import Opportunity
from scheduler.groups.tables import OpportunityRow
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.pauses import paused_facilitators
from scheduler.people.sites import today_in
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import GroupId, Roster, own_group_roster, own_rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.service import get_programme, get_programmes, lock_programme
from scheduler.settings import Settings
from scheduler.text_input import required_text

LONGEST: Final = 600
MOST_OPEN: Final = 5
"""So many posts of one group are open at once: more would be a board of notices."""
OPEN_FOR: Final = timedelta(days=180)
"""So long a post is open at most, and kept."""
_FEWEST: Final = 2
"""Where there is one resident, an offer to the group would be an offer to that one person."""


def opportunities(
    db: Db, actor: Actor, groups: Collection[GroupId], now: datetime
) -> Mapping[GroupId, tuple[Opportunity, ...]]:
    """What is open in one's own groups, the newest first, as long as who posted it facilitates there. NotFound to
    outsiders."""
    found: dict[GroupId, tuple[Opportunity, ...]] = dict.fromkeys(groups, ())
    rosters = own_rosters(db, actor, groups)
    rows = db.execute(
        select(OpportunityRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == OpportunityRow.person_id)
        .where(pair_in(OpportunityRow.programme_id, OpportunityRow.group_key, groups))
        .order_by(OpportunityRow.id.desc())
    ).all()
    programmes = get_programmes(db, {row.programme_id for row, _ in rows})
    for row, name in rows:
        group = row.programme_id, row.group_key
        leads = _leads(db, rosters[group], row.programme_id, row.person_id)
        if leads and row.ends_on >= today_in(programmes[row.programme_id].zone, now):
            is_own = row.person_id == actor.person_id
            found[group] += (Opportunity(row.id, row.text, name, row.ends_on, is_own),)
    return found


def post_opportunity(
    db: Db,
    settings: Settings,
    actor: Actor,
    programme_id: int,
    group_key: str,
    text: str,
    ends_on: date,
    now: datetime,
) -> int:
    """Post something to all of a group that the actor facilitates; returns to how many it is mailed.

    Raises NotFound to everybody else, a deputy and a paused facilitator included; NotPossible where only one resident
    would read it, where :data:`MOST_OPEN` are open, and once the programme has ended.
    """
    roster = _led(db, actor, programme_id, group_key)
    lock_programme(db, programme_id)
    if sum(role == MemberRole.RESIDENT for role in roster.values()) < _FEWEST:
        raise NotPossible(
            say("There’s only one resident in this group, so this would be offered to one person."),
            what_to_do=say("Ask your coordinator to tell everyone in the programme."),
        )
    words = required_text(text, LONGEST)
    today = today_in(get_programme(db, programme_id).zone, now)
    if not today <= ends_on <= today + OPEN_FOR:
        words_of_fault = say("Choose a day from today on, within %(days)s days.", days=OPEN_FOR.days)
        raise Rejected(say("Please check the fields marked below."), (Fault("ends_on", words_of_fault),))
    group = (programme_id, group_key)
    if len(opportunities(db, actor, [group], now)[group]) >= MOST_OPEN:
        raise NotPossible(
            say("Your group has %(count)s opportunities open.", count=MOST_OPEN),
            what_to_do=say("Take one down first."),
        )
    db.add(
        OpportunityRow(
            programme_id=programme_id, group_key=group_key, person_id=actor.person_id, text=words, ends_on=ends_on,
            posted_at=now,
        )
    )  # fmt: skip
    db.flush()
    record(db, actor, "opportunity.posted", now, programme_id, group=group_key)
    return write_to_group(db, settings, actor, programme_id, group_key, words, now)


def take_down(db: Db, actor: Actor, opportunity_id: int, now: datetime) -> None:
    """Take a post down: any facilitator of the group may."""
    row = db.get(OpportunityRow, opportunity_id)
    if row is None:
        raise NotFound(say("That opportunity is no longer there."))
    _led(db, actor, row.programme_id, row.group_key)
    db.execute(delete(OpportunityRow).where(OpportunityRow.id == row.id))
    record(db, actor, "opportunity.taken_down", now, row.programme_id, group=row.group_key)


def _led(db: Db, actor: Actor, programme_id: int, group_key: str) -> Roster:
    """Everybody in a group that the actor facilitates."""
    roster = own_group_roster(db, actor, programme_id, group_key)
    if not _leads(db, roster, programme_id, actor.person_id or 0):
        raise NotFound(say("That group isn’t one of yours."))
    return roster


def _leads(db: Db, roster: Roster, programme_id: int, person_id: int) -> bool:
    is_facilitator = roster.get(person_id) == MemberRole.FACILITATOR
    return is_facilitator and person_id not in paused_facilitators(db, programme_id)
