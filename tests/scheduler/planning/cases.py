"""Tiny planning problems as the database would name their people, and what is taken in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from scheduler.planning.taken import CurrentSession, Span
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting


def with_numbers(instance: Instance) -> Instance:
    """The instance with people and rooms named as the database would."""
    people = [person.id for person in (*instance.residents, *instance.faculty)]
    named = {name: f"p{number}" for number, name in enumerate(people, start=1)} | {"gone": "p99"}

    def of(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(named[name] for name in names)

    def renamed(group: Group) -> Group:
        sessions = tuple(replace(meeting, facilitators=of(meeting.facilitators)) for meeting in group.sessions)
        return replace(group, residents=of(group.residents), facilitators=of(group.facilitators), sessions=sessions)

    return replace(
        instance,
        residents=tuple(
            replace(person, id=named[person.id], wants=of(person.wants), avoids=of(person.avoids), choices=())
            for person in instance.residents
        ),
        faculty=tuple(replace(person, id=named[person.id]) for person in instance.faculty),
        conflicts=frozenset(frozenset(of(tuple(pair))) for pair in instance.conflicts),
        previous=tuple(map(renamed, instance.previous)),
        pins=(),
    )


@st.composite
def spans(draw: st.DrawFn, instance: Instance) -> list[Span]:
    """Sessions at slots of the instance, as long as its own."""
    starts = draw(st.lists(st.sampled_from(instance.slots), max_size=2))
    return [Span(slot.start, slot.start + timedelta(minutes=instance.session_minutes)) for slot in starts]


def current(instance: Instance, meeting: Meeting) -> CurrentSession:
    """A session of the plan, as it is published."""
    starts_at = instance.slots[meeting.slot].start
    ends_at = starts_at + timedelta(minutes=instance.session_minutes)
    room_id = int(meeting.room.removeprefix("room")) if meeting.room else None
    leads = tuple(int(key.removeprefix("p")) for key in meeting.facilitators)
    return CurrentSession(starts_at, ends_at, meeting.round, room_id, leads)
