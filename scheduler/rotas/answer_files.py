"""Questions of a reading as a TOML file to fill in, and the answers read back: so that a reading can be repeated.

A question is a table ``[[question]]`` with ``about``, ``subject``, ``cell``, ``text``, ``likely`` (answers that it may
well be) and ``answer``, which is empty until somebody knows. Reading goes by ``about`` and ``subject`` alone. Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import tomli_w

from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.rotas.answers import Answers, joined_answers, parse_answers
from scheduler.rotas.model import Question, ReadRota
from scheduler.rotas.names import Known
from scheduler.rotas.pointed_sheets import NOTHING_POINTED, Pointing
from scheduler.rotas.pointing_text import pointed_in

Key = tuple[str, str]
"""What an answer belongs to: what the question is about, and its subject."""

NOTED = "noted"
"""The answer to what is no more than said."""
AS_READ = "as read"
"""The answer to a question about the layout where the sheet was read rightly."""

NOTHING_GIVEN: Mapping[Key, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FiledAnswer:
    """An answer as it stands in a file; ``place`` says where, for messages."""

    place: str
    key: Key
    text: str


def question_file(questions: Iterable[Question], given: Mapping[Key, str] = NOTHING_GIVEN) -> bytes:
    """The questions with room for their answers, or with the one ``given``. What cannot be answered, such as a cell
    that was left out, is not among them."""
    tables = {(each.about, each.subject): _table(each) for each in questions if each.subject}
    for key, text in given.items():
        tables.setdefault(key, {"about": key[0], "subject": key[1]})["answer"] = text
    return (_head() + tomli_w.dumps({"question": list(tables.values())}, multiline_strings=True)).encode()


def filed_answers(content: bytes, filename: str) -> tuple[FiledAnswer, ...]:
    """The answers of a file that :func:`question_file` wrote and somebody filled in; empty ones are left out.

    Raises :class:`Rejected` if it cannot be read, or with every question that is not written as one.
    """
    places = ((say("question %(number)s", number=number), table) for number, table in _numbered(content, filename))
    read = [_filed(place, table) for place, table in places]
    _refuse([each for each in read if isinstance(each, Fault)], filename)
    return tuple(each for each in read if isinstance(each, FiledAnswer) and each.text)


def given_in(filed: Sequence[FiledAnswer]) -> dict[Key, str]:
    """The answers by their questions; of two the later."""
    return {each.key: each.text for each in filed}


def answers_in(filed: Sequence[FiledAnswer], people: tuple[Known, ...], filename: str) -> Answers:
    """What the answers decide. Raises :class:`Rejected` with the place of every answer that makes no sense."""
    found, faults = Answers(), list[Fault]()
    for each in filed:
        try:
            found = joined_answers(found, parse_answers({each.key: each.text}, people))
        except Rejected as wrong:
            faults += [Fault(f"{each.place} (“{each.key[1]}”)", fault.text) for fault in wrong.faults]
    _refuse(faults, filename)
    return found


def pointing_in(filed: Sequence[FiledAnswer], rota: ReadRota, filename: str) -> Pointing:
    """What the answers to questions about the layout say of the rota's sheets.

    Raises :class:`Rejected` with the place of every answer that neither says where things are nor that all is right.
    """
    found, faults = NOTHING_POINTED, list[Fault]()
    for each in (each for each in filed if each.key[0] == "layout" and each.text.casefold() not in (AS_READ, NOTED)):
        sheet, said = _sheet_of(each.key[1], rota), pointed_in(each.text, "")
        if said is not None and sheet is not None:
            found = found.with_sheet(replace(said, sheet=sheet))
        elif said is None:
            wrong = say(
                "Say where things are, as in “dates 1; names A; ignore H:K”, or “as read” if everything is right."
            )
            faults.append(Fault(f"{each.place} (“{each.key[1]}”)", wrong))
    _refuse(faults, filename)
    return found


def _sheet_of(subject: str, rota: ReadRota) -> str | None:
    """The name of the sheet that a question about the layout is about; None where the file has it no more."""
    names = [picture.sheet for picture in rota.pictures]
    of_it = (
        name for name in names if subject == name or subject.endswith(f" of {name}") or subject.startswith(f"{name}!")
    )
    return next(of_it, names[0] if len(names) == 1 else None)


def never_asked(filed: Sequence[FiledAnswer], asked: Iterable[Question]) -> tuple[FiledAnswer, ...]:
    """Answers to what the rota does not ask, such as those about last month's codes. Where things are on a sheet may
    be said unasked."""
    keys = {(question.about, question.subject) for question in asked}
    unasked = (each for each in filed if each.key not in keys)
    return tuple(each for each in unasked if each.key[0] != "layout" or pointed_in(each.text, "") is None)


def _filed(place: str, table: Mapping[str, object]) -> FiledAnswer | Fault:
    about, subject, text = (table.get(name, "") for name in ("about", "subject", "answer"))
    if isinstance(about, str) and isinstance(subject, str) and isinstance(text, str) and about and subject:
        return FiledAnswer(place, (about, subject), text.strip())
    return Fault(place, say("“about”, “subject” and “answer” have to be text in quotation marks."))


def _refuse(faults: Sequence[Fault], filename: str) -> None:
    if faults:
        raise Rejected(say("Some answers can’t be used."), tuple(faults), where=filename)


def _table(question: Question) -> dict[str, str]:
    return {
        "about": question.about,
        "subject": question.subject,
        "cell": question.cell,
        "text": question.text,
        "likely": AS_READ if question.about == "layout" else ", ".join(question.answers),
        "answer": "",
    }


def _head() -> str:
    lines = (
        say("Write each answer between the quotation marks after “answer”; leave empty what you do not know."),
        say("“likely” lists answers that may well be right. A code’s answer may have hours: night 21:00-09:30."),
        say("About the layout, say where things are: dates 1; names A; ignore H:K, 61:70; cells codes (or names)."),
    )
    return "".join(f"# {line}\n" for line in lines) + "\n"


def _numbered(content: bytes, filename: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        tables = tomllib.loads(content.decode("utf-8-sig")).get("question", [])
    except (ValueError, RecursionError) as wrong:
        place = re.search(r"at line (\d+)", str(wrong))
        line = say("line %(number)s", number=place[1]) if place else ""
        where = f"{filename}, {line}" if place else filename
        raise Rejected(say("The answers can’t be read."), where=where, what_to_do=_advice()) from wrong
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Rejected(say("The answers can’t be read."), where=filename, what_to_do=_advice())
    return iter(enumerate(tables, start=1))


def _advice() -> str:
    return say("Have the questions written to a new file, and fill that in.")
