"""A hospital of one or more programmes whose people have calendars and real mail, and a clock to turn hour by hour."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from scheduler import clock
from scheduler.availability.entries import set_weekly
from scheduler.availability.model import Weekly
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.consequences import bring_up_to_date, everything
from scheduler.db import Database
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.choices import choose
from scheduler.invitations.model import InvitationWish, MailChoices
from scheduler.invitations.quiet_hours import asleep_until
from scheduler.invitations.reminders import plan_reminders, send_reminders
from scheduler.mail.service import send_waiting
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import add_coordinator
from scheduler.people.tables import PersonRow
from scheduler.planning.runs import claim_next_run, get_run, start_run
from scheduler.programmes.model import Programme
from scheduler.programmes.service import create_programme
from scheduler.rota_import.service import Upload, import_rota
from scheduler.settings import Settings, as_environment
from scheduler.signing_in.links import make_link
from tests.builders import actor, people_csv, person_line, plan_everybody, publish
from tests.mail_server import Inbox, MailProgram, serving
from tests.scheduler.rotas.sheets import as_xlsx, days
from tests.web.builders import app_of

LONDON = ZoneInfo("Europe/London")
CODES = (["Code", "Meaning", "Start", "End"], ["D", "Day", "09:00", "17:00"], ["N", "Night", "21:00", "09:00"])
DAYS, NIGHTS = "DDDDD  ", "NNNN   "
"""A week of each, from Monday on: after nights are days off."""
AT_WORK = tuple(Weekly(weekday, time(9), time(18), "2", "working_hours") for weekday in range(5))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Rota = Mapping[str, str]
"""People's codes, a letter a day from the first Monday on."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A programme to be set up: who coordinates it, its people with their roles, and their rota. Stages go round."""

    programme: Programme
    coordinator: str
    residents: tuple[str, ...]
    faculty: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    rota: Rota = field(default_factory=dict)
    stages: str = "123"


