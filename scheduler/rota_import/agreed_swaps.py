"""Swaps that somebody has agreed, put on the rotas: the duties of two people's days change hands, and can go back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.service import lock_programme
from scheduler.rota_import.affected_sessions import AffectedSession, find_affected_sessions, unable_now
from scheduler.rota_import.replaced import Kept, keep_replaced, rotas_as_they_are
from scheduler.rota_import.spellings import known_people
from scheduler.rotas.changes import Change
from scheduler.rotas.model import AWAY, DutyKind, Question
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.reading.phrases import heard
from scheduler.rotas.spans import with_days
from scheduler.rotas.swaps import ChangedDay, Swap, parse_swaps
from scheduler.rotas.tables import DutyRow, ReplacedBy, RotaRow, RotaSpanRow

PersonDay = tuple[int, date]


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody would do more than one thing on a day: two duties, or one while they are on leave (``is_away``)."""

    person_id: int
    day: date
    is_away: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """A swap as it would change the rotas: its sentence, what was written, each person's day before and after, days on
    which that can hardly be meant, and why it can't be done, empty where it can."""

    sentence: str
    written: str
    changes: tuple[Change, ...]
    why_not: str
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class OnSessions:
    """What swaps do to published sessions to come: in those that are ``lost``, ``cannot`` are who can no longer come;
    in those that are ``saved`` they are who could not and then can."""

    lost: tuple[AffectedSession, ...]
    saved: tuple[AffectedSession, ...]


@dataclass(frozen=True, slots=True)
class ProposedSwaps:
    """What a text says of swaps: those that are clear, what has to be said first, and what speaks of none; and what all
    that can be done would do to sessions together."""

    swaps: tuple[Proposed, ...]
    questions: tuple[Question, ...]
    passed_over: tuple[str, ...] = ()
    sessions: OnSessions = OnSessions((), ())


@dataclass(frozen=True, slots=True)
class Swapped:
    """What putting swaps on the rotas did: the days that changed, published sessions to come that it concerns, and the
    number under which what was there before is kept."""

    changes: tuple[Change, ...]
    sessions: OnSessions
    replaced: int


@dataclass(frozen=True, slots=True)
class _Moved:
    """A duty that changes hands: its row, and who has it from now on; None for nobody."""

    row: DutyRow
    to: int | None


def propose_swaps(db: Db, actor: Actor, programme_id: int, text: str, now: datetime) -> ProposedSwaps:
    """The swaps in a text and what each of them would change. Nothing is changed; the transaction has to be one that
    could."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = parse_swaps(text, known_people(db, programme_id), now.date())
    swaps = tuple(_proposed(db, programme_id, swap) for swap in found.swaps)
    possible = [swap for swap, proposed in zip(found.swaps, swaps, strict=True) if not proposed.why_not]
    return ProposedSwaps(swaps, found.questions, found.passed_over, _on_sessions(db, programme_id, possible, now))


def put_swaps(db: Db, actor: Actor, programme_id: int, text: str, chosen: Iterable[int], now: datetime) -> Swapped:
    """Put the chosen of a text's swaps, by their places, on the rotas, all in the caller's transaction.

    Raises ``NotPossible`` where one of them can't be done, or none was chosen.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    found = parse_swaps(text, known_people(db, programme_id), now.date()).swaps
    swaps = [found[place] for place in sorted(set(chosen)) if place < len(found)]
    if not swaps:
        raise NotPossible(say("No swap was chosen."), what_to_do=say("Tick the swaps that are agreed."))
    days = [change.day for swap in swaps for change in swap.changes]
    span = (min(days), max(days))
    sessions = _on_sessions(db, programme_id, swaps, now)
    kept = Kept(rotas_as_they_are(db, dict.fromkeys(_rotas(db, programme_id, swaps), span)))
    changes = tuple(change for swap in swaps for change in _put(db, programme_id, swap))
    db.flush()
    people = {change.person for swap in swaps for change in swap.changes}
    name = "; ".join(swap.written for swap in swaps)[:_LONGEST_NAME]
    number = keep_replaced(db, programme_id, ReplacedBy.SWAP, name, kept, span, people, now)
    note(db, Fact.TIME, programme_id, now, people)
    rotas = [rota.id for rota in kept.rotas]
    record(db, actor, "rota.swapped", now, programme_id, rotas=rotas, changed_days=len(changes))
    return Swapped(changes, sessions, number)


