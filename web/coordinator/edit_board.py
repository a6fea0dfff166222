"""The board on which a draft is changed: which of its groups are shown, in which order, and what is said of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from scheduler.edits.model import Draft, DraftGroup, DraftMember
from scheduler.paging import Paging, part_of
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.programmes.model import MentoringModel, Programme
from scheduler.reasons.broken import BrokenLine, broken_lines, what_is_broken
from scheduler.text_input import folded, search_text
from solvers import rules
from web.coordinator.edit_words import Names
from web.forms import Form
from web.language import lazy_gettext, ngettext
from web.paging import page_number

GROUPS_A_PAGE: Final = 24
MOST_WITHOUT: Final = 24
"""So many residents without a group are shown; the search finds the others."""
_DIGITS = re.compile(r"(\d+)")


class Shown(StrEnum):
    """Which groups are on the board."""

    ALL = "all"
    BY_HAND = "hand"
    BROKEN = "broken"
    FEW = "few"
    ALONE = "alone"


class Order(StrEnum):
    """What comes first."""

    NAME = "name"
    TROUBLE = "trouble"
    SIZE = "size"


SHOWN_NAMES: Final[Mapping[Shown, str]] = {
    Shown.ALL: lazy_gettext("All groups"),
    Shown.BY_HAND: lazy_gettext("Changed by hand"),
    Shown.BROKEN: lazy_gettext("With broken rules"),
    Shown.FEW: lazy_gettext("Too few can come"),
    Shown.ALONE: lazy_gettext("Without a facilitator"),
}
ORDER_NAMES: Final[Mapping[Order, str]] = {
    Order.NAME: lazy_gettext("By name"),
    Order.TROUBLE: lazy_gettext("Trouble first"),
    Order.SIZE: lazy_gettext("Smallest first"),
}


@dataclass(frozen=True, slots=True)
class View:
    """What a reader of the board asks for."""

    q: str = ""
    shown: Shown = Shown.ALL
    order: Order = Order.NAME
    page: int = 1

    @classmethod
    def read(cls, form: Form) -> View:
        """From an address or a form; what cannot be read is as if it were not there."""
        return cls(
            form.text("q")[:LONGEST_SEARCH],
            next((kind for kind in Shown if kind.value == form.text("show")), Shown.ALL),
            next((kind for kind in Order if kind.value == form.text("sort")), Order.NAME),
            page_number(form),
        )

    @property
    def query(self) -> dict[str, Any]:
        """The same as an address says it, without what goes without saying."""
        said = {"q": self.q, "show": self.shown.value, "sort": self.order.value, "page": self.page}
        usual = {"q": "", "show": Shown.ALL.value, "sort": Order.NAME.value, "page": 1}
        return {name: value for name, value in said.items() if value != usual[name]}


@dataclass(frozen=True)
class Board:
    """A draft with its programme, and what is asked for of it."""

    draft: Draft
    programme: Programme
    view: View = View()

    @cached_property
    def has_marks(self) -> bool:
        """Whether anything of the draft was put there by hand, also before the planner went on from it."""
        return any(map(is_by_hand, self.draft.groups))

    @cached_property
    def names(self) -> Names:
        """What everybody and everything is called."""
        return Names.of(self.draft, self.programme)

    @cached_property
    def groups(self) -> Mapping[str, DraftGroup]:
        """All groups, by their keys."""
        return {group.key: group for group in self.draft.groups}

    @cached_property
    def models(self) -> Mapping[int, MentoringModel]:
        """The kinds of groups."""
        return {model.id: model for model in self.programme.models}

    @cached_property
    def cards(self) -> tuple[Sequence[DraftGroup], Paging]:
        """The groups of the page that is asked for."""
        return part_of(list(self.fitting()), Paging(self.view.page, self.view.q, GROUPS_A_PAGE))

    def fitting(self) -> Iterator[DraftGroup]:
        """All groups that are asked for, in their order."""
        fits = _FITS[self.view.shown]
        found = (group for group in self.draft.groups if fits(self, group) and is_found(group, self.view.q))
        yield from sorted(found, key=lambda group: (_RANKS[self.view.order](self, group), in_order(group.name)))

    @cached_property
    def without(self) -> Sequence[DraftMember]:
        """The residents without a group who fit what is searched for."""
        words = folded(self.view.q).split()
        return [member for member in self.draft.without if is_named(member, words)]

    @cached_property
    def broken(self) -> tuple[BrokenLine, ...]:
        """Everything that is wrong with the draft, each once: what the board counts, and the page before publishing."""
        return broken_lines(self.draft.broken, self.names)

    def troubles(self, group: DraftGroup) -> tuple[str, ...]:
        """What is wrong with a group, in sentences."""
        return what_is_broken(group.broken, self.names)

    def is_alone(self, group: DraftGroup) -> bool:
        """Whether a group has no facilitator though its kind asks for one."""
        model = self.models.get(group.model_id)
        return not group.facilitators and model is not None and model.facilitators[0] > 0

    def missed(self, group: DraftGroup) -> int:
        """In how many rounds it does not meet, or not as things stand."""
        return len(self.programme.rounds) - sum(session.holds for session in group.sessions)

    def missed_words(self, group: DraftGroup) -> str:
        """``misses 2 rounds``."""
        return ngettext("misses %(num)s round", "misses %(num)s rounds", self.missed(group))

    def find_member(self, person_id: int | None, inside: str = "") -> tuple[DraftMember | None, DraftGroup | None]:
        """A resident of the draft and their group; of several groups the one that is meant."""
        homes = [
            (member, group)
            for group in self.draft.groups
            for member in group.residents
            if member.person_id == person_id
        ]
        if homes:
            return next((home for home in homes if home[1].key == inside), homes[0])
        return next((member for member in self.draft.without if member.person_id == person_id), None), None


def is_found(group: DraftGroup, q: str) -> bool:
    """Whether what is typed is in a group's name, or in that of somebody in it."""
    words = folded(q).split()
    in_name = all(word in folded(group.name) for word in words)
    return in_name or any(is_named(member, words) for member in (*group.residents, *group.facilitators))


