"""Documents are laid out so that nothing stands alone on a page."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pdfplumber
import pytest

from scheduler.documents import Document

POINT = "Somebody who reads this point to its end has read two lines of it, as most points of a document have."


@pytest.mark.parametrize("count", range(21, 26))
def test_the_last_point_of_a_list_is_never_alone_on_a_page(count: int) -> None:
    """Around the end of the first page: whichever point comes last has two more beside it, and none is torn."""
    paper = Document("Points", language="en", made_at=datetime(2027, 1, 4, tzinfo=UTC))
    paper.points(f"{number}: {POINT}" for number in range(count))
    with pdfplumber.open(BytesIO(paper.as_bytes())) as found:
        pages = [page.extract_text().splitlines() for page in found.pages]
    assert sum(line.startswith("•") for page in pages for line in page) == count
    for page in pages[1:]:
        assert page[0].startswith("•")
        assert sum(line.startswith("•") for line in page) >= 3
