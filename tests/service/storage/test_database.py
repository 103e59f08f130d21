"""The database: both kinds keep the same, and concurrent writers wait for each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from detector.errors import StorageError
from detector.service.storage.database import Database, now_of
from detector.service.storage.tables import Base, FindingRow, InspectionRow, PictureRow, PolicyRow

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def an_inspection(name: str = "a") -> InspectionRow:
    return InspectionRow(id=name, due_at=NOON, created_at=NOON)


def test_migrations_make_the_tables_that_the_code_declares(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        session.add(an_inspection())
    database.migrate()
    with database.reading() as session:
        assert session.scalars(select(InspectionRow.id)).all() == ["a"]


def test_moments_keep_their_zone(database: Database) -> None:
    there = datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    with database.writing() as session:
        session.add(InspectionRow(id="a", due_at=there, created_at=there))
    with database.reading() as session:
        kept = session.scalars(select(InspectionRow)).one()
        assert kept.due_at == there
        assert kept.due_at.tzinfo == UTC


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 7, 1)
    with pytest.raises(Exception, match="no time zone"), database.writing() as session:
        session.add(InspectionRow(id="a", due_at=naive, created_at=naive))


def test_json_keeps_the_order_of_its_keys(database: Database) -> None:
    with database.writing() as session:
        row = an_inspection()
        row.results = [{"z": 1, "a": 2}]
        session.add(row)
    with database.reading() as session:
        (kept,) = session.scalars(select(InspectionRow.results)).one()
        assert list(kept) == ["z", "a"]


def test_an_error_takes_the_whole_transaction_back(database: Database) -> None:
    def add_two_with_one_id() -> None:
        with database.writing() as session:
            session.add(an_inspection())
            session.flush()
            session.add(an_inspection())

    with pytest.raises(IntegrityError):
        add_two_with_one_id()
    with database.reading() as session:
        assert session.scalars(select(InspectionRow)).all() == []


def test_a_deleted_inspection_takes_its_pictures_and_findings_along(database: Database) -> None:
    with database.writing() as session:
        row = an_inspection()
        row.pictures = [PictureRow(position=1, digest="d")]
        row.findings = [
            FindingRow(
                mark="m", fingerprint="f", verdict="v", score=1, log_odds=9, level="block",
                created_at=NOON,
            )
        ]  # fmt: skip
        session.add(row)
    with database.writing() as session:
        session.delete(session.scalars(select(InspectionRow)).one())
    with database.reading() as session:
        assert session.scalars(select(PictureRow)).all() == []
        assert session.scalars(select(FindingRow)).all() == []


def test_writers_wait_for_each_other(database: Database) -> None:
    """Each reads the number and writes one more: none is lost."""
    with database.writing() as session:
        session.add(PolicyRow(version=1, text="0", created_at=NOON))

    def count(_: int) -> None:
        with database.writing() as session:
            row = session.scalars(select(PolicyRow).with_for_update()).one()
            row.text = str(int(row.text) + 1)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(40)))
    with database.reading() as session:
        assert session.scalars(select(PolicyRow.text)).one() == "40"


def test_a_reader_sees_the_state_before_a_writer_is_done(database: Database) -> None:
    with database.writing() as writer:
        writer.add(an_inspection())
        writer.flush()
        with database.reading() as reader:
            assert reader.scalars(select(InspectionRow)).all() == []


def test_the_clock_of_the_database_goes_on_within_a_transaction(database: Database) -> None:
    with database.reading() as session:
        first, second = now_of(session), now_of(session)
        assert first.tzinfo is not None
        assert first < second


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/name", "oracle://host"])
def test_other_databases_are_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(StorageError, match="sqlite:///"):
        Database(url)


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://me:secret@/none?host={tmp_path}"
    with Database(url) as database, pytest.raises(StorageError) as told:
        database.migrate()
    assert "secret" not in str(told.value)
