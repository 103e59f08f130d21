"""Every test of the service that needs a database runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from detector.service.storage.database import Database
from tests.service.postgresql import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests of a process, with one database `template` that is migrated."""
    with PostgresServer() as server:
        _administer(server, "CREATE DATABASE template")
        with Database(server.url("template")) as template:
            template.migrate()
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'detector.db'}"
        with Database(url) as database:
            database.migrate()
        yield url
        return
    server, name = request.getfixturevalue("postgres"), f"test_{secrets.token_hex(6)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE template")
    yield server.url(name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database."""
    with Database(database_url) as opened:
        yield opened


def _administer(server: PostgresServer, statement: str) -> None:
    with Database(server.url("postgres")) as administration:
        engine = administration.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
