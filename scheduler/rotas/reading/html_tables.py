"""Tables of web pages, which many programs save under the name of a spreadsheet: a sheet a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from html.parser import HTMLParser

from scheduler.rotas.reading.extent import TooLarge, is_too_large
from scheduler.rotas.reading.text_encoding import decoded

_CELLS, _BREAKS, _UNSEEN = ("td", "th"), ("br", "p", "div", "li"), ("script", "style", "template")
_MOST_SPANNED = 10_000
_MOST_TABLES = 500
_HEAD, _LONGEST_HEADERS = 4096, 65536
_MAIL = re.compile(rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?mime-version:", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)

Attributes = list[tuple[str, str | None]]


def is_page(content: bytes) -> bool:
    """Whether the bytes are a web page with a table, or a whole page without one."""
    if not content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    return b"<html" in content[:_HEAD].lower() or b"<table" in content.lower()


def page_text(content: bytes) -> str:
    """The page's text in the encoding that it names."""
    found = _CHARSET.search(content[:_HEAD])
    try:
        return content.decode(found[1].decode("ascii")) if found else decoded(content)
    except (LookupError, UnicodeDecodeError):
        return decoded(content)


def is_mail(content: bytes) -> bool:
    """Whether the bytes are a mail, or a page saved with its pictures, which is written like one."""
    return bool(_MAIL.match(content[:_LONGEST_HEADERS]))


def parts_of_mail(content: bytes) -> tuple[bytes, bytes]:
    """The pages in such a file, and its plain text; empty where there is none. What is attached is not opened."""
    parts = [part for part in message_from_bytes(content).walk() if not part.get_filename()]
    return _joined(parts, "text/html"), _joined(parts, "text/plain")


def _joined(parts: Iterable[Message], kind: str) -> bytes:
    payloads = (part.get_payload(decode=True) for part in parts if part.get_content_type() == kind)
    return b"\n".join(payload for payload in payloads if isinstance(payload, bytes))


def tables_in_html(text: str) -> list[tuple[str, list[list[str]]]]:
    """Each table's caption, empty without one, and its rows; what spans several cells stands in each of them.

    Raises :class:`~scheduler.rotas.reading.extent.TooLarge`.
    """
    parser = _Parser()
    parser.feed(text)
    parser.close()
    return [(table.caption, table.finished()) for table in parser.tables]


class _Table:
    """A table while it is read. ``_hanging`` are cells that reach down from above: rows left and text, by column."""

    def __init__(self) -> None:
        self.caption = ""
        self._rows: list[list[str]] = []
        self._row: list[str] | None = None
        self._hanging: dict[int, tuple[int, str]] = {}
        self._widest = 0

    def begin_row(self) -> None:
        self.end_row()
        self._row = []

    def end_row(self) -> None:
        if self._row is None:
            return
        row, self._row = self._row, None
        for column in sorted(column for column in self._hanging if column >= len(row)):
            row.extend([""] * (column - len(row)))
            row.append(self._from_above(column))
        self._rows.append(row)
        self._check(len(row))

    def add(self, text: str, across: int, down: int) -> None:
        """Put a cell into the next free places of the row."""
        self._row = [] if self._row is None else self._row
        while len(self._row) in self._hanging:
            self._row.append(self._from_above(len(self._row)))
        if down > 1:
            self._hanging.update((len(self._row) + offset, (down - 1, text)) for offset in range(across))
        self._row.extend([text] * across)
        self._check(len(self._row))

    def finished(self) -> list[list[str]]:
        self.end_row()
        return self._rows

    def _from_above(self, column: int) -> str:
        left, text = self._hanging.pop(column)
        if left > 1:
            self._hanging[column] = (left - 1, text)
        return text

    def _check(self, width: int) -> None:
        self._widest = max(self._widest, width)
        if is_too_large(len(self._rows) + 1, self._widest):
            raise TooLarge


@dataclass(slots=True)
class _Cell:
    """A cell while it is read: its text so far, and how many columns and rows it covers."""

    across: int
    down: int
    text: list[str] = field(default_factory=list)


class _Parser(HTMLParser):
    """Follows tables, also those inside cells of others, whose text is their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[tuple[_Table, _Cell | None]] = []
        self._unseen = 0
        self._caption: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._begin_table()
        elif tag == "caption":
            self._caption = []
        elif not self._open:
            return
        elif tag == "tr":
            self._end_cell()
            self._open[-1][0].begin_row()
        elif tag in _CELLS:
            self._end_cell()
            self._open[-1] = (self._open[-1][0], _Cell(*_spans(attrs)))
        elif tag in _BREAKS:
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "caption":
            self._end_caption()
        elif not self._open:
            return
        elif tag in _CELLS:
            self._end_cell()
        elif tag == "tr":
            self._end_cell()
            self._open[-1][0].end_row()
        elif tag == "table":
            self._end_table()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._caption is not None:
            self._caption.append(data)
        elif self._open and (cell := self._open[-1][1]) is not None:
            cell.text.append(data)

    def close(self) -> None:
        super().close()
        while self._open:
            self._end_table()

    def _begin_table(self) -> None:
        table = _Table()
        self.tables.append(table)
        self._open.append((table, None))
        if len(self.tables) > _MOST_TABLES:
            raise TooLarge

    def _end_table(self) -> None:
        self._end_cell()
        self._open.pop()[0].end_row()

    def _end_cell(self) -> None:
        table, cell = self._open[-1]
        if cell is not None:
            table.add("".join(cell.text).strip(), cell.across, cell.down)
            self._open[-1] = (table, None)

    def _end_caption(self) -> None:
        if self._open and self._caption is not None:
            self._open[-1][0].caption = " ".join("".join(self._caption).split())
        self._caption = None


def _spans(attrs: Attributes) -> tuple[int, int]:
    """How many columns and rows a cell covers."""
    given = dict(attrs)
    return _number(given.get("colspan")), _number(given.get("rowspan"))


def _number(written: str | None) -> int:
    digits = (written or "").strip()
    return (
        min(_MOST_SPANNED, max(1, int(digits))) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 1
    )
