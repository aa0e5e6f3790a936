"""How a database comes to the present schema: Alembic, run by the program itself."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from mediation.records import triggers
from mediation.records.database import Database
from mediation.records.schema import check_upgradable


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring a database to a revision, a new one from nothing; whole or not at all.

    The triggers are put in place behind the migrations, from their one source.

    Raises:
        SchemaRefused: the database is somebody else's, or a newer program's.
        DatabaseUnavailable: the database cannot be written.
    """
    database.create_file()
    with database.writing() as tx:
        check_upgradable(tx)
        config = _config()
        config.attributes["connection"] = tx.connection
        command.upgrade(config, revision)
        triggers.install(tx.connection)


def head() -> str | None:
    """Give the newest revision there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    # The configuration file's percent signs are escapes, a folder's are not.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
