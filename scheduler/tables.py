"""Every table: importing this module makes the metadata complete, for migrations and for tests."""

from scheduler.availability import tables as availability
from scheduler.calendars import tables as calendars
from scheduler.charters import tables as charters
from scheduler.db import Base
from scheduler.groups import tables as groups
from scheduler.invitations import tables as invitations
from scheduler.joining import tables as joining
from scheduler.mail import tables as mail
from scheduler.people import tables as people
from scheduler.plans import tables as plans
from scheduler.programmes import tables as programmes
from scheduler.rotas import tables as rotas
from scheduler.safety import tables as safety
from scheduler.sessions import tables as sessions

__all__ = [
    "availability",
    "calendars",
    "charters",
    "groups",
    "invitations",
    "joining",
    "mail",
    "metadata",
    "people",
    "plans",
    "programmes",
    "rotas",
    "safety",
    "sessions",
]

metadata = Base.metadata
