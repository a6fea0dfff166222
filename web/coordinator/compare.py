"""Plans side by side: up to three drafts and what is published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.coordination.plan_comparison import (
    MOST_PLANS,
    Comparison,
    Differences,
    Line,
    Seat,
    Side,
    compare,
)
from scheduler.planning.trial_steps import steps_of
from scheduler.planning.tried import named_steps
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator import plan_summary, run_words
from web.coordinator.blueprint import blueprint
from web.forms.reader import read_address
from web.language import gettext as _
from web.language import ngettext, number
from web.paging import read_paging
from web.request_context import actor, database

PEOPLE_A_PAGE = 25
NOTHING = "–"
"""In the place of a figure that a plan does not have."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of one plan: what it is, in words, how long its bar is (of the whole, or for counts of the
    largest among all plans), and whether no plan
    does better; ``is_best`` is False where all are alike."""

    label: str
    words: str
    share: float | None
    is_best: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in one plan, and whether that is where they are in the first."""

    seats: tuple[Seat, ...]
    is_as_before: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of all plans, in their order."""

    label: str
    measures: tuple[Measure, ...]

    @property
    def differs(self) -> bool:
        """Whether it is another in one of them; of one plan alone nothing is folded. What is published differs from
        itself in nothing."""
        words = {number(0) if measure.words == NOTHING else measure.words for measure in self.measures}
        return len(self.measures) < 2 or len(words) > 1


@blueprint.get("/<int:programme_id>/plans/compare")
@open_to(Audience.COORDINATOR)
def compared(programme_id: int) -> ResponseReturnValue:
    """The figures of the chosen plans, and who is where."""
    with read_address() as form:
        chosen = [int(text) for text in form.texts("plan") if text.isdecimal() and len(text) < 10]
        everybody = form.ticked("all")
    if not chosen:
        flash(_("Tick the plans that you want to compare, then choose “Compare”."))
        return redirect(url_for("coordinator.plans", programme_id=programme_id, _anchor="all"))
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        asked = read_paging(PEOPLE_A_PAGE)
        found, paging = compare(db, actor(), programme_id, chosen, asked, everybody=everybody)
        said = iter(named_steps(db, programme, (step for side in found.sides for step in steps_of(side.trial_steps))))
    return render_template(
        "coordinator/compare.html",
        programme=programme,
        found=found,
        paging=paging,
        everybody=everybody,
        left_out=max(0, len(set(chosen)) - MOST_PLANS),
        chosen=[side.id for side in found.sides],
        figures=figures_of(found.sides),
        differences=differences,
        differing_sentence=differing_sentence,
        places=places,
        tried={side.id: [next(said).step for _step in side.trial_steps] for side in found.sides},
        plan_summary=plan_summary,
        run_words=run_words,
    )


def figures_of(sides: Iterable[Side]) -> tuple[Figure, ...]:
    """The figures of the plans, those that differ first."""
    rows = (tuple(_row(*row)) for row in _figures(tuple(sides)))
    figures = (Figure(measures[0].label, measures) for measures in rows)
    return tuple(sorted(figures, key=lambda figure: not figure.differs))


_Row = tuple[str, list[tuple[float | None, str]], bool | None]


def _row(label: str, values: list[tuple[float | None, str]], more_is_better: bool | None) -> Iterator[Measure]:
    """A figure of all plans; with ``more_is_better`` None none of them is better for it."""
    known = [value for value, _words in values if value is not None]
    shares = all(isinstance(value, float) for value in known)  # which have a scale of their own
    longest = 1 if shares else max(known, default=0) or 1
    best = (max if more_is_better else min)(known, default=None)
    differ = len(set(known)) > 1 and more_is_better is not None
    for value, words in values:
        share = None if value is None else value / longest
        yield Measure(label, words, share, differ and value is not None and value == best)


def _figures(plans: tuple[Side, ...]) -> Iterator[_Row]:
    figures = [side.figures for side in plans]
    yield (
        _("Sessions that will take place"),
        [
            (
                plan_summary.share_held(each),
                _("%(held)s of %(wanted)s", held=each.sessions_held, wanted=each.sessions_wanted),
            )
            for each in figures
        ],
        True,
    )
    yield _("Residents with a group"), [(each.placed, number(each.placed)) for each in figures], True
    yield _("Residents without a group"), [(side.without, number(side.without)) for side in plans], False
    yield (
        _("Residents who can come, on average"),
        [(each.mean_attendance, _percent(each.mean_attendance)) for each in figures],
        True,
    )
    yield (
        _("The person who can come least"),
        [
            (each.least.can / each.least.held, _("%(can)s of %(held)s", can=each.least.can, held=each.least.held))
            if each.least
            else (None, NOTHING)
            for each in figures
        ],
        True,
    )
    yield _("Got the kind of group and the way to meet they wanted"), [_wishes(side) for side in plans], True
    yield _("Residents who travel to another site"), [(side.travel, number(side.travel)) for side in plans], False
    yield _("Groups"), [(each.groups, number(each.groups)) for each in figures], None
    if any(side.from_published for side in plans):
        yield from _changes([side.from_published for side in plans])


def _changes(changes: list[Differences | None]) -> Iterator[_Row]:
    """How far each plan is from what is published."""

    def row(label: str, count: Callable[[Differences], int]) -> _Row:
        return label, [(count(each), number(count(each))) if each else (None, NOTHING) for each in changes], False

    yield row(_("Residents whose group differs from the published one"), lambda each: each.residents)
    yield row(_("Facilitators whose groups differ from the published ones"), lambda each: each.facilitators)
    yield row(_("Sessions on other dates than published, in groups that stay"), lambda each: each.sessions)
    yield row(_("Groups that are new or dropped"), lambda each: each.groups)


def _wishes(side: Side) -> tuple[float | None, str]:
    if side.wishes is None or not side.wishes[1]:
        return None, _("not known")
    return side.wishes[0] / side.wishes[1], _percent(side.wishes[0] / side.wishes[1])


def _percent(share: float) -> str:
    return _("%(share)s %%", share=number(round(100 * share)))


def differences(side: Side) -> str:
    """What differs from the plan that was chosen first."""
    if side.from_first is None:
        return ""
    first = side.from_first
    residents = ngettext("%(num)s resident", "%(num)s residents", first.residents)
    leads = ngettext("%(num)s facilitator", "%(num)s facilitators", first.facilitators)
    dates = ngettext("%(num)s session is on another date", "%(num)s sessions are on other dates", first.sessions)
    return _("%(residents)s and %(leads)s have other groups. %(dates)s.", residents=residents, leads=leads, dates=dates)


def differing_sentence(found: Comparison) -> str:
    """How many have other groups somewhere than in the first plan."""
    residents = ngettext("%(num)s resident", "%(num)s residents", found.residents)
    leads = ngettext("%(num)s facilitator", "%(num)s facilitators", found.facilitators)
    return _("%(residents)s and %(leads)s have other groups in one of these plans.", residents=residents, leads=leads)


def places(line: Line) -> tuple[Place, ...]:
    """Where somebody is in each plan."""
    pairs = zip(line.seats, line.as_first, strict=True)
    return tuple(Place(seats, bool(at) and is_same) for at, (seats, is_same) in enumerate(pairs))
