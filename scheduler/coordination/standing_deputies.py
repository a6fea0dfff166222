"""Naming a group's standing deputy: somebody who could take the facilitator's place over for the rest of the term.

What holds for who facilitates a group holds for them: they are ready, nothing on record keeps them from anybody in it
on any day of its life. They stand in at single sessions, so leading as many groups as they have offered does not keep
them from it; standing in for as many does. What people keep to themselves is looked at only when one is named, and then
told to nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.coordination.candidates import MOST_SHOWN, offering_kind_of, successors
from scheduler.coordination.model import Candidate, TakeOver
from scheduler.coordination.service import must_be_safe, open_desk
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.joining.facilitator_offers import people_to_plan
from scheduler.languages import in_language, mark, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.membership import rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import lock_programme
from scheduler.sessions.standing_deputies import StandingDeputy, find_standing_deputy, standing_deputies
from scheduler.sessions.tables import SessionRow, StandingDeputyRow

NAMED: Final = (
    mark("You’re a group’s standing deputy"),
    mark(
        "Your coordinator has named you standing deputy of the mentoring group %(group)s. When its facilitator can’t "
        "come, you’re asked first. You’re free to say no each time, and if this doesn’t suit you, just reply to this "
        "e-mail. Your page:"
    ),
)
NO_LONGER: Final = (
    mark("You’re no longer a group’s standing deputy"),
    mark(
        "You’re no longer standing deputy of the mentoring group %(group)s. Thank you for having been there. Your page:"
    ),
)


class InTheWay(StrEnum):
    """What keeps a facilitator from being named."""

    NOT_READY = "not_ready"
    OTHER_KIND = "other_kind"
    DEPUTY_ELSEWHERE = "deputy_elsewhere"
    TIME_OR_RULE = "time_or_rule"


@dataclass(frozen=True, slots=True)
class NearlyPossible:
    """A facilitator who cannot be named as it is; ``deputy_of`` so many other groups."""

    name: str
    obstacle: InTheWay
    deputy_of: int


def standing_deputy_of(db: Db, actor: Actor, programme_id: int, group_key: str) -> StandingDeputy | None:
    """A group's standing deputy, to its coordinator."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return find_standing_deputy(db, programme_id, group_key)


def possible_standing_deputies(
    db: Db, actor: Actor, programme_id: int, group_key: str, now: datetime
) -> tuple[Candidate, ...]:
    """Who could be named, those who can come to most of the group's sessions first. Nobody where none leads it."""
    actor.must_have(programme_id, Role.COORDINATOR)
    leader = _leader(db, programme_id, group_key)
    if leader is None:
        return ()
    taken, leads = _taken(db, programme_id, group_key), _groups_led(db, programme_id)
    found = successors(db, actor, programme_id, group_key, leader, now)
    return tuple(replace(each, leads=leads[each.person_id]) for each in found if each.person_id not in taken)


def nearly_possible(
    db: Db, actor: Actor, programme_id: int, group_key: str, possible: Collection[Candidate], now: datetime
) -> tuple[NearlyPossible, ...]:
    """The programme's other facilitators, by name, with what stands in their way as far as a coordinator may know it;
    nobody where no facilitator leads the group."""
    actor.must_have(programme_id, Role.COORDINATOR)
    roster = rosters(db, programme_id, (group_key,)).get(group_key, {})
    if _leader(db, programme_id, group_key) is None:
        return ()
    could = {each.person_id for each in possible} | roster.keys()
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(*_facilitators(programme_id), PersonRow.id.not_in(could))
        .order_by(PersonRow.name, PersonRow.id)
        .limit(MOST_SHOWN)
    ).all()
    ready = people_to_plan(db, programme_id, {row.id: Role.FACULTY for row in rows}, now)
    offering, taken = set(offering_kind_of(db, programme_id, group_key, now)), _taken(db, programme_id, group_key)

    def obstacle(who: int) -> InTheWay:
        if who not in ready:
            return InTheWay.NOT_READY
        if who not in offering:
            return InTheWay.OTHER_KIND
        return InTheWay.DEPUTY_ELSEWHERE if who in taken else InTheWay.TIME_OR_RULE

    return tuple(NearlyPossible(row.name, obstacle(row.id), taken.get(row.id, 0)) for row in rows)


