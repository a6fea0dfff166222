"""A rota that somebody gives of themselves: read as departments' are or said day by day, kept apart from them, and
forgotten whenever its owner wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotAllowed, NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rota_import.other_readings import READING, Readings, as_choice
from scheduler.rota_import.overlaps import remove
from scheduler.rota_import.service import Before
from scheduler.rota_import.spellings import known_people
from scheduler.rota_import.storage import answered_codes, spans_of, store, stored_duties
from scheduler.rotas.answers import Answers, Understood, joined_answers, parse_answers, understood
from scheduler.rotas.changes import Change, PlacedDuty, changes
from scheduler.rotas.codec import answers_from_json, answers_json, kept_json, rota_from_json
from scheduler.rotas.day_lines import read_day_lines
from scheduler.rotas.model import DutyKind, Question, ReadDuty, ReadRota, codes_of_subject
from scheduler.rotas.names import Known, match_names, spelling_key
from scheduler.rotas.own import OF_DEPARTMENT, days_of_both
from scheduler.rotas.spans import DaySpan, with_days
from scheduler.rotas.spoken import BY_HAND, is_day_by_day, spoken_of
from scheduler.rotas.tables import RotaAddressRow, RotaRow, RotaSpanRow, WaitingRow
from scheduler.text_input import shortened

CODES: Mapping[DutyKind, str] = {
    DutyKind.DAY: "D",
    DutyKind.LONG_DAY: "LD",
    DutyKind.LATE: "L",
    DutyKind.NIGHT: "N",
    DutyKind.RESIDENT_ON_CALL: "RC",
    DutyKind.NON_RESIDENT_ON_CALL: "HC",
    DutyKind.OFF: "O",
    DutyKind.STUDY_LEAVE: "SL",
    DutyKind.LEAVE: "AL",
}
"""What a day may be said to be, and the code that is kept for it."""
NO_READINGS: Readings = MappingProxyType({})
_LONGEST = timedelta(days=400)
_MOST_NAMES_TOLD = 12


@dataclass(frozen=True, slots=True)
class OwnWaiting:
    """An own rota that was read, as far as it is understood: only its owner's line is there.

    ``text`` are the lines that they wrote, where they did. ``rest_is_off`` tells that they have said that the days
    between those lines are days off.
    """

    understood: Understood
    read_at: datetime
    text: str = ""
    rest_is_off: bool = False


@dataclass(frozen=True, slots=True)
class GivenRota:
    """An own rota that is in: the ``days`` of which it speaks and what stands on them. Of so many of these days
    (``of_department``) a department's rota speaks as well, and counts."""

    given_at: datetime
    duties: tuple[PlacedDuty, ...]
    days: tuple[DaySpan, ...]
    of_department: int

    @property
    def first_day(self) -> date:
        """The first day of which it speaks."""
        return self.days[0][0]

    @property
    def last_day(self) -> date:
        """The last day of which it speaks."""
        return self.days[-1][1]

    @property
    def count(self) -> int:
        """Of how many days it speaks."""
        return _count(self.days)

    @property
    def kinds(self) -> Mapping[date, DutyKind]:
        """What each day is; the last of several."""
        return {duty.day: duty.kind for duty in self.duties}


def before_reading_own(db: Db, actor: Actor, programme_id: int) -> Before:
    """What reading an own rota needs: the zone of its owner's site, and what they said of its codes before."""
    row = _find_row(db, programme_id, _participant(db, actor, programme_id).person_id)
    return Before(_site(db, actor, programme_id).zone, answered_codes(db, row.id) if row else {})


def read_own_lines(actor: Actor, text: str, before: Before, now: datetime) -> ReadRota | None:
    """What the actor has written a line for each day; None for a text of another shape. Raises Rejected, naming each
    line, where none can be used."""
    return read_day_lines(text, str(actor.person_id), now.date(), before.known)


