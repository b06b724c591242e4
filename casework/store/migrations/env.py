"""Run by Alembic on a connection that `casework.store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from casework.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite changes a table by making it again
)
context.run_migrations()
