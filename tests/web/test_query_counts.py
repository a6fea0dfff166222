"""No page asks the database more often the more people there are: every address, with few people and with many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from scheduler import clock
from scheduler.availability import entries
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.availability.tables import AbsenceRow, AvailabilityRow, WeeklyRow
from scheduler.changes import Fact, note
from scheduler.db import Base, Db
from scheduler.joining.tables import AnswerRow, ChangeRequestRow
from scheduler.mail.tables import TroubleRow as UnreachedRow
from scheduler.memory import forget_everything
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, RoleRow
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, UnplacedRow
from scheduler.programmes.service import get_programme
from scheduler.releases.tables import KeptRotaRow, ReleaseRow, RotaManagerRow
from scheduler.rota_import.service import Upload, import_rota
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.troubles.tables import TroubleRow
from solvers.vocabulary import CANNOT
from tests.web.builders import COORDINATOR, RESIDENT, UNPLACED, Pages
from tests.web.forms.test_answers import PLAYERS
from tests.web.test_permissions import addresses
from tests.web.test_request_context import counting

COPIES = 5
FAR = 1000
"""How far apart the ids of a person and of their next copy are."""
ALIKE = (ParticipantRow, RoleRow, AvailabilityRow)
"""What is copied for each copy of a person, as it is."""


def rows_of(db: Db, table: type[Base], *which: Any) -> list[dict[str, Any]]:
    columns = table.__table__.c
    return [dict(row) for row in db.execute(select(*columns).where(*which)).mappings()]


def put(db: Db, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    if found := list(rows):
        db.execute(insert(table), found)


def grow(pages: Pages, first: int = 1, last: int = COPIES) -> None:
    """Copies of both groups with all their people, in the published plan and in the draft."""
    with pages.database.writing() as db:
        for number in range(first, last + 1):
            copy_groups(db, pages, f"copy{number}", number * FAR)
        note(db, Fact.PLAN, pages.programme_id, clock.now())


def copy_groups(db: Db, pages: Pages, name: str, offset: int) -> None:
    of_us = PersonRow.id.in_(list(pages.ids.values()))
    put(db, PersonRow, (
        {**row, "id": row["id"] + offset, "name": f"{row['name']} {name}", "email": f"{name}.{row['email']}"}
        for row in rows_of(db, PersonRow, of_us)
    ))  # fmt: skip
    for table in ALIKE:
        column = table.__table__.c.person_id
        rows = rows_of(db, table, column.in_(list(pages.ids.values())))
        put(db, table, ({**row, "person_id": row["person_id"] + offset} for row in rows))
    for group in rows_of(db, GroupRow, GroupRow.key.in_(["g1", "g2"])):
        copy_group(db, group, name, offset)
    for row in rows_of(db, SessionRow, SessionRow.group_key.in_(["g1", "g2"])):
        session_id = (db.scalar(select(func.max(SessionRow.id))) or 0) + 1
        copied = {"id": session_id, "uid": f"{name}{row['uid']}", "group_key": row["group_key"] + name}
        put(db, SessionRow, [{**row, **copied}])
        invited = rows_of(db, AttendeeRow, AttendeeRow.session_id == row["id"])
        put(
            db,
            AttendeeRow,
            ({**one, "session_id": session_id, "person_id": one["person_id"] + offset} for one in invited),
        )
    unplaced = rows_of(db, UnplacedRow, UnplacedRow.person_id.in_(list(pages.ids.values())))
    put(db, UnplacedRow, ({**row, "person_id": row["person_id"] + offset} for row in unplaced))


def copy_group(db: Db, group: dict[str, Any], name: str, offset: int) -> None:
    group_id = (db.scalar(select(func.max(GroupRow.id))) or 0) + 1
    named = {"key": group["key"] + name, "name": f"{group['name']} {name}", "number": None}
    put(db, GroupRow, [{**group, "id": group_id, **named}])
    members = rows_of(db, MemberRow, MemberRow.group_id == group["id"])
    put(db, MemberRow, ({**row, "group_id": group_id, "person_id": row["person_id"] + offset} for row in members))
    for row in rows_of(db, PlannedSessionRow, PlannedSessionRow.group_id == group["id"]):
        marks = {str(int(who) + offset): mark for who, mark in row["marks"].items()}
        leads = [who + offset for who in row["facilitator_ids"]]
        put(db, PlannedSessionRow, [{**row, "group_id": group_id, "marks": marks, "facilitator_ids": leads}])


def fill(pages: Pages) -> None:
    """Something on every list about everybody: answers, weekly entries, leave that makes trouble, mail that bounces."""
    now, here = clock.now(), pages.programme_id
    with pages.database.writing() as db:
        first = get_programme(db, here).rounds[0]
        part = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == here)
        people = [who for who in db.scalars(part.order_by(ParticipantRow.person_id)) if not _is_filled(db, here, who)]
        put(db, AnswerRow, ({"programme_id": here, "person_id": who, "steps": ["kind"], "needs": ""} for who in people))
        put(db, WeeklyRow, (
            {"programme_id": here, "person_id": who, "weekday": 5, "start": time(9), "end": time(11), "mark": "0",
             "category": "clinic"}
            for who in people
        ))  # fmt: skip
        put(
            db,
            ChangeRequestRow,
            ({"programme_id": here, "person_id": who, "note": "", "asked_at": now} for who in people),
        )
        addresses_ = db.scalars(select(PersonRow.email).where(PersonRow.id.in_(people)))
        put(db, UnreachedRow, (
            {"address": email.lower(), "kind": "refused", "status": "5.1.1", "first_at": now, "last_at": now}
            for email in addresses_
        ))  # fmt: skip
        put(db, RelationRow, (
            {"programme_id": here, "person_id": one, "about_id": other, "kind": "sponsors", "declared": False}
            for one, other in pairwise(people)
        ))  # fmt: skip
        leave = {"programme_id": here, "first_day": first.first_day, "last_day": first.last_day}
        put(db, AbsenceRow, ({**leave, "person_id": who} for who in people if who % 2))
        note(db, Fact.TIME, here, now, people)


def _is_filled(db: Db, programme_id: int, person_id: int) -> bool:
    return db.get(AnswerRow, (programme_id, person_id)) is not None


def counts(pages: Pages) -> dict[str, int]:
    """How many queries each page takes."""
    found = {}
    browsers = {audience: pages.signed_in(email) for audience, email in PLAYERS.items()}
    for rule, method, path, audience in list(addresses(pages)):
        if (
            method != "GET"
            or audience not in browsers
            or {"secret", "filename"} & rule.arguments
            or "institution" in path
        ):
            continue
        browsers[audience].get(path)
        with counting(pages.database) as counted:
            status = browsers[audience].get(path).status_code
        if status == 200:
            found[path] = len(counted.queries)
    return found


def sizes(pages: Pages) -> list[int]:
    """How many people, groups, answers, weekly entries and troubles there are."""
    published = GroupRow.plan_id == pages.published_id
    with pages.database.reading() as db:
        return [
            db.scalars(select(func.count()).select_from(table).where(*which)).one()
            for table, which in (
                (ParticipantRow, ()), (GroupRow, (published,)), (AnswerRow, ()), (WeeklyRow, ()), (TroubleRow, ()),
                (UnreachedRow, ()),
            )
        ]  # fmt: skip


def test_no_page_asks_more_the_more_people_there_are(pages: Pages) -> None:
    fill(pages)
    few, before = counts(pages), sizes(pages)
    grow(pages)
    fill(pages)
    many, after = counts(pages), sizes(pages)
    assert all(before), "there is something on every list"
    assert all(now >= COPIES * was for was, now in zip(before, after, strict=True)), (before, after)
    assert len(few) > 40
    assert {path: (few[path], many[path]) for path in few if many.get(path, 0) > few[path]} == {}


DRAFT, PUBLISHED = "/plans/{draft}", "/plans/{published}"
OF_PLANS = (
    *(
        plan + page
        for plan in (DRAFT, PUBLISHED)
        for page in (
            "", "?q=a", "/why/person/{ada}", "/why/person/{zoe}", "/why/session/g1/1", "/why/session/g2/1",
            "/why/unplaced", "/why/missed",
        )
    ),
    DRAFT + "/publish", DRAFT + "/publish/rules", DRAFT + "/edit/improve",
    *(
        DRAFT + board + "?" + asked
        for board in ("/edit", "/edit/panel")
        for asked in (
            "", "person={ada}", "person={zoe}", "group=g1", "group=g1&round=1", "new=1&find=a", "q=quill&sort=trouble",
            "act=move&person={ada}&to=g2", "act=exchange&person={ada}&other={cleo}", "act=merge&group=g1&into=g2",
        )
    ),
    DRAFT + "/edit/effect?act=move&person={zoe}&to=g1",
    "/plans", "/plans/compare?plan={published}&plan={draft}", "/plans/compare?plan={published}&plan={draft}&all=1",
    "/plans/delete?plan={draft}",
    "/term", "/term?plan={draft}", "/term/attendance", "/term/attendance?plan={draft}", "/term/attendance?by=group",
    "/term/equity", "/term/equity?plan={draft}",
    "/find?q=quill", "/find?q=group", "/find?q=zoe+left", "", "/runs/ended",
    "/troubles", "/dates", "/rotas/names", "/people/new", "/availability",
)  # fmt: skip
OF_ROTA_MANAGERS = (
    "/cover?manager={manager}{days}", "/cover?by=manager{days}", "/cover?by=week{days}", "/cover?by=site{days}",
    "/cover/managers", "/cover/managers/{manager}/send?{days}", "/cover/print?manager={manager}{days}",
    "/cover/list.csv?manager={manager}{days}", "/cover/list.xlsx?manager={manager}{days}",
)  # fmt: skip


def put_on_call(pages: Pages) -> None:
    """Every resident of a group is expected there by their rota, on the day on which their group meets first, and
    somebody keeps that rota."""
    now, here = clock.now(), pages.programme_id
    with pages.database.writing() as db:
        day = db.scalars(select(SessionRow.starts_at).order_by(SessionRow.starts_at).limit(1)).one().date()
        invited = select(AttendeeRow.person_id).join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        names = db.scalars(
            select(PersonRow.name).where(
                PersonRow.id.in_(invited.where(SessionRow.programme_id == here, AttendeeRow.role == "resident"))
            )
        )
        lines = [f"{name},{day},09:00,21:00,NROC" for name in names]
        text = "\n".join(["name,date,start,end,code", *lines, ""])
        import_rota(db, OPERATOR, here, "north", Upload("ward", text.encode(), "ward.csv"), now)
        if not db.scalars(select(RotaManagerRow.id)).all():
            manager = RotaManagerRow(programme_id=here, name="Ward office", email="office@example.org", added_at=now)
            db.add(manager)
            db.flush()
            db.add(KeptRotaRow(manager_id=manager.id, site_id=1, rota="ward"))


def asked_of(pages: Pages, path: str) -> list[str]:
    """What a page asks the database by itself, when nothing was worked out for it before."""
    browser = pages.signed_in(COORDINATOR)
    browser.get(pages.path("/rules"))  # that somebody was seen is noted once in a while
    forget_everything()
    with counting(pages.database) as counted:
        assert browser.get(path).status_code == 200, path
    return counted.queries


def asked_by_all(pages: Pages, paths: Iterable[str]) -> dict[str, int]:
    """How many queries each of these addresses takes."""
    ids = pages.ids
    with pages.database.reading() as db:
        manager = db.scalars(select(RotaManagerRow.id)).first()
        days = db.execute(select(func.min(SessionRow.starts_at), func.max(SessionRow.starts_at))).one()
    values = {
        "draft": pages.draft_id, "published": pages.published_id, "ada": ids[RESIDENT], "zoe": ids[UNPLACED],
        "cleo": ids["cleo.thistle@example.org"], "manager": manager,
        "days": f"&first={days[0].date()}&last={days[1].date()}",
    }  # fmt: skip
    return {path: len(asked_of(pages, pages.path(path.format(**values)))) for path in paths}


@pytest.mark.parametrize("paths", [OF_PLANS, OF_ROTA_MANAGERS], ids=["plans", "rota managers"])
def test_no_page_of_plans_asks_more_for_two_hundred_than_for_twenty(pages: Pages, paths: tuple[str, ...]) -> None:
    """Even when nothing is kept from before: the published plan, a draft and its changes, why, finding, cover."""
    found, releases = [], []
    for first, last, people in ((1, 1, 20), (2, 18, 200)):
        grow(pages, first, last)
        fill(pages)
        put_on_call(pages)
        assert sizes(pages)[0] >= people
        with pages.database.reading() as db:
            releases.append(len(db.scalars(select(ReleaseRow.id)).all()))
        found.append(asked_by_all(pages, paths))
    assert releases[1] > 5 * releases[0] > 0, "the cover list grows, too"
    few, many = found
    assert {path: (few[path], many[path]) for path in few if many[path] > few[path]} == {}


KEPT = (
    "", PUBLISHED, DRAFT, "/term", "/term/attendance", "/term/equity", "/plans",
    "/plans/compare?plan={published}&plan={draft}&all=1",
)  # fmt: skip
"""What is worked out of whole plans for these pages is kept until something of the programme changes."""
OF_MARKS = ("", PUBLISHED, "/term/attendance", "/plans/compare?plan={published}&plan={draft}&all=1")
"""Of these what is known of people's time at published sessions is shown."""