def name_standing_deputy(
    db: Db, actor: Actor, programme_id: int, group_key: str, person_id: int, now: datetime, *, page_url: str = ""
) -> None:
    """Name somebody in the place of whoever it was; both get an e-mail. Raises NotPossible for who could not facilitate
    the group for the rest of the term, :class:`~scheduler.errors.Unspoken` where that is nobody's business."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    if person_id not in {
        each.person_id for each in possible_standing_deputies(db, actor, programme_id, group_key, now)
    }:
        raise NotPossible(
            say("They can’t be this group’s standing deputy."), what_to_do=say("Choose someone from the list.")
        )
    act = TakeOver(programme_id, group_key, _leader(db, programme_id, group_key) or 0, person_id)
    must_be_safe(db, open_desk(db, actor, (act,), now), (act,), now)
    row = db.get(StandingDeputyRow, (programme_id, group_key))
    if row is None:
        row = StandingDeputyRow(programme_id=programme_id, group_key=group_key)
        db.add(row)
    if row.person_id == person_id:
        return  # named twice is named: there is no second e-mail
    if row.person_id is not None:
        _write_to(db, row, NO_LONGER, now, page_url)
    row.person_id, row.named_at = person_id, now
    db.flush()
    _write_to(db, row, NAMED, now, page_url)
    record(db, actor, "deputy.standing_named", now, programme_id, group=group_key, person=person_id)
    _tell(db, programme_id, group_key, now)


def withdraw_standing_deputy(
    db: Db, actor: Actor, programme_id: int, group_key: str, now: datetime, *, page_url: str = ""
) -> None:
    """The group has none any longer; who it was gets an e-mail. Raises NotFound where it has none."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    row = db.get(StandingDeputyRow, (programme_id, group_key))
    if row is None:
        raise NotFound(say("This group has no standing deputy."))
    _write_to(db, row, NO_LONGER, now, page_url)
    db.delete(row)
    db.flush()
    record(db, actor, "deputy.standing_withdrawn", now, programme_id, group=group_key)
    _tell(db, programme_id, group_key, now)


def _tell(db: Db, programme_id: int, group_key: str, now: datetime) -> None:
    """What hangs on the group's sessions is worked out again."""
    own = (SessionRow.programme_id == programme_id, SessionRow.group_key == group_key)
    note(db, Fact.SESSIONS, programme_id, now, db.scalars(select(SessionRow.id).where(*own)))


def _write_to(db: Db, row: StandingDeputyRow, what: tuple[str, str], now: datetime, page_url: str) -> None:
    """Tell a standing deputy, in their language, that they are one, or are one no longer."""
    person = db.get_one(PersonRow, row.person_id)
    own = (SessionRow.programme_id == row.programme_id, SessionRow.group_key == row.group_key)
    group = db.scalar(select(SessionRow.group_name).where(*own).limit(1)) or ""
    subject, words = what
    with in_language(person.language):
        text = f"{greeting(person.name)}\n\n{say(words, group=group)}\n\n{page_url}\n"
        put_in_outbox(db, person.email, say(subject), text, now, programme_id=row.programme_id)


def _leader(db: Db, programme_id: int, group_key: str) -> int | None:
    """One who facilitates the group. Raises NotFound where there is no such group."""
    roster = rosters(db, programme_id, (group_key,)).get(group_key)
    if roster is None:
        raise NotFound(say("We can’t find that group."))
    return min((who for who, role in roster.items() if role == MemberRole.FACILITATOR), default=None)


def _facilitators(programme_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        ParticipantRow.programme_id == programme_id,
        ParticipantRow.kind == Role.FACULTY,
        ParticipantRow.left_at.is_(None),
        ~ParticipantRow.guest,
    )


def _groups_led(db: Db, programme_id: int) -> Counter[int]:
    """How many groups each leads."""
    everyone = (seat for roster in rosters(db, programme_id).values() for seat in roster.items())
    return Counter(who for who, role in everyone if role == MemberRole.FACILITATOR)


def _taken(db: Db, programme_id: int, group_key: str) -> Mapping[int, int]:
    """Those who are standing deputies of as many other groups as they have offered to lead, of one at least: of how
    many. A deputy stands in at single sessions, so the groups that they lead themselves do not count."""
    standing = standing_deputies(db, (programme_id,)).items()
    found = Counter(deputy.person_id for (_, key), deputy in standing if key != group_key)
    rows = db.execute(select(ParticipantRow.person_id, ParticipantRow.capacity).where(*_facilitators(programme_id)))
    return {who: found[who] for who, capacity in rows if found[who] >= max(1, capacity)}
