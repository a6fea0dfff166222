"""Somebody's own answers: read, and saved step by step. What planning uses goes where planning looks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotAllowed, NotPossible, Rejected
from scheduler.joining.model import MOST_CHARACTERS, MOST_CHOICES, MOST_TOPICS, STEPS, Answers, Step
from scheduler.joining.openly import traits_of
from scheduler.joining.people_search import facilitator_ids_on_offer, participants_among
from scheduler.joining.questions import may_change, questions_of
from scheduler.joining.tables import AnswerRow
from scheduler.languages import mark, say
from scheduler.people.model import Actor, WishKind
from scheduler.people.tables import ParticipantRow, WishRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import get_programme, lock_programme
from solvers.vocabulary import MODES, External

CHOOSE_AGAIN = mark("Please choose again and save.")
MOST_GROUPS = 6


def own_answers(db: Db, actor: Actor, programme_id: int, now: datetime) -> Answers:
    """The actor's answers as they stand; what an uploaded list said of them counts as a first answer."""
    part = _part(db, actor, programme_id)
    row = db.get(AnswerRow, (programme_id, part.person_id)) or _no_answer(part)
    wishes = _wishes(db, part)
    return Answers(
        programme_id=programme_id,
        kind=part.kind,
        steps=frozenset(Step(step) for step in row.steps),
        models=dict(part.models),
        topics=tuple(part.interests),
        ways=tuple(part.modes),
        external=part.external,
        choices=wishes[WishKind.CHOICE],
        wants=wishes[WishKind.WANT],
        avoids=wishes[WishKind.AVOID],
        tags=tuple(part.tags),
        company=tuple(part.company),
        firm=tuple(part.firm),
        traits=traits_of(part),
        needs=row.needs,
        capacity=part.capacity,
        new_here=part.new_here,
        accepts_writing=part.accepts_writing,
        agreed_at=row.agreed_at,
        left_at=part.left_at,
        declined=part.declined,
        asked_again=row.agreed_at is None and row.changed_at is not None,
        may_change=part.left_at is None and may_change(db, programme_id, part.person_id, now),
    )


