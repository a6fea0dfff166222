"""From the fields of what is asked openly to answers: the same fields in the step of joining and on their own page."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.joining.openly import AskedOpenly, OpenAnswer
from scheduler.people.traits import Category, Company, TraitWish
from web.forms import Form

_WISHES: Mapping[str, TraitWish] = {wish.value: wish for wish in TraitWish}
_COMPANY: Mapping[str, Company] = {each.value: each for each in Company}


def read_open_answers(form: Form, asked: AskedOpenly) -> Mapping[Category, OpenAnswer]:
    """What the form says in each category that it has fields of; the others stay as they are."""
    return {each: _answer(form, each) for each in asked.values if f"own-{each}" in form}


def _answer(form: Form, category: Category) -> OpenAnswer:
    return OpenAnswer(
        listed=form.text(f"value-{category}"),
        own=form.text(f"own-{category}"),
        wish=form.choice(f"wish-{category}", _WISHES, TraitWish.UNSAID.value),
        company=form.choice(f"company-{category}", _COMPANY, Company.ANY.value),
    )
