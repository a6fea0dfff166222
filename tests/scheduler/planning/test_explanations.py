"""Why a plan is as it is: found by the planner, kept with the plan, read by those whom it concerns."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import ParticipantRow, PersonRow, WishRow
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.model import Plan
from scheduler.plans.own_wishes import own_wishes
from scheduler.plans.service import get_plan
from scheduler.plans.tables import ExplanationRow, OwnWishesRow
from scheduler.reasons.codec import reasons_from_json, reasons_to_json
from scheduler.reasons.model import Explained, KeptReasons
from solvers import rules
from solvers.explain import Explainer
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting
from solvers.reasons.facts import StepKind, Unplaced, WishOutcome, rule_ids
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import ShouldStop, never
from tests.builders import NOW, World, actor, import_residents, person_line, publish, set_marks, world

ROUND_SLOTS = 40
AWAY_IN_ROUND_2 = "2" * ROUND_SLOTS + "0" * ROUND_SLOTS + "2" * ROUND_SLOTS


@pytest.fixture
def here(storage: Database) -> World:
    """Four peers, three of whom are away in the second round, and somebody of another level whom R1 asked for."""
    made = world(storage)
    odd = person_line("Odd", stage="5", models="peer", modes="video")
    ids = import_residents(made, 4, odd, models="peer:3", modes="video")
    set_marks(made, dict.fromkeys(ids.values(), AWAY_IN_ROUND_2) | {ids["r1@example.org"]: "2"})
    with storage.writing() as db:
        db.add(WishRow(programme_id=made.programme_id, person_id=ids["r1@example.org"],
                       about_id=ids["odd@example.org"], kind="want"))  # fmt: skip
    return made


def ids_of(here: World) -> dict[str, int]:
    with here.database.reading() as db:
        return dict(db.execute(select(PersonRow.name, PersonRow.id)).all())


def stored(here: World, explain: Callable[[Instance, Solution], Explained] = explained) -> int:
    """R1 to R4 as one group that misses the second round."""
    keys = tuple(person_key(person_id) for name, person_id in sorted(ids_of(here).items()) if name.startswith("R"))
    with here.database.writing() as db:
        instance = build_instance(db, here.programme_id, NOW)
        meetings = (Meeting(0, 0), Meeting(2, 2 * ROUND_SLOTS))
        solution = Solution(instance.name, (Group("g1", "peer", "video", keys, (), meetings),))
        verdict = check(instance, solution)
        assert verdict.ok, verdict.broken
        return store_draft(db, here.programme_id, instance, solution, verdict, explain(instance, solution), NOW)


def read(here: World, plan_id: int) -> Plan:
    with here.database.reading() as db:
        return get_plan(db, here.coordinator, plan_id)


def told(here: World, name: str) -> tuple[WishOutcome[str], ...]:
    with here.database.reading() as db:
        return own_wishes(db, actor(ids_of(here)[name], here.programme_id, Role.RESIDENT), here.programme_id)


def test_a_missed_round_has_its_reason(here: World) -> None:
    [group] = read(here, stored(here)).groups
    [missed] = group.missed
    [obstacle] = missed.obstacles
    assert (missed.round, obstacle.rule_id) == (1, rules.QUORUM)
    assert (obstacle.have, obstacle.of, obstacle.needed) == (1, 4, 3)
    assert missed.slot is not None
    assert missed.slot > group.sessions[0].starts_at


def test_a_resident_without_a_group_has_the_rules_in_the_way(here: World) -> None:
    [missing] = read(here, stored(here)).unplaced
    assert missing.person == "Odd"
    in_the_way = rule_ids(missing.obstacles)
    assert rules.STAGE_SPREAD in in_the_way
    assert in_the_way[-1] == rules.MODEL_ACCEPTED


def test_what_would_help_is_told_with_what_it_buys(here: World) -> None:
    found = read(here, stored(here)).reasons.help
    quorum = {one.step.kind: one for one in found.smallest}[StepKind.QUORUM]
    assert (quorum.step.value, quorum.step.instead_of, quorum.gain.sessions) == (0.25, 0.6, 1)
    assert found.together.sessions >= 1
    assert all(one.gain.sessions + one.gain.residents > 0 for one in found.smallest)


def test_what_is_kept_for_the_coordinator_is_the_same_whatever_people_keep_to_themselves(here: World) -> None:
    without = kept_reasons(here, stored(here))
    ids = ids_of(here)
    with here.database.writing() as db:
        about = {"programme_id": here.programme_id, "person_id": ids["R2"]}
        db.add_all(
            (WishRow(**about, about_id=ids["Odd"], kind="avoid"), WishRow(**about, about_id=ids["R3"], kind="want"))
        )
    assert kept_reasons(here, stored(here)) == without
    assert [wish for wish in without["unmet"] if wish["kind"] == "want"] == [], "whom R1 asked for stays theirs"


def kept_reasons(here: World, plan_id: int) -> dict[str, Any]:
    with here.database.reading() as db:
        return dict(db.get_one(ExplanationRow, plan_id).reasons)


def test_residents_read_their_own_wishes_once_it_is_published(here: World) -> None:
    plan_id = stored(here)
    assert told(here, "R1") == ()
    with here.database.writing() as db:
        publish(db, OPERATOR, plan_id, NOW)
    assert WishOutcome("R1", "want", "Odd", met=False) in told(here, "R1")
    assert [wish for wish in told(here, "R2") if wish.kind == "want"] == []
    assert told(here, "Odd") == ()


def test_who_left_altogether_is_named_nowhere(here: World) -> None:
    plan_id = stored(here)
    with here.database.writing() as db:
        publish(db, OPERATOR, plan_id, NOW)
        db.delete(db.get_one(PersonRow, ids_of(here)["Odd"]))
    assert [wish for wish in told(here, "R1") if wish.kind == "want"] == []
    assert [unmet for unmet in read(here, plan_id).reasons.unmet if unmet.kind == "want"] == []
    assert read(here, plan_id).unplaced == ()


def test_without_time_a_plan_is_kept_all_the_same(here: World) -> None:
    plan = read(here, stored(here, lambda instance, solution: explained(instance, solution, lambda: True)))
    assert (plan.groups[0].missed, plan.groups[0].missed_rounds) == ((), (1,))
    assert (plan.reasons.help.smallest, plan.reasons.unmet, plan.unplaced[0].obstacles) == ((), (), ())


def test_a_plan_from_before_reasons_were_kept_is_read_without(here: World) -> None:
    plan_id = stored(here)
    with here.database.writing() as db:
        db.delete(db.get_one(ExplanationRow, plan_id))
    plan = read(here, plan_id)
    assert plan.unplaced == (Unplaced("Odd"),)


def test_what_is_kept_names_no_tag_and_what_is_told_no_secret_of_others(here: World) -> None:
    def kept() -> tuple[str, dict[int, str]]:
        plan_id = stored(here)
        with here.database.reading() as db:
            rows = db.scalars(select(OwnWishesRow).where(OwnWishesRow.plan_id == plan_id))
            return str(db.get_one(ExplanationRow, plan_id).reasons), {row.person_id: str(row.wishes) for row in rows}

    ids = ids_of(here)
    before, told_before = kept()
    with here.database.writing() as db:
        for name in ("R2", "Odd"):
            row = db.get_one(ParticipantRow, (here.programme_id, ids[name]))
            row.tags, row.company = ["only-parent"], ["only-parent"]
        db.add(WishRow(programme_id=here.programme_id, person_id=ids["Odd"], about_id=ids["R1"], kind="avoid"))
    for_coordinator, told_after = kept()
    assert for_coordinator == before, "nor is the coordinator told any"
    assert "only-parent" not in for_coordinator + str(told_after)
    for name in ("R1", "R3", "R4"):
        assert told_after[ids[name]] == told_before[ids[name]]
    assert told_after[ids["R2"]] != told_before[ids["R2"]], "their own wish for company was heard"


def test_what_would_help_is_the_same_whatever_people_keep_to_themselves(here: World) -> None:
    """R1 to R4 are as many as a group may be; a larger one would take Odd, if it were not for the secret."""
    made: list[tuple[Instance, Solution]] = []
    stored(here, lambda *given: made.append(given) or explained(*given))
    [(before, solution)] = made
    [odd] = {resident.id for resident in before.residents} - set(solution.groups[0].residents)
    models = tuple(replace(model, size=(3, 4)) for model in before.models)
    first, always = before.residents[0], "2" * len(before.slots)
    alike = tuple(replace(resident, stage=first.stage, availability=always) for resident in before.residents)
    plain = replace(before, models=models, residents=alike)
    avoiding = tuple(replace(r, avoids=(odd,)) if r.id in solution.groups[0].residents else r for r in alike)
    secret = replace(plain, residents=avoiding)
    helps = [explained(instance, solution).for_coordinator.help for instance in (plain, secret)]
    assert helps[0] == helps[1]
    assert StepKind.LARGER in {found.step.kind for found in helps[0].smallest}
    full = Explainer(secret, solution).relaxations()
    assert StepKind.LARGER not in {found.step.kind for found in full.smallest}, "so the secret makes a difference"


def test_whoever_likes_everything_alike_has_wished_for_nothing(here: World) -> None:
    def alike(instance: Instance, solution: Solution) -> Explained:
        residents = tuple(replace(r, wants=(), modes=("video", "phone")) for r in instance.residents)
        return explained(replace(instance, residents=residents), solution)

    with here.database.reading() as db:
        instance = build_instance(db, here.programme_id, NOW)
    assert all(len(set(resident.models.values())) == 1 for resident in instance.residents)
    found: list[Explained] = []
    stored(here, lambda instance, solution: found.append(alike(instance, solution)) or found[0])
    kinds = {wish.kind for wishes in found[0].for_people.values() for wish in wishes}
    assert kinds == {"mode", "travel"}


def repaired(here: World, should_stop: ShouldStop = never) -> tuple[Instance, KeptReasons]:
    """What is kept of a plan in which the group's first date has moved by a slot and its third is lost."""
    plan_id = stored(here)
    with here.database.writing() as db:
        publish(db, OPERATOR, plan_id, NOW)
    with here.database.reading() as db:
        instance = build_instance(db, here.programme_id, NOW)
    [group] = instance.previous
    moved = replace(group, sessions=(replace(group.sessions[0], slot=1),))
    reasons = explained(instance, Solution(instance.name, (moved,)), should_stop).for_coordinator
    return instance, reasons_from_json(json.loads(json.dumps(reasons_to_json(reasons))))


