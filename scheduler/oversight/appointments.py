"""The office of oversight contacts: at least two, none of them a coordinator under any name or address.

The coordinator can't make herself one: who may be a coordinator under another entry is refused; and the other contacts
hear of everybody who is asked, accepts, is removed or steps down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from scheduler.db import Db
from scheduler.languages import mark, say
from scheduler.mail.notes import write_to
from scheduler.offices.model import Asking, Keeping, OfficeRules, Step
from scheduler.oversight.contacts import must_oversee
from scheduler.oversight.tables import ConcernReaderRow, ConcernRow
from scheduler.people.model import Role
from scheduler.people.roles import contacts_of, must_not_be_both
from scheduler.people.tables import PersonRow
from scheduler.programmes.service import get_programme

LEAST_CONTACTS: Final = 2
"""So many oversight contacts a programme keeps once it has them."""
_TOLD: Final[Mapping[Step, str]] = {
    Step.ASKED: mark(
        "%(name)s has been asked to become an oversight contact of %(programme)s. Nothing changes until they have "
        "accepted."
    ),
    Step.ACCEPTED: mark(
        "%(name)s is now an oversight contact of %(programme)s, too. They read only concerns that people send to "
        "them, or that one of you hands to them."
    ),
    Step.DISMISSED: mark(
        "%(name)s is no longer an oversight contact of %(programme)s: a coordinator has removed them. People whose "
        "concerns only they could read are asked to choose someone else."
    ),
    Step.STEPPED_DOWN: mark(
        "%(name)s has stepped down as an oversight contact of %(programme)s. People whose concerns only they could "
        "read are asked to choose someone else."
    ),
}


def _must_be_free(db: Db, programme_id: int, person: PersonRow, coordinators: Collection[int]) -> None:
    must_not_be_both(db, programme_id, person, Role.OVERSIGHT, *coordinators)


def _counted(db: Db, programme_id: int) -> Collection[int]:
    return [person.id for person in contacts_of(db, programme_id)]


def _follows(db: Db, programme_id: int, step: Step, person: PersonRow, now: datetime) -> None:
    if step is not Step.ASKED:
        _read_nothing(db, programme_id, person.id)
    others = [contact for contact in contacts_of(db, programme_id) if contact.id != person.id]
    gone = (person,) if step in (Step.DISMISSED, Step.STEPPED_DOWN) else ()
    programme = get_programme(db, programme_id).name
    _tell(db, (*others, *gone), now, lambda: say(_TOLD[step], name=person.name, programme=programme))


def _read_nothing(db: Db, programme_id: int, person_id: int) -> None:
    """Who is removed, or comes anew, reads nothing of before: it would have to be handed to them."""
    of_programme = select(ConcernRow.id).where(ConcernRow.programme_id == programme_id)
    theirs = (ConcernReaderRow.person_id == person_id, ConcernReaderRow.concern_id.in_(of_programme))
    db.execute(delete(ConcernReaderRow).where(*theirs))


def _tell(db: Db, people: Collection[PersonRow], now: datetime, words: Callable[[], str]) -> None:
    def said() -> str:
        known = say("If you think that something is wrong with this, please tell the head of the programme.")
        return f"{words()}\n\n{known}"

    write_to(db, people, lambda: say("The oversight contacts have changed"), said, "", now, urgent=False)


CONTACT: Final = OfficeRules(
    Role.OVERSIGHT,
    none=mark("You’re not an oversight contact of that programme."),
    asking=Asking(
        "/oversight/contact",
        subject=mark("%(programme)s: would you be an oversight contact?"),
        text=mark(
            "%(name)s would like you to be an oversight contact of %(programme)s. People in it could then "
            "choose you when they raise a concern, and your name would be on the page where they do."
        ),
        declaration=mark("Please confirm that you don’t coordinate this programme."),
        must_be_free=_must_be_free,
    ),
    keeping=Keeping(
        LEAST_CONTACTS,
        _counted,
        mark("People need at least two oversight contacts to choose between."),
        before_dismissing=mark("Appoint another one first. Once they have accepted, you can remove this one."),
        before_stepping_down=mark(
            "Ask a coordinator to name someone else first. Once they have accepted, you can step down."
        ),
    ),
    may_leave=must_oversee,
    follows=_follows,
)
