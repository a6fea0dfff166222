"""Whom spellings mean on all rotas of a programme: what was answered, shown and corrected in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.codec import rota_from_json
from scheduler.rotas.names import NOBODY, Known, keys_of, labels, spelling_key
from scheduler.rotas.own import OF_DEPARTMENT, WAITS_FOR_COORDINATOR
from scheduler.rotas.tables import RotaLineRow, RotaRow, RotaSpellingRow, WaitingRow
from scheduler.text_input import shortened

EVERYWHERE = ""
"""In place of a site: on the rotas of all."""


@dataclass(frozen=True, slots=True)
class SpellingLine:
    """A spelling and whom it means: ``person_id`` and ``label``, empty for nobody. ``is_said`` where somebody has said
    it, else it was recognised. ``site`` is the only one for whose rotas it holds, if not all; ``seen`` are the rotas
    on which it stands, and ``is_outdated`` tells that some of them were imported for somebody else."""

    key: str
    site: str
    written: str
    person_id: int | None
    label: str
    is_said: bool
    seen: tuple[str, ...]
    outdated: tuple[str, ...]


def known_people(db: Db, programme_id: int) -> tuple[Known, ...]:
    """Everybody in a programme, as rotas may refer to them."""
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, PersonRow.former_names, SiteRow.key)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(PersonRow.id)
    )
    return tuple(Known(who, (name,), email, tuple(former), site) for who, name, email, former, site in rows)


def remembered(db: Db, programme_id: int, site: str) -> dict[str, int | None]:
    """What was said of spellings, for the rotas of a site: spelling → person, None for nobody.

    It no longer holds once somebody has come whose very name the spelling is: then it is asked again.
    """
    rows = db.scalars(
        select(RotaSpellingRow)
        .where(RotaSpellingRow.programme_id == programme_id, RotaSpellingRow.site.in_((EVERYWHERE, site)))
        .order_by(RotaSpellingRow.site)
    ).all()
    new = _newcomers(db, programme_id, rows)
    return {row.written: row.person_id for row in rows if (row.key, row.site) not in new}


def keep_said(
    db: Db, actor: Actor, programme_id: int, site: str, said: Mapping[str, int | None], now: datetime
) -> None:
    """Keep whom spellings mean, for all rotas; for those of this site alone where several people have that very name.

    ``site`` is the key of the site for whose rota it was said.
    """
    shared = _shared_names(known_people(db, programme_id))
    for written, person_id in said.items():
        only = site if keys_of(written) & shared else EVERYWHERE
        _keep(db, programme_id, only, written, person_id, now)
    if said:
        record(db, actor, "rota.spellings_said", now, programme_id, count=len(said))
    db.flush()


def list_spellings(db: Db, actor: Actor, programme_id: int) -> tuple[SpellingLine, ...]:
    """Every spelling that somebody has said something of, and those that were recognised though they are not just the
    person's name; by what is written."""
    actor.must_have(programme_id, Role.COORDINATOR)
    people = known_people(db, programme_id)
    names = {id_: label for label, id_ in labels(people).items()}
    own = {person.id: person.names[0] for person in people}
    imported = _imported(db, programme_id)
    seen = _seen(db, programme_id, imported)
    said = db.scalars(select(RotaSpellingRow).where(RotaSpellingRow.programme_id == programme_id)).all()
    lines = [_said_line(row, names, seen, imported) for row in said if not _says_nothing(row, own)]
    known = {row.key for row in said}
    lines += [line for line in _recognised(imported, own, names, seen) if line.key not in known]
    return tuple(sorted(lines, key=lambda line: (line.key, line.site)))


def say_who(
    db: Db, actor: Actor, programme_id: int, written: str, answer: str, now: datetime, site: str = EVERYWHERE
) -> None:
    """Say whom a spelling means: ``answer`` is a person's label, or nobody. Raises ``Rejected`` for anybody else."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    known = labels(known_people(db, programme_id))
    if answer != NOBODY and answer not in known:
        fault = Fault("person", say("Nobody in the programme is called “%(name)s”.", name=shortened(answer)))
        raise Rejected(say("This could not be saved."), (fault,))
    _keep(db, programme_id, site, written, known.get(answer), now)
    record(db, actor, "rota.spellings_said", now, programme_id, count=1)


def forget(db: Db, actor: Actor, programme_id: int, key: str, site: str, now: datetime) -> None:
    """Take back what was said of a spelling: from now on it is recognised or asked about."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(RotaSpellingRow, (programme_id, key, site))
    if row is None:
        raise NotFound(say("This spelling is no longer on the list."), what_to_do=say("Look at the list again."))
    db.delete(row)
    record(db, actor, "rota.spelling_forgotten", now, programme_id)


