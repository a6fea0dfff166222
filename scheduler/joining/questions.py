"""What a programme asks, and until when; and asking to change an answer after that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from scheduler import clock
from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.joining.model import MOST_CHARACTERS, USUAL_TRAINING, Questions, RequestAbout, TrainingKind
from scheduler.joining.tables import ChangeRequestRow, JoiningRow
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.firewall import withheld_from
from scheduler.programmes.life import must_go_on
from scheduler.programmes.tables import ProgrammeRow

OPEN_FOR = timedelta(days=7)
"""How long answers may be changed once a request is granted."""
MOST_WORDS = 40
LONGEST_WORD = 60
MOST_KINDS = 12
"""Of training."""
MOST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks to change their answers, or for another group. The note is their own, for the coordinator, but
    ``withheld`` from one who has power over them."""

    id: int
    name: str
    note: str
    asked_at: datetime
    about: RequestAbout = RequestAbout.ANSWERS
    person_id: int = 0
    withheld: bool = False


def questions_of(db: Db, programme_id: int) -> Questions:
    """What the programme asks; the usual questions where it has not said."""
    row = db.get(JoiningRow, programme_id)
    if row is None:
        return Questions()
    training = (
        USUAL_TRAINING if row.training_kinds is None else tuple(TrainingKind(**each) for each in row.training_kinds)
    )
    return Questions(
        row.last_day, tuple(row.topics), tuple(row.circumstances), row.only_joined, row.code_needed, training
    )


def set_questions(db: Db, actor: Actor, programme_id: int, wanted: Questions, now: datetime) -> None:
    """Change what the programme asks. Answers that people gave before stay with them.

    That facilitators must be ready may be asked for where it was not; it is never taken back.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    before = db.get(JoiningRow, programme_id)
    if not wanted.code_needed and (before is None or before.code_needed):
        raise Rejected(
            say("Facilitators are planned only once they’ve signed the code of conduct and their training is in date."),
            where="code_needed",
            what_to_do=say("You can change which training is required, and the code itself."),
        )
    row = row_of_questions(db, programme_id)
    row.last_day = wanted.last_day
    row.topics = _words(wanted.topics, "topics")
    row.circumstances = _words(wanted.circumstances, "circumstances")
    row.only_joined, row.code_needed = wanted.only_joined, wanted.code_needed
    row.training_kinds = [asdict(kind) for kind in _training(wanted.training)]
    db.flush()
    note(db, Fact.PEOPLE, programme_id, now)
    record(db, actor, "joining.settings", now, programme_id, topics=len(row.topics))


def row_of_questions(db: Db, programme_id: int) -> JoiningRow:
    """The row of what a programme asks, with the usual questions where it has not said."""
    row = db.get(JoiningRow, programme_id)
    if row is None:
        usual = Questions()
        row = JoiningRow(
            programme_id=programme_id,
            topics=list(usual.topics),
            circumstances=list(usual.circumstances),
            only_joined=usual.only_joined,
            code_needed=usual.code_needed,
        )
        db.add(row)
    return row


def today_of(db: Db, programme_id: int, now: datetime) -> date:
    """The day on the programme's clocks."""
    zone = db.scalar(select(ProgrammeRow.zone).where(ProgrammeRow.id == programme_id))
    if zone is None:
        raise NotFound(say("We can’t find that programme."))
    return now.astimezone(ZoneInfo(zone)).date()


def may_change(db: Db, programme_id: int, person_id: int, now: datetime) -> bool:
    """Whether somebody may change their answers: until the last day, and after it while a request is granted."""
    if questions_of(db, programme_id).are_open(today_of(db, programme_id, now)):
        return True
    granted = select(ChangeRequestRow.id).where(
        ChangeRequestRow.programme_id == programme_id,
        ChangeRequestRow.person_id == person_id,
        ChangeRequestRow.open_until > now,
    )
    return db.scalar(granted.limit(1)) is not None


def ask_to_change(db: Db, actor: Actor, programme_id: int, note: str, now: datetime) -> None:
    """Ask the coordinator to let one change one's answers; asking again before the answer changes the note."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    if may_change(db, programme_id, actor.person_id or 0, now):
        raise NotPossible(
            say("You can still change your answers yourself."), what_to_do=say("Just go to the page and change them.")
        )
    waiting = db.scalar(_waiting(actor, programme_id, RequestAbout.ANSWERS))
    if waiting is None:
        waiting = ChangeRequestRow(programme_id=programme_id, person_id=actor.person_id, note="", asked_at=now)
        db.add(waiting)
        record(db, actor, "change.asked", now, programme_id)
    waiting.note = note.strip()[:MOST_CHARACTERS]


def ask_for_another_group(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Tell the coordinator that the actor would like another group: that alone, for nobody asks why."""
    actor.must_have(programme_id, Role.RESIDENT)
    must_go_on(db, programme_id)
    if db.scalar(_waiting(actor, programme_id, RequestAbout.GROUP)) is None:
        about = RequestAbout.GROUP
        db.add(
            ChangeRequestRow(programme_id=programme_id, person_id=actor.person_id, note="", asked_at=now, about=about)
        )
        record(db, actor, "group.another_asked", now, programme_id)


