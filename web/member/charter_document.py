"""A group's charter as a document to keep: everything that its people agree to, and who has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scheduler.charters.model import GroupCharter
from scheduler.people.model import Role
from scheduler.people.roles import Office
from scheduler.plans.model import MemberRole
from scheduler.sessions.model import OwnGroup
from web.language import gettext as _
from web.language import short_day
from web.member.charter_words import call_words, hats_worn, time_needed, written_fields, written_parts
from web.pdf import Document


def charter_document(
    group: OwnGroup,
    agreed: GroupCharter,
    offices: Sequence[Office],
    language: str,
    now: datetime,
) -> bytes:
    """The PDF, in the language in which it is asked for."""
    paper = Document(_("Charter of %(group)s", group=group.name), language=language, made_at=now)
    paper.soft(f"{group.programme_name} · " + _("Version %(number)s", number=agreed.number))
    for title, text in written_parts(agreed.charter):
        paper.heading(title)
        paper.text(text)
    _group(paper, group, agreed)
    paper.heading(_("Who has agreed"))
    zone = group.sessions[0].zone if group.sessions else "UTC"
    paper.points(_signed(each.name, each.accepted_at, zone) for each in agreed.signatories)
    _contacts(paper, offices)
    return paper.as_bytes()


def _group(paper: Document, group: OwnGroup, agreed: GroupCharter) -> None:
    if fields := list(written_fields(agreed.terms)):
        paper.heading(_("What our group adds"))
        for question, text in fields:
            paper.soft(question)
            paper.text(text)
    if needed := time_needed(group):
        paper.heading(_("What it takes"))
        paper.text(needed)
    facilitators = {s.person_id: s.name for s in agreed.signatories if s.role == MemberRole.FACILITATOR}
    if facilitators:
        paper.heading(_("In what role facilitators are here"))
        for name, hats in hats_worn(agreed, facilitators):
            said = "; ".join(hats) or _("hasn’t said yet")
            paper.points([f"{name}: {said}"])
    if group.standing_deputy:
        paper.heading(_("If the facilitator can’t come"))
        paper.text(
            _(
                "%(name)s is this group’s standing deputy and is asked first. A deputy agrees to this charter, too.",
                name=group.standing_deputy,
            )
        )
    if group.hybrid:
        paper.heading(_("When some join by call"))
        paper.text(call_words())
    if agreed.told:
        paper.heading(_("What you should know"))
        paper.points(each.line for each in agreed.told)


def _contacts(paper: Document, offices: Sequence[Office]) -> None:
    listeners = [f"{each.name}, {each.email}" for each in offices if each.role is Role.OVERSIGHT]
    if listeners:
        paper.heading(_("People outside the group you can talk to"))
        paper.points(listeners)


def _signed(name: str, at: datetime | None, zone: str) -> str:
    if at is None:
        return _("%(name)s: not yet", name=name)
    return _("%(name)s: agreed on %(day)s", name=name, day=short_day(at, zone))
