"""Webhook secrets are sealed, and a merchant's can be followed by another one

Revision ID: 20261129_sealed
Revises: 20261129_stripped
Create Date: 2026-11-29 08:39:00.000000
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from flask import current_app

from tryon.sealing import Sealer

revision = "20261129_sealed"
down_revision = "20261129_stripped"
branch_labels = None
depends_on = None

PURPOSE = "webhook-secret"
PLAIN = "whsec_"
"""How every secret begins that is not sealed."""
BEFORE = {"merchants": ("webhook_signing_secret",), "webhook_endpoints": ("secret", "previous_secret")}


def upgrade() -> None:
    with op.batch_alter_table("merchants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("previous_webhook_secret", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("previous_webhook_secret_expires_at", sa.DateTime(timezone=True), nullable=True)
        )
    sealer = _sealer()
    _rewrite(lambda text: sealer.seal(text) if text.startswith(PLAIN) else text)


def downgrade() -> None:
    sealer = _sealer()
    _rewrite(lambda text: text if text.startswith(PLAIN) else sealer.open(text))
    with op.batch_alter_table("merchants", schema=None) as batch_op:
        batch_op.drop_column("previous_webhook_secret_expires_at")
        batch_op.drop_column("previous_webhook_secret")


def _sealer() -> Sealer:
    settings = current_app.extensions["tryon"].settings
    return Sealer(settings.secret_key, *settings.earlier_secret_keys, purpose=PURPOSE)


def _rewrite(change: Callable[[str], str]) -> None:
    connection = op.get_bind()
    for name, columns in BEFORE.items():
        table = sa.table(name, sa.column("id"), *map(sa.column, columns))
        for row in connection.execute(sa.select(table)).mappings().all():
            changed = {column: change(row[column]) for column in columns if row[column] is not None}
            connection.execute(table.update().where(table.c.id == row["id"]).values(changed))
