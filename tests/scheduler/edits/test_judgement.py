"""What is said of an edit before it is made, and what never is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from scheduler.audit.tables import AuditRow
from scheduler.db import Database, Db
from scheduler.edits import service
from scheduler.edits.model import (
    DissolveGroup,
    Exchange,
    MakeGroup,
    MergeGroups,
    MovePerson,
    Pin,
    PinKind,
    SetDate,
    SetFacilitators,
    SetPin,
    SetWay,
    SplitGroup,
    TravelEffect,
)
from scheduler.errors import NotPossible, Unspoken
from scheduler.oversight.figures import figures
from scheduler.people.model import Role, WishKind
from scheduler.people.relations import ASSESSING_KINDS
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.programmes.service import get_programme
from scheduler.reasons.broken import Broken, private_sentence
from scheduler.sessions.published_figures import figures_of, tallies_of
from solvers import rules
from tests.builders import NOW, actor, publish
from tests.scheduler.edits.drafts import Drafted, a_draft, stored


@pytest.fixture
def here(database: Database) -> Drafted:
    return a_draft(database)


def avoids(db: Db, here: Drafted) -> None:
    """R5 does not want to share a group with R1."""
    of = {"programme_id": here.world.programme_id, "kind": WishKind.AVOID}
    db.add(WishRow(**of, person_id=here.ids["r5"], about_id=here.ids["r1"]))


def is_avoided(db: Db, here: Drafted) -> None:
    of = {"programme_id": here.world.programme_id, "kind": WishKind.AVOID}
    db.add(WishRow(**of, person_id=here.ids["r1"], about_id=here.ids["r5"]))


def has_complained(db: Db, here: Drafted) -> None:
    of = {
        "programme_id": here.world.programme_id,
        "kind": "prior-complaint",
        "declared": True,
        "declared_by_id": here.ids["r5"],
    }
    db.add(RelationRow(**of, person_id=here.ids["r5"], about_id=here.ids["r1"]))


def wants_others_only(db: Db, here: Drafted) -> None:
    set_of(db, here, "l", external="require")


def is_family(db: Db, here: Drafted) -> None:
    """The coordinator's own list has it that R5 and R1 are family."""
    of = {"programme_id": here.world.programme_id, "kind": "family"}
    db.add(RelationRow(**of, person_id=here.ids["r5"], about_id=here.ids["r1"]))


def is_related(db: Db, here: Drafted) -> None:
    kind = min(ASSESSING_KINDS)
    of = {"programme_id": here.world.programme_id, "kind": kind}
    db.add(RelationRow(**of, person_id=here.ids["r5"], about_id=here.ids["r1"]))


def set_of(db: Db, here: Drafted, name: str, **values: object) -> None:
    """What somebody answered about themselves."""
    db.execute(update(ParticipantRow).where(ParticipantRow.person_id == here.ids[name]).values(**values))


LISTED = [is_family, is_related]


@pytest.mark.parametrize("reason", LISTED)
def test_whatever_private_rule_stands_against_it_the_same_is_said(
    here: Drafted, reason: Callable[[Db, Drafted], None]
) -> None:
    here.keep(MovePerson(here.ids["r1"], None))
    with here.database.writing() as db:
        reason(db, here)
    here.note()
    edit = MovePerson(here.ids["r1"], "g2")
    found, before = here.preview(edit), stored(here)
    assert found.refused
    assert found.broken == (Broken(None),)
    assert (found.groups, found.people, found.mended, found.wishes) == ((), (), (), 0)
    assert found.coming_after == found.coming_before
    with pytest.raises(NotPossible) as said:
        here.keep(edit)
    assert str(said.value).startswith(private_sentence())
    assert stored(here) == before
    assert "R5" not in str(said.value)


def test_what_stands_against_one_place_does_not_against_another(here: Drafted) -> None:
    with here.database.writing() as db:
        is_family(db, here)
    here.note()
    assert not here.preview(MovePerson(here.ids["r1"], "g3")).refused


