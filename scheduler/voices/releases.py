"""“Were you really released?”: asked of those who needed a release, answered in one tap, shown as a rate by site.

Who answered what is read by nobody: not by the facilitator, the coordinator or the rota manager. A rate counts whole
batches of five people and more of one site (:func:`~scheduler.voices.model.in_whole_fives`), and every sum is made of
them, so neither two looks nor two sites nor a sum and its parts tell of fewer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select

from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.tables import ProgrammeRow, SiteRow
from scheduler.releases.tables import ReleaseRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from scheduler.voices.model import ASKED_FOR, SETTLES_AFTER, ReleaseAnswer, Released, in_whole_fives
from scheduler.voices.tables import ReleaseAnswerRow


@dataclass(frozen=True, slots=True)
class ReleaseQuestion:
    """A session for which somebody needed a release; ``said`` is their answer, which they can still change while
    ``is_open``. ``is_ahead`` until the session has ended: nobody can say yet."""

    session_id: int
    starts_at: datetime
    zone: str
    said: Released | None
    is_open: bool
    is_ahead: bool = False


@dataclass(frozen=True, slots=True)
class SiteRate:
    """How many said of the releases from a site's rotas that they were granted, that they were not, and that they were
    off anyway. ``share`` is that of those granted, of all who needed one; None where all were off."""

    site_id: int
    site: str
    yes: int
    no: int
    off: int

    @property
    def share(self) -> float | None:
        """The release rate, from 0 to 1."""
        needed = self.yes + self.no
        return self.yes / needed if needed else None

    @property
    def answers(self) -> int:
        """How many answers there are."""
        return self.yes + self.no + self.off


def own_release_questions(db: Db, actor: Actor, now: datetime) -> tuple[ReleaseQuestion, ...]:
    """What somebody is asked now, the latest session first: of sessions of the last four weeks, until the answer has
    settled."""
    live = sorted({one for one, role in actor.roles if role in (Role.RESIDENT, Role.FACULTY)} - actor.archived)
    rows = db.execute(
        _asked(actor.person_id)
        .where(
            SessionRow.programme_id.in_(live),
            SessionRow.ends_at <= now,
            SessionRow.ends_at > now - ASKED_FOR,
        )
        .order_by(SessionRow.starts_at.desc())
    ).all()
    found = (_question(*row, now) for row in rows)
    return tuple(each for each in found if each.is_open)


def say_released(db: Db, actor: Actor, session_id: int, answer: Released, now: datetime) -> None:
    """Answer, or change one's answer of today. Raises NotFound of a session for which one needed no release,
    ``NotPossible`` where it is too early or too late."""
    if actor.person_id is None:
        raise NotFound(_no_question())
    _say(db, session_id, actor.person_id, answer, now)


def get_release_question(db: Db, question_id: int, now: datetime) -> ReleaseQuestion:
    """The question that a link names, for whoever holds it. Raises NotFound where nobody is asked any more."""
    session_id, person_id = _named(db, question_id)
    return _one(db, session_id, person_id, now)


def answer_release_question(db: Db, question_id: int, answer: Released, now: datetime) -> None:
    """Answer the question that a link names."""
    session_id, person_id = _named(db, question_id)
    _say(db, session_id, person_id, answer, now)


def put_release_questions(db: Db, asked: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], int]:
    """The numbers of the questions to those of these people (session, person) who need a release, for the links in
    their mail. Nobody else is asked."""
    wanted = set(asked)
    sessions, people = {session for session, _ in wanted}, {person for _, person in wanted}
    needed = db.execute(
        select(ReleaseRow.session_id, ReleaseRow.person_id)
        .where(ReleaseRow.session_id.in_(sessions), ReleaseRow.person_id.in_(people), ReleaseRow.ended_at.is_(None))
        .distinct()
    )
    due = wanted & {(session_id, person_id) for session_id, person_id in needed}
    of_these = (ReleaseAnswerRow.session_id.in_(sessions), ReleaseAnswerRow.person_id.in_(people))
    found = db.scalars(select(ReleaseAnswerRow).where(*of_these))
    known = {(row.session_id, row.person_id): row for row in found if row.person_id is not None}
    new = {key: ReleaseAnswerRow(session_id=key[0], person_id=key[1]) for key in sorted(due - known.keys())}
    db.add_all(new.values())
    db.flush()
    return {key: (known.get(key) or new[key]).id for key in due}


def release_answers(db: Db, programme_id: int, now: datetime) -> tuple[ReleaseAnswer, ...]:
    """Every answer of a programme that has settled, for figures alone; from a rota of several sites, of the first."""
    rows = db.execute(
        select(
            func.coalesce(ReleaseAnswerRow.person_id, -ReleaseAnswerRow.unnamed),
            ReleaseAnswerRow.session_id,
            func.coalesce(ReleaseAnswerRow.site_id, func.min(ReleaseRow.site_id)),
            ReleaseAnswerRow.answer,
            ReleaseAnswerRow.said_at,
        )
        .join(SessionRow, SessionRow.id == ReleaseAnswerRow.session_id)
        .outerjoin(ReleaseRow, and_(_of_the_same(), ReleaseRow.ended_at.is_(None)))
        .where(
            SessionRow.programme_id == programme_id,
            or_(ReleaseRow.id.is_not(None), ReleaseAnswerRow.unnamed.is_not(None)),
            ReleaseAnswerRow.said_at <= now - SETTLES_AFTER,
        )
        .group_by(ReleaseAnswerRow.id)
        .order_by(ReleaseAnswerRow.said_at, ReleaseAnswerRow.id)
    )
    return tuple(
        ReleaseAnswer(person_id, session_id, site_id, answer, said_at)
        for person_id, session_id, site_id, answer, said_at in rows
        if answer is not None and said_at is not None
    )


def take_names_off_answers(db: Db, people: Collection[int]) -> None:
    """Keep what one person said, under whatever of these entries, for figures alone; a question that they did not
    answer goes, as does what counts nowhere."""
    theirs = ReleaseAnswerRow.person_id.in_(people)
    said = db.execute(
        select(ReleaseAnswerRow, func.min(ReleaseRow.site_id))
        .join(ReleaseRow, and_(_of_the_same(), ReleaseRow.ended_at.is_(None)))
        .where(theirs, ReleaseAnswerRow.answer.is_not(None))
        .group_by(ReleaseAnswerRow.id)
    ).all()
    number = min((row.id for row, _ in said), default=None)
    for row, site_id in said:
        row.person_id, row.site_id, row.unnamed = None, site_id, number
    db.flush()
    db.execute(delete(ReleaseAnswerRow).where(theirs).execution_options(synchronize_session="fetch"))


def releases_needed(db: Db, programme_id: int, now: datetime) -> frozenset[tuple[int, int]]:
    """For which sessions that are over (session, person) who needed a release: everybody who was asked."""
    rows = db.execute(
        select(ReleaseRow.session_id, ReleaseRow.person_id)
        .join(SessionRow, SessionRow.id == ReleaseRow.session_id)
        .where(
            ReleaseRow.programme_id == programme_id,
            ReleaseRow.ended_at.is_(None),
            SessionRow.ends_at <= now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
    )
    return frozenset((session_id, person_id) for session_id, person_id in rows)


def release_rates(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[SiteRate, ...]:
    """The rate of each site of which enough people have answered, for coordinators."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return rates_by_site(db, programme_id, now)


