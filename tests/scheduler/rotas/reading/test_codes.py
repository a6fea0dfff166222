"""What codes and words mean, and what is asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from scheduler.rotas.answers import Answers, parse_answers, understood
from scheduler.rotas.model import DutyKind, ReadRota
from scheduler.rotas.names import Known
from scheduler.rotas.reading.codes import certain_kind, kind_of_words, likely_kinds
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv

TODAY = date(2026, 11, 22)
DATES = ["05/08/2026", "06/08/2026", "07/08/2026"]


def read(rows: Sequence[Sequence[object]]) -> ReadRota:
    return read_rota(as_csv(rows), "rota.csv", today=TODAY)


def kinds(rota: ReadRota) -> list[str]:
    return [duty.kind.value for duty in rota.duties]


@pytest.mark.parametrize(
    "words",
    [
        "Annual leave", "A/L", "Sick leave", "Family leave", "Urlaub", "Resturlaub", "Elternzeit", "Congés annuels",
        "Arrêt maladie", "Vacaciones", "Baja médica", "Ferie", "Malattia", "Férias", "Licença maternidade", "Urlop",
        "Urlop na żądanie", "Zwolnienie lekarskie", "Vakantie", "Zwangerschapsverlof", "Sjukskriven", "Föräldraledig",
        "Permisjon", "Barselsorlov", "Kesäloma", "Szabadság", "Отпуск", "연차", "연차 휴가", "여름휴가",
        "有給休暇", "年休", "年假", "ลาพักร้อน", "ลาป่วย", "Cuti tahunan",
    ],
)  # fmt: skip
def test_leave_in_many_languages(words: str) -> None:
    assert certain_kind(words) is DutyKind.LEAVE


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Rest day", "off"), ("Ruhetag", "off"), ("Repos de garde", "off"), ("Libranza", "off"),
        ("Smonto notte", "off"), ("Folga", "off"), ("Dzień wolny", "off"), ("비번", "off"), ("夜勤明け", "off"),
        ("วันหยุด", "off"),
        ("Nachtdienst", "night"), ("Garde de nuit", "night"), ("NOTURNO", "night"), ("Guardia nocturna", "night"),
        ("Turno di notte", "night"), ("Dyżur nocny", "night"), ("나이트", "night"), ("夜勤", "night"),
        ("เวรดึก", "night"), ("DIURNO", "day"), ("Frühdienst", "day"), ("日勤", "day"), ("Spätdienst", "late"),
        ("이브닝", "late"),
        ("Fortbildung", "study_leave"), ("Szkolenie", "study_leave"), ("Rufbereitschaft", "non_resident_on_call"),
    ],
)  # fmt: skip
def test_other_kinds_in_many_languages(words: str, kind: str) -> None:
    assert certain_kind(words) == kind


@pytest.mark.parametrize(
    "words",
    [
        "Sick Relief", "Sick Relief (SRL)", "Sick cover", "Holiday cover", "Leave standby", "Waiting list for leave",
        "W.LIST", "Leave meeting", "Urlaubsvertretung", "Remplacement congés", "Cobertura de férias", "Lista de espera",
        "Leave reserve", "Al Amin", "Sickle cell", "Ferienkamp",
    ],
)  # fmt: skip
def test_a_word_inside_another_thing_is_no_leave(words: str) -> None:
    assert kind_of_words(words) is None
    assert certain_kind(words) is None
    assert not set(likely_kinds(words)) & {DutyKind.LEAVE, DutyKind.OFF}


def test_leave_among_other_words_is_only_guessed_at() -> None:
    for words in ("Leave (swapped with Bo)", "Sick, was night", "Maternity", "No leave", "Bank holiday"):
        assert kind_of_words(words) is DutyKind.UNKNOWN
        assert set(likely_kinds(words)) & {DutyKind.LEAVE, DutyKind.OFF}
        assert certain_kind(words) is None


def test_work_is_named_by_any_of_its_words() -> None:
    assert kind_of_words("PLANTAO NOTURNO SUL") == "night"
    assert kind_of_words("PLANTAO DIURNO SUL") == "long_day"
    assert kind_of_words("Night sick cover") == "night"
    assert kind_of_words("Maternity ward") == "day"
    assert kind_of_words("Teaching clinic") == "day"


def test_a_known_code_with_hours_keeps_its_meaning() -> None:
    rota = read([["Name", *DATES], ["Ann", "AL 09:00-17:00", "Urlaub (08:00-16:00)", "Late (13:00-22:00)"]])
    assert kinds(rota) == ["leave", "leave", "late"]
    assert [f"{duty.start:%H:%M}" for duty in rota.duties if duty.start] == ["09:00", "08:00", "13:00"]
    assert rota.questions == ()


def test_hours_do_not_make_work_of_what_is_likely_leave() -> None:
    rota = read([["Name", *DATES], ["Ann", "V 09:00-17:00", "V 08:00-12:00", "Leave for Bo 09:00-17:00"]])
    assert kinds(rota) == ["unknown"] * 3
    assert [question.subject for question in rota.questions] == ["V", "Leave for Bo"]
    assert [question.answers[0] for question in rota.questions] == ["leave", "leave"]


def test_a_legend_that_gives_hours_to_leave_leaves_it_leave() -> None:
    legend = [[], ["Code", "Start", "End"], ["AL", "09:00", "17:00"], ["D", "09:00", "17:00"]]
    assert kinds(read([["Name", *DATES], ["Ann", "AL", "D", "AL"], *legend])) == ["leave", "day", "leave"]
    relief = [[], ["Code", "Name", "Start", "End"], ["SR", "Sick relief", "09:00", "17:00"]]
    assert kinds(read([["Name", *DATES], ["Ann", "SR", "Off", "Late"], *relief])) == ["day", "off", "late"]


def test_a_legend_in_brackets_and_behind_pictures() -> None:
    legend = [[], ["Code", "Name"], ["NFL", "Night float"], ["SD", "Short day"], ["OF", "Off"]]
    rota = read([["Name", *DATES], ["Ann", "Float (NFL)", "☀️ SD", "🌙 OF"], *legend])
    assert kinds(rota) == ["night", "day", "off"]
    assert [duty.code for duty in rota.duties][1:] == ["☀️ SD", "🌙 OF"]


def test_pictures_alone_are_codes_of_their_own() -> None:
    rota = read([["Name", *DATES], ["Ann", "🌙", "☀", "🌙"]])
    assert [question.subject for question in rota.questions] == ["🌙", "☀"]


def test_leave_that_is_not_certain_is_said_and_counts_as_busy() -> None:
    rota = read([["Name", *DATES], ["Ann", "AL?", "AL", "Off ?"]])
    assert kinds(rota) == ["unknown", "leave", "unknown"]
    assert [(question.about, question.cell) for question in rota.questions] == [("cell", "B2"), ("cell", "D2")]


def test_posts_that_may_be_wards_are_nobodys_leave() -> None:
    rota = read([["Date", "Maternity", "Night"], *([day, "Ann", "Bob"] for day in DATES)])
    assert {(duty.person, duty.kind.value) for duty in rota.duties} == {("Ann", "unknown"), ("Bob", "night")}


def many_codes(codes: list[str]) -> ReadRota:
    days = [f"{date(2026, 8, 1) + timedelta(days=number):%d/%m/%Y}" for number in range(28)]
    lines = [[f"Person {row}", *(codes[(row * 7 + day) % len(codes)] for day in range(28))] for row in range(8)]
    return read([["Name", *days], *lines])


def test_few_codes_are_asked_about_one_by_one() -> None:
    rota = many_codes(["QA", "QB", "QC"])
    assert sorted(question.subject for question in rota.questions) == ["QA", "QB", "QC"]


def test_at_most_fifteen_questions_and_one_for_many_codes() -> None:
    codes = [f"Q{sign}" for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"] + [f"N{number}" for number in range(1, 6)]
    rota = many_codes(codes)
    asked = [question for question in rota.questions if question.about == "code"]
    assert len(asked) == 15
    assert {code for question in asked for code in question.subject.split(" · ")} == set(codes)
    assert any("“N1”, “N2”" in question.text and question.answers[0] == "night" for question in asked)


def test_one_answer_holds_for_all_codes_of_a_question() -> None:
    rota = many_codes([f"Q{sign}" for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"])
    last = [question for question in rota.questions if question.about == "code"][-1]
    known = (Known(1, ("Person 1",), ""),)
    answers = parse_answers({("code", last.subject): "day 08:00-16:00"}, known)
    after = understood(rota, known, answers)
    assert last not in after.questions
    codes = last.subject.split(" · ")
    assert {duty.kind for duty in after.rota.duties if duty.code in codes} == {DutyKind.DAY}
    assert isinstance(answers, Answers)


def test_many_failed_formulas_are_one_line() -> None:
    rota = read([["Name", *DATES], *([f"Person {row}", "#REF!", "#REF!", "Off"] for row in range(3))])
    assert [(question.about, "B2, C2, B3" in question.text) for question in rota.questions] == [("cell", True)]


@pytest.mark.parametrize(
    "legend",
    [
        [["Légende : N = Nuit; C = Congés"]],
        [["Nuit = N"], ["Congés annuels = C"]],
        [["범례"], ["N", "나이트"], ["C", "연차"]],
        [["記号", "意味"], ["N", "夜勤"], ["C", "年休"]],
        [["Sigla", "Descrição"], ["N", "Plantão noturno"], ["C", "Férias"]],
        [["Afkorting", "Omschrijving", "Begin", "Einde"], ["N", "Nacht", "21:00", "09:00"], ["C", "Verlof", "", ""]],
        [["Annual leave: C, Night: N"]],
    ],
)
def test_legends_of_many_languages(legend: list[list[object]]) -> None:
    assert kinds(read([["Name", *DATES], ["Ann", "N", "C", "N"], [], *legend])) == ["night", "leave", "night"]


def test_a_guess_is_shown_as_one() -> None:
    rota = read([["Name", *DATES], ["Ann", "SL", "QX", "NWD"]])
    guess = "We guess “study leave”, but haven’t used it."
    assert [guess in question.text for question in rota.questions] == [True, False, False]
    assert not any("We guess" in question.text for question in rota.questions[1:])
    assert kinds(rota) == ["unknown"] * 3


def test_a_remark_is_told_without_the_numbers_in_it() -> None:
    remark = "call me before you change anything here, on 020 7946 0123 or +44 7700 900123"
    rota = read([["Name", *DATES], ["Ann", "Off", remark, "Night"]])
    assert "call me before" in rota.questions[0].text
    assert "7946" not in repr(rota)
    assert "7700" not in repr(rota)


def test_words_that_are_surnames_too_are_not_certain() -> None:
    for name in ("Frei", "Matin", "Tag", "Jour", "Früh", "Early", "Rust", "Franco", "Al Amin"):
        assert certain_kind(name) is None
