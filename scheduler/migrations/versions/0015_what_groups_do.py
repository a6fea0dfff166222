"""What groups do: apologies, proposed dates, extra sessions, deputies, attendance, agendas, notes, goals, thanks, and
groups that people form themselves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("session") as session:
        session.add_column(sa.Column("extra", sa.Integer(), server_default="0", nullable=False))
        session.add_column(sa.Column("agreed_at", UtcDateTime(), nullable=True))
        session.drop_constraint(op.f("uq_session_programme_id_group_key_round"), type_="unique")
        session.create_unique_constraint(
            op.f("uq_session_programme_id_group_key_round_extra"), ["programme_id", "group_key", "round", "extra"]
        )
        session.create_check_constraint(op.f("ck_session_extra"), "extra >= 0")
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("reached_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_goal_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_goal_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index(op.f("ix_goal_person_id"), "goal", ["person_id"], unique=False)
    op.create_index("ix_goal_programme_id_person_id", "goal", ["programme_id", "person_id"], unique=False)
    op.create_table(
        "looking",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_looking_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_looking_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_looking")),
    )
    op.create_index(op.f("ix_looking_person_id"), "looking", ["person_id"], unique=False)
    op.create_table(
        "own_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("mode IN ('video', 'phone', 'in_person')", name=op.f("ck_own_group_mode")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_own_group_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_group")),
        sa.UniqueConstraint("code", name=op.f("uq_own_group_code")),
        sa.UniqueConstraint("key", name=op.f("uq_own_group_key")),
    )
    op.create_index(op.f("ix_own_group_programme_id"), "own_group", ["programme_id"], unique=False)
    op.create_table(
        "thanks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_thanks_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_thanks_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_thanks_signed_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks")),
    )
    op.create_index(op.f("ix_thanks_person_id"), "thanks", ["person_id"], unique=False)
    op.create_index(op.f("ix_thanks_programme_id"), "thanks", ["programme_id"], unique=False)
    op.create_table(
        "asking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("own_group_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (state = 'asked')", name=op.f("ck_asking_answered_at")),
        sa.CheckConstraint("state IN ('asked', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_asking_state")),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_asking_somebody_else")),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_asking_from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["own_group_id"], ["own_group.id"], name=op.f("fk_asking_own_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_asking_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_asking_to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking")),
    )
    op.create_index(op.f("ix_asking_from_id"), "asking", ["from_id"], unique=False)
    op.create_index(op.f("ix_asking_programme_id"), "asking", ["programme_id"], unique=False)
    op.create_index(op.f("ix_asking_to_id"), "asking", ["to_id"], unique=False)
    op.create_index(
        "uq_asking_asked",
        "asking",
        ["programme_id", "from_id", "to_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "own_group_member",
        sa.Column("own_group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("role IN ('resident', 'facilitator')", name=op.f("ck_own_group_member_role")),
        sa.ForeignKeyConstraint(
            ["own_group_id"], ["own_group.id"], name=op.f("fk_own_group_member_own_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_own_group_member_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("own_group_id", "person_id", name=op.f("pk_own_group_member")),
    )
    op.create_index(op.f("ix_own_group_member_person_id"), "own_group_member", ["person_id"], unique=False)
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_agenda_item_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_agenda_item_session_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    op.create_index("ix_agenda_item_programme_id_group_key", "agenda_item", ["programme_id", "group_key"], unique=False)
    op.create_index(op.f("ix_agenda_item_session_id"), "agenda_item", ["session_id"], unique=False)
    op.create_table(
        "apology",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_apology_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_apology_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_apology")),
    )
    op.create_index(op.f("ix_apology_person_id"), "apology", ["person_id"], unique=False)
    op.create_table(
        "attended",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["noted_by"], ["person.id"], name=op.f("fk_attended_noted_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attended_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_attended_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_attended")),
    )
    op.create_index(op.f("ix_attended_person_id"), "attended", ["person_id"], unique=False)
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("for_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (state = 'asked')", name=op.f("ck_deputy_answered_at")),
        sa.CheckConstraint("state IN ('asked', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_deputy_state")),
        sa.CheckConstraint("for_id <> person_id", name=op.f("ck_deputy_somebody_else")),
        sa.ForeignKeyConstraint(["for_id"], ["person.id"], name=op.f("fk_deputy_for_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_deputy_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_for_id"), "deputy", ["for_id"], unique=False)
    op.create_index(op.f("ix_deputy_person_id"), "deputy", ["person_id"], unique=False)
    op.create_index(
        "uq_deputy_going",
        "deputy",
        ["session_id", "for_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'accepted')"),
        postgresql_where=sa.text("state IN ('asked', 'accepted')"),
    )
    op.create_table(
        "private_note",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_private_note_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_private_note_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_private_note")),
    )
    op.create_index(op.f("ix_private_note_person_id"), "private_note", ["person_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(settled_at IS NULL) = (state = 'open')", name=op.f("ck_proposal_settled_at")),
        sa.CheckConstraint("state IN ('open', 'adopted', 'withdrawn')", name=op.f("ck_proposal_state")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_proposal_by_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_proposal_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_proposal_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_by_id"), "proposal", ["by_id"], unique=False)
    op.create_index("ix_proposal_programme_id_group_key", "proposal", ["programme_id", "group_key"], unique=False)
    op.create_index(op.f("ix_proposal_session_id"), "proposal", ["session_id"], unique=False)
    op.create_table(
        "proposal_answer",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_proposal_answer_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_answer_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "person_id", name=op.f("pk_proposal_answer")),
    )
    op.create_index(op.f("ix_proposal_answer_person_id"), "proposal_answer", ["person_id"], unique=False)


def downgrade() -> None:

    op.drop_index(op.f("ix_proposal_answer_person_id"), table_name="proposal_answer")
    op.drop_table("proposal_answer")
    op.drop_index(op.f("ix_proposal_session_id"), table_name="proposal")
    op.drop_index("ix_proposal_programme_id_group_key", table_name="proposal")
    op.drop_index(op.f("ix_proposal_by_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_private_note_person_id"), table_name="private_note")
    op.drop_table("private_note")
    op.drop_index(
        "uq_deputy_going",
        table_name="deputy",
        sqlite_where=sa.text("state IN ('asked', 'accepted')"),
        postgresql_where=sa.text("state IN ('asked', 'accepted')"),
    )
    op.drop_index(op.f("ix_deputy_person_id"), table_name="deputy")
    op.drop_index(op.f("ix_deputy_for_id"), table_name="deputy")
    op.drop_table("deputy")
    op.drop_index(op.f("ix_attended_person_id"), table_name="attended")
    op.drop_table("attended")
    op.drop_index(op.f("ix_apology_person_id"), table_name="apology")
    op.drop_table("apology")
    op.drop_index(op.f("ix_agenda_item_session_id"), table_name="agenda_item")
    op.drop_index("ix_agenda_item_programme_id_group_key", table_name="agenda_item")
    op.drop_table("agenda_item")
    op.drop_index(op.f("ix_own_group_member_person_id"), table_name="own_group_member")
    op.drop_table("own_group_member")
    op.drop_index(
        "uq_asking_asked",
        table_name="asking",
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.drop_index(op.f("ix_asking_to_id"), table_name="asking")
    op.drop_index(op.f("ix_asking_programme_id"), table_name="asking")
    op.drop_index(op.f("ix_asking_from_id"), table_name="asking")
    op.drop_table("asking")
    op.drop_index(op.f("ix_thanks_programme_id"), table_name="thanks")
    op.drop_index(op.f("ix_thanks_person_id"), table_name="thanks")
    op.drop_table("thanks")
    op.drop_index(op.f("ix_own_group_programme_id"), table_name="own_group")
    op.drop_table("own_group")
    op.drop_index(op.f("ix_looking_person_id"), table_name="looking")
    op.drop_table("looking")
    op.drop_index("ix_goal_programme_id_person_id", table_name="goal")
    op.drop_index(op.f("ix_goal_person_id"), table_name="goal")
    op.drop_table("goal")
    op.execute("DELETE FROM session WHERE extra > 0")
    with op.batch_alter_table("session") as session:
        session.drop_constraint(op.f("ck_session_extra"), type_="check")
        session.drop_constraint(op.f("uq_session_programme_id_group_key_round_extra"), type_="unique")
        session.create_unique_constraint(
            op.f("uq_session_programme_id_group_key_round"), ["programme_id", "group_key", "round"]
        )
        session.drop_column("agreed_at")
        session.drop_column("extra")
