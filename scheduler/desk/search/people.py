"""People by name, whatever the order and the accents; by address; and where nobody is called so, by likeness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from scheduler.db import Db
from scheduler.desk.search.model import MOST, Hits, PersonHit, Where
from scheduler.desk.search.words import LIKE_FROM
from scheduler.people.name_search import LONGEST_SEARCH, is_named
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.tables import GradeRow, SiteRow
from scheduler.text_input import folded

_FAINTLY_LIKE_FROM: Final = 60.0
"""The same as ``LIKE_FROM`` where nobody is called like that: two slips of the finger in a word of five letters."""


def people_hits(db: Db, places: Mapping[int, Where], q: str) -> Hits[PersonHit]:
    """People of these programmes."""
    named = _hits(db, places, q, is_named(PersonRow, q))
    return named if named.total else _alike(db, places, q, LIKE_FROM)


def faint_hits(db: Db, places: Mapping[int, Where], q: str) -> Hits[PersonHit]:
    """People with a name that is only a little like it, for when nothing else is found."""
    return _alike(db, places, q, _FAINTLY_LIKE_FROM)


def _hits(
    db: Db, places: Mapping[int, Where], q: str, which: ColumnElement[bool], *, alike: bool = False
) -> Hits[PersonHit]:
    here = (ParticipantRow.programme_id.in_(places), which)
    count = select(func.count()).select_from(ParticipantRow)
    total = db.scalar(count.join(PersonRow, PersonRow.id == ParticipantRow.person_id).where(*here)) or 0
    if not total:
        return Hits()
    rank = _rank(q)
    grade = and_(GradeRow.programme_id == ParticipantRow.programme_id, GradeRow.stage == ParticipantRow.stage)
    rows = db.execute(
        select(PersonRow, ParticipantRow, SiteRow.name, GradeRow.name, rank)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .outerjoin(GradeRow, grade)
        .where(*here)
        .order_by(rank, _elsewhere(places), ParticipantRow.left_at.is_not(None), PersonRow.name, PersonRow.id)
        .limit(MOST)
    ).all()
    hits = tuple(_hit(places, person, part, site, grade_name) for person, part, site, grade_name, _ in rows)
    return Hits(hits, total, 3 if alike else rows[0][-1], alike=alike)


def _hit(
    places: Mapping[int, Where], person: PersonRow, part: ParticipantRow, site: str, grade: str | None
) -> PersonHit:
    return PersonHit(
        where=places[part.programme_id],
        person_id=person.id,
        name=person.name,
        email=person.email,
        kind=part.kind,
        grade=_grade(grade, part.stage),
        site=site,
        has_left=part.left_at is not None,
    )


def _grade(name: str | None, stage: int | None) -> str:
    return name or ("" if stage is None else str(stage))


def _rank(q: str) -> ColumnElement[int]:
    """0 for a name of exactly these words or an address, 1 where each word begins one of the name, 2 for the others."""
    typed = q[:LONGEST_SEARCH].strip().lower()
    words = folded(typed).split()
    spaced = literal(" ") + PersonRow.search_name + literal(" ")
    whole = and_(*(spaced.contains(f" {word} ", autoescape=True) for word in words)) if words else literal(False)
    begins = and_(*(spaced.contains(f" {word}", autoescape=True) for word in words)) if words else literal(False)
    return case((or_(whole, func.lower(PersonRow.email) == typed), 0), (begins, 1), else_=2)


def _elsewhere(places: Mapping[int, Where]) -> ColumnElement[int]:
    others = [where.programme_id for where in places.values() if where.other]
    return case((ParticipantRow.programme_id.in_(others), 1), else_=0) if others else literal(0)


def _alike(db: Db, places: Mapping[int, Where], q: str, least: float) -> Hits[PersonHit]:
    """People with a name like the one that is typed: ``Novack`` for Novak, ``Smyth`` for Smith."""
    wanted = folded(q[:LONGEST_SEARCH]).split()
    if not any(len(word) > 2 for word in wanted):
        return Hits()
    rows = db.execute(
        select(PersonRow.id, PersonRow.search_name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id.in_(places))
    )
    by_word: dict[str, set[int]] = defaultdict(set)
    for person_id, name in rows:
        for word in name.split():
            by_word[word].add(person_id)
    found = set.intersection(*(_with_word_like(each, by_word, least) for each in wanted))
    if not found:
        return Hits()
    return _hits(db, places, q, PersonRow.id.in_(sorted(found)[:MOST]), alike=True)


def _with_word_like(wanted: str, by_word: Mapping[str, Collection[int]], least: float) -> set[int]:
    words: Sequence[str] = [word for word in by_word if word.startswith(wanted)]
    if len(wanted) > 2:
        words = [*words, *(word for word, _, _ in process.extract(
            wanted, list(by_word), scorer=fuzz.ratio, score_cutoff=least, limit=None
        ))]  # fmt: skip
    return {person_id for word in words for person_id in by_word[word]}
