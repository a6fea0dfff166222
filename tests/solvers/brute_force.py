"""The best plan of a tiny instance, by trying all of them and asking the referee about each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product

from solvers.instance import Group, Instance, Session
from solvers.referee import Verdict, check
from solvers.solution import Solution
from solvers.vocabulary import IN_PERSON, MODES

NEW = "new"


def best_score(instance: Instance) -> int | None:
    """The score of the best plan; None if no plan keeps the rules.

    A plan is worth what its groups are worth each, so plans are tried from the most promising on, and the first
    that the referee accepts is the best.
    """
    unpinned = replace(instance, pins=())
    nothing = _verdict(unpinned, ()).score
    worth = _best_of_each_kind(
        instance, [(group, _verdict(unpinned, (group,)).score - nothing) for group in _all_named(unpinned)]
    )
    for expected, groups in sorted(_disjoint(worth), key=lambda plan: -plan[0]):
        verdict = _verdict(instance, groups)
        assert verdict.score == nothing + expected
        if verdict.ok:
            return verdict.score
    return None


def _best_of_each_kind(instance: Instance, worth: list[tuple[Group, int]]) -> list[tuple[Group, int]]:
    """Of groups that take the same people, rooms and times from all others, only the best can matter."""
    pinned = {pin.id for pin in instance.pins}
    best: dict[object, tuple[Group, int]] = {}
    for group, points in worth:
        booked = {(s.slot, s.room, s.facilitators) for s in group.sessions if s.room or s.facilitators}
        kind = (group.id, group.residents, group.facilitators, frozenset(booked))
        key = group if group.id in pinned else kind
        if key not in best or best[key][1] < points:
            best[key] = (group, points)
    return list(best.values())


def _verdict(instance: Instance, groups: tuple[Group, ...]) -> Verdict:
    return check(instance, Solution(instance.name, groups))


def _disjoint(worth: list[tuple[Group, int]], made: int = 0) -> Iterator[tuple[int, tuple[Group, ...]]]:
    """Every set of groups that share neither residents nor an earlier group's id, with what they are worth."""
    yield 0, ()
    for place, (group, points) in enumerate(worth):
        taken = set(group.residents)
        others = [
            (other, more)
            for other, more in worth[place + 1 :]
            if taken.isdisjoint(other.residents) and (other.id == NEW or other.id != group.id)
        ]
        own = replace(group, id=f"new{made}") if group.id == NEW else group
        for more, rest in _disjoint(others, made + 1):
            yield points + more, (own, *rest)


def _all_named(instance: Instance) -> Iterator[Group]:
    """Every group that is sound by itself, under a new id and under each earlier group's."""
    for group in _all_groups(instance):
        if _verdict(instance, (group,)).ok:
            yield group
            yield from (replace(group, id=before.id) for before in instance.previous)


def _all_groups(instance: Instance) -> Iterator[Group]:
    """Every group; one that is not sound even without sessions is not tried with any."""
    sites = {place.site for place in (*instance.residents, *instance.faculty, *instance.rooms, *instance.previous)}
    sites -= {None}
    residents = _subsets([person.id for person in instance.residents])
    leaders = list(_subsets([person.id for person in instance.faculty]))
    for members, led_by, model, mode in product(residents, leaders, instance.models, MODES):
        for site in sorted(sites) if mode == IN_PERSON else [None]:
            group = Group(NEW, model.id, mode, members, led_by, (), site)
            if members and _verdict(instance, (group,)).ok:
                yield from _all_dates(instance, group)


def _all_dates(instance: Instance, group: Group) -> Iterator[Group]:
    by_round = [[None, *_all_sessions(instance, group, round_)] for round_ in range(instance.rounds)]
    for choice in product(*by_round):
        yield replace(group, sessions=tuple(session for session in choice if session))


def _all_sessions(instance: Instance, group: Group, round_: int) -> Iterator[Session]:
    rooms = [room.id for room in instance.rooms if room.site == group.site] if group.site else [None]
    for slot, candidate in enumerate(instance.slots):
        if candidate.round == round_:
            for coming, room in product(_subsets(group.facilitators), rooms):
                session = Session(round_, slot, coming, room)
                if _verdict(instance, (replace(group, sessions=(session,)),)).ok:
                    yield session


def _subsets(ids: list[str] | tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(ids, count) for count in range(len(ids) + 1))
