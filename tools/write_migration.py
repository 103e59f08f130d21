"""Write the step from the newest migration to the tables as they are now.

    python tools/write_migration.py "keep the words of a policy"

The step is written by Alembic from the difference; read it before it is committed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import alembic.command

from detector.service.storage.database import MIGRATIONS, Database, alembic_config


def main() -> None:
    """Migrate an empty database, then write what is still missing."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'empty.db'}")
        database.migrate()
        with database.engine.begin() as connection:
            number = len(list((MIGRATIONS / "versions").glob("0*.py"))) + 1
            config, name = alembic_config(connection), f"{number:04}"
            alembic.command.revision(config, sys.argv[1], autogenerate=True, rev_id=name)


if __name__ == "__main__":
    main()
