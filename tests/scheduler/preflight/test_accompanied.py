"""Before publishing it is seen that who shares a group for a recorded reason is alone at none of its sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from scheduler.db import Database
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.enrolment.relation_list import add_relation
from scheduler.enrolment.relation_overrides import override_relation
from scheduler.errors import NotPossible
from scheduler.joining.portraits import save_portrait
from scheduler.memory import forget_everything
from scheduler.people.model import RelationKind, Role
from scheduler.people.tables import RelationRow
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow
from scheduler.preflight import service as preflight
from scheduler.preflight.model import Item, Light
from scheduler.programmes.model import PEER
from scheduler.programmes.service import get_programme
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
    programme,
    set_marks,
    world,
)

DATES = {round_: datetime(2027, 1, 5, 12, 30, tzinfo=UTC) + timedelta(weeks=4 * round_) for round_ in range(3)}
WHY = "There is no other senior in this small department."


@pytest.fixture
def here(database: Database) -> World:
    return world(database, programme(models=(replace(PEER, facilitators=(0, 2)),)))


@pytest.fixture
def who(here: World) -> dict[str, int]:
    """Four residents, with Nora, who supervises the first of them for a recorded reason, and Sol from the south."""
    import_residents(here, 4, models="peer:3")
    senior = {"role": "faculty", "stage": "", "models": "peer", "capacity": "1"}
    with here.database.writing() as db:
        lines = people_csv(person_line("Nora", **senior), person_line("Sol", **senior, site="south"))
        import_people(db, here.coordinator, here.programme_id, lines, NOW)
        ids = {each.split("@")[0]: id_ for each, id_ in person_ids_by_address(db, here.programme_id).items()}
        everybody_is_ready(db, here.programme_id)
        relation = (here.programme_id, ids["nora"], ids["r1"], RelationKind.SUPERVISES, None, None, NOW)
        add_relation(db, here.coordinator, *relation)
        override_relation(db, here.coordinator, here.programme_id, db.scalars(select(RelationRow.id)).one(), WHY, NOW)
    set_marks(here, dict.fromkeys(ids.values(), "2"))
    return ids


@pytest.fixture
def draft(here: World, who: dict[str, int]) -> int:
    plan_id = add_draft(here, g1=([who[f"r{n}"] for n in range(1, 5)], DATES))
    with here.database.writing() as db:
        group = db.scalars(select(GroupRow)).one()
        for name in ("nora", "sol"):
            db.add(MemberRow(group_id=group.id, person_id=who[name], role="facilitator"))
        for session in group.sessions:
            session.facilitator_ids = [who["nora"], who["sol"]]
    return plan_id


def cannot(here: World, person_id: int, *rounds: int) -> None:
    with here.database.reading() as db:
        slots = get_programme(db, here.programme_id).slots()
    closed = {DATES[each] for each in rounds}
    set_marks(here, {person_id: "".join("0" if slot.starts_at in closed else "2" for slot in slots)})


def findings(here: World, plan_id: int) -> dict[str, int]:
    forget_everything()  # the marks were written past the services
    with here.database.reading() as db:
        report = preflight.look(db, here.coordinator, plan_id, NOW)
    return {each.subject: each.level for each in report.stand(Item.ACCOMPANIED).open}


def test_each_session_without_company_counts(here: World, who: dict[str, int], draft: int) -> None:
    assert findings(here, draft) == {}
    subject = f"g1:{who['nora']}:{who['r1']}"
    cannot(here, who["sol"], 1)
    assert findings(here, draft) == {subject: 1}
    cannot(here, who["sol"], 1, 2)
    assert findings(here, draft) == {subject: 2}
    cannot(here, who["r1"], 1, 2)
    assert findings(here, draft) == {}, "where one of the two cannot come nobody is alone with anybody"


def test_such_a_draft_is_held_back_and_an_override_covers_what_was_read(
    here: World, who: dict[str, int], draft: int
) -> None:
    cannot(here, who["sol"], 1)
    with here.database.writing() as db:
        preflight.override(db, here.coordinator, draft, Item.ACCOMPANIED, WHY, NOW)
    assert findings(here, draft) == {}
    cannot(here, who["sol"], 1, 2)
    assert findings(here, draft) != {}, "it is worse than what was overridden"
    with here.database.writing() as db:
        for session in db.scalars(select(PlannedSessionRow).where(PlannedSessionRow.round > 0)):
            session.facilitator_ids = [who["nora"]]
    with here.database.writing() as db, pytest.raises(NotPossible, match="another facilitator from elsewhere"):
        publish(db, here.coordinator, draft, NOW)


def test_a_session_that_is_said_to_be_led_by_who_is_not_there_does_not_count(
    here: World, who: dict[str, int], draft: int
) -> None:
    """A draft by hand may name somebody who cannot come."""
    set_marks(here, {who["sol"]: "0"})
    assert list(findings(here, draft).values()) == [3]


def test_a_draft_says_who_would_lead_alone_although_they_would_rather_not(
    here: World, who: dict[str, int], draft: int
) -> None:
    with here.database.writing() as db:
        nora = actor(who["nora"], here.programme_id, Role.FACULTY)
        save_portrait(db, nora, here.programme_id, "I sail.", deputy_wanted=True, now=NOW)

    def led_alone() -> list[tuple[int | None, Light]]:
        forget_everything()
        with here.database.reading() as db:
            stand = preflight.look(db, here.coordinator, draft, NOW).stand(Item.LED_ALONE)
        return [(each.person_id, stand.light) for each in stand.open]

    assert led_alone() == []
    with here.database.writing() as db:
        db.execute(delete(MemberRow).where(MemberRow.person_id == who["sol"]))
        for session in db.scalars(select(PlannedSessionRow)):
            session.facilitator_ids = [who["nora"]]
    assert led_alone() == [(who["nora"], Light.AMBER)], "worth a look, and nothing waits for it"
    with here.database.writing() as db, pytest.raises(NotPossible):
        preflight.override(db, here.coordinator, draft, Item.LED_ALONE, WHY, NOW)
