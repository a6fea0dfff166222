"""Another language from now on: in this browser, and to whoever is signed in wherever words reach them."""

from __future__ import annotations

from flask import session

from scheduler.people.service import choose_language
from web.language import CHOSEN, languages_to_choose, speak_the_readers
from web.request_context import database, find_current_actor, now


def speak_from_now(tag: str) -> None:
    """Speak it, if it is one of ours, beginning with the answer to this request."""
    if tag not in languages_to_choose():
        return
    session[CHOSEN] = tag
    actor = find_current_actor()
    if actor:
        with database().writing() as db:
            choose_language(db, actor, tag, now())
    speak_the_readers()
