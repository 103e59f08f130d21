"""What Alembic runs: all steps on the connection that `Database.migrate` gives."""

from alembic import context

from detector.service.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
