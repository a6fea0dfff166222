"""States, roles and kinds by name in the templates, so that a page compares with an enum's member as code does."""

from __future__ import annotations

from enum import Enum
from typing import Final

from flask import Flask

from scheduler.availability.model import AllDay
from scheduler.decisions.model import Basis
from scheduler.decisions.not_planned import WhyNot
from scheduler.enrolment.people_register import HereChoice
from scheduler.enrolment.spreadsheets.columns import ListKind
from scheduler.joining.model import JoiningState, Step
from scheduler.oversight.model import Writer
from scheduler.own_groups.model import QuestionState
from scheduler.people.model import Role
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.run_model import RunState
from scheduler.rota_import.overlaps import Standing
from scheduler.rotas.model import DutyKind
from scheduler.sessions.model import DeputyState, SessionStatus
from scheduler.troubles.model import RemedyKind, TroubleKind, TroubleState
from solvers.reasons.facts import StepKind
from solvers.vocabulary import CANNOT
from web.rota_questions import Field

STATES: Final[tuple[type[Enum], ...]] = (
    AllDay,
    Basis,
    DeputyState,
    DutyKind,
    Field,
    HereChoice,
    JoiningState,
    ListKind,
    MemberRole,
    PlanState,
    QuestionState,
    RemedyKind,
    Role,
    RunState,
    SessionStatus,
    Standing,
    Step,
    StepKind,
    TroubleKind,
    TroubleState,
    WhyNot,
    Writer,
)


def name(app: Flask) -> None:
    """Give every template the enums, by their names."""
    app.jinja_env.globals.update({each.__name__: each for each in STATES}, CANNOT=CANNOT)
