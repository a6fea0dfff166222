"""Plans: reading one, trying and making changes of a draft, publishing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from scheduler.db import Db
from scheduler.edits import service as edits
from scheduler.edits.sent_edits import SentEdit
from scheduler.edits.together import Effect, keep_edits, preview_edits
from scheduler.errors import Fault, NotPossible, Rejected, Unspoken
from scheduler.languages import say as _
from scheduler.plans import service
from scheduler.plans.model import Group, Member, PlanSummary
from scheduler.plans.model import Plan as Known
from scheduler.preflight.model import Item, Report
from scheduler.preflight.service import look, not_ready, override
from scheduler.preflight.wording import finding_words, item_words
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.publishing.service import publish
from scheduler.reasons.broken import Broken, broken_sentence
from scheduler.sessions.published_figures import figures_of
from scheduler.sessions.published_plan import as_it_is_now
from web.api.operations import PUBLISH, WRITE, Answer, changing, operation
from web.api.paging import Asked, Page, after, page
from web.api.people import DryRun
from web.api.programmes import must_be_there
from web.problems import Problem
from web.request_context import actor, database, now

Reason = Annotated[str, Meta(max_length=2000)]


class PlanListed(msgspec.Struct, frozen=True, kw_only=True):
    """A plan in the list; state is draft, reviewed, published or superseded."""

    id: int
    number: int
    state: str
    revision: int | None
    created_at: datetime
    published_at: datetime | None
    groups: int
    placed: int
    unplaced: int


class MemberShown(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a group; marks has a sign for each round: 2, 1, 0, ?, or a blank for a round without a session."""

    id: int
    name: str
    role: str
    marks: str


class SessionPlanned(msgspec.Struct, frozen=True, kw_only=True):
    """A date of a group. Rounds count from 0."""

    round: int
    starts_at: datetime
    place: str
    can_come: int
    residents: int
    held: bool


class GroupShown(msgspec.Struct, frozen=True, kw_only=True):
    """A group with its people and dates."""

    id: str
    name: str
    model: str
    mode: str
    site: str
    people: list[MemberShown]
    sessions: list[SessionPlanned]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A whole plan. version counts the changes by hand of a draft; attendance is the share of residents who can come
    over all sessions; without are the names of residents who have no group."""

    id: int
    programme: int
    number: int
    state: str
    revision: int | None
    version: int
    created_at: datetime
    published_at: datetime | None
    placed: int
    sessions_held: int
    sessions_wanted: int
    attendance: float
    groups: list[GroupShown]
    without: list[str]


class EditsSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Edits, made one after the other; version is the one that was read, for whoever wants to change no other."""

    edits: Annotated[list[SentEdit], Meta(min_length=1, max_length=100)]
    version: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None


class BrokenRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that would be broken; what is nobody's business has neither name nor group."""

    rule: str | None
    group: str | None
    text: str


class EditsJudged(msgspec.Struct, frozen=True, kw_only=True):
    """What edits do together, beside what was so before. Points are told without those for what people keep to
    themselves; refused edits may never be kept. still_broken are rules that the draft broke before, and would go on
    breaking."""

    broken: list[BrokenRule]
    still_broken: list[BrokenRule]
    points_before: int
    points_after: int
    attendance_before: float
    attendance_after: float
    refused: bool
    dry_run: bool
    version: int


