"""Circles: begun, joined by a code, left; what is in their charter, and who has agreed.

Only members read any of it. Whoever coordinates the programme reads none of it, a member or not, and nothing is in the
audit trail: a line there would say who did it. A code that does not let somebody in never says why.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import selectinload

from scheduler.bookings.commitments import booked
from scheduler.circles.counts import settle_counts
from scheduler.circles.model import (
    IS_NEWS,
    LONGEST_CHARTER,
    LONGEST_NAME,
    LONGEST_PLACE,
    MOST_CIRCLES,
    MOST_MEMBERS,
    Circle,
    Contact,
    Meeting,
    PastCircle,
)
from scheduler.circles.tables import CircleMemberRow, CirclePastRow, CircleRow
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import mark, say
from scheduler.people.likeness import find_alike
from scheduler.people.model import PARTICIPANTS, Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.programmes.firewall import power_in
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.text_input import required_text

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter or digit that looks like another one on paper."""
_CODE_LENGTH: Final = 12
_NOT_LET_IN = mark("That code didn’t work.")
_ASK = mark("Check it letter by letter, or ask the person who gave it to you for a new one.")


def are_offered(db: Db, actor: Actor, programme_id: int) -> bool:
    """Whether the actor may begin or join a circle here; the coordinator says whether anybody may."""
    return _is_eligible(actor, programme_id) and get_programme(db, programme_id).conduct.circles


def must_be_eligible(actor: Actor, programme_id: int) -> None:
    """Raise NotFound for whoever has nothing to do with circles here: coordinators, and who takes no part; and
    NotPossible to whoever may not be the person whose circles they are."""
    actor.must_be_confirmed()
    if not _is_eligible(actor, programme_id):
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))


def _is_eligible(actor: Actor, programme_id: int) -> bool:
    return actor.has(programme_id, *PARTICIPANTS) and not actor.has(programme_id, Role.COORDINATOR)


def start_circle(db: Db, actor: Actor, programme_id: int, name: str, place: str, now: datetime) -> Circle:
    """Begin a circle; the code in the answer is to be given away by hand."""
    must_be_offered(db, actor, programme_id)
    must_go_on(db, programme_id)
    lock_programme(db, programme_id)
    return begin(db, actor, programme_id, name, place, now)


def begin(
    db: Db, actor: Actor, programme_id: int, name: str, place: str, now: datetime, *, follows_id: int | None = None
) -> Circle:
    """The same, of who may; ``follows_id`` is the circle of the term before with which they go on."""
    _must_have_room(db, actor, programme_id)
    settle_counts(db, programme_id, now)
    row = CircleRow(
        programme_id=programme_id, code=_new_code(), name=required_text(name, LONGEST_NAME),
        place=required_text(place, LONGEST_PLACE) if place.strip() else "", charter="", charter_version=0,
        follows_id=follows_id, members=[_member(db, actor, programme_id, now)],
    )  # fmt: skip
    db.add(row)
    db.flush()
    return own_circle(db, actor, row.id, now)


def join_circle(db: Db, actor: Actor, programme_id: int, code: str, now: datetime) -> Circle:
    """Come in by a code. Nobody comes in who runs the programme, under whatever address, nor where one would have power
    over another."""
    must_be_offered(db, actor, programme_id)
    must_go_on(db, programme_id)
    lock_programme(db, programme_id)
    plain = "".join(code.lower().split())
    found = select(CircleRow).where(CircleRow.programme_id == programme_id, CircleRow.code == plain)
    return come_in(db, actor, db.scalar(found.options(selectinload(CircleRow.members))), now)


def come_in(
    db: Db, actor: Actor, row: CircleRow | None, now: datetime, *, refusal: str = _NOT_LET_IN, way_out: str = _ASK
) -> Circle:
    """The same, of who knows which: why somebody is not let in is never said, nor whether there is one. ``refusal`` and
    ``way_out`` are what they are told instead."""
    if row is None or not _may_come_in(db, actor, row, now):
        raise NotPossible(say(refusal), what_to_do=say(way_out))
    if all(member.person_id != actor.person_id for member in row.members):
        _must_have_room(db, actor, row.programme_id)
        settle_counts(db, row.programme_id, now)
        row.members.append(_member(db, actor, row.programme_id, now))
        db.flush()
    return own_circle(db, actor, row.id, now)


