"""Adopt a charter, agree to it, and ask who has. Until everybody in a group has agreed, its sessions are tentative."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.charters.agreements import agreed_groups, agreements, find_charter, stands
from scheduler.charters.model import PROPOSED, Charter, GroupCharter, Signatory
from scheduler.charters.tables import AgreementRow, CharterRow
from scheduler.db import Db
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import GroupId, Roster, own_group_roster, own_rosters
from scheduler.programmes.service import lock_programme

LONGEST = 4000
PARTS = ("confidentiality", "expectations", "communication")


def charter_to_edit(db: Db, actor: Actor, programme_id: int) -> Charter:
    """What a coordinator begins from: the charter in force, or the proposed text."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return find_charter(db, programme_id) or _proposed()


def _proposed() -> Charter:
    """The text to begin with, in the language of whoever begins."""
    confidentiality, expectations, communication = (say(getattr(PROPOSED, part)) for part in PARTS)
    return Charter(PROPOSED.version, confidentiality, expectations, communication)


def adopt(db: Db, actor: Actor, programme_id: int, wanted: Charter, now: datetime) -> int:
    """Make a text the programme's charter; returns its version. Everyone is asked again unless nothing changed."""
    actor.must_have(programme_id, Role.COORDINATOR)
    texts = {part: "\n".join(getattr(wanted, part).strip().splitlines()) for part in PARTS}
    faults = tuple(_faults(texts))
    if faults:
        raise Rejected(say("The charter was not adopted."), faults)
    lock_programme(db, programme_id)
    current = find_charter(db, programme_id)
    if current and all(getattr(current, part) == text for part, text in texts.items()):
        return current.version
    version = current.version + 1 if current else 1
    row = CharterRow(programme_id=programme_id, version=version, adopted_at=now, adopted_by=actor.person_id, **texts)
    db.add(row)
    db.flush()
    note(db, Fact.CHARTER, programme_id, now)
    record(db, actor, "charter.adopted", now, programme_id, version=version)
    return version


def accept(db: Db, actor: Actor, programme_id: int, group_key: str, version: int, now: datetime) -> bool:
    """Agree to the version that was shown, in one's own group; returns whether now everybody has.

    Raises NotFound to outsiders, NotPossible where the charter was changed after it was shown.
    """
    lock_programme(db, programme_id)
    members = own_group_roster(db, actor, programme_id, group_key)
    current = find_charter(db, programme_id)
    if current is None or current.version != version:
        raise NotPossible(
            say("The charter has changed since you opened it."),
            what_to_do=say("Please read it again before you agree; your agreement was not recorded."),
        )
    assert actor.person_id is not None  # a roster holds people only
    row = db.get(AgreementRow, (programme_id, group_key, actor.person_id)) or AgreementRow(
        programme_id=programme_id, group_key=group_key, person_id=actor.person_id
    )
    if not stands(row, version, members):
        row.version, row.company, row.accepted_at = version, sorted(members), now
        db.add(row)
        db.flush()
        record(db, actor, "charter.accepted", now, programme_id, group=group_key, version=version)
        note(db, Fact.CHARTER, programme_id, now)
    return group_key in agreed_groups(db, programme_id)


def find_group_charter(db: Db, actor: Actor, programme_id: int, group_key: str) -> GroupCharter | None:
    """The charter as one's own group has it; None without a charter. Raises NotFound to outsiders."""
    return group_charters(db, actor, [(programme_id, group_key)]).get((programme_id, group_key))


def group_charters(db: Db, actor: Actor, groups: Collection[GroupId]) -> Mapping[GroupId, GroupCharter]:
    """The same for several groups of one's own at once; those of a programme without a charter are left out."""
    rosters = own_rosters(db, actor, groups)
    programmes = {programme_id for programme_id, _key in groups}
    charters = {found: charter for found in programmes if (charter := find_charter(db, found))}
    given = {programme_id: agreements(db, programme_id) for programme_id in charters}
    people = {person_id for members in rosters.values() for person_id in members}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())
    return {
        (programme_id, key): _group_charter(charters[programme_id], given[programme_id][key], members, names)
        for (programme_id, key), members in rosters.items()
        if programme_id in charters
    }


def _group_charter(
    charter: Charter, given: Iterable[AgreementRow], members: Roster, names: Mapping[int, str]
) -> GroupCharter:
    by_person = {row.person_id: row for row in given}
    signatories = (
        Signatory(person_id, names[person_id], role, _accepted_at(by_person.get(person_id), charter.version, members))
        for person_id, role in members.items()
    )
    return GroupCharter(charter, tuple(sorted(signatories, key=lambda s: (s.role, s.name))))


def _accepted_at(row: AgreementRow | None, version: int, members: Roster) -> datetime | None:
    return row.accepted_at if row and stands(row, version, members) else None


def _faults(texts: Mapping[str, str]) -> Iterator[Fault]:
    for part, text in texts.items():
        if not text:
            yield Fault(part, say("This part is empty."))
        elif len(text) > LONGEST:
            yield Fault(part, say("This part is longer than %(count)s characters.", count=LONGEST))
