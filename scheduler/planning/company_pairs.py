"""Who of a group meets only accompanied, and whether a session has their company. Pure; as the referee sees it of the
group."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from solvers.instance import Group, Instance


@dataclass(frozen=True, slots=True)
class Pair:
    """Two of a group who meet only accompanied, and the facilitators who are company for them."""

    people: frozenset[str]
    company: frozenset[str]

    def is_alone(self, there: Collection[str], leading: Iterable[str]) -> bool:
        """Whether both are among those who may be there, and nobody who leads is company for them."""
        return self.people <= frozenset(there) and self.company.isdisjoint(leading)


def pairs_in(instance: Instance, group: Group) -> tuple[Pair, ...]:
    """Those of a group; nobody in most."""
    members = {*group.residents, *group.facilitators}
    tied = [(who, over) for who, over in sorted(instance.accompanied) if who in members and over in members]
    if not tied:
        return ()
    sites = {each.id: each.site for each in instance.residents} | {each.id: each.site for each in instance.faculty}
    return tuple(
        Pair(
            frozenset((who, over)),
            frozenset(
                each
                for each in group.facilitators
                if each not in (who, over) and (each, over) not in instance.accompanied and sites[each] != sites[who]
            ),
        )
        for who, over in tied
    )
