"""Who has agreed to what. Calendars and publishing ask here, and nothing here changes anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from scheduler.charters.model import Charter
from scheduler.charters.tables import AgreementRow, CharterRow
from scheduler.db import Db
from scheduler.plans.membership import Roster, rosters


def find_charter(db: Db, programme_id: int) -> Charter | None:
    """The charter in force; None where the programme has not adopted one."""
    row = db.scalar(
        select(CharterRow).where(CharterRow.programme_id == programme_id).order_by(CharterRow.version.desc()).limit(1)
    )
    return _value(row) if row else None


def agreed_groups(db: Db, programme_id: int) -> frozenset[str]:
    """The keys of published groups in which every member and facilitator agrees to the charter in force.

    Without a charter there is nothing to wait for: then it is all of them.
    """
    groups = rosters(db, programme_id)
    return frozenset(key for key, waiting in still_to_agree(db, programme_id, groups).items() if not waiting)


def still_to_agree(db: Db, programme_id: int, groups: Mapping[str, Roster]) -> Mapping[str, frozenset[int]]:
    """Who of each of these groups has not agreed to the charter in force, by id; nobody without a charter."""
    version = db.scalar(select(func.max(CharterRow.version)).where(CharterRow.programme_id == programme_id))
    if version is None:
        return dict.fromkeys(groups, frozenset())
    given = agreements(db, programme_id)
    return {
        key: frozenset(members.keys() - {row.person_id for row in given.get(key, ()) if stands(row, version, members)})
        for key, members in groups.items()
    }


@dataclass(frozen=True, slots=True)
class Reopened:
    """Who of a group will have to agree to the charter, ``again`` where it had agreements before."""

    people: frozenset[int]
    again: bool


def reopened_by(db: Db, programme_id: int, planned: Mapping[str, Roster]) -> Mapping[str, Reopened]:
    """What publishing groups with these people would ask for that isn't asked for now: whoever joins a group reopens
    the agreements of all in it, and its dates are tentative until all have agreed."""
    before = still_to_agree(db, programme_id, rosters(db, programme_id))
    given = agreements(db, programme_id)
    return {
        key: Reopened(people, key in given)
        for key, people in still_to_agree(db, programme_id, planned).items()
        if people - before.get(key, frozenset())
    }


def stands(row: AgreementRow, version: int, members: Roster) -> bool:
    """Whether an agreement is to this version, and given in the company of everybody who is in the group now."""
    return row.version == version and set(members) <= set(row.company)


def agreements(db: Db, programme_id: int) -> Mapping[str, list[AgreementRow]]:
    """Every agreement given in a programme, by the group's key, whether it still stands or not."""
    found: dict[str, list[AgreementRow]] = defaultdict(list)
    for row in db.scalars(select(AgreementRow).where(AgreementRow.programme_id == programme_id)):
        found[row.group_key].append(row)
    return found


def _value(row: CharterRow) -> Charter:
    return Charter(row.version, row.confidentiality, row.expectations, row.communication, row.adopted_at)
