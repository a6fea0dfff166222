"""A draft as it is changed by hand: the board, what a change would do, keeping it, taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.edits import service
from scheduler.edits.model import (
    DissolveGroup,
    Draft,
    Edit,
    Exchange,
    MergeGroups,
    MovePerson,
    Pin,
    Preview,
    SetDate,
    SetFacilitators,
    SetPin,
    SetRoom,
    SetWay,
    SplitGroup,
    WithPin,
)
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound, NotPossible
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.plans.service import published_plan_id
from scheduler.programmes.service import get_programme
from scheduler.publishing.service import find_obstacle, has_changed_meanwhile
from scheduler.reasons.broken import private_sentence, what_is_broken
from solvers.vocabulary import IN_PERSON, MODES
from web.audiences import Audience, open_to
from web.coordinator import edit_effects, edit_headline, edit_words, plan_summary
from web.coordinator.blueprint import blueprint
from web.coordinator.edit_board import MOST_WITHOUT, ORDER_NAMES, SHOWN_NAMES, Board, View
from web.coordinator.edit_forms import fields_of, is_act, read_edit, read_pin_beside
from web.coordinator.edit_left_out import left_out_sentences
from web.coordinator.edit_panel import Choice, panel_of
from web.coordinator.runs import CHOICES_SECONDS
from web.forms import Form, form_on, is_refusing, read_form
from web.language import gettext as _
from web.request_context import actor, database, now, settings

_STAYING: Final = (SetFacilitators, SetDate, SetRoom, SetWay, SplitGroup, SetPin)
"""After these the panel goes on showing what was changed; after others it makes room for the board."""


@dataclass(frozen=True, slots=True)
class Look:
    """A change that is looked at before it is made: what it would do, or why it cannot be told."""

    edit: Edit | None = None
    fields: Sequence[tuple[str, str]] = ()
    preview: Preview | None = None
    error: MentorRoundsError | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


_WORDS: Final[Mapping[str, object]] = {
    "words": edit_words,
    "told": edit_effects,
    "headings": edit_headline,
    "left_out_sentences": left_out_sentences,
    "what_is_broken": what_is_broken,
    "private_sentence": private_sentence,
    "plan_summary": plan_summary,
    "shown_names": SHOWN_NAMES,
    "order_names": ORDER_NAMES,
    "most_without": MOST_WITHOUT,
    "longest": LONGEST_SEARCH,
    "modes": MODES,
    "in_person": IN_PERSON,
}
"""What the board puts its facts into words with."""


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/edit")
@open_to(Audience.COORDINATOR)
def edit(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """The groups of a draft as cards, and beside them whatever was chosen and what a change of it would do."""
    return _page(programme_id, plan_id, "coordinator/edit.html")


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/edit/panel")
@open_to(Audience.COORDINATOR)
def edit_panel(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """The panel alone, with the same address behind the question mark: for the script of the board."""
    return _page(programme_id, plan_id, "coordinator/edit_panel.html")


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/edit/effect")
@open_to(Audience.COORDINATOR)
def edit_effect(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """What a change would do and nothing else: while something is held over a place where it could be put."""
    return _page(programme_id, plan_id, "coordinator/edit_effect.html", with_panel=False)


def _page(programme_id: int, plan_id: int, template: str, *, with_panel: bool = True) -> ResponseReturnValue:
    # A change that was refused comes back with its fields, which are the form's then.
    given = request.form if request.method == "POST" else request.args
    form = Form(given)
    view, choice = View.read(form), Choice.read(form)
    with database().reading() as db:
        try:
            board = _open(db, programme_id, plan_id, view)
        except NotPossible as error:
            return _to_the_plan(programme_id, plan_id, error)
        look = _look(db, board, form)
        panel = panel_of(db, board, choice) if with_panel else None
        is_whole = template == "coordinator/edit.html"
        obstacle = find_obstacle(db, actor(), plan_id) if is_whole else None
        published_id = published_plan_id(db, actor(), programme_id) if is_whole else None
        meanwhile = is_whole and has_changed_meanwhile(db, actor(), plan_id)

    return render_template(
        template,
        go=_addresses(view, programme_id, plan_id),
        programme=board.programme,
        draft=board.draft,
        board=board,
        choice=choice,
        look=look,
        panel=panel,
        obstacle=obstacle if board.draft.groups else None,
        meanwhile=meanwhile and bool(board.draft.groups),
        compared=[plan_id, published_id] if published_id is not None else [plan_id],
        given=given,
        status=_status(board, form),
        **_WORDS,
    )


def _addresses(view: View, programme_id: int, plan_id: int) -> Callable[..., str]:
    def go(*values: Mapping[str, Any]) -> str:
        """An address of the board at the same place, with something else in its panel."""
        said = {**view.query, "programme_id": programme_id, "plan_id": plan_id, "_anchor": "panel"}
        for more in values:
            said |= {name: value for name, value in more.items() if value is not None}
        return url_for("coordinator.edit", **said)

    return go


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/edit")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.edit", "edit", once=True)
def edit_kept(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Keep a change. That one was refused stays noted, though nothing else of it does."""
    try:
        return _keep(programme_id, plan_id)
    except service.Refused:
        with database().writing() as db:
            service.note_refusal(db, actor(), plan_id, now())
        raise


