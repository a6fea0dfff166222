"""Adopt a charter, agree to it, and ask who has. Until everybody in a group has agreed, its sessions are tentative.

What a group adds for itself is in :mod:`scheduler.charters.group_terms`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.charters.agreements import (
    agreed_groups,
    agreements,
    asked_again_for,
    find_charter,
    in_force,
    stands,
)
from scheduler.charters.group_terms import newest_terms, put_hats
from scheduler.charters.model import (
    NEEDED_PARTS,
    PARTS,
    PROPOSED,
    Charter,
    GroupCharter,
    GroupTerms,
    Hat,
    InForce,
    Signatory,
    charter_of,
)
from scheduler.charters.tables import AgreementRow, CharterRow
from scheduler.db import Db
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.languages import SOURCE, current_language, in_language, say, translated
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import GroupId, Roster, own_rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.service import lock_programme

LONGEST = 4000
Rosters = Callable[[Db, Actor, Collection[GroupId]], Mapping[GroupId, Roster]]
"""How somebody comes to know who is in their groups."""


def charter_to_edit(db: Db, actor: Actor, programme_id: int) -> Charter:
    """What a coordinator begins from: the charter in force, or the proposed text in their language."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return find_charter(db, programme_id) or proposed(current_language())


def proposed(language: str) -> Charter:
    """The text to begin with, in one of the product's languages; in its own where it does not speak that one."""
    spoken = next((tag for tag in translated() if tag.partition("-")[0] == language.partition("-")[0]), SOURCE)
    with in_language(spoken):
        texts = {part: say(getattr(PROPOSED, part)) for part in PARTS}
    return charter_of(PROPOSED.version, texts, language=spoken)


def adopt(db: Db, actor: Actor, programme_id: int, wanted: Charter, now: datetime) -> int:
    """Make a text the programme's charter; returns its version. Everyone is asked again unless no word has changed:
    in which language they are is no other text."""
    actor.must_have(programme_id, Role.COORDINATOR)
    texts = {part: "\n".join(getattr(wanted, part).strip().splitlines()) for part in PARTS}
    faults = (*_faults(texts), *_language_faults(wanted.language))
    if faults:
        raise Rejected(say("The charter was not adopted."), faults)
    lock_programme(db, programme_id)
    current = find_charter(db, programme_id)
    if current and all(getattr(current, part) == text for part, text in texts.items()):
        if current.language != wanted.language:
            db.get_one(CharterRow, (programme_id, current.version)).language = wanted.language
            record(db, actor, "charter.language", now, programme_id, version=current.version)
        return current.version
    version = current.version + 1 if current else 1
    row = CharterRow(
        programme_id=programme_id, version=version, adopted_at=now, adopted_by=actor.person_id,
        language=wanted.language, **texts,
    )  # fmt: skip
    db.add(row)
    db.flush()
    note(db, Fact.CHARTER, programme_id, now)
    record(db, actor, "charter.adopted", now, programme_id, version=version)
    return version


def accept(
    db: Db,
    actor: Actor,
    programme_id: int,
    group_key: str,
    version: int,
    now: datetime,
    *,
    terms: int = 0,
    hats: frozenset[Hat] | None = None,
    told: Collection[str] | None = None,
    rosters: Rosters = own_rosters,
) -> bool:
    """Agree to the versions that were shown, of the charter and of the group's own ``terms``; returns whether now
    everybody has. A facilitator says with it in which ``hats`` they are there; None leaves what they said before.
    ``told`` are the keys of the lines that were shown about people of the group; None for those in force. A guest coach
    does so by the ``rosters`` that are open to guests.

    Raises NotFound to outsiders, NotPossible where either was changed after it was shown, Rejected for a facilitator
    who has not said in what role they are there.
    """
    lock_programme(db, programme_id)
    members = rosters(db, actor, [(programme_id, group_key)])[programme_id, group_key]
    assert actor.person_id is not None  # a roster holds people only
    current = find_charter(db, programme_id)
    if hats is not None:
        put_hats(db, actor, programme_id, group_key, hats, now, members)
    wanted = in_force(db, programme_id, version, {group_key: members}, now)[group_key]
    unread = told is not None and not {each.key for each in wanted.told} <= set(told)
    if current is None or (current.version, wanted.terms) != (version, terms) or unread:
        raise NotPossible(
            say("The charter has changed since you opened it."),
            what_to_do=say("Please read it again before you agree; your agreement was not recorded."),
        )
    if members[actor.person_id] == MemberRole.FACILITATOR and not wanted.hats.get(actor.person_id):
        fault = Fault("hats", say("Choose at least one."))
        raise Rejected(say("Say in what role you’re there for this group."), (fault,))
    if _agree(db, actor, programme_id, group_key, wanted, members, now):
        note(db, Fact.CHARTER, programme_id, now)
    return group_key in agreed_groups(db, programme_id, now)


