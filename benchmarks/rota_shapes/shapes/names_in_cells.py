"""Dates by posts in another language, several first names a cell; a nickname, and rubbish in a column and a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, Sheet, numbers
from benchmarks.rota_shapes.truth import Ask, Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import DAY, some_year, untidy

_NIGHT = ["night", "unknown", "resident_on_call"]
_DAY = ["day", "long_day", "unknown", "resident_on_call", "non_resident_on_call"]
_LANGUAGES = {
    "pt": (
        "DIA",
        ("VISITA", "CONSULTA MANHÃ", "CONSULTA TARDE", "PLANTÃO DIURNO SUL", "PLANTÃO NOTURNO SUL"),
        "Adriana Rui Leonor Duarte Matilde Vasco Zulmira Afonso Clara Baltazar Xavier Margarida Nuno Lídia Jaime",
        ("Fernando", "Nando"),
    ),
    "es": (
        "FECHA",
        ("PASE", "CONSULTA MAÑANA", "CONSULTA TARDE", "GUARDIA DIURNA", "GUARDIA NOCTURNA"),
        "Ainhoa Iker Rocío Álvaro Nuria Gonzalo Lola Emilio Paloma Jorge Teresa Andrés Carmela Óscar Begoña Ximena",
        ("Guadalupe", "Lupe"),
    ),
    "it": (
        "DATA",
        ("GIRO VISITE", "AMBULATORIO MATTINA", "AMBULATORIO POMERIGGIO", "GUARDIA DIURNA", "GUARDIA NOTTURNA"),
        "Alessia Corrado Elisa Fabio Ginevra Luca Noemi Pietro Serena Ugo Viola Zeno Ornella Tullio Nives Remo",
        ("Giuseppina", "Pina"),
    ),
}
_NIGHTLY = re.compile("NOTURN|NOCTURN|NOTTURN")
_LETTERS = "BFGLNSV"


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    head, posts, firsts, (whole, nick) = _LANGUAGES[random.choice(sorted(_LANGUAGES))]
    names = random.sample(firsts.split(), random.randint(9, 14))
    twin = names.pop()
    names = [*names, *(f"{twin} {letter}" for letter in random.sample(_LETTERS, 2)), whole]
    first = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    book, asked = Book(), Ask(("person",), (nick,))
    truth = Truth(people=[(name,) for name in names], people_never=list(posts))
    truth.never = ["x", "NULL", "qq", "ww", "ee", "asd", head]
    calls = [post for post in posts if post.startswith(("GUARDIA", "PLANT"))]
    truth.kinds = {post: _NIGHT if _NIGHTLY.search(post) else _DAY for post in calls}
    truth.note = "Commas part the names; a name with another initial is another person; a nickname is asked about."
    sheet = book.sheet("rota")
    blank = random.random() < 0.6
    sheet.add([head, *[None] * blank, *posts, "NULL"])
    nicked: list[Duty] = []
    for n in range(random.choice((21, 28, 42))):
        _day(sheet, first + n * DAY, blank, posts, names, (whole, nick), random, truth, nicked)
    if nicked:
        truth.must_ask.append(Ask(asked.about, asked.needles, duties=tuple(nicked)))
    truth.people = [who for who in truth.people if any(duty.person == who for duty in truth.duties)]
    sheet.loose_columns.append(numbers(1 + blank, len(posts)))
    sheet.add(["asd", *[None] * blank, *random.choices(("qq", "ww", "ee"), k=len(posts)), "zz"])
    return [MadeFile("names_in_cells.xlsx", book, truth)]


def _day(
    sheet: Sheet,
    day: date,
    blank: bool,
    posts: Sequence[str],
    names: Sequence[str],
    nickname: tuple[str, str],
    random: Random,
    truth: Truth,
    nicked: list[Duty],
) -> None:
    row = sheet.add([day, *[None] * blank, *[None] * len(posts), "x"], random.choice(("dd/mm/yyyy", "dd/mm")))
    if blank and random.random() < 0.3:
        sheet.merge(len(sheet.rows) - 1, 0, 2)
    for n, cell in enumerate(row[1 + blank : -1]):
        if day.weekday() > 4 and "CONSULTA" in posts[n]:
            continue
        who = random.sample(names, random.choice((1, 2, 2, 4, 6)) if n < 3 else 2)
        short = n == 1 and nickname[0] in who and random.random() < 0.9
        shown = [nickname[1] if short and name == nickname[0] else name for name in who]
        cell.value = untidy(random, ", ".join(shown))
        for name in who:
            if short and name == nickname[0]:
                nicked.append(Duty((nickname[1], name), day.isoformat(), (posts[n],), sources=(cell,)))
            else:
                truth.duties.append(Duty((name,), day.isoformat(), (posts[n],), sources=(cell,)))
