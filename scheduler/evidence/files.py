"""Evidence as files: a table of a release, and for who evaluates a programme all releases without names, with what each
column means. They hold what the page shows and nothing else, so whoever is given them reads about nobody."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.evidence.across import Together, of_everybody
from scheduler.evidence.definitions import COUNTS, FIGURES, definition
from scheduler.evidence.directors import must_direct
from scheduler.evidence.figures import IN_HOURS
from scheduler.evidence.model import ALL, Aspect, Figure, Shown
from scheduler.evidence.releases import Release
from scheduler.evidence.wording import (
    ASPECTS,
    area_words,
    asked_words,
    cell_name,
    count_name,
    count_words,
    figure_name,
    lines_words,
    meaning,
    override_words,
    pooled_words,
    pulse_source,
    statement_words,
    value_words,
)
from scheduler.exports.formats import as_csv
from scheduler.exports.tables_out import Table
from scheduler.exports.taken_out import TakenOut
from scheduler.languages import mark, say
from scheduler.people.model import Actor

COLUMNS: Final = (
    "part", "figure", "definition", "by", "who", "people_at_least", "value", "unit", "median", "in_words",
    "as_of_release", "counted_from",
)  # fmt: skip
TOGETHER_COLUMNS: Final = (
    "programme", "figure", "definition", "people_at_least", "value", "unit", "in_words", "shown_by",
)  # fmt: skip
"""An empty programme is all of them together."""
FIGURE_COLUMNS: Final = (
    "release", "made_on", "figure", "definition", "by", "who", "people_at_least", "value", "unit", "median", "censored",
    "as_of_release",
)  # fmt: skip
COUNT_COLUMNS: Final = ("release", "made_on", "count", "definition", "value")
_DICTIONARY: Final[Mapping[str, str]] = {
    "release": mark("The number of the release, from 1 on. There is at most one a month."),
    "made_on": mark("The day on which it was worked out (UTC)."),
    "figure": mark("The figure; below is what each means."),
    "definition": mark("The number of its definition. Compare figures of the same definition only."),
    "by": mark("How residents are grouped: all, grade, site, hours (part-time or not) or nights."),
    "who": mark("Which part of them; grades and sites only have numbers."),
    "people_at_least": mark("How many people it is about, rounded down to fives. Empty: not shown."),
    "value": mark("A share in hundredths, or hours. Empty: too few people, or they could be told from other figures."),
    "unit": mark("percent or hours"),
    "median": mark("The median of people, to the nearest 5 hundredths or in hours, where the figure has one."),
    "censored": mark("low: the value or less; high: the value or more; empty: the value."),
    "as_of_release": mark(
        "The release that the value is from; an earlier one where a newer value could tell too much."
    ),
    "count": mark("What is counted; below is what each means."),
}
_ARCHIVE_MADE: Final = (1980, 1, 1, 0, 0, 0)
"""The same figures give the same file."""


def record_taken_out(db: Db, actor: Actor, programme_id: int, now: datetime, ending: str) -> None:
    """Note that somebody has taken evidence out as a file."""
    must_direct(actor, programme_id)
    record(db, actor, "data.exported", now, programme_id, what=TakenOut.EVIDENCE.value, name="", format=ending)


def release_as_csv(release: Release) -> bytes:
    """A release as a table."""
    return as_csv(Table("evidence", COLUMNS, tuple(_rows(release))))


def together_as_csv(found: Together) -> bytes:
    """Programmes beside each other and together, as a table of what their page shows."""
    return as_csv(Table("evidence-together", TOGETHER_COLUMNS, tuple(_rows_together(found))))


def _rows_together(found: Together) -> Iterator[tuple[str, ...]]:
    for each in found.figures:
        head = (figure_name(each.figure), str(definition(each.figure).version))
        unit = "hours" if each.figure in IN_HOURS else "percent"
        yield "", *head, str(each.people), str(each.value), unit, pooled_words(each), str(each.shown_by)
        for line in found.lines:
            shown = of_everybody(line.release, each.figure) if line.release else None
            if shown is not None:
                words = value_words(each.figure, shown)
                yield line.name, *head, str(shown.people), str(shown.value), unit, words, "1"
    for name, (value, shown_by) in found.counts.items():
        words = count_words(name, value)
        yield "", count_name(name), str(COUNTS[name].version), "", str(value), "", words, str(shown_by)


def _rows(release: Release) -> Iterator[tuple[str, ...]]:
    for figure, cells in release.figures.items():
        for each in cells.values():
            version = str(release.versions.get(figure, ""))
            by = "" if each.aspect == ALL else say(ASPECTS[each.aspect])
            yield (
                "figures", figure_name(figure), version, by, cell_name(each), *_numbers(figure, each),
                value_words(figure, each), _text(each.since), lines_words(release.lines.get(figure, {})),
            )  # fmt: skip
    for name, value in release.counts.items():
        lines = lines_words(release.lines.get(name, {}))
        words = count_words(name, value)
        yield "counts", count_name(name), str(COUNTS[name].version), "", "", "", _text(value), "", "", words, "", lines
    for words in _said(release):
        yield "said", "", "", "", "", "", "", "", "", words, "", ""
    for one in release.overrides:
        words = f"{override_words(one['what'])}: {one['reason']}"
        yield "overrides", one["at"][:10], "", "", one["signed_by"], "", "", "", "", words, "", ""
    for asked in release.asked_for:
        who = f"{asked_words(asked['category'])}: {asked['value']}"
        words = say(
            "at least %(residents)s residents asked, at least %(facilitators)s facilitators said so of themselves",
            residents=asked["residents"], facilitators=asked["facilitators"],
        )  # fmt: skip
        yield "asked", "", "", "", who, str(asked["residents"]), "", "", "", words, "", ""


def _said(release: Release) -> Iterator[str]:
    if release.pulse:
        yield pulse_source(release.pulse)
        yield from map(statement_words, release.pulse["statements"])
        yield from filter(None, (release.pulse["changed"],))
    yield from map(area_words, release.areas)


def _numbers(figure: Figure, shown: Shown) -> tuple[str, str, str, str]:
    unit = "hours" if figure in IN_HOURS else "percent"
    return _text(shown.people), _text(shown.value), unit, _text(shown.middle)


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def evaluation_archive(releases: Sequence[Release]) -> bytes:
    """All releases for who evaluates a programme: figures and counts as tables, and what everything in them means."""
    content = io.BytesIO()
    codes = _codes(releases)
    tables = (
        Table("figures", FIGURE_COLUMNS, tuple(row for one in releases for row in _figure_rows(one, codes))),
        Table("counts", COUNT_COLUMNS, tuple(row for one in releases for row in _count_rows(one))),
        Table("dictionary", ("name", "meaning"), tuple(_dictionary())),
    )
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            archive.writestr(zipfile.ZipInfo(f"{table.name}.csv", _ARCHIVE_MADE), as_csv(table))
    return content.getvalue()


def _codes(releases: Sequence[Release]) -> Mapping[tuple[str, str], str]:
    """Grades and sites as numbers, by what they are stored as."""
    cells = {(each.aspect, each.key) for one in releases for figure in one.figures.values() for each in figure.values()}
    found: dict[tuple[str, str], str] = {}
    for aspect in (Aspect.GRADE.value, Aspect.SITE.value):
        keys = sorted(key for one, key in cells if one == aspect)
        found |= {(aspect, key): f"{aspect} {number}" for number, key in enumerate(keys, start=1)}
    return found


def _figure_rows(release: Release, codes: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, ...]]:
    for figure, cells in release.figures.items():
        for each in cells.values():
            yield (
                str(release.number), _day(release), figure.value, str(release.versions.get(figure, "")), each.aspect,
                codes.get((each.aspect, each.key), each.key), *_numbers(figure, each),
                "low" if each.low else "high" if each.high else "", _text(each.since),
            )  # fmt: skip


def _count_rows(release: Release) -> Iterator[tuple[str, ...]]:
    for name, value in release.counts.items():
        yield str(release.number), _day(release), name, str(COUNTS[name].version), _text(value)


def _day(release: Release) -> str:
    return release.made_at.astimezone(UTC).date().isoformat()


def _dictionary() -> Iterator[tuple[str, str]]:
    for column, text in _DICTIONARY.items():
        yield column, say(text)
    for figure in FIGURES:
        yield figure.value, meaning(definition(figure))
    for name, each in COUNTS.items():
        yield name, meaning(each)
