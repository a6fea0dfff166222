"""What the style sheet's colours have to be, whatever they are called: computed, not looked at."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

import web

SHEET = (Path(web.__file__).parent / "static" / "style.css").read_text()
SURFACES = ("paper", "card", "tint", "warn-tint", "maybe-tint", "line", "no")
"""Whatever a ring may lie on: its gap keeps it off the thing that has the focus, however that is coloured."""
RING_RATIO = 3.0
"""WCAG 2.2, 1.4.11 and 2.4.13."""


def scheme(name: str) -> dict[str, str]:
    """The colours of the light scheme, or of the dark one over it."""
    light, _, dark = SHEET.partition("@media (prefers-color-scheme:dark)")
    found = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})\b", light.partition("*{")[0]))
    if name == "dark":
        found |= dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})\b", dark.partition("*{")[0]))
    return found


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    digits = colour.lstrip("#")
    full = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_standard_has_it() -> None:
    assert contrast("#fff", "#000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("name", "surface"), list(product(("light", "dark"), SURFACES)))
def test_the_focus_ring_stands_out_from_what_is_around_it(name: str, surface: str) -> None:
    colours = scheme(name)
    assert contrast(colours["ring"], colours[surface]) >= RING_RATIO


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_focus_ring_stands_out_from_the_gap_within_it(name: str) -> None:
    colours = scheme(name)
    assert contrast(colours["ring"], colours["ring-gap"]) >= RING_RATIO


def test_every_ring_is_drawn_in_the_rings_colour() -> None:
    rings = re.findall(r":focus-visible\{[^}]*outline:(\d)px solid var\(--([a-z-]+)\)", SHEET)
    assert rings
    assert {name for _width, name in rings} == {"ring"}
    assert min(int(width) for width, _name in rings) >= 2


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_fault_can_be_read(name: str) -> None:
    colours = scheme(name)
    assert min(contrast(colours["warn"], colours[surface]) for surface in ("card", "paper", "warn-tint")) >= 4.5