def keep_own(
    db: Db,
    actor: Actor,
    programme_id: int,
    rota: ReadRota,
    written: str,
    now: datetime,
    text: str = "",
    others: Readings = NO_READINGS,
) -> OwnWaiting:
    """Keep the actor's line of a rota that was read until they have seen it; nothing of anybody else's is kept.

    ``written`` is their name as it stands there, if they said, ``text`` are the lines that they wrote themselves, to be
    corrected, and ``others`` are other ways to read the file. Raises Rejected where their line cannot be told.
    """
    part = _participant(db, actor, programme_id)
    people = known_people(db, programme_id)
    ways = {subject: dict(_own_ways(each, part.person_id, people, written)) for subject, each in others.items()}
    mine = rota if is_day_by_day(rota) else _own_line(rota, part.person_id, people, written, ways)
    ways = {subject: each for subject, each in ways.items() if len(each) > 1}
    asked = (as_choice(each, ways[each.subject]) if each.subject in ways else each for each in mine.questions)
    mine = replace(mine, questions=tuple(asked))
    row = _find_row(db, programme_id, part.person_id)
    answers = Answers(codes=answered_codes(db, row.id)) if row else Answers()
    forget_waiting(db, actor, programme_id)
    waiting = WaitingRow(
        programme_id=programme_id,
        site_id=part.site_id,
        name="",
        read_at=now,
        content=kept_json(mine) | {"given": answers_json(answers), "text": text, "ways": _ways_json(ways)},
        given_by=part.person_id,
    )
    db.add(waiting)
    db.flush()
    return _shown(waiting)


def find_own_waiting(db: Db, actor: Actor, programme_id: int) -> OwnWaiting | None:
    """The actor's own rota that was read and not taken yet."""
    row = _find_waiting(db, actor, programme_id)
    return _shown(row) if row else None


def answer_own(
    db: Db, actor: Actor, programme_id: int, given: Mapping[tuple[str, str], str], *, rest_is_off: bool = False
) -> OwnWaiting:
    """Keep answers to the questions about the rota that waits, and whether the days between those that it names are
    days off. Raises Rejected for answers that make no sense."""
    row = _locked_waiting(db, actor, programme_id)
    answers = joined_answers(answers_from_json(row.content["given"]), parse_answers(given, ()))
    row.content = {**_chosen_way(row.content, given), "given": answers_json(answers), "rest_is_off": rest_is_off}
    db.flush()
    return _shown(row)


def take_own(
    db: Db,
    actor: Actor,
    programme_id: int,
    given: Mapping[tuple[str, str], str],
    now: datetime,
    *,
    rest_is_off: bool = False,
) -> None:
    """Take the rota that waits, with these answers; codes without one count as busy. Of days between those that its
    owner has written line by line nothing is known, unless they say that the rest is off.

    Raises NotPossible while its dates are in doubt, and Rejected for answers that make no sense.
    """
    found = answer_own(db, actor, programme_id, given, rest_is_off=rest_is_off).understood
    if not found.may_be_imported or found.rota.first_day is None:
        advice = say("Answer the question about the dates first.")
        raise NotPossible(say("We are not sure how to read the dates."), what_to_do=advice)
    row = _locked_waiting(db, actor, programme_id)
    if rest_is_off and is_day_by_day(found.rota):
        found = replace(found, rota=_with_days_off(found.rota))
    _store(db, actor, programme_id, found, answers_from_json(row.content["given"]), now)
    db.delete(row)
    db.flush()


def forget_waiting(db: Db, actor: Actor, programme_id: int) -> None:
    """Throw away what was read and not taken."""
    mine = (WaitingRow.programme_id == programme_id, WaitingRow.given_by == actor.person_id)
    db.execute(delete(WaitingRow).where(*mine))


def give_days(
    db: Db,
    actor: Actor,
    programme_id: int,
    first_day: date,
    kinds: Sequence[DutyKind | None],
    until: date | None,
    now: datetime,
) -> None:
    """Say what each day from the first on is; up to ``until``, if given, the days repeat from the beginning.

    Of a day that is None nothing is said any more. One that is what was given before stays as it is, with its hours.
    """
    last_day = until or first_day + timedelta(days=len(kinds) - 1)
    _must_be_possible(kinds, first_day, last_day)
    part = _participant(db, actor, programme_id)
    lock_programme(db, programme_id)
    days = [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]
    given = find_given(db, actor, programme_id)
    before = given.kinds if given else {}
    said = {day: kinds[number % len(kinds)] for number, day in enumerate(days)}
    changed = {day: kind for day, kind in said.items() if kind != before.get(day)}
    name = str(part.person_id)
    duties = tuple(_said_duty(name, day, kind) for day, kind in changed.items() if kind is not None)
    if not changed:
        return
    rota = ReadRota(BY_HAND, (name,), duties, (), first_day=min(changed), last_day=max(changed))
    replaced: tuple[DaySpan, ...] = ()
    for day in changed:
        replaced = with_days(replaced, (day, day))
    _store(db, actor, programme_id, Understood(rota, {name: part.person_id}, ()), Answers(), now, replaced)


