"""The columns that each list can have, declared once: what they are called, and by which headings they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scheduler.languages import mark


class ListKind(StrEnum):
    """A list that a coordinator uploads."""

    PEOPLE = "people"
    RELATIONS = "relations"
    CLINICS = "clinics"
    ROOMS = "rooms"


class Cells(StrEnum):
    """What the cells of a column hold, and so how they are read."""

    TEXT = "text"
    ADDRESS = "address"
    TEXTS = "texts"
    PERSON = "person"
    PEOPLE = "people"
    ROLE = "role"
    GRADE = "grade"
    SITE = "site"
    MODELS = "models"
    MODES = "modes"
    EXTERNAL = "external"
    RELATION = "relation"
    PATTERN = "pattern"
    WEEKDAYS = "weekdays"
    CLOCK = "clock"
    DAY = "day"
    DAYS = "days"
    NUMBER = "number"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. ``headings`` are other names by which it is known, parted by ``|`` and written as
    :func:`~scheduler.rotas.reading.cells.folded` gives them; its own name is always one of them."""

    name: str
    label: str
    cells: Cells
    headings: str = ""
    is_needed: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Every heading that means this column and no other."""
        return frozenset((self.name.replace("_", " "), *filter(None, self.headings.split("|"))))


GIVEN, SURNAME = "given_name", "surname"
"""Two columns that make one name."""

_PEOPLE = (
    Column(
        "name", mark("Name"), cells=Cells.TEXT, is_needed=True,
        headings="full name|name of doctor|doctor|doctor name|doctors name|employee name|employee|staff name"
        "|staff member|person|person name|trainee name|resident name|participant|display name|preferred full name"
        "|nom et prenom|nom complet|name vorname|vor und nachname|vollstandiger name|nombre y apellidos"
        "|name surname first name|surname first name|last name first name|surname forename|imie i nazwisko|names",
    ),
    Column(
        GIVEN, mark("First name"), Cells.TEXT,
        "first name|firstname|forename|forenames|first names|given names|known as|preferred name|preferred first name"
        "|prenom|vorname|nombre|nome|imie|christian name",
    ),
    Column(
        SURNAME, mark("Last name"), Cells.TEXT,
        "last name|lastname|family name|nom de famille|nom|nachname|familienname|apellidos|cognome|nazwisko|surnames",
    ),
    Column(
        "email", mark("E-mail address"), cells=Cells.ADDRESS, is_needed=True,
        headings="e mail|e mail address|email address|work email|work email address|work e mail|nhs email|trust email"
        "|mail|mail address|hospital email|contact email|nhsmail|adresse e mail|courriel|adresse mail"
        "|adresse electronique|correo|correo electronico|e mail adresse|mailadresse|email work"
        "|primary email|email id|user principal name|upn",
    ),
    Column(
        "role", mark("Resident or facilitator"), Cells.ROLE,
        "job title|position|position title|staff group|staff type|post|post title|job role|role title|job|occupation"
        "|category|fonction|statut|funktion|rolle|cargo|resident or faculty|resident or facilitator|mentor or mentee"
        "|participant type|programme role|designation|type of doctor|employee category|title of post|job description",
    ),
    Column(
        "stage", mark("Grade"), Cells.GRADE,
        "grade|training grade|level|training level|level of training|year of training|training year|pgy|pgy level"
        "|grade name|current grade|trainee grade|stage of training|seniority|niveau|semestre|ausbildungsjahr|annee"
        "|grade of post|post grade|grade code|postgraduate year",
    ),
    Column(
        "site", mark("Site"), Cells.SITE,
        "hospital|base hospital|base|base site|location|work location|place of work|workplace|hospital site|trust site"
        "|campus|main site|primary site|hopital|etablissement|lieu de travail|klinik|standort|krankenhaus|centro"
        "|host hospital|employing hospital|unit location|primary location|work site|host site",
    ),
    Column("site_from", mark("At this site from"), Cells.DAY, "site from|at site from|from site date|rotation date"),
    Column("modes", mark("Ways to meet"), Cells.MODES, "ways to meet|how to meet|meeting mode|meeting preference"),
    Column("models", mark("Kinds of group"), Cells.MODELS, "kinds of group|kind of group|group type|model"),
    Column("interests", mark("Topics"), Cells.TEXTS, "topics|topic|topics of interest|mentoring topics"),
    Column("tags", mark("Circumstances (private)"), Cells.TEXTS, ""),
    Column("company", mark("Not the only one with (private)"), Cells.TEXTS, ""),
    Column("external", mark("Facilitators from other sites"), Cells.EXTERNAL, ""),
    Column("capacity", mark("Groups they can take"), Cells.NUMBER, "number of groups|groups|max groups|maximum groups"),
    Column(
        "new_here", mark("New here"), Cells.YES,
        "new starter|newly appointed|new to the trust|new to the hospital|first year here|returning|new or returning",
    ),
    Column(
        "specialty", mark("Specialty"), Cells.TEXT,
        "speciality|specialism|main specialty|training specialty|clinical specialty|specialite|fachrichtung|fachgebiet"
        "|especialidad|specialita|discipline",
    ),
    Column(
        "mentor_level", mark("Level of a facilitator"), Cells.TEXT,
        "level of a facilitator|facilitator level|level of facilitator|level of mentor|consultant level",
    ),
    Column("wants", mark("Would like to be with"), Cells.PEOPLE, ""),
    Column("avoids", mark("Not with (private)"), Cells.PEOPLE, ""),
    Column("choices", mark("Facilitators they would like"), Cells.PEOPLE, ""),
    Column("former_email", mark("E-mail address so far"), Cells.ADDRESS, "old email|previous email|former e mail"),
)  # fmt: skip
_SPAN = (
    Column(
        "first_day", mark("From"), Cells.DAY, "first day|start date|from|from date|date from|valid from|since|debut"
    ),
    Column("last_day", mark("Until"), Cells.DAY, "last day|end date|to|to date|until|date to|valid until|fin"),
)
_RELATIONS = (
    Column(
        "person", mark("Who"), cells=Cells.PERSON, is_needed=True,
        headings="supervisor|educational supervisor|clinical supervisor|supervisor email|who|senior|assessor"
        "|from person|trainer|es|es email|supervisor name|superviseur|personne",
    ),
    Column(
        "about", mark("About"), cells=Cells.PERSON, is_needed=True,
        headings="trainee|resident|trainee email|trainee name|resident email|of whom|supervisee|to whom|junior"
        "|other person|to person|interne|doctor",
    ),
    Column(
        "kind", mark("Relation"), cells=Cells.RELATION, is_needed=True,
        headings="relation|relationship|type|type of relation|relation type|type of supervision|nature|lien",
    ),
    *_SPAN,
)  # fmt: skip
_CLINICS = (
    Column(
        "person",
        mark("Who"),
        cells=Cells.PERSON,
        is_needed=True,
        headings="email|e mail|e mail address|email address|name|doctor|consultant|clinician|who|staff"
        "|facilitator|faculty|qui",
    ),
    Column("weekday", mark("Weekday"), Cells.WEEKDAYS, "day|days|weekdays|day of week|day of the week|jour", True),
    Column("start", mark("From (time)"), Cells.CLOCK, "start time|starts|begins|from|time from|begin|debut", True),
    Column("end", mark("Until (time)"), Cells.CLOCK, "end time|ends|finish|to|until|time to|finish time|fin", True),
    Column("kind", mark("What it is"), Cells.PATTERN, "type|activity|what|session type|session|category", True),
    Column("first_day", mark("From"), Cells.DAY, "first day|start date|from date|date from|valid from|since"),
    Column("last_day", mark("Until"), Cells.DAY, "last day|end date|to date|date to|valid until"),
    Column("except_days", mark("Not on these days"), Cells.DAYS, "except days|except|exceptions|not on"),
)
_ROOMS = (
    Column("site", mark("Site"), Cells.SITE, "hospital|building|location|campus|standort|batiment", True),
    Column("room", mark("Short name"), Cells.TEXT, "room code|code|room number|room no|room id|number|key|raumnummer"),
    Column("name", mark("Name"), Cells.TEXT, "room name|room|description|raum|salle|venue", True),
    Column("capacity", mark("Places"), Cells.NUMBER, "places|seats|size|max people|people|maximum|platze", True),
    Column("weekdays", mark("Open on"), Cells.WEEKDAYS, "days|open on|available days|days available|weekday|day"),
    Column("opens_at", mark("Opens at"), Cells.CLOCK, "opens at|opens|open from|from|available from|start|open"),
    Column(
        "closes_at", mark("Closes at"), Cells.CLOCK, "closes at|closes|open until|until|to|available until|end|close"
    ),
)

COLUMNS: Final[Mapping[ListKind, Mapping[str, Column]]] = {
    kind: {column.name: column for column in columns}
    for kind, columns in (
        (ListKind.PEOPLE, _PEOPLE),
        (ListKind.RELATIONS, _RELATIONS),
        (ListKind.CLINICS, _CLINICS),
        (ListKind.ROOMS, _ROOMS),
    )
}

PRIVATE: Final = frozenset(("tags", "company", "avoids"))
"""Columns of people whose values no page shows."""
