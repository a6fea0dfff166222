"""A mail greets its reader as a colleague would."""

from __future__ import annotations

import pytest

from scheduler.languages import in_language
from scheduler.mail.greeting import called, greeting


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Quill", "Ada"),
        ("Ada", "Ada"),
        ("Anne-Marie van der Berg", "Anne-Marie"),
        ("Quill, Ada", "Ada"),
        ("Dr Ada Quill", "Dr Quill"),
        ("Prof. Ada Quill", "Prof. Quill"),
        ("Quill, Dr Ada", "Dr Quill"),
        ("Prof. Dr. Ada Quill", "Prof. Quill"),
        ("Dr Jan van der Berg", "Dr van der Berg"),
        ("Dr van der Berg", "Dr van der Berg"),
        ("Dr Van Nguyen", "Dr Nguyen"),
        ("Dr", "Dr"),
        ("A. Quill", "A. Quill"),
        ("A Quill", "A Quill"),
        ("Ada Quill, MD", "Ada Quill, MD"),
        ("Quill,", "Quill,"),
        ("", ""),
    ],
)
def test_the_first_name_is_used_and_a_title_keeps_the_last_one(name: str, expected: str) -> None:
    assert called(name) == expected


def test_the_greeting_is_in_the_language_spoken() -> None:
    assert greeting("Ada Quill") == "Hello Ada,"
    with in_language("fr"):
        assert greeting("Ada Quill") == "Bonjour Ada,"
