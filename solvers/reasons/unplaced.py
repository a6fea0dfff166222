"""Residents in no group: what keeps them out of each there is, and out of a new one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from solvers import rules
from solvers.instance import Resident
from solvers.reasons.facts import Obstacle
from solvers.reasons.obstacles import founding, joining
from solvers.reasons.plan import Plan


def why_unplaced(plan: Plan, resident: Resident, shunned: frozenset[str]) -> tuple[Obstacle, ...]:
    """What keeps a resident out of each group there is and out of a new one, the commonest single cause first.

    That there are models which they do not accept comes last: what is in the way of those that they do matters more.
    ``shunned`` are people whom the resident avoids beyond those the instance tells of.
    """
    tries = [*(joining(plan, resident, group, shunned) for group in plan.groups.values())]
    tries += [founding(plan, resident, model) for model in plan.instance.models]
    blocked = [{obstacle.rule_id: obstacle for obstacle in found} for found in tries if found]
    alone = Counter(next(iter(found)) for found in blocked if len(found) == 1)
    # Of a rule that stands in the way in several places, the last has the figures.
    obstacles = {rule_id: obstacle for found in blocked for rule_id, obstacle in found.items()}
    # A rule that never decides alone matters only where it is one of the fewest that stand together.
    accepted = [found for found in blocked if rules.MODEL_ACCEPTED not in found]
    fewest = min((len(found) for found in accepted), default=0)
    telling = [found for found in blocked if len(found) == 1] + [found for found in accepted if len(found) == fewest]
    kept = dict.fromkeys(rule_id for found in telling for rule_id in found)
    ranked = sorted(kept, key=lambda rule_id: (rule_id == rules.MODEL_ACCEPTED, -alone[rule_id]))
    return tuple(replace(obstacles[rule_id], places=alone[rule_id]) for rule_id in ranked)
