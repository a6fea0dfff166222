"""A week of somebody's availability, cell by cell, and what a form says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from scheduler.availability.entries import StoredOwnMark
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.availability.service import Answer
from scheduler.availability.wording import sentence
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, NOT_KNOWN, Mark
from web.attendance_strip import CLASSES
from web.forms import Form
from web.forms.versions import ChangedMeanwhile
from web.language import gettext as _
from web.language import lazy_gettext, weekday_and_day

AS_THE_ROTA_SAYS = "rota"
WORDS: Mapping[str, str] = {
    CAN: lazy_gettext("can"),
    IF_NEED_BE: lazy_gettext("if need be"),
    CANNOT: lazy_gettext("can’t"),
    NOT_KNOWN: lazy_gettext("not known"),
}
SAYABLE: Mapping[str, Mark] = {CAN: CAN, IF_NEED_BE: IF_NEED_BE, CANNOT: CANNOT, "unknown": NOT_KNOWN}
"""What a person may say of a cell, by its name in forms. It is said of this start alone, whatever else it overlaps."""

CHOICE_NAMES = frozenset((*SAYABLE, AS_THE_ROTA_SAYS))
SHOWN = "was-"
"""Before a cell's name: the field that holds what the form showed of it."""

_NAMES: Mapping[str, str] = {mark: name for name, mark in SAYABLE.items()}


@dataclass(frozen=True, slots=True)
class Cell:
    """One start that a session may have. ``choice`` is what the person said of it, or that the rota speaks.

    A cell that is not ``open`` cannot be corrected: it is over, or it lies in a night, in rest or in long leave.
    ``own_clock`` is the time on the person's own clock, with its day where that is another; empty where it is the same.
    """

    name: str
    starts_at: datetime
    day: date
    clock: str
    mark: str
    reason: str
    open: bool
    choice: str
    span: Interval
    said: tuple[int, ...]
    own_clock: str = ""

    @property
    def word(self) -> str:
        """The mark as a word."""
        return WORDS[self.mark]

    @property
    def css(self) -> str:
        """The mark as the style sheet calls it."""
        return CLASSES[self.mark] or "g"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week with its cells in order of time."""

    day: date
    cells: tuple[Cell, ...]

    @property
    def reasons(self) -> tuple[tuple[str, str, str], ...]:
        """(times, word, sentence) for each run of cells with one answer."""
        runs = groupby(self.cells, key=lambda cell: (cell.word, cell.reason))
        return tuple((", ".join(map(_times, run)), word, reason) for (word, reason), run in runs)

    @property
    def is_open(self) -> bool:
        """Whether anything of the day can be corrected."""
        return any(cell.open for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Week:
    """A week with its Monday, and the Mondays of the weeks beside it that have starts."""

    monday: date
    previous: date | None
    next: date | None
    days: tuple[Day, ...]

    @property
    def clocks(self) -> tuple[str, ...]:
        """The rows of the grid."""
        return tuple(sorted({cell.clock for day in self.days for cell in day.cells}))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells in order of time."""
        return tuple(cell for day in self.days for cell in day.cells)

    @property
    def is_open(self) -> bool:
        """Whether anything of the week can be corrected."""
        return any(day.is_open for day in self.days)

    def at(self, day: Day, clock: str) -> Cell | None:
        """The cell of a row and a column."""
        return next((cell for cell in day.cells if cell.clock == clock), None)


