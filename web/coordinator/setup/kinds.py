"""The kinds of group, each as a form: what it is called, its size, whose grades meet, and who facilitates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from scheduler.programmes.model import PEER, Differing, MentoringModel, Programme
from scheduler.programmes.model_faults import MOST_FACILITATORS, MOST_PEOPLE, MOST_STAGES
from scheduler.programmes.templates import TEMPLATES
from web.coordinator.setup.section import FORM, Section
from web.forms import Form
from web.forms.fields import MORE, rows_shown
from web.forms.reader import Fields
from web.language import gettext as _
from web.language import lazy_gettext, ngettext

OWN = "own"
_ADDED = f"{MORE}_kind"
"""The field in which a template for one more kind is chosen."""
_PAIRS = {
    "size": MOST_PEOPLE,
    "spread": MOST_STAGES,
    "facilitators": MOST_FACILITATORS,
}


DIFFERING_WORDS = {
    Differing.NOTHING: lazy_gettext("They may be alike."),
    Differing.SITE: lazy_gettext("Facilitators of one group work at different sites."),
    Differing.SPECIALTY: lazy_gettext("Facilitators of one group are of different specialties."),
    Differing.LEVEL: lazy_gettext("Facilitators of one group are of different levels."),
}


def kind_in_words(model: MentoringModel) -> str:
    """A kind of group with its size and who facilitates."""
    size = _range(model.size)
    if not model.facilitators[1]:
        return _("%(name)s: %(size)s residents, no facilitator", name=model.name, size=size)
    return ngettext(
        "%(name)s: %(size)s residents, %(seniors)s facilitator",
        "%(name)s: %(size)s residents, %(seniors)s facilitators",
        model.facilitators[1], name=model.name, size=size, seniors=_range(model.facilitators),
    )  # fmt: skip


def _range(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}–{pair[1]}"


def _words(programme: Programme) -> Iterator[str]:
    yield from map(kind_in_words, programme.models)
    if programme.facilitators_differ is not Differing.NOTHING:
        yield str(DIFFERING_WORDS[programme.facilitators_differ])


def _fields_of(model: MentoringModel, row: str) -> dict[str, str]:
    pairs = {
        f"{row}-{name}_{end}": str(number)
        for name in _PAIRS
        for end, number in zip(("min", "max"), getattr(model, name), strict=True)
    }
    ticks = {f"{row}-{name}": "1" if getattr(model, name) else "" for name in ("turns", "closing")}
    target = "" if model.target is None else str(model.target)
    return {f"{row}-name": model.name, f"{row}-target": target, f"{row}-present": str(model.present), **ticks, **pairs}


def _values(programme: Programme) -> dict[str, str]:
    found = {"differ": programme.facilitators_differ.value}
    for model in programme.models:
        found |= _fields_of(model, f"models-{model.key}")
    return found


def _read(form: Form, programme: Programme) -> Programme:
    ids = {model.key: model.id for model in programme.models}
    rows = [row for row in form.rows("models") if not form.ticked(f"models-{row}-remove")]
    models = tuple(_model(form, key, ids.get(key, 0)) for key in rows)
    differ = form.choice("differ", {each.value: each for each in Differing}, Differing.NOTHING.value)
    return replace(programme, models=models, facilitators_differ=differ)


def _model(form: Form, key: str, model_id: int) -> MentoringModel:
    row = f"models-{key}"

    def pair(name: str, least: int) -> tuple[int, int]:
        most = _PAIRS[name]
        return form.number(f"{row}-{name}_min", least, most), form.number(f"{row}-{name}_max", least, most)

    return MentoringModel(
        key=key,
        name=form.text(f"{row}-name"),
        size=pair("size", 1),
        target=form.find_number(f"{row}-target", 1, MOST_PEOPLE),
        spread=pair("spread", 0),
        facilitators=pair("facilitators", 0),
        present=form.number(f"{row}-present", 0, MOST_FACILITATORS),
        id=model_id,
        turns=form.ticked(f"{row}-turns"),
        closing=form.ticked(f"{row}-closing"),
    )


def _grow(typed: Fields, _programme: Programme) -> Fields:
    """One more kind as a template has it, under a key that no other has, and what the template asks of facilitators."""
    found = MultiDict(typed)
    if typed.get(MORE) != "models":
        return found
    taken = set(Form(typed).rows("models"))
    template = typed.get(_ADDED, OWN)
    differ = next((each.facilitators_differ for each in TEMPLATES if each.key == template), Differing.NOTHING)
    if differ is not Differing.NOTHING and not typed.get("differ"):
        found["differ"] = differ.value
    for model in _models_of(template):
        key = next(name for number in range(1, len(taken) + 2) if (name := _key(model.key, number)) not in taken)
        taken.add(key)
        found.update(_fields_of(model, f"models-{key}"))
    return found


def _models_of(template: str) -> tuple[MentoringModel, ...]:
    known = {each.key: each.models for each in TEMPLATES}
    return known.get(template) or (replace(PEER, key=OWN, name=""),)


def _key(key: str, number: int) -> str:
    """``peer``, ``peer-2`` …"""
    return key if number == 1 else f"{key}-{number}"


def _shows(programme: Programme) -> Mapping[str, object]:
    return {
        "keys": rows_shown(FORM, "models", [model.key for model in programme.models]),
        "templates": {each.key: each.name for each in TEMPLATES},
        "own": OWN,
        "added": _ADDED,
        "most": _PAIRS,
        "differing": DIFFERING_WORDS,
    }


KINDS = Section(
    "kinds", lazy_gettext("Kinds of group"), _words, _values, _read, "more_kind", _shows,
    {"facilitators_differ": "differ"}, grow=_grow,
)  # fmt: skip