def agree(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Say yes to taking part, after having read what it is."""
    part = _part(db, actor, programme_id)
    _must_be_here(part)
    must_go_on(db, programme_id)
    _say_yes(db, actor, answer_row(db, part), now)


def _say_yes(db: Db, actor: Actor, row: AnswerRow, now: datetime) -> None:
    if row.agreed_at is None:
        row.agreed_at = row.changed_at = now
        note(db, Fact.PEOPLE, row.programme_id, now, (row.person_id,))
        record(db, actor, "joining.agreed", now, row.programme_id)


def has_said_yes(db: Db, actor: Actor) -> frozenset[int]:
    """The programmes to which the actor has said yes."""
    yes = (AnswerRow.person_id == actor.person_id, AnswerRow.agreed_at.is_not(None))
    return frozenset(db.scalars(select(AnswerRow.programme_id).where(*yes)))


def save_kind(
    db: Db, actor: Actor, programme_id: int, liking: Mapping[str, int], now: datetime, *, new_here: bool = False
) -> None:
    """The models somebody accepts, each liked 1 to 3, and whether they are new here, so that they meet soon."""
    saving = _Saving.of(db, actor, programme_id, Step.KIND, now)
    saving.part.models = _models(db, programme_id, liking)
    saving.part.new_here = new_here
    saving.done()


def save_offer(db: Db, actor: Actor, programme_id: int, models: Collection[str], capacity: int, now: datetime) -> None:
    """The models a facilitator offers, and the most groups they will lead; none of both is a way of pausing."""
    saving = _Saving.of(db, actor, programme_id, Step.OFFER, now)
    if not 0 <= capacity <= MOST_GROUPS:
        raise Rejected(
            say("Enter a number from 0 to %(most)s.", most=MOST_GROUPS), where="groups", what_to_do=say(CHOOSE_AGAIN)
        )
    saving.part.models = _models(db, programme_id, dict.fromkeys(models, 1)) if models else {}
    saving.part.capacity = capacity
    saving.done()


def save_topics(db: Db, actor: Actor, programme_id: int, topics: Sequence[str], now: datetime) -> None:
    """What somebody would like to talk about, best first."""
    saving = _Saving.of(db, actor, programme_id, Step.TOPICS, now)
    known = (*questions_of(db, programme_id).topics, *saving.part.interests)
    if len(topics) > MOST_TOPICS:
        raise Rejected(
            say("Choose up to %(most)s topics.", most=MOST_TOPICS),
            what_to_do=say("Take some off the list and save again."),
        )
    saving.part.interests = _known(topics, known)
    saving.done()


def save_ways(
    db: Db, actor: Actor, programme_id: int, ways: Sequence[str], now: datetime, *, accepts_writing: bool = False
) -> None:
    """How somebody can meet, best liked first; at least one way. And whether, in busy weeks, a week in writing is fine
    with them instead."""
    saving = _Saving.of(db, actor, programme_id, Step.WAYS, now)
    if not ways:
        raise Rejected(say("Your group needs a way to meet."), what_to_do=say("Choose at least one way to meet."))
    saving.part.modes = _known(ways, MODES)
    saving.part.accepts_writing = accepts_writing
    saving.done()
    db.flush()
    # Whoever meets only in person needs time on the way.
    note(db, Fact.PEOPLE, programme_id, now, (saving.part.person_id,))


def save_facilitators(
    db: Db, actor: Actor, programme_id: int, choices: Collection[int], external: str, now: datetime
) -> None:
    """Up to three facilitators, and whether they should be from elsewhere."""
    saving = _Saving.of(db, actor, programme_id, Step.FACILITATORS, now)
    if len(choices) > MOST_CHOICES:
        raise Rejected(
            say("Choose up to %(most)s people.", most=MOST_CHOICES),
            what_to_do=say("Take some off the list and save again."),
        )
    if external not in tuple(External) or not set(choices) <= facilitator_ids_on_offer(db, saving.part, now):
        raise Rejected(say("One of these can no longer be chosen."), what_to_do=say(CHOOSE_AGAIN))
    saving.part.external = External(external)
    saving.replace_wishes(WishKind.CHOICE, set(choices) - saving.wished(WishKind.AVOID))
    saving.done()


def save_people(
    db: Db, actor: Actor, programme_id: int, wants: Collection[int], avoids: Collection[int], now: datetime
) -> None:
    """With whom, and with whom not. Who is in both is avoided: that outranks every wish, a chosen facilitator too."""
    saving = _Saving.of(db, actor, programme_id, Step.PEOPLE, now)
    known = participants_among(db, programme_id, {*wants, *avoids}) - {saving.part.person_id}
    if not {*wants, *avoids} <= known:
        raise Rejected(say("Someone on your list is not in this programme."), what_to_do=say(CHOOSE_AGAIN))
    saving.replace_wishes(WishKind.WANT, set(wants) - set(avoids))
    saving.replace_wishes(WishKind.AVOID, set(avoids))
    saving.replace_wishes(WishKind.CHOICE, saving.wished(WishKind.CHOICE) - set(avoids))
    saving.done()
    note(db, Fact.PEOPLE, programme_id, now, (saving.part.person_id,))  # with whom somebody may share a group


def save_needs(
    db: Db, actor: Actor, programme_id: int, tags: Collection[str], company: Collection[str], needs: str,
    now: datetime, *, firm: Collection[str] = (),
) -> None:  # fmt: skip
    """What matters to somebody, what they do not want to be the only one of, and their own words. ``firm`` is that of
    which they would rather have no group than be the only one, each by itself."""
    saving = _Saving.of(db, actor, programme_id, Step.NEEDS, now)
    known = (*questions_of(db, programme_id).circumstances, *saving.part.tags)
    if len(needs) > MOST_CHARACTERS:
        raise Rejected(
            say("Please use no more than %(most)s characters.", most=MOST_CHARACTERS),
            what_to_do=say("Shorten it and save again."),
        )
    saving.part.firm = _known(firm, known)
    saving.part.company = _known((*company, *firm), known)
    saving.part.tags = _known((*tags, *company, *firm), known)
    saving.row.needs = needs.strip()
    saving.done()


def mark_saved(db: Db, actor: Actor, programme_id: int, step: Step, now: datetime) -> None:
    """Note that a step is saved whose answers are kept elsewhere."""
    _Saving.of(db, actor, programme_id, step, now).done()


def mark_saved_if_open(db: Db, actor: Actor, programme_id: int, step: Step, now: datetime) -> None:
    """The same for what can be given at any time by somebody who takes part: a signature, a training. After the last
    day for changes it says nothing of the other answers."""
    part = _part(db, actor, programme_id)
    _must_be_here(part)
    must_go_on(db, programme_id)
    if may_change(db, programme_id, part.person_id, now):
        mark_saved(db, actor, programme_id, step, now)


@dataclass(frozen=True, slots=True)
class _Saving:
    """One step being saved by somebody who may."""

    db: Db
    actor: Actor
    part: ParticipantRow
    row: AnswerRow
    step: Step
    now: datetime

    @classmethod
    def of(cls, db: Db, actor: Actor, programme_id: int, step: Step, now: datetime) -> _Saving:
        lock_programme(db, programme_id)
        part = _part(db, actor, programme_id)
        _must_be_here(part)
        if step not in STEPS[part.kind]:
            raise NotAllowed(say("This question isn’t for you."))
        if not may_change(db, programme_id, part.person_id, now):
            raise NotPossible(
                say("The deadline for changes has passed."),
                what_to_do=say("You can ask your coordinator on the page with your answers."),
            )
        return cls(db, actor, part, answer_row(db, part), step, now)

    def wished(self, kind: WishKind) -> set[int]:
        return set(_wishes(self.db, self.part)[kind])

    def replace_wishes(self, kind: WishKind, about: Iterable[int]) -> None:
        of_kind = (WishRow.programme_id == self.part.programme_id, WishRow.person_id == self.part.person_id)
        self.db.execute(delete(WishRow).where(*of_kind, WishRow.kind == kind))
        rows = [
            {"programme_id": self.part.programme_id, "person_id": self.part.person_id, "about_id": who, "kind": kind}
            for who in sorted(about)
        ]
        if rows:
            self.db.execute(insert(WishRow), rows)

    def done(self) -> None:
        if self.step not in self.row.steps:
            self.row.steps = [*self.row.steps, self.step.value]
        _say_yes(self.db, self.actor, self.row, self.now)  # whoever answers takes part
        self.row.changed_at = self.now
        self.db.flush()


def _part(db: Db, actor: Actor, programme_id: int) -> ParticipantRow:
    """The actor's part in the programme, even if they have left it."""
    actor.must_be_confirmed()
    part = db.get(ParticipantRow, (programme_id, actor.person_id)) if actor.person_id is not None else None
    if part is None:
        raise NotAllowed(say("Only people invited to a programme can answer its questions."))
    return part


def _must_be_here(part: ParticipantRow) -> None:
    if part.left_at is not None:
        raise NotPossible(
            say("You have left this programme."), what_to_do=say("Rejoin it first, then change your answers.")
        )


def answer_row(db: Db, part: ParticipantRow) -> AnswerRow:
    """Where somebody's answers are kept, begun where there is none yet."""
    row = db.get(AnswerRow, (part.programme_id, part.person_id))
    if row is None:
        row = _no_answer(part)
        db.add(row)
        db.flush()
    return row


def _no_answer(part: ParticipantRow) -> AnswerRow:
    return AnswerRow(programme_id=part.programme_id, person_id=part.person_id, steps=[], needs="")


def _wishes(db: Db, part: ParticipantRow) -> Mapping[WishKind, tuple[int, ...]]:
    rows = db.scalars(
        select(WishRow)
        .where(WishRow.programme_id == part.programme_id, WishRow.person_id == part.person_id)
        .order_by(WishRow.about_id)
    )
    found: dict[WishKind, tuple[int, ...]] = dict.fromkeys(WishKind, ())
    for row in rows:
        found[row.kind] = (*found[row.kind], row.about_id)
    return found


def _models(db: Db, programme_id: int, liking: Mapping[str, int]) -> dict[str, int]:
    known = {model.key for model in get_programme(db, programme_id).models}
    if not liking:
        raise Rejected(say("Please accept at least one kind of group."), what_to_do=say("Choose one and save again."))
    if not set(liking) <= known or not set(liking.values()) <= {1, 2, 3}:
        raise Rejected(
            say("One of these is not a kind of group that the programme offers."), what_to_do=say(CHOOSE_AGAIN)
        )
    return dict(liking)


def _known(given: Iterable[str], known: Collection[str]) -> list[str]:
    """The given words, each once, all of them known."""
    words = list(dict.fromkeys(given))
    if not set(words) <= set(known):
        raise Rejected(say("One of these is no longer on the list."), what_to_do=say(CHOOSE_AGAIN))
    return words
