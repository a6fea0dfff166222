"""Entries that may be one person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scheduler.people.identities import mailbox_keys, names_are_alike
from scheduler.people.likeness import are_alike
from scheduler.people.tables import PersonRow

CORA = "Cora Dent"


@pytest.mark.parametrize(
    "other",
    [
        "cora dent", "Dr Cora Dent", "Cora M. Dent", "Dent, Cora", "Córa Dênt", "Prof. C. Dent", "Cora D.",
        "DENT Cora", "Cora Mary-Ann Dent", "Dr. med. Cora Dent, MD",
    ],
)  # fmt: skip
def test_one_persons_names(other: str) -> None:
    assert names_are_alike(CORA, other)
    assert names_are_alike(other, CORA)


@pytest.mark.parametrize("other", ["Carl Dent", "Cora Denton", "Olga Watch", "C. D.", "", "Dr", "Cora", "Dent Cor"])
def test_other_peoples_names(other: str) -> None:
    assert not names_are_alike(CORA, other)
    assert not names_are_alike(other, CORA)


def test_one_persons_mailboxes() -> None:
    known = mailbox_keys("cora.dent@hospital.example")
    for local in ("coradent", "Cora.Dent+safe", "dent.cora", "c.o.r.a.dent", "cora_dent"):
        other = f"{local}@elsewhere.example"
        assert known & mailbox_keys(other), other
    for other in ("carl.dent@hospital.example", "olga@hospital.example", "@x", ""):
        assert not known & mailbox_keys(other), other


def person(id_: int, name: str, email: str) -> PersonRow:
    at = datetime(2027, 1, 1, tzinfo=UTC)
    return PersonRow(id=id_, name=name, email=email, former_names=[], former_mailboxes=[], created_at=at)


def test_former_names_and_addresses_are_known_again() -> None:
    other = person(2, "Pat Jones", "pat@x.example")
    cora = person(1, CORA, "cora@x.example")
    assert not are_alike(cora, other)
    cora.email = "boss@x.example"
    assert not are_alike(cora, other)
    assert are_alike(cora, person(3, "Quinn Third", "cora+oversight@y.example"))
    assert "cora" not in str(cora.former_mailboxes)
    cora.name = "Cora Married"
    assert are_alike(cora, person(4, "Cora Dent", "z@y.example"))
