"""What matters how much to a plan: in words, with the numbers behind a fold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scheduler.programmes.emphasis import (
    FUNDAMENTAL,
    MATTERS,
    Emphasis,
    emphasis_of,
    points_in,
    points_of,
    usual_points,
    with_points,
)
from scheduler.programmes.faults import MOST_WEIGHT
from scheduler.programmes.model import Programme
from web.coordinator.setup.section import Section
from web.forms import Form
from web.language import gettext as _
from web.language import lazy_gettext

OWN: Final = "own"
EMPHASIS_NAMES: Final = {
    Emphasis.MUCH: lazy_gettext("much more"),
    Emphasis.USUAL: lazy_gettext("as usual"),
    Emphasis.LESS: lazy_gettext("less"),
    Emphasis.NOT: lazy_gettext("not at all"),
}
MATTER_NAMES: Final = {
    "placed": lazy_gettext("Everyone has a group"),
    "held": lazy_gettext("Every group meets in every round"),
    "left_out": lazy_gettext("Everyone can come to enough of their sessions"),
    "twice": lazy_gettext("Nobody misses two sessions in a row"),
    "size": lazy_gettext("Groups of the preferred size"),
    "want_any": lazy_gettext("One of the people they asked for, for everyone who asked"),
    "want": lazy_gettext("More of the people they asked for"),
    "like": lazy_gettext("Someone like them, for people who asked for that"),
    "unlike": lazy_gettext("Someone different, for people who asked for that"),
    "choice": lazy_gettext("A facilitator that people chose"),
    "interest": lazy_gettext("Topics that people share"),
    "alone": lazy_gettext("Nobody is the only one, if they asked not to be"),
    "external": lazy_gettext("A facilitator from another site, if people prefer that"),
    "model": lazy_gettext("The kind of group that people like best"),
    "mode": lazy_gettext("The way to meet that people like best"),
    "travel": lazy_gettext("Meeting at people’s own site"),
    "rhythm": lazy_gettext("The same weekday and time in every round"),
    "cadence": lazy_gettext("Even intervals between sessions"),
    "first_late": lazy_gettext("People who are new here meet soon"),
    "regroup": lazy_gettext("Groups stay together when you plan again"),
    "moved": lazy_gettext("Dates stay when you plan again"),
    "handover": lazy_gettext("Facilitators stay when you plan again"),
    "reroom": lazy_gettext("Rooms stay when you plan again"),
}


def _words(programme: Programme) -> Iterator[str]:
    others = {rule_id: emphasis_of(rule_id, points_in(programme.weights, rule_id)) for rule_id in MATTERS}
    for emphasis, words in EMPHASIS_NAMES.items():
        names = [str(MATTER_NAMES[rule_id]) for rule_id, found in others.items() if found is emphasis]
        if names and emphasis is not Emphasis.USUAL:
            yield _("%(emphasis)s: %(names)s", emphasis=str(words).capitalize(), names="; ".join(names))
    own = [rule_id for rule_id, found in others.items() if found is None]
    own += [rule_id for rule_id in FUNDAMENTAL if points_in(programme.weights, rule_id) != usual_points(rule_id)]
    if own:
        yield _("Your own numbers: %(names)s", names="; ".join(str(MATTER_NAMES[rule_id]) for rule_id in own))
    if not own and all(found is Emphasis.USUAL for found in others.values()):
        yield _("Everything as usual.")


def _values(programme: Programme) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule_id in (*MATTERS, *FUNDAMENTAL):
        points = points_in(programme.weights, rule_id)
        found[f"weights-{rule_id}"] = str(abs(points))
        if rule_id in MATTERS:
            found[f"level-{rule_id}"] = emphasis_of(rule_id, points) or OWN
    return found


def _read(form: Form, programme: Programme) -> Programme:
    points = {rule_id: _points(form, programme, rule_id) for rule_id in (*MATTERS, *FUNDAMENTAL)}
    return replace(programme, weights=with_points(programme.weights, points))


def _points(form: Form, programme: Programme, rule_id: str) -> int:
    """A number that was changed counts; else what the words say."""
    before = points_in(programme.weights, rule_id)
    sign = 1 if usual_points(rule_id) > 0 else -1
    typed = sign * form.number(f"weights-{rule_id}", 0, MOST_WEIGHT, default=abs(before))
    if rule_id in FUNDAMENTAL or typed != before:
        return typed
    given = {emphasis.value: points for emphasis, points in points_of(rule_id).items()}
    return form.choice(f"level-{rule_id}", {**given, OWN: before}, default=OWN)


def _shows(_programme: Programme) -> Mapping[str, object]:
    rows = [(rule_id, MATTER_NAMES[rule_id], list(points_of(rule_id))) for rule_id in MATTERS]
    return {
        "matters": rows,
        "numbers": [
            (rule_id, MATTER_NAMES[rule_id], abs(usual_points(rule_id))) for rule_id in (*FUNDAMENTAL, *MATTERS)
        ],
        "emphasis_names": EMPHASIS_NAMES,
        "own": OWN,
        "most": MOST_WEIGHT,
    }


MATTERS_SECTION = Section(
    "matters", lazy_gettext("What matters how much"), _words, _values, _read, "weights-placed", _shows
)
