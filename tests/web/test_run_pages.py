"""Making plans on pages: several at once, with other rules, watched, read again, run again; drafts deleted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

from sqlalchemy import delete, select

from scheduler import clock
from scheduler.charters.model import PROPOSED
from scheduler.charters.service import accept, adopt
from scheduler.people.model import OPERATOR, Role
from scheduler.planning.runs import MOST_WAITING, add_progress, claim_next_run, get_run, start_run
from scheduler.planning.trial_steps import step_to_text
from scheduler.plans.membership import rosters
from scheduler.plans.model import RunState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow, RunRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.service import make_current
from solvers.codec import read_solution
from solvers.progress import Progress
from solvers.reasons.facts import Step, StepKind
from tests.builders import World, override_checks
from tests.builders import actor as resident
from tests.web.builders import COORDINATOR, RESIDENT, Pages, store_plan, words_of
from tests.web.test_coordinator_pages import end_run
from tests.web.test_request_context import counting
from web.coordinator.run_words import MOST_LINES

LOWER: Step[int] = Step(StepKind.QUORUM, value=0.5, instead_of=0.6)
CLOSER: Step[int] = Step(StepKind.GAP, value=7, instead_of=14)


def test_three_drafts_are_asked_for_at_once_and_wait_in_a_row(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    answer = browser.post(pages.path("/runs"), {"seconds": "10", "how_many": "3"})
    assert answer.headers["Location"] == pages.path("/plans")
    page = words_of(browser.get(pages.path("/plans")).text)
    assert "3 plans are being made, one after another." in page
    assert "4 plans are being made" in page
    assert "It starts when the run before it is done." in page
    assert "It starts when the 3 runs before it are done." in page
    with pages.database.reading() as db:
        assert list(db.scalars(select(RunRow.seed).order_by(RunRow.id))) == [1, 1, 2, 3]


def test_the_same_plan_is_not_asked_for_twice(pages: Pages) -> None:
    browser, wanted = pages.signed_in(COORDINATOR), {"seconds": "11", "seed": "5"}
    first = browser.post(pages.path("/runs"), wanted).headers["Location"]
    again = browser.post(pages.path("/runs"), wanted)
    assert again.headers["Location"] == first
    assert "wasn’t asked for again" in words_of(browser.get(first).text)
    others = [
        browser.post(pages.path("/runs"), wanted | more).headers["Location"]
        for more in ({"seed": "6"}, {"seconds": "12"}, {"afresh": "1"}, {"step": step_to_text(LOWER)})
    ]
    assert len({first, *others}) == 5, "whatever differs is another plan"


def test_when_no_more_may_wait_the_page_says_so(pages: Pages) -> None:
    with pages.database.writing() as db:
        for _ in range(MOST_WAITING - 1):
            start_run(db, OPERATOR, pages.programme_id, clock.now())
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(pages.path("/plans")).text
    assert f"{MOST_WAITING} plans are waiting, and no more can." in words_of(page)
    assert 'name="seconds"' not in page
    assert browser.post(pages.path("/runs"), {"seconds": "10"}).status_code == 409


def test_a_rule_is_tried_on_a_plan_as_that_plan_was_asked_for(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    with pages.database.writing() as db:
        first = start_run(
            db, OPERATOR, pages.programme_id, clock.now(), seconds=30, seed=7, steps=(LOWER,), afresh=True
        )
        row = db.get_one(RunRow, first)
        row.plan_id, row.state = pages.draft_id, RunState.DONE
    for step in (CLOSER, replace(LOWER, value=0.4)):
        answer = browser.post(pages.path(f"/plans/{pages.draft_id}/try"), {"step": step_to_text(step)})
        assert answer.status_code == 303
    with pages.database.reading() as db:
        tried = [get_run(db, OPERATOR, run_id) for run_id in db.scalars(select(RunRow.id).order_by(RunRow.id))][-2:]
    assert [(run.seconds, run.seed, run.is_afresh) for run in tried] == [(30, 7, True)] * 2
    assert [run.tried for run in tried] == [(LOWER, CLOSER), (replace(LOWER, value=0.4),)]


def test_a_rule_is_tried_and_the_run_says_so_for_ever(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(pages.path("/plans")).text
    assert "Meeting when 50 % of a group can come instead of 60 %" in words_of(page)
    answer = browser.post(pages.path("/runs"), {"seconds": "10", "step": ["", step_to_text(LOWER)], "seed": "7"})
    watch = answer.headers["Location"]
    found = words_of(browser.get(watch).text)
    assert "Tried with: Meeting when 50 % of a group can come instead of 60 %" in found
    assert "Share of a group that must be able to come: 50 % then, 60 % now." in found
    assert "Start number 7." in found


def test_a_step_that_means_nothing_is_refused(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for step in ("nonsense", '["room","north","",0,0]', '["larger","gone","",9,0]'):
        assert browser.post(pages.path("/runs"), {"seconds": "10", "step": step}).status_code == 409


def test_what_was_chosen_stays_when_it_cannot_be_had(pages: Pages) -> None:
    with pages.database.writing() as db:
        for _ in range(MOST_WAITING - 2):
            start_run(db, OPERATOR, pages.programme_id, clock.now())
    browser, step = pages.signed_in(COORDINATOR), step_to_text(LOWER)
    assert "<details" in browser.get(pages.path("/plans")).text
    wanted = {"seconds": "120", "how_many": "3", "elsewhere": "1", "step": ["", step]}
    for more, status in (({}, 409), ({"seed": "x"}, 422)):
        answer = browser.post(pages.path("/runs"), wanted | more)
        assert answer.status_code == status
        form = unescape(answer.text.partition('aria-labelledby="make"')[2].partition("</form>")[0])
        assert set(re.findall(r'<option value="([^>]*)" selected>', form)) == {"120", "3", step}
        assert re.search(r'name="elsewhere" value="1" checked', form)
        assert re.search(r"<details[^>]* open>", form)
    answer = browser.post(pages.path("/runs"), {"seconds": "1e9"})
    assert "is not a whole number" in words_of(answer.text.partition('id="run-seconds"')[2]), "beside its field"


def test_how_long_to_improve_stays_when_it_cannot_be_had(pages: Pages) -> None:
    with pages.database.writing() as db:
        for _ in range(MOST_WAITING - 1):
            start_run(db, OPERATOR, pages.programme_id, clock.now())
    improve = pages.path(f"/plans/{pages.draft_id}/edit/improve")
    answer = pages.signed_in(COORDINATOR).post(improve, {"seconds": "600"})
    assert answer.status_code == 409
    assert re.findall(r'<option value="(\d+)" selected>', answer.text) == ["600"]


def test_an_ended_run_is_read_again_and_run_again(pages: Pages) -> None:
    reports = [Progress(t, "anneal", 1000 + t, 2000 - t, 8, 2, 5, 20 + t, 40) for t in range(1, 21)]
    with pages.database.writing() as db:
        attempt = claim_next_run(db, clock.now())
        assert attempt is not None
        for report in reports:
            add_progress(db, attempt, [report], clock.now())
        add_progress(db, attempt, [reports[-1]], clock.now())
        assert len(get_run(db, OPERATOR, attempt.run_id).steps) == len(reports), "what says nothing new is not kept"
    end_run(pages, RunState.DONE, pages.draft_id)
    browser, path = pages.signed_in(COORDINATOR), pages.path(f"/runs/{pages.run_id}")
    page = browser.get(path).text
    words = words_of(page)
    assert "Its rules are those that the programme has now." in words
    assert "9 residents, 2 facilitators" in words
    table = page[page.index("How it went") :]
    assert table.count("<tr>") == 1 + MOST_LINES
    assert "100 %" in words_of(table), "40 of 40 can come at the end"
    assert "Run 1" in words_of(browser.get(pages.path("/runs/ended")).text)
    again = browser.post(f"{path}/again")
    with pages.database.reading() as db:
        first, second = db.scalars(select(RunRow).order_by(RunRow.id))
        assert again.headers["Location"] == pages.path(f"/runs/{second.id}")
        assert (first.seconds, first.seed, first.workers) == (second.seconds, second.seed, second.workers)


def test_a_waiting_one_is_given_up_from_its_page(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    second = browser.post(pages.path("/runs"), {"seconds": "10"}).headers["Location"]
    assert "Don’t make it" in words_of(browser.get(second).text)
    browser.post(f"{second}/stop")
    assert "No plan had been found yet" in words_of(browser.get(second).text)
    with pages.database.reading() as db:
        assert list(db.scalars(select(RunRow.state).order_by(RunRow.id))) == [RunState.QUEUED, RunState.CANCELLED]


def test_drafts_are_deleted_after_a_question_and_what_is_published_is_not_offered(pages: Pages) -> None:
    end_run(pages, RunState.DONE, pages.draft_id)
    browser = pages.signed_in(COORDINATOR)
    asked = browser.get(pages.path(f"/plans/delete?plan={pages.draft_id}&plan={pages.published_id}")).text
    assert "Delete 1 draft?" in words_of(asked)
    assert "What has been published stays: Plan 1." in words_of(asked)
    assert f'name="plan" value="{pages.published_id}"' not in asked
    answer = browser.post(pages.path("/plans/delete"), {"plan": str(pages.draft_id)})
    assert answer.status_code == 303
    page = words_of(browser.get(pages.path("/plans")).text)
    assert "1 draft has been deleted." in page
    assert "The draft has been deleted" in words_of(browser.get(pages.path(f"/runs/{pages.run_id}")).text)
    refused = browser.post(pages.path("/plans/delete"), {"plan": str(pages.published_id)})
    assert refused.status_code == 409
    with pages.database.reading() as db:
        assert list(db.scalars(select(PlanRow.id))) == [pages.published_id]


def test_a_tried_draft_leads_to_the_form_of_its_rule(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.get_one(PlanRow, pages.draft_id).trial_steps = [step_to_text(LOWER)]
    browser = pages.signed_in(COORDINATOR)
    for path in ("", "/publish"):
        page = browser.get(pages.path(f"/plans/{pages.draft_id}{path}")).text
        assert "Tried with: Meeting when 50 % of a group can come instead of 60 %" in words_of(page)
        assert re.search(r'href="[^"]*/settings/running\?quorum=50"', page), path
    assert "Publish now" not in browser.get(pages.path(f"/plans/{pages.draft_id}/publish")).text
    assert browser.post(pages.path(f"/plans/{pages.draft_id}/publish")).status_code == 409


def test_publishing_says_first_who_it_concerns_and_that_every_rule_is_kept(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = words_of(browser.get(pages.path(f"/plans/{pages.draft_id}/publish")).text)
    assert "4 residents get other dates in the same group" in page
    assert "4 people would hear of it by e-mail, but no mail server has been set up: tell them yourself." in page
    assert "For 5 others nothing changes, and they get no e-mail." in page
    assert "That is everyone who is in a group now or will be: 9 people." in page
    assert "Ada Quill : Peer group 1: 1 date is dropped" in page or "Ada Quill: Peer group 1: 1 date is dropped" in page
    rules = words_of(browser.get(pages.path(f"/plans/{pages.draft_id}/publish/rules")).text)
    assert "Every rule is kept" in rules
    assert rules.count("This holds:") == 14


def test_publishing_says_first_which_groups_have_to_agree_to_the_charter_again(pages: Pages) -> None:
    """Also of a draft that was made from an earlier revision, in which somebody was who no longer is."""
    with pages.database.writing() as db:
        adopt(db, OPERATOR, pages.programme_id, PROPOSED, clock.now())
        first = select(GroupRow.id).where(GroupRow.plan_id == pages.draft_id, GroupRow.key == "g1")
        ada = (MemberRow.group_id.in_(first), MemberRow.person_id == pages.ids[RESIDENT])
        db.execute(delete(MemberRow).where(*ada))
        make_current(
            db, OPERATOR, get_programme(db, pages.programme_id), db.get_one(PlanRow, pages.draft_id), clock.now()
        )
    with pages.database.reading() as db:
        people = list(rosters(db, pages.programme_id)["g1"])
    for who in people:
        with pages.database.writing() as db:
            accept(db, resident(who, pages.programme_id, Role.RESIDENT), pages.programme_id, "g1", 1, clock.now())
    browser = pages.signed_in(COORDINATOR)
    made = browser.post(pages.path(f"/plans/{pages.published_id}/again")).headers["Location"]
    said = words_of(browser.get(made).text)
    assert "Peer group 1 must agree to its charter again: 4 people; its dates are tentative until then" in said
    assert "Near-peer group 2 must agree" not in said, "it is asked already"


def test_an_earlier_revision_is_read_and_comes_again(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    browser.post(pages.path(f"/plans/{pages.draft_id}/publish"))
    earlier = pages.path(f"/plans/{pages.published_id}")
    said = words_of(browser.get(earlier).text)
    assert "This is revision 1 as it was. It was replaced on" in said
    assert "replaced · published" in said, "each moment with what happened then"
    listed = browser.get(pages.path("/plans")).text.split('id="revisions"')[1]
    assert "Revision 1 published" in words_of(listed)
    assert f'href="{earlier}/again"' in listed
    again = words_of(browser.get(f"{earlier}/again").text)
    assert "Everyone in it is still here" in again
    assert "What it would change from what is published 1 session is added. All other groups and dates stay" in again
    made = browser.post(f"{earlier}/again").headers["Location"]
    page = words_of(browser.get(made).text)
    assert "made from revision 1" in page
    assert "4 residents get other dates in the same group" in page
    with pages.database.writing() as db:
        override_checks(db, 3, clock.now())
    assert browser.post(made).status_code == 303
    assert "published, revision 3" in words_of(browser.get(pages.path("/plans")).text)
    current = pages.path(f"/plans/{pages.draft_id}")
    assert browser.get(f"{pages.path('/plans/3')}/again").status_code == 302, "that is what members see"
    assert browser.post(f"{pages.path('/plans/3')}/again").status_code == 409
    assert "This is revision 2 as it was." in words_of(browser.get(current).text)


def test_residents_see_none_of_it(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    for path in ("/runs/ended", f"/plans/{pages.draft_id}/publish/rules", f"/plans/{pages.published_id}/again"):
        assert browser.get(pages.path(path)).status_code == 404


def test_a_hundred_plans_and_runs_take_no_more_queries_than_two(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    browser.get(pages.path("/plans"))

    def queries(path: str) -> int:
        with counting(pages.database) as counted:
            assert browser.get(pages.path(path)).status_code == 200
        return len(counted.queries)

    before = [queries(path) for path in ("/plans", "/runs/ended")]
    with pages.database.writing() as db:
        first = db.get_one(RunRow, pages.run_id)
        kept = {"programme_id": pages.programme_id, "score": 0, "seconds": 1.0, "points": {}, "created_at": clock.now()}
        counts = {"groups": 2, "placed": 8, "unplaced": 1}
        for number in range(3, 103):
            plan = PlanRow(number=number, state="draft", counts=counts, trial_steps=[step_to_text(LOWER)], **kept)
            db.add(plan)
            db.add(
                RunRow(
                    programme_id=pages.programme_id, state=RunState.FAILED, seconds=1, workers=1, seed=1, residents=9,
                    instance=first.instance, queued_at=clock.now() - timedelta(days=1), asked=first.asked,
                    trial_steps=[step_to_text(LOWER)],
                )
            )  # fmt: skip
    # Drafts of as many groups as are published are compared with them: all of a page in three queries.
    assert [queries(path) for path in ("/plans", "/runs/ended")] == [before[0] + 3, before[1]]
    page = words_of(browser.get(pages.path("/plans")).text)
    assert "1–25 of 102" in page


def test_a_draft_that_is_what_is_published_says_so_and_why_drafts_may_be_alike_is_said_before(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert "unless a plan is found that is better by more than 1 %" in words_of(browser.get(pages.path("/plans")).text)
    ids = {pages.draft_id: False, store_plan(World(pages.database, pages.programme_id, OPERATOR), pages.ids, ()): True}
    for plan_id, is_same in ids.items():
        with pages.database.writing() as db:
            run = db.get_one(RunRow, pages.run_id)
            run.plan_id, run.state, run.finished_at = plan_id, RunState.DONE, clock.now()
        said = words_of(browser.get(pages.path(f"/runs/{pages.run_id}")).text)
        assert ("This draft is the same as what is published." in said) == is_same


def test_what_is_being_made_is_looked_at_again_on_the_page_of_plans(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(pages.path("/plans")).text
    piece = pages.path("/runs/going")
    assert f'hx-get="{piece}"' in page
    assert "htmx" in page
    assert "It will start in a moment." in words_of(browser.get(piece).text)
    with pages.database.writing() as db:
        attempt = claim_next_run(db, clock.now())
        assert attempt is not None
        add_progress(db, attempt, [Progress(1.0, "search", 500, None, 7, 2, 6, 20, 24)], clock.now())
    assert "being made now · 7 of 9 residents have a group so far." in words_of(browser.get(piece).text)
    end_run(pages, RunState.DONE, pages.draft_id)
    ended = browser.get(piece).text
    assert "hx-get" not in ended
    assert "No plan is being made now. See all plans" in words_of(ended)
    assert "hx-get" not in browser.get(pages.path("/plans")).text


def test_a_run_that_was_stopped_says_so_with_who_and_when_on_its_page_and_on_the_draft(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    with pages.database.writing() as db:
        claim_next_run(db, clock.now())
    end_run(pages, RunState.RUNNING)
    browser.post(pages.path(f"/runs/{pages.run_id}/stop"))
    end_run(pages, RunState.CANCELLED, pages.draft_id)
    said = re.compile(r"Cora Coordinator stopped the search on [^.]+, after 9 seconds of 30 seconds\.")
    for rest in (f"/runs/{pages.run_id}", f"/plans/{pages.draft_id}"):
        assert said.search(words_of(browser.get(pages.path(rest)).text))
    assert "stopped early" in words_of(browser.get(pages.path("/runs/ended")).text)
    assert "stopped the search" not in words_of(browser.get(pages.path(f"/plans/{pages.published_id}")).text)


def test_a_run_is_kept_with_what_it_answered_whatever_becomes_of_its_draft(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    end_run(pages, RunState.DONE, pages.draft_id)
    answered = pages.path(f"/runs/{pages.run_id}/solution.json")
    answer = browser.get(answered).text  # before anybody writes: that somebody took it out is written down, too
    with pages.database.writing() as db:
        db.get_one(RunRow, pages.run_id).answer = answer
    before = browser.get(answered).data
    assert len(read_solution(before).groups) == 2
    path = pages.path(f"/plans/{pages.draft_id}/edit")
    assert browser.post(path, {"act": "dissolve", "group": "g2", "version": "0"}).status_code == 303
    assert browser.get(answered).data == before
    with pages.database.writing() as db:
        db.execute(delete(PlanRow).where(PlanRow.id == pages.draft_id))
    assert browser.get(answered).data == before
    assert "What it answered" in browser.get(pages.path(f"/runs/{pages.run_id}")).text
