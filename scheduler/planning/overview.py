"""How far a programme has come: the coordinator's first page in one value."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.planning.runs import find_current_run
from scheduler.plans.model import PlanState, PlanSummary, Run
from scheduler.plans.service import list_plans
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.rotas.own import OF_DEPARTMENT, WAITS_FOR_COORDINATOR
from scheduler.rotas.tables import RotaLineRow, RotaRow, WaitingRow


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts and the plans of a programme. ``without_rota`` are residents of whom no rota speaks."""

    programme: Programme
    residents: int
    faculty: int
    without_rota: int
    rotas: int
    waiting_rotas: int
    plans: tuple[PlanSummary, ...]
    current_run: Run | None

    @property
    def published(self) -> PlanSummary | None:
        """The plan that members see."""
        return next((plan for plan in self.plans if plan.state is PlanState.PUBLISHED), None)


def overview(db: Db, actor: Actor, programme_id: int) -> Overview:
    """Everything that the first page shows."""
    actor.must_have(programme_id, Role.COORDINATOR)
    on_a_rota = (
        select(RotaLineRow.person_id)
        .join(RotaRow, RotaRow.id == RotaLineRow.rota_id)
        .where(RotaRow.programme_id == programme_id, RotaLineRow.person_id.is_not(None))
    )
    resident = ParticipantRow.kind == Role.RESIDENT
    return Overview(
        programme=get_programme(db, programme_id),
        residents=_participants(db, programme_id, resident),
        faculty=_participants(db, programme_id, ParticipantRow.kind == Role.FACULTY),
        without_rota=_participants(db, programme_id, resident & ParticipantRow.person_id.not_in(on_a_rota)),
        rotas=_count(
            db, select(func.count()).select_from(RotaRow).where(RotaRow.programme_id == programme_id, OF_DEPARTMENT)
        ),
        waiting_rotas=_count(
            db,
            select(func.count())
            .select_from(WaitingRow)
            .where(WaitingRow.programme_id == programme_id, WAITS_FOR_COORDINATOR),
        ),
        plans=list_plans(db, actor, programme_id),
        current_run=find_current_run(db, actor, programme_id),
    )


def _participants(db: Db, programme_id: int, condition: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(ParticipantRow)
    here = (ParticipantRow.programme_id == programme_id) & ParticipantRow.left_at.is_(None)
    return _count(db, statement.where(here, condition))


def _count(db: Db, statement: Select[int]) -> int:
    return db.scalar(statement) or 0
