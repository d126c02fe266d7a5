"""Alembic's way to our tables: the same migrations on SQLite and PostgreSQL."""

from alembic import context

import booking.tables  # noqa: F401
import casework.tables  # noqa: F401
import directory.keeping.tables  # noqa: F401  (each registers its tables)
from foundation.database import Database, metadata
from foundation.settings import get_settings


def run() -> None:
    """Apply the migrations, in a transaction of their own, to the database of the settings."""
    database = Database(context.get_x_argument(as_dictionary=True).get("url") or get_settings().database_url)
    with database.engine.connect() as connection:
        if database.dialect == "sqlite":  # a table is altered by making it anew, and rows of others point to it
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=database.dialect == "sqlite",
            compare_type=True,
            transactional_ddl=database.dialect != "sqlite",
            user_module_prefix="foundation.database.",
        )
        with context.begin_transaction():
            context.run_migrations()
        if database.dialect == "sqlite":
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            assert not lost, f"rows that point nowhere: {lost[:5]}"
        connection.commit()
    database.close()


run()
