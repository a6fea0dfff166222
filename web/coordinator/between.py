"""The page between a form of the settings and saving it: what the change would do, with everything that was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import render_template, request

from scheduler.programmes.model import Programme
from web.forms import fill_form
from web.forms.once import ONCE
from web.forms.versions import SEEN, version_of

AGAIN: Final = "again"
"""The button that leads back from the page to the form."""
CONFIRMED: Final = "confirmed"
"""The button that saves what was shown, with its mark."""
_NOT_CARRIED: Final = ("csrf_token", ONCE, SEEN, CONFIRMED)


@dataclass(frozen=True, slots=True)
class Told:
    """Something that would happen, with whom or what it concerns by name."""

    sentence: str
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked back: ``told`` is what would happen, ``besides`` holds for all of it. ``action`` takes the form
    again, ``home`` is where nothing is changed. ``seen`` is what the form was filled with, ``button`` what the one
    that goes on says, where that is not "save it all the same"."""

    title: str
    told: Sequence[Told]
    action: str
    home: str
    seen: Sequence[object]
    besides: Sequence[str] = field(default=())
    button: str = ""

    @property
    def mark(self) -> str:
        """A name for what is shown: it is asked again if something else would happen by then."""
        return version_of([(each.sentence, each.names) for each in self.told])


def must_be_shown(asked: Asked) -> bool:
    """Whether something would happen that the form that was sent doesn't confirm."""
    return bool(asked.told) and request.form.get(CONFIRMED) != asked.mark


def page_between(asked: Asked, form: str, programme: Programme) -> str:
    """The page, which carries all fields of the form of this name."""
    fill_form(form, request.form, whole=True)
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_CARRIED]
    return render_template("coordinator/between.html", asked=asked, programme=programme, typed_fields=typed)
