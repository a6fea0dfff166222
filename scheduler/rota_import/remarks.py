"""Remarks on a file: what was left out of it, where there is nothing to answer. Seen once, they are not told again with
the rota's next file, so that one with a fixed note beside it can go on being imported by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

from scheduler.rotas.answer_files import NOTED
from scheduler.rotas.answers import Answers
from scheduler.rotas.model import Question


def seen_before(questions: Iterable[Question], remarks: Collection[str]) -> Mapping[str, str]:
    """Answers to those of the questions that are remarks which somebody has seen, by their subjects."""
    return {each.subject: NOTED for each in questions if _is_remark(each) and _digest(each) in remarks}


def seen_now(questions: Iterable[Question], answers: Answers) -> frozenset[str]:
    """Digests of the remarks among the questions that have been answered: they may name people."""
    return frozenset(_digest(each) for each in questions if _is_remark(each) and each.subject in answers.others)


def _is_remark(question: Question) -> bool:
    return question.about == "cell" and not question.answers


def _digest(question: Question) -> str:
    return hashlib.sha256(f"{question.subject}\n{question.text}".encode()).hexdigest()
