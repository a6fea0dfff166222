"""Sheets as the bytes of a file: ``xlsx``, ``csv`` (``csv;`` and ``csv-bom`` are its variants), ``tsv``,
``pasted``, ``ods``,
``html``, ``xml`` of Excel 2003, ``biff``, the Excel of 1997, and ``pdf``, lines and words on pages."""

from __future__ import annotations

import csv
import html
import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from benchmarks.rota_shapes.book import Book, Cell, Sheet, Span, Value


def written(book: Book, form: str) -> bytes:
    """The book in this form."""
    return WRITERS[form](book)


def _xlsx(book: Book) -> bytes:
    whole = Workbook()
    whole.remove(whole.worksheets[0])
    for sheet in book.sheets:
        _fill(whole.create_sheet(sheet.name), sheet)
    content = io.BytesIO()
    whole.save(content)
    return content.getvalue()


def _fill(target: Worksheet, sheet: Sheet) -> None:
    for r, row in enumerate(sheet.rows, start=1):
        for c, cell in enumerate(row, start=1):
            if not cell.is_empty:
                made = target.cell(r, c, cell.value)
                if cell.shown:
                    made.number_format = cell.shown
    places = sheet.places()
    for span in sheet.merged:
        r, c = places[id(span.first)]
        target.merge_cells(start_row=r + 1, start_column=c + 1, end_row=r + span.height, end_column=c + span.width)


def as_text(value: Value) -> str:
    """A value as a text file shows it."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _separated(separator: str, encoding: str) -> Callable[[Book], bytes]:
    def write(book: Book) -> bytes:
        text = io.StringIO()
        sheet = book.sheets[0]
        sheet.evened()
        rows = ([as_text(cell.value) for cell in row] for row in sheet.rows)
        csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
        return text.getvalue().encode(encoding)

    return write


def _pasted(book: Book) -> bytes:
    """As a table looks that was copied into a mail: nothing after the last filled cell of a line."""
    lines = ("\t".join(as_text(cell.value) for cell in row).rstrip("\t") for row in book.sheets[0].rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _html(book: Book) -> bytes:
    """Tables, as systems save them under the name of a workbook."""
    tables = "\n".join(f"<table border=1>\n{_html_rows(sheet)}</table>" for sheet in book.sheets)
    head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    return f"<html><head>{head}</head><body>\n{tables}\n</body></html>\n".encode()


def _html_rows(sheet: Sheet) -> str:
    sheet.evened()
    return "".join(
        "<tr>" + "".join(f"<td>{html.escape(as_text(cell.value)) or '&nbsp;'}</td>" for cell in row) + "</tr>\n"
        for row in sheet.rows
    )


_ODS = "urn:oasis:names:tc:opendocument:xmlns:"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def _ods(book: Book) -> bytes:
    tables = "".join(
        f"<table:table table:name={quoteattr(sheet.name)}>{_ods_rows(sheet)}</table:table>" for sheet in book.sheets
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_ODS}office:1.0" '
        f'xmlns:table="{_ODS}table:1.0" xmlns:text="{_ODS}text:1.0" office:version="1.2"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        f'xmlns:manifest="{_ODS}manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{_ODS_TYPE}"/><manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        packed.writestr("mimetype", _ODS_TYPE, zipfile.ZIP_STORED)
        packed.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        packed.writestr("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _ods_rows(sheet: Sheet) -> str:
    sheet.evened()
    spans = {id(span.first): span for span in sheet.merged}
    return "".join(
        "<table:table-row>" + "".join(_ods_cell(cell, spans) for cell in row) + "</table:table-row>"
        for row in sheet.rows
    )


def _ods_cell(cell: Cell, spans: dict[int, Span]) -> str:
    span = spans.get(id(cell))
    merged = f' table:number-columns-spanned="{span.width}" table:number-rows-spanned="{span.height}"' if span else ""
    text = f"<text:p>{escape(as_text(cell.value))}</text:p>"
    if cell.is_empty:
        return f"<table:table-cell{merged}/>"
    if isinstance(cell.value, (int, float)):
        return (
            f'<table:table-cell{merged} office:value-type="float" office:value="{cell.value}">{text}</table:table-cell>'
        )
    if isinstance(cell.value, date):
        day = f'office:value-type="date" office:date-value="{as_text(cell.value)}"'
        return f"<table:table-cell{merged} {day}>{text}</table:table-cell>"
    return f'<table:table-cell{merged} office:value-type="string">{text}</table:table-cell>'


def _xml(book: Book) -> bytes:
    """Excel's XML of 2003."""
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    sheets = "".join(
        f"<Worksheet ss:Name={quoteattr(sheet.name)}><Table>{_xml_rows(sheet)}</Table></Worksheet>"
        for sheet in book.sheets
    )
    head = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    return f'{head}<Workbook xmlns="{space}" xmlns:ss="{space}">{sheets}</Workbook>'.encode()


def _xml_rows(sheet: Sheet) -> str:
    sheet.evened()
    return "".join(f"<Row>{''.join(map(_xml_cell, row))}</Row>" for row in sheet.rows)


