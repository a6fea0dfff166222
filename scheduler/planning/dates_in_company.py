"""Dates on which those who meet only accompanied have their company: the format knows it of a group, not of a session.

Somebody who leads a person over whom they have power has another facilitator from elsewhere in the group. That one need
not come to every session, as far as the planner knows. So once a plan is found, each session to which both of the two
may come and their company can't is given another date of its round, where there is one that breaks no rule: the best
of them with company. Where there is none it stays, and is red before the plan is published.
"""

from __future__ import annotations

from dataclasses import replace

from scheduler.planning.company_pairs import Pair, pairs_in
from solvers.edit import Editor
from solvers.instance import Instance
from solvers.solution import Solution
from solvers.vocabulary import CANNOT


def dated_in_company(instance: Instance, solution: Solution) -> Solution:
    """The plan with other dates for its sessions without company, as far as there are any."""
    pairs = {group.id: found for group in solution.groups if (found := pairs_in(instance, group))}
    if not pairs:
        return solution
    marks = {each.id: each.availability for each in instance.residents}
    marks |= {each.id: each.availability for each in instance.faculty}
    editor = Editor(instance, solution)
    for group in solution.groups:
        for session in group.sessions if group.id in pairs else ():
            there = [who for who in (*group.residents, *group.facilitators) if marks[who][session.slot] != CANNOT]
            if any(pair.is_alone(there, session.facilitators) for pair in pairs[group.id]):
                editor = _dated(editor, group.id, session.round, pairs[group.id], len(instance.slots))
    return replace(solution, groups=editor.solution.groups, score=editor.solution.score)


def _dated(editor: Editor, group_id: str, round_: int, pairs: tuple[Pair, ...], most: int) -> Editor:
    found = editor.best_dates(group_id, most, round_)
    edit = next(
        (
            date.edit
            for date in found
            if not date.broken and not any(pair.company.isdisjoint(date.facilitators) for pair in pairs)
        ),
        None,
    )
    return editor if edit is None else editor.after([edit])
