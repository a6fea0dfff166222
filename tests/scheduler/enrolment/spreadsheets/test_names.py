"""Names of lists as people say them: surnames last, titles first, capitals only where names begin."""

from __future__ import annotations

import pytest

from scheduler.enrolment.spreadsheets.names import full_name


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Quill, Ada", "Ada Quill"),
        ("QUILL Ada", "Ada Quill"),
        ("Ada QUILL", "Ada Quill"),
        ("Prof. Hall, Morag", "Prof. Morag Hall"),
        ("Dr Bose, Anil", "Dr Anil Bose"),
        ("Bose, Dr Anil", "Dr Anil Bose"),
        ("Bose, Anil, Dr", "Dr Anil Bose"),
        ("Bose, Anil Dr.", "Dr. Anil Bose"),
        ("Prof. Dr. Hall, Morag", "Prof. Dr. Morag Hall"),
        ("DR BOSE, ANIL", "Dr Anil Bose"),
        ("Dr van der Berg, Jan", "Dr Jan van der Berg"),
        ("van der Berg, Dr Jan", "Dr Jan van der Berg"),
        ("Prof. O’BRIEN-SMITH Mary", "Prof. Mary O’Brien-Smith"),
        ("DE LA CRUZ Maria", "Maria De La Cruz"),
        ("Dr Åsa Lindqvist", "Dr Åsa Lindqvist"),
        ("MCDONALD, Ailsa", "Ailsa McDonald"),
        ("NG, Chloë", "Chloë Ng"),
        ("NG, JP", "JP Ng"),
        ("Dr", "Dr"),
        ("", ""),
    ],
)
def test_one_column_holds_the_whole_name(written: str, said: str) -> None:
    assert full_name(written, "", "") == said


@pytest.mark.parametrize(
    ("given", "surname", "said"),
    [
        ("Anil", "Dr Bose", "Dr Anil Bose"),
        ("Dr Anil", "Bose", "Dr Anil Bose"),
        ("Chloë", "NG", "Chloë Ng"),
        ("JP", "MACDONALD", "JP Macdonald"),
        ("Ada", "", "Ada"),
    ],
)
def test_two_columns_hold_the_name(given: str, surname: str, said: str) -> None:
    assert full_name("", given, surname) == said
