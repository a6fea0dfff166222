"""A plan put into sentences: what a coordinator wants to know before anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduler.plans.model import Group, Lacking, Member, Plan, PlanFigures, PlanState, Tally
from web.language import gettext as _
from web.language import ngettext, number


@dataclass(frozen=True, slots=True)
class Miss:
    """A group that does not meet in every round."""

    group: str
    words: str


def state_name(state: PlanState) -> str:
    """A plan's state as people say it."""
    names = {
        PlanState.DRAFT: _("draft"),
        PlanState.REVIEWED: _("read but not published"),
        PlanState.PUBLISHED: _("published"),
        PlanState.SUPERSEDED: _("replaced"),
    }
    return names[state]


def share_held(figures: PlanFigures) -> float:
    """The share of sessions that will meet."""
    return figures.sessions_held / figures.sessions_wanted if figures.sessions_wanted else 0.0


def misses(figures: PlanFigures) -> tuple[Miss, ...]:
    """The groups that miss rounds, or to whose sessions too few can come, each with a sentence."""
    return tuple(Miss(group.name, _miss_words(group)) for group in figures.lacking)


def _miss_words(group: Lacking) -> str:
    words = missed_words(group) if group.missed_rounds else short_words(group)
    if not group.missed_rounds and group.short_rounds == group.unled_rounds:
        return _("%(group)s: %(what)s", group=group.name, what=words)
    return _("%(group)s %(misses)s", group=group.name, misses=words)


def short_words(group: Group | Lacking | Tally) -> str:
    """``has too few people in round 4, no facilitator can come in round 5``."""
    few = [index for index in group.short_rounds if index not in group.unled_rounds]
    words = []
    if few:
        words.append(
            ngettext(
                "has too few people in round %(rounds)s",
                "has too few people in rounds %(rounds)s",
                len(few),
                rounds=_rounds(few),
            )
        )
    if group.unled_rounds:
        words.append(
            ngettext(
                "no facilitator can come in round %(rounds)s",
                "no facilitator can come in rounds %(rounds)s",
                len(group.unled_rounds),
                rounds=_rounds(group.unled_rounds),
            )
        )
    return ", ".join(words)


def _rounds(numbers: Iterable[int]) -> str:
    return ", ".join(str(index + 1) for index in numbers)


def missed_words(group: Group | Lacking | Tally) -> str:
    """``misses round 4``."""
    rounds = _rounds(group.missed_rounds)
    return ngettext("misses round %(rounds)s", "misses rounds %(rounds)s", len(group.missed_rounds), rounds=rounds)


def lowest_sentence(figures: PlanFigures) -> str:
    """Who can come least, without names: a share and how many people it concerns."""
    least = figures.least
    if least is None:
        return _("There are no sessions yet.")
    if least.can == least.held:
        return _("Everyone can come to every session.")
    return ngettext(
        "Fewest: one person can come to %(can)s of %(held)s.",
        "Fewest: %(num)s people can come to %(can)s of %(held)s.",
        least.people,
        can=least.can,
        held=least.held,
    )


def gap_figure(plan: Plan) -> str:
    """``at most 2.1 %``."""
    if plan.gap is None:
        return _("not proven")
    if plan.gap == 0:
        return _("none: this is the best plan")
    return _("at most %(share)s %%", share=number(round(max(plan.gap, 0.001) * 100, 1)))


def gap_sentence(plan: Plan) -> str:
    """What the figure means."""
    seconds = number(round(plan.seconds))
    if plan.gap is None:
        return _("Nothing proves how good this plan is. There may be a better one.")
    if plan.gap == 0:
        return _("Found in %(seconds)s seconds. No plan can be better.", seconds=seconds)
    return _(
        "Found in %(seconds)s seconds. Counting sessions, attendance and wishes, no plan can be better by more than "
        "that.",
        seconds=seconds,
    )


def group_subtitle(group: Group) -> str:
    """``Grades FY1–FY2 · 4 North, 2 East``."""
    return " · ".join(_group_facts(group))


def _group_facts(group: Group) -> Iterator[str]:
    if not group.name.startswith(group.model):
        yield group.model
    grades = sorted({(member.stage, member.grade) for member in group.residents if member.stage is not None})
    if grades:
        span = f"{grades[0][1]}–{grades[-1][1]}" if len(grades) > 1 else grades[0][1]
        yield _("Grades %(span)s", span=span) if len(grades) > 1 else _("Grade %(span)s", span=span)
    yield ", ".join(f"{number} {site}" for site, number in _sites(group.residents))


def _sites(members: Iterable[Member]) -> list[tuple[str, int]]:
    return Counter(member.site for member in members).most_common()