def _xml_cell(cell: Cell) -> str:
    if cell.is_empty:
        return "<Cell/>"
    if isinstance(cell.value, date):
        return f'<Cell><Data ss:Type="DateTime">{cell.value:%Y-%m-%d}T00:00:00.000</Data></Cell>'
    kind = "Number" if isinstance(cell.value, (int, float)) else "String"
    return f'<Cell><Data ss:Type="{kind}">{escape(as_text(cell.value))}</Data></Cell>'


_SECTOR, _FREE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_DAY_ZERO = date(1899, 12, 30)


def _biff(book: Book) -> bytes:
    """Records of BIFF8 in a compound file."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 0x07CC, 0, 6))
    start += b"".join(_record(0x00E0, struct.pack("<HHHBBBBIIH", 0, form, 1, 0, 0, 0, 0, 0, 0, 0)) for form in (0, 14))
    names = [sheet.name.encode("utf-16-le") for sheet in book.sheets]
    offset = len(start) + sum(4 + 8 + len(name) for name in names) + 4
    bounds, bodies = b"", b""
    for name, sheet in zip(names, book.sheets, strict=True):
        bounds += _record(0x0085, struct.pack("<IBBBB", offset + len(bodies), 0, 0, len(name) // 2, 1) + name)
        bodies += _biff_sheet(sheet)
    return _compound_file(start + bounds + _record(0x000A, b"") + bodies)


def _biff_sheet(sheet: Sheet) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    cells = b"".join(
        _biff_cell(r, c, cell.value)
        for r, row in enumerate(sheet.rows)
        for c, cell in enumerate(row)
        if not cell.is_empty
    )
    places = sheet.places()
    spans = [(places[id(span.first)], span) for span in sheet.merged]
    merged = b"".join(struct.pack("<HHHH", r, r + s.height - 1, c, c + s.width - 1) for (r, c), s in spans)
    told = _record(0x00E5, struct.pack("<H", len(spans)) + merged) if spans else b""
    return begin + cells + told + _record(0x000A, b"")


def _biff_cell(row: int, column: int, value: Value) -> bytes:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _record(0x0203, struct.pack("<HHHd", row, column, 1, (value - _DAY_ZERO).days))
    if isinstance(value, (int, float)):
        return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))
    text = str(value).encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound_file(stream: bytes) -> bytes:
    """A header, the allocation table, one sector of directory, then the stream (never a short one)."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    tables = -(-(sectors + 2) // 127)
    first = tables + 1
    chain = [_FAT] * tables + [_END] + list(range(first + 1, first + sectors)) + [_END]
    table = struct.pack(f"<{128 * tables}I", *chain, *[_FREE] * (128 * tables - len(chain)))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, tables, tables, 0, 4096, _END, 0, _END, 0,
    ) + struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))  # fmt: skip
    root, workbook = _entry("Root Entry", 5, 1, _END, 0), _entry("Workbook", 2, _FREE, first, len(stream))
    return header + table + (root + workbook).ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    places = struct.pack("<III", _FREE, _FREE, child) + bytes(36) + struct.pack("<II", start, size) + bytes(4)
    return encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1) + places


_PDF_ROWS, _PDF_ROW, _PDF_LEFT, _PDF_TOP, _PDF_LETTER = 28, 20, 20, 580, 5
"""Rows a page, and their height; where tables begin, in points, and the width of a letter."""


def _pdf(book: Book) -> bytes:
    """Each sheet as a table with lines, its first row again on each further page; letters of Latin-1 only."""
    pages = []
    for sheet in book.sheets:
        sheet.evened()
        rows = [[as_text(cell.value) for cell in row] for row in sheet.rows]
        widths = [_PDF_LETTER * (2 + max(len(row[column]) for row in rows)) for column in range(sheet.width)]
        body = rows[1:]
        pages += [_pdf_page([rows[0], *body[n : n + _PDF_ROWS]], widths) for n in range(0, len(body), _PDF_ROWS)]
    return _pdf_file(pages)


def _pdf_page(rows: list[list[str]], widths: list[int]) -> bytes:
    drawn = []
    for number, row in enumerate(rows):
        left, bottom = _PDF_LEFT, _PDF_TOP - (number + 1) * _PDF_ROW
        for text, width in zip(row, widths, strict=True):
            shown = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            drawn.append(f"{left} {bottom} {width} {_PDF_ROW} re S")
            drawn.append(f"BT /F 8 Tf {left + 3} {bottom + 6} Td ({shown}) Tj ET")
            left += width
    return "\n".join(drawn).encode("latin-1")


def _pdf_file(pages: list[bytes]) -> bytes:
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        box = "/MediaBox [0 0 1600 600] /Resources << /Font << /F 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {5 + 2 * number} 0 R >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page))
    whole, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(whole))
    return whole + start + trailer


WRITERS: dict[str, Callable[[Book], bytes]] = {
    "xlsx": _xlsx,
    "csv": _separated(",", "utf-8"),
    "csv;": _separated(";", "utf-8"),
    "csv-bom": _separated(",", "utf-8-sig"),
    "tsv": _separated("\t", "utf-8"),
    "pasted": _pasted,
    "ods": _ods,
    "html": _html,
    "xml": _xml,
    "biff": _biff,
    "pdf": _pdf,
}
"""How a book becomes bytes, by form; text files hold the first sheet only."""
