"""Kinds of spreadsheets: OpenDocument, and Excel as it was."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

from scheduler.rotas.reading import read_rota
from tests.scheduler.rotas.old_excel import as_xls


def ods_cell(value: object) -> str:
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    text = f"<text:p>{escape(str(value))}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>' if value else "<table:table-cell/>"


def as_ods(rows: list[list[object]]) -> bytes:
    """An OpenDocument spreadsheet of text and dates."""
    standard = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{key}="{standard}:{key}:1.0"' for key in ("office", "table", "text"))
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    table = f'<table:table table:name="Rota">{lines}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{standard}:manifest:1.0"/>')
        document = f'<office:document-content {names} office:version="1.2">{body}</office:document-content>'
        archive.writestr("content.xml", f'<?xml version="1.0"?>{document}')
    return content.getvalue()


def test_opendocument() -> None:
    rota = read_rota(
        as_ods([["Name", date(2026, 8, 5), date(2026, 8, 6)], ["Ann", "Night", ""], ["Bob", "", "Off"]]), "rota.ods"
    )
    assert [(duty.person, duty.kind.value, duty.cell) for duty in rota.duties] == [
        ("Ann", "night", "Rota!B2"),
        ("Bob", "off", "Rota!C3"),
    ]


def test_excel_as_it_was_until_2003() -> None:
    rows = [["Name", date(2026, 8, 5), date(2026, 8, 6)], ["Jörg", "Night", ""], ["Bob", "", "Off"]]
    rota = read_rota(as_xls(rows), "rota.xls")
    assert [(duty.person, duty.date.day, duty.kind.value, duty.cell) for duty in rota.duties] == [
        ("Jörg", 5, "night", "Rota!B2"),
        ("Bob", 6, "off", "Rota!C3"),
    ]
