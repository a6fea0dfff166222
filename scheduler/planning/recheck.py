"""Look at a stored draft once more before it is published: people and rotas may have changed since it was made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scheduler.bookings.commitments import Stands, people_elsewhere
from scheduler.bookings.hours import Limits, Period
from scheduler.db import Db
from scheduler.errors import NotPossible, Page
from scheduler.languages import mark, say, say_many
from scheduler.planning.beside import broken_beside
from scheduler.planning.left_alone import SessionOf, without
from scheduler.planning.present_problem import present_problem
from scheduler.planning.stored_groups import groups_of
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import WholePlan, find_published_plan
from scheduler.programmes.model import Programme
from scheduler.reasons.named_rules import PRIVATE
from solvers import rules
from solvers.instance import Instance
from solvers.referee import check
from solvers.solution import Solution

PLAN_AGAIN = mark("Plan again: the new draft will keep the rules.")
CORRECT = mark("Correct the draft on its board, or undo what was changed.")
MOST_SENTENCES: Final = 20
OTHERWISE = mark("%(group)s would now break a rule.")
SENTENCES: Mapping[str, str] = {
    rules.QUORUM: mark("Too few people in %(group)s can now come to one of its dates."),
    rules.FACILITATOR_FREE: mark("A facilitator of %(group)s can no longer come to one of its dates."),
    rules.GROUP_SIZE: mark("%(group)s no longer has the size that its kind of group asks for."),
    rules.STAGE_SPREAD: mark("The grades in %(group)s are no longer as far apart as its kind of group asks for."),
    rules.FACILITATORS: mark("%(group)s no longer has the facilitators that its kind of group asks for."),
    rules.PRESENT: mark("%(group)s no longer has the facilitators that its kind of group asks for."),
    rules.GAP: mark("Two dates of %(group)s are now too close together."),
    rules.SLOT_OF_ROUND: mark("A date of %(group)s is now outside the times for sessions."),
    **dict.fromkeys(
        (rules.ROOM_FREE, rules.ROOM_OVERLAP, rules.ROOM_CAPACITY, rules.ROOM_AT_SITE),
        mark("A room of %(group)s can no longer be used for one of its dates."),
    ),
    rules.PERSON_OVERLAP: mark("Someone in %(group)s now has another session at the same time as one of its dates."),
    rules.SITE: mark("%(group)s meets in person but has no site."),
    rules.ATTENDING: mark("Someone who doesn’t facilitate %(group)s is to lead one of its dates."),
    rules.CAPACITY: mark("A facilitator leads more groups than they offered."),
    rules.MODEL_OFFERED: mark("A facilitator of %(group)s doesn’t offer its kind of group."),
    rules.MODEL_ACCEPTED: mark("Someone in %(group)s doesn’t accept its kind of group."),
    rules.MODE_ACCEPTED: mark("Someone in %(group)s doesn’t accept the way it meets."),
    **dict.fromkeys(
        (rules.PIN_KEPT, rules.PIN_MEMBERS, rules.PIN_ROUNDS), mark("%(group)s is meant to stay as it is.")
    ),
}
"""Broken rule → what is said of it, for those that may be named (``named_rules``) and that a draft can come to break.
For every other rule nothing is said but that one is broken."""


REFUSED: Final = mark(
    "A rule about safety or someone’s own wishes stands against it; which, and whose, isn’t shown to anyone."
)
PASSED: Final = "passed"
"""In the place of a rule: a date of the draft has passed or begun."""
HOURS: Final = "hours"
"""In the place of a rule: somebody would give more hours than the programme asks for."""


@dataclass(frozen=True, slots=True)
class BrokenInDraft:
    """A rule that a draft breaks as things stand now, and the key of the group."""

    rule_id: str
    group: str | None = None


def must_still_hold(
    db: Db, programme: Programme, plan: WholePlan, now: datetime, by_hand: Collection[str] = ()
) -> None:
    """Raise :class:`NotPossible` with all that the draft breaks as things stand now; ``by_hand`` are the keys of the
    groups that were changed by hand."""
    problem = _problem(db, programme, plan, now)
    found = list(_sentences(problem, by_hand))
    try:
        must_keep_hours(db, programme, plan, problem.settled, now)
    except NotPossible as too_many:
        if not found:
            raise
        found.append(too_many.message)
    if not found:
        return
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


def _sentences(problem: _Problem, by_hand: Collection[str]) -> Iterator[str]:
    """What is broken, each once."""
    if next(problem.passed(), None):
        yield say("One of the dates in this draft has passed or begun.")
    names = {group.key: group.name for group in problem.plan.groups}
    told: dict[str, None] = {}
    found = list(problem.broken())
    for broken in [each for each in found if each.rule_id not in PRIVATE] or found:
        sentence = broken_sentence(broken.rule_id, names.get(broken.group or "", say("A group")))
        is_named = broken.rule_id in SENTENCES and broken.group in by_hand
        told[say("%(what)s This group was changed by hand.", what=sentence) if is_named else sentence] = None
    yield from told


def broken_in_draft(db: Db, programme: Programme, plan: WholePlan, now: datetime) -> tuple[BrokenInDraft, ...]:
    """All that :func:`must_still_hold` would raise for, each rule and group once."""
    problem = _problem(db, programme, plan, now)
    found = [*problem.passed(), *problem.broken()]
    try:
        must_keep_hours(db, programme, plan, problem.settled, now)
    except NotPossible:
        found.append(BrokenInDraft(HOURS))
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Problem:
    """A draft beside the problem as it is now; ``begun`` are the published sessions that have."""

    programme: Programme
    plan: WholePlan
    instance: Instance
    settled: frozenset[int]
    begun: Mapping[SessionOf, datetime]

    def passed(self) -> Iterator[BrokenInDraft]:
        """The groups with a date that is over, or has begun, and does not stay."""
        ahead = {slot.start for slot in self.instance.slots}
        for key, session in ((group.key, session) for group in self.plan.groups for session in group.sessions):
            stays = session.round in self.settled or self.begun.get((key, session.round)) == session.starts_at
            if not stays and (session.starts_at not in ahead or (key, session.round) in self.begun):
                yield BrokenInDraft(PASSED, key)

    def broken(self) -> Iterator[BrokenInDraft]:
        """The rules that the referee finds broken."""
        slots, groups = self.instance.slots, self.plan.groups
        solution = Solution(self.instance.name, without(groups_of(self.programme, groups, slots), self.begun))
        for breach in check(self.instance, solution).broken:
            yield BrokenInDraft(breach.rule_id, breach.group)
        if self.programme.conduct.several_groups:
            whole = without(groups_of(self.programme, groups, slots, whole=True), self.begun)
            yield from (BrokenInDraft(*found) for found in broken_beside(self.instance, groups, whole))


def _problem(db: Db, programme: Programme, plan: WholePlan, now: datetime) -> _Problem:
    instance = present_problem(db, programme.id, now)
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


def broken_sentence(rule_id: str, group: str) -> str:
    """What is said of a broken rule, of a group given by its name."""
    return say(REFUSED) if rule_id in PRIVATE else say(SENTENCES.get(rule_id, OTHERWISE), group=group)
