"""Claims lie in the order of their key: on SQLite without a second tree for the rows, and no index on the cell alone."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_cell")
    if op.get_bind().dialect.name == "sqlite":
        _made_anew(with_rowid=False)


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        _made_anew(with_rowid=True)
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index("ix_claim_cell", ["cell"], unique=False)


def _made_anew(*, with_rowid: bool) -> None:
    with op.batch_alter_table("claim", recreate="always", table_kwargs={"sqlite_with_rowid": with_rowid}):
        pass
