"""The calendar that slots make in one order of day and month and from one first year on, and how good it is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from scheduler.rotas.written_days import Partial, Slot, Unit

_DAY = timedelta(days=1)
_LONGEST, _LARGEST_GAP = 200, 400
"""Days: of one slot, and from the end of one to the next."""
_NEAR = 3
"""Days, over a weekend, within which one slot goes on from another."""
_LEAST_REGULAR, _REGULAR_SHARE = 4, 0.7
_LENGTHS_ALIKE = 3
"""Days by which blocks of one year differ in length."""
_WEEKDAYS_FROM_MONDAY, _DAYS_OF_A_WEEK = 5, 7
_LAST_LENGTH = 7

Days = tuple[date, date]
"""First and last day, both included."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of each slot, None for one that does not fit; ``shared`` are the positions of those whose last day is
    the next one's first, and was left to that.

    ``score`` is small for a good calendar: slots without days, weekdays that are wrong, uneven steps, days in all.
    ``doubt`` says if the year was assumed, ``is_undecided`` if day and month could be exchanged, and ``month_first``
    their order where it makes a difference.
    """

    days: tuple[Days | None, ...]
    score: tuple[int, int, int, int]
    shared: tuple[int, ...] = ()
    doubt: str = ""
    is_undecided: bool = False
    month_first: bool | None = None

    @property
    def odd_ends(self) -> tuple[int, ...]:
        """The first or last slot, if it is not as long as most and neither begins nor ends a month."""
        lengths = Counter(_length(each) for each in self.days if each)
        most = lengths.most_common(1)[0] if lengths else (0, 0)
        if most[1] < max(_LEAST_REGULAR, _REGULAR_SHARE * lengths.total()):
            return ()
        return tuple(
            end
            for end in _ends(self.days)
            if abs(_length(self.days[end]) - most[0]) > 1 and not _is_natural_end(self.days[end])
        )

    @property
    def span(self) -> Days | None:
        """Its first and last day."""
        known = [days for days in self.days if days is not None]
        return (known[0][0], known[-1][1]) if known else None


def calendar_from(slots: Sequence[Slot], first_year: int, *, month_first: bool) -> Calendar:
    """The calendar whose first slot begins in that year. Later ones follow at the next possible day."""
    begun = _walked(slots, first_year, month_first)
    ended = _ended(slots, begun)
    fitting = _without_misfits(ended)
    trimmed, shared = _without_shared_days(fitting)
    return Calendar(trimmed, _score(slots, trimmed), shared)


def own_year(slot: Slot, *, month_first: bool) -> int | None:
    """The year in which the slot begins, if it says one: that of its end holds for both, unless a year ends between."""
    if slot.first is not None and slot.first.year is not None:
        return slot.first.year
    if slot.last is None or slot.last.year is None:
        return None
    first, last = _turned(slot.first, month_first), _turned(slot.last, month_first)
    goes_over = first is not None and first.month and last is not None and last.month and first.month > last.month
    return slot.last.year - (1 if goes_over else 0)


def is_of_working_weeks(slots: Sequence[Slot], days: Sequence[Days | None]) -> bool:
    """Whether most slots are written as five days, and these begin on a Monday."""
    lengths = [(end[1] - end[0]).days + 1 for end in days if end]
    weeks = [end for end in days if end and (end[1] - end[0]).days + 1 == _WEEKDAYS_FROM_MONDAY]
    enough = len(weeks) >= _LEAST_REGULAR and len(weeks) >= _REGULAR_SHARE * len(lengths)
    written = sum(slot.last is not None for slot in slots) >= len(weeks)
    return enough and written and all(first.weekday() == 0 for first, _ in weeks)


def is_of_whole_weeks(days: Sequence[Days | None]) -> bool:
    """Whether most slots are whole weeks, and these begin on a Monday."""
    known = [end for end in days if end]
    weeks = [end for end in known if _length(end) % _DAYS_OF_A_WEEK == 0]
    enough = len(weeks) >= _LEAST_REGULAR and len(weeks) >= _REGULAR_SHARE * len(known)
    return enough and all(first.weekday() == 0 for first, _ in weeks)


def _walked(slots: Sequence[Slot], first_year: int, month_first: bool) -> list[Days | None]:
    """The days of the slots, each in the year that lets it follow the one before. Of two that cannot both be right, the
    one is left out that is not as long as most, or that has jumped ahead."""
    found: list[Days | None] = []
    kept: list[Days] = []
    usual = _usual_length(slots, first_year, month_first)
    for slot in slots:
        days = _following(slot, first_year, kept[-1] if kept else None, month_first)
        if days is not None and kept and days[0] < kept[-1][1]:
            if _is_first_at_fault(kept, days, usual):
                found[found.index(kept.pop())] = None
            elif days[0] <= kept[-1][0] or _length(kept[-1]) == usual != _length(days):
                days = None
        found.append(days)
        kept.extend(() if days is None else (days,))
    return found


def _is_first_at_fault(kept: Sequence[Days], days: Days, usual: int) -> bool:
    """Whether the last of those kept, rather than the one that overlaps it, is to be left out."""
    last_is_usual, is_usual = _length(kept[-1]) == usual, _length(days) == usual
    if len(kept) > 1 and kept[-2][1] >= days[0]:
        return False
    return is_usual and (not last_is_usual or (days[0] <= kept[-1][0] and len(kept) > 1))


def _usual_length(slots: Sequence[Slot], year: int, month_first: bool) -> int:
    """The commonest number of days of a slot."""
    days = (days_in_year(slot, year, month_first=month_first) for slot in slots)
    lengths = Counter(_length(each) for each in days if each)
    return lengths.most_common(1)[0][0] if lengths else 1


def _following(slot: Slot, first_year: int, before: Days | None, month_first: bool) -> Days | None:
    own = own_year(slot, month_first=month_first)
    if before is None:
        return days_in_year(slot, first_year, month_first=month_first) if own in (None, first_year) else None
    expected = before[1] + _DAY
    years = (own,) if own is not None else (expected.year - 1, expected.year, expected.year + 1)
    possible = [days for year in years if (days := days_in_year(slot, year, month_first=month_first)) is not None]
    nearest = min(possible, key=lambda days: abs((days[0] - expected).days), default=None)
    if nearest is None or not -_LONGEST <= (nearest[0] - expected).days <= _LARGEST_GAP:
        return None
    return None if own is not None and _would_go_on(slot, own - 1, expected, month_first) else nearest


def _would_go_on(slot: Slot, year: int, expected: date, month_first: bool) -> bool:
    """Whether the slot would begin just where it is expected in another year than it says, which then is a slip."""
    bare = replace(slot, first=without_year(slot.first), last=without_year(slot.last))
    days = days_in_year(bare, year, month_first=month_first)
    return days is not None and abs((days[0] - expected).days) <= _NEAR


def without_year(part: Partial | None) -> Partial | None:
    """The part as it could be in any year."""
    return part and replace(part, year=None)


def days_in_year(slot: Slot, year: int, *, month_first: bool) -> Days | None:
    """First and last day if the slot begins in that year; a beginning alone is its own end."""
    if slot.unit is Unit.WEEK:
        return _week(year, slot.number or 0)
    first, last = _turned(slot.first, month_first), _turned(slot.last, month_first)
    month = _first_month(first, last)
    if first is None or month is None or (begin := _date(year, month, first.day)) is None:
        return None
    if last is not None:
        return _until(begin, last)
    if slot.unit is Unit.MONTH:
        return begin, date(*_next_month(begin.year, begin.month), 1) - _DAY
    length = slot.length or 1
    return (begin, begin + (length - 1) * _DAY) if length > 0 else (begin + (length + 1) * _DAY, begin)


def _first_month(first: Partial | None, last: Partial | None) -> int | None:
    """The month of the first day; where only the end has one, the same, or the one before for a larger day."""
    if first is None or first.month is not None or last is None or last.month is None:
        return first.month if first is not None else None
    return last.month if first.day <= last.day else (last.month - 2) % 12 + 1


def _until(begin: date, last: Partial) -> Days | None:
    """From a day to the next one that the end can mean."""
    year, month = begin.year, last.month
    if month is None:
        year, month = (year, begin.month) if last.day >= begin.day else _next_month(year, begin.month)
    elif (month, last.day) < (begin.month, begin.day):
        year += 1
    end = _date(year, month, last.day)
    if end is None or (last.year is not None and last.year != end.year):
        return None
    return (begin, end) if (end - begin).days < _LONGEST else None


def _week(year: int, number: int) -> Days | None:
    try:
        monday = date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
    return monday, monday + 6 * _DAY


def _ended(slots: Sequence[Slot], days: Sequence[Days | None]) -> list[Days | None]:
    """The same with an end for slots that go on until the next; the last is as long as most."""
    ended = list(days)
    lengths: Counter[int] = Counter()
    for position, slot in enumerate(slots):
        begun, after = ended[position], ended[position + 1] if position + 1 < len(ended) else None
        if begun is None or slot.unit is not Unit.UNTIL_NEXT:
            continue
        length = (after[0] - begun[0]).days if after else lengths.most_common(1)[0][0] if lengths else _LAST_LENGTH
        lengths[length] += 1
        ended[position] = (begun[0], begun[0] + (length - 1) * _DAY)
    return ended


def _without_misfits(days: Sequence[Days | None]) -> list[Days | None]:
    """The same without slots that overlap the next or leave a hole, in a calendar that is regular otherwise, and
    without a first or last one that is far longer than most."""
    kept = list(days)
    pairs = _neighbours(days)
    gaps = Counter(_gap(days[one], days[next_]) for one, next_ in pairs)
    lengths = Counter(_length(each) for each in days if each)
    usual, often = gaps.most_common(1)[0] if gaps else (0, 0)
    is_regular = len(pairs) >= _LEAST_REGULAR and often >= _REGULAR_SHARE * len(pairs)
    for one, next_ in pairs:
        gap = _gap(days[one], days[next_])
        is_uneven = gap < usual if gap < 0 else next_ == one + 1 and gap != usual and (gap < usual or usual == 0)
        if gap < -1 or (is_regular and is_uneven):
            for misfit in _to_blame((one, next_), days, lengths, is_overlap=gap < 0):
                kept[misfit] = None
    for end in _ends(days) if is_regular else ():
        if _is_far_too_long(days[end], lengths):
            kept[end] = None
    return kept


def _ends(days: Sequence[Days | None]) -> tuple[int, ...]:
    known = [position for position, each in enumerate(days) if each]
    return (known[0], known[-1])


def _is_far_too_long(days: Days | None, lengths: Counter[int]) -> bool:
    usual, often = lengths.most_common(1)[0]
    is_long = 2 * _length(days) > (4 if _is_natural_end(days) else 3) * usual
    return is_long and often >= _REGULAR_SHARE * lengths.total()


def _is_natural_end(days: Days | None) -> bool:
    """Whether a slot begins or ends a month, as the first and last of a year do, however long they are."""
    return days is not None and (days[0].day == 1 or (days[1] + _DAY).day == 1)


def _to_blame(
    pair: tuple[int, int], days: Sequence[Days | None], lengths: Counter[int], *, is_overlap: bool
) -> list[int]:
    """Which of two neighbours does not fit: the odd one; of two that overlap both, where neither is as most are."""
    odd = [each for each in pair if _is_odd(_length(days[each]), lengths)]
    if not is_overlap or len(odd) == 1:
        return odd
    usual = lengths.most_common(1)[0][0]
    unusual = [each for each in pair if _length(days[each]) != usual]
    return unusual if len(unusual) == 1 else list(pair)


def _is_odd(length: int, lengths: Counter[int]) -> bool:
    usual = lengths.most_common(1)[0][0]
    return lengths[length] == 1 and length != usual and (usual <= 7 or abs(length - usual) > _LENGTHS_ALIKE)


def _without_shared_days(days: Sequence[Days | None]) -> tuple[tuple[Days | None, ...], tuple[int, ...]]:
    """A day that ends one slot and begins the next belongs to the next."""
    trimmed = list(days)
    shared = []
    for one, next_ in _neighbours(days):
        first, after = days[one], days[next_]
        if first is not None and after is not None and first[1] == after[0] and first[0] < first[1]:
            trimmed[one] = (first[0], first[1] - _DAY)
            shared.append(one)
    return tuple(trimmed), tuple(shared)


def _neighbours(days: Sequence[Days | None]) -> list[tuple[int, int]]:
    return list(pairwise(position for position, each in enumerate(days) if each))


def _gap(one: Days | None, next_: Days | None) -> int:
    """Days between two slots; below zero where they overlap."""
    assert one is not None
    assert next_ is not None
    return (next_[0] - one[1]).days - 1


def _length(days: Days | None) -> int:
    assert days is not None
    return (days[1] - days[0]).days + 1


def _score(slots: Sequence[Slot], days: Sequence[Days | None]) -> tuple[int, int, int, int]:
    known = [each for each in days if each]
    astray = sum(_is_astray(slot, each) for slot, each in zip(slots, days, strict=True) if each)
    gaps = Counter(_gap(days[one], days[next_]) for one, next_ in _neighbours(days))
    uneven = gaps.total() - max(gaps.values(), default=0)
    spread = (known[-1][1] - known[0][0]).days if known else 0
    return (len(days) - len(known), astray, uneven, spread)


def _is_astray(slot: Slot, days: Days) -> bool:
    """Whether a weekday that is written is another one."""
    ends = ((slot.first, days[0]), (slot.last, days[1]))
    return any(part is not None and part.weekday not in (None, day.weekday()) for part, day in ends)


def _turned(part: Partial | None, month_first: bool) -> Partial | None:
    return part.swapped() if part is not None and month_first else part


def _next_month(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_of(part: Partial) -> tuple[date, ...]:
    """The day that a whole date is, in the order in which it is written, or else in the other."""
    found = (_date(each.year or 0, each.month or 0, each.day) for each in (part, part.swapped()))
    return tuple(day for day in found if day is not None)


def in_our_era(part: Partial | None, latest: int) -> Partial | None:
    """The part, its year of two figures taken as one of the Buddhist era if it lies beyond the latest possible: 69 is
    2569, which is 2026."""
    if part is None or part.year is None or part.year <= latest:
        return part
    return replace(part, year=part.year - 43)
