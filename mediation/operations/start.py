"""Opens an installation: database, schema, witnesses, keys, workflows, in this order."""

import gc
import os
from datetime import datetime
from pathlib import Path

from mediation.errors import MediationError
from mediation.language import Message
from mediation.migrations import upgrade
from mediation.operations.audit import verify
from mediation.operations.office import Office
from mediation.records.checkpoints import begin_anew, checkpoint, extend_anchors
from mediation.records.database import Database
from mediation.records.keys import open_keys
from mediation.records.schema import SchemaRefused, check_schema
from mediation.records.verification import Finding
from mediation.settings import Settings

OWNER_ONLY = 0o700


class HomeRefused(MediationError):
    """The folder for data cannot be made."""

    code = "home"

    def __init__(self, home: Path) -> None:
        super().__init__(
            Message(
                "不能建立数据目录 {home}：请检查 MEDIATION_HOME 及上级目录的权限",
                {"home": home},
            )
        )


def anchors_of(settings: Settings) -> Path:
    """Give the file that witnesses the database from outside."""
    return settings.home / "anchors.jsonl"


def initialise(settings: Settings) -> Office:
    """Make the home, bring the database to the present schema, make the keys, and open.

    On an installation that is there already it upgrades and puts the triggers back.

    Raises:
        MediationError: as for `open_office`.
    """
    make_home(settings.home)
    database = Database.open(settings.database_url)
    upgrade(database)
    return opened(settings, database)


def open_office(settings: Settings) -> Office:
    """Open an installation; whatever is not as it must be refuses the start.

    Raises:
        SchemaRefused: not initialised, of another revision, or its history unprotected.
        AnchorsMissing: its witnesses have gone.
        AnchorsDisagree: the database is older than, or other than, its witnesses say.
        KeyFileRefused: the key file is missing, open to others, damaged or another's.
        DefinitionsRefused: the workflow files are not understood.
        DefinitionError: a workflow with open cases cannot be run by this program.
        DatabaseUnavailable: the database cannot be read.
    """
    return opened(settings, Database.open(settings.database_url))


def opened(settings: Settings, database: Database) -> Office:
    """Check a database and open the office that works with it."""
    try:
        check_schema(database)
        with database.reading() as tx:
            extend_anchors(tx, anchors_of(settings))
        office = Office.of(database, open_keys(settings.key_file, database))
        office.public_url = settings.public_url
        with database.reading() as tx:
            office.catalogue.load_all_in_use(tx)
    except Exception:
        database.close()
        raise
    return office


def verified(settings: Settings) -> list[Finding]:
    """Prove everything recorded, even where the database would be refused at a start.

    Raises:
        SchemaRefused: there is nothing to prove, or too little of a database.
        KeyFileRefused: the key file is not this database's.
        DatabaseUnavailable: the database cannot be read.
    """
    database = Database.open(settings.database_url)
    found: list[Finding] = []
    try:
        check_schema(database)
    except SchemaRefused as refused:
        found.append(Finding(refused.code, None, None, refused.message))
    try:
        office = Office.unsettled(database, open_keys(settings.key_file, database))
        with database.reading() as tx:
            found += verify(office, tx, anchors_of(settings))
    except Exception as fault:
        if not found:
            raise
        raise SchemaRefused(found[0].message) from fault
    finally:
        database.close()
    return found


def witness(settings: Settings, office: Office, now: datetime) -> int:
    """Witness every head that changed; the number of checkpoints made."""
    return checkpoint(office.database, anchors_of(settings), now)


def witness_anew(settings: Settings, now: datetime) -> str | None:
    """Begin the file of witnesses anew, as an operator commands; the database keeps that.

    Returns:
        The name under which a file that disagreed is kept, None if there was none.

    Raises:
        SchemaRefused: the database is not as it must be.
        AnchorsPresent: the file is sound.
        AnchorsUnusable: the file cannot be written.
    """
    database = Database.open(settings.database_url)
    try:
        check_schema(database)
        make_home(settings.home)
        kept = begin_anew(database, anchors_of(settings), now)
        checkpoint(database, anchors_of(settings), now)
    finally:
        database.close()
    return kept


def settle() -> None:
    """Take all that is loaded out of the garbage collector's rounds, in a process that stays.

    Workflows and directory live as long as the process. Walking them over and over took up to
    four tenths of a sweep (docs/performance.md).
    """
    gc.collect()
    gc.freeze()


def make_home(home: Path) -> None:
    """Make the folder for data, for its owner only.

    Raises:
        HomeRefused: it cannot be made there.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    except OSError as fault:
        raise HomeRefused(home) from fault
    if os.name == "posix" and not any(home.iterdir()):
        home.chmod(OWNER_ONLY)