def _keep(programme_id: int, plan_id: int) -> ResponseReturnValue:
    with read_form() as form, database().writing() as db:
        programme = get_programme(db, programme_id)
        if not is_act(form):
            raise NotPossible(_("That isn’t a change of a draft."), what_to_do=_("Choose again on the board."))
        made, version = read_edit(form, ZoneInfo(programme.zone)), _version(form)
        form.check()
        _open(db, programme_id, plan_id)
        pin = read_pin_beside(form)
        form.check()
        kept = _kept(db, plan_id, made, version, pin)
    stays = isinstance(made, _STAYING) and not isinstance(made, MergeGroups | DissolveGroup)
    choice = Choice.read(form).query if stays else {}
    return _to_the_board(programme_id, plan_id, form, done=kept, **choice)


def _kept(db: Db, plan_id: int, made: Edit, version: int, pin: Pin | None) -> int:
    try:
        if pin is not None and isinstance(made, MovePerson | Exchange):
            made = WithPin(made, pin)
        return service.keep(db, actor(), plan_id, made, version, now())
    except NotFound as error:  # whom or what it is about has gone meanwhile; the draft is still there
        raise NotPossible(error.message, what_to_do=_("Choose again on the board.")) from error


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/edit/undo")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.edit", "undo", once=True)
def edit_undone(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Take the last change back."""
    return _stepped(programme_id, plan_id, service.undo, "undone")


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/edit/redo")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.edit", "redo", once=True)
def edit_redone(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Make a change again that was taken back."""
    return _stepped(programme_id, plan_id, service.redo, "done")


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/edit/improve")
@open_to(Audience.COORDINATOR)
def edit_to_improve(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """How long the planner is to go on, and what it leaves as it is."""
    with database().reading() as db:
        try:
            board = _open(db, programme_id, plan_id)
        except NotPossible as error:
            return _to_the_plan(programme_id, plan_id, error)
        stays = service.what_stays(db, actor(), plan_id, now())
        unpinned = service.find_unpinned(db, actor(), plan_id, now())
    return render_template(
        "coordinator/edit_improve.html",
        programme=board.programme,
        draft=board.draft,
        stays=edit_words.staying_lines(stays, board.draft, board.names),
        unpinned=unpinned,
        loose=edit_words.unpinned_lines(unpinned, board.names),
        choices=CHOICES_SECONDS,
    )


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/edit/pin-changes")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.edit_to_improve", "pins", once=True)
def edit_changes_pinned(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Pin everything that was changed by hand and can be pinned."""
    with read_form() as form, database().writing() as db:
        version = _version(form)
        form.check()
        _open(db, programme_id, plan_id)
        service.pin_changes(db, actor(), plan_id, version, now())
    flash(_("Pinned: what you changed by hand stays when the planner goes on."))
    return redirect(url_for("coordinator.edit_to_improve", programme_id=programme_id, plan_id=plan_id), 303)


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/edit/improve")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.edit_to_improve", "improve", field="seconds", once=True)
def edit_improved(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Have the planner go on around what is pinned."""
    with read_form() as form:
        seconds = form.number("seconds", 1, 3600, CHOICES_SECONDS[1])
    with database().writing() as db:
        _open(db, programme_id, plan_id)
        run_id = service.improve(db, actor(), plan_id, now(), seconds=seconds, workers=settings().solve_workers)
    return redirect(url_for("coordinator.run", programme_id=programme_id, run_id=run_id), 303)


def _stepped(programme_id: int, plan_id: int, step: Callable[..., int], status: str) -> ResponseReturnValue:
    with read_form() as form, database().writing() as db:
        version = _version(form)
        form.check()
        _open(db, programme_id, plan_id)
        reached = step(db, actor(), plan_id, version, now())
    return _to_the_board(programme_id, plan_id, form, **{status: reached})


def _open(db: Db, programme_id: int, plan_id: int, view: View | None = None) -> Board:
    """The draft, if it is one of this programme."""
    programme = get_programme(db, programme_id)
    draft: Draft = service.open_draft(db, actor(), plan_id, now())
    if draft.programme_id != programme_id:
        raise NotFound(_("We can’t find that plan in this programme."))
    return Board(draft, programme, view or View())


def _look(db: Db, board: Board, form: Form) -> Look:
    """What the change that is asked about would do."""
    if not is_act(form):
        return Look()
    made = read_edit(form, ZoneInfo(board.programme.zone))
    if form.faults:
        return Look(faults={fault.where: fault.text for fault in form.faults})
    fields = tuple(fields_of(made))
    try:
        return Look(made, fields, service.preview(db, actor(), board.draft.plan_id, made, now()))
    except NotAllowed:
        raise
    except MentorRoundsError as error:
        return Look(made, fields, error=error)


def _version(form: Form) -> int:
    return form.number("version", 0, 2**31 - 1)


def _status(board: Board, form: Form) -> str:
    """What was done just now, if nothing was done since: ``R101 moved from Group 7 to Group 11.``"""
    draft = board.draft
    if draft.undo is not None and form.text("done") == str(draft.version):
        return edit_words.done_sentence(draft.undo, board.names)
    if draft.redo is not None and form.text("undone") == str(draft.version):
        return _("Undone: %(what)s", what=edit_words.done_sentence(draft.redo, board.names))
    return ""


def _to_the_board(programme_id: int, plan_id: int, form: Form, **more: Any) -> ResponseReturnValue:
    """Back to the same place of the board."""
    values = {**View.read(form).query, **more, "_anchor": "panel"}
    return redirect(url_for("coordinator.edit", programme_id=programme_id, plan_id=plan_id, **values), 303)


def _to_the_plan(programme_id: int, plan_id: int, error: NotPossible) -> ResponseReturnValue:
    """A plan that can be read but not changed, with what is to be done instead."""
    if not is_refusing():
        flash(" ".join(filter(None, (error.message, error.what_to_do))))
    return redirect(url_for("coordinator.plan", programme_id=programme_id, plan_id=plan_id))
