"""Which line of a rota is somebody’s own, and what of the rota concerns them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.rota_import.other_readings import Readings
from scheduler.rotas.model import Question, ReadRota, codes_of_subject
from scheduler.rotas.names import Known, match_names, spelling_key
from scheduler.text_input import shortened

_MOST_NAMES_TOLD = 12


def of_one(rota: ReadRota, person_id: int, people: tuple[Known, ...], written: str = "") -> ReadRota:
    """What a rota says of one person, and the questions that concern it.

    A rota of one person is theirs unless its name is certainly somebody else's; of several, the line with the name as
    ``written``, else those that certainly mean them.
    """
    names = frozenset(_names_of(rota, person_id, people, written))
    pattern = rota.pattern
    duties = tuple(duty for duty in rota.duties if duty.person in names)
    kept = duties
    if pattern is not None:
        pattern = replace(pattern, duties=tuple(duty for duty in pattern.duties if duty.person in {*names, ""}))
        kept = (*kept, *pattern.duties)
    codes = {duty.code for duty in kept}
    others = [name for name in rota.people if name not in names]
    questions = tuple(each for each in rota.questions if _concerns(each, codes, others))
    own = replace(rota, people=tuple(sorted(names)), duties=duties, questions=questions, pattern=pattern)
    return replace(own, pictures=(), source=b"")  # others' lines stand on the sheets


def own_line(rota: ReadRota, person_id: int, people: tuple[Known, ...], written: str, ways: Readings) -> ReadRota:
    """Somebody's line of a rota; where it is only there read otherwise, as it is then."""
    try:
        return of_one(rota, person_id, people, written)
    except Rejected:
        other = next((read for each in ways.values() for read in each.values()), None)
        if other is None:
            raise
        return other


def own_ways(
    readings: Mapping[str, ReadRota], person_id: int, people: tuple[Known, ...], written: str
) -> Iterator[tuple[str, ReadRota]]:
    """Somebody's own line in each of these readings that has it."""
    for answer, rota in readings.items():
        try:
            yield answer, of_one(rota, person_id, people, written)
        except Rejected:
            continue


def _concerns(question: Question, codes: set[str], others: Sequence[str]) -> bool:
    """Whether a question is one for somebody with these codes; what it says of others is not kept."""
    if question.about == "person" or (question.about == "code" and not codes & set(codes_of_subject(question.subject))):
        return False
    return not any(name in question.text for name in others)


def _names_of(rota: ReadRota, person_id: int, people: tuple[Known, ...], written: str) -> Iterable[str]:
    if written:
        found = [name for name in rota.people if spelling_key(name) == spelling_key(written)]
    else:
        certain = match_names(rota.people, people, duties=rota.duties).certain
        found = [name for name in rota.people if certain.get(name) == person_id]
        if not found and len(rota.people) == 1 and rota.people[0] not in certain:
            found = list(rota.people)
    if found:
        return found
    told = ", ".join(shortened(name) for name in rota.people[:_MOST_NAMES_TOLD])
    words = say("We can’t find you on this rota. It names: %(names)s.", names=told or "–")
    raise Rejected(words, (Fault("written", say("Write your name as it appears on the rota.")),))
