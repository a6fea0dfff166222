"""A guest coach: invited for one group, sees its names, charter and dates, and whatever they try, nothing else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.charters.service import adopt, charter_to_edit
from scheduler.coordination.model import Act, AppointDeputy, SetFacilitators, TakeOut, TakeOver
from scheduler.coordination.service import carry_out
from scheduler.enrolment.own_relations import declare
from scheduler.enrolment.person_merge import preview_merge
from scheduler.errors import NotAllowed, NotPossible
from scheduler.joining.people_search import list_facilitators
from scheduler.joining.tables import JoiningRow
from scheduler.languages import SOURCE, in_language
from scheduler.memory import forget_everything
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.scope import Scope
from scheduler.programmes.service import create_programme
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow
from scheduler.terms.copies import Copying
from tests.builders import World, actor, make_ready, programme, say_marks
from tests.web.builders import COORDINATOR, FACILITATOR, RESIDENT, Browser, Pages, words_of
from tests.web.firewall.world import AGENDA, CLEO, MARKS, VIDEO, Lived, live, middle_of_term
from web.audiences import Audience, audience_of

GUEST = "greta.guest@outside.example"
OPEN = {
    *(f"guest.{name}" for name in ("groups", "charter", "conduct", "record", "record_as_csv")),
    *(
        f"member.{name}"
        for name in ("availability", "calendar", "own_rota", "mail", "joining_all", "my_data", "my_data_delete")
    ),
    *(f"member.{name}" for name in ("record", "record_pdf", "circle_reading")),  # one's own, and empty for them
    *(f"auth.{name}" for name in ("account",)),
}
"""What answers to a guest with a page, beside what is for everyone."""
AFTER = OPEN - {"guest.groups", "guest.charter", "guest.conduct", "member.availability", "member.own_rota"}
"""The same once their group has ended: their record, and their account."""


@pytest.fixture
def here(pages: Pages) -> World:
    cora = actor(_id(pages, COORDINATOR), pages.programme_id, Role.COORDINATOR)
    return World(pages.database, pages.programme_id, cora)


def _id(pages: Pages, email: str) -> int:
    with pages.database.reading() as db:
        return db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()


def _invite(pages: Pages, email: str = GUEST, name: str = "Greta Guest") -> int:
    """The status of inviting somebody."""
    with pages.database.reading() as db:
        here = ParticipantRow.programme_id == pages.programme_id
        site_id = db.scalars(select(ParticipantRow.site_id).where(here)).first()
    data = {"name": name, "email": email, "site": str(site_id)}
    return int(pages.signed_in(COORDINATOR).post(pages.path("/guests"), data).status_code)


def _placed(pages: Pages, here: World, key: str = "g2") -> int:
    """A guest who can come to everything, and was put into a group."""
    assert _invite(pages) == 303
    guest = _id(pages, GUEST)
    say_marks(here, {guest: "2"})
    assert _put(pages, guest, key) == 303
    return guest


def _put(pages: Pages, guest: int, key: str, **more: str) -> int:
    data = {"person": str(guest), "group": key, "why": "Outside eyes help.", **more}
    return int(pages.signed_in(COORDINATOR).post(pages.path("/guests/group"), data).status_code)


def test_a_guest_signs_tells_of_training_and_sees_their_group(pages: Pages, here: World) -> None:
    assert _invite(pages) == 303
    guest, greta = _id(pages, GUEST), pages.signed_in(GUEST)
    assert greta.get(f"/guest/{pages.programme_id}/conduct").status_code == 200
    assert greta.save(f"/guest/{pages.programme_id}/conduct", {"signs": "1"}).status_code == 303
    say_marks(here, {guest: "2"})
    assert "Cleo" not in words_of(greta.get("/guest").text)
    assert _put(pages, guest, "g2") == 303
    seen = words_of(greta.get("/guest").text)
    assert "Cleo" in seen
    assert "You’re this group’s guest coach" in seen
    with pages.database.reading() as db:
        actions = set(db.scalars(select(AuditRow.action)))
    assert {"guest.invited", "code.signed", "group.member_in"} <= actions
    assert "Greta Guest" in pages.signed_in(CLEO).get(f"/groups/{pages.programme_id}/g2").text


def test_nobody_of_the_programme_becomes_a_guest(pages: Pages) -> None:
    for email in (RESIDENT, FACILITATOR, COORDINATOR, FACILITATOR.upper()):
        assert _invite(pages, email) == 422, email
    assert _invite(pages, "no address") == 422
    assert _invite(pages) == 303
    assert _invite(pages) in (303, 422)
    with pages.database.reading() as db:
        assert len(db.scalars(select(ParticipantRow).where(ParticipantRow.guest)).all()) == 1


def test_only_coordinators_invite_and_read_hours(pages: Pages) -> None:
    for who in (RESIDENT, FACILITATOR):
        browser = pages.signed_in(who)
        assert browser.get(pages.path("/guests")).status_code == 404
        assert browser.post(pages.path("/guests"), {"name": "X", "email": GUEST, "site": "1"}).status_code == 404
        days = {"first": "2020-01-01", "last": "2030-01-01"}
        assert browser.post(pages.path("/guests/hours.csv"), days).status_code == 404


def test_a_guest_leads_only_once_they_are_ready(pages: Pages, here: World) -> None:
    assert _invite(pages) == 303
    guest = _id(pages, GUEST)
    say_marks(here, {guest: "2"})
    with pages.database.writing() as db:
        db.execute(update(JoiningRow).values(code_needed=True))
    assert _put(pages, guest, "g2") == 409
    with pages.database.writing() as db:
        make_ready(db, here.coordinator, here.programme_id, [guest], clock.now())
    assert _put(pages, guest, "g2") == 303


def test_a_guest_has_one_group_and_stands_in_nowhere(pages: Pages, here: World) -> None:
    guest = _placed(pages, here)
    assert _put(pages, guest, "g1") == 409
    with pages.database.reading() as db:
        other = select(SessionRow).where(SessionRow.programme_id == here.programme_id)
        other_group = db.scalars(other.where(SessionRow.group_key == "g1")).first()
        own = db.scalars(other.where(SessionRow.group_key == "g2")).first()
    assert other_group is not None
    assert own is not None
    fay = _id(pages, FACILITATOR)
    assert _put(pages, guest, "g2", out="1") == 303
    acts: tuple[Act, ...] = (
        SetFacilitators(other_group.id, (guest,)),
        AppointDeputy(own.id, fay, guest),
        TakeOver(here.programme_id, "g2", fay, guest),
    )
    for act in acts:
        with pytest.raises(NotPossible, match="stand in"), pages.database.writing() as db:
            carry_out(db, here.coordinator, act, "Why not.", clock.now())
    assert _put(pages, guest, "g1") in (303, 409)


def test_who_is_no_guest_does_not_come_in_by_the_guests_page(pages: Pages) -> None:
    assert _put(pages, _id(pages, FACILITATOR), "g1") == 404
    assert _put(pages, 99999, "g1") == 404


def test_no_plan_places_a_guest_and_their_group_is_kept(pages: Pages, here: World) -> None:
    assert _invite(pages) == 303
    guest = _id(pages, GUEST)
    say_marks(here, {guest: "2"})
    key = person_key(guest)
    with pages.database.reading() as db:
        assert key not in {each.id for each in build_instance(db, here.programme_id, clock.now()).faculty}
    with pages.database.writing() as db:
        out = TakeOut(here.programme_id, "g2", _id(pages, FACILITATOR))
        carry_out(db, here.coordinator, out, "A guest comes.", clock.now())
    assert _put(pages, guest, "g2") == 303
    with pages.database.reading() as db:
        instance = build_instance(db, here.programme_id, clock.now())
        stand_ins = build_instance(
            db, here.programme_id, clock.now(), scope=Scope(frozenset({"g1"}), stand_ins=True), begun_too=True
        )
    led = {group.id: group.facilitators for group in instance.previous}
    assert key in led["g2"]
    assert "g2" in {pin.id for pin in instance.pins}
    assert key not in {each.id for each in stand_ins.faculty}
    assert next(each for each in instance.faculty if each.id == key).capacity == 1


def test_a_guest_whose_group_cannot_stay_is_left_out_of_plans(pages: Pages, here: World) -> None:
    guest = _placed(pages, here)
    with pages.database.writing() as db:
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == guest).values(models={}))
    forget_everything()
    with pages.database.reading() as db:
        instance = build_instance(db, here.programme_id, clock.now())
    assert person_key(guest) not in {each.id for each in instance.faculty}
    assert all(person_key(guest) not in group.facilitators for group in instance.previous)
    assert not instance.pins


def test_residents_cannot_choose_or_ask_a_guest(pages: Pages, here: World) -> None:
    guest = _placed(pages, here)
    ada = actor(_id(pages, RESIDENT), here.programme_id, Role.RESIDENT)
    with pages.database.reading() as db:
        assert guest not in {each.person_id for each in list_facilitators(db, ada, here.programme_id, clock.now())}


@pytest.fixture
def lived(pages: Pages, here: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Lived, int]]:
    """A guest in the group in which everything has been said and done."""
    with pages.database.writing() as db, in_language(SOURCE):
        cora = here.coordinator
        adopt(db, cora, here.programme_id, charter_to_edit(db, cora, here.programme_id), clock.now())
    guest = _placed(pages, here)
    moment = middle_of_term(pages)
    monkeypatch.setattr(clock, "now", lambda: moment)
    with in_language(SOURCE):
        yield live(pages), guest


def _answers(lived: Lived, guest: int, who: str = GUEST) -> dict[str, set[tuple[str, int, str]]]:
    """By endpoint, what a guest gets at every address with every real id that is not for everyone."""
    browser = lived.pages.signed_in(who)
    lived.values["person_id"] = (*lived.values["person_id"], guest)
    found: dict[str, set[tuple[str, int, str]]] = {}
    for rule in lived.app.url_map.iter_rules():
        view = lived.app.view_functions[rule.endpoint]
        if "GET" in (rule.methods or ()) and audience_of(view) is not Audience.PUBLIC and rule.endpoint != "static":
            if rule.endpoint.endswith("_page"):
                continue
            for path in lived.paths(rule):
                answer = browser.get(path)
                text = answer.data.decode(errors="replace")
                found.setdefault(rule.endpoint, set()).add((path, answer.status_code, text))
    return found


def test_every_other_address_is_none_to_a_guest(lived: tuple[Lived, int]) -> None:
    world, guest = lived
    found = _answers(world, guest)
    opened = {endpoint for endpoint, answers in found.items() if any(status < 400 for _, status, _ in answers)}
    assert opened - OPEN == set()
    assert {"guest.groups", "guest.charter", "guest.conduct", "guest.record"} <= opened
    told = {
        (path, mark)
        for answers in found.values()
        for path, _, text in answers
        for mark in MARKS
        if mark in text and mark != VIDEO
    }
    assert told == set()
    page = words_of(world.pages.signed_in(GUEST).get("/guest").text)
    assert "Cleo" in page
    assert "Ada" not in page


def test_no_form_of_the_group_or_programme_takes_what_a_guest_sends(lived: tuple[Lived, int]) -> None:
    world, _guest = lived
    browser = world.pages.signed_in(GUEST)
    opened = set()
    for rule in world.app.url_map.iter_rules():
        view = world.app.view_functions[rule.endpoint]
        own = audience_of(view) in (Audience.PUBLIC, Audience.SIGNED_IN, Audience.PARTICIPANT, Audience.GUEST)
        if "POST" in (rule.methods or ()) and not own and not rule.endpoint.startswith("api."):
            opened |= {path for path in world.paths(rule) if browser.post(path, {}).status_code != 404}
    assert opened == set()


def test_a_guest_agrees_to_the_charter_as_a_coach(lived: tuple[Lived, int]) -> None:
    world, _guest = lived
    address = f"/guest/{world.pages.programme_id}/g2/charter"
    greta = world.pages.signed_in(GUEST)
    assert greta.post(address, {"version": "1", "terms": "0"}).status_code == 422
    assert greta.post(address, {"version": "9", "terms": "0", "agrees": "1"}).status_code == 409
    assert greta.post(address, {"version": "1", "terms": "0", "agrees": "1"}).status_code == 303
    assert "You’ve agreed." in words_of(greta.get("/guest").text)
    assert greta.get(f"/guest/{world.pages.programme_id}/g1/charter").status_code == 404
    charter = world.pages.signed_in(CLEO).get(f"/groups/{world.pages.programme_id}/g2/charter").text
    assert "Greta Guest" in charter
    with world.pages.database.writing() as db:
        fay = actor(world.pages.ids[FACILITATOR], world.pages.programme_id, Role.FACULTY)
        declare(db, fay, world.pages.programme_id, world.pages.ids[CLEO], "sponsors", None, None, clock.now())
    page = greta.get(address).text
    assert "Fay Lantern sponsors Cleo Thistle." in words_of(page), "a guest agrees to it like the others"
    assert "Everyone is asked again" in words_of(page)
    assert greta.post(address, {"version": "1", "terms": "0", "agrees": "1"}).status_code == 409
    told = re.findall(r'name="told" value="([^"]+)"', page)
    assert greta.post(address, {"version": "1", "terms": "0", "agrees": "1", "told": told}).status_code == 303


def _leads_alone(world: Lived, session_id: int) -> None:
    """The group's other facilitator was not at this session."""
    with world.pages.database.writing() as db:
        row = db.get_one(AttendeeRow, (session_id, world.id_of(FACILITATOR)))
        db.delete(row)


