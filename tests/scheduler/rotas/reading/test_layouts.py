"""The register of layouts: each is in it, has a name of its own, and comes with its evidence."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

from scheduler.languages import CATALOGUES, SOURCE, in_language, say
from scheduler.rotas.layout_names import layout_name
from scheduler.rotas.reading import layouts
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.layout import Evidence, Sign
from scheduler.rotas.reading.layouts import FILE_READERS, LAYOUTS, SHEET_READERS
from scheduler.rotas.reading.rivals import candidates
from scheduler.rotas.reading.workbook import Sheet, open_sheets
from tests.scheduler.rotas.sheets import as_csv, days

CONTEXT = Context(legend={}, hints=Hints(), title="rota", owner="Ann Bee")


def sheet_of(rows: list[list[object]]) -> Sheet:
    (sheet,) = open_sheets(as_csv(rows), "rota.csv")
    return sheet


@pytest.mark.parametrize("module", [each.name for each in iter_modules(layouts.__path__)])
def test_every_module_of_a_layout_is_registered(module: str) -> None:
    reader = import_module(f"{layouts.__name__}.{module}").READER
    assert reader in (*SHEET_READERS, *FILE_READERS)


def test_no_two_layouts_share_a_key_or_a_name() -> None:
    every = {layout for reader in SHEET_READERS for layout in reader.layouts} | {each.layout for each in FILE_READERS}
    assert len({layout.key for layout in every}) == len({layout.name for layout in every}) == len(every)
    assert set(LAYOUTS.values()) == every


@pytest.mark.parametrize("key", LAYOUTS)
def test_a_layout_is_named_in_every_language(key: str) -> None:
    assert layout_name(key) == LAYOUTS[key].name
    for language in sorted(folder.name for folder in CATALOGUES.iterdir() if folder.is_dir()):
        with in_language(language):
            assert language == SOURCE or layout_name(key) == say(LAYOUTS[key].name) != LAYOUTS[key].name


def test_a_layout_that_is_read_no_longer_goes_by_its_key() -> None:
    assert layout_name("Z") == "Z"


def test_a_list_that_says_what_it_holds_is_read_no_other_way() -> None:
    rows: list[list[object]] = [["Name", "Date", "Shift"], *(["Ann Bee", day.isoformat(), "N"] for day in days(5))]
    found = list(candidates(SHEET_READERS, sheet_of(rows), CONTEXT))
    assert [(each.evidence, each.reading.layout) for each in found] == [(Evidence(Sign.COLUMNS, 5), LAYOUTS["long"])]


def test_a_sheet_of_no_shape_has_no_candidate() -> None:
    assert not list(candidates(SHEET_READERS, sheet_of([["to", "do"], ["milk", "bread"]]), CONTEXT))
