"""The truth of what is published, worked out from scratch, and what people read of it: pages, calendars, mail.

What can be known of a hospital is known twice: from what is stored, by the product's marks worked out anew, and from
the rotas as the story tells them. Pages are read in a browser, calendars over the network by three readers, mail by
everybody's own mail program.
"""

from __future__ import annotations

import math
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from scheduler.availability.intervals import Interval
from scheduler.availability.service import marks_at
from scheduler.calendars.service import refresh
from scheduler.consequences import bring_up_to_date, everything
from scheduler.mail.tables import MailRow
from scheduler.plans.model import MemberRole
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.quorum import facilitators_needed, who_is_sorry
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.browser.infirmary import DAY, HOUR, LONDON, Infirmary, email
from tests.mail_server import text_of
from tests.scheduler.calendars.readers import READERS
from tests.scheduler.derivation import derived, forget_all_derived, give_turns_back, turns_of

THREE_READERS = ("icalendar", "recurring-ical-events", "vobject")
QUORUM = 0.6
ROWS = """() => [...document.querySelectorAll('main tr')].map(row => ({
    link: (row.querySelector('a[href*="/sessions/"]') || {}).pathname || '',
    own: row.cells.length > 1 ? row.cells[1].innerText.trim() : '',
    strip: (row.querySelector('.strip') || {ariaLabel: ''}).ariaLabel || '',
    text: row.innerText,
})).filter(row => row.link)"""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session ahead, and who can come as things really stand: marks by name."""

    row: SessionRow
    residents: Mapping[str, str]
    facilitators: Mapping[str, str]
    needed: int

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def marks(self) -> Mapping[str, str]:
        return {**self.residents, **self.facilitators}

    @property
    def coming(self) -> int:
        return sum(mark in "12" for mark in self.residents.values())

    @property
    def led(self) -> bool:
        return sum(mark in "12" for mark in self.facilitators.values()) >= self.needed

    @property
    def is_held(self) -> bool:
        return self.led and self.coming >= math.ceil(QUORUM * len(self.residents) - 1e-9)

    @property
    def strip(self) -> str:
        """In words, as pages say it."""
        found = Counter(self.residents.values())
        said = (("2", "can"), ("1", "if need be"), ("?", "not known"), ("0", "can’t"))
        return ", ".join(f"{found[mark]} {words}" for mark, words in said if found[mark])

    @property
    def sentence(self) -> str:
        """How many can come, in words."""
        can, everybody = self.coming, len(self.residents)
        if not self.led:
            return f"{can} of {everybody} residents can come, but there is no facilitator at the moment."
        return f"All {everybody} can come." if can == everybody else f"{can} of {everybody} can come."


@dataclass(frozen=True, slots=True)
class Truth:
    """What takes place from now on, in all programmes, in order of time."""

    hospital: Infirmary
    meetings: Sequence[Meeting]

    @classmethod
    def of(cls, hospital: Infirmary) -> Truth:
        """Worked out from what is stored, by nothing that was worked out before."""
        with hospital.database.reading() as db:
            rows = db.scalars(
                select(SessionRow)
                .where(SessionRow.starts_at > hospital.moment, SessionRow.status != SessionStatus.CANCELLED)
                .order_by(SessionRow.starts_at, SessionRow.id)
            ).all()
            sorry = who_is_sorry(db, SessionRow.id.in_([row.id for row in rows]))
            marks: dict[tuple[int, int], str] = {}
            needed: dict[int, int] = {}
            invited = {row.id: tuple(row.attendees) for row in rows}
            for programme_id in {row.programme_id for row in rows}:
                own = [row for row in rows if row.programme_id == programme_id]
                programme = get_programme(db, programme_id)
                spans = sorted({Interval(row.starts_at, row.ends_at) for row in own})
                people = sorted({each.person_id for row in own for each in invited[row.id]})
                known = marks_at(db, programme, people, spans)
                for row in own:
                    at = spans.index(Interval(row.starts_at, row.ends_at))
                    needed[row.id] = facilitators_needed(db, programme, row.group_key)
                    for each in invited[row.id]:
                        said_no = (row.id, each.person_id) in sorry
                        marks[row.id, each.person_id] = "0" if said_no else known[each.person_id][at]
            for key in list(_elsewhere(rows, invited, sorry)):
                marks[key] = "0"
        names = hospital.names

        def of_role(row: SessionRow, role: MemberRole) -> Mapping[str, str]:
            here = [each for each in invited[row.id] if each.role == role and not _is_away(hospital, row, each)]
            return {names[each.person_id]: marks[row.id, each.person_id] for each in here}

        return cls(
            hospital,
            tuple(
                Meeting(row, of_role(row, MemberRole.RESIDENT), of_role(row, MemberRole.FACILITATOR), needed[row.id])
                for row in rows
            ),
        )

    def of_person(self, name: str) -> list[Meeting]:
        """What somebody is invited to."""
        return [meeting for meeting in self.meetings if name in meeting.marks]

    def of_programme(self, programme_id: int) -> list[Meeting]:
        return [meeting for meeting in self.meetings if meeting.row.programme_id == programme_id]

    def groups(self) -> dict[tuple[int, str], list[Meeting]]:
        found: dict[tuple[int, str], list[Meeting]] = defaultdict(list)
        for meeting in self.meetings:
            found[meeting.row.programme_id, meeting.row.group_key].append(meeting)
        return found


def _is_away(hospital: Infirmary, row: SessionRow, each: AttendeeRow) -> bool:
    return hospital.is_away(hospital.names.get(each.person_id, ""), row.starts_at)


def _elsewhere(
    rows: Sequence[SessionRow], invited: Mapping[int, Iterable[AttendeeRow]], sorry: frozenset[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Who is at another session then, whose date has stood for longer."""
    for row in rows:
        for other in rows:
            at_once = row.starts_at < other.ends_at and other.starts_at < row.ends_at
            if row.id == other.id or not at_once or _since(other) > _since(row):
                continue
            both = {each.person_id for each in invited[row.id]} & {each.person_id for each in invited[other.id]}
            yield from ((row.id, who) for who in both if (other.id, who) not in sorry)