def leave_circle(db: Db, actor: Actor, circle_id: int, now: datetime) -> None:
    """Go again, without a word to anybody; the last one who goes ends it. The person's own record keeps a note."""
    row = row_of(db, actor, circle_id)
    lock_programme(db, row.programme_id)
    take_out(db, (row,), {actor.person_id or 0}, now)


def take_out(db: Db, rows: Iterable[CircleRow], people: Collection[int], now: datetime) -> None:
    """Take these people out of these circles, of one programme; a circle without anybody is deleted with all that is in
    it."""
    for row in rows:
        going = [member for member in row.members if member.person_id in people]
        if not going:
            continue
        settle_counts(db, row.programme_id, now)
        today = _today(db, row.programme_id, now)
        for member in going:
            row.members.remove(member)
            db.add(
                CirclePastRow(
                    programme_id=row.programme_id, person_id=member.person_id, name=row.name,
                    joined_on=member.joined_on, left_on=today,
                )
            )  # fmt: skip
        if not row.members:
            db.delete(row)
        db.flush()


def own_circles(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[Circle, ...]:
    """The circles of a programme that the actor is in."""
    must_be_eligible(actor, programme_id)
    mine = select(CircleMemberRow.circle_id).where(CircleMemberRow.person_id == actor.person_id)
    rows = db.scalars(_whole(CircleRow.programme_id == programme_id, CircleRow.id.in_(mine))).all()
    return _values(db, actor, rows, now)


def own_circle(db: Db, actor: Actor, circle_id: int, now: datetime) -> Circle:
    """One circle, for its members alone."""
    return _values(db, actor, (row_of(db, actor, circle_id),), now)[0]


def past_circles(db: Db, actor: Actor, programme_id: int) -> tuple[PastCircle, ...]:
    """The circles that the actor has left, from their own record."""
    must_be_eligible(actor, programme_id)
    mine = (CirclePastRow.person_id == actor.person_id, CirclePastRow.programme_id == programme_id)
    rows = db.scalars(
        select(CirclePastRow)
        .where(*mine)
        .order_by(CirclePastRow.left_on.desc(), CirclePastRow.joined_on.desc(), CirclePastRow.id)
    )
    return tuple(PastCircle(row.id, row.name, row.joined_on, row.left_on) for row in rows)


def forget_past(db: Db, actor: Actor, past_id: int) -> None:
    """Delete a note of the actor's own record."""
    actor.must_be_confirmed()
    row = db.scalar(
        select(CirclePastRow).where(CirclePastRow.id == past_id, CirclePastRow.person_id == actor.person_id)
    )
    if row is None:
        raise NotFound(say("That isn’t in your record."))
    db.delete(row)


def renew_code(db: Db, actor: Actor, circle_id: int) -> str:
    """A new code in the place of the old one, which lets nobody in from now on."""
    row = row_of(db, actor, circle_id)
    row.code = _new_code()
    return row.code


def write_charter(db: Db, actor: Actor, circle_id: int, text: str, place: str) -> None:
    """Change what the circle has agreed, and how it meets. Everybody is asked again, but for who wrote it."""
    row = row_of(db, actor, circle_id)
    row.place = required_text(place, LONGEST_PLACE) if place.strip() else ""
    plain = required_text(text, LONGEST_CHARTER)
    if plain != row.charter:
        row.charter, row.charter_version = plain, row.charter_version + 1
        _agree(row, actor)


def agree(db: Db, actor: Actor, circle_id: int) -> None:
    """Agree to the charter as it is now."""
    row = row_of(db, actor, circle_id)
    if not row.charter_version:
        raise NotPossible(say("There is no charter yet."), what_to_do=say("Write down what you’d like to agree first."))
    _agree(row, actor)


def _agree(row: CircleRow, actor: Actor) -> None:
    for member in row.members:
        if member.person_id == actor.person_id:
            member.agreed_version = row.charter_version


def row_of(db: Db, actor: Actor, circle_id: int) -> CircleRow:
    """The row of a circle that the actor is in. Raises NotFound for everybody else, whatever the circle."""
    row = db.scalar(_whole(CircleRow.id == circle_id))
    if row is None or all(member.person_id != actor.person_id for member in row.members):
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    must_be_eligible(actor, row.programme_id)
    return row


def _whole(*which: ColumnElement[bool]) -> Select[CircleRow]:
    parts = (CircleRow.members, CircleRow.meetings, CircleRow.contacts)
    return select(CircleRow).where(*which).options(*map(selectinload, parts)).order_by(CircleRow.name, CircleRow.id)


def coordinators_of(db: Db, programme_id: int) -> frozenset[int]:
    """Who runs the programme."""
    here = (RoleRow.programme_id == programme_id, RoleRow.role == Role.COORDINATOR)
    return frozenset(db.scalars(select(RoleRow.person_id).where(*here)))


def must_be_offered(db: Db, actor: Actor, programme_id: int) -> None:
    """Raise NotFound where the actor may neither begin nor join a circle."""
    actor.must_be_confirmed()
    if not are_offered(db, actor, programme_id):
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))


