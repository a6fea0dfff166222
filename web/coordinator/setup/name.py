"""What a programme is called, and what it is to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scheduler.programmes.model import Programme
from web.coordinator.setup.section import Section
from web.forms import Form
from web.language import gettext as _
from web.language import lazy_gettext, zone_name


def _words(programme: Programme) -> Iterator[str]:
    yield programme.name
    if programme.change_goal:
        yield _("What it is to change: %(goal)s", goal=programme.change_goal)
    yield _("All times are %(zone)s time.", zone=zone_name(programme.zone))


def _read(form: Form, programme: Programme) -> Programme:
    return replace(programme, name=form.text("name"), change_goal=" ".join(form.text("change_goal").split()))


NAME = Section(
    "name",
    lazy_gettext("Name and time zone"),
    _words,
    lambda programme: {"name": programme.name, "change_goal": programme.change_goal},
    _read,
    "name",
)
