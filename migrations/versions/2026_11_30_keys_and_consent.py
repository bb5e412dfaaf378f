"""What Google said of a merchant's key, and whom a shopper's consent names

Photos given before may not leave the system: their consent names nobody.

Revision ID: 20261130_keys_consent
Revises: 20261129_visits
Create Date: 2026-11-30 00:20:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_keys_consent"
down_revision = "20261129_visits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("agreed_provider", sa.String(length=80), nullable=False, server_default=sa.text("''"))
        )
    with op.batch_alter_table("google_keys", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("state", sa.String(length=20), nullable=False, server_default=sa.text("'unknown'"))
        )
        batch_op.add_column(sa.Column("message", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("invalid_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "next_check_at",
                sa.DateTime(timezone=True),
                nullable=False,
                server_default=sa.text("CURRENT_TIMESTAMP"),
            )
        )
        batch_op.create_index(batch_op.f("ix_google_keys_next_check_at"), ["next_check_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("google_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_google_keys_next_check_at"))
        for name in ("next_check_at", "invalid_since", "message", "state"):
            batch_op.drop_column(name)
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_column("agreed_provider")
