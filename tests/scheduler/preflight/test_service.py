"""The checks before publishing: each red one keeps a plan back, and no way leads round it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from scheduler.audit.tables import AuditRow
from scheduler.charters import service as charters
from scheduler.charters.disclosures import told_to
from scheduler.db import Database, Db
from scheduler.edits import service as edits
from scheduler.edits.model import SetDate
from scheduler.enrolment.people_import import import_people
from scheduler.enrolment.relation_list import add_relation
from scheduler.errors import MentorRoundsError, NotAllowed, NotPossible, Rejected
from scheduler.joining.answers import save_topics
from scheduler.joining.facilitator_list import Noted, note_from_paper
from scheduler.joining.questions import questions_of
from scheduler.joining.tables import AnswerRow
from scheduler.memory import forget_everything
from scheduler.people.model import OPERATOR, Actor, RelationKind, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, RoleRow
from scheduler.planning.earlier_revision import draft_again
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.preflight import service as preflight
from scheduler.preflight.model import Check, Item, Light
from scheduler.preflight.tables import PreflightOverrideRow
from scheduler.preflight.wording import finding_words
from scheduler.programmes.model import HelpKind, Signpost
from scheduler.programmes.service import get_programme
from scheduler.programmes.signposts import add_signpost, set_signposts
from scheduler.programmes.tables import ProgrammeRow
from scheduler.publishing.service import publish
from tests.builders import (
    NOW,
    World,
    actor,
    add_draft,
    everybody_is_ready,
    import_residents,
    people_csv,
    person_line,
    set_marks,
    world,
)

DATES = {round_: datetime(2027, 1, 5, 12, 30, tzinfo=UTC) + timedelta(weeks=4 * round_) for round_ in range(3)}
WHY = "We have spoken to all of them in person."


@pytest.fixture
def here(database: Database) -> World:
    """A programme in order: a charter, two contacts, where to find help, and everybody has said yes."""
    found = world(database)
    with database.writing() as db:
        who, programme_id = found.coordinator, found.programme_id
        charters.adopt(db, who, programme_id, charters.charter_to_edit(db, who, programme_id), NOW)
        for name in ("Iris Lighthouse", "Winnie Harbour"):
            address = f"{name.split()[0].lower()}@example.org"
            appoint(db, who, programme_id, name, address, Role.OVERSIGHT, NOW)
        add_signpost(db, who, programme_id, Signpost(HelpKind.CRISIS, "Samaritans", "116 123"), NOW)
    return found


@pytest.fixture
def people(here: World) -> list[int]:
    ids = sorted(import_residents(here, 8, models="peer:3").values())
    set_marks(here, dict.fromkeys(ids, "2"))
    with here.database.writing() as db:
        everybody_is_ready(db, here.programme_id)
    return ids


@pytest.fixture
def draft(here: World, people: list[int]) -> int:
    return add_draft(here, g1=(people[:4], DATES), g2=(people[4:], DATES))


def red(here: World, plan_id: int) -> tuple[Item, ...]:
    with here.database.reading() as db:
        return preflight.look(db, here.coordinator, plan_id, NOW).red


def release(here: World, plan_id: int, who: Actor | None = None) -> int:
    with here.database.writing() as db:
        return publish(db, who or here.coordinator, plan_id, NOW)


def override(here: World, plan_id: int, item: Item, why: str = WHY, who: Actor | None = None) -> None:
    with here.database.writing() as db:
        preflight.override(db, who or here.coordinator, plan_id, item, why, NOW)


def test_a_plan_in_order_is_published_without_a_word(here: World, draft: int) -> None:
    assert red(here, draft) == ()
    with here.database.reading() as db:
        report = preflight.look(db, here.coordinator, draft, NOW)
    assert {report.light(check) for check in Check} == {Light.GREEN}
    assert release(here, draft) == 1


def no_charter(db: Db, here: World, _people: list[int]) -> None:
    db.execute(charters.CharterRow.__table__.delete())


def one_contact(db: Db, here: World, _people: list[int]) -> None:
    from scheduler.people.tables import PersonRow, RoleRow

    winnie = select(PersonRow.id).where(PersonRow.name == "Winnie Harbour").scalar_subquery()
    db.execute(RoleRow.__table__.delete().where(RoleRow.person_id == winnie))


def somebody_never_said_yes(db: Db, here: World, people: list[int]) -> None:
    db.execute(update(AnswerRow).where(AnswerRow.person_id == people[0]).values(agreed_at=None))


def the_coordinator_under_a_second_address(db: Db, here: World, _people: list[int]) -> None:
    """As it may be in a programme of before contacts were compared with coordinators."""
    twin = PersonRow(name="CORA  Coordinator", email="c@home.example", created_at=NOW)
    db.add(twin)
    db.flush()
    db.add(RoleRow(programme_id=here.programme_id, person_id=twin.id, role=Role.OVERSIGHT))


def a_contact_has_power_over_somebody(db: Db, here: World, people: list[int]) -> None:
    iris = db.scalars(select(PersonRow.id).where(PersonRow.name == "Iris Lighthouse")).one()
    db.add(RelationRow(programme_id=here.programme_id, person_id=iris, about_id=people[2], kind="line-manages"))


@pytest.mark.parametrize(
    ("change", "item"),
    [
        (no_charter, Item.CHARTER),
        (one_contact, Item.CONTACTS),
        (somebody_never_said_yes, Item.SAID_YES),
        (the_coordinator_under_a_second_address, Item.OFFICES),
        (a_contact_has_power_over_somebody, Item.OFFICES),
    ],
)
def test_each_red_item_keeps_a_plan_back_until_it_is_overridden_by_name(
    here: World, people: list[int], draft: int, change: Callable[[Db, World, list[int]], None], item: Item
) -> None:
    with here.database.writing() as db:
        change(db, here, people)
    assert red(here, draft) == (item,)
    with pytest.raises(NotPossible, match="it needs you"):
        release(here, draft)
    override(here, draft, item)
    assert release(here, draft) == 1
    with here.database.reading() as db:
        row = db.scalars(select(PreflightOverrideRow)).one()
        line = db.scalars(select(AuditRow).where(AuditRow.action == "check.overridden")).one()
    assert (row.item, row.person_id, row.at, row.reason) == (item, here.coordinator.person_id, NOW, WHY)
    assert (line.actor_id, line.details["item"], line.details["why"]) == (row.person_id, item.value, WHY)


def test_who_can_come_to_none_of_their_sessions_has_no_place(here: World, people: list[int], draft: int) -> None:
    set_marks(here, {people[0]: "0"})
    assert red(here, draft) == (Item.NEVER_THERE,)
    with pytest.raises(NotPossible, match="at least one session"):
        release(here, draft)


def test_a_way_to_meet_that_somebody_does_not_accept_is_red(here: World, people: list[int], draft: int) -> None:
    with here.database.writing() as db:
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == people[5]).values(modes=["in-person"]))
    assert Item.WAY_TO_MEET in red(here, draft)


@pytest.mark.parametrize(
    ("signed", "done_on", "items"),
    [
        (True, NOW.date(), ()),
        (False, NOW.date(), (Item.CODE,)),
        (True, None, (Item.TRAINING,)),
        (True, NOW.date() - timedelta(days=3700), (Item.TRAINING,)),
    ],
)
def test_facilitators_have_signed_and_are_trained(
    here: World, draft: int, signed: bool, done_on: date | None, items: tuple[Item, ...]
) -> None:
    with here.database.writing() as db:
        line = person_line("Fay Lantern", role="faculty", models="peer")
        import_people(db, here.coordinator, here.programme_id, people_csv(line), NOW)
        fay = db.scalars(select(ParticipantRow.person_id).where(ParticipantRow.kind == "faculty")).one()
        of_fay = {"programme_id": here.programme_id, "person_id": fay}
        db.add(AnswerRow(**of_fay, agreed_at=NOW, steps=[], needs=""))
        done = {kind.key: done_on for kind in questions_of(db, here.programme_id).training} if done_on else {}
        noted = Noted(fay, NOW.date() if signed else None, done)
        note_from_paper(db, here.coordinator, here.programme_id, [noted], NOW)
        group = db.scalars(select(GroupRow.id).where(GroupRow.key == "g1")).one()
        db.add(MemberRow(group_id=group, person_id=fay, role="facilitator"))
    assert red(here, draft) == items


def test_what_gets_worse_after_an_override_is_red_again(here: World, people: list[int], draft: int) -> None:
    with here.database.writing() as db:
        somebody_never_said_yes(db, here, people)
    override(here, draft, Item.SAID_YES)
    assert red(here, draft) == ()
    with here.database.writing() as db:
        db.execute(update(AnswerRow).where(AnswerRow.person_id == people[1]).values(agreed_at=None))
        preflight.record(db, here.coordinator, "plan.reviewed", NOW, here.programme_id)  # a change like any other
    assert red(here, draft) == (Item.SAID_YES,)
    with pytest.raises(NotPossible):
        release(here, draft)


def test_an_override_is_of_one_plan_and_one_item(here: World, people: list[int], draft: int) -> None:
    with here.database.writing() as db:
        somebody_never_said_yes(db, here, people)
        no_charter(db, here, people)
    override(here, draft, Item.SAID_YES)
    assert red(here, draft) == (Item.CHARTER,)
    other = add_draft(here, g1=(people[:4], DATES))
    assert set(red(here, other)) == {Item.SAID_YES, Item.CHARTER}


@pytest.mark.parametrize("why", ["", "   ", "ok", "x" * 14, "x" * 301])
def test_without_a_reason_nothing_is_overridden(here: World, people: list[int], draft: int, why: str) -> None:
    with here.database.writing() as db:
        no_charter(db, here, people)
    with pytest.raises(Rejected):
        override(here, draft, Item.CHARTER, why)
    assert red(here, draft) == (Item.CHARTER,)


def test_only_its_coordinators_override_and_a_command_has_no_name(here: World, people: list[int], draft: int) -> None:
    with here.database.writing() as db:
        no_charter(db, here, people)
    for role in (Role.RESIDENT, Role.FACULTY, Role.OVERSIGHT):
        with pytest.raises(NotAllowed):
            override(here, draft, Item.CHARTER, who=actor(people[0], here.programme_id, role))
    with pytest.raises(NotAllowed):
        override(here, draft, Item.CHARTER, who=actor(people[0], here.programme_id + 1, Role.COORDINATOR))
    with pytest.raises(NotPossible, match="by name"):
        override(here, draft, Item.CHARTER, who=OPERATOR)
    with pytest.raises(NotPossible):
        release(here, draft, OPERATOR)


def test_nothing_in_order_and_no_relation_of_power_is_overridden(here: World, people: list[int], draft: int) -> None:
    for item in (Item.CHARTER, Item.WITHOUT_GROUP, Item.RELATION):
        with pytest.raises(MentorRoundsError):
            override(here, draft, item)
    with here.database.writing() as db:
        for kind, who in (("supervises", people[1]), ("treats", people[2])):
            db.add(RelationRow(programme_id=here.programme_id, person_id=people[0], about_id=who, kind=kind))
    with here.database.reading() as db:
        report = preflight.look(db, here.coordinator, draft, NOW + timedelta(hours=1))
    [found] = report.stand(Item.RELATION).findings
    assert (found.person_id, found.other_id) == (people[0], people[1])
    with pytest.raises(NotPossible, match="can’t be overridden"):
        override(here, draft, Item.RELATION)
    with pytest.raises(NotPossible):
        release(here, draft)


def test_what_is_said_of_those_without_a_group_keeps_nothing_back(here: World, people: list[int]) -> None:
    plan_id = add_draft(here, g1=(people[:4], DATES))
    with here.database.reading() as db:
        report = preflight.look(db, here.coordinator, plan_id, NOW)
    assert report.light(Check.ACCESS) is Light.AMBER
    assert report.red == ()
    assert release(here, plan_id) == 1


def test_a_refused_plan_is_as_it_was(here: World, people: list[int], draft: int) -> None:
    with here.database.writing() as db:
        no_charter(db, here, people)
    with pytest.raises(NotPossible):
        release(here, draft)
    with here.database.reading() as db:
        row = db.get_one(PlanRow, draft)
        assert (row.state, row.revision) == ("draft", None)


def test_without_a_word_on_where_to_find_help_a_plan_is_worth_a_look_and_nothing_waits(here: World, draft: int) -> None:
    with here.database.writing() as db:
        set_signposts(db, here.coordinator, here.programme_id, (), NOW)
    with here.database.reading() as db:
        report = preflight.look(db, here.coordinator, draft, NOW)
    assert (report.light(Check.SAFETY), report.red) == (Light.AMBER, ())
    with pytest.raises(NotPossible):
        override(here, draft, Item.SIGNPOSTS)
    assert release(here, draft) == 1


def test_a_first_answer_is_a_yes_that_the_checks_see_at_once(here: World, people: list[int], draft: int) -> None:
    with here.database.writing() as db:
        somebody_never_said_yes(db, here, people)
    assert red(here, draft) == (Item.SAID_YES,)
    with here.database.writing() as db:
        save_topics(db, actor(people[0], here.programme_id, Role.RESIDENT), here.programme_id, (), NOW)
    assert red(here, draft) == ()
    with here.database.reading() as db:
        assert db.scalars(select(AuditRow.actor_id).where(AuditRow.action == "joining.agreed")).all() == [people[0]]


def test_no_earlier_revision_and_no_draft_by_hand_goes_round_the_checks(here: World, people: list[int]) -> None:
    """What was in order when it was published need not be so when it comes again."""
    first = add_draft(here, g1=(people[:4], DATES), g2=(people[4:], DATES))
    assert release(here, first) == 1
    later = {round_: day + timedelta(days=1) for round_, day in DATES.items()}
    assert release(here, add_draft(here, g1=(people[:4], later), g2=(people[4:], DATES))) == 2
    with here.database.writing() as db:
        somebody_never_said_yes(db, here, people)
        again = draft_again(db, here.coordinator, first, NOW)
    assert red(here, again) == (Item.SAID_YES,)
    with pytest.raises(NotPossible, match="it needs you"):
        release(here, again)
    with here.database.writing() as db:
        edits.keep(db, here.coordinator, again, SetDate("g1", 1, None), 0, NOW)
    with pytest.raises(NotPossible, match="it needs you"):
        release(here, again)
    with here.database.reading() as db:
        assert [row.revision for row in db.scalars(select(PlanRow).order_by(PlanRow.id))] == [1, 2, None]


def test_who_sponsors_or_advises_somebody_in_their_group_is_amber_with_what_the_group_will_read(
    here: World, people: list[int], draft: int
) -> None:
    def found() -> tuple[Light, list[str]]:
        forget_everything()
        with here.database.reading() as db:
            stand = (report := preflight.look(db, here.coordinator, draft, NOW)).stand(Item.DISCLOSED)
            programme = get_programme(db, here.programme_id)
            return stand.light, [finding_words(each, report.names, programme) for each in stand.findings]

    with here.database.writing() as db:
        line = person_line("Nora", role="faculty", stage="", models="peer", capacity="1")
        import_people(db, here.coordinator, here.programme_id, people_csv(line), NOW)
        nora = db.scalars(select(PersonRow.id).where(PersonRow.name == "Nora")).one()
        everybody_is_ready(db, here.programme_id)
        tie = (here.programme_id, nora, people[0])
        add_relation(db, here.coordinator, *tie, RelationKind.SPONSORS, None, None, NOW)
        add_relation(db, here.coordinator, *tie, RelationKind.ADVISES, None, NOW.date() - timedelta(days=1), NOW)
        add_relation(
            db, here.coordinator, here.programme_id, people[0], people[1], RelationKind.ADVISES, None, None, NOW
        )
    assert found() == (Light.GREEN, []), "they share no group, and nobody leads as a resident"
    with here.database.writing() as db:
        group = db.scalars(select(GroupRow).where(GroupRow.plan_id == draft, GroupRow.key == "g1")).one()
        db.add(MemberRow(group_id=group.id, person_id=nora, role="facilitator"))
    light, [words] = found()
    with here.database.reading() as db:
        [told] = told_to(
            db, here.programme_id, {"g1": {nora: MemberRole.FACILITATOR, people[0]: MemberRole.RESIDENT}}, NOW
        )["g1"]
        assert light is Light.AMBER
        assert told.line in words, "the very line of the group’s page and charter"
    with here.database.writing() as db:
        with pytest.raises(NotPossible):
            preflight.override(db, here.coordinator, draft, Item.DISCLOSED, WHY, NOW)
        db.get_one(ProgrammeRow, here.programme_id).relation_policies = {"sponsors": "allow"}
    assert found() == (Light.GREEN, []), "where nobody is told, neither is the coordinator"
