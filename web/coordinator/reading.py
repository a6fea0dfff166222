"""A plan put into sentences: what a coordinator wants to know before anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduler.plans.model import Group, Member, Plan, PlanState
from web.language import gettext as _
from web.language import ngettext, number

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Miss:
    """A group that does not meet in every round."""

    key: str
    words: str


def state_name(state: PlanState) -> str:
    """A plan's state as people say it."""
    names = {
        PlanState.DRAFT: _("draft"),
        PlanState.REVIEWED: _("read, not published"),
        PlanState.PUBLISHED: _("published"),
        PlanState.SUPERSEDED: _("replaced"),
    }
    return names[state]


def share_held(plan: Plan) -> float:
    """The share of sessions that will meet."""
    return plan.sessions_held / plan.sessions_wanted if plan.sessions_wanted else 0.0


def misses(plan: Plan) -> tuple[Miss, ...]:
    """The groups that miss rounds, each with a sentence."""
    return tuple(Miss(group.key, _miss_words(group)) for group in plan.groups if group.missed_rounds)


def _miss_words(group: Group) -> str:
    return _("%(group)s %(misses)s", group=group.name, misses=missed_words(group))


def missed_words(group: Group) -> str:
    """``misses round 4``."""
    rounds = ", ".join(str(index + 1) for index in group.missed_rounds)
    return ngettext("misses round %(rounds)s", "misses rounds %(rounds)s", len(group.missed_rounds), rounds=rounds)


def lowest_sentence(plan: Plan) -> str:
    """Who can come least, without names: a share and how many people it concerns."""
    least = Counter(
        (member.can_come, len(group.sessions)) for group in plan.groups if group.sessions for member in group.residents
    )
    if not least:
        return _("There is no session yet.")
    (can, held), people = min(least.items(), key=lambda item: item[0][0] / item[0][1])
    if can == held:
        return _("Everybody can come to every session.")
    return ngettext("Lowest: %(can)s of %(held)s, one person.", "Lowest: %(can)s of %(held)s, %(num)s people.", people,
                    can=can, held=held)  # fmt: skip


def gap_figure(plan: Plan) -> str:
    """``at most 2.1 %``."""
    if plan.gap is None:
        return _("not proven")
    if plan.gap == 0:
        return _("none: it is the best")
    return _("at most %(share)s %%", share=number(round(max(plan.gap, 0.001) * 100, 1)))


def gap_sentence(plan: Plan) -> str:
    """What the figure means."""
    seconds = number(round(plan.seconds))
    if plan.gap is None:
        return _("No limit was proven in %(seconds)s s. More time may find a better plan.", seconds=seconds)
    if plan.gap == 0:
        return _("Solved in %(seconds)s s. No plan can be better.", seconds=seconds)
    return _("Solved in %(seconds)s s. More time may find a slightly better plan.", seconds=seconds)


def group_subtitle(group: Group) -> str:
    """``Stages 2–3 · 4 North, 2 East · Dr F``."""
    return " · ".join(_group_facts(group))


def _group_facts(group: Group) -> Iterator[str]:
    if not group.name.startswith(group.model):
        yield group.model
    stages = sorted({member.stage for member in group.residents if member.stage is not None})
    if stages:
        span = f"{stages[0]}–{stages[-1]}" if len(stages) > 1 else str(stages[0])
        yield _("Stages %(span)s", span=span) if len(stages) > 1 else _("Stage %(span)s", span=span)
    yield ", ".join(f"{number} {site}" for site, number in _sites(group.residents))
    yield ", ".join(member.name for member in group.facilitators) or _("no facilitator")


def _sites(members: Iterable[Member]) -> list[tuple[str, int]]:
    return Counter(member.site for member in members).most_common()
