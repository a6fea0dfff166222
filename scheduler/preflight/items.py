"""One function for each thing that is looked at. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from scheduler.preflight.facts import Circle, Facts
from scheduler.preflight.model import ENOUGH_CONTACTS, Finding, Item
from solvers.vocabulary import CANNOT, COMING

Looking = Callable[[Facts, Sequence[Circle]], Iterator[Finding]]


def charter(facts: Facts, _companies: Sequence[Circle]) -> Iterator[Finding]:
    """The programme has adopted a charter."""
    if not facts.has_charter:
        yield Finding(Item.CHARTER, "none")


def contacts(facts: Facts, _companies: Sequence[Circle]) -> Iterator[Finding]:
    """There are enough contacts; the fewer, the worse."""
    lacking = ENOUGH_CONTACTS - len(facts.contacts)
    if lacking > 0:
        yield Finding(Item.CONTACTS, "few", lacking)


def signposts(facts: Facts, _companies: Sequence[Circle]) -> Iterator[Finding]:
    """The programme says where to find help."""
    if not facts.has_signposts:
        yield Finding(Item.SIGNPOSTS, "none")


def code(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """Every facilitator has signed the code of conduct."""
    for who, group, groups in _leading(companies):
        if not facts.ready(who).signed:
            yield Finding(Item.CODE, str(who), groups, person_id=who, group=group)


def training(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """All training that the programme asks of facilitators is verified and in date."""
    for who, group, groups in _leading(companies):
        if facts.ready(who).lacks(facts.today):
            yield Finding(Item.TRAINING, str(who), groups, person_id=who, group=group)


def led_alone(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """Nobody leads a group alone who would rather not."""
    for company in companies:
        if len(company.facilitators) == 1:
            for who in company.facilitators & facts.not_alone:
                yield Finding(Item.LED_ALONE, f"{company.key}:{who}", person_id=who, group=company.name)


def job_plan(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """Nobody facilitates for more hours a year than their job plan has, what they do elsewhere included; the more hours
    over it, the worse."""
    groups = {who: group for who, group, _ in _leading(companies)}
    planned = Counter(facts.given_elsewhere)
    for company in companies:
        for session in company.sessions:
            planned.update({(who, facts.year(session)): facts.session_minutes for who in session.leading})
    over: dict[int, int] = {}
    for (who, _year), minutes in sorted(planned.items()):
        if who in groups and minutes > facts.agreed.get(who, minutes):
            over[who] = max(over.get(who, 0), minutes - facts.agreed[who])
    for who, minutes in sorted(over.items()):
        yield Finding(Item.JOB_PLAN, str(who), -(-minutes // 60), person_id=who, group=groups[who])


def relation(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """Nobody shares a group with somebody who has power over them, unless it is recorded why."""
    for company in companies:
        for one, other in sorted(facts.apart):
            if one in company.people and other in company.people:
                yield Finding(Item.RELATION, f"{company.key}:{one}:{other}", 1, one, other, company.name)


def accompanied(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """Those who share a group for a recorded reason meet at no session without another facilitator from elsewhere; the
    more sessions there are, the worse."""
    for company in companies:
        alone: Counter[tuple[int, int]] = Counter()
        for session in company.sessions:
            there = [who for who in company.people if facts.mark(who, session) != CANNOT]
            leading = [who for who in session.leading if facts.mark(who, session) in COMING]
            missing = facts.company.missing_at(session.starts_at, there, leading)
            alone.update({(pair.person_id, pair.about_id) for pair in missing})
        for (one, other), count in sorted(alone.items()):
            yield Finding(Item.ACCOMPANIED, f"{company.key}:{one}:{other}", count, one, other, company.name)


def disclosed(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """No facilitator sponsors or advises somebody in their group: allowed where the group is told."""
    for company in companies:
        for one, other, kind in sorted(facts.disclosed):
            if one in company.facilitators and other in company.people:
                subject = f"{company.key}:{kind.value}:{one}:{other}"
                yield Finding(Item.DISCLOSED, subject, 1, one, other, company.name, told=kind)


def offices(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """No contact coordinates, under a second address neither, and everybody can choose among enough of them."""
    names = set(facts.coordinators.values())
    both = {who for who, name in facts.contacts.items() if who in facts.coordinators or name in names}
    yield from (Finding(Item.OFFICES, f"both:{who}", person_id=who) for who in sorted(both))
    if len(facts.contacts) < ENOUGH_CONTACTS:
        return  # which is said of the contacts already
    for company in companies:
        for who in sorted(company.residents):
            free = [each for each in facts.contacts if each not in company.people and (each, who) not in facts.power]
            if len(free) < ENOUGH_CONTACTS:
                lacking = ENOUGH_CONTACTS - len(free)
                yield Finding(Item.OFFICES, f"free:{company.key}:{who}", lacking, who, group=company.name)


def said_yes(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """Nobody is planned who did not say yes."""
    seen: set[int] = set()
    for company in companies:
        for who in sorted(company.people - facts.said_yes - seen):
            yield Finding(Item.SAID_YES, str(who), person_id=who, group=company.name)
        seen |= company.people


def way_to_meet(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """Everybody accepts the way in which their group meets."""
    for company in companies:
        for who in sorted(company.people):
            if who in facts.modes and company.mode not in facts.modes[who]:
                yield Finding(Item.WAY_TO_MEET, f"{company.key}:{who}", person_id=who, group=company.name)


def ways_of_sessions(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """Everybody accepts the way in which a single session is met, unlike the rest of their group's."""
    for company in companies:
        for who in sorted(company.people & facts.modes.keys()):
            for way in sorted(company.other_ways - set(facts.modes[who])):
                yield Finding(Item.WAY_TO_MEET, f"{company.key}:{who}:{way}", person_id=who, group=company.name)


def never_there(facts: Facts, companies: Sequence[Circle]) -> Iterator[Finding]:
    """Nobody has a place in a group to none of whose sessions they can come."""
    for company in companies:
        for who in sorted(company.residents if company.sessions else ()):
            if all(facts.mark(who, session) == CANNOT for session in company.sessions):
                yield Finding(Item.NEVER_THERE, f"{company.key}:{who}", person_id=who, group=company.name)


def without_group(facts: Facts, companies: Sequence[Circle], unplaced: Collection[int]) -> Iterator[Finding]:
    """Everybody who said yes has a group; of those without one, whether the plan says why."""
    placed: frozenset[int] = frozenset().union(*(company.residents for company in companies))
    without = (facts.said_yes & facts.residents) - placed
    told = without & set(unplaced)
    if told:
        yield Finding(Item.WITHOUT_GROUP, "told", len(told))
    if without - told:
        yield Finding(Item.WITHOUT_GROUP, "later", len(without - told))


LOOKED_AT: Final[tuple[Looking, ...]] = (
    charter, contacts, signposts, code, training, led_alone, job_plan, relation, accompanied, disclosed, offices,
    said_yes, way_to_meet, never_there,
)  # fmt: skip
OF_CHANGES: Final[tuple[Looking, ...]] = (code, training, said_yes, ways_of_sessions, never_there)
"""What a change by hand may do to a published group, of all that the rules do not say anyway."""


def _leading(companies: Sequence[Circle]) -> Iterator[tuple[int, str, int]]:
    """Each facilitator once, with a group that they lead and with how many there are: one more is worse, also where the
    first is overridden or published already."""
    groups: dict[int, list[str]] = {}
    for company in companies:
        for who in sorted(company.facilitators):
            groups.setdefault(who, []).append(company.name)
    for who, names in sorted(groups.items()):
        yield who, names[0], len(names)
