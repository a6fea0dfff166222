"""Whether there is anybody to plan, and what to do where there is not."""

from __future__ import annotations

from sqlalchemy import exists, select

from scheduler.db import Db
from scheduler.errors import NotPossible, Page
from scheduler.joining.answer_list import Consents, count_consents
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from solvers.instance import Instance
from solvers.vocabulary import NOT_KNOWN


def must_be_worth_solving(db: Db, actor: Actor, programme_id: int, instance: Instance) -> None:
    """Raise ``NotPossible``, with the way out, where nobody could be put into a group."""
    if not instance.residents:
        raise _nobody_to_plan(count_consents(db, actor, programme_id), _has_faculty(db, programme_id))
    if all(set(resident.availability) <= {NOT_KNOWN} for resident in instance.residents):
        raise NotPossible(
            say("No resident has a rota yet, so dates can’t be planned."),
            what_to_do=say("Import a rota first."),
            page=Page.ROTAS,
        )


def _has_faculty(db: Db, programme_id: int) -> bool:
    there = (ParticipantRow.programme_id == programme_id, ParticipantRow.kind == Role.FACULTY)
    return bool(db.scalar(select(exists().where(*there, ParticipantRow.left_at.is_(None)))))


def _nobody_to_plan(consents: Consents, has_faculty: bool) -> NotPossible:
    if has_faculty and not consents.residents:
        return NotPossible(
            say("Groups are made of residents, and everyone in the programme is faculty."),
            what_to_do=say("Import a list of residents, or change the role of those who belong in groups."),
            page=Page.PEOPLE,
        )
    if not consents.are_needed or not consents.residents:
        return NotPossible(
            say("The programme has no people in it yet."),
            what_to_do=say("Import the list of people first."),
            page=Page.PEOPLE,
        )
    return NotPossible(
        say("No resident has said yes yet, and only people who say yes are planned."),
        what_to_do=say("Invite them, or say there that everyone is planned."),
        page=Page.ANSWERS,
    )
