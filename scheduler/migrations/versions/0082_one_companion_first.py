"""One companion for everybody who asked comes before a second for anybody: what programmes said of companions in their
own points says the same of both."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision: str | None = "0081"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PROGRAMMES = sa.table("programme", sa.column("id", sa.Integer), sa.column("weights", sa.JSON))
_SPLIT: Final = {36: (12, 48), 4: (1, 5), 0: (0, 0)}
"""Points for each companion, in the words "much more", "less" and "not at all", and for each and for one since."""


def upgrade() -> None:
    _rewrite(_split)


def downgrade() -> None:
    _rewrite(_joined)


def _rewrite(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_PROGRAMMES.c.id, _PROGRAMMES.c.weights)).all():
        weights = json.loads(row.weights) if isinstance(row.weights, str) else dict(row.weights or {})
        if (changed := change(weights)) != weights:
            connection.execute(_PROGRAMMES.update().where(_PROGRAMMES.c.id == row.id).values(weights=changed))


def _split(weights: dict[str, Any]) -> dict[str, Any]:
    """A number of their own still counts for each companion, and one companion for nothing more."""
    if "want" not in weights:
        return weights
    each, one = _SPLIT.get(weights["want"], (weights["want"], 0))
    return {**weights, "want": each, "want_any": one}


def _joined(weights: dict[str, Any]) -> dict[str, Any]:
    before = {both: points for points, both in _SPLIT.items()}
    each, one = weights.get("want", 4), weights.get("want_any", 16)
    others = {name: points for name, points in weights.items() if name not in ("want", "want_any", "first_late")}
    return others if (each, one) == (4, 16) else {**others, "want": before.get((each, one), each)}
