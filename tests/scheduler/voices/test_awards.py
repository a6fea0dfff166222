"""Nominations for awards: whom, by whom, and not a word before the nominee agrees."""

from __future__ import annotations

import csv
import io

import pytest

from scheduler import clock
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.voices.awards import (
    agreed_nominations,
    answer_nomination,
    made_nominations,
    nominate,
    nominations_csv,
    nominees,
    own_nominations,
    take_back,
)
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term

ADA, BEN = PEERS[:2]
CLEO = NEAR_PEERS[0]
WHY = "=She listened at three in the morning."


def test_a_nomination_is_the_nominees_alone_until_they_agree(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        nominate(db, term.actor(ADA), term.programme_id, term.id_of(FACILITATOR), WHY, now)
        nominate(db, term.coordinator(), term.programme_id, term.id_of(FACILITATOR), "Thirty groups.", now)
        assert agreed_nominations(db, term.coordinator(), term.programme_id) == ()
        assert "morning" not in nominations_csv(db, term.coordinator(), term.programme_id, now)
        assert own_nominations(db, term.actor(SPARE)) == own_nominations(db, term.actor(ADA)) == ()
        mine = own_nominations(db, term.actor(FACILITATOR))
        assert {(one.text, one.agrees) for one in mine} == {(WHY, None), ("Thirty groups.", None)}
        [hers] = [one for one in mine if one.text == WHY]
        for other in (term.actor(SPARE), term.actor(ADA), term.coordinator()):
            with pytest.raises(NotFound):
                answer_nomination(db, other, hers.id, agrees=True)
        answer_nomination(db, term.actor(FACILITATOR), hers.id, agrees=True)
        [agreed] = agreed_nominations(db, term.coordinator(), term.programme_id)
        assert (agreed.name, agreed.by, agreed.text) == ("Fay Lantern", "Ada Quill", WHY)
        [_, line] = csv.reader(io.StringIO(nominations_csv(db, term.coordinator(), term.programme_id, now)))
        assert line[1:] == ["Fay Lantern", "Ada Quill", f"'{WHY}"], "no formula"
        answer_nomination(db, term.actor(FACILITATOR), hers.id, agrees=False)
        assert agreed_nominations(db, term.coordinator(), term.programme_id) == ()
        with pytest.raises(NotAllowed):
            agreed_nominations(db, term.actor(ADA), term.programme_id)


def test_only_facilitators_of_the_programme_are_nominated_once_and_by_others(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        assert {one.name for one in nominees(db, term.actor(ADA), term.programme_id)} == {"Fay Lantern", "Gil Spare"}
        nominate(db, term.actor(ADA), term.programme_id, term.id_of(SPARE), WHY, now)
        with pytest.raises(NotPossible):
            nominate(db, term.actor(ADA), term.programme_id, term.id_of(SPARE), WHY, now)
        for actor, about in ((term.actor(ADA), BEN), (term.actor(SPARE), SPARE)):
            with pytest.raises(NotFound):
                nominate(db, actor, term.programme_id, term.id_of(about), WHY, now)
        with pytest.raises(NotAllowed):
            nominate(db, term.actor(ADA), term.programme_id + 1, term.id_of(FACILITATOR), WHY, now)
        with pytest.raises(Rejected):
            nominate(db, term.actor(BEN), term.programme_id, term.id_of(FACILITATOR), " ", now)


def test_facilitators_of_ones_own_groups_come_first_and_a_nomination_is_taken_back_by_who_made_it(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        found = nominees(db, term.actor(CLEO), term.programme_id)
        assert [(one.name, one.own) for one in found] == [("Fay Lantern", True), ("Gil Spare", False)]
        nominate(db, term.actor(CLEO), term.programme_id, term.id_of(FACILITATOR), WHY, now)
        assert not any(one.own for one in nominees(db, term.actor(ADA), term.programme_id)), "her group has none"
        [made] = made_nominations(db, term.actor(CLEO), term.programme_id)
        answer_nomination(db, term.actor(FACILITATOR), made.id, agrees=False)
        [made] = made_nominations(db, term.actor(CLEO), term.programme_id)
        assert (made.name, made.agrees) == ("Fay Lantern", None), "what she answered is hers to tell"
        for other in (term.actor(BEN), term.actor(FACILITATOR), term.coordinator()):
            assert made_nominations(db, other, term.programme_id) == ()
            with pytest.raises(NotFound):
                take_back(db, other, term.programme_id, made.id)
        take_back(db, term.actor(CLEO), term.programme_id, made.id)
        assert own_nominations(db, term.actor(FACILITATOR)) == ()
        nominate(db, term.actor(CLEO), term.programme_id, term.id_of(FACILITATOR), WHY, now)
