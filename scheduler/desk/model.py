"""The desk as frozen values: numbers, groups and dates, and never what anybody said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from scheduler.sessions.model import Needed
from scheduler.troubles.causes import Told


class NoticeWish(StrEnum):
    """How often a coordinator is e-mailed about what needs her."""

    ONCE = "once"
    """Some minutes after something new needs her."""
    DAILY = "daily"
    """Once a day, if anything new does."""
    NEVER = "never"


class ReminderKind(StrEnum):
    """What people are reminded of at the coordinator's desk."""

    CHARTER = "charter"
    CONDUCT = "conduct"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for the coordinator herself: open troubles, people who ask to change their answers, rotas and lists
    that were read and wait for her, groups that would like another date where she settles dates, groups that long
    leave makes too small."""

    troubles: int = 0
    requests: int = 0
    rotas: int = 0
    lists: int = 0
    dates: int = 0
    reduced: int = 0

    @property
    def total(self) -> int:
        """How many things there are."""
        return self.troubles + self.requests + self.rotas + self.lists + self.dates + self.reduced


@dataclass(frozen=True, slots=True)
class Tally:
    """A published session with numbers of its people: residents invited (``seats``), how many of them are counted on,
    how many are away on long leave, facilitators counted on, how many residents came of those of whom it was noted, and
    how many are needed. Of those noted as not there so many ``wrote`` instead: they are not missing. Of one
    that is met ``in_writing`` nobody notes who came."""

    session_id: int
    group_key: str
    group_name: str
    round: int
    extra: int
    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    seats: int
    coming: int
    away: int
    leading: int
    came: int
    noted: int
    needed: Needed
    wrote: int = 0
    in_writing: bool = False

    @property
    def expected(self) -> int:
        """How many residents could come if nobody were kept away."""
        return self.seats - self.away

    @property
    def holds(self) -> bool:
        """Whether it will be held as things stand; of one that is over, whether it could be."""
        return not self.cancelled and self.needed.are_met_by(self.coming, self.leading)

    @property
    def is_at_risk(self) -> bool:
        """Whether it will be held, and one apology more would break it. A group that always needs everybody is not at
        risk for that alone."""
        return self.holds and self.needed.residents == self.coming < self.expected

    @property
    def met(self) -> bool:
        """Of one that is over: whether residents came, as somebody noted."""
        return not self.cancelled and self.came > 0

    @property
    def may_have_met(self) -> bool:
        """The same or, where nobody has noted who came, whether enough could."""
        return self.met or (not self.noted and self.holds)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Of the sessions that are still to come, how many will meet as things stand. ``wanted`` has those rounds too in
    which a group has no date."""

    will_meet: int
    wanted: int
    without_date: int
    groups: int
    residents: int


@dataclass(frozen=True, slots=True)
class Reduced:
    """A group that long leave makes smaller than its kind of group may be, or than a quorum of its members, for weeks:
    so many ``away`` of its ``members`` at so many ``sessions``, the last of them on a day. Its sessions are held as
    long as those who are there come, so it is no trouble, but its coordinator may want to merge it or fill it up."""

    key: str
    name: str
    away: int
    members: int
    sessions: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """A week that lies ahead: its sessions, how many residents they have and how many of them can come, which are at
    risk, and the days on which nobody meets, with why."""

    first_day: date
    sessions: int
    expected: int
    coming: int
    at_risk: tuple[Tally, ...]
    closed: tuple[tuple[date, str], ...]

    @property
    def share(self) -> float:
        """The share of residents who can come."""
        return self.coming / self.expected if self.expected else 0.0


@dataclass(frozen=True, slots=True)
class Idle:
    """A group that has not met for so many weeks, or has not met ``yet``."""

    key: str
    name: str
    weeks: int
    yet: bool


@dataclass(frozen=True, slots=True)
class SoFar:
    """What has become of the sessions whose time is over. Of those of which it was ``noted`` who came, so many have
    ``met``; of those ``not_noted`` nobody knows, ``cancelled`` ones fell out. ``came`` of ``invited`` residents came
    to those noted; both are 0 where so few were noted that single people would show. ``idle`` are some of the
    ``idle_groups``, the longest first. Where it is ``withheld`` from the reader whether some people came, they are in
    none of this."""

    planned: int
    met: int
    not_noted: int
    cancelled: int
    noted: int
    came: int
    invited: int
    idle_groups: int
    idle: tuple[Idle, ...]
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """People whose word is waited for, and how many of them a reminder would reach now: nobody is written to twice
    within a while."""

    people: int
    due: int


@dataclass(frozen=True, slots=True)
class EndingRota:
    """A rota that ends soon or has ended, while so many people have nothing after it; or one that was imported long
    ago (``is_stale``)."""

    id: int
    name: str
    site: str
    last_day: date
    imported_at: datetime
    people: int
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What others still owe: numbers, and the rotas. Who was ``not_invited`` counts where only people who say yes are
    planned; ``no_signposts`` says that nobody has entered where people find help. ``to_verify`` trainings wait for the
    coordinator. In ``led_alone`` groups the only facilitator would like a second one. ``clashes`` are pairs that may
    not share their group, now or from a day that is still to come."""

    charter_groups: int
    charter: Asked
    answers: Asked
    not_invited: int
    unsigned: Asked
    training: Asked
    to_verify: int
    rotas: tuple[EndingRota, ...]
    unreached: int
    unled_groups: int
    led_alone: int
    deputies_asked: int
    no_signposts: bool = False
    clashes: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether nobody is waited for."""
        people = (self.charter_groups, self.answers.people, self.not_invited, self.unsigned.people)
        others = (
            self.training.people,
            self.to_verify,
            len(self.rotas),
            self.unreached,
            self.unled_groups,
            self.led_alone,
            self.deputies_asked,
            self.no_signposts,
            self.clashes,
        )
        return not any((*people, *others))


@dataclass(frozen=True, slots=True)
class Cause:
    """The change behind most of what is in trouble, and how much of it."""

    told: Told
    troubles: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the first page of a programme that is published."""

    ahead: Ahead
    reduced: tuple[Reduced, ...]
    cause: Cause | None
    weeks: tuple[Week, ...]
    next_start: datetime | None
    waiting: Waiting
    so_far: SoFar
    week: int
    weeks_in_all: int