def is_named(member: DraftMember, words: Sequence[str]) -> bool:
    """Whether every word is in somebody's name."""
    if not words:
        return True
    name = search_text(member.name)
    return all(word in name for word in words)


def in_order(name: str) -> tuple[tuple[int, str], ...]:
    """A name to sort by: ``Group 7`` before ``Group 11``."""
    return tuple((int(part), "") if part.isdecimal() else (0, part.casefold()) for part in _DIGITS.split(name) if part)


def is_by_hand(group: DraftGroup) -> bool:
    """Whether anything of a group was changed by hand."""
    members = (*group.residents, *group.facilitators)
    return any(member.by_hand for member in members) or any(session.by_hand for session in group.sessions)


def has_too_few(group: DraftGroup) -> bool:
    """Whether too few of a group's people can come to one of its sessions."""
    return any(broken.rule_id == rules.QUORUM for broken in group.broken)


_FITS: Final[Mapping[Shown, Callable[[Board, DraftGroup], bool]]] = {
    Shown.ALL: lambda _board, _group: True,
    Shown.BY_HAND: lambda _board, group: is_by_hand(group),
    Shown.BROKEN: lambda _board, group: bool(group.broken),
    Shown.FEW: lambda _board, group: has_too_few(group),
    Shown.ALONE: Board.is_alone,
}


def _share_coming(group: DraftGroup) -> float:
    seats = sum(session.residents for session in group.sessions)
    return sum(session.can_come for session in group.sessions) / seats if seats else 0.0


_RANKS: Final[Mapping[Order, Callable[[Board, DraftGroup], tuple[float, ...]]]] = {
    Order.NAME: lambda _board, _group: (),
    Order.TROUBLE: lambda board, group: (-len(group.broken), -board.missed(group), _share_coming(group)),
    Order.SIZE: lambda _board, group: (len(group.residents),),
}
