"""A whole term as its people live it, from the invitation to the end: each in their own way, all in one group.

Each life is told from top to bottom; where it says ``yield``, time passes, for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import Browser, Locator, expect

from scheduler.db import Database
from scheduler.retention.service import carry_out
from scheduler.voices.model import GROWTH
from scheduler.voices.pulse import set_pulse
from tests.browser.gallery import DESK, PHONE, SMALL_PHONE
from tests.browser.hospital import AMINE, FAY, GIL, ISAK, KIT, LONDON, NIA, ROSA, Hospital, a_hospital
from tests.browser.visiting import Kit, Visitor, WithKeys

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)
Life = Callable[[Visitor, Hospital], Iterator[None]]
TUESDAY, THURSDAY = 1, 3
WORKS = (1, 2, 3)
NUMBER = "+44 20 7946 0123"

KITS: Mapping[str, Kit] = {
    FAY: Kit(DESK),
    NIA: Kit(PHONE, is_dark=True),
    ROSA: Kit(PHONE, scripts=False),
    AMINE: Kit(PHONE, language="fr", from_right=True),
    ISAK: Kit(PHONE, scripts=False, is_slow=True),
    KIT: Kit(SMALL_PHONE),
    GIL: Kit(PHONE),
}


def test_a_term_as_its_people_live_it(chromium: Browser, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hospital(database, monkeypatch) as hospital:
        hospital.invite_everybody()
        known: set[tuple[object, ...]] = set()
        people = {name: _visitor(chromium, hospital, name, known) for name in KITS}
        lives = {name: LIVES[name](person, hospital) for name, person in people.items()}
        turns = (_planned, _after_the_first, _next_day, _after_the_second, _after_all, _long_after, lambda _: None)
        for turn in turns:
            for name, life in lives.items():
                next(life, None)
                people[name].looks_back()
            turn(hospital)
        for person in people.values():
            person.context.close()


def _visitor(chromium: Browser, hospital: Hospital, name: str, known: set[tuple[object, ...]]) -> Visitor:
    kind = WithKeys if name == KIT else Visitor
    return kind(name, hospital.email(name), KITS[name], chromium, hospital.settings.base_url, known=known)


def _planned(hospital: Hospital) -> None:
    hospital.make_a_plan()
    hospital.turn_to(hospital.turned[-1] + timedelta(days=2, hours=6))


def _after_the_first(hospital: Hospital) -> None:
    hospital.turn_to(hospital.sessions()[0].ends_at + timedelta(hours=20))


def _next_day(hospital: Hospital) -> None:
    hospital.turn_to(hospital.turned[-1] + timedelta(days=1))


def _after_the_second(hospital: Hospital) -> None:
    hospital.turn_to(max(row.ends_at for row in hospital.sessions() if row.round == 1) + timedelta(hours=1))
    here, at = hospital.here, hospital.turned[-1]
    with hospital.database.writing() as db:
        set_pulse(db, here.coordinator, here.programme_id, at.date(), GROWTH, (), at)


def _after_all(hospital: Hospital) -> None:
    hospital.turn_to(hospital.sessions()[-1].ends_at + timedelta(days=1))


def _long_after(hospital: Hospital) -> None:
    """Wishes have been kept for their 90 days, and go."""
    hospital.turned.append(hospital.sessions()[-1].ends_at + timedelta(days=150))
    carry_out(hospital.database, hospital.turned[-1])


def a_facilitator_with_two_clinics(fay: Visitor, hospital: Hospital) -> Iterator[None]:
    opens_the_invitation(fay, hospital)
    fay.reads(
        "You get all your dates at once, planned around your clinics. "
        "You don’t have to chase anyone, count replies or book rooms."
    )
    fay.press("Yes, count me in")
    fay.write("Your pen portrait", "I listen first. Ask me about changing specialty: I did it twice.")
    fay.press("Save and continue")
    fay.tick("Facilitated vertical group")
    fay.press("Save and continue")
    fay.tick("teaching")
    fay.press("Save and continue")
    fay.choose("By phone", "best")
    fay.press("Save and continue")
    fay.press("Save and continue")
    fay.tick("I will keep to this.")
    fay.press("Save")
    fay.follow("Check my availability")
    fay.reads("We don’t have a rota for you.")
    says_of_each_week(fay, "I’m at work and can meet", WORKDAYS, (time(8), time(18)))
    says_of_each_week(fay, "I never want to meet then", "Tuesday", (time(12), time(15)))
    uploads(fay, calendar_of("Clinic", at(hospital, THURSDAY), "RRULE:FREQ=WEEKLY"))
    yield
    comes_back(fay, hospital)
    assert len(hospital.starts()) == 3
    assert not {TUESDAY, THURSDAY} & {start.weekday() for start in hospital.starts()}, "clear of both clinics"
    expect(fay.page.get_by_role("row").filter(has_text="you’re leading")).to_have_count(3)
    fay.follow("Go to the group’s page")
    fay.unfold("How to join remotely")
    fay.write("Number to call", NUMBER)
    fay.press("Save")
    agrees_to_the_charter(fay, leads=True)
    yield
    comes_back(fay, hospital)
    fay.press("Everyone")
    fay.reads("Saved: 6 people came.")
    yield
    comes_back(fay, hospital)
    fay.press("I agree")
    fay.reads("The date is set.")
    fay.opens("/availability")
    uploads(fay, calendar_of("Congress", hospital.starts()[-1], "DTSTAMP:20260101T000000Z"))
    fay.opens("/facilitating")
    fay.reads("you can’t lead this one: %(reason)s", reason="")
    fay.follow("Ask a deputy")
    fay.tick("Gil Spare", "radio")
    fay.write("What they need to know", "Kit takes the chair; we are at item two.")
    fay.press("Ask")
    fay.reads("No answer yet from %(name)s", name=GIL)
    yield
    comes_back(fay, hospital)
    for _ in ("the extra session", "the second"):
        fay.press("Everyone")
        fay.reads("Saved: 6 people came.")
    yield
    comes_back(fay, hospital)
    fay.follow("Your hours, training and thanks")
    fay.reads("You never said I should be over it.")
    expect(fay.page.locator(".figure")).to_have_text("3:00")


def a_resident_at_four_in_the_morning(nia: Visitor, hospital: Hospital) -> Iterator[None]:
    opens_the_invitation(nia, hospital)
    nia.reads("It isn’t assessment or supervision.")
    nia.press("Yes, count me in")
    likes_a_vertical_group(nia)
    nia.tick("wellbeing")
    nia.press("Save and continue")
    nia.reads("Step %(number)s of %(all)s", number=3, all=6)  # and then the bleep goes
    desk = Visitor("Nia at a desk", nia.email, Kit(DESK), nia.browser, nia.base_url)
    asks_for_a_link(desk, hospital, NIA)
    desk.reads("%(saved)s of %(all)s saved", saved=2, all=6)
    desk.follow("Carry on: %(step)s", step="How to meet")
    answers_the_rest(desk, ways=3)
    desk.follow("Check my availability")
    expect(desk.page.get_by_role("main")).to_contain_text("night")
    desk.looks_back()
    desk.context.close()
    yield
    comes_back(nia, hospital)
    assert not [start for start in hospital.starts() if (start.date() - hospital.first_monday).days % 28 <= 6], "nights"
    agrees_to_the_charter(nia)
    yield
    comes_back(nia, hospital)
    cannot_make_it(nia)
    nia.follow("Agenda and notes")
    nia.write("Only you can see this", "Ask Kit how he does it.")
    nia.press("Save")
    nia.opens("/my-goals")
    nia.write("Something I’d like to achieve", "Leave on time twice a week")
    nia.press("Save")
    yield
    comes_back(nia, hospital)
    nia.reads("Extra session on %(date)s", date="")
    yield
    comes_back(nia, hospital)
    nia.unfold("Thank %(name)s", name=FAY)
    nia.write("A line or two", "You never said I should be over it.")
    nia.press("Say thank you")
    yield
    comes_back(nia, hospital)
    nia.opens("/my-voice")
    nia.check(nia.page.locator("input[name=strengths]").first)
    nia.press("Send")
    nia.reads("Thank you. They read it only together with at least four other answers.")
    comes_back(nia, hospital)
    nia.reads("You have no sessions coming up")
    nia.follow("Your goals and notes")
    nia.reads("Ask Kit how he does it.")
    expect(nia.page.locator(".figure")).to_have_text("3:00")
    nia.press("Reached")
    nia.reads("reached")
    assert hospital.reminders(NIA)
    assert not [moment for moment in hospital.reminders(NIA) if _sleeps(hospital, moment)]


def _sleeps(hospital: Hospital, moment: datetime) -> bool:
    """At night, and by day after each of the four nights from the first Monday of a round on."""
    is_after_a_night = (moment.date() - hospital.first_monday).days % 28 in (1, 2, 3, 4)
    return not 7 <= moment.hour < 22 or (is_after_a_night and 9 <= moment.hour < 16)


def a_resident_back_part_time_from_parental_leave(rosa: Visitor, hospital: Hospital) -> Iterator[None]:
    opens_the_invitation(rosa, hospital)
    rosa.press("Yes, count me in")
    likes_a_vertical_group(rosa)
    rosa.tick("work-life balance")
    rosa.press("Save and continue")
    answers_the_rest(rosa, "returning to work")
    rosa.follow("Check my availability")
    says_of_each_week(rosa, "I don’t work that day (part-time)", "Monday")
    says_of_each_week(rosa, "I don’t work that day (part-time)", "Friday")
    returns = hospital.first_monday + timedelta(days=8)
    rosa.unfold("Add leave")
    rosa.write("first day", hospital.turned[-1].date().isoformat())
    rosa.write("last day, if you know it", (returns - timedelta(days=1)).isoformat())
    rosa.press("Add leave")
    yield
    comes_back(rosa, hospital)
    assert all(start.date() >= returns and start.weekday() in WORKS for start in hospital.starts())
    agrees_to_the_charter(rosa)
    yield
    comes_back(rosa, hospital)
    cannot_make_it(rosa)
    yield
    comes_back(rosa, hospital)
    yield
    comes_back(rosa, hospital)
    yield
    comes_back(rosa, hospital)
    rosa.reads("You have no sessions coming up")


def a_resident_in_french(amine: Visitor, hospital: Hospital) -> Iterator[None]:
    """In French, and every page is turned around as well, as for Arabic."""
    opens_the_invitation(amine, hospital)
    amine.press("Yes, count me in")
    likes_a_vertical_group(amine)
    amine.tick("exams")
    amine.press("Save and continue")
    answers_the_rest(amine)
    amine.follow("Check my availability")
    amine.follow("Account and sign out")
    amine.opens("/account/mail")
    yield
    comes_back(amine, hospital)
    agrees_to_the_charter(amine)
    amine.opens("/calendar")
    yield
    comes_back(amine, hospital)
    amine.press("Yes, I was released")
    amine.reads("Thank you. Nobody sees your answer.")
    comes_back(amine, hospital)
    cannot_make_it(amine)
    amine.reads("Too few can come on %(date)s", date="")
    yield
    comes_back(amine, hospital)
    yield
    comes_back(amine, hospital)
    amine.follow("How is mentoring going? Half a minute, once this term")
    amine.tick("5", "radio")
    amine.press("Send")
    amine.reads("Thank you. You’ll read here what changes because you answered.")
    yield
    comes_back(amine, hospital)
    amine.reads("You have no sessions coming up")
    amine.opens("/my-goals")
    amine.opens("/my-data")
    amine.reads("Your wishes, and relations that you’ve declared")
    yield
    comes_back(amine, hospital)
    amine.opens("/my-data")
    expect(amine.page.locator("body")).not_to_contain_text(amine.say("Your wishes, and relations that you’ve declared"))


def a_resident_on_a_slow_line(isak: Visitor, hospital: Hospital) -> Iterator[None]:
    """2G, no scripts, another clock, and the phone alone."""
    opens_the_invitation(isak, hospital)
    isak.press("Yes, count me in")
    likes_a_vertical_group(isak)
    isak.tick("networking")
    isak.press("Save and continue")
    isak.choose("In person", "not possible")
    isak.choose("By video", "not possible")
    answers_the_rest(isak, "new to the country")
    isak.opens("/account")
    isak.write("A large city in your time zone", "Istanbul")
    isak.press("Save")
    isak.opens("/availability")
    isak.reads("Your own are %(place)s time.", place="Istanbul")
    yield
    comes_back(isak, hospital)
    told = hospital.newest_mail(ISAK, "Istanbul")
    assert told.calendar.count("BEGIN:VEVENT") == 3
    isak.reads("Call %(number)s", number=NUMBER)
    expect(isak.page.get_by_role("main")).to_contain_text("Istanbul time")
    agrees_to_the_charter(isak)
    isak.opens("/calendar/card")
    expect(isak.page.locator(".pocket time")).to_have_count(3)
    yield
    comes_back(isak, hospital)
    isak.press("I agree")
    isak.reads("Your group can see that you agree.")
    isak.follow("Propose an extra session")
    isak.check(isak.page.get_by_role("radio", name=re.compile("Wednesday")).first)  # when Rosa works
    isak.press("Propose this date")
    isak.reads("%(name)s proposes an extra session.", name=ISAK)
    yield
    comes_back(isak, hospital)
    yield
    comes_back(isak, hospital)
    yield
    comes_back(isak, hospital)
    isak.reads("You have no sessions coming up")


def a_resident_with_a_keyboard_alone(kit: Visitor, hospital: Hospital) -> Iterator[None]:
    """On the smallest phone's width, as a page that is enlarged fourfold has it."""
    opens_the_invitation(kit, hospital)
    kit.press("Yes, count me in")
    likes_a_vertical_group(kit)
    kit.tick("leadership")
    kit.press("Save and continue")
    answers_the_rest(kit)
    kit.follow("Check my availability")
    kit.touch(kit.page.locator("td[data-at] button").first)
    kit.reads("Saved automatically at")
    yield
    comes_back(kit, hospital)
    agrees_to_the_charter(kit)
    yield
    comes_back(kit, hospital)
    best = kit.page.get_by_role("region", name=re.compile("Too few can come on")).get_by_role("listitem").first
    wanted = best.get_by_role("heading").inner_text()
    kit.reads("Agreed so far: %(names)s.", names=ISAK)
    kit.touch(best.get_by_role("button", name="I agree"))
    kit.reads("The date is set.")
    kit.reads(wanted)
    kit.write("What would make it useful for you?", "Handing over without losing the thread")
    kit.press("Suggest")
    kit.reads("Handing over without losing the thread")
    yield
    comes_back(kit, hospital)
    yield
    comes_back(kit, hospital)
    yield
    comes_back(kit, hospital)
    kit.reads("You have no sessions coming up")
    kit.follow("Account and sign out")
    kit.press("Sign out on every device")
    kit.reads("You’ve signed out on every device.")


