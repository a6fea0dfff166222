"""What the panel beside the board shows: somebody or something that was chosen, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scheduler.db import Db
from scheduler.edits import service
from scheduler.edits.model import (
    DraftGroup,
    DraftMember,
    DraftSession,
    Pin,
    PinKind,
    Place,
    PossibleDate,
)
from scheduler.enrolment.people_register import PeopleFilter, PersonEntry, list_register
from scheduler.paging import Paging
from scheduler.people.model import Role
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.programmes.model import Room, Site
from scheduler.text_input import folded
from web.coordinator.edit_board import Board, in_order, is_named
from web.coordinator.edit_forms import LONGEST_KEY
from web.forms import Form
from web.request_context import actor, now

MOST_PLACES: Final = 8
MOST_DATES: Final = 8
MOST_FOUND: Final = 8
MOST_MERGES: Final = 5
MOST_FACULTY: Final = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom or what somebody has chosen on the board. ``inside`` is which of their groups is meant, ``find`` and
    ``lead`` are what is looked for in the panel, ``ticked`` and ``leading`` who is ticked there; from whom the
    person is to be parted (``part``), or with whom to be brought together (``join``)."""

    person: int | None = None
    inside: str = ""
    group: str = ""
    round: int | None = None
    is_new: bool = False
    find: str = ""
    lead: str = ""
    ticked: tuple[int, ...] = ()
    leading: tuple[int, ...] = ()
    part: int | None = None
    join: int | None = None

    @classmethod
    def read(cls, form: Form) -> Choice:
        """From an address or a form. What cannot be read is as if it were not there: faults are told of a change."""
        quiet = _Quiet(form)
        return cls(
            quiet.number("person"),
            form.text("in")[:LONGEST_KEY],
            form.text("group")[:LONGEST_KEY],
            quiet.number("round"),
            "new" in form or form.text("act") == "make",
            form.text("find")[:LONGEST_SEARCH],
            form.text("lead")[:LONGEST_SEARCH],
            tuple(quiet.numbers("resident")),
            tuple(quiet.numbers("facilitator")),
            quiet.number("part"),
            quiet.number("join"),
        )

    @property
    def query(self) -> dict[str, Any]:
        """The same as an address says it, without what is looked for."""
        said = {"person": self.person, "in": self.inside, "group": self.group, "round": self.round}
        said |= {"part": self.part, "join": self.join}
        found = {name: value for name, value in said.items() if value is not None and value != ""}
        return {**found, "new": 1} if self.is_new else found


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Numbers of a form, of which nothing is said where they are none."""

    form: Form

    def number(self, name: str) -> int | None:
        return next(self._read([self.form.text(name)]), None)

    def numbers(self, name: str) -> Iterator[int]:
        return self._read(self.form.texts(name))

    @staticmethod
    def _read(texts: Iterable[str]) -> Iterator[int]:
        return (int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 10)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who are to be kept apart, or together (``is_apart`` False), with the places to which one of them could
    go so that it is so, the best first."""

    other: DraftMember
    other_group: DraftGroup | None
    is_apart: bool
    ways: Sequence[tuple[DraftMember, DraftGroup | None, Place]]


@dataclass(frozen=True, slots=True)
class PersonPanel:
    """A resident, where they are, and where else they could be."""

    member: DraftMember
    group: DraftGroup | None
    places: Sequence[Place]
    groups: Sequence[DraftGroup]
    people: Sequence[tuple[DraftMember, DraftGroup | None]]
    pins: Sequence[Pin]
    pair: Pair | None = None
    template: str = "coordinator/edit_person.html"


@dataclass(frozen=True, slots=True)
class GroupPanel:
    """A group, its sessions by round, who could facilitate it and what it could merge with."""

    group: DraftGroup
    rounds: Sequence[tuple[int, DraftSession | None]]
    merges: Sequence[DraftGroup]
    faculty: Sequence[PersonEntry]
    template: str = "coordinator/edit_group.html"


@dataclass(frozen=True, slots=True)
class SessionPanel:
    """A group in a round, with the dates and rooms that it could have."""

    group: DraftGroup
    round: int
    session: DraftSession | None
    dates: Sequence[PossibleDate]
    rooms: Sequence[Room]
    template: str = "coordinator/edit_session.html"


