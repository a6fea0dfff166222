"""People by ranges of days in further languages and orders of writing, the months in full or short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.further_grids import Span, people_by_spans
from benchmarks.rota_shapes.truth import MadeFile
from benchmarks.rota_shapes.words import monday, some_year, weeks_from


@dataclass(frozen=True, slots=True)
class _Language:
    """``day`` is how a day of a month is written, ``year`` how one with its year is."""

    name: str
    head: str
    months: str
    short: str
    day: str = "{day} {month}"
    year: str = "{day} {month} {year}"


_LANGUAGES = (
    _Language("nederlands", "Arts", "januari februari maart april mei juni juli augustus september oktober november "
              "december",
              "jan feb mrt apr mei jun jul aug sep okt nov dec"),
    _Language("svenska", "Läkare", "januari februari mars april maj juni juli augusti september oktober november "
              "december",
              "jan feb mars april maj juni juli aug sep okt nov dec"),
    _Language("dansk", "Læge", "januar februar marts april maj juni juli august september oktober november december",
              "jan feb mar apr maj jun jul aug sep okt nov dec", "{day}. {month}", "{day}. {month} {year}"),
    _Language("cesky", "Lékař", "ledna února března dubna května června července srpna září října listopadu prosince",
              "led úno bře dub kvě čvn čvc srp zář říj lis pro", "{day}. {month}", "{day}. {month} {year}"),
    _Language("turkce", "Doktor", "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
              "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara"),
    _Language("magyar", "Orvos", "január február március április május június július augusztus szeptember október "
              "november december", "jan. febr. márc. ápr. máj. jún. júl. aug. szept. okt. nov. dec.", "{month} {day}.",
              "{year}. {month} {day}."),
    _Language("ellinika", "Ιατρός", "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου "
              "Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου", "Ιαν Φεβ Μαρ Απρ Μαΐ Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ"),
)  # fmt: skip


def make(random: Random) -> list[MadeFile]:
    """A file of each language."""
    return [_file(language, random) for language in _LANGUAGES]


def _file(language: _Language, random: Random) -> MadeFile:
    length = random.choice((1, 2, 4))
    first = monday(date(some_year(random), random.randint(1, 12), random.randint(8, 28)))
    weeks = weeks_from(first, 6 * length)
    spans = [(weeks[n][0], weeks[n + length - 1][1]) for n in range(0, 6 * length, length)]
    months = (language.short if random.random() < 0.4 else language.months).split()
    joint = random.choice((" - ", " – ", "-"))
    texts = [_written(span, language, months, joint, with_year=not n) for n, span in enumerate(spans)]
    book = Book()
    truth = people_by_spans(random, book.sheet("Sheet1"), language.head, spans, texts)
    truth.never = truth.never[:1]
    truth.note = "An entry holds on each day of its range; only the first range has a year."
    form, ending = random.choice((("xlsx", "xlsx"), ("csv;", "csv"), ("ods", "ods")))
    return MadeFile(f"{language.name}.{ending}", book, truth, form)


def _written(span: Span, language: _Language, months: list[str], joint: str, *, with_year: bool) -> str:
    ends = []
    for day in span:
        style = language.year if with_year else language.day
        ends.append(style.format(day=day.day, month=months[day.month - 1], year=day.year))
    return joint.join(ends)
