"""Instances as JSON."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from solvers.instance import (
    MODES,
    External,
    Faculty,
    Instance,
    Model,
    Pin,
    Resident,
    Room,
    Slot,
    Weights,
)
from solvers.json_fields import LARGEST, Fields, decode, describe, document
from solvers.solution_codec import group_to_json, read_groups

INSTANCE_FORMAT: Final = "mentoring-instance/1"
MOST_ROUNDS: Final = 1_000
MARKS: Final = "012?"
_START: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_RARE: Final = frozenset({"firm", "traits", "like", "unlike", "first_within_days"})
_UNREAD_START: Final = datetime.min.replace(tzinfo=UTC)


def read_instance(data: bytes | str) -> Instance:
    """The instance in a file's content. Raises :class:`~solvers.errors.UnusableInput`."""
    return instance_from_json(decode(data))


def instance_from_json(value: object) -> Instance:
    """The instance in decoded JSON. Raises :class:`~solvers.errors.UnusableInput` with everything wrong in it."""
    fields = document(value, INSTANCE_FORMAT)
    # Rounds that cannot be read must not make every slot's round wrong too.
    rounds = fields.whole("rounds", 1, MOST_ROUNDS, unread=MOST_ROUNDS)
    slots = _read_slots(fields, rounds)
    models = tuple(_read_model(model) for model in fields.objects("models"))
    previous = read_groups(fields, "previous", ())
    ids = _Ids.of(fields)
    residents, faculty = _read_people(fields, ids)
    instance = Instance(
        name=fields.text("name", empty=True),
        session_minutes=fields.whole("session_minutes", 1),
        rounds=rounds,
        slots=slots,
        quorum=fields.number("quorum", 0, 1),
        min_attendance=fields.number("min_attendance", 0, 1),
        models=models,
        residents=residents,
        faculty=faculty,
        rooms=tuple(_read_room(room, ids.slot_count) for room in fields.objects("rooms", ())),
        conflicts=frozenset(frozenset(pair) for pair in _read_pairs(fields, ids, "conflicts")),
        accompanied=frozenset(_read_pairs(fields, ids, "accompanied")),
        min_gap_days=fields.number("min_gap_days", 0, LARGEST, 0),
        weights=_read_weights(fields.inner("weights")),
        previous=previous,
        pins=_read_pins(fields.inner("pins"), {group.id for group in previous}, rounds),
        interval_days=fields.whole("interval_days", 0) if "interval_days" in fields else None,
    )
    _unique_ids(fields)
    fields.finish()
    return instance


def instance_to_json(instance: Instance) -> dict[str, Any]:
    """The instance as plain lists and dictionaries, ready for ``json.dumps``; residents come before faculty."""
    return {
        "format": INSTANCE_FORMAT,
        "name": instance.name,
        "session_minutes": instance.session_minutes,
        "rounds": instance.rounds,
        "slots": [{"start": slot.start.isoformat(), "round": slot.round} for slot in instance.slots],
        "min_gap_days": instance.min_gap_days,
        "quorum": instance.quorum,
        "min_attendance": instance.min_attendance,
        "models": [_without_none(_plain(model)) for model in instance.models],
        "people": [_person(person, "resident") for person in instance.residents]
        + [_person(person, "faculty") for person in instance.faculty],
        "rooms": [_plain(room) for room in instance.rooms],
        "conflicts": sorted(sorted(pair) for pair in instance.conflicts),
        **({"accompanied": sorted(map(list, instance.accompanied))} if instance.accompanied else {}),
        "weights": _plain(instance.weights),
        "previous": [group_to_json(group) for group in instance.previous],
        "pins": {"groups": [_plain(pin) for pin in instance.pins]},
        **({} if instance.interval_days is None else {"interval_days": instance.interval_days}),
    }


@dataclass(frozen=True, slots=True)
class _Ids:
    """What people may refer to; None for what is too broken to judge a reference to it."""

    slot_count: int | None
    models: frozenset[str] | None
    people: frozenset[str] | None

    @staticmethod
    def of(fields: Fields) -> _Ids:
        """In a repair, lists may still name people who have left, so nobody is unknown."""
        slots = fields.raw("slots")
        people = None if fields.raw("previous") else _raw_ids(fields, "people")
        return _Ids(None if slots is None else len(slots), _raw_ids(fields, "models"), people)

    def unknown_person(self, person: str) -> bool:
        """Whether there is surely nobody of that id."""
        return self.people is not None and person not in self.people


def _raw_ids(fields: Fields, name: str) -> frozenset[str] | None:
    """The ids in a list; None where one of them cannot be read."""
    found = fields.raw(name)
    ids = [item["id"] for item in found or () if isinstance(item, dict) and isinstance(item.get("id"), str)]
    return None if found is None or len(ids) < len(found) else frozenset(ids)


