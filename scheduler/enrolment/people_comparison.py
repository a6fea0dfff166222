"""A list of people beside the people of a programme: what importing it would do, before it is done."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from scheduler.db import Db
from scheduler.enrolment.addresses import under_others
from scheduler.enrolment.comparison import Changed, Comparison, Difference, Entry, in_order
from scheduler.enrolment.people_import import answered, columns_taken, participants, wishes_taken
from scheduler.enrolment.people_lists import ListedPerson
from scheduler.enrolment.spreadsheets.columns import COLUMNS, PRIVATE, ListKind
from scheduler.enrolment.spreadsheets.offers import EXTERNAL_NAMES, WAY_NAMES, YES_NAMES
from scheduler.joining.model import Step
from scheduler.languages import say, say_many, short_day
from scheduler.people.fields import ANY, NO, YES
from scheduler.people.model import Actor, Role, WishKind
from scheduler.people.sites import Stay, moves_of, today_in
from scheduler.people.tables import ParticipantRow, PersonRow, WishRow
from scheduler.programmes.model import Programme

_NUMBER = re.compile(r"[0-9]{1,9}")
_ROLE_WORDS = {Role.RESIDENT: "resident", Role.FACULTY: "faculty"}


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is known before the list is taken: people by address, parts, own answers, wishes, who is elsewhere too."""

    by_address: Mapping[str, PersonRow]
    by_id: Mapping[int, PersonRow]
    parts: Mapping[int, ParticipantRow]
    own: Mapping[int, frozenset[Step]]
    wishes: Mapping[tuple[int, WishKind], frozenset[str]]
    moves: Mapping[int, tuple[tuple[date, int], ...]]
    elsewhere: frozenset[int]


class _Words:
    """Values of a programme as people read them; ``moved`` is old stage → new."""

    def __init__(self, programme: Programme, wanted: Programme, moved: Mapping[int, int]) -> None:
        self.before, self.after, self.moved = programme, wanted, moved
        self.sites = {site.id: site.name for site in programme.sites}
        self.keys = {site.key: site.name for site in programme.sites}
        self.models = {model.key: model.name for model in programme.models}

    def of(self, column: str, value: Any, *, is_stored: bool) -> str:
        """The words for a field's value."""
        if column == "stage":
            return "" if value is None else (self.before if is_stored else self.after).grade_name(value)
        if column == "models":
            return ", ".join(self._model(key, liking) for key, liking in value.items()) or say("none")
        if column == "modes":
            return ", ".join(say(WAY_NAMES[mode]) for mode in value)
        if column == "external":
            return say(EXTERNAL_NAMES[value or ANY])
        if column == "new_here":
            return say(YES_NAMES[YES if value else NO])
        return ", ".join(value) if isinstance(value, list) else str(value)

    def _model(self, key: str, liking: int) -> str:
        name = self.models.get(key, key)
        return name if liking == 1 else f"{name} ({liking})"

    def is_other(self, column: str, stored: Any, listed: Any) -> bool:
        """Whether a field would change."""
        if column == "stage" and stored is not None:
            return bool(self.moved.get(stored, stored) != listed)
        return bool(stored != listed)


def compare_people(
    db: Db,
    actor: Actor,
    programme: Programme,
    listed: Sequence[ListedPerson],
    wanted: Programme,
    moved: Mapping[int, int],
    now: datetime,
) -> Comparison:
    """What taking over the list would do. ``wanted`` is the programme with the grades that the list adds."""
    stored = _stored(db, actor, programme.id, listed)
    words = _Words(programme, wanted, moved)
    today = today_in(programme.zone, now)
    added, changed, met, back = [], [], set(), []
    for person in listed:
        row = stored.by_address.get(person.email) or stored.by_address.get(person.former)
        there = stored.parts.get(row.id) if row else None
        if row is None or there is None:
            added.append(_entry(person, words))
            continue
        met.add(row.id)
        if there.left_at is not None:
            back.append(row.name)
        if differences := tuple(_differences(person, row, there, stored, words, today)):
            changed.append(Changed(Entry(_key(row.id), row.name, row.email), differences))
    kinds = {person.kind for person in listed}
    absent = (
        _absent(stored, part, words)
        for part in stored.parts.values()
        if part.left_at is None and part.kind in kinds and part.person_id not in met
    )
    return Comparison(
        in_order(added),
        tuple(sorted(changed, key=lambda each: (each.entry.name, each.entry.key))),
        len(listed) - len(added) - len(changed),
        in_order(absent),
        tuple(_notes(back)),
    )


