"""Bring a database to the present schema (Alembic)."""

from __future__ import annotations

import logging
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from config.errors import StorageError
from storage.engine import UNFINISHED, Database

_UPGRADE_LOCK = 7_211_943  # any number that no other program of this database uses


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, all in one transaction; two processes may call it at once."""
    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        present = _present(connection)
        if present == UNFINISHED:
            raise StorageError(
                f"the database {database.name} is an unfinished copy: give the same wgwatch db copy or "
                "wgwatch restore once more, and it goes on"
            )
        if present and present not in known:
            database.refuse_unreadable(connection)
            return  # a newer one has it in hand, and we still understand it
        logging.getLogger("alembic").setLevel(logging.WARNING)  # it names every step at INFO
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def configuration() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _present(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
