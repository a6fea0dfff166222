"""No page promises an e-mail that nothing can send, without saying so and what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import web
from scheduler.db import Database
from tests.web.builders import COORDINATOR, Published, make_pages, words_of

NOTHING_IS_SENT = "No mail server is set up, so nothing is sent yet."
PROMISE = re.compile(
    r"we’ve e-mailed|we’ll (?:\w+ ){0,4}e-mail (?!you about)|we’ll send|by e-mail[,.] |by e-mail and|waiting to be sent"
    r"|e-mail with|your message goes|sent to the|will be told|tell everyone|gets one update",
    re.IGNORECASE,
)
SPOKEN = re.compile(r'(mailed\(\s*)?\b(?:_|ngettext|lazy_gettext)\(\s*"((?:[^"\\]|\\.)*)"')


def test_every_sentence_that_promises_an_e_mail_says_when_nothing_can_be_sent() -> None:
    folder = Path(web.__file__).parent
    bare, spoken = [], 0
    for path in [*folder.rglob("*.py"), *folder.rglob("*.html")]:
        if path.parent.name != "public":  # what stops e-mails promises none
            for mailed, words in SPOKEN.findall(path.read_text()):
                if PROMISE.search(words) and "no mail server" not in words:
                    spoken += 1
                    if not mailed:
                        bare.append(f"{path.name}: {words}")
    assert bare == [], "say it with mailed(…) of web/mailing.py"
    assert spoken > 15


HAPPENED = re.compile(r"we’ve e-mailed|on (?:its|their) way|has been sent|have been sent|we’ve sent", re.IGNORECASE)


def test_what_may_have_no_mail_server_is_never_said_to_have_been_sent() -> None:
    folder = Path(web.__file__).parent
    said = [
        words
        for path in [*folder.rglob("*.py"), *folder.rglob("*.html")]
        for call in re.findall(r"\bmailed\(((?:[^()]|\([^()]*\))*)\)", path.read_text())
        for words in re.findall(r'"((?:[^"\\]|\\.)*)"', call)
    ]
    assert len(said) > 15
    assert [words for words in said if HAPPENED.search(words)] == []


@pytest.mark.parametrize("server", ["", "smtp://localhost:25"])
def test_invitations_without_a_mail_server_say_that_they_wait_for_one(
    published: Published, database: Database, server: str
) -> None:
    here = make_pages(published, database, smtp_url=server)
    answer = here.signed_in(COORDINATOR).post(here.path("/joining/invite"), follow_redirects=True)
    said = words_of(answer.text)
    assert "waiting to be sent" in said
    assert (NOTHING_IS_SENT in said) is not bool(server)
    assert "Ask the people who run Mentor Rounds" in said or server
