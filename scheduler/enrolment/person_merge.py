"""Two entries that are one person become one: everything of the one that goes belongs to the one that stays.

In one transaction, and shown before. The entry that goes keeps its name, so that plans and records of the past can
still be read, but takes part in nothing and has an address that nobody can use.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select

from scheduler.audit.chain import MERGED
from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.edits.history import end_histories
from scheduler.enrolment.merged_rows import join_rows, replace_ids
from scheduler.enrolment.new_addresses import closing, has_answered
from scheduler.enrolment.people_changes import Details, part_of
from scheduler.enrolment.people_register import groups_of, rotas_of
from scheduler.enrolment.person_references import move_references
from scheduler.enrolment.planned_now import must_not_be_planned
from scheduler.errors import NotPossible
from scheduler.joining.tables import AnswerRow
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import PARTICIPANTS, Actor, Role
from scheduler.people.tables import ContactInvitationRow, ParticipantRow, PersonRow, RoleRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programmes, lock_programme
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import RotaRow, RotaSpanRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.signing_in.address_changes import seal
from scheduler.signing_in.tables import IdentityRow


class Difference(StrEnum):
    """Something that the two entries say differently: what the one that stays says, counts."""

    NAME = "name"
    EMAIL = "email"
    GRADE = "grade"
    SITE = "site"
    GROUP = "group"
    """Both are residents of a published group: the place of the one that goes is given up."""
    ROTA = "rota"
    """One rota speaks of both, on days of both: the duties of both count."""
    ANSWERS = "answers"
    """Both have answered: only what the one that stays left open is taken from the other."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A difference with both values in words, the one that stays first; ``programme`` names it where it is another than
    the one that is looked at."""

    kind: Difference
    stays: str
    goes: str
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging would do, in all programmes of the two: who stays and who goes, in what they differ, and what passes
    over; ``sessions`` without those of programmes in which a place in a group is given up."""

    stays_id: int
    goes_id: int
    stays: Details
    goes: Details
    conflicts: tuple[Conflict, ...]
    rotas: tuple[str, ...]
    groups: tuple[str, ...]
    sessions: int


def preview_merge(db: Db, actor: Actor, programme_id: int, stays_id: int, goes_id: int) -> Merge:
    """What merging would do. Raises :class:`NotPossible` where it cannot be done, with what to do first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    stays, goes = (_details(db, programme_id, who) for who in (stays_id, goes_id))
    _must_be_possible(db, actor, stays_id, goes_id)
    programmes = get_programmes(db, _programmes_of(db, (stays_id, goes_id)))
    ordered = sorted(programmes.values(), key=lambda each: (each.id != programme_id, each.name))
    conflicts, rotas, groups, given_up = list(_of_persons(stays, goes)), [], [], set()
    for each in ordered:  # one or two: nobody is listed twice in many
        found = tuple(_conflicts(db, each, stays_id, goes_id))
        name = "" if each.id == programme_id else each.name
        conflicts += [replace(one, programme=name) for one in found]
        rotas += [_in(name, rota) for rota in rotas_of(db, each.id, [goes_id]).get(goes_id, ())]
        groups += [_in(name, group) for _, group in groups_of(db, each.id, [goes_id]).get(goes_id, ())]
        given_up |= {each.id for one in found if one.kind is Difference.GROUP}
    sessions = _sessions_of(db, goes_id, given_up)
    return Merge(stays_id, goes_id, stays, goes, tuple(conflicts), tuple(rotas), tuple(groups), sessions)


def merge_people(db: Db, actor: Actor, programme_id: int, stays_id: int, goes_id: int, now: datetime) -> None:
    """Let everything of one entry belong to the other, in all of their programmes; both addresses are told."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programmes = sorted(_programmes_of(db, (stays_id, goes_id)))
    for each in programmes:
        lock_programme(db, each)
    preview_merge(db, actor, programme_id, stays_id, goes_id)
    stays, goes = (db.get_one(PersonRow, who) for who in (stays_id, goes_id))
    _tell(db, programme_id, stays, goes, _seals(db, actor, programme_id, stays, goes, now), now)
    db.flush()
    end_histories(db, programmes, (stays_id, goes_id), now)
    join_rows(db, stays_id, goes_id, now)
    move_references(db, stays_id, goes_id)
    replace_ids(db, programmes, stays_id, goes_id)
    goes.email = f"merged-{goes_id}@person.invalid"
    stays.former_mailboxes = sorted({*stays.former_mailboxes, *goes.former_mailboxes})
    stays.former_names = [*stays.former_names, *(name for name in (goes.name,) if name != stays.name)]
    stays.zone = stays.zone or goes.zone
    db.flush()
    db.expire_all()
    record(db, actor, MERGED, now, programme_id, person=stays_id, merged=goes_id)
    for each in programmes:
        note(db, Fact.PEOPLE, each, now, (stays_id, goes_id))
        note(db, Fact.PLAN, each, now)


