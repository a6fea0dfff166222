"""Names on rotas and the people they stand for: certain, or a question.

All names of one file are joined together (:mod:`scheduler.rotas.naming`). Only a name that fits one person, and nobody
else nearly as well, counts as certain; whatever is less is offered, never taken.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType

from scheduler.languages import say, say_many
from scheduler.rotas.model import Question, ReadDuty
from scheduler.rotas.naming.bearers import MOST_WORDS, Bearer, Bearers
from scheduler.rotas.naming.joins import NOWHERE, Join, Joining, Seen, Slot, by_letters
from scheduler.rotas.naming.words import listed_words, with_short_names, words_of, written_out

_FEWEST_OFFERED, _MOST_OFFERED = 2, 5
_MOST_PLACES = 3
_APOSTROPHES = re.compile("(?<=\\w)['’‘`´ʼʻ′](?=\\w)")
_NOON, _AFTER_LUNCH = time(12), time(14)
NOBODY = "nobody"
"""The answer that a name is no person of the programme."""
STRANGERS, ONE_BY_ONE = "names of nobody", "one by one"
"""The subject of the one question about all names that are like nobody's, and its answer that each is asked about."""
_FEWEST_STRANGERS = 3
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Known:
    """A person to whom a rota may refer: ``names`` are all that they go by, the first is shown; ``reference`` is one
    more that nobody shares, such as the address. ``former`` are names that they went by once; ``site`` is where they
    work, as far as that is known."""

    id: int
    names: tuple[str, ...]
    reference: str
    former: tuple[str, ...] = ()
    site: str = ""


@dataclass(frozen=True, slots=True)
class Matches:
    """Names that certainly mean one person, with how sure that is (0 to 1), and a question for all others; names that
    differ in case, title and accents only share one, and so do all ``strangers``, who are like nobody."""

    certain: Mapping[str, int]
    questions: tuple[Question, ...]
    confidence: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    strangers: tuple[str, ...] = ()


def match_names(
    names: Sequence[str],
    people: Sequence[Known],
    remembered: Mapping[str, int | None] | None = None,
    duties: Iterable[ReadDuty] = (),
    site: str = "",
    *,
    one_by_one: bool = False,
) -> Matches:
    """Which person each name of a file stands for. ``remembered`` are answers given earlier, None for nobody;
    ``duties`` say where and when the names stand, ``site`` whose rota it is. Names that are like nobody's are asked
    about together, or else ``one_by_one``."""
    answered = {spelling_key(name): who for name, who in (remembered or {}).items()}
    seen = _seen(duties)
    said = {name: answered[spelling_key(name)] for name in names if spelling_key(name) in answered}
    told = {name: who for name, who in said.items() if who is not None}
    joining = _joining(people, site)
    offers = _Offers(people, joining)
    joins = joining.joined([name for name in dict.fromkeys(names) if name not in said], seen, told)
    sure = {join.name: join.people[0] for join in joins if join.is_certain}
    certain = {name: {**told, **sure}[name] for name in names if name in told or name in sure}
    confidence = {join.name: join.confidence for join in joins if join.is_certain}
    asked = [join for join in joins if not join.is_certain]
    alike = {join.name for join in asked if not offers.of(join)}
    strangers = tuple(name for name in names if name in alike)
    if one_by_one or len({spelling_key(name) for name in strangers}) < _FEWEST_STRANGERS:
        strangers = ()
    single = [join for join in asked if join.name not in strangers]
    questions = (*_questions(single, seen, offers), *_about_strangers(strangers, seen))
    return Matches(certain, questions, {**dict.fromkeys(told, 1.0), **confidence}, strangers)


def spelling_key(name: str) -> str:
    """What spellings share that are one, however they are typed: the words in their order, without titles and
    accents."""
    return " ".join(words_of(name)) or " ".join(name.split())


def normalised(name: str) -> str:
    """The name for comparing: no title, accents or signs, its words in alphabetical order."""
    return " ".join(sorted(words_of(_APOSTROPHES.sub(" ", name))))


def keys_of(name: str) -> frozenset[str]:
    """By what two names are compared in lists of people: they are the same if they share one of these. O’Brien is
    O Brien as well as Obrien."""
    return frozenset((normalised(name), " ".join(sorted(words_of(name)))))


def labels(people: Sequence[Known]) -> dict[str, int]:
    """How each person is offered as an answer: by name, and by reference too where two go by one name."""
    counts = Counter(person.names[0] for person in people)
    return {
        person.names[0] if counts[person.names[0]] == 1 else f"{person.names[0]} ({person.reference})": person.id
        for person in people
    }