@dataclass(frozen=True, slots=True)
class NewPanel:
    """A group to be made: of whom."""

    people: Sequence[tuple[DraftMember, DraftGroup | None]]
    faculty: Sequence[PersonEntry]
    template: str = "coordinator/edit_new.html"


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nobody was chosen, or someone who is no longer there."""

    is_gone: bool
    template: str = ""


Panel = PersonPanel | GroupPanel | SessionPanel | NewPanel | Nothing


def panel_of(db: Db, board: Board, choice: Choice) -> Panel:
    """What the panel shows of what was chosen."""
    if choice.is_new:
        return _new(db, board, choice)
    member, group = board.find_member(choice.person, choice.inside)
    if member is not None:
        return _person(db, board, member, group, choice)
    if choice.group in board.groups:
        group = board.groups[choice.group]
        if choice.round is not None and choice.round < len(board.programme.rounds):
            return _session(db, board, group, choice.round)
        return _group(db, board, group, choice)
    return Nothing(is_gone=choice.person is not None or bool(choice.group))


def _person(db: Db, board: Board, member: DraftMember, group: DraftGroup | None, choice: Choice) -> PersonPanel:
    find = choice.find
    movable = group is None or group.is_whole
    places = service.best_places(db, actor(), board.draft.plan_id, member.person_id, now()) if movable else ()
    pins = [
        pin
        for pin in board.draft.pins
        if pin.kind in (PinKind.TOGETHER, PinKind.APART) and member.person_id in (pin.person_id, pin.other_id)
    ]
    groups = [found for found in _groups_named(board, find) if found is not group]
    people = [found for found in _people_named(board, find) if found[0].person_id != member.person_id]
    found = groups[:MOST_FOUND], people[:MOST_FOUND]
    return PersonPanel(member, group, places[:MOST_PLACES], *found, pins, _pair(db, board, member, group, choice))


def _pair(db: Db, board: Board, member: DraftMember, group: DraftGroup | None, choice: Choice) -> Pair | None:
    """Whom somebody is to be parted from, being in one group, or brought together with, being in another or in none."""
    is_apart = choice.part is not None
    other, where = board.find_member(choice.part if is_apart else choice.join)
    if other is None or other.person_id == member.person_id or (where is group) != is_apart:
        return None
    ways = [
        (mover, home, place)
        for mover, home, target in ((member, group, where), (other, where, group))
        if home is None or home.is_whole
        for place in service.best_places(db, actor(), board.draft.plan_id, mover.person_id, now())
        if is_apart or (target is not None and _leads_to(place, target, member, other))
    ]
    ways.sort(key=lambda way: (bool(way[2].broken), -way[2].score_change))
    return Pair(other, where, is_apart, ways[:MOST_PLACES])


def _leads_to(place: Place, target: DraftGroup, *pair: DraftMember) -> bool:
    """Whether a place is in a group, and not by an exchange between the two, which leaves them apart."""
    return place.group == target.key and place.exchange_with not in {member.person_id for member in pair}


def _group(db: Db, board: Board, group: DraftGroup, choice: Choice) -> GroupPanel:
    sessions = {session.round: session for session in group.sessions}
    rounds = [(round_.index, sessions.get(round_.index)) for round_ in board.programme.rounds]
    merges = list(_groups_named(board, choice.find) if choice.find else _mergeable(board, group))
    here = {member.person_id for member in group.facilitators}
    faculty = [one for one in _faculty(db, board, group, choice) if one.person_id not in here]
    return GroupPanel(group, rounds, [other for other in merges if other is not group][:MOST_MERGES], faculty)


def _session(db: Db, board: Board, group: DraftGroup, round_: int) -> SessionPanel:
    session = next((each for each in group.sessions if each.round == round_), None)
    is_open = group.is_whole and not (session and session.is_settled)
    dates = service.best_dates(db, actor(), board.draft.plan_id, group.key, round_, now()) if is_open else ()
    return SessionPanel(group, round_, session, dates[:MOST_DATES], rooms_of(board, group.site_id))


def _new(db: Db, board: Board, choice: Choice) -> NewPanel:
    """Those who are ticked stay in sight, whatever is looked for."""
    ticked = [board.find_member(person_id) for person_id in choice.ticked]
    known = {member.person_id for member, _group in ticked if member}
    found = _people_named(board, choice.find) if choice.find else ((member, None) for member in board.draft.without)
    more = [(member, group) for member, group in found if member.person_id not in known]
    people = [(member, group) for member, group in ticked if member] + more[:MOST_FOUND]
    return NewPanel(people, _faculty(db, board, None, choice))


def rooms_of(board: Board, site_id: int | None) -> Sequence[Room]:
    """The rooms of a site."""
    sites: Sequence[Site] = board.programme.sites
    return next((site.rooms for site in sites if site.id == site_id), ())


def _groups_named(board: Board, find: str) -> Iterator[DraftGroup]:
    words = folded(find).split()
    if words:
        named = (group for group in board.draft.groups if all(word in folded(group.name) for word in words))
        yield from sorted(named, key=lambda group: (len(group.name), in_order(group.name)))


def _people_named(board: Board, find: str) -> Iterator[tuple[DraftMember, DraftGroup | None]]:
    words = folded(find).split()
    if not words:
        return
    for group in board.draft.groups:
        yield from ((member, group) for member in group.residents if is_named(member, words))
    yield from ((member, None) for member in board.draft.without if is_named(member, words))


def _mergeable(board: Board, group: DraftGroup) -> Iterator[DraftGroup]:
    """Groups of the same kind that would not grow too large, the smallest first; those that meet the same way before
    others."""
    model = board.models.get(group.model_id)
    most = model.size[1] if model else 0
    alike = (
        other
        for other in board.draft.groups
        if other.model_id == group.model_id and other.is_whole and len(other.residents) + len(group.residents) <= most
    )
    yield from sorted(alike, key=lambda other: (other.mode != group.mode, len(other.residents), in_order(other.name)))


def _faculty(db: Db, board: Board, group: DraftGroup | None, choice: Choice) -> Sequence[PersonEntry]:
    """Who could facilitate: whoever offers this kind of group, and is called what is looked for. Those who are ticked
    stay in sight."""
    model = board.models.get(group.model_id) if group else None
    wanted = PeopleFilter(kind=Role.FACULTY, model=model.key if model else None)
    found, _ = list_register(db, actor(), board.programme, wanted, Paging(q=choice.lead, size=MOST_FOUND))
    more = set(choice.leading) - {one.person_id for one in found}
    if not more:
        return found
    everybody, _ = list_register(
        db, actor(), board.programme, PeopleFilter(kind=Role.FACULTY), Paging(size=MOST_FACULTY)
    )
    return [*(one for one in everybody if one.person_id in more), *found]
