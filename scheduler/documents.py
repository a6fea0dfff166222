"""Documents to keep: plain, readable PDF in the product's few shapes. What they say is said by whoever makes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from font_roboto import font_files

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.recorder import FPDFRecorder

_LAST_TOGETHER: Final = 3
"""So many points at the end of a list are on one page."""
_FONT = "Roboto"
_MARGIN = 20
_LINE = 5.5
_NAME_WIDTH, _BAR_WIDTH = 55, 45
"""In millimetres, as everything here."""


class Document:
    """An A4 document with a title. Every text may hold letters of any European language."""

    def __init__(self, title: str, *, language: str, made_at: datetime) -> None:
        from fpdf import FPDF  # large, and for a few downloads only

        self._pdf = pdf = FPDF(format="A4")
        pdf.set_creation_date(made_at)
        pdf.set_title(title)
        pdf.set_lang(language)
        pdf.add_font(_FONT, "", font_files["Roboto"])
        pdf.add_font(_FONT, "B", font_files["RobotoBold"])
        pdf.set_margins(_MARGIN, _MARGIN, _MARGIN)
        pdf.set_auto_page_break(True, _MARGIN)
        pdf.add_page()
        self._write(title, 18, bold=True, after=2)

    def soft(self, text: str) -> None:
        """A line that matters less."""
        self._pdf.set_text_color(90)
        self._write(text, 9.5)
        self._pdf.set_text_color(0)

    def heading(self, text: str) -> None:
        """A heading, with air above it; it is never left alone at the end of a page."""
        if self._pdf.will_page_break(4 * _LINE):
            self._pdf.add_page()
        self._pdf.ln(_LINE)
        self._write(text, 13, bold=True)

    def text(self, words: str) -> None:
        """Paragraphs, parted by empty lines."""
        for paragraph in words.split("\n\n"):
            self._write(paragraph, 11, after=1.5)

    def points(self, lines: Iterable[str]) -> None:
        """A list. No point is torn between two pages, and the last few stay together: none stands alone on a page."""
        every = list(lines)
        last = max(len(every) - _LAST_TOGETHER, 0)
        for block in (*([line] for line in every[:last]), every[last:]):
            with self._pdf.unbreakable() as whole:
                for line in block:
                    _write_on(whole, f"•  {line}", 11)

    def bar(self, name: str, words: str, share: float | None) -> None:
        """A line of a chart: what it is about, a bar for a share from 0 to 1 (None: not shown), and the value in words,
        which says all that the bar does."""
        pdf, height = self._pdf, _LINE
        if pdf.will_page_break(height):
            pdf.add_page()
        pdf.set_font(_FONT, "", 9.5)
        left, top = pdf.l_margin, pdf.get_y()
        pdf.set_xy(left, top)
        pdf.cell(_NAME_WIDTH, height, name)
        if share is not None:
            pdf.set_fill_color(225)
            pdf.rect(left + _NAME_WIDTH, top + 1.5, _BAR_WIDTH, height - 3, style="F")
        if share:
            pdf.set_fill_color(40, 90, 120)
            pdf.rect(left + _NAME_WIDTH, top + 1.5, _BAR_WIDTH * share, height - 3, style="F")
        pdf.set_xy(left + _NAME_WIDTH + _BAR_WIDTH + 3, top)
        pdf.cell(0, height, words, new_x="LMARGIN", new_y="NEXT")

    def as_bytes(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def _write(self, text: str, size: float, *, bold: bool = False, after: float = 0) -> None:
        _write_on(self._pdf, text, size, bold=bold, after=after)


def _write_on(pdf: FPDF | FPDFRecorder, text: str, size: float, *, bold: bool = False, after: float = 0) -> None:
    pdf.set_font(_FONT, "B" if bold else "", size)
    pdf.multi_cell(0, _LINE * size / 11, text, align="L", new_x="LMARGIN", new_y="NEXT")
    if after:
        pdf.ln(after)
