"""Answers to the questions that reading a rota left, and what they make of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.rotas.date_corrections import is_about_dates, with_corrected_dates
from scheduler.rotas.model import DutyKind, LegendEntry, Question, ReadDuty, ReadRota, codes_of_subject
from scheduler.rotas.names import NOBODY, ONE_BY_ONE, STRANGERS, Known, Matches, labels, match_names, spelling_key
from scheduler.rotas.reading.cells import folded, span_of
from scheduler.rotas.typed_names import whom
from scheduler.text_input import shortened

MUST_BE_ANSWERED = frozenset(("date",))
"""Questions without whose answer nothing is imported: a rota in the wrong year does harm."""

ONLY_SAID = frozenset(("cell",))
"""Questions that ask nothing: they say what was left out."""

ONE_PERSON, TWO_PEOPLE, A_PERSON, A_HEADING = "one person", "two people", "person", "heading"
"""Answers about a line of the rota rather than about whose it is."""
NO_NAMES = frozenset((NOBODY, ONE_PERSON, TWO_PEOPLE, A_PERSON, A_HEADING))
"""Answers about a name that name nobody."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was decided, by the question's subject: names → person (None: nobody), codes → meaning, and the rest."""

    people: Mapping[str, int | None] = field(default_factory=lambda: MappingProxyType({}))
    codes: Mapping[str, LegendEntry] = field(default_factory=lambda: MappingProxyType({}))
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Understood:
    """A rota with the answers so far: whom its names stand for, with how sure that is (0 to 1), and the questions that
    are still open. ``strangers`` are names like nobody's, about which one question asks."""

    rota: ReadRota
    people: Mapping[str, int]
    questions: tuple[Question, ...]
    confidence: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    strangers: tuple[str, ...] = ()

    @property
    def may_be_imported(self) -> bool:
        """Whether nothing is open that importing must wait for, and at least one name is known."""
        return bool(self.people) and not self.is_undated

    @property
    def is_undated(self) -> bool:
        """Whether nobody knows yet which days it is about: importing waits for an answer."""
        return any(each.about in MUST_BE_ANSWERED for each in self.questions)

    @property
    def still_asked(self) -> tuple[Question, ...]:
        """The open questions that an answer changes anything about: what was left out is a remark."""
        return tuple(each for each in self.questions if each.about not in ONLY_SAID)


def understood(rota: ReadRota, people: tuple[Known, ...], answers: Answers, site: str = "") -> Understood:
    """The rota as the answers explain it; ``site`` is whose it is. Lines of two people are nobody's until the file
    tells them apart."""
    explained = _with_people(_with_codes(with_corrected_dates(rota, answers.others), answers.codes), answers)
    one_by_one = answers.others.get(STRANGERS) == ONE_BY_ONE
    matches = match_names(explained.people, people, answers.people, explained.duties, site, one_by_one=one_by_one)
    certain = {name: id_ for name, id_ in matches.certain.items() if answers.others.get(name) != TWO_PEOPLE}
    questions = tuple(_open(explained, matches, answers))
    return Understood(explained, certain, questions, matches.confidence, matches.strangers)


def parse_answers(given: Mapping[tuple[str, str], str], people: tuple[Known, ...]) -> Answers:
    """Answers as they come from a form: (about, subject) → the chosen text.

    A person is chosen by the label offered, by whatever the box that finds people would find them by, or ``nobody``; a
    code's meaning is a kind of duty, with its hours if wanted: ``night 21:00-09:30``; a rolling rota's start a day and,
    if wanted, a number of weeks: ``2026-08-05 26``.
    Raises :class:`Rejected` with every answer that makes no sense.
    """
    faults: list[Fault] = []
    known = labels(people)
    names: dict[str, int | None] = {}
    codes: dict[str, LegendEntry] = {}
    others: dict[str, str] = {}
    for (about, subject), text in given.items():
        if not text:
            continue
        if about == "person" and (text == NOBODY or text in known):
            names[subject] = known.get(text)
        elif about == "code":
            _note_code(subject, text, codes, faults)
        elif about == "person" and text not in (ONE_PERSON, TWO_PEOPLE, A_PERSON, A_HEADING, ONE_BY_ONE):
            label, fault = whom(text, people)
            if fault:
                faults.append(Fault(subject, fault))
            else:
                names[subject] = known[label]
        elif about == "date" and not is_about_dates(subject, text):
            faults.append(Fault(subject, say("“%(text)s” is not a valid date.", text=shortened(text))))
        else:
            others[subject] = text
    if faults:
        raise Rejected(say("Some answers can’t be used."), tuple(faults))
    return Answers(names, codes, others)


def joined_answers(earlier: Answers, later: Answers) -> Answers:
    """Both, the later where they differ."""
    return Answers(
        {**earlier.people, **later.people}, {**earlier.codes, **later.codes}, {**earlier.others, **later.others}
    )


def _note_code(code: str, text: str, codes: dict[str, LegendEntry], faults: list[Fault]) -> None:
    kind, _, hours = text.strip().partition(" ")
    span = span_of(hours) if hours else None
    if kind not in set(DutyKind) or (hours and span is None):
        wrong = say(
            "“%(text)s” is not a kind of duty with its hours; write it like “night 21:00-09:30”.", text=shortened(text)
        )
        faults.append(Fault(code, wrong))
        return
    start, end = span or (None, None)
    for each in codes_of_subject(code):
        codes[each] = LegendEntry(each, DutyKind(kind), start, end, "")


def _with_codes(rota: ReadRota, codes: Mapping[str, LegendEntry]) -> ReadRota:
    if not codes:
        return rota
    meanings = {folded(code) or code: entry for code, entry in codes.items()}
    duties = tuple(_explained(duty, meanings.get(folded(duty.code) or duty.code)) for duty in rota.duties)
    return replace(rota, duties=duties, legend=MappingProxyType({**rota.legend, **codes}))


def _with_people(rota: ReadRota, answers: Answers) -> ReadRota:
    """The rota with the names of empty lines that are people, as was said now or before: they have no duties, so days
    off."""
    asked = dict.fromkeys(question.subject for question in rota.questions if A_PERSON in question.answers)
    empty = tuple(
        name
        for name in asked
        if name not in rota.people and (answers.others.get(name) == A_PERSON or answers.people.get(name) is not None)
    )
    return replace(rota, people=rota.people + empty)


def _explained(duty: ReadDuty, entry: LegendEntry | None) -> ReadDuty:
    """The duty by an answered code; hours that the file itself gives stay."""
    if entry is None:
        return duty
    start, end = (duty.start, duty.end) if duty.start else entry.span(duty.date) or (None, None)
    return replace(duty, kind=entry.kind, start=start, end=end)


def _open(rota: ReadRota, matches: Matches, answers: Answers) -> list[Question]:
    settled = {question.subject for question in matches.questions} | set(answers.people) | set(matches.strangers)
    keys = {spelling_key(subject) for subject in settled}
    still = [
        question
        for question in rota.questions
        if question.subject not in answers.others
        and not (question.about == "code" and answers.codes.keys() >= set(codes_of_subject(question.subject)))
        and not (question.about == "person" and spelling_key(question.subject) in keys)
        and not (_is_about_two_spellings(question) and question.subject in matches.certain)
    ]
    return [*still, *(question for question in matches.questions if question.subject not in answers.people)]


def _is_about_two_spellings(question: Question) -> bool:
    """Whether it asks if two names are one: needless once it is known whose they are."""
    return question.about == "person" and question.subject in question.answers
