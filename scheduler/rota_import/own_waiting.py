"""An own rota that was read and waits until its owner has seen it: readings to choose from, its questions, and taking
it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.programmes.service import lock_programme
from scheduler.rota_import.other_readings import NO_READINGS, READING, Readings, as_choice
from scheduler.rota_import.own_line import own_line, own_ways
from scheduler.rota_import.own_rotas import find_row, own_part, own_site, said_duty, store_own
from scheduler.rota_import.service import Before
from scheduler.rota_import.spellings import known_people
from scheduler.rota_import.storage import answered_codes
from scheduler.rotas.answers import Answers, Understood, joined_answers, parse_answers, understood
from scheduler.rotas.codec import answers_from_json, answers_json, kept_json, rota_from_json
from scheduler.rotas.day_lines import read_day_lines
from scheduler.rotas.model import DutyKind, ReadRota
from scheduler.rotas.spoken import is_day_by_day
from scheduler.rotas.tables import WaitingRow


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


def before_reading_own(db: Db, actor: Actor, programme_id: int) -> Before:
    """What reading an own rota needs: the zone of its owner's site, and what they said of its codes before."""
    row = find_row(db, programme_id, own_part(db, actor, programme_id).person_id)
    return Before(own_site(db, actor, programme_id).zone, answered_codes(db, row.id) if row else {})


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
    part = own_part(db, actor, programme_id)
    people = known_people(db, programme_id)
    ways = {subject: dict(own_ways(each, part.person_id, people, written)) for subject, each in others.items()}
    mine = rota if is_day_by_day(rota) else own_line(rota, part.person_id, people, written, ways)
    ways = {subject: each for subject, each in ways.items() if len(each) > 1}
    asked = (as_choice(each, ways[each.subject]) if each.subject in ways else each for each in mine.questions)
    mine = replace(mine, questions=tuple(asked))
    row = find_row(db, programme_id, part.person_id)
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
    store_own(db, actor, programme_id, found, answers_from_json(row.content["given"]), now)
    db.delete(row)
    db.flush()


def forget_waiting(db: Db, actor: Actor, programme_id: int) -> None:
    """Throw away what was read and not taken."""
    mine = (WaitingRow.programme_id == programme_id, WaitingRow.given_by == actor.person_id)
    db.execute(delete(WaitingRow).where(*mine))


def _ways_json(ways: Readings) -> dict[str, dict[str, Any]]:
    return {subject: {answer: kept_json(rota) for answer, rota in each.items()} for subject, each in ways.items()}


def _chosen_way(content: Mapping[str, Any], given: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """What is kept of a rota that waits, read as was chosen."""
    for (about, subject), answer in given.items():
        way = content.get("ways", {}).get(subject, {}).get(answer) if about == READING else None
        if way is not None:
            return {**content, **way, "ways": {}}
    return dict(content)


def _with_days_off(rota: ReadRota) -> ReadRota:
    """The rota with a day off for every day without a duty between its first and its last."""
    assert rota.first_day is not None
    assert rota.last_day is not None
    taken = {duty.date for duty in rota.duties}
    days = (rota.first_day + timedelta(days=number) for number in range((rota.last_day - rota.first_day).days + 1))
    off = tuple(said_duty(rota.people[0], day, DutyKind.OFF) for day in days if day not in taken)
    return replace(rota, duties=rota.duties + off)


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
