"""Troubles that settle themselves, where a programme wants that: what the rules allow without its coordinator.

A deputy who is free is asked at once, one after another; their yes settles it. A date that everybody in the group can
keep is on offer to the group anyway, and is taken once nobody has objected for two days. Where a programme has its
coordinator settle dates, that waits for her.

For a facilitator whom the rota has on call, or on another duty that keeps them away, deputies are asked in every
programme: nobody has to press for what the rota knows.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select

from scheduler.audit.service import record
from scheduler.availability.intervals import Interval
from scheduler.availability.long_leave import is_away, leave_of_programme
from scheduler.coordination.model import AppointDeputy, Preview
from scheduler.coordination.service import Desk
from scheduler.db import Database, Db
from scheduler.errors import MentorRoundsError
from scheduler.people.model import OPERATOR
from scheduler.planning.open_dates import NOTICE
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import DateSettling, Programme
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.rotas.model import AWAY
from scheduler.rotas.tables import DutyRow
from scheduler.sessions.deputies import ask_for
from scheduler.sessions.model import DEPUTY_FOUND_OR_ASKED, DeputyState, ProposalState
from scheduler.sessions.proposals import Outcome, take_for_group
from scheduler.sessions.tables import AttendeeRow, DeputyRow, ProposalAnswerRow, ProposalRow, SessionRow
from scheduler.troubles.model import RemedyKind, TroubleKind, TroubleState
from scheduler.troubles.remedies import act_of, desk_for, remedies_for, works
from scheduler.troubles.service import get_troubles
from scheduler.troubles.tables import TroubleRow
from scheduler.troubles.trouble_view import Trouble
from solvers.vocabulary import CANNOT

SILENCE: Final = timedelta(hours=48)
"""For so long somebody in the group may object."""
PATIENCE: Final = SILENCE + timedelta(hours=2)
"""A trouble that has not settled itself for so long is its coordinator's."""
HERS_BEFORE: Final = timedelta(days=1)
"""So long before its session it is, too."""
MOST_SECONDS: Final = 2.0
"""So long mail and all else that is done in turn may wait for it."""
_KINDS: Final = (TroubleKind.QUORUM, TroubleKind.FACILITATOR)


class SelfSettling:
    """Does what is due in every programme that wants it. Each has a transaction of its own, so that one that no longer
    works holds up no other; after ``seconds`` the rest waits for the next time, so that they hold up nothing else."""

    def __init__(self, database: Database, base_url: str, seconds: float = MOST_SECONDS) -> None:
        self._database = database
        self._base_url = base_url
        self._seconds = seconds
        self._last = 0

    def settle(self, now: datetime) -> int:
        """Begin after the trouble that was looked at last; returns how many things were done."""
        with self._database.reading() as db:
            troubles = db.execute(_open_troubles()).all()
        done, until = 0, time.monotonic() + self._seconds
        for programme_id, trouble_id in sorted(troubles, key=lambda row: (row.id <= self._last, row.id)):
            done += _settle_one(self._database, programme_id, trouble_id, self._base_url, now)
            self._last = trouble_id
            if time.monotonic() >= until:
                break
        return done


def settling_themselves(db: Db, now: datetime, programme_ids: Collection[int]) -> frozenset[int]:
    """The open troubles of these programmes, by id, that are about to be settled without their coordinator: a deputy
    has been asked, or a date is on offer that nobody minds. After a while without success they are hers, and so is
    whatever has to be settled within a day."""
    query = _open_troubles().join(SessionRow, SessionRow.id == TroubleRow.session_id)
    asked = select(DeputyRow.id).where(DeputyRow.session_id == SessionRow.id, DeputyRow.state == DeputyState.ASKED)
    offered = select(ProposalRow.id).where(
        ProposalRow.session_id == SessionRow.id,
        ProposalRow.by_id.is_(None),
        ProposalRow.state == ProposalState.OPEN,
        ProposalRow.starts_at > now + NOTICE,
        ProposalRow.id.not_in(_minded()),
        ProgrammeRow.settles_itself,
        ProgrammeRow.settling != DateSettling.COORDINATOR,
    )
    rows = db.execute(
        query.where(
            ProgrammeRow.id.in_(programme_ids),
            TroubleRow.since > now - PATIENCE,
            SessionRow.starts_at > now + HERS_BEFORE,
            or_(
                offered.correlate(SessionRow, ProgrammeRow).exists(),
                and_(TroubleRow.kind == TroubleKind.FACILITATOR, asked.correlate(SessionRow).exists()),
            ),
        )
    )
    return frozenset(trouble_id for _, trouble_id in rows)


def _minded() -> Select[int]:
    """The dates that somebody has said no to."""
    return select(ProposalAnswerRow.proposal_id).where(ProposalAnswerRow.agrees.is_(False))


def _open_troubles() -> Select[int, int]:
    return (
        select(TroubleRow.programme_id, TroubleRow.id)
        .join(ProgrammeRow, ProgrammeRow.id == TroubleRow.programme_id)
        .where(
            or_(ProgrammeRow.settles_itself, and_(TroubleRow.kind == TroubleKind.FACILITATOR, _kept_by_rota())),
            ProgrammeRow.ended_at.is_(None),
            TroubleRow.state == TroubleState.OPEN,
            TroubleRow.kind.in_(_KINDS),
        )
    )