def _since(row: SessionRow) -> tuple[datetime, int]:
    return row.agreed_at or row.created_at, row.id


def works_then(hospital: Infirmary, name: str, meeting: Meeting) -> bool:
    """Whether somebody is there at lunch by the rotas and leave of the story: on a day's duty, not after a night."""
    day = meeting.row.starts_at.astimezone(LONDON).date()
    if hospital.is_away(name, meeting.row.starts_at):
        return False
    if name not in hospital.duties:
        return day.weekday() < 5
    return hospital.code(name, day) == "D" and hospital.code(name, day - DAY) != "N"


def sleeps(hospital: Infirmary, name: str, moment: datetime) -> bool:
    """Whether somebody is asleep, at work at night, or away: at night, in nights and by day after one."""
    wall = moment.astimezone(LONDON)
    if hospital.is_away(name, moment) and moment >= hospital.away_since[name]:
        return True
    if not time(7) <= wall.time() < time(22):
        return True
    on_duty = hospital.code(name, wall.date()) == "N" and wall.hour >= 21
    return on_duty or (hospital.code(name, wall.date() - DAY) == "N" and wall.hour < 16)


def assert_the_truth(hospital: Infirmary, browser: Browser, *, after: str) -> Truth:
    """Everything that anybody can read says what is so. People have been told before."""
    assert_nothing_is_stale(hospital, after)
    truth = Truth.of(hospital)
    for meeting in truth.meetings:
        for name, mark in meeting.marks.items():
            others = [other for other in truth.of_person(name) if other.id != meeting.id and _at_once(meeting, other)]
            if not others:
                assert (mark in "12") == works_then(hospital, name, meeting), (after, name, meeting.row.starts_at)
    assert_pages_tell_it(truth, browser, after)
    assert_calendars_tell_it(truth, after)
    assert_mail_tells_it(truth, after)
    assert_nobody_is_told_again(hospital, after)
    return truth


def _at_once(one: Meeting, other: Meeting) -> bool:
    return one.row.starts_at < other.row.ends_at and other.row.starts_at < one.row.ends_at


def assert_nothing_is_stale(hospital: Infirmary, after: str) -> None:
    """All that is derived is as it would be had nothing been derived before."""
    found = derived(hospital.database, *hospital.programmes.values())
    with hospital.database.writing() as db:
        turns = turns_of(db)
        forget_all_derived(db, hospital.moment)
        for programme_id in hospital.programmes.values():
            bring_up_to_date(db, everything(programme_id, hospital.moment))
        give_turns_back(db, turns)
        for programme_id in hospital.programmes.values():
            refresh(db, programme_id, hospital.moment)
    anew = derived(hospital.database, *hospital.programmes.values())
    for what, was in found.items():
        assert anew[what] == was, (after, what)


def assert_nobody_is_told_again(hospital: Infirmary, after: str) -> None:
    """The follow-up runs twice, and nothing is mailed."""
    before = _letters(hospital)
    hospital.follow_up()
    hospital.follow_up()
    new = [text_of(message) for message in hospital.pass_time(hospital.moment + timedelta(hours=6), 3 * HOUR)]
    assert [text for text in new if "reminder" not in text.lower()] == [], after
    assert _letters(hospital) - before == len(new), after


