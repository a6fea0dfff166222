"""Made-up people, and their names as colleagues write them, with whom each spelling may mean.

It shares nothing with the code that joins names: who else a spelling may mean is worked out from the ways of writing
themselves.
"""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from scheduler.rotas.names import Known

_GIVEN_NAMES = (
    "Adaeze Agneta Alejandro Alina Alistair Amara Ambrose Anouk Anselmo Aoibhinn Araminta Arvid Astrid Aurelio Ayesha "
    "Balthazar Beatriz Benedikta Birgit Björn Bożena Brónach Calogero Casimir Cecília Chiamaka Chidi Clémence Conall "
    "Corentin Dagmar Daisuke Danuta Delphine Dermot Dieudonné Dilnoza Dorothea Ebele Ebru Eilidh Eleni Emre Enzo "
    "Étienne Eudora Eulalia Fabrizio Farrukh Fergus Filomena Florian Folasade Frida Gaëlle Ganesh Gerlinde Ginevra "
    "Goran Gráinne Gustaf Hadiza Harriet Haruki Hermione Hyacinth Ibrahim Idris Ilse Imogen Ingrid Isidora Itziar "
    "Jacinta Jadranka Jarosław Jelena Jocasta Jolanta Kamala Katarzyna Kerstin Khadija Kofi Krisztina Lakshmi Leocadia "
    "Liesl Ljubica Lorcan Lucasta Lukasz Maarten Małgorzata Mairead Malachy Marguerite Matteo Maximilian Mehmet "
    "Mireille Nadezhda Nikhil Nkechi Noémie Octavia Odhran Olumide Oskar Padraig Parvati Perpetua Philippa Priyanka "
    "Quintus Radosław Ramón Roísín Rosalind Ruaridh Sabine Saoirse Seraphina Siegfried Sinéad Siobhan Solveig Subira "
    "Sunniva Svetlana Tadeusz Temitope Thaddeus Thérèse Torsten Tunde Ulf Umberto Ursula Uzma Vaughan Venkat Violeta "
    "Vivek Wanda Wilhelm Xavier Xenia Yannick Yetunde Yolanda Yvonne Zainab Zdenka Zebedee Zuleikha"
)
_FAMILY_NAMES = (
    "Abernathy Achebe Adeyemi Åkerlund Almqvist Appiah Arbuthnot Azikiwe Babić Bakshi Balogun Barzani Beaumont "
    "Bergström Bhattacharya Blackwood Bogdanović Bolaños Boyadjian Brzezicki Byrne Cadwallader Carmichael Castellanos "
    "Chakraborty Chaudhry Chevalier Cholmondeley Connolly Coppola Crabtree Cruickshank D'Angelo Dąbrowski Delacroix "
    "Demir Desai Diallo Dimitriou Dragomir Drummond Dufresne Eberhardt Egerton Ekström El-Sayed Escobar Esposito "
    "Fairweather Farquhar Ferreira Fiołek Fitzgerald Fotheringham Gaffney Gajewski Galbraith García Ghebreyesus "
    "Giannopoulos Gonçalves Grünwald Gupta Haddad Halvorsen Hamasaki Hämäläinen Hargreaves Hashimoto Hidalgo Holloway "
    "Horváth Ibekwe Igwe Ivanov Jabłoński Jankowski Jayawardena Jørgensen Kalinowski Kapoor Karamanlis Kavanagh "
    "Kensington Khatun Kiplagat Kowalczyk Krämer Kumalo Lacroix Lagerfeld Landsbergis Leclerc Lindqvist Llewellyn "
    "Łukasik Macgregor Mahlangu Majumdar Marchetti Mascarenhas Mbatha McAllister Mendoza Mikkelsen Montgomery Moreau "
    "Mukherjee Mwangi Nakamura Nascimento Ngata Niemelä Nkrumah Nordström Obregón O'Brien O'Donoghue Ogunbanjo Okafor "
    "Olszewski Oppenheim Ortega Osterman Özdemir Pallavicini Papadakis Pasternak Pellegrini Penhaligon Pereira "
    "Prendergast Przybylski Quesada Quigley Radcliffe Ramanathan Rasmussen Rautio Ravenscroft Renard Ríos Rosenthal "
    "Rutherford Sæther Sandhu Satō Schönfeld Scrimgeour Sepúlveda Shrestha Silvestri Sobczak Söderberg St-Pierre "
    "Strickland Subramaniam Szymański Takahashi Tennyson Thistlewood Tiwari Trevelyan Tsegaye Underwood Urquhart "
    "Valdés Vasilenko Vaszary Villanueva Vranitzky Wadsworth Wakefield Weatherby Wieczorek Winterbottom Wołek "
    "Yarborough Yamaguchi Zapatero Żeromski Zimmermann"
)
_GIVEN, _SURNAMES = _GIVEN_NAMES.split(), _FAMILY_NAMES.split()
_PARTICLES = ("de la", "van der", "van", "von", "dos", "al")
_NEAR = (
    ("Anna", "Anne"), ("Marta", "Maria"), ("Francesco", "Francesca"), ("Jon", "John"), ("Daniel", "Danielle"),
    ("Marina", "Marisa"), ("Karen", "Karin"), ("Mario", "Marco"), ("Ali", "Alia"), ("Christian", "Christina"),
    ("Sara", "Sarah"), ("Julia", "Julie"), ("Brian", "Briana"), ("Martin", "Martina"), ("Stefan", "Stephan"),
)  # fmt: skip
_SHORT = {
    "William": "Bill", "Robert": "Bob", "Elizabeth": "Liz", "Margaret": "Peggy", "Katarzyna": "Kasia",
    "Małgorzata": "Gosia", "Maximilian": "Max", "Philippa": "Pippa", "Francisco": "Paco", "Giuseppe": "Beppe",
    "Alexander": "Sasha", "Theodore": "Ted", "Rosalind": "Roz", "Temitope": "Temi", "Guilherme": "Gui",
}  # fmt: skip
_TITLES = ("Dr", "Dr.", "Prof", "Mr", "Ms", "Mrs", "Dr med.", "Herr", "Frau", "Dott.", "Dra.", "Mme")
_APOSTROPHES = "'’ʼʻ`´"
_STROKES = {"ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ß": "ss"}
_AROUND = {"ö": "oe", "ü": "ue", "ä": "ae", "ø": "oe", "å": "aa"}


