"""The demo's people: who they are, what they wish, what they are to each other. The same seed, the same hospital."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from scheduler.demo.names import address, faculty_name, resident_name
from scheduler.demo.patterns import DEPARTMENTS, Absences, Department, leave_weeks
from scheduler.people.model import RelationKind, Role
from solvers.vocabulary import IN_PERSON, PHONE, VIDEO, External

Drawn = TypeVar("Drawn")

_TOPICS = ("careers", "research", "teaching", "exams", "wellbeing", "leadership", "working part-time", "writing")
_TAGS = ("new to the country", "parent", "returning to work", "first in the family")
_SHARES = (0.4, 0.35, 0.25)
"""How much of the house each department is, in their order."""

_MODES_AND_ODDS = (
    ((IN_PERSON, VIDEO), 45),
    ((VIDEO, IN_PERSON), 20),
    ((IN_PERSON, VIDEO, PHONE), 20),
    ((VIDEO,), 8),
    ((IN_PERSON,), 7),
)
_LIKINGS_AND_ODDS = (
    ({"peer": 3, "near-peer": 2}, 25),
    ({"peer": 3, "near-peer": 2, "vertical": 1}, 25),
    ({"near-peer": 3, "peer": 2, "vertical": 1}, 20),
    ({"vertical": 3, "near-peer": 2}, 15),
    ({"vertical": 3, "near-peer": 2, "peer": 1}, 15),
)
_ONLY_FACILITATED: Mapping[str, int] = {"vertical": 3}
_EXTERNAL = (External.PREFER, External.PREFER, External.REQUIRE)
_ONE_IN = 6
"""So many residents want a facilitator or no group at all, so that there are facilitated groups in every demo."""


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One row of the list of people (:mod:`scheduler.enrolment.people_lists`)."""

    name: str
    role: Role
    site: str
    modes: tuple[str, ...]
    models: Mapping[str, int]
    interests: tuple[str, ...]
    stage: int | None = None
    tags: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    external: External = External.ANY
    capacity: int = 1

    @property
    def email(self) -> str:
        return address(self.name)


@dataclass(frozen=True, slots=True)
class Posting:
    """Where a resident stands on their department's rota, and when they are away."""

    name: str
    department: Department
    position: int
    absences: Absences


@dataclass(frozen=True, slots=True)
class Tie:
    """One row of the list of relations; days are left open."""

    person: str
    about: str
    kind: RelationKind


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody in the hospital, with the residents' places on the rotas, in the same order."""

    residents: tuple[MadeUp, ...]
    postings: tuple[Posting, ...]
    faculty: tuple[MadeUp, ...]
    ties: tuple[Tie, ...]


