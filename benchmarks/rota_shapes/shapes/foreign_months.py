"""Months of other languages and calendars: ranges of days in six languages, Thai blocks, Korean and Japanese months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random

from benchmarks.rota_shapes.book import Book, numbers
from benchmarks.rota_shapes.people import People, listed
from benchmarks.rota_shapes.truth import MadeFile, Truth, every_day, held
from benchmarks.rota_shapes.words import DAY, month_days, some_year, weeks_from

Range = tuple[date, date]


@dataclass(frozen=True, slots=True)
class _Language:
    """How ranges are written: months in full and short; ``joint`` is between the days, ``of`` before a month and
    ``of_year`` before a year."""

    name: str
    head: str
    months: str
    short: str
    joint: str
    of: str
    of_year: str
    dot: str
    codes: tuple[str, ...]
    leave: str


_LANGUAGES = (
    _Language(
        "francais", "Médecin",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.", " au ", " ", " ", "",
        ("Néphro", "Chirurgie B", "SMUR", "Gériatrie"), "Congés",
    ),
    _Language(
        "deutsch", "Assistenzarzt",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.", " - ", " ", " ", ".",
        ("Anästhesie", "Kreißsaal", "Station 7", "Ambulanz"), "Urlaub",
    ),
    _Language(
        "espanol", "Médico",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sept oct nov dic", " al ", " de ", " de ", "",
        ("Quirófano", "Planta 5", "Neonatos", "Paritorio"), "Vacaciones",
    ),
    _Language(
        "italiano", "Specializzando",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "gen feb mar apr mag giu lug ago set ott nov dic", " - ", " ", " ", "",
        ("Sala operatoria", "Reparto A", "Terapia intensiva", "Ostetricia"), "Ferie",
    ),
    _Language(
        "portugues", "Residente",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan fev mar abr mai jun jul ago set out nov dez", " a ", " de ", " de ", "",
        ("Maternidade", "Centro cirúrgico", "Enfermaria D", "Pediatria"), "Férias",
    ),
    _Language(
        "polski", "Lekarz",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "sty lut mar kwi maj cze lip sie wrz paź lis gru", " - ", " ", " ", "",
        ("Blok", "Porodówka", "Oddział 4", "Izba przyjęć"), "Urlop",
    ),
)  # fmt: skip
_THAI = listed("ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.")
_THAI_NAMES = listed("กนกวรรณ จิราพร ณัฐพล ธีรเดช นภัสสร ปกรณ์ พิมพ์ชนก ภูมิ รัตนา วรเมธ ศิริพร อภิชาติ")
_KOREAN_NAMES = listed("송다은 백현우 류지안 오태경 조은별 홍시온 문채원 배준호 서가은 안도윤 유하준 황보라")
_JAPANESE_NAMES = listed(
    "佐藤 美咲,高橋 健太,渡辺 結衣,小林 大輔,加藤 陽菜,山口 翔,松本 葵,井上 蓮,木村 さくら,清水 悠真", ","
)


def make(random: Random) -> list[MadeFile]:
    """A file of each language."""
    files = [_ranges(language, random) for language in _LANGUAGES]
    return [*files, _thai(random), _korean(random), _japanese(random)]


def _ranges(language: _Language, random: Random) -> MadeFile:
    start = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    start += ((7 - start.weekday()) % 7) * DAY
    weeks = random.choice((1, 2, 2, 4))
    ranges = [(first, first + (7 * weeks - 1) * DAY) for first, _ in weeks_from(start, 6 * weeks)[::weeks]]
    names = People(random).full(random.randint(6, 10))
    words = (language.short if random.random() < 0.4 else language.months).split()
    texts = [_range(each, language, words, _with_year(ranges, n)) for n, each in enumerate(ranges)]
    book, truth = Book(), Truth(people=[(name,) for name in names], never=[language.head])
    truth.kinds = {language.leave: ["leave", "unknown"]}
    truth.note = "An entry holds on each day of its range; a year holds on until the next one written."
    sheet = book.sheet("Sheet1")
    sheet.add([language.head, *texts])
    for name in names:
        _person(sheet.add([name, *[None] * 6])[1:], name, ranges, (*language.codes, language.leave), random, truth)
    sheet.loose_rows.append(numbers(1, len(names)))
    form, ending = random.choice((("csv;", "csv"), ("csv", "csv"), ("xlsx", "xlsx")))
    return MadeFile(f"{language.name}.{ending}", book, truth, form)


def _with_year(ranges: Sequence[Range], number: int) -> bool:
    first, last = ranges[number]
    return number == 0 or last.year > ranges[number - 1][1].year or first.year > ranges[number - 1][0].year


def _range(days: Range, language: _Language, words: Sequence[str], with_year: bool) -> str:
    first, last = days
    year = f"{language.of_year}{last.year}" if with_year else ""
    end = f"{last.day}{language.dot}{language.of}{words[last.month - 1]}{year}"
    if first.month == last.month:
        return f"{first.day}{language.dot}{language.joint}{end}"
    own = f"{language.of_year}{first.year}" if with_year and first.year != last.year else ""
    return f"{first.day}{language.dot}{language.of}{words[first.month - 1]}{own}{language.joint}{end}"


def _person(
    row: Sequence[object], name: str, ranges: Sequence[Range], codes: Sequence[str], random: Random, truth: Truth
) -> None:
    for cell, days in zip(row, ranges, strict=True):
        code = random.choice(codes)
        cell.value = code  # type: ignore[attr-defined]
        truth.duties += held(name, every_day(*days), code, cell)  # type: ignore[arg-type]


def _thai(random: Random) -> MadeFile:
    first = date(some_year(random), random.choice((1, 6, 7, 8)), 1)
    ends = [first + (28 * n) * DAY for n in range(13)] + [first.replace(year=first.year + 1)]
    ranges = [(start, later - DAY) for start, later in pairwise(ends)]
    whole = random.random() < 0.4
    names = random.sample(_THAI_NAMES, random.randint(6, 10))
    codes = ("Surg 1", "NICU", "OB", "Ortho", "Family", "ENT/Skin", "Anes", "Comm Med")
    book, truth = Book(), Truth(people=[(name,) for name in names], never=["Resident", "แพทย์"])
    truth.note = "Years of the Buddhist era, 543 ahead; a year at the end of a range holds for both ends."
    sheet = book.sheet("Sheet1")
    sheet.add([random.choice(("Resident", "แพทย์")), *(_thai_range(each, whole) for each in ranges)])
    for name in names:
        _person(sheet.add([name, *[None] * 13])[1:], name, ranges, codes, random, truth)
    sheet.loose_rows.append(numbers(1, len(names)))
    return MadeFile("thai.csv", book, truth, "csv-bom")


def _thai_range(days: Range, whole: bool) -> str:
    first, last = days
    years = [str(day.year + 543) if whole else f"{(day.year + 543) % 100}" for day in days]
    end = f"{last.day} {_THAI[last.month - 1]} {years[1]}"
    if first.month == last.month:
        return f"{first.day} - {end}"
    own = f" {years[0]}" if first.year != last.year else ""
    return f"{first.day} {_THAI[first.month - 1]}{own} - {end}"


def _korean(random: Random) -> MadeFile:
    words = {"D": "주간", "E": "저녁", "N": "야간", "O": "휴무", "Y": "연차"}
    return _month(
        "korean.xlsx",
        random,
        _KOREAN_NAMES,
        "{year}년 {month}월 당직표",
        ("번호", "성명"),
        "월화수목금토일",
        words,
        " : ",
    )


def _japanese(random: Random) -> MadeFile:
    words = {"日": "日勤", "準": "準夜", "夜": "夜勤", "休": "休み", "年": "年休"}
    title = random.choice(("{year}年{month}月 勤務表", "令和{era}年{month}月 勤務表"))
    return _month("japanese.xlsx", random, _JAPANESE_NAMES, title, ("番号", "氏名"), "月火水木金土日", words, "=")


def _month(
    file: str,
    random: Random,
    known: Sequence[str],
    title: str,
    head: tuple[str, str],
    weekdays: str,
    words: dict[str, str],
    joint: str,
) -> MadeFile:
    year, month = some_year(random), random.randint(1, 12)
    days, names = month_days(year, month), random.sample(known, random.randint(6, 10))
    book, truth = Book(), Truth(people=[(name,) for name in names], never=[*head])
    signs = list(words)
    truth.kinds = {signs[2]: ["night", "unknown"], signs[4]: ["leave", "unknown"]}
    truth.note = "The title is year and month, the row of figures the days, the codes are explained in the second row."
    sheet = book.sheet("Sheet1")
    sheet.add([title.format(year=year, month=month, era=year - 2018)])
    sheet.add([", ".join(f"{sign}{joint}{word}" for sign, word in words.items())])
    sheet.add()
    sheet.add([*head, *(day.day for day in days)])
    sheet.add([None, None, *(weekdays[day.weekday()] for day in days)])
    for n, name in enumerate(names):
        row = sheet.add([2100 + 17 * n, name, *[None] * len(days)])
        for day, cell in zip(days, row[2:], strict=True):
            cell.value = random.choices(signs, (6, 4, 4, 5, 1))[0]
            (truth.may if cell.value == signs[3] else truth.duties).extend(held(name, [day], str(cell.value), cell))
    sheet.loose_rows.append(numbers(5, len(names)))
    return MadeFile(file, book, truth)
