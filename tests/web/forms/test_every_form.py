"""Every form of the product: it compares what it overwrites, or is taken once, or is on the list of those that need
neither. A new form that does none of it fails here, and so does a page that leaves out what its form compares."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from flask import Flask

import web
from tests.web.builders import Pages
from web.forms.answers import IS_ONCE
from web.forms.versions import ChangedMeanwhile, must_be_as_seen, must_be_as_shown

SAFE_BY_NATURE = {
    "auth.request_link": "sends a link to whoever asks; how often is limited",
    "auth.request_again": "sends a link to whoever asks; how often is limited",
    "auth.use_code": "a code is used up by its first use",
    "auth.use_link": "a link is used up by its first use",
    "first_start.use": "a link is used up by its first use",
    "auth.sign_out": "ends this login; ended twice is ended",
    "auth.sign_out_everywhere": "ends logins; ended twice is ended",
    "auth.token_made": "makes one token more each time, and says so; all are listed, and none is made for anybody else",
    "auth.token_revoked": "ends the token that it names; no other token ever has that number",
    "passkeys.added": "a challenge is used up by its first answer, and no passkey is added twice",
    "passkeys.removed": "removes the passkey that it names; no other one ever has that number",
    "passkeys.use": "a challenge is used up by its first answer",
    "auth.end_login": "ends the login that it names; no other login ever has that name",
    "public.choose": "a language is what was tapped last",
    "public.stopped": "stops mail of a sort; stopped twice is stopped",
    "public.address_answered": "a link is used up by its first answer",
    "member.nomination_taken_back": "takes the nomination that it names back; taken back twice is taken back",
    "coordinator.voices_nomination_taken_back": "takes the nomination that it names back; twice is once",
    "member.circle_code": "makes the code anew; the last one counts",
    "member.circle_goes_on": "goes on with the circle that it names; gone on twice is gone on",
    "member.circle_joined": "joins the circle of the code; joined twice is joined",
    "member.circle_willing": "one’s own willingness is what was tapped last",
    "member.circle_calendar": "makes the one address of one’s own calendar anew, or closes it; the last one counts",
    "member.circle_past_deleted": "deletes the line of one’s own record that it names; deleted twice is deleted",
    "member.circle_dates": "looks for dates in the rounds that have none",
    "member.circle_left": "leaves; left twice is left",
    "member.circle_answered": "answers a concern once; one that has its answer is told so",
    "member.my_data_file": "takes a file out; nothing changes",
    "member.my_data_deleted": "deletes what it names; deleted twice is deleted",
    "member.writing_chosen": "one’s own way to take part in a session is what was tapped last",
    "member.staying_on": "whether one stays on is what was tapped last",
    "member.turn_asked": "asks for the turn of the session that it names; asked twice is asked once",
    "member.turn_answered": "answers the wish for the turn that it names; one that is gone is told",
    "coordinator.person_erased": "deletes the person that it names; nobody else ever has that number",
    "oversight.circles_willing": "one’s own willingness is what was tapped last",
    "director.stepped_down": "steps down; who has stepped down can’t do it again",
    "director.released": "makes this month’s figures; once a month at most",
    "member.voice_pathway": "one’s own wish is what was tapped last",
    "coordinator.webhook_changed": "does one thing with the address that it names; done twice is done",
    "coordinator.job_plans_pathway": "says one thing of the person that it names; said twice is said",
    "facilitator.nomination_answered": "one’s own word on the nomination that it names; the last counts",
    "coordinator.voices_awards_csv": "takes a file out; nothing changes",
    "coordinator.job_plans_as_csv": "takes a file out; nothing changes",
    "public.released_said": "one’s own answer for the session that the link names; the last of a day counts",
    "member.voice_released": "one’s own answer for the session that it names; the last of a day counts",
    "member.area_weighed": "what one says of one area oneself is what was said last",
    "public.date_answered": "answers for the one date that the link names, which stays that date",
    "coordinator.run_stopped": "stops the run that it names; stopped twice is stopped",
    "coordinator.list_discarded": "removes the upload that it names; no other one ever has that number",
    "coordinator.date_taken_back": "undoes that one date only while its session still has it",
    "coordinator.life_reopened": "takes the end of the programme back; what has not ended is not reopened",
    "coordinator.life_archived": "puts the programme away; put away twice is put away",
    "coordinator.life_unarchived": "takes the programme out again; taken out twice is taken out",
    "coordinator.offices_dismissed": "names whom and which office; nobody else ever has that number",
    "coordinator.facilitators_verified": "verifies the training that it names; verified twice is verified",
    "coordinator.facilitators_training": "sends back or takes back the training that it names; done twice is done",
    "coordinator.facilitators_noted": "notes what stands on paper; noted twice is noted",
    "coordinator.guests_placed": "puts a guest into the group that it names; who has a group is not put into another",
    "coordinator.guests_hours": "takes a file out; nothing changes",
    "coordinator.relation_overridden": "records a reason once; where one is on record it is refused",
    "coordinator.override_withdrawn": "withdraws the reason that it names; withdrawn twice is withdrawn",
    "guest.charter_accepted": "agrees to the version that it names, and to no other",
    "guest.left": "leaves; left twice is left",
    "member.about_me_deleted": "deletes one’s own answer; deleted twice is deleted",
    "member.charter_hats": "one’s own role in a group is what was ticked last",
    "member.own_place_another": "asks for another group; asked twice is asked once",
    "member.own_place_decided": "one’s own choice is what was tapped last",
    "member.own_place_given_up": "gives up one’s place in the group of the page; given up twice is given up",
    "coordinator.surge_begun": "begins what was shown, and only while no busy weeks are on",
    "oversight.stepped_down": "steps down; who has stepped down can’t do it again",
    "member.help_line_deleted": "deletes the line of one’s own map that it names; deleted twice is deleted",
    "member.pairing_declined": "declines the pairing that it names; declined twice is declined",
    "member.pause_ended": "ends one’s own pause; ended twice is ended",
    "member.opportunity_taken_down": "takes the post that it names down; no other one ever has that number",
    "member.pause_taken": "one’s own pause is between the days that were given last",
    "member.relation_dated": "what one declared is between the days that were given last",
    "member.swap_asked": "the groups that one would go to are those ticked last",
    "member.told_forgotten": "deletes what it names; deleted twice is deleted",
    "member.date_answered": "one’s own yes or no to the date it names, which stays that date; one that is gone is told",
    "member.date_undone": "undoes that one date only while its session still has it",
    "member.date_withdrawn": "withdraws one’s own proposal; withdrawn twice is withdrawn",
    "member.calendar_closed": "closes the calendar link that it names; closed twice is closed",
    "member.mail_answered": "an uploaded answer says when it was given, and a later one counts",
    "member.joining_yes": "one’s own yes; said twice is said",
    "member.joining_no": "one’s own no; said twice is said",
    "member.joining_left": "one’s own leaving; left twice is left",
    "member.joining_back": "one’s own coming back; back twice is back",
    "public.concern_answer": "only looks an answer up",
    "member.goal_changed": "says which state of one’s own goal is wanted, and a goal’s words never change",
    "member.agenda_changed": "says where one line goes, and a line’s words never change",
    "member.charter_accepted": "names the version that was read; another one is not agreed to",
    "member.availability_days": "says one thing of whole days of one’s own, whatever was said of them before",
    "member.availability_all_day": "answers a question about one’s own calendar; the last answer counts",
    "member.availability_refusal_removed": "removes the word that it names; no other word ever has that number",
    "coordinator.rota_pasted": "reads; what waited under the same name gives way to it",
    "coordinator.rota_paste_again": "shows the same text again",
    "coordinator.rota_address_fetched": "asks to be fetched soon; asked twice is asked",
    "coordinator.rota_address_removed": "removes the address that it names; no other one ever has that number",
    "member.own_rota_days": "writes down the days that it names; written twice is written",
    "member.own_rota_read": "reads; what one's own rota waited with gives way to it",
    "member.own_rota_address_removed": "removes one's own address, of which there is one",
    "member.own_rota_discarded": "throws away what waits; thrown away twice is thrown away",
    "member.own_rota_deleted": "deletes one's own rota; deleted twice is deleted",
    "member.availability_removed": "removes the calendar that it names; no other one ever has that number",
}
COMPARING = (must_be_as_seen, must_be_as_shown, ChangedMeanwhile)
TEMPLATES = Path(web.__file__).parent / "templates"


def posts(app: Flask) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address that takes a form: its endpoint and its view."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("api."):  # programs send no form
            yield rule.endpoint, app.view_functions[rule.endpoint]


def names_in(code: CodeType) -> set[str]:
    inner = (names_in(each) for each in code.co_consts if isinstance(each, CodeType))
    return set(code.co_names).union(*inner)


def constants_in(code: CodeType) -> set[str]:
    """The texts that stand in some code, those in what it defines among them."""
    found = {each for each in code.co_consts if isinstance(each, str)}
    return found.union(*(constants_in(each) for each in code.co_consts if isinstance(each, CodeType)))


def compares(function: FunctionType, known: set[FunctionType] | None = None) -> bool:
    """Whether a function of the pages, or one that it calls there, compares what stands there with what was seen."""
    known = known if known is not None else set()
    if function in known:
        return False
    known.add(function)
    names = names_in(function.__code__)
    found = [function.__globals__[name] for name in names if name in function.__globals__]
    modules = [each for each in found if isinstance(each, ModuleType) and each.__name__.startswith("web.")]
    found += [getattr(module, name) for module in modules for name in names if hasattr(module, name)]
    if any(each in COMPARING for each in found if callable(each)):
        return True
    return any(
        compares(each, known)
        for each in found
        if isinstance(each, FunctionType) and each.__module__.startswith("web.") and "forms" not in each.__module__
    )


def is_compared(view: Callable[..., Any]) -> bool:
    inner = inspect.unwrap(view)
    return isinstance(inner, FunctionType) and compares(inner)


def is_once(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, IS_ONCE, False))  # decorators hand the attributes of what they wrap on


def test_every_form_compares_or_is_taken_once_or_needs_neither(pages: Pages) -> None:
    forgotten, needless = [], []
    for endpoint, view in posts(pages.app):
        is_kept_apart = is_compared(view) or is_once(view)
        if not is_kept_apart and endpoint not in SAFE_BY_NATURE:
            forgotten.append(endpoint)
        if is_kept_apart and endpoint in SAFE_BY_NATURE:
            needless.append(endpoint)
    assert forgotten == [], "compare with must_be_as_seen or must_be_as_shown, or take it once (docs/pages.md, Forms)"
    assert needless == []
    assert SAFE_BY_NATURE.keys() <= {endpoint for endpoint, _ in posts(pages.app)}


def forms_in(template: str) -> Iterator[tuple[str, str]]:
    """(endpoint, content) of each form of a template that is sent by POST."""
    for attributes, inside in re.findall(r"<form([^>]*?(?:\{\{.*?\}\}[^>]*?)*)>(.*?)</form>", template, re.DOTALL):
        if 'method="post"' in attributes:
            target = re.search(r"action=\"\{\{ url_for\('([a-z_.]+)'", attributes)
            yield target[1] if target else "", inside


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_page_says_what_its_forms_have_seen(pages: Pages, path: Path) -> None:
    views = dict(posts(pages.app))
    for endpoint, inside in forms_in(path.read_text()):
        assert "token()" in inside, endpoint
        if endpoint and is_compared(views[endpoint]) and endpoint != "member.availability_said":
            says_it = "seen(" in inside or "in typed_fields" in inside  # which hands on all that a form had
            assert says_it, f"{endpoint}: put {{{{ seen(…) }}}} beside the token"
