"""When the people of a programme can come: the heat map, and who is hard to reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import render_template, request

from scheduler.availability.service import HeatCell, heat_map, rounds_reachable
from scheduler.equity.counted_times import is_one_choice, may_be_counted
from scheduler.errors import NotFound
from scheduler.plans.participant_filter import Participant, ParticipantFilter, filter_options, find_participants
from scheduler.programmes.service import get_programme
from scheduler.text_input import folded
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form
from web.language import WEEKDAYS, lazy_gettext
from web.language import gettext as _
from web.request_context import actor, database

MOST_SHOWN = 200
MOST_ALIKE = 12
STEPS = 4
KINDS = {"": lazy_gettext("Everyone"), "resident": lazy_gettext("Residents"), "faculty": lazy_gettext("Faculty")}


@dataclass(frozen=True, slots=True)
class Heat:
    """Starts by weekday and time (rows) and week (columns); a start that a week does not have is None."""

    weeks: tuple[date, ...]
    rows: tuple[tuple[tuple[int, str], tuple[HeatCell | None, ...]], ...]

    @property
    def asked(self) -> int:
        """How many people are counted."""
        return max((cell.asked for _row, cells in self.rows for cell in cells if cell), default=0)


@dataclass(frozen=True, slots=True)
class Reach:
    """In how many rounds somebody can come to anything."""

    name: str
    kind: str
    rounds: int


@blueprint.get("/<int:programme_id>/availability")
@open_to(Audience.COORDINATOR)
def availability(programme_id: int) -> str:
    """How many of the chosen people can come, by start and week, and each one's reachable rounds."""
    choice, typed = _choice(), ""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        offered = filter_options(db, actor(), programme_id)
        alike = groups_called(offered.groups, choice.group) if choice.group else ()
        if choice.group:
            typed = alike[0][1] if len(alike) == 1 else choice.group
            choice = replace(choice, group=alike[0][0] if len(alike) == 1 else choice.group)
        if choice.group:
            choice = replace(choice, kind="")  # a group is counted whole
        everyone = find_participants(db, actor(), programme_id, ParticipantFilter())
        people = find_participants(db, actor(), programme_id, choice)
        is_counted = is_one_choice(choice) and may_be_counted(everyone, choice)
        cells = heat_map(db, actor(), programme_id, [each.person_id for each in people]) if is_counted else ()
        rounds = rounds_reachable(db, actor(), programme_id)
    reached = reaches(people, rounds)
    return render_template(
        "coordinator/availability.html",
        programme=programme,
        heat=heat_of(cells),
        is_counted=is_counted,
        is_one_choice=is_one_choice(choice),
        step_of=step_of,
        reached=reached[:MOST_SHOWN],
        short=sum(reach.rounds < len(programme.rounds) for reach in reached),
        more=max(0, len(reached) - MOST_SHOWN),
        weekdays=WEEKDAYS,
        choice=choice,
        kinds=KINDS,
        offered=offered,
        typed=typed,
        alike=alike[:MOST_ALIKE] if len(alike) > 1 else (),
    )


def _choice() -> ParticipantFilter:
    form = Form(request.args)
    kind, stage = form.choice("who", {key: key for key in KINDS}, default=""), form.find_number("stage", 0, 999)
    if form.faults:
        raise NotFound(_("We can’t find that list."))
    return ParticipantFilter(kind, form.text("site"), stage, form.text("group"))


def groups_called(groups: Iterable[tuple[str, str]], typed: str) -> tuple[tuple[str, str], ...]:
    """The groups that are meant, by key and name: the one of that key or name, else all with these words in theirs."""
    known, words = tuple(groups), folded(typed).split()
    exact = [each for each in known if typed == each[0] or folded(typed) == folded(each[1])]
    return tuple(exact[:1]) or tuple(each for each in known if all(word in folded(each[1]) for word in words))


def heat_of(cells: Iterable[HeatCell]) -> Heat:
    """The cells as a grid."""
    by_place = {(cell.weekday, cell.wall_clock, cell.week): cell for cell in cells}
    weeks = tuple(sorted({week for _weekday, _clock, week in by_place}))
    starts = sorted({(weekday, clock) for weekday, clock, _week in by_place})
    return Heat(weeks, tuple((start, tuple(by_place.get((*start, week)) for week in weeks)) for start in starts))


def step_of(cell: HeatCell) -> int:
    """How deep the colour of a cell is, from 0 for nobody to 4 for more than three quarters."""
    coming = cell.can + cell.if_need_be
    return -(-STEPS * coming // cell.asked) if cell.asked else 0


def reaches(people: Iterable[Participant], rounds: Mapping[int, int]) -> list[Reach]:
    """Everybody's reachable rounds, the hardest to reach first; 0 for people of whom nothing is worked out."""
    reached = (Reach(each.name, each.kind, rounds.get(each.person_id, 0)) for each in people)
    return sorted(reached, key=lambda reach: (reach.rounds, reach.name))
