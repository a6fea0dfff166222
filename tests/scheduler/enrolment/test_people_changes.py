"""Two entries of one person become one, and one entry of two people becomes two: nothing of either is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select, update

import scheduler.tables as _all_tables  # noqa: F401 - so that the metadata is whole
from scheduler import clock
from scheduler.availability import entries
from scheduler.availability.model import Weekly
from scheduler.availability.tables import WeeklyRow
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.db import Database
from scheduler.enrolment.people_changes import Details, set_grade, set_sites
from scheduler.enrolment.people_import import import_people
from scheduler.enrolment.person_card import history_of
from scheduler.enrolment.person_merge import Difference, merge_people, preview_merge
from scheduler.enrolment.person_references import REFERENCES, references
from scheduler.enrolment.person_split import Theirs, split_person
from scheduler.enrolment.relation_list import add_relation
from scheduler.errors import NotAllowed, NotPossible
from scheduler.groups.tables import GoalRow, GroupLetterRow, GroupPlaceRow, NoteRow
from scheduler.joining import answers
from scheduler.mail.tables import MailRow
from scheduler.own_groups.tables import OwnGroupRow, OwnMemberRow
from scheduler.people.model import RelationKind, Role, WishKind
from scheduler.people.roles import appoint
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, SiteChangeRow, WishRow
from scheduler.plans.membership import rosters
from scheduler.plans.model import RunState
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.programmes.service import get_programme
from scheduler.rota_import import service as rota_import
from scheduler.rotas.tables import DutyRow, RotaLineRow, RotaSpanRow
from scheduler.sessions import apologies
from scheduler.sessions.tables import AttendeeRow, SessionRow, WritingPlaceRow
from scheduler.signing_in.links import make_link
from scheduler.signing_in.tables import IdentityRow, SignInLinkRow
from tests.builders import people_csv, person_line, programme, world
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, PEERS, Term, a_term, copied

ADA, BEN, ZOE = PEERS[0], PEERS[1], LEFT_OVER


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def merge(term: Term, stays: str, goes: str) -> None:
    with term.database.writing() as db:
        merge_people(db, term.coordinator(), term.programme_id, term.id_of(stays), term.id_of(goes), clock.now())


def rota(term: Term, names: tuple[str, ...], name: str = "ward") -> None:
    day = term.session().starts_at.date()
    rows = "name,date,start,end,code\n" + "".join(
        f"{who},{day + timedelta(days=n)},09:00,17:00,X\n" for who in names for n in range(2)
    )
    with term.database.writing() as db:
        upload = rota_import.Upload(name, rows.encode(), f"{name}.csv")
        rota_import.import_rota(db, term.coordinator(), term.programme_id, "north", upload, clock.now())


def test_every_table_that_names_a_person_says_what_a_merge_does_with_it() -> None:
    known = {(table.name, column.name) for table, column in references()}
    assert known == REFERENCES.keys(), "say in person_references.py what becomes of it, and join what both may have"


def test_everything_of_the_one_that_goes_is_of_the_one_that_stays(term: Term) -> None:
    now, ada, zoe = clock.now(), term.id_of(ADA), term.id_of(ZOE)
    rota(term, ("Ada Quill", "Zoe Left"))
    with term.database.writing() as db:
        who = term.actor(ZOE)
        entries.set_weekly(db, who, term.programme_id, (Weekly(0, time(8), time(9), "0", "own"),), now)
        answers.save_ways(db, who, term.programme_id, ("phone",), now)
        answers.save_people(db, who, term.programme_id, (term.id_of(PEERS[2]),), (term.id_of(BEN), ada), now)
        answers.save_topics(db, term.actor(ADA), term.programme_id, ("exams",), now)
        open_feed(db, who, Subject(Purpose.PERSON), now)
        make_link(db, zoe, now)
        session = term.session().id
        for person, text in ((ada, "hers"), (zoe, "also hers")):
            db.add(NoteRow(session_id=session, person_id=person, text=text, changed_at=now))
            asked, wrote = (now, None) if text == "hers" else (None, now)
            db.add(WritingPlaceRow(session_id=session, person_id=person, asked_at=asked, wrote_at=wrote))
            place = GroupPlaceRow(programme_id=term.programme_id, group_key="g1", person_id=person)
            db.add(place)
            db.flush()
            db.add(GroupLetterRow(place_id=place.id, written_at=now))
        db.add(GoalRow(programme_id=term.programme_id, person_id=zoe, text="Teach", shared=False, created_at=now))
        db.add(IdentityRow(issuer="https://id", subject="zoe", person_id=zoe, linked_at=now))
        db.add(RelationRow(programme_id=term.programme_id, person_id=ada, about_id=zoe, kind=RelationKind.FAMILY))
        db.add(
            RelationRow(
                programme_id=term.programme_id,
                person_id=term.id_of(FACILITATOR),
                about_id=zoe,
                kind=RelationKind.TREATS,
            )
        )
    merge(term, ADA, ZOE)
    with term.database.reading() as db:
        for table, column in references():
            left = db.scalar(select(func.count()).select_from(table).where(column == zoe))
            assert left == 0, f"{table.name}.{column.name} still names the one who is gone"
        gone = db.get_one(PersonRow, zoe)
        assert gone.email.endswith("@person.invalid")
        part = db.get_one(ParticipantRow, (term.programme_id, ada))
        assert (part.modes, part.interests) == (["phone"], ["exams"]), "each step as it was answered"
        wishes = {(row.about_id, row.kind) for row in db.scalars(select(WishRow).where(WishRow.person_id == ada))}
        assert wishes == {(term.id_of(PEERS[2]), WishKind.WANT), (term.id_of(BEN), WishKind.AVOID)}
        assert set(db.get_one(NoteRow, (session, ada)).text.splitlines()) == {"hers", "also hers"}
        [place] = db.scalars(select(WritingPlaceRow).where(WritingPlaceRow.session_id == session))
        assert (place.person_id, place.asked_at, place.wrote_at) == (ada, now, now)
        assert len(db.scalars(select(GroupLetterRow)).all()) == 2
        assert [row.kind for row in db.scalars(select(RelationRow))] == [RelationKind.TREATS]
        duties = db.scalars(select(DutyRow.day).where(DutyRow.person_id == ada)).all()
        assert len(duties) == len(set(duties)) == 2, "each duty once"
        assert len(db.scalars(select(RotaSpanRow).where(RotaSpanRow.person_id == ada)).all()) == 1
        assert set(db.scalars(select(RotaLineRow.name))) == {"Ada Quill", "Zoe Left"}, "both are known"
        assert db.scalars(select(SignInLinkRow)).all() == [], "the links of the other address end"
        assert db.scalars(select(IdentityRow.person_id)).all() == [ada]
        told = set(db.scalars(select(MailRow.address).where(MailRow.subject == "Your two entries are one now")))
        assert told == {f"{ADA}@example.org", f"{ZOE}@example.org"}
        assert "people.merged" in [each.action for each in history_of(db, term.coordinator(), term.programme_id, ada)]


def test_weekly_entries_are_equal_only_with_the_same_exceptions(term: Term) -> None:
    ada, zoe = term.id_of(ADA), term.id_of(ZOE)
    with term.database.writing() as db:
        for who, days in ((ada, ["2027-01-11"]), (zoe, ["2027-01-11"]), (zoe, []), (zoe, ["2027-02-01"])):
            said = {"weekday": 0, "start": time(8), "end": time(9), "mark": "0", "category": "own"}
            db.add(WeeklyRow(programme_id=term.programme_id, person_id=who, except_days=days, **said))
    merge(term, ADA, ZOE)
    with term.database.reading() as db:
        rows = db.scalars(select(WeeklyRow).where(WeeklyRow.person_id == ada, WeeklyRow.category == "own")).all()
        assert sorted(row.except_days for row in rows) == [[], ["2027-01-11"], ["2027-02-01"]]


def test_of_two_places_of_a_resident_one_is_given_up_and_that_is_shown_before(term: Term) -> None:
    cleo = term.id_of("cleo.thistle")
    with term.database.reading() as db:
        shown = preview_merge(db, term.coordinator(), term.programme_id, term.id_of(ADA), cleo)
    kinds = {each.kind: (each.stays, each.goes) for each in shown.conflicts}
    assert kinds[Difference.GROUP] == ("Peer group 1", "Near-peer group 2")
    assert Difference.GRADE not in kinds
    merge(term, ADA, "cleo.thistle")
    with term.database.reading() as db:
        groups = {key: set(roster) for key, roster in rosters(db, term.programme_id).items()}
        assert term.id_of(ADA) in groups["g1"]
        assert groups["g2"].isdisjoint({cleo, term.id_of(ADA)})
        invited = select(SessionRow.group_key).join(AttendeeRow).where(AttendeeRow.person_id == term.id_of(ADA))
        assert set(db.scalars(invited)) == {"g1"}


def test_what_is_given_up_in_another_programme_of_both_is_shown_with_its_name(term: Term) -> None:
    ada, zoe = term.id_of(ADA), term.id_of(ZOE)
    other = world(term.database, programme(slug="other", name="Autumn circles"))
    with term.database.writing() as db:
        people = people_csv(person_line("Ada Quill"), person_line("Zoe Left", stage="3", site="south"))
        import_people(db, other.coordinator, other.programme_id, people, clock.now())
        plan = db.scalars(select(PlanRow).where(PlanRow.state == "published")).one()
        [group] = [each for each in plan.groups if each.key == "g1"]
        seat = next(each for each in group.members if each.person_id == ada)
        groups = [
            copied(group, plan_id=None, key=key, name=key, members=[copied(seat, group_id=None, person_id=who)])
            for key, who in (("Hers", ada), ("Too", zoe))
        ]
        db.add(copied(plan, programme_id=other.programme_id, published_at=clock.now(), groups=groups))
    both = replace(term.coordinator(), roles=term.coordinator().roles | other.coordinator.roles)
    with term.database.reading() as db:
        shown = preview_merge(db, both, term.programme_id, ada, zoe)
    elsewhere = {(each.kind, each.stays, each.goes) for each in shown.conflicts if each.programme == "Autumn circles"}
    assert elsewhere == {
        (Difference.GROUP, "Hers", "Too"), (Difference.GRADE, "1", "3"),
        (Difference.SITE, "North Hospital", "South Hospital"),
    }  # fmt: skip
    assert shown.groups == ("Too (Autumn circles)",)


def test_a_place_and_its_sessions_move_to_one_who_had_none(term: Term) -> None:
    ada, zoe = term.id_of(ADA), term.id_of(ZOE)
    with term.database.writing() as db:
        apologies.say_sorry(db, term.actor(ADA), term.session().id, clock.now())
    merge(term, ZOE, ADA)
    with term.database.reading() as db:
        assert zoe in rosters(db, term.programme_id)["g1"]
        assert ada not in rosters(db, term.programme_id)["g1"]
    assert zoe in term.invited(term.session().id)


def test_nobody_gains_by_a_merge_what_is_not_theirs(term: Term) -> None:
    database, now = term.database, clock.now()
    other = world(database, programme(slug="other", name="Other"))
    with database.writing() as db:
        import_people(db, other.coordinator, other.programme_id, people_csv(person_line("Ada Quill")), now)
        appoint(db, term.coordinator(), term.programme_id, "Ben Marrow", f"{BEN}@example.org", Role.OVERSIGHT, now)

    def refused(stays: str, goes: str) -> str:
        with database.reading() as db, pytest.raises(NotPossible) as error:
            preview_merge(db, term.coordinator(), term.programme_id, term.id_of(stays), term.id_of(goes))
        return error.value.message

    assert "another programme" in refused(ADA, ZOE)
    assert "another programme" in refused(ZOE, ADA)
    assert "oversight contact" in refused(PEERS[2], BEN)
    assert "resident and the other a facilitator" in refused(PEERS[2], FACILITATOR)
    assert "one entry" in refused(PEERS[2], PEERS[2])
    with database.reading() as db, pytest.raises(NotAllowed):
        preview_merge(db, term.actor(ADA), term.programme_id, term.id_of(PEERS[2]), term.id_of(PEERS[3]))


def test_one_entry_of_two_people_becomes_two(term: Term) -> None:
    now, ada = clock.now(), term.id_of(ADA)
    rota(term, ("Ada Quill",))
    rota(term, ("Ben Marrow",), "surgery")
    with term.database.writing() as db:
        db.execute(update(RotaLineRow).where(RotaLineRow.name == "Ben Marrow").values(person_id=ada))
        db.execute(update(DutyRow).values(person_id=ada))
        db.execute(update(RotaSpanRow).values(person_id=ada))
        surgery = db.scalars(select(RotaLineRow.rota_id).where(RotaLineRow.name == "Ben Marrow")).one()
        add_relation(
            db,
            term.coordinator(),
            term.programme_id,
            term.id_of(FACILITATOR),
            ada,
            RelationKind.TREATS,
            None,
            None,
            now,
        )
        relation = db.scalars(select(RelationRow.id)).one()
        site = get_programme(db, term.programme_id).sites[1].id
    theirs = Theirs(lines=[(surgery, "Ben Marrow")], groups=["g1"], relations=[relation])
    second = Details("Ada Quill", "ada.two@example.org", Role.RESIDENT, 1)
    with term.database.writing() as db:
        done = split_person(db, term.coordinator(), term.programme_id, ada, second, site, theirs, now)
    assert done.to_upload == ()
    with term.database.reading() as db:
        assert set(db.scalars(select(DutyRow.person_id).where(DutyRow.rota_id == surgery))) == {done.person_id}
        assert set(db.scalars(select(DutyRow.person_id).where(DutyRow.rota_id != surgery))) == {ada}
        assert done.person_id in rosters(db, term.programme_id)["g1"]
        assert ada not in rosters(db, term.programme_id)["g1"]
        assert db.scalars(select(RelationRow.about_id)).one() == done.person_id
    invited = term.invited(term.session().id)
    assert done.person_id in invited
    assert ada not in invited


def test_a_place_in_a_group_of_their_own_goes_along_and_no_plan_is_worked_out_meanwhile(term: Term) -> None:
    now, ada = clock.now(), term.id_of(ADA)
    with term.database.writing() as db:
        own = {"key": "g1", "code": "abcdefghjk", "name": "Ours", "mode": "phone", "created_at": now}
        member = OwnMemberRow(person_id=ada, role="resident", joined_at=now)
        db.add(OwnGroupRow(programme_id=term.programme_id, members=[member], **own))
        settings = {"seconds": 1, "workers": 1, "seed": 1, "instance": "{}", "residents": 1, "queued_at": now}
        db.add(RunRow(programme_id=term.programme_id, state=RunState.QUEUED, **settings))
        site = get_programme(db, term.programme_id).sites[0].id
    second = Details("Ada Quill", "ada.two@example.org", Role.RESIDENT, 1)

    def split() -> int:
        with term.database.writing() as db:
            theirs = Theirs(groups=["g1"])
            return split_person(db, term.coordinator(), term.programme_id, ada, second, site, theirs, now).person_id

    with pytest.raises(NotPossible, match="worked out just now"):
        split()
    with term.database.writing() as db:
        db.execute(update(RunRow).values(state=RunState.CANCELLED))
    moved = split()
    with term.database.reading() as db:
        assert db.scalars(select(OwnMemberRow.person_id)).all() == [moved]


def test_several_get_a_site_or_a_grade_at_once(term: Term) -> None:
    now, people = clock.now(), [term.id_of(name) for name in (*PEERS, FACILITATOR)]
    with term.database.writing() as db:
        assert set_grade(db, term.coordinator(), term.programme_id, people, 4, now) == len(PEERS)
        south = get_programme(db, term.programme_id).sites[1].id
        day = (now + timedelta(days=30)).date()
        assert set_sites(db, term.coordinator(), term.programme_id, people, south, day, now) == len(people)
        assert set_sites(db, term.coordinator(), term.programme_id, people[:1], south, now.date(), now) == 1
    with term.database.reading() as db:
        parts = {row.person_id: row for row in db.scalars(select(ParticipantRow))}
        assert {parts[who].stage for who in people} == {4, None}
        assert parts[people[0]].site_id == south
        assert {row.person_id for row in db.scalars(select(SiteChangeRow))} == set(people[1:])


@pytest.mark.parametrize("own", [{}, {"faith": "Sikh"}])
def test_what_was_said_when_asked_openly_is_the_one_who_stays_s_or_else_the_others(
    term: Term, own: dict[str, str]
) -> None:
    with term.database.writing() as db:
        parts = [db.get_one(ParticipantRow, (term.programme_id, term.id_of(who))) for who in (ADA, ZOE)]
        parts[0].traits, parts[1].traits, parts[1].like = own, {"faith": "Jain"}, ["faith"]
    merge(term, ADA, ZOE)
    with term.database.reading() as db:
        kept = db.get_one(ParticipantRow, (term.programme_id, term.id_of(ADA)))
        assert (kept.traits, kept.like) == ((own, []) if own else ({"faith": "Jain"}, ["faith"]))