def person_of_key(key: str) -> int | None:
    """The person whom the key of an absent entry names."""
    number = key.removeprefix("person-")
    return int(number) if _NUMBER.fullmatch(number) else None


def _key(person_id: int) -> str:
    return f"person-{person_id}"


def _stored(db: Db, actor: Actor, programme_id: int, listed: Sequence[ListedPerson]) -> _Stored:
    parts = participants(db, programme_id)
    addresses = {person.email for person in listed}
    rows = {row.id: row for row in db.scalars(select(PersonRow).where(PersonRow.email.in_(addresses)))}
    here = select(PersonRow).join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
    rows |= {row.id: row for row in db.scalars(here.where(ParticipantRow.programme_id == programme_id))}
    names = {person_id: row.email for person_id, row in rows.items()}
    wishes: dict[tuple[int, WishKind], set[str]] = defaultdict(set)
    for wish in db.scalars(select(WishRow).where(WishRow.programme_id == programme_id)):
        wishes[wish.person_id, wish.kind].add(names.get(wish.about_id, ""))
    return _Stored(
        {row.email: row for row in rows.values()},
        rows,
        parts,
        answered(db, programme_id),
        {key: frozenset(named) for key, named in wishes.items()},
        moves_of(db, programme_id),
        under_others(db, actor, programme_id, list(rows)),
    )


def _entry(person: ListedPerson, words: _Words) -> Entry:
    grade = words.of("stage", person.fields["stage"], is_stored=False)
    parts = (say(_ROLE_WORDS[person.kind]), grade, words.keys[person.site], person.email)
    return Entry(f"new-{person.email}", person.name, " · ".join(filter(None, parts)))


def _absent(stored: _Stored, part: ParticipantRow, words: _Words) -> Entry:
    row = stored.by_id[part.person_id]
    grade = words.of("stage", part.stage, is_stored=True)
    parts = (say(_ROLE_WORDS[part.kind]), grade, words.sites[part.site_id], row.email)
    return Entry(_key(row.id), row.name, " · ".join(filter(None, parts)))


def _differences(
    person: ListedPerson, row: PersonRow, there: ParticipantRow, stored: _Stored, words: _Words, today: date
) -> Iterator[Difference]:
    labels = {column.name: column.label for column in COLUMNS[ListKind.PEOPLE].values()}
    if row.name != person.name and row.id not in stored.elsewhere:
        yield Difference(labels["name"], row.name, person.name)
    if row.email != person.email:
        yield Difference(labels["email"], row.email, person.email)
    if there.kind != person.kind:
        yield Difference(labels["role"], say(_ROLE_WORDS[there.kind]), say(_ROLE_WORDS[person.kind]))
    yield from _of_site(person, there, stored, words, today)
    own = stored.own.get(row.id, frozenset())
    for column, value in columns_taken(person, there, own).items():
        before = getattr(there, column)
        if words.is_other(column, before, value):
            shown = (
                ("", "")
                if column in PRIVATE
                else tuple(words.of(column, each, is_stored=old) for each, old in ((before, True), (value, False)))
            )
            yield Difference(labels[column], *shown)
    for kind, named in wishes_taken(person, own).items():
        before = stored.wishes.get((row.id, kind), frozenset())
        after = frozenset(named) - {person.email}
        if before != after:
            yield _shown(f"{kind}s", labels[f"{kind}s"], _joined(before), _joined(after))


def _shown(column: str, label: str, before: str, after: str) -> Difference:
    """What is private is said to change, and never what it is."""
    return Difference(label, "", "") if column in PRIVATE else Difference(label, before, after)


def _of_site(
    person: ListedPerson, there: ParticipantRow, stored: _Stored, words: _Words, today: date
) -> Iterator[Difference]:
    """As :func:`~scheduler.people.sites.set_site` would change it."""
    label = COLUMNS[ListKind.PEOPLE]["site"].label
    site = next(site.id for site in words.before.sites if site.key == person.site)
    known = Stay(there.site_id, stored.moves.get(there.person_id, ()))
    if known.but_for(site, person.site_from, today) == known:
        return
    after = words.sites[site]
    if person.site_from is not None and person.site_from > today:
        after = say("from %(day)s: %(site)s", day=short_day(person.site_from), site=after)
    yield Difference(label, words.sites[there.site_id], after)


def _notes(back: Sequence[str]) -> Iterator[str]:
    if back:
        yield say_many(
            "%(names)s has left the programme. The list doesn’t bring them back.",
            "%(num)s people on the list have left the programme. The list doesn’t bring them back: %(names)s.",
            len(back),
            names=", ".join(sorted(back)),
        )


def _joined(addresses: frozenset[str]) -> str:
    return ", ".join(sorted(addresses))
