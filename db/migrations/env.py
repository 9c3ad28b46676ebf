"""Runs migrations on the engine that `db.migrate` hands over."""

from alembic import context

from db.backends.engine import backend_of
from db.schema import metadata

told = context.config.attributes

with told["engine"].connect() as connection:
    backend = backend_of(connection)
    backend.begin_migration(connection, told["one_at_a_time"], told["patience"])
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=backend.alters_in_batches,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
