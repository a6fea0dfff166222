"""Directors: a role of their own, to which a coordinator invites as to an oversight contact's."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision: str | None = "0092"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BEFORE = ("resident", "faculty", "coordinator", "oversight")
_INVITED = ("oversight", "director")


def upgrade() -> None:
    _let_roles_be((*_BEFORE, "director"))
    with op.batch_alter_table("contact_invitation") as table:
        table.add_column(sa.Column("role", sa.String(), server_default="oversight", nullable=False))
        table.create_check_constraint(op.f("ck_contact_invitation_role"), _in(_INVITED))


def downgrade() -> None:
    op.execute("DELETE FROM contact_invitation WHERE role = 'director'")
    with op.batch_alter_table("contact_invitation") as table:
        table.drop_constraint(op.f("ck_contact_invitation_role"), type_="check")
        table.drop_column("role")
    op.execute("DELETE FROM role WHERE role = 'director'")
    _let_roles_be(_BEFORE)


def _let_roles_be(roles: Sequence[str]) -> None:
    with op.batch_alter_table("role") as table:
        table.drop_constraint(op.f("ck_role_role"), type_="check")
        table.create_check_constraint(op.f("ck_role_role"), _in(roles))


def _in(words: Sequence[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"role IN ({listed})"