def _let_the_guest_have_led(world: Lived, guest: int, came: bool = True) -> None:
    with world.pages.database.writing() as db:
        db.merge(
            AttendedRow(session_id=world.sessions[0], person_id=guest, came=came, noted_by=guest, noted_at=clock.now())
        )


def test_hours_that_were_held_count_for_the_guest_and_for_whoever_pays(lived: tuple[Lived, int]) -> None:
    world, guest = lived
    greta, cora = world.pages.signed_in(GUEST), world.pages.signed_in(COORDINATOR)
    days = {"first": "2020-01-01", "last": "2035-01-01"}
    _let_the_guest_have_led(world, guest, came=False)
    assert "0:00" in words_of(greta.get("/guest/record").text)
    _let_the_guest_have_led(world, guest)
    assert "1:00" in words_of(greta.get("/guest/record").text)
    sheet = cora.post(world.pages.path("/guests/hours.csv"), days)
    rows = list(csv.reader(io.StringIO(sheet.text.lstrip("\ufeff"))))
    assert [(row[0], row[1], row[-1]) for row in rows[1:]] == [("Greta Guest", GUEST, "60")]
    with world.pages.database.reading() as db:
        taken = db.scalars(select(AuditRow).where(AuditRow.action == "guest_hours.taken_out")).all()
    assert [row.details["count"] for row in taken] == [1]
    assert "Greta" not in str(taken[0].details)
    no_days = {"first": "2035-01-01", "last": "2020-01-01"}
    assert cora.post(world.pages.path("/guests/hours.csv"), no_days).status_code == 422


