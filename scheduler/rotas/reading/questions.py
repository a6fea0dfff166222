"""Questions that sheets of more than one layout ask."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.languages import say
from scheduler.rotas.model import AGAINST_WEEKDAYS, DAY_FIRST, MONTH, MONTH_FIRST, ORDER, YEAR, Question

_HEADING_OR_PERSON = ("heading", "person")
NOBODY = "nobody"
"""The answer that a text is nobody's name."""


def day_or_month_first(cell: str) -> Question:
    """The question about dates that make sense both ways."""
    text = say("The dates could have the day or the month first; we read the day first.")
    return Question("date", cell, text, (DAY_FIRST, MONTH_FIRST), ORDER)


def which_month(cell: str) -> Question:
    """The question about days of a month that nothing names."""
    text = say("The days have no month. Which month are they?")
    return Question("date", cell, text, (), MONTH)


def without_month_or_year(cell: str) -> Question:
    """The line about dates that could not be made."""
    return Question("date", cell, say("The dates have no month or year."), (), YEAR)


def on_other_weekdays(cell: str) -> Question:
    """The line about dates none of which falls on the weekday beside it."""
    return Question("date", cell, say("None of the dates falls on the weekday beside it."), (), AGAINST_WEEKDAYS)


def which_year(cell: str, year: int) -> Question:
    """The question about dates whose year nothing gives; ``year`` was assumed."""
    text = say("The dates have no year, so we assumed %(year)s. Which year is it?", year=year)
    return Question("date", cell, text, tuple(map(str, (year, year - 1, year + 1))), YEAR)


def does_not_fit(cell: str, written: str, last: str = "") -> Question:
    """The line about a date that fits in no calendar with the others, and reaches to the cell ``last``."""
    text = (
        say(
            "“%(text)s” (from %(first)s to %(last)s) doesn’t fit the dates around it; the entries under it were left "
            "out.",
            text=written,
            first=cell,
            last=last,
        )
        if last not in ("", cell)
        else say("“%(text)s” doesn’t fit the dates around it; the entries under it were left out.", text=written)
    )
    return Question("cell", cell, text, (), cell)


def one_or_two_people(name: str, first: str, second: str) -> Question:
    """The question about two lines of one name."""
    text = say(
        "“%(name)s” has two lines for the same days, at %(first)s and %(second)s. Are they the same person?",
        name=name,
        first=first,
        second=second,
    )
    return Question("person", second, text, ("one person", "two people"), name)


def is_it_a_person(name: str, cell: str) -> Question:
    """The question about a text where names stand that may be none."""
    return Question("person", cell, say("Is “%(name)s” a person?", name=name), (NOBODY,), name)


def note_left_out(text: str, cell: str) -> Question:
    """The line about words beside the rota."""
    return Question("cell", cell, say("A note beside the rota was left out: “%(text)s”", text=text), (), text)


def names_nobody_here(text: str, cell: str) -> Question:
    """The line about words where names stand that name nobody, such as a meeting or *Leave*."""
    return Question("cell", cell, say("“%(text)s” names nobody and was left out.", text=text), (), text)


def without_date(cells: Sequence[str]) -> Question:
    """The line about a column of entries, from its first cell to its last, over which no date stands."""
    first, last = cells[0], cells[-1]
    text = (
        say("What is in %(cell)s has no date, so it was left out.", cell=first)
        if first == last
        else say(
            "What is in the cells from %(first)s to %(last)s has no date, so it was left out.", first=first, last=last
        )
    )
    return Question("cell", first, text, (), first)


def nameless_line(cell: str) -> Question:
    """The question about a line that names nobody."""
    return Question("person", cell, say("This line has no name. Whose is it?"), (), name_of_nameless(cell))


def half_a_name(name: str, cell: str) -> Question:
    """The question about a line that has only a first name or a surname where the others have both."""
    text = say("Only “%(name)s” is written here, where others have a first name and a surname. Who is it?", name=name)
    return Question("person", cell, text, (NOBODY,), name)


def name_of_nameless(cell: str) -> str:
    """What a line that names nobody is called until somebody says whose it is."""
    return f"line at {cell}"


def no_post(cell: str, post: str) -> Question:
    """The line about people under no post."""
    text = say("No post is named here, so we counted these people under “%(post)s”.", post=post)
    return Question("cell", cell, text, (), cell)


def heading_or_person(name: str, cell: str) -> Question:
    """The question about a line without entries."""
    text = say("“%(name)s” has no entries. Is it a heading, or a person without duties?", name=name)
    return Question("person", cell, text, _HEADING_OR_PERSON, name)


def is_about_empty_line(question: Question) -> bool:
    """Whether it asks what a line without entries is; needless once the name has entries elsewhere."""
    return question.answers == _HEADING_OR_PERSON
