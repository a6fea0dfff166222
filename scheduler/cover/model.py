"""The cover list as frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

USUAL_WEEKS: Final = 4
MOST_DAYS: Final = 366
NOBODY: Final = 0
"""In place of a rota manager's number: rotas that nobody is entered for."""


class Order(StrEnum):
    """How the list is put together: week by week, or for each site or rota manager."""

    WEEK = "week"
    SITE = "site"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list: days, both included, by the programme's clock; one site, one rota manager
    (:data:`NOBODY`: rotas without one), or all of them."""

    first_day: date
    last_day: date
    site_id: int | None = None
    manager_id: int | None = None
    order: Order = Order.WEEK

    def only(self, manager_id: int) -> Wanted:
        """The same days for one rota manager."""
        return Wanted(self.first_day, self.last_day, None, manager_id)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody to be released: from when until when, ways included, from which duty of which rota. ``zone`` is the
    site's, by whose clocks a line is read."""

    session_id: int
    person_id: int
    name: str
    site_id: int
    site: str
    zone: str
    rota: str
    duty: str
    starts_at: datetime
    ends_at: datetime
    manager_id: int | None
    manager: str

    @property
    def key(self) -> tuple[int, int, int, str]:
        """What stays the same when times or duties change."""
        return self.session_id, self.person_id, self.site_id, self.rota

    @property
    def starts(self) -> datetime:
        """The start by the site's clocks."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def ends(self) -> datetime:
        """The end by the site's clocks."""
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def monday(self) -> date:
        """The week it lies in."""
        return self.starts.date() - timedelta(days=self.starts.weekday())

    @property
    def told(self) -> tuple[datetime, datetime, str]:
        """What a rota manager has to know anew if it changes."""
        return self.starts_at, self.ends_at, self.duty


@dataclass(frozen=True, slots=True)
class Difference:
    """What is other than a rota manager was last told: lines that are new, that have other times or duties, and that
    are no longer needed, as they were told."""

    new: tuple[Line, ...]
    changed: tuple[Line, ...]
    over: tuple[Line, ...]

    @property
    def nothing(self) -> bool:
        """Whether they know it all."""
        return not (self.new or self.changed or self.over)


def difference(told: Mapping[tuple[int, int, int, str], Line], now: Iterable[Line]) -> Difference:
    """Compare what somebody was told with what is needed now."""
    needed = {line.key: line for line in now}
    return Difference(
        tuple(line for key, line in needed.items() if key not in told),
        tuple(line for key, line in needed.items() if key in told and told[key].told != line.told),
        tuple(line for key, line in told.items() if key not in needed),
    )
