"""The checks before publishing on their page: what is found, where it is put right, and overriding it by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.plans.service import programme_of_plan
from scheduler.preflight import service
from scheduler.preflight.model import NEVER_OVERRIDDEN, Check, Item, Light, Override, Report, Stand
from scheduler.preflight.wording import check_words, finding_words, item_words, light_words
from scheduler.programmes.model import Programme
from scheduler.text_input import LONGEST_REASON
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_shown, read_form
from web.language import gettext as _
from web.language import lazy_gettext
from web.request_context import actor, database, now

MOST_LINES: Final = 6
"""More of one kind than this are counted rather than listed."""
PILLS: Final[Mapping[Light, str]] = {Light.GREEN: "", Light.AMBER: " maybe", Light.RED: " warn"}
_WAYS: Final[Mapping[Item, tuple[str, object]]] = {
    Item.CHARTER: ("coordinator.charter", lazy_gettext("Adopt a charter")),
    Item.CONTACTS: ("coordinator.offices", lazy_gettext("Appoint a contact")),
    Item.OFFICES: ("coordinator.offices", lazy_gettext("Appoint a contact")),
    Item.SIGNPOSTS: ("coordinator.signposts", lazy_gettext("Enter where to find help")),
    Item.CODE: ("coordinator.joining", lazy_gettext("Remind them")),
    Item.TRAINING: ("coordinator.joining", lazy_gettext("Remind them")),
    Item.SAID_YES: ("coordinator.joining", lazy_gettext("Remind them")),
    Item.RELATION: ("coordinator.edit", lazy_gettext("Correct it on the board")),
    Item.LED_ALONE: ("coordinator.edit", lazy_gettext("Correct it on the board")),
    Item.JOB_PLAN: ("coordinator.job_plans", lazy_gettext("See the hours by job plan")),
    Item.ACCOMPANIED: ("coordinator.edit", lazy_gettext("Correct it on the board")),
    Item.DISCLOSED: ("coordinator.edit", lazy_gettext("Correct it on the board")),
    Item.WAY_TO_MEET: ("coordinator.edit", lazy_gettext("Correct it on the board")),
    Item.NEVER_THERE: ("coordinator.edit", lazy_gettext("Correct it on the board")),
    Item.WITHOUT_GROUP: ("coordinator.plan", lazy_gettext("See who and why")),
    Item.WORSE_OFF: ("coordinator.term_equity", lazy_gettext("See how fairly it treats people")),
}
"""Where each item is put right, and what the link says."""
_OF_PLAN: Final = ("coordinator.edit", "coordinator.plan")


@dataclass(frozen=True, slots=True)
class Line:
    """An item as its block shows it. ``shown`` is what an override covers, to be compared when it is sent."""

    item: Item
    name: str
    light: Light
    state: str
    found: tuple[str, ...]
    more: int
    way: str
    way_name: str
    overrides: tuple[Override, ...]
    may_override: bool
    shown: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One of the four checks."""

    check: Check
    name: str
    light: Light
    state: str
    lines: tuple[Line, ...]


def blocks(report: Report, programme: Programme, plan_id: int) -> tuple[Block, ...]:
    """The four checks of a draft."""
    return tuple(
        Block(
            check,
            check_words(check),
            report.light(check),
            light_words(report.light(check)),
            tuple(_line(stand, report, programme, plan_id) for stand in report.stands(check)),
        )
        for check in Check
    )


def found_words(report: Report, programme: Programme) -> tuple[str, ...]:
    """Everything that is red, as sentences."""
    return tuple(_sentences([each for item in report.red for each in report.stand(item).open], report, programme))


def _line(stand: Stand, report: Report, programme: Programme, plan_id: int) -> Line:
    found = stand.open or stand.findings
    endpoint, way_name = _WAYS[stand.item]
    of_plan = {"plan_id": plan_id} if endpoint in _OF_PLAN else {}
    of_plan |= {"plan": plan_id} if stand.item is Item.WORSE_OFF else {}
    return Line(
        item=stand.item,
        name=item_words(stand.item),
        light=stand.light,
        state=light_words(stand.light),
        found=tuple(_sentences(found[:MOST_LINES], report, programme)),
        more=max(0, len(found) - MOST_LINES),
        way=url_for(endpoint, programme_id=programme.id, **of_plan),  # type: ignore[arg-type]
        way_name=str(way_name),
        overrides=stand.overrides,
        may_override=stand.light is Light.RED and stand.item not in NEVER_OVERRIDDEN,
        shown=_shown(stand),
    )


def _sentences(found: object, report: Report, programme: Programme) -> Iterator[str]:
    return (finding_words(each, report.names, programme) for each in found)  # type: ignore[attr-defined]


def _shown(stand: Stand) -> tuple[tuple[str, int], ...]:
    return tuple((each.subject, each.level) for each in stand.open)


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/publish/checks/<item>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.plan_to_publish", "check-{item}", field="why")
def check_overridden(programme_id: int, plan_id: int, item: str) -> ResponseReturnValue:
    """Override one check of a draft, by name and with a reason."""
    if item not in tuple(Item):
        raise NotFound(_("We can’t find that page."))
    with read_form() as form:
        why = form.text("why")
    with database().writing() as db:
        if programme_of_plan(db, actor(), plan_id) != programme_id:
            raise NotFound(_("We can’t find that plan in this programme."))
        must_be_as_shown(_shown(service.look(db, actor(), plan_id, now()).stand(Item(item))))
        service.override(db, actor(), plan_id, Item(item), why, now())
    flash(_("Overridden. It is on record with your name and your reason."))
    return redirect(url_for("coordinator.plan_to_publish", programme_id=programme_id, plan_id=plan_id), 303)


REASON: Final = {"least_reason": service.LEAST_REASON, "longest_reason": LONGEST_REASON}
"""How long a reason has to be and may be."""
