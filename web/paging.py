"""Lists page by page: what an address asks for, and the links to the other pages (``web/templates/paging.html``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, request, url_for

from scheduler.paging import PAGE_SIZE, Paging
from scheduler.people.name_search import LONGEST_SEARCH
from web.forms.reader import Form, read_address
from web.language import gettext as _
from web.language import ngettext, number

_PAGE: Final = re.compile(r"[1-9][0-9]{0,5}")
_AROUND: Final = 1
"""So many pages before and after the one that is open have a link, beside the first and the last."""


def offer(app: Flask) -> None:
    """Give the pages what the macros of ``paging.html`` are made of."""
    app.jinja_env.globals.update(pages_to_link=pages_to_link, lines_shown=lines_shown, kept_in_search=kept_in_search)


def read_paging(size: int = PAGE_SIZE) -> Paging:
    """The page that the address asks for, and what it searches for."""
    with read_address() as form:
        return Paging(page_number(form), form.text("q")[:LONGEST_SEARCH], size)


def page_number(form: Form) -> int:
    """The page that an address names; the first, where what it names is none: nobody fills in a page by hand."""
    text = form.text("page")
    return int(text) if _PAGE.fullmatch(text) else 1


def kept_of_address(names: Iterable[str]) -> dict[str, str]:
    """What these parts of the address say, for the links of its page: none of them longer than a search, so that no
    link grows longer than a server takes."""
    return {name: value[:LONGEST_SEARCH] for name in names if (value := request.args.get(name, ""))}


def pages_to_link(paging: Paging) -> tuple[int | None, ...]:
    """The pages that have a link, None where some are left out: ``1 … 4 5 6 … 48``."""
    return tuple(_with_gaps(page for page in range(1, paging.pages + 1) if _has_link(page, paging)))


def lines_shown(paging: Paging) -> str:
    """``51–100 of 2,400``."""
    if paging.pages == 1:
        return ngettext("%(number)s in all", "%(number)s in all", paging.total, number=number(paging.total))
    values = {name: number(getattr(paging, name)) for name in ("first", "last", "total")}
    return _("%(first)s–%(last)s of %(total)s", **values)


def kept_in_search(endpoint: str, **values: object) -> tuple[str, list[tuple[str, str]]]:
    """The path of a page and what else stands in its address: a search keeps it, in hidden fields."""
    address = urlsplit(url_for(endpoint, **values))  # type: ignore[arg-type]  # as url_for in templates
    return address.path, parse_qsl(address.query)


def _has_link(page: int, paging: Paging) -> bool:
    return page in (1, paging.pages) or abs(page - paging.number) <= _AROUND


def _with_gaps(pages: Iterator[int]) -> Iterator[int | None]:
    before = 0
    for page in pages:
        if page > before + 1:
            yield None
        yield page
        before = page
