"""Concerns as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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


class Urgency(StrEnum):
    """How soon the person who raises a concern would like an answer, the most urgent first."""

    NOW = "now"
    WEEK = "week"
    ANY = "any"


class ReplyBy(StrEnum):
    """How the person who raises a concern may be reached; under their code they always are."""

    CODE = "code"
    EMAIL = "email"
    PHONE = "phone"


class Writer(StrEnum):
    """Who wrote a message: the person who raised the concern, a contact, or the product, of who reads along."""

    TELLER = "teller"
    CONTACT = "contact"
    NOTE = "note"


class ConcernStatus(StrEnum):
    """How far a concern is; one to which its teller has added something after the last answer is seen, or new."""

    NEW = "new"
    SEEN = "seen"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Contact:
    """An oversight contact who can be chosen."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; ``name`` is the contact's, or of whoever a note is about."""

    writer: Writer
    name: str
    text: str
    written_at: datetime
