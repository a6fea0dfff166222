"""Every fault of a programme as somebody wants it, all at once, each at the field that a form or a file shows it at.

A field is named by its section, its number from 0 or its key, and its own name, joined by hyphens: ``zone``,
``rounds-2-last_day``, ``windows-0-closes_at``, ``models-peer-size_max``, ``days_off-1-name``, ``grades-3-name``,
``sites-north-zone``, ``sites-north-rooms-library-capacity``, ``weights-held``, ``interval_days``. What concerns a
section as a whole has the section's name alone: ``rounds``, ``windows``, ``models``, ``sites``, ``grades``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import time, timedelta
from itertools import pairwise
from typing import Final

from scheduler.errors import Fault, Rejected
from scheduler.languages import say, short_day
from scheduler.people.model import MOST_STAGE, RelationKind
from scheduler.people.relations import CHOICES
from scheduler.programmes.closed_days import countries, regions_of
from scheduler.programmes.field_faults import LONGEST_KEY, between, name_faults, named_once, zone_faults
from scheduler.programmes.model import Differing, Programme, Round, Slot, Window
from scheduler.programmes.model_faults import model_faults
from scheduler.programmes.site_faults import site_faults
from solvers.rules import POINT_RULE

MOST_ROUNDS: Final = 52
MOST_ROUND_DAYS: Final = 182
MINUTES: Final = (15, 240)
STEPS: Final = (5, 240)
MOST_GAP_DAYS: Final = 182
MOST_BUFFER_MINUTES: Final = 120
LONGEST_GOAL: Final = 300
MOST_SLOTS: Final = 5000
MOST_WEIGHT: Final = 1000
CONDUCT: Final[Mapping[str, tuple[int, int]]] = {
    "freeze_days": (0, 90),
    "interval_days": (1, 182),
    "hours_a_month": (1, 100),
    "hours_a_year": (1, 1000),
    "publish_ahead_days": (0, 182),
    "fairness_points": (1, 100),
    "swap_days": (0, 90),
    "early_days": (0, 182),
    "preferences_days": (0, 730),
    "attendance_days": (0, 3650),
}
"""The least and the most of each number of how a programme treats what is published."""


def must_work(programme: Programme) -> None:
    """Raise ``Rejected`` with everything for which a programme could not be planned."""
    if faults := tuple(faults_of(programme)):
        raise Rejected(say("The programme was not saved."), faults)


def faults_of(programme: Programme) -> Iterator[Fault]:
    """Everything that is wrong with it by itself, whatever people and plans there are."""
    own = [*_names(programme), *_numbers(programme), *_rounds(programme.rounds), *_windows(programme)]
    yield from own
    yield from model_faults(programme.models)
    yield from site_faults(programme.sites)
    yield from _closed(programme)
    yield from _grades(programme)
    yield from _weights(programme.weights)
    yield from _relation_policies(programme.relation_policies)
    if not own:  # dates can be made of nothing else
        yield from _dates(programme)


def _names(programme: Programme) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", programme.slug):
        yield Fault("slug", say("The short name can have lower-case letters, digits and hyphens only."))
    if len(programme.slug) > LONGEST_KEY:
        yield Fault("slug", say("The name is too long: use up to %(most)s characters.", most=LONGEST_KEY))
    yield from name_faults("name", programme.name)
    if len(programme.change_goal) > LONGEST_GOAL:
        yield Fault("change_goal", say("Please use no more than %(count)s characters.", count=LONGEST_GOAL))
    yield from zone_faults("zone", programme.zone)


def _numbers(programme: Programme) -> Iterator[Fault]:
    yield from between("session_minutes", programme.session_minutes, *MINUTES)
    yield from between("min_gap_days", programme.min_gap_days, 0, MOST_GAP_DAYS)
    yield from between("buffer_minutes", programme.buffer_minutes, 0, MOST_BUFFER_MINUTES)
    yield from between("first_within_days", programme.first_within_days, 1, MOST_ROUND_DAYS)
    for name, (least, most) in CONDUCT.items():
        yield from between(name, getattr(programme.conduct, name), least, most)
    if not 0 < programme.quorum <= 1:
        yield Fault("quorum", say("Enter a percentage from 1 to 100."))
    if not 0 <= programme.min_attendance <= 1:
        yield Fault("min_attendance", say("Enter a percentage from 0 to 100."))
    if programme.facilitators_differ is Differing.SITE and len(programme.sites) < 2:
        yield Fault(
            "facilitators_differ",
            say("Facilitators can work at different sites only where there are two. Add a site, or leave this out."),
        )
    interval = programme.conduct.interval_days
    if interval is not None and interval < programme.min_gap_days:
        yield Fault(
            "interval_days",
            say(
                "Sessions are meant to be %(interval)s days apart, but at least %(gap)s days have to lie between them. "
                "Make this number larger, or the smallest gap smaller.",
                interval=interval,
                gap=programme.min_gap_days,
            ),
        )


# --- rounds ----------------------------------------------------------------------------------------------------


def _rounds(rounds: Sequence[Round]) -> Iterator[Fault]:
    if not rounds:
        yield Fault("rounds", say("Add at least one round: its first and its last day."))
    if len(rounds) > MOST_ROUNDS:
        yield Fault("rounds", say("A programme can have up to %(most)s rounds.", most=MOST_ROUNDS))
    for index, each in enumerate(rounds):
        yield from _round(index, each)
    for index, (earlier, later) in enumerate(pairwise(rounds), start=1):
        yield from _order(index, earlier, later)
    if [each.index for each in rounds] != list(range(len(rounds))):
        yield Fault("rounds", say("The rounds have to be numbered in their order."))


def _round(index: int, each: Round) -> Iterator[Fault]:
    where = f"rounds-{index}-last_day"
    if each.last_day < each.first_day:
        yield Fault(where, say("The last day is before the first. Enter the first day or a later one."))
    elif (each.last_day - each.first_day).days >= MOST_ROUND_DAYS:
        yield Fault(where, say("A round can have up to %(most)s days. Enter an earlier day.", most=MOST_ROUND_DAYS))


def _order(index: int, earlier: Round, later: Round) -> Iterator[Fault]:
    where = f"rounds-{index}-first_day"
    if later.first_day < earlier.first_day:
        yield Fault(where, say("Round %(number)s begins before the one above it. Put them in order.", number=index + 1))
    elif later.first_day <= earlier.last_day:
        yield Fault(
            where,
            say(
                "Round %(number)s begins before the one above it has ended, on %(day)s. Enter a later day.",
                number=index + 1,
                day=short_day(earlier.last_day),
            ),
        )


# --- windows ---------------------------------------------------------------------------------------------------


def _windows(programme: Programme) -> Iterator[Fault]:
    if not programme.windows:
        yield Fault("windows", say("Add at least one time of the week at which sessions can be held."))
    for index, window in enumerate(programme.windows):
        yield from _window(index, window, programme.session_minutes)
    yield from _overlapping(programme.windows)


def _window(index: int, window: Window, session_minutes: int) -> Iterator[Fault]:
    where = f"windows-{index}"
    if window.weekday not in range(7):
        yield Fault(f"{where}-weekday", say("Choose a day of the week."))
    yield from between(f"{where}-step_minutes", window.step_minutes, *STEPS)
    open_for = _minutes_of(window.closes_at) - _minutes_of(window.opens_at)
    if window.closes_at == time(0) and window.opens_at != time(0):
        yield Fault(f"{where}-closes_at", say("A time has to end on the same day. Enter 23:59 at the latest."))
    elif open_for < 0:
        yield Fault(
            f"{where}-closes_at",
            say("The end is before the start. For a time past midnight, add one for each of the two days."),
        )
    elif open_for < session_minutes:
        yield Fault(
            f"{where}-closes_at",
            say(
                "A session of %(minutes)s minutes does not fit. Enter a later end, or shorten the sessions.",
                minutes=session_minutes,
            ),
        )


def _minutes_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _overlapping(windows: Sequence[Window]) -> Iterator[Fault]:
    for index, window in enumerate(windows):
        for other in windows[:index]:
            same_day = other.weekday == window.weekday
            if same_day and other.opens_at < window.closes_at and window.opens_at < other.closes_at:
                words = say(
                    "This overlaps with %(start)s to %(end)s on the same day. Make them one, or move one.",
                    start=f"{other.opens_at:%H:%M}",
                    end=f"{other.closes_at:%H:%M}",
                )
                yield Fault(f"windows-{index}-opens_at", words)
                break


# --- closed days, grades and weights ---------------------------------------------------------------------------


def _closed(programme: Programme) -> Iterator[Fault]:
    closed = programme.closed
    if closed.country and closed.country not in countries():
        yield Fault(
            "country",
            say(
                "We don’t know the public holidays of “%(country)s”. Choose from the list.", country=closed.country[:40]
            ),
        )
    elif closed.region and closed.region not in regions_of(closed.country):
        yield Fault(
            "region",
            say(
                "“%(region)s” is not a region of the country. Choose one of the list, or none.",
                region=closed.region[:40],
            ),
        )
    for index, off in enumerate(closed.days_off):
        yield from name_faults(f"days_off-{index}-name", off.name)
        if off.last_day < off.first_day:
            yield Fault(
                f"days_off-{index}-last_day",
                say("The last day is before the first. Enter the first day or a later one."),
            )


def _grades(programme: Programme) -> Iterator[Fault]:
    named = ((f"grades-{index}-name", grade.name) for index, grade in enumerate(programme.grades))
    yield from named_once(named, lambda name: say("There are two grades called “%(name)s”. Rename one.", name=name))
    for index, grade in enumerate(programme.grades):
        yield from between(f"grades-{index}-stage", grade.stage, 0, MOST_STAGE)
    stages = [grade.stage for grade in programme.grades]
    if len(set(stages)) < len(stages):
        yield Fault("grades", say("Give each grade a place of its own in the order."))


def _relation_policies(chosen: Mapping[str, object]) -> Iterator[Fault]:
    """A policy out of bounds: what is fixed can't be loosened."""
    for kind, policy in chosen.items():
        where = f"relation_policies-{kind}"
        if kind not in CHOICES:
            yield Fault(where, say("We don’t know this kind of relation."))
        elif policy not in CHOICES[RelationKind(kind)]:
            known = ", ".join(CHOICES[RelationKind(kind)])
            yield Fault(where, say("This relation can have only: %(known)s.", known=known))


