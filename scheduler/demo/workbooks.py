"""Writes the demo's rotas as departments write them: three workbooks, three layouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.demo.patterns import Code, Department

_MINUTES_A_DAY = 24 * 60
_BOLD = Font(bold=True)
_TITLE = Font(bold=True, size=14)
_UPRIGHT = Alignment(textRotation=90)
_BLUE, _AMBER, _GREEN, _GREY = "C9D3E8", "F3DFC1", "DDEBD8", "E6E6E6"
_COLOURS = {"N": _BLUE, "OC": _BLUE, "LD": _AMBER, "L": _AMBER, "AL": _GREEN, "SL": _GREEN, "PT": _GREY}


@dataclass(frozen=True, slots=True)
class Rota:
    """What a workbook tells: each doctor's codes by day, over ``days`` from ``first_day``."""

    department: Department
    first_day: date
    days: int
    lines: Mapping[str, Mapping[date, tuple[str, ...]]]

    def dates(self) -> list[date]:
        """Every day of the rota."""
        return [self.first_day + timedelta(days=day) for day in range(self.days)]

    def cell(self, name: str, day: date) -> str:
        """The code of a day that has one at most."""
        return "".join(self.lines[name].get(day, ()))


def write_dates_across(rota: Rota, path: Path) -> None:
    """Rows are doctors, columns whole dates under a title; the legend has a sheet of its own."""
    book, sheet = _new_book("Rota")
    sheet.append([f"{rota.department.name}: full-shift rota, 1 in 8"])
    sheet.append([])
    sheet.append(["Doctor", *rota.dates()])
    for name in rota.lines:
        sheet.append([name, *(rota.cell(name, day) for day in rota.dates())])
    for cell in sheet[3][1:]:
        cell.number_format = "ddd d mmm yyyy"
    _dress(sheet, header_row=3)
    _add_legend(book.create_sheet("Codes"), rota.department.legend)
    book.save(path)


def write_dates_down(rota: Rota, path: Path) -> None:
    """Rows are dates without a year, which only the title gives; columns are doctors."""
    book, sheet = _new_book("On call")
    sheet.append([f"{rota.department.name}, {rota.first_day:%B %Y} onwards"])
    sheet.append([])
    sheet.append(["Date", *rota.lines])
    for day in rota.dates():
        sheet.append([f"{day:%a} {day.day} {day:%b}", *(rota.cell(name, day) for name in rota.lines)])
    _dress(sheet, header_row=3)
    _add_legend(book.create_sheet("Key"), rota.department.legend)
    book.save(path)


def write_long_form(rota: Rota, path: Path) -> None:
    """A row for each duty: person, date, code. A day may have two. The legend sheet gives start and length."""
    book, sheet = _new_book("Duties")
    sheet.append(["Person", "Date", "Code"])
    for day in rota.dates():
        for name, line in rota.lines.items():
            for code in line.get(day, ()):
                sheet.append([name, day, code])
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 12
    _add_legend_with_lengths(book.create_sheet("Legend"), rota.department.legend)
    book.save(path)


def _new_book(title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    return book, sheet


def _clock(moment: time | None) -> str:
    return f"{moment:%H:%M}" if moment else ""


def _add_legend(sheet: Worksheet, legend: Sequence[Code]) -> None:
    sheet.append(["Code", "Meaning", "From", "To"])
    for code in legend:
        sheet.append([code.code, code.meaning, _clock(code.start), _clock(code.end)])


def _add_legend_with_lengths(sheet: Worksheet, legend: Sequence[Code]) -> None:
    sheet.append(["Shift code", "Name", "Start", "Hours"])
    for code in legend:
        sheet.append([code.code, code.meaning, code.start, _hours(code)])


def _hours(code: Code) -> float | None:
    if code.start is None or code.end is None:
        return None
    minutes = (code.end.hour - code.start.hour) * 60 + code.end.minute - code.start.minute
    return (minutes % _MINUTES_A_DAY or _MINUTES_A_DAY) / 60


def _dress(sheet: Worksheet, header_row: int) -> None:
    """Make a grid readable: bold headings on end over narrow columns, a colour for what is out of the ordinary."""
    sheet["A1"].font = _TITLE
    for number, cell in enumerate(sheet[header_row]):
        cell.font = _BOLD
        if number > 0:
            cell.alignment = _UPRIGHT
    sheet.column_dimensions["A"].width = 26
    for column in range(2, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 5
    sheet.freeze_panes = f"B{header_row + 1}"
    for row in sheet.iter_rows(min_row=header_row + 1, min_col=2):
        for cell in row:
            if colour := _COLOURS.get(str(cell.value)):
                cell.fill = PatternFill("solid", start_color=colour)