def a_deputy(gil: Visitor, hospital: Hospital) -> Iterator[None]:
    opens_the_invitation(gil, hospital)
    gil.press("Yes, count me in")
    gil.opens("/availability")
    says_of_each_week(gil, "I’m at work and can meet", WORKDAYS, (time(8), time(18)))
    yield
    yield
    yield
    comes_back(gil, hospital)
    gil.follow("Answer")
    gil.reads("Kit takes the chair; we are at item two.")
    gil.tick("I agree to the charter too.")
    gil.press("Yes, I’ll stand in")
    gil.reads("You’re standing in for %(name)s", name=FAY)
    yield
    yield
    comes_back(gil, hospital)
    gil.follow("Everything for that day")
    gil.press("Save who came")
    gil.reads("Saved: 6 people came.")


LIVES: Mapping[str, Life] = {
    FAY: a_facilitator_with_two_clinics,
    NIA: a_resident_at_four_in_the_morning,
    ROSA: a_resident_back_part_time_from_parental_leave,
    AMINE: a_resident_in_french,
    ISAK: a_resident_on_a_slow_line,
    KIT: a_resident_with_a_keyboard_alone,
    GIL: a_deputy,
}


def opens_the_invitation(who: Visitor, hospital: Hospital) -> None:
    who.opens(hospital.link(who.name))
    who.write("The code from the e-mail", hospital.code(who.name))
    who.press("Sign me in")