@dataclass(slots=True)
class Infirmary:
    """The programmes behind a server of their own, with a mail server beside it. ``duties`` are the rotas in force,
    ``away`` the long leave, both as the story tells them."""

    database: Database
    settings: Settings
    inbox: Inbox
    first_monday: date
    moment: datetime
    moved_clock: str
    coordinators: dict[str, Actor] = field(default_factory=dict)
    names_of_coordinators: dict[int, str] = field(default_factory=dict)
    programmes: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    duties: dict[str, str] = field(default_factory=dict)
    away: dict[str, tuple[date, date]] = field(default_factory=dict)
    away_since: dict[str, datetime] = field(default_factory=dict)
    feeds: dict[str, str] = field(default_factory=dict)
    programs: dict[str, MailProgram] = field(default_factory=dict)
    arrived: list[tuple[datetime, EmailMessage]] = field(default_factory=list)

    @property
    def names(self) -> dict[int, str]:
        """Everybody who takes part, by id."""
        return {person_id: name for name, person_id in self.ids.items()}

    def day(self, number: int) -> date:
        """So many days after the first Monday."""
        return self.first_monday + timedelta(days=number)

    def code(self, name: str, day: date) -> str:
        """Somebody's duty on a day, as the story has it."""
        number = (day - self.first_monday).days
        codes = self.duties.get(name, "")
        return codes[number] if 0 <= number < len(codes) else " "

    def goes_away(self, name: str, first_day: date, last_day: date) -> None:
        """Remember somebody's long leave, of which the product has been told just now."""
        self.away[name], self.away_since[name] = (first_day, last_day), self.moment

    def is_away(self, name: str, at: datetime) -> bool:
        """Whether somebody is on long leave, by the story."""
        first, last = self.away.get(name, (None, None))
        return bool(first and last and first <= at.astimezone(LONDON).date() <= last)

    def enlist(self, slug: str, ward: Ward) -> None:
        """Set a programme up, in the product's own ways: lists and rota, hours of the faculty, mail and a calendar."""
        with self.database.writing() as db:
            programme_id = create_programme(db, OPERATOR, ward.programme, self.moment)
            plan_everybody(db, programme_id)
            her = add_coordinator(db, OPERATOR, programme_id, ward.coordinator, email(ward.coordinator), self.moment)
            coordinator = actor(her, programme_id, Role.COORDINATOR)
            self.coordinators[slug], self.programmes[slug] = coordinator, programme_id
            self.names_of_coordinators[her] = ward.coordinator
            stages = ((name, ward.stages[number % len(ward.stages)]) for number, name in enumerate(ward.residents))
            lines = [person_line(name, stage=stage, **ward.columns) for name, stage in stages]
            lines += [person_line(name, role="faculty", models="vertical", **ward.columns) for name in ward.faculty]
            import_people(db, coordinator, programme_id, people_csv(*lines), self.moment)
            found = person_ids_by_address(db, programme_id)
            mine = {name: found[email(name)] for name in (*ward.residents, *ward.faculty)}
            for name in ward.faculty:
                who = actor(mine[name], programme_id, Role.FACULTY)
                set_weekly(db, who, programme_id, AT_WORK, self.moment)
            if ward.rota:
                upload = Upload("Medicine", self.rota_file(ward.rota), "medicine.xlsx")
                import_rota(db, coordinator, programme_id, "north", upload, self.moment)
                self.duties |= ward.rota
        self._subscribe(mine, programme_id)

    def _subscribe(self, people: Mapping[str, int], programme_id: int) -> None:
        for name, person_id in people.items():
            if name in self.ids:
                continue
            who = actor(person_id, programme_id, Role.RESIDENT)
            with self.database.writing() as db:
                choose(db, who, MailChoices(InvitationWish.EACH))
                self.feeds[name] = open_feed(db, who, Subject(Purpose.PERSON), self.moment).path
            self.programs[name] = MailProgram(email(name))
            self.ids[name] = person_id

    def rota_file(self, rota: Rota) -> bytes:
        """A workbook as the rota manager sends it."""
        length = max(map(len, rota.values()))
        rows = [["Name", *days(length, self.first_monday)], *([name, *codes] for name, codes in rota.items())]
        return as_xlsx({"Rota": rows, "Codes": CODES})

    def make_a_plan(self, slug: str) -> None:
        """The planner's own: formed, dated, refereed, published."""
        with self.database.writing() as db:
            run_id = start_run(
                db, self.coordinators[slug], self.programmes[slug], self.moment, seconds=self.settings.solve_seconds
            )
        self.solve_what_waits()
        with self.database.writing() as db:
            run = get_run(db, self.coordinators[slug], run_id)
            assert run.plan_id, run.error
            publish(db, self.coordinators[slug], run.plan_id, self.moment)

    def solve_what_waits(self) -> None:
        """The run that waits, solved in a process of its own, as it always is."""
        with self.database.writing() as db:
            attempt = claim_next_run(db, self.moment)
        assert attempt
        numbers = map(str, (attempt.run_id, attempt.number, os.getpid()))
        with open(self.moved_clock, "w") as file:
            file.write(str((self.moment.date() - datetime.now(UTC).date()).days))
        subprocess.run(
            [sys.executable, "-m", "scheduler.jobs.child", *numbers],
            env={**os.environ, **as_environment(self.settings), clock.MOVED: self.moved_clock},
            check=True,
        )

    def pass_time(self, until: datetime, step: timedelta = HOUR) -> list[EmailMessage]:
        """Let time pass, for everybody: every so often the service looks at what is to be told and sent, by night as
        well, and once a day at everything. Returns what has arrived."""
        before = len(self.arrived)
        while self.moment < until:
            day, self.moment = self.moment.date(), min(self.moment + step, until)
            if self.moment.date() != day:
                self.follow_up()
            self.post()
        return [message for _, message in self.arrived[before:]]

    def follow_up(self) -> None:
        """What is done once a day."""
        for programme_id in self.programmes.values():
            with self.database.writing() as db:
                bring_up_to_date(db, everything(programme_id, self.moment))

    def post(self) -> None:
        """Tell, remind, send, and have everybody's mail program read what came."""
        announce_changes(self.database, self.settings, self.moment)
        plan_reminders(self.database, self.moment)
        send_reminders(self.database, self.settings, self.moment)
        while send_waiting(self.database, self.settings, self.moment, asleep_until).sent:
            pass
        new, self.inbox.messages = self.inbox.messages, []
        programs = {program.address: program for program in self.programs.values()}
        for message in new:
            self.arrived.append((self.moment, message))
            if message["To"] in programs:
                programs[message["To"]].read(message)

    def until_told(self) -> list[EmailMessage]:
        """Let two days pass, which is time enough for everybody to sleep and read."""
        return self.pass_time(self.moment + 2 * DAY, 2 * HOUR)

    def sign_in(self, browser: Browser, name: str) -> Page:
        """Somebody in front of a browser of their own, signed in by a link."""
        with self.database.writing() as db:
            person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == email(name))).one()
            link = make_link(db, person_id, self.moment, stays=timedelta(days=1))
        context = browser.new_context(base_url=self.settings.base_url, locale="en-GB")
        page = context.new_page()
        page.goto(f"/sign-in/{link}")
        if page.get_by_role("button", name="Sign me in").count():
            page.get_by_role("button", name="Sign me in").click()
        return page


def email(name: str) -> str:
    """Somebody's address."""
    return f"{name.lower().replace(' ', '.')}@example.org"


@contextmanager
def an_infirmary(
    database: Database, monkeypatch: pytest.MonkeyPatch, moved_clock: str, solve_seconds: float = 2.0
) -> Iterator[Infirmary]:
    """No programme yet; it is noon. The first Monday is four weeks ahead."""
    noon = datetime.combine(clock.now().date(), time(12), UTC)
    first_monday = noon.date() + timedelta(days=28 - noon.weekday())
    inbox = Inbox()
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    with serving(inbox, base_url=url, mail_tag="+") as sending:
        place = database.engine.url.render_as_string(hide_password=False)
        solving = {"solve_seconds": solve_seconds, "solve_workers": 1}
        settings = replace(sending, database_url=place, secret_key="k" * 40, **solving)
        server.app = app_of(settings, database)
        found = Infirmary(database, settings, inbox, first_monday, noon, moved_clock)
        monkeypatch.setattr(clock, "now", lambda: found.moment)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
