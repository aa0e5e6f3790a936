"""Run by Alembic: the migrations, on the connection and in the transaction of the caller."""

from alembic import context

from mediation.records.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
