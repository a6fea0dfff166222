"""What the demo's people say when they are asked, and what is made of it: after sessions, once a term, every month.

Each answers as their pages let them, at the moment at which they would have; who has answered is not asked twice, so a
second move of the clock goes on from where the first left off. Chance has no part in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from scheduler.db import Db
from scheduler.evidence.releases import programmes_with_directors, release_if_due
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.releases.tables import ReleaseRow
from scheduler.voices.awards import answer_nomination, nominate
from scheduler.voices.facilitation import ASKED_BEFORE_THE_END, facilitators_to_tell, tell
from scheduler.voices.goal_weights import weigh
from scheduler.voices.model import FARTHEST, GROWTH, INSTRUMENTS, PULSE_OPEN_FOR, Released
from scheduler.voices.pulse import answer_pulse, find_pulse, own_pulses, say_what_changed, set_pulse, usual_day
from scheduler.voices.releases import say_released
from scheduler.voices.tables import NominationRow

SILENT: Final = 6
"""Of so many who are asked, one does not answer."""
RELEASED: Final = (Released.YES, Released.NO, Released.YES, Released.OFF, Released.YES, None, Released.YES)
VALUES: Final = (4, 5, 3, 4, 5, 2, 4)
"""What people say of whether they were released, None for nothing, and of a statement; each reads them from a place of
their own."""
AREAS: Final = ("careers", "wellbeing", "work-life balance", "exams")
PROGRESS_EVERY: Final = timedelta(days=40)
STRENGTHS: Final = (("listens", "no-judging"), ("questions", "approachable"), ("listens", "everyone", "discreet"))
CHANGES: Final = ("nothing", "more-voices", "nothing", "own-stories", "more-voices")
ANSWER_DAYS: Final = 9
"""Over so many days people answer what is asked once a term."""
CHANGED_AFTER: Final = timedelta(days=3)
NOMINATED_BEFORE, AGREED_AFTER = timedelta(days=12), timedelta(days=2)
CHANGED: Final = (
    "Fewer of you see yourselves closer to a goal of your own than we had hoped. From this month on every session "
    "begins with ten minutes on your goals, and facilitators have been asked to keep them free."
)
NOMINATED: Final = "Asks the question that nobody else asks, and then waits for the answer."
AT_NIGHT, BY_DAY = time(5), time(18, 40)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that is done at a moment, in one transaction."""

    at: datetime
    do: Callable[[Db], None]


def of_the_term(db: Db, coordinator: Actor, programme_id: int) -> list[Happening]:
    """What happens in a term besides its sessions, in no order."""
    programme = get_programme(db, programme_id)
    groups = rosters(db, programme_id)
    names = dict(db.execute(select(PersonRow.id, PersonRow.name)).all())
    asked = sorted({who for roster in groups.values() for who, role in roster.items() if role is MemberRole.RESIDENT})
    residents = [Actor(who, names[who], frozenset({(programme_id, Role.RESIDENT)})) for who in asked]
    pulse = find_pulse(db, coordinator, programme_id)
    opens_on = pulse.opens_on if pulse else usual_day(db, programme_id)
    term = _Term(programme_id, programme, coordinator)
    return [
        *(term.at(programme.first_day, BY_DAY, term.set_pulse) for _ in range(pulse is None)),
        *term.answers(opens_on, residents, partial(_answer_pulse, programme_id)),
        term.at(opens_on + PULSE_OPEN_FOR + CHANGED_AFTER, BY_DAY, term.say_what_changed),
        *term.answers(programme.last_day - ASKED_BEFORE_THE_END, residents, partial(_tell, programme_id)),
        *term.nomination(groups, names),
        *(term.at(day, AT_NIGHT, term.release) for day in _months(programme.first_day, programme.last_day)),
    ]


