"""Changes of a draft by hand, written into forms and read back, and in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from scheduler.edits.findings import LeftOut, LeftOutKind, Move
from scheduler.edits.model import (
    CarryOver,
    DissolveGroup,
    Edit,
    Exchange,
    GroupEffect,
    MakeGroup,
    MergeGroups,
    MovePerson,
    PersonEffect,
    Pin,
    PinKind,
    Place,
    Preview,
    SetDate,
    SetFacilitators,
    SetPin,
    SetRoom,
    SetWay,
    SplitGroup,
    TravelEffect,
)
from scheduler.reasons.broken import Broken, broken_words, what_is_broken
from solvers import rules
from solvers.vocabulary import MODES
from tests.web.builders import Pages
from web.coordinator import edit_effects, edit_headline, edit_words
from web.coordinator.edit_board import in_order
from web.coordinator.edit_forms import fields_of, read_edit
from web.coordinator.edit_left_out import left_out_sentences
from web.forms import Form

NAMES = edit_words.Names(
    {1: "Ada Quill", 2: "Ben Marrow", 3: "Fay Lantern"},
    {"g7": "Group 7", "g11": "Group 11"},
    {5: "Library"},
    {4: "North"},
    "Europe/London",
)
AT = datetime(2027, 3, 9, 12, 30, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")

ids = st.integers(1, 2**31 - 1)
keys = st.text("abcdef0123456789", min_size=1, max_size=20).map("g".__add__)
rounds = st.integers(0, 40)
several = st.lists(ids, min_size=1, max_size=4, unique=True).map(lambda found: tuple(sorted(found)))
some = st.lists(ids, max_size=3, unique=True).map(lambda found: tuple(sorted(found)))
starts = st.datetimes(datetime(2020, 1, 1), datetime(2150, 1, 1)).map(  # noqa: DTZ001 - aware in the next step
    lambda at: at.replace(tzinfo=UTC, second=0, microsecond=0)
)
pins = st.one_of(
    st.builds(Pin, st.just(PinKind.GROUP), keys),
    st.builds(Pin, st.sampled_from((PinKind.PERSON, PinKind.FACILITATOR)), keys, ids),
    st.builds(Pin, st.just(PinKind.DATE), keys, round=rounds),
    st.builds(Pin, st.sampled_from((PinKind.TOGETHER, PinKind.APART)), person_id=ids, other_id=ids),
)
edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(MovePerson, ids, st.none() | keys, st.none() | keys),
    st.builds(Exchange, ids, ids),
    st.builds(MakeGroup, ids, st.sampled_from(MODES), st.none() | ids, several, some),
    st.builds(SplitGroup, keys, several, some),
    st.builds(MergeGroups, keys, keys),
    st.builds(DissolveGroup, keys),
    st.builds(SetFacilitators, keys, some),
    st.builds(SetDate, keys, rounds, starts, st.none() | ids),
    st.builds(SetDate, keys, rounds, st.none()),
    st.builds(SetRoom, keys, rounds, ids),
    st.builds(SetWay, keys, st.sampled_from(MODES), st.none() | ids),
    st.builds(SetPin, pins, st.booleans()),
    st.just(CarryOver()),
)


@given(edits)
def test_every_change_reads_back_from_the_fields_that_it_is_written_into(edit: Edit) -> None:
    form = Form(MultiDict(list(fields_of(edit))))
    assert read_edit(form, LONDON) == edit
    assert form.faults == []


@pytest.fixture(autouse=True)
def in_a_request(pages: Pages) -> Iterator[None]:
    with pages.app.test_request_context("/"):
        yield


def test_a_day_and_a_time_that_are_typed_are_on_the_programmes_clock() -> None:
    form = Form(MultiDict({"act": "date", "group": "g7", "round": "2", "day": "2027-07-06", "time": "12:30"}))
    assert read_edit(form, LONDON) == SetDate("g7", 2, datetime(2027, 7, 6, 11, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"act": "move", "person": "1"}, "to"),
        ({"act": "exchange", "person": "1", "other": "x"}, "other"),
        ({"act": "split", "group": "g7"}, "resident"),
        ({"act": "date", "group": "g7", "round": "0", "day": "31.2.", "time": "9"}, "day"),
        ({"act": "way", "group": "g7", "mode": "telepathy"}, "mode"),
        ({"act": "pin", "kind": "date", "group": "g7"}, "round"),
    ],
)
def test_what_cannot_be_read_is_told_of_its_field(fields: dict[str, str], where: str) -> None:
    form = Form(MultiDict(fields))
    read_edit(form, LONDON)
    assert where in [fault.where for fault in form.faults]


DONE = [
    (MovePerson(1, "g11", "g7"), "Ada Quill moved from Group 7 to Group 11."),
    (MovePerson(1, "g11"), "Ada Quill moved to Group 11."),
    (MovePerson(1, None, "g7"), "Ada Quill taken out of Group 7."),
    (Exchange(1, 2), "Ada Quill and Ben Marrow have exchanged groups."),
    (MakeGroup(1, "video", None, (1, 2)), "A new group of 2 residents made."),
    (SplitGroup("g7", (1,)), "Group 7 split: 1 resident is in a new group."),
    (MergeGroups("g7", "g11"), "Group 7 merged into Group 11."),
    (SetFacilitators("g7", (3,)), "Group 7 is facilitated by Fay Lantern."),
    (SetFacilitators("g7", ()), "Group 7 has no facilitator."),
    (SetDate("g7", 2, AT), "Group 7’s session in round 3 is now on Tue 9 Mar, 12:30."),
    (SetDate("g7", 2, None), "Group 7 has no session in round 3."),
    (SetRoom("g7", 0, 5), "Group 7’s session in round 1 is now in Library."),
    (SetWay("g7", "in_person", 4), "Group 7 now meets in person at North."),
    (CarryOver(), "This draft takes into account what is published now."),
    (SetPin(Pin(PinKind.APART, "", 1, 2)), "Pinned: Ada Quill and Ben Marrow apart."),
    (SetPin(Pin(PinKind.DATE, "g7", round=1), False), "No longer pinned: the date of Group 7 in round 2."),
]


@pytest.mark.parametrize(("edit", "sentence"), DONE)
def test_what_was_done_is_said_in_a_sentence(edit: Edit, sentence: str) -> None:
    assert edit_words.done_sentence(edit, NAMES) == sentence
    assert edit_words.title_of(edit, NAMES)
    assert edit_words.button_of(edit, NAMES)


NOTHING = Preview(MovePerson(1, "g11", "g7"), 0, 20, 20, 0, (), (), (), ())
MORE_SESSIONS = replace(NOTHING, held_before=9, held_after=12, wanted_after=12)
SMALL = Broken(rules.GROUP_SIZE, "g7")
NOT_OVER = LeftOut(LeftOutKind.WAY, "Group 7")


@pytest.mark.parametrize(
    ("preview", "sentence"),
    [
        (NOTHING, "Residents can come as often as now"),
        (replace(NOTHING, coming_after=23), "Over the term, residents can come 23 times: 3 more than now"),
        (replace(NOTHING, coming_after=19), "Over the term, residents can come 19 times: 1 fewer than now"),
        (replace(NOTHING, held_before=12, held_after=9, wanted_after=12), "3 fewer sessions would take place: 9 of 12"),
        (replace(NOTHING, held_before=9, held_after=10, wanted_after=12), "1 more session would take place: 10 of 12"),
        (replace(NOTHING, coming_after=30, refused=True), "This can’t be done"),
        (replace(MORE_SESSIONS, broken=(SMALL,)), "It would break a rule"),
        (replace(MORE_SESSIONS, broken=(SMALL, SMALL)), "It would break rules in 2 places"),
        (replace(NOTHING, edit=CarryOver()), "This draft already has all that has changed"),
        (replace(NOTHING, edit=CarryOver(), left_out=(NOT_OVER,)), "Nothing can be carried over"),
    ],
)
def test_a_preview_begins_with_what_matters(preview: Preview, sentence: str) -> None:
    assert edit_headline.headline(preview) == sentence


def test_effects_are_told_of_people_groups_and_wishes_without_whose() -> None:
    preview = replace(
        NOTHING,
        wishes=-1,
        people=(PersonEffect(1, "Ada Quill", 5, 6, 6, 6), PersonEffect(2, "Ben Marrow", 4, 6, 4, 6)),
        groups=(
            GroupEffect("g7", "Group 7", 5, 4, 20, 16, 6, 6, 1),
            GroupEffect("g9", "Group 9", 4, None, 16, 0, 6, 0),
            GroupEffect("g12", "Peer 12", None, 3, 0, 0, 0, 0),
        ),
    )
    assert edit_effects.effects(preview, NAMES) == (
        "Ada Quill can come to 6 of 6 instead of 5",
        "Group 7 would be 4 people, below its usual 5",
        "Group 9 would no longer exist",
        "A new group of 3 residents",
        "1 wish that you may know of is no longer met",
    )


def test_confirming_that_nothing_is_to_be_carried_over_says_what_it_does() -> None:
    nothing = replace(NOTHING, edit=CarryOver())
    assert edit_headline.button(nothing, NAMES) == "Mark this draft as up to date"
    assert "counts as up to date" in " ".join(edit_effects.effects(nothing, NAMES))
    assert edit_headline.button(replace(nothing, left_out=(NOT_OVER,)), NAMES) == "Leave these changes out"
    some = replace(nothing, groups=(GroupEffect("g7", "Group 7", 5, 5, 20, 20, 6, 6, dates=((2, AT),)),))
    assert edit_headline.button(some, NAMES) == "Carry the changes over"
    assert "up to date" not in " ".join(edit_effects.effects(some, NAMES))


def test_groups_that_are_carried_over_are_told_apart_by_their_names() -> None:
    groups = (
        GroupEffect("g7", "Group 14", 5, 5, 20, 20, 6, 6, name_before="Group 7"),
        GroupEffect("gnew", "Group 7", None, 4, 0, 16, 0, 6),
        GroupEffect("gmore", "Group 13", None, 1, 0, 4, 0, 6),
    )
    moves = (Move(("Ada Quill",), False, "g11", "gnew"), Move(("Ben Marrow",), False, "g7", "gmore"))
    preview = replace(NOTHING, edit=CarryOver(), groups=groups, moves=moves)
    assert edit_effects.effects(preview, NAMES.after(preview)) == (
        "Ada Quill moves from Group 11 to Group 7",
        "Ben Marrow moves from Group 14 to Group 13",
        "Group 7 of this draft would be called Group 14",
        "Group 7 would come in, with 4 residents",
        "Group 13 would come in, with 1 resident",
    )


def test_where_sessions_fall_through_attendance_is_told_beside_them() -> None:
    preview = replace(NOTHING, held_before=12, held_after=9, wanted_after=12, coming_after=20)
    assert edit_effects.effects(preview, NAMES) == ("Residents can come as often as now",)


def test_sessions_are_told_beside_the_rules_that_stand_against_them() -> None:
    assert edit_effects.effects(replace(MORE_SESSIONS, broken=(SMALL,)), NAMES) == (
        "3 more sessions would take place: 12 of 12",
        "Residents can come as often as now",
    )


def test_other_dates_are_told_where_a_change_brings_them() -> None:
    group = GroupEffect("g7", "Group 7", 5, 5, 20, 20, 6, 6, dates=((2, AT),))
    preview = replace(NOTHING, edit=CarryOver(), groups=(group,))
    assert edit_effects.date_sentences(preview, NAMES) == ("Group 7 would meet on Tue 9 Mar, 12:30 in round 3",)
    assert edit_effects.date_sentences(replace(preview, edit=SetDate("g7", 2, AT)), NAMES) == ()


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (LeftOut(LeftOutKind.DATE, "Group 7", 1), "Not carried over: the date of Group 7 in round 2."),
        (LeftOut(LeftOutKind.PERSON, "Group 7", person="Ada Quill"), "Not carried over: Ada Quill in Group 7."),
        (LeftOut(LeftOutKind.PERSON, "", person="Ada Quill"), "Not carried over: Ada Quill without a group."),
        (LeftOut(LeftOutKind.FACILITATORS, "Group 7"), "Not carried over: the facilitators of Group 7."),
        (LeftOut(LeftOutKind.WAY, "Group 7"), "Not carried over: how Group 7 meets."),
        (
            LeftOut(LeftOutKind.MISSING, "Group 7"),
            "Not carried over: what has changed in Group 7. That group isn’t in this draft.",
        ),
        (
            LeftOut(LeftOutKind.PERSON, "Group 7", person="Ada Quill", against=Broken(None)),
            "Not carried over: Ada Quill in Group 7. A rule about safety or someone’s own wishes stands against it.",
        ),
        (
            LeftOut(LeftOutKind.WAY, "Group 7", against=Broken(rules.MODE_ACCEPTED, "g7", person_id=1)),
            "Not carried over: how Group 7 meets. "
            "With Group 7, Ada Quill would meet in a way that they haven’t chosen.",
        ),
        (
            LeftOut(LeftOutKind.GROUP, "Group 12", against=Broken(rules.MODE_ACCEPTED, "gnew", person_id=1)),
            "Not carried over: Group 12, which is new. "
            "With Group 12, Ada Quill would meet in a way that they haven’t chosen.",
        ),
    ],
)
def test_what_cannot_be_carried_over_is_named(left: LeftOut, sentence: str) -> None:
    [told] = left_out_sentences(replace(NOTHING, left_out=(left,)), NAMES)
    assert told.startswith(sentence)


def test_travel_is_told_by_where_to() -> None:
    preview = replace(NOTHING, travel=(TravelEffect("North", 2), TravelEffect("South", 1)), spared=1)
    assert edit_effects.effects(preview, NAMES) == (
        "2 residents would have to travel to North",
        "1 resident would have to travel to South",
        "1 resident would no longer have to travel",
    )


def test_many_effects_are_counted_beyond_the_first() -> None:
    people = tuple(PersonEffect(number, f"R{number}", 1, 3, 2, 3) for number in range(40))
    told = edit_effects.effects(replace(NOTHING, people=people), NAMES)
    assert told[-1] == "And 28 more effects"
    assert len(told) == 2 * edit_effects.MOST_EFFECTS + 1


def test_what_is_nobodys_business_has_one_sentence_and_is_said_once() -> None:
    told = what_is_broken((Broken(None), Broken(None), Broken(rules.GAP, "g7")), NAMES)
    assert told == (broken_words(Broken(None), NAMES), "Two dates of Group 7 are too close together")
    assert not {"Ada", "Ben", "Group 7"} & set(told[0].split())


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (
            Broken(rules.GROUP_SIZE, "g7", have=3, needed=4),
            "Group 7 has too few residents: 3 instead of at least 4",
        ),
        (
            Broken(rules.GROUP_SIZE, "g7", have=9, needed=8),
            "Group 7 has too many residents: 9 instead of at most 8",
        ),
        (
            Broken(rules.FACILITATORS, "g7", have=0, needed=1),
            "Group 7 has too few facilitators: 0 instead of at least 1",
        ),
        (
            Broken(rules.FACILITATORS, "g7", have=1, needed=0),
            "Group 7 has too many facilitators: 1 instead of at most 0",
        ),
        (
            Broken(rules.STAGE_SPREAD, "g7", have=0, needed=1),
            "The grades in Group 7 are too close: 0 apart instead of at least 1",
        ),
        (
            Broken(rules.STAGE_SPREAD, "g7", have=3, needed=2),
            "The grades in Group 7 are too far apart: 3 instead of at most 2",
        ),
        (
            Broken(rules.GAP, "g7", have=6, needed=14),
            "Two dates of Group 7 are too close: 6 days apart instead of at least 14",
        ),
        (
            Broken(rules.CAPACITY, person_id=3, have=3, needed=2),
            "Fay Lantern has more groups than they offered: 3 instead of 2",
        ),
        (
            Broken(rules.PRESENT, "g7", 0, have=0, needed=1),
            "Too few facilitators can come to Group 7: 0, and it takes 1 (round 1)",
        ),
        (
            Broken(rules.ROOM_CAPACITY, "g7", 1, have=9, needed=6),
            "Group 7 doesn’t fit into its room: 9 people, and the room holds 6 (round 2)",
        ),
    ],
)
def test_a_rule_of_numbers_says_how_many_there_are_and_may_be(broken: Broken, sentence: str) -> None:
    assert broken_words(broken, NAMES) == sentence


def test_a_rule_of_numbers_is_told_with_them() -> None:
    broken = Broken(rules.QUORUM, "g7", 2, None, 2, 3, 5)
    assert broken_words(broken, NAMES) == "Too few people can come to Group 7: 2 of 5, and it takes 3 (round 3)"


def test_groups_come_as_people_count() -> None:
    names = ["Peer 11", "Peer 2", "Near-peer 1", "peer 3", "7", "Peer"]
    assert sorted(names, key=in_order) == ["Near-peer 1", "Peer", "Peer 2", "peer 3", "Peer 11", "7"]


def test_a_rule_that_a_group_breaks_in_several_rounds_is_said_once() -> None:
    broken = (
        *(Broken(rules.QUORUM, "g7", round_, have=1, needed=3, of=have) for round_, have in ((0, 4), (2, 5), (4, 4))),
        *(Broken(rules.PRESENT, "g7", round_, have=0, needed=1) for round_ in (0, 4)),
        Broken(rules.ROOM_FREE, "g7", 1), Broken(rules.ROOM_CAPACITY, "g7", 1),
        Broken(rules.QUORUM, "g11", 3, have=2, needed=3, of=6),
        *(Broken(rules.FACILITATOR_FREE, "g11", 0, who) for who in (1, 2)),
    )  # fmt: skip
    assert what_is_broken(broken, NAMES) == (
        "Too few people can come to Group 7 (rounds 1, 3 and 5)",
        "Too few facilitators can come to Group 7: 0, and it takes 1 (rounds 1 and 5)",
        "The room of Group 7 can’t be used then (round 2)",
        "Group 7 doesn’t fit into its room (round 2)",
        "Too few people can come to Group 11: 2 of 6, and it takes 3 (round 4)",
        "Ada Quill facilitates Group 11 and can’t come then (round 1)",
        "Ben Marrow facilitates Group 11 and can’t come then (round 1)",
    )


def test_who_moves_from_which_group_to_which_is_told_in_one_sentence_for_all_who_do() -> None:
    new = GroupEffect("gnew", "Group 12", None, 3, 0, 0, 0, 0)
    moves = (
        Move(("Ada Quill", "Ben Marrow"), False, "g7", "g11"),
        Move(("Fay Lantern",), False, "g11", None),
        Move(("Gus Otter",), False, None, "gnew"),
        Move(("Hal Pepper",), True, "g7", None),
    )
    preview = replace(NOTHING, edit=MergeGroups("g7", "g11"), groups=(new,), moves=moves)
    assert edit_effects.effects(preview, NAMES)[:4] == (
        "Ada Quill and Ben Marrow move from Group 7 to Group 11",
        "Fay Lantern leaves Group 11",
        "Gus Otter joins the new group",
        "Hal Pepper no longer facilitates Group 7",
    )
    alone = replace(NOTHING, edit=MovePerson(1, "g11", "g7"), moves=(Move(("Ada Quill",), False, "g7", "g11"),))
    assert edit_effects.effects(alone, NAMES) == ()  # its title says it
    many = Move(tuple(f"R{number}" for number in range(1, 12)), False, "g7", "g11")
    [told] = edit_effects.effects(replace(preview, groups=(), moves=(many,)), NAMES)
    assert told.endswith("R7, R8 and 3 others move from Group 7 to Group 11")


def test_a_place_says_what_it_is_to_everyone() -> None:
    place = Place("g7", "Group 7", 0, -3, "222", 3, 3, 5, ())
    assert edit_effects.change_for_everyone(place) == "for everyone together: -3"
    assert edit_effects.change_for_everyone(replace(place, coming_change=2)) == "for everyone together: +2"
    assert edit_effects.change_for_everyone(replace(place, coming_change=0)) == ""