def _details(db: Db, programme_id: int, person_id: int) -> Details:
    part, person = part_of(db, programme_id, person_id), db.get_one(PersonRow, person_id)
    return Details(person.name, person.email, part.kind, part.stage)


def _programmes_of(db: Db, people: Collection[int]) -> frozenset[int]:
    """Every programme in which one of these has any part."""
    roles = select(RoleRow.programme_id).where(RoleRow.person_id.in_(people))
    parts = select(ParticipantRow.programme_id).where(ParticipantRow.person_id.in_(people))
    return frozenset(db.scalars(roles.union(parts)))


def _must_be_possible(db: Db, actor: Actor, stays_id: int, goes_id: int) -> None:
    if stays_id == goes_id:
        raise NotPossible(say("That is one entry."), what_to_do=say("Choose the second entry of this person."))
    both = (stays_id, goes_id)
    programmes = _programmes_of(db, both)
    if not all(actor.has(each, Role.COORDINATOR) for each in programmes):
        raise NotPossible(
            say("One of them is in another programme too."),
            what_to_do=say("Ask a coordinator of both programmes to merge them."),
        )
    offices = select(RoleRow.person_id).where(RoleRow.person_id.in_(both), RoleRow.role.not_in(PARTICIPANTS))
    asked = select(ContactInvitationRow.person_id).where(ContactInvitationRow.person_id.in_(both))
    if db.scalar(offices.union(asked).limit(1)) is not None:
        raise NotPossible(
            say("One of them is a coordinator or an oversight contact, so their entry can’t be merged."),
            what_to_do=say("Appoint someone else, or correct the address on their page instead."),
        )
    kinds = select(ParticipantRow.kind).where(ParticipantRow.person_id.in_(both)).distinct()
    if len(db.scalars(kinds).all()) > 1:
        raise NotPossible(
            say("One of them is a resident and the other a facilitator."),
            what_to_do=say("Correct the role of one of them first."),
        )
    guests = select(ParticipantRow.guest).where(ParticipantRow.person_id.in_(both)).distinct()
    if len(db.scalars(guests).all()) > 1:
        raise NotPossible(
            say("One of them is a guest coach and the other isn’t."),
            what_to_do=say("Take the guest out of the programme, and leave their entry as it is."),
        )
    must_not_be_planned(db, programmes)


def _of_persons(stays: Details, goes: Details) -> Iterator[Conflict]:
    if stays.name != goes.name:
        yield Conflict(Difference.NAME, stays.name, goes.name)
    yield Conflict(Difference.EMAIL, stays.email, goes.email)


def _conflicts(db: Db, programme: Programme, stays_id: int, goes_id: int) -> Iterator[Conflict]:
    """What the two say differently in one programme; nothing where only one of them has a part in it."""
    one, other = (db.get(ParticipantRow, (programme.id, who)) for who in (stays_id, goes_id))
    if one is None or other is None:
        return
    if one.stage != other.stage:
        grades = ("" if each.stage is None else programme.grade_name(each.stage) for each in (one, other))
        yield Conflict(Difference.GRADE, *grades)
    if one.site_id != other.site_id:
        sites = {site.id: site.name for site in programme.sites}
        yield Conflict(Difference.SITE, sites[one.site_id], sites[other.site_id])
    yield from _group_conflicts(db, programme, one, goes_id)
    for rota in _rotas_of_both(db, programme.id, stays_id, goes_id):
        yield Conflict(Difference.ROTA, rota, rota)
    answers = [db.get(AnswerRow, (programme.id, who)) for who in (stays_id, goes_id)]
    if all(answer is not None and answer.steps for answer in answers):
        yield Conflict(Difference.ANSWERS, "", "")