def asks_for_a_link(who: Visitor, hospital: Hospital, name: str) -> None:
    who.opens("/sign-in")
    who.write("Your e-mail address", who.email)
    who.press("Send me a sign-in link")
    who.reads("Check your e-mail")
    who.write("The code from the e-mail", hospital.code(name))
    who.press("Sign me in")
    who.page.wait_for_url(lambda url: "/sign-in" not in url)


def comes_back(who: Visitor, hospital: Hospital) -> None:
    """To the first page; by a new link where it is so long ago that the device is forgotten."""
    who.opens("/")
    if who.find("link", "Sign in by e-mail").count():
        asks_for_a_link(who, hospital, who.name)
        who.opens("/")


def likes_a_vertical_group(who: Visitor) -> None:
    who.choose("Facilitated vertical group", "my first choice")
    who.press("Save and continue")


def answers_the_rest(who: Visitor, is_true: str = "", ways: int = 3) -> None:
    """How to meet, by whom facilitated, with whom, and what else matters."""
    who.select(by_phone(who), who.say("best"))
    who.press("Save and continue")
    who.tick(FAY)
    who.press("Save and continue")
    who.press("Save and continue")
    if is_true:
        who.check(who.page.get_by_role("checkbox", name=who.say(is_true), exact=True))
    who.press("Save")
    who.reads("Thank you, you’ve answered everything")