def _agree(
    db: Db, actor: Actor, programme_id: int, group_key: str, wanted: InForce, members: Roster, now: datetime
) -> bool:
    """Record an agreement; whether it is new."""
    key = (programme_id, group_key, actor.person_id, wanted.version, wanted.terms)
    row = db.get(AgreementRow, key) or AgreementRow(
        programme_id=programme_id,
        group_key=group_key,
        person_id=actor.person_id,
        version=wanted.version,
        terms=wanted.terms,
        company=[],
        hats={},
        told=[],
    )
    if stands(row, wanted, members):
        return False
    row.company, row.accepted_at = sorted(members), now
    row.told = sorted(each.key for each in wanted.told)
    row.hats = {str(who): sorted(hats) for who, hats in wanted.hats.items()}
    db.add(row)
    db.flush()
    record(
        db, actor, "charter.accepted", now, programme_id, group=group_key, version=wanted.version, terms=wanted.terms,
    )  # fmt: skip
    return True


def find_group_charter(db: Db, actor: Actor, programme_id: int, group_key: str, now: datetime) -> GroupCharter | None:
    """The charter as one's own group has it; None without a charter. Raises NotFound to outsiders."""
    return group_charters(db, actor, [(programme_id, group_key)], now).get((programme_id, group_key))


def group_charters(
    db: Db, actor: Actor, groups: Collection[GroupId], now: datetime, rosters_of: Rosters = own_rosters
) -> Mapping[GroupId, GroupCharter]:
    """The same for several groups of one's own at once, or of a guest coach; those of a programme without a charter are
    left out."""
    rosters = rosters_of(db, actor, groups)
    programmes = {programme_id for programme_id, _key in groups}
    charters = {found: charter for found in programmes if (charter := find_charter(db, found))}
    given = {programme_id: agreements(db, programme_id) for programme_id in charters}
    by_programme = {
        programme_id: {key: members for (of, key), members in rosters.items() if of == programme_id}
        for programme_id in charters
    }
    wanted = {
        programme_id: in_force(db, programme_id, charter.version, by_programme[programme_id], now)
        for programme_id, charter in charters.items()
    }
    added = {programme_id: newest_terms(db, programme_id, by_programme[programme_id]) for programme_id in charters}
    people = {person_id for members in rosters.values() for person_id in members}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())
    return {
        (programme_id, key): _group_charter(
            charters[programme_id],
            given[programme_id].get(key, ()),
            wanted[programme_id][key],
            added[programme_id].get(key, GroupTerms()),
            members,
            names,
        )
        for (programme_id, key), members in rosters.items()
        if programme_id in charters
    }


def _group_charter(
    charter: Charter,
    given: Iterable[AgreementRow],
    wanted: InForce,
    terms: GroupTerms,
    members: Roster,
    names: Mapping[int, str],
) -> GroupCharter:
    standing = {row.person_id: row.accepted_at for row in given if stands(row, wanted, members)}
    since = {row.person_id: lines for row in given if (lines := asked_again_for(row, wanted, members))}
    signatories = (
        Signatory(person_id, names[person_id], role, standing.get(person_id)) for person_id, role in members.items()
    )
    ordered = tuple(sorted(signatories, key=lambda s: (s.role, s.name)))
    return GroupCharter(charter, ordered, terms, wanted.hats, wanted.told, since)


def _language_faults(language: str) -> Iterator[Fault]:
    if language not in ("", SOURCE, *translated()):
        yield Fault("language", say("Choose one of the languages offered."))


def _faults(texts: Mapping[str, str]) -> Iterator[Fault]:
    for part, text in texts.items():
        if not text and part in NEEDED_PARTS:
            yield Fault(part, say("This part is empty."))
        elif len(text) > LONGEST:
            yield Fault(part, say("This part is longer than %(count)s characters.", count=LONGEST))