def test_what_moved_is_kept_by_its_dates(here: World) -> None:
    instance, reasons = repaired(here)
    first, third = reasons.moved
    assert (first.group, first.round, first.old_slot, first.slot) == (
        "g1", 0, instance.slots[0].start, instance.slots[1].start
    )  # fmt: skip
    assert first.slot == first.old_slot + timedelta(minutes=45)
    assert (first.obstacles, first.cost is not None) == ((), True)
    assert (third.round, third.old_slot, third.slot) == (2, instance.slots[2 * ROUND_SLOTS].start, None)


def test_who_changed_groups_is_kept_with_the_rules_against_staying(here: World) -> None:
    plan_id = stored(here)
    with here.database.writing() as db:
        publish(db, OPERATOR, plan_id, NOW)
    with here.database.reading() as db:
        instance = build_instance(db, here.programme_id, NOW)
    kept = explained(instance, Solution(instance.name, ())).for_coordinator
    ids = ids_of(here)
    assert {found.person for found in kept.regrouped} == {ids[name] for name in ("R1", "R2", "R3", "R4")}
    assert {(found.before, found.now) for found in kept.regrouped} == {("g1", None)}
    assert kept.moved == ()


def test_what_moved_stays_out_where_there_is_no_time(here: World) -> None:
    _, reasons = repaired(here, lambda: True)
    assert (reasons.moved, reasons.regrouped) == ((), ())
