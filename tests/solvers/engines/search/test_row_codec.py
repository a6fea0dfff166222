"""What a report counts in rows is what their groups come to once they are decoded."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, given, settings

from solvers.engines.search.driver import Search
from solvers.engines.search.row_codec import decode_groups, session_counts
from solvers.instance import COMING, Instance
from solvers.progress import ignore
from solvers.stop import Limits, never
from tests.solvers.strategies import instances


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(most_residents=9, most_faculty=3, most_slots=9))
def test_sessions_seats_and_who_can_come_are_counted_as_decoded(instance: Instance) -> None:
    started = time.monotonic()
    search = Search(instance, Limits(0.1, 1), ignore, never, started, started + 0.1)
    search.plan()
    marks = {resident.id: resident.availability for resident in instance.residents}
    groups = decode_groups(search.encoded, search.incumbent)
    sessions = [(group, session.slot) for group in groups for session in group.sessions]
    assert session_counts(search.encoded.problem, search.incumbent) == (
        len(sessions),
        sum(marks[who][slot] in COMING for group, slot in sessions for who in group.residents),
        sum(len(group.residents) for group, _slot in sessions),
    )