def _letters(hospital: Infirmary) -> int:
    with hospital.database.reading() as db:
        return db.scalars(select(func.count()).select_from(MailRow)).one()


def assert_mail_tells_it(truth: Truth, after: str) -> None:
    """Everybody's calendar, as their mail program keeps it by what came, holds what takes place for them; and nobody
    was sent anything while asleep."""
    hospital = truth.hospital
    for name, program in hospital.programs.items():
        live = {
            (uid, event.start, event.end)
            for uid, event in program.calendar.items()
            if event.status != "CANCELLED" and not event.is_free and event.start > hospital.moment
            if not hospital.is_away(name, event.start)  # nobody writes to whoever is on long leave
        }
        own = truth.of_person(name)
        here = {(m.row.uid, m.row.starts_at, m.row.ends_at) for m in own if m.marks[name] != "0"}
        assert live == here, (after, name, _apart(live, here))
    by_address = {email(name): name for name in hospital.programs}
    for moment, message in hospital.arrived:
        name = by_address.get(message["To"])
        assert name is None or not sleeps(hospital, name, moment), (after, name, moment, message["Subject"])


def _apart(one: set[Any], other: set[Any]) -> tuple[list[Any], list[Any]]:
    return sorted(one - other), sorted(other - one)


def assert_calendars_tell_it(truth: Truth, after: str) -> None:
    """Feeds have exactly the sessions of a person, taking time where they are expected."""
    hospital = truth.hospital
    with hospital.database.reading() as db:
        rows = db.scalars(select(SessionRow)).all()
        theirs: dict[int, list[SessionRow]] = defaultdict(list)
        for row in rows:
            for each in row.attendees:
                if not _is_away(hospital, row, each):
                    theirs[each.person_id].append(row)
    for name, path in hospital.feeds.items():
        with urllib.request.urlopen(hospital.settings.base_url + path) as answer:
            body = answer.read()
        own = theirs[hospital.ids[name]]
        events = icalendar.Calendar.from_ical(body).walk("VEVENT")
        if not own:
            assert [str(event["TRANSP"]) for event in events] == ["TRANSPARENT"], "a notice that it is empty"
            continue
        wanted = {(row.uid, row.starts_at, row.ends_at, str(row.status).upper()) for row in own}
        for reader in THREE_READERS:
            assert READERS[reader](body) == wanted, (after, name, reader)
        free = {str(event["UID"]) for event in events if str(event["TRANSP"]) == "TRANSPARENT"}
        ahead = {meeting.row.uid: meeting for meeting in truth.of_person(name)}
        for row in own:
            if row.starts_at > hospital.moment:
                is_free = row.uid not in ahead or ahead[row.uid].marks[name] == "0"
                assert (row.uid in free) == is_free, (after, name, row.starts_at)


def assert_pages_tell_it(truth: Truth, browser: Browser, after: str) -> None:
    """Everybody's pages, and the coordinators'."""
    for name in truth.hospital.ids:
        page = truth.hospital.sign_in(browser, name)
        _read_rows(truth, page, name, after)  # the first page: a resident's groups, or those that somebody leads
        own = [group for group, meetings in truth.groups().items() if any(name in each.marks for each in meetings)]
        for group in own:
            is_open = page.url.endswith("/my-group") and len(own) == 1
            _read_group(truth, page, name, group, after, is_open=is_open)
        page.context.close()
    for slug, programme_id in truth.hospital.programmes.items():
        actor = truth.hospital.coordinators[slug]
        page = truth.hospital.sign_in(browser, truth.hospital.names_of_coordinators[actor.person_id or 0])
        _read_as_coordinator(truth, page, programme_id, after)
        page.context.close()


def _read_group(truth: Truth, page: Page, name: str, group: tuple[int, str], after: str, *, is_open: bool) -> None:
    meetings = truth.groups()[group]
    answer = None if is_open else page.goto(f"/groups/{group[0]}/{group[1]}")
    if answer and answer.status == 404:  # whoever stands in has the sessions, and is not in the group
        assert all(name not in meeting.residents for meeting in meetings), (after, name)
        page.goto("/facilitating")
        assert page.get_by_text("You’re standing in for").count(), (after, name)
        assert page.get_by_text("You don’t have a group this term").count() == 0, (after, name)
        return
    _read_rows(truth, page, name, after)
    where = (after, name, page.url)
    first = meetings[0]
    card = page.get_by_label("Next session", exact=True).inner_text()
    assert first.sentence in card, (*where, first.sentence, card)
    for other, mark in first.marks.items():
        if mark == "0":
            assert f"{other} is chairing" not in card, where
    mine = first.marks.get(name, " ")
    if mine == "0":
        assert "You’re chairing" not in card, where
        assert "You’re free" not in card, where
    may_refuse = page.get_by_label("Next session", exact=True).get_by_role("button", name="I can’t make it").count()
    assert bool(may_refuse) == (mine in "12?"), (*where, mine)
    text = page.locator("main").inner_text()
    short = text.count("Too few can come on") + text.count("No facilitator can come on")
    assert bool(short) <= any(not meeting.is_held for meeting in meetings), where
    assert bool(short) >= (not first.is_held), where


