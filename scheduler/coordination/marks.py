"""Whether people can come at any times, as things stand: what acts and their previews go by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from datetime import datetime

from scheduler.availability.intervals import Interval
from scheduler.availability.service import marks_at, stored_marks
from scheduler.coordination.act_scope import NOWHERE, Elsewhere
from scheduler.coordination.board import SessionNow
from scheduler.db import Db
from scheduler.planning.taken import Span
from scheduler.programmes.model import Programme
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.tables import SessionRow
from solvers.vocabulary import CANNOT, NOT_KNOWN


class Marks:
    """The marks of some people at sessions: at the programme's slots as they are kept, at other times worked out.

    Whoever is at another session then, or has apologised for this date, cannot come.
    """

    def __init__(self, db: Db, programme: Programme, people: Collection[int]) -> None:
        slots = programme.slots()
        self._db, self._programme, self._people = db, programme, sorted(people)
        self._elsewhere = NOWHERE
        self._index = {(slot.starts_at, slot.round): index for index, slot in enumerate(slots)}
        self._starts = frozenset(slot.starts_at for slot in slots)
        self._stored = stored_marks(db, programme.id, len(slots), people)
        self._worked_out: dict[Span, Mapping[int, str]] = {}
        self._sorry: Mapping[tuple[int, datetime], frozenset[int]] = {}

    def beside(self, elsewhere: Elsewhere, people: Collection[int]) -> Marks:
        """The same, by the other sessions that these people, some of those who are known, have beside a board."""
        found = copy(self)
        found._elsewhere, found._people, found._worked_out = elsewhere, sorted(people), dict(self._worked_out)
        return found

    def prepare(self, sessions: Collection[SessionNow]) -> None:
        """Work out at once what is to be known of these sessions, and who has apologised for them as they are."""
        self._work_out({session.span for session in sessions if not self._is_slot(session)})
        starts = {session.ref: session.starts_at for session in sessions}
        rows = who_is_sorry(self._db, SessionRow.id.in_(starts))
        sorry: dict[tuple[int, datetime], frozenset[int]] = {}
        for session_id, person_id in rows:
            key = (session_id, starts[session_id])
            sorry[key] = sorry.get(key, frozenset()) | {person_id}
        self._sorry = sorry

    def of(self, person_id: int, session: SessionNow) -> str:
        """Somebody's mark at a session."""
        sorry = person_id in self._sorry.get((session.ref, session.starts_at), ())
        if sorry or self._elsewhere.is_taken(person_id, session):
            return CANNOT
        if self._is_slot(session):
            stored = self._stored.get(person_id)
            return stored[self._index[session.starts_at, session.round]] if stored else NOT_KNOWN
        if session.span not in self._worked_out:
            self._work_out({session.span})
        return self._worked_out[session.span].get(person_id, NOT_KNOWN)

    def is_a_start(self, moment: datetime) -> bool:
        """Whether sessions of the programme may begin then."""
        return moment in self._starts

    def _is_slot(self, session: SessionNow) -> bool:
        usual = self._programme.is_usual_length(session.starts_at, session.ends_at)
        return usual and (session.starts_at, session.round) in self._index

    def _work_out(self, spans: Collection[Span]) -> None:
        wanted = sorted(spans - self._worked_out.keys(), key=lambda span: span.starts_at)
        if not wanted:
            return
        times = [Interval(span.starts_at, span.ends_at) for span in wanted]
        found = marks_at(self._db, self._programme, self._people, times)
        for index, span in enumerate(wanted):
            self._worked_out[span] = {person_id: marks[index] for person_id, marks in found.items()}