def shown(pages: Pages, paths: Iterable[str]) -> dict[str, str]:
    """What stands on these pages, without the values of hidden fields."""
    browser, values = pages.signed_in(COORDINATOR), {"draft": pages.draft_id, "published": pages.published_id}
    return {path: re.sub(r' value="[^"]*"', "", browser.get(pages.path(path.format(**values))).text) for path in paths}


def say(pages: Pages, *words: OwnMark) -> None:
    """Of somebody in a group, whatever they said before taken back."""
    with pages.database.writing() as db:
        here, who = pages.programme_id, pages.ids[RESIDENT]
        actor = Actor(who, RESIDENT, frozenset({(here, Role.RESIDENT)}))
        said = [own.id for own in entries.list_own_marks(db, actor, here)]
        entries.replace_own_marks(db, actor, here, said, words, clock.now())


def test_what_is_kept_is_the_same_and_another_once_anything_changes(pages: Pages) -> None:
    with pages.database.reading() as db:
        starts = db.scalars(select(SessionRow.starts_at).where(SessionRow.starts_at > clock.now())).all()
    shown(pages, KEPT)
    with counting(pages.database) as again:
        before = shown(pages, KEPT)
    forget_everything()
    with counting(pages.database) as anew:
        assert shown(pages, KEPT) == before
    assert len(again.queries) < len(anew.queries)
    say(pages, OwnMark(Interval(min(starts) - timedelta(hours=1), max(starts) + timedelta(hours=2)), CANNOT))
    after = shown(pages, OF_MARKS)
    assert [path for path in OF_MARKS if after[path] == before[path]] == []
    forget_everything()
    assert shown(pages, OF_MARKS) == after
