"""Why two people may share a group all the same: recorded, kept to, told, taken back; and ways round it that fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.changes import Fact, note
from scheduler.charters.disclosures import disclosures
from scheduler.db import Database
from scheduler.enrolment.own_relations import declare, list_declared, take_back
from scheduler.enrolment.relation_list import (
    Relation,
    add_relation,
    correct_relation,
    get_relation,
    list_relations,
    remove_relation,
)
from scheduler.enrolment.relation_overrides import (
    deciding_about,
    decline_pairing,
    list_overrides,
    override_relation,
    withdraw_override,
)
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound, NotPossible, Rejected
from scheduler.paging import Paging
from scheduler.people.model import OPERATOR, Actor, RelationKind, Role
from scheduler.people.tables import ParticipantRow, RelationRow
from scheduler.planning.drafts import store_draft
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.membership import rosters
from scheduler.programmes.model import MentoringModel
from scheduler.programmes.service import create_programme, get_programme
from scheduler.publishing.programme_changes import change_programme
from scheduler.reasons.model import Explained
from solvers import rules
from solvers.instance import Instance
from solvers.referee import breaches_in, check
from solvers.solve import solve
from solvers.stop import Limits
from tests.builders import NOW, World, actor, import_residents, person_line, programme, publish, set_marks, world

WHY = "There is no other senior in this small department."
LED = MentoringModel("led", "Led group", (3, 4), 4, (0, 9), (1, 2), 1)


@pytest.fixture
def here(database: Database) -> World:
    return world(database, programme(models=(LED,)))


@pytest.fixture
def who(here: World) -> Mapping[str, int]:
    """Four residents and a senior at the northern site, and another in the south."""
    seniors = (
        person_line("Nora", role="faculty", stage="", models="led", capacity="1"),
        person_line("Sol", role="faculty", stage="", models="led", capacity="1", site="south"),
    )
    found = import_residents(here, 4, *seniors, models="led", modes="video")
    set_marks(here, dict.fromkeys(found.values(), "2"))
    return {address.split("@")[0]: person_id for address, person_id in found.items()}


def relate(here: World, one: int, other: int, kind: str = "supervises", *days: date | None) -> Relation:
    with here.database.writing() as db:
        add_relation(
            db, here.coordinator, here.programme_id, one, other, RelationKind(kind), *(days or (None, None)), NOW
        )
        found, _ = list_relations(db, here.coordinator, here.programme_id, Paging(size=100))
        return max(found, key=lambda each: each.id)


def override(here: World, relation: Relation, why: str = WHY, by: Actor | None = None) -> int:
    with here.database.writing() as db:
        override_relation(db, by or here.coordinator, here.programme_id, relation.id, why, NOW)
        return max(each.id for each in list_overrides(db, here.coordinator, here.programme_id))


def problem(here: World, now: datetime = NOW) -> Instance:
    with here.database.reading() as db:
        return build_instance(db, here.programme_id, now)


def are_apart(here: World, one: int, other: int, now: datetime = NOW) -> bool:
    return frozenset((person_key(one), person_key(other))) in problem(here, now).conflicts


def refused(here: World, kind: type[MentorRoundsError], relation: Relation, **how: object) -> MentorRoundsError:
    with pytest.raises(kind) as raised:
        override(here, relation, **how)  # type: ignore[arg-type]
    return raised.value


# --- a department in which every senior supervises everybody -------------------------------------------------------


def supervise_everybody(here: World, who: Mapping[str, int], *, reasoned: bool) -> list[int]:
    relations = [relate(here, who["nora"], who[f"r{n}"]) for n in range(1, 5)]
    return [override(here, each) for each in relations] if reasoned else []


def planned(here: World) -> tuple[Instance, int | None]:
    """The problem, and the draft that the planner makes of it; None where it forms no group."""
    instance = problem(here)
    solution = solve(instance, Limits(seconds=4, workers=1, seed=1))
    verdict = check(instance, solution)
    assert verdict.ok
    if not solution.groups:
        return instance, None
    with here.database.writing() as db:
        explained = Explained()
        return instance, store_draft(db, here.programme_id, instance, solution, verdict, explained, NOW)


def test_such_a_department_forms_groups_with_another_facilitator_from_elsewhere(
    here: World, who: Mapping[str, int]
) -> None:
    only_with_nora(here)
    supervise_everybody(here, who, reasoned=False)
    assert planned(here)[1] is None
    with here.database.reading() as db:
        found, _ = list_relations(db, here.coordinator, here.programme_id, Paging(size=100))
    for each in found:
        override(here, each)
    _, plan_id = planned(here)
    assert plan_id is not None
    with here.database.writing() as db:
        publish(db, here.coordinator, plan_id, NOW)
    with here.database.reading() as db:
        [(key, roster)] = rosters(db, here.programme_id).items()
        assert roster.keys() == set(who.values())
        told = disclosures(db, here.programme_id, key, NOW)
    assert {(each.person, each.about) for each in told} == {("Nora", f"R{n}") for n in range(1, 5)}
    assert all(WHY in each.line and "Somebody" in each.line for each in told)


@pytest.mark.parametrize("happens", ["withdrawn", "another relation", "company moves"])
def test_a_draft_is_not_published_once_what_makes_it_safe_is_gone(
    here: World, who: Mapping[str, int], happens: str
) -> None:
    only_with_nora(here)
    overrides = supervise_everybody(here, who, reasoned=True)
    _, plan_id = planned(here)
    assert plan_id is not None
    if happens == "another relation":
        relate(here, who["nora"], who["r1"], "panel")
    with here.database.writing() as db:
        if happens == "withdrawn":
            withdraw_override(db, here.coordinator, here.programme_id, overrides[0], NOW)
        if happens == "company moves":
            nora = db.get_one(ParticipantRow, (here.programme_id, who["nora"]))
            db.get_one(ParticipantRow, (here.programme_id, who["sol"])).site_id = nora.site_id
            note(db, Fact.PEOPLE, here.programme_id, NOW, (who["sol"],))
    with here.database.writing() as db, pytest.raises(NotPossible):
        publish(db, here.coordinator, plan_id, NOW)


def only_with_nora(here: World) -> None:
    """Every group needs two facilitators, so it can’t go without her."""
    with here.database.writing() as db:
        wanted = replace(get_programme(db, here.programme_id), models=(replace(LED, facilitators=(2, 2), present=1),))
        change_programme(db, here.coordinator, here.programme_id, wanted, NOW)


def test_the_referee_asks_for_company_from_elsewhere_without_such_a_relation(
    here: World, who: Mapping[str, int]
) -> None:
    supervise_everybody(here, who, reasoned=True)
    instance = problem(here)
    solution = solve(instance, Limits(seconds=3, workers=1, seed=1))
    [group] = solution.groups
    both = tuple(person_key(who[name]) for name in ("nora", "sol"))
    with_both = replace(group, facilitators=both, sessions=())
    alone = replace(group, facilitators=both[:1], sessions=())

    def broken(group: object, instance: Instance = instance) -> set[str]:
        return {breach.rule_id for breach in breaches_in(instance, [group])}  # type: ignore[list-item]

    assert broken(with_both) == set()
    assert broken(alone) == {rules.ACCOMPANIED}
    near = tuple(replace(person, site="north") for person in instance.faculty)
    assert broken(with_both, replace(instance, faculty=near)) == {rules.ACCOMPANIED}
    too = instance.accompanied | {(both[1], group.residents[0])}
    assert broken(with_both, replace(instance, accompanied=too)) == {rules.ACCOMPANIED}


# --- ways round it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["treats", "family", "prior-complaint", "sponsors", "advises"])
def test_what_is_fixed_or_told_openly_anyway_is_not_there_to_be_overridden(
    here: World, who: Mapping[str, int], kind: str
) -> None:
    relation = relate(here, who["nora"], who["r1"], kind)
    refused(here, NotFound, relation)
    assert are_apart(here, who["nora"], who["r1"]) is (kind not in ("sponsors", "advises"))


@pytest.mark.parametrize("why", ["", "   ", "because", "x" * 301])
def test_a_reason_is_needed_and_a_word_is_none(here: World, who: Mapping[str, int], why: str) -> None:
    error = refused(here, Rejected, relate(here, who["nora"], who["r1"]), why=why)
    assert isinstance(error, Rejected)
    assert [fault.where for fault in error.faults] == ["why"]
    assert are_apart(here, who["nora"], who["r1"])


def test_only_a_coordinator_of_this_programme_may(here: World, who: Mapping[str, int]) -> None:
    relation = relate(here, who["nora"], who["r1"])
    elsewhere = actor(here.coordinator.person_id or 0, here.programme_id + 1, Role.COORDINATOR)
    for by in (
        elsewhere,
        actor(who["nora"], here.programme_id, Role.FACULTY),
        actor(who["r1"], here.programme_id, Role.RESIDENT),
        actor(99, here.programme_id, Role.OVERSIGHT),
    ):
        refused(here, NotAllowed, relation, by=by)
    assert are_apart(here, who["nora"], who["r1"])


def test_a_relation_of_another_programme_is_not_there(here: World, who: Mapping[str, int]) -> None:
    relation = relate(here, who["nora"], who["r1"])
    with here.database.writing() as db:
        other = create_programme(db, OPERATOR, programme(slug="other", models=(LED,)), NOW)
        with pytest.raises(NotFound):
            override_relation(db, actor(1, other, Role.COORDINATOR), other, relation.id, WHY, NOW)


@pytest.mark.parametrize("side", ["nora", "r1"])
def test_nobody_decides_about_themselves(here: World, who: Mapping[str, int], side: str) -> None:
    relation = relate(here, who["nora"], who["r1"])
    both = actor(who[side], here.programme_id, Role.COORDINATOR)
    assert "one of the two" in str(refused(here, NotPossible, relation, by=both))
    with here.database.reading() as db:
        assert deciding_about(db, both, here.programme_id, relation).is_own


def test_what_somebody_declared_openly_may_be_reasoned_too(here: World, who: Mapping[str, int]) -> None:
    nora = actor(who["nora"], here.programme_id, Role.FACULTY)
    with here.database.writing() as db:
        declare(db, nora, here.programme_id, who["r1"], "supervises", None, None, NOW)
        [declared] = list_declared(db, nora, here.programme_id)
        relation = get_relation(db, here.coordinator, here.programme_id, declared.id)
    assert are_apart(here, who["nora"], who["r1"])
    assert relation.declared_by == "Nora"
    override(here, relation)
    assert not are_apart(here, who["nora"], who["r1"])
    with here.database.writing() as db:
        take_back(db, nora, here.programme_id, declared.id, NOW)
        declare(db, nora, here.programme_id, who["r1"], "supervises", None, None, NOW)
    assert are_apart(here, who["nora"], who["r1"]), "it lapsed with the declaration"


@pytest.mark.parametrize("tie", ["treats", "treats-me", "family", "complaint"])
def test_what_is_declared_in_confidence_is_not_there_for_the_coordinator(
    here: World, who: Mapping[str, int], tie: str
) -> None:
    nora = actor(who["nora"], here.programme_id, Role.FACULTY)
    with here.database.writing() as db:
        declare(db, nora, here.programme_id, who["r1"], tie, None, None, NOW)
        [declared] = list_declared(db, nora, here.programme_id)
        with pytest.raises(NotFound):
            override_relation(db, here.coordinator, here.programme_id, declared.id, WHY, NOW)


def test_one_override_leaves_every_other_relation_of_the_two(here: World, who: Mapping[str, int]) -> None:
    override(here, relate(here, who["nora"], who["r1"]))
    assert not are_apart(here, who["nora"], who["r1"])
    relate(here, who["nora"], who["r1"], "assesses")
    assert are_apart(here, who["nora"], who["r1"])


def test_a_secret_keeps_them_apart_and_shows_in_nothing_the_coordinator_has(
    here: World, who: Mapping[str, int]
) -> None:
    override(here, relate(here, who["nora"], who["r1"]))
    before = problem(here).accompanied
    with here.database.writing() as db:
        db.add(
            RelationRow(
                programme_id=here.programme_id, person_id=who["nora"], about_id=who["r1"],
                kind=RelationKind.TREATS, declared=True, declared_by_id=who["nora"],
            )
        )  # fmt: skip
    assert are_apart(here, who["nora"], who["r1"])
    assert problem(here).accompanied == before


def test_after_it_was_withdrawn_they_are_kept_apart_again(here: World, who: Mapping[str, int]) -> None:
    relation = relate(here, who["nora"], who["r1"])
    override_id = override(here, relation)
    with here.database.writing() as db:
        withdraw_override(db, here.coordinator, here.programme_id, override_id, NOW)
    assert are_apart(here, who["nora"], who["r1"])
    with here.database.writing() as db, pytest.raises(NotFound):
        withdraw_override(db, here.coordinator, here.programme_id, override_id, NOW)
    override(here, relation)
    assert not are_apart(here, who["nora"], who["r1"])


def test_it_is_recorded_once(here: World, who: Mapping[str, int]) -> None:
    relation = relate(here, who["nora"], who["r1"])
    override(here, relation)
    refused(here, NotPossible, relation)


def test_a_relation_that_was_removed_or_changed_takes_its_override_with_it(here: World, who: Mapping[str, int]) -> None:
    pair = who["nora"], who["r1"]
    first = relate(here, *pair)
    override(here, first)
    with here.database.writing() as db:
        remove_relation(db, here.coordinator, here.programme_id, first.id, NOW)
    second = relate(here, *pair)
    assert are_apart(here, *pair)
    override(here, second)
    for kind in (RelationKind.PANEL, RelationKind.SUPERVISES):
        with here.database.writing() as db:
            correct_relation(db, here.coordinator, here.programme_id, second.id, kind, None, None, NOW)
        assert are_apart(here, *pair)
    override(here, second)
    for lines in ("nora@example.org,r2@example.org,supervises,,", "nora@example.org,r1@example.org,supervises,,"):
        with here.database.writing() as db:
            content = "person,about,kind,first_day,last_day\n" + lines
            import_relations(db, here.coordinator, here.programme_id, content.encode(), NOW)
    assert are_apart(here, *pair)


def test_a_programme_that_rules_it_out_is_kept_to_whatever_was_recorded(here: World, who: Mapping[str, int]) -> None:
    relation = relate(here, who["nora"], who["r1"])
    override(here, relation)
    with here.database.writing() as db:
        wanted = replace(get_programme(db, here.programme_id), relation_policies={"supervises": "forbid"})
        change_programme(db, here.coordinator, here.programme_id, wanted, NOW)
    assert are_apart(here, who["nora"], who["r1"])
    refused(here, NotFound, relation)


def test_what_a_programme_forbids_unless_reasoned_may_be_reasoned(here: World, who: Mapping[str, int]) -> None:
    relation = relate(here, who["nora"], who["r1"], "sponsors")
    with here.database.writing() as db:
        wanted = replace(get_programme(db, here.programme_id), relation_policies={"sponsors": "unless_reasoned"})
        change_programme(db, here.coordinator, here.programme_id, wanted, NOW)
    assert are_apart(here, who["nora"], who["r1"])
    override(here, relation)
    assert not are_apart(here, who["nora"], who["r1"])


@pytest.mark.parametrize(
    "chosen",
    [
        {"treats": "allow"},
        {"family": "unless_reasoned"},
        {"supervises": "allow"},
        {"panel": "disclose"},
        {"owes": "allow"},
    ],
)
def test_no_programme_loosens_what_is_fixed(here: World, chosen: Mapping[str, str]) -> None:
    with here.database.reading() as db:
        wanted = replace(get_programme(db, here.programme_id), relation_policies=chosen)
    with here.database.writing() as db, pytest.raises(Rejected) as raised:
        change_programme(db, here.coordinator, here.programme_id, wanted, NOW)
    assert [fault.where for fault in raised.value.faults] == [f"relation_policies-{next(iter(chosen))}"]


# --- when it holds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "apart"),
    [
        ((None, None), True),
        ((None, date(2027, 1, 4)), True),
        ((None, date(2027, 1, 3)), False),
        ((date(2027, 3, 28), None), True),
        ((date(2027, 3, 29), None), False),
        ((date(2027, 2, 1), date(2027, 2, 2)), True),
    ],
)
def test_a_relation_on_any_day_of_the_term_keeps_two_apart(
    here: World, who: Mapping[str, int], days: tuple[date | None, date | None], apart: bool
) -> None:
    relate(here, who["nora"], who["r1"], "supervises", *days)
    assert are_apart(here, who["nora"], who["r1"]) is apart


def test_for_the_rest_of_a_term_what_is_over_no_longer_counts(here: World, who: Mapping[str, int]) -> None:
    relate(here, who["nora"], who["r1"], "supervises", None, date(2027, 1, 10))
    on_last_day = datetime(2027, 1, 10, 12, tzinfo=UTC)
    assert are_apart(here, who["nora"], who["r1"], on_last_day)
    assert not are_apart(here, who["nora"], who["r1"], on_last_day + timedelta(days=1))


# --- who would rather not ------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["nora", "r1"])
def test_either_may_say_no_for_good_and_nobody_learns_who(here: World, who: Mapping[str, int], side: str) -> None:
    relation = relate(here, who["nora"], who["r1"])
    override_id = override(here, relation)
    with here.database.writing() as db:
        decline_pairing(db, actor(who[side], here.programme_id), here.programme_id, override_id, NOW)
    assert are_apart(here, who["nora"], who["r1"])
    assert "isn’t possible" in str(refused(here, NotPossible, relation))
    with here.database.reading() as db:
        [found] = list_overrides(db, here.coordinator, here.programme_id)
        lines = db.scalars(select(AuditRow).where(AuditRow.action == "relation.override_declined")).all()
    assert (found.declined, found.withdrawn_by) == (True, "")
    assert [line.actor_id for line in lines] == [None]


def test_nobody_else_can_say_it_for_them(here: World, who: Mapping[str, int]) -> None:
    override_id = override(here, relate(here, who["nora"], who["r1"]))
    for by in (actor(who["r2"], here.programme_id, Role.RESIDENT), here.coordinator, OPERATOR):
        with here.database.writing() as db, pytest.raises(NotFound):
            decline_pairing(db, by, here.programme_id, override_id, NOW)
    with here.database.writing() as db, pytest.raises(NotFound):
        decline_pairing(db, actor(who["r1"], here.programme_id + 1), here.programme_id + 1, override_id, NOW)
    assert not are_apart(here, who["nora"], who["r1"])


def test_who_looks_after_safety_reads_all_of_it_and_others_nothing(here: World, who: Mapping[str, int]) -> None:
    override(here, relate(here, who["nora"], who["r1"]))
    with here.database.reading() as db:
        [found] = list_overrides(db, actor(77, here.programme_id, Role.OVERSIGHT), here.programme_id)
        for role in (Role.FACULTY, Role.RESIDENT):
            with pytest.raises(NotAllowed):
                list_overrides(db, actor(who["r1"], here.programme_id, role), here.programme_id)
    assert (found.person, found.about, found.reason, found.made_by, found.made_at) == (
        "Nora", "R1", WHY, "Somebody", NOW,
    )  # fmt: skip