class Way(Enum):
    """How a name is written."""

    WHOLE = "the whole name"
    TURNED = "the surname first"
    GIVEN = "the first name alone"
    GIVEN_INITIAL = "the first name and an initial"
    INITIAL_SURNAME = "an initial and the surname"
    INITIALS_SURNAME = "all initials and the surname"
    SURNAME = "the surname alone"
    ENDS = "the first name and one of two surnames"
    SHORT = "a short form and the surname"
    SHORT_ALONE = "a short form alone"
    CUT = "the first name and the beginning of the surname"
    SLIP = "the whole name with a slip"
    TWO_SLIPS = "the whole name with two slips"
    SLIP_ALONE = "the first name alone with a slip"
    FORMER = "a former name"
    OTHER = "another name after the same first name"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who may be written: ``number`` is 0 for one who is not on the list."""

    number: int
    given: str
    surnames: tuple[str, ...]
    former: str = ""

    @property
    def name(self) -> str:
        """As the list has it."""
        return " ".join((self.given, *self.surnames))


@dataclass(frozen=True, slots=True)
class Spelled:
    """A spelling, how it came about, and the numbers of all who may be meant; 0 is somebody who is on no list."""

    text: str
    way: Way
    meant: int
    possible: frozenset[int]


@dataclass(frozen=True, slots=True)
class World:
    """The people on a list and the spellings in one file."""

    people: tuple[Known, ...]
    spelled: tuple[Spelled, ...]


def world(
    seed: int,
    people: int = 170,
    spellings: int = 305,
    *,
    shared: float = 0.05,
    strangers: int = 0,
    is_hard: bool = False,
) -> World:
    """Made-up people and spellings. ``shared`` is the share of people whose first name somebody else has, and of those
    whose surname somebody else has; ``strangers`` are written in the file and on no list; a hard one has relatives,
    names a letter apart and all ways of writing, the other ways are those of an ordinary department."""
    rng = random.Random(seed)
    listed = _people(rng, people, shared, is_hard=is_hard)
    others = _strangers(rng, listed, strangers)
    spelled = tuple(_spellings(rng, [*listed, *others], spellings, _HARD if is_hard else _ORDINARY))
    known = tuple(
        Known(each.number, (each.name,), f"p{each.number}@example.org", (each.former,) if each.former else ())
        for each in listed
    )
    return World(known, spelled)


_ORDINARY: Mapping[Way, int] = {
    Way.WHOLE: 30, Way.TURNED: 8, Way.GIVEN: 20, Way.GIVEN_INITIAL: 20, Way.INITIAL_SURNAME: 6, Way.SURNAME: 4,
    Way.ENDS: 4, Way.SLIP: 4, Way.SLIP_ALONE: 4,
}  # fmt: skip
_HARD: Mapping[Way, int] = {**dict.fromkeys(Way, 6), Way.WHOLE: 20, Way.GIVEN: 12, Way.GIVEN_INITIAL: 12}


def _people(rng: random.Random, count: int, shared: float, *, is_hard: bool) -> list[Somebody]:
    given, surnames = _pool(rng, _GIVEN, count), _pool(rng, _SURNAMES, 2 * count)
    taken: list[Somebody] = []
    for number in range(1, count + 1):
        first = rng.choice(taken).given if taken and rng.random() < shared else given.pop()
        last = rng.choice(taken).surnames[-1] if taken and rng.random() < shared else surnames.pop()
        if is_hard and rng.random() < 0.1:
            first = rng.choice(rng.choice(_NEAR))
        elif is_hard and rng.random() < 0.08:
            first = rng.choice(list(_SHORT))
        parts = _surnames(rng, last, surnames)
        former = f"{first} {surnames.pop()}" if is_hard and rng.random() < 0.05 else ""
        new = Somebody(number, first, parts, former)
        if any(_plain(new.name) == _plain(each.name) for each in taken):
            new = Somebody(number, first, (*parts, surnames.pop()), former)
        taken.append(new)
    return taken


def _pool(rng: random.Random, names: Sequence[str], count: int) -> list[str]:
    """Enough names: those at hand first, then two of them run together, as no others are."""
    found = rng.sample(list(names), len(names))
    while len(found) < count + 20:
        found.insert(0, rng.choice(names)[:3] + rng.choice(names)[-4:].lower())
    unlike = {_plain(name): name for name in found}
    return list(unlike.values())


def _surnames(rng: random.Random, last: str, more: list[str]) -> tuple[str, ...]:
    kind = rng.random()
    if kind < 0.60 or len(more) < 60:
        return (last,)
    if kind < 0.75:
        return (more.pop(), last)
    if kind < 0.82:
        return (f"{more.pop()}-{last}",)
    if kind < 0.90:
        return (*rng.choice(_PARTICLES).split(), last)
    return (rng.choice("ABCDEFGHIJKLMNOPRSTUVWXYZ"), last)


def _strangers(rng: random.Random, listed: Sequence[Somebody], count: int) -> list[Somebody]:
    """People of other departments; some share a first name or a surname with somebody on the list."""
    found = []
    for _ in range(count):
        given = rng.choice(listed).given if rng.random() < 0.3 else rng.choice(_GIVEN)
        surname = (
            rng.choice(listed).surnames[-1].split("-")[0]
            if rng.random() < 0.3
            else f"{rng.choice(_SURNAMES)[:-2]}eridge"
        )
        new = frozenset(_plain(f"{given} {surname}").split())
        if not any(new <= frozenset(_plain(each.name).split()) for each in listed):
            found.append(Somebody(0, given, (surname,)))
    return found


def _spellings(
    rng: random.Random, people: Sequence[Somebody], count: int, ways: Mapping[Way, int]
) -> Iterator[Spelled]:
    clean: dict[str, set[int]] = defaultdict(set)
    for somebody in people:
        for plain_way in _CLEAN:
            for text in _WRITTEN[plain_way](rng, somebody):
                clean[_plain(text)].add(_identity(somebody, people))
    done: set[str] = set()
    order = [*people, *rng.choices(people, k=max(0, 6 * count))]
    for somebody in order:
        way = rng.choices(list(ways), list(ways.values()))[0]
        forms = _WRITTEN[way](rng, somebody)
        if not forms or len(done) >= count:
            continue
        text = rng.choice(forms)
        who = _identity(somebody, people)
        meant = (
            (each for form in _MEANT[way](somebody) for each in clean.get(_plain(form), ())) if way in _MEANT else ()
        )
        possible = frozenset((*clean.get(_plain(text), ()), *meant, who))
        text = _dressed(rng, text)
        if text not in done:
            done.add(text)
            yield Spelled(text, way, max(who, 0), frozenset(max(each, 0) for each in possible))


def _identity(somebody: Somebody, people: Sequence[Somebody]) -> int:
    """The number, negative and one's own for people on no list."""
    return somebody.number or -1 - next(place for place, each in enumerate(people) if each is somebody)


