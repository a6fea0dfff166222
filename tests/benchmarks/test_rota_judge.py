"""What the judge of readings calls right, wrong and asked."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.rota_judge import Verdict, judged, refused
from benchmarks.rota_shapes.book import Cell
from benchmarks.rota_shapes.truth import ANY, LEAVE, SOMEBODY, Ask, Duty, Truth

CELL = Cell("Late")
PLACES = {id(CELL): "Ward!B2"}


def truth(**more: Any) -> Truth:
    duties = [Duty(("Pia Holm",), "2027-03-01", ("Late",), sources=(CELL,)), Duty(("Tess",), "2027-03-02", ("Night",))]
    return Truth(**{"people": [("Pia Holm",), ("Tess",)], "duties": duties} | more)


def duty(person: str = "Pia Holm", date: str = "2027-03-01", code: str = "Late", **more: Any) -> dict[str, Any]:
    return {"person": person, "date": date, "code": code, "kind": "day", "start": None, "end": None, "cell": ""} | more


def question(about: str, text: str, **more: Any) -> dict[str, Any]:
    return {"about": about, "cell": "", "text": text, "answers": [], "subject": ""} | more


def judge(read: list[dict[str, Any]], questions: list[dict[str, Any]] | None = None, **more: Any) -> Verdict:
    people = more.pop("people_read", list(dict.fromkeys(each["person"] for each in read)))
    return judged({"people": people, "duties": read, "questions": questions or []}, truth(**more), PLACES)


TESS = duty("Tess", "2027-03-02", "Night", kind="night")


def test_all_that_is_right_and_nothing_else_is_whole() -> None:
    found = judge([duty("Dr. PIA  HOLM", code="late*"), TESS])
    assert (found.right, found.missing, found.whole) == (2, [], True)


def test_what_is_missing_is_not_whole_and_silent_without_a_question() -> None:
    found = judge([TESS])
    assert (found.right, len(found.silently_missing), found.whole) == (1, 1, False)


@pytest.mark.parametrize(
    "asked",
    [
        question("person", "Who is “Pia Holm”?"),
        question("cell", "This cell can’t be read.", cell="Ward!B2"),
        question("layout", "Which sheet is the rota?"),
        question("date", "Which year is it?"),
    ],
)
def test_what_is_missing_under_a_question_is_not_silent(asked: dict[str, Any]) -> None:
    assert judge([TESS], [asked]).silently_missing == []


def test_what_is_invented_is_silently_wrong() -> None:
    found = judge([duty(), TESS, duty("Role", code="Pia Holm")])
    assert (len(found.invented), found.silently_wrong, found.strangers) == (1, 1, ["Role"])


def test_a_duty_twice_is_wrong() -> None:
    assert judge([duty(), duty(), TESS]).silently_wrong == 1


def test_what_a_question_names_is_not_silent() -> None:
    wrong = duty("Tes", "2027-03-02", "Night", cell="Ward!C3")
    assert judge([duty(), wrong], [question("person", "Who is “Tes”?", subject="Tes")]).silently_wrong == 0
    assert judge([duty(), wrong], [question("cell", "Odd.", cell="Ward!C3")]).silently_wrong == 0
    assert judge([duty(), wrong], [question("date", "Is 2027-03-02 right?", cell="Ward!C1")]).silently_wrong == 0
    assert judge([duty(), wrong], [question("code", "What does “Tes” mean?")]).silently_wrong == 1
    assert judge([duty(), wrong], [question("person", "Who is “Tessa”?")]).silently_wrong == 1


def test_a_question_about_one_sheet_does_not_cover_another() -> None:
    wrong = duty("Tes", "2027-03-02", "Night", cell="Ward!C3")
    assert judge([duty(), wrong], [question("layout", "Which row holds dates?", cell="Other!A1")]).silently_wrong == 1


def test_days_off_do_not_count() -> None:
    assert judge([duty(), TESS, duty(date="2027-03-09", code="Off", kind="off")]).whole


def test_what_may_be_there_does_no_harm() -> None:
    may = [Duty(("Tess",), "2027-03-03", ("Ward",))]
    assert judge([duty(), TESS, duty("Tess", "2027-03-03", "Ward")], may=may).whole


def test_halves_have_to_be_right_and_hours_where_they_are_given() -> None:
    halves = [Duty(("Pia Holm",), "2027-03-01", ("Late",), "AM")]
    assert judge([duty(half="AM")], duties=halves, people=[("Pia Holm",)]).whole
    assert not judge([duty(half="PM")], duties=halves, people=[("Pia Holm",)]).whole
    hours = [Duty(("Pia Holm",), "2027-03-01", ("Late",), "13:00-22:00")]
    timed = {"start": "2027-03-01T13:00:00", "end": "2027-03-01T22:00:00"}
    assert judge([duty(**timed)], duties=hours, people=[("Pia Holm",)]).whole
    assert judge([duty()], duties=hours, people=[("Pia Holm",)]).whole
    assert not judge([duty(start="2027-03-01T12:00:00", end=timed["end"])], duties=hours).whole


def test_leave_goes_by_its_kind() -> None:
    away = [Duty(("Pia Holm",), "2027-03-01", (LEAVE,))]
    assert judge([duty(code="SICK", kind="leave")], duties=away, people=[("Pia Holm",)]).whole
    assert judge([duty(code="SICK")], duties=away, people=[("Pia Holm",)]).silently_wrong == 1


def test_any_code_will_do_where_the_truth_says_so() -> None:
    event = [Duty(("STUDY DAY",), "2027-03-03", (ANY,))]
    found = judge([duty(), TESS, duty("STUDY DAY", "2027-03-03", "4")], may=event)
    assert (found.invented, found.strangers) == ([], ["STUDY DAY"])


def test_a_wrong_kind_is_silent_unless_the_code_is_asked_about() -> None:
    kinds = {"Late": ["late"]}
    assert judge([duty(), TESS], kinds=kinds).silently_wrong == 1
    assert judge([duty(), TESS], [question("code", "What does “Late” mean?", subject="Late")], kinds=kinds).whole


def test_somebody_unnamed_may_be_called_anything() -> None:
    lone = [Duty((SOMEBODY,), "2027-03-01", ("Late",))]
    assert judge([duty("rota")], duties=lone, people=[(SOMEBODY,)]).whole


def test_a_question_that_has_to_be_asked() -> None:
    ask = [Ask(("date", "layout"), once=True)]
    assert not judge([duty(), TESS], must_ask=ask).whole
    assert judge([duty(), TESS], [question("date", "Which month is it?")], must_ask=ask).whole
    twice = [question("date", "Which month is it?"), question("date", "Which year is it?")]
    assert not judge([duty(), TESS], twice, must_ask=ask).whole


def test_a_question_has_to_quote_or_to_stand_at_its_cell() -> None:
    ask = [Ask(("date", "cell"), ("2023",), (CELL,))]
    assert not judge([duty(), TESS], [question("date", "Which year is it?")], must_ask=ask).whole
    assert judge([duty(), TESS], [question("date", "Is it 2023?")], must_ask=ask).whole
    assert judge([duty(), TESS], [question("cell", "Is this right?", cell="Ward!B2")], must_ask=ask).whole


def test_a_rota_without_dates_may_have_no_duties_or_all_in_order() -> None:
    days = [Duty(("Pia Holm",), f"day {n}", (code,)) for n, code in ((1, "Late"), (2, "Night"))]
    more = {"duties": days, "dated": "day", "people": [("Pia Holm",)], "people_read": ["Pia Holm"]}
    assert judge([], **more).whole
    assert judge([duty(date="2027-05-01"), duty(date="2027-05-02", code="Night")], **more).whole
    assert not judge([duty(date="2027-05-02"), duty(date="2027-05-01", code="Night")], **more).whole


def test_a_spelling_may_stay_if_it_is_asked_about() -> None:
    listed = [Duty(("Pia Holm",), "2027-03-01", ("Late",), written="Piia")]
    more = {"duties": listed, "people": [("Pia Holm",)], "spelled": {"Piia": ("Pia Holm",)}}
    assert judge([duty("Piia")], [question("person", "Who is “Piia”?", subject="Piia")], **more).whole
    assert judge([duty("Piia")], **more).silently_wrong == 1


def test_what_is_neither_a_person_nor_a_code() -> None:
    found = judge([duty(), TESS, duty("Total", code="3")], never=["TOTAL", "3"])
    assert found.never == ["TOTAL", "3"]


def test_a_refusal_is_not_whole_but_not_silent() -> None:
    found = refused(truth(), "The dates have no month.")
    assert (found.whole, found.silently_wrong, len(found.missing)) == (False, 0, 2)
