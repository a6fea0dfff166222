"""What is checked of the packages that the product installs, and what an audit says that could not ask."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
A, B = "a" * 64, "b" * 64


def loaded() -> Any:
    spec = importlib.util.spec_from_file_location("packages_of_the_product", ROOT / ".ci" / "packages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


packages = loaded()
PINS = (
    f"flask==3.1 \\\n    --hash=sha256:{A} \\\n    --hash=sha256:{B}\n"
    f"Psycopg-Binary[c]==3.2 \\\n    --hash=sha256:{A}\n"
)


def test_the_pins_of_the_product_have_no_fault() -> None:
    for wishes, pins in packages.FILES:
        found = packages.pinned((ROOT / pins).read_text())
        assert list(packages.faults_of_pins(found, packages.wanted((ROOT / wishes).read_text()))) == []
        assert len(found) > 50


def test_pins_are_read_with_their_hashes() -> None:
    assert packages.pinned(PINS) == [
        packages.Package("flask", "3.1", frozenset((A, B))),
        packages.Package("psycopg-binary", "3.2", frozenset((A,))),
    ]


@pytest.mark.parametrize("line", ["flask", "flask>=3", "flask @ https://example.org/flask.whl", "-e .", "../flask"])
def test_a_line_that_pins_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="pins no package"):
        packages.pinned(line)


def test_what_has_no_hash_is_there_twice_or_missing_is_told() -> None:
    found = packages.pinned(f"{PINS}flask==3.1 --hash=sha256:{A}\nbabel==2.0\n")
    assert list(packages.faults_of_pins(found, ["Flask", "psycopg.binary", "ruff"])) == [
        "babel 2.0 has no hash",
        "flask is pinned twice",
        "ruff is wanted and not pinned",
    ]
    assert packages.wanted("-r requirements.in\nicalendar>=7.3,<8\npsycopg[binary]  # why\n\n") == [
        "icalendar",
        "psycopg",
    ]


def component(name: str, version: str, *hashes: str) -> dict[str, Any]:
    told = [{"alg": "SHA-256", "content": each} for each in hashes]
    return {"name": name, "version": version, "externalReferences": [{"hashes": told}]}


def test_a_bill_of_materials_that_says_something_else_is_told() -> None:
    found = packages.pinned(PINS)
    same = {"components": [component("Flask", "3.1", A, B), component("psycopg_binary", "3.2", A)]}
    assert list(packages.faults_of_sbom(same, found)) == []
    other = {"components": [component("flask", "3.1", A), component("psycopg-binary", "3.2", A)]}
    assert sorted(packages.faults_of_sbom(other, found)) == [
        "flask 3.1 stands so in the bill of materials alone",
        "flask 3.1 stands so in the pins alone",
    ]


def test_an_audit_that_could_not_ask_says_so_and_is_no_success() -> None:
    sound = {"name": "flask", "version": "3.1", "vulns": []}
    skipped = {"name": "babel", "skip_reason": "not found"}
    bad = {"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
    assert packages.verdict({"dependencies": [sound]})[0] == packages.WELL
    status, words = packages.verdict({"dependencies": [sound, skipped]})
    assert status == packages.NOT_KNOWN
    assert "1 of 2 packages were looked up" in words
    assert "NOT LOOKED UP, so nothing is known of them: babel." in words
    status, words = packages.verdict({"dependencies": [sound, skipped, bad]})
    assert status == packages.AT_FAULT
    assert "x 1: CVE-1, fixed in 2" in words
