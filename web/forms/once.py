"""Forms that make something carry a mark, by which one that is sent again is known."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final

from flask import request

from scheduler.signing_in.sent_forms import give_mark_back, take_mark
from web.request_context import database, now

ONCE: Final = "once"
"""The field that holds the mark; the token of a form brings it along."""


class SentBefore(Exception):
    """This very form was sent and taken before."""


def taken_once(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, for forms that were not taken yet. A refused form keeps its mark free, as does one that failed.

    Raises SentBefore. A form without a mark is one that no page has shown, such as a program's own: it is taken.
    """

    def take(**values: Any) -> Any:
        mark = request.form.get(ONCE, "")
        if not mark:
            return view(**values)
        with database().writing() as db:
            is_new = take_mark(db, mark, now())
        if not is_new:
            raise SentBefore
        with ExitStack() as unless_it_is_taken:
            unless_it_is_taken.callback(_give_back, mark)
            answer = view(**values)
            unless_it_is_taken.pop_all()
        return answer

    return take


def _give_back(mark: str) -> None:
    with database().writing() as db:
        give_mark_back(db, mark)
