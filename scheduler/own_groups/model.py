"""Groups that people form themselves, and what they ask of each other, as values."""

from __future__ import annotations

from enum import StrEnum


class QuestionState(StrEnum):
    """Where a question to facilitate a group, or to be somebody's mentor, stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
