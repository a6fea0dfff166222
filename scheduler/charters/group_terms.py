"""What a group adds to the programme's charter for itself, and in what roles its facilitators are there.

Both belong to what people agree to: a change asks everybody in the group again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, tuple_

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.charters.agreements import stored_charter
from scheduler.charters.model import Charter, GroupField, GroupTerms, Hat
from scheduler.charters.tables import AgreementRow, CharterRow, GroupTermsRow, HatsRow
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import mark, say
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import Roster, own_group_roster
from scheduler.plans.model import MemberRole
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import lock_programme

LONGEST: Final = 600
"""In characters, of each field."""
QUESTIONS: Final[Mapping[GroupField, str]] = {
    GroupField.CONFIDENTIALITY: mark("Anything more about what stays between us"),
    GroupField.TIME: mark("Our time: how long before a session we say if we can’t come"),
    GroupField.CHANNEL: mark("How we keep in touch, and how soon we answer"),
    GroupField.QUIET: mark("When we don’t write to each other"),
    GroupField.GOALS: mark("What we want from this group"),
    GroupField.CREDIT: mark("How we credit each other’s work"),
}
"""What each field asks, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """What a group agreed to once: the charter, its own additions, and who agreed when, by name."""

    charter: Charter
    terms: GroupTerms
    agreed: tuple[tuple[str, datetime], ...]

    @property
    def number(self) -> str:
        """As on the page of the charter in force."""
        return f"{self.charter.version}.{self.terms.version}" if self.terms.version else str(self.charter.version)


def write_terms(
    db: Db, actor: Actor, programme_id: int, group_key: str, texts: Mapping[GroupField, str], now: datetime
) -> int:
    """Write what the group adds; returns its version. Everybody in the group is asked again unless nothing changed.

    Anyone in the group may. Raises NotFound to outsiders, NotPossible without a charter or after the programme's end.
    """
    lock_programme(db, programme_id)
    members = own_group_roster(db, actor, programme_id, group_key)
    must_go_on(db, programme_id)
    _must_have_charter(db, programme_id)
    kept = {each: "\n".join(texts.get(each, "").strip().splitlines()) for each in GroupField}
    if faults := tuple(_faults(kept)):
        raise Rejected(say("Your ground rules were not saved."), faults)
    current = newest_terms(db, programme_id, {group_key: members}).get(group_key, GroupTerms())
    if {field: text for field, text in kept.items() if text} == current.texts:
        return current.version
    row = GroupTermsRow(
        programme_id=programme_id,
        group_key=group_key,
        version=current.version + 1,
        texts={field.value: text for field, text in kept.items() if text},
        written_at=now,
        written_by=actor.person_id,
    )
    db.add(row)
    db.flush()
    note(db, Fact.CHARTER, programme_id, now)
    record(db, actor, "charter.terms", now, programme_id, group=group_key, version=row.version)
    return row.version


def wear(db: Db, actor: Actor, programme_id: int, group_key: str, hats: frozenset[Hat], now: datetime) -> None:
    """Say in what roles one is there for a group that one facilitates. Raises NotFound to anyone else."""
    lock_programme(db, programme_id)
    put_hats(db, actor, programme_id, group_key, hats, now, own_group_roster(db, actor, programme_id, group_key))


def put_hats(
    db: Db, actor: Actor, programme_id: int, group_key: str, hats: frozenset[Hat], now: datetime, members: Roster
) -> None:
    """The same, for a caller that holds the programme and the group's people."""
    must_go_on(db, programme_id)
    if members.get(actor.person_id or 0) != MemberRole.FACILITATOR:
        raise NotFound(say("You don’t facilitate that group."))
    if not hats:
        raise Rejected(
            say("Say in what role you’re there for this group."), (Fault("hats", say("Choose at least one.")),)
        )
    row = db.get(HatsRow, (programme_id, group_key, actor.person_id)) or HatsRow(
        programme_id=programme_id, group_key=group_key, person_id=actor.person_id, hats=[]
    )
    if set(row.hats) == hats:
        return
    row.hats = sorted(hats)
    db.add(row)
    db.flush()
    note(db, Fact.CHARTER, programme_id, now)
    record(db, actor, "charter.hats", now, programme_id, group=group_key, hats=row.hats)


def newest_terms(db: Db, programme_id: int, groups: Collection[str]) -> Mapping[str, GroupTerms]:
    """What these groups have added, by their keys; those without additions are left out."""
    of_groups = (GroupTermsRow.programme_id == programme_id, GroupTermsRow.group_key.in_(list(groups)))
    newest = (
        select(GroupTermsRow.group_key, func.max(GroupTermsRow.version))
        .where(*of_groups)
        .group_by(GroupTermsRow.group_key)
    )
    rows = db.execute(
        select(GroupTermsRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == GroupTermsRow.written_by)
        .where(*of_groups, tuple_(GroupTermsRow.group_key, GroupTermsRow.version).in_(newest))
    )
    return {row.group_key: _terms(row, name or "") for row, name in rows}


def earlier_versions(db: Db, actor: Actor, programme_id: int, group_key: str) -> tuple[EarlierVersion, ...]:
    """Everything that people of one's own group have agreed to, the newest first, with who agreed and when.

    People who have left the group since are not named. Raises NotFound to outsiders.
    """
    members = own_group_roster(db, actor, programme_id, group_key)
    charters = {
        row.version: row for row in db.scalars(select(CharterRow).where(CharterRow.programme_id == programme_id))
    }
    written = select(GroupTermsRow, PersonRow.name).outerjoin(PersonRow, PersonRow.id == GroupTermsRow.written_by)
    added = {
        row.version: _terms(row, name or "")
        for row, name in db.execute(
            written.where(GroupTermsRow.programme_id == programme_id, GroupTermsRow.group_key == group_key)
        )
    }
    given: dict[tuple[int, int], list[tuple[str, datetime]]] = {}
    for row, name in db.execute(
        select(AgreementRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == AgreementRow.person_id)
        .where(AgreementRow.programme_id == programme_id, AgreementRow.group_key == group_key)
        .where(AgreementRow.person_id.in_(members))
        .order_by(AgreementRow.accepted_at, PersonRow.name)
    ):
        given.setdefault((row.version, row.terms), []).append((name, row.accepted_at))
    return tuple(
        EarlierVersion(stored_charter(charters[version]), added.get(terms, GroupTerms()), tuple(given[version, terms]))
        for version, terms in sorted(given, reverse=True)
        if version in charters
    )


def _terms(row: GroupTermsRow, name: str) -> GroupTerms:
    return GroupTerms(
        row.version, {each: row.texts[each] for each in GroupField if each in row.texts}, row.written_at, name
    )


def _must_have_charter(db: Db, programme_id: int) -> None:
    if db.scalar(select(CharterRow.version).where(CharterRow.programme_id == programme_id).limit(1)) is None:
        raise NotPossible(
            say("This programme doesn’t have a charter yet."), what_to_do=say("Your coordinator can adopt one.")
        )


def _faults(texts: Mapping[GroupField, str]) -> list[Fault]:
    too_long = say("Please use no more than %(most)s characters.", most=LONGEST)
    return [Fault(each.value, too_long) for each, text in texts.items() if len(text) > LONGEST]
