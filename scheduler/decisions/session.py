"""Why a group meets on this day, or misses a round, and which other dates there were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from scheduler.coordination.history import Entry, history_of_session
from scheduler.db import Db
from scheduler.decisions.by_hand import dated_by_hand
from scheduler.decisions.groups import shown_groups
from scheduler.decisions.model import AboutPlan, OtherDate, SessionDecision, WayToMeet
from scheduler.decisions.plan_facts import PlanFacts, facts_of_plan
from scheduler.decisions.steps import step_by_ids, step_shown
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.planning.keys import person_key
from scheduler.plans.model import Group, Member, PlanState
from scheduler.programmes.model import Programme
from scheduler.sessions.tables import SessionRow
from solvers.reasons.dates import DateOption, RoundDates, WayToHold, round_dates
from solvers.reasons.plan import Plan
from solvers.vocabulary import COMING, NOT_KNOWN


def why_session(
    db: Db, actor: Actor, programme_id: int, plan_id: int, group_key: str, round_: int, now: datetime
) -> SessionDecision:
    """Everything that may be told of a group's date in a round, counted from 0, or of why it has none."""
    facts = facts_of_plan(db, actor, programme_id, plan_id, now)
    group = next(iter(shown_groups(db, actor, facts.about, [group_key])), None)
    if group is None or not 0 <= round_ < len(facts.programme.rounds):
        raise NotFound(say("We can’t find that group or round in this plan."))
    plain = replace(
        _plain(facts, group, round_, now),
        by_hand=dated_by_hand(db, plan_id, group_key, round_),
        since_published=_since_published(db, actor, facts.about, group_key, round_),
    )
    if facts.known is None or group_key not in facts.known.groups or plain.is_over:
        return plain
    found = round_dates(facts.known, group_key, round_)
    return _with_dates(_as_known(plain, facts.known, group, found), facts, group, found)


def _since_published(db: Db, actor: Actor, about: AboutPlan, group_key: str, round_: int) -> tuple[Entry, ...]:
    """What was changed of a session of the published plan, by coordinators and by its group."""
    if about.state is not PlanState.PUBLISHED:
        return ()
    row = SessionRow
    of_it = (row.programme_id == about.programme_id, row.group_key == group_key, row.round == round_, row.extra == 0)
    session_id = db.scalar(select(row.id).where(*of_it))
    return () if session_id is None else history_of_session(db, actor, about.programme_id, session_id)


def _plain(facts: PlanFacts, group: Group, round_: int, now: datetime) -> SessionDecision:
    """What the plan itself says."""
    session = next((one for one in group.sessions if one.round == round_), None)
    span = facts.programme.rounds[round_]
    by_mark = _by_mark(group.residents, round_)
    return SessionDecision(
        plan=facts.about,
        group_key=group.key,
        group=group.name,
        round=round_,
        first_day=span.first_day,
        last_day=span.last_day,
        size=len(group.residents),
        starts_at=session.starts_at if session else None,
        place=session.place if session else "",
        mode=group.mode,
        facilitators=tuple(one.name for one in group.facilitators if one.marks[round_] in COMING) if session else (),
        coming=by_mark(lambda mark: mark in COMING) if session else (),
        missing=by_mark(lambda mark: mark not in (*COMING, NOT_KNOWN)) if session else (),
        unknown=by_mark(lambda mark: mark == NOT_KNOWN) if session else (),
        is_over=session is not None and session.starts_at <= now,
        is_unled=session is not None and _is_unled(facts.programme, group, round_),
        gap_days=facts.programme.min_gap_days,
        closed=_closed(facts.programme, round_),
    )


def _as_known(plain: SessionDecision, plan: Plan, group: Group, found: RoundDates) -> SessionDecision:
    """The session of a draft with who can come as it is compared with other dates: by what is known now. What is
    published is shown as it stands already."""
    if found.chosen is None or plain.plan.state is PlanState.PUBLISHED:
        return plain
    slot, people = found.chosen.slot, plan.lookup.residents
    known = [one for one in group.residents if person_key(one.person_id) in people]
    marks = {one.name: people[person_key(one.person_id)].availability[slot] for one in known}
    coming = tuple(name for name, mark in marks.items() if mark in COMING)
    return replace(
        plain,
        coming=coming,
        missing=tuple(name for name, mark in marks.items() if mark not in (*COMING, NOT_KNOWN)),
        unknown=tuple(name for name, mark in marks.items() if mark == NOT_KNOWN),
        changed=len(set(coming) ^ set(plain.coming)),
    )


def _by_mark(residents: Iterable[Member], round_: int) -> Callable[[Callable[[str], bool]], tuple[str, ...]]:
    return lambda fits: tuple(one.name for one in residents if fits(one.marks[round_]))


def _is_unled(programme: Programme, group: Group, round_: int) -> bool:
    """Whether fewer facilitators come than the kind of group needs."""
    needed = next((model.present for model in programme.models if model.name == group.model), 0)
    return sum(one.marks[round_] in COMING for one in group.facilitators) < needed


def _closed(programme: Programme, round_: int) -> Mapping[date, str]:
    span = programme.rounds[round_]
    weekdays = {window.weekday for window in programme.windows}
    names = programme.closed.names(span.first_day, span.last_day)
    return {day: name for day, name in names.items() if day.weekday() in weekdays}


def _with_dates(plain: SessionDecision, facts: PlanFacts, group: Group, found: RoundDates) -> SessionDecision:
    names = {person_key(one.person_id): one.name for one in group.residents}
    now = set(found.chosen.coming) if found.chosen else set()

    def other(one: DateOption) -> OtherDate:
        gained, lost = set(one.coming) - now, now - set(one.coming)
        return OtherDate(
            starts_at=facts.start(one.slot),
            can=len(one.coming),
            gained=_named(gained, names) if found.chosen else (),
            lost=_named(lost, names),
            is_usual=one.is_usual,
            obstacles=one.obstacles,
        )

    return replace(
        plain,
        is_usual=found.chosen is not None and found.chosen.is_usual,
        possible=tuple(map(other, found.possible)),
        nearest=tuple(map(other, found.nearest)) if found.chosen is None else (),
        against=found.against,
        since=found.since,
        until=found.until,
        ways=tuple(_way(way, facts) for way in found.ways),
    )


def _named(keys: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(names[key] for key in keys if key in names))


def _way(way: WayToHold, facts: PlanFacts) -> WayToMeet:
    step = step_by_ids(way.step)
    return WayToMeet(step_shown(step, facts.programme, {}), step, facts.start(way.slot), way.obstacle)
