"""A small hospital for stories that last a term: one group's people with their rotas, and a clock to turn."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from scheduler import clock
from scheduler.charters.model import PROPOSED
from scheduler.charters.service import adopt
from scheduler.db import Database
from scheduler.demo.plan import plan_and_publish
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.reminders import plan_reminders, send_reminders
from scheduler.invitations.tables import ReminderRow
from scheduler.joining.participant_mail import invite
from scheduler.mail.tables import MailRow
from scheduler.people.model import Role
from scheduler.people.roles import appoint
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import PEER, VERTICAL, Conduct, DateSettling, equal_rounds
from scheduler.rota_import.service import Upload, import_rota
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from tests.builders import World, make_ready, people_csv, person_line, programme, world
from tests.scheduler.rotas.sheets import as_xlsx, days
from tests.web.builders import app_of, code_of

LONDON = ZoneInfo("Europe/London")
NIA, ISAK, ROSA, AMINE, KIT = RESIDENTS = ("Nia Wren", "Isak Birch", "Rosa Thorn", "Amine Cedar", "Kit Sedge")
FAY, GIL = "Fay Lantern", "Gil Spare"
STAGES = {NIA: "1", ISAK: "2", ROSA: "3", AMINE: "1", KIT: "2"}
PEOPLE = (
    *(person_line(name, stage=STAGES[name]) for name in RESIDENTS),
    person_line(FAY, role="faculty", models="vertical"),
    person_line(GIL, role="faculty", models="vertical", capacity="0"),
)
CODES = (["Code", "Meaning", "Start", "End"], ["D", "Day", "09:00", "17:00"], ["N", "Night", "21:00", "09:00"])
DAYS, NIGHTS = "DDDDD  ", "NNNN   "
ROUNDS, WEEKS_EACH = 3, 4


@dataclass(slots=True)
class Hospital:
    """The programme behind a server of its own. Its clock stands still until it is turned."""

    here: World
    settings: Settings
    ids: dict[str, int]
    first_monday: date
    turned: list[datetime] = field(default_factory=list)
    reminded: set[tuple[int, datetime]] = field(default_factory=set)

    @property
    def database(self) -> Database:
        return self.here.database

    @property
    def programme_id(self) -> int:
        return self.here.programme_id

    def turn_to(self, moment: datetime) -> None:
        """Let it be that moment, for everybody; letters that are due by then go out, day by day."""
        day = self.turned[-1]
        while day < moment:
            day = min(day + timedelta(days=1), moment)
            for at in (_noon_before(day), day):  # nobody is told at night
                announce_changes(self.database, self.settings, at)
            plan_reminders(self.database, day)
            self._note_reminders()
            send_reminders(self.database, self.settings, day)
        self.turned.append(moment)

    def _note_reminders(self) -> None:
        with self.database.reading() as db:
            planned = db.execute(select(ReminderRow.person_id, ReminderRow.send_at)).all()
        self.reminded |= {(person_id, moment) for person_id, moment in planned if moment is not None}

    def email(self, name: str) -> str:
        return f"{name.lower().replace(' ', '.')}@example.org"

    def invite_everybody(self) -> None:
        with self.database.writing() as db:
            invite(db, self.here.coordinator, self.programme_id, None, self.settings.base_url, clock.now())

    def make_a_plan(self) -> None:
        """The planner's own: formed, dated, refereed, published. Everybody is told. Training was verified before."""
        with self.database.writing() as db:
            lead = select(ParticipantRow.person_id).where(ParticipantRow.kind == Role.FACULTY)
            make_ready(db, self.here.coordinator, self.programme_id, db.scalars(lead).all(), clock.now())
        plan_and_publish(self.database, self.settings, self.here.coordinator, self.programme_id, lambda _: None)

    def newest_mail(self, name: str, about: str = "") -> MailRow:
        with self.database.reading() as db:
            theirs = select(MailRow).where(MailRow.address == self.email(name), MailRow.text.contains(about))
            return db.scalars(theirs.order_by(MailRow.id.desc()).limit(1)).one()

    def link(self, name: str) -> str:
        """The way in that the newest mail with one holds."""
        found = re.search(r"http\S+/sign-in/\S+", self.newest_mail(name, "/sign-in/").text)
        assert found
        return found[0]

    def code(self, name: str) -> str:
        """The code beside it."""
        return code_of(self.newest_mail(name, "/sign-in/").text)

    def sessions(self) -> list[SessionRow]:
        """All of them, in order of time."""
        with self.database.reading() as db:
            return list(db.scalars(select(SessionRow).order_by(SessionRow.starts_at)))

    def starts(self) -> list[datetime]:
        """When they start, on the hospital's clock."""
        return [row.starts_at.astimezone(LONDON) for row in self.sessions()]

    def reminders(self, name: str) -> list[datetime]:
        """For when somebody's reminders were planned, on the hospital's clock."""
        me = self.ids[self.email(name)]
        return [moment.astimezone(LONDON) for person_id, moment in self.reminded if person_id == me]


@contextmanager
def a_hospital(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hospital]:
    """Lists and rotas are in; nobody was invited. It is four in the morning."""
    four = datetime.combine((clock.now() - timedelta(hours=4)).date(), time(4), UTC)
    first_monday = four.date() + timedelta(days=28 - four.weekday())
    rounds, conduct = equal_rounds(first_monday, ROUNDS, WEEKS_EACH), Conduct(settling=DateSettling.TWO)
    here = world(database, programme(rounds=rounds, models=(PEER, VERTICAL), conduct=conduct))
    with database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people_csv(*PEOPLE), four)
        adopt(db, here.coordinator, here.programme_id, PROPOSED, four)
        for name, email in (("Olga Watch", "olga@example.org"), ("Piet Guard", "piet@example.org")):
            appoint(db, here.coordinator, here.programme_id, name, email, Role.OVERSIGHT, four)
        ids = person_ids_by_address(db, here.programme_id)
        import_rota(db, here.coordinator, here.programme_id, "north", _rota(first_monday), four)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    settings = Settings(
        database.engine.url.render_as_string(hide_password=False), "k" * 40, solve_seconds=3.0, solve_workers=1,
        base_url=f"http://127.0.0.1:{server.server_port}", smtp_url="smtp://127.0.0.1:9", mail_tag="+",
    )  # fmt: skip
    server.app = app_of(settings, database)
    found = Hospital(here, settings, ids, first_monday, [four])
    monkeypatch.setattr(clock, "now", lambda: found.turned[-1])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()


def _rota(first_monday: date) -> Upload:
    """Day duties for all, and for one of them nights in the first week of each round."""
    weeks = ROUNDS * WEEKS_EACH
    plain, with_nights = DAYS * weeks, (NIGHTS + DAYS * (WEEKS_EACH - 1)) * ROUNDS
    rows = [["Name", *days(len(plain), first_monday)]]
    rows += [[name, *(with_nights if name == NIA else plain)] for name in RESIDENTS]
    return Upload("Medicine", as_xlsx({"Rota": rows, "Codes": CODES}), "medicine.xlsx")


def _noon_before(moment: datetime) -> datetime:
    noon = datetime.combine(moment.date(), time(12), UTC)
    return noon if noon <= moment else noon - timedelta(days=1)
