"""Kinds of spreadsheets, seen by their content: OpenDocument, Excel as it was, web pages under its name."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import pytest

from scheduler.rotas.model import ReadRota, UnreadableFile
from scheduler.rotas.reading.legend import find_legend
from scheduler.rotas.reading.reader import read_rota
from scheduler.rotas.reading.workbook import open_sheets
from tests.scheduler.rotas.old_excel import as_xls
from tests.scheduler.rotas.sheets import as_csv, as_xlsx


def ods_cell(value: object) -> str:
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    text = f"<text:p>{escape(str(value))}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>' if value else "<table:table-cell/>"


def ods_merged(text: str, across: int, down: int = 1) -> str:
    """A cell that covers others, which follow it."""
    spans = f'table:number-columns-spanned="{across}" table:number-rows-spanned="{down}"'
    cell = f'<table:table-cell {spans} office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    return cell + f'<table:covered-table-cell table:number-columns-repeated="{across - 1}"/>' * (across > 1)


def as_ods(rows: list[list[object]], more: str = "") -> bytes:
    """An OpenDocument spreadsheet of text and dates; ``more`` are further rows."""
    standard = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{key}="{standard}:{key}:1.0"' for key in ("office", "table", "text"))
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows) + more
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


NAMES = [
    ["Name", "05/08/2026", "06/08/2026", "07/08/2026"],
    ["Ann", "Night", "Night", "Off"],
    ["Bob", "Off", "", "Day"],
]
READ = [("Ann", 5, "Night"), ("Ann", 6, "Night"), ("Ann", 7, "Off"), ("Bob", 5, "Off"), ("Bob", 7, "Day")]


def read(content: bytes, filename: str = "rota.xls") -> ReadRota:
    return read_rota(content, filename, today=date(2026, 8, 1))


def duties(rota: ReadRota) -> list[tuple[str, int, str]]:
    return [(duty.person, duty.date.day, duty.code) for duty in rota.duties]


def html(rows: str, before: str = "", head: str = "") -> bytes:
    page = f"<html><head>{head}<style>td {{color: red}}</style></head><body>{before}<table>{rows}</table></body></html>"
    return page.encode()


HTML_ROWS = (
    "<tr><th>Name<th>05/08/2026<th>06/08/2026<th>07/08/2026</tr>"
    "<tr><td>Ann</td><td colspan=2>Night</td><td>Off</td></tr>"
    "<tr><td>Bob</td><td>Off</td><td>&nbsp;</td><td>Day</td></tr>"
)


@pytest.mark.parametrize("name", ["rota.xls", "rota.xlsx", "rota.ods", "rota.csv", "rota"])
def test_what_a_file_is_called_does_not_matter(name: str) -> None:
    assert duties(read(as_xlsx(NAMES), name)) == READ
    assert duties(read(as_xls(NAMES), name)) == READ
    assert duties(read(as_ods(NAMES), name)) == READ
    assert duties(read(as_csv(NAMES), name)) == READ
    assert duties(read(html(HTML_ROWS), name)) == READ


def test_a_table_of_a_web_page_with_cells_that_cover_others() -> None:
    rows = HTML_ROWS.replace("<td>Off</td></tr>", "<td rowspan=2>Off</td></tr>", 1).replace("<td>Day</td>", "")
    assert duties(read(html(rows))) == [*READ[:4], ("Bob", 7, "Off")]


def test_a_table_inside_the_cell_of_another() -> None:
    outer = f"<table><tr><td>Our ward</td><td>{html(HTML_ROWS).decode()}</td></tr></table>"
    assert duties(read(outer.encode())) == READ


def test_a_sheet_for_each_table_of_a_page() -> None:
    legend = "<table><caption>Key</caption><tr><td>Code<td>Name<tr><td>QX<td>Night</table>"
    content = html(HTML_ROWS.replace("Night", "QX"), before=legend)
    assert [sheet.name for sheet in open_sheets(content, "rota.xls")] == ["table 1 Key", "table 2"]
    assert [duty.kind.value for duty in read(content).duties][:2] == ["night", "night"]


def test_a_page_in_the_encoding_that_it_names() -> None:
    page = html(HTML_ROWS.replace("Ann", "Łucja"), head="<meta charset=windows-1250>").decode().encode("cp1250")
    assert read(page).people == ("Łucja", "Bob")


def test_a_page_saved_with_its_pictures() -> None:
    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: text/html\n\n'
    assert duties(read(head.encode() + html(HTML_ROWS) + b"\n--x--\n")) == READ


def test_a_mail_with_a_table_in_its_page_or_in_its_text() -> None:
    head = 'From: a@example.org\nSubject: rota\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n'
    text = "--x\nContent-Type: text/plain\n\n" + "\n".join("\t".join(row) for row in NAMES) + "\n"
    page = b"--x\nContent-Type: text/html\n\n" + html(HTML_ROWS) + b"\n"
    picture = b"--x\nContent-Type: image/png; name=a.png\nContent-Disposition: attachment; filename=a.png\n\nx\n"
    assert duties(read((head + text).encode() + picture + b"--x--\n")) == READ
    assert duties(read((head + "--x\nContent-Type: text/plain\n\nsee below\n").encode() + page + b"--x--\n")) == READ


def test_a_page_without_a_table_says_so() -> None:
    with pytest.raises(UnreadableFile, match="no table on this page"):
        read(b"<html><body><p>The rota is on the door.</p></body></html>")


@pytest.mark.parametrize("span", ['colspan="999999999"', 'rowspan="-1" colspan="x"', 'colspan="0"'])
def test_spans_that_make_no_sense_take_no_memory(span: str) -> None:
    rows = HTML_ROWS.replace("<td>Bob</td>", f"<td {span}>Bob</td>")
    assert ("Ann", 7, "Off") in duties(read(html(rows)))


def test_a_page_that_spans_too_far_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="far too large"):
        read(html("<tr>" + "<td colspan=9999>x</td>" * 300 + "</tr>"))


XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><ss:Worksheet ss:Name="Rota"><ss:Table>
<ss:Row ss:Index="2"><ss:Cell><ss:Data ss:Type="String">Name</ss:Data></ss:Cell>
<ss:Cell><ss:Data ss:Type="DateTime">2026-08-05T00:00:00.000</ss:Data></ss:Cell>
<ss:Cell><ss:Data ss:Type="DateTime">2026-08-06T00:00:00.000</ss:Data></ss:Cell>
<ss:Cell><ss:Data ss:Type="DateTime">2026-08-07T00:00:00.000</ss:Data></ss:Cell></ss:Row>
<ss:Row><ss:Cell><ss:Data ss:Type="String">Ann</ss:Data></ss:Cell>
<ss:Cell ss:MergeAcross="1"><ss:Data ss:Type="String">Night</ss:Data></ss:Cell>
<ss:Cell><ss:Data ss:Type="String">Off</ss:Data></ss:Cell></ss:Row>
<ss:Row><ss:Cell><ss:Data ss:Type="String">Bob</ss:Data></ss:Cell>
<ss:Cell><ss:Data ss:Type="String">Off</ss:Data></ss:Cell>
<ss:Cell ss:Index="4"><ss:Data ss:Type="String">Day</ss:Data></ss:Cell></ss:Row>
</ss:Table></ss:Worksheet></ss:Workbook>"""