def after_session(db: Db, programme_id: int, session_id: int, came: Iterable[Actor], at: datetime) -> None:
    """Who came says whether they were released, and some weigh what they work on."""
    begun = get_programme(db, programme_id).first_day
    needed = set(
        db.scalars(
            select(ReleaseRow.person_id).where(ReleaseRow.session_id == session_id, ReleaseRow.ended_at.is_(None))
        )
    )
    for actor in came:
        number = (actor.person_id or 0) + session_id
        if actor.person_id in needed and (said := RELEASED[number % len(RELEASED)]):
            say_released(db, actor, session_id, said, at)
        if number % 2:
            _weigh(db, actor, programme_id, (at.date() - begun) // PROGRESS_EVERY, at)


def _weigh(db: Db, actor: Actor, programme_id: int, progress: int, at: datetime) -> None:
    """Two areas, which matter to somebody as much as they did; they are a little farther each time."""
    who = actor.person_id or 0
    for number in (who, who + 1 + who % 2):
        weigh(db, actor, programme_id, AREAS[number % len(AREAS)], 3 + number % 3, min(FARTHEST, progress), at)


@dataclass(frozen=True, slots=True)
class _Term:
    programme_id: int
    programme: Programme
    coordinator: Actor

    def at(self, day: date, clock_time: time, do: Callable[[Db, datetime], None]) -> Happening:
        """Something at a time of day on the programme's clock."""
        moment = datetime.combine(day, clock_time, ZoneInfo(self.programme.zone))
        return Happening(moment, lambda db: do(db, moment))

    def answers(
        self, first_day: date, people: Sequence[Actor], answer: Callable[[int, Actor, Db, datetime], None]
    ) -> Iterator[Happening]:
        """People answer over some days from the first on, several each evening; a few do not."""
        by_day: dict[int, list[tuple[int, Actor]]] = defaultdict(list)
        for number, actor in enumerate(people):
            if number % SILENT != SILENT - 1:
                by_day[number % ANSWER_DAYS].append((number, actor))

        def evening(those: Collection[tuple[int, Actor]], db: Db, at: datetime) -> None:
            for number, actor in those:
                answer(number, actor, db, at)

        for day, those in by_day.items():
            yield self.at(first_day + timedelta(days=day), BY_DAY, partial(evening, those))

    def set_pulse(self, db: Db, at: datetime) -> None:
        """The coordinator asks what mentoring brings, in the middle of the term."""
        opens_on = usual_day(db, self.programme_id)
        set_pulse(db, self.coordinator, self.programme_id, opens_on, GROWTH, INSTRUMENTS[GROWTH], at)

    def say_what_changed(self, db: Db, at: datetime) -> None:
        """They say what changed because people answered, once."""
        pulse = find_pulse(db, self.coordinator, self.programme_id)
        if pulse is not None and not pulse.changed_text:
            say_what_changed(db, self.coordinator, self.programme_id, CHANGED, at)

    def nomination(
        self, groups: Mapping[str, Mapping[int, MemberRole]], names: Mapping[int, str]
    ) -> Iterator[Happening]:
        """A resident of the first group that somebody facilitates nominates them, who agrees."""
        led = (sorted(groups[key].items()) for key in sorted(groups) if MemberRole.FACILITATOR in groups[key].values())
        group = next(led, [])
        by = next((who for who, role in group if role is MemberRole.RESIDENT), None)
        if by is None:
            return
        nominee = next(who for who, role in group if role is MemberRole.FACILITATOR)
        day = self.programme.last_day - NOMINATED_BEFORE
        yield self.at(day, BY_DAY, partial(self._nominate, self._actor(by, names, Role.RESIDENT), nominee))
        yield self.at(day + AGREED_AFTER, BY_DAY, partial(self._agree, self._actor(nominee, names, Role.FACULTY)))

    def _nominate(self, by: Actor, nominee: int, db: Db, at: datetime) -> None:
        if not db.scalar(select(exists().where(NominationRow.programme_id == self.programme_id))):
            nominate(db, by, self.programme_id, nominee, NOMINATED, at)

    def _agree(self, nominee: Actor, db: Db, _at: datetime) -> None:
        about = (NominationRow.programme_id == self.programme_id, NominationRow.nominee_id == nominee.person_id)
        for nomination_id in db.scalars(select(NominationRow.id).where(*about, NominationRow.agrees.is_(None))):
            answer_nomination(db, nominee, nomination_id, agrees=True)

    def _actor(self, who: int, names: Mapping[int, str], role: Role) -> Actor:
        return Actor(who, names[who], frozenset({(self.programme_id, role)}))

    def release(self, db: Db, at: datetime) -> None:
        """The evidence of a month, as it is worked out by itself where anybody reads it."""
        if self.programme_id in programmes_with_directors(db):
            release_if_due(db, OPERATOR, self.programme_id, at)


def _answer_pulse(programme_id: int, number: int, actor: Actor, db: Db, at: datetime) -> None:
    for pulse in own_pulses(db, actor, at):
        if pulse.programme_id == programme_id:
            values = {each: VALUES[(number + 3 * each) % len(VALUES)] for each in range(len(pulse.questions))}
            answer_pulse(db, actor, programme_id, values, at)


def _tell(programme_id: int, number: int, actor: Actor, db: Db, at: datetime) -> None:
    for each in facilitators_to_tell(db, actor, at):
        if each.programme_id == programme_id:
            strengths = STRENGTHS[number % len(STRENGTHS)]
            tell(db, actor, programme_id, each.person_id, strengths, CHANGES[number % len(CHANGES)], at)


def _months(first_day: date, last_day: date) -> Iterator[date]:
    """The days on which evidence is released: the first of a term, then of each month until all of it is noted."""
    day = first_day
    while day <= last_day + timedelta(days=70):
        yield day
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