def by_phone(who: Visitor) -> Locator:
    return who.labelled(who.say("by phone").capitalize())


WORKDAYS = "Monday to Friday"


def says_of_each_week(who: Visitor, what: str, weekday: str, between: tuple[time, time] | None = None) -> None:
    if not who.labelled("What").count():
        who.unfold("Add something")
    who.choose("What", what)
    if weekday != WORKDAYS:  # they are ticked already for whoever has no rota
        who.tick(weekday)
    for name, moment in zip(("from", "until"), between or (), strict=False):
        who.write(name, f"{moment:%H:%M}")
    who.press("Add a weekly entry")
    who.reads("Saved for every week.")


def at(hospital: Hospital, weekday: int) -> datetime:
    """A weekday at noon, in the first week of the term."""
    return datetime.combine(hospital.first_monday + timedelta(days=weekday), time(12), LONDON)


def calendar_of(title: str, start: datetime, more: str) -> bytes:
    """A calendar file with three hours from then on."""
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", "BEGIN:VEVENT", f"UID:{title}", f"SUMMARY:{title}",
        f"DTSTART;TZID=Europe/London:{start:%Y%m%dT%H%M%S}", "DURATION:PT3H", more, "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def uploads(who: Visitor, calendar: bytes) -> None:
    file = {"name": "calendar.ics", "mimeType": "text/calendar", "buffer": calendar}
    who.labelled("Or a file").set_input_files(file)
    who.press("Upload the file")
    who.reads("An uploaded file")


def agrees_to_the_charter(who: Visitor, *, leads: bool = False) -> None:
    who.follow("Read the charter")
    if leads:
        who.tick("mentor: shares experience and assesses nobody; the goals are yours")
    who.tick("I agree and will keep to it.")
    who.press("Agree")


def cannot_make_it(who: Visitor) -> None:
    who.press("I can’t make it")
    who.find("button", "I can make it after all").wait_for()
