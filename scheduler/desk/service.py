"""The desk of a published programme: a score of queries, however many people and groups there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from scheduler.availability.intervals import moment
from scheduler.db import Db
from scheduler.desk import owed, term
from scheduler.desk.model import Asked, Cause, Desk, ReminderKind, Waiting
from scheduler.desk.reduced import group_names, needed_of, smallest_by_group
from scheduler.desk.rota_ends import ending_rotas
from scheduler.desk.tallies import tallies_of
from scheduler.joining.answer_list import count_answers
from scheduler.joining.facilitator_list import count_waiting
from scheduler.joining.participant_mail import count_due
from scheduler.joining.questions import questions_of
from scheduler.mail.troubles import count_troubles
from scheduler.people.model import Actor, Role
from scheduler.people.pauses import paused_facilitators
from scheduler.planning.second_facilitators import groups_led_alone
from scheduler.plans.membership import pauses, rosters
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import PlanRow
from scheduler.programmes.firewall import withheld_from
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.programmes.signposts import signposts_of
from scheduler.sessions.model import DeputyState, Needed, SessionStatus
from scheduler.sessions.tables import DeputyRow, SessionRow
from scheduler.troubles.causes import Told, fact_words, told_of
from scheduler.troubles.model import TroubleState
from scheduler.troubles.service import count_clashes, not_held
from scheduler.troubles.tables import TroubleRow


def desk_of(db: Db, actor: Actor, programme_id: int, now: datetime) -> Desk:
    """Everything about what is published that the first page shows."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    today = now.astimezone(ZoneInfo(programme.zone)).date()
    names = group_names(db, programme_id)
    needed = needed_of(db, programme, names)
    withheld = withheld_from(db, actor, programme_id, now)
    tallies = tallies_of(db, programme_id, needed, withheld=withheld)
    named = {key: names[key] for key in needed}
    return Desk(
        ahead=term.ahead_of(programme, tallies, needed, now, not_held(db, programme_id)),
        reduced=term.reduced_of(tallies, needed, smallest_by_group(db, programme), now),
        cause=_cause(db, programme_id),
        weeks=term.weeks_of(programme, tallies, now),
        next_start=term.next_start(tallies, now),
        waiting=_waiting(db, actor, programme, needed, today, now),
        so_far=replace(
            term.so_far_of(
                programme, tallies, named, _resting(db, programme_id, named, today), now, _since(db, programme)
            ),
            withheld=bool(withheld),
        ),
        week=max(0, (today - programme.first_day).days // 7 + 1),
        weeks_in_all=(programme.last_day - programme.first_day).days // 7 + 1,
    )


def _since(db: Db, programme: Programme) -> datetime:
    """From when on groups could meet: the first day, or when they were first published."""
    first = db.scalar(select(func.min(PlanRow.published_at)).where(PlanRow.programme_id == programme.id))
    begins = moment(datetime.combine(programme.first_day, time()), ZoneInfo(programme.zone))
    return max(begins, first) if first else begins


def _resting(db: Db, programme_id: int, names: Collection[str], today: date) -> frozenset[str]:
    """The groups that pause, or did in the last weeks: they need not have met."""
    found = pauses(db, [(programme_id, key) for key in names])
    return frozenset(key for (_, key), (first, last) in found.items() if first <= today <= last + timedelta(weeks=4))


def _cause(db: Db, programme_id: int) -> Cause | None:
    """The change behind most of the open troubles. Of what people keep to themselves not even the kind is told."""
    row = db.execute(
        select(TroubleRow.audit_id, TroubleRow.fact, func.count())
        .where(
            TroubleRow.programme_id == programme_id,
            TroubleRow.state == TroubleState.OPEN,
        )
        .group_by(TroubleRow.audit_id, TroubleRow.fact)
        .order_by(func.count().desc(), func.max(TroubleRow.since).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    audit_id, fact, count = row
    known = told_of(db, programme_id, (audit_id,)) if audit_id is not None else {}
    told = known.get(audit_id or 0) or Told(fact_words(fact))
    return Cause(told, count) if told.words else None


def _waiting(
    db: Db, actor: Actor, programme: Programme, needed: Mapping[str, Needed], today: date, now: datetime
) -> Waiting:
    groups = {key: roster for key, roster in rosters(db, programme.id).items() if key in needed}
    found, lately = owed.owed_in(db, programme.id, groups, today, now), owed.reminded_lately(db, programme.id, now)
    answers = count_answers(db, actor, programme.id)
    paused = paused_facilitators(db, programme.id)
    leading = {
        key: sum(role == MemberRole.FACILITATOR and who not in paused for who, role in roster.items())
        for key, roster in groups.items()
    }
    return Waiting(
        charter_groups=found.charter_groups,
        charter=owed.asked_of(found, ReminderKind.CHARTER, lately),
        answers=Asked(answers.waiting, count_due(db, actor, programme.id, now) if answers.waiting else 0),
        not_invited=answers.uninvited if questions_of(db, programme.id).only_joined else 0,
        unsigned=owed.asked_of(found, ReminderKind.CONDUCT, lately),
        training=owed.asked_of(found, ReminderKind.TRAINING, lately),
        to_verify=count_waiting(db, programme.id),
        rotas=ending_rotas(db, programme, today, now),
        unreached=count_troubles(db, actor, programme.id),
        unled_groups=sum(leading[key] < needed[key].facilitators for key in groups),
        led_alone=sum(each.group_key in needed for each in groups_led_alone(db, programme.id)),
        deputies_asked=_deputies_asked(db, programme.id, now),
        no_signposts=not signposts_of(db, (programme.id,)),
        clashes=count_clashes(db, programme.id),
    )


def _deputies_asked(db: Db, programme_id: int, now: datetime) -> int:
    held = (SessionRow.programme_id == programme_id, SessionRow.status != SessionStatus.CANCELLED)
    ahead = (*held, SessionRow.starts_at > now, DeputyRow.state == DeputyState.ASKED)
    asked = select(func.count()).select_from(DeputyRow).join(SessionRow, SessionRow.id == DeputyRow.session_id)
    return db.scalar(asked.where(*ahead)) or 0
