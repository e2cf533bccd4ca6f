"""What Alembic runs: the changes, in the one transaction that the program opened for them."""

from alembic import context

from lims.persistence.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_server_default=True,
)
context.run_migrations()