def find_given(db: Db, actor: Actor, programme_id: int) -> GivenRota | None:
    """The actor's own rota that is in."""
    person_id = actor.person_id or 0
    row = _find_row(db, programme_id, person_id)
    if row is None:
        return None
    days = tuple(sorted(spans_of(db, row.id).get(person_id, ())))
    duties = sorted(stored_duties(db, row.id, [person_id], (row.first_day, row.last_day)), key=_by_day_and_code)
    both = days_of_both(days, department_days(db, actor, programme_id))
    return GivenRota(row.imported_at, tuple(duties), days, _count(both)) if days else None


def department_days(db: Db, actor: Actor, programme_id: int) -> tuple[DaySpan, ...]:
    """The days of the actor of which rotas of departments speak, in order."""
    spans = db.execute(
        select(RotaSpanRow.first_day, RotaSpanRow.last_day)
        .join(RotaRow, RotaRow.id == RotaSpanRow.rota_id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT, RotaSpanRow.person_id == actor.person_id)
    )
    found: tuple[DaySpan, ...] = ()
    for first, last in spans:
        found = with_days(found, (first, last))
    return found


def forget_own(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Forget the actor's own rota; their days are known from a department's, or not at all. It is fetched
    from nowhere any more."""
    lock_programme(db, programme_id)
    forget_waiting(db, actor, programme_id)
    row = _find_row(db, programme_id, actor.person_id or 0)
    address = delete(RotaAddressRow).where(
        RotaAddressRow.programme_id == programme_id, RotaAddressRow.given_by == actor.person_id
    )
    db.execute(address)
    if row is None:
        raise NotFound(say("You haven’t given a rota of your own."))
    remove(db, row.id)
    db.flush()
    record(db, actor, "own_rota.removed", now, programme_id)
    note(db, Fact.TIME, programme_id, now, (actor.person_id or 0,))


def differences(db: Db, actor: Actor, programme_id: int, first_day: date) -> tuple[Change, ...]:
    """The actor's days from the first on on which their own rota (before) has another kind of duty than a department's
    (after), of those of which both speak. The two may write the same duty with other codes."""
    person_id = actor.person_id or 0
    own = _find_row(db, programme_id, person_id)
    if own is None:
        return ()
    others = db.scalars(
        select(RotaRow.id)
        .join(RotaSpanRow, RotaSpanRow.rota_id == RotaRow.id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT, RotaSpanRow.person_id == person_id)
        .distinct()
    ).all()
    spans = [span for rota_id in others for span in spans_of(db, rota_id).get(person_id, ())]
    both = days_of_both(spans_of(db, own.id).get(person_id, ()), spans)
    theirs = [duty for rota_id in others for duty in _alike(db, rota_id, person_id, both)]
    found = changes(_alike(db, own.id, person_id, both), theirs)
    return tuple(each for each in found if each.day >= first_day)


def of_one(rota: ReadRota, person_id: int, people: tuple[Known, ...], written: str = "") -> ReadRota:
    """What a rota says of one person, and the questions that concern it.

    A rota of one person is theirs unless its name is certainly somebody else's; of several, the line with the name as
    ``written``, else those that certainly mean them.
    """
    names = frozenset(_names_of(rota, person_id, people, written))
    pattern = rota.pattern
    duties = tuple(duty for duty in rota.duties if duty.person in names)
    kept = duties
    if pattern is not None:
        pattern = replace(pattern, duties=tuple(duty for duty in pattern.duties if duty.person in {*names, ""}))
        kept = (*kept, *pattern.duties)
    codes = {duty.code for duty in kept}
    others = [name for name in rota.people if name not in names]
    questions = tuple(each for each in rota.questions if _concerns(each, codes, others))
    own = replace(rota, people=tuple(sorted(names)), duties=duties, questions=questions, pattern=pattern)
    return replace(own, pictures=(), source=b"")  # others' lines stand on the sheets


def _own_line(rota: ReadRota, person_id: int, people: tuple[Known, ...], written: str, ways: Readings) -> ReadRota:
    """Somebody's line of a rota; where it is only there read otherwise, as it is then."""
    try:
        return of_one(rota, person_id, people, written)
    except Rejected:
        other = next((read for each in ways.values() for read in each.values()), None)
        if other is None:
            raise
        return other


def _own_ways(
    readings: Mapping[str, ReadRota], person_id: int, people: tuple[Known, ...], written: str
) -> Iterator[tuple[str, ReadRota]]:
    """Somebody's own line in each of these readings that has it."""
    for answer, rota in readings.items():
        try:
            yield answer, of_one(rota, person_id, people, written)
        except Rejected:
            continue


def _ways_json(ways: Readings) -> dict[str, dict[str, Any]]:
    return {subject: {answer: kept_json(rota) for answer, rota in each.items()} for subject, each in ways.items()}


def _chosen_way(content: Mapping[str, Any], given: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """What is kept of a rota that waits, read as was chosen."""
    for (about, subject), answer in given.items():
        way = content.get("ways", {}).get(subject, {}).get(answer) if about == READING else None
        if way is not None:
            return {**content, **way, "ways": {}}
    return dict(content)


def _concerns(question: Question, codes: set[str], others: Sequence[str]) -> bool:
    """Whether a question is one for somebody with these codes; what it says of others is not kept."""
    if question.about == "person" or (question.about == "code" and not codes & set(codes_of_subject(question.subject))):
        return False
    return not any(name in question.text for name in others)


def _names_of(rota: ReadRota, person_id: int, people: tuple[Known, ...], written: str) -> Iterable[str]:
    if written:
        found = [name for name in rota.people if spelling_key(name) == spelling_key(written)]
    else:
        certain = match_names(rota.people, people, duties=rota.duties).certain
        found = [name for name in rota.people if certain.get(name) == person_id]
        if not found and len(rota.people) == 1 and rota.people[0] not in certain:
            found = list(rota.people)
    if found:
        return found
    told = ", ".join(shortened(name) for name in rota.people[:_MOST_NAMES_TOLD])
    words = say("We can’t find you on this rota. It names: %(names)s.", names=told or "–")
    raise Rejected(words, (Fault("written", say("Write your name as it appears on the rota.")),))


def _count(spans: Iterable[DaySpan]) -> int:
    return sum((last - first).days + 1 for first, last in spans)


def _by_day_and_code(duty: PlacedDuty) -> tuple[date, str]:
    return duty.day, duty.code


def _said_duty(name: str, day: date, kind: DutyKind) -> ReadDuty:
    if kind not in CODES:
        raise Rejected(say("Choose what each day is from the list."))
    return ReadDuty(name, day, CODES[kind], kind, None, None, "")


def _with_days_off(rota: ReadRota) -> ReadRota:
    """The rota with a day off for every day without a duty between its first and its last."""
    assert rota.first_day is not None
    assert rota.last_day is not None
    taken = {duty.date for duty in rota.duties}
    days = (rota.first_day + timedelta(days=number) for number in range((rota.last_day - rota.first_day).days + 1))
    off = tuple(_said_duty(rota.people[0], day, DutyKind.OFF) for day in days if day not in taken)
    return replace(rota, duties=rota.duties + off)


def _alike(db: Db, rota_id: int, person_id: int, days: Iterable[DaySpan]) -> list[PlacedDuty]:
    """What a rota says of somebody on these days, to be compared: with a day off for every day without a duty, and
    without what is written otherwise in every rota."""
    found: list[PlacedDuty] = []
    for span in days:
        duties = stored_duties(db, rota_id, [person_id], span)
        taken = {duty.day for duty in duties}
        free = (span[0] + timedelta(days=number) for number in range((span[1] - span[0]).days + 1))
        found += [replace(duty, code=duty.kind.value, starts_at=None, ends_at=None) for duty in duties]
        off = DutyKind.OFF
        found += [PlacedDuty(person_id, day, off.value, off, None, None, "") for day in free if day not in taken]
    return found


def _store(
    db: Db,
    actor: Actor,
    programme_id: int,
    found: Understood,
    answers: Answers,
    now: datetime,
    replacing: Sequence[DaySpan] = (),
) -> None:
    """Put the rota in the place of what was given before of the days of which it speaks, or of ``replacing``; one that
    speaks of no day any more goes."""
    row, is_new = _row(db, actor, programme_id, found.rota, now)
    zone = ZoneInfo(_site(db, actor, programme_id).zone)
    days = replacing or spoken_of(found).get(actor.person_id or 0, ())
    store(db, row, found, answers, zone, is_new=is_new, replacing=days)
    db.flush()
    if not spans_of(db, row.id):
        remove(db, row.id)
    record(db, actor, "own_rota.given", now, programme_id)
    note(db, Fact.TIME, programme_id, now, (actor.person_id or 0,))


def _row(db: Db, actor: Actor, programme_id: int, rota: ReadRota, now: datetime) -> tuple[RotaRow, bool]:
    part = _participant(db, actor, programme_id)
    row = _find_row(db, programme_id, part.person_id)
    if row is not None:
        row.site_id, row.layout, row.imported_at = part.site_id, rota.layout, now
        return row, False
    row = RotaRow(
        programme_id=programme_id,
        site_id=part.site_id,
        name="",
        layout=rota.layout,
        first_day=rota.first_day,
        last_day=rota.last_day,
        imported_at=now,
        imported_by=part.person_id,
        given_by=part.person_id,
    )
    db.add(row)
    db.flush()
    return row, True


def _must_be_possible(kinds: Sequence[DutyKind | None], first_day: date, last_day: date) -> None:
    if not kinds:
        raise Rejected(say("Choose what each day is from the list."))
    if last_day < first_day or last_day - first_day > _LONGEST:
        wrong = say("The last day must come after the first, by no more than 400 days.")
        raise Rejected(say("These days can’t be saved."), (Fault("until", wrong),))


def _shown(row: WaitingRow) -> OwnWaiting:
    found = _understood(row, answers_from_json(row.content["given"]))
    return OwnWaiting(found, row.read_at, row.content.get("text", ""), row.content.get("rest_is_off", False))


def _understood(row: WaitingRow, answers: Answers) -> Understood:
    """The names that were kept are the owner's, whatever they are."""
    rota, person_id = rota_from_json(row.content), row.given_by or 0
    return understood(rota, (), replace(answers, people=dict.fromkeys(rota.people, person_id)))


def _locked_waiting(db: Db, actor: Actor, programme_id: int) -> WaitingRow:
    """The rota that waits, with its programme locked."""
    lock_programme(db, programme_id)
    row = _find_waiting(db, actor, programme_id)
    if row is None:
        raise NotFound(say("Your rota is no longer waiting."), what_to_do=say("Give it again."))
    return row


def _find_waiting(db: Db, actor: Actor, programme_id: int) -> WaitingRow | None:
    mine = (WaitingRow.programme_id == programme_id, WaitingRow.given_by == actor.person_id)
    return db.scalars(select(WaitingRow).where(*mine)).first()


def _find_row(db: Db, programme_id: int, person_id: int) -> RotaRow | None:
    return db.scalar(select(RotaRow).where(RotaRow.programme_id == programme_id, RotaRow.given_by == person_id))


def _participant(db: Db, actor: Actor, programme_id: int) -> ParticipantRow:
    row = db.get(ParticipantRow, (programme_id, actor.person_id or 0))
    if row is None:
        raise NotAllowed(say("Only residents and facilitators of a programme can enter their own times."))
    return row


def _site(db: Db, actor: Actor, programme_id: int) -> SiteRow:
    return db.get_one(SiteRow, _participant(db, actor, programme_id).site_id)
