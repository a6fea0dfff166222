"""Layout E: dates and codes of one person. Sheets of several shapes come down to it, so it has no reader of its own."""

from __future__ import annotations

from scheduler.languages import mark, say
from scheduler.rotas.model import Question
from scheduler.rotas.reading.layout import Layout

ONE_PERSON = Layout("E", mark("one person’s own rota"))


def whose_is_it(owner: str, cell: str = "") -> Question:
    """The question about a rota of one person; ``owner`` is who it seems to be."""
    return Question("person", cell, say("The rota has no name on it. Whose is it?"), (owner,), owner)
