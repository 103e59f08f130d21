"""What keeps a process of the service from working."""

from __future__ import annotations

from functools import lru_cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from detector.errors import DetectorError, StorageError
from detector.index.manifest import read_manifest
from detector.service.generations import current_generation
from detector.service.index_copies import index_at
from detector.service.service import Service
from detector.service.storage.database import MIGRATIONS

_PROBE = b"The service can write here."


def trouble(service: Service) -> dict[str, str]:
    """What is not as it must be, by part; empty where the service can work. Addresses are left out.

    The picture store is written to, once: later its content is there already.
    """
    parts = {"database": _database, "pictures": _pictures, "index": _index}
    found = {name: look(service) for name, look in parts.items()}
    return {name: reason for name, reason in found.items() if reason}


def _database(service: Service) -> str:
    try:
        with service.database.engine.connect() as connection:
            form = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return "it cannot be reached"
    if form != _newest_form():
        return f"its tables have the form {form}, and not {_newest_form()}: restart the service"
    return ""


def _pictures(service: Service) -> str:
    try:
        service.pictures.put(_PROBE)
    except StorageError:
        return "the store cannot be written"
    return ""


def _index(service: Service) -> str:
    try:
        with service.database.reading() as session:
            generation = current_generation(session)
        if generation is None:
            return "there are no marks yet: import some"
        read_manifest(index_at(service, generation.generation))
    except SQLAlchemyError:
        return "the database cannot be reached"
    except DetectorError as error:
        return error.message
    return ""


@lru_cache(maxsize=1)
def _newest_form() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()
