"""Whether a change by hand makes a stage, a site, or who works part-time or nights worse off than the rest by more than
the programme's share: the last of the checks before publishing, for what is published."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from sqlalchemy import select

from scheduler.coordination.board import Board, SessionNow
from scheduler.coordination.circumstances import Known
from scheduler.coordination.model import Breach
from scheduler.db import Db
from scheduler.equity.chance import Got
from scheduler.equity.fairness import Measure, Person
from scheduler.equity.figures import people_by_id
from scheduler.equity.places import places_of
from scheduler.equity.plan_shown import PlanShown
from scheduler.plans.kept import kept_for_readers
from scheduler.plans.model import PlanState
from scheduler.plans.tables import PlanRow
from scheduler.preflight.fairness import Tallies, exchanged, tallies_of, worse_off_by
from scheduler.preflight.model import Finding, newly
from scheduler.preflight.wording import finding_words
from scheduler.programmes.model import Programme
from solvers.vocabulary import COMING


class FairShares:
    """What is published gives to whom, looked up when it is first asked for; shared by all desks that are laid out
    together."""

    def __init__(self, db: Db, programme: Programme) -> None:
        self._db, self._programme = db, programme

    def new_cuts(self, before: Board, after: Board, known: Known) -> Iterator[Breach]:
        """Who would be worse off by more than the share and is not now, or not by so much."""
        changed = tuple(self._changed(before, after, known))
        if not changed:
            return
        for finding in newly(self._worse_off(exchanged(self._tallies, changed)), self._now):
            yield Breach(finding_words(finding, {}, self._programme).rstrip("."), never=False)

    @cached_property
    def _plan(self) -> PlanShown | None:
        of_programme = (PlanRow.programme_id == self._programme.id, PlanRow.state == PlanState.PUBLISHED)
        row = self._db.execute(select(PlanRow.id, PlanRow.number, PlanRow.revision).where(*of_programme)).first()
        if row is None:
            return None
        return PlanShown(row.id, row.number, row.revision, is_published=True, is_draft=False, programme=self._programme)

    @cached_property
    def _people(self) -> Mapping[int, Person]:
        plan = self._plan
        if plan is None:
            return {}
        what = ("people by id", plan.id)
        return kept_for_readers(self._db, self._programme.id, what, lambda: dict(people_by_id(self._db, plan)))

    @cached_property
    def _places(self) -> Mapping[int, int]:
        """In how many groups each resident is."""
        return Counter(place.person_id for place in places_of(self._db, self._plan)) if self._plan else {}

    @cached_property
    def _tallies(self) -> Tallies:
        return tallies_of(self._people.values())

    @cached_property
    def _now(self) -> tuple[Finding, ...]:
        return self._worse_off(self._tallies)

    def _worse_off(self, tallies: Tallies) -> tuple[Finding, ...]:
        return tuple(worse_off_by(tallies, self._programme.conduct.fairness_points))

    def _changed(self, before: Board, after: Board, known: Known) -> Iterator[tuple[Person, Person]]:
        """The people who would have something else, as they are and as they would be."""
        more = _more(before, after, known)
        places_before, places_after = _places_on(before), _places_on(after)
        for who in more.keys() | places_after.keys() | places_before.keys():
            person = self._people.get(who)
            gained = places_after[who] - places_before[who]
            if person is not None and (gained or any(more.get(who, (0, 0)))):
                yield person, _as_it_would_be(person, self._places.get(who, 0) + gained, more.get(who, (0, 0)))


def _as_it_would_be(person: Person, places: int, more: Got) -> Person:
    got = {**person.got, Measure.PLACED: (int(places > 0), 1)}
    can, held = (one + other for one, other in zip(got.get(Measure.ATTENDANCE, (0, 0)), more, strict=True))
    if places > 0 and held > 0:
        got[Measure.ATTENDANCE] = (min(max(can, 0), held), held)
    else:
        got.pop(Measure.ATTENDANCE, None)
    return replace(person, got=got)


def _places_on(board: Board) -> Counter[int]:
    return Counter(who for group in board.groups.values() if not group.ended for who in group.residents)


def _more(before: Board, after: Board, known: Known) -> Mapping[int, Got]:
    """By resident, to how many sessions more they could come, and how many more there would be."""
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for ref in before.sessions.keys() | after.sessions.keys():
        was, would_be = before.sessions.get(ref), after.sessions.get(ref)
        if was != would_be:
            for session, sign in ((was, -1), (would_be, 1)):
                for who, can in _coming(session, known):
                    found[who][0] += sign * can
                    found[who][1] += sign
    return {who: (can, held) for who, (can, held) in found.items()}


def _coming(session: SessionNow | None, known: Known) -> Iterator[tuple[int, bool]]:
    """Who of a session of the plan can come; what a group adds for itself does not count."""
    if session is not None and session.takes_place and not session.extra:
        for who in session.residents:
            yield who, known.marks.of(who, session) in COMING