def _whole(_rng: random.Random, who: Somebody) -> list[str]:
    return [who.name]


def _turned(_rng: random.Random, who: Somebody) -> list[str]:
    last = " ".join(who.surnames)
    return [f"{last}, {who.given}", f"{last.upper()} {who.given}", f"{last} {who.given}"]


def _given(_rng: random.Random, who: Somebody) -> list[str]:
    return [who.given]


def _given_initial(_rng: random.Random, who: Somebody) -> list[str]:
    return [form for part in _parts(who) for form in (f"{who.given} {part[0]}", f"{part[0]} {who.given}")]


def _initial_surname(_rng: random.Random, who: Somebody) -> list[str]:
    last = " ".join(part for part in who.surnames if len(part) > 1)
    return [f"{who.given[0]} {last}", f"{who.given[0]}. {last}", f"{last} {who.given[0]}"] if last else []


def _initials_surname(_rng: random.Random, who: Somebody) -> list[str]:
    if len(who.surnames) < 2 or len(who.surnames[-1]) == 1:
        return []
    return [f"{who.given[0]}{who.surnames[0][0].upper()} {who.surnames[-1]}"]


def _surname(_rng: random.Random, who: Somebody) -> list[str]:
    whole = " ".join(who.surnames)
    forms = (whole, who.surnames[-1], *who.surnames[-1].split("-"))
    return [form for form in dict.fromkeys(forms) if len(form) > 2]


