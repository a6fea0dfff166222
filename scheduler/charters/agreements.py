"""Who has agreed to what. Calendars and publishing ask here, and nothing here changes anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from scheduler.charters.disclosures import Disclosure, told_to
from scheduler.charters.model import EXPECTED_HATS, PARTS, Charter, Hat, Hats, InForce, charter_of
from scheduler.charters.tables import AgreementRow, CharterRow, GroupTermsRow, HatsRow
from scheduler.db import Db
from scheduler.plans.membership import Roster, rosters
from scheduler.plans.model import MemberRole


def find_charter(db: Db, programme_id: int) -> Charter | None:
    """The charter in force; None where the programme has not adopted one."""
    row = db.scalar(
        select(CharterRow).where(CharterRow.programme_id == programme_id).order_by(CharterRow.version.desc()).limit(1)
    )
    return stored_charter(row) if row else None


def agreed_groups(db: Db, programme_id: int, now: datetime) -> frozenset[str]:
    """The keys of published groups in which every member and facilitator agrees to the charter in force.

    Without a charter there is nothing to wait for: then it is all of them.
    """
    groups = rosters(db, programme_id)
    return frozenset(key for key, waiting in still_to_agree(db, programme_id, groups, now).items() if not waiting)


def still_to_agree(
    db: Db, programme_id: int, groups: Mapping[str, Roster], now: datetime
) -> Mapping[str, frozenset[int]]:
    """Who of each of these groups has not agreed to what is in force there, by id; nobody without a charter."""
    version = db.scalar(select(func.max(CharterRow.version)).where(CharterRow.programme_id == programme_id))
    if version is None:
        return dict.fromkeys(groups, frozenset())
    given, wanted = agreements(db, programme_id), in_force(db, programme_id, version, groups, now)
    return {
        key: frozenset(
            members.keys() - {row.person_id for row in given.get(key, ()) if stands(row, wanted[key], members)}
        )
        for key, members in groups.items()
    }


def in_force(
    db: Db, programme_id: int, version: int, groups: Mapping[str, Roster], now: datetime
) -> Mapping[str, InForce]:
    """What each of these groups has to agree to: the charter's version, its own additions, its facilitators' hats, and
    what its people are to each other, as far as it is told."""
    newest = dict(
        db.execute(
            select(GroupTermsRow.group_key, func.max(GroupTermsRow.version))
            .where(GroupTermsRow.programme_id == programme_id)
            .group_by(GroupTermsRow.group_key)
        ).all()
    )
    worn, told = hats_of(db, programme_id), told_to(db, programme_id, groups, now)
    return {
        key: InForce(
            version,
            newest.get(key, 0),
            {who: hats for who, hats in worn.get(key, {}).items() if members.get(who) == MemberRole.FACILITATOR},
            told[key],
        )
        for key, members in groups.items()
    }


def hats_of(db: Db, programme_id: int) -> Mapping[str, Hats]:
    """The hats that facilitators have said they wear, by the group's key."""
    found: dict[str, dict[int, frozenset[Hat]]] = defaultdict(dict)
    for row in db.scalars(select(HatsRow).where(HatsRow.programme_id == programme_id)):
        found[row.group_key][row.person_id] = frozenset(Hat(hat) for hat in row.hats)
    return found


@dataclass(frozen=True, slots=True)
class Reopened:
    """Who of a group will have to agree to the charter, ``again`` where it had agreements before."""

    people: frozenset[int]
    again: bool


def reopened_by(db: Db, programme_id: int, planned: Mapping[str, Roster], now: datetime) -> Mapping[str, Reopened]:
    """What publishing groups with these people would ask for that isn't asked for now: whoever joins a group reopens
    the agreements of all in it, and its dates are tentative until all have agreed."""
    before = still_to_agree(db, programme_id, rosters(db, programme_id), now)
    given = agreements(db, programme_id)
    return {
        key: Reopened(people, key in given)
        for key, people in still_to_agree(db, programme_id, planned, now).items()
        if people - before.get(key, frozenset())
    }


def stands(row: AgreementRow, wanted: InForce, members: Roster) -> bool:
    """Whether an agreement is to what is in force, and given in the company of everybody who is in the group now,
    knowing all that the group is told of them.

    A facilitator who says for the first time that they are there as mentor or coach reopens nothing; anything else that
    changes about their hats does.
    """
    return _stood(row, wanted, members) and not told_since(row, wanted)


def told_since(row: AgreementRow, wanted: InForce) -> tuple[Disclosure, ...]:
    """What the group is told that it was not told when this agreement was given."""
    return tuple(each for each in wanted.told if each.key not in row.told)


def asked_again_for(row: AgreementRow, wanted: InForce, members: Roster) -> tuple[Disclosure, ...]:
    """The lines for which alone somebody is asked again who had agreed to all the rest; nothing where that is not the
    reason."""
    return told_since(row, wanted) if _stood(row, wanted, members) else ()


def _stood(row: AgreementRow, wanted: InForce, members: Roster) -> bool:
    return (
        (row.version, row.terms) == (wanted.version, wanted.terms)
        and set(members) <= set(row.company)
        and all(
            hats == before or (not before and hats <= EXPECTED_HATS)
            for hats, before in ((hats, set(row.hats.get(str(who), ()))) for who, hats in wanted.hats.items())
        )
    )


def agreements(db: Db, programme_id: int) -> Mapping[str, list[AgreementRow]]:
    """Every agreement given in a programme, by the group's key, whether it still stands or not."""
    found: dict[str, list[AgreementRow]] = defaultdict(list)
    for row in db.scalars(select(AgreementRow).where(AgreementRow.programme_id == programme_id)):
        found[row.group_key].append(row)
    return found


def stored_charter(row: CharterRow) -> Charter:
    """A stored version as a value."""
    return charter_of(row.version, {part: getattr(row, part) for part in PARTS}, row.adopted_at, row.language)
