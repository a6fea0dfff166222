"""A facilitator's record on one page for their appraisal, and nominations that wait for their word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.groups.model import Thanks
from scheduler.groups.records import minutes_led, sessions_led
from scheduler.groups.thanks import own_thanks
from scheduler.joining.own_conduct import OwnConduct, own_conduct
from scheduler.languages import say
from scheduler.people.model import Role
from scheduler.plans.own_programmes import own_programmes
from scheduler.text_input import shortened
from scheduler.voices.awards import answer_nomination
from scheduler.voices.facilitation import CHANGES, STRENGTHS, Pool, own_pools
from scheduler.voices.job_plans import JobPlan, own_job_plan
from web.audiences import Audience, open_to
from web.facilitator.blueprint import blueprint
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import language_tag, ngettext, short_day
from web.member.own_record import hours_words
from web.request_context import actor, database, now

MOST_THANKS: Final = 5
MOST_LETTERS: Final = 220
"""So much of each of the last thanks fits on the page."""


@blueprint.get("/facilitating/record.pdf")
@open_to(Audience.FACULTY)
def record_as_pdf() -> Response:
    """Sessions, hours, training, the thanks whose writers agreed, and pooled feedback, on one page."""
    from web.pdf import Document  # large, and for a few downloads only

    with database().reading() as db:
        led = sessions_led(db, actor(), now())
        thanks = [each for each in own_thanks(db, actor()) if each.may_pass_on]
        programmes = own_programmes(db, actor(), Role.FACULTY)
        conducts = {each.name: own_conduct(db, actor(), each.id, now()) for each in programmes}
        pools = own_pools(db, actor(), now())
        plans = {each.name: own_job_plan(db, actor(), each.id) for each in programmes}
    held = [session for session in led if session.is_held]
    paper = Document(_("Facilitating mentoring groups"), language=language_tag(), made_at=now())
    paper.soft(f"{actor().name} · {short_day(now().date())}")
    paper.heading(_("Sessions and hours"))
    paper.points((ngettext("%(num)s session", "%(num)s sessions", len(held)), hours_words(minutes_led(led))))
    paper.points(_plan_line(name, plan) for name, plan in plans.items() if plan)
    paper.heading(_("Code of conduct and training"))
    for name, conduct in conducts.items():
        paper.points(_conduct_lines(name, conduct))
    for pool in pools[:1]:
        paper.heading(_("What members say"))
        paper.points(pool_lines(pool))
    if thanks:
        paper.heading(_("Thanks"))
        paper.points(map(_thanks_line, thanks[:MOST_THANKS]))
    headers = {"Content-Disposition": 'attachment; filename="facilitating.pdf"'}
    return Response(paper.as_bytes(), mimetype="application/pdf", headers=headers)


@blueprint.post("/facilitating/record/nominations/<int:number>")
@open_to(Audience.FACULTY)
@form_on("facilitator.record", "nomination")
def nomination_answered(number: int) -> ResponseReturnValue:
    """Agree that a nomination is sent on, or not."""
    with read_form() as form:
        agrees = form.choice("agrees", {"yes": True, "no": False})
    with database().writing() as db:
        answer_nomination(db, actor(), number, agrees)
    flash(_("Saved."))
    return redirect(url_for("facilitator.record"), 303)


def pool_lines(pool: Pool) -> Sequence[str]:
    """What a pool says, kindly: how many answered over which days, what they named most, and one thing to change."""
    lines = [
        ngettext(
            "%(num)s answer from %(first)s to %(last)s, taken together",
            "%(num)s answers from %(first)s to %(last)s, taken together",
            pool.answers, first=short_day(pool.first_day), last=short_day(pool.last_day),
        )
    ]  # fmt: skip
    if pool.strengths:
        named = "; ".join(say(STRENGTHS[each]) for each in pool.strengths)
        lines.append(_("Named most: %(what)s", what=named))
    if pool.change:
        lines.append(_("One thing that would help even more: %(what)s", what=say(CHANGES[pool.change])))
    return lines


def _thanks_line(thanks: Thanks) -> str:
    by = thanks.signed_by or _("a member")
    return f"“{shortened(thanks.text, MOST_LETTERS)}” {by}, {short_day(thanks.day)}"


def _plan_line(name: str, plan: JobPlan) -> str:
    planned = hours_words(plan.minutes)
    return _(
        "%(programme)s: %(planned)s planned in %(year)s, of %(agreed)s hours in the job plan",
        programme=name, planned=planned, year=plan.year, agreed=plan.hours_a_year,
    )  # fmt: skip


def _conduct_lines(name: str, conduct: OwnConduct) -> list[str]:
    signed = _("code of conduct signed") if conduct.signed_at else _("code of conduct not signed")
    lines = [f"{name}: {signed}"]
    for kind in conduct.kinds:
        done = conduct.verified(kind)
        if done is not None:
            until = _("in date until %(day)s", day=short_day(done.ends)) if done.ends else _("done; it doesn’t run out")
            lines.append(f"{name}: {_(kind.name)}, {until}")
    return lines
