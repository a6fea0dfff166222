"""Words that say that a list is one of leave, and labels of its rows, in several languages."""

from __future__ import annotations

import re

from scheduler.rotas.model import DutyKind
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.codes import kind_of_words
from scheduler.rotas.reading.headings import names_a_post

_LEAVE = re.compile(
    r"\b(?:leaves?|absen\w*|vacations?|holidays?|time off|pto|\w*urlaub\w*|ferien\w*|abwesen\w*|conges?|vacances"
    r"|vacaciones|permisos?|ausencias?|licencias?|licencas?|ferie|ferias|folgas?|assenz\w*|permess\w+|urlop\w*"
    r"|nieobecn\w*|verlof\w*|vakantie\w*|afwezig\w*|fravaer\w*|franvaro\w*)\b"
)
_NOT_YET = re.compile(
    r"\b(?:w ?list|w l|wl|wait\w*|warteliste|attente|espera|attesa|oczekuj\w*|rezerw\w*|wachtlijst|requests?|requested"
    r"|pending|refused|rejected|declined|denied|not approved|abgelehnt|beantragt|refusee?s?|rechazad\w+|rifiutat\w+"
    r"|recusad\w+|odrzucon\w+|geweigerd)\b"
)
_SLOT = re.compile(r"(?:no|nr|num)?|[a-h]|(\D*?)\s*\d{1,2}(?:st|nd|rd|th)?")


def says_leave(text: str) -> bool:
    """Whether a title, a name of a file or a label speaks of leave."""
    return _LEAVE.search(folded(text.replace("_", " "))) is not None or is_leave_label(text)


def is_leave_label(label: str) -> bool:
    """Whether a row labelled so holds people on leave or ill."""
    return kind_of_words(label) in (DutyKind.LEAVE, DutyKind.STUDY_LEAVE) and not is_not_yet_leave(label)


def is_not_yet_leave(label: str) -> bool:
    """Whether a row labelled so holds wishes for leave: a waiting list, requests, refusals."""
    return _NOT_YET.search(folded(label)) is not None


def is_slot(label: str) -> bool:
    """Whether a row is one of several places for people on leave, by number: ``1``, ``Slot 2``; not ``SHO 2``."""
    found = _SLOT.fullmatch(folded(label))
    return found is not None and not names_a_post(found[1] or "")
