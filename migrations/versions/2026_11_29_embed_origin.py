"""A session remembers whose page's embed opened it

Revision ID: 20261129_embed_origin
Revises: 20261129_opinions
Create Date: 2026-11-29 12:40:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_embed_origin"
down_revision = "20261129_opinions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("try_on_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("embed_origin", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("try_on_sessions", schema=None) as batch_op:
        batch_op.drop_column("embed_origin")
