"""Ways in and out, and what they give away."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from scheduler.mail.tables import MailRow
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.settings import Settings
from scheduler.signing_in.limits import PER_PLACE, TRIES
from scheduler.signing_in.tables import SignInLinkRow
from tests.builders import NOW
from tests.web.builders import (
    BASE_URL,
    COORDINATOR,
    FACILITATOR,
    RESIDENT,
    Browser,
    Pages,
    code_of,
    everything_stored,
    words_of,
)
from web.app import create_app


def mails(pages: Pages) -> list[tuple[str, str]]:
    with pages.database.reading() as db:
        return [(row.address, row.text) for row in db.scalars(select(MailRow))]


def test_a_link_is_asked_for_sent_and_used_once(pages: Pages) -> None:
    browser = pages.stranger()
    asked = browser.post("/sign-in", {"email": " Ada.Quill@example.org "})
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in/sent")
    [(address, text)] = mails(pages)
    assert address == RESIDENT
    path = re.search(re.escape(BASE_URL) + r"(/sign-in/\S+)", text)
    assert path
    page = browser.get(path[1])
    assert "Hello Ada Quill" in page.text
    assert browser.get("/my-group").status_code == 302, "opening a link signs nobody in: mail scanners do it too"
    used = browser.post(path[1])
    assert (used.status_code, used.headers["Location"]) == (303, "/my-group")
    assert browser.get("/my-group").status_code == 200
    for again in (pages.stranger().get(path[1]), pages.stranger().post(path[1])):
        assert again.status_code == 404
        assert "This link has expired or been used" in again.text


def asked(pages: Pages, email: str = RESIDENT) -> tuple[Browser, str, str]:
    """A browser in which a link was asked for; the link's path and its code, as the letter has them."""
    browser = pages.stranger()
    browser.post("/sign-in", {"email": email})
    _address, text = mails(pages)[-1]
    path = re.search(re.escape(BASE_URL) + r"(/sign-in/\S+)", text)
    assert path
    return browser, path[1], code_of(text)


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/my-group").status_code == 200


def test_a_code_signs_in_the_browser_that_asked_and_is_used_up(pages: Pages) -> None:
    browser, path, code = asked(pages)
    assert 'autocomplete="one-time-code"' in browser.get("/sign-in/sent").text
    answer = browser.post("/sign-in/code", {"code": f" {code.upper().replace('-', ' ')} "})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-group")
    assert is_signed_in(browser)
    assert pages.stranger().post(path, {"code": code}).status_code == 404


def test_a_scanner_that_opens_a_link_and_presses_its_button_gets_no_login_and_uses_nothing_up(pages: Pages) -> None:
    browser, path, code = asked(pages)
    before = everything_stored(pages.database)
    for _ in range(20):
        scanner = pages.stranger()
        page = scanner.get(path)
        assert (page.status_code, 'name="code"' in page.text, code in page.text) == (200, True, False)
        assert scanner.post(path).status_code == 422
        assert not is_signed_in(scanner)
    assert everything_stored(pages.database) == before
    assert browser.post("/sign-in/code", {"code": code}).status_code == 303
    assert is_signed_in(browser)


def test_a_scanner_that_types_what_it_likes_is_soon_not_listened_to_and_keeps_nobody_out(pages: Pages) -> None:
    browser, path, code = asked(pages)
    scanner = pages.stranger()
    answers = [scanner.post(path, {"code": "aaaa-aaaa"}).text for _ in range(TRIES.most + 1)]
    assert ["Too many codes were tried" in text for text in answers] == [False] * TRIES.most + [True]
    assert scanner.post(path, {"code": code}).status_code == 422, "the right one comes too late"
    assert browser.post(path).status_code == 303, "the browser that asked needs no code"


def test_the_code_is_enough_with_its_link_wherever_the_letter_is_read(pages: Pages) -> None:
    _browser, path, code = asked(pages)
    within_the_mail_program = pages.stranger()
    assert within_the_mail_program.post(path, {"code": code}).headers["Location"] == "/my-group"
    assert is_signed_in(within_the_mail_program)


