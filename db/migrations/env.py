"""Runs migrations on the engine that `db.migrate` hands over."""

from alembic import context
from sqlalchemy import text

from db.engine import begin_write
from db.result_schema import metadata

told = context.config.attributes

with told["engine"].connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:place)"), {"place": told["one_at_a_time"]})
        connection.execute(text(f"SET LOCAL lock_timeout = {int(told['patience'])}"))
    else:
        begin_write(connection)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
