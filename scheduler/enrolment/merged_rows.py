"""Rows of two entries that are one person, where both have some: joined, so that nothing of either is lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Table, and_, delete, exists, insert, or_, select, update

from scheduler.availability.tables import WeeklyRow
from scheduler.charters.disclosures import told_of_other
from scheduler.charters.tables import AgreementRow
from scheduler.db import Base, Db
from scheduler.groups.tables import GroupLetterRow, GroupPlaceRow, NoteRow, ThreadReplyRow
from scheduler.joining.model import COLUMNS, Step
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import WishKind
from scheduler.people.tables import ParticipantRow, WishRow
from scheduler.people.traits import COLUMNS as TRAIT_COLUMNS
from scheduler.plans.model import UNPUBLISHED, MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow, UnplacedRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.rotas.tables import DutyRow, RotaSpanRow, WaitingRow
from scheduler.sessions.model import DEPUTY_FOUND_OR_ASKED
from scheduler.sessions.tables import AttendedRow, AttendeeRow, DeputyRow, SessionRow, WritingPlaceRow

_PAIRS: Final = (
    ("wish", "person_id", "about_id"),
    ("relation", "person_id", "about_id"),
    ("relation_override", "person_id", "about_id"),
    ("deputy", "for_id", "person_id"),
    ("asking", "from_id", "to_id"),
    ("first_question", "from_id", "to_id"),
    ("draft_pin", "person_id", "other_id"),
)
"""Tables in which one person is something to another: nobody is that to themselves."""


def join_rows(db: Db, stays_id: int, goes_id: int, now: datetime) -> None:
    """Join what both have; what only one has is moved afterwards (:mod:`scheduler.enrolment.person_references`)."""
    for table, one, other in _PAIRS:
        _forget_themselves(db, Base.metadata.tables[table], one, other, (stays_id, goes_id))
    _join_parts(db, stays_id, goes_id)
    _join_spans(db, stays_id, goes_id)
    _join_places(db, stays_id, goes_id, now)
    _join_texts(db, NoteRow, stays_id, goes_id)
    _join_texts(db, ThreadReplyRow, stays_id, goes_id)
    _join_attendance(db, stays_id, goes_id)
    _join_writing(db, stays_id, goes_id)
    _end_second_questions(db, stays_id, goes_id)
    _point_letters_to_one_place(db, stays_id, goes_id)
    _forget_equals(db, stays_id, goes_id)
    db.flush()


def replace_ids(db: Db, programmes: Collection[int], stays_id: int, goes_id: int) -> None:
    """Let what names people within its content name the one who stays: planned sessions, agreements, answers about
    names of rotas that wait."""
    planned = (
        select(PlannedSessionRow)
        .join(GroupRow, GroupRow.id == PlannedSessionRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id.in_(programmes))
    )
    for session in db.scalars(planned):
        session.facilitator_ids = _with(session.facilitator_ids, stays_id, goes_id)
        if str(goes_id) in session.marks:
            rest = {who: mark for who, mark in session.marks.items() if who != str(goes_id)}
            session.marks = {str(stays_id): session.marks[str(goes_id)], **rest}
    for agreement in db.scalars(select(AgreementRow).where(AgreementRow.programme_id.in_(programmes))):
        agreement.company = _with(agreement.company, stays_id, goes_id)
        agreement.told = [told_of_other(each, stays_id, goes_id) for each in agreement.told]
        if str(goes_id) in agreement.hats:
            agreement.hats = {
                str(stays_id) if who == str(goes_id) else who: hats for who, hats in agreement.hats.items()
            }
    for waiting in db.scalars(select(WaitingRow).where(WaitingRow.programme_id.in_(programmes))):
        given = waiting.content.get("given", {})
        people = {name: stays_id if who == goes_id else who for name, who in given.get("people", {}).items()}
        if people != given.get("people", {}):
            waiting.content = {**waiting.content, "given": {**given, "people": people}}
    db.flush()


def _with(ids: Sequence[int], stays_id: int, goes_id: int) -> list[int]:
    return list(dict.fromkeys(stays_id if who == goes_id else who for who in ids)) if goes_id in ids else list(ids)


def _forget_themselves(db: Db, table: Table, one: str, other: str, both: tuple[int, int]) -> None:
    db.execute(delete(table).where(table.c[one].in_(both), table.c[other].in_(both)))


def _join_parts(db: Db, stays_id: int, goes_id: int) -> None:
    """Where both take part: what the one who stays has not answered is taken from what the other has."""
    parts = db.scalars(select(ParticipantRow).where(ParticipantRow.person_id == goes_id)).all()
    for gone in parts:
        kept = db.get(ParticipantRow, (gone.programme_id, stays_id))
        if kept is None:
            continue
        answers = [db.get(AnswerRow, (gone.programme_id, who)) for who in (stays_id, goes_id)]
        own, theirs = ({Step(step) for step in row.steps} if row else set() for row in answers)
        for step in theirs - own:
            for column in COLUMNS.get(step, ()):
                setattr(kept, column, getattr(gone, column))
        if not any(getattr(kept, column) for column in TRAIT_COLUMNS):
            for column in TRAIT_COLUMNS:
                setattr(kept, column, getattr(gone, column))
        if kept.left_at is None or gone.left_at is None:
            kept.left_at, kept.declined = None, False
        kept.joined_at = min(kept.joined_at, gone.joined_at)
        _join_answers(*answers)
        _join_wishes(db, gone.programme_id, stays_id, goes_id)


def _join_answers(kept: AnswerRow | None, gone: AnswerRow | None) -> None:
    if kept is None or gone is None:
        return
    kept.steps = [*kept.steps, *(step for step in gone.steps if step not in kept.steps)]
    kept.needs = "\n".join(dict.fromkeys(text for text in (kept.needs, gone.needs) if text))
    kept.agreed_at = min(filter(None, (kept.agreed_at, gone.agreed_at)), default=None)
    for moment in ("invited_at", "reminded_at", "changed_at"):
        setattr(kept, moment, max(filter(None, (getattr(kept, moment), getattr(gone, moment))), default=None))


def _join_wishes(db: Db, programme_id: int, stays_id: int, goes_id: int) -> None:
    """Both lists count, whom either avoids above all; of facilitators, the choice of the one who stays, if any."""
    rows = db.scalars(
        select(WishRow).where(WishRow.programme_id == programme_id, WishRow.person_id.in_((stays_id, goes_id)))
    ).all()
    avoided = {row.about_id for row in rows if row.kind is WishKind.AVOID}
    has_chosen = any(row.person_id == stays_id and row.kind is WishKind.CHOICE for row in rows)
    for row in rows:
        second_choice = row.kind is WishKind.CHOICE and row.person_id == goes_id and has_chosen
        if second_choice or (row.kind is not WishKind.AVOID and row.about_id in avoided):
            db.delete(row)
    db.flush()


def _join_spans(db: Db, stays_id: int, goes_id: int) -> None:
    """One rota may speak of both: of the days of both, then, and of each duty once."""
    spans = db.scalars(select(RotaSpanRow).where(RotaSpanRow.person_id.in_((stays_id, goes_id)))).all()
    shared = {row.rota_id for row in spans if row.person_id == stays_id} & {
        row.rota_id for row in spans if row.person_id == goes_id
    }
    wanted = [
        {"rota_id": rota_id, "person_id": stays_id, "first_day": first, "last_day": last}
        for rota_id in sorted(shared)
        for first, last in _united((row.first_day, row.last_day) for row in spans if row.rota_id == rota_id)
    ]
    of_both = RotaSpanRow.person_id.in_((stays_id, goes_id))
    db.execute(delete(RotaSpanRow).where(of_both, RotaSpanRow.rota_id.in_(shared)))
    if wanted:
        db.execute(insert(RotaSpanRow), wanted)
    other = DutyRow.__table__.alias("other")
    same = [other.c[name] == getattr(DutyRow, name) for name in ("rota_id", "day", "code")]
    db.execute(
        delete(DutyRow).where(DutyRow.person_id == goes_id, exists().where(other.c.person_id == stays_id, *same))
    )


def _united(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _join_places(db: Db, stays_id: int, goes_id: int, now: datetime) -> None:
    """A resident keeps one place in a published plan, and in a draft; what is over stays as it was."""
    rows = db.execute(
        select(MemberRow, GroupRow.key, PlanRow.id, PlanRow.programme_id, PlanRow.state, ProgrammeRow.several_groups)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(ProgrammeRow, ProgrammeRow.id == PlanRow.programme_id)
        .where(MemberRow.person_id.in_((stays_id, goes_id)), MemberRow.role == MemberRole.RESIDENT)
        .where(PlanRow.state.in_((*UNPUBLISHED, PlanState.PUBLISHED)))
    ).all()
    placed = {plan_id for row, _, plan_id, *_ in rows if row.person_id == stays_id}
    for row, key, plan_id, programme_id, state, several in rows:
        if row.person_id == goes_id and plan_id in placed and not (several and state == PlanState.PUBLISHED):
            kept = (row.group_id, stays_id)
            _forget_marks(db, row.group_id, goes_id)
            db.delete(row)
            if state == PlanState.PUBLISHED and db.get(MemberRow, kept) is None:
                _leave_group(db, programme_id, key, goes_id, now)
    plans = {plan_id for _, _, plan_id, *_ in rows}
    db.execute(
        delete(UnplacedRow).where(UnplacedRow.plan_id.in_(plans), UnplacedRow.person_id.in_((stays_id, goes_id)))
    )
    db.flush()


def _forget_marks(db: Db, group_id: int, person_id: int) -> None:
    for session in db.scalars(select(PlannedSessionRow).where(PlannedSessionRow.group_id == group_id)):
        session.marks = {who: mark for who, mark in session.marks.items() if who != str(person_id)}


def _leave_group(db: Db, programme_id: int, key: str, person_id: int, now: datetime) -> None:
    ahead = select(SessionRow.id).where(
        SessionRow.programme_id == programme_id, SessionRow.group_key == key, SessionRow.starts_at > now
    )
    sessions = db.scalars(ahead).all()
    db.execute(delete(AttendeeRow).where(AttendeeRow.person_id == person_id, AttendeeRow.session_id.in_(sessions)))
    db.execute(update(SessionRow).where(SessionRow.id.in_(sessions)).values(changed_at=now))


def _join_texts(db: Db, table: type[NoteRow] | type[ThreadReplyRow], stays_id: int, goes_id: int) -> None:
    """Of two texts of one session, both are kept, one below the other."""
    found: Iterable[Any] = db.scalars(select(table).where(table.person_id.in_((stays_id, goes_id))))
    rows = {(row.session_id, row.person_id): row for row in found}
    for (session_id, who), row in rows.items():
        if who == goes_id and (kept := rows.get((session_id, stays_id))) is not None:
            kept.text = "\n".join(dict.fromkeys((kept.text, row.text)))


def _join_attendance(db: Db, stays_id: int, goes_id: int) -> None:
    """Whoever came under one of the two names came."""
    came = select(AttendedRow.session_id).where(AttendedRow.person_id == goes_id, AttendedRow.came)
    db.execute(
        update(AttendedRow)
        .where(AttendedRow.person_id == stays_id, AttendedRow.session_id.in_(came))
        .values(came=True)
        .execution_options(synchronize_session=False)
    )


def _join_writing(db: Db, stays_id: int, goes_id: int) -> None:
    """Whoever took part in writing under one of the two names did."""
    rows = db.scalars(select(WritingPlaceRow).where(WritingPlaceRow.person_id.in_((stays_id, goes_id)))).all()
    kept = {row.session_id: row for row in rows if row.person_id == stays_id}
    for row in rows:
        if row.person_id == goes_id and (place := kept.get(row.session_id)) is not None:
            place.asked_at = place.asked_at or row.asked_at
            place.prompted_at = place.prompted_at or row.prompted_at
            place.wrote_at = place.wrote_at or row.wrote_at


def _end_second_questions(db: Db, stays_id: int, goes_id: int) -> None:
    """Of two open questions to one person, and of two deputies for one session, one is enough."""
    asking = Base.metadata.tables["asking"]
    for mine, other in (("from_id", "to_id"), ("to_id", "from_id")):
        same = asking.alias("same")
        double = and_(
            same.c[mine] == stays_id,
            same.c[other] == asking.c[other],
            same.c.programme_id == asking.c.programme_id,
            same.c.state == "asked",
        )
        db.execute(delete(asking).where(asking.c[mine] == goes_id, asking.c.state == "asked", exists().where(double)))
    going = select(DeputyRow.session_id).where(DeputyRow.for_id == stays_id, DeputyRow.state.in_(DEPUTY_FOUND_OR_ASKED))
    theirs = (DeputyRow.for_id == goes_id, DeputyRow.state.in_(DEPUTY_FOUND_OR_ASKED))
    db.execute(
        delete(DeputyRow).where(*theirs, DeputyRow.session_id.in_(going)).execution_options(synchronize_session=False)
    )


def _point_letters_to_one_place(db: Db, stays_id: int, goes_id: int) -> None:
    rows = db.scalars(select(GroupPlaceRow).where(GroupPlaceRow.person_id.in_((stays_id, goes_id)))).all()
    kept = {(row.programme_id, row.group_key): row for row in rows if row.person_id == stays_id}
    for row in rows:
        place = kept.get((row.programme_id, row.group_key))
        if row.person_id == goes_id and place is not None:
            db.execute(update(GroupLetterRow).where(GroupLetterRow.place_id == row.id).values(place_id=place.id))
            place.muted = place.muted or row.muted


def _forget_equals(db: Db, stays_id: int, goes_id: int) -> None:
    """Weekly entries and relations that are on record of both need to be there once."""
    _forget_equal_weekly(db, stays_id, goes_id)
    table = Base.metadata.tables["relation"]
    other = table.alias("other")
    ties = ("programme_id", "kind", "first_day", "last_day", "declared")
    for column, names in (("person_id", (*ties, "about_id")), ("about_id", (*ties, "person_id"))):
        same = [
            or_(other.c[name] == table.c[name], and_(other.c[name].is_(None), table.c[name].is_(None)))
            for name in names
        ]
        db.execute(delete(table).where(table.c[column] == goes_id, exists().where(other.c[column] == stays_id, *same)))


def _forget_equal_weekly(db: Db, stays_id: int, goes_id: int) -> None:
    """Compared here: their exceptions are lists, which databases cannot compare alike."""
    rows = db.scalars(select(WeeklyRow).where(WeeklyRow.person_id.in_((stays_id, goes_id)))).all()
    kept = {_what_holds(row) for row in rows if row.person_id == stays_id}
    for row in rows:
        if row.person_id == goes_id and _what_holds(row) in kept:
            db.delete(row)


def _what_holds(row: WeeklyRow) -> tuple[object, ...]:
    """All that a weekly entry says, but whose it is."""
    names = ("programme_id", "weekday", "start", "end", "mark", "category", "first_day", "last_day")
    return (*(getattr(row, name) for name in names), frozenset(row.except_days))