_LONGEST_NAME = 120


def _on_sessions(db: Db, programme_id: int, swaps: Sequence[Swap], now: datetime) -> OnSessions:
    """What these swaps do to sessions: they are put on the rotas, looked at and taken off again."""
    days = {(each.person, each.day) for swap in swaps for each in swap.changes}
    if not days:
        return OnSessions((), ())
    before = unable_now(db, programme_id, days, now)
    with db.begin_nested() as trial:
        for swap in swaps:
            if not _why_not(swap, _rows(db, programme_id, swap)):  # an earlier one may have taken the duty
                _put(db, programme_id, swap)
        after = unable_now(db, programme_id, days, now)
        lost = find_affected_sessions(db, programme_id, days, now, before)
        trial.rollback()
    db.expire_all()
    saved = find_affected_sessions(db, programme_id, days, now, after)
    return OnSessions(_with_people(lost), _with_people(saved))


def _with_people(sessions: Iterable[AffectedSession]) -> tuple[AffectedSession, ...]:
    return tuple(session for session in sessions if session.cannot)


def _proposed(db: Db, programme_id: int, swap: Swap) -> Proposed:
    rows = _rows(db, programme_id, swap)
    why_not = _why_not(swap, rows)
    changes = () if why_not else _changes(swap, rows, _moved(swap, rows))
    if not why_not and not changes:
        why_not = say("Nothing would change: they have the same duties.")
    clashes = () if why_not else tuple(_clashes(swap, rows, _moved(swap, rows)))
    return Proposed(swap.sentence, swap.written, changes, why_not, clashes)


def _clashes(swap: Swap, rows: Mapping[PersonDay, list[DutyRow]], moved: Sequence[_Moved]) -> Iterator[Clash]:
    """The days on which somebody who gets a duty has another one, or leave."""
    for person, day in dict.fromkeys((change.person, change.day) for change in swap.changes):
        kinds = [DutyKind(row.kind) for row in _after(person, day, rows, moved)]
        at_work = [kind for kind in kinds if kind not in AWAY]
        gets_one = any(each.to == person and each.row.day == day for each in moved)
        if gets_one and (len(at_work) > 1 or len(kinds) > len(at_work)):
            yield Clash(person, day, is_away=len(kinds) > len(at_work))


def _put(db: Db, programme_id: int, swap: Swap) -> tuple[Change, ...]:
    rows = _rows(db, programme_id, swap)
    if why_not := _why_not(swap, rows):
        raise NotPossible(why_not, where=swap.written)
    moved = _moved(swap, rows)
    changes = _changes(swap, rows, moved)
    for each in moved:
        if each.to is None:
            db.execute(delete(DutyRow).where(DutyRow.id == each.row.id).execution_options(synchronize_session="fetch"))
        else:
            each.row.person_id = each.to
            _speak_of(db, each.row.rota_id, each.to, each.row.day)
    db.flush()
    return changes


def _rotas(db: Db, programme_id: int, swaps: Sequence[Swap]) -> list[int]:
    """The rotas on which any of these days has a duty."""
    rows = (row for swap in swaps for each in _rows(db, programme_id, swap).values() for row in each)
    return sorted({row.rota_id for row in rows})