def test_the_people_of_a_group_note_who_came_where_a_guest_leads_alone(lived: tuple[Lived, int]) -> None:
    world, guest = lived
    session = world.sessions[0]
    cleo, greta = world.pages.signed_in(CLEO), world.pages.signed_in(GUEST)
    assert cleo.post(f"/sessions/{session}/came", {"came": [guest]}).status_code == 404
    _leads_alone(world, session)
    assert greta.post(f"/sessions/{session}/came", {"came": [guest]}).status_code == 404
    assert cleo.post(f"/sessions/{session}/came", {"came": [guest, world.id_of(CLEO)]}).status_code == 303
    assert "1:00" in words_of(greta.get("/guest/record").text)


def test_once_their_group_has_ended_the_account_opens_the_record_alone(lived: tuple[Lived, int]) -> None:
    world, guest = lived
    _let_the_guest_have_led(world, guest)
    with world.pages.database.writing() as db:
        for row in db.scalars(select(SessionRow).where(SessionRow.group_key == "g2", SessionRow.ends_at > clock.now())):
            row.status = "cancelled"
    forget_everything()
    found = _answers(world, guest)
    opened = {endpoint for endpoint, answers in found.items() if any(status < 400 for _, status, _ in answers)}
    assert opened - AFTER == set()
    assert "guest.record" in opened