def _unique_ids(fields: Fields) -> None:
    for name in ("models", "people", "rooms", "previous"):
        first: dict[str, int] = {}
        for index, item in enumerate(fields.raw(name) or ()):
            value = item.get("id") if isinstance(item, dict) else None
            if isinstance(value, str) and first.setdefault(value, index) != index:
                fields.fault(f"{name}[{index}].id", f"is {describe(value)}, as {name}[{first[value]}] is already")


def _read_slots(fields: Fields, rounds: int) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    for slot in fields.objects("slots"):
        start = _read_start(slot)
        if slots and start < slots[-1].start and start is not _UNREAD_START:
            slot.fault("start", "is before the start of the slot above it; slots are ordered by start")
        slots.append(Slot(start, slot.whole("round", 0, rounds - 1)))
    return tuple(slots)


def _read_start(fields: Fields) -> datetime:
    text = fields.text("start")
    try:
        if _START.fullmatch(text):
            return datetime.fromisoformat(text.upper())
    except ValueError:
        pass  # The right shape, but no such day or time: the fault below says so too.
    if text:
        fields.fault("start", f'is {describe(text)}; expected a time with its offset, as "2027-01-04T12:30:00+00:00"')
    return _UNREAD_START


def _read_model(fields: Fields) -> Model:
    return Model(
        id=fields.text("id"),
        size=fields.pair("size", 1),
        spread=fields.pair("spread"),
        facilitators=fields.pair("facilitators"),
        present=fields.whole("present", 0, default=0),
        target=fields.whole("target", 0) if "target" in fields else None,
    )


def _read_people(fields: Fields, ids: _Ids) -> tuple[tuple[Resident, ...], tuple[Faculty, ...]]:
    residents, faculty = [], []
    for person in fields.objects("people"):
        if person.choice("role", ("resident", "faculty")) == "faculty":
            faculty.append(_read_faculty(person, ids))
        else:
            residents.append(_read_resident(person, ids))
    return tuple(residents), tuple(faculty)


def _read_resident(fields: Fields, ids: _Ids) -> Resident:
    own_id = fields.text("id")
    return Resident(
        id=own_id,
        stage=fields.whole("stage"),
        site=fields.text("site"),
        availability=_read_marks(fields, ids.slot_count, MARKS),
        modes=_read_modes(fields),
        models=_read_liked_models(fields.inner("models"), ids),
        interests=fields.texts("interests"),
        tags=fields.texts("tags"),
        company=fields.texts("company"),
        firm=_read_firm(fields),
        traits=MappingProxyType(fields.named_texts("traits")),
        like=fields.texts("like"),
        unlike=fields.texts("unlike"),
        wants=_read_others(fields, "wants", own_id, ids),
        avoids=_read_others(fields, "avoids", own_id, ids),
        choices=_read_others(fields, "choices", own_id, ids),
        external=External(fields.choice("external", tuple(External), External.ANY)),
        first_within_days=fields.whole("first_within_days", 0) if "first_within_days" in fields else None,
    )


def _read_faculty(fields: Fields, ids: _Ids) -> Faculty:
    models = fields.texts("models")
    for index, model in enumerate(models):
        _check_model(fields, f"models[{index}]", model, ids)
    return Faculty(
        id=fields.text("id"),
        site=fields.text("site"),
        availability=_read_marks(fields, ids.slot_count, MARKS),
        modes=_read_modes(fields),
        models=models,
        capacity=fields.whole("capacity", 0, default=1),
        interests=fields.texts("interests"),
        tags=fields.texts("tags"),
        traits=MappingProxyType(fields.named_texts("traits")),
    )


def _read_firm(fields: Fields) -> tuple[str, ...]:
    """Tags of which somebody must not be the only one: a wish for company that is made a rule."""
    firm = fields.texts("firm")
    asked = fields.raw("company") or ()
    for index, tag in enumerate(firm):
        if tag not in asked:
            fields.fault(f"firm[{index}]", f"{describe(tag)} is not in company")
    return firm


def _read_marks(fields: Fields, count: int | None, letters: str) -> str:
    marks = fields.text("availability", empty=True)
    if "availability" in fields and count is not None and len(marks) != count:
        fields.fault("availability", f"has {len(marks)} characters; expected {count}, one a slot")
    # Stripping takes allowed letters off both ends, so anything left begins with a wrong one.
    if wrong := marks.strip(letters):
        allowed = " ".join(letters)
        fields.fault("availability", f"has {describe(wrong[0])} at {marks.index(wrong[0])}; expected only {allowed}")
    return marks


