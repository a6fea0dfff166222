"""Concerns are read by the contacts to whom they were sent or handed, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.bootstrap import alembic_config, migrate, migrating
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.mail.tables import MailRow
from scheduler.offices.service import dismiss
from scheduler.oversight.appointments import CONTACT
from scheduler.oversight.concerns import concerns, get_concern, hand_over, repeated, reply, say_about, see
from scheduler.oversight.conversations import add_message, choose_reader, get_conversation
from scheduler.oversight.tables import ConcernReaderRow, ConcernRow
from scheduler.oversight.telling import Told, raise_concern
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import PersonRow, RelationRow, RoleRow
from tests.builders import actor, world
from tests.scheduler.oversight.people import overseer, two
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term

ADA, BEN = PEERS[:2]
CLEO = NEAR_PEERS[0]
TEXT = "He shouted at Ben again."


def tell(term: Term, to: Actor, *others: Actor, who: str = "", named: bool = False, **more: object) -> str:
    contacts = frozenset(one.person_id or 0 for one in (to, *others))
    with term.database.writing() as db:
        return raise_concern(
            db, term.actor(who) if who else None, term.programme_id, "bullying", TEXT, clock.now(),
            named=named, told=Told(contacts=contacts, **more), page_url="/o",
        )  # type: ignore[arg-type]  # fmt: skip


def the_only(term: Term, contact: Actor) -> int:
    with term.database.reading() as db:
        [found] = concerns(db, contact, term.programme_id)
    return found.id


def test_a_concern_without_a_name_holds_none_anywhere(term: Term) -> None:
    olga = overseer(term)
    with term.database.reading() as db:
        lines = len(db.scalars(select(AuditRow)).all())
    code = tell(term, olga, who=ADA)
    with term.database.reading() as db:
        row = db.scalars(select(ConcernRow)).one()
        assert (row.person_id, row.kind) == (None, "bullying")
        assert code not in row.digest
        assert len(db.scalars(select(AuditRow)).all()) == lines
        mail = db.scalars(select(MailRow).where(MailRow.address == "olga@example.org")).one()
        assert TEXT not in mail.text
        found = concerns(db, olga, term.programme_id)[0]
    assert (found.text, found.name, found.email) == (TEXT, "", "")


def test_a_stranger_can_raise_one_but_never_in_somebodys_name(term: Term) -> None:
    olga = overseer(term)
    tell(term, olga, named=True)
    with term.database.reading() as db:
        assert concerns(db, olga, term.programme_id)[0].name == ""


def test_with_a_name_the_contact_can_write_back(term: Term) -> None:
    olga = overseer(term)
    tell(term, olga, who=ADA, named=True)
    with term.database.reading() as db:
        found = concerns(db, olga, term.programme_id)[0]
    assert (found.name, found.email) == ("Ada Quill", "ada.quill@example.org")


def test_nobody_but_the_contact_chosen_reads_or_answers(term: Term) -> None:
    olga, piet = two(term)
    tell(term, olga)
    concern_id = the_only(term, olga)
    elsewhere = actor(olga.person_id or 0, term.programme_id + 1, Role.OVERSIGHT)
    both = Actor(olga.person_id, "Olga", olga.roles | {(term.programme_id, Role.COORDINATOR)})
    with term.database.writing() as db:
        for other in (term.actor(ADA), term.actor(FACILITATOR), term.coordinator(), OPERATOR, elsewhere, both):
            with pytest.raises(NotAllowed):
                concerns(db, other, term.programme_id)
            with pytest.raises(NotAllowed):
                get_concern(db, other, concern_id)
            with pytest.raises(NotAllowed):
                reply(db, other, concern_id, "mine", clock.now())
        assert concerns(db, piet, term.programme_id) == ()
        for act in (
            lambda: get_concern(db, piet, concern_id),
            lambda: reply(db, piet, concern_id, "mine", clock.now()),
            lambda: see(db, piet, concern_id, clock.now()),
            lambda: say_about(db, piet, concern_id, None, clock.now()),
            lambda: hand_over(db, piet, concern_id, piet.person_id or 0, clock.now(), stays=True),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_conversation_goes_on_both_ways_and_only_grows(term: Term) -> None:
    olga = overseer(term)
    code = tell(term, olga)
    concern_id = the_only(term, olga)
    spaced = " - ".join((code[:4], code[4:])).upper()
    now = clock.now()
    with term.database.writing() as db:
        assert get_conversation(db, term.programme_id, spaced).messages == ()
        reply(db, olga, concern_id, "I will speak to him.", now + timedelta(hours=2), close=True)
        assert get_conversation(db, term.programme_id, code).is_closed
        add_message(db, term.programme_id, spaced, "It happened again.", now)
        found = get_conversation(db, term.programme_id, code)
        assert not found.is_closed
        reply(db, olga, concern_id, "Thank you for telling me.", now)
        texts = [message.text for message in get_conversation(db, term.programme_id, code).messages]
        assert texts == ["I will speak to him.", "It happened again.", "Thank you for telling me."]
        assert concerns(db, olga, term.programme_id)[0].first_answer == timedelta(hours=2)
        for wrong in ("nosuchcodenosuch", "", code[:-1]):
            with pytest.raises(NotFound):
                get_conversation(db, term.programme_id, wrong)
            with pytest.raises(NotFound):
                add_message(db, term.programme_id, wrong, "mine", now)
        with pytest.raises(NotFound):
            get_conversation(db, term.programme_id + 1, code)
        with pytest.raises(Rejected):
            reply(db, olga, concern_id, "  ", now)


def test_the_status_says_who_has_to_do_something(term: Term) -> None:
    olga = overseer(term)
    code = tell(term, olga)
    concern_id = the_only(term, olga)

    def status() -> str:
        with term.database.reading() as db:
            return concerns(db, olga, term.programme_id)[0].status

    assert status() == "new"
    with term.database.writing() as db:
        see(db, olga, concern_id, clock.now())
    assert status() == "seen"
    with term.database.writing() as db:
        reply(db, olga, concern_id, "I will.", clock.now())
    assert status() == "answered"
    with term.database.writing() as db:
        add_message(db, term.programme_id, code, "Please do.", clock.now())
    assert status() == "seen"


def test_urgent_ones_stand_first(term: Term) -> None:
    olga = overseer(term)
    for urgency in ("any", "now", "week"):
        tell(term, olga, urgency=urgency)
    with term.database.reading() as db:
        assert [one.urgency for one in concerns(db, olga, term.programme_id)] == ["now", "week", "any"]
        urgent = [mail for mail in db.scalars(select(MailRow)) if "today or tomorrow" in mail.text]
    assert len(urgent) == 1


def test_what_would_reach_nobody_is_not_taken(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db, pytest.raises(NotPossible, match="no oversight contact"):
        raise_concern(db, None, term.programme_id, "other", TEXT, now, named=False)
    olga, _piet = two(term)
    me = olga.person_id or 0
    with term.database.writing() as db:
        for kind, told in (
            ("weather", Told(contacts=[me])),
            ("other", Told()),
            ("other", Told(contacts=[])),
            ("other", Told(contacts=[term.id_of(ADA)])),
            ("other", Told(contacts=[me], urgency="soon")),
            ("other", Told(contacts=[me], reply_by="pigeon")),
            ("other", Told(contacts=[me], reply_by="email")),
            ("other", Told(contacts=[me], about_id=term.id_of(FACILITATOR))),
        ):
            with pytest.raises(Rejected):
                raise_concern(db, None, term.programme_id, kind, TEXT, now, named=False, told=told)
        assert db.scalars(select(ConcernRow)).all() == []


def test_a_contact_who_is_named_in_it_does_not_get_it(term: Term) -> None:
    olga, piet = two(term)
    with pytest.raises(Rejected, match="about the person"):
        tell(term, olga, about="Dr. Olga WATCH, in the corridor")
    tell(term, olga, piet, about="watch, olga")
    with term.database.writing() as db:
        assert concerns(db, olga, term.programme_id) == ()
        [found] = concerns(db, piet, term.programme_id)
        assert get_concern(db, piet, found.id).others == ()
        with pytest.raises(NotPossible):
            hand_over(db, piet, found.id, olga.person_id or 0, clock.now(), stays=True)


def test_a_contact_who_facilitates_the_group_cannot_be_chosen_by_its_members(term: Term) -> None:
    olga = overseer(term)
    with term.database.writing() as db:
        fay = db.get_one(PersonRow, term.id_of(FACILITATOR))
    guard = overseer(term, fay.name, fay.email)
    with pytest.raises(Rejected):
        tell(term, guard, who=CLEO)
    tell(term, olga, who=CLEO)
    tell(term, guard, who=ADA)


def test_a_contact_who_supervises_cannot_be_chosen(term: Term) -> None:
    olga, piet = two(term)
    for kind in ("supervises", "assesses", "line-manages", "panel"):
        with term.database.writing() as db:
            row = RelationRow(
                programme_id=term.programme_id, person_id=piet.person_id, about_id=term.id_of(ADA), kind=kind
            )
            db.add(row)
        with pytest.raises(Rejected):
            tell(term, piet, who=ADA)
        tell(term, piet, who=BEN)
        with term.database.writing() as db:
            db.delete(db.merge(row))
    tell(term, olga, who=ADA)


def test_a_new_contact_reads_nothing_of_before_until_it_is_handed_over(term: Term) -> None:
    olga = overseer(term)
    code = tell(term, olga)
    concern_id = the_only(term, olga)
    piet = overseer(term, "Piet Guard", "piet@example.org")
    with term.database.writing() as db:
        assert concerns(db, piet, term.programme_id) == ()
        hand_over(db, olga, concern_id, piet.person_id or 0, clock.now(), stays=False)
        assert concerns(db, olga, term.programme_id) == ()
        assert [one.id for one in concerns(db, piet, term.programme_id)] == [concern_id]
        [note] = get_conversation(db, term.programme_id, code).messages
        assert (note.writer, note.name) == ("note", "Piet Guard")
        with pytest.raises(NotFound):
            hand_over(db, piet, concern_id, term.id_of(ADA), clock.now(), stays=True)


def test_who_is_removed_reads_nothing_more_and_the_teller_chooses_anew(term: Term) -> None:
    olga, piet = two(term)
    overseer(term, "Quinn Third", "quinn@example.org")
    code = tell(term, olga)
    now = clock.now()
    with term.database.writing() as db:
        dismiss(db, CONTACT, term.coordinator(), term.programme_id, olga.person_id or 0, now)
    overseer(term)  # appointed once more: nothing comes back by that
    with term.database.writing() as db:
        assert concerns(db, olga, term.programme_id) == ()
        found = get_conversation(db, term.programme_id, code)
        assert (found.readers, [one.name for one in found.others]) == (
            (),
            ["Olga Watch", "Piet Guard", "Quinn Third"],
        )
        with pytest.raises(NotPossible):
            add_message(db, term.programme_id, code, "Hello?", now)
        with pytest.raises(NotFound):
            choose_reader(db, term.programme_id, code, term.id_of(ADA), now)
        choose_reader(db, term.programme_id, code, piet.person_id or 0, now)
        with pytest.raises(NotPossible):
            choose_reader(db, term.programme_id, code, olga.person_id or 0, now)
        add_message(db, term.programme_id, code, "Hello?", now)
        assert db.scalars(select(ConcernReaderRow.person_id)).all() == [piet.person_id]


def test_small_flags_about_one_person_show_once_they_repeat(term: Term) -> None:
    olga, piet = two(term)
    quinn = overseer(term, "Quinn Third", "quinn@example.org")
    fay = term.id_of(FACILITATOR)
    for to in (olga, olga, piet):
        with term.database.reading() as db:
            assert repeated(db, olga, term.programme_id) == ()
        tell(term, to, who=CLEO, about_id=fay)
    with term.database.reading() as db:
        [sign] = repeated(db, olga, term.programme_id)
        assert (sign.person_id, sign.count, sign.readable) == (fay, 3, 2)
        [other] = repeated(db, piet, term.programme_id)
        assert (other.count, other.readable) == (3, 1)
        assert repeated(db, quinn, term.programme_id) == ()
        with pytest.raises(NotAllowed):
            repeated(db, term.coordinator(), term.programme_id)


def test_a_contact_says_whom_it_is_about_but_never_one_who_reads_it(term: Term) -> None:
    olga = overseer(term)
    with term.database.writing() as db:
        fay = db.get_one(PersonRow, term.id_of(FACILITATOR))
    guard = overseer(term, fay.name, fay.email)
    tell(term, olga, guard)
    concern_id = the_only(term, olga)
    with term.database.writing() as db:
        with pytest.raises(NotPossible):
            say_about(db, olga, concern_id, fay.id, clock.now())
        with pytest.raises(NotFound):
            say_about(db, olga, concern_id, term.id_of(ADA), clock.now())


def test_concerns_of_before_keep_their_readers_and_answers(storage: Database) -> None:
    here = world(storage)
    with storage.writing() as db:
        now = clock.now()
        for name in ("Olga Watch", "Piet Guard"):
            email = f"{name.split()[0].lower()}@example.org"
            appoint(db, here.coordinator, here.programme_id, name, email, Role.OVERSIGHT, now)
        ids = db.scalars(select(RoleRow.person_id).where(RoleRow.role == Role.OVERSIGHT)).all()
        code = raise_concern(db, None, here.programme_id, "other", TEXT, now, named=False, told=Told(contacts=ids[:1]))
        reply(db, actor(ids[0], here.programme_id, Role.OVERSIGHT), 1, "I will.", now)
    with migrating(storage) as connection:
        config = alembic_config(connection)
        scripts = ScriptDirectory.from_config(config).walk_revisions()
        before = next(each.down_revision for each in scripts if "concern_reader" in Path(each.path).read_text())
        command.downgrade(config, str(before))
    migrate(storage)
    with storage.reading() as db:
        found = get_conversation(db, here.programme_id, code)
        assert [message.text for message in found.messages] == ["I will."]
        assert [one.name for one in found.readers] == ["Olga Watch", "Piet Guard"]