def test_a_guest_who_stops_keeps_their_record_and_cannot_come_back(lived: tuple[Lived, int]) -> None:
    world, guest = lived
    _let_the_guest_have_led(world, guest)
    greta = world.pages.signed_in(GUEST)
    assert greta.post(f"/guest/{world.pages.programme_id}/leave").status_code == 303
    assert greta.get("/guest").status_code == 404
    assert "1:00" in words_of(greta.get("/guest/record").text)
    assert greta.post(f"/join/{world.pages.programme_id}/back").status_code == 404


def test_their_calendar_shows_when_and_where_and_nobody(lived: tuple[Lived, int]) -> None:
    world, guest = lived
    greta = actor(guest, world.pages.programme_id, Role.GUEST)
    with world.pages.database.writing() as db:
        address = open_feed(db, greta, Subject(Purpose.PERSON), clock.now())
        with pytest.raises(NotAllowed):
            open_feed(db, greta, Subject(Purpose.FACILITATOR, world.pages.programme_id), clock.now())
    feed = Browser(world.app).get(address.path).text.replace("\r\n ", "")
    assert VIDEO in feed
    assert "Cleo" not in feed
    assert AGENDA not in feed


def test_a_guest_does_not_go_on_into_the_next_term(pages: Pages, here: World) -> None:
    guest = _placed(pages, here)
    with pages.database.writing() as db:
        after = create_programme(db, here.coordinator, programme(slug="after", name="After"), clock.now())
        taken = Copying.between(db, here.programme_id, after, clock.now()).people(clock.now().date())
    assert taken
    assert guest not in taken
    with pages.database.reading() as db:
        assert db.get(ParticipantRow, (after, guest)) is None


def test_a_guest_is_not_merged_with_a_facilitator_of_the_programme(pages: Pages, here: World) -> None:
    guest, fay = _placed(pages, here), _id(pages, FACILITATOR)
    for stays, goes in ((guest, fay), (fay, guest)):
        with pages.database.reading() as db, pytest.raises(NotPossible, match="guest coach"):
            preview_merge(db, here.coordinator, here.programme_id, stays, goes)
