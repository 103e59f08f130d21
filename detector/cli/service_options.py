"""Options that the commands of the service share, and the settings made from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from detector.service.settings import ServiceSettings

database_option = click.option(
    "--database",
    envvar="DETECTOR_DATABASE",
    default="sqlite:///detector.db",
    show_default=True,
    show_envvar=True,
    metavar="URL",
    help="SQLite for one host, PostgreSQL for many.",
)

pictures_option = click.option(
    "--pictures",
    envvar="DETECTOR_PICTURES",
    default="detector-pictures",
    show_default=True,
    show_envvar=True,
    metavar="PLACE",
    help="Where uploads are kept: a folder, or a store such as s3://bucket/prefix.",
)

allow_host_option = click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    envvar="DETECTOR_ALLOW_HOST",
    show_envvar=True,
    metavar="HOST",
    help="Fetch pictures at addresses of this host. May be given several times.",
)


@contextmanager
def extra_needed() -> Iterator[None]:
    """Import the service within this. Raises `MissingExtra` where its extra is not installed."""
    from detector.errors import MissingExtra

    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or "sqlalchemy", "service") from error


def service_settings(
    *,
    folder: Path,
    words: bool | None,
    hosts: tuple[str, ...] = (),
    queued: int = 1000,
    per_minute: int = 600,
    **others: Any,
) -> ServiceSettings:
    """The settings of a process of the service; `others` are fields of it, under their names."""
    from detector.service.settings import Limits, ServiceSettings
    from detector.settings import settings_for_words

    return ServiceSettings(
        index=folder,
        detection=settings_for_words(words),
        allowed_hosts=tuple(host.lower() for host in hosts),
        limits=Limits(queued=queued, per_minute=per_minute),
        **others,
    )
