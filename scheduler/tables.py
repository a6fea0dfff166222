"""Every table: importing this module makes the metadata complete, for migrations and for tests."""

from scheduler.audit import tables as audit
from scheduler.availability import tables as availability
from scheduler.bookings import tables as bookings
from scheduler.calendars import tables as calendars
from scheduler.charters import tables as charters
from scheduler.circles import tables as circles
from scheduler.coordination import tables as coordination
from scheduler.cover import tables as cover
from scheduler.db import Base
from scheduler.desk import tables as desk
from scheduler.edits import tables as edits
from scheduler.enrolment import tables as enrolment
from scheduler.evidence import tables as evidence
from scheduler.groups import tables as groups
from scheduler.invitations import tables as invitations
from scheduler.joining import tables as joining
from scheduler.mail import tables as mail
from scheduler.oversight import tables as oversight
from scheduler.own_groups import tables as own_groups
from scheduler.people import tables as people
from scheduler.plans import tables as plans
from scheduler.preflight import tables as preflight
from scheduler.programmes import tables as programmes
from scheduler.publishing import tables as publishing
from scheduler.releases import tables as releases
from scheduler.rotas import tables as rotas
from scheduler.sessions import tables as sessions
from scheduler.signing_in import tables as signing_in
from scheduler.troubles import tables as troubles
from scheduler.voices import tables as voices
from scheduler.webhooks import tables as webhooks

__all__ = [
    "audit",
    "availability",
    "bookings",
    "calendars",
    "charters",
    "circles",
    "coordination",
    "cover",
    "desk",
    "edits",
    "enrolment",
    "evidence",
    "groups",
    "invitations",
    "joining",
    "mail",
    "metadata",
    "oversight",
    "own_groups",
    "people",
    "plans",
    "preflight",
    "programmes",
    "publishing",
    "releases",
    "rotas",
    "sessions",
    "signing_in",
    "troubles",
    "voices",
    "webhooks",
]

metadata = Base.metadata