class Overridden(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A check that is overridden in the name of this token's owner, and why."""

    item: Item
    reason: Reason


class Publishing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a draft is published. A reason is asked for where it changes sessions that begin soon."""

    reason: Reason = ""
    overrides: Annotated[list[Overridden], Meta(max_length=len(Item))] = []


class PublishedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that has just been published."""

    id: int
    programme: int
    state: str
    revision: int


@operation("GET", "/programmes/<int:programme_id>/plans", Page[PlanListed], asks=Asked)
def plans(programme_id: int, asked: Asked) -> Answer:
    """The plans of a programme, the oldest first."""
    must_be_there(programme_id)
    start = after(asked.cursor)
    with database().reading() as db:
        found = sorted(service.list_plans(db, actor(), programme_id), key=lambda each: each.id)
    return page([each for each in found if each.id > start], asked.limit, lambda each: each.id, _listed)


@operation("GET", "/plans/<int:plan_id>", Plan)
def plan(plan_id: int) -> Answer:
    """A whole plan; of the published one who can come as things stand."""
    with database().reading() as db:
        found = as_it_is_now(db, actor(), service.get_plan(db, actor(), plan_id))
        return Answer(_shown(db, found))


@operation("POST", "/plans/<int:plan_id>/edits", EditsJudged, takes=EditsSent, asks=DryRun, scope=WRITE)
def plan_edited(plan_id: int, body: EditsSent, asked: DryRun) -> Answer:
    """Change a draft: all edits or none, one after the other. A dry run says what they would do."""
    with database().reading() as db:
        programme_id = service.programme_of_plan(db, actor(), plan_id)
        if asked.dry_run:
            return Answer(_judged(preview_edits(db, actor(), plan_id, body.edits, now()), dry_run=True))
    try:
        with changing(programme_id) as db:
            done = keep_edits(db, actor(), plan_id, body.edits, body.version, now())
    except edits.ChangedMeanwhile as meanwhile:
        raise Problem(
            409,
            _("This draft has changed since it was read. Nothing was saved."),
            what_to_do=_("Read it again, then change it."),
        ) from meanwhile
    except edits.Refused:
        with database().writing() as db:
            edits.note_refusal(db, actor(), plan_id, now())
        raise
    return Answer(_judged(done, dry_run=False))


@operation("POST", "/plans/<int:plan_id>/publish", PublishedPlan, takes=Publishing, scope=PUBLISH)
def plan_published(plan_id: int, body: Publishing) -> Answer:
    """Publish a draft: pages, calendars and letters go by it from then on.

    As long as a check is red the answer is a problem with its items; what may be overridden is, with a reason for each.
    """
    with database().reading() as db:
        programme_id = service.programme_of_plan(db, actor(), plan_id)
    with changing(programme_id) as db:
        for number, each in enumerate(body.overrides):
            with _at(f"overrides[{number}].reason"):
                override(db, actor(), plan_id, each.item, each.reason, now())
        try:
            revision = publish(db, actor(), plan_id, now(), body.reason)
        except NotPossible as refused:
            raise _with_items(db, plan_id, programme_id, refused) from refused
    return Answer(PublishedPlan(id=plan_id, programme=programme_id, state="published", revision=revision))


@contextmanager
def _at(place: str) -> Iterator[None]:
    """What is wrong with a reason is told with the place of what was sent."""
    try:
        yield
    except Rejected as wrong:
        raise Problem(422, wrong.message, errors=[Fault(place, each.text) for each in wrong.faults]) from wrong


def _with_items(db: Db, plan_id: int, programme_id: int, refused: NotPossible) -> Exception:
    """Why a plan wasn't published, with every check that is red. What is nobody's business is told, and noted, only
    where nothing is red: until then it can't be found out."""
    report = look(db, actor(), plan_id, now())
    if not report.red:
        return refused
    if isinstance(refused, Unspoken):
        refused = not_ready(report)
    programme = get_programme(db, programme_id)
    found = {item: _found(item, report, programme) for item in report.red}
    errors = [Fault(item.value, text) for item, texts in found.items() for text in texts]
    items = [{"item": item.value, "name": item_words(item), "found": texts} for item, texts in found.items()]
    return Problem(409, refused.message, what_to_do=refused.what_to_do, errors=errors, items=items)


def _found(item: Item, report: Report, programme: Programme) -> list[str]:
    return [finding_words(each, report.names, programme) for each in report.stand(item).open]


def _judged(effect: Effect, *, dry_run: bool) -> EditsJudged:
    return EditsJudged(
        broken=_broken(effect.broken, effect),
        still_broken=_broken(effect.still_broken, effect),
        points_before=effect.points_before,
        points_after=effect.points_after,
        attendance_before=effect.attendance_before,
        attendance_after=effect.attendance_after,
        refused=effect.refused,
        dry_run=dry_run,
        version=effect.version,
    )


def _broken(rules: Iterable[Broken], effect: Effect) -> list[BrokenRule]:
    return [BrokenRule(rule=each.rule_id, group=each.group, text=broken_sentence(each, effect.names)) for each in rules]


def _listed(found: PlanSummary) -> PlanListed:
    return PlanListed(
        id=found.id,
        number=found.number,
        state=found.state.value,
        revision=found.revision,
        created_at=found.created_at,
        published_at=found.published_at,
        groups=found.groups,
        placed=found.placed,
        unplaced=found.unplaced,
    )


def _shown(db: Db, found: Known) -> Plan:
    figures = figures_of(db, actor(), found.programme_id, found.id)
    return Plan(
        id=found.id,
        programme=found.programme_id,
        number=found.number,
        state=found.state.value,
        revision=found.revision,
        version=edits.version_of(db, actor(), found.id),
        created_at=found.created_at,
        published_at=found.published_at,
        placed=figures.placed,
        sessions_held=figures.sessions_held,
        sessions_wanted=figures.sessions_wanted,
        attendance=round(figures.mean_attendance, 4),
        groups=[_group(each) for each in found.groups],
        without=[each.person for each in found.unplaced],
    )


def _group(group: Group) -> GroupShown:
    return GroupShown(
        id=group.key,
        name=group.name,
        model=group.model,
        mode=group.mode,
        site=group.site,
        people=list(_members((*group.residents, *group.facilitators))),
        sessions=[
            SessionPlanned(
                round=each.round,
                starts_at=each.starts_at,
                place=each.place,
                can_come=each.can_come,
                residents=each.residents,
                held=each.holds,
            )
            for each in group.sessions
        ],
    )


def _members(people: Iterable[Member]) -> Iterable[MemberShown]:
    return (MemberShown(id=each.person_id, name=each.name, role=each.role.value, marks=each.marks) for each in people)