def make_staff(residents: int, sites: Sequence[str], weeks: int, seed: int) -> Staff:
    """A house of so many residents with a fifth as many seniors, over ``sites``, for a term of so many weeks."""
    random = Random(seed)
    seniors = tuple(_senior(random, number, sites) for number in range(max(4, residents // 5)))
    postings = tuple(_postings(random, residents, weeks))
    ties = tuple(_ties(random, [posting.name for posting in postings], seniors))
    tied = _tied(ties)
    stages = min(5, max(3, residents // 10))
    juniors = tuple(
        _resident(random, number, posting, sites, stages, postings, _choosable(seniors, tied[address(posting.name)]))
        for number, posting in enumerate(postings)
    )
    return Staff(juniors, postings, seniors, ties)


def _postings(random: Random, residents: int, weeks: int) -> list[Posting]:
    first, second = round(residents * _SHARES[0]), round(residents * _SHARES[1])
    sizes = (first, second, residents - first - second)
    places = [(department, k) for department, size in zip(DEPARTMENTS, sizes, strict=True) for k in range(size)]
    return [
        Posting(resident_name(number), department, position, _absences(random, department, position, weeks))
        for number, (department, position) in enumerate(places)
    ]


def _absences(random: Random, department: Department, position: int, weeks: int) -> Absences:
    """Two or three weeks of leave in a term, up to three days of study; one doctor in eight works part-time."""
    possible = leave_weeks(department, position, weeks)
    return Absences(
        leave_weeks=frozenset(random.sample(possible, min(random.choice((2, 2, 3)), len(possible)))),
        study_days=frozenset(random.sample(range(weeks * 7), random.randint(0, 3))),
        weekday_off=random.randrange(5) if random.random() < 1 / 8 else None,
    )


def _senior(random: Random, number: int, sites: Sequence[str]) -> MadeUp:
    offers = {"vertical": 1, "near-peer": 1} if number % 3 else {"vertical": 1}
    return MadeUp(
        name=faculty_name(number),
        role=Role.FACULTY,
        site=sites[number % len(sites)],
        modes=(IN_PERSON, VIDEO) if number % 4 else (VIDEO, IN_PERSON),
        models=offers,
        interests=tuple(random.sample(_TOPICS, 3)),
        capacity=2 if number % 5 == 0 else 1,
    )


def _resident(
    random: Random,
    number: int,
    posting: Posting,
    sites: Sequence[str],
    stages: int,
    everybody: Sequence[Posting],
    choosable: Sequence[str],
) -> MadeUp:
    tags = tuple(random.sample(_TAGS, 1)) if random.random() < 0.25 else ()
    others = [other for other in everybody if other is not posting]
    wanted, avoided = (address(other.name) for other in random.sample(others, 2))
    chooses = random.random() < 0.4
    return MadeUp(
        name=posting.name,
        role=Role.RESIDENT,
        site=_site_of(posting, sites),
        modes=_drawn(random, _MODES_AND_ODDS),
        models=_drawn(random, _LIKINGS_AND_ODDS) if (number + 1) % _ONE_IN else _ONLY_FACILITATED,
        interests=tuple(random.sample(_TOPICS, random.randint(1, 3))),
        stage=1 + number % stages,
        tags=tags,
        company=tags if random.random() < 0.4 else (),
        wants=(wanted,) if random.random() < 0.3 else (),
        avoids=(avoided,) if random.random() < 0.05 else (),
        choices=tuple(random.sample(choosable, min(2, len(choosable)))) if chooses else (),
        external=random.choice(_EXTERNAL) if random.random() < 0.1 else External.ANY,
    )


def _site_of(posting: Posting, sites: Sequence[str]) -> str:
    """A department works at one site; where there are three, the third department has its own."""
    return sites[DEPARTMENTS.index(posting.department) % len(sites)]


def _drawn(random: Random, odds: Sequence[tuple[Drawn, int]]) -> Drawn:
    return random.choices([value for value, _ in odds], [weight for _, weight in odds])[0]


def _ties(random: Random, residents: Sequence[str], seniors: Sequence[MadeUp]) -> list[Tie]:
    """Every resident has a supervisor; some are assessed by somebody else; and a few ties of the rarer kinds."""
    ties = []
    for number, name in enumerate(residents):
        supervisor = seniors[number % len(seniors)].email
        ties.append(Tie(supervisor, address(name), RelationKind.SUPERVISES))
        if random.random() < 0.25:
            assessor = random.choice([senior.email for senior in seniors if senior.email != supervisor])
            ties.append(Tie(assessor, address(name), RelationKind.ASSESSES))
    return ties + _rare_ties(random, residents, seniors)


def _rare_ties(random: Random, residents: Sequence[str], seniors: Sequence[MadeUp]) -> list[Tie]:
    one, two, three, four = (address(name) for name in random.sample(list(residents), 4))
    first, second = (senior.email for senior in random.sample(list(seniors), 2))
    return [
        Tie(one, two, RelationKind.FAMILY),
        Tie(three, four, RelationKind.PRIOR_COMPLAINT),
        Tie(first, one, RelationKind.TREATS),
        Tie(second, two, RelationKind.SPONSORS),
        Tie(second, three, RelationKind.ADVISES),
    ]


def _tied(ties: Sequence[Tie]) -> Mapping[str, set[str]]:
    """Who has a tie to somebody, by the address of the latter."""
    found: dict[str, set[str]] = defaultdict(set)
    for tie in ties:
        found[tie.about].add(tie.person)
    return found


def _choosable(seniors: Sequence[MadeUp], tied: Collection[str]) -> list[str]:
    return [senior.email for senior in seniors if senior.email not in tied]
