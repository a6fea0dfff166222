"""Tables of programmes: a model comes out of its row as it went in."""

from __future__ import annotations

from dataclasses import fields, replace

from scheduler.programmes.model import PEER, MentoringModel
from scheduler.programmes.tables import ModelRow, model_of

UNLIKE_PEERS = MentoringModel(
    key="other",
    name="Other group",
    size=(2, 3),
    target=3,
    spread=(1, 4),
    facilitators=(1, 2),
    present=1,
    turns=False,
    closing=True,
)


def test_a_row_keeps_every_field_of_a_model() -> None:
    same = [field.name for field in fields(PEER) if getattr(PEER, field.name) == getattr(UNLIKE_PEERS, field.name)]
    assert same == ["id"], "give it a value of its own here, or a forgotten column would not be noticed"
    assert replace(model_of(ModelRow.of(UNLIKE_PEERS)), id=0) == UNLIKE_PEERS
