"""Runs migrations on the engine that `db.migrate` hands over."""

from alembic import context
from sqlalchemy import text

from db.engine import begin_write
from db.result_schema import metadata

engine = context.config.attributes["engine"]

ONE_AT_A_TIME = 20111009
"""The advisory lock under which hosts that start together queue for their migrations."""

with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})
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