def _kept_by_rota() -> ColumnElement[bool]:
    """Whether a facilitator of the trouble's session cannot come and has a duty then: at work, and not on leave."""
    kept = select(AttendeeRow.person_id).join(SessionRow, SessionRow.id == AttendeeRow.session_id)
    kept = kept.join(DutyRow, DutyRow.person_id == AttendeeRow.person_id).where(
        AttendeeRow.session_id == TroubleRow.session_id,
        AttendeeRow.role == MemberRole.FACILITATOR,
        AttendeeRow.mark == CANNOT,
        DutyRow.kind.not_in(AWAY),
        DutyRow.starts_at < SessionRow.ends_at,
        DutyRow.ends_at > SessionRow.starts_at,
    )
    return kept.correlate(TroubleRow).exists()


def _settle_one(database: Database, programme_id: int, trouble_id: int, base_url: str, now: datetime) -> bool:
    try:
        with database.writing() as db:
            found = get_troubles(db, OPERATOR, programme_id, (trouble_id,), now)
            programme = get_programme(db, programme_id)
            return any(_settle(db, programme, trouble, base_url, now) for trouble in found if trouble.is_open)
    except MentorRoundsError:  # something has changed since: it is looked at again the next time
        return False


def _settle(db: Db, programme: Programme, trouble: Trouble, base_url: str, now: datetime) -> bool:
    if trouble.session is None:
        return False
    may_take = programme.conduct.settles_itself and programme.conduct.settling is not DateSettling.COORDINATOR
    if may_take and _take_date(db, programme, trouble, now):
        return True
    return trouble.kind is TroubleKind.FACILITATOR and _ask_deputy(db, programme, trouble, base_url, now)


# --- a date ----------------------------------------------------------------------------------------------------


def _take_date(db: Db, programme: Programme, trouble: Trouble, now: datetime) -> bool:
    """Take the first date that has been on offer for long enough, that everybody can keep and nobody minds."""
    for proposal_id, key in _unopposed(db, trouble, now):
        desk = desk_for(db, programme, trouble, key, now)
        act = act_of(trouble, key, desk)
        preview = works(trouble, act, desk) if act is not None else None
        suits = preview is not None and _suits_everybody(db, trouble, preview, desk)
        if suits and take_for_group(db, OPERATOR, proposal_id, now) is Outcome.ADOPTED:
            record(db, OPERATOR, "date.unopposed", now, programme.id, trouble=trouble.id, proposal=proposal_id)
            return True
    return False


def _unopposed(db: Db, trouble: Trouble, now: datetime) -> Iterator[tuple[int, str]]:
    """The dates on offer that nobody minds, by id, with the key of the remedy that they are."""
    assert trouble.session is not None, "dates are for sessions"
    rows = db.execute(
        select(ProposalRow.id, ProposalRow.starts_at)
        .where(
            ProposalRow.session_id == trouble.session.id,
            ProposalRow.by_id.is_(None),
            ProposalRow.state == ProposalState.OPEN,
            ProposalRow.made_at <= now - SILENCE,
            ProposalRow.starts_at > now + NOTICE,
            ProposalRow.id.not_in(_minded()),
        )
        .order_by(ProposalRow.starts_at)
    )
    for proposal_id, starts_at in rows.all():
        yield proposal_id, f"{RemedyKind.DATE}:{starts_at.isoformat()}"


def _suits_everybody(db: Db, trouble: Trouble, preview: Preview, desk: Desk) -> bool:
    """Whether all can come whom the group has then: nobody waits for whoever is away on long leave."""
    assert trouble.session is not None, "dates are for sessions"
    group = desk.board.group(trouble.group_key)
    after = next(effect.after for effect in preview.effects if effect.session_id == trouble.session.id)
    leave = leave_of_programme(db, desk.known.programme.id, group.people)
    then = Interval(after.starts_at, after.ends_at)
    away = frozenset(who for who in group.people if is_away(leave, who, then))
    expected = len(group.residents - away), len(group.facilitators - away)
    return len(after.coming) >= expected[0] and len(after.facilitators) >= expected[1]


# --- a deputy --------------------------------------------------------------------------------------------------


def _ask_deputy(db: Db, programme: Programme, trouble: Trouble, base_url: str, now: datetime) -> bool:
    """Ask the next one who is free, unless somebody has been asked. Nobody is asked twice for one session."""
    assert trouble.session is not None, "deputies are for sessions"
    asked = _asked(db, trouble.session.id)
    if any(state in DEPUTY_FOUND_OR_ASKED for state in asked.values()):
        return False
    for remedy in remedies_for(db, programme, (trouble,), now)[trouble.id]:
        if remedy.kind is RemedyKind.DEPUTY:
            act = act_of(trouble, remedy.key, desk_for(db, programme, trouble, remedy.key, now))
            if isinstance(act, AppointDeputy) and act.person_id not in asked:
                url = f"{base_url}/facilitating"
                ask_for(db, OPERATOR, act.session_id, act.for_id, act.person_id, now, page_url=url)
                return True
    return False


def _asked(db: Db, session_id: int) -> Mapping[int, str]:
    rows = db.execute(select(DeputyRow.person_id, DeputyRow.state).where(DeputyRow.session_id == session_id))
    return dict(rows.all())
