"""A shopper's visit to their own pages is a row of its own, named by a secret in the path

Revision ID: 20261129_visits
Revises: 20261129_handoffs
Create Date: 2026-11-29 12:40:00
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_visits"
down_revision = "20261129_handoffs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shopper_visits",
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("shopper_id", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("partner_return", sa.Text(), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("is_bound", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shopper_id"], ["shoppers.id"], name=op.f("fk_shopper_visits_shopper_id_shoppers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_shopper_visits")),
    )
    op.create_index(op.f("ix_shopper_visits_expires_at"), "shopper_visits", ["expires_at"])
    op.create_index(op.f("ix_shopper_visits_shopper_id"), "shopper_visits", ["shopper_id"])


def downgrade() -> None:
    op.drop_table("shopper_visits")