def test_of_too_small_a_group_nothing_private_is_asked(here: Drafted) -> None:
    with here.database.writing() as db:
        is_family(db, here)
    here.note()
    model = here.group("g1").model_id
    pair = MakeGroup(model, "video", None, (here.ids["r1"], here.ids["r5"]))
    other = MakeGroup(model, "video", None, (here.ids["r1"], here.ids["r6"]))
    assert not here.preview(pair).refused
    assert [each.rule_id for each in here.preview(pair).broken] == [each.rule_id for each in here.preview(other).broken]
    whole = MakeGroup(model, "video", None, tuple(here.ids[name] for name in ("r1", "r5", "r9", "l")))
    assert here.preview(whole).refused
    three = MakeGroup(model, "video", None, tuple(here.ids[name] for name in ("r1", "r5", "r9")))
    here.keep(three)
    made = next(group.key for group in here.open().groups if group.key not in ("g1", "g2", "g3", "g4"))
    assert here.preview(MovePerson(here.ids["l"], made)).refused


def test_what_was_broken_before_is_nothing_new_in_another_group(here: Drafted) -> None:
    with here.database.writing() as db:
        of = {"programme_id": here.world.programme_id, "kind": "family"}
        db.add(RelationRow(**of, person_id=here.ids["r1"], about_id=here.ids["r2"]))
    here.note()
    assert not here.preview(MergeGroups("g1", "g2")).refused
    assert not here.preview(SplitGroup("g1", (here.ids["r1"], here.ids["r2"]))).refused
    name = here.group("g1").name
    with here.database.writing() as db, pytest.raises(NotPossible, match="own wishes stands against it") as said:
        publish(db, here.coordinator, here.plan_id, NOW)
    assert name not in str(said.value)


def test_what_was_private_and_broken_before_is_not_told(here: Drafted) -> None:
    with here.database.writing() as db:
        of = {"programme_id": here.world.programme_id, "kind": "family"}
        db.add(RelationRow(**of, person_id=here.ids["r1"], about_id=here.ids["r2"]))
    here.note()
    draft = here.open()
    assert draft.broken == ()
    assert all(group.broken == () for group in draft.groups)
    moved = here.preview(MovePerson(here.ids["r1"], "g2"))
    assert not moved.refused
    assert moved.mended == ()  # that would tell between whom it was


def test_an_ordinary_rule_may_be_broken_half_way_and_is_told_with_its_figures(here: Drafted) -> None:
    edit = MovePerson(here.ids["r1"], "g2")
    assert here.preview(edit).broken == (Broken(rules.GROUP_SIZE, "g1", None, None, 3, 4),)
    here.keep(edit)
    assert here.open().broken == (Broken(rules.GROUP_SIZE, "g1", None, None, 3, 4),)
    back = here.preview(MovePerson(here.ids["l"], "g1"))
    assert (back.broken, back.mended) == ((), (Broken(rules.GROUP_SIZE, "g1", None, None, 3, 4),))


def test_a_draft_that_breaks_a_rule_is_not_published_and_the_rule_is_named(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["r1"], "g2"))
    name = here.group("g1").name
    with (
        here.database.writing() as db,
        pytest.raises(NotPossible, match=f"{name} has too few residents: 3 instead of at least 4"),
    ):
        publish(db, here.coordinator, here.plan_id, NOW)
    here.keep(MovePerson(here.ids["l"], "g1"))
    with here.database.writing() as db:
        publish(db, here.coordinator, here.plan_id, NOW)


def test_quorum_is_told_with_how_many_can_come(here: Drafted) -> None:
    with here.database.reading() as db:
        slots = get_programme(db, here.world.programme_id).slots()
    away = next(slot for slot in slots if slot.round == 1 and slot.starts_at > here.group("g1").sessions[1].starts_at)
    marks = "".join("0" if slot == away else "2" for slot in slots)
    here.say(r1=marks, r2=marks)
    found = here.preview(SetDate("g1", 1, away.starts_at))
    assert found.broken == (Broken(rules.QUORUM, "g1", 1, None, 2, 3, 4),)
    assert found.coming_after - found.coming_before == -2
    assert {(who.person_id, who.can_before, who.can_after) for who in found.people} == {
        (here.ids["r1"], 3, 2),
        (here.ids["r2"], 3, 2),
    }


def wants(db: Db, here: Drafted) -> None:
    of = {"programme_id": here.world.programme_id, "kind": WishKind.WANT}
    db.add(WishRow(**of, person_id=here.ids["r1"], about_id=here.ids["r6"]))


