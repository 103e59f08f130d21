"""Every test of the service that needs a database runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import io
import secrets
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import fsspec
import pytest
from PIL import Image
from sqlalchemy import text

from detector.marks.registry import load_marks
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.records import Listing, Submission
from detector.service.service import Service
from detector.service.settings import ServiceSettings
from detector.service.storage.database import Database
from tests import scenes
from tests.service.postgresql import PostgresServer
from tests.service.s3 import S3Server

SIGNS = {"vornak": scenes.emblem, "ring": scenes.ring}


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


@pytest.fixture(scope="session")
def marks_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures of two marks, `vornak.png` and `ring.png`."""
    folder = tmp_path_factory.mktemp("marks")
    for name, sign in SIGNS.items():
        Image.fromarray(sign()).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="session")
def small_index(marks_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the two marks; a test that changes it takes a copy."""
    folder = tmp_path_factory.mktemp("small") / "index"
    import_marks(folder, load_marks(sorted(marks_folder.iterdir())))
    return folder


@pytest.fixture(scope="session")
def photo_of() -> Callable[..., bytes]:
    """`photo_of("vornak")` is a JPEG that shows the mark, `photo_of("", 3)` the third clean one."""

    def make(mark: str = "", number: int = 0) -> bytes:
        picture = scenes.ground(number)
        if mark:
            picture = scenes.laid(picture, SIGNS[mark](), scenes.pose(90, 70, 0.8))
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "JPEG", quality=92)
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def listing_of(small_index: Path, photo_of: Callable[..., bytes]) -> Callable[..., Listing]:
    """`listing_of("vornak")` is the listing of `photo_of("vornak")`, made once."""
    detector = Detector.open(small_index)
    return cache(lambda *photo: detector.inspect(Submission(photo_of(*photo))))


@pytest.fixture
def service(database_url: str, small_index: Path, tmp_path: Path) -> Iterator[Service]:
    """A service on an empty database, with an index of two marks and an empty picture store."""
    index = tmp_path / "index"
    shutil.copytree(small_index, index)
    settings = ServiceSettings(database_url, str(tmp_path / "pictures"), index)
    with Service.open(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def running_s3() -> Iterator[S3Server]:
    """One S3 server for all tests of a process."""
    with S3Server() as server:
        yield server


@pytest.fixture
def s3_server(running_s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """A running S3 server, which this process uses for addresses `s3://`."""
    for name, value in running_s3.environment.items():
        monkeypatch.setenv(name, value)
    # fsspec would go on with the server that another test named in the environment.
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    return running_s3