def _read_modes(fields: Fields) -> tuple[str, ...]:
    modes = fields.texts("modes", None)
    for index, mode in enumerate(modes):
        if mode not in MODES:
            fields.fault(f"modes[{index}]", f"is {describe(mode)}; expected one of {', '.join(MODES)}")
    return modes


def _read_liked_models(fields: Fields, ids: _Ids) -> MappingProxyType[str, int]:
    for model in fields.names():
        _check_model(fields, model, model, ids)
    return MappingProxyType({model: fields.whole(model, 0, 3) for model in fields.names()})


def _check_model(fields: Fields, place: str, model: str, ids: _Ids) -> None:
    if ids.models is not None and model not in ids.models:
        fields.fault(place, f"{describe(model)} is not the id of a model")


def _read_others(fields: Fields, name: str, own_id: str, ids: _Ids) -> tuple[str, ...]:
    others = fields.texts(name)
    for index, other in enumerate(others):
        if other == own_id:
            fields.fault(f"{name}[{index}]", "is their own id")
        elif ids.unknown_person(other):
            fields.fault(f"{name}[{index}]", f"{describe(other)} is not the id of anybody in people")
    return others


def _read_room(fields: Fields, slot_count: int | None) -> Room:
    return Room(
        id=fields.text("id"),
        site=fields.text("site"),
        capacity=fields.whole("capacity", 0),
        availability=_read_marks(fields, slot_count, "01"),
    )


def _read_pairs(fields: Fields, ids: _Ids, name: str) -> list[tuple[str, str]]:
    pairs = []
    for index, pair in enumerate(fields.items(name, ())):
        if problem := _wrong_pair(pair, ids):
            fields.fault(f"{name}[{index}]", problem)
        else:
            pairs.append((pair[0], pair[1]))
    return pairs


def _wrong_pair(pair: object, ids: _Ids) -> str | None:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(person, str) for person in pair):
        return f"is {describe(pair)}; expected a pair of ids"
    if pair[0] == pair[1]:
        return f"names {describe(pair[0])} twice"
    unknown = [person for person in pair if ids.unknown_person(person)]
    return f"{describe(unknown[0])} is not the id of anybody in people" if unknown else None


def _read_weights(fields: Fields) -> Weights:
    plain: dict[str, int] = {name: content for name, content in _plain_items(Weights()) if name != "attend"}
    for name in fields.names():
        if name != "attend" and name not in plain:
            fields.fault(name, f"is not a weight; expected one of {', '.join(['attend', *plain])}")
    values: dict[str, Any] = {name: fields.whole(name, default=default) for name, default in plain.items()}
    if "attend" in fields:
        values["attend"] = _read_attend(fields.inner("attend"))
    return Weights(**values)


def _read_attend(fields: Fields) -> MappingProxyType[str, int]:
    """Points by mark. Given at all, it replaces the default as a whole: a mark left out is worth nothing."""
    for mark in fields.names():
        if mark not in tuple(MARKS):
            fields.fault(mark, "is not a mark; expected " + ", ".join(MARKS))
    return MappingProxyType({mark: fields.whole(mark) for mark in fields.names()})


def _read_pins(fields: Fields, previous: Collection[str], rounds: int) -> tuple[Pin, ...]:
    pins: dict[str, Pin] = {}
    for pin in fields.objects("groups", ()):
        group = pin.text("id")
        if group and group not in previous:
            pin.fault("id", f"{describe(group)} is not the id of a group in previous")
        if group in pins:
            pin.fault("id", f"{describe(group)} is pinned twice")
        pins[group] = Pin(group, pin.wholes("rounds", 0, rounds - 1))
    return tuple(pins.values())


def _person(person: Resident | Faculty, role: str) -> dict[str, Any]:
    """Somebody; their long leave stands in no file, and what few say about themselves only where they do."""
    return {"id": person.id, "role": role} | {
        name: content
        for name, content in _plain_items(person)
        if name != "leave" and (name not in _RARE or _is_told(content))
    }


def _is_told(content: Any) -> bool:
    return content is not None and content not in ([], {})


def _plain(value: Any) -> dict[str, Any]:
    """A flat frozen value as a dictionary with lists for tuples."""
    return dict(_plain_items(value))


def _plain_items(value: Any) -> Iterator[tuple[str, Any]]:
    for item in dataclasses.fields(value):
        content = getattr(value, item.name)
        if isinstance(content, tuple):
            content = list(content)
        elif isinstance(content, Mapping):
            content = dict(content)
        yield item.name, content


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: content for name, content in values.items() if content is not None}
