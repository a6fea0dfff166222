"""The API: what programs read and change, with a token of somebody's and by the same services as the pages.

An operation is declared once, in the module of its resource: its address, what it takes and what it answers. From that
the address is routed, what comes in is read and checked, and ``docs/openapi.json`` is written.
"""

from web.api import (
    availability,
    cover,
    description,
    evidence,
    people,
    plans,
    programmes,
    relations,
    rotas,
    runs,
    sessions,
    troubles,
    webhooks,
)
from web.api.operations import blueprint

__all__ = [
    "availability",
    "blueprint",
    "cover",
    "description",
    "evidence",
    "people",
    "plans",
    "programmes",
    "relations",
    "rotas",
    "runs",
    "sessions",
    "troubles",
    "webhooks",
]