def _weights(weights: Mapping[str, object]) -> Iterator[Fault]:
    for name, points in weights.items():
        where = f"weights-{name}"
        if name not in POINT_RULE:
            yield Fault(where, say("“%(name)s” is nothing that a plan earns points for. Leave it out.", name=name[:40]))
            continue
        usual = POINT_RULE[name].default
        if isinstance(usual, int):
            yield from _points(where, points, usual)
        elif not isinstance(points, Mapping) or set(points) != set(usual):
            yield Fault(where, say("Give points for each of these: %(marks)s.", marks=", ".join(sorted(usual))))
        else:
            for mark, of_mark in points.items():
                yield from _points(f"{where}-{mark}", of_mark, usual[mark])


def _points(where: str, points: object, usual: int) -> Iterator[Fault]:
    least, most = (0, MOST_WEIGHT) if usual > 0 else (-MOST_WEIGHT, 0)
    if not isinstance(points, int) or isinstance(points, bool):
        yield Fault(where, say("Enter a whole number."))
    else:
        yield from between(where, points, least, most)


# --- dates ------------------------------------------------------------------------------------------------------


def _dates(programme: Programme) -> Iterator[Fault]:
    """Faults that show only once the dates are made: a round in which no session can be held, dates too near."""
    if any(fault.where in ("country", "region") for fault in _closed(programme)):
        return
    slots = programme.slots()
    if len(slots) > MOST_SLOTS:
        yield Fault(
            "windows",
            say(
                "These times make %(count)s possible starts, more than %(most)s. Leave some out, or set them further "
                "apart.",
                count=len(slots),
                most=MOST_SLOTS,
            ),
        )
    by_round: dict[int, list[Slot]] = {each.index: [] for each in programme.rounds}
    for slot in slots:
        by_round[slot.round].append(slot)
    for each in programme.rounds:
        if not by_round[each.index]:
            yield Fault(f"rounds-{each.index}-last_day", _why_empty(programme, each))
    yield from _too_near(programme, by_round)


