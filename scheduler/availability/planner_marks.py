"""What the planner is given of somebody's answers: credit comes from the rota, own wishes adjust it.

An instance knows two ways of being able to come, ``2`` and ``1``, of which the first earns more points. If a word of
one's own were worth as much as the rota's, whoever offers a single slot would win it; so

- a slot that somebody opened or raised themselves counts as ``1``, however they put it; what the rota gives with ``2``
  stays ``2``, and a refusal is always a refusal;
- in a round in which somebody has time that is made for meeting (protected teaching), that time is their ``2`` and all
  else at which they can come is ``1``: the best is to come first.

Who can come at all is never changed by this, only what it is worth.
"""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.availability.marks import Availability
from solvers.vocabulary import CAN, COMING, IF_NEED_BE


def planner_marks(found: Availability, rounds: Sequence[int]) -> str:
    """The marks for the planner; ``rounds`` holds the round of each slot."""
    marks = found.marks
    if found.credit != marks:
        marks = "".join(_credited(mark, credit) for mark, credit in zip(marks, found.credit, strict=True))
    best = {index for index in found.best if marks[index] == CAN}
    if not best:
        return marks
    with_best = {rounds[index] for index in best}
    return "".join(
        IF_NEED_BE if mark == CAN and rounds[index] in with_best and index not in best else mark
        for index, mark in enumerate(marks)
    )


def _credited(mark: str, credit: str) -> str:
    return IF_NEED_BE if mark in COMING and credit != CAN else mark
