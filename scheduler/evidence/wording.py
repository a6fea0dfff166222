"""Evidence in words: what figures, cells, counts and overrides are called, and how a value is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date

from scheduler.evidence.across import Pooled
from scheduler.evidence.definitions import COUNTS, Definition, definition
from scheduler.evidence.figures import IN_HOURS
from scheduler.evidence.model import ALL, Aspect, Figure, Shown
from scheduler.evidence.releases import Release
from scheduler.languages import locale, mark, say, say_many
from scheduler.people.model import RelationKind
from scheduler.people.traits import Category
from scheduler.preflight.model import Item
from scheduler.preflight.wording import item_words
from scheduler.voices.model import instrument_name, statement

ASPECTS: Final[Mapping[str, str]] = {
    ALL: mark("Everyone"),
    Aspect.GRADE.value: mark("By grade"),
    Aspect.SITE.value: mark("By site"),
    Aspect.HOURS.value: mark("By working hours"),
    Aspect.NIGHTS.value: mark("By nights"),
}
_CELLS: Final[Mapping[tuple[str, str], str]] = {
    (ALL, ""): mark("Everyone"),
    (Aspect.HOURS.value, "part"): mark("part-time"),
    (Aspect.HOURS.value, "full"): mark("not part-time"),
    (Aspect.NIGHTS.value, "yes"): mark("works nights"),
    (Aspect.NIGHTS.value, "no"): mark("no nights"),
    (Aspect.NIGHTS.value, "unknown"): mark("no rota of theirs is known"),
}
_RELATIONS: Final[Mapping[RelationKind, str]] = {
    RelationKind.SUPERVISES: mark("Someone shares a group with a person they supervise"),
    RelationKind.ASSESSES: mark("Someone shares a group with a person they assess"),
    RelationKind.LINE_MANAGES: mark("Someone shares a group with a person they manage"),
    RelationKind.PANEL: mark("Someone shares a group with a person and sits on a panel about them"),
}
_CATEGORIES: Final[Mapping[Category, str]] = {
    Category.GENDER: mark("Gender"),
    Category.CULTURE: mark("Culture or background"),
    Category.FAITH: mark("Faith"),
    Category.LANGUAGE: mark("Language"),
    Category.DISABILITY: mark("Disability or long-term condition"),
    Category.CARING: mark("Caring for someone"),
    Category.TRAINED: mark("Where you trained"),
}


def figure_name(figure: Figure) -> str:
    """``In a group``."""
    return say(definition(figure).name)


def cell_name(shown: Shown) -> str:
    """``North Hospital``, ``part-time``."""
    return say(_CELLS[shown.aspect, shown.key]) if (shown.aspect, shown.key) in _CELLS else shown.name


def value_words(figure: Figure, shown: Shown) -> str:
    """``62 %``, ``95 % or more``, ``31 hours``, ``not shown``."""
    if shown.value is None:
        return say("not shown")
    if figure in IN_HOURS:
        return say_many("%(num)s hour", "%(num)s hours", shown.value)
    return _share_words(shown.value, low=shown.low, high=shown.high)


def _share_words(hundredths: int, *, low: bool, high: bool) -> str:
    share = percent(hundredths)
    if low:
        return say("%(share)s or less", share=share)
    return say("%(share)s or more", share=share) if high else share


def middle_words(figure: Figure, shown: Shown) -> str:
    """``median 80 %``; empty where there is none."""
    if shown.middle is None:
        return ""
    if figure in IN_HOURS:
        return say_many("median %(num)s hour", "median %(num)s hours", shown.middle)
    return say("median %(share)s", share=percent(shown.middle))


def people_words(shown: Shown) -> str:
    """``35 people or more``; empty where nothing is shown."""
    return say_many("%(num)s person or more", "%(num)s people or more", shown.people) if shown.people else ""


def pulse_source(pulse: Mapping[str, Any]) -> str:
    """What was asked when, and how many people."""
    return say(
        "%(instrument)s, asked on %(day)s of at least %(asked)s residents.",
        instrument=instrument_name(pulse["instrument"]),
        day=format_date(date.fromisoformat(pulse["opened"]), "long", locale=locale()),
        asked=pulse["asked"],
    )


def fewest_words(shown: Shown) -> str:
    """``35 or more``, under a heading that says that it is people; empty where nothing is shown."""
    return say("%(count)s or more", count=shown.people) if shown.people else ""


def percent(hundredths: int) -> str:
    """``62 %``."""
    return say("%(number)s %%", number=hundredths)


def count_name(name: str) -> str:
    """``Sessions planned``."""
    return say(COUNTS[name].name)


def count_words(name: str, value: int | None) -> str:
    """A number; in words where it is about too few to be shown."""
    if value is not None:
        return str(value)
    return say("fewer than five") if name == "concerns" else say("not shown")


def override_words(what: str) -> str:
    """What was overridden: the check that was red, or what two people of one group are to each other."""
    kind, _, key = what.partition(":")
    if kind == "check" and key in tuple(Item):
        return item_words(Item(key))
    return say(_RELATIONS[RelationKind(key)]) if key in {each.value for each in _RELATIONS} else key


def asked_words(category: str) -> str:
    """``Gender``."""
    return say(_CATEGORIES[Category(category)]) if category in tuple(Category) else category


def statement_words(found: Mapping[str, Any]) -> str:
    """A statement of the pulse, with the share that agreed."""
    said = statement(found["statement"])
    if found["agree"] is None:
        too_few = say("Not shown: fewer than five answers.")
        return f"{said} {too_few}"
    # Releases of before have neither of the two.
    agree = _share_words(found["agree"], low=found.get("low", False), high=found.get("high", False))
    share = say("%(share)s agree, of %(answers)s answers or more", share=agree, answers=found["answers"])
    return f"{said} {share}."


def area_words(found: Mapping[str, Any]) -> str:
    """What people work on, how much it matters to the middle of them and how far they are."""
    name = str(found["area"])
    said = say(name)
    return say(
        "%(area)s: at least %(people)s people. In the middle, it matters %(importance)s out of 5 to them, and they "
        "have come %(progress)s of 4 steps",
        area=said, people=found["people"], importance=found["importance"], progress=found["progress"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure of this term and of the last one, in words. ``points`` is by how much they differ; None where one is not
    shown, or they were defined otherwise."""

    figure: Figure
    now: str
    before: str
    points: int | None
    same_definition: bool


