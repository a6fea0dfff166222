"""A programme is changed as a whole, and only what differs is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.availability.entries import replace_own_marks
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.availability.service import own_answers_at
from scheduler.consequences import bring_up_to_date, everything
from scheduler.coordination.model import MoveSession
from scheduler.coordination.service import carry_out_all, preview_all
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotPossible, Rejected
from scheduler.exports.tables_out import table_out
from scheduler.joining import answers
from scheduler.people.model import Actor
from scheduler.people.tables import ParticipantRow
from scheduler.planning.instance_builder import build_instance
from scheduler.plans.tables import GroupRow, PlannedSessionRow
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.model import DYAD, Grade, Programme, Room, Round, Site, Window
from scheduler.programmes.service import get_programme
from scheduler.publishing.broken import Broken
from scheduler.publishing.programme_changes import change_programme
from scheduler.publishing.programme_effects import EffectKind, Effects, Rule, effects_of
from scheduler.publishing.repair import find_damage
from scheduler.sessions import proposals
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from scheduler.troubles.service import list_troubles
from solvers.codec import instance_from_json, instance_to_json
from solvers.vocabulary import CAN, CANNOT
from tests.builders import NOW, world
from tests.scheduler.sessions.term import PEERS, PEOPLE, SPARE, Term, a_term


def test_everything_that_is_wanted_is_stored_and_a_model_keeps_its_row(storage: Database) -> None:
    here = world(storage)
    with storage.reading() as db:
        before = get_programme(db, here.programme_id)
    longer = replace(before.models[0], name="Circle", size=(3, 9))
    wanted = replace(
        before,
        name="Summer term",
        models=(DYAD, longer),
        windows=(Window(5, time(9), time(12), 60),),
        rounds=(*before.rounds, Round(3, date(2027, 3, 29), date(2027, 4, 25))),
        closed=ClosedDays(
            "GB", "SCT", (DaysOff(date(2027, 2, 1), date(2027, 2, 5), "Exams"),), frozenset({date(2027, 1, 4)})
        ),
        grades=(Grade(1, "FY1"), Grade(2, "FY2")),
        first_within_days=14,
        quorum=0.5,
    )
    with storage.writing() as db:
        assert change_programme(db, here.coordinator, here.programme_id, wanted, NOW) >= {"models", "closed", "grades"}
    with storage.reading() as db:
        after = get_programme(db, here.programme_id)
    assert {model.key: model.id for model in after.models}[longer.key] == longer.id
    assert [replace(model, id=0) for model in after.models] == [replace(longer, id=0), DYAD]
    assert replace(after, models=wanted.models) == wanted
    with storage.writing() as db:
        assert not change_programme(db, here.coordinator, here.programme_id, after, NOW)


def test_a_programme_that_cannot_work_stays_as_it_was(storage: Database) -> None:
    here = world(storage)
    with storage.reading() as db:
        before = get_programme(db, here.programme_id)
    with pytest.raises(Rejected), storage.writing() as db:
        change_programme(db, here.coordinator, here.programme_id, replace(before, name="Other", windows=()), NOW)
    with pytest.raises(NotAllowed), storage.writing() as db:
        change_programme(db, Actor(1, "Somebody"), here.programme_id, before, NOW)
    with storage.reading() as db:
        assert get_programme(db, here.programme_id) == before


def test_nothing_is_held_on_closed_days_nor_late_in_a_first_round(storage: Database) -> None:
    here = world(storage)
    with storage.reading() as db:
        programme = get_programme(db, here.programme_id)
    closed = ClosedDays(
        "IE", "", (DaysOff(date(2027, 3, 1), date(2027, 3, 7), "Conference"),), frozenset({date(2027, 3, 17)})
    )
    slots = replace(programme, closed=closed, first_within_days=10).slots()
    days = {slot.starts_at.date() for slot in slots}
    assert date(2027, 2, 1) not in days, "St Brigid's Day, by the law of Ireland"
    assert date(2027, 3, 17) in days, "a holiday that is kept open"
    assert not {date(2027, 3, day) for day in range(1, 8)} & days
    assert max(slot.starts_at.date() for slot in slots if slot.round == 0) == date(2027, 1, 13)


# --- what is published ------------------------------------------------------------------------------------------


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage, min_gap_days=7)


def programme_of(term: Term) -> Programme:
    with term.database.reading() as db:
        return get_programme(db, term.programme_id)


def effects(term: Term, wanted: Programme) -> Effects:
    with term.database.reading() as db:
        return effects_of(db, term.coordinator(), term.programme_id, wanted, clock.now())


def change(term: Term, wanted: Programme) -> Effects:
    """What was foretold of a change that was then made."""
    foretold = effects(term, wanted)
    with term.database.writing() as db:
        change_programme(db, term.coordinator(), term.programme_id, wanted, clock.now())
    return foretold


def troubles(term: Term) -> list[tuple[str, str, int | None]]:
    with term.database.reading() as db:
        found = list_troubles(db, term.coordinator(), term.programme_id, clock.now())
        return [(each.kind, each.aspect, each.session.id if each.session else None) for each in found.troubles]


def test_sessions_too_close_or_too_late_by_new_rules_are_named_before(term: Term) -> None:
    before = programme_of(term)
    with term.database.reading() as db:
        mine = db.scalars(select(SessionRow).where(SessionRow.group_key == term.session().group_key)).all()
    starts = sorted(row.starts_at for row in mine)
    gap = (starts[1] - starts[0]).days + 1
    foretold = effects(term, replace(before, min_gap_days=gap, conduct=replace(before.conduct, interval_days=gap)))
    later = {row.id for row in mine if row.starts_at in starts[1:]}
    assert foretold.touches_published
    assert later & {each.session_id for each in foretold.of_kind(EffectKind.GAP)}
    assert mine[0].id not in {each.session_id for each in foretold.sessions if mine[0].starts_at == starts[0]}
    assert foretold.needing_somebody == {each.session_id for each in foretold.of_kind(EffectKind.GAP)}, "troubles"
    assert not effects(term, replace(before, min_gap_days=before.min_gap_days - 1)).sessions


def test_first_sessions_that_would_be_later_than_they_should_are_named_before(term: Term) -> None:
    before, first = programme_of(term), term.session()
    with term.database.writing() as db:
        row = db.get_one(SessionRow, first.id)
        row.starts_at, row.ends_at = (each + timedelta(days=10) for each in (row.starts_at, row.ends_at))
    for within, named in ((11, []), (10, [first.id])):
        late = effects(term, replace(before, first_within_days=within)).of_kind(EffectKind.FIRST)
        assert [each.session_id for each in late] == named


def test_sessions_on_days_that_are_closed_stay_and_become_troubles(term: Term) -> None:
    before, session = programme_of(term), term.session()
    assert not troubles(term)
    day = session.starts_at.date()
    wanted = replace(before, closed=ClosedDays(days_off=(DaysOff(day, day, "Open day"),)))
    foretold = change(term, wanted)
    assert [each.session_id for each in foretold.of_kind(EffectKind.CLOSED)] == [
        session.id,
        term.session("g2").id,
    ]
    assert foretold.people == len(PEOPLE)
    assert not foretold.forbidden
    assert term.session().starts_at == session.starts_at
    assert troubles(term) == [("time", "closed", term.session(key).id) for key in ("g1", "g2")]
    change(term, before)
    assert not troubles(term)


def test_sessions_too_close_by_a_new_gap_are_troubles_and_broken_but_not_those_put_there_on_purpose(term: Term) -> None:
    before = programme_of(term)
    starts = [term.session("g1", round_).starts_at for round_ in range(3)]
    days = min((later - earlier).days for earlier, later in pairwise(starts))
    change(term, replace(before, min_gap_days=days + 1))
    late = [term.session(key, round_).id for round_ in (1, 2) for key in ("g1", "g2")]
    assert troubles(term) == [("close", "", session_id) for session_id in late]
    assert {each.group for each in damage_of(term)} == {"g1", "g2"}
    with term.database.writing() as db:
        db.get_one(SessionRow, late[0]).left_behind_at = None
        bring_up_to_date(db, everything(term.programme_id, clock.now()))
    assert late[0] not in [session_id for _, _, session_id in troubles(term)]
    change(term, before)
    assert not troubles(term)


def damage_of(term: Term) -> tuple[Broken, ...]:
    with term.database.reading() as db:
        found = find_damage(db, term.coordinator(), term.programme_id, clock.now())
    return found.broken if found else ()


def test_whoever_would_meet_on_a_closed_day_is_told_why_it_is_closed(term: Term) -> None:
    """A coordinator may, with a reason; a group may not."""
    before, session = programme_of(term), term.session()
    wanted = next(slot.starts_at for slot in before.slots() if slot.starts_at.date() > session.starts_at.date())
    with term.database.writing() as db:
        proposals.propose_move(db, term.actor(PEERS[0]), session.id, wanted, clock.now())
    change(term, replace(before, closed=ClosedDays(days_off=(DaysOff(wanted.date(), wanted.date(), "Open day"),))))
    acts = [MoveSession(session.id, wanted)]
    with term.database.reading() as db:
        [breach] = preview_all(db, term.coordinator(), acts, clock.now()).breaches
    assert not breach.never
    assert breach.text.startswith("The programme doesn’t meet on that day (")
    assert breach.text.endswith(": Open day).")
    with pytest.raises(NotPossible, match="Open day"), term.database.writing() as db:
        proposals.propose_move(db, term.actor(PEERS[1]), session.id, wanted, clock.now())


def test_sessions_outside_the_new_times_are_troubles_but_not_those_put_there_on_purpose(term: Term) -> None:
    before = programme_of(term)
    evenings = replace(before, windows=(Window(1, time(18), time(19, 30)),))
    foretold = change(term, evenings)
    ahead = {term.session(key, round_).id for key in ("g1", "g2") for round_ in range(3)}
    assert {each.session_id for each in foretold.of_kind(EffectKind.WINDOW)} == ahead
    assert {found[:2] for found in troubles(term)} == {("time", "outside")}
    moved = term.session()
    with term.database.writing() as db:
        act = MoveSession(moved.id, moved.starts_at + timedelta(hours=3))
        carry_out_all(db, term.coordinator(), [act], "Agreed with them", clock.now())
    assert moved.id not in [session_id for _, _, session_id in troubles(term)]


def test_a_session_of_another_length_is_one_that_is_published_later(term: Term) -> None:
    was = term.session()
    foretold = change(term, replace(programme_of(term), session_minutes=45))
    assert foretold.count(EffectKind.LENGTH) == 6
    assert term.session().ends_at == was.ends_at
    assert not troubles(term)


@pytest.mark.parametrize("minutes", [30, 90])
def test_who_can_come_to_what_is_published_goes_by_its_own_length(term: Term, minutes: int) -> None:
    """Shorter sessions hide that somebody is busy in the second half of a published one; longer ones take in what comes
    after it."""
    session, was = term.session(), term.invited(term.session().id)
    half, after = session.starts_at + timedelta(minutes=30), session.ends_at
    with term.database.writing() as db:
        for name, start in ((PEERS[0], half), (PEERS[1], after)):
            busy = OwnMark(Interval(start, start + timedelta(minutes=30)), CANNOT)
            replace_own_marks(db, term.actor(name), term.programme_id, (), (busy,), clock.now())
    said = {**was, term.id_of(PEERS[0]): CANNOT}
    assert term.invited(session.id) == said
    change(term, replace(programme_of(term), session_minutes=minutes))
    assert term.invited(session.id) == said
    with term.database.reading() as db:
        for name, mark in ((PEERS[0], CANNOT), (PEERS[1], CAN)):
            span = Interval(session.starts_at, session.ends_at)
            own = own_answers_at(db, term.actor(name), programme_of(term), [span])
            assert own[span][0] == mark


def test_a_quorum_that_breaks_and_a_model_that_a_group_no_longer_keeps_are_foretold(term: Term) -> None:
    before = programme_of(term)
    assert {each.group_key for each in effects(term, replace(before, quorum=1)).of_kind(EffectKind.QUORUM)} == {"g1"}
    peer, near = (next(model for model in before.models if model.key == key) for key in ("peer", "near-peer"))
    stricter = (replace(peer, size=(5, 8)), replace(near, spread=(2, 3), facilitators=(2, 2)))
    found = effects(term, replace(before, models=(*stricter, before.models[2]))).groups
    assert [(each.group_key, each.rules) for each in found] == [
        ("g1", (Rule.SIZE,)),
        ("g2", (Rule.SPREAD, Rule.FACILITATORS)),
    ]
    without = effects(term, replace(before, models=(peer, before.models[2])))
    assert [fault.where for fault in without.refusals] == ["models-near-peer"]


def models_of(term: Term, *names: str) -> list[set[str]]:
    with term.database.reading() as db:
        return [set(db.get_one(ParticipantRow, (term.programme_id, term.id_of(name))).models) for name in names]


def test_a_kind_of_group_that_goes_is_nobodys_any_more_and_a_run_goes_on(term: Term) -> None:
    ada, ben = PEERS[:2]
    with term.database.writing() as db:
        answers.save_kind(db, term.actor(ada), term.programme_id, {"vertical": 3}, clock.now())
        db.get_one(ParticipantRow, (term.programme_id, term.id_of(SPARE))).models = {"vertical": 1, "near-peer": 1}
    before = programme_of(term)
    gone = replace(before, models=tuple(model for model in before.models if model.key != "vertical"))
    foretold = change(term, gone)
    assert (foretold.stranded, foretold.accepting) == (1, 0)
    assert models_of(term, ada, ben, SPARE) == [set(), {"peer", "near-peer"}, {"near-peer"}]
    with term.database.writing() as db:  # whatever way it came in
        for name in (ben, SPARE):
            part = db.get_one(ParticipantRow, (term.programme_id, term.id_of(name)))
            part.models = {**part.models, "vertical": 1}
        instance = build_instance(db, term.programme_id, clock.now())
        assert instance_from_json(instance_to_json(instance)) == instance
        people = table_out(db, term.coordinator(), term.programme_id, "people")
    assert not any("vertical" in cell for row in people.rows for cell in row)


def test_a_kind_of_group_that_comes_is_accepted_by_who_accepts_all_and_chose_none(term: Term) -> None:
    ada, ben, cat = PEERS[:3]
    with term.database.writing() as db:
        answers.save_kind(db, term.actor(ada), term.programme_id, {"peer": 3, "near-peer": 1, "vertical": 1}, NOW)
        db.get_one(ParticipantRow, (term.programme_id, term.id_of(cat))).models = {"peer": 2}
    before = programme_of(term)
    foretold = change(term, replace(before, models=(*before.models, DYAD)))
    assert (foretold.stranded, foretold.accepting) == (0, len(term.ids) - 4)
    assert [DYAD.key in models for models in models_of(term, ada, ben, cat, SPARE)] == [False, True, False, False]


def test_rounds_that_go_on_keep_their_sessions_under_new_numbers(term: Term) -> None:
    before = programme_of(term)
    first = before.rounds[0].first_day
    earlier = Round(0, first - timedelta(days=28), first - timedelta(days=1))
    shifted = tuple(replace(each, index=each.index + 1) for each in before.rounds)
    sessions = {term.session("g1", number).id: number for number in range(3)}
    foretold = change(term, replace(before, rounds=(earlier, *shifted)))
    assert foretold.renumbered == {0: 1, 1: 2, 2: 3}
    assert not foretold.touches_published
    assert {term.session("g1", number + 1).id: number for number in range(3)} == sessions
    with term.database.reading() as db:
        rounds = select(PlannedSessionRow.round).join(GroupRow).where(GroupRow.key == "g1")
        assert sorted(db.scalars(rounds)) == [1, 2, 3]
    assert not troubles(term)
    change(term, before)
    assert {term.session("g1", number).id: number for number in range(3)} == sessions


def test_rounds_with_sessions_are_neither_left_out_nor_made_one(term: Term) -> None:
    before = programme_of(term)
    first, second, third = before.rounds
    left_out = effects(term, replace(before, rounds=(first, second)))
    longer = replace(first, last_day=second.last_day)
    made_one = effects(term, replace(before, rounds=(longer, replace(third, index=1))))
    assert [fault.where for fault in (*left_out.refusals, *made_one.refusals)] == ["rounds", "rounds"]
    assert "it has 2 published sessions." in left_out.refusals[0].text
    for key, said in (("g1", "it has 1 published session."), ("g2", "sessions were published for it.")):
        with term.database.writing() as db:
            db.get_one(SessionRow, term.session(key, 2).id).status = SessionStatus.CANCELLED
        assert said in effects(term, replace(before, rounds=(first, second))).refusals[0].text
    wanted = replace(before, rounds=(first, second))
    with pytest.raises(Rejected), term.database.writing() as db:
        change_programme(db, term.coordinator(), term.programme_id, wanted, clock.now())
    assert programme_of(term) == before


def test_sites_and_rooms_are_added_renamed_closed_and_kept_while_they_are_used(term: Term) -> None:
    before = programme_of(term)
    north, south = before.sites
    refused = effects(term, replace(before, sites=(Site("west", "West", before.zone),)))
    assert {fault.where for fault in refused.refusals} == {"sites-north"}, "nobody works in the south"
    attic = Room("attic", "Attic", 6, frozenset({1}), time(9), time(17))
    wanted = (replace(north, name="Northern Infirmary", rooms=(attic,)), Site("west", "West", "Europe/Dublin"))
    with term.database.writing() as db:
        row = db.get_one(SessionRow, term.session().id)
        row.mode, row.site_id, row.room_id = "in_person", north.id, north.rooms[0].id
    sequence = term.session().sequence
    foretold = change(term, replace(before, sites=wanted))
    assert [each.group_key for each in foretold.of_kind(EffectKind.ROOM)] == ["g1"]
    stored = programme_of(term).sites
    assert [(site.key, site.name, site.zone) for site in stored] == [
        ("north", "Northern Infirmary", "Europe/London"),
        ("west", "West", "Europe/Dublin"),
    ]
    rooms = {room.key: room.weekdays for room in stored[0].rooms}
    assert rooms == {"attic": frozenset({1}), "library": frozenset()}, "a session names it, so it is closed"
    assert term.session().sequence > sequence
    assert ("room", "closed", term.session().id) in troubles(term)
    assert south.key not in [site.key for site in stored]


def test_a_zone_is_corrected_with_the_rest(term: Term) -> None:
    start, before = term.session().starts_at, programme_of(term)
    foretold = change(term, replace(before, zone="America/New_York", name="Overseas"))
    assert not foretold.touches_published
    shift = term.session().starts_at - start
    assert shift in (timedelta(hours=4), timedelta(hours=5))
    assert not [each for each in troubles(term) if each[0] == "time"]
    assert {site.zone for site in programme_of(term).sites} == {"America/New_York"}
