"""The database of the service: SQLite for one host, PostgreSQL for many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import alembic.command
import alembic.config
from sqlalchemy import Connection, DateTime, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from detector.errors import MissingExtra, StorageError
from detector.service.storage.tables import Base

LOCK_SECONDS = 30.0
"""How long a transaction waits for SQLite's one writer."""

MIGRATIONS = Path(__file__).parent / "migrations"
_REMEDY = "Give an address such as sqlite:///detector.db or postgresql://user@host/name."
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """Connections to one database. Lifetime: until `close`; threads may share it.

    Transactions are begun explicitly: `reading` sees one state of the database, `writing` also
    changes it. On SQLite a writing transaction takes the lock at once, since one that first reads
    and then writes could not wait for another writer.
    """

    def __init__(self, url: str, *, connections: int = 20) -> None:
        """Raises `StorageError` for an address that names no database which is supported."""
        Base.registry.configure()  # a relation may name a table that nobody has imported
        self.engine = _engine(url, connections)
        self._writing = self.engine.execution_options(writes=True)
        self.told: list[Callable[[str], None]] = []
        """What hears of the notifications of this process: see `notifications`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections that are not in use."""
        self.engine.dispose()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite file, which one host alone can use."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with self._session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end of the context, or rolled back on an error."""
        with self._session(self._writing) as session, session.begin():
            yield session

    def tell(self, channel: str) -> None:
        """Tell the listeners of this process that a notification was committed."""
        for hear in tuple(self.told):
            hear(channel)

    def migrate(self) -> None:
        """Bring the tables to the newest form, also those of an empty database.

        Hosts that start at the same time do it one after another. Raises `StorageError` where the
        database cannot be reached.
        """
        try:
            with self._writing.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                alembic.command.upgrade(alembic_config(connection), "head")
        except SQLAlchemyError as error:
            place = self.engine.url.render_as_string(hide_password=True)
            raise StorageError(_reason(error), place=place, remedy=_REMEDY) from error

    def _session(self, engine: Engine) -> Session:
        return Session(engine, expire_on_commit=False, info={"database": self})


_MIGRATION_LOCK = 0x6C6F676F


def now_of(session: Session) -> datetime:
    """The time by the clock of the database, which all hosts share."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    clock = select(func.clock_timestamp(type_=DateTime(timezone=True)))
    return session.scalars(clock).one().astimezone(UTC)


def alembic_config(connection: Connection) -> alembic.config.Config:
    """The configuration with which Alembic works on an open connection."""
    config = alembic.config.Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _engine(url: str, connections: int) -> Engine:
    try:
        address = make_url(url)
        address = address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))
        if address.get_backend_name() not in ("sqlite", "postgresql"):
            raise StorageError("only SQLite and PostgreSQL are supported", remedy=_REMEDY)
        # Errors are logged, and must not repeat what somebody's upload said.
        options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
        if address.get_backend_name() == "postgresql":
            options |= {"pool_size": connections, "max_overflow": connections}
        else:
            options |= {"connect_args": {"timeout": LOCK_SECONDS}}
        engine = create_engine(address, **options)
    except (ArgumentError, NoSuchModuleError) as error:
        raise StorageError(str(error), place=url.partition(":")[0], remedy=_REMEDY) from error
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or "psycopg", "service") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _: object) -> None:
    """Leave transactions to `_on_begin`; readers and the writer do not wait for each other."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # an accepted upload survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _reason(error: SQLAlchemyError) -> str:
    """What the driver says, in one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
