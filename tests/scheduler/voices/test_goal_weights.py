"""Areas that members weigh themselves: theirs, and counted only together."""

from __future__ import annotations

import pytest

from scheduler import clock
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.people.model import OPERATOR
from scheduler.voices.goal_weights import AREAS, MOST_AREAS, area_summaries, own_weights, unweigh, weigh
from tests.scheduler.sessions.term import NEAR_PEERS, PEERS, Term

MEMBERS = (*PEERS, *NEAR_PEERS)
EXAMS, TEACHING = "exams", "teaching"


def test_weights_are_ones_own_and_counted_from_five_people_on(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        for index, name in enumerate(MEMBERS[:4]):
            weigh(db, term.actor(name), term.programme_id, EXAMS, index + 1, index, now)
            weigh(db, term.actor(name), term.programme_id, TEACHING, 5, 0, now)
        assert area_summaries(db, term.coordinator(), term.programme_id) == ()
        for name in MEMBERS[4:]:
            weigh(db, term.actor(name), term.programme_id, EXAMS, 3, 2, now)
        [summary] = area_summaries(db, term.coordinator(), term.programme_id)
        assert (summary.area, summary.people, summary.importance, summary.progress) == (EXAMS, 5, 3, 2)
        assert [(one.area, one.importance) for one in own_weights(db, term.actor(MEMBERS[0]), term.programme_id)] == [
            (TEACHING, 5), (EXAMS, 1),
        ]  # fmt: skip
        for name in MEMBERS[:2]:
            with pytest.raises(NotAllowed):
                area_summaries(db, term.actor(name), term.programme_id)
        with pytest.raises(NotAllowed):
            own_weights(db, OPERATOR, term.programme_id)
        for name in MEMBERS[4:]:
            unweigh(db, term.actor(name), term.programme_id, EXAMS)
            unweigh(db, term.actor(name), term.programme_id, EXAMS)
        assert area_summaries(db, term.coordinator(), term.programme_id) == ()


def test_only_areas_of_the_list_and_weights_of_the_scale_are_kept(term: Term) -> None:
    now, me = clock.now(), term.actor(PEERS[0])
    with term.database.writing() as db:
        with pytest.raises(NotFound):
            weigh(db, me, term.programme_id, "my marriage", 3, 0, now)
        for importance, progress in ((0, 0), (6, 0), (3, -1), (3, 5)):
            with pytest.raises(Rejected):
                weigh(db, me, term.programme_id, EXAMS, importance, progress, now)
        with pytest.raises(NotAllowed):
            weigh(db, me, term.programme_id + 1, EXAMS, 3, 0, now)
        for area in AREAS[:MOST_AREAS]:
            weigh(db, me, term.programme_id, area, 3, 0, now)
        weigh(db, me, term.programme_id, AREAS[0], 5, 4, now)
        with pytest.raises(NotPossible):
            weigh(db, me, term.programme_id, AREAS[MOST_AREAS], 3, 0, now)