def _group_conflicts(db: Db, programme: Programme, stays: ParticipantRow, goes_id: int) -> Iterator[Conflict]:
    groups = groups_of(db, programme.id, [stays.person_id, goes_id])
    kept, given_up = (dict(groups.get(who, ())) for who in (stays.person_id, goes_id))
    if stays.kind is Role.RESIDENT and kept and not programme.conduct.several_groups:
        for key, name in given_up.items():
            if key not in kept:
                yield Conflict(Difference.GROUP, ", ".join(kept.values()), name)


def _sessions_of(db: Db, goes_id: int, given_up: Collection[int]) -> int:
    """To how many sessions somebody is invited, but for those of these programmes and those that were cancelled."""
    invited = select(func.count()).select_from(AttendeeRow).join(SessionRow, SessionRow.id == AttendeeRow.session_id)
    held = (SessionRow.programme_id.not_in(given_up), SessionRow.status != SessionStatus.CANCELLED)
    return db.scalar(invited.where(AttendeeRow.person_id == goes_id, *held)) or 0


def _in(programme: str, name: str) -> str:
    return f"{name} ({programme})" if programme else name


def _rotas_of_both(db: Db, programme_id: int, stays_id: int, goes_id: int) -> tuple[str, ...]:
    rows = db.execute(
        select(RotaRow.name, RotaSpanRow.person_id, RotaSpanRow.first_day, RotaSpanRow.last_day)
        .join(RotaSpanRow, RotaSpanRow.rota_id == RotaRow.id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT, RotaSpanRow.person_id.in_((stays_id, goes_id)))
        .order_by(RotaRow.name)
    )
    spans: dict[str, Mapping[int, list[tuple[date, date]]]] = {}
    for name, who, first, last in rows:
        spans.setdefault(name, {stays_id: [], goes_id: []})[who].append((first, last))
    return tuple(name for name, of in spans.items() if _meet(of[stays_id], of[goes_id]))


def _meet(some: Collection[tuple[date, date]], others: Collection[tuple[date, date]]) -> bool:
    return any(first <= end and begin <= last for first, last in some for begin, end in others)


def _seals(
    db: Db, actor: Actor, programme_id: int, stays: PersonRow, goes: PersonRow, now: datetime
) -> Mapping[str, str]:
    """Links by the address: whoever signs in to the entry that stays finds there what was the other's alone, and an
    institution's sign-in of the other opens it. Each is sealed until the one whose it was says that it is right."""
    if actor.trusted:
        return {}
    answered = {each.id: has_answered(db, each.id) for each in (goes, stays)}
    links = {goes.email: seal(db, goes, goes.email, programme_id, now, has_answered=answered[goes.id])}
    if db.scalar(select(IdentityRow.person_id).where(IdentityRow.person_id == goes.id).limit(1)) is not None:
        links[stays.email] = seal(db, stays, stays.email, programme_id, now, has_answered=answered[stays.id])
    return links


def _tell(
    db: Db, programme_id: int, stays: PersonRow, goes: PersonRow, links: Mapping[str, str], now: datetime
) -> None:
    """Whoever reads the mail of either address learns of it: it may be a mistake."""
    with in_language(stays.language):
        subject = say("Your two entries are one now")
        merged = say(
            "You were listed twice, as %(one)s and as %(other)s. Your coordinator has merged the two: from now "
            "on, sign in with %(one)s. Nothing that you entered is lost.",
            one=stays.email,
            other=goes.email,
        )
        for address in (stays.email, goes.email):
            text = (greeting(stays.name), merged, *closing(db, programme_id, links.get(address, "")))
            put_in_outbox(db, address, subject, "\n\n".join(text) + "\n", now, urgent=True)