def _joining(people: Sequence[Known], site: str) -> Joining:
    exact = by_letters(
        (each.id, name) for each in people for name in (*each.names, *each.former, each.reference) if name
    )
    sites = {person.id: person.site == site for person in people if site and person.site}
    return Joining(Bearers(_bearers(people)), exact, sites)


def _bearers(people: Sequence[Known]) -> Iterator[Bearer]:
    for person in people:
        for name in (*person.names, *person.former):
            for said in with_short_names(name):
                for written in filter(None, (said, written_out(said))):
                    yield Bearer(person.id, listed_words(written)[:MOST_WORDS], name in person.former)


def _seen(duties: Iterable[ReadDuty]) -> Mapping[str, Seen]:
    cells: dict[str, list[str]] = defaultdict(list)
    slots: dict[str, dict[Slot, set[str]]] = defaultdict(lambda: defaultdict(set))
    for duty in duties:
        cells[duty.person].append(duty.cell)
        for half in _halves(duty):
            slots[duty.person][duty.date, half].add(duty.cell)
    return {
        name: Seen(tuple(dict.fromkeys(places)), {slot: frozenset(each) for slot, each in slots[name].items()})
        for name, places in cells.items()
    }


def _halves(duty: ReadDuty) -> tuple[str, ...]:
    """Which halves of its day a duty takes; both where nothing says it."""
    if duty.start is None or duty.end is None:
        return ("am", "pm")
    is_over = duty.end.date() == duty.start.date() and duty.end.time() <= _AFTER_LUNCH
    return ("am",) if is_over else ("pm",) if duty.start.time() >= _NOON else ("am", "pm")


class _Offers:
    """People as answers to a question."""

    def __init__(self, people: Sequence[Known], joining: Joining) -> None:
        self._labels = {id_: label for label, id_ in labels(people).items()}
        self._joining = joining

    def of(self, join: Join) -> tuple[str, ...]:
        """Whom a name can mean, likeliest first; then those who share a word with it."""
        found = dict.fromkeys(join.people)
        if len(found) < _FEWEST_OFFERED:
            found.update(dict.fromkeys(self._joining.near(join.name)))
        return tuple(self._labels[id_] for id_ in list(found)[:_MOST_OFFERED])


def _questions(asked: Iterable[Join], seen: Mapping[str, Seen], offers: _Offers) -> Iterator[Question]:
    """One for all spellings of a name, those that stand in most places first."""
    together: dict[str, list[Join]] = defaultdict(list)
    for join in asked:
        together[spelling_key(join.name)].append(join)
    places = {key: _places([seen.get(join.name, NOWHERE) for join in joins]) for key, joins in together.items()}
    for key in sorted(together, key=lambda each: -len(places[each])):
        yield _question(together[key][0], places[key], offers)


def _about_strangers(names: Sequence[str], seen: Mapping[str, Seen]) -> Iterator[Question]:
    """One question about all names that are like nobody's, so that a rota of many departments is no list of them."""
    if not names:
        return
    shown = dict.fromkeys(names[:_MOST_NAMED])
    text = say_many(
        "We don’t recognise %(num)s name: %(names)s. Is that someone outside the programme?",
        "We don’t recognise %(num)s names: %(names)s. Are they all people outside the programme?",
        len(names),
        names=", ".join(shown) + (" …" if len(names) > len(shown) else ""),
    )
    places = _places([seen.get(name, NOWHERE) for name in names])
    yield Question("person", places[0] if places else "", text, (NOBODY, ONE_BY_ONE), STRANGERS)


def _places(seen: Iterable[Seen]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cell for each in seen for cell in each.cells))


def _question(join: Join, places: Sequence[str], offers: _Offers) -> Question:
    answers = offers.of(join)
    if len(join.people) > 1:
        text = say_many(
            "“%(name)s” could be %(num)s person. Which one is it?",
            "“%(name)s” could be any of %(num)s people. Which one is it?",
            len(join.people),
            name=join.name,
        )
    else:
        text = say("Who is “%(name)s”? Nobody in the programme has exactly this name.", name=join.name)
    where = f" {_where(places)}" if len(places) > 1 else ""
    return Question("person", places[0] if places else "", text + where, (*answers, NOBODY), join.name)


def _where(places: Sequence[str]) -> str:
    first = ", ".join(places[:_MOST_PLACES])
    if len(places) <= _MOST_PLACES:
        return say("It’s at %(places)s.", places=first)
    return say("It’s in %(count)s places: %(places)s …", count=len(places), places=first)