def _why_empty(programme: Programme, each: Round) -> str:
    shut = programme.closed.names(each.first_day, each.last_day)
    days = [each.first_day + timedelta(days=n) for n in range((each.last_day - each.first_day).days + 1)]
    weekdays = {window.weekday for window in programme.windows}
    if any(day in shut for day in days if day.weekday() in weekdays):
        return say(
            "No session can be held in round %(number)s: its days are closed. Make it longer, or keep a day open.",
            number=each.index + 1,
        )
    return say(
        "No session can be held in round %(number)s: none of your times falls into it. Make it longer, or add a time.",
        number=each.index + 1,
    )


def _too_near(programme: Programme, by_round: Mapping[int, Sequence[Slot]]) -> Iterator[Fault]:
    gap = timedelta(days=programme.min_gap_days)
    for earlier, later in pairwise(programme.rounds):
        first, last = by_round[earlier.index], by_round[later.index]
        if first and last and last[-1].starts_at - first[0].starts_at < gap:
            yield Fault(
                "min_gap_days",
                say(
                    "No group could meet in rounds %(one)s and %(other)s: there are never %(days)s days between their "
                    "dates. Make the rounds longer, or enter fewer days under “How the programme runs”.",
                    one=earlier.index + 1,
                    other=later.index + 1,
                    days=programme.min_gap_days,
                ),
            )
            return
