"""Text as rows of cells: what a text file, a mail or a table copied from somewhere means by its signs and blanks.

The sign that parts the cells is found once for all kinds of text. Quoted text parts nothing, and a comma in ``7,5``
or ``Bee, Ann`` counts only where no other sign parts the lines.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

Rows = list[list[str]]

_LOOKED_AT = 60
_OTHERS = ";\t|"
_FEWEST_ALIKE = 2
_LONGEST_QUOTE = 20
"""Lines; a quotation mark that stays open longer was never meant as one."""
_QUOTED = re.compile(r'(?:(?<=[,;\t|])|^)[ ]*"(?:[^"]|"")*"(?=[ ]*(?:[,;\t|]|$))', re.MULTILINE)
_COMMA_IN_TEXT = re.compile(r"(?<=\d),(?=\d)|,(?= )")
_SAID = re.compile(r"\s*sep=([,;\t|])\s*\r?\n", re.IGNORECASE)
_RULE = re.compile(r"[\s|+:=-]*-{3}[\s|+:=-]*|[\s|+:=-]*={3}[\s|+:=-]*")
_QUOTE_MARK = re.compile(r"(?:> ?)+")
_GAP = re.compile(r" {2,}")
_BLANKS = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u200b": None, "\ufeff": None})


def rows_of_text(text: str) -> Rows:
    """The rows of a text: its cells parted by tabs, commas, semicolons, bars, or columns of two and more blanks."""
    said = _SAID.match(text)
    if said:
        return _parted(text[said.end() :], said[1])
    plain = _unquoted(text)
    sign = find_delimiter(plain)
    if sign == "|":
        return _parted(_without_frame(plain), sign)
    return _parted(plain, sign) if sign else aligned_rows(plain.splitlines()) or [[line] for line in plain.splitlines()]


def find_delimiter(text: str) -> str | None:
    """The sign that parts the lines; None where none parts any."""
    lines = [line for line in _QUOTED.sub('""', text[:200_000]).splitlines() if line.strip()][:_LOOKED_AT]
    if _are_tabbed(lines):
        return "\t"
    other = max(_OTHERS, key=lambda sign: _evenness(line.count(sign) for line in lines))
    parted = _evenness(line.count(other) for line in lines)
    commas = _evenness(line.count(",") for line in lines)
    telling = _evenness(_COMMA_IN_TEXT.sub("", line).count(",") for line in lines)
    heads = lines[0] if lines else ""
    only_commas_head = heads.count(",") == commas[1] and heads.count(other) != parted[1] and commas[0] > parted[0]
    if telling > parted or commas[0] >= 2 * parted[0] or only_commas_head:
        return "," if commas[0] and not _is_prose(lines) else None
    return other


def _are_tabbed(lines: Sequence[str]) -> bool:
    """Whether tabs part the lines, though not all have as many: a copied line ends with its last filled cell."""
    tabbed = sum("\t" in line.strip() for line in lines)
    return tabbed >= _FEWEST_ALIKE and tabbed >= sum("," in _COMMA_IN_TEXT.sub("", line.rstrip(", ")) for line in lines)


def _evenness(counts: Iterable[int]) -> tuple[int, int]:
    """In how many lines a sign stands equally often, and how often; (0, 0) for one that parts nothing."""
    found = Counter(count for count in counts if count)
    if not found:
        return (0, 0)
    often, lines = max(found.items(), key=lambda each: (each[1], each[0]))
    return (lines, often)


def _is_prose(lines: Sequence[str]) -> bool:
    """Whether the commas are those of sentences and names beside columns of blanks."""
    has_columns = sum(bool(_GAP.search(line.strip())) for line in lines) * 2 > len(lines)
    return has_columns and not any("," in _COMMA_IN_TEXT.sub("", line) for line in lines)


def _parted(text: str, sign: str) -> Rows:
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, skipinitialspace=sign != "\t"))
    if any(cell.count("\n") > _LONGEST_QUOTE for row in rows for cell in row):
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, quoting=csv.QUOTE_NONE))
    return rows


def _unquoted(text: str) -> str:
    """The text of an answered mail without the marks before its lines."""
    lines = text.splitlines(keepends=True)
    quoted = sum(line.startswith(">") for line in lines)
    return "".join(_QUOTE_MARK.sub("", line, count=1) for line in lines) if quoted * 2 > len(lines) else text


def _without_frame(text: str) -> str:
    """A table drawn with bars without the bars around it and the rules between its rows."""
    lines = [line for line in text.splitlines() if not _RULE.fullmatch(line)]
    framed = sum(line.lstrip().startswith("|") for line in lines) * 2 > len(lines)
    return "\n".join(map(_bare, lines) if framed else lines)


def _bare(line: str) -> str:
    return line.strip().removeprefix("|").removesuffix("|")


def aligned_rows(lines: Sequence[str]) -> Rows | None:
    """Lines whose cells stand under each other, two or more blanks apart; None where they do not.

    A column ends where every line is blank, so that empty cells keep their place. Lines that do not stand under each
    other are parted by their blanks if all have as many cells; else nobody could say which of them are empty.
    """
    plain = [line.translate(_BLANKS).rstrip() for line in lines]
    table = [line for line in plain if _GAP.search(line.strip()) and not _RULE.fullmatch(line)]
    if len(table) < _FEWEST_ALIKE:
        return None
    parted = [_GAP.split(line.strip()) for line in table]
    starts = _columns(table)
    if [_filled(_cut(line, starts)) for line in table] != parted:
        if len(set(map(len, parted))) > 1:
            return None
        starts = []
    return [_row(line, starts) for line in plain if not _RULE.fullmatch(line)]


def _row(line: str, starts: Sequence[int]) -> list[str]:
    if not _GAP.search(line.strip()):
        return [line.strip()]
    return _cut(line, starts) if starts else _GAP.split(line.strip())


def _cut(line: str, starts: Sequence[int]) -> list[str]:
    return [line[start:end].strip() for start, end in zip(starts, (*starts[1:], None), strict=True)]


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell for cell in cells if cell]


def _columns(table: Sequence[str]) -> list[int]:
    """Where columns begin: after two signs that are blank in every line."""
    width = max(map(len, table))
    blank = [all(line[place : place + 1] in ("", " ") for line in table) for place in range(width)]
    return list(_starts(blank))


def _starts(blank: Sequence[bool]) -> Iterator[int]:
    run = 2
    for place, is_blank in enumerate(blank):
        if not is_blank and run >= 2:
            yield place
        run = run + 1 if is_blank else 0
