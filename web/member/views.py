"""A resident's own pages."""

from __future__ import annotations

from flask import Blueprint, render_template

from scheduler.people.model import Role
from scheduler.programmes.own import own_programmes
from scheduler.sessions.service import own_groups
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.member import term

blueprint = Blueprint("member", __name__)


@blueprint.get("/my-group")
@open_to(Audience.RESIDENT)
def group() -> str:
    """The resident's group: when it meets next, the term, and who is in it."""
    with database().reading() as db:
        groups = tuple(group for group in own_groups(db, actor()) if not group.as_facilitator)
        programmes = own_programmes(db, actor(), Role.RESIDENT)
    grouped = {group.programme_id for group in groups}
    return render_template(
        "member/group.html",
        groups=groups,
        without=[programme for programme in programmes if programme.id not in grouped],
        contacts_of={programme.id: programme.coordinators for programme in programmes},
        me=actor().person_id,
        now=now(),
        term=term,
    )