def _read_rows(truth: Truth, page: Page, name: str, after: str) -> None:
    """The lines of a term: who can come, and whether oneself can."""
    known = {f"/sessions/{meeting.id}": meeting for meeting in truth.meetings}
    rows = {row["link"]: row for row in page.evaluate(ROWS) if row["link"] in known}
    for link, row in rows.items():
        meeting, where = known[link], (after, name, page.url, link)
        assert row["strip"] == meeting.strip, where
        if name in meeting.residents:
            assert _own_words(meeting.residents[name]) in row["own"], (*where, row["own"])
        elif name in meeting.facilitators:
            wanted = "you can’t lead this one" if meeting.facilitators[name] == "0" else "you’re leading"
            assert row["own"].startswith(wanted), (*where, row["own"])
        else:
            assert "leading" not in row["own"], where


def _own_words(mark: str) -> str:
    return {"2": "free", "1": "if need be", "0": "you’ll miss this one", "?": "not known yet"}[mark]


def _read_as_coordinator(truth: Truth, page: Page, programme_id: int, after: str) -> None:
    own, root = truth.of_programme(programme_id), f"/programmes/{programme_id}"
    broken = [meeting for meeting in own if not meeting.is_held]
    page.goto(root)
    text = page.locator("main").inner_text()
    assert ("All of the next" in text) <= (not broken), (after, text)
    if broken:
        assert f"{len(own) - len(broken)} of " in text, (after, text)
    if any(meeting.coming < len(meeting.residents) for meeting in own):
        assert "On average, 100" not in text, after
    _read_troubles(page, root, broken, after)
    page.goto(f"{root}/groups?view=table")
    rows = page.get_by_role("row")
    for meetings in _by_group(own):
        short = sum(not meeting.is_held for meeting in meetings)
        line = rows.filter(has=page.locator(f"a[href$='/groups/{meetings[0].row.group_key}']")).inner_text()
        assert ("too few people" in line or "no facilitator" in line) == bool(short), (after, line)
    for meetings in _by_group(own):
        page.goto(f"{root}/groups/{meetings[0].row.group_key}")
        _read_lines(page, {f"{root}/sessions/{meeting.id}": meeting for meeting in meetings}, after)
        for meeting in meetings[:1]:
            page.goto(f"{root}/sessions/{meeting.id}")
            card = page.locator("main section.card").first.inner_text()
            assert f"{meeting.coming} of {len(meeting.residents)} can come." in card, (after, card)
            assert ("too few can come" in card or "no facilitator can come" in card) == (not meeting.is_held), (
                after,
                card,
            )


def _by_group(own: Iterable[Meeting]) -> list[list[Meeting]]:
    found: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in own:
        found[meeting.row.group_key].append(meeting)
    return list(found.values())


def _read_lines(page: Page, known: Mapping[str, Meeting], after: str) -> None:
    rows = {row["link"]: row for row in page.evaluate(ROWS)}
    for link, meeting in known.items():
        where = (after, page.url, link)
        assert link in rows, where
        assert rows[link]["strip"] == meeting.strip, where
        is_short = any(lack in rows[link]["text"] for lack in ("too few can come", "no facilitator can come"))
        assert is_short == (not meeting.is_held), where


def _read_troubles(page: Page, root: str, broken: Sequence[Meeting], after: str) -> None:
    """Each session that will not be held is listed, and no other as if it would not."""
    page.goto(f"{root}/troubles")
    articles = page.locator("main article").all_inner_texts()
    short = [text for text in articles if "needed." in text or "no facilitator" in text]
    assert len(articles) >= len({meeting.id for meeting in broken}), (after, articles)
    for meeting in broken:
        wall = meeting.row.starts_at.astimezone(LONDON)
        listed = [text for text in articles if meeting.row.group_name in text and f"{wall:%H:%M}" in text]
        assert listed, (after, meeting.row.starts_at, articles)
    if not broken:
        assert short == [], after


def new_mail(messages: Iterable[EmailMessage], name: str) -> list[EmailMessage]:
    """What of these came for somebody."""
    return [message for message in messages if message["To"] == email(name)]
