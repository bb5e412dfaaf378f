"""How a finished picture was made, and whether it is still its provider's own file

Revision ID: 20261130_provenance
Revises: 20261130_engines
Create Date: 2026-11-30 00:40:00
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_provenance"
down_revision = "20261130_engines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("generations") as batch:
        batch.add_column(sa.Column("provenance", sa.String(60), nullable=True))
        batch.add_column(sa.Column("is_untouched", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("generations") as batch:
        batch.drop_column("is_untouched")
        batch.drop_column("provenance")
