"""Look at a stored draft once more before it is published: people and rotas may have changed since it was made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from scheduler.bookings.commitments import Stands, people_elsewhere
from scheduler.bookings.hours import Limits, Period
from scheduler.db import Db
from scheduler.errors import NotPossible, Page, Unspoken
from scheduler.languages import mark, say, say_many
from scheduler.people.tables import PersonRow
from scheduler.planning.beside import broken_beside
from scheduler.planning.breaches import broken_of
from scheduler.planning.known_to import KnownTo
from scheduler.planning.left_alone import SessionOf, without
from scheduler.planning.present_problem import present_problem
from scheduler.planning.stored_groups import groups_of
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import WholePlan, find_published_plan
from scheduler.programmes.model import Programme
from scheduler.reasons.broken import Broken, KnownNames, broken_lines
from scheduler.reasons.rule_words import ProgrammeRule
from solvers.instance import Instance
from solvers.lookup import Lookup
from solvers.referee import breaches_in

PLAN_AGAIN = mark("Plan again: the new draft will keep the rules.")
CORRECT = mark("Correct the draft on its board, or undo what was changed.")
MOST_SENTENCES: Final = 20


def must_still_hold(
    db: Db, programme: Programme, plan: WholePlan, now: datetime, by_hand: Collection[str] = ()
) -> None:
    """Raise :class:`NotPossible` with all that the draft breaks as things stand now; ``by_hand`` are the keys of the
    groups that were changed by hand."""
    problem = _problem(db, programme, plan, now)
    broken = tuple(_broken(problem))
    found = list(_sentences(db, plan, broken, by_hand))
    try:
        must_keep_hours(db, programme, plan, problem.settled, now)
    except NotPossible as too_many:
        if not found:
            raise
        found.append(too_many.message)
    if not found:
        return
    if broken and not any(each.is_named for each in broken) and len(found) == 1:
        raise Unspoken(found[0], programme.id, what_to_do=say(CORRECT) if by_hand else say(PLAN_AGAIN), page=Page.PLANS)
    what = " ".join(found[:MOST_SENTENCES])
    if more := len(found) - MOST_SENTENCES if len(found) > MOST_SENTENCES else 0:
        rest = say_many("And %(num)s more.", "And %(num)s more.", more)
        what = f"{what} {rest}"
    if by_hand:
        raise NotPossible(what, what_to_do=say(CORRECT))
    raise NotPossible(
        say("Something has changed since this draft was made. %(what)s", what=what),
        what_to_do=say(PLAN_AGAIN),
        page=Page.PLANS,
    )


def _broken(problem: _Problem) -> Iterator[Broken]:
    if next(problem.passed(), None):
        yield Broken(ProgrammeRule.PASSED)
    yield from problem.broken()


def _sentences(db: Db, plan: WholePlan, broken: Collection[Broken], by_hand: Collection[str]) -> Iterator[str]:
    """What is broken, each once. What is nobody's business is told only where nothing else is broken, and of no group
    in particular."""
    told = [each for each in broken if each.is_named] or broken
    for line in broken_lines(told, _names(db, plan, told)):
        what = say("%(what)s.", what=line.words)
        yield say("%(what)s This group was changed by hand.", what=what) if line.group in by_hand else what


def _names(db: Db, plan: WholePlan, broken: Iterable[Broken]) -> KnownNames:
    """What the groups of a draft are called, and whoever is told of."""
    people = {each.person_id for each in broken} - {None}
    rows = db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))) if people else ()
    return KnownNames({group.key: group.name for group in plan.groups}, {row.id: row.name for row in rows})


def broken_in_draft(db: Db, programme: Programme, plan: WholePlan, now: datetime) -> tuple[Broken, ...]:
    """All that :func:`must_still_hold` would raise for, as far as a coordinator may know it: nobody learns by looking
    whether a draft keeps two people apart who want, or have, to be."""
    problem = _problem(db, programme, plan, now, KnownTo.COORDINATOR)
    found = [*problem.passed(), *problem.broken()]
    try:
        must_keep_hours(db, programme, plan, problem.settled, now)
    except NotPossible:
        found.append(Broken(ProgrammeRule.HOURS))
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Problem:
    """A draft beside the problem as it is now; ``begun`` are the published sessions that have."""

    programme: Programme
    plan: WholePlan
    instance: Instance
    settled: frozenset[int]
    begun: Mapping[SessionOf, datetime]

    def passed(self) -> Iterator[Broken]:
        """The groups with a date that is over, or has begun, and does not stay."""
        ahead = {slot.start for slot in self.instance.slots}
        for key, session in ((group.key, session) for group in self.plan.groups for session in group.sessions):
            stays = session.round in self.settled or self.begun.get((key, session.round)) == session.starts_at
            if not stays and (session.starts_at not in ahead or (key, session.round) in self.begun):
                yield Broken(ProgrammeRule.PASSED, key)

    def broken(self) -> Iterator[Broken]:
        """The rules that the referee finds broken."""
        slots, groups = self.instance.slots, self.plan.groups
        planned = without(groups_of(self.programme, groups, slots), self.begun)
        lookup, by_key = Lookup.of(self.instance), {group.id: group for group in planned}
        for breach in breaches_in(self.instance, planned):
            yield broken_of(lookup, by_key, breach)
        if self.programme.conduct.several_groups:
            whole = without(groups_of(self.programme, groups, slots, whole=True), self.begun)
            yield from (Broken(*found) for found in broken_beside(self.instance, groups, whole))


def _problem(
    db: Db, programme: Programme, plan: WholePlan, now: datetime, known_to: KnownTo = KnownTo.PLANNER
) -> _Problem:
    instance = present_problem(db, programme.id, now, known_to)
    settled = frozenset(range(len(programme.rounds))) - {slot.round for slot in instance.slots}
    return _Problem(programme, plan, instance, settled, _begun(db, programme.id, now))


def must_keep_hours(
    db: Db,
    programme: Programme,
    plan: WholePlan,
    settled: Collection[int],
    now: datetime,
    before: WholePlan | None = None,
) -> None:
    """Raise :class:`NotPossible` if somebody would have more hours than the programme's most: the planner spreads them
    as far as it can; here it is certain. Too many hours ``before`` may stay as they are."""
    limits = Limits.of(programme)
    if limits.are_none:
        return
    elsewhere = people_elsewhere(db, programme.id, settled, limits.first_moment(now))

    def given(by: WholePlan | None) -> Mapping[int, Counter[Period]]:
        asked = _asked_of(programme, by, settled) if by is not None else {}
        everybody = elsewhere.keys() | asked.keys()
        return {who: limits.minutes([*elsewhere.get(who, ()), *asked.get(who, ())]) for who in everybody}

    was: Mapping[int, Counter[Period]] = given(before) if before is not None else {}
    too_many = sum(
        any(used > max(limits.most(period), was.get(who, Counter())[period]) for period, used in found.items())
        for who, found in given(plan).items()
    )
    if too_many:
        raise NotPossible(
            say_many(
                "With this draft %(num)s person would give more hours to mentoring than the programme asks for.",
                "With this draft %(num)s people would give more hours to mentoring than the programme asks for.",
                too_many,
            ),
            what_to_do=say(
                "Plan again, with fewer groups for each facilitator, or allow more hours a month or a year."
            ),
        )


def _begun(db: Db, programme_id: int, now: datetime) -> Mapping[SessionOf, datetime]:
    """When the published sessions that have begun did so."""
    published = find_published_plan(db, programme_id)
    of_groups = (
        (group.key, session) for group in (published.groups if published else ()) for session in group.sessions
    )
    return {(key, session.round): session.starts_at for key, session in of_groups if session.starts_at <= now}


def _asked_of(programme: Programme, plan: WholePlan, settled: Collection[int]) -> Mapping[int, list[Stands]]:
    """The draft's own sessions, by the people who are to come to them."""
    length = timedelta(minutes=programme.session_minutes)
    found: dict[int, list[Stands]] = defaultdict(list)
    for group in plan.groups:
        residents = [member.person_id for member in group.members if member.role == MemberRole.RESIDENT]
        for session in (each for each in group.sessions if each.round not in settled):
            for person_id in (*residents, *session.facilitator_ids):
                found[person_id].append(Stands(session.starts_at, session.starts_at + length, None))
    return found
