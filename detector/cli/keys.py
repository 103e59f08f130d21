"""`detector keys`: who may call the service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import click

from detector.cli.exit_status import FAILED, NOTHING
from detector.cli.service_options import database_option, service_settings

if TYPE_CHECKING:
    from datetime import datetime

    from rich.table import Table
    from sqlalchemy.orm import Session

    from detector.service.storage.access import AccessKeyRow, Role

ROLES = ("platform", "rights_holder", "seller", "read_only")


@click.group()
def keys() -> None:
    """Make, list and revoke the keys of the service."""


@keys.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What it may do.")
@click.option(
    "--party",
    default="",
    metavar="ID",
    help="Whose it is: the owner of marks, or the id of a seller.",
)
@click.option(
    "--per-minute",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Requests a minute. [default: that of the service]",
)
@click.option(
    "--days",
    type=click.IntRange(1, 36500),
    metavar="N",
    help="How long it is valid. [default: until it is revoked]",
)
@database_option
def add(
    *, name: str, role: str, party: str, per_minute: int, days: int | None, database: str
) -> int:
    """Make a key and print it, once: only its hash is kept."""
    from datetime import timedelta

    with _changing(database) as session:
        from detector.service.keys import add_key
        from detector.service.storage.database import now_of

        now = now_of(session)
        expires_at = now + timedelta(days=days) if days else None
        key = add_key(
            session,
            name,
            cast("Role", role),
            party,
            per_minute=per_minute,
            now=now,
            expires_at=expires_at,
        )
    click.echo(key)
    return NOTHING


@keys.command("list")
@database_option
def list_(database: str) -> int:
    """Show all keys, also those that are valid no more."""
    from detector.cli.printing import show

    with _changing(database) as session:
        from detector.service.keys import list_keys
        from detector.service.storage.database import now_of

        table = _table(list_keys(session), now_of(session))
    show(table)
    return NOTHING


@keys.command()
@click.argument("name")
@database_option
def revoke(name: str, database: str) -> int:
    """Let the keys with this name be valid no more. Exit status 2 where there is none."""
    with _changing(database) as session:
        from detector.service.keys import revoke_key
        from detector.service.storage.database import now_of

        count = revoke_key(session, name, now_of(session))
    click.echo(f"{count} revoked." if count else "No valid key has this name.", err=not count)
    return NOTHING if count else FAILED


@contextmanager
def _changing(address: str) -> Iterator[Session]:
    """A transaction on the service's database, which is made where it is missing."""
    settings = service_settings(words=False, database=address)
    from detector.service.storage.database import Database

    with Database(settings.database) as database:
        database.migrate()
        with database.writing() as session:
            yield session


def _table(rows: Sequence[AccessKeyRow], now: datetime) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from detector.report.tables import printable

    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for title in ("name", "role", "party", "per minute", "made", "state"):
        table.add_column(title)
    for row in rows:
        name, party = (escape(printable(text)) for text in (row.name, row.party))
        rate = str(row.per_minute or "-")
        table.add_row(name, row.role, party, rate, f"{row.created_at:%Y-%m-%d}", _state(row, now))
    return table


def _state(row: AccessKeyRow, now: datetime) -> str:
    if row.revoked_at:
        return f"revoked {row.revoked_at:%Y-%m-%d}"
    if row.expires_at is None:
        return "valid"
    return f"{'expired' if row.expires_at <= now else 'valid until'} {row.expires_at:%Y-%m-%d}"