def _ends(_rng: random.Random, who: Somebody) -> list[str]:
    long = [part for part in _parts(who) if len(part) > 2 and part.lower() not in ("van", "von", "der", "dos")]
    return [f"{who.given} {part}" for part in long] if len(_parts(who)) > 1 else []


def _short(_rng: random.Random, who: Somebody) -> list[str]:
    return [f"{_SHORT[who.given]} {who.surnames[-1]}"] if who.given in _SHORT else []


def _short_alone(_rng: random.Random, who: Somebody) -> list[str]:
    return [_SHORT[who.given]] if who.given in _SHORT else []


def _cut(_rng: random.Random, who: Somebody) -> list[str]:
    return [f"{who.given} {part[:3]}" for part in _parts(who) if len(part) > 4 and part[:3].isalpha()]


def _slip(rng: random.Random, who: Somebody) -> list[str]:
    words = who.name.replace("-", " ").split()
    long = [place for place, word in enumerate(words) if len(word) > 4]
    if not long:
        return []
    place = rng.choice(long)
    return [" ".join((*words[:place], _with_slip(rng, words[place]), *words[place + 1 :]))]


def _two_slips(rng: random.Random, who: Somebody) -> list[str]:
    long = [word for word in who.name.replace("-", " ").split() if len(word) > 6]
    if not long:
        return []
    word = rng.choice(long)
    return [who.name.replace(word, _with_slip(rng, _with_slip(rng, word)), 1)]