def test_excels_workbook_in_xml() -> None:
    rota = read(XML.encode())
    assert duties(rota) == READ
    assert rota.duties[-1].cell == "Rota!D4"


@pytest.mark.parametrize(
    "change",
    [
        ('<?xml version="1.0"?>', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'),
        ('ss:Index="2"', 'ss:Index="-5"'),
        ('ss:MergeAcross="1"', 'ss:MergeAcross="x"'),
        ("</ss:Workbook>", ""),
    ],
)
def test_xml_that_is_made_to_harm_is_damaged(change: tuple[str, str]) -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        read(XML.replace(*change).encode())
    with pytest.raises(UnreadableFile, match="far too large"):
        read(XML.replace('ss:Index="4"', 'ss:Index="99999999"').encode())


def test_merged_cells_hold_on_each_of_their_days() -> None:
    grid = [NAMES[0], ["Ann", "Night", "", "Off"], NAMES[2]]
    assert duties(read(as_xlsx(grid, merged=["B2:C2"]))) == READ
    row = f"<table:table-row>{ods_cell('Ann')}{ods_merged('Night', 2)}{ods_cell('Off')}</table:table-row>"
    last = f"<table:table-row>{''.join(map(ods_cell, NAMES[2]))}</table:table-row>"
    assert duties(read(as_ods([NAMES[0]], more=row + last))) == READ
    assert duties(read(as_xls(grid, merged=[(1, 1, 1, 2)]))) == READ


@pytest.mark.parametrize("content", [b'[{"name": "Ada", "date": "2027-01-04"}]', b'\xef\xbb\xbf {"rota": []}\n'])
def test_a_file_for_programs_is_refused_at_once_and_named(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="for programs"):
        open_sheets(content, "rota.json")


def test_a_list_in_brackets_is_still_a_list() -> None:
    assert open_sheets(b"[Ada,N]\n[Ben,D]", "rota.txt")


def test_looking_for_a_legend_in_a_long_file_without_dates_takes_as_long_as_the_file_is() -> None:
    def seconds(count: int) -> float:
        lines = (f' "shift": "N{number % 7}",\n "note": "Night 21:00-09:00",\n }},' for number in range(count))
        [sheet] = open_sheets("\n".join(lines).encode(), "rota.txt")
        began = time.process_time()
        find_legend(sheet)
        return time.process_time() - began

    short = min(seconds(400) for _ in range(3))
    assert seconds(4 * 400) < 10 * short, "four times the file, and not sixteen times the work"