def beside_last_term(this: Release, before: Release | None) -> Iterator[Beside]:
    """Every share of everybody beside last term's."""
    if before is None:
        return
    for figure in Figure:
        now, then = everybody(this, figure), everybody(before, figure)
        if now is None or then is None:
            continue
        same = this.versions.get(figure) == before.versions.get(figure)
        comparable = same and now.value is not None and then.value is not None
        points = now.value - then.value if comparable and now.value is not None and then.value is not None else None
        yield Beside(figure, value_words(figure, now), value_words(figure, then), points, same)


def everybody(release: Release, figure: Figure) -> Shown | None:
    """The figure of all together."""
    return next((each for each in release.figures.get(figure, {}).values() if each.aspect == ALL), None)


def pooled_words(each: Pooled) -> str:
    """``about 74 %``, ``31 hours``; of one programme what it says itself."""
    if each.shown_by == 1:
        return value_words(each.figure, each.lowest)
    if each.figure in IN_HOURS:
        return say_many("%(num)s hour", "%(num)s hours", each.value)
    return say("about %(share)s", share=percent(each.value))


def pooled_source(each: Pooled, programmes: int) -> str:
    """Between which values, from how many programmes, and about how many people."""
    between = say(
        "from %(lowest)s to %(highest)s",
        lowest=value_words(each.figure, each.lowest), highest=value_words(each.figure, each.highest),
    )  # fmt: skip
    source = say("shown by %(some)s of %(all)s programmes", some=each.shown_by, all=programmes)
    people = say_many("%(num)s person or more", "%(num)s people or more", each.people)
    said = ((each.shown_by > 1, between), (programmes > 1, source), (True, people))
    return ", ".join(words for is_said, words in said if is_said)


def day_words(moment: datetime) -> str:
    """``1 March 2027``."""
    return format_date(moment, "long", locale=locale())


def meaning(each: Definition) -> str:
    """What a figure means, and what it rests on where the record alone does not tell it."""
    return " ".join(say(text) for text in (each.text, each.rests_on) if text)


def lines_words(lines: Mapping[str, int]) -> str:
    """From how many lines of the record something is counted."""
    return ", ".join(f"{action}: {number}" for action, number in lines.items())
