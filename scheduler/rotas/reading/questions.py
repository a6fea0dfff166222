"""Questions that sheets of more than one layout ask."""

from __future__ import annotations

from scheduler.languages import say
from scheduler.rotas.model import DAY_FIRST, MONTH, MONTH_FIRST, ORDER, Question

_HEADING_OR_PERSON = ("heading", "person")


def day_or_month_first(cell: str) -> Question:
    """The question about dates that make sense both ways."""
    text = say("The dates could have the day or the month first; we read the day first.")
    return Question("date", cell, text, (DAY_FIRST, MONTH_FIRST), ORDER)


def which_month(cell: str) -> Question:
    """The question about days of a month that nothing names."""
    text = say("The days have no month. Which month are they?")
    return Question("date", cell, text, (), MONTH)


def heading_or_person(name: str, cell: str) -> Question:
    """The question about a line without entries."""
    text = say("“%(name)s” has no entries. Is it a heading, or a person without duties?", name=name)
    return Question("person", cell, text, _HEADING_OR_PERSON, name)


def is_about_empty_line(question: Question) -> bool:
    """Whether it asks what a line without entries is; needless once the name has entries elsewhere."""
    return question.answers == _HEADING_OR_PERSON