def test_a_code_is_worth_nothing_in_a_browser_that_did_not_ask_for_it(pages: Pages) -> None:
    _browser, _path, code = asked(pages)
    other, _, _ = asked(pages, FACILITATOR)
    for stranger in (pages.stranger(), other):
        assert stranger.post("/sign-in/code", {"code": code}).status_code == 422
        assert not is_signed_in(stranger)


@pytest.mark.parametrize("email", [RESIDENT, "nobody@example.org"])
def test_codes_are_tried_a_few_times_and_a_new_letter_begins_anew(pages: Pages, email: str) -> None:
    browser = pages.stranger()
    browser.post("/sign-in", {"email": email})
    tried = [browser.post("/sign-in/code", {"code": "aaaa-aaaa"}) for _ in range(TRIES.most + 1)]
    assert {answer.status_code for answer in tried} == {422}
    assert ["Too many codes were tried" in answer.text for answer in tried] == [False] * TRIES.most + [True]
    browser.post("/sign-in", {"email": email})
    if email == RESIDENT:
        assert browser.post("/sign-in/code", {"code": code_of(mails(pages)[-1][1])}).status_code == 303
    else:
        assert "That code didn’t work" in browser.post("/sign-in/code", {"code": "aaaa-aaaa"}).text


def test_whoever_asks_twice_may_use_either_code(pages: Pages) -> None:
    browser, _path, first = asked(pages)
    browser.post("/sign-in", {"email": RESIDENT})
    assert browser.post("/sign-in/code", {"code": first}).status_code == 303


def test_a_code_leads_to_where_its_reader_wanted_to_go(pages: Pages) -> None:
    browser = pages.stranger()
    there = browser.post("/sign-in", {"email": RESIDENT, "next": "/account"}).headers["Location"]
    assert 'name="next" value="/account"' in browser.get(there).text
    refused = browser.post("/sign-in/code", {"code": "aaaa-aaaa", "next": "/account"}).text
    assert 'name="next" value="/account"' in refused
    answer = browser.post("/sign-in/code", {"code": code_of(mails(pages)[-1][1]), "next": "/account"})
    assert answer.headers["Location"] == "/account"


def test_where_its_owner_has_been_signed_in_before_a_link_asks_for_no_code(pages: Pages) -> None:
    known = pages.signed_in(RESIDENT)
    known.post("/sign-out")
    _browser, path, _code = asked(pages)
    assert 'name="code"' not in known.get(path).text
    assert known.post(path).status_code == 303
    assert is_signed_in(known)


def test_nothing_that_is_stored_signs_anybody_in(pages: Pages) -> None:
    _browser, path, code = asked(pages)
    with pages.database.reading() as db:
        [row] = db.scalars(select(SignInLinkRow).where(SignInLinkRow.asked_in.is_not(None)))
        kept = {row.digest, row.code, row.asked_in}
    stranger = pages.stranger()
    assert not any(stranger.post(f"/sign-in/{each}", {"code": code}).status_code == 303 for each in kept)
    assert not {code, code.replace("-", ""), path.rsplit("/", 1)[1]} & kept


def test_the_answer_is_the_same_for_an_address_that_nobody_has(pages: Pages) -> None:
    known, unknown = pages.stranger(), pages.stranger()
    first = known.post("/sign-in", {"email": RESIDENT})
    second = unknown.post("/sign-in", {"email": "nobody@example.org"})
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert words_of(known.get("/sign-in/sent").text) == words_of(unknown.get("/sign-in/sent").text)
    assert [address for address, _ in mails(pages)] == [RESIDENT]


@pytest.mark.parametrize("email", [RESIDENT, "nobody@example.org"])
def test_asking_too_often_is_answered_alike_and_keeps_nobody_out(pages: Pages, email: str) -> None:
    browser = pages.stranger()
    answers = {browser.post("/sign-in", {"email": email}).headers["Location"] for _ in range(9)}
    assert answers == {"/sign-in/sent"}
    sent = mails(pages)
    assert len(sent) == (6 if email == RESIDENT else 0)
    for _address, text in sent[:1]:
        path = re.search(re.escape(BASE_URL) + r"(/sign-in/\S+)", text)
        assert path
        answer = pages.stranger().post(path[1], {"code": code_of(text)})
        assert answer.headers["Location"] == "/my-group", "what was sent goes on working"