@dataclass(frozen=True, slots=True)
class Term:
    """All answers of a person in a programme, and what they said themselves."""

    answers: Sequence[Answer]
    said: Sequence[StoredOwnMark]
    session: timedelta
    zone: ZoneInfo
    now: datetime
    own_zone: ZoneInfo | None = None

    def mondays(self) -> tuple[date, ...]:
        """The weeks that have starts."""
        return tuple(sorted({_monday(answer.starts_at.astimezone(self.zone).date()) for answer in self.answers}))

    def current(self) -> date | None:
        """The week that is going on or comes next; the last one where all are over."""
        mondays = self.mondays()
        today = _monday(self.now.astimezone(self.zone).date())
        return next((monday for monday in mondays if monday >= today), mondays[-1] if mondays else None)

    def week(self, monday: date) -> Week | None:
        """One week; None where the programme has no start in it."""
        mondays = self.mondays()
        if monday not in mondays:
            return None
        at = mondays.index(monday)
        cells = tuple(cell for cell in self._cells() if _monday(cell.day) == monday)
        return Week(
            monday,
            mondays[at - 1] if at else None,
            mondays[at + 1] if at + 1 < len(mondays) else None,
            tuple(Day(day, tuple(found)) for day, found in groupby(cells, key=lambda cell: cell.day)),
        )

    def open_cells(self, first: date, last: date) -> tuple[Cell, ...]:
        """All starts from one day to another of which something can be said."""
        return tuple(cell for cell in self._cells() if cell.open and first <= cell.day <= last)

    def _cells(self) -> Iterator[Cell]:
        by_start: dict[datetime, list[StoredOwnMark]] = {}
        for said in self.said:
            if said.own.one_start:
                by_start.setdefault(said.own.span.start, []).append(said)
        for answer in self.answers:
            yield self._cell(answer, by_start.get(answer.starts_at, []))

    def _cell(self, answer: Answer, said: Sequence[StoredOwnMark]) -> Cell:
        wall = answer.starts_at.astimezone(self.zone)
        return Cell(
            name=f"at-{int(answer.starts_at.timestamp())}",
            starts_at=answer.starts_at,
            day=wall.date(),
            clock=f"{wall:%H:%M}",
            mark=answer.mark,
            reason=sentence(answer.reason, self.zone),
            open=answer.starts_at > self.now and not answer.reason.is_final,
            choice=_NAMES[said[-1].own.mark] if said else AS_THE_ROTA_SAYS,
            span=Interval(answer.starts_at, answer.starts_at + self.session),
            said=tuple(entry.id for entry in said),
            own_clock=_own_clock(wall, self.own_zone),
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What a form changes: own words to take back, and to take."""

    unsaid: tuple[int, ...]
    said: tuple[OwnMark, ...]


def changes_of(week: Week, form: Form) -> Changes:
    """What was chosen other than the form showed it. A cell that the reader left alone stays as it is by now.

    Raises :class:`Rejected` for choices that the form does not offer, :class:`ChangedMeanwhile` where a cell that the
    reader changed was changed elsewhere, too.
    """
    chosen = {cell.name: form.text(cell.name) for cell in week.cells if cell.open and cell.name in form}
    for name in [name for name, choice in chosen.items() if choice not in CHOICE_NAMES]:
        form.refuse(name, _("That is not one of the choices. Choose from the list."))
    form.check()
    changed = [cell for cell in week.cells if cell.name in chosen and chosen[cell.name] != _shown(cell, form)]
    if any(_shown(cell, form) != cell.choice != chosen[cell.name] for cell in changed):
        raise ChangedMeanwhile
    return changes_to({cell: chosen[cell.name] for cell in changed if chosen[cell.name] != cell.choice})


def changes_to(choices: Mapping[Cell, str]) -> Changes:
    """What has to be taken back and said, so that these cells have these choices."""
    said = (
        OwnMark(cell.span, mark, one_start=True)
        for name, mark in SAYABLE.items()
        for cell, choice in choices.items()
        if choice == name
    )
    return Changes(tuple(entry for cell in choices for entry in cell.said), tuple(said))


def choice_to_show(cell: Cell, form: Form) -> str:
    """What a form that comes back shows of a cell: what its reader changed, else what stands there by now."""
    chosen = form.text(cell.name)
    return chosen if chosen in CHOICE_NAMES and chosen != _shown(cell, form) else cell.choice


def _shown(cell: Cell, form: Form) -> str:
    """What the form showed when it was opened."""
    return form.text(SHOWN + cell.name) or cell.choice


def _times(cell: Cell) -> str:
    return _("%(time)s (%(own)s your time)", time=cell.clock, own=cell.own_clock) if cell.own_clock else cell.clock


def _own_clock(wall: datetime, zone: ZoneInfo | None) -> str:
    own = wall.astimezone(zone) if zone else wall
    if own.utcoffset() == wall.utcoffset():
        return ""
    return f"{own:%H:%M}" if own.date() == wall.date() else f"{weekday_and_day(own.date())}, {own:%H:%M}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