def withdraw_group_request(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Take back that the actor would like another group, if they have said so."""
    waiting = db.scalar(_waiting(actor, programme_id, RequestAbout.GROUP))
    if waiting is not None:
        waiting.decided_at, waiting.granted = now, False
        record(db, actor, "group.another_withdrawn", now, programme_id)


def has_asked(db: Db, actor: Actor, programme_id: int, about: RequestAbout = RequestAbout.ANSWERS) -> bool:
    """Whether the actor waits for an answer."""
    return db.scalar(_waiting(actor, programme_id, about)) is not None


def list_requests(db: Db, actor: Actor, programme_id: int) -> tuple[Request, ...]:
    """The requests that wait for the coordinator, the oldest first. What somebody wrote with theirs is withheld from a
    coordinator who has power over them."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(ChangeRequestRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == ChangeRequestRow.person_id)
        .where(ChangeRequestRow.programme_id == programme_id, ChangeRequestRow.decided_at.is_(None))
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(ChangeRequestRow.asked_at, ChangeRequestRow.id)
    )
    withheld = withheld_from(db, actor, programme_id, clock.now())
    return tuple(
        Request(
            row.id,
            name,
            "" if row.person_id in withheld else row.note,
            row.asked_at,
            row.about,
            row.person_id,
            withheld=row.person_id in withheld,
        )
        for row, name in rows
    )


def decide(
    db: Db, actor: Actor, programme_id: int, request_id: int, base_url: str, *, granted: bool, now: datetime
) -> None:
    """Grant a request, which opens the answers for :data:`OPEN_FOR`, or refuse it; either way an e-mail says so.

    One for another group is only closed: people are told of a new group as of any other change.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    must_go_on(db, programme_id)
    row = db.get(ChangeRequestRow, request_id, with_for_update=True)
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("We can’t find that request."))
    if row.decided_at is not None:
        raise NotPossible(say("This request has already been answered."))
    row.decided_at, row.granted = now, granted
    if row.about is RequestAbout.GROUP:
        record(db, actor, "group.another_answered", now, programme_id, person=row.person_id)
        return
    row.open_until = now + OPEN_FOR if granted else None
    _tell(db, actor, row, base_url, now)
    record(db, actor, "change.granted" if granted else "change.refused", now, programme_id, person=row.person_id)


def _tell(db: Db, actor: Actor, row: ChangeRequestRow, base_url: str, now: datetime) -> None:
    person = db.get_one(PersonRow, row.person_id)
    programme = db.scalars(select(ProgrammeRow.name).where(ProgrammeRow.id == row.programme_id)).one()
    with in_language(person.language):
        if row.granted:
            text = say(
                "You can change your answers for %(programme)s over the next %(days)s days:",
                programme=programme,
                days=OPEN_FOR.days,
            )
            text += f"\n\n{base_url}/join/{row.programme_id}"
        else:
            text = say(
                "Your answers for %(programme)s can no longer be changed this time. %(name)s will be glad to talk "
                "it over with you.",
                programme=programme,
                name=actor.name,
            )
        hello = greeting(person.name)
        subject = say("%(programme)s: your request to change your answers", programme=programme)
    put_in_outbox(db, person.email, subject, f"{hello}\n\n{text}\n\n{actor.name}\n", now, programme_id=row.programme_id)


def _waiting(actor: Actor, programme_id: int, about: RequestAbout) -> Select[ChangeRequestRow]:
    return select(ChangeRequestRow).where(
        ChangeRequestRow.programme_id == programme_id,
        ChangeRequestRow.person_id == actor.person_id,
        ChangeRequestRow.about == about,
        ChangeRequestRow.decided_at.is_(None),
    )


def _training(kinds: tuple[TrainingKind, ...]) -> tuple[TrainingKind, ...]:
    """The kinds of training, each by a name and a key of its own."""
    faults = tuple(_faults_in(kinds))
    if faults:
        raise Rejected(say("The kinds of training were not saved."), faults)
    return kinds


def _faults_in(kinds: tuple[TrainingKind, ...]) -> Iterator[Fault]:
    if len(kinds) > MOST_KINDS:
        yield Fault("kinds", say("There can be up to %(most)s kinds of training.", most=MOST_KINDS))
    names: set[str] = set()
    for place, kind in enumerate(kinds):
        name = kind.name.casefold()
        if not kind.name or len(kind.name) > LONGEST_WORD:
            yield Fault(
                f"kind-{place}-name", say("Please give a name of up to %(most)s characters.", most=LONGEST_WORD)
            )
        elif name in names or any(kind.key == other.key for other in kinds[:place]):
            yield Fault(f"kind-{place}-name", say("There are two kinds of this name."))
        if kind.months is not None and not 1 <= kind.months <= MOST_MONTHS:
            most = say("Please give between 1 and %(most)s months, or leave it empty.", most=MOST_MONTHS)
            yield Fault(f"kind-{place}-months", most)
        names.add(name)


def _words(given: Iterable[str], where: str) -> list[str]:
    """The lines of a list, each once, without blanks."""
    words = list(dict.fromkeys(word for line in given if (word := " ".join(line.split()))))
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        raise Rejected(
            say(
                "The list can have up to %(lines)s lines of up to %(letters)s characters each.",
                lines=MOST_WORDS,
                letters=LONGEST_WORD,
            ),
            where=where,
            what_to_do=say("Shorten it and save again."),
        )
    return words