def test_many_who_ask_from_one_place_keep_nobody_there_out(pages: Pages) -> None:
    browser = pages.stranger()
    for number in range(70):
        browser.post("/sign-in", {"email": f"{number}@example.org"})
    for _ in range(3):
        pages.stranger().post("/sign-in", {"email": RESIDENT})
    assert [address for address, _ in mails(pages)] == [RESIDENT] * 3


@pytest.mark.parametrize("stays", [True, False])
def test_whatever_looks_at_a_link_ahead_of_its_reader_uses_nothing_up(pages: Pages, stays: bool) -> None:
    link, looking = pages.link(RESIDENT, stays=stays), pages.stranger()
    path = f"/sign-in/{link}"
    for _ in range(3):
        assert looking.client.head(path).status_code == 200
        assert looking.get(path, headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 200
        if not stays:
            assert looking.get(path).status_code == 200
    assert looking.get("/my-group").status_code == 302, "and signs nobody in"
    assert pages.stranger().post(path).headers["Location"] == "/my-group"


def test_a_used_link_is_exchanged_for_a_new_one_in_one_tap(pages: Pages) -> None:
    browser, link = pages.stranger(), pages.link(RESIDENT, stays=False)
    browser.post(f"/sign-in/{link}")
    page = pages.stranger().get(f"/sign-in/{link}").text
    assert "Send me a new one" in page
    assert RESIDENT not in page
    other = pages.stranger()
    answer = other.post("/sign-in/again", {"secret": link})
    made_up = other.post("/sign-in/again", {"secret": "made-up"})
    assert (answer.status_code, answer.headers["Location"]) == (made_up.status_code, made_up.headers["Location"])
    [(address, text)] = mails(pages)
    assert address == RESIDENT
    assert other.get("/my-group").status_code == 302, "whoever has an old link gets nothing but a mail to its owner"
    assert link not in text


def test_exchanging_links_counts_like_asking_for_the_address(pages: Pages) -> None:
    link, browser = pages.link(RESIDENT, stays=False), pages.stranger()
    statuses = [browser.post("/sign-in/again", {"secret": link}).status_code for _ in range(3)]
    statuses += [browser.post("/sign-in", {"email": RESIDENT}).status_code for _ in range(5)]
    assert statuses == [303] * 8
    assert len(mails(pages)) == 6


def test_counts_hold_over_all_processes(pages: Pages) -> None:
    again = Browser(create_app(pages.app.extensions["mentor_rounds"].settings, pages.database))
    for browser in (pages.stranger(), again) * 4:
        browser.post("/sign-in", {"email": RESIDENT})
    assert len(mails(pages)) == 6


def test_logins_are_listed_by_device_and_ended_from_another(pages: Pages) -> None:
    here, there = pages.signed_in(RESIDENT), pages.stranger()
    phone = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1"}
    there.get(f"/sign-in/{pages.link(RESIDENT)}", headers=phone)
    page = here.get("/account").text
    assert "Safari on iPhone" in page
    [handle] = re.findall(r'name="login" value="([^"]+)"', page)
    pages.signed_in(FACILITATOR).post("/account/logins", {"login": handle})
    assert there.get("/my-group").status_code == 200, "nobody ends the login of somebody else"
    here.post("/account/logins", {"login": handle})
    assert there.get("/my-group").status_code == 302
    assert here.get("/my-group").status_code == 200


def test_the_account_says_what_one_is_where(pages: Pages) -> None:
    with pages.database.writing() as db:
        for role in (Role.COORDINATOR, Role.FACULTY):
            db.add(RoleRow(programme_id=pages.stranger_programme_id, person_id=pages.ids[RESIDENT], role=role.value))
    browser = pages.signed_in(RESIDENT)
    page = browser.get("/account").text
    for path in (f"/join/{pages.programme_id}", f"/programmes/{pages.stranger_programme_id}"):
        assert f'href="{path}"' in page
    assert browser.get(f"/programmes/{pages.stranger_programme_id}").status_code == 200
    assert browser.get("/my-group").status_code == 200


def test_ones_clock_is_chosen_by_a_city(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    text = browser.get("/account").text
    assert (text.count("are in UTC."), "UTC time" in text) == (1, False), "said once"
    browser.post("/account/clock", {"place": "Kampala"})
    assert 'value="Kampala"' in browser.get("/account").text
    refused = browser.post("/account/clock", {"place": "Atlantis"})
    assert refused.status_code == 422
    assert "largest city" in refused.text


def test_a_link_that_stays_signs_in_at_once_and_leads_home(pages: Pages) -> None:
    homes = {COORDINATOR: pages.path(), FACILITATOR: "/facilitating", RESIDENT: "/my-group"}
    for email, home in homes.items():
        link = pages.link(email)
        for _ in range(2):
            answer = pages.stranger().get(f"/sign-in/{link}")
            assert (answer.status_code, answer.headers["Location"]) == (303, home)


def test_the_first_page_leads_everybody_home(pages: Pages) -> None:
    assert "Sign in by e-mail" in pages.stranger().get("/").text
    assert pages.signed_in(RESIDENT).get("/").headers["Location"] == "/my-group"


def test_signing_out_ends_this_browser_and_no_other(pages: Pages) -> None:
    here, there = pages.signed_in(RESIDENT), pages.signed_in(RESIDENT)
    kept = here.client.get_cookie("rounds").value
    assert here.post("/sign-out").headers["Location"] == "/sign-in"
    here.client.set_cookie("rounds", kept)
    assert here.get("/my-group").status_code == 302, "the cookie of before is worth nothing"
    assert there.get("/my-group").status_code == 200


def test_signing_out_everywhere_ends_every_browser(pages: Pages) -> None:
    here, there, other = pages.signed_in(RESIDENT), pages.signed_in(RESIDENT), pages.signed_in(FACILITATOR)
    here.post("/sign-out-everywhere")
    assert there.get("/my-group").status_code == 302
    assert other.get("/facilitating").status_code == 200


def test_a_forged_cookie_signs_nobody_in(pages: Pages) -> None:
    browser = pages.stranger()
    browser.client.set_cookie("rounds", "eyJsb2dpbiI6IngifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert browser.get("/my-group").status_code == 302


def test_a_garbled_link_changes_nothing(pages: Pages) -> None:
    before = everything_stored(pages.database)
    assert pages.stranger().get("/sign-in/" + "%00" * 5 + "x" * 3000).status_code == 404
    assert pages.stranger().post("/sign-in/nope").status_code == 404
    assert everything_stored(pages.database) == before


def test_over_https_the_cookie_is_sent_over_nothing_else(pages: Pages) -> None:
    plain = pages.stranger().get(f"/sign-in/{pages.link(RESIDENT)}").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    secure = create_secure(pages).get(f"/sign-in/{pages.link(RESIDENT)}", base_url="https://rounds.example.org")
    assert secure.headers["Set-Cookie"].startswith("__Host-rounds=")
    assert "Secure" in secure.headers["Set-Cookie"]
    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]


def create_secure(pages: Pages) -> Browser:
    url = pages.database.engine.url.render_as_string(hide_password=False)
    return Browser(create_app(Settings(url, "k" * 40, base_url="https://rounds.example.org"), pages.database))


@pytest.mark.parametrize(("proxies", "sent"), [(0, 1), (1, 3)])
def test_behind_a_proxy_of_ones_own_each_visitor_is_a_place_of_their_own(
    own_pages: Pages, proxies: int, sent: int
) -> None:
    settings = replace(own_pages.app.extensions["mentor_rounds"].settings, trusted_proxies=proxies)
    app = create_app(settings, own_pages.database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with own_pages.database.writing() as db:
        people = [PersonRow(name=str(n), email=f"{n}@example.org", created_at=NOW) for n in range(PER_PLACE.most)]
        db.add_all(people)

    def ask(email: str, visitor: str) -> None:
        client.post("/sign-in", data={"email": email}, headers={"X-Forwarded-For": visitor})

    for number in range(PER_PLACE.most):
        ask(f"{number}@example.org", "192.0.2.1")
    for _ in range(3):
        ask(RESIDENT, "192.0.2.2")
    assert [address for address, _ in mails(own_pages)].count(RESIDENT) == sent
