"""Amion's reports."""

from __future__ import annotations

import pytest

from scheduler.rotas.model import DutyKind, UnreadableFile
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import wall

REPORT_619 = """Assignments for 5-30-26     (as of May 30 19:06 2026 US ET)
Field  1 -  3: Staff name, unique ID, backup ID
Field  4 -  6: Assignment name, unique ID, backup ID
Field  7 -  9: Date and time of assignment (GMTO=7 1 1 Pacific)
"Doctor A",19,1,"6a-4p",48,18,5-30-26,0600,1600
"Doctor B",212,995,"9a-8p (Triage until 12p)",51,22,5-30-26,0900,2000
"Doctor C",55,468,"3p-2a (Triage until 6p)",55,28,5-6-26,1500,0200
"Doctor C",55,468,"Vacation",56,29,5-31-26,0000,0000
"""


def test_amion_report_619() -> None:
    rota = read_rota(REPORT_619.encode("latin-1"), "ocs.csv")
    assert (rota.layout, rota.people, rota.questions) == ("amion", ("Doctor A", "Doctor B", "Doctor C"), ())
    assert [(duty.date.isoformat(), duty.kind.value) for duty in rota.duties] == [
        ("2026-05-30", "day"),
        ("2026-05-30", "long_day"),
        ("2026-05-06", "late"),
        ("2026-05-31", "leave"),
    ]
    assert rota.duties[2].end == wall("2026-05-07T02:00")


@pytest.mark.parametrize("sign", [",", "\t"])
def test_amion_report_625c_drops_pager_telephone_and_address(sign: str) -> None:
    row = [
        "Doctor Ä",
        "19",
        "1",
        "Night Float",
        "48",
        "18",
        "1-5-26",
        "1900",
        "0700",
        "Resident",
        "555-1234",
        "555-9",
        "a@example.org",
        "1",
        "",
        "c",
        "",
    ]
    text = "Assignments for 1-5-26\nField  1 -  3: Staff name\n\n" + sign.join(row) + "\n"
    rota = read_rota(text.encode("latin-1"), "ocs.txt")
    assert [(duty.person, duty.code, duty.kind) for duty in rota.duties] == [
        ("Doctor Ä", "Night Float", DutyKind.NIGHT)
    ]
    assert "555" not in repr(rota)
    assert "example.org" not in repr(rota)


def test_amions_own_error_is_told() -> None:
    with pytest.raises(UnreadableFile, match="No file"):
        read_rota(b"NOFI=No file", "ocs.csv")
