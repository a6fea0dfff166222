"""Concerns as values."""

from __future__ import annotations

from enum import StrEnum


class ConcernKind(StrEnum):
    """What a concern is about; the last is enough."""

    BOUNDARIES = "boundaries"
    BULLYING = "bullying"
    DISCRIMINATION = "discrimination"
    CREDIT = "credit"
    CONFIDENCE = "confidence"
    SAFETY = "safety"
    OTHER = "other"
