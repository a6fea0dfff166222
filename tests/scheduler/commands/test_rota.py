"""``rounds rota read``: what it writes, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.commands.rota import rota
from tests.forks import rounds
from tests.scheduler.rotas.sheets import LEGEND, as_csv, full_shift_grid

COUNT = sum(bool(cell) for row in full_shift_grid(4, 28)[1:] for cell in row[2:])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "rota.csv").write_bytes(as_csv(full_shift_grid(4, 28)))
    (tmp_path / "shifts.csv").write_bytes(as_csv(LEGEND))
    return tmp_path


def read(*arguments: object) -> Result:
    return CliRunner().invoke(rota, ["read", *map(str, arguments)], catch_exceptions=False)


def test_the_json_has_just_the_fields_that_are_promised(files: Path) -> None:
    out = files / "out.json"
    done = read(files / "rota.csv", "--legend", files / "shifts.csv", "--json", out)
    assert done.exit_code == 0
    written = json.loads(out.read_text())
    assert list(written) == ["layout", "people", "duties", "questions"]
    assert (written["layout"], len(written["people"]), len(written["duties"]), written["questions"]) == (
        "A",
        4,
        COUNT,
        [],
    )
    night = next(duty for duty in written["duties"] if duty["code"] == "N1")
    assert night == {
        "person": "1_SpR",
        "date": "2026-08-07",
        "code": "N1",
        "kind": "night",
        "start": "2026-08-07T21:15:00",
        "end": "2026-08-08T09:15:00",
        "cell": "E2",
        "half": "",
    }


def test_questions_are_written_and_told_with_their_place(files: Path) -> None:
    written = json.loads(read(files / "rota.csv", "--json", "-").stdout)
    assert list(written["questions"][0]) == ["about", "cell", "text", "answers", "subject"]
    assert all(duty["start"] is None for duty in written["duties"])
    told = read(files / "rota.csv").stdout
    assert f"Layout A: 4 people, {COUNT} entries, 2026-08-05 to 2026-09-01." in told
    assert "C2: What does “NWD” mean?" in told


PEOPLE = [["name", "email"], ["Pia Holm", "pia@example.org"], ["Per Lund", "per@example.org"]]
WARD = [["doctor", "5 Aug 2026", "6 Aug 2026"], ["HOLM Pia", "Q7", "Q7"], ["Lundberg", "NWD", "Q7"]]


def ward(folder: Path) -> tuple[Path, Path]:
    """A rota and a list of people beside it."""
    (folder / "ward.csv").write_bytes(as_csv(WARD))
    (folder / "people.csv").write_bytes(as_csv(PEOPLE))
    return folder / "ward.csv", folder / "people.csv"


def test_people_of_a_list_are_called_as_there_and_the_others_asked_about(tmp_path: Path) -> None:
    file, people = ward(tmp_path)
    written = json.loads(read(file, "--people", people, "--json", "-").stdout)
    assert written["people"] == ["Pia Holm", "Lundberg"]
    asked = [question for question in written["questions"] if question["about"] == "person"]
    assert [(question["subject"], question["answers"][0]) for question in asked] == [("Lundberg", "nobody")]


def test_questions_are_written_filled_in_and_read_again(tmp_path: Path) -> None:
    file, people = ward(tmp_path)
    questions, later = tmp_path / "questions.toml", tmp_path / "later.toml"
    read(file, "--people", people, "--write-questions", questions)
    answers = {"Q7": "night 21:00-08:00", "Lundberg": "Per Lund"}
    blocks = questions.read_text().split("[[question]]")
    for number, block in enumerate(blocks):
        answer = next((text for subject, text in answers.items() if f'subject = "{subject}"' in block), "")
        blocks[number] = block.replace('answer = ""', f'answer = "{answer}"')
    questions.write_text("[[question]]".join(blocks))
    arguments = (file, "--people", people, "--answers", questions, "--write-questions", later)
    first, second = (read(*arguments, "--json", "-").stdout for _ in range(2))
    assert first == second
    written = json.loads(first)
    assert written["people"] == ["Pia Holm", "Per Lund"]
    assert {duty["kind"] for duty in written["duties"] if duty["code"] == "Q7"} == {"night"}
    assert [question["subject"] for question in written["questions"]] == ["NWD"]
    assert read(file, "--people", people, "--answers", later, "--json", "-").stdout == first


def test_an_answer_that_can_not_be_used_is_told_with_its_place(tmp_path: Path) -> None:
    file, _ = ward(tmp_path)
    (tmp_path / "a.toml").write_text('[[question]]\nabout = "code"\nsubject = "Q7"\nanswer = "holyday"\n')
    done = rounds("rota", "read", file, "--answers", tmp_path / "a.toml")
    assert done.returncode == 2
    assert done.stderr.startswith("a.toml: question 1 (“Q7”): “holyday” is not a kind of duty")


def test_an_answer_that_was_not_asked_is_told_and_does_no_harm(tmp_path: Path) -> None:
    file, _ = ward(tmp_path)
    (tmp_path / "a.toml").write_text('[[question]]\nabout = "code"\nsubject = "ZX"\nanswer = "off"\n')
    done = read(file, "--answers", tmp_path / "a.toml")
    assert done.exit_code == 0
    assert "question 1 answers a question that this rota does not ask, and was not used: ZX" in done.stderr


def test_a_rolling_rota_takes_its_beginning_from_the_command(files: Path) -> None:
    lines = [
        ["line", "Mon", "Tue", "Wed", "Thu", "Fri"],
        [1, "Day", "Day", "", "", "LD"],
        [2, "Off", "", "", "Day", "Day"],
    ]
    (files / "lines.csv").write_bytes(as_csv(lines))
    written = json.loads(read(files / "lines.csv", "--start", "2026-08-03", "--weeks", "2", "--json", "-").stdout)
    assert (written["layout"], len(written["duties"])) == ("D", 12)


def test_an_unknown_zone_is_refused(files: Path) -> None:
    done = read(files / "rota.csv", "--zone", "Europe/Camelot")
    assert done.exit_code == 2
    assert "no time zone called" in done.stderr


def test_a_file_that_is_no_rota_is_one_line_and_status_2(files: Path) -> None:
    (files / "letter.pdf").write_bytes(b"%PDF-1.7")
    done = rounds("rota", "read", files / "letter.pdf")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("letter.pdf: The PDF is damaged")


LAYOUT = """[[question]]
about = "layout"
subject = "rota"
answer = "{}"
"""


def test_where_things_are_on_a_sheet_may_be_said_in_the_file_of_answers(tmp_path: Path) -> None:
    days = [f"2027-02-0{day}" for day in range(1, 8)]
    rows = [["Name", *days, "Ring"], ["Ada Quill", *["08:00-17:00"] * 7, "x"], ["Quota", *["08:00-16:00"] * 7, ""]]
    (tmp_path / "rota.csv").write_bytes(as_csv(rows))
    (tmp_path / "said.toml").write_text(LAYOUT.format("dates 1; names A; ignore 3:3, I:I; cells codes"))
    told = read(tmp_path / "rota.csv", "--answers", tmp_path / "said.toml").stdout
    assert "1 people, 7 entries" in told
    assert "not used" not in told
    (tmp_path / "vague.toml").write_text(LAYOUT.format("the other way round"))
    refused = rounds("rota", "read", tmp_path / "rota.csv", "--answers", tmp_path / "vague.toml")
    assert refused.returncode != 0
    assert "question 1 (“rota”): Say where things are" in refused.stderr


def test_one_answer_for_several_codes_settles_them_without_a_list_too(tmp_path: Path) -> None:
    codes = [f"Q{chr(65 + number)}" for number in range(20)]
    days = [f"2027-02-{day:02}" for day in range(1, 11)]
    rows = [["Name", *days], ["Ada Quill", *codes[:10]], ["Ben Marrow", *codes[10:]]]
    (tmp_path / "rota.csv").write_bytes(as_csv(rows))
    questions, answers = tmp_path / "questions.toml", tmp_path / "answers.toml"
    read(tmp_path / "rota.csv", "--write-questions", questions)
    assert " · " in questions.read_text(), "rare codes are one question"
    answers.write_text(questions.read_text().replace('answer = ""', 'answer = "night 21:00-09:00"'))
    told = read(tmp_path / "rota.csv", "--answers", answers).stdout
    assert "No questions." in told
    assert told.count(": night, 1 times") == 20
