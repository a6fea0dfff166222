"""Changing a programme: the whole of it as it is wanted, of which only what differs is written.

What is published stays as it is. Sessions that then lie on a closed day, outside the times or outside their round
become troubles (``scheduler/troubles``), rounds that go on keep what is in them under their new numbers
(:mod:`scheduler.publishing.round_numbers`), and another length counts for sessions that are published from then on.
:func:`scheduler.publishing.programme_effects.effects_of` tells all of it beforehand.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, update

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.tables import PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.storage import differing, known_again, store
from scheduler.publishing.liked_models import likings_after, put_likings
from scheduler.publishing.programme_effects import ABOUT_TIME, left_behind, lost_drafts
from scheduler.publishing.programme_refusals import all_faults, refusals
from scheduler.publishing.round_numbers import new_numbers, renumber
from scheduler.publishing.site_changes import put_sites
from scheduler.publishing.zones import correct_zone
from scheduler.sessions.tables import SessionRow


def change_programme(db: Db, actor: Actor, programme_id: int, wanted: Programme, now: datetime) -> frozenset[str]:
    """Make a stored programme what is wanted; returns the names of the fields that were others.

    Models, sites and rooms are known again by their keys, whatever ids they are given with. Raises ``Rejected`` with
    every fault and everything that is published and forbids it, each at its field, and then changes nothing.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    before = get_programme(db, programme_id)
    wanted = known_again(before, wanted)
    changed = differing(before, wanted)
    if not changed:
        return changed
    faults = tuple(all_faults(wanted)) or tuple(refusals(db, before, wanted, changed))
    if faults:
        raise Rejected(say("The programme was not saved."), faults)
    _leave_behind(db, before, wanted, changed, now)
    if "rounds" in changed:
        renumber(db, programme_id, new_numbers(before.rounds, wanted.rounds))
    if "models" in changed:
        db.execute(delete(PlanRow).where(PlanRow.id.in_(lost_drafts(db, before, wanted))))
        if liking_others := put_likings(db, programme_id, likings_after(db, before, wanted)):
            note(db, Fact.PEOPLE, programme_id, now, liking_others)
    _write(db, actor, before, wanted, changed, now)
    note(db, Fact.SESSIONS, programme_id, now)
    if changed & {"grades", "relation_policies"}:
        note(db, Fact.PEOPLE, programme_id, now)
    if changed & ABOUT_TIME:
        note(db, Fact.RULES, programme_id, now)
    record(db, actor, "programme.changed", now, programme_id, changed=sorted(changed))
    return changed


def _write(db: Db, actor: Actor, before: Programme, wanted: Programme, changed: Collection[str], now: datetime) -> None:
    if "zone" in changed:
        correct_zone(db, actor, before.id, wanted.zone, now)
    if "sites" in changed:
        put_sites(db, actor, before, wanted, now)
    store(db, before.id, wanted, changed)


def _leave_behind(db: Db, before: Programme, wanted: Programme, changed: Collection[str], now: datetime) -> None:
    """Note of sessions that stay where sessions are held no more that it was not they who were moved there."""
    ids = left_behind(db, before, wanted, changed, now)
    if ids:
        db.execute(update(SessionRow).where(SessionRow.id.in_(ids)).values(left_behind_at=SessionRow.starts_at))
