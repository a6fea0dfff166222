"""Any number of changes undone, and done again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.db import Database
from scheduler.edits.codec import edit_from_json, edit_to_json
from scheduler.edits.model import (
    DissolveGroup,
    Draft,
    DraftGroup,
    Edit,
    Exchange,
    MakeGroup,
    MergeGroups,
    MovePerson,
    Pin,
    PinKind,
    SetDate,
    SetFacilitators,
    SetPin,
    SetRoom,
    SetWay,
    SplitGroup,
)
from scheduler.errors import MentorRoundsError, NotPossible
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from tests.scheduler.edits.drafts import Drafted, a_draft, stored


@pytest.fixture
def here(storage: Database) -> Drafted:
    return a_draft(storage)


class Hand:
    """Draws edits that may make sense for a draft as it is."""

    def __init__(self, data: st.DataObject, draft: Draft, programme: Programme, ids: dict[str, int]) -> None:
        self.data = data
        self.draft = draft
        self.programme = programme
        self.residents = [who for name, who in ids.items() if name[0] in "rvl"]
        self.leads = [who for name, who in ids.items() if name[0] == "f"]

    def one(self, values: list[Any]) -> Any:
        return self.data.draw(st.sampled_from(values))

    def some(self, values: list[int]) -> tuple[int, ...]:
        return tuple(self.data.draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)))

    def group(self) -> DraftGroup:
        found: DraftGroup = self.one(list(self.draft.groups))
        return found

    def edit(self) -> Edit:
        kinds: list[Callable[[], Edit]] = [
            lambda: MovePerson(self.one(self.residents), self.one([None, *(g.key for g in self.draft.groups)])),
            lambda: Exchange(self.one(self.residents), self.one(self.residents)),
            self.made,
            self.split,
            lambda: MergeGroups(self.group().key, self.group().key),
            lambda: DissolveGroup(self.group().key),
            lambda: SetFacilitators(self.group().key, self.some(self.leads)),
            self.date,
            lambda: SetRoom(self.group().key, self.round(), self.programme.sites[0].rooms[0].id),
            lambda: SetWay(self.group().key, self.one(["video", "in_person", "phone"]), self.programme.sites[0].id),
            self.pin,
        ]
        found: Edit = self.one(kinds)()
        return found

    def round(self) -> int:
        found: int = self.one([0, 1, 2])
        return found

    def made(self) -> Edit:
        model = self.one([model.id for model in self.programme.models])
        return MakeGroup(model, "video", None, self.some(self.residents), self.one([(), self.some(self.leads)]))

    def split(self) -> Edit:
        group = self.group()
        return SplitGroup(group.key, self.some([member.person_id for member in group.residents]))

    def date(self) -> Edit:
        round_ = self.round()
        starts = [slot.starts_at for slot in self.programme.slots() if slot.round == round_]
        return SetDate(self.group().key, round_, self.one([None, *starts]))

    def pin(self) -> Edit:
        group, kind = self.group(), self.one(list(PinKind))
        one, other = self.one(self.residents), self.one(self.residents)
        return SetPin(Pin(kind, group.key, one, other, self.round()), self.one([True, True, False]))


@settings(max_examples=6, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_all_undone_is_as_it_was_and_all_done_again_as_it_became(here: Drafted, data: st.DataObject) -> None:
    with here.database.reading() as db:
        programme = get_programme(db, here.world.programme_id)
    states = [stored(here)]
    for _ in range(data.draw(st.integers(1, 8))):
        edit = Hand(data, here.open(), programme, dict(here.ids)).edit()
        try:
            here.keep(edit)
        except MentorRoundsError:
            assert stored(here) == states[-1]
            continue
        assert here.open().undo == edit_from_json(edit_to_json(edit)) == edit
        states.append(stored(here))
    for state in reversed(states[:-1]):
        here.undo()
        assert stored(here) == state
    for state in states[1:]:
        here.redo()
        assert stored(here) == state
    for _ in states[1:]:
        here.undo()
    assert stored(here) == states[0]
    with pytest.raises(NotPossible):
        here.undo()
