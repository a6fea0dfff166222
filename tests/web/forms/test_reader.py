"""Each kind of field has one parser and one wording, and its fault names the field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from scheduler.errors import Fault
from tests.web.builders import COORDINATOR, FACILITATOR, RESIDENT, Pages, everything_stored
from web.forms.reader import LARGEST_ID, Form, Unreadable
from web.language import speak

DATE = "“{}” is not a valid date. Write it like 2027-03-31."
TIME = "“{}” is not a valid time. Write it like 22:30."
CHOICE = "That is not one of the choices. Choose from the list."


@pytest.fixture
def form() -> Any:
    app = Flask(__name__)
    app.secret_key = "k"
    speak(app)
    with app.test_request_context():
        yield lambda *values: Form(MultiDict([("field", value) for value in values]))


Read = Callable[[Form], Any]


@pytest.mark.parametrize(
    ("written", "read", "value"),
    [
        ("2027-03-31", lambda form: form.day("field"), date(2027, 3, 31)),
        ("", lambda form: form.find_day("field"), None),
        ("2027-03-31, 2027-04-01;", lambda form: form.days("field"), {date(2027, 3, 31), date(2027, 4, 1)}),
        ("22:30", lambda form: form.time("field"), time(22, 30)),
        ("22:30:00", lambda form: form.time("field"), time(22, 30)),
        ("2027-03-31T12:30:00+00:00", lambda form: form.moment("field"), datetime(2027, 3, 31, 12, 30, tzinfo=UTC)),
        ("7", lambda form: form.number("field", 0, 9), 7),
        ("", lambda form: form.number("field", 0, 9, default=3), 3),
        ("", lambda form: form.find_number("field", 0, 9), None),
        ("7,5", lambda form: form.decimal("field", 0, 9), 7.5),
        (str(LARGEST_ID), lambda form: form.id("field"), LARGEST_ID),
        ("", lambda form: form.find_id("field"), None),
        ("b", lambda form: form.choice("field", {"a": 1, "b": 2}), 2),
        (" two\0 words ", lambda form: form.text("field"), "two words"),
        ("one\r\ntwo", lambda form: form.lines("field"), ("one", "two")),
        ("1", lambda form: form.ticked("field"), True),
        ("0", lambda form: form.ticked("field"), False),
    ],
)  # fmt: skip
def test_what_is_written_well_is_read(form: Any, written: str, read: Read, value: object) -> None:
    fields = form(written)
    assert read(fields) == value
    assert fields.faults == []


@pytest.mark.parametrize(
    ("written", "read", "words"),
    [
        *((text, lambda form: form.day("field"), DATE.format(text))
          for text in ("31.2.", "2027-02-31", "20270331", "2027-W13-3", "0001-01-01", "9999-12-31", "٢٠٢٧-٠٣-٣١")),
        ("", lambda form: form.day("field"), "Choose a day."),
        ("2027-03-31 31.2.", lambda form: form.days("field"), DATE.format("31.2.")),
        *((text, lambda form: form.time("field"), TIME.format(text)) for text in ("24:00", "7", "late", "22:30+01:00")),
        ("", lambda form: form.time("field"), "Choose a time."),
        *((text, lambda form: form.moment("field"), "Choose a date from the list.")
          for text in ("", "soon", "2027-03-31T12:30:00", "9999-12-31T23:59:00+00:00", "0001-01-01T00:00:00+00:00")),
        ("x", lambda form: form.number("field", 0, 9), "“x” is not a whole number. Enter a number from 0 to 9."),
        ("-5", lambda form: form.number("field", 0, 9), "“-5” is too small or too large. Enter a number from 0 to 9."),
        ("-5", lambda form: form.find_number("field", 0, 9),
         "“-5” is too small or too large. Enter a number from 0 to 9."),
        ("-0,5", lambda form: form.decimal("field", 0, 9),
         "“-0,5” is too small or too large. Enter a number from 0 to 9."),
        ("5.5", lambda form: form.number("field", 0, 9),
         "“5.5” is not a whole number. Enter a number from 0 to 9."),
        ("", lambda form: form.number("field", 0, 9), "Enter a number."),
        ("10", lambda form: form.number("field", 0, 9), "“10” is too small or too large. Enter a number from 0 to 9."),
        ("9" * 9999, lambda form: form.number("field", 0, 9),
         f"“{'9' * 9999}” is too small or too large. Enter a number from 0 to 9."),
        ("1e3", lambda form: form.decimal("field", 0, 9), "“1e3” is not a number. Enter a number from 0 to 9."),
        ("9.5", lambda form: form.decimal("field", 0, 9),
         "“9.5” is too small or too large. Enter a number from 0 to 9."),
        ("", lambda form: form.id("field"), "Choose one from the list."),
        (str(LARGEST_ID + 1), lambda form: form.id("field"), CHOICE),
        ("9" * 30, lambda form: form.find_id("field"), CHOICE),
        ("-1", lambda form: form.ids("field"), CHOICE),
        ("c", lambda form: form.choice("field", {"a": 1}), CHOICE),
        ("", lambda form: form.choice("field", {"a": 1}), "Choose one of the answers."),
        ("c", lambda form: form.choices("field", {"a": 1}), CHOICE),
        ("c", lambda form: form.starting_with("fie", ("a",)), CHOICE),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_in_one_way_and_of_its_field(
    form: Any, written: str, read: Read, words: str
) -> None:
    fields = form(written)
    read(fields)
    assert fields.faults == [Fault("field", words)]
    with pytest.raises(Unreadable) as raised:
        fields.check()
    assert raised.value.faults == (Fault("field", words),)


HUGE = "9" * 30
FORGED = (
    (COORDINATOR, "/programmes/{p}/offices/dismissed", {"person": HUGE, "role": "coordinator"}),
    (COORDINATOR, "/programmes/{p}/joining/invite", {"person": HUGE, "chosen": "1"}),
    (COORDINATOR, "/programmes/{p}/runs", {"seconds": HUGE}),
    (COORDINATOR, "/programmes/{p}/rules", {"rest": "custom", "long_run": HUGE, "buffer": HUGE}),
    (COORDINATOR, "/programmes/{p}/patterns", {"person": HUGE}),
    (COORDINATOR, "/programmes/{p}/leave", {"person": "1", "first_day": "0001-01-01"}),
    (COORDINATOR, "/programmes/{p}/calendars", {"purpose": "room", "programme_id": "{p}", "room_id": HUGE}),
    (RESIDENT, "/own-groups/{p}/ask", {"to": HUGE, "text": "x"}),
    (RESIDENT, "/groups/{p}/g1/agenda", {"session": HUGE, "text": "x"}),
    (RESIDENT, "/groups/{p}/g1/thanks", {"to": HUGE, "text": "x"}),
    (RESIDENT, "/groups/{p}/g1/dates", {"session": HUGE, "starts_at": "9999-12-31T23:59:59+00:00"}),
    (RESIDENT, "/groups/{p}/g1/dates", {"starts_at": "9999-12-31T23:59:59+00:00"}),
    (RESIDENT, "/groups/{p}/g1/charter", {"version": HUGE, "agrees": "1"}),
    (RESIDENT, "/sessions/" + HUGE + "/cannot", {}),
    (RESIDENT, "/availability/away", {"first_day": "9999-12-31", "last_day": ""}),
    (RESIDENT, "/availability/away", {"remove": HUGE}),
    (RESIDENT, "/availability/weekly", {"kind": "can", "weekday": HUGE, "start": "08:00", "end": "09:00"}),
    (RESIDENT, "/my-goals/{p}", {"text": "x", "review_on": "0001-01-01"}),
    (RESIDENT, "/my-goals/{p}", {"text": "x\0y", "review_on": ""}),
    (RESIDENT, "/join/{p}/facilitators", {"choice": HUGE}),
    (RESIDENT, "/calendar", {"purpose": "person", "alarm": HUGE}),
    (FACILITATOR, "/join/{p}/offer", {"groups": HUGE}),
    (FACILITATOR, "/join/{p}/people", {"add": "1", "person": HUGE, "kind": "supervises"}),
)


@pytest.mark.parametrize(("email", "path", "fields"), FORGED)
def test_a_forged_form_breaks_nothing(pages: Pages, email: str, path: str, fields: dict[str, str]) -> None:
    filled = {name: value.format(p=pages.programme_id) for name, value in fields.items()}
    answer = pages.signed_in(email).post(path.format(p=pages.programme_id), filled)
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/programmes/{huge}",
        "/sessions/{huge}",
        "/availability?programme={huge}",
        "/availability?week=9999-12-31",
        "/groups/{p}/g1/dates?session={huge}",
        "/programmes/{p}/availability?stage={huge}",
        "/about/%00",
        "/join?x=%00",
    ],
)
def test_a_forged_address_breaks_nothing(pages: Pages, path: str) -> None:
    for email in (RESIDENT, COORDINATOR):
        answer = pages.signed_in(email).get(path.format(p=pages.programme_id, huge=HUGE))
        assert answer.status_code in (302, 400, 404), path


def test_a_refused_form_changes_nothing(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    before = everything_stored(pages.database)
    for path, fields in (
        ("/availability/weekly", {"kind": "never", "weekday": "2", "start": "late", "end": "09:00"}),
        ("/availability/away", {"first_day": "31.2."}),
        (f"/my-goals/{pages.programme_id}", {"text": "Leave on time", "review_on": "31.2."}),
    ):
        answer = browser.post(path, fields)
        assert answer.status_code == 422
        assert "is not a valid" in answer.text
    assert everything_stored(pages.database) == before
