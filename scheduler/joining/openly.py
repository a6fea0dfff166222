"""What a programme asks openly: gender, culture, faith, language, disability, caring, where people trained.

Every answer is optional and a person's own: nobody else reads it, whatever their role, and nothing of it goes into the
audit trail. It is asked of residents and facilitators alike, and may be changed or deleted at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotAllowed, NotFound, NotPossible, Rejected
from scheduler.joining.questions import row_of_questions
from scheduler.joining.tables import JoiningRow
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.people.traits import LONGEST_TRAIT, Category, Company, Traits, TraitWish
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import lock_programme
from scheduler.text_input import folded

MOST_VALUES: Final = 30
"""Values that a programme may offer in one category."""
LONGEST_PURPOSE: Final = 300


@dataclass(frozen=True, slots=True)
class AskedOpenly:
    """What a programme asks: by category the values it offers, none where people use their own words. ``purpose`` is
    what it adds about what for. In the ``mixed`` categories it would like its groups to be mixed, for those who ask for
    somebody different there: nobody is put anywhere because of an answer alone."""

    values: Mapping[Category, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(Category, ()))
    purpose: str = ""
    mixed: frozenset[Category] = frozenset()

    def __contains__(self, category: str) -> bool:
        return category in self.values


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """What somebody says in one category. A ``listed`` value is one of the programme's, ``own`` are their words."""

    listed: str = ""
    own: str = ""
    wish: TraitWish = TraitWish.NONE
    company: Company = Company.ANY


def asked_openly(db: Db, programme_id: int) -> AskedOpenly:
    """What a programme asks; everything, in people's own words, where it has not said."""
    row = db.get(JoiningRow, programme_id)
    if row is None:
        return AskedOpenly()
    mixed = frozenset(Category(each) for each in row.mixed)
    if row.asked is None:
        return AskedOpenly(purpose=row.asked_for, mixed=mixed)
    return AskedOpenly({each: tuple(row.asked[each]) for each in Category if each in row.asked}, row.asked_for, mixed)


def set_asked_openly(db: Db, actor: Actor, programme_id: int, wanted: AskedOpenly, now: datetime) -> Collection[int]:
    """Change what is asked. What people said in a category that is asked no longer is deleted; returns who had said
    anything. What is kept of it elsewhere is for :mod:`scheduler.publishing.forgotten_answers`."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    if faults := tuple(faults_of_asked(wanted)):
        raise Rejected(say("Please check the fields marked below."), faults)
    row = row_of_questions(db, programme_id)
    row.asked = {category.value: list(values) for category, values in wanted.values.items()}
    row.asked_for = wanted.purpose
    row.mixed = sorted(wanted.mixed)
    people = _who_said_something(db, programme_id)
    for part in people:
        _keep_only(part, wanted)
    db.flush()
    note(db, Fact.PEOPLE, programme_id, now)
    record(db, actor, "joining.openly", now, programme_id, count=len(wanted.values))
    return [part.person_id for part in people]


def faults_of_asked(asked: AskedOpenly) -> Iterator[Fault]:
    """What cannot be asked like this, at the field ``values-<category>``, ``mixed-<category>`` or ``purpose``."""
    if asked.mixed and not asked.purpose:
        yield Fault("purpose", say("Say what groups are mixed for: everyone who is asked reads it."))
    for category in sorted(asked.mixed - asked.values.keys()):
        yield Fault(f"mixed-{category}", say("Groups can be mixed only in what is asked. Ask about this, too."))
    for category, values in asked.values.items():
        if len(values) > MOST_VALUES or any(len(value) > LONGEST_TRAIT for value in values):
            words = say(
                "The list can have up to %(lines)s lines of up to %(letters)s characters each.",
                lines=MOST_VALUES,
                letters=LONGEST_TRAIT,
            )
            yield Fault(f"values-{category}", words)
        elif len({folded(value) for value in values} - {""}) < len(values):
            yield Fault(f"values-{category}", say("Two of these answers are the same, or one has no letters."))
    if len(asked.purpose) > LONGEST_PURPOSE:
        yield Fault("purpose", say("Please use no more than %(most)s characters.", most=LONGEST_PURPOSE))


def own_traits(db: Db, actor: Actor, programme_id: int) -> Traits:
    """What the actor has said; a leaver's is empty, for it was deleted when they left."""
    return traits_of(_part(db, actor, programme_id))


