"""A resident's own record as a page, and as a certificate for their portfolio."""

from __future__ import annotations

from flask import Response, render_template

from scheduler.voices.own_record import OwnSession, chosen_notes, own_record
from web.audiences import Audience, open_to
from web.forms import read_address
from web.language import clock_time, day_and_time, language_tag, ngettext, short_day
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.request_context import actor, database, now


@blueprint.get("/my-record")
@open_to(Audience.SIGNED_IN)
def record() -> str:
    """Sessions, hours and turns in the chair; and which notes to take along."""
    with database().reading() as db:
        found = own_record(db, actor(), now())
    return render_template("member/record.html", record=found)


@blueprint.get("/my-record.pdf")
@open_to(Audience.SIGNED_IN)
def record_pdf() -> Response:
    """The same as a document, with the notes that were ticked and no other."""
    from web.pdf import Document  # large, and for a few downloads only

    with read_address() as form:
        ticked = form.ids("note")
    with database().reading() as db:
        found = own_record(db, actor(), now())
    notes = chosen_notes(found, ticked)
    paper = Document(_("Mentoring: certificate of taking part"), language=language_tag(), made_at=now())
    paper.soft(actor().name)
    paper.heading(_("In all"))
    paper.points(
        (
            hours_words(found.minutes),
            ngettext("%(num)s session", "%(num)s sessions", len(found.sessions)),
            ngettext("%(num)s turn in the chair", "%(num)s turns in the chair", found.chaired),
        )
    )
    for programme in dict.fromkeys(session.programme for session in found.sessions):
        paper.heading(programme)
        paper.points(_line(session) for session in found.sessions if session.programme == programme)
    if notes:
        paper.heading(_("My reflections"))
        for session in notes:
            paper.soft(day_and_time(session.starts_at, session.zone))
            paper.text(session.note)
    headers = {"Content-Disposition": 'attachment; filename="mentoring-record.pdf"'}
    return Response(paper.as_bytes(), mimetype="application/pdf", headers=headers)


def hours_words(minutes: int) -> str:
    """So many minutes as hours and minutes."""
    return _("%(hours)s hours and minutes", hours=f"{minutes // 60}:{minutes % 60:02d}")


def _line(session: OwnSession) -> str:
    length = ngettext("%(num)s minute", "%(num)s minutes", session.minutes)
    chair = ", " + _("in the chair") if session.chaired else ""
    when = f"{short_day(session.starts_at, session.zone)}, {clock_time(session.starts_at, session.zone)}"
    return f"{when}, {length}{chair}"