def rates_by_site(
    db: Db, programme_id: int, now: datetime, site_ids: Collection[int] | None = None
) -> tuple[SiteRate, ...]:
    """The same for the product's own letters: of these sites, or of all."""
    found: dict[int, list[ReleaseAnswer]] = defaultdict(list)
    for answer in release_answers(db, programme_id, now):
        found[answer.site_id].append(answer)
    sites = select(SiteRow.id, SiteRow.name).where(SiteRow.programme_id == programme_id).order_by(SiteRow.id)
    rates = (_rate(site_id, name, found[site_id]) for site_id, name in db.execute(sites))
    return tuple(each for each in rates if each.answers and (site_ids is None or each.site_id in site_ids))


def _rate(site_id: int, name: str, answers: Iterable[ReleaseAnswer]) -> SiteRate:
    counts = Counter(each.answer for each in in_whole_fives(answers))
    return SiteRate(site_id, name, counts[Released.YES], counts[Released.NO], counts[Released.OFF])


def _asked(
    person_id: int | None,
) -> Select[int, datetime, datetime, str, Released | None, datetime | None]:
    """The sessions for which somebody needed a release, and what they said."""
    needed = select(ReleaseRow.session_id).where(ReleaseRow.person_id == person_id, ReleaseRow.ended_at.is_(None))
    same = and_(ReleaseAnswerRow.session_id == SessionRow.id, ReleaseAnswerRow.person_id == person_id)
    return (
        select(
            SessionRow.id, SessionRow.starts_at, SessionRow.ends_at, ProgrammeRow.zone,
            ReleaseAnswerRow.answer, ReleaseAnswerRow.said_at,
        )
        .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
        .outerjoin(ReleaseAnswerRow, same)
        .where(SessionRow.id.in_(needed), SessionRow.status != SessionStatus.CANCELLED)
    )  # fmt: skip


def _question(
    session_id: int,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    said: Released | None,
    said_at: datetime | None,
    now: datetime,
) -> ReleaseQuestion:
    in_time = ends_at <= now < ends_at + ASKED_FOR
    unsettled = said_at is None or now < said_at + SETTLES_AFTER
    return ReleaseQuestion(session_id, starts_at, zone, said, in_time and unsettled, is_ahead=now < ends_at)


def _one(db: Db, session_id: int, person_id: int, now: datetime) -> ReleaseQuestion:
    row = db.execute(_asked(person_id).where(SessionRow.id == session_id)).one_or_none()
    if row is None:
        raise NotFound(_no_question())
    return _question(*row, now)


def _say(db: Db, session_id: int, person_id: int, answer: Released, now: datetime) -> None:
    question = _one(db, session_id, person_id, now)
    if question.is_ahead:
        raise NotPossible(
            say("The session isn’t over yet."), what_to_do=say("Come back to this page after it, and tap once.")
        )
    if not question.is_open:
        raise NotPossible(
            say("This question is closed: your answer is in, or too much time has passed."),
            what_to_do=say("You don’t need to do anything."),
        )
    of_this = (ReleaseAnswerRow.session_id == session_id, ReleaseAnswerRow.person_id == person_id)
    row = db.scalar(select(ReleaseAnswerRow).where(*of_this))
    if row is None:
        db.add(row := ReleaseAnswerRow(session_id=session_id, person_id=person_id))
    row.answer, row.said_at = answer, now


def _named(db: Db, question_id: int) -> tuple[int, int]:
    row = db.get(ReleaseAnswerRow, question_id)
    if row is None or row.person_id is None:
        raise NotFound(_no_question())
    return row.session_id, row.person_id


def _of_the_same() -> ColumnElement[bool]:
    return and_(
        ReleaseRow.session_id == ReleaseAnswerRow.session_id, ReleaseRow.person_id == ReleaseAnswerRow.person_id
    )


def _no_question() -> str:
    return say("This link is not one of ours, or no longer works.")
