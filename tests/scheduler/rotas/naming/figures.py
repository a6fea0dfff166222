"""What became of made-up spellings: joined rightly, joined to somebody else, asked though one person could be meant."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.rotas.names import Matches
from tests.scheduler.rotas.naming.spellings import Spelled, World


@dataclass(frozen=True, slots=True)
class Figures:
    """``false`` are spellings that were joined to somebody else, or although somebody else could be meant too;
    ``needless`` counts those that were asked about though one person alone could be meant."""

    spellings: int
    right: int
    false: tuple[str, ...]
    needless: int
    questions: int


def measured(made: World, found: Matches) -> Figures:
    """The figures of one file."""
    joined = {each.text: found.certain[each.text] for each in made.spelled if each.text in found.certain}
    asked = [each for each in made.spelled if each.text not in joined]
    false = tuple(each.text for each in made.spelled if each.text in joined and not _is_right(each, joined[each.text]))
    needless = sum(1 for each in asked if len(each.possible) == 1 and each.meant)
    return Figures(len(made.spelled), len(joined) - len(false), false, needless, len(found.questions))


def _is_right(spelled: Spelled, person: int) -> bool:
    return spelled.possible == {person}
