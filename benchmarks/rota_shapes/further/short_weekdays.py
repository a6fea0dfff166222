"""People by days called by short weekdays of other languages, of which *mar* is a month as well, under a title."""

from __future__ import annotations

from random import Random

from benchmarks.rota_shapes.book import Book, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, held
from benchmarks.rota_shapes.words import codes, month_days, some_year

_LANGUAGES = (
    ("planning", "Interne", "lun. mar. mer. jeu. ven. sam. dim.",
     "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    ("turni", "Medico", "lun mar mer gio ven sab dom",
     "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    ("guardias", "Médico", "lun mar mié jue vie sáb dom",
     "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
)  # fmt: skip


def make(random: Random) -> list[MadeFile]:
    """A file of each language."""
    return [_file(random, *language) for language in _LANGUAGES]


def _file(random: Random, title: str, head: str, weekdays: str, months: str) -> MadeFile:
    year, month = some_year(random), random.randint(1, 12)
    days, first = month_days(year, month), random.choice((0, 0, 7, 14))
    days = days[first : first + random.choice((7, 14, 31))]
    names, used = People(random).full(random.randint(6, 10)), codes(random, 6, spelled_out=False)
    book, truth = Book(), Truth(people=[(name,) for name in names], never=[head])
    truth.note = "A short weekday and a number are a day of the month in the title."
    sheet = book.sheet("Sheet1")
    sheet.add([f"{title.capitalize()} {months.split()[month - 1]} {year}"])
    sheet.add([head, *(f"{weekdays.split()[day.weekday()]} {day.day}" for day in days)])
    for name in names:
        row = sheet.add([name, *[None] * len(days)])
        for day, cell in zip(days, row[1:], strict=True):
            cell.value = random.choice((*used, None))
            truth.duties += held(name, [day], cell.value, cell) if cell.value else []
    sheet.loose_rows.append(numbers(2, len(names)))
    form, ending = random.choice((("xlsx", "xlsx"), ("csv;", "csv"), ("html", "xls")))
    return MadeFile(f"{title}.{ending}", book, truth, form)