def would_choose(db: Db, here: Drafted) -> None:
    of = {"programme_id": here.world.programme_id, "kind": WishKind.CHOICE}
    db.add(WishRow(**of, person_id=here.ids["l"], about_id=here.ids["f1"]))


def is_not_to_be_alone(db: Db, here: Drafted) -> None:
    set_of(db, here, "r1", tags=["returning-parent"], company=["returning-parent"])
    set_of(db, here, "r5", tags=["returning-parent"])


def shares_an_interest(db: Db, here: Drafted) -> None:
    set_of(db, here, "r1", interests=["hospice"])
    set_of(db, here, "r6", interests=["hospice"])


def would_like_others(db: Db, here: Drafted) -> None:
    set_of(db, here, "l", external="prefer")


SECRETS = [wants, would_choose, is_not_to_be_alone, shares_an_interest, would_like_others]
FORBIDDING_SECRETS = [avoids, is_avoided, has_complained, wants_others_only]


@pytest.mark.parametrize("secret", FORBIDDING_SECRETS)
def test_the_board_takes_what_a_secret_forbids_and_publishing_refuses_it(
    here: Drafted, secret: Callable[[Db, Drafted], None]
) -> None:
    ids = here.ids
    edits = (MovePerson(ids["r1"], "g2"), Exchange(ids["r1"], ids["r5"]), MovePerson(ids["l"], "g4"))

    def told() -> list[object]:
        with here.database.reading() as db:
            asked = db, here.coordinator, here.plan_id
            return [*map(here.preview, edits), *(service.best_places(*asked, ids[name], NOW) for name in ("r1", "l"))]

    before = told()
    with here.database.writing() as db:
        secret(db, here)
    here.note()
    assert told() == before
    here.keep(Exchange(ids["r1"], ids["r6"]))
    here.keep(MovePerson(ids["l"], "g4"))
    assert here.open().broken == ()
    with here.database.writing() as db, pytest.raises(Unspoken, match="own wishes stands against it") as said:
        publish(db, here.coordinator, here.plan_id, NOW)
    assert said.value.programme_id == here.world.programme_id


@pytest.mark.parametrize("secret", SECRETS)
def test_two_worlds_that_differ_in_a_private_wish_alone_have_the_same_previews_places_and_dates(
    here: Drafted, secret: Callable[[Db, Drafted], None]
) -> None:
    ids = here.ids
    edits = (MovePerson(ids["r1"], None), MovePerson(ids["r1"], "g2"), Exchange(ids["r1"], ids["r5"]),
             MovePerson(ids["l"], "g4"), MovePerson(ids["l"], "g1"), SetFacilitators("g4", (ids["f2"],)),
             MovePerson(ids["r6"], None))  # fmt: skip

    def told() -> list[object]:
        with here.database.reading() as db:
            asked = db, here.coordinator, here.plan_id
            places = [service.best_places(*asked, ids[name], NOW) for name in ("r1", "l", "r6", "r9")]
            dates = service.best_dates(*asked, "g1", 1, NOW)
        return [*map(here.preview, edits), *places, dates]

    before, score = told(), here.open().score
    with here.database.writing() as db:
        secret(db, here)
    here.note()
    assert told() == before
    here.keep(edits[2])
    here.keep(edits[3])
    assert here.open().score != score, "the planner does count it"


def test_wishes_that_a_coordinator_may_know_of_are_counted(here: Drafted) -> None:
    with here.database.writing() as db:
        set_of(db, here, "l", models={"peer": 1, "vertical": 3}, modes=["video", "in_person"])
    here.note()
    assert here.preview(MovePerson(here.ids["l"], "g4")).wishes == 3, "the kind, the way, and no journey"
    assert here.preview(MovePerson(here.ids["l"], "g1")).wishes == 2


@pytest.mark.parametrize(
    ("answers", "rule"),
    [({"models": {"vertical": 1}}, rules.MODEL_ACCEPTED), ({"modes": ["phone"]}, rules.MODE_ACCEPTED)],
)
def test_what_people_accept_is_named_and_may_not_be_kept(here: Drafted, answers: dict[str, object], rule: str) -> None:
    with here.database.writing() as db:
        set_of(db, here, "r1", **answers)
        is_family(db, here)
    here.note()
    edit = MovePerson(here.ids["r1"], "g2")
    found = here.preview(edit)
    assert found.refused
    assert found.broken == (Broken(rule, "g2", None, here.ids["r1"]),), "whatever else there is"
    with pytest.raises(NotPossible, match="n’t chosen") as said:
        here.keep(edit)
    assert not isinstance(said.value, service.Refused)