def _keep(db: Db, programme_id: int, site: str, written: str, person_id: int | None, now: datetime) -> None:
    row = db.get(RotaSpellingRow, (programme_id, spelling_key(written), site))
    if row is None:
        row = RotaSpellingRow(programme_id=programme_id, key=spelling_key(written), site=site)
        db.add(row)
    row.written, row.person_id, row.said_at = written, person_id, now


def _shared_names(people: Sequence[Known]) -> frozenset[str]:
    """The names that several people have, as they are compared."""
    having: dict[str, set[int]] = defaultdict(set)
    for person in people:
        for key in keys_of(person.names[0]):
            having[key].add(person.id)
    return frozenset(key for key, who in having.items() if len(who) > 1)


def _newcomers(db: Db, programme_id: int, rows: Iterable[RotaSpellingRow]) -> set[tuple[str, str]]:
    """The spellings that are the very name of somebody who came after it was said that they mean somebody else."""
    joined = db.execute(
        select(PersonRow.id, PersonRow.name, ParticipantRow.joined_at)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    )
    named: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for who, name, at in joined:
        named[spelling_key(name)].append((who, at))
    return {
        (row.key, row.site)
        for row in rows
        if any(who != row.person_id and at > row.said_at for who, at in named.get(row.key, ()))
    }


@dataclass(frozen=True, slots=True)
class _Line:
    """A name of a rota that is in, and for whom it was imported."""

    rota: str
    written: str
    person_id: int | None


def _imported(db: Db, programme_id: int) -> dict[str, list[_Line]]:
    """The names of all rotas that are in, by spelling."""
    rows = db.execute(
        select(RotaRow.name, RotaLineRow.name, RotaLineRow.person_id)
        .join(RotaLineRow, RotaLineRow.rota_id == RotaRow.id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT)
        .order_by(RotaRow.name, RotaLineRow.name)
    )
    found: dict[str, list[_Line]] = defaultdict(list)
    for rota, written, person_id in rows:
        found[spelling_key(written)].append(_Line(rota, written, person_id))
    return found


def _seen(db: Db, programme_id: int, imported: Mapping[str, Sequence[_Line]]) -> Mapping[str, tuple[str, ...]]:
    """The names of the rotas, in and waiting, on which each spelling stands, in the order of the alphabet."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, lines in imported.items():
        found[key].update(line.rota for line in lines)
    for row in db.scalars(select(WaitingRow).where(WaitingRow.programme_id == programme_id, WAITS_FOR_COORDINATOR)):
        for name in rota_from_json(row.content).people:
            found[spelling_key(name)].add(row.name)
    return {key: tuple(sorted(rotas)) for key, rotas in found.items()}


def _says_nothing(row: RotaSpellingRow, own: Mapping[int, str]) -> bool:
    """Whether it is no more than the person's own name."""
    name = own.get(row.person_id or 0)
    return name is not None and not row.site and _is_same(row.written, name)


def _is_same(written: str, name: str) -> bool:
    """Whether somebody's name stands there. Most stand as they are on the list, which takes no comparing of words."""
    return written == name or not keys_of(written).isdisjoint(keys_of(name))


def _said_line(
    row: RotaSpellingRow,
    names: Mapping[int, str],
    seen: Mapping[str, tuple[str, ...]],
    imported: Mapping[str, Sequence[_Line]],
) -> SpellingLine:
    label = names.get(row.person_id, "") if row.person_id is not None else ""
    other = {line.rota for line in imported.get(row.key, ()) if line.person_id != row.person_id}
    outdated = () if row.site else tuple(sorted(other))
    return SpellingLine(row.key, row.site, row.written, row.person_id, label, True, seen.get(row.key, ()), outdated)


def _recognised(
    imported: Mapping[str, Sequence[_Line]],
    own: Mapping[int, str],
    names: Mapping[int, str],
    seen: Mapping[str, tuple[str, ...]],
) -> Iterator[SpellingLine]:
    for key, lines in imported.items():
        who, written = {line.person_id or 0 for line in lines}, lines[0].written
        person_id = next(iter(who))
        if len(who) == 1 and person_id in own and not _is_same(written, own[person_id]):
            yield SpellingLine(key, EVERYWHERE, written, person_id, names[person_id], False, seen.get(key, ()), ())
