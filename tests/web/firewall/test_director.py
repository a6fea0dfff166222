"""A director, at every address with every real id: of nobody in the programme do they read a name or a word."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from scheduler import clock
from scheduler.evidence.releases import release_if_due
from scheduler.memory import forget_everything
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from tests.web.firewall.test_matrix import rules
from tests.web.firewall.world import MARKS, Lived
from web.audiences import Audience, audience_of

DORA = "dora@director.example"
OPEN = {Audience.PUBLIC, Audience.SIGNED_IN, Audience.DIRECTOR}


@pytest.fixture
def director(lived: Lived) -> str:
    """Somebody with no part in the programme but to direct it, for whom a release has been worked out."""
    with lived.pages.database.writing() as db:
        person = PersonRow(name="Dora Directs", email=DORA, created_at=clock.now())
        db.add(person)
        db.flush()
        db.add(RoleRow(programme_id=lived.pages.programme_id, person_id=person.id, role=Role.DIRECTOR))
        release_if_due(db, OPERATOR, lived.pages.programme_id, clock.now())
    forget_everything()
    return DORA


def test_a_director_reads_nothing_of_anybody(lived: Lived, director: str) -> None:
    with lived.pages.database.reading() as db:
        takes_part = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == lived.pages.programme_id)
        names = db.scalars(select(PersonRow.name).where(PersonRow.id.in_(takes_part))).all()
    read, shut = 0, 0
    for rule in rules(lived.app, "GET"):
        audience = audience_of(lived.app.view_functions[rule.endpoint])
        if audience is Audience.PUBLIC:
            continue
        for path in lived.paths(rule):
            answer = lived.ask(director, path)
            said = [word for word in (*MARKS, *names) if word in answer.text]
            assert not said, (path, said)
            if audience in OPEN:
                read += answer.status == 200
            else:
                assert answer.status == 404, path
                shut += 1
    assert read >= 5
    assert shut > 100
    for rule in rules(lived.app, "POST"):
        if audience_of(lived.app.view_functions[rule.endpoint]) not in OPEN:
            for path in lived.paths(rule):
                assert lived.ask(director, path, "POST").status == 404, path
    with lived.pages.database.writing() as db:
        db.execute(delete(RoleRow).where(RoleRow.role == Role.DIRECTOR))