def _may_come_in(db: Db, actor: Actor, row: CircleRow, now: datetime) -> bool:
    inside = {member.person_id for member in row.members}
    me = actor.person_id or 0
    if me in inside:
        return True
    person = db.get_one(PersonRow, me)
    if len(inside) >= MOST_MEMBERS or find_alike(db, person, coordinators_of(db, row.programme_id)) is not None:
        return False
    pairs = power_in(db, (row.programme_id,), now)[row.programme_id].all
    over_me = {who for who in inside if me in pairs.get(who, ())}
    return not over_me and inside.isdisjoint(pairs.get(me, ()))


def _must_have_room(db: Db, actor: Actor, programme_id: int) -> None:
    mine = (CircleMemberRow.person_id == actor.person_id, CircleRow.programme_id == programme_id)
    held = db.scalars(select(CircleRow.id).join(CircleMemberRow).where(*mine)).all()
    if len(held) >= MOST_CIRCLES:
        raise NotPossible(
            say("You are already in %(count)s circles.", count=len(held)), what_to_do=say("Leave one of them first.")
        )


def _member(db: Db, actor: Actor, programme_id: int, now: datetime) -> CircleMemberRow:
    part = db.get(ParticipantRow, (programme_id, actor.person_id))
    if part is None or part.left_at is not None or part.guest:
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    return CircleMemberRow(person_id=part.person_id, joined_on=_today(db, programme_id, now), agreed_version=0)


def _today(db: Db, programme_id: int, now: datetime) -> date:
    zone = db.scalars(select(ProgrammeRow.zone).where(ProgrammeRow.id == programme_id)).one()
    return now.astimezone(ZoneInfo(zone)).date()


def _new_code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


def _values(db: Db, actor: Actor, rows: Iterable[CircleRow], now: datetime) -> tuple[Circle, ...]:
    rows = tuple(rows)
    ids = {each.person_id for row in rows for each in row.members}
    ids |= {each.person_id for row in rows for each in row.contacts}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    mine = booked(db, (actor.person_id or 0,), now).get(actor.person_id or 0, ()) if rows else ()
    busy = [(span.starts_at, span.ends_at) for _, span in mine]
    runs = {programme_id: coordinators_of(db, programme_id) for programme_id in {row.programme_id for row in rows}}
    return tuple(_value(actor, row, names, busy, runs[row.programme_id], now) for row in rows)


def _value(
    actor: Actor,
    row: CircleRow,
    names: dict[int, str],
    busy: Iterable[tuple[datetime, datetime]],
    coordinators: Collection[int],
    now: datetime,
) -> Circle:
    agreed = [
        each.person_id for each in row.members if row.charter_version and each.agreed_version == row.charter_version
    ]
    return Circle(
        id=row.id,
        programme_id=row.programme_id,
        name=row.name,
        code=row.code,
        place=row.place,
        charter=row.charter,
        charter_version=row.charter_version,
        members=tuple(sorted(names[each.person_id] for each in row.members)),
        agreed=tuple(sorted(names[who] for who in agreed)),
        i_agreed=actor.person_id in agreed,
        meetings=tuple(
            Meeting(each.starts_at, each.ends_at, any(a < each.ends_at and each.starts_at < b for a, b in busy))
            for each in row.meetings
            if each.ends_at > now
        ),
        contacts=tuple(
            Contact(each.person_id, names[each.person_id])
            for each in sorted(row.contacts, key=lambda each: names[each.person_id])
            if each.person_id not in coordinators
        ),
        newest=_newest(actor, row, names, now),
    )


def _newest(actor: Actor, row: CircleRow, names: dict[int, str], now: datetime) -> tuple[tuple[str, date], ...]:
    mine = next((each.joined_on for each in row.members if each.person_id == actor.person_id), date.max)
    since = max(mine, (now - IS_NEWS).date())
    found = [each for each in row.members if each.person_id != actor.person_id and each.joined_on >= since]
    return tuple((names[each.person_id], each.joined_on) for each in sorted(found, key=lambda one: one.joined_on))