def traits_of(part: ParticipantRow) -> Traits:
    """What is stored of one participant."""
    return Traits(dict(part.traits), tuple(part.like), tuple(part.unlike), dict(part.together))


def save_traits(db: Db, actor: Actor, programme_id: int, answers: Mapping[Category, OpenAnswer]) -> None:
    """Save what somebody says in some categories; those that they do not mention stay. Raises ``Rejected`` with a fault
    at the field of each answer that cannot be."""
    lock_programme(db, programme_id)
    part = _part(db, actor, programme_id)
    if part.left_at is not None:
        raise NotPossible(
            say("You have left this programme."), what_to_do=say("Rejoin it first, then change your answers.")
        )
    must_go_on(db, programme_id)
    asked = asked_openly(db, programme_id)
    if not set(answers) <= set(asked.values):
        raise NotFound(say("We can’t find that question."))
    if faults := tuple(_faults(part, answers, asked)):
        raise Rejected(say("Please check the fields marked below."), faults)
    for category, answer in answers.items():
        _take(part, category, answer, asked.values[category])
    db.flush()


def delete_traits(db: Db, actor: Actor, programme_id: int, category: Category | None = None) -> None:
    """Delete what the actor has said in one category, or in all; whether or not it is still asked, and at any time."""
    lock_programme(db, programme_id)
    part = _part(db, actor, programme_id)
    for each in (category,) if category else tuple(Category):
        _forget(part, each)
    db.flush()


def _part(db: Db, actor: Actor, programme_id: int) -> ParticipantRow:
    actor.must_be_confirmed()
    part = db.get(ParticipantRow, (programme_id, actor.person_id)) if actor.person_id is not None else None
    if part is None:
        raise NotAllowed(say("Only people invited to a programme can answer its questions."))
    return part


def _who_said_something(db: Db, programme_id: int) -> Sequence[ParticipantRow]:
    """Rows of those who said anything: compared here, for databases compare JSON in different ways."""
    rows = db.scalars(select(ParticipantRow).where(ParticipantRow.programme_id == programme_id)).all()
    return [row for row in rows if traits_of(row)]


def _keep_only(part: ParticipantRow, asked: AskedOpenly) -> None:
    for category in Category:
        if category not in asked:
            _forget(part, category)


def _faults(part: ParticipantRow, answers: Mapping[Category, OpenAnswer], asked: AskedOpenly) -> Iterator[Fault]:
    for category, answer in answers.items():
        own, offered = plain_words(answer.own), asked.values[category]
        if answer.listed and answer.listed not in (*offered, part.traits.get(category)):
            yield Fault(f"value-{category}", say("One of these is no longer on the list."))
        elif len(own) > LONGEST_TRAIT:
            yield Fault(f"own-{category}", say("Please use no more than %(most)s characters.", most=LONGEST_TRAIT))
        elif own and not folded(own):
            yield Fault(f"own-{category}", say("Please write it in letters or figures."))
        elif not (own or answer.listed) and _needs_a_value(answer):
            words = say(
                "To look for people like you, or different, we need your own answer here. Or choose no preference."
            )
            yield Fault(f"wish-{category}", words)


def _needs_a_value(answer: OpenAnswer) -> bool:
    return answer.wish in (TraitWish.LIKE, TraitWish.UNLIKE) or answer.company is not Company.ANY


def plain_words(text: str) -> str:
    """Own words on one line."""
    return " ".join(text.split())


def _take(part: ParticipantRow, category: Category, answer: OpenAnswer, offered: Sequence[str]) -> None:
    """Own words outrank the list; where they are one of its values, they are that."""
    _forget(part, category)
    own = plain_words(answer.own)
    value = next((each for each in offered if folded(each) == folded(own)), own) if own else answer.listed
    if not value:
        return
    part.traits = {**part.traits, category.value: value}
    if answer.wish is TraitWish.LIKE:
        part.like = [*part.like, category.value]
    if answer.wish is TraitWish.UNLIKE:
        part.unlike = [*part.unlike, category.value]
    if answer.company is not Company.ANY:
        part.together = {**part.together, category.value: answer.company is Company.FIRM}


def _forget(part: ParticipantRow, category: Category) -> None:
    part.traits = {each: value for each, value in part.traits.items() if each != category}
    part.together = {each: firm for each, firm in part.together.items() if each != category}
    part.like = [each for each in part.like if each != category]
    part.unlike = [each for each in part.unlike if each != category]