def test_a_facilitator_may_have_one_group_too_many_half_way(here: Drafted) -> None:
    with here.database.writing() as db:
        set_of(db, here, "f2", capacity=0)
    here.note()
    edit = SetFacilitators("g4", (here.ids["f2"],))
    broken = here.preview(edit).broken
    assert broken == (Broken(rules.CAPACITY, None, None, here.ids["f2"], 1, 0),)
    here.keep(edit)
    with here.database.writing() as db, pytest.raises(NotPossible, match="more groups than they offered"):
        publish(db, here.coordinator, here.plan_id, NOW)


def test_only_a_change_that_was_to_be_kept_and_is_nobodys_business_is_noted(here: Drafted) -> None:
    with here.database.writing() as db:
        is_family(db, here)
    here.note()
    edit = MovePerson(here.ids["r1"], "g2")
    here.preview(edit)
    with pytest.raises(service.Refused):
        here.keep(edit)
    with here.database.writing() as db:
        service.note_refusal(db, here.coordinator, here.plan_id, NOW)
        lines = db.scalars(select(AuditRow).where(AuditRow.action == "draft.refused")).all()
        assert [line.details for line in lines] == [{"plan": here.plan_id}]
        overseer = actor(here.ids["f1"], here.world.programme_id, Role.OVERSIGHT)
        assert figures(db, overseer, here.world.programme_id, NOW).refusals == 1


def test_a_session_without_a_facilitator_does_not_take_place(here: Drafted) -> None:
    edit = SetFacilitators("g4", ())
    found = here.preview(edit)
    assert (found.held_before, found.held_after, found.wanted_after) == (12, 9, 12)
    assert found.coming_after == found.coming_before
    [group] = found.groups
    assert (group.held_before, group.held_after) == (3, 0)
    here.keep(edit)
    draft = here.open()
    assert (draft.held, draft.wanted) == (9, 12)
    assert [session.holds for session in here.group("g4").sessions] == [False] * 3
    with here.database.reading() as db:
        figures = figures_of(db, here.coordinator, here.world.programme_id, here.plan_id)
        tallies = tallies_of(db, here.coordinator, here.world.programme_id, here.plan_id)
    assert (figures.sessions_held, [each.key for each in figures.lacking]) == (9, ["g4"])
    assert (tallies["g4"].held, tallies["g4"].unled_rounds) == (0, (0, 1, 2))
    here.undo()
    assert here.open().held == 12


@pytest.mark.parametrize("group", ["g1", "g2", "g3", "g4"])
def test_a_preview_counts_the_sessions_that_the_draft_has_then(here: Drafted, group: str) -> None:
    edit = MovePerson(here.ids["l"], group) if group != "g4" else MergeGroups("g1", "g2")
    found = here.preview(edit)
    here.keep(edit)
    draft = here.open()
    assert (found.held_after, found.wanted_after) == (draft.held, draft.wanted)


def test_travel_is_counted_where_a_group_meets_at_another_site(here: Drafted) -> None:
    assert here.preview(SetWay("g1", "in_person", here.group("g3").site_id)).travel == ()
    with here.database.reading() as db:
        south = get_programme(db, here.world.programme_id).sites[1].id
    away = SetWay("g3", "in_person", south)
    assert here.preview(away).travel == (TravelEffect("South Hospital", 4),)
    here.keep(away)
    assert (here.preview(SetWay("g3", "video")).spared, here.preview(SetWay("g3", "video")).travel) == (4, ())


def test_pins_that_would_go_are_told_before_they_do(here: Drafted) -> None:
    pin = Pin(PinKind.GROUP, "g1")
    assert here.preview(SetPin(pin)).unpinned == ()
    here.keep(SetPin(pin))
    assert here.preview(DissolveGroup("g1")).unpinned == (pin,)
    assert here.preview(MovePerson(here.ids["l"], "g1")).unpinned == ()
    assert here.preview(SetPin(pin, is_set=False)).unpinned == ()
