"""What the words of lists mean, and what is not known."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.enrolment.spreadsheets import meanings
from scheduler.programmes.model import NEAR_PEER, PEER, Site

SITES = (
    Site("gh", "Gartnavel General Hospital", "Europe/London"),
    Site("st-j", "St John’s Infirmary", "Europe/London"),
    Site("stob", "Stobhill", "Europe/London"),
)


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("Residents", "resident"), ("Locum Registrar", "resident"), ("Senior House Officer", "resident"),
        ("Interne", "resident"), ("IMT2", "resident"), ("Senior Registrar", "resident"), ("Chief Resident", "resident"),
        ("Consultant in Renal Medicine", "faculty"), ("Attending", "faculty"), ("Associate Specialist", "faculty"),
        ("Oberärztin", "faculty"), ("Clinical Lead", "faculty"), ("PU-PH", "faculty"), ("GP Partner", "faculty"),
        ("Senior Registrar in Cardiology", "resident"), ("Specialist Registrar (Renal)", "resident"),
        ("GP Trainee ST1", "resident"), ("Senior Clinical Fellow - Surgery", "resident"),
        ("Consultant for specialty registrar training", None), ("Consultant, formerly senior registrar", None),
        ("Ward Clerk", None), ("Doctor", None), ("Physician Associate", None), ("", None),
    ],
)  # fmt: skip
def test_roles(written: str, role: str | None) -> None:
    assert meanings.role_of(written) == role


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("gartnavel general hospital", "gh"), ("Gartnavel", "gh"), ("GARTNAVEL GENERAL", "gh"), ("GH", "gh"),
        ("St. Johns Infirmary", "st-j"), ("St John's", "st-j"), ("Stobhill Hospital", "stob"), ("Stobhil", "stob"),
        ("Stobhill - Ward 4B", "stob"), ("Cardiology, Gartnavel General Hospital", "gh"), ("Renal (Stobhill)", "stob"),
        ("Gartnavel / Stobhill", None), ("Ward 4B - Annexe", None), ("New Stobhill Street Practice", None),
        ("General Hospital", None), ("Royal", None), ("", None),
    ],
)  # fmt: skip
def test_sites(written: str, key: str | None) -> None:
    assert meanings.site_of(written, SITES) == key


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Thursday", "thu"), ("Thurs", "thu"), ("Tue/Wed", "tue;wed"), ("Mon to Thu", "mon;tue;wed;thu"),
        ("Fri–Mon", "mon;fri;sat;sun"), ("Weekdays", "mon;tue;wed;thu;fri"), ("mardi et jeudi", "tue;thu"),
        ("someday", None), ("", None),
    ],
)  # fmt: skip
def test_weekdays(written: str, days: str | None) -> None:
    assert meanings.weekdays_of(written) == days


def test_days_and_their_order() -> None:
    assert meanings.day_of("3/4/27") == date(2027, 4, 3)
    assert meanings.day_of("3/4/27", month_first=True) == date(2027, 3, 4)
    assert meanings.day_of("9 Mar 2027") == date(2027, 3, 9)
    assert meanings.day_of("31.2.2027") is None
    assert meanings.is_month_first(["3/4/2027", "25/4/2027"]) is False
    assert meanings.is_month_first(["3/4/2027", "4/25/2027"]) is True
    assert meanings.is_month_first(["3/4/2027"]) is None
    assert meanings.is_month_first(["4/4/2027", "2027-01-02"]) is False


def test_other_words() -> None:
    assert [meanings.way_of(word) for word in ("Teams", "face-to-face", "pigeon")] == ["video", "in_person", None]
    assert [meanings.model_of(word, (PEER, NEAR_PEER)) for word in ("Near peer groups", "PEER", "x")] == [
        "near-peer", "peer", None,
    ]  # fmt: skip
    assert [meanings.relation_of(word) for word in ("Educational Supervisor", "spouse", "likes")] == [
        "supervises", "family", None,
    ]  # fmt: skip
    assert [meanings.yes_of(word) for word in ("Y", "Oui", "no", "returning", "maybe", "")] == [
        "yes", "yes", "no", "yes", None, None,
    ]  # fmt: skip
    assert [meanings.clock_of(word) for word in ("8.30", "1730", "0.375", "tea")] == ["08:30", "17:30", "09:00", None]
