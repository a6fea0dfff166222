"""Who sponsors or advises someone in their group is told to the group, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler import clock
from scheduler.charters.disclosures import own_disclosures
from scheduler.errors import NotFound
from scheduler.people.model import RelationKind
from scheduler.people.tables import RelationRow
from scheduler.programmes.tables import ProgrammeRow
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term

CLEO, EVE = NEAR_PEERS[:2]


def relate(term: Term, kind: str, *, declared: bool = False, **columns: object) -> None:
    """Fay is this to Cleo, whose group she facilitates."""
    ids = {"person_id": term.id_of(FACILITATOR), "about_id": term.id_of(CLEO), "programme_id": term.programme_id}
    with term.database.writing() as db:
        said_by = ids["person_id"] if declared else None
        db.add(RelationRow(kind=kind, declared=declared, declared_by_id=said_by, **ids, **columns))


def told_to(term: Term, name: str) -> list[str]:
    place = (term.programme_id, "g2")
    with term.database.reading() as db:
        return [each.line for each in own_disclosures(db, term.actor(name), [place], clock.now())[place]]


@pytest.mark.parametrize("declared", [False, True])
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (RelationKind.SPONSORS, "Fay Lantern sponsors Cleo Thistle."),
        (RelationKind.ADVISES, "Fay Lantern advises Cleo Thistle on a project."),
    ],
)
def test_everyone_in_the_group_reads_who_sponsors_or_advises(
    term: Term, kind: RelationKind, words: str, declared: bool
) -> None:
    relate(term, kind, declared=declared)
    for name in (CLEO, EVE, FACILITATOR):
        assert told_to(term, name) == [words]
    for outsider in (PEERS[0], SPARE):
        with pytest.raises(NotFound):
            told_to(term, outsider)


@pytest.mark.parametrize("kind", [RelationKind.TREATS, RelationKind.FAMILY, RelationKind.PRIOR_COMPLAINT])
def test_what_is_never_a_reason_is_told_to_nobody(term: Term, kind: RelationKind) -> None:
    relate(term, kind)
    with term.database.writing() as db:
        db.get_one(ProgrammeRow, term.programme_id).relation_policies = {kind.value: "disclose"}
    assert told_to(term, EVE) == []


def test_where_the_programme_tells_nobody_and_once_it_is_over_nothing_is_told(term: Term) -> None:
    relate(term, RelationKind.SPONSORS)
    with term.database.writing() as db:
        db.get_one(ProgrammeRow, term.programme_id).relation_policies = {"sponsors": "allow"}
    assert told_to(term, EVE) == []
    with term.database.writing() as db:
        db.get_one(ProgrammeRow, term.programme_id).relation_policies = {}
    assert told_to(term, EVE) != []
    with term.database.writing() as db:
        db.query(RelationRow).update({"last_day": clock.now().date() - timedelta(days=2)})
    assert told_to(term, EVE) == []