def _slip_alone(rng: random.Random, who: Somebody) -> list[str]:
    return [_with_slip(rng, who.given)] if len(who.given) > 3 else []


def _former(_rng: random.Random, who: Somebody) -> list[str]:
    return [who.former] if who.former else []


def _other(rng: random.Random, who: Somebody) -> list[str]:
    """Somebody else, whom no list has, of the same first name."""
    return [f"{who.given} {rng.choice(_SURNAMES)}worthy"] if who.number == 0 else []


_WRITTEN: Mapping[Way, Callable[[random.Random, Somebody], list[str]]] = {
    Way.WHOLE: _whole, Way.TURNED: _turned, Way.GIVEN: _given, Way.GIVEN_INITIAL: _given_initial,
    Way.INITIAL_SURNAME: _initial_surname, Way.INITIALS_SURNAME: _initials_surname, Way.SURNAME: _surname,
    Way.ENDS: _ends, Way.SHORT: _short, Way.SHORT_ALONE: _short_alone, Way.CUT: _cut, Way.SLIP: _slip,
    Way.TWO_SLIPS: _two_slips, Way.SLIP_ALONE: _slip_alone, Way.FORMER: _former, Way.OTHER: _other,
}  # fmt: skip
_MEANT: Mapping[Way, Callable[[Somebody], list[str]]] = {
    Way.SLIP: lambda who: [who.name], Way.TWO_SLIPS: lambda who: [who.name], Way.SLIP_ALONE: lambda who: [who.given]
}  # fmt: skip
"""What was to be written where the pen slipped."""
_CLEAN = tuple(way for way in Way if way not in (Way.SLIP, Way.TWO_SLIPS, Way.SLIP_ALONE, Way.OTHER))


def _parts(who: Somebody) -> list[str]:
    return [part for surname in who.surnames for part in surname.replace("-", " ").split()]


def _with_slip(rng: random.Random, word: str) -> str:
    place = rng.randrange(1, len(word) - 2)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[: place + 1] + word[place:]
    if kind == 2:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + rng.choice("aeinorst") + word[place + 1 :]


def _dressed(rng: random.Random, text: str) -> str:
    """The same spelling with a title, in capitals, without accents, with another apostrophe or hyphen, or as it is."""
    for sign in "'’":
        if sign in text:
            text = text.replace(sign, rng.choice((*_APOSTROPHES, "", " ")))
    if "-" in text and rng.random() < 0.4:
        text = text.replace("-", rng.choice((" ", "", "–")))
    kind = rng.random()
    if kind < 0.2 and " " in text:
        return f"{rng.choice(_TITLES)} {text}"
    if kind < 0.4:
        return text.upper()
    if kind < 0.5:
        return _without_signs(text)
    if kind < 0.55:
        return "".join(_AROUND.get(sign, sign) for sign in text)
    return text


def _without_signs(text: str) -> str:
    plain = unicodedata.normalize("NFKD", "".join(_STROKES.get(sign, sign) for sign in text))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _plain(text: str) -> str:
    small = _without_signs(text.lower()).replace("-", " ").replace(",", "").replace(".", "").replace("'", "")
    return " ".join(sorted(small.split()))