def _rows(db: Db, programme_id: int, swap: Swap) -> Mapping[PersonDay, list[DutyRow]]:
    """The duties of everybody in the swap, by person and day; what people gave of themselves is theirs alone."""
    wanted = {(change.person, change.day) for change in swap.changes}
    rows = db.scalars(
        select(DutyRow)
        .join(RotaRow, RotaRow.id == DutyRow.rota_id)
        .where(
            RotaRow.programme_id == programme_id,
            OF_DEPARTMENT,
            DutyRow.person_id.in_({person for person, _ in wanted}),
            DutyRow.day.in_({day for _, day in wanted}),
        )
        .order_by(DutyRow.id)
    )
    found: dict[PersonDay, list[DutyRow]] = {key: [] for key in wanted}
    for row in rows:
        if (row.person_id, row.day) in found:
            found[row.person_id, row.day].append(row)
    return found


def _why_not(swap: Swap, rows: Mapping[PersonDay, list[DutyRow]]) -> str:
    """Where nobody has a duty to give there is no swap."""
    given = [_given(change, rows) for change in swap.changes if change.duty_of is not None]
    is_exchange = all(change.duty_of is not None for change in swap.changes)
    if any(given) if is_exchange else all(given):
        return ""
    return say("No rota has a duty there that could be swapped.")


def _given(change: ChangedDay, rows: Mapping[PersonDay, list[DutyRow]]) -> list[DutyRow]:
    """The duties that the person gets on this day: those that are meant, of whose duties they get."""
    assert change.duty_of is not None
    at_work = [row for row in rows.get((change.duty_of, change.day), []) if DutyKind(row.kind) not in AWAY]
    kinds = heard(change.duty).kinds if change.duty else ()
    meant = [row for row in at_work if row.kind in kinds or row.code.casefold() == change.duty.casefold()]
    return meant if change.duty else at_work


def _moved(swap: Swap, rows: Mapping[PersonDay, list[DutyRow]]) -> list[_Moved]:
    """The duties that change hands. Somebody who takes one is not off that day any more; what they work besides, they
    keep: nothing says that somebody else does it."""
    moved: list[_Moved] = []
    for change in swap.changes:
        if change.duty_of is not None and (given := _given(change, rows)):
            own = rows.get((change.person, change.day), [])
            moved += [_Moved(row, change.person) for row in given]
            moved += [_Moved(row, None) for row in own if row.kind == DutyKind.OFF]
    return moved


def _changes(swap: Swap, rows: Mapping[PersonDay, list[DutyRow]], moved: Sequence[_Moved]) -> tuple[Change, ...]:
    """Each day of the swap before and after, without those that stay as they are."""
    found = []
    for person, day in dict.fromkeys((change.person, change.day) for change in swap.changes):
        own, after = rows.get((person, day), []), _after(person, day, rows, moved)
        if _duties(own) != _duties(after):
            found.append(Change(person, day, _codes(own), _codes(after)))
    return tuple(found)


def _after(person: int, day: date, rows: Mapping[PersonDay, list[DutyRow]], moved: Sequence[_Moved]) -> list[DutyRow]:
    """What somebody has on a day afterwards."""
    gone = {each.row.id for each in moved}
    stays = [row for row in rows.get((person, day), []) if row.id not in gone]
    return stays + [each.row for each in moved if each.to == person and each.row.day == day]


def _duties(rows: Iterable[DutyRow]) -> set[tuple[object, ...]]:
    """What is worked, whoever works it."""
    return {(row.rota_id, row.code, row.kind, row.starts_at, row.ends_at) for row in rows}


def _codes(rows: Iterable[DutyRow]) -> tuple[str, ...]:
    return tuple(sorted(row.code for row in rows))


def _speak_of(db: Db, rota_id: int, person_id: int, day: date) -> None:
    """Let a rota speak of this person's day."""
    own = (RotaSpanRow.rota_id == rota_id, RotaSpanRow.person_id == person_id)
    spans = [(row.first_day, row.last_day) for row in db.scalars(select(RotaSpanRow).where(*own))]
    if any(first <= day <= last for first, last in spans):
        return
    db.execute(delete(RotaSpanRow).where(*own).execution_options(synchronize_session="fetch"))
    for first, last in with_days(spans, (day, day)):
        db.add(RotaSpanRow(rota_id=rota_id, person_id=person_id, first_day=first, last_day=last))
    db.flush()
