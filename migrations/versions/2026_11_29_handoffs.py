"""Short codes that lead from a desk to the phone

Revision ID: 20261129_handoffs
Revises: 20261129_shares
Create Date: 2026-11-29 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_handoffs"
down_revision = "20261129_shares"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handoffs",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["try_on_sessions.id"], name=op.f("fk_handoffs_session_id_try_on_sessions")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_handoffs")),
    )
    with op.batch_alter_table("handoffs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handoffs_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handoffs_expires_at"), ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("handoffs")
